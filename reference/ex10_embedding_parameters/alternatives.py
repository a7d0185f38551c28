"""Right but unusual versions, which must get full marks; named like the mistakes, ``tied_grad__one_hot``."""

import math
from collections import defaultdict
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def embedding_params__products(
    V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16"
) -> defaultdict[str, int]:
    """math.prod of Python integers, and another mapping than a dict."""
    V, d, n_pos = map(int, (V, d, n_pos))
    assert min(V, d, n_pos + 1) > 0
    size = {"fp32": 32, "fp16": 16, "bf16": 16, "int8": 8}[dtype] // 8
    result: defaultdict[str, int] = defaultdict(int)
    result["input"] = math.prod((V, d))
    result["position"] = math.prod((n_pos, d))
    result["output"] = math.prod((V, d, not tied))
    result["total"] = sum(result.values())
    result["bytes"] = math.prod((result["total"], size))
    return result


def embedding_params__int64(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> dict[str, np.int64]:
    """Numpy's 64-bit integers all the way."""
    rows = np.array([V, n_pos, 0 if tied else V], dtype=np.int64)
    if np.int64(V) <= 0 or np.int64(d) <= 0 or np.int64(n_pos) < 0:
        raise ValueError("these are no sizes")
    counts = rows * np.int64(d)
    size = np.array([4, 2, 2, 1], dtype=np.int64)[["fp32", "fp16", "bf16", "int8"].index(dtype)]
    return {
        "bytes": counts.sum() * size,
        "total": counts.sum(),
        "output": counts[2],
        "position": counts[1],
        "input": counts[0],
    }


def embedding_params__arrays_of_one(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> dict[str, Any]:
    """Counts as 0-d arrays of unsigned integers."""
    if not (V >= 1 and d >= 1 and n_pos >= 0):
        raise TypeError("sizes, please")
    size = {"fp32": 4, "int8": 1}.get(dtype, 2)
    if size == 2 and dtype not in ("fp16", "bf16"):
        raise KeyError(dtype)
    table, places = int(V) * int(d), int(n_pos) * int(d)
    both = table if tied else 2 * table
    counts = (table, places, both - table, both + places, (both + places) * size)
    return {
        key: np.array(count, dtype=np.uint64)
        for key, count in zip(("input", "position", "output", "total", "bytes"), counts, strict=True)
    }


def embedding_params__rows_first(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> dict[str, int]:
    """Adds rows up before it multiplies by d, and shifts bits for the bytes."""
    shift = {"fp32": 2, "fp16": 1, "bf16": 1, "int8": 0}[dtype]
    V, d, n_pos = V.__index__(), d.__index__(), n_pos.__index__()
    if V <= 0 or d <= 0 or n_pos < 0:
        raise ArithmeticError
    total = ((1 if tied else 2) * V + n_pos) * d
    return {
        "input": V * d,
        "position": n_pos * d,
        "output": total - V * d - n_pos * d,
        "total": total,
        "bytes": total << shift,
    }


def kv_cache_bytes__one_token_first(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """The bytes of one token in one layer, keys and values apart, then all layers and tokens."""
    if any(size <= 0 for size in (L, n_kv, head_dim, T, B)):
        raise ValueError("a size must be positive")
    size = {"fp32": 4, "fp16": 2, "bf16": 2, "int8": 1}[dtype]
    keys = values = int(n_kv) * int(head_dim) * size
    tokens = int(T) * int(B)
    return sum(keys * tokens + values * tokens for _ in range(int(L)))


def kv_cache_bytes__numpy_product(
    L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16"
) -> np.int64:
    """A product of numpy's 64-bit integers."""
    sizes = np.array([L, n_kv, head_dim, T, B], dtype=np.int64)
    if not np.all(sizes > 0):
        raise ValueError(sizes)
    bits = {"fp32": 32, "fp16": 16, "bf16": 16, "int8": 8}
    return np.int64(np.prod(sizes) * bits[dtype] // 4)


def kv_cache_bytes__reduced(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """functools.reduce over Python integers."""
    table = (("fp32", 4), ("fp16", 2), ("bf16", 2), ("int8", 1))
    (size,) = (size for name, size in table if name == dtype)
    if min(L, n_kv, head_dim, T, B) <= 0:
        raise ValueError
    return reduce(lambda product, factor: product * int(factor), (L, n_kv, head_dim, T, B), 2 * size)


def tied_grad__one_hot(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> NDArray[Any]:
    """One-hot rows in the input path; both paths are one product of stacked matrices."""
    scores = np.asarray(D)
    V, d = scores.shape[-1], np.shape(G)[-1]
    left = np.concatenate([np.eye(V)[np.ravel(ids)], scores.reshape(-1, V)])
    right = np.concatenate([np.reshape(G, (-1, d)), np.reshape(H, (-1, d))])
    product: NDArray[Any] = left.T @ right
    return product


def tied_grad__einsum(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> NDArray[Any]:
    """Two contractions over batch and time."""
    inputs, states, scores = (np.asarray(array, dtype=float) for array in (G, H, D))
    one_hot = (np.asarray(ids)[..., None] == np.arange(scores.shape[-1])).astype(float)
    paths: NDArray[Any] = np.einsum("btv,btd->vd", one_hot, inputs) + np.einsum("btv,btd->vd", scores, states)
    return paths


def tied_grad__loops(ids: Sequence[Any], G: Sequence[Any], H: Sequence[Any], D: Sequence[Any]) -> list[Any]:
    """Pure Python: nested lists in, nested lists out."""
    V, d = len(D[0][0]), len(G[0][0])
    grad = [[0.0] * d for _ in range(V)]
    for b in range(len(ids)):
        for t in range(len(ids[b])):
            for k in range(d):
                grad[int(ids[b][t])][k] += float(G[b][t][k])
                for v in range(V):
                    grad[v][k] += float(D[b][t][v]) * float(H[b][t][k])
    return grad


def tied_grad__outer_products(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> NDArray[Any]:
    """One outer product a token, and one row at a time."""
    tokens, scores = np.asarray(ids).ravel(), np.asarray(D, dtype=float)
    V, d = scores.shape[-1], np.shape(H)[-1]
    grad = np.zeros((V, d))
    rows = zip(tokens, np.reshape(G, (-1, d)), np.reshape(H, (-1, d)), scores.reshape(-1, V), strict=True)
    for token, g, h, delta in rows:
        grad += np.multiply.outer(delta, h)
        grad[token] += g
    return grad


def tied_grad__bincount(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> NDArray[Any]:
    """A weighted count for each coordinate; tensordot for the output path."""
    V, d = np.shape(D)[-1], np.shape(G)[-1]
    columns = np.reshape(G, (-1, d)).T
    scattered = np.array([np.bincount(np.ravel(ids), weights=column, minlength=V) for column in columns]).T
    total: NDArray[Any] = scattered + np.tensordot(np.asarray(D), np.asarray(H), axes=((0, 1), (0, 1)))
    return total


def tied_grad__single_precision(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> NDArray[Any]:
    """Everything in float32, one sequence after the other."""
    inputs, states, scores = (np.asarray(array, dtype=np.float32) for array in (G, H, D))
    grad = np.zeros((scores.shape[-1], inputs.shape[-1]), dtype=np.float32)
    for tokens, g, h, delta in zip(np.asarray(ids), inputs, states, scores, strict=True):
        np.add.at(grad, tokens, g)
        grad += delta.T @ h
    return grad


def tied_grad__sorted_runs(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> NDArray[Any]:
    """Sorts the tokens and adds up each run; the result is a transposed view."""
    tokens = np.ravel(ids)
    V, d = np.shape(D)[-1], np.shape(G)[-1]
    order = np.argsort(tokens, kind="stable")
    present, starts = np.unique(tokens[order], return_index=True)
    grad: NDArray[Any] = np.asarray(H, dtype=float).reshape(-1, d).T @ np.asarray(D).reshape(-1, V)  # (d, V)
    grad[:, present] += np.add.reduceat(np.reshape(G, (-1, d))[order], starts).T
    return grad.T


def embedding_shapes__measured(B: int, T: int, V: int, d: int) -> dict[str, Any]:
    """Measures arrays, and gives lists and an array of numpy integers."""
    E, ids = np.ones((V, d)), np.zeros((B, T), dtype=int)
    X = E[ids]
    logits = X @ E.T
    return {
        "grad_E": list(np.tensordot(logits, X, axes=((0, 1), (0, 1))).shape),
        "logits": np.array(logits.shape),
        "H": X.shape,
        "X": [np.int64(B), np.int32(T), d],
        "E": E.shape,
    }
