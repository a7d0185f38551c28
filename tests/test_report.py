"""Tables and sentences for the terminal: everything of a learner's is shown as plain text."""

from __future__ import annotations

import io

from rich.console import Console

from autograder.report import exit_code, outcome_counts, print_verdict, remarks, summary_table
from autograder.verdict import CellVerdict, ManualCell, NotebookVerdict, Outcome, Status, Verdict


def shown(thing: object) -> str:
    console = Console(file=io.StringIO(), width=200, force_terminal=False)
    console.print(thing)
    return console.file.getvalue()


def verdict(*cells: CellVerdict, student: str = "ada", status: Status = Status.GRADED, reason: str = "") -> Verdict:
    return Verdict(student, "ps1", "fork", (NotebookVerdict("n", status, cells, reason=reason),))


PASSED = CellVerdict("a", "adds", Outcome.PASSED, 2.0, 2.0)
FAILED = CellVerdict("b", "subtracts", Outcome.FAILED, 0.0, 1.0, message="expected 1, got 2")
TIMED_OUT = CellVerdict("c", "divides", Outcome.TIMED_OUT, 0.0, 1.0, message="too slow", cause="CPU time limit")
OURS = CellVerdict("d", "fails us", Outcome.GRADER_ERROR, 0.0, 1.0, cause="the reference does not pass")


def test_the_row_of_a_submission_has_points_outcomes_and_causes() -> None:
    row = shown(summary_table([verdict(PASSED, FAILED, TIMED_OUT)], {}))
    for text in ("ada", "2 / 4", "1 passed, 1 failed, 1 timed out", "CPU time limit"):
        assert text in row


def test_markup_escapes_and_line_breaks_of_a_learner_are_plain_text() -> None:
    bad = "[bold red]x[/] \x1b[31m\x07\nrow"
    table = shown(summary_table([verdict(PASSED, student=bad)], {(bad, "ps1"): bad}))
    assert "[bold red]x[/]" in table
    assert "\x1b" not in table
    assert "\x07" not in table
    assert "[bold red]x[/] row" in table


def test_a_problem_of_recording_is_in_the_row_of_its_submission() -> None:
    assert "the name is no text" in shown(summary_table([verdict(PASSED)], {("ada", "ps1"): "the name is no text"}))


def test_an_unreadable_notebook_says_why() -> None:
    assert remarks(verdict(status=Status.UNREADABLE, reason="it is a folder")) == "n: unreadable, it is a folder"


def test_outcomes_are_counted_in_a_fixed_order() -> None:
    assert outcome_counts(verdict(FAILED, PASSED, FAILED)) == "1 passed, 2 failed"


def test_a_check_is_printed_as_its_learner_reads_it_with_the_cause_for_the_instructor() -> None:
    console = Console(file=io.StringIO(), width=120, force_terminal=False)
    one = NotebookVerdict(
        "n",
        Status.GRADED,
        (PASSED, TIMED_OUT),
        (ManualCell("essay", 6.0, True), ManualCell("blank", 2.0, False)),
        repairs=("a cell was put back",),
    )
    print_verdict(console, Verdict("ada", "ps1", "fork", (one,)))
    text = console.file.getvalue()
    assert "PASSED  adds (2 of 2)" in text
    assert "TIMED OUT  divides (0 of 1)\n  too slow\n  cause: CPU time limit" in text
    assert "repaired: a cell was put back" in text
    assert "TO BE MARKED BY HAND  essay (6 points)" in text
    assert "NOT ANSWERED  blank (2 points)" in text


def test_only_what_a_human_must_look_at_changes_the_exit_code() -> None:
    assert exit_code([verdict(PASSED, FAILED, TIMED_OUT)], {}) == 0
    assert exit_code([verdict(PASSED), verdict(OURS)], {}) == 1
    assert exit_code([verdict(status=Status.MISSING)], {}) == 1
    assert exit_code([verdict(PASSED)], {("ada", "ps1"): "not recorded"}) == 1


def test_a_notebook_that_could_not_be_judged_is_worth_what_its_checks_are() -> None:
    source = NotebookVerdict("n", Status.MISSING, reason="there is no n.ipynb", worth=3.0)
    assert "0 / 3" in shown(summary_table([Verdict("ada", "ps1", "fork", (source,))], {}))


def test_a_refused_answer_is_remarked_and_a_line_of_the_test_is_not() -> None:
    refused = CellVerdict("e", "compares", Outcome.FAILED, 0.0, 1.0, cause="refused: comparison of an Equal")
    line = CellVerdict("f", "adds", Outcome.FAILED, 0.0, 1.0, cause="assert f(1) == 2")
    assert remarks(verdict(refused, line)) == "refused: comparison of an Equal"
