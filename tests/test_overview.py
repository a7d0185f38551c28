"""How a class did, counted from its verdicts."""

import pytest
from rich.console import Console

from autograder.overview import mistakes_table, overview_table, overviews
from autograder.verdict import CellVerdict, ManualCell, NotebookVerdict, Outcome, Status, Verdict


def verdict(student_id: str, *cells: CellVerdict, assignment: str = "ps1", status: Status = Status.GRADED) -> Verdict:
    manual = (ManualCell("m", 6.0, answered=student_id != "eve"),)
    notebook = NotebookVerdict("it", status, cells=cells, manual=manual, worth=0.0 if cells else 3.0)
    return Verdict(student_id, assignment, "fork", (notebook,))


def cell(points: float, outcome: Outcome = Outcome.PASSED, mistake: str = "") -> CellVerdict:
    return CellVerdict(
        "c", "title", outcome, points, 3.0, mistake=mistake, diagnosis=f"says {mistake}" if mistake else ""
    )


CLASS = (
    verdict("ada", cell(3)),
    verdict("bao", cell(0, Outcome.FAILED, "f__b"), cell(0, Outcome.FAILED, "f__b")),
    verdict("cy", cell(0, Outcome.FAILED, "f__b"), cell(0, Outcome.FAILED, "f__a")),
    verdict("di", cell(0, Outcome.FAILED), cell(0, Outcome.GRADER_ERROR)),
    verdict("eve", status=Status.UNREADABLE),
    verdict("ada", cell(1, Outcome.FAILED), assignment="ps0"),
)


def test_one_record_an_assignment_in_order() -> None:
    first, second = overviews(CLASS)
    assert (first.assignment, second.assignment) == ("ps0", "ps1")
    assert (second.submissions, second.mean_points, second.max_points) == (5, 0.6, 6.0)
    assert second.outcomes == {"passed": 1, "failed": 5, "grader_error": 1}
    assert second.needs_human == ("di", "eve")
    assert second.open_answers == 4


def test_a_mistake_counts_once_a_submission_and_the_commonest_comes_first() -> None:
    _, row = overviews(CLASS)
    assert row.mistakes == (("f__b", "says f__b", 2), ("f__a", "says f__a", 1))
    assert row.unexplained == 1


def test_time_is_for_a_graded_notebook() -> None:
    first, second = overviews(CLASS, {("ada", "ps1"): 1.0, ("bao", "ps1"): 3.0})
    assert first.seconds_per_notebook is None
    assert second.seconds_per_notebook == pytest.approx(1.0)


def test_the_tables_say_it() -> None:
    console = Console(width=140, record=True)
    rows = overviews(CLASS, {("ada", "ps1"): 1.0})
    console.print(overview_table(rows))
    console.print(mistakes_table(rows))
    said = " ".join(console.export_text().split())
    for words in ("0.6 / 6", "to look at: di, eve", "4 answers to mark", "0.25 s", "f: says f__b"):
        assert words in said, said
