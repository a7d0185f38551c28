"""The mathematics of ex03, each claim by a second route."""

from fractions import Fraction

import exercises
import numpy as np
import pytest
from numpy.typing import NDArray

from reference.ex03_cosine_neighbors.solution import cosine_matrix, cosine_shapes, nearest

SLUG = "ex03_cosine_neighbors"


def appearances(X: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    """In how many lists each row stands."""
    return np.bincount(nearest(X, k).ravel(), minlength=len(X))


def test_in_the_plane_the_cosine_is_that_of_the_difference_of_angles() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.uniform(-np.pi, np.pi, size=7), rng.uniform(-np.pi, np.pi, size=5)
    A = np.stack([np.cos(a), np.sin(a)], axis=1) * rng.uniform(0.1, 9, size=(7, 1))
    B = np.stack([np.cos(b), np.sin(b)], axis=1) * rng.uniform(0.1, 9, size=(5, 1))
    assert np.allclose(cosine_matrix(A, B), np.cos(np.subtract.outer(a, b)), atol=1e-14)


def test_the_law_of_cosines_gives_the_same_from_distances() -> None:
    rng = np.random.default_rng(2)
    A, B = rng.normal(size=(6, 9)), 4 * rng.normal(size=(3, 9))
    for i, u in enumerate(A):
        for j, v in enumerate(B):
            sides = np.sum(u**2) + np.sum(v**2) - np.sum((u - v) ** 2)
            assert cosine_matrix(A, B)[i, j] == pytest.approx(sides / 2 / np.sqrt(np.sum(u**2) * np.sum(v**2)))


def test_the_worked_numbers() -> None:
    u, v = np.array([[3.0, 4.0]]), np.array([[4.0, 3.0]])
    assert cosine_matrix(u, v)[0, 0] == pytest.approx(24 / 25)
    assert cosine_matrix(u * [1, 10], v * [1, 10])[0, 0] == pytest.approx(0.99834, abs=5e-6)
    assert cosine_matrix(1e-6 * u, 1e6 * v)[0, 0] == pytest.approx(0.96)
    dots = np.array([[1.0, 0.0]]) @ np.array([[10.0, 10.0], [2.0, 0.0]]).T
    assert dots.tolist() == [[10.0, 2.0]]
    assert cosine_matrix([[1.0, 0.0]], [[10.0, 10.0], [2.0, 0.0]]).round(4).tolist() == [[0.7071, 1.0]]


def test_zero_rows_have_cosine_zero_and_raise_no_warning() -> None:
    cosines = cosine_matrix([[0.0, 0.0], [1.0, 0.0]], [[0.0, 0.0], [2.0, 0.0]])
    assert cosines.tolist() == [[0.0, 0.0], [0.0, 1.0]]


def test_cosines_of_random_rows_have_mean_zero_and_variance_one_over_d() -> None:
    rng = np.random.default_rng(3)
    for d in (8, 64):
        cosines = cosine_matrix(rng.normal(size=(400, d)), rng.normal(size=(500, d)))
        assert abs(np.mean(cosines)) < 0.01
        assert np.var(cosines) * d == pytest.approx(1, abs=0.05)


def test_neighbors_are_those_of_exact_fractions() -> None:
    """sign(u.v) (u.v)^2 / (|u|^2 |v|^2) orders as the cosine does, and needs no square root."""
    X = np.random.default_rng(4).integers(-9, 10, size=(12, 3))
    X[5] = 3 * X[2]

    def squared(i: int, j: int) -> Fraction:
        dot = int(X[i] @ X[j])
        return Fraction(dot * abs(dot), int(X[i] @ X[i]) * int(X[j] @ X[j]))

    lists = nearest(X, 11)
    for i in range(12):
        exact = sorted((squared(i, j) for j in range(12) if j != i), reverse=True)
        assert [squared(i, int(j)) for j in lists[i]] == exact


def test_a_duplicate_takes_the_first_place_and_dropping_it_keeps_the_row_itself() -> None:
    X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    assert np.argsort(-(X @ X.T)[2], kind="stable")[1] == 2
    assert nearest(X, 2).tolist() == [[2, 1], [0, 2], [0, 1]]
    assert nearest([[1.0, 0.0], [0.0, 1.0], [2.0, 0.0]], 2).tolist() == [[2, 1], [0, 2], [0, 1]]


def test_ties_stand_in_the_order_of_their_indices() -> None:
    rng = np.random.default_rng(5)
    X = rng.choice([-1.0, 1.0], size=(60, 1)) * np.eye(3)[rng.integers(3, size=60)]
    for i, row in enumerate(nearest(X, 59)):
        assert row.tolist() == sorted(set(range(60)) - {i}, key=lambda j, i=i: (-float(X[i] @ X[j]), j))  # type: ignore[misc]


def test_rescaling_coordinates_keeps_predictions_and_changes_neighbors() -> None:
    """Factors A D and B D^-1 predict the same; only 37% of the rows keep their nearest neighbour."""
    rng = np.random.default_rng(11)
    A, B, D = rng.normal(size=(100, 8)), rng.normal(size=(80, 8)), np.exp(rng.normal(size=8))
    assert np.allclose(A @ B.T, (A * D) @ (B / D).T, atol=1e-13)
    assert np.mean(nearest(A, 1) == nearest(A * D, 1)) == pytest.approx(0.37)
    upper = np.triu_indices(100, 1)
    before, after = cosine_matrix(A, A)[upper], cosine_matrix(A * D, A * D)[upper]
    assert np.corrcoef(before, after)[0, 1] == pytest.approx(0.62, abs=5e-3)


def test_a_common_part_makes_hubs_and_centring_removes_them() -> None:
    rng = np.random.default_rng(14)
    for d in (3, 10, 30, 100, 300):
        rng.normal(size=(1000, d))
    cloud = rng.normal(size=(1000, 100)) * rng.lognormal(0, 0.3, (1000, 1))
    direction = rng.normal(size=100)
    X = cloud + 5 * direction / np.linalg.norm(direction)
    counts, centred = appearances(X, 10), appearances(X - X.mean(axis=0), 10)
    assert (counts.max(), np.sum(counts == 0)) == (243, 75)
    assert (centred.max(), np.sum(centred == 0)) == (19, 0)


def test_the_lists_of_the_lesson_have_these_mean_cosines() -> None:
    X = np.array([[1.0, 0.0], [0.8, 0.6], [0.6, 0.8], [0.0, 1.0]])
    cosines = np.take_along_axis(cosine_matrix(X, X), nearest(X, 2), axis=1)
    assert np.allclose(cosines.mean(axis=1), [0.7, 0.88, 0.88, 0.7])


def test_the_numbers_of_the_model_answer() -> None:
    (cell,) = [cell for cell in exercises.cells(SLUG) if cell["id"] == "explain"]
    rng = np.random.default_rng(14)
    X = rng.normal(size=(200, 40)) * rng.lognormal(0, 0.3, size=(200, 1))
    direction = rng.normal(size=40)
    X = X + 5.0 * direction / np.linalg.norm(direction)
    assert f"{appearances(X, 5).max()} of 200 lists" in cell["source"]
    for table in (X, X - X.mean(axis=0)):
        pairs = cosine_matrix(table, table)[np.triu_indices(200, 1)]
        assert f"{np.mean(pairs > 0.4):.2%}" in cell["source"]


def test_the_shapes_are_those_of_real_arrays() -> None:
    A, B = np.ones((5, 4)), np.ones((3, 4))
    assert cosine_shapes(5, 3, 4, 2) == {
        "A": A.shape,
        "B": B.shape,
        "cosines": cosine_matrix(A, B).shape,
        "neighbors": nearest(A, 2).shape,
    }
