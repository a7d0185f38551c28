"""What the gradebook knows of graded cells: scores, those of humans too, comments, late penalties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from autograder.recorded import rows_with

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autograder.database import Database


@dataclass(frozen=True, slots=True)
class Mark:
    """One graded or written cell; ``automatic`` and ``manual`` are None where there is no such score."""

    automatic: float | None = None
    manual: float | None = None
    extra: float = 0.0
    needs_human: bool = False
    comment: str = ""
    is_recorded: bool = False

    @property
    def score(self) -> float:
        """What counts: a human's score before an automatic one, and extra credit."""
        return ((self.automatic or 0.0) if self.manual is None else self.manual) + self.extra


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one submitted notebook by grade_id, how late it came, and the penalty for that."""

    by_cell: Mapping[str, Mark] = field(default_factory=dict)
    penalty: float = 0.0
    late: timedelta = timedelta()

    def get(self, grade_id: str) -> Mark:
        """The mark of a cell, an empty one where nobody has given any."""
        return self.by_cell.get(grade_id, Mark())


def read_marks(connection: Connection, database: Database, assignment: str) -> dict[tuple[str, str], Marks]:
    """The marks of every submission of an assignment, by student id and notebook name; nothing where it is unknown."""
    tables = database.tables
    due = {row.id: row.duedate for row in rows_with(connection, tables["assignment"], "name", [assignment])}
    notebooks = {row.id: row.name for row in rows_with(connection, tables["notebook"], "assignment_id", due)}
    cells = {row.id: row.name for row in rows_with(connection, tables["base_cell"], "notebook_id", notebooks)}
    handed_in = {row.id: row for row in rows_with(connection, tables["submitted_assignment"], "assignment_id", due)}
    submitted = {row.id: row for row in rows_with(connection, tables["submitted_notebook"], "assignment_id", handed_in)}
    # nbgrader's indexes begin with the cell: without it, both tables would be read as a whole
    comment, grade = tables["comment"], tables["grade"]
    comments = {
        (row.notebook_id, cells[row.cell_id]): row.manual_comment or row.auto_comment or ""
        for row in rows_with(connection, comment, "notebook_id", submitted, comment.c.cell_id.in_(cells))
    }
    marks: dict[str, dict[str, Mark]] = {row_id: {} for row_id in submitted}
    for row in rows_with(connection, grade, "notebook_id", submitted, grade.c.cell_id.in_(cells)):
        name = cells[row.cell_id]
        marks[row.notebook_id][name] = Mark(
            automatic=row.auto_score,
            manual=row.manual_score,
            extra=row.extra_credit or 0.0,
            needs_human=bool(row.needs_manual_grade),
            comment=comments.get((row.notebook_id, name), ""),
            is_recorded=True,
        )
    for (row_id, name), comment in comments.items():
        marks[row_id].setdefault(name, Mark(comment=comment))
    return {
        (handed_in[row.assignment_id].student_id, notebooks[row.notebook_id]): Marks(
            marks[row.id], row.late_submission_penalty or 0.0, _lateness(handed_in[row.assignment_id], due)
        )
        for row in submitted.values()
        if row.notebook_id in notebooks
    }


def _lateness(submission: Any, due: Mapping[str, datetime | None]) -> timedelta:
    date: datetime | None = due[submission.assignment_id]
    handed_in: datetime | None = submission.timestamp
    if date is None or handed_in is None:
        return timedelta()
    return max(timedelta(), handed_in - date)
