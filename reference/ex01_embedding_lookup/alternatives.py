"""Right but unusual versions, which must get full marks; named like the mistakes, ``lookup__loops``."""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def _checked(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The ids as an array, or an error for fractions and for ids out of range."""
    places = np.asarray(ids)
    if not np.issubdtype(places.dtype, np.integer):
        raise ValueError("ids are whole numbers")
    if not all(0 <= int(i) < V for i in places.flat):
        raise KeyError("there is no such token")
    return places


def lookup__take(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """np.take along the first axis, which raises by itself for ids that are too large."""
    places = np.asarray(ids)
    if places.dtype.kind not in "iu" or (places < 0).any():
        raise IndexError("no such token")
    return np.take(np.asarray(E), places, axis=0)


def lookup__loops(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """One row at a time into an array, reshaped at the end."""
    table = np.asarray(E)
    places = _checked(ids, len(table))
    rows = np.empty((places.size, table.shape[1]))
    for n, i in enumerate(places.ravel()):
        for j in range(table.shape[1]):
            rows[n, j] = table[i, j]
    return rows.reshape(*places.shape, table.shape[1])


def lookup__nested_lists(ids: Sequence[Any], E: Sequence[Sequence[float]]) -> Any:
    """Plain lists, but for an empty result, which they could not hold."""
    places = _checked(ids, len(E))
    if not places.size:
        return np.zeros((*places.shape, len(E[0])))

    def rows(some: Any) -> Any:
        return [rows(part) for part in some] if isinstance(some, list) else [float(x) for x in E[some]]

    return rows(places.tolist())


def lookup__one_hot_product(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """A one-hot matrix times the table."""
    table = np.asarray(E)
    places = _checked(ids, len(table))
    product: NDArray[Any] = np.equal.outer(places, np.arange(len(table))).astype(float) @ table
    return product


def lookup__einsum(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The same product through einsum, with eye(V) as the list of one-hot vectors."""
    table = np.asarray(E)
    rows: NDArray[Any] = np.einsum("...v,vd->...d", np.eye(len(table))[_checked(ids, len(table))], table)
    return rows


def lookup__single_precision(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """A float32 table, as in a model."""
    table = np.asarray(E, dtype=np.float32)
    rows: NDArray[Any] = table[_checked(ids, len(table))]
    return rows


def lookup__flat_memory(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Computes where each number lies in memory: row times width plus column."""
    table = np.asarray(E)
    V, d = table.shape
    numbers: NDArray[Any] = table.ravel().take(_checked(ids, V)[..., None] * d + np.arange(d))
    return numbers


def lookup__along_axis(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """take_along_axis with every id repeated d times; read-only, and not in C order."""
    table = np.asarray(E)
    places = _checked(ids, len(table))
    d = table.shape[1]
    rows = np.take_along_axis(table, np.repeat(places.reshape(-1, 1), d, axis=1), axis=0)
    result = np.asfortranarray(rows.reshape(*places.shape, d))
    result.flags.writeable = False
    return result


def lookup__by_token(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Goes through the vocabulary, and writes each row wherever its id stands."""
    table = np.asarray(E)
    places = _checked(ids, len(table))
    rows = np.full((*places.shape, table.shape[1]), np.nan)
    for i, row in enumerate(table):
        rows[places == i] = row
    return rows


def lookup_grad__one_hot_product(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The transposed one-hot matrix times the gradients."""
    gradients = np.asarray(G, dtype=float)
    hot = np.eye(V)[_checked(ids, V).ravel()]
    product: NDArray[Any] = hot.T @ gradients.reshape(len(hot), gradients.shape[-1])
    return product


def lookup_grad__bincount(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """One weighted count a column."""
    flat, gradients = _checked(ids, V).ravel(), np.asarray(G, dtype=float)
    columns = np.moveaxis(gradients, -1, 0).reshape(gradients.shape[-1], flat.size)
    return np.stack([np.bincount(flat, weights=column, minlength=V) for column in columns], axis=1)


def lookup_grad__loops(ids: ArrayLike, G: ArrayLike, V: int) -> list[list[float]]:
    """Pure Python sums; a list of lists."""
    places, gradients = _checked(ids, V), np.asarray(G)
    grad = [[0.0] * gradients.shape[-1] for _ in range(V)]
    for place in np.ndindex(places.shape):
        for j, value in enumerate(gradients[place]):
            grad[places[place]][j] += float(value)
    return grad


def lookup_grad__exact_sums(ids: ArrayLike, G: ArrayLike, V: int) -> tuple[tuple[float, ...], ...]:
    """Collects the vectors of each id in a dict and sums them with math.fsum; tuples."""
    gradients = np.asarray(G, dtype=float)
    found: dict[int, list[Any]] = defaultdict(lambda: [np.zeros(gradients.shape[-1])])
    for place, i in np.ndenumerate(_checked(ids, V)):
        found[int(i)].append(gradients[place])
    return tuple(tuple(math.fsum(column) for column in zip(*found[i], strict=True)) for i in range(V))


def lookup_grad__sorted_runs(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Sorts the places by id, and sums each run."""
    flat, gradients = _checked(ids, V).ravel(), np.asarray(G, dtype=float)
    grad = np.zeros((V, gradients.shape[-1]))
    if flat.size:
        order = np.argsort(flat, kind="stable")
        found, starts = np.unique(flat[order], return_index=True)
        grad[found] = np.add.reduceat(gradients.reshape(flat.size, -1)[order], starts, axis=0)
    return grad


def lookup_grad__single_precision(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Adds up in float32, as in a model."""
    gradients = np.asarray(G, dtype=np.float32)
    grad = np.zeros((V, gradients.shape[-1]), dtype=np.float32)
    np.add.at(grad, _checked(ids, V), gradients)
    return grad


def lookup_grad__einsum(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Contracts all axes of the ids at once; a view, in another order of memory."""
    places = _checked(ids, V)
    hot = np.equal.outer(np.arange(V), places).astype(float)
    return np.tensordot(np.moveaxis(np.asarray(G, dtype=float), -1, 0), hot, (range(1, places.ndim + 1),) * 2).T


def lookup_grad__by_token(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Goes through the vocabulary, and sums G where the id stands."""
    places, gradients = _checked(ids, V), np.asarray(G, dtype=float)
    return np.array([gradients[places == i].sum(axis=0) for i in range(V)])


def lookup_shapes__measured(B: int, T: int, V: int, d: int) -> dict[str, Any]:
    """Measures arrays, and gives lists and an array of numpy integers."""
    ids, E = np.zeros((B, T), dtype=int), np.ones((V, d))
    X = E[ids]
    return {
        "grad_E": np.array(E.shape),
        "X": list(X.shape),
        "E": [np.int64(V), np.int32(d)],
        "ids": ids.shape,
    }
