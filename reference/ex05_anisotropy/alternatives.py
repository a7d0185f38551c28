"""Right but unusual versions, which must get full marks; named like the mistakes, ``center__loops``."""

import math
from collections.abc import Sequence
from itertools import combinations, permutations
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def _table(X: ArrayLike) -> NDArray[np.float64]:
    """The table as an array, or an error if it is none of at least two rows."""
    table = np.asarray(X, dtype=float)
    if table.ndim != 2 or table.shape[0] < 2:
        raise TypeError("no table of at least two rows")
    return table


# --- the mean pairwise cosine ---


def mean_pairwise_cosine__upper_triangle(X: ArrayLike) -> Any:
    """The mean above the diagonal, as a numpy scalar; errors become zeros."""
    table = _table(X)
    with np.errstate(invalid="ignore"):
        units = np.nan_to_num(table / np.linalg.norm(table, axis=1)[:, None])
    return np.mean((units @ units.T)[np.triu_indices(len(table), k=1)])


def mean_pairwise_cosine__sum_of_units(X: ArrayLike) -> float:
    """(|sum of unit rows|^2 - nonzero rows) / (n (n - 1)), which needs no (n, n) matrix."""
    table = _table(X)
    n, norms = len(table), np.sqrt(np.einsum("ij,ij->i", table, table))
    total = np.sum(table[norms > 0] / norms[norms > 0, None], axis=0)
    return float(total @ total - np.count_nonzero(norms)) / (n * (n - 1))


def mean_pairwise_cosine__pairs(X: Sequence[Sequence[float]]) -> float:
    """Pure Python over unordered pairs, with math.hypot."""
    if np.ndim(X) != 2 or len(X) < 2:
        raise ValueError("at least two rows")
    cosines = []
    for a, b in combinations(X, 2):
        size = math.hypot(*a) * math.hypot(*b)
        cosines.append(sum(float(p) * float(q) for p, q in zip(a, b, strict=True)) / size if size else 0.0)
    return fmean(cosines)


def mean_pairwise_cosine__ordered_pairs(X: ArrayLike) -> NDArray[Any]:
    """Each ordered pair by its own dot product; the answer is an array without axes."""
    table = _table(X)
    norms = [max(float(np.linalg.norm(row)), 1e-12) for row in table]
    pairs = list(permutations(range(len(table)), 2))
    return np.array(sum(np.dot(table[i], table[j]) / norms[i] / norms[j] for i, j in pairs) / len(pairs))


def mean_pairwise_cosine__single_precision(X: ArrayLike) -> np.float32:
    """Everything in float32, with a mask for the diagonal."""
    table = _table(X).astype(np.float32)
    norms = np.linalg.norm(table, axis=1, keepdims=True)
    norms[norms == 0] = 1
    units = table / norms
    cosines: NDArray[np.float32] = units @ units.T
    return np.mean(cosines[~np.eye(len(table), dtype=bool)], dtype=np.float32)


def mean_pairwise_cosine__quotient_of_matrices(X: ArrayLike) -> float:
    """All dot products first, then divided by the outer product of the norms where that is not 0."""
    table = _table(X)
    dots = table @ table.T
    norms = np.sqrt(np.diag(dots))
    sizes = np.multiply.outer(norms, norms)
    cosines = np.divide(dots, sizes, out=np.zeros_like(dots), where=sizes != 0)
    np.fill_diagonal(cosines, 0.0)
    return float(cosines.sum() / (cosines.size - len(table)))


def mean_pairwise_cosine__shifted_rows(X: ArrayLike) -> float:
    """Averages over the n - 1 ways to roll the table against itself."""
    table = _table(X)
    norms = np.linalg.norm(table, axis=1, keepdims=True)
    units = np.where(norms == 0, 0.0, table / np.maximum(norms, 1e-300))
    means = [np.mean(np.sum(units * np.roll(units, k, axis=0), axis=1)) for k in range(1, len(table))]
    return float(np.mean(means))


# --- centring ---


def center__projection(X: ArrayLike) -> NDArray[Any]:
    """Multiplies by I - 11'/n from the left."""
    table = np.asarray(X, dtype=float)
    n = len(table)
    centred: NDArray[Any] = (np.eye(n) - np.ones((n, n)) / n) @ table
    return centred


def center__loops(X: Sequence[Sequence[float]]) -> list[list[float]]:
    """Pure Python: nested lists in, nested lists out."""
    means = [fmean(map(float, column)) for column in zip(*X, strict=True)]
    return [[float(x) - mean for x, mean in zip(row, means, strict=True)] for row in X]


def center__single_precision(X: ArrayLike) -> NDArray[np.float32]:
    """Everything in float32."""
    table = np.array(X, dtype=np.float32)
    table -= table.mean(axis=0, keepdims=True)
    return table


def center__columns(X: ArrayLike) -> NDArray[Any]:
    """Column by column, on the transposed table; the result is a view of it."""
    columns = [np.array(column) - np.average(column) for column in np.transpose(X)]
    return np.array(columns).T


def center__all_differences(X: ArrayLike) -> Any:
    """The mean of the differences from every row."""
    table = np.asarray(X, dtype=float)
    return np.mean(table[:, None, :] - table[None, :, :], axis=1)


# --- the report ---


def anisotropy_report__eigenvalues(X: ArrayLike) -> dict[str, Any]:
    """Eigenvalues of np.cov; numpy scalars; the keys in another order."""
    table = _table(X)
    eigenvalues = np.linalg.eigvalsh(np.cov(table, rowvar=False))
    middle = table.mean(0)
    return {
        "top_pc_share": eigenvalues[-1] / eigenvalues.sum(),
        "mean_norm_after": np.linalg.norm((table - middle).mean(0)),
        "mean_norm_before": np.linalg.norm(middle),
        "mean_cos_after": mean_pairwise_cosine__upper_triangle(table - middle),
        "mean_cos_before": mean_pairwise_cosine__upper_triangle(table),
    }


def anisotropy_report__gram(X: ArrayLike) -> dict[str, Any]:
    """Eigenvalues of the (n, n) Gram matrix; the norm after centring is known to be 0."""
    table = _table(X)
    n = len(table)
    keep = np.eye(n) - 1.0 / n
    gram = keep @ table @ table.T @ keep
    return {
        "mean_cos_before": mean_pairwise_cosine__sum_of_units(table),
        "mean_cos_after": mean_pairwise_cosine__sum_of_units(keep @ table),
        "mean_norm_before": math.sqrt(np.sum(table @ table.T)) / n,
        "mean_norm_after": 0,
        "top_pc_share": np.linalg.norm(gram, 2) / np.trace(gram),
    }


def anisotropy_report__single_precision(X: ArrayLike) -> dict[str, Any]:
    """Everything in float32."""
    table = _table(X).astype(np.float32)
    centred = center__single_precision(table)
    variances = np.square(np.linalg.svd(centred, full_matrices=False)[1])
    return {
        "mean_cos_before": mean_pairwise_cosine__single_precision(table),
        "mean_cos_after": mean_pairwise_cosine__single_precision(centred),
        "mean_norm_before": np.linalg.norm(table.mean(axis=0)),
        "mean_norm_after": np.linalg.norm(centred.mean(axis=0)),
        "top_pc_share": variances[0] / variances.sum(),
    }


def anisotropy_report__power_iteration(X: ArrayLike) -> dict[str, Any]:
    """The first principal component by squaring the covariance matrix again and again."""
    table = _table(X)
    centred = np.asarray(center__loops(table.tolist()))
    covariance = centred.T @ centred / (len(table) - 1)
    power = covariance / np.trace(covariance)
    for _ in range(40):
        power = power @ power
        power /= np.trace(power)
    return {
        "mean_cos_before": mean_pairwise_cosine__pairs(table.tolist()),
        "mean_cos_after": mean_pairwise_cosine__pairs(centred.tolist()),
        "mean_norm_before": math.hypot(*table.mean(axis=0).tolist()),
        "mean_norm_after": math.hypot(*centred.mean(axis=0).tolist()),
        "top_pc_share": float(np.trace(power @ covariance) / np.trace(covariance)),
    }


def anisotropy_shapes__measured(n: int, d: int) -> dict[str, Any]:
    """Measures arrays, and gives lists and an array of numpy integers."""
    X = np.outer(np.arange(1.0, n + 1.0), np.ones(d))
    return {
        "singular_values": list(np.linalg.svd(X, compute_uv=False).shape),
        "cosines": np.array((X @ X.T).shape),
        "mean": [np.int64(d)],
        "X": X.shape,
    }
