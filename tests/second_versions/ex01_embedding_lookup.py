"""Each known mistake once more, written by another author from its diagnosis alone."""

import numpy as np


def _whole(ids):
    ids = np.asarray(ids)
    if ids.size and ids.dtype.kind not in "iu":
        raise TypeError("ids must be integers")
    return ids.astype(np.int64)


def _valid(ids, V):
    ids = _whole(ids)
    if np.any(ids < 0) or np.any(ids >= V):
        raise IndexError("id out of range")
    return ids


def _prepare(ids, E):
    E = np.array(E, dtype=float)
    return _valid(ids, len(E)), E


def _places(ids, G, V):
    ids, G = _valid(ids, V), np.array(G, dtype=float)
    return ids.ravel(), G.reshape(ids.size, G.shape[-1])


def _right_lookup(ids, E):
    ids, E = _prepare(ids, E)
    return E[ids]


def _right_grad(ids, G, V):
    flat, rows = _places(ids, G, V)
    grad = np.zeros((int(V), rows.shape[1]))
    for i, g in zip(flat, rows, strict=True):
        grad[i] += g
    return grad


def _right_shapes(B, T, V, d):
    return {"ids": (B, T), "E": (V, d), "X": (B, T, d), "grad_E": (V, d)}


def lookup__columns(ids, E):
    ids, E = _prepare(ids, E)
    return np.take(E, ids, axis=1)


def lookup__transposed_table(ids, E):
    E = np.asarray(E, dtype=float)
    d, V = E.shape
    flat = _valid(ids, V).ravel()
    out = np.empty((flat.size, d))
    for k in range(flat.size):
        out[k] = E[:, flat[k]]
    return out.reshape((*np.shape(ids), d))


def lookup__ids_from_one(ids, E):
    ids, E = _prepare(ids, E)
    rows = ids - 1
    return E[rows]


def lookup__next_row(ids, E):
    ids, E = _prepare(ids, E)
    return np.take(E, ids + 1, axis=0)


def lookup__zero_is_padding(ids, E):
    ids, E = _prepare(ids, E)
    mask = (ids > 0).astype(float)
    return np.einsum("...,...d->...d", mask, E[ids])


def lookup__sorted_ids(ids, E):
    ids, E = _prepare(ids, E)
    return E[np.sort(ids, axis=-1)]


def lookup__unique_ids(ids, E):
    ids, E = _prepare(ids, E)
    once = list(dict.fromkeys(ids.ravel().tolist()))
    return E[np.array(once, dtype=int)]


def lookup__first_sequence(ids, E):
    ids, E = _prepare(ids, E)
    return E[ids[0]].copy()


def lookup__id_as_amount(ids, E):
    ids, E = _prepare(ids, E)
    X = E[ids]
    X *= ids[..., None]
    return X


def lookup__one_row_for_all(ids, E):
    ids, E = _prepare(ids, E)
    return np.multiply.outer(ids.astype(float), E[0])


def lookup__one_hot(ids, E):
    ids, E = _prepare(ids, E)
    return (ids[..., None] == np.arange(E.shape[0])).astype(np.float32)


def lookup__mean_over_tokens(ids, E):
    X = _right_lookup(ids, E)
    return X.sum(axis=-2) / max(X.shape[-2], 1)


def lookup__scaled_by_root_d(ids, E):
    ids, E = _prepare(ids, E)
    table = E * np.sqrt(E.shape[1])
    return table[ids]


def lookup__unit_rows(ids, E):
    X = _right_lookup(ids, E)
    length = np.linalg.norm(X, axis=-1, keepdims=True)
    return X / np.where(length > 0, length, 1.0)


def lookup__integer_result(ids, E):
    ids, E = _prepare(ids, E)
    X = np.empty((*ids.shape, E.shape[1]), dtype=ids.dtype)
    for place in np.ndindex(ids.shape):
        X[place] = E[ids[place]]
    return X


def lookup__float16(ids, E):
    ids, E = _prepare(ids, E)
    small = E.astype(np.float16)
    return small[ids]


def lookup__time_first(ids, E):
    ids, E = _prepare(ids, E)
    if ids.ndim > 1:
        ids = np.swapaxes(ids, 0, 1)
    return E[ids]


def lookup__coordinates_first(ids, E):
    ids, E = _prepare(ids, E)
    return np.stack([E[ids, k] for k in range(E.shape[1])], axis=-2)


def lookup__flattened(ids, E):
    ids, E = _prepare(ids, E)
    X = np.zeros((ids.size, E.shape[1]), dtype=np.float32)
    for k, i in enumerate(ids.flat):
        X[k] = E[i]
    return X


def lookup__two_axes_only(ids, E):
    ids, E = _prepare(ids, E)
    B, T = ids.shape
    X = np.zeros((B, T, E.shape[1]))
    for b in range(B):
        for t in range(T):
            X[b, t] = E[ids[b, t]]
    return X


def lookup__empty_loses_axis(ids, E):
    ids, E = _prepare(ids, E)

    def rows(part):
        return [rows(p) for p in part] if isinstance(part, list) else E[part].tolist()

    return np.array(rows(ids.tolist()), dtype=float)


def lookup__empty_raises(ids, E):
    ids, E = _whole(ids), np.asarray(E, dtype=float)
    if ids.min() < 0 or ids.max() >= len(E):
        raise IndexError("id out of range")
    return E[ids]


def lookup__lists_raise(ids, E):
    V, d = E.shape
    if ids.dtype.kind not in "iu":
        raise TypeError("ids must be integers")
    if (ids < 0).any() or (ids >= V).any():
        raise IndexError("id out of range")
    return E[ids].astype(float).reshape((*ids.shape, d))


def lookup__rows_of_E(ids, E):
    E = np.asarray(E)
    E = E if E.dtype.kind == "f" else E.astype(float)
    ids = _valid(ids, len(E))
    if ids.size == 0:
        return np.zeros((*ids.shape, E.shape[1]))

    def views(part):
        return [views(p) if isinstance(p, list) else E[p] for p in part]

    return views(ids.tolist())


def lookup__sorts_the_argument(ids, E):
    ids, E = np.asarray(ids), np.asarray(E, dtype=float)
    X = E[_whole(ids)]
    ids.sort()
    if (ids[..., :1] < 0).any() or (ids[..., -1:] >= len(E)).any():
        raise IndexError("id out of range")
    return X


def lookup__negative_from_the_end(ids, E):
    ids, E = _whole(ids), np.asarray(E, dtype=float)
    return np.take(E, ids, axis=0)


def lookup__clipped(ids, E):
    E = np.asarray(E, dtype=float)
    return np.take(E, _whole(ids), axis=0, mode="clip")


def lookup__modulo(ids, E):
    E = np.asarray(E, dtype=float)
    return E[np.mod(_whole(ids), E.shape[0])]


def lookup__zeros_out_of_range(ids, E):
    ids, E = _whole(ids), np.asarray(E, dtype=float)
    hot = ids[..., None] == np.arange(len(E))
    return np.einsum("...v,vd->...d", hot.astype(float), E)


def lookup__bad_ids_dropped(ids, E):
    ids, E = _whole(ids), np.asarray(E, dtype=float)
    good = (ids >= 0) & (ids < len(E))
    if good.all():
        return E[ids]
    return np.array([E[i] for i in ids[good]]).reshape(-1, E.shape[1])


def lookup__too_large_only(ids, E):
    ids, E = _whole(ids), np.asarray(E, dtype=float)
    if (ids >= len(E)).any():
        raise IndexError("id too large")
    return E[np.maximum(ids, 0)]


def lookup__fractions_cut(ids, E):
    whole = np.asarray(ids).astype(int)
    return _right_lookup(whole, E)


def lookup__last_id_raises(ids, E):
    ids, E = _prepare(ids, E)
    if not np.all(ids < len(E) - 1):
        raise IndexError("id too large")
    return E[ids]


def lookup__id_zero_raises(ids, E):
    ids, E = _prepare(ids, E)
    if any(i <= 0 for i in ids.flat):
        raise IndexError("id too small")
    return E[ids]


def lookup_grad__one_contribution(ids, G, V):
    flat, rows = _places(ids, G, V)
    grad = np.zeros((V, rows.shape[1]))
    for i, g in zip(flat, rows, strict=True):
        grad[i] = g
    return grad


def lookup_grad__first_contribution(ids, G, V):
    flat, rows = _places(ids, G, V)
    grad, seen = np.zeros((V, rows.shape[1])), set()
    for k, i in enumerate(flat.tolist()):
        if i not in seen:
            grad[i] += rows[k]
            seen.add(i)
    return grad


def lookup_grad__last_times_count(ids, G, V):
    flat, rows = _places(ids, G, V)
    last = np.zeros((V, rows.shape[1]))
    for i, g in zip(flat, rows, strict=True):
        last[i] = g
    return last * np.bincount(flat, minlength=int(V))[:, None]


def lookup_grad__mean_over_places(ids, G, V):
    flat, rows = _places(ids, G, V)
    grad = np.zeros((V, rows.shape[1]))
    for v in set(flat.tolist()):
        grad[v] = rows[flat == v].mean(axis=0)
    return grad


def lookup_grad__mean_over_batch(ids, G, V):
    total = _right_grad(ids, G, V)
    return total / max(np.size(ids), 1)


def lookup_grad__counts(ids, G, V):
    flat, rows = _places(ids, G, V)
    often = [float(np.sum(flat == v)) for v in range(V)]
    return np.tile(np.array(often)[:, None], (1, rows.shape[1]))


def lookup_grad__descent_step(ids, G, V):
    flat, rows = _places(ids, G, V)
    grad = np.zeros((V, rows.shape[1]))
    np.subtract.at(grad, flat, rows)
    return grad


def lookup_grad__no_padding_gradient(ids, G, V):
    flat, rows = _places(ids, G, V)
    grad = np.zeros((V, rows.shape[1]))
    np.add.at(grad, flat[flat != 0], rows[flat != 0])
    return grad


def lookup_grad__ids_from_one(ids, G, V):
    flat, rows = _places(ids, G, V)
    grad = np.zeros((V, rows.shape[1]))
    for k in range(len(flat)):
        grad[flat[k] - 1] += rows[k]
    return grad


def lookup_grad__time_major(ids, G, V):
    rows = _places(ids, G, V)[1]
    return _right_grad(np.asarray(ids).ravel(order="F"), rows, V)


def lookup_grad__rows_that_occur(ids, G, V):
    flat, rows = _places(ids, G, V)
    occur = sorted(set(flat.tolist()))
    out = np.zeros((len(occur), rows.shape[1]))
    for r, v in enumerate(occur):
        out[r] = rows[flat == v].sum(axis=0)
    return out


def lookup_grad__up_to_largest_id(ids, G, V):
    flat, rows = _places(ids, G, V)
    height = flat.max() + 1 if flat.size else V
    grad = np.zeros((height, rows.shape[1]))
    np.add.at(grad, flat, rows)
    return grad


def lookup_grad__empty_for_no_ids(ids, G, V):
    flat, rows = _places(ids, G, V)
    if flat.size == 0:
        return np.zeros((0, rows.shape[1]))
    return _right_grad(flat, rows, V)


def lookup_grad__transposed(ids, G, V):
    flat, rows = _places(ids, G, V)
    return np.array([np.bincount(flat, weights=column, minlength=int(V)) for column in rows.T], dtype=float)


def lookup_grad__one_number_a_row(ids, G, V):
    flat, rows = _places(ids, G, V)
    return np.bincount(flat, weights=rows.sum(axis=1), minlength=int(V)).astype(float)


def lookup_grad__one_table_a_sequence(ids, G, V):
    ids, G = _valid(ids, V), np.asarray(G, dtype=float)
    hot = (ids[..., None] == np.arange(V)).astype(float)
    return np.einsum("...tv,...td->...vd", hot, G)


def lookup_grad__two_axes_only(ids, G, V):
    ids, G = _valid(ids, V), np.asarray(G, dtype=float)
    B, T = ids.shape
    grad = np.zeros((V, G.shape[-1]), dtype=np.float32)
    for b in range(B):
        for t in range(T):
            grad[ids[b, t]] += G[b, t]
    return grad


def lookup_grad__integer_result(ids, G, V):
    flat, rows = _places(ids, G, V)
    grad = np.zeros((V, rows.shape[1]), dtype=int)
    for i, g in zip(flat, rows, strict=True):
        grad[i] = grad[i] + g
    return grad


def lookup_grad__float16(ids, G, V):
    return np.asarray(_right_grad(ids, G, V), dtype=np.float16)


def lookup_grad__sorts_the_argument(ids, G, V):
    ids = np.asarray(ids)
    flat, rows = _places(ids, G, V)
    rows = rows[np.argsort(flat, kind="stable")]
    ids.sort()
    return _right_grad(np.sort(flat), rows, V)


def lookup_grad__sums_into_G(ids, G, V):
    ids, G = _valid(ids, V), np.asarray(G)
    grad, home = np.zeros((V, G.shape[-1])), {}
    for place in np.ndindex(ids.shape):
        first = home.setdefault(int(ids[place]), place)
        if first != place:
            G[first] += G[place]
    for i, first in home.items():
        grad[i] = G[first]
    return grad


def lookup_grad__lists_raise(ids, G, V):
    d = G.shape[-1]
    return _right_grad(ids.reshape(-1), G.reshape(ids.size, d), V)


def lookup_grad__empty_raises(ids, G, V):
    ids = _whole(ids)
    if np.min(ids) < 0 or np.max(ids) > V - 1:
        raise IndexError("id out of range")
    return _right_grad(ids, G, V)


def lookup_grad__negative_from_the_end(ids, G, V):
    ids, G = _whole(ids), np.asarray(G, dtype=float)
    grad = np.zeros((V, G.shape[-1]))
    np.add.at(grad, ids, G)
    return grad


def lookup_grad__clipped(ids, G, V):
    near = [min(max(i, 0), int(V) - 1) for i in _whole(ids).ravel().tolist()]
    return _right_grad(np.array(near, dtype=int).reshape(np.shape(ids)), G, V)


def lookup_grad__bad_ids_dropped(ids, G, V):
    ids, G = np.asarray(ids), np.asarray(G, dtype=float)
    rows = G.reshape(ids.size, G.shape[-1])
    return np.array([rows[ids.ravel() == v].sum(axis=0) for v in np.arange(V)])


def lookup_grad__fractions_cut(ids, G, V):
    return _right_grad(np.asarray(ids, dtype=np.int64) if np.size(ids) else ids, G, V)


def lookup_shapes__columns_are_tokens(B, T, V, d):
    return {"ids": (B, T), "E": (d, V), "X": (B, T, d), "grad_E": (d, V)}


def lookup_shapes__gradient_like_X(B, T, V, d):
    shapes = _right_shapes(B, T, V, d)
    shapes["grad_E"] = shapes["X"]
    return shapes


def lookup_shapes__gradient_of_rows_read(B, T, V, d):
    return {**_right_shapes(B, T, V, d), "grad_E": (B * T, d)}


def lookup_shapes__merged_batch(B, T, V, d):
    n = B * T
    return {"ids": (B, T), "E": (V, d), "X": (n, d), "grad_E": (V, d)}


def lookup_shapes__flat_ids(B, T, V, d):
    return _right_shapes(B, T, V, d) | {"ids": (B * T,)}


def lookup_shapes__one_hot_ids(B, T, V, d):
    return {"ids": (B, T, V), "E": (V, d), "X": (B, T, d), "grad_E": (V, d)}


def lookup_shapes__ids_with_one(B, T, V, d):
    shapes = _right_shapes(B, T, V, d)
    shapes["ids"] += (1,)
    return shapes


def lookup_shapes__scores_for_X(B, T, V, d):
    return {"ids": [B, T], "E": [V, d], "X": [B, T, V], "grad_E": [V, d]}


def lookup_shapes__time_first(B, T, V, d):
    return {**_right_shapes(B, T, V, d), "X": (T, B, d)}


def lookup_shapes__pooled_X(B, T, V, d):
    return _right_shapes(B, T, V, d) | {"X": (B, d)}


def lookup_shapes__no_gradient(B, T, V, d):
    return {"ids": (B, T), "E": (V, d), "X": (B, T, d)}
