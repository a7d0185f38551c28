"""Right but unusual versions, which must get full marks; named like the mistakes, ``sinusoidal__loops``."""

import cmath
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def _demand(fits: bool) -> None:
    if not fits:
        raise TypeError("these sizes do not fit")


def sinusoidal__loops(n: int, d: int, base: float = 10000.0) -> Any:
    """Pure Python: nested lists, and an array only where a list would lose its axes."""
    _demand(n >= 0 and d >= 1)
    rows = []
    for p in range(n):
        row = []
        for column in range(d):
            phi = p / base ** ((column - column % 2) / d)
            row.append(math.cos(phi) if column % 2 else math.sin(phi))
        rows.append(row)
    return rows or np.empty((0, d))


def sinusoidal__exp_and_log(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Frequencies by exp(-log), as many model files have it."""
    _demand(n >= 0 and d >= 1)
    div_term = np.exp(np.arange(0, d, 2) * -(math.log(base) / d))
    position = np.arange(n, dtype=float).reshape(-1, 1)
    table = np.zeros((n, d))
    table[:, 0::2] = np.sin(position * div_term)
    table[:, 1::2] = np.cos(position * div_term)[:, : table[:, 1::2].shape[1]]
    return table


def sinusoidal__complex_numbers(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """One complex number a hand, i exp(-i phi) = sin phi + i cos phi, read as two floats; the result is a view."""
    _demand(n >= 0 and d >= 1)
    i = np.arange(-(-d // 2))
    hands = 1j * np.exp(-1j * np.multiply.outer(np.arange(n), base ** (-2 * i / d)))
    table: NDArray[Any] = hands.view(float)[:, :d]
    return table


def sinusoidal__phase(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Only sines: a cosine is a sine a quarter turn ahead."""
    _demand(n >= 0 and d >= 1)
    column = np.arange(d)
    frequencies = np.power(base, -2.0 * (column // 2) / d)
    table: NDArray[Any] = np.sin(np.outer(np.arange(n), frequencies) + np.pi / 2 * (column % 2))
    return table


def sinusoidal__both_and_choose(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Computes sine and cosine everywhere and picks by the parity of the column; Fortran order, read-only."""
    _demand(n >= 0 and d >= 1)
    p, column = np.ogrid[:n, :d]
    angles = p / base ** (column // 2 * 2 / d)
    table = np.asfortranarray(np.where(column % 2 == 0, np.sin(angles), np.cos(angles)))
    table.flags.writeable = False
    return table


def sinusoidal__turned_row_by_row(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Makes each row from the one before, by the addition theorem."""
    _demand(n >= 0 and d >= 1)
    turn = [cmath.exp(-1j * base ** (-2 * i / d)) for i in range((d + 1) // 2)]
    hands, table = [1j] * len(turn), np.empty((n, d))
    for row in table:
        row[:] = [part for hand in hands for part in (hand.real, hand.imag)][:d]
        hands = [hand * step for hand, step in zip(hands, turn, strict=True)]
    return table


def sinusoidal__single_precision(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Everything in float32, as in a model."""
    _demand(n >= 0 and d >= 1)
    exponents = np.arange(0, d, 2, dtype=np.float32) / np.float32(d)
    frequencies = np.exp(-np.log(np.float32(base)) * exponents)
    angles = np.arange(n, dtype=np.float32)[:, None] * frequencies
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(n, 2 * len(exponents))[:, :d]


def sinusoidal__columns(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Stacks the columns one by one, with a frequency that shrinks by the same factor each time."""
    _demand(n >= 0 and d >= 1)
    columns: list[NDArray[Any]] = []
    frequency, factor = 1.0, base ** (-2 / d)
    while len(columns) < d:
        columns += [np.sin(np.arange(n) * frequency), np.cos(np.arange(n) * frequency)]
        frequency *= factor
    return np.column_stack(columns[:d])


def shift_matrix__loops(k: int, d: int, base: float = 10000.0) -> list[list[float]]:
    """Nested lists, one block after the other."""
    _demand(d % 2 == 0)
    matrix = [[0.0] * d for _ in range(d)]
    for a in range(0, d, 2):
        phi = k / base ** (a / d)
        matrix[a][a] = matrix[a + 1][a + 1] = math.cos(phi)
        matrix[a][a + 1], matrix[a + 1][a] = math.sin(phi), -math.sin(phi)
    return matrix


def shift_matrix__kron(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Two Kronecker products: the cosines times the identity, the sines times a quarter turn."""
    _demand(d % 2 == 0)
    phi = k * base ** (-2 * np.arange(d // 2) / d)
    quarter = np.array([[0.0, 1.0], [-1.0, 0.0]])
    matrix: NDArray[Any] = np.kron(np.diag(np.cos(phi)), np.eye(2)) + np.kron(np.diag(np.sin(phi)), quarter)
    return matrix


def shift_matrix__powers(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The matrix of one step to the power k; a negative power is that of the transposed step."""
    _demand(d % 2 == 0)
    phi = base ** (-2 * np.arange(d // 2) / d)
    step = np.zeros((d // 2, 2, d // 2, 2))
    i = np.arange(d // 2)
    step[i, 0, i, 0] = step[i, 1, i, 1] = np.cos(phi)
    step[i, 0, i, 1], step[i, 1, i, 0] = np.sin(phi), -np.sin(phi)
    one = step.reshape(d, d)
    return np.linalg.matrix_power(one if k >= 0 else one.T, abs(int(k)))


def shift_matrix__single_precision(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Everything in float32, and diagonals of the whole matrix."""
    _demand(d % 2 == 0)
    exponents = np.arange(0, d, 2, dtype=np.float32) / np.float32(d)
    phi = np.float32(k) * np.float32(base) ** -exponents
    sines = np.stack([np.sin(phi), np.zeros_like(phi)], axis=1).reshape(-1)[:-1]
    return np.diag(np.repeat(np.cos(phi), 2)) + np.diag(sines, 1) - np.diag(sines, -1)


def shift_matrix__through_the_hands(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Shifts the basis vectors, read as complex hands s + i c, by exp(-i phi); they become the columns."""
    _demand(d % 2 == 0)
    hands = np.eye(d).view(complex)
    moved: NDArray[Any] = hands * np.exp(-1j * k * base ** (-np.arange(0, d, 2) / d))
    return moved.view(float).T


def shift_matrix__block_list(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """np.block on a square of two by two blocks, most of them zero."""
    _demand(d % 2 == 0)
    blocks = [[np.zeros((2, 2)) for _ in range(d // 2)] for _ in range(d // 2)]
    for i in range(d // 2):
        c, s = math.cos(k * base ** (-2 * i / d)), math.sin(k * base ** (-2 * i / d))
        blocks[i][i] = np.array([[c, s], [-s, c]])
    return np.block(blocks)


def sinusoidal_shapes__measured(n: int, d: int) -> dict[str, Any]:
    """Measures arrays, and gives lists and an array of numpy integers."""
    positions, frequencies = np.arange(n), 0.5 ** np.arange(0, d, 2)
    return {
        "shift": np.eye(d).shape,
        "encoding": np.array([n, d]),
        "frequencies": list(frequencies.shape),
        "positions": [np.int64(size) for size in positions.shape],
    }
