"""Penalties for late submissions, by the plugin that the course configures; nbgrader's default gives none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.course import Course, read_config
from autograder.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

# student_id, score, seconds late -> penalty
Rule = Callable[[str, float, float], float | None]


@dataclass(frozen=True, slots=True)
class Penalty:
    """The course's rule, or None where nothing is configured."""

    rule: Rule | None

    def assign(
        self,
        connection: Connection,
        tables: Mapping[str, Any],
        submissions: Mapping[str, str],
        notebooks: list[tuple[str, str]],
    ) -> None:
        """Set the penalty of (student_id, submitted notebook) rows, between 0 and the notebook's score."""
        if self.rule is None or not notebooks:
            return
        from sqlalchemy import bindparam

        late = {student: _seconds_late(connection, tables, row) for student, row in submissions.items()}
        rows = []
        for student_id, notebook in notebooks:
            penalty = None
            if late[student_id] > 0:
                score = _score(connection, tables, notebook)
                penalty = self.rule(student_id, score, late[student_id])
                penalty = None if penalty is None else min(max(penalty, 0.0), score)
            rows.append({"row": notebook, "penalty": penalty})
        table = tables["submitted_notebook"]
        statement = table.update().where(table.c.id == bindparam("row"))
        connection.execute(statement.values(late_submission_penalty=bindparam("penalty")), rows)


def late_penalty(course: Course) -> Penalty:
    """The rule that nbgrader_config.py sets through AssignLatePenalties or LateSubmissionPlugin."""
    if not course.late_penalty:
        return Penalty(None)
    from nbgrader.preprocessors import AssignLatePenalties

    try:
        preprocessor = AssignLatePenalties(config=read_config(course.root))
        preprocessor.init_plugin()
    except Exception as error:
        raise UsageError(f"AssignLatePenalties in nbgrader_config.py cannot be used: {error}") from None
    return Penalty(preprocessor.plugin_inst.late_submission_penalty)


def _seconds_late(connection: Connection, tables: Mapping[str, Any], submission: str) -> float:
    from sqlalchemy import select

    submitted, assignment = tables["submitted_assignment"], tables["assignment"]
    row = connection.execute(
        select(submitted.c.timestamp, submitted.c.extension, assignment.c.duedate)
        .join(assignment, assignment.c.id == submitted.c.assignment_id)
        .where(submitted.c.id == submission)
    ).one()
    if row.timestamp is None or row.duedate is None:
        return 0.0
    due = row.duedate + row.extension if row.extension is not None else row.duedate
    return max(0.0, float((row.timestamp - due).total_seconds()))


def _score(connection: Connection, tables: Mapping[str, Any], notebook: str) -> float:
    grade = tables["grade"]
    rows = connection.execute(grade.select().where(grade.c.notebook_id == notebook))
    return float(sum(_total(row.manual_score, row.auto_score, row.extra_credit) for row in rows))


def _total(manual: float | None, auto: float | None, extra: float | None) -> float:
    """nbgrader's rule: a human's score wins, and extra credit counts only beside a score."""
    score = manual if manual is not None else auto
    return 0.0 if score is None else score + (extra or 0.0)
