"""Checks that wait for each other: they go there and back together, and nobody can tell but by the clock."""

from __future__ import annotations

import select
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from test_remote import Side
from test_testcell import cell

from autograder.sandbox import Level, start_worker
from autograder.testcell import compile_test, judge_run, run_test
from autograder.verdict import CellVerdict, Outcome
from autograder.warm import Zygote

LEARNER = """
    import numpy as np

    count = 0

    def double(x):
        global count
        count += 1
        if isinstance(x, str):
            raise NotImplementedError
        return 5 if np.size(x) == 1 and x == 3 else 2 * x

    def ones(n):
        return np.ones(n)

    def spoil(x):
        x[0] = 9.0
        return x

    def negate(x):
        raise ValueError("no")

    def leave(x):
        import os
        return 5 if x == 3 else os._exit(0)
"""
SETUP = """
    import numpy as np
    from autograder import testing
    from autograder.testing import call

    def right(x):
        return 2 * x

    def lazy(x):
        raise ValueError
"""


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with start_worker(Level.NONE) as started:
        yield started


@pytest.fixture
def side(zygote: Zygote) -> Iterator[Side]:
    one = Side(zygote, LEARNER)
    yield one
    one.line.close()


@pytest.fixture
def judged(side: Side) -> Callable[..., CellVerdict]:
    def judge(code: str, **names: Any) -> CellVerdict:
        side.line.begin_cell()
        side.names.update(names)
        one = cell(textwrap.dedent(SETUP) + textwrap.dedent(code))
        run = run_test(compile_test(one), side.names, side.gate)
        return judge_run(run, one, side.gate, score=None, gives_score=False, is_untouched=False)

    return judge


def test_checks_wait_until_something_else_is_asked_of_the_learner(
    side: Side, judged: Callable[..., CellVerdict]
) -> None:
    seen: list[int] = []
    code = """
        negate
        look()
        for n in (1, 2, 4):
            testing.agrees(double, right, call(n), call(n + 10))
            look()
        testing.raises(negate, lazy, {"always": call(1)})
        testing.keeps_arguments(double, right, call(np.ones(2)))
        look()
        assert double(7) == 14
        look()
        testing.agrees(double, right, call(0))
    """
    assert judged(code, look=lambda: seen.append(len(side.gate.waiting))).outcome is Outcome.PASSED
    assert seen == [0, 2, 4, 6, 8, 0]
    assert not side.gate.waiting


def test_the_first_check_that_fails_decides_whatever_the_cell_makes_of_it(judged: Callable[..., CellVerdict]) -> None:
    got = judged("""
        testing.agrees(double, right, call(3), hint="the first")
        try:
            double(1)
        except BaseException:
            pass
        testing.agrees(double, right, call(1))
        assert double(1) == 2
        raise AssertionError("the last")
    """)
    assert got.outcome is Outcome.FAILED
    assert got.message == "right(x=3)\nexpected 6, got 5\nhint: the first"
    assert got.cause == 'testing.agrees(double, right, call(3), hint="the first")'


def test_the_learners_code_answers_while_the_cell_goes_on_and_what_it_answered_counts_when_it_has_ended(
    side: Side, judged: Callable[..., CellVerdict]
) -> None:
    hung_up = select.poll()
    hung_up.register(side.line._sock, 0)
    got = judged(
        """
        leave
        testing.agrees(leave, right, call(3), call(4))
        assert until_it_has_ended()
        testing.agrees(leave, right, call(2))
        """,
        until_it_has_ended=lambda: hung_up.poll(20_000),
    )
    assert got.outcome is Outcome.FAILED
    assert got.message == "right(x=3)\nexpected 6, got 5"


def test_a_check_that_waits_comes_before_an_error_of_the_cell(judged: Callable[..., CellVerdict]) -> None:
    got = judged("testing.agrees(double, right, call(3))\n1 / 0")
    assert got.message == "right(x=3)\nexpected 6, got 5"
    assert judged("testing.agrees(double, right, call(2))\n1 / 0").message.endswith("division by zero")


def test_a_cell_that_looks_at_failures_finds_them_where_they_are(judged: Callable[..., CellVerdict]) -> None:
    code = """
        passed = []
        for n in (1, 3, 4):
            try:
                testing.agrees(double, right, call(n))
                passed.append(n)
            except AssertionError:
                pass
        assert passed == [1, 4]

        def check(n):
            testing.agrees(double, right, call(n))

        with contextlib.suppress(AssertionError):
            check(3)
            passed.append(3)
        helped(lambda: testing.agrees(double, right, call(3)))
        assert passed == [1, 4]
    """
    names: dict[str, Any] = {}
    exec(
        "import contextlib\ndef helped(check):\n    try:\n        check()\n    except AssertionError:\n        pass",
        names,
    )
    assert judged("import contextlib\n" + textwrap.dedent(code), helped=names["helped"]).outcome is Outcome.PASSED


def test_what_the_cell_does_after_it_asked_changes_no_check(judged: Callable[..., CellVerdict]) -> None:
    got = judged("""
        x = np.array([1.0, 2.0])
        testing.agrees(double, right, call(x))
        testing.gives(double, right, call(x), x * 2)
        x[:] = 7.0
        testing.keeps_arguments(spoil, right, call(x), hint="leave x")
        x[:] = 8.0
    """)
    assert got.outcome is Outcome.FAILED
    assert "expected the argument x to stay as it was" in got.message
    assert "right(x=array([7, 7]))" in got.message


def test_data_is_read_after_the_calls_that_wait(judged: Callable[..., CellVerdict]) -> None:
    code = """
        before = count
        testing.agrees(double, right, call(1), call(2))
        assert count == before + 2
    """
    assert judged(code).outcome is Outcome.PASSED


def test_what_is_not_written_yet_is_told_from_what_is_wrong(judged: Callable[..., CellVerdict]) -> None:
    got = judged('testing.raises(double, lazy, {"it is text": call("a")})\nassert double(1) == 2')
    assert got.outcome is Outcome.NOT_ATTEMPTED
    got = judged('testing.agrees(double, right, call(3))\ntesting.raises(double, lazy, {"it is text": call("a")})')
    assert got.outcome is Outcome.FAILED


def test_what_can_not_be_sent_comes_after_what_has_failed(judged: Callable[..., CellVerdict]) -> None:
    got = judged("testing.agrees(double, right, call(3))\ntesting.agrees(double, id, call(object()))")
    assert got.message == "right(x=3)\nexpected 6, got 5"
    got = judged("testing.agrees(double, right, call(1))\ntesting.agrees(double, id, call(object()))")
    assert got.message == "the check can't pass this to your code: a object"


def test_more_calls_than_a_socket_holds(judged: Callable[..., CellVerdict]) -> None:
    code = """
        for n in range(400):
            testing.agrees(double, right, call(np.full(200, float(n))))
        testing.agrees(double, right, *(call(np.full(30_000, float(n))) for n in range(20)))
    """
    assert judged(code).outcome is Outcome.PASSED


def test_a_large_call_behind_large_answers_waits_for_nobody(judged: Callable[..., CellVerdict]) -> None:
    code = """
        def grown(n):
            return np.ones(n)

        double
        testing.agrees(ones, grown, *(call(60_000) for _ in range(8)))
        testing.agrees(double, right, call(np.ones(1_000_000)))
    """
    assert judged(code).outcome is Outcome.PASSED
