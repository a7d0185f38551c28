"""The helpers that hidden tests call, with right and wrong functions."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder import testing
from autograder.testing import call


def double(x: Any, factor: float = 2.0) -> Any:
    """The reference of these tests."""
    x = np.asarray(x, dtype=float)
    if x.ndim != 1:
        raise ValueError("x must have one axis")
    return factor * x


def failure(check: Callable[[], object]) -> str:
    """The message of the AssertionError that a check ends with."""
    with pytest.raises(AssertionError) as caught:
        check()
    assert type(caught.value) is AssertionError
    assert caught.value.__suppress_context__
    return str(caught.value)


def test_agrees_accepts_the_reference_and_its_like() -> None:
    testing.agrees(double, double, call([1, 2]), call(np.arange(3), factor=0.5))
    testing.agrees(lambda x, factor=2: [factor * item for item in x], double, call([1.5, 2.0]))


def test_a_wrong_answer_is_told_by_call_expectation_answer_and_hint() -> None:
    def wrong(x: Any, factor: float = 2.0) -> Any:
        return np.asarray(x) + factor

    assert failure(lambda: testing.agrees(wrong, double, call([2.0, 3.0]), hint="multiply")) == (
        "double(x=[2, 3])\nexpected 6 at [1], got 5 (1 of 2 entries differ)\nhint: multiply"
    )


def test_large_arguments_are_summarised() -> None:
    message = failure(lambda: testing.agrees(lambda x: x, double, call(np.ones(50))))
    assert message.splitlines()[0] == "double(x=array of shape (50,))"


def test_a_hand_value_needs_no_reference_answer() -> None:
    testing.gives(double, double, call([1.0]), [2.0])
    assert "expected 3" in failure(lambda: testing.gives(double, double, call([1.0]), np.array([3.0])))


def test_the_gate_says_why_it_is_there() -> None:
    testing.gate(double, double, call([1.0]))
    message = failure(lambda: testing.gate(lambda _: np.zeros(1), double, call([1.0])))
    assert message.endswith("hint: this check counts once the values are right")


def test_what_is_no_function_is_named() -> None:
    assert failure(lambda: testing.agrees(3, double, call([1.0]))) == (  # type: ignore[arg-type]
        "double\nexpected a function, got an int"
    )


def test_the_learners_own_error_passes_with_a_note_of_the_call() -> None:
    def broken(x: Any) -> Any:
        return x[7]

    with pytest.raises(IndexError) as caught:
        testing.agrees(broken, double, call([1.0]))
    assert caught.value.__notes__ == ["while calling double(x=[1])"]


def test_an_unwritten_function_stays_unwritten() -> None:
    def stub(_: Any) -> Any:
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        testing.gate(stub, double, call([1.0]))


def test_what_the_judge_raises_is_never_caught() -> None:
    class Undecodable(BaseException):
        pass

    def hostile(_: Any) -> Any:
        raise Undecodable

    for check in (
        lambda: testing.agrees(hostile, double, call([1.0])),
        lambda: testing.raises(hostile, double, {"x is bad": call([1.0])}),
        lambda: testing.keeps_arguments(hostile, double, call([1.0])),
        lambda: testing.own_memory(hostile, double, call([1.0])),
        lambda: testing.answer(hostile, double, call([1.0])),
    ):
        with pytest.raises(Undecodable):
            check()


def test_an_error_is_demanded_for_every_bad_call() -> None:
    bad = {"x has two axes": call([[1.0]])}
    testing.raises(double, double, bad)
    lenient = lambda x: 2.0 * np.asarray(x)  # noqa: E731
    assert failure(lambda: testing.raises(lenient, double, bad)) == (
        "double(x=[[1]])\nexpected an error, as x has two axes; got a result"
    )


def test_an_unwritten_function_earns_no_points_for_raising() -> None:
    def stub(_: Any) -> Any:
        raise NotImplementedError

    message = failure(lambda: testing.raises(stub, double, {"x has two axes": call([[1.0]])}))
    assert "NotImplementedError, as from a function not yet written" in message


def in_place(x: Any) -> Any:
    """Doubles its argument where it lies."""
    for i in range(len(x)):
        x[i] = 2.0 * x[i]
    return x


@pytest.mark.parametrize("x", [np.array([1.0, 2.0]), [1.0, 2.0]])
def test_changed_arguments_are_seen(x: Any) -> None:
    testing.keeps_arguments(double, double, call(x))
    testing.agrees(in_place, double, call(x), call(x))  # every call gets copies
    message = failure(lambda: testing.keeps_arguments(in_place, double, call(x)))
    assert message == (
        "double(x={})\nexpected the argument x to stay as it was, got it changed by the call".format(
            "array([1, 2])" if isinstance(x, np.ndarray) else "[1, 2]"
        )
    )
    assert list(x) == [1.0, 2.0]


def test_a_changed_shape_is_a_changed_argument() -> None:
    def reshaping(x: Any) -> Any:
        x.resize((2, 1), refcheck=False)
        return 2.0 * x[:, 0]

    assert "argument x" in failure(lambda: testing.keeps_arguments(reshaping, double, call(np.ones(2))))


def test_keyword_arguments_are_watched_too() -> None:
    assert "argument x" in failure(lambda: testing.keeps_arguments(in_place, double, call(x=[1.0])))


def test_a_view_of_an_argument_is_seen_and_a_copy_is_not() -> None:
    view = lambda x: {"part": x[::2]}  # noqa: E731
    assert "shares memory" in failure(lambda: testing.own_memory(view, double, call(np.ones(5))))
    testing.own_memory(double, double, call(np.ones(5)))
    testing.own_memory(lambda x: list(x), double, call([1.0]))


@pytest.mark.parametrize("shared", [True, False])
def test_a_remote_callable_answers_for_memory_itself(shared: bool) -> None:
    class Remote:
        last_call_shared: bool | None = None

        def __call__(self, x: Any) -> Any:
            self.last_call_shared = shared
            return x if not shared else x.copy()  # here memory says the opposite

    if shared:
        assert "shares memory" in failure(lambda: testing.own_memory(Remote(), double, call(np.ones(2))))
    else:
        testing.own_memory(Remote(), double, call(np.ones(2)))


def test_an_answer_has_the_references_form_and_any_values() -> None:
    got = testing.answer(lambda _: [7, 8], double, call([1.0, 2.0]))
    assert type(got) is np.ndarray
    assert got.tolist() == [7, 8]
    assert "expected shape (2,), got (1,)" in failure(lambda: testing.answer(lambda _: [7], double, call([1.0, 2.0])))


def test_close_names_the_derived_quantity() -> None:
    testing.close("the sum", 3.0, 3.0)
    assert failure(lambda: testing.close("the sum", 3.0, 4.0, hint="add")) == ("the sum\nexpected 4, got 3\nhint: add")


def test_seeds_are_fixed_without_a_submission_and_differ_by_check() -> None:
    assert testing.seeds("values", 3) == testing.seeds("values", 3)
    assert testing.seeds("values", 4)[:3] == testing.seeds("values", 3)
    assert not set(testing.seeds("values")) & set(testing.seeds("bad input"))
    assert testing.seeds("values", 1) == [12483118800563892225]


def test_each_submission_has_its_own_seeds() -> None:
    fixed = testing.seeds("values")
    token = testing.SUBMISSION_SEED.set("00ff")
    try:
        mine = testing.seeds("values")
        assert not set(mine) & set(fixed)
        assert mine == testing.seeds("values")
    finally:
        testing.SUBMISSION_SEED.reset(token)
    assert testing.seeds("values") == fixed
