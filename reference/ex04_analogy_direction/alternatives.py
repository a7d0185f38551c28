"""Right but unusual versions, which must get full marks; named like the mistakes, ``analogy__loops``."""

import math
from itertools import combinations, permutations
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def _allowed(V: int, *tokens: Any) -> list[int]:
    """The ids that may answer, or an error for bad ids and for no id left."""
    if not all(token in range(V) for token in tokens):
        raise IndexError("no such token")
    allowed = [v for v in range(V) if v not in tokens]
    if not allowed:
        raise LookupError("nobody is left")
    return allowed


def _pairs(V: int, pairs: ArrayLike) -> list[tuple[int, int]]:
    """The pairs as Python integers, or an error for bad ids and for too few of them."""
    result = [(int(a), int(b)) for a, b in np.asarray(pairs)]
    if len(result) < 2 or not all(0 <= token < V for pair in result for token in pair):
        raise TypeError("these are no pairs")
    return result


def _cosine(u: list[float], v: list[float]) -> float:
    lengths = math.hypot(*u) * math.hypot(*v)
    return math.fsum(x * y for x, y in zip(u, v, strict=True)) / lengths if lengths else 0.0


def analogy__loops(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """Pure Python: max with a key, which keeps the first of equals."""
    rows: list[list[float]] = np.asarray(E, dtype=float).tolist()
    allowed = _allowed(len(rows), a, b, c)
    if normalize:
        rows = [[x / (math.hypot(*row) or 1.0) for x in row] for row in rows]
    query = [y - x + z for x, y, z in zip(rows[a], rows[b], rows[c], strict=True)]
    return max(allowed, key=lambda v: _cosine(rows[v], query))


def analogy__deleted_and_renumbered(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> Any:
    """Deletes the three rows, searches the rest, and looks the id up; the answer is a 0-d array."""
    table = np.array(E, dtype=float)
    _allowed(len(table), a, b, c)
    lengths = np.sqrt(np.einsum("vd,vd->v", table, table))
    if normalize:
        table[lengths > 0] /= lengths[lengths > 0, None]
        lengths = np.where(lengths > 0, 1.0, 0.0)
    query = table[[a, b, c]].T @ [-1.0, 1.0, 1.0]
    kept = np.delete(np.arange(len(table)), [a, b, c])
    dots, scale = table[kept] @ query, lengths[kept] * np.linalg.norm(query)
    cosines = np.divide(dots, scale, out=np.zeros(len(kept)), where=scale > 0)
    return np.array(kept[np.argmax(cosines)])


def analogy__single_precision(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> Any:
    """Everything in float32, the answer a numpy integer of 32 bits."""
    table = np.asarray(E, dtype=np.float32)
    _allowed(len(table), a, b, c)
    unit = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), np.float32(1e-12))
    rows = unit if normalize else table
    query = rows[b] - rows[a] + rows[c]
    cosines = unit @ (query / max(float(np.linalg.norm(query)), 1e-12)).astype(np.float32)
    cosines[[a, b, c]] = -2
    return np.int32(np.argmax(cosines))


def analogy__repaired(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> Any:
    """Divides by 0 with its eyes shut and puts 0 where nan came out."""
    table = np.asarray(E, dtype=float)
    _allowed(len(table), a, b, c)
    with np.errstate(all="ignore"):
        unit = np.nan_to_num(table / np.linalg.norm(table, axis=1)[:, None])
        rows = unit if normalize else table
        query = rows[b] - rows[a] + rows[c]
        cosines = np.nan_to_num(unit @ query / np.linalg.norm(query))
    masked = np.where(np.isin(np.arange(len(table)), [a, b, c]), -np.inf, cosines)
    return masked.argmax()


def analogy__stable_sort(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """Sorts all ids by cosine and takes the first that is allowed."""
    table = np.asarray(E, dtype=float)
    allowed = set(_allowed(len(table), a, b, c))
    norms = np.linalg.norm(table, axis=1)
    norms[norms == 0] = 1
    rows = (table.T / norms).T if normalize else table
    query = np.subtract(rows[b], rows[a]) + rows[c]
    order = np.argsort(-(table @ query) / norms, kind="stable")
    return next(int(v) for v in order if int(v) in allowed)


def analogy__sum_of_cosines(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """A dot product with b - a + c is one with b minus one with a plus one with c, so no query is made."""
    table = np.asarray(E, dtype=float)
    allowed = _allowed(len(table), a, b, c)
    norms = np.linalg.norm(table, axis=1)
    norms = np.where(norms > 0, norms, 1.0)
    cosines = (table / norms[:, None]) @ (table / norms[:, None]).T
    weights = np.ones(3) if normalize else norms[[b, a, c]]
    scores = cosines[:, [b, a, c]] @ (weights * [1, -1, 1])
    return allowed[int(np.argmax(scores[allowed]))]


def offset_consistency__combinations(E: ArrayLike, pairs: ArrayLike) -> float:
    """Pure Python over the unordered pairs of offsets."""
    rows: list[list[float]] = np.asarray(E, dtype=float).tolist()
    offsets = [[y - x for x, y in zip(rows[a], rows[b], strict=True)] for a, b in _pairs(len(rows), pairs)]
    return fmean(_cosine(u, v) for u, v in combinations(offsets, 2))


def offset_consistency__permutations(E: ArrayLike, pairs: ArrayLike) -> Any:
    """Over the ordered pairs, with every offset turned around, which changes no cosine; a 0-d array."""
    table = np.asarray(E, dtype=float)
    offsets = [table[a] - table[b] for a, b in _pairs(len(table), pairs)]
    values = [u @ v / np.sqrt((u @ u) * (v @ v)) for u, v in permutations(offsets, 2)]
    return np.array(np.mean(values))


def offset_consistency__sum_identity(E: ArrayLike, pairs: ArrayLike) -> Any:
    """(|sum of unit offsets|^2 - n) / (n (n - 1)), with no matrix of cosines."""
    table = np.asarray(E, dtype=float)
    first, second = np.transpose(_pairs(len(table), pairs))
    offsets = np.take(table, second, axis=0) - np.take(table, first, axis=0)
    total = (offsets / np.linalg.norm(offsets, axis=1)[:, None]).sum(axis=0)
    n = len(offsets)
    return (total @ total - n) / (n * (n - 1))


def offset_consistency__single_precision(E: ArrayLike, pairs: ArrayLike) -> Any:
    """Everything in float32, the mean over the upper triangle."""
    table = np.asarray(E, dtype=np.float32)
    ids = np.array(_pairs(len(table), pairs))
    offsets = table[ids[:, 1]] - table[ids[:, 0]]
    directions = offsets / np.sqrt((offsets**2).sum(axis=1, keepdims=True))
    return (directions @ directions.T)[np.triu_indices(len(ids), k=1)].mean()


def offset_consistency__incidence_matrix(E: ArrayLike, pairs: ArrayLike) -> float:
    """Offsets through a matrix of -1 and 1, and a mean over a masked copy of their cosines."""
    table = np.asarray(E, dtype=float)
    ids = _pairs(len(table), pairs)
    steps = np.zeros((len(ids), len(table)))
    for row, (a, b) in zip(steps, ids, strict=True):
        row[a] -= 1
        row[b] += 1
    gram = steps @ table @ table.T @ steps.T
    cosines = gram / np.sqrt(np.outer(np.diag(gram), np.diag(gram)))
    return float(cosines[~np.eye(len(ids), dtype=bool)].mean())


def analogy_shapes__measured(V: int, d: int, n_pairs: int) -> dict[str, Any]:
    """Measures arrays, and gives lists and an array of numpy integers."""
    E = np.ones((V, d))
    query: NDArray[Any] = E[0]
    return {
        "offsets": [np.int64(n_pairs), np.int32(d)],
        "cosines": np.array((E @ query).shape),
        "query": list(query.shape),
        "E": E.shape,
    }
