"""The real command line as instructors use it, and what it leaves in a course."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EX08 = "ex08_rope_rotation"


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a command gets from its surroundings: this Python's programs, a home of its own, no local settings."""
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "AUTOGRADER_PLAIN")}
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**kept, "PATH": programs, "HOME": str(home), "COLUMNS": "160", **more}


def command(*arguments: str) -> list[str]:
    """How `autograder` is started by this Python."""
    return [sys.executable, "-P", "-m", "autograder", *arguments]


def autograder(
    course: Path, *arguments: str, code: int | None = 0, before: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Run our command in a course, ``before`` standing in front of it; fails unless it ends with ``code``."""
    done = subprocess.run(
        [*before, *command(*arguments)],
        cwd=course,
        env=environment(course.parent),
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout[-3000:] + done.stderr[-3000:]
    assert "Traceback" not in said, said
    assert code is None or done.returncode == code, f"ended with {done.returncode}: {said}"
    return done


def grade(course: Path, *arguments: str, code: int | None = 0) -> dict[str, dict[str, Any]]:
    """`autograder grade --json`: the verdicts by student id."""
    done = autograder(course, "grade", "--json", *arguments, code=code)
    return {verdict["student_id"]: verdict for verdict in json.loads(done.stdout)["submissions"]}


def our_course(folder: Path) -> Path:
    """A course made of our configuration and ex08, released by `autograder release`."""
    shutil.copytree(ROOT / "source" / EX08, folder / "source" / EX08)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    autograder(folder, "release", EX08)
    return folder


def automatic_scores(course: Path) -> dict[str, dict[str, float | None]]:
    """The automatic score of every grade cell in the gradebook, by student id and grade_id."""
    scores: dict[str, dict[str, float | None]] = {}
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        for student_id, notebook, grade_id, score in database.execute(
            "select s.student_id, b.name, c.name, g.auto_score from grade g join base_cell c on c.id = g.cell_id"
            " join submitted_notebook n on n.id = g.notebook_id join notebook b on b.id = n.notebook_id"
            " join submitted_assignment s on s.id = n.assignment_id"
        ):
            scores.setdefault(student_id, {})[f"{notebook}/{grade_id}"] = score
    return scores


def cells(verdict: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The test cells of a verdict by grade_id."""
    return {cell["grade_id"]: cell for notebook in verdict["notebooks"] for cell in notebook["cells"]}


# By names, as ids are random.
_ROWS = {
    "student": "select id, first_name, last_name, email from student",
    "submitted_assignment": "select a.name, s.student_id, s.timestamp from submitted_assignment s"
    " join assignment a on a.id = s.assignment_id",
    "submitted_notebook": "select s.student_id, a.name, b.name, n.flagged, n.late_submission_penalty"
    " from submitted_notebook n join submitted_assignment s on s.id = n.assignment_id"
    " join notebook b on b.id = n.notebook_id join assignment a on a.id = s.assignment_id",
    "grade": "select s.student_id, a.name, b.name, c.name, g.auto_score, g.manual_score, g.extra_credit,"
    " g.needs_manual_grade from grade g join base_cell c on c.id = g.cell_id"
    " join submitted_notebook n on n.id = g.notebook_id join notebook b on b.id = n.notebook_id"
    " join submitted_assignment s on s.id = n.assignment_id join assignment a on a.id = s.assignment_id",
    "comment": "select s.student_id, a.name, b.name, c.name, m.auto_comment, m.manual_comment"
    " from comment m join base_cell c on c.id = m.cell_id"
    " join submitted_notebook n on n.id = m.notebook_id join notebook b on b.id = n.notebook_id"
    " join submitted_assignment s on s.id = n.assignment_id join assignment a on a.id = s.assignment_id",
}


def gradebook_rows(course: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row about submissions, by table, in a fixed order; a row that is there twice is listed twice."""
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        found = {name: sorted(database.execute(query), key=repr) for name, query in _ROWS.items()}
        for name, rows in found.items():
            # A row that belongs to nothing would be in no list.
            (count,) = database.execute(f"select count(*) from {name}").fetchone()
            assert count == len(rows), f"{count - len(rows)} rows of {name} belong to nothing"
    return found


def change_gradebook(course: Path, statement: str, *values: object) -> int:
    """Change rows as somebody else would; returns how many."""
    with closing(sqlite3.connect(course / "gradebook.db")) as database, database:
        return database.execute(statement, values).rowcount


# The rows of one student, for the end of a statement.
OF_STUDENT = (
    " where notebook_id in (select n.id from submitted_notebook n join submitted_assignment s"
    " on s.id = n.assignment_id where s.student_id = ?)"
)


def mark_by_hand(course: Path, student_id: str, grade_id: str) -> None:
    """A score, extra credit and a comment, as formgrader leaves them."""
    cell = OF_STUDENT + f" and cell_id in (select id from base_cell where name = '{grade_id}')"
    score = f"update grade set manual_score = 0.75, extra_credit = 0.5, needs_manual_grade = 0{cell}"
    assert change_gradebook(course, score, student_id) == 1
    assert change_gradebook(course, f"update comment set manual_comment = 'well argued'{cell}", student_id) == 1


def verdict_files(course: Path) -> dict[str, bytes]:
    """What lies in every verdict.json, by student id."""
    return {path.parts[-3]: path.read_bytes() for path in (course / "autograded").glob("*/*/verdict.json")}


def unfinished_files(course: Path) -> list[Path]:
    """Files that a stopped command left half-written."""
    return [path for path in course.rglob("*") if path.suffix == ".tmp" or path.name.endswith("-journal")]
