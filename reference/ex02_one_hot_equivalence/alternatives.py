"""Right but unusual versions, which must get full marks; named like the mistakes, ``one_hot__eye``."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def _checked(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The ids as an integer array, or an error for ids out of range."""
    places = np.asarray(ids, dtype=np.int64)
    if places.size and not 0 <= places.min() <= places.max() < V:
        raise ValueError("there is no such token")
    return places


def one_hot__eye(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Reads rows of the identity matrix."""
    rows: NDArray[Any] = np.eye(V)[_checked(ids, V)]
    return rows


def one_hot__put_along_axis(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Puts a 1 into int8 zeros."""
    places = _checked(ids, V)
    hot = np.zeros((*places.shape, V), dtype=np.int8)
    np.put_along_axis(hot, places[..., None], 1, axis=-1)
    return hot


def one_hot__booleans(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The bare comparison, as booleans."""
    hot: NDArray[Any] = np.expand_dims(_checked(ids, V), -1) == np.arange(V)
    return hot


def one_hot__nested_lists(ids: ArrayLike, V: int) -> Any:
    """Plain lists of Python integers, but for an empty result, which they could not hold."""
    places = _checked(ids, V)
    if not places.size:
        return np.zeros((*places.shape, V), dtype=int)

    def vectors(some: Any) -> Any:
        return [vectors(part) for part in some] if isinstance(some, list) else [int(some == v) for v in range(V)]

    return vectors(places.tolist())


def one_hot__flat_memory(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Computes where each 1 lies in memory; unsigned bytes."""
    places = _checked(ids, V)
    hot = np.zeros(places.size * V, dtype=np.uint8)
    hot[np.arange(places.size) * V + places.ravel()] = 1
    return hot.reshape(*places.shape, V)


def one_hot__single_precision(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Goes through the vocabulary and stacks float32 masks."""
    places = _checked(ids, V)
    return np.stack([(places == v).astype(np.float32) for v in range(V)], axis=-1)


def one_hot__powers_of_two(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The bits of 2 to the power of the id, through Python integers of any size; a float array."""
    places = _checked(ids, V)
    bits = [(1 << int(i)) >> v & 1 for i in places.flat for v in range(V)]
    return np.array(bits, dtype=float).reshape(*places.shape, V)


def onehot_lookup__matmul_single_precision(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The product in float32, as in a model."""
    table = np.asarray(E, dtype=np.float32)
    product: NDArray[Any] = np.eye(len(table), dtype=np.float32)[_checked(ids, len(table))] @ table
    return product


def onehot_lookup__gather(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """No product at all: the result is the same, and nobody looks how it came."""
    table = np.asarray(E)
    return np.take(table, _checked(ids, len(table)), axis=0)


def onehot_lookup__einsum(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """int8 one-hot vectors, contracted by einsum."""
    table = np.asarray(E)
    hot = np.equal.outer(_checked(ids, len(table)), np.arange(len(table))).astype(np.int8)
    product: NDArray[Any] = np.einsum("...v,vd->...d", hot, table)
    return product


def onehot_lookup__tensordot(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Booleans and a table, contracted by tensordot; the result is in another order of memory."""
    table = np.asarray(E)
    hot = np.equal.outer(np.arange(len(table)), _checked(ids, len(table)))
    product: NDArray[Any] = np.moveaxis(np.tensordot(table, hot, axes=(0, 0)), 0, -1)
    return product


def onehot_lookup__weighted_sum(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Adds row by row, each times its mask."""
    table = np.asarray(E, dtype=float)
    places = _checked(ids, len(table))
    total = np.zeros((*places.shape, table.shape[1]))
    for v, row in enumerate(table):
        total += (places == v)[..., None] * row
    return total


def onehot_lookup__loops(ids: ArrayLike, E: Any) -> Any:
    """Pure Python sums of products, with nested lists as the result."""
    places = _checked(ids, len(E))
    d = len(E[0])
    if not places.size:
        return np.zeros((*places.shape, d))

    def product(some: Any) -> Any:
        if isinstance(some, list):
            return [product(part) for part in some]
        return [math.fsum((v == some) * float(E[v][j]) for v in range(len(E))) for j in range(d)]

    return product(places.tolist())


def onehot_lookup__broadcast(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Every row times every entry, summed over the vocabulary."""
    table = np.asarray(E)
    hot = _checked(ids, len(table))[..., None] == np.arange(len(table))
    total: NDArray[Any] = np.where(hot[..., None], table, 0.0).sum(axis=-2)
    return total


def onehot_cost__prod(n: int, V: int, d: int) -> dict[str, Any]:
    """math.prod of Python integers."""
    n, V, d = map(int, (n, V, d))
    return {"onehot_floats": math.prod((n, V)), "onehot_macs": math.prod((n, V, d)), "gather_copies": n * d}


def onehot_cost__int64(n: int, V: int, d: int) -> dict[str, Any]:
    """numpy integers of 64 bits, and one 0-d array."""
    tokens, vocabulary, width = np.int64(n), np.int64(V), np.int64(d)
    return {
        "onehot_macs": tokens * vocabulary * width,
        "gather_copies": np.array(tokens * width),
        "onehot_floats": tokens * vocabulary,
    }


def onehot_cost__counted(n: int, V: int, d: int) -> dict[str, Any]:
    """Sizes of arrays that take no memory."""
    hot, rows = np.broadcast_to(np.int8(0), (n, V)), np.broadcast_to(np.int8(0), (n, d))
    return {"onehot_floats": hot.size, "gather_copies": rows.size, "onehot_macs": hot.size * int(d)}


def one_hot_shapes__measured(B: int, T: int, V: int, d: int) -> dict[str, Any]:
    """Measures arrays, and gives lists and an array of numpy integers."""
    ids, E = np.zeros((B, T), dtype=np.int8), np.broadcast_to(1.0, (V, d))
    hot = np.broadcast_to(1.0, (*ids.shape, V))
    return {
        "X": (*hot.shape[:-1], np.int64(E.shape[1])),
        "E": list(E.shape),
        "one_hot": np.array(hot.shape),
        "ids": ids.shape,
    }
