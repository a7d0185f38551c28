"""Right but unusual versions, which must get full marks; named like the mistakes, ``alibi_slopes__recursive``."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def _slopes(n: int) -> list[float]:
    """Of n heads, in plain Python."""
    if n < 1:
        raise TypeError("there must be a head")
    m = 1
    while 2 * m <= n:
        m *= 2
    return [0.5 ** (8 * i / m) for i in range(1, m + 1)] + [0.5 ** (4 * i / m) for i in range(1, 2 * (n - m), 2)]


def _demand(T: int) -> None:
    if T < 1:
        raise TypeError("there must be a token")


def alibi_slopes__recursive(n: int) -> Any:
    """A geometric series for a power of two; otherwise two smaller answers, joined as lists."""
    if n < 1:
        raise ValueError(n)
    if n & (n - 1) == 0:
        start = 2.0 ** -(2.0 ** -(math.log2(n) - 3))
        return [start * start**i for i in range(n)]
    below = 2 ** math.floor(math.log2(n))
    return alibi_slopes__recursive(below) + alibi_slopes__recursive(2 * below)[0::2][: n - below]


def alibi_slopes__picked(n: int) -> NDArray[Any]:
    """Writes the slopes of 2m heads down and picks: every second from the second, then from the first."""
    if n < 1:
        raise ValueError(n)
    m = 1 << (int(n).bit_length() - 1)
    fine: NDArray[Any] = np.exp2(-np.arange(1, 2 * m + 1) * 4 / m)
    return np.concatenate([fine[1::2], fine[0::2]])[:n]


def alibi_slopes__single_precision(n: int) -> NDArray[Any]:
    """In float32, with exp and the natural logarithm of 2."""
    slopes: NDArray[Any] = np.exp(np.log(np.array(_slopes(n), dtype=np.float32)))
    return slopes


def alibi_slopes__running_product(n: int) -> NDArray[Any]:
    """Multiplies on from head to head; the slopes between them are geometric means."""
    if n < 1:
        raise ValueError(n)
    m = max(2**e for e in range(40) if 2**e <= n)
    slopes = np.multiply.accumulate(np.full(m, 256.0 ** (-1.0 / m)))
    before = np.concatenate([[1.0], slopes[:-1]])
    return np.append(slopes, np.sqrt(slopes * before)[: n - m])


def alibi_slopes__tuple(n: int) -> tuple[float, ...]:
    """A tuple of Python floats."""
    return tuple(_slopes(n))


def alibi_bias__loops(n: int, T: int, causal: bool = True) -> list[Any]:
    """Nested lists, with minus infinity of the standard library."""
    _demand(T)
    return [
        [[-m * abs(i - j) if j <= i or not causal else -math.inf for j in range(T)] for i in range(T)]
        for m in _slopes(n)
    ]


def alibi_bias__finite_mask(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """Masks by adding a billion below zero to what stands there."""
    _demand(T)
    i, j = np.mgrid[:T, :T]
    bias: NDArray[Any] = np.multiply.outer(_slopes(n), -(i - j if causal else abs(i - j)).astype(float))
    bias[:, j > i] += -1e9 if causal else 0.0
    return bias


def alibi_bias__outer_and_triu(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """subtract.outer for the distances, triu for the mask."""
    _demand(T)
    offset = np.subtract.outer(np.arange(T), np.arange(T))
    bias = np.stack([-m * np.abs(offset) for m in _slopes(n)])
    if causal:
        bias[:, np.triu(np.ones((T, T), dtype=bool), k=1)] = -np.inf
    return bias


def alibi_bias__single_precision(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """In float32, masked by the least number there is."""
    _demand(T)
    place = np.arange(T, dtype=np.float32)
    bias = np.einsum("h,ij->hij", np.array(_slopes(n), dtype=np.float32), -np.abs(place[:, None] - place))
    ahead = place > place[:, None]
    return np.where(ahead & causal, np.finfo(np.float32).min, bias)


def alibi_bias__windows(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """One line of biases a head, seen through a sliding window; the result is a read-only view."""
    _demand(T)
    distance = np.arange(-(T - 1), T)  # of the key, after the query
    line = -np.outer(_slopes(n), np.abs(distance))
    if causal:
        line[:, distance > 0] = float("-inf")
    return np.lib.stride_tricks.sliding_window_view(line, T, axis=1)[:, ::-1]


def alibi_bias__logarithm_of_decay(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The logarithm of the factors by which attention decays; the logarithm of 0 is the mask."""
    _demand(T)
    i, j = np.ogrid[:T, :T]
    decay = np.exp(-np.array(_slopes(n)).reshape(-1, 1, 1) * np.abs(i - j))
    with np.errstate(divide="ignore"):
        bias: NDArray[Any] = np.log(np.where((j <= i) | (not causal), decay, 0.0))
    return bias


def alibi_bias__row_by_row(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """Fills one query after the other, in Fortran order."""
    _demand(T)
    slopes = np.array(_slopes(n))
    bias = np.full((n, T, T), -1e8, order="F")
    for i in range(T):
        bias[:, i, : i + 1] = np.outer(slopes, np.arange(-i, 1))
        if not causal:
            bias[:, i, i:] = np.outer(slopes, -np.arange(T - i))
    return bias


def alibi_shapes__measured(B: int, H: int, T: int) -> dict[str, Any]:
    """Measures arrays, and gives lists and an array of numpy integers."""
    slopes, distance = np.ones(H), np.ones((T, T))
    bias = slopes[:, None, None] * distance
    return {
        "scores": np.array((np.ones((B, 1, 1, 1)) + bias).shape),
        "bias": list(bias.shape),
        "slopes": [np.int64(H)],
    }
