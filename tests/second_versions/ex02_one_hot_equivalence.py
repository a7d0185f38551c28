"""Each known mistake once more, written by another author from its diagnosis alone."""

import numpy as np


def _valid(ids, V):
    ids = np.asarray(ids)
    if any(i < 0 or i >= V for i in ids.ravel().tolist()):
        raise IndexError("id out of range")
    return ids.astype(np.int64)


def _hot(ids, V):
    return (_valid(ids, V)[..., None] == np.arange(V)).astype(float)


def _prepare(ids, E):
    E = np.array(E, dtype=float)
    return _valid(ids, len(E)), E


def _right_lookup(ids, E):
    ids, E = _prepare(ids, E)
    return _hot(ids, len(E)) @ E


def _right_cost(n, V, d):
    n, V, d = int(n), int(V), int(d)
    return {"onehot_macs": n * V * d, "gather_copies": n * d, "onehot_floats": n * V}


def _right_shapes(B, T, V, d):
    return {"ids": (B, T), "one_hot": (B, T, V), "E": (V, d), "X": (B, T, d)}


def one_hot__width_of_largest_id(ids, V):
    ids = _valid(ids, V)
    width = ids.max() + 1 if ids.size else V
    return np.eye(width)[ids]


def one_hot__one_too_wide(ids, V):
    ids = _valid(ids, V)
    H = np.zeros((ids.size, V + 1))
    for k, i in enumerate(ids.flat):
        H[k, i] = 1
    return H.reshape((*ids.shape, V + 1))


def one_hot__multi_hot(ids, V):
    ids = _valid(ids, V)
    bag = np.zeros((*ids.shape[:-1], V))
    for place in np.ndindex(ids.shape):
        bag[(*place[:-1], ids[place])] = 1.0
    return bag


def one_hot__counts(ids, V):
    return np.einsum("...tv->...v", _hot(ids, V))


def one_hot__id_as_value(ids, V):
    ids = _valid(ids, V)
    return np.where(ids[..., None] == np.arange(V), ids[..., None], 0)


def one_hot__ids_from_one(ids, V):
    ids = _valid(ids, V)
    return (ids[..., None] == np.arange(1, V + 1)).astype(np.float32)


def one_hot__one_place_too_far(ids, V):
    ids = _valid(ids, V)
    return np.equal(np.arange(V), ids[..., None] + 1).astype(float)


def one_hot__zero_is_padding(ids, V):
    ids = _valid(ids, V)
    table = np.diag([0.0] + [1.0] * (int(V) - 1))
    return table[ids]


def one_hot__complement(ids, V):
    return _valid(ids, V)[..., None] != np.arange(V)


def one_hot__thermometer(ids, V):
    ids = _valid(ids, V)
    return np.tri(int(V))[ids]


def one_hot__plus_minus_one(ids, V):
    ids = _valid(ids, V)
    H = -np.ones((*ids.shape, V))
    np.put_along_axis(H, ids[..., None], 1.0, axis=-1)
    return H


def one_hot__smoothed(ids, V):
    return 0.9 * _hot(ids, V) + 0.1 / V


def one_hot__sorted_ids(ids, V):
    return _hot(np.sort(_valid(ids, V)), V)


def one_hot__eye(ids, V):
    _valid(ids, V)
    return np.array([[float(i == j) for j in range(V)] for i in range(V)])


def one_hot__first_of_repeats(ids, V):
    ids, seen = _valid(ids, V), []
    H = np.zeros((*ids.shape, V), dtype=int)
    for place in np.ndindex(ids.shape):
        if ids[place] not in seen:
            H[place][ids[place]] = 1
            seen.append(ids[place])
    return H


def one_hot__first_axis(ids, V):
    ids = _valid(ids, V)
    return np.stack([ids == v for v in range(V)]).astype(float)


def one_hot__before_time(ids, V):
    ids = _valid(ids, V)
    return (ids[..., None, :] == np.arange(V)[:, None]).astype(int)


def one_hot__flattened(ids, V):
    return np.eye(int(V))[_valid(ids, V).reshape(-1)]


def one_hot__two_axes_only(ids, V):
    ids = _valid(ids, V)
    B, T = ids.shape
    H = np.zeros((B, T, V))
    for b in range(B):
        for t in range(T):
            H[b, t, ids[b, t]] = 1
    return H


def one_hot__empty_raises(ids, V):
    ids = np.asarray(ids)
    low, high = ids.min(), ids.max()
    if low < 0 or high >= V:
        raise ValueError("bad id")
    return np.eye(int(V))[ids]


def one_hot__empty_loses_axis(ids, V):
    def write(part):
        return [write(p) for p in part] if isinstance(part, list) else [int(part == v) for v in range(V)]

    return np.array(write(_valid(ids, V).tolist()))


def one_hot__lists_raise(ids, V):
    H = np.zeros((*ids.shape, V))
    H[...] = _hot(ids, V)
    return H


def one_hot__sorts_the_argument(ids, V):
    ids = np.asarray(ids)
    H = (ids[..., None] == np.arange(V)).astype(np.float32)
    ids.sort(axis=-1)
    if np.any(ids[..., :1] < 0) or np.any(ids[..., -1:] >= V):
        raise IndexError("id out of range")
    return H


def one_hot__float16(ids, V):
    ids = _valid(ids, V)
    return np.eye(int(V), dtype=np.float16)[ids]


def one_hot__negative_from_the_end(ids, V):
    ids = np.asarray(ids, dtype=int)
    H = np.zeros((ids.size, V))
    H[np.arange(ids.size), ids.ravel()] = 1
    return H.reshape((*ids.shape, V))


def one_hot__clipped(ids, V):
    near = np.minimum(np.maximum(np.asarray(ids), 0), V - 1)
    return _hot(near, V)


def one_hot__modulo(ids, V):
    ids = np.asarray(ids)
    return _hot(ids % V, V)


def one_hot__zeros_out_of_range(ids, V):
    ids = np.asarray(ids)
    H = np.zeros((*ids.shape, V))
    for place, i in np.ndenumerate(ids):
        if 0 <= i < V:
            H[(*place, int(i))] = 1.0
    return H


def one_hot__only_too_large_raise(ids, V):
    ids = np.asarray(ids)
    if (ids >= V).any():
        raise IndexError("id too large")
    return ids[..., None] == np.arange(V)


def one_hot__last_id_raises(ids, V):
    return np.concatenate([_hot(ids, V - 1), np.zeros((*np.shape(ids), 1))], axis=-1)


def onehot_lookup__times_transpose(ids, E):
    ids, E = _prepare(ids, E)
    return _hot(ids, len(E)) @ E.T


def onehot_lookup__bag_of_tokens(ids, E):
    ids, E = _prepare(ids, E)
    counts = _hot(ids, len(E)).sum(axis=-2)
    return counts @ E


def onehot_lookup__mean_of_tokens(ids, E):
    X = _right_lookup(ids, E)
    return np.einsum("...td->...d", X) / max(X.shape[-2], 1)


def onehot_lookup__id_as_value(ids, E):
    ids, E = _prepare(ids, E)
    H = np.eye(len(E)) * np.arange(len(E))
    return H[ids] @ E


def onehot_lookup__ids_from_one(ids, E):
    ids, E = _prepare(ids, E)
    return np.eye(len(E))[ids - 1] @ E


def onehot_lookup__zero_is_padding(ids, E):
    ids, E = _prepare(ids, E)
    H = _hot(ids, len(E))
    H[ids == 0] = 0
    return H @ E


def onehot_lookup__entrywise(ids, E):
    ids, E = _prepare(ids, E)
    return np.einsum("...v,vd->...vd", _hot(ids, len(E)), E)


def onehot_lookup__summed_over_coordinates(ids, E):
    ids, E = _prepare(ids, E)
    return _hot(ids, len(E)) * E.sum(axis=1)


def onehot_lookup__time_first(ids, E):
    ids, E = _prepare(ids, E)
    ids = ids.swapaxes(0, 1) if ids.ndim >= 2 else ids
    return _right_lookup(ids, E)


def onehot_lookup__coordinates_first(ids, E):
    ids, E = _prepare(ids, E)
    return np.einsum("...tv,vd->...dt", _hot(ids, len(E)), E)


def onehot_lookup__flattened(ids, E):
    ids, E = _prepare(ids, E)
    H = np.zeros((ids.size, E.shape[0]))
    H[np.arange(ids.size), ids.ravel()] = 1
    return np.dot(H, E)


def onehot_lookup__two_axes_only(ids, E):
    ids, E = _prepare(ids, E)
    return np.einsum("btv,vd->btd", _hot(ids, len(E)), E)


def onehot_lookup__unique_ids(ids, E):
    ids, E = _prepare(ids, E)
    return _hot(np.unique(ids), len(E)) @ E


def onehot_lookup__repeats_are_zero(ids, E):
    ids, E = _prepare(ids, E)
    H = np.zeros((ids.size, len(E)))
    values, first = np.unique(ids, return_index=True)
    H[first, values] = 1.0
    return (H @ E).reshape((*ids.shape, E.shape[1]))


def onehot_lookup__width_of_largest_id(ids, E):
    ids, E = _prepare(ids, E)
    width = max(ids.ravel().tolist(), default=len(E) - 1) + 1
    return _hot(ids, width) @ E


def onehot_lookup__integer_result(ids, E):
    ids, E = _prepare(ids, E)
    H = (ids[..., None] == np.arange(len(E))).astype(int)
    return H @ E.astype(H.dtype)


def onehot_lookup__float16(ids, E):
    ids, E = _prepare(ids, E)
    H = _hot(ids, len(E)).astype(np.float16)
    return H @ E.astype(np.float16)


def onehot_lookup__unit_rows(ids, E):
    ids, E = _prepare(ids, E)
    length = np.sqrt((E**2).sum(axis=1))
    length[length == 0] = 1
    return _hot(ids, len(E)) @ (E / length[:, None])


def onehot_lookup__empty_raises(ids, E):
    ids, E = np.asarray(ids), np.asarray(E, dtype=float)
    if np.max(ids) >= len(E) or np.min(ids) < 0:
        raise IndexError("id out of range")
    return np.eye(len(E))[ids] @ E


def onehot_lookup__lists_raise(ids, E):
    V, d = E.shape
    H = _hot(ids.reshape(-1), V)
    return (H @ E).reshape(*ids.shape, d)


def onehot_lookup__sorts_the_argument(ids, E):
    ids = np.asarray(ids)
    X = _right_lookup(ids, E)
    ids.sort()
    return X


def onehot_lookup__negative_from_the_end(ids, E):
    E = np.asarray(E, dtype=np.float32)
    H = np.identity(len(E), dtype=np.float32)[np.asarray(ids, dtype=int)]
    return H @ E


def onehot_lookup__clipped(ids, E):
    return _right_lookup(np.clip(ids, 0, len(E) - 1), E)


def onehot_lookup__zeros_out_of_range(ids, E):
    ids, E = np.asarray(ids), np.asarray(E, dtype=float)
    return (ids[..., None] == np.arange(E.shape[0])) @ E


def onehot_cost__of_one_token(n, V, d):
    return {key: count // int(n) for key, count in _right_cost(n, V, d).items()}


def onehot_cost__flops(n, V, d):
    cost = _right_cost(n, V, d)
    cost["onehot_macs"] += cost["onehot_macs"]
    return cost


def onehot_cost__additions_only_between(n, V, d):
    return _right_cost(n, V, d) | {"onehot_macs": int(n) * int(d) * (int(V) - 1)}


def onehot_cost__zeros_skipped(n, V, d):
    n, V, d = (int(size) for size in (n, V, d))
    return {"onehot_macs": n * d, "gather_copies": n * d, "onehot_floats": n * V}


def onehot_cost__macs_without_d(n, V, d):
    cost = _right_cost(n, V, d)
    return {**cost, "onehot_macs": cost["onehot_floats"]}


def onehot_cost__macs_without_n(n, V, d):
    cost = _right_cost(n, V, d)
    cost["onehot_macs"] //= int(n)
    return cost


def onehot_cost__gather_counts_rows(n, V, d):
    n, V, d = int(n), int(V), int(d)
    return {"onehot_macs": n * V * d, "gather_copies": n, "onehot_floats": n * V}


def onehot_cost__gather_copies_table(n, V, d):
    return _right_cost(n, V, d) | {"gather_copies": int(V) * int(d)}


def onehot_cost__bytes(n, V, d):
    cost = _right_cost(n, V, d)
    cost["onehot_floats"] *= np.dtype(np.float32).itemsize
    return cost


def onehot_cost__ones_only(n, V, d):
    return {**_right_cost(n, V, d), "onehot_floats": int(n)}


def onehot_cost__with_the_table(n, V, d):
    cost = _right_cost(n, V, d)
    cost["onehot_floats"] += int(V) * int(d)
    return cost


def onehot_cost__int32(n, V, d):
    n, V, d = (np.array([size], dtype=np.int32) for size in (n, V, d))
    return {"onehot_macs": (n * V * d)[0], "gather_copies": (n * d)[0], "onehot_floats": (n * V)[0]}


def onehot_cost__floats(n, V, d):
    return {key: float(count) for key, count in _right_cost(n, V, d).items()}


def onehot_cost__only_python_integers(n, V, d):
    if not all(isinstance(size, int) for size in (n, V, d)):
        raise TypeError("sizes must be int")
    return _right_cost(n, V, d)


def onehot_cost__no_floats(n, V, d):
    n, V, d = map(int, (n, V, d))
    return {"onehot_macs": n * V * d, "gather_copies": n * d}


def onehot_cost__tuple(n, V, d):
    n, V, d = map(int, (n, V, d))
    return n * V * d, n * d, n * V


def one_hot_shapes__axis_first(B, T, V, d):
    return {"ids": (B, T), "one_hot": (V, B, T), "E": (V, d), "X": (B, T, d)}


def one_hot_shapes__before_time(B, T, V, d):
    shapes = _right_shapes(B, T, V, d)
    shapes["one_hot"] = (B, V, T)
    return shapes


def one_hot_shapes__multi_hot(B, T, V, d):
    return _right_shapes(B, T, V, d) | {"one_hot": (B, V)}


def one_hot_shapes__merged_batch(B, T, V, d):
    n = B * T
    return {**_right_shapes(B, T, V, d), "one_hot": (n, V)}


def one_hot_shapes__square(B, T, V, d):
    return {"ids": (B, T), "one_hot": (V, V), "E": (V, d), "X": (B, T, d)}


def one_hot_shapes__length_d(B, T, V, d):
    return {"ids": [B, T], "one_hot": [B, T, d], "E": [V, d], "X": [B, T, d]}


def one_hot_shapes__columns_are_tokens(B, T, V, d):
    shapes = _right_shapes(B, T, V, d)
    shapes["E"] = shapes["E"][::-1]
    return shapes


def one_hot_shapes__scores_for_X(B, T, V, d):
    shapes = _right_shapes(B, T, V, d)
    return {**shapes, "X": shapes["one_hot"]}


def one_hot_shapes__pooled_X(B, T, V, d):
    return {"ids": (B, T), "one_hot": (B, T, V), "E": (V, d), "X": (B, d)}


def one_hot_shapes__flat_ids(B, T, V, d):
    return _right_shapes(B, T, V, d) | {"ids": (B * T,)}


def one_hot_shapes__no_table(B, T, V, d):
    shapes = _right_shapes(B, T, V, d)
    del shapes["E"]
    return shapes
