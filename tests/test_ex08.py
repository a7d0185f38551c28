"""The mathematics of ex08, each claim by a second route, and what its wrong versions are worth."""

from typing import Any

import exercises
import numpy as np
import pytest
from numpy.typing import NDArray

from reference.ex08_rope_rotation.solution import half_split_permutation, rope, rope_shapes

SLUG = "ex08_rope_rotation"
DEFAULT_CASES = {
    "rope": (np.random.default_rng(3).normal(size=(5, 8)), np.arange(5)),
    "half_split_permutation": (8,),
    "rope_shapes": (2, 3, 5, 8),
}


def one_step(d: int, base: float) -> NDArray[np.float64]:
    """The matrix that turns by one token; its powers are the rotations, with no angle multiplied."""
    step = np.zeros((d, d))
    for i in range(d // 2):
        a, b, phi = 2 * i, 2 * i + 1, base ** (-2 * i / d)
        step[a, a] = step[b, b] = np.cos(phi)
        step[a, b], step[b, a] = -np.sin(phi), np.sin(phi)
    return step


def half(x: NDArray[np.float64], positions: Any) -> NDArray[np.float64]:
    """The half-split layout, through complex numbers."""
    d = x.shape[-1]
    turns = np.exp(1j * np.multiply.outer(positions, 10000.0 ** (-np.arange(0, d, 2) / d)))
    z = (x[..., : d // 2] + 1j * x[..., d // 2 :]) * turns
    return np.concatenate([z.real, z.imag], axis=-1)


@pytest.mark.parametrize("base", [10.0, 10000.0, 500000.0])
def test_rope_is_the_power_of_one_step(base: float) -> None:
    x = np.random.default_rng(1).normal(size=(7, 12))
    positions = np.array([0, 1, 2, 49, -1, -17, 3])
    step = one_step(12, base)
    expected = [np.linalg.matrix_power(step, p) @ v for p, v in zip(positions, x, strict=True)]
    assert np.allclose(rope(x, positions, base), expected, atol=1e-10)


def test_rope_is_multiplication_by_a_complex_number() -> None:
    x = np.random.default_rng(2).normal(size=(2, 3, 5, 8))
    positions = np.array([4, 0, -3, 50, 7])
    z = (x[..., 0::2] + 1j * x[..., 1::2]) * np.exp(1j * np.outer(positions, [1, 0.1, 0.01, 0.001]))
    turned = rope(x, positions)
    assert np.allclose(turned[..., 0::2], z.real, atol=1e-12)
    assert np.allclose(turned[..., 1::2], z.imag, atol=1e-12)


def test_the_worked_example_of_thirty_degrees_a_token() -> None:
    base = (6 / np.pi) ** 2  # pair 1 of d = 4 turns by pi / 6
    assert np.allclose(rope([[0, 0, 2, 0]], [2], base), [[0, 0, 1, np.sqrt(3)]])
    for m, n in ((3, 1), (2, 0)):
        q, k = rope([[0, 0, 2, 0]], [m], base), rope([[0, 0, 1, 1]], [n], base)
        assert np.sum(q * k) == pytest.approx(1 + np.sqrt(3))


def test_the_lessons_numbers_for_two_layouts() -> None:
    q, k = np.random.default_rng(27).normal(size=(2, 1, 64))
    assert np.sum(rope(q, [10]) * rope(k, [3])) == pytest.approx(1.937, abs=5e-4)
    assert np.sum(half(q, [10]) * half(k, [3])) == pytest.approx(3.9076, abs=5e-5)
    perm = half_split_permutation(64)
    assert np.sum(half(q[:, perm], [10]) * half(k[:, perm], [3])) == pytest.approx(1.937, abs=5e-4)


def test_the_lessons_kernel_of_all_ones() -> None:
    distances = np.array([0, 1, 10, 100, 1000])
    kernel = np.sum(rope(np.ones((5, 128)), distances), axis=-1)
    assert np.round(kernel, 2).tolist() == [128.0, 124.19, 85.64, 61.09, 20.36]


def test_scores_do_not_change_when_both_positions_move_by_a_thousand() -> None:
    q, k = np.random.default_rng(27).normal(size=(2, 1, 64))
    for m, n in ((0, 5), (17, 3), (100, 250)):
        near = np.sum(rope(q, [m]) * rope(k, [n]))
        far = np.sum(rope(q, [m + 1000]) * rope(k, [n + 1000]))
        assert abs(near - far) < 1e-11


@pytest.mark.parametrize("d", [2, 4, 6, 10, 64])
def test_the_permutation_takes_one_layout_to_the_other(d: int) -> None:
    x, positions = np.random.default_rng(d).normal(size=(3, 5, d)), np.arange(-2, 3)
    perm = half_split_permutation(d)
    assert np.allclose(half(x[..., perm], positions), rope(x, positions)[..., perm], atol=1e-12)


def test_the_shapes_are_those_of_real_arrays() -> None:
    B, H, T, d_head = 2, 3, 5, 8
    x, positions = np.ones((B, H, T, d_head)), np.arange(T)
    rotated = rope(x, positions)
    assert rope_shapes(B, H, T, d_head) == {
        "x": x.shape,
        "positions": positions.shape,
        "angles": np.multiply.outer(positions, np.arange(0, d_head, 2)).shape,
        "rotated": rotated.shape,
        "scores": (rotated @ np.swapaxes(rotated, -1, -2)).shape,
    }


@pytest.mark.parametrize("name", exercises.functions(SLUG, "mistakes"))
def test_what_is_wrong_on_the_default_case_keeps_at_most_a_third(name: str) -> None:
    function, _ = exercises.split_id(name)
    mistake = exercises.functions(SLUG, "mistakes")[name]
    own = exercises.checks_of(SLUG, function)
    kept = exercises.passed(SLUG, {function: mistake})
    share = sum(check.points for check in own if check.grade_id in kept) / sum(c.points for c in own)
    if is_wrong_on_the_default_case(function, mistake):
        assert share <= 1 / 3
    else:
        assert share < 1


def is_wrong_on_the_default_case(function: str, version: exercises.Function) -> bool:
    arguments = DEFAULT_CASES[function]
    expected = exercises.functions(SLUG, "solution")[function](*arguments)
    got = version(*(np.array(a) if isinstance(a, np.ndarray) else a for a in arguments))
    if isinstance(expected, dict):
        return bool(got != expected)
    return got.shape != expected.shape or not np.allclose(got, expected, rtol=1e-4, atol=1e-4)


def test_the_norm_and_the_relative_rule_would_not_have_been_enough() -> None:
    """Why hand values come first: the two famous properties together let wrong versions through."""
    q, k = np.random.default_rng(5).normal(size=(2, 1, 8))
    fooled = set()
    for name, version in exercises.functions(SLUG, "mistakes").items():
        if name.startswith("rope__") and is_wrong_on_the_default_case("rope", version):
            keeps_norm = np.isclose(np.linalg.norm(version(q.copy(), [7])), np.linalg.norm(q), rtol=1e-3)
            near, far = (np.sum(version(q.copy(), [m]) * version(k.copy(), [n])) for m, n in ((5, 2), (25, 22)))
            if keeps_norm and np.isclose(near, far, rtol=1e-3):
                fooled.add(exercises.split_id(name)[1])
    assert {"half_split", "clockwise", "one_angle", "exponent_i_over_d", "positions_from_one"} <= fooled
