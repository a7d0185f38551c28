"""Penalties for late submissions, by the plugin that the course configures; nbgrader's default gives none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.course import Course, read_config
from autograder.errors import UsageError
from autograder.recorded import rows_with

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

# student_id, score, seconds late -> penalty
Rule = Callable[[str, float, float], float | None]


@dataclass(frozen=True, slots=True)
class Late:
    """A submitted notebook, late or not: whose, and the row ids of its submission and of itself."""

    student_id: str
    submission: str
    notebook: str


@dataclass(frozen=True, slots=True)
class Penalty:
    """The course's rule, or None where nothing is configured."""

    rule: Rule | None

    def assign(self, connection: Connection, tables: Mapping[str, Any], notebooks: Sequence[Late]) -> None:
        """Set the penalty of submitted notebooks, between 0 and the notebook's score."""
        if self.rule is None or not notebooks:
            return
        from sqlalchemy import bindparam

        seconds = _seconds_late(connection, tables, dict.fromkeys(item.submission for item in notebooks))
        scores = _scores(connection, tables, [item.notebook for item in notebooks if seconds[item.submission] > 0])
        rows = []
        for item in notebooks:
            penalty = None
            if seconds[item.submission] > 0:
                score = scores[item.notebook]
                penalty = self.rule(item.student_id, score, seconds[item.submission])
                penalty = None if penalty is None else min(max(penalty, 0.0), score)
            rows.append({"row": item.notebook, "penalty": penalty})
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


def _seconds_late(connection: Connection, tables: Mapping[str, Any], submissions: Iterable[str]) -> dict[str, float]:
    rows = rows_with(connection, tables["submitted_assignment"], "id", submissions)
    assignments = {row.assignment_id for row in rows}
    due = {row.id: row.duedate for row in rows_with(connection, tables["assignment"], "id", assignments)}
    seconds = {}
    for row in rows:
        until = due[row.assignment_id]
        if until is not None and row.extension is not None:
            until += row.extension
        is_known = row.timestamp is not None and until is not None
        seconds[row.id] = max(0.0, float((row.timestamp - until).total_seconds())) if is_known else 0.0
    return seconds


def _scores(connection: Connection, tables: Mapping[str, Any], notebooks: Sequence[str]) -> dict[str, float]:
    scores = dict.fromkeys(notebooks, 0.0)
    for row in rows_with(connection, tables["grade"], "notebook_id", notebooks):
        scores[row.notebook_id] += _total(row.manual_score, row.auto_score, row.extra_credit)
    return scores


def _total(manual: float | None, auto: float | None, extra: float | None) -> float:
    """nbgrader's rule: a human's score wins, and extra credit counts only beside a score."""
    score = manual if manual is not None else auto
    return 0.0 if score is None else score + (extra or 0.0)
