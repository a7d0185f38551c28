"""Right but unusual versions, which must get full marks; named like the mistakes, ``rope__loops``."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def _checked(x: ArrayLike, positions: ArrayLike) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Both as arrays, or an error for an odd d or a wrong number of positions."""
    vectors, places = np.asarray(x, dtype=float), np.asarray(positions)
    if vectors.shape[-1] % 2 or len(places) not in (1, vectors.shape[-2]):
        raise TypeError("these do not fit")
    return vectors, places


def _angles(x: NDArray[Any], positions: NDArray[Any], base: float) -> NDArray[Any]:
    return np.outer(positions, np.power(base, -np.arange(0, x.shape[-1], 2) / x.shape[-1]))


def rope__complex_numbers(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Reads each pair as one complex number and multiplies it by exp(i phi)."""
    vectors, places = _checked(x, positions)
    z = np.ascontiguousarray(vectors).view(complex) * np.exp(1j * _angles(vectors, places, base))
    return z.view(float)


def rope__block_diagonal(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Builds the d by d rotation matrix of every position, as the paper writes it."""
    vectors, places = _checked(x, positions)
    d = vectors.shape[-1]
    matrices = np.zeros((len(places), d, d))
    for matrix, angles in zip(matrices, _angles(vectors, places, base), strict=True):
        for i, phi in enumerate(angles):
            matrix[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [
                [math.cos(phi), -math.sin(phi)],
                [math.sin(phi), math.cos(phi)],
            ]
    turned: NDArray[Any] = (matrices @ vectors[..., None])[..., 0]
    return turned


def rope__rotate_every_two(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """x cos + rotate_every_two(x) sin, with every angle repeated."""
    vectors, places = _checked(x, positions)
    angles = np.repeat(_angles(vectors, places, base), 2, axis=-1)
    turned = np.stack([-vectors[..., 1::2], vectors[..., ::2]], axis=-1).reshape(vectors.shape)
    result: NDArray[Any] = vectors * np.cos(angles) + turned * np.sin(angles)
    return result


def rope__through_half_split(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Permutes to halves, turns these, and permutes back."""
    vectors, places = _checked(x, positions)
    perm = np.argsort(np.arange(vectors.shape[-1]) % 2, kind="stable")
    halves = vectors[..., perm]
    turned = np.concatenate([-np.split(halves, 2, -1)[1], np.split(halves, 2, -1)[0]], axis=-1)
    angles = np.tile(_angles(vectors, places, base), 2)
    result: NDArray[Any] = (halves * np.cos(angles) + turned * np.sin(angles))[..., np.argsort(perm)]
    return result


def rope__loops(x: Sequence[Any], positions: Sequence[int], base: float = 10000.0) -> list[Any]:
    """Pure Python: nested lists in, nested lists out."""
    if np.ndim(x) > 2:
        return [rope__loops(part, positions, base) for part in x]
    d = len(x[0])
    if d % 2 or len(positions) not in (1, len(x)):
        raise ValueError(f"{len(x)} vectors of {d} coordinates, {len(positions)} positions")
    rows = []
    for t, vector in enumerate(x):
        p, row = int(positions[t if len(positions) > 1 else 0]), []
        for i in range(d // 2):
            a, b = float(vector[2 * i]), float(vector[2 * i + 1])
            phi = p / base ** (2 * i / d)
            row += [a * math.cos(phi) - b * math.sin(phi), a * math.sin(phi) + b * math.cos(phi)]
        rows.append(row)
    return rows


def rope__single_precision(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Everything in float32, as in a model."""
    vectors = _checked(x, positions)[0].astype(np.float32)
    places = np.asarray(positions, dtype=np.float32)
    exponents = np.arange(0, vectors.shape[-1], 2, dtype=np.float32) / np.float32(vectors.shape[-1])
    angles = np.outer(places, np.float32(1) / np.float32(base) ** exponents)
    cos, sin = np.cos(angles), np.sin(angles)
    result = np.empty_like(vectors)
    result[..., ::2] = vectors[..., ::2] * cos - vectors[..., 1::2] * sin
    result[..., 1::2] = vectors[..., ::2] * sin + vectors[..., 1::2] * cos
    return result


def rope__einsum(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """One 2 by 2 matrix a position and pair, contracted in one go."""
    vectors, places = _checked(x, positions)
    T, d = vectors.shape[-2:]
    angles = np.broadcast_to(_angles(vectors, places, base), (T, d // 2))
    turns = np.array([[np.cos(angles), -np.sin(angles)], [np.sin(angles), np.cos(angles)]])
    pairs = vectors.reshape(*vectors.shape[:-1], d // 2, 2)
    turned: NDArray[Any] = np.einsum("abti,...tib->...tia", turns, pairs)
    return turned.reshape(vectors.shape)


def rope__powers(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Raises the turn of one step, a complex number, to the power p; frequencies by exp and log."""
    vectors, places = _checked(x, positions)
    d = vectors.shape[-1]
    result = vectors.copy()
    for i in range(d // 2):
        step = np.exp(1j * np.exp(-2 * i / d * np.log(base)))
        z = (vectors[..., 2 * i] + 1j * vectors[..., 2 * i + 1]) * step ** places.astype(float)
        result[..., 2 * i], result[..., 2 * i + 1] = z.real, z.imag
    return result


def half_split_permutation__list(d: int) -> list[int]:
    """A plain list."""
    return [*range(0, d, 2), *range(1, d, 2)]


def half_split_permutation__transposed(d: int) -> NDArray[Any]:
    """Reads the pairs, written as rows, by columns; the result is a view."""
    return np.arange(d, dtype=np.int32).reshape(-1, 2).T.reshape(-1)


def half_split_permutation__sorted(d: int) -> tuple[int, ...]:
    """Sorts by parity, which is stable."""
    return tuple(sorted(range(d), key=lambda i: i % 2))


def rope_shapes__measured(B: int, H: int, T: int, d_head: int) -> dict[str, Any]:
    """Measures arrays, and gives lists and an array of numpy integers."""
    x, positions = np.ones((B, H, T, d_head)), np.arange(T)
    angles = positions[:, None] * np.ones(d_head // 2)
    scores = x @ np.swapaxes(x, -1, -2)
    return {
        "scores": list(scores.shape),
        "rotated": x.shape,
        "angles": np.array(angles.shape),
        "positions": [np.int64(T)],
        "x": x.shape,
    }
