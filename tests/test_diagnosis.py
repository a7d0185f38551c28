"""Which mistake is named, and when nothing is said."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.diagnosis import Casebook, observe_all
from autograder.rehearsal import MadeCall
from autograder.testing import call
from autograder.versions import Version

Function = Callable[..., Any]


def halve(x: Any) -> Any:
    """Half of each number; not of an empty array."""
    x = np.asarray(x, dtype=float)
    if x.size == 0:
        raise ValueError("empty")
    return x / 2


def forgot(x: Any) -> Any:
    halve(x)
    return np.asarray(x, dtype=float)


def whole(x: Any) -> Any:
    halve(x)
    return np.asarray(x, dtype=float) // 2


def allowed(x: Any) -> Any:
    return np.asarray(x, dtype=float) / 2


def in_place(x: Any) -> Any:
    result = halve(x)
    if isinstance(x, np.ndarray):
        x[...] = result
    return result


MISTAKES = tuple(
    Version(f"halve__{item.__name__}", "halve", f"says {item.__name__}", "hint", item)
    for item in (forgot, whole, allowed, in_place)
)
CALLS = (
    MadeCall("values", "halve", call([2.0, 4.0])),
    MadeCall("values", "halve", call(np.array([1.0, 3.5]))),
    MadeCall("empty", "halve", call(np.array([6.0]))),
    MadeCall("empty", "halve", call(np.zeros(0))),
    MadeCall("kept", "halve", call(np.array([6.0, 2.5]))),
)


def named(learner: Function, *failed: str, mistakes: tuple[Version, ...] = MISTAKES) -> dict[str, str]:
    found = Casebook({"halve": halve}, mistakes, CALLS).diagnose(
        lambda _, calls: list(observe_all(learner, calls)), failed
    )
    return {cell: version.name.removeprefix("halve__") for cell, version in found.items()}


def test_the_one_mistake_that_agrees_everywhere_is_named() -> None:
    assert named(lambda x: halve(x) * 2, "values", "empty", "kept") == dict.fromkeys(CELLS, "forgot")
    assert named(lambda x: np.floor(halve(x)), "values", "kept") == {"values": "whole", "kept": "whole"}


CELLS = ("values", "empty", "kept")


def test_a_result_of_another_kind_with_the_same_values_is_the_same_mistake() -> None:
    assert named(lambda x: (halve(x) * 2).astype(np.float32), "values") == {"values": "forgot"}
    assert named(lambda x: (halve(x) * 2).tolist(), "values") == {"values": "forgot"}
    assert named(lambda x: np.floor(halve(x)).astype(int), "values") == {"values": "whole"}


def test_only_checks_that_failed_and_show_it_get_the_name() -> None:
    assert named(lambda x: np.asarray(x) / 2, "empty") == {"empty": "allowed"}
    # The check of the values failed for another reason than the mistake that agrees.
    assert named(lambda x: np.asarray(x) / 2, "empty", "values") == {"empty": "allowed"}


def test_what_is_right_in_value_is_told_by_what_it_does_to_its_argument() -> None:
    def learner(x: Any) -> Any:
        if isinstance(x, np.ndarray):
            halve(x)
            x /= 2
            return x.copy()
        return halve(x)

    assert named(learner, "kept") == {"kept": "in_place"}


def test_what_agrees_with_no_known_mistake_is_not_named() -> None:
    assert named(lambda x: halve(x) + 1, *CELLS) == {}
    assert named(lambda x: None, *CELLS) == {}
    assert named(lambda x: halve(x).tolist()[:1], *CELLS) == {}


def test_what_is_right_is_not_named_even_if_a_check_failed() -> None:
    assert named(halve, *CELLS) == {}


def test_code_that_always_raises_is_not_named() -> None:
    def learner(_: Any) -> Any:
        raise TypeError

    raising = Version("halve__raising", "halve", "", "", learner)
    assert named(learner, *CELLS, mistakes=(*MISTAKES, raising)) == {}


def test_where_two_known_mistakes_agree_nothing_is_said() -> None:
    twin = Version("halve__twin", "halve", "", "", forgot)
    assert named(forgot, *CELLS, mistakes=(*MISTAKES, twin)) == {}


def test_of_two_slips_each_check_shows_its_own() -> None:
    """Rounds down, and allows what is empty: no single mistake agrees on all calls."""
    assert named(lambda x: np.floor(np.asarray(x) / 2), "values", "empty") == {"values": "whole", "empty": "allowed"}


def test_a_function_without_known_mistakes_is_left_alone() -> None:
    assert named(forgot, *CELLS, mistakes=()) == {}


@pytest.mark.parametrize(
    ("mine", "yours", "same"),
    [
        ({"a": (1, 2)}, {"a": [1, 2]}, True),
        ({"a": (1, 2)}, {"b": (1, 2)}, False),
        ((1.0, np.zeros(2)), [1.0, np.zeros(2)], True),
        ((1.0, np.zeros(2)), (1.0, np.zeros(3)), False),
        (np.array([-np.inf, 1.0]), np.array([-1e9, 1.0]), True),
        (np.array([-np.inf, 1.0]), np.array([-1e6, 1.0]), False),
        (np.array([np.nan]), np.array([np.nan]), True),
        (2**80, 2**80, True),
        (2**80, 2**80 + 1, False),
        (np.zeros((0, 3)), np.zeros((3, 0)), False),
        ("text", "text", True),
        ("1", 1, False),
        (np.float16([0.5]), np.array([0.5]), True),
        (np.array([1 + 1j]), np.array([1 + 1j]), True),
    ],
)
def test_what_counts_as_the_same_answer(mine: Any, yours: Any, same: bool) -> None:
    known = (Version("f__it", "f", "", "", lambda: yours),)
    made = (MadeCall("c", "f", call()),)
    found = Casebook({"f": lambda: "right"}, known, made).diagnose(
        lambda _, calls: list(observe_all(lambda: mine, calls)), ["c"]
    )
    assert bool(found) is same
