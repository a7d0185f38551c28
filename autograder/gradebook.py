"""Verdicts into nbgrader's gradebook: what its own autograder would leave there, in bulk statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from autograder import scores
from autograder.course import Assignment, Course
from autograder.database import Database, open_database
from autograder.penalty import Penalty, late_penalty
from autograder.recorded import Recorded, read_record, rows_with
from autograder.verdict import NotebookVerdict, Status, Verdict

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_LONGEST_ID = 128


@dataclass(frozen=True, slots=True)
class Problem:
    """A submission of which something could not be recorded."""

    student_id: str
    message: str


@dataclass(frozen=True, slots=True)
class _Entry:
    student_id: str
    timestamp: datetime | None
    notebooks: dict[str, NotebookVerdict]


class GradebookWriter:
    """An open gradebook whose record of one assignment agrees with the source; use it in a ``with`` block."""

    def __init__(self, database: Database, assignment_id: str, notebooks: tuple[Recorded, ...], penalty: Penalty):
        self._database = database
        self._assignment_id = assignment_id
        self._notebooks = notebooks
        self._penalty = penalty

    @classmethod
    def open(cls, course: Course, assignment: Assignment, busy_seconds: float = 5.0) -> Self:
        """Check the gradebook and open it for writing.

        Raises UsageError where a release is missing or older than the source, GradebookError where the
        database is damaged, foreign, locked for longer than ``busy_seconds``, or cannot be written.
        """
        database = open_database(course.db_url, assignment.name, busy_seconds)
        try:
            with database.transaction() as connection:
                row_id, notebooks = read_record(connection, database, assignment)
            return cls(database, row_id, notebooks, late_penalty(course))
        except BaseException:
            database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the database; every batch that ``write`` returned from is kept."""
        self._database.close()

    def write(self, graded: Sequence[tuple[Verdict, str | None]]) -> tuple[Problem, ...]:
        """Record a batch in one transaction: each verdict with the text of its timestamp.txt, or None.

        Manual scores, comments and extra credit stay. Returns what could not be recorded of single
        submissions; raises GradebookError, with nothing written, where the batch as a whole failed.
        """
        entries: dict[str, _Entry] = {}
        problems: list[Problem] = []
        for verdict, timestamp_text in graded:
            entry = _entry(verdict, timestamp_text, problems)
            if entry is not None:
                entries[entry.student_id] = entry
        if entries:
            with self._database.transaction() as connection:
                self._write(connection, entries)
        return tuple(problems)

    def _write(self, connection: Connection, entries: dict[str, _Entry]) -> None:
        submissions = self._submissions(connection, entries)
        tables = self._database.tables
        rows = rows_with(connection, tables["submitted_notebook"], "assignment_id", submissions.values())
        existing = {(row.assignment_id, row.notebook_id): row.id for row in rows}
        grades: list[dict[str, Any]] = []
        comments: list[dict[str, Any]] = []
        added: list[dict[str, Any]] = []
        penalised: list[tuple[str, str]] = []
        for student_id, entry in entries.items():
            submission = submissions[student_id]
            for notebook in self._notebooks:
                row_id = existing.get((submission, notebook.row_id))
                if row_id is None:
                    row_id = uuid4().hex
                    added.append({"id": row_id, "assignment_id": submission, "notebook_id": notebook.row_id})
                verdict = entry.notebooks.get(notebook.name) or NotebookVerdict(notebook.name, Status.MISSING)
                if verdict.status is not Status.MISSING:
                    penalised.append((student_id, row_id))
                for grade_id, score in scores.scores(verdict, notebook.graded).items():
                    grades.append({"of": row_id, "cell": notebook.graded[grade_id], **_columns(score)})
                if verdict.status is Status.GRADED:
                    for grade_id, comment in scores.comments(verdict, notebook.written).items():
                        comments.append({"of": row_id, "cell": notebook.written[grade_id], "comment": comment})
                else:
                    # nbgrader leaves the comments of an earlier run alone, but the rows must be there
                    comments += [{"of": row_id, "cell": cell} for cell in notebook.written.values()]
        if added:
            connection.execute(tables["submitted_notebook"].insert(), [{"flagged": False, **row} for row in added])
        self._write_grades(connection, grades)
        self._write_comments(connection, comments)
        self._penalty.assign(connection, tables, submissions, penalised)

    def _submissions(self, connection: Connection, entries: dict[str, _Entry]) -> dict[str, str]:
        """Rows of the students and their submissions, added where they are new: submission ids by student."""
        student, submitted = (self._database.tables[name] for name in ("student", "submitted_assignment"))
        known = {row.id for row in rows_with(connection, student, "id", entries)}
        if new := [{"id": student_id} for student_id in entries if student_id not in known]:
            connection.execute(student.insert(), new)
        ours = submitted.c.assignment_id == self._assignment_id
        rows = rows_with(connection, submitted, "student_id", entries, ours)
        ids = {row.student_id: row.id for row in rows}
        later = [
            {"row": ids[student_id], "at": entry.timestamp}
            for student_id, entry in entries.items()
            if student_id in ids and entry.timestamp is not None
        ]
        if later:
            from sqlalchemy import bindparam

            statement = submitted.update().where(submitted.c.id == bindparam("row"))
            connection.execute(statement.values(timestamp=bindparam("at")), later)
        first = [
            {
                "id": uuid4().hex,
                "assignment_id": self._assignment_id,
                "student_id": student_id,
                "timestamp": entry.timestamp,
            }
            for student_id, entry in entries.items()
            if student_id not in ids
        ]
        if first:
            connection.execute(submitted.insert(), first)
        return ids | {str(row["student_id"]): str(row["id"]) for row in first}

    def _write_grades(self, connection: Connection, grades: list[dict[str, Any]]) -> None:
        from sqlalchemy import bindparam, case

        table = self._database.tables["grade"]
        known = _known(connection, table, grades)
        changed = [row for row in grades if (row["of"], row["cell"]) in known]
        new = [row for row in grades if (row["of"], row["cell"]) not in known]
        if changed:
            # decided in the database, so that a mark given meanwhile in formgrader counts
            boolean = table.c.needs_manual_grade.type
            needs = case(
                (table.c.manual_score.is_not(None), bindparam("recheck", type_=boolean)),
                else_=bindparam("needs", type_=boolean),
            )
            connection.execute(
                table.update()
                .where(table.c.notebook_id == bindparam("of"), table.c.cell_id == bindparam("cell"))
                .values(auto_score=bindparam("auto"), needs_manual_grade=needs),
                changed,
            )
        if new:
            connection.execute(
                table.insert(),
                [
                    {
                        "id": uuid4().hex,
                        "notebook_id": row["of"],
                        "cell_id": row["cell"],
                        "auto_score": row["auto"],
                        "needs_manual_grade": row["needs"],
                    }
                    for row in new
                ],
            )

    def _write_comments(self, connection: Connection, comments: list[dict[str, Any]]) -> None:
        from sqlalchemy import bindparam

        table = self._database.tables["comment"]
        known = _known(connection, table, comments)
        changed = [row for row in comments if (row["of"], row["cell"]) in known and "comment" in row]
        new = [row for row in comments if (row["of"], row["cell"]) not in known]
        if changed:
            connection.execute(
                table.update()
                .where(table.c.notebook_id == bindparam("of"), table.c.cell_id == bindparam("cell"))
                .values(auto_comment=bindparam("comment")),
                changed,
            )
        if new:
            connection.execute(
                table.insert(),
                [
                    {
                        "id": uuid4().hex,
                        "notebook_id": row["of"],
                        "cell_id": row["cell"],
                        "auto_comment": row.get("comment"),
                    }
                    for row in new
                ],
            )


def parse_timestamp(text: str) -> datetime | None:
    """The date of a timestamp.txt in UTC, as nbgrader reads it; None if empty; raises ValueError."""
    from nbgrader.utils import parse_utc

    text = text.strip()
    if not text:
        return None
    try:
        parsed = parse_utc(text)
    except Exception as error:
        # the text comes from outside, and the parser lets many types of error out
        raise ValueError(str(error)) from None
    if not isinstance(parsed, datetime):
        raise ValueError("not a date")
    return parsed


def _entry(verdict: Verdict, timestamp_text: str | None, problems: list[Problem]) -> _Entry | None:
    try:
        verdict.student_id.encode()
    except UnicodeEncodeError:
        problems.append(Problem(verdict.student_id, "the gradebook cannot hold this student id: it is not valid text"))
        return None
    if len(verdict.student_id) > _LONGEST_ID or "\0" in verdict.student_id:
        problems.append(
            Problem(verdict.student_id, f"the gradebook holds student ids of up to {_LONGEST_ID} characters")
        )
        return None
    timestamp = None
    try:
        timestamp = parse_timestamp(timestamp_text or "")
    except ValueError:
        problems.append(Problem(verdict.student_id, "timestamp.txt holds no date: graded, but recorded without a time"))
    return _Entry(verdict.student_id, timestamp, {part.notebook: part for part in verdict.notebooks})


def _columns(score: scores.Score) -> dict[str, Any]:
    return {"auto": score.auto_score, "needs": score.needs_human, "recheck": score.recheck}


def _known(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    notebooks = dict.fromkeys(row["of"] for row in rows)
    return {(row.notebook_id, row.cell_id) for row in rows_with(connection, table, "notebook_id", notebooks)}
