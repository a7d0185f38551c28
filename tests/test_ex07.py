"""The mathematics of ex07, each claim by a second route, and the numbers of its lesson."""

import cmath

import exercises
import numpy as np
import pytest
from numpy.typing import NDArray

from reference.ex07_sinusoidal_positions.solution import shift_matrix, sinusoidal, sinusoidal_shapes

SLUG = "ex07_sinusoidal_positions"


def hands(p: int, d: int, base: float = 10000.0) -> NDArray[np.float64]:
    """The encoding of any integer position, of either sign, one complex number a pair."""
    turned = [1j * cmath.exp(-1j * p / base ** (2 * i / d)) for i in range((d + 1) // 2)]
    return np.array([part for hand in turned for part in (hand.real, hand.imag)][:d])


@pytest.mark.parametrize("base", [10.0, 1000.0, 10000.0, 500000.0])
@pytest.mark.parametrize(("n", "d"), [(1, 1), (6, 2), (7, 5), (9, 8), (300, 33)])
def test_the_table_is_made_of_complex_hands(n: int, d: int, base: float) -> None:
    expected = [hands(p, d, base) for p in range(n)]
    assert np.allclose(sinusoidal(n, d, base), expected, atol=1e-10)


def test_the_worked_example_of_four_columns() -> None:
    table = sinusoidal(3, 4)
    assert table.round(4).tolist() == [[0, 1, 0, 1], [0.8415, 0.5403, 0.01, 1.0], [0.9093, -0.4161, 0.02, 0.9998]]
    assert table[1] @ table[2] == pytest.approx(np.cos(1) + np.cos(0.01))
    assert table[1] @ table[2] == pytest.approx(1.54025, abs=5e-6)


def test_the_lessons_row_of_an_odd_width() -> None:
    assert sinusoidal(2, 5)[1].round(4).tolist() == [0.8415, 0.5403, 0.0251, 0.9997, 0.0006]


def test_the_edges() -> None:
    assert sinusoidal(0, 5).shape == (0, 5)
    for n, d in ((-1, 4), (3, 0), (3, -2), (0, 0)):
        with pytest.raises(ValueError, match="must be at least"):
            sinusoidal(n, d)
    with pytest.raises(ValueError, match="must be even"):
        shift_matrix(1, 5)


def test_the_squared_norm_is_half_the_width_at_every_position() -> None:
    assert np.allclose(np.sum(sinusoidal(5000, 128) ** 2, axis=1), 64.0, atol=1e-12)


def test_the_lessons_kernel() -> None:
    table = sinusoidal(1001, 128)
    kernel = table @ table[0]
    distances = [0, 1, 2, 5, 10, 50, 100, 500, 1000]
    assert kernel[distances].round(2).tolist() == [64.0, 62.09, 57.38, 47.19, 42.82, 34.96, 30.54, 19.1, 10.18]
    assert int(np.argmax(np.diff(kernel) > 0)) == 11
    assert np.allclose(table[300:] @ table[300], kernel[:701], atol=1e-9)


def test_the_longest_wavelength_does_not_reach_the_base() -> None:
    for d, longest in ((128, 54410), (512, 60611)):
        slowest = sinusoidal(2, d)[1, -2]
        assert 2 * np.pi / np.arcsin(slowest) == pytest.approx(longest, abs=1)


@pytest.mark.parametrize("base", [50.0, 10000.0])
@pytest.mark.parametrize("k", [0, 1, 37, -3, -50, 1000])
def test_one_matrix_moves_every_position(k: int, base: float) -> None:
    M = shift_matrix(k, 10, base)
    for p in (-200, -1, 0, 1, 17, 4962):
        assert np.allclose(M @ hands(p, 10, base), hands(p + k, 10, base), atol=1e-9)


def test_the_shifts_are_rotations_that_add_up() -> None:
    for j, k in ((1, 1), (5, -9), (40, 2)):
        together = shift_matrix(j + k, 12)
        assert np.allclose(shift_matrix(j, 12) @ shift_matrix(k, 12), together, atol=1e-12)
        assert np.allclose(together.T @ together, np.eye(12), atol=1e-12)
        assert np.linalg.det(together) == pytest.approx(1.0)


def test_least_squares_over_many_positions_finds_the_same_matrix() -> None:
    """No other matrix holds for every position, so the values of M can be asked and not only what it does."""
    table = sinusoidal(4000, 6)
    fitted = np.linalg.lstsq(table[:-7], table[7:], rcond=None)[0].T
    assert np.allclose(fitted, shift_matrix(7, 6), atol=1e-8)


def test_the_model_answer() -> None:
    table = sinusoidal(512, 128)
    kernel = table @ table[0]
    assert kernel[[11, 12]].round(3).tolist() == [42.344, 42.381]
    queries = table @ shift_matrix(5, 128).T
    assert np.array_equal(np.argmax(queries @ table.T, axis=1)[:-5], np.arange(5, 512))
    turns = 512 * 10000.0 ** (-np.arange(0, 128, 2) / 128) / (2 * np.pi)
    assert (np.sum(turns < 1), len(turns)) == (33, 64)
    default = sinusoidal(512, 64)
    assert (default @ default[0])[[5, 6]].round(3).tolist() == [23.504, 23.559]


def test_the_shapes_are_those_of_real_arrays() -> None:
    n, d = 5, 8
    assert sinusoidal_shapes(n, d) == {
        "positions": np.arange(n).shape,
        "frequencies": sinusoidal(n, d)[1, 0::2].shape,
        "encoding": sinusoidal(n, d).shape,
        "shift": shift_matrix(3, d).shape,
    }


def test_norms_and_products_would_not_have_been_enough() -> None:
    """Why values come first: a table of halves keeps every norm and every product of two rows."""
    versions = exercises.functions(SLUG, "mistakes")
    fooled = set()
    for label in ("halves", "cosine_first", "positions_from_one", "exponent_i_over_d", "column_exponent"):
        table = versions[f"sinusoidal__{label}"](20, 8)
        gram = table @ table.T
        if np.allclose(np.diag(gram), 4.0) and np.allclose(gram[1:, 1:], gram[:-1, :-1]):
            fooled.add(label)
    assert fooled == {"halves", "cosine_first", "positions_from_one", "exponent_i_over_d"}
