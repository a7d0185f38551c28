"""Whether the gradebook still says of a class what its verdicts say: many submissions in few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from autograder.database import Database
from autograder.recorded import Recorded, rows_with

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


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
    connection: Connection, database: Database, assignments: Mapping[str, Sequence[Recorded]], students: Iterable[str]
) -> FoundRows:
    """What is recorded of these students in these assignments, whose notebooks are given by the assignment's row id.

    Each query names both columns of one of nbgrader's indexes: with one of them only, the whole table would be read.
    """
    tables = database.tables
    submitted, submitted_notebook = tables["submitted_assignment"], tables["submitted_notebook"]
    ours = submitted.c.assignment_id.in_(list(assignments))
    rows = rows_with(
        connection,
        submitted,
        "student_id",
        students,
        ours,
        only=("assignment_id", "student_id", "id", "timestamp"),
    )
    submissions = {(assignment, student): (row_id, timestamp) for assignment, student, row_id, timestamp in rows}
    notebooks: dict[tuple[str, str], str] = {}
    scores: dict[str, dict[str, float | None]] = {}
    comments: dict[str, dict[str, str | None]] = {}
    for assignment, parts in assignments.items():
        of_assignment = [row_id for (known, _), (row_id, _) in submissions.items() if known == assignment]
        for part in parts:
            ours = submitted_notebook.c.notebook_id == part.row_id
            rows = rows_with(
                connection, submitted_notebook, "assignment_id", of_assignment, ours, only=("assignment_id", "id")
            )
            row_ids = [row_id for _, row_id in rows]
            notebooks.update(((submission, part.row_id), row_id) for submission, row_id in rows)
            _read_cells(connection, tables["grade"], row_ids, part.graded, "auto_score", scores)
            _read_cells(connection, tables["comment"], row_ids, part.written, "auto_comment", comments)
    return FoundRows(submissions, notebooks, scores, comments)


def _read_cells(
    connection: Connection,
    table: Any,
    notebooks: Sequence[str],
    cells: Mapping[str, str],
    column: str,
    found: dict[str, dict[str, Any]],
) -> None:
    ours = table.c.cell_id.in_(list(cells.values()))
    for row, cell, value in rows_with(
        connection, table, "notebook_id", notebooks, ours, only=("notebook_id", "cell_id", column)
    ):
        found.setdefault(row, {})[cell] = value
