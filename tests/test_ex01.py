"""The mathematics of ex01, each claim by a second route."""

import numpy as np
import pytest

from reference.ex01_embedding_lookup.solution import lookup, lookup_grad, lookup_shapes

TABLE = np.array([[0.0, 1.0], [2.0, 0.0], [-1.0, 3.0], [4.0, -2.0], [1.0, 1.0], [-3.0, 0.0]])
IDS = np.array([[3, 5, 3], [0, 4, 2]])
GRADIENTS = np.array([[[1.0, 0.0], [0.0, 1.0], [2.0, 5.0]], [[1.0, 1.0], [0.0, -1.0], [3.0, 0.0]]])


def test_the_worked_example_of_the_lesson() -> None:
    X = lookup(IDS, TABLE)
    assert X.tolist() == [[[4, -2], [-3, 0], [4, -2]], [[0, 1], [1, 1], [-1, 3]]]
    assert X.shape == (2, 3, 2)


def test_the_worked_example_of_the_gradient() -> None:
    grad = lookup_grad(IDS, GRADIENTS, 6)
    assert grad.tolist() == [[1, 1], [0, 0], [3, 0], [3, 5], [0, -1], [0, 1]]
    assert np.sum(TABLE * grad) == np.sum(lookup(IDS, TABLE) * GRADIENTS) == -1
    assert grad.sum(axis=0).tolist() == [7, 6]


@pytest.mark.parametrize("shape", [(7,), (3, 5), (2, 3, 4), (6, 6)])
def test_lookup_is_a_one_hot_product_and_its_gradient_the_transposed_one(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(len(shape))
    V, d = 6, 4
    ids, E, G = rng.integers(0, V, size=shape), rng.normal(size=(V, d)), rng.normal(size=(*shape, d))
    hot = (ids.reshape(-1, 1) == np.arange(V)).astype(float)  # (places, V)
    assert np.array_equal(lookup(ids, E).reshape(-1, d), hot @ E)
    assert np.allclose(lookup_grad(ids, G, V), hot.T @ G.reshape(-1, d), atol=1e-12)


def test_the_gradient_is_that_of_finite_differences() -> None:
    rng = np.random.default_rng(11)
    ids, E, target = rng.integers(0, 4, size=(3, 5)), rng.normal(size=(7, 2)), rng.normal(size=(3, 5, 2))

    def loss(table: np.ndarray) -> float:
        return float(np.sum((lookup(ids, table) - target) ** 2))

    expected = np.zeros_like(E)
    for place in np.ndindex(E.shape):
        step = np.zeros_like(E)
        step[place] = 1e-5
        expected[place] = (loss(E + step) - loss(E - step)) / 2e-5
    assert np.allclose(lookup_grad(ids, 2 * (lookup(ids, E) - target), 7), expected, atol=1e-7)


def test_a_descent_step_moves_only_rows_that_were_read() -> None:
    E, G = np.ones((6, 2)), np.ones((2, 3, 2))
    moved = E - 0.1 * lookup_grad(IDS, G, 6)
    assert np.flatnonzero(np.any(moved != E, axis=1)).tolist() == [0, 2, 3, 4, 5]
    assert np.allclose(moved[3], 1 - 0.1 * 2)  # token 3 stands twice


def test_in_place_addition_would_have_kept_one_contribution() -> None:
    ids, G = np.array([1, 1]), np.ones((2, 3))
    buffered = np.zeros((2, 3))
    buffered[ids] += G
    assert buffered[1].tolist() == [1, 1, 1]
    assert lookup_grad(ids, G, 2)[1].tolist() == [2, 2, 2]


def test_a_looked_up_vector_is_a_copy() -> None:
    E = TABLE.copy()
    for ids in (np.arange(6), np.array([2]), IDS):
        assert not np.shares_memory(lookup(ids, E), E)


@pytest.mark.parametrize("ids", [[-1], [6], [0.5], [0, 5, 6], [[0], [-6]]])
def test_bad_ids_are_refused(ids: list[float]) -> None:
    with pytest.raises((IndexError, TypeError), match=r"ids must be .*, got "):
        lookup(ids, TABLE)
    with pytest.raises((IndexError, TypeError), match=r"ids must be .*, got "):
        lookup_grad(ids, np.ones((*np.shape(ids), 2)), 6)


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3)])
def test_no_ids_read_nothing(shape: tuple[int, ...]) -> None:
    ids = np.zeros(shape, dtype=int)
    assert lookup(ids, TABLE).shape == (*shape, 2)
    assert lookup_grad(ids, np.zeros((*shape, 2)), 6).tolist() == [[0, 0]] * 6


def test_the_shapes_are_those_of_real_arrays() -> None:
    B, T, V, d = 2, 3, 6, 4
    ids, E = np.zeros((B, T), dtype=int), np.ones((V, d))
    X = lookup(ids, E)
    grad = lookup_grad(ids, X, V)
    assert lookup_shapes(B, T, V, d) == {"ids": ids.shape, "E": E.shape, "X": X.shape, "grad_E": grad.shape}


def test_the_numbers_of_the_model_answer() -> None:
    words = ["to", "be", "or", "not", "to", "be", "that", "is", "to", "be", "asked"]
    vocabulary = sorted(set(words))
    ids = np.array([vocabulary.index(word) for word in words])
    rng = np.random.default_rng(7)
    E, G = rng.normal(size=(len(vocabulary), 16)), rng.normal(size=(len(words), 16))
    mixed = np.cumsum(lookup(ids, E), axis=0) / np.arange(1, len(words) + 1)[:, None]
    places = np.flatnonzero(ids == vocabulary.index("be"))
    first, last = mixed[places[0]], mixed[places[-1]]
    assert places.tolist() == [1, 5, 9]
    assert first @ last / np.linalg.norm(first) / np.linalg.norm(last) == pytest.approx(0.964, abs=5e-4)
    assert np.round(G[places, 0], 3).tolist() == [-1.746, 0.966, 1.131]
    assert lookup_grad(ids, G, len(vocabulary))[vocabulary.index("be"), 0] == pytest.approx(0.351, abs=5e-4)
