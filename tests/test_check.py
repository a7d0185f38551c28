"""A quick look at one notebook says what grading would say, whatever the reference run finds out beside it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from commands import autograder, cells
from handed_in import hand_in
from situations import HOSTILE

RIGHT = {name: (HOSTILE / "honest" / "right" / f"{name}.py").read_text() for name in ("squares", "sum_of_squares")}
CHECK = "assert squares(1) == [1]"


@pytest.fixture
def course(quickstart_course: Path, tmp_path: Path) -> Path:
    course = Path(shutil.copytree(quickstart_course, tmp_path / "course"))
    hand_in(course, "ann", "ps1", "problem1", {**RIGHT, "squares": "def squares(n):\n    return [n]"})
    return course


@pytest.mark.parametrize(
    ("check", "outcome", "points"),
    [
        pytest.param(CHECK, "passed", 1.0, id="as-assumed"),
        pytest.param("assert squares(1) == [2]", "grader_error", 0.0, id="reference-does-not-pass"),
        pytest.param("share = 0.25 if squares(2) == [2] else 1.0\nshare", "failed", 0.25, id="gives-a-part"),
    ],
)
def test_a_check_says_what_grading_says(course: Path, check: str, outcome: str, points: float) -> None:
    source = course / "source" / "ps1" / "problem1.ipynb"
    notebook = json.loads(source.read_text())
    (cell,) = (
        cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == "correct_squares"
    )
    cell["source"] = check
    source.write_text(json.dumps(notebook))

    path = course / "submitted" / "ann" / "ps1" / "problem1.ipynb"
    looked = looked_at(autograder(course, "check", "--json", str(path), code=None).stdout)
    assert (looked["outcome"], looked["points"]) == (outcome, points), looked
    said = json.loads(autograder(course, "grade", "--json", "--no-feedback", code=None).stdout)
    (graded,) = said["submissions"]
    assert cells(graded)["correct_squares"] == looked


def looked_at(said: str) -> dict[str, Any]:
    return cells(json.loads(said))["correct_squares"]
