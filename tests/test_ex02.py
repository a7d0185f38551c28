"""The mathematics of ex02, each claim by a second route."""

import numpy as np
import pytest

from reference.ex02_one_hot_equivalence.solution import one_hot, one_hot_shapes, onehot_cost, onehot_lookup

TABLE = np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0], [5.0, 0.0, 1.0], [2.0, 2.0, -2.0]])


def test_the_worked_example_of_the_lesson() -> None:
    assert one_hot([1, 3], 4).tolist() == [[0, 1, 0, 0], [0, 0, 0, 1]]
    assert onehot_lookup([1, 3], TABLE).tolist() == [[0, -1, 3], [2, 2, -2]]


@pytest.mark.parametrize("shape", [(7,), (3, 5), (2, 3, 4), (6, 6)])
def test_one_hot_vectors_are_rows_of_the_identity(shape: tuple[int, ...]) -> None:
    ids = np.random.default_rng(len(shape)).integers(0, 6, size=shape)
    for V in (6, 9):
        assert np.array_equal(one_hot(ids, V), np.eye(V)[ids])


def test_the_product_is_the_lookup_to_the_last_bit() -> None:
    """The numbers of the lesson: 2,000 tokens, 64 coordinates, 512 places."""
    rng = np.random.default_rng(6)
    E, ids = rng.normal(size=(2000, 64)), rng.integers(0, 2000, size=512)
    assert np.max(np.abs(onehot_lookup(ids, E) - E[ids])) == 0.0
    cost = onehot_cost(512, 2000, 64)
    assert 2 * cost["onehot_macs"] == 131_072_000
    assert cost["gather_copies"] == 32_768
    assert 2 * cost["onehot_macs"] // cost["gather_copies"] == 4000


def test_the_transpose_adds_up_the_gradients_of_repeated_ids() -> None:
    rng = np.random.default_rng(8)
    ids, G = rng.integers(0, 5, size=(4, 7)), rng.normal(size=(4, 7, 3))
    expected = np.zeros((9, 3))
    np.add.at(expected, ids, G)
    assert np.allclose(one_hot(ids, 9).reshape(-1, 9).T @ G.reshape(-1, 3), expected, atol=1e-12)


@pytest.mark.filterwarnings("ignore:invalid value")
def test_one_infinite_row_spoils_every_place_of_the_product() -> None:
    E = TABLE.copy()
    E[2] = np.inf
    assert np.isfinite(E[[1, 3]]).all()
    assert not np.isfinite(onehot_lookup([1, 3], E)).any()


def test_the_numbers_of_the_story_and_of_the_model_answer() -> None:
    assert onehot_cost(4096, 128256, 4096) == {
        "onehot_macs": 2_151_778_615_296,
        "gather_copies": 16_777_216,
        "onehot_floats": 525_336_576,
    }
    assert 4 * 525_336_576 == 2_101_346_304  # 2.1 GB
    assert onehot_cost(8, 50257, 768) == {
        "onehot_macs": 308_779_008,
        "gather_copies": 6_144,
        "onehot_floats": 402_056,
    }
    assert onehot_cost(2048, 32000, 4096) == {
        "onehot_macs": 268_435_456_000,
        "gather_copies": 8_388_608,
        "onehot_floats": 65_536_000,
    }
    assert 4 * 65_536_000 == 262_144_000


def test_the_cost_is_that_of_real_arrays() -> None:
    n, V, d = 3, 7, 5
    hot, E = one_hot(np.arange(n), V), np.ones((V, d))
    # Each multiply-add is one term of the sum that einsum forms.
    terms = np.einsum("nv,vd->nvd", hot, E)
    assert onehot_cost(n, V, d) == {
        "onehot_macs": terms.size,
        "gather_copies": E[np.arange(n)].size,
        "onehot_floats": hot.size,
    }


def test_32_bits_do_not_overflow() -> None:
    cost = onehot_cost(np.int32(4096), np.int32(128256), np.int32(4096))  # type: ignore[arg-type]
    assert cost == onehot_cost(4096, 128256, 4096)
    assert all(type(count) is int for count in cost.values())


@pytest.mark.parametrize("ids", [[-1], [4], [0, 3, 4], [[0], [-4]]])
def test_bad_ids_are_refused(ids: list[int]) -> None:
    with pytest.raises(IndexError, match=r"ids must be from 0 to 3, got "):
        one_hot(ids, 4)
    with pytest.raises(IndexError, match=r"ids must be from 0 to 3, got "):
        onehot_lookup(ids, TABLE)


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3)])
def test_no_ids_give_empty_results(shape: tuple[int, ...]) -> None:
    ids = np.zeros(shape, dtype=int)
    assert one_hot(ids, 4).shape == (*shape, 4)
    assert onehot_lookup(ids, TABLE).shape == (*shape, 3)


def test_the_shapes_are_those_of_real_arrays() -> None:
    B, T, V, d = 2, 3, 6, 4
    ids, E = np.zeros((B, T), dtype=int), np.ones((V, d))
    hot = one_hot(ids, V)
    assert one_hot_shapes(B, T, V, d) == {"ids": ids.shape, "one_hot": hot.shape, "E": E.shape, "X": (hot @ E).shape}
