"""nbgrader's tables, as far as we read and write them.

Written down once more, because importing them from nbgrader takes seconds: that loads all of nbgrader, nbconvert and a
grammar of internationalised addresses. `tests/test_schema.py` compares them with those of the installed nbgrader.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Enum, Float, Interval, MetaData, String, Table, Text

_METADATA = MetaData()


def _table(name: str, *columns: Column[object]) -> Table:
    length = 128 if name in ("course", "student") else 32
    return Table(name, _METADATA, Column("id", String(length), primary_key=True), *columns)


_table("course")
_table(
    "student",
    Column("first_name", String(128)),
    Column("last_name", String(128)),
    Column("email", String(128)),
    Column("lms_user_id", String(128)),
)
_table(
    "assignment",
    Column("name", String(128), nullable=False),
    Column("duedate", DateTime()),
    Column("course_id", String(128), nullable=False),
)
_table(
    "notebook",
    Column("name", String(128), nullable=False),
    Column("assignment_id", String(32)),
    Column("kernelspec", String(1024)),
)
_table(
    "base_cell",
    Column("name", String(128), nullable=False),
    Column("notebook_id", String(32), nullable=False),
    Column("type", String(50)),
)
_CELL_TYPES = ("code", "markdown")
for _name in ("grade_cells", "task_cells"):
    _table(
        _name,
        Column("max_score", Float(), nullable=False),
        Column("cell_type", Enum(*_CELL_TYPES, name="grade_cell_type"), nullable=False),
    )
_table("solution_cells")
_table(
    "source_cell",
    Column("name", String(128), nullable=False),
    Column("cell_type", Enum(*_CELL_TYPES, name="source_cell_type"), nullable=False),
    Column("locked", Boolean(), nullable=False),
    Column("source", Text()),
    Column("checksum", String(128)),
    Column("notebook_id", String(32)),
)
_table(
    "submitted_assignment",
    Column("assignment_id", String(32)),
    Column("student_id", String(128)),
    Column("timestamp", DateTime()),
    Column("extension", Interval()),
)
_table(
    "submitted_notebook",
    Column("assignment_id", String(32)),
    Column("notebook_id", String(32)),
    Column("flagged", Boolean()),
    Column("late_submission_penalty", Float(0)),
)
_table(
    "grade",
    Column("notebook_id", String(32)),
    Column("cell_id", String(32)),
    Column("auto_score", Float()),
    Column("manual_score", Float()),
    Column("extra_credit", Float()),
    Column("needs_manual_grade", Boolean(), nullable=False),
)
_table(
    "comment",
    Column("notebook_id", String(32)),
    Column("cell_id", String(32)),
    Column("auto_comment", Text()),
    Column("manual_comment", Text()),
)

TABLES = dict(_METADATA.tables)
