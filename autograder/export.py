"""Grades as a CSV file that a spreadsheet opens safely: quoted as it must be, and without formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

from autograder.course import Course
from autograder.database import Database, open_database
from autograder.marks import Marks, read_marks
from autograder.recorded import rows_with
from autograder.sanitize import one_line

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

# What makes a spreadsheet take a text for a formula, at its start or behind a semicolon: where a comma is in numbers,
# it begins a cell. Some take the full-width signs too.
_FORMULA = re.compile(r"(^|;) *(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


@dataclass(frozen=True, slots=True)
class Grade:
    """One student's grade for one assignment; ``score`` counts what is marked by hand, and the late penalty."""

    assignment: str
    student_id: str
    first_name: str
    last_name: str
    email: str
    handed_in: str
    late_hours: float
    score: float
    max_score: float
    late_penalty: float
    needs_manual_grade: int


def read_grades(course: Course, assignments: Sequence[str]) -> tuple[Grade, ...]:
    """The grades of every recorded submission, by assignment and student; raises UsageError and GradebookError."""
    database = open_database(course.db_url, assignments[0], 5.0)
    try:
        with database.transaction() as connection:
            return tuple(grade for name in assignments for grade in _of_assignment(connection, database, name))
    finally:
        database.close()


def as_csv(grades: Sequence[Grade]) -> str:
    """A header and one row a grade, as RFC 4180 has it; a text that a spreadsheet would run is quoted by a '."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(item.name for item in fields(Grade))
    writer.writerows([_harmless(value) for value in astuple(grade)] for grade in grades)
    return out.getvalue()


def _harmless(value: object) -> object:
    if not isinstance(value, str):
        return f"{value:g}" if isinstance(value, float) else value
    return _FORMULA.sub(r"\g<0>'", one_line(value, 300))


def _of_assignment(connection: Connection, database: Database, name: str) -> list[Grade]:
    tables = database.tables
    known = [row.id for row in rows_with(connection, tables["assignment"], "name", [name])]
    notebooks = [row.id for row in rows_with(connection, tables["notebook"], "assignment_id", known)]
    cells = [row.id for row in rows_with(connection, tables["base_cell"], "notebook_id", notebooks)]
    maximum = sum(
        row.max_score
        for kind in ("grade_cells", "task_cells")
        for row in rows_with(connection, tables[kind], "id", cells)
    )
    submitted = rows_with(connection, tables["submitted_assignment"], "assignment_id", known)
    students = {
        row.id: row for row in rows_with(connection, tables["student"], "id", {row.student_id for row in submitted})
    }
    marks: dict[str, list[Marks]] = {}
    for (student_id, _), item in read_marks(connection, database, name).items():
        marks.setdefault(student_id, []).append(item)
    grades = []
    for row in sorted(submitted, key=lambda row: str(row.student_id)):
        student = students[row.student_id]
        own = marks.get(row.student_id, [])
        every = [mark for item in own for mark in item.by_cell.values()]
        penalty = sum(item.penalty for item in own)
        grades.append(
            Grade(
                assignment=name,
                student_id=row.student_id,
                first_name=student.first_name or "",
                last_name=student.last_name or "",
                email=student.email or "",
                handed_in=f"{row.timestamp:%Y-%m-%d %H:%M:%S}" if row.timestamp is not None else "",
                late_hours=round(max((item.late.total_seconds() for item in own), default=0.0) / 3600, 2),
                score=max(0.0, sum(mark.score for mark in every) - penalty),
                max_score=maximum,
                late_penalty=penalty,
                needs_manual_grade=sum(mark.needs_human for mark in every),
            )
        )
    return grades
