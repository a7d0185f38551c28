"""Write the feedback pages from what grading left: verdicts, autograded notebooks, and the gradebook's marks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.autograded import MAX_OUTPUTS, MAX_TEXT
from autograder.course import Assignment, Course
from autograder.database import open_database
from autograder.errors import UsageError
from autograder.feedback import feedback_page, outline
from autograder.files import TIMESTAMP_FILE, write_atomically
from autograder.folders import listed_ids
from autograder.marks import Marks, read_marks
from autograder.submission import HandedIn
from autograder.verdict import VERDICT_FILE, Status, Verdict, read_verdict

# What our own autograded notebooks can hold at most, with room for their JSON.
_MAX_NOTEBOOK = 2 * MAX_OUTPUTS + 8 * MAX_TEXT
_MAX_VERDICT = 16 * 2**20


def graded_students(course: Course, assignment: str) -> tuple[str, ...]:
    """Ids of those whose submission has been graded, sorted."""
    structure = course.directory_structure.format(
        nbgrader_step=course.autograded_directory, student_id="{student_id}", assignment_id=assignment
    )
    ids = listed_ids(course.root, structure, "{student_id}")
    return tuple(item for item in ids if (course.path("autograded", item, assignment) / VERDICT_FILE).is_file())


def load_verdict(course: Course, assignment: str, student_id: str) -> Verdict:
    """The verdict of the last grading; raises UsageError where there is none, or its file is damaged."""
    path = course.path("autograded", student_id, assignment) / VERDICT_FILE
    try:
        if path.stat().st_size > _MAX_VERDICT:
            raise ValueError("it is too large")
        return read_verdict(path.read_bytes())
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist: grade first, autograder grade {assignment}") from None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UsageError(f"{path} can't be read ({problem}): grade again, autograder grade {assignment}") from None


def standing_verdict(course: Course, submitted: HandedIn, digest: str) -> Verdict | None:
    """The verdict of an earlier run on just this submission, if it still holds and all its files are as written.

    ``digest`` is what the verdict must have been given for. Nothing that was cut short stands.
    """
    folder = course.path("autograded", submitted.student_id, submitted.assignment)
    try:
        data = _read_within(folder / VERDICT_FILE, _MAX_VERDICT)
        # Most that differ do so in the digest: no need to look at the rest of them.
        if digest.encode() not in data:
            return None
        verdict = read_verdict(data)
        if verdict.digest != digest or not verdict.is_final:
            return None
        for name, expected in verdict.files:
            if hashlib.sha256(_read_within(folder / name, _MAX_NOTEBOOK)).hexdigest() != expected:
                return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return verdict


def _read_within(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError("it is too large")
    return data


def write_feedback(course: Course, assignment: Assignment, student_ids: Sequence[str]) -> tuple[Path, ...]:
    """One page for each notebook, at nbgrader's place; returns the files. Raises UsageError and GradebookError."""
    database = open_database(course.db_url, assignment.name, 5.0)
    try:
        with database.transaction() as connection:
            marks = read_marks(connection, database, assignment.name)
    finally:
        database.close()
    written = []
    outlines = [outline(notebook) for notebook in assignment.notebooks]
    for student_id in student_ids:
        verdict = load_verdict(course, assignment.name, student_id)
        folder = course.path("autograded", student_id, assignment.name)
        by_name = {item.notebook: item for item in verdict.notebooks}
        for about in outlines:
            name = about.source.name
            if name not in by_name:
                continue
            judged = by_name[name]
            page = feedback_page(
                about,
                judged,
                _notebook(folder / f"{name}.ipynb") if judged.status is Status.GRADED else None,
                student_id=student_id,
                assignment=assignment.name,
                marks=marks.get((student_id, name), Marks()),
                submitted=_text(folder / TIMESTAMP_FILE),
                notes=verdict.notes,
            )
            path = course.path("feedback", student_id, assignment.name) / f"{name}.html"
            write_atomically(path, page.encode("utf-8", "replace"))
            written.append(path)
    return tuple(written)


def _notebook(path: Path) -> dict[str, Any] | None:
    """An autograded notebook, or None where there is none that can be shown."""
    try:
        if path.stat().st_size > _MAX_NOTEBOOK:
            return None
        notebook = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return notebook if isinstance(notebook, dict) else None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(200).decode("utf-8", "replace").strip()
    except OSError:
        return ""
