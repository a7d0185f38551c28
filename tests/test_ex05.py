"""The mathematics of ex05, each claim by a second route, and the lesson's numbers."""

import math
from itertools import permutations

import numpy as np
import pytest
from numpy.typing import NDArray

from reference.ex05_anisotropy.solution import anisotropy_report, anisotropy_shapes, center, mean_pairwise_cosine


def by_angles(X: NDArray[np.float64]) -> float:
    """The mean cosine in the plane, from the angles that the rows have with the first axis."""
    angles = [math.atan2(y, x) for x, y in X]
    cosines = [math.cos(a - b) for a, b in permutations(angles, 2)]
    return sum(cosines) / len(cosines)


def test_the_worked_example_of_three_rows() -> None:
    X = np.array([[1.0, 0.0], [0.6, 0.8], [0.8, 0.6]])
    assert mean_pairwise_cosine(X) == pytest.approx(59 / 75)
    by_the_identity = (2.4**2 + 1.4**2 - 3) / 6  # the rows sum to (2.4, 1.4)
    assert by_the_identity == pytest.approx(59 / 75)
    assert mean_pairwise_cosine([*X.tolist(), [0.0, 0.0]]) == pytest.approx(59 / 150)


@pytest.mark.parametrize("n", [2, 3, 10, 41])
def test_the_mean_cosine_is_that_of_the_angles(n: int) -> None:
    X = np.random.default_rng(n).normal(size=(n, 2)) + 0.5
    assert mean_pairwise_cosine(X) == pytest.approx(by_angles(X))


def test_the_mean_cosine_from_the_length_of_the_sum() -> None:
    rng = np.random.default_rng(1)
    X = np.vstack([rng.normal(size=(20, 6)) + 1, np.zeros((3, 6))])
    total = sum(row / np.linalg.norm(row) for row in X if row.any())
    assert mean_pairwise_cosine(X) == pytest.approx((total @ total - 20) / (23 * 22))


def test_the_mean_cosine_lies_between_its_bounds() -> None:
    corners = np.eye(4) - 0.25  # a regular simplex: as far apart as four directions can be
    assert mean_pairwise_cosine(corners) == pytest.approx(-1 / 3)
    assert mean_pairwise_cosine(np.outer([1.0, 2.0, 5.0], [3.0, 4.0])) == pytest.approx(1.0)


def test_the_worked_report() -> None:
    X = np.array([[4.0, 3.0], [2.0, 3.0], [3.0, 5.0], [3.0, 1.0]])
    report = anisotropy_report(X)
    assert report == pytest.approx(
        {
            "mean_cos_before": by_angles(X),
            "mean_cos_after": -1 / 3,
            "mean_norm_before": 3 * math.sqrt(2),
            "mean_norm_after": 0.0,
            "top_pc_share": 0.8,
        }
    )
    assert report["mean_cos_before"] == pytest.approx(0.894207, abs=5e-7)


def test_centring_is_a_projection_that_keeps_differences() -> None:
    X = np.random.default_rng(2).normal(size=(7, 4)) + 3
    projection = np.eye(7) - np.ones((7, 7)) / 7
    assert np.allclose(center(X), projection @ X)
    assert np.allclose(center(center(X)), center(X))
    assert np.allclose(np.diff(center(X), axis=0), np.diff(X, axis=0))


@pytest.mark.parametrize("shape", [(30, 5), (6, 6), (4, 9)])
def test_the_share_is_the_largest_variance_over_all_directions(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=shape) * rng.uniform(0.5, 4, size=shape[1]) + 1
    eigenvalues, vectors = np.linalg.eigh(np.cov(X, rowvar=False))
    share = anisotropy_report(X)["top_pc_share"]
    assert share == pytest.approx(eigenvalues[-1] / np.sum(eigenvalues))
    total = np.sum(np.var(X, axis=0, ddof=1))
    assert share == pytest.approx(np.var(X @ vectors[:, -1], ddof=1) / total)
    others = rng.normal(size=(200, shape[1]))
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    assert np.all(np.var(X @ others.T, axis=0, ddof=1) / total <= share + 1e-12)


def test_the_lessons_numbers_for_two_kinds_of_anisotropy() -> None:
    cloud = np.random.default_rng(17).normal(size=(1000, 100))
    shared, rogue = cloud.copy(), cloud.copy()
    shared[:, 0] += 10
    rogue[:, 0] *= 30
    plain, moved, stretched = (anisotropy_report(X) for X in (cloud, shared, rogue))
    assert plain["mean_cos_before"] == pytest.approx(0.0, abs=5e-4)
    assert plain["top_pc_share"] == pytest.approx(0.017, abs=5e-4)
    assert moved["mean_cos_before"] == pytest.approx(0.5005, abs=5e-5)
    assert moved["mean_cos_before"] == pytest.approx(10**2 / (10**2 + 100), abs=1e-3)  # |mu|^2 / (|mu|^2 + trace)
    assert moved["mean_cos_after"] == pytest.approx(-0.001, abs=5e-4)
    assert moved["top_pc_share"] == pytest.approx(plain["top_pc_share"])
    assert stretched["mean_cos_before"] == pytest.approx(-0.0007, abs=5e-5)
    assert stretched["top_pc_share"] == pytest.approx(0.902, abs=5e-4)


def test_the_lessons_numbers_for_the_demo_of_forty_rows() -> None:
    X = np.random.default_rng(42).normal(size=(40, 8)) + np.array([3.0] + [0.0] * 7)
    report = anisotropy_report(X)
    assert report["mean_cos_before"] == pytest.approx(0.5778, abs=5e-5)
    assert report["mean_cos_after"] == pytest.approx(-0.0245, abs=5e-5)


def test_the_model_answers_numbers() -> None:
    cloud = np.random.default_rng(31).normal(size=(400, 50))
    shared, stretched = cloud.copy(), cloud.copy()
    shared[:, 0] += 12
    stretched[:, 1] *= 20
    moved, rogue = anisotropy_report(shared), anisotropy_report(stretched)
    assert [round(moved[key], 3) for key in ("mean_cos_before", "mean_cos_after")] == [0.745, -0.002]
    assert [round(rogue[key], 3) for key in ("mean_cos_before", "mean_cos_after")] == [-0.001, -0.002]
    assert round(rogue["top_pc_share"], 3) == 0.88
    above = []
    for X in (shared, center(shared)):
        units = X / np.linalg.norm(X, axis=1, keepdims=True)
        above.append(float(np.mean((units @ units.T)[np.triu_indices(400, k=1)] > 0.6)))
    assert np.round(above, 3).tolist() == [0.995, 0.0]


def test_the_norm_of_the_mean_is_no_test_of_centring() -> None:
    """It is 0 after centring whatever the cloud, also where the cosines stay as they were."""
    stretched = np.random.default_rng(4).normal(size=(50, 6)) * [40, 1, 1, 1, 1, 1]
    report = anisotropy_report(stretched)
    assert report["mean_norm_before"] > 1
    assert report["mean_norm_after"] < 1e-12
    assert abs(report["mean_cos_after"] - report["mean_cos_before"]) < 0.2
    assert report["top_pc_share"] > 0.99


def test_the_shapes_are_those_of_real_arrays() -> None:
    for n, d in ((2, 5), (7, 3), (4, 4)):
        X = np.random.default_rng(5).normal(size=(n, d))
        assert anisotropy_shapes(n, d) == {
            "X": X.shape,
            "mean": np.mean(X, axis=0).shape,
            "cosines": (X @ X.T).shape,
            "singular_values": np.linalg.svd(center(X), compute_uv=False).shape,
        }
