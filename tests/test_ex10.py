"""The mathematics of ex10, each claim by a second route: real arrays, differences of a loss, published counts."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reference.ex10_embedding_parameters.solution import (
    BYTES,
    embedding_params,
    embedding_shapes,
    kv_cache_bytes,
    tied_grad,
)

Floats = NDArray[np.float64]


def softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return result


class TiedModel:
    """The smallest model with a table at both ends: one matrix between them, and the mean loss of a batch."""

    def __init__(self, seed: int, V: int = 12, d: int = 5, shape: tuple[int, int] = (4, 10)) -> None:
        rng = np.random.default_rng(seed)
        self.E, self.A = 0.5 * rng.normal(size=(V, d)), rng.normal(size=(d, d))
        self.ids, self.targets = rng.integers(0, V, size=(2, *shape))

    def loss(self, read: Floats, scoring: Floats) -> float:
        logits = read[self.ids] @ self.A @ scoring.T
        largest = logits.max(axis=-1)
        log_sums = np.log(np.exp(logits - largest[..., None]).sum(axis=-1)) + largest
        chosen = np.take_along_axis(logits, self.targets[..., None], axis=-1)[..., 0]
        return float((log_sums - chosen).mean())

    def backward(self) -> tuple[Floats, Floats, Floats]:
        """G, H and D."""
        H = self.E[self.ids] @ self.A
        D = (softmax(H @ self.E.T) - np.eye(len(self.E))[self.targets]) / self.ids.size
        return D @ self.E @ self.A.T, H, D

    def differences(self, read: bool, scoring: bool, step: float = 1e-6) -> Floats:
        """The gradient by central differences, through one use of the table or both."""
        numeric = np.zeros_like(self.E)
        for index in np.ndindex(self.E.shape):
            nudge = np.zeros_like(self.E)
            nudge[index] = step
            above = self.loss(self.E + read * nudge, self.E + scoring * nudge)
            below = self.loss(self.E - read * nudge, self.E - scoring * nudge)
            numeric[index] = (above - below) / (2 * step)
        return numeric


@pytest.mark.parametrize("seed", [8, 9, 10])
def test_the_sum_of_both_paths_is_the_derivative_of_the_loss(seed: int) -> None:
    model = TiedModel(seed)
    G, H, D = model.backward()
    assert np.allclose(tied_grad(model.ids, G, H, D), model.differences(True, True), atol=1e-8)


def test_each_path_is_the_derivative_through_one_use_of_the_table() -> None:
    model = TiedModel(8)
    G, H, D = model.backward()
    assert np.allclose(tied_grad(model.ids, G, H, 0 * D), model.differences(True, False), atol=1e-8)
    assert np.allclose(tied_grad(model.ids, 0 * G, H, D), model.differences(False, True), atol=1e-8)


def test_one_path_alone_is_far_off() -> None:
    model = TiedModel(8)
    G, H, D = model.backward()
    both = tied_grad(model.ids, G, H, D)
    for alone in (tied_grad(model.ids, G, H, 0 * D), tied_grad(model.ids, 0 * G, H, D)):
        assert np.linalg.norm(both - alone) > 0.4 * np.linalg.norm(both)


def test_the_worked_example_of_three_tokens() -> None:
    E = np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 2.0]])
    h = E[0]
    D = softmax(E @ h) - np.eye(3)[1]
    G = E.T @ D
    assert np.allclose(G, [-1, 1])
    expected = np.array([[-2, 4], [-2, -2], [1, 1]]) / 3
    assert np.allclose(tied_grad([[0]], [[G]], [[h]], [[D]]), expected)


def test_the_output_path_moves_every_row_and_the_input_path_the_rows_read() -> None:
    model = TiedModel(11, V=50, d=4, shape=(2, 6))
    G, H, D = model.backward()
    read = np.isin(np.arange(50), model.ids)
    assert np.array_equal(np.any(tied_grad(model.ids, G, H, 0 * D) != 0, axis=1), read)
    assert np.all(np.any(tied_grad(model.ids, 0 * G, H, D) != 0, axis=1))


def test_the_tied_gradient_is_that_of_one_hot_rows() -> None:
    rng = np.random.default_rng(4)
    ids = rng.integers(0, 7, size=(3, 5))
    G, H, D = rng.normal(size=(3, 5, 2)), rng.normal(size=(3, 5, 2)), rng.normal(size=(3, 5, 7))
    expected = np.einsum("btv,btd->vd", np.eye(7)[ids], G) + np.einsum("btv,btd->vd", D, H)
    assert np.allclose(tied_grad(ids, G, H, D), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((50257, 768, True, 1024, "fp32"), (38_597_376, 786_432, 0, 39_383_808, 157_535_232)),
        ((50257, 1600, True, 1024), (80_411_200, 1_638_400, 0, 82_049_600, 164_099_200)),
        ((128256, 4096, False), (525_336_576, 0, 525_336_576, 1_050_673_152, 2_101_346_304)),
        ((256000, 3072, True, 0, "int8"), (786_432_000, 0, 0, 786_432_000, 786_432_000)),
        ((10, 4, False, 3), (40, 12, 40, 92, 184)),
    ],
)
def test_the_published_sizes(arguments: tuple[Any, ...], expected: tuple[int, ...]) -> None:
    assert tuple(embedding_params(*arguments).values()) == expected
    assert list(embedding_params(*arguments)) == ["input", "position", "output", "total", "bytes"]


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize(("dtype", "array_type"), [("fp32", np.float32), ("fp16", np.float16), ("int8", np.int8)])
def test_the_counts_are_those_of_real_arrays(tied: bool, dtype: str, array_type: type) -> None:
    E, positions = np.zeros((11, 6), array_type), np.zeros((4, 6), array_type)
    stored = [E, positions] if tied else [E, positions, E.copy()]
    counts = embedding_params(11, 6, tied, 4, dtype)
    assert counts["total"] == sum(table.size for table in stored)
    assert counts["bytes"] == sum(table.nbytes for table in stored)


def test_the_size_of_gpt2_small_and_of_llama_3() -> None:
    """The vocabulary and the blocks together are the published totals."""
    layers, d = 12, 768
    blocks = layers * (12 * d * d + 13 * d) + 2 * d
    assert embedding_params(50257, d, True, 1024)["total"] + blocks == 124_439_808
    d, mlp, heads, n_kv, head_dim = 4096, 14336, 32, 8, 128
    layer = 2 * d * (heads + n_kv) * head_dim + 3 * d * mlp + 2 * d
    assert embedding_params(128256, d, False)["total"] + 32 * layer + d == 8_030_261_248


def test_sizes_of_32_bits_do_not_overflow() -> None:
    narrow = np.int32
    counts = embedding_params(narrow(256_000), narrow(12_288), False, narrow(8_192))
    assert counts == embedding_params(256_000, 12_288, False, 8_192)
    assert counts["input"] == 3_145_728_000 > 2**31
    wide = kv_cache_bytes(narrow(32), narrow(8), narrow(128), narrow(131_072), narrow(1))
    assert wide == 17_179_869_184 == 2**34


def test_the_cache_is_that_of_real_arrays() -> None:
    keys = values = np.zeros((3, 2, 4, 7, 5), np.float32)  # layer, sequence, head, token, coordinate
    assert kv_cache_bytes(3, 4, 5, 7, 2, "fp32") == keys.nbytes + values.nbytes


def test_the_lessons_numbers_of_the_cache() -> None:
    assert kv_cache_bytes(32, 8, 128, 1) == 131_072
    assert kv_cache_bytes(32, 8, 128, 131_072) == 16 * 2**30
    assert kv_cache_bytes(32, 32, 128, 131_072) == 64 * 2**30
    assert kv_cache_bytes(32, 32, 128, 4_096) == 2 * 2**30
    assert kv_cache_bytes(32, 8, 128, 100_000) == 13_107_200_000


def test_bad_sizes_and_names_raise() -> None:
    for name, size in itertools.product(("V", "d"), (0, -1)):
        with pytest.raises(ValueError, match="positive"):
            embedding_params(**{"V": 10, "d": 4, "tied": True, name: size})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="negative"):
        embedding_params(10, 4, True, -1)
    good = {"L": 2, "n_kv": 3, "head_dim": 4, "T": 5, "B": 6}
    for name, size in itertools.product(good, (0, -1)):
        with pytest.raises(ValueError, match="positive"):
            kv_cache_bytes(**{**good, name: size})  # type: ignore[arg-type]
    for dtype in ("fp64", "float32", "int4", ""):
        assert dtype not in BYTES
        with pytest.raises(ValueError, match="dtype"):
            embedding_params(10, 4, True, dtype=dtype)
        with pytest.raises(ValueError, match="dtype"):
            kv_cache_bytes(2, 3, 4, 5, dtype=dtype)


def test_the_shapes_are_those_of_real_arrays() -> None:
    B, T, V, d = 2, 3, 5, 4
    E, ids = np.ones((V, d)), np.zeros((B, T), dtype=int)
    X = E[ids]
    H = X @ np.ones((d, d))
    logits = H @ E.T
    assert embedding_shapes(B, T, V, d) == {
        "E": E.shape,
        "X": X.shape,
        "H": H.shape,
        "logits": logits.shape,
        "grad_E": tied_grad(ids, X, H, logits).shape,
    }
