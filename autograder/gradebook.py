"""Verdicts into nbgrader's gradebook: what its own autograder would leave there, in bulk statements."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from autograder import scores
from autograder.audit import ExpectedRows, read_rows
from autograder.course import Assignment, Course
from autograder.database import Database, open_database
from autograder.penalty import Late, Penalty, late_penalty
from autograder.recorded import Recorded, read_record, rows_with
from autograder.verdict import NotebookVerdict, Status, Verdict

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.sql.expression import UpdateBase

_LONGEST_ID = 128
# What nbgrader's own exchange writes, unless the course has a time zone of its own
_IN_UTC = re.compile(r"(\d{4}-\d\d-\d\d (?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{6})?) UTC", re.ASCII)
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """A submission of which something could not be recorded."""

    student_id: str
    message: str
    assignment: str = ""


@dataclass(frozen=True, slots=True)
class _Record:
    """An assignment's row id, and its notebooks, as the last release left them in the gradebook."""

    row_id: str
    notebooks: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    record: _Record
    assignment: str
    student_id: str
    timestamp: datetime | None
    notebooks: dict[str, NotebookVerdict]

    @property
    def key(self) -> tuple[str, str]:
        """What the table of submissions is unique in."""
        return self.record.row_id, self.student_id


@dataclass(frozen=True, slots=True)
class _CellStatements:
    """For a table of one row a cell: what its rows are made with, and changed with."""

    insert: UpdateBase
    update: UpdateBase


@dataclass(frozen=True, slots=True)
class _Statements:
    """What is run for each row; built once, as building and compiling take longer than running."""

    timestamp: UpdateBase
    notebook: UpdateBase
    grade: _CellStatements
    comment: _CellStatements


class GradebookWriter:
    """An open gradebook whose record of some assignments agrees with their sources; use it in a ``with`` block."""

    def __init__(self, database: Database, records: Mapping[str, _Record], penalty: Penalty):
        self._database = database
        self._records = records
        self._penalty = penalty
        self._statements = _statements(database.tables)

    @classmethod
    def open(cls, course: Course, chosen: Assignment | Sequence[Assignment], busy_seconds: float = 5.0) -> Self:
        """Check the gradebook and open it for writing verdicts on one assignment, or on several.

        Raises UsageError where a release is missing or older than the source, GradebookError where the
        database is damaged, foreign, locked for longer than ``busy_seconds``, or cannot be written.
        """
        everything = [chosen] if isinstance(chosen, Assignment) else chosen
        database = open_database(course.db_url, everything[0].name, busy_seconds)
        try:
            with database.transaction() as connection:
                records = {item.name: _Record(*read_record(connection, database, item)) for item in everything}
            return cls(database, records, late_penalty(course))
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

    def write(
        self, graded: Sequence[tuple[Verdict, str | None]], standing: Collection[tuple[str, str]] = ()
    ) -> tuple[Problem, ...]:
        """Record a batch in one transaction: each verdict with the text of its timestamp.txt, or None.

        Manual scores, comments and extra credit stay; whoever gave them is asked to look again, but for the verdicts in
        ``standing``, by (student id, assignment): they were recorded before and are as they were. Returns what could
        not be recorded of single submissions; raises GradebookError, with nothing written, where the batch as a whole
        failed.
        """
        entries: dict[tuple[str, str], _Entry] = {}
        problems: list[Problem] = []
        for verdict, timestamp_text in graded:
            entry = _entry(self._records[verdict.assignment], verdict, timestamp_text, problems)
            if entry is not None:
                entries[entry.key] = entry
        if entries:
            with self._database.transaction() as connection:
                self._write(connection, list(entries.values()), standing)
        return tuple(problems)

    def differing(self, standing: Sequence[tuple[Verdict, str | None]]) -> set[tuple[str, str]]:
        """Whose rows are not what ``write`` would leave of these verdicts, as (student id, assignment).

        What a human has marked is not compared. Penalties are set anew, as due dates and rules may have changed.
        """
        problems: list[Problem] = []
        entries = [
            entry
            for verdict, timestamp_text in standing
            if (entry := _entry(self._records[verdict.assignment], verdict, timestamp_text, problems)) is not None
        ]
        # What can't be recorded is said again in each run.
        found = {(problem.student_id, problem.assignment) for problem in problems}
        if entries:
            with self._database.transaction() as connection:
                late: list[Late] = []
                notebooks_of = {entry.record.row_id: entry.record.notebooks for entry in entries}
                rows = read_rows(connection, self._database, notebooks_of, _students(entries))
                for entry in entries:
                    notebooks = rows.agree_with(entry.key, entry.timestamp, list(_expected_rows(entry)))
                    if notebooks is None:
                        found.add((entry.student_id, entry.assignment))
                    else:
                        late += [Late(entry.student_id, rows.submissions[entry.key][0], item) for item in notebooks]
                self._penalty.assign(connection, self._database.tables, late)
        return found

    def _write(self, connection: Connection, entries: Sequence[_Entry], standing: Collection[tuple[str, str]]) -> None:
        self._add_students(connection, entries)
        submissions = self._submissions(connection, entries)
        ids = self._notebooks(connection, entries, submissions)
        grades: list[_Row] = []
        comments: list[_Row] = []
        late: list[Late] = []
        for entry in entries:
            submission, _ = submissions[entry.key]
            stands = (entry.student_id, entry.assignment) in standing
            for notebook in entry.record.notebooks:
                row_id, _ = ids[submission, notebook.row_id]
                verdict = entry.notebooks.get(notebook.name) or NotebookVerdict(notebook.name, Status.MISSING)
                if verdict.status is not Status.MISSING:
                    late.append(Late(entry.student_id, submission, row_id))
                for grade_id, score in scores.scores(verdict, notebook.graded).items():
                    grades.append(
                        {
                            "of": row_id,
                            "cell": notebook.graded[grade_id],
                            "auto": score.auto_score,
                            "needs": score.needs_human,
                            "recheck": None if stands else score.recheck,
                        }
                    )
                if verdict.status is Status.GRADED:
                    for grade_id, comment in scores.comments(verdict, notebook.written).items():
                        comments.append({"of": row_id, "cell": notebook.written[grade_id], "auto": comment})
                else:
                    # nbgrader leaves the comments of an earlier run alone, but the rows must be there
                    comments += [
                        {"of": row_id, "cell": cell, "auto": None, "keep": True} for cell in notebook.written.values()
                    ]
        old = _old_notebooks(entries, ids)
        self._write_cells(connection, "grade", self._statements.grade, grades, old)
        self._write_cells(connection, "comment", self._statements.comment, comments, old)
        self._penalty.assign(connection, self._database.tables, late)

    def _add_students(self, connection: Connection, entries: Sequence[_Entry]) -> None:
        student = self._database.tables["student"]
        wanted = _students(entries)
        known = {row.id for row in rows_with(connection, student, "id", wanted)}
        if new := [{"id": student_id} for student_id in wanted if student_id not in known]:
            connection.execute(student.insert(), new)

    def _submissions(
        self, connection: Connection, entries: Sequence[_Entry]
    ) -> dict[tuple[str, str], tuple[str, bool]]:
        """Row ids of the submissions, added where they are new, and whether they were there, by ``_Entry.key``."""
        table = self._database.tables["submitted_assignment"]
        ours = table.c.assignment_id.in_({entry.record.row_id for entry in entries})
        rows = rows_with(connection, table, "student_id", _students(entries), ours)
        ids = {(row.assignment_id, row.student_id): (row.id, True) for row in rows}
        old = [entry for entry in entries if entry.key in ids]
        new = [entry for entry in entries if entry.key not in ids]
        if later := [{"row": ids[e.key][0], "at": e.timestamp} for e in old if e.timestamp is not None]:
            connection.execute(self._statements.timestamp, later)
        for entry, row_id in zip(new, _new_ids(len(new)), strict=True):
            ids[entry.key] = row_id, False
        if new:
            connection.execute(
                table.insert(),
                [
                    {
                        "id": ids[entry.key][0],
                        "assignment_id": entry.record.row_id,
                        "student_id": entry.student_id,
                        "timestamp": entry.timestamp,
                    }
                    for entry in new
                ],
            )
        return ids

    def _notebooks(
        self,
        connection: Connection,
        entries: Sequence[_Entry],
        submissions: Mapping[tuple[str, str], tuple[str, bool]],
    ) -> dict[tuple[str, str], tuple[str, bool]]:
        """As ``_submissions``, for submitted notebooks, by the row ids of submission and notebook."""
        table = self._database.tables["submitted_notebook"]
        old = [row_id for row_id, is_old in submissions.values() if is_old]
        wanted = [(submissions[entry.key][0], part.row_id) for entry in entries for part in entry.record.notebooks]
        ours = table.c.notebook_id.in_({notebook for _, notebook in wanted})
        rows = rows_with(connection, table, "assignment_id", old, ours)
        ids = {(row.assignment_id, row.notebook_id): (row.id, True) for row in rows}
        new = [key for key in wanted if key not in ids]
        for key, row_id in zip(new, _new_ids(len(new)), strict=True):
            ids[key] = row_id, False
        rows_of_new = [
            {"id": ids[key][0], "assignment_id": key[0], "notebook_id": key[1], "flagged": False} for key in new
        ]
        self._database.run_for_each(connection, self._statements.notebook, rows_of_new)
        return ids

    def _write_cells(
        self,
        connection: Connection,
        name: str,
        statements: _CellStatements,
        rows: Sequence[_Row],
        old: Sequence[tuple[Recorded, list[str]]],
    ) -> None:
        """Change the rows of a table of cells that are there, and insert the others.

        ``old`` are the submitted notebooks that can have such rows. A row to keep only has to be there.
        """
        table = self._database.tables[name]
        known: dict[tuple[str, str], str] = {}
        for notebook, submitted in old:
            cells = (notebook.graded if name == "grade" else notebook.written).values()
            # Both columns, as nbgrader's index begins with the cell
            ours = table.c.cell_id.in_(list(cells))
            columns = ("notebook_id", "cell_id", "id")
            for of, cell, row_id in rows_with(connection, table, "notebook_id", submitted, ours, only=columns):
                known[of, cell] = row_id
        changed, new = [], []
        for row in rows:
            row_id = known.get((row["of"], row["cell"]))
            if row_id is None:
                new.append(row)
            elif "keep" not in row:
                row["row"] = row_id
                changed.append(row)
        for row, row_id in zip(new, _new_ids(len(new)), strict=True):
            row["row"] = row_id
        self._database.run_for_each(connection, statements.update, changed)
        self._database.run_for_each(connection, statements.insert, new)


def parse_timestamp(text: str) -> datetime | None:
    """The date of a timestamp.txt in UTC, as nbgrader reads it; None if empty; raises ValueError."""
    text = text.strip()
    if not text:
        return None
    try:
        if usual := _IN_UTC.fullmatch(text):
            return datetime.fromisoformat(usual[1])
        return _parse_any(text)
    except Exception as error:
        # the text comes from outside, and the parser lets many types of error out
        raise ValueError(str(error)) from None


def _parse_any(text: str) -> datetime:
    """nbgrader's parse_utc, which can't be imported without all of nbgrader."""
    from dateutil.parser import parse
    from dateutil.tz import gettz

    parts = text.split(" ")
    if len(parts) == 3:
        date, hour, zone = parts
        try:
            offset = int(zone)
        except ValueError:
            offset = gettz(zone)
        parsed = parse(f"{date} {hour} TZ", tzinfos={"TZ": offset})
    else:
        parsed = parse(text)
    if not isinstance(parsed, datetime):
        raise ValueError("not a date")
    shift = parsed.utcoffset()
    return parsed.replace(tzinfo=None) - shift if shift is not None else parsed.replace(tzinfo=None)


def _entry(record: _Record, verdict: Verdict, timestamp_text: str | None, problems: list[Problem]) -> _Entry | None:
    def problem(message: str) -> None:
        problems.append(Problem(verdict.student_id, message, verdict.assignment))

    try:
        verdict.student_id.encode()
    except UnicodeEncodeError:
        problem("the gradebook cannot hold this student id: it is not valid text")
        return None
    if len(verdict.student_id) > _LONGEST_ID or "\0" in verdict.student_id:
        problem(f"the gradebook holds student ids of up to {_LONGEST_ID} characters")
        return None
    timestamp = None
    try:
        timestamp = parse_timestamp(timestamp_text or "")
    except ValueError:
        problem("timestamp.txt holds no date: graded, but recorded without a time")
    return _Entry(
        record, verdict.assignment, verdict.student_id, timestamp, {part.notebook: part for part in verdict.notebooks}
    )


def _students(entries: Iterable[_Entry]) -> dict[str, None]:
    return dict.fromkeys(entry.student_id for entry in entries)


def _expected_rows(entry: _Entry) -> Iterator[ExpectedRows]:
    for notebook in entry.record.notebooks:
        verdict = entry.notebooks.get(notebook.name) or NotebookVerdict(notebook.name, Status.MISSING)
        points = {
            notebook.graded[grade_id]: score.auto_score
            for grade_id, score in scores.scores(verdict, notebook.graded).items()
        }
        comments = scores.comments(verdict, notebook.written) if verdict.status is Status.GRADED else {}
        said = {notebook.written[grade_id]: comment for grade_id, comment in comments.items()}
        is_there = verdict.status is not Status.MISSING
        yield ExpectedRows(notebook.row_id, points, frozenset(notebook.written.values()), said, is_there)


def _old_notebooks(
    entries: Iterable[_Entry], ids: Mapping[tuple[str, str], tuple[str, bool]]
) -> list[tuple[Recorded, list[str]]]:
    """Each notebook of the assignments, with its submitted notebooks that were there before this batch."""
    records = {entry.record.row_id: entry.record for entry in entries}
    old: dict[str, list[str]] = {}
    for (_, notebook), (row_id, is_old) in ids.items():
        if is_old:
            old.setdefault(notebook, []).append(row_id)
    return [(part, old[part.row_id]) for record in records.values() for part in record.notebooks if part.row_id in old]


def _new_ids(count: int) -> list[str]:
    """Ids as nbgrader's are, 32 hex digits, of which the first say when: an index grows at its end only, so that a
    large gradebook takes new rows as fast as a small one."""
    now = f"{time.time_ns() // 1_000_000:012x}"
    chance = os.urandom(10 * count).hex()
    return [now + chance[start : start + 20] for start in range(0, len(chance), 20)]


def _statements(tables: Mapping[str, Any]) -> _Statements:
    from sqlalchemy import bindparam, case
    from sqlalchemy.sql.functions import coalesce

    submitted, notebook = tables["submitted_assignment"], tables["submitted_notebook"]
    grade, comment = tables["grade"], tables["comment"]
    text, number, boolean = (grade.c[name].type for name in ("id", "auto_score", "needs_manual_grade"))
    row, of, cell = (bindparam(name, type_=text) for name in ("row", "of", "cell"))
    auto, said = bindparam("auto", type_=number), bindparam("auto", type_=comment.c.auto_comment.type)
    needs, recheck = bindparam("needs", type_=boolean), bindparam("recheck", type_=boolean)
    # decided in the database, so that a mark given meanwhile in formgrader counts
    decided = case((grade.c.manual_score.is_not(None), coalesce(recheck, grade.c.needs_manual_grade)), else_=needs)
    return _Statements(
        timestamp=submitted.update().where(submitted.c.id == row).values(timestamp=bindparam("at")),
        notebook=notebook.insert(),
        grade=_CellStatements(
            grade.insert().values(id=row, notebook_id=of, cell_id=cell, auto_score=auto, needs_manual_grade=needs),
            grade.update().where(grade.c.id == row).values(auto_score=auto, needs_manual_grade=decided),
        ),
        comment=_CellStatements(
            comment.insert().values(id=row, notebook_id=of, cell_id=cell, auto_comment=said),
            comment.update().where(comment.c.id == row).values(auto_comment=said),
        ),
    )
