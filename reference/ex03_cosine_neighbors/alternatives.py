"""Right but unusual versions, which must get full marks; named like the mistakes, ``nearest__loops``."""

import heapq
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def _checked(A: ArrayLike, B: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both as arrays, or an error for what is no pair of tables of equal width."""
    first, second = np.asarray(A, dtype=float), np.asarray(B, dtype=float)
    (_, width), (_, other_width) = first.shape, second.shape
    if width != other_width:
        raise TypeError("these do not fit")
    return first, second


def _table(X: ArrayLike, k: int) -> NDArray[np.float64]:
    """The table as an array, or an error for a bad shape or k."""
    table = np.asarray(X, dtype=float)
    n, _ = table.shape
    if k not in range(1, n):
        raise IndexError("no such k")
    return table


def _cosine(u: Sequence[float], v: Sequence[float]) -> float:
    """Pure Python, one pair at a time; each norm is taken with care for its size."""
    lengths = math.hypot(*u), math.hypot(*v)
    if 0.0 in lengths:
        return 0.0
    return math.fsum(a / lengths[0] * (b / lengths[1]) for a, b in zip(u, v, strict=True))


def cosine_matrix__loops(A: ArrayLike, B: ArrayLike) -> list[list[float]]:
    """Nested lists in, nested lists out, with math.hypot for the norms."""
    first, second = _checked(A, B)
    return [[_cosine(u, v) for v in second.tolist()] for u in first.tolist()]


def cosine_matrix__einsum(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Sums over named axes, norms too, and divides at the end where there is something to divide by."""
    first, second = _checked(A, B)
    dots = np.einsum("id,jd->ij", first, second)
    lengths = np.sqrt(np.outer(np.einsum("id,id->i", first, first), np.einsum("jd,jd->j", second, second)))
    result: NDArray[Any] = np.divide(dots, lengths, out=np.zeros_like(dots), where=lengths > 0)
    return result


def cosine_matrix__single_precision(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Everything in float32, as in a vector store, and clipped to what a cosine can be."""
    first, second = (table.astype(np.float32) for table in _checked(A, B))
    scaled = [
        table / np.maximum(np.sqrt((table * table).sum(axis=1, keepdims=True)), np.float32(1e-12))
        for table in (first, second)
    ]
    result: NDArray[Any] = np.clip(np.inner(*scaled), -1, 1)
    return result


def cosine_matrix__floored_norms(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Norms are kept above 1e-12, far below every norm that occurs, so zero rows give 0."""
    first, second = _checked(A, B)
    lengths = [np.maximum(np.linalg.norm(table, axis=1), 1e-12) for table in (first, second)]
    result: NDArray[Any] = (first @ second.T) / lengths[0][:, None] / lengths[1]
    return result


def cosine_matrix__repaired(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Divides by 0 with its eyes shut and puts 0 where nan came out; the result is a transposed view."""
    first, second = _checked(A, B)
    with np.errstate(all="ignore"):
        scaled = [(table.T / np.sqrt(np.sum(table**2, axis=-1))).T for table in (first, second)]
    result: NDArray[Any] = np.nan_to_num(scaled[1] @ scaled[0].T).T
    return result


def cosine_matrix__from_distances(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """On unit rows |u - v|^2 = 2 - 2 cos; zero rows are set to 0 at the end."""
    first, second = _checked(A, B)
    lengths = [np.linalg.norm(table, axis=1) for table in (first, second)]
    unit = [
        table / np.where(length, length, 1)[:, None] for table, length in zip((first, second), lengths, strict=True)
    ]
    squares = np.sum((unit[0][:, None] - unit[1]) ** 2, axis=-1)
    result: NDArray[Any] = (1 - squares / 2) * np.logical_and.outer(*lengths)
    return result


def cosine_matrix__one_stack(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Stacks both tables, scales by a diagonal matrix, and cuts the block out of all cosines."""
    first, second = _checked(A, B)
    stack = np.concatenate([first, second])
    squares = np.diag(stack @ stack.T)
    scale = np.diag([1 / math.sqrt(square) if square else 0.0 for square in squares])
    result: NDArray[Any] = (scale @ stack @ stack.T @ scale)[: len(first), len(first) :]
    return result


def nearest__loops(X: ArrayLike, k: int) -> list[list[int]]:
    """Pure Python: a sort by a pair of keys, cosine first and index second."""
    rows = _table(X, k).tolist()
    return [
        sorted((j for j in range(len(rows)) if j != i), key=lambda j, u=u: (-_cosine(u, rows[j]), j))[:k]  # type: ignore[misc]
        for i, u in enumerate(rows)
    ]


def nearest__lexsort(X: ArrayLike, k: int) -> NDArray[Any]:
    """Sorts by two keys, the index within the negated cosine, and takes self out of the sorted list."""
    table = _table(X, k)
    n = len(table)
    cosines = np.asarray(cosine_matrix__floored_norms(table, table))
    order = np.lexsort((np.broadcast_to(np.arange(n), (n, n)), -cosines))
    result: NDArray[Any] = order[order != np.arange(n)[:, None]].reshape(n, n - 1)[:, :k].astype(np.int32)
    return result


def nearest__heap(X: ArrayLike, k: int) -> list[tuple[int, ...]]:
    """Keeps the k best in a heap, as one does for a long stream of rows."""
    table = _table(X, k)
    cosines = np.asarray(cosine_matrix__einsum(table, table)).tolist()
    return [
        tuple(j for _, j in heapq.nsmallest(k, ((-value, j) for j, value in enumerate(row) if j != i)))
        for i, row in enumerate(cosines)
    ]


def nearest__repeated_argmax(X: ArrayLike, k: int) -> NDArray[Any]:
    """Takes the best, strikes it out, and takes the best again; argmax finds the first of equals."""
    table = _table(X, k)
    cosines = np.array(cosine_matrix__loops(table, table))
    everyone = np.arange(len(table))
    cosines[everyone, everyone] = -np.inf
    columns = []
    for _ in range(k):
        columns.append(cosines.argmax(axis=1))
        cosines[everyone, columns[-1]] = -np.inf
    return np.stack(columns, axis=1).astype(np.uint16)


def nearest__deleted_and_renumbered(X: ArrayLike, k: int) -> NDArray[Any]:
    """Deletes self from each row of cosines, sorts, and renumbers what came after it."""
    table = _table(X, k)
    result = np.empty((len(table), k), dtype=int)
    for i, u in enumerate(table):
        others = np.delete(np.arange(len(table)), i)
        row = np.asarray(cosine_matrix__repaired(u[None], table[others]))[0]
        result[i] = others[np.argsort(-row, kind="mergesort")[:k]]
    return result


def nearest__smallest_angle(X: ArrayLike, k: int) -> NDArray[Any]:
    """Sorts the angles, which fall where cosines rise; self gets an angle that nothing can have."""
    table = _table(X, k)
    angles = np.arccos(np.clip(np.asarray(cosine_matrix__floored_norms(table, table)), -1, 1))
    angles[np.diag_indices(len(table))] = 9.0
    return np.argsort(angles, axis=-1, kind="stable")[:, :k]


def nearest__single_precision(X: ArrayLike, k: int) -> NDArray[Any]:
    """Everything in float32: near ties may fall either way, which is why lists are judged by their cosines."""
    table = _table(X, k)
    cosines = np.asarray(cosine_matrix__single_precision(table, table))
    np.fill_diagonal(cosines, -3)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :k]


def cosine_shapes__measured(n: int, m: int, d: int, k: int) -> dict[str, Any]:
    """Measures arrays, and gives lists and an array of numpy integers."""
    A, B = np.ones((n, d)), np.ones((m, d))
    cosines = np.inner(A, B)
    return {
        "neighbors": [np.int64(n), np.int32(k)],
        "cosines": np.array(cosines.shape),
        "B": list(B.shape),
        "A": A.shape,
    }
