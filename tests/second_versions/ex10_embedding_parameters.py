"""Each known mistake once more, written by another author from its diagnosis alone."""

import math
import re

import numpy as np

BYTES = {"fp32": 4, "fp16": 2, "bf16": 2, "int8": 1}


def _table_sizes(V, d, n_pos, dtype):
    if V < 1 or d < 1 or n_pos < 0 or dtype not in BYTES:
        raise ValueError("bad size or dtype")
    return int(V), int(d), int(n_pos)


def _counts(inputs, position, output, size):
    total = inputs + position + output
    return {"input": inputs, "position": position, "output": output, "total": total, "bytes": total * size}


def _right_counts(V, d, tied, n_pos, dtype):
    V, d, n_pos = _table_sizes(V, d, n_pos, dtype)
    return _counts(V * d, n_pos * d, 0 if tied else V * d, BYTES[dtype])


def embedding_params__tied_counted_twice(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, n_pos = _table_sizes(V, d, n_pos, dtype)
    return _counts(V * d, n_pos * d, V * d, BYTES[dtype])


def embedding_params__untied_counted_once(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, n_pos = _table_sizes(V, d, n_pos, dtype)
    total = (V + n_pos) * d
    return {"input": V * d, "position": n_pos * d, "output": 0, "total": total, "bytes": total * BYTES[dtype]}


def embedding_params__flag_inverted(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, n_pos = _table_sizes(V, d, n_pos, dtype)
    output = 0
    if tied:
        output = V * d
    return _counts(V * d, n_pos * d, output, BYTES[dtype])


def embedding_params__tied_split(V, d, tied, n_pos=0, dtype="bf16"):
    counts = _right_counts(V, d, tied, n_pos, dtype)
    if tied:
        counts["output"] = counts["input"] // 2
        counts["input"] -= counts["output"]
    return counts


def embedding_params__tied_as_output(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, n_pos = _table_sizes(V, d, n_pos, dtype)
    return _counts(0 if tied else V * d, n_pos * d, V * d, BYTES[dtype])


def embedding_params__total_without_output(V, d, tied, n_pos=0, dtype="bf16"):
    counts = _right_counts(V, d, tied, n_pos, dtype)
    counts["total"] = counts["input"] + counts["position"]
    counts["bytes"] = BYTES[dtype] * counts["total"]
    return counts


def embedding_params__output_bias(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, n_pos = _table_sizes(V, d, n_pos, dtype)
    return _counts(V * d, n_pos * d, 0 if tied else V * (d + 1), BYTES[dtype])


def embedding_params__rows_padded(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, n_pos = _table_sizes(V, d, n_pos, dtype)
    while V % 64:
        V += 1
    return _counts(V * d, n_pos * d, 0 if tied else V * d, BYTES[dtype])


def embedding_params__positions_left_out(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, n_pos = _table_sizes(V, d, n_pos, dtype)
    total = V * d if tied else 2 * V * d
    counts = {"input": V * d, "position": n_pos * d, "output": total - V * d, "total": total}
    return {**counts, "bytes": total * BYTES[dtype]}


def embedding_params__positions_ignored(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, _ = _table_sizes(V, d, n_pos, dtype)
    return _counts(V * d, 0, (not tied) * V * d, BYTES[dtype])


def embedding_params__positions_doubled(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, n_pos = _table_sizes(V, d, n_pos, dtype)
    counts = _counts(V * d, n_pos * d, 0 if tied else V * d, BYTES[dtype])
    counts["total"] = (1 if tied else 2) * (V + n_pos) * d
    counts["bytes"] = counts["total"] * BYTES[dtype]
    return counts


def embedding_params__positions_without_width(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, n_pos = _table_sizes(V, d, n_pos, dtype)
    return _counts(V * d, n_pos, 0 if tied else V * d, BYTES[dtype])


def embedding_params__zero_positions_refused(V, d, tied, n_pos=0, dtype="bf16"):
    for size in (V, d, n_pos):
        if size <= 0:
            raise ValueError("sizes must be positive")
    return _right_counts(V, d, tied, n_pos, dtype)


def embedding_params__bytes_are_numbers(V, d, tied, n_pos=0, dtype="bf16"):
    counts = _right_counts(V, d, tied, n_pos, dtype)
    counts["bytes"] = counts["total"]
    return counts


def embedding_params__bits(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, n_pos = _table_sizes(V, d, n_pos, dtype)
    return _counts(V * d, n_pos * d, 0 if tied else V * d, int(re.sub(r"\D", "", dtype)))


def embedding_params__always_four_bytes(V, d, tied, n_pos=0, dtype="bf16"):
    counts = _right_counts(V, d, tied, n_pos, dtype)
    return counts | {"bytes": 4 * counts["total"]}


def embedding_params__always_two_bytes(V, d, tied, n_pos=0, dtype="bf16"):
    counts = _right_counts(V, d, tied, n_pos, dtype)
    return dict(counts, bytes=sum(counts[key] for key in ("input", "position", "output")) * 2)


def embedding_params__bf16_of_four_bytes(V, d, tied, n_pos=0, dtype="bf16"):
    return _right_counts(V, d, tied, n_pos, "fp32" if dtype == "bf16" else dtype)


def embedding_params__int8_scales(V, d, tied, n_pos=0, dtype="bf16"):
    counts = _right_counts(V, d, tied, n_pos, dtype)
    if dtype == "int8":
        counts["bytes"] += 2 * (counts["total"] // int(d))
    return counts


def embedding_params__mebibytes(V, d, tied, n_pos=0, dtype="bf16"):
    counts = _right_counts(V, d, tied, n_pos, dtype)
    counts["bytes"] = counts["bytes"] / 1024 / 1024
    return counts


def embedding_params__megabytes(V, d, tied, n_pos=0, dtype="bf16"):
    counts = _right_counts(V, d, tied, n_pos, dtype)
    counts["bytes"] = counts["bytes"] // 1_000_000
    return counts


def embedding_params__bytes_of_input(V, d, tied, n_pos=0, dtype="bf16"):
    counts = _right_counts(V, d, tied, n_pos, dtype)
    counts.update(bytes=int(V) * int(d) * BYTES[dtype])
    return counts


def embedding_params__bytes_without_positions(V, d, tied, n_pos=0, dtype="bf16"):
    counts = _right_counts(V, d, tied, n_pos, dtype)
    counts["bytes"] -= counts["position"] * BYTES[dtype]
    return counts


def embedding_params__int32_overflow(V, d, tied, n_pos=0, dtype="bf16"):
    _table_sizes(V, d, n_pos, dtype)
    with np.errstate(over="ignore"):
        return _counts(V * d, n_pos * d, 0 if tied else V * d, BYTES[dtype])


def embedding_params__floats(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, n_pos = map(float, _table_sizes(V, d, n_pos, dtype))
    return _counts(V * d, n_pos * d, 0.0 if tied else V * d, BYTES[dtype])


def embedding_params__no_bytes(V, d, tied, n_pos=0, dtype="bf16"):
    counts = _right_counts(V, d, tied, n_pos, dtype)
    return {key: counts[key] for key in ("input", "position", "output", "total")}


def embedding_params__any_size(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, n_pos = int(V), int(d), int(n_pos)
    return _counts(V * d, n_pos * d, 0 if tied else V * d, BYTES[dtype])


def embedding_params__zero_accepted(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, n_pos = int(V), int(d), int(n_pos)
    if min(V, d, n_pos) < 0:
        raise ValueError("sizes must not be negative")
    return _counts(V * d, n_pos * d, 0 if tied else V * d, BYTES[dtype])


def embedding_params__width_unchecked(V, d, tied, n_pos=0, dtype="bf16"):
    V, _, n_pos = _table_sizes(V, 1, n_pos, dtype)
    return _counts(V * int(d), n_pos * int(d), 0 if tied else V * int(d), BYTES[dtype])


def embedding_params__negative_positions(V, d, tied, n_pos=0, dtype="bf16"):
    V, d, _ = _table_sizes(V, d, 0, dtype)
    return _counts(V * d, int(n_pos) * d, 0 if tied else V * d, BYTES[dtype])


def embedding_params__clamped(V, d, tied, n_pos=0, dtype="bf16"):
    return _right_counts(max(V, 1), max(d, 1), tied, max(n_pos, 0), dtype)


def embedding_params__unknown_dtype(V, d, tied, n_pos=0, dtype="bf16"):
    return _right_counts(V, d, tied, n_pos, dtype if dtype in BYTES else "bf16")


def _cache_sizes(sizes, dtype):
    if any(size < 1 for size in sizes):
        raise ValueError("sizes must be positive")
    return *(int(size) for size in sizes), BYTES[dtype]


def kv_cache_bytes__keys_only(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    return math.prod(_cache_sizes((L, n_kv, head_dim, T, B), dtype))


def kv_cache_bytes__queries_too(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    one = math.prod(_cache_sizes((L, n_kv, head_dim, T, B), dtype))
    keys = values = queries = one
    return queries + keys + values


def kv_cache_bytes__query_heads(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    L, n_kv, head_dim, T, B, size = _cache_sizes((L, n_kv, head_dim, T, B), dtype)
    heads = 4 * n_kv
    return 2 * L * heads * head_dim * T * B * size


def kv_cache_bytes__batch_ignored(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    L, n_kv, head_dim, T, _, size = _cache_sizes((L, n_kv, head_dim, T, B), dtype)
    return L * (n_kv * head_dim * T + n_kv * head_dim * T) * size


def kv_cache_bytes__one_layer(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    _, *rest = _cache_sizes((L, n_kv, head_dim, T, B), dtype)
    return 2 * math.prod(rest)


def kv_cache_bytes__one_token(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    L, n_kv, head_dim, _, B, size = _cache_sizes((L, n_kv, head_dim, T, B), dtype)
    return B * L * n_kv * head_dim * 2 * size


def kv_cache_bytes__one_head(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    L, n_kv, head_dim, T, B, size = _cache_sizes((L, n_kv, head_dim, T, B), dtype)
    return 2 * head_dim * L * T * B * size


def kv_cache_bytes__width_split(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    L, n_kv, d, T, B, size = _cache_sizes((L, n_kv, head_dim, T, B), dtype)
    return 2 * B * T * L * n_kv * (d // n_kv) * size


def kv_cache_bytes__score_matrix(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    L, n_kv, head_dim, T, B, size = _cache_sizes((L, n_kv, head_dim, T, B), dtype)
    numbers_of_a_head = 2 * T * head_dim + T * T
    return B * L * n_kv * numbers_of_a_head * size


def kv_cache_bytes__numbers(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    *sizes, _ = _cache_sizes((L, n_kv, head_dim, T, B), dtype)
    return int(np.prod([2, *sizes], dtype=np.int64))


def kv_cache_bytes__bits(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    L, n_kv, head_dim, T, B, size = _cache_sizes((L, n_kv, head_dim, T, B), dtype)
    return 2 * L * n_kv * head_dim * T * B * (8 * size)


def kv_cache_bytes__always_two_bytes(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    L, n_kv, head_dim, T, B, _ = _cache_sizes((L, n_kv, head_dim, T, B), dtype)
    return 4 * L * n_kv * head_dim * T * B


def kv_cache_bytes__gibibytes(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    return 2 * math.prod(_cache_sizes((L, n_kv, head_dim, T, B), dtype)) // 2**30


def kv_cache_bytes__gigabytes(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    return 2 * math.prod(_cache_sizes((L, n_kv, head_dim, T, B), dtype)) / 1e9


def kv_cache_bytes__float(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    return np.prod(np.array(_cache_sizes((L, n_kv, head_dim, T, B), dtype), dtype=float)) * 2


def kv_cache_bytes__int32_overflow(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    _cache_sizes((L, n_kv, head_dim, T, B), dtype)
    with np.errstate(over="ignore"):
        return L * n_kv * head_dim * T * B * 2 * BYTES[dtype]


def kv_cache_bytes__any_size(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    return 2 * BYTES[dtype] * int(L) * int(n_kv) * int(head_dim) * int(T) * int(B)


def kv_cache_bytes__zero_accepted(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    sizes = [int(size) for size in (L, n_kv, head_dim, T, B)]
    if min(sizes) < 0:
        raise ValueError("sizes must not be negative")
    return 2 * math.prod(sizes) * BYTES[dtype]


def kv_cache_bytes__product_checked(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    found = 2 * int(L) * int(n_kv) * int(head_dim) * int(T) * int(B) * BYTES[dtype]
    if found <= 0:
        raise ValueError("sizes must be positive")
    return found


def kv_cache_bytes__batch_unchecked(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    return int(B) * 2 * math.prod(_cache_sizes((L, n_kv, head_dim, T), dtype))


def kv_cache_bytes__unknown_dtype(L, n_kv, head_dim, T, B=1, dtype="bf16"):
    *sizes, _ = _cache_sizes((L, n_kv, head_dim, T, B), "bf16")
    return math.prod(sizes) * 2 * BYTES.get(dtype, 2)


def _flat(ids, G, H, D):
    G, H, D = (np.array(a, dtype=float) for a in (G, H, D))
    return np.array(ids, dtype=int).ravel(), *(a.reshape(-1, a.shape[-1]) for a in (G, H, D))


def _input_path(ids, G, V):
    return np.eye(V)[ids].T @ G


def _output_path(H, D):
    return np.einsum("tv,td->vd", D, H)


def tied_grad__input_only(ids, G, H, D):
    ids, G, _, D = _flat(ids, G, H, D)
    grad = np.zeros((D.shape[1], G.shape[1]))
    for v, row in zip(ids, G, strict=True):
        grad[v] += row
    return grad


def tied_grad__output_only(ids, G, H, D):
    return np.einsum("btv,btd->vd", np.asarray(D, dtype=float), np.asarray(H, dtype=float))


def tied_grad__two_results(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    read, scored = _input_path(ids, G, D.shape[1]), _output_path(H, D)
    return read, scored


def tied_grad__averaged_paths(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    return np.mean([_input_path(ids, G, D.shape[1]), D.T @ H], axis=0)


def tied_grad__difference(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    grad = D.T @ H
    np.subtract.at(grad, ids, G)
    return grad


def tied_grad__descent_step(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    step = np.zeros((D.shape[1], H.shape[1]))
    for v, g, h, delta in zip(ids, G, H, D, strict=True):
        step[v] -= g
        step -= np.outer(delta, h)
    return step


def tied_grad__only_rows_read(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    grad = np.zeros((D.shape[1], H.shape[1]))
    for v in set(ids.tolist()):
        grad[v] = G[ids == v].sum(axis=0) + D[:, v] @ H
    return grad


def tied_grad__only_rows_not_read(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    read = _input_path(ids, G, D.shape[1])
    was_read = np.isin(np.arange(D.shape[1]), ids)
    return np.where(was_read[:, None], read, _output_path(H, D))


def tied_grad__buffered_scatter(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    grad = _output_path(H, D)
    grad[ids] += G
    return grad


def tied_grad__buffered_by_sequence(ids, G, H, D):
    ids, G, H, D = np.asarray(ids), np.asarray(G), np.asarray(H), np.asarray(D)
    grad = np.zeros((D.shape[-1], H.shape[-1]))
    for b in range(len(ids)):
        grad[ids[b]] += G[b]
        grad += D[b].T @ H[b]
    return grad


def tied_grad__overwritten(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    grad = D.T @ H
    for v, row in zip(ids, G, strict=True):
        grad[v] = row
    return grad


def tied_grad__mean_of_repeats(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    grad = D.T @ H
    for v in np.unique(ids):
        grad[v] += G[ids == v].mean(axis=0)
    return grad


def tied_grad__row_zero_is_padding(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    kept = ids > 0
    return _input_path(ids[kept], G[kept], D.shape[1]) + _output_path(H, D)


def tied_grad__ids_from_one(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    grad = D.T @ H
    for v, row in zip(ids, G, strict=True):
        grad[v - 1] += row
    return grad


def tied_grad__ids_by_columns(ids, G, H, D):
    _, G, H, D = _flat(ids, G, H, D)
    grad = D.T @ H
    np.add.at(grad, np.asarray(ids).flatten(order="F"), G)
    return grad


def tied_grad__hidden_scattered(ids, G, H, D):
    ids, _, H, D = _flat(ids, G, H, D)
    grad = np.zeros((D.shape[1], H.shape[1]), dtype=np.float32)
    for t in range(len(ids)):
        grad[ids[t]] += H[t]
    return grad + D.T @ H


def tied_grad__gradient_times_gradient(ids, G, H, D):
    ids, G, _, D = _flat(ids, G, H, D)
    return (np.eye(D.shape[1])[ids] + D).T @ G


def tied_grad__reshaped_not_transposed(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    return D.reshape(D.shape[1], -1) @ H + _input_path(ids, G, D.shape[1])


def tied_grad__transposed(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    grad = H.T @ D
    for t, v in enumerate(ids):
        grad[:, v] += G[t]
    return grad


def tied_grad__each_sequence(ids, G, H, D):
    grads = []
    for sequence in zip(ids, G, H, D, strict=True):
        one_ids, g, h, delta = _flat(*sequence)
        grads.append(_input_path(one_ids, g, delta.shape[1]) + delta.T @ h)
    return np.stack(grads)


def tied_grad__last_sequence(ids, G, H, D):
    for sequence in zip(ids, G, H, D, strict=True):
        one_ids, g, h, delta = _flat(*sequence)
        grad = np.zeros((delta.shape[1], h.shape[1]))
        np.add.at(grad, one_ids, g)
        grad += delta.T @ h
    return grad


def tied_grad__shifted(ids, G, H, D):
    flat_ids, flat_G, _, flat_D = _flat(ids, G, H, D)
    H, D = np.asarray(H, dtype=float), np.asarray(D, dtype=float)
    output = np.einsum("btv,btd->vd", D[:, 1:], H[:, :-1])
    return output + _input_path(flat_ids, flat_G, flat_D.shape[1])


def tied_grad__token_mean(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    return (_input_path(ids, G, D.shape[1]) + _output_path(H, D)) / len(ids)


def tied_grad__batch_mean(ids, G, H, D):
    B = len(ids)
    ids, G, H, D = _flat(ids, G, H, D)
    return _input_path(ids, G / B, D.shape[1]) + _output_path(H, D / B)


def tied_grad__output_mean(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    per_token = D[:, :, None] * H[:, None, :]
    return _input_path(ids, G, D.shape[1]) + per_token.mean(axis=0)


def tied_grad__scaled_rows(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    grad = D.T @ H
    np.add.at(grad, ids, math.sqrt(G.shape[1]) * G)
    return grad


def tied_grad__softmax_of_gradient(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    P = np.exp(D - D.max(axis=1, keepdims=True))
    P = P / P.sum(axis=1, keepdims=True)
    return _input_path(ids, G, D.shape[1]) + P.T @ H


def tied_grad__vocabulary_from_ids(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    rows = [G[ids == v].sum(axis=0) + D[:, v] @ H for v in range(max(ids) + 1)]
    return np.array(rows)


def tied_grad__sorts_ids(ids, G, H, D):
    _, G, H, D = _flat(ids, G, H, D)
    flat = np.asarray(ids).reshape(-1)
    order = np.argsort(flat, kind="stable")
    flat.sort()
    values, starts = np.unique(flat, return_index=True)
    grad = D.T @ H
    grad[values] += np.add.reduceat(G[order], starts, axis=0)
    return grad


def tied_grad__float16(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    return np.float16(_input_path(ids, G, D.shape[1]) + D.T @ H)


def tied_grad__integer_result(ids, G, H, D):
    ids, G, H, D = _flat(ids, G, H, D)
    grad = np.zeros((D.shape[1], H.shape[1]), dtype=int)
    grad[:] = D.T @ H
    for v, row in zip(ids, G, strict=True):
        grad[v] = grad[v] + row
    return grad


def _objects(B, T, V, d, **changes):
    return {"E": (V, d), "X": (B, T, d), "H": (B, T, d), "logits": (B, T, V), "grad_E": (V, d), **changes}


def embedding_shapes__transposed_table(B, T, V, d):
    return _objects(B, T, V, d, E=(d, V), grad_E=(d, V))


def embedding_shapes__transposed_gradient(B, T, V, d):
    return _objects(B, T, V, d, grad_E=np.zeros((V, d)).T.shape)


def embedding_shapes__gradient_of_rows_read(B, T, V, d):
    return _objects(B, T, V, d, grad_E=(B, T, d))


def embedding_shapes__two_tables(B, T, V, d):
    return _objects(B, T, V, d, grad_E=[2, V, d])


def embedding_shapes__logits_like_states(B, T, V, d):
    shapes = _objects(B, T, V, d)
    return {**shapes, "logits": shapes["H"]}


def embedding_shapes__one_prediction(B, T, V, d):
    return _objects(B, T, V, d, logits=(B, V))


def embedding_shapes__vocabulary_first(B, T, V, d):
    return _objects(B, T, V, d, logits=(V, B, T))


def embedding_shapes__one_hot_rows(B, T, V, d):
    return _objects(B, T, V, d, X=[B, T, V])


def embedding_shapes__flat_tokens(B, T, V, d):
    tokens = B * T
    return _objects(B, T, V, d, X=(tokens, d), H=(tokens, d), logits=(tokens, V))


def embedding_shapes__time_first(B, T, V, d):
    return _objects(T, B, V, d)


def embedding_shapes__pooled_states(B, T, V, d):
    return _objects(B, T, V, d, H=(B, d))


def embedding_shapes__no_logits(B, T, V, d):
    shapes = _objects(B, T, V, d)
    shapes.pop("logits")
    return shapes
