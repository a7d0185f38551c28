"""Write pages and results from what grading left: verdicts, autograded notebooks, and the gradebook's marks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.course import Assignment, Course
from autograder.database import open_database
from autograder.errors import UsageError
from autograder.feedback import feedback_page, outline, points_of
from autograder.files import TIMESTAMP_FILE, remove_unfinished, write_atomically
from autograder.folders import listed_ids
from autograder.marks import Marks, read_marks
from autograder.result import RESULT_FILE, result_as_json
from autograder.standing import MAX_NOTEBOOK, MAX_VERDICT
from autograder.verdict import VERDICT_FILE, Status, Verdict, read_verdict


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
        if path.stat().st_size > MAX_VERDICT:
            raise ValueError("it is too large")
        return read_verdict(path.read_bytes())
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist: grade first, autograder grade {assignment}") from None
    except (OSError, ValueError) as problem:
        raise UsageError(f"{path} can't be read ({problem}): grade again, autograder grade {assignment}") from None


def write_feedback(course: Course, assignment: Assignment, student_ids: Sequence[str]) -> tuple[Path, ...]:
    """One page for each notebook, at nbgrader's place, and one result beside them; returns the pages.

    Raises UsageError and GradebookError.
    """
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
        pages = course.path("feedback", student_id, assignment.name)
        remove_unfinished(pages)
        by_name = {item.notebook: item for item in verdict.notebooks}
        handed_in = [
            (about, by_name[about.source.name], marks.get((student_id, about.source.name), Marks()))
            for about in outlines
            if about.source.name in by_name
        ]
        score = sum(points_of(judged, marked) for _, judged, marked in handed_in)
        result = result_as_json(verdict, score, sum(about.source.max_points for about, _, _ in handed_in)).encode()
        for about, judged, marked in handed_in:
            name = about.source.name
            page = feedback_page(
                about,
                judged,
                _notebook(folder / f"{name}.ipynb") if judged.status is Status.GRADED else None,
                student_id=student_id,
                assignment=assignment.name,
                marks=marked,
                submitted=_text(folder / TIMESTAMP_FILE),
                notes=verdict.notes,
                site=course.site,
                result=result,
            )
            path = pages / f"{name}.html"
            write_atomically(path, page.encode("utf-8", "replace"))
            written.append(path)
        write_atomically(pages / RESULT_FILE, result)
    return tuple(written)


def _notebook(path: Path) -> dict[str, Any] | None:
    """An autograded notebook, or None where there is none that can be shown."""
    try:
        if path.stat().st_size > MAX_NOTEBOOK:
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
