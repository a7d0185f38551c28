"""The mathematics of ex04, each claim by a second route."""

import exercises
import numpy as np
import pytest
from numpy.typing import NDArray

from reference.ex04_analogy_direction.solution import analogy, analogy_shapes, offset_consistency

SLUG = "ex04_analogy_direction"
CITIES = {"paris": [1.0, 5.0], "france": [3.0, 5.0], "rome": [1.0, 1.0], "italy": [3.0, 1.5], "tokyo": [0.0, 3.0]}


def cosine(u: NDArray[np.float64], v: NDArray[np.float64]) -> float:
    return float(u @ v / np.sqrt((u @ u) * (v @ v)))


def test_the_worked_example() -> None:
    E = np.array(list(CITIES.values()))
    query = E[1] - E[0] + E[2]
    assert query.tolist() == [3.0, 1.0]
    cosines = {name: round(cosine(query, np.array(row)), 4) for name, row in CITIES.items()}
    assert cosines == {"italy": 0.9899, "rome": 0.8944, "france": 0.7593, "paris": 0.4961, "tokyo": 0.3162}
    assert np.linalg.norm(query - E[3]) == pytest.approx(0.5)
    assert analogy(E, 0, 1, 2) == analogy(E, 0, 1, 2, normalize=True) == 3


@pytest.mark.parametrize("normalize", [False, True])
def test_the_answer_is_the_row_at_the_smallest_angle(normalize: bool) -> None:
    """In the plane, with every angle by arctan2 and no cosine."""
    rng = np.random.default_rng(1)
    for _ in range(50):
        E = rng.normal(size=(9, 2)) * rng.lognormal(size=(9, 1))
        a, b, c = (int(token) for token in rng.permutation(9)[:3])
        rows = E / np.hypot(E[:, 0], E[:, 1])[:, None] if normalize else E
        x, y = rows[b] - rows[a] + rows[c]
        turns = np.arctan2(E[:, 1], E[:, 0]) - np.arctan2(y, x)
        angles = np.abs((turns + np.pi) % (2 * np.pi) - np.pi)
        best = min((float(angle), token) for token, angle in enumerate(angles) if token not in (a, b, c))
        assert analogy(E, a, b, c, normalize) == best[1]


def test_scaling_the_table_or_turning_it_changes_no_answer() -> None:
    rng = np.random.default_rng(2)
    E = rng.normal(size=(20, 6))
    turn, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    for _ in range(20):
        a, b, c = (int(token) for token in rng.permutation(20)[:3])
        assert analogy(E, a, b, c) == analogy(1000 * E, a, b, c) == analogy(E @ turn, a, b, c)


def test_b_and_c_may_be_exchanged_and_a_and_b_may_not() -> None:
    E = np.random.default_rng(3).normal(size=(30, 5))
    questions = [(a, b, c) for a in range(4) for b in range(4, 8) for c in range(8, 12)]
    assert all(analogy(E, a, b, c) == analogy(E, a, c, b) for a, b, c in questions)
    assert any(analogy(E, a, b, c) != analogy(E, b, a, c) for a, b, c in questions)


def test_ties_zero_rows_and_a_zero_query() -> None:
    zero, right, left, up = [0.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]
    assert analogy([up, right, up, left, right, right], 0, 1, 2) == 4
    assert analogy([left, right, right, left, left, zero], 0, 1, 2) == 5
    assert analogy([right, left, zero, up, left, right], 2, 0, 1) == 3
    assert analogy([up, [3.0, 0.0], right, [2.0, 0.0], right], 1, 2, 3) == 0


def test_the_curve_of_the_lesson_with_its_baseline() -> None:
    """Rows of length 1, offsets of five lengths: with exclusion, and as the nearest to c."""
    rng = np.random.default_rng(15)
    measured = []
    for length in (0.5, 1.0, 2.0, 4.0, 6.0):
        direction, starts = rng.normal(size=50), rng.normal(size=(40, 50))
        starts = 2 * starts / np.linalg.norm(starts, axis=1, keepdims=True)
        ends = starts + length * direction / np.linalg.norm(direction) + 0.08 * rng.normal(size=(40, 50))
        others = rng.normal(size=(500, 50))
        E = np.concatenate([starts, ends, 2 * others / np.linalg.norm(others, axis=1, keepdims=True)])
        unit = E / np.linalg.norm(E, axis=1, keepdims=True)
        steps, near = unit[40:80] - unit[:40], unit @ unit[:40].T
        found = with_inputs = nearest = 0
        for i in range(40):
            scores = unit @ (steps[i] + unit[:40]).T  # (V, 40), one column for each c
            with_inputs += sum(np.argmax(scores[:, j]) == 40 + j for j in range(40) if j != i)
            for j in range(40):
                if j != i:
                    column, plain = scores[:, j].copy(), near[:, j].copy()
                    column[[i, 40 + i, j]] = plain[[i, 40 + i, j]] = -np.inf
                    found += np.argmax(column) == 40 + j
                    nearest += np.argmax(plain) == 40 + j
                    if (i + j) % 13 == 0:
                        assert analogy(E, i, 40 + i, j, normalize=True) == np.argmax(column)
        measured.append([round(count / 1560, 3) for count in (found, with_inputs, nearest)])
    assert np.transpose(measured).tolist() == [
        [1.0, 1.0, 1.0, 1.0, 0.999],
        [0.219, 0.97, 1.0, 0.953, 0.928],
        [1.0, 1.0, 1.0, 0.651, 0.2],
    ]


def test_offsets_at_right_and_flat_angles() -> None:
    E = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]
    pairs = [(0, 1), (0, 2), (0, 3)]
    assert offset_consistency(E, pairs) == pytest.approx(-1 / 3)
    offsets = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    assert np.mean(offsets @ offsets.T) == pytest.approx(1 / 9)


def test_consistency_is_what_the_sum_of_the_directions_says() -> None:
    """|sum of u_i|^2 = n + the sum over i and j that differ."""
    rng = np.random.default_rng(4)
    E = rng.normal(size=(15, 6))
    pairs = [(0, 3), (1, 7), (9, 2), (4, 14), (5, 6)]
    total = np.sum([(E[b] - E[a]) / np.linalg.norm(E[b] - E[a]) for a, b in pairs], axis=0)
    assert offset_consistency(E, pairs) == pytest.approx((total @ total - 5) / 20)


def test_consistency_is_one_for_a_constant_step_and_near_zero_for_random_ones() -> None:
    rng = np.random.default_rng(5)
    starts = rng.normal(size=(100, 64))
    pairs = [(i, i + 100) for i in range(100)]
    assert offset_consistency(np.concatenate([starts, starts + rng.normal(size=64)]), pairs) == pytest.approx(1)
    assert abs(offset_consistency(np.concatenate([starts, rng.normal(size=(100, 64))]), pairs)) < 0.01


def test_the_numbers_of_the_model_answer() -> None:
    (cell,) = [cell for cell in exercises.cells(SLUG) if cell["id"] == "explain"]
    rng = np.random.default_rng(29)
    starts, others = rng.normal(size=(20, 30)), rng.normal(size=(200, 30))
    direction = rng.normal(size=30)
    partners = starts + 1.0 * direction / np.linalg.norm(direction) + 0.2 * rng.normal(size=(20, 30))
    E, pairs = np.concatenate([starts, partners, others]), [(i, i + 20) for i in range(20)]
    found, nearest, free = [], [], []
    for a, b in pairs:
        for c, partner in pairs:
            if a != c:
                found.append(analogy(E, a, b, c) == partner)
                by_c = sorted(range(len(E)), key=lambda v, c=c: -cosine(E[v], E[c]))  # type: ignore[misc]
                nearest.append(next(v for v in by_c if v not in (a, b, c)) == partner)
                query = E[b] - E[a] + E[c]
                best = int(np.argmax([cosine(row, query) for row in E]))
                free.append((best == partner, best in (a, b, c)))
    right, inputs = np.mean(free, axis=0)
    assert f"mine is {offset_consistency(E, pairs):.3f}" in cell["source"]
    assert f"still scores {np.mean(found):.3f}" in cell["source"]
    assert f'"nearest to c": {np.mean(nearest):.3f}' in cell["source"]
    assert f"only {right:.3f} are right" in cell["source"]
    assert f"{inputs:.3f} of the answers are inputs" in cell["source"]


def test_the_shapes_are_those_of_real_arrays() -> None:
    E = np.ones((9, 4))
    query = E[1] - E[0] + E[2]
    pairs = np.array([[0, 1], [2, 3], [4, 5]])
    assert analogy_shapes(9, 4, 3) == {
        "E": E.shape,
        "query": query.shape,
        "cosines": (E @ query).shape,
        "offsets": (E[pairs[:, 1]] - E[pairs[:, 0]]).shape,
    }
