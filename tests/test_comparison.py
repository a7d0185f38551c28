"""The comparison ladder: what is accepted, what is refused, and in which words."""

from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from autograder.comparison import Tolerance, difference, show

GRID = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
COUNTS = np.array([3, 1, 2])


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (GRID, GRID),
        (GRID.astype(np.float32), GRID),
        (GRID.tolist(), GRID),
        (tuple(map(tuple, GRID.tolist())), GRID),
        (list(GRID), GRID),
        ([[1, 2, 3], [4, 5, 6]], GRID),
        (np.broadcast_to(np.array([1.0, 2.0]), (3, 2)), np.array([[1.0, 2.0]] * 3)),
        (GRID * (1 + 5e-5), GRID),
        (COUNTS.astype(np.uint8), COUNTS),
        ([3, 1, 2], COUNTS),
        (3, 3.0),
        (np.array(3.0), 3.0),
        (np.int16(7), 7),
        (np.array(7), 7),
        (10**30, 10**30),
        (np.array([-np.inf, 0.0]), np.array([-np.inf, 0.0])),
        ((1.5, [1.0, 2.0]), (1.5, np.array([1.0, 2.0]))),
        ([1.5, [1.0, 2.0]], (1.5, np.array([1.0, 2.0]))),
        ([2, np.int64(3)], (2, 3)),
        (np.array([2, 3]), (2, 3)),
        ([], ()),
        ({"a": (1, 2), "b": 3}, {"b": 3, "a": (1, 2)}),
        (MappingProxyType({"a": (1, 2)}), {"a": (1, 2)}),
        (np.zeros((0, 4)), np.zeros((0, 4))),
    ],
)
def test_a_right_answer_in_any_accepted_form_does_not_differ(got: Any, expected: Any) -> None:
    assert difference(got, expected) is None


@pytest.mark.parametrize(
    ("got", "expected", "text"),
    [
        (None, GRID, "expected a result, got None: does the function return it?"),
        ("text", GRID, "expected a plain array or number, got a str"),
        (np.ma.masked_array(GRID), GRID, "expected a plain array or number, got a MaskedArray"),
        (GRID.view(np.matrix), GRID, "expected a plain array or number, got a matrix"),
        (GRID.astype(object), GRID, "expected numbers, got an array of dtype object"),
        (
            GRID.astype(np.float16),
            GRID,
            "expected float32 or float64, got float16, which keeps only three digits",
        ),
        (
            [[np.float16(1)]],
            np.ones((1, 1)),
            "expected float32 or float64, got float16, which keeps only three digits",
        ),
        ([[1.0], [1.0, 2.0]], GRID, "expected an array, got nested lists of unequal lengths"),
        (10**30, 3.0, "expected an array, got integers too large for one"),
        (GRID[0], GRID, "expected shape (2, 3), got (3,)"),
        (GRID.T, GRID, "expected shape (2, 3), got (3, 2)"),
        ([3.0], 3.0, "expected shape (), got (1,)"),
        ([], np.zeros((0, 4)), "expected shape (0, 4), got (0,)"),
        ([], np.zeros(0), "expected an empty array of shape (0,), got a list, which loses its axes"),
        (GRID.astype(int), GRID, "expected floats, got int64"),
        (GRID.astype(complex), GRID, "expected floats, got complex128"),
        (GRID > 2, GRID, "expected floats, got bool"),
        (COUNTS.astype(float), COUNTS, "expected integers, got float64"),
        (np.where(GRID > 2, np.nan, GRID), GRID, "expected finite numbers, got nan at [0, 2]"),
        (
            np.array([0.0, 0.0]),
            np.array([0.0, -np.inf]),
            "expected -inf at [1], got 0 (1 of 2 entries differ)",
        ),
        (GRID + np.array([0, 0, 0.5]), GRID, "expected 3 at [0, 2], got 3.5 (2 of 6 entries differ)"),
        (np.array([3, 1, 3]), COUNTS, "expected 2 at [2], got 3 (1 of 3 entries differ)"),
        (2.5, 2.0, "expected 2, got 2.5"),
        (4.0, 4, "expected an integer, got 4 (a float)"),
        (True, 1, "expected an integer, got True (a bool)"),
        (10**30 + 1, 10**30, f"expected {10**30}, got {10**30 + 1}"),
        ((2, 3, 4), (2, 3), "expected (2, 3), got (2, 3, 4)"),
        ((2, 3.0), (2, 3), "expected the integers (2, 3), got (2, 3)"),
        (6, (2, 3), "expected the shape (2, 3), got an int"),
        ((1.5,), (1.5, GRID), "expected 2 results in a tuple, got 1"),
        (1.5, (1.5, GRID), "expected 2 results in a tuple, got a float"),
        ((1.5, GRID.T), (1.5, GRID), "result 1: expected shape (2, 3), got (3, 2)"),
        ([], {"a": 1}, "expected a dict with the keys 'a', got a list"),
        ({"a": 1, "b": 2}, {"a": 1}, "expected exactly the keys 'a', got 'a', 'b'"),
        ({"a": (1, 3)}, {"a": (1, 2)}, "['a']: expected (1, 2), got (1, 3)"),
    ],
)
def test_the_first_difference_in_words(got: Any, expected: Any, text: str) -> None:
    assert difference(got, expected) == text


def test_shape_comes_before_kind_and_kind_before_values() -> None:
    assert "shape" in str(difference(np.array([1, 2]), GRID))
    assert difference(np.zeros((2, 3), int), GRID) == "expected floats, got int64"


def test_nothing_is_compared_by_broadcasting() -> None:
    assert difference(np.ones((1, 3)), np.ones((4, 3))) == "expected shape (4, 3), got (1, 3)"
    assert difference(1.0, np.ones(3)) == "expected shape (3,), got ()"


def test_lists_nested_without_end_are_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert difference(endless, GRID) == "expected an array, got lists nested too deeply for one"


def test_any_number_frees_the_kind_but_not_the_values() -> None:
    free = Tolerance(any_number=True)
    one_hot = np.eye(3)
    assert difference(one_hot.astype(bool), one_hot, free) is None
    assert difference(one_hot.astype(np.int8), one_hot, free) is None
    assert difference(np.ones((3, 3), bool), one_hot, free) is not None
    assert difference(one_hot.astype(complex), one_hot, free) == "expected floats, got complex128"


def test_tolerance_is_relative_plus_absolute() -> None:
    assert difference(1.0002, 1.0) is not None
    assert difference(1.0002, 1.0, Tolerance(rtol=1e-3)) is None
    assert difference(2e-5, 0.0) is not None
    assert difference(2e-5, 0.0, Tolerance(atol=1e-4)) is None


def test_an_opaque_object_names_itself() -> None:
    class Handle:
        def autograder_describe(self) -> str:
            return "a Fraction"

    assert difference(Handle(), 1.0) == "expected a plain array or number, got a Fraction"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.arange(3), "array([0, 1, 2])"),
        (np.zeros((3, 5)), "array of shape (3, 5)"),
        (np.zeros((0, 2)), "array of shape (0, 2)"),
        ([[1, 2.5]], "[[1, 2.5]]"),
        (list(range(13)), "nested lists of 13 numbers"),
        ((4,), "(4,)"),
        (1 / 3, "0.333333"),
        (10000.0, "10000"),
    ],
)
def test_values_are_shown_whole_up_to_a_dozen_entries(value: Any, text: str) -> None:
    assert show(value) == text
