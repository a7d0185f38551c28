"""What the last release recorded of an assignment in the gradebook, checked against the source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.course import Assignment
from autograder.database import Database
from autograder.errors import UsageError
from autograder.source import Kind, SourceNotebook

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

# SQLite takes some thousand parameters in one statement, PostgreSQL 32,767
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Recorded:
    """One notebook of the assignment as the gradebook knows it: row ids of its cells by grade_id."""

    name: str
    row_id: str
    graded: dict[str, str]
    written: dict[str, str]


def read_record(connection: Connection, database: Database, assignment: Assignment) -> tuple[str, tuple[Recorded, ...]]:
    """What the last release recorded of the assignment; raises UsageError where the source differs."""
    tables = database.tables
    release = f"run `autograder release {assignment.name}`"
    rows = rows_with(connection, tables["assignment"], "name", [assignment.name])
    if not rows:
        raise UsageError(f"{database.name} knows no assignment {assignment.name!r}: no release yet, {release}")
    row_id = str(rows[0].id)
    recorded = {row.name: row for row in rows_with(connection, tables["notebook"], "assignment_id", [row_id])}
    names = {notebook.name for notebook in assignment.notebooks}
    if names != set(recorded):
        changed = ", ".join(sorted(names ^ set(recorded)))
        raise UsageError(f"The source has changed since the release of {assignment.name} ({changed}): {release}")
    found = []
    for notebook in assignment.notebooks:
        cells = rows_with(connection, tables["base_cell"], "notebook_id", [recorded[notebook.name].id])
        by_type = {
            kind: {row.id: row for row in rows_with(connection, tables[kind], "id", [cell.id for cell in cells])}
            for kind in ("grade_cells", "task_cells")
        }
        graded: dict[str, str] = {}
        written: dict[str, str] = {}
        known: set[tuple[str, str, float, str]] = set()
        for cell in cells:
            details = by_type["grade_cells"].get(cell.id) or by_type["task_cells"].get(cell.id)
            if details is None:
                known.add((cell.name, cell.type, 0.0, ""))
            else:
                known.add((cell.name, cell.type, details.max_score, details.cell_type))
                graded[cell.name] = cell.id
            if cell.type != "GradeCell":
                written[cell.name] = cell.id
        if changed := ", ".join(sorted({cell[0] for cell in known ^ _expected(notebook)})):
            raise UsageError(
                f"The source has changed since the release of {assignment.name} "
                f"(notebook {notebook.name}, cells {changed}): {release}"
            )
        found.append(Recorded(notebook.name, recorded[notebook.name].id, graded, written))
    return row_id, tuple(found)


def rows_with(
    connection: Connection, table: Any, column: str, values: Iterable[str], *where: Any, only: Sequence[str] = ()
) -> list[Any]:
    """All rows whose column has one of the values, with all columns or ``only`` some."""
    wanted = list(values)
    select_rows = table.select()
    if only:
        select_rows = select_rows.with_only_columns(*(table.c[name] for name in only))
    found: list[Any] = []
    for start in range(0, len(wanted), _AT_ONCE):
        chunk = wanted[start : start + _AT_ONCE]
        found += connection.execute(select_rows.where(table.c[column].in_(chunk), *where)).all()
    return found


def _expected(notebook: SourceNotebook) -> set[tuple[str, str, float, str]]:
    """The rows that releasing this source records: name, type, max_score and cell_type."""
    expected = set()
    for cell in notebook.cells:
        name = cell.grade_id or ""
        if cell.kind in (Kind.TEST, Kind.MANUAL):
            expected.add((name, "GradeCell", cell.points, cell.cell_type))
        if cell.kind in (Kind.SOLUTION, Kind.MANUAL):
            expected.add((name, "SolutionCell", 0.0, ""))
        if cell.kind is Kind.TASK:
            expected.add((name, "TaskCell", cell.points, cell.cell_type))
    return expected
