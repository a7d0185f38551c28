"""One test cell: how it is run, what its score is, what is said of how it ended."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.line import LearnerFault
from autograder.namespace import RemoteNames, RemoteNamespace
from autograder.source import Kind, SourceCell
from autograder.testcell import OUTPUT_LIMIT, Run, compile_test, judge_run, run_test, score_of
from autograder.verdict import CellVerdict, Outcome


def cell(source: str, points: float = 2.0, released: str | None = None) -> SourceCell:
    return SourceCell(
        kind=Kind.TEST,
        cell_type="code",
        grade_id="it",
        points=points,
        locked=True,
        cell_id="it",
        source=source,
        released=source if released is None else released,
        metadata={},
        recorded_checksum="",
        allow_unprotected=False,
    )


def nobody() -> Any:
    """A gate that nothing passes: these cells ask nothing of a learner."""
    return SimpleNamespace(
        line=SimpleNamespace(fault=None),
        last_raised=None,
        before_call=None,
        failure=None,
        begin_cell=lambda may_wait: None,
        settle=lambda: None,
    )


def run(source: str, gate: Any = None) -> Run:
    gate = gate or nobody()
    return run_test(compile_test(cell(source)), RemoteNamespace(gate, RemoteNames(frozenset())), gate)


def verdict(source: str, *, gate: Any = None, released: str | None = None, **options: Any) -> CellVerdict:
    """The verdict on a cell; ``options`` as of judge_run."""
    one, gate = cell(source, released=released), gate or nobody()
    ended = run_test(compile_test(one), RemoteNamespace(gate, RemoteNames(frozenset())), gate)
    score = score_of(ended, compile_test(one), one.points, frozenset())
    return judge_run(ended, one, gate, **{"score": score, "gives_score": False, "is_untouched": False} | options)


def test_assertions_hold_and_annotations_are_values_as_in_a_notebook() -> None:
    assert isinstance(run("assert False, 'no'").error, AssertionError)
    assert run("def f(x: int): ...\nf.__annotations__").value == {"x": int}


def test_the_last_expression_is_the_value_and_all_before_it_is_run_once() -> None:
    ended = run("%matplotlib inline\nprint('a')\nx = [1]\nx.append(2)\nx")
    assert (ended.value, ended.error, ended.output) == ([1, 2], None, "a\n")
    assert run("x = 1").value is None
    assert run("").error is None


def test_output_is_kept_up_to_its_limit_whatever_is_printed() -> None:
    assert (
        len(run("import sys\nfor _ in range(100):\n    print('x' * 1000)\n    sys.stderr.write('y')").output)
        == OUTPUT_LIMIT
    )


@pytest.mark.parametrize("source", ["import sys\nsys.exit(0)", "raise KeyboardInterrupt", "def f(): f()\nf()"])
def test_a_cell_that_raises_anything_is_not_passed(source: str) -> None:
    assert run(source).error is not None
    assert verdict(source).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("source", "score"),
    [
        ("1", 1.0),
        ("0", 0.0),
        ("2.0", 2.0),
        ("x = 1.5\nx", 1.5),
        ("3", None),
        ("-1", None),
        ("True", None),
        ("float('nan')", None),
        ("'1'", None),
        ("None", None),
        ("import numpy as np\nnp.float64(1)", None),
        ("x = 1", None),
        ("theirs", None),
        ("1 + 0 * theirs", None),
        ("min(theirs, 1)", None),
        ("(lambda: theirs)()", None),
    ],
)
def test_only_a_plain_number_within_the_points_is_a_score(source: str, score: float | None) -> None:
    ended = run(f"theirs = 1\n{source}")
    assert ended.error is None
    assert score_of(ended, compile_test(cell(source)), 2.0, frozenset({"theirs"})) == score


@pytest.mark.parametrize(("value", "outcome"), [("2", Outcome.PASSED), ("0.5", Outcome.FAILED), ("0", Outcome.FAILED)])
def test_a_cell_that_states_a_score_gives_it(value: str, outcome: Outcome) -> None:
    got = verdict(value, gives_score=True)
    assert (got.outcome, got.points) == (outcome, float(value))


def test_a_cell_that_should_state_a_score_and_does_not_gives_nothing() -> None:
    got = verdict("'2.0'", gives_score=True)
    assert (got.outcome, got.points, got.message) == (Outcome.FAILED, 0.0, "the check gave no score for your answer")
    assert "no number from 0 to 2" in got.cause


def test_a_number_is_no_score_where_the_reference_gave_none() -> None:
    assert verdict("1").points == 2.0


def test_a_recorded_fault_decides_whatever_the_cell_made_of_it() -> None:
    gate = nobody()
    gate.line.fault = LearnerFault(Outcome.TIMED_OUT, "too long", "CPU time limit")
    got = verdict("2", gate=gate, gives_score=True)
    assert (got.outcome, got.points, got.message, got.cause) == (Outcome.TIMED_OUT, 0.0, "too long", "CPU time limit")


def test_a_visible_line_is_shown_and_a_hidden_one_is_not() -> None:
    source = "x = 1\nassert x == 2\n"
    assert verdict(source).message == "this does not hold: x == 2"
    hidden = verdict(source, released="x = 1\n")
    assert (hidden.message, hidden.cause) == ("a hidden check of this cell does not hold", "assert x == 2")
    assert verdict("assert 1 == 2, 'as told'", released="").message == "as told"


def test_an_untouched_stub_is_not_attempted_and_gets_nothing() -> None:
    assert verdict("1", gives_score=True, is_untouched=True).outcome is Outcome.NOT_ATTEMPTED
    assert verdict("1", gives_score=True, is_untouched=True).points == 0.0
    assert verdict("assert False", is_untouched=True).outcome is Outcome.NOT_ATTEMPTED
    assert verdict("assert True", is_untouched=True).outcome is Outcome.PASSED


def raised(error: str, *, learners: bool) -> CellVerdict:
    return verdict(f"error = {error}\nif {learners}:\n    error.from_learner = True\nraise error")


def test_errors_of_the_learners_code_are_told_from_the_checks_own() -> None:
    assert (raised("ValueError('x')", learners=True).outcome, raised("ValueError('x')", learners=True).message) == (
        Outcome.RAISED,
        "your code raised ValueError: x",
    )
    assert raised("AssertionError('x')", learners=True).outcome is Outcome.RAISED
    assert raised("NotImplementedError()", learners=True).outcome is Outcome.NOT_ATTEMPTED
    own = raised("ValueError('x')", learners=False)
    assert (own.outcome, own.message) == (Outcome.FAILED, "the check stopped at your answer: ValueError: x")
    assert raised("MemoryError()", learners=False).outcome is Outcome.OUT_OF_MEMORY


def test_a_check_that_failed_because_nothing_is_written_yet_says_so() -> None:
    gate = nobody()
    gate.last_raised = NotImplementedError
    assert verdict("raise AssertionError('got NotImplementedError')", gate=gate).outcome is Outcome.NOT_ATTEMPTED


def test_an_error_whose_text_can_not_be_made_does_no_harm() -> None:
    got = verdict("class Odd(Exception):\n    def __str__(self):\n        return 1 / 0\nraise Odd")
    assert "an error whose text can't be made (ZeroDivisionError)" in got.message
