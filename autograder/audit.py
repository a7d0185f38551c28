"""Whether the gradebook still says of a class what its verdicts say: many submissions in few queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from autograder.database import Database

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

# SQLite takes some thousand parameters in one statement.
_IN_ONE = 900


@dataclass(frozen=True, slots=True)
class ExpectedRows:
    """What must be recorded of one submitted notebook, by row ids of cells: automatic scores, and comments.

    ``commented`` are cells that must have a comment row, whatever it says; ``is_there`` tells that it was handed in.
    """

    notebook: str
    scores: Mapping[str, float | None]
    commented: frozenset[str]
    comments: Mapping[str, str | None]
    is_there: bool


@dataclass(frozen=True, slots=True)
class FoundRows:
    """Rows of some submissions: by (assignment, student), by (submission, notebook), and those of cells by notebook."""

    submissions: Mapping[tuple[str, str], tuple[str, datetime | None]]
    notebooks: Mapping[tuple[str, str], str]
    scores: Mapping[str, Mapping[str, float | None]]
    comments: Mapping[str, Mapping[str, str | None]]

    def agree_with(
        self, key: tuple[str, str], timestamp: datetime | None, expected: Sequence[ExpectedRows]
    ) -> list[str] | None:
        """The row ids of the notebooks that were handed in, or None where anything is missing or different."""
        if key not in self.submissions:
            return None
        submission, recorded = self.submissions[key]
        if timestamp is not None and timestamp != recorded:
            return None
        handed_in = []
        for item in expected:
            row = self.notebooks.get((submission, item.notebook))
            if row is None or self.scores.get(row, {}) != item.scores:
                return None
            said = self.comments.get(row, {})
            if said.keys() != item.commented or any(said[cell] != text for cell, text in item.comments.items()):
                return None
            if item.is_there:
                handed_in.append(row)
        return handed_in


def read_rows(
    connection: Connection, database: Database, assignments: Collection[str], students: Iterable[str]
) -> FoundRows:
    """What is recorded of these students in these assignments."""
    tables = database.tables
    submitted, notebook = tables["submitted_assignment"].c, tables["submitted_notebook"].c
    grade, comment = tables["grade"].c, tables["comment"].c
    submissions = {
        (row[0], row[1]): (row[2], row[3])
        for row in _select(
            connection,
            (submitted.assignment_id, submitted.student_id, submitted.id, submitted.timestamp),
            submitted.student_id,
            students,
            submitted.assignment_id.in_(list(assignments)),
        )
    }
    ids = [row_id for row_id, _ in submissions.values()]
    columns = (notebook.assignment_id, notebook.notebook_id, notebook.id)
    notebooks = {(row[0], row[1]): row[2] for row in _select(connection, columns, notebook.assignment_id, ids)}
    scores: dict[str, dict[str, float | None]] = {}
    comments: dict[str, dict[str, str | None]] = {}
    for found, columns in (
        (scores, (grade.notebook_id, grade.cell_id, grade.auto_score)),
        (comments, (comment.notebook_id, comment.cell_id, comment.auto_comment)),
    ):
        for row, cell, value in _select(connection, columns, columns[0], notebooks.values()):
            found.setdefault(row, {})[cell] = value
    return FoundRows(submissions, notebooks, scores, comments)


def _select(connection: Connection, columns: Sequence[Any], column: Any, values: Iterable[str], *where: Any) -> Any:
    from sqlalchemy import select

    wanted = list(values)
    for start in range(0, len(wanted), _IN_ONE):
        chunk = wanted[start : start + _IN_ONE]
        yield from connection.execute(select(*columns).where(column.in_(chunk), *where))
