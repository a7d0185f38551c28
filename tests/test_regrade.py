"""Before a changed test is applied, an instructor sees who gains and who loses by it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from commands import OF_STUDENT, autograder, change_gradebook, gradebook_rows, verdict_files
from handed_in import hand_in
from situations import HOSTILE

from autograder.marks import Mark, Marks
from autograder.regrade import compared
from autograder.verdict import CellVerdict, NotebookVerdict, Outcome, Status, Verdict

RIGHT = {name: (HOSTILE / "honest" / "right" / f"{name}.py").read_text() for name in ("squares", "sum_of_squares")}
# Right for all that is tested so far, and for nothing above.
SMALL = {**RIGHT, "squares": RIGHT["squares"].replace("[i**2 for", "[min(i**2, 121) for")}
# Wrong only where nothing is squared.
SLOPPY = {**RIGHT, "squares": RIGHT["squares"].replace("if n < 1", "if n < 0")}
LAST = "assert squares(11) == [1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121]"
STRICTER = LAST + "\\nassert squares(12)[-1] == 144"


@pytest.fixture(scope="module")
def graded(quickstart_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small and marked fail a stricter test, sloppy passes a looser one; don't write into it."""
    course = Path(shutil.copytree(quickstart_course, tmp_path_factory.mktemp("graded") / "course"))
    shutil.rmtree(course / "submitted", ignore_errors=True)
    # One notebook is all of this assignment, so that nobody needs a human for want of another.
    for name, cells in {"right": RIGHT, "small": SMALL, "marked": SMALL, "sloppy": SLOPPY}.items():
        hand_in(course, name, "ps1", "problem1", cells)
    autograder(course, "grade", code=1)
    score = (
        "update grade set manual_score = 0.25"
        + OF_STUDENT
        + " and cell_id in (select id from base_cell where name = ?)"
    )
    assert change_gradebook(course, score, "marked", "correct_squares") == 1
    return course


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(graded, tmp_path / "course"))


def change_tests(course: Path, *changes: tuple[str, str]) -> None:
    path = course / "source" / "ps1" / "problem1.ipynb"
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)


def everything(course: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(course)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in course.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def regrade(course: Path, *arguments: str) -> dict[str, Any]:
    return dict(json.loads(autograder(course, "regrade", "--json", *arguments, code=1).stdout))


def effects(found: dict[str, Any]) -> dict[str, float]:
    return {item["student_id"]: item["effect"] for item in found["submissions"]}


def test_a_stricter_and_a_looser_test(course: Path) -> None:
    # squares(0) need not raise any more.
    change_tests(course, (LAST, STRICTER), ("    squares(0)\\n", "    raise ValueError\\n"))
    before = everything(course)
    found = regrade(course, "--dry-run")
    assert everything(course) == before
    assert effects(found) == {"marked": 0, "right": 0, "sloppy": 1, "small": -1}
    assert [found[key] for key in ("gain", "lose", "same", "judged", "standing")] == [1, 1, 2, 4, 0]
    (small,) = [item for item in found["submissions"] if item["student_id"] == "small"]
    assert (small["points_before"], small["points_after"]) == (3, 2)
    assert [(item["grade_id"], item["outcome_before"], item["outcome_after"]) for item in small["changes"]] == [
        ("correct_squares", "passed", "failed")
    ]
    printed = autograder(course, "regrade", "--dry-run", code=1).stdout
    assert everything(course) == before
    rows = [[field.strip() for field in line.strip("│").split("│")] for line in printed.splitlines() if "│" in line]
    # Sorted, and without the one of whom nothing changes.
    assert [row[0] for row in rows] == ["marked", "sloppy", "small"]
    assert rows[0][3] == "correct_squares: passed -> failed; scored by hand, 0.25 stays"
    assert rows[1][2:] == ["2 -> 3 of 3", "squares_invalid_input: failed -> passed"]
    assert "1 gain, 1 lose, 2 same" in printed
    assert "nothing was written" in printed

    # What it shows is what it then does, and what `grade` would have done.
    other = Path(shutil.copytree(course, course.parent / "other"))
    assert regrade(course)["submissions"] == found["submissions"]
    autograder(other, "grade", code=1)
    assert gradebook_rows(course) == gradebook_rows(other)
    assert verdict_files(course) == verdict_files(other)
    pages = [{path.name: path.read_bytes() for path in place.glob("feedback/*/*/*")} for place in (course, other)]
    assert pages[0] == pages[1]
    assert json.loads(verdict_files(course)["small"])["points"] == 2

    # Nothing is out of date any more.
    autograder_said = autograder(course, "regrade").stdout
    assert "0 gain, 0 lose, 0 same; 4 verdicts stand" in autograder_said


def test_force_judges_what_stands_and_says_that_nothing_changes(course: Path) -> None:
    found = regrade(course, "--force", "--dry-run", "ps1")
    assert [found[key] for key in ("gain", "lose", "same", "standing")] == [0, 0, 4, 0]
    assert all(item["changes"] == [] for item in found["submissions"])


def test_what_can_not_be_compared_is_said(course: Path) -> None:
    (course / "autograded" / "small" / "ps1" / "verdict.json").write_text("{")
    shutil.rmtree(course / "submitted" / "right")
    before = everything(course)
    found = regrade(course, "--dry-run")
    assert everything(course) == before
    said = {item["student_id"]: item["problem"] for item in found["problems"]}
    assert said.keys() == {"right", "small"}
    assert "there is no submission any more" in said["right"]
    assert "autograder grade ps1" in said["small"]


def test_nothing_graded_is_wrong_use(quickstart: Path) -> None:
    assert "Nothing is graded yet" in autograder(quickstart, "regrade", code=2).stderr
    assert "Nothing is graded yet of 'ps1'" in autograder(quickstart, "regrade", "ps1", code=2).stderr
    assert "did you mean ps1?" in autograder(quickstart, "grade", "ps2", code=2).stderr


def verdict(*cells: CellVerdict, status: Status = Status.GRADED) -> Verdict:
    return Verdict("ada", "ps1", "fork", (NotebookVerdict("it", status, cells=cells),))


def cell(grade_id: str, outcome: Outcome, points: float) -> CellVerdict:
    return CellVerdict(grade_id, "title", outcome, points, 2.0)


def test_cells_that_come_and_go_and_scores_by_hand() -> None:
    before = verdict(cell("a", Outcome.PASSED, 2), cell("b", Outcome.FAILED, 0), cell("c", Outcome.PASSED, 2))
    after = verdict(cell("a", Outcome.FAILED, 0.5), cell("b", Outcome.RAISED, 0), cell("d", Outcome.PASSED, 2))
    marks = {"it": Marks({"a": Mark(manual=1.0)})}
    found = compared(before, after, marks)
    assert [(item.grade_id, item.outcome_before, item.outcome_after, item.effect) for item in found.changes] == [
        ("a", "passed", "failed", 0),
        ("b", "failed", "raised", 0),
        ("d", "not there", "passed", 2),
        ("c", "passed", "not there", -2),
    ]
    assert found.effect == 0
    assert compared(before, after, {}).effect == -1.5
    unreadable = compared(before, verdict(status=Status.UNREADABLE), {})
    assert {item.outcome_after for item in unreadable.changes} == {"unreadable"}
    assert (unreadable.effect, unreadable.needs_human) == (-4, True)
