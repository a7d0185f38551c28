"""The mathematics of ex06, each claim by a second route, and the lesson's numbers."""

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reference.ex06_softmax_gradient.solution import gradient_shapes, output_grads

Batch = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]


def batch(seed: int, N: int, V: int, d: int) -> Batch:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(N, d)), rng.normal(size=(V, d)), rng.integers(0, V, size=N)


def loss_of(H: NDArray[Any], W: NDArray[Any], y: NDArray[Any]) -> Any:
    """The mean loss by logaddexp; complex tables are allowed, which gives exact slopes."""
    logits = H @ W.T
    top = np.max(logits.real, axis=1)
    return np.mean(top + np.log(np.sum(np.exp(logits - top[:, None]), axis=1)) - logits[np.arange(len(y)), y])


def by_slopes(H: NDArray[Any], W: NDArray[Any], y: NDArray[Any]) -> list[NDArray[np.float64]]:
    """Both gradients from steps of 1e-30 along the imaginary axis: no difference, so no rounding."""
    gradients = []
    for table, loss in ((W, lambda moved: loss_of(H, moved, y)), (H, lambda moved: loss_of(moved, W, y))):
        slopes = np.empty(table.shape)
        for index in np.ndindex(table.shape):
            moved = table.astype(complex)
            moved[index] += 1e-30j
            slopes[index] = loss(moved).imag / 1e-30
        gradients.append(slopes)
    return gradients


@pytest.mark.parametrize(("N", "V", "d"), [(1, 3, 2), (7, 5, 4), (4, 4, 4), (12, 3, 6)])
def test_the_gradients_are_the_central_differences_of_the_loss(N: int, V: int, d: int) -> None:
    H, W, y = batch(1, N, V, d)
    _, dW, dH = output_grads(H, W, y)
    e = 1e-5
    for table, gradient in ((W, dW), (H, dH)):
        for index in np.ndindex(table.shape):
            kept = table[index]
            table[index] = kept + e
            up = output_grads(H, W, y)[0]
            table[index] = kept - e
            down = output_grads(H, W, y)[0]
            table[index] = kept
            assert gradient[index] == pytest.approx((up - down) / (2 * e), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("N", "V", "d"), [(1, 3, 2), (7, 5, 4), (4, 4, 4), (12, 3, 6)])
def test_the_gradients_are_the_slopes_of_another_loss(N: int, V: int, d: int) -> None:
    H, W, y = batch(2, N, V, d)
    loss, dW, dH = output_grads(H, W, y)
    assert loss == pytest.approx(float(loss_of(H, W, y)))
    expected_W, expected_H = by_slopes(H, W, y)
    assert np.allclose(dW, expected_W, rtol=1e-12, atol=1e-14)
    assert np.allclose(dH, expected_H, rtol=1e-12, atol=1e-14)


def test_the_gradient_of_the_logits_is_the_jacobian_of_softmax_times_minus_one_over_p() -> None:
    H, W, _ = batch(3, 1, 6, 4)
    z = np.exp(W @ H[0])
    p = z / np.sum(z)
    jacobian = np.diag(p) - np.outer(p, p)  # dp_k / dz_j
    for target in range(6):
        delta = -jacobian[target] / p[target]
        _, dW, dH = output_grads(H, W, [target])
        assert np.allclose(dW, np.outer(delta, H[0]))
        assert np.allclose(dH, delta @ W)


def test_the_worked_example_of_a_quarter_a_half_and_a_quarter() -> None:
    h, W = [[2, -1]], [[0, 0], [np.log(2) / 2, 0], [0, 0]]
    loss, dW, dH = output_grads(h, W, [0])
    assert loss == pytest.approx(np.log(4))
    assert np.allclose(dW, [[-1.5, 0.75], [1, -0.5], [0.5, -0.25]])
    assert np.allclose(dH, [[np.log(2) / 4, 0]])
    assert np.log(2) / 4 == pytest.approx(0.1733, abs=5e-5)
    weights = [Fraction(1, 4) - 1, Fraction(1, 2), Fraction(1, 4)]
    assert [[float(w * x) for x in (2, -1)] for w in weights] == [[-1.5, 0.75], [1.0, -0.5], [0.5, -0.25]]
    assert sum(weights) == 0


def test_equal_logits_cost_the_logarithm_of_their_number() -> None:
    loss, dW, _ = output_grads(np.ones((1, 3)), np.zeros((5, 3)), [2])
    assert loss == pytest.approx(1.6094, abs=5e-5)
    assert np.allclose(dW, np.outer([0.2, 0.2, -0.8, 0.2, 0.2], np.ones(3)))


def test_the_tied_example_of_the_lesson_holds_for_the_output_path() -> None:
    E = np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 2.0]])
    loss, dW, dH = output_grads(E[:1], E, [1])
    assert loss == pytest.approx(np.log(3))
    assert np.allclose(dW, np.array([[1, 1], [-2, -2], [1, 1]]) / 3)
    assert np.allclose(dH, [[-1, 1]])


def test_the_loss_agrees_with_fifty_digits() -> None:
    H, W, y = batch(4, 6, 5, 3)
    with localcontext() as context:
        context.prec = 50
        total = Decimal(0)
        for h, target in zip(H, y, strict=True):
            logits = [sum(Decimal(float(a)) * Decimal(float(b)) for a, b in zip(h, row, strict=True)) for row in W]
            total += sum((z - logits[target]).exp() for z in logits).ln()
        expected = float(total / 6)
    assert output_grads(H, W, y)[0] == pytest.approx(expected, rel=1e-14)


def test_logits_of_ninety_thousand_are_exact_in_single_precision() -> None:
    H = np.array([[300.0, 0.0], [0.0, 300.0]])
    W = np.array([[300.0, -300.0], [0.0, -150.0], [-300.0, -100.0]])
    loss, dW, dH = output_grads(H, W, [2, 2])
    assert loss == 90000.0
    assert dW.tolist() == [[150.0, 0.0], [0.0, 0.0], [-150.0, 0.0]]
    assert dH.tolist() == [[300.0, -100.0], [0.0, 0.0]]
    assert (H.astype(np.float32) @ W.astype(np.float32).T).tolist() == (H @ W.T).tolist()


def test_the_rows_of_the_gradient_sum_to_zero_and_every_row_moves() -> None:
    H, W, y = batch(5, 9, 8, 4)
    _, dW, _ = output_grads(H, W, y % 3)
    assert np.allclose(np.sum(dW, axis=0), 0)
    assert np.all(np.linalg.norm(dW, axis=1) > 1e-3)


def test_a_vector_added_to_every_row_changes_nothing() -> None:
    H, W, y = batch(6, 9, 8, 4)
    for one, other in zip(output_grads(H, W, y), output_grads(H, W + np.array([3, -1, 2, 5]), y), strict=True):
        assert np.allclose(one, other)


def test_doubling_the_batch_halves_the_rows_of_dH_alone() -> None:
    H, W, y = batch(7, 5, 6, 3)
    loss, dW, dH = output_grads(H, W, y)
    again, dW_again, dH_again = output_grads(np.repeat(H, 2, axis=0), W, np.repeat(y, 2))
    assert again == pytest.approx(loss)
    assert np.allclose(dW_again, dW)
    assert np.allclose(dH_again, np.repeat(dH, 2, axis=0) / 2)


@pytest.mark.parametrize("bad", [[0, 5], [-1, 0], [9, 9]])
def test_ids_that_are_no_tokens_raise(bad: list[int]) -> None:
    H, W, _ = batch(8, 2, 5, 3)
    with pytest.raises(ValueError, match="y must lie in"):
        output_grads(H, W, bad)


def test_widths_that_differ_raise() -> None:
    H, W, y = batch(9, 2, 5, 3)
    for width in (1, 2):
        with pytest.raises(ValueError, match="same width"):
            output_grads(H, W[:, :width], y)


def test_the_model_answers_numbers() -> None:
    rng = np.random.default_rng(41)
    W = 0.1 * rng.normal(size=(60, 16))
    frequencies = 1.0 / np.arange(1, 41)
    y = rng.choice(40, size=128, p=frequencies / np.sum(frequencies))
    shared = rng.normal(size=16)
    contexts = 0.5 * rng.normal(size=(60, 16))
    H = 3.0 * shared / np.linalg.norm(shared) + contexts[y] + 0.3 * rng.normal(size=(128, 16))

    def mean_cosine(rows: NDArray[np.float64]) -> float:
        cosines = np.corrcoef(np.hstack([rows, -rows]))  # with its negative, each row has mean 0
        return float(np.mean(cosines[np.triu_indices(len(rows), k=1)]))

    assert round(mean_cosine(W[40:]), 3) == 0.004
    for _ in range(300):
        W = W - 0.5 * output_grads(H, W, y)[1]
    unseen, state = np.mean(W[40:], axis=0), np.mean(H, axis=0)
    assert round(mean_cosine(W[40:]), 3) == 0.631
    assert round(mean_cosine(W[:10]), 3) == -0.041
    assert round(float(unseen @ state / np.linalg.norm(unseen) / np.linalg.norm(state)), 3) == -0.990


def test_the_shapes_are_those_of_real_arrays() -> None:
    H, W, y = batch(10, 2, 3, 5)
    _, dW, dH = output_grads(H, W, y)
    assert gradient_shapes(2, 3, 5) == {
        "H": H.shape,
        "W": W.shape,
        "logits": (H @ W.T).shape,
        "dW": dW.shape,
        "dH": dH.shape,
    }
