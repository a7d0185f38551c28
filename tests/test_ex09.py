"""The mathematics of ex09, each claim by a second route, and the numbers of its lesson."""

import math
from typing import Any

import exercises
import numpy as np
import pytest
from numpy.typing import NDArray

from reference.ex09_alibi_bias.solution import alibi_bias, alibi_shapes, alibi_slopes

SLUG = "ex09_alibi_bias"


def doubled(n: int) -> list[float]:
    """The slopes by a rule of their own: every number of heads up to a power of two, from the one before."""
    slopes = [1 / 256]
    while len(slopes) < n:
        before = [1.0, *slopes[:-1]]
        between = [math.sqrt(a * b) for a, b in zip(before, slopes, strict=True)]
        if 2 * len(slopes) > n:
            return slopes + between[: n - len(slopes)]
        slopes = [slope for pair in zip(between, slopes, strict=True) for slope in pair]
    return slopes


def softmax(scores: NDArray[Any]) -> NDArray[Any]:
    weights = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    result: NDArray[Any] = weights / np.sum(weights, axis=-1, keepdims=True)
    return result


def test_the_slopes_of_powers_of_two() -> None:
    assert alibi_slopes(8).tolist() == [2.0**-i for i in range(1, 9)]
    assert alibi_slopes(1).tolist() == [1 / 256]
    assert alibi_slopes(2).tolist() == [1 / 16, 1 / 256]


def test_the_slopes_between_are_not_sorted() -> None:
    assert alibi_slopes(3).tolist() == [1 / 16, 1 / 256, 1 / 4]
    assert np.log2(alibi_slopes(12)).round(12).tolist() == [-1, -2, -3, -4, -5, -6, -7, -8, -0.5, -1.5, -2.5, -3.5]
    assert alibi_slopes(12)[8:].round(4).tolist() == [0.7071, 0.3536, 0.1768, 0.0884]


@pytest.mark.parametrize("n", range(1, 70))
def test_the_slopes_are_geometric_means_of_neighbours(n: int) -> None:
    assert np.allclose(alibi_slopes(n), doubled(n), rtol=1e-12)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize(("n", "T"), [(1, 1), (4, 4), (3, 5), (12, 7)])
def test_the_bias_entry_by_entry(n: int, T: int, causal: bool) -> None:
    bias = alibi_bias(n, T, causal)
    assert bias.shape == (n, T, T)
    for h, m in enumerate(doubled(n)):
        for i in range(T):
            for j in range(T):
                if causal and j > i:
                    assert bias[h, i, j] == -np.inf
                else:
                    assert bias[h, i, j] == pytest.approx(-m * abs(i - j))


def test_the_worked_example() -> None:
    assert alibi_bias(4, 4)[0, 3].tolist() == [-0.75, -0.5, -0.25, 0.0]
    assert alibi_bias(4, 4, causal=False)[0, 1].tolist() == [-0.25, 0.0, -0.25, -0.5]
    assert softmax(alibi_bias(4, 4))[0, 3].round(4).tolist() == [0.1653, 0.2122, 0.2725, 0.3499]


def test_bad_sizes() -> None:
    for n in (0, -1, -8):
        with pytest.raises(ValueError, match="n must be at least 1"):
            alibi_slopes(n)
        with pytest.raises(ValueError, match="n must be at least 1"):
            alibi_bias(n, 3)
    for T in (0, -1):
        with pytest.raises(ValueError, match="T must be at least 1"):
            alibi_bias(2, T, causal=False)


def test_the_lessons_windows() -> None:
    """Of the slopes 1/2, 1/16 and 1/256: the weight on the last 10 keys, the mean distance, the keys for 90 %."""
    found = []
    for slope in alibi_slopes(8)[[0, 3, 7]]:
        row = softmax(-slope * np.arange(4096))
        within = int(np.searchsorted(np.cumsum(row), 0.9)) + 1
        found.append((round(float(np.sum(row[:10])), 3), round(float(row @ np.arange(4096)), 2), within))
    assert found == [(0.993, 1.54, 5), (0.465, 15.51, 37), (0.038, 255.5, 590)]


def test_a_causal_softmax_can_not_tell_key_positions_from_distances() -> None:
    scores = np.random.default_rng(28).normal(size=(6, 9, 9))
    mask = np.where(np.tri(9) > 0, 0.0, -np.inf)
    by_key = alibi_slopes(6)[:, None, None] * np.arange(9) + mask
    assert np.allclose(softmax(scores + alibi_bias(6, 9)), softmax(scores + by_key), atol=1e-15)
    assert not np.allclose(alibi_bias(6, 9), by_key)


def test_an_unmasked_future_gets_the_most_attention() -> None:
    """The bias 0 above the diagonal, which looks like no bias, is the best there is."""
    distance = np.maximum(np.subtract.outer(np.arange(6), np.arange(6)), 0)
    row = softmax(-0.25 * distance)[3]
    assert row.round(3).tolist() == [0.097, 0.125, 0.16, 0.206, 0.206, 0.206]


def test_row_constant_versions_earn_the_softmax_check_and_no_more() -> None:
    for label in ("key_position", "from_the_last_query", "distance_from_one"):
        mistake = exercises.functions(SLUG, "mistakes")[f"alibi_bias__{label}"]
        own = {check.grade_id for check in exercises.checks_of(SLUG, "alibi_bias")}
        assert own & exercises.passed(SLUG, {"alibi_bias": mistake}) == {"bias_softmax"}


def test_the_shapes_are_those_of_real_arrays() -> None:
    B, H, T = 2, 3, 5
    bias = alibi_bias(H, T)
    assert alibi_shapes(B, H, T) == {
        "slopes": alibi_slopes(H).shape,
        "bias": bias.shape,
        "scores": (np.ones((B, H, T, T)) + bias).shape,
    }
