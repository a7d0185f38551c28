"""What a verdict means in nbgrader's gradebook: one score a graded cell, one comment a written cell. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from autograder.verdict import NotebookVerdict, Outcome, Status

NO_RESPONSE = "No response."


@dataclass(frozen=True, slots=True)
class Score:
    """``needs_human`` holds where no human has marked the cell yet, ``recheck`` where one has."""

    auto_score: float | None
    needs_human: bool
    recheck: bool = True


MISSING = Score(0.0, needs_human=False, recheck=False)
# The learner handed something in, so a human looks at it before the zero stands
UNREADABLE = Score(0.0, needs_human=True)
UNKNOWN = Score(None, needs_human=True)


def scores(verdict: NotebookVerdict, grade_ids: Iterable[str]) -> dict[str, Score]:
    """The score of each graded cell; what the verdict does not settle goes to a human, never to zero."""
    if verdict.status is Status.MISSING:
        return dict.fromkeys(grade_ids, MISSING)
    if verdict.status is Status.UNREADABLE:
        return dict.fromkeys(grade_ids, UNREADABLE)
    settled = {
        cell.grade_id: _settled(cell.points)
        for cell in verdict.cells
        if cell.outcome is not Outcome.GRADER_ERROR and 0.0 <= cell.points <= cell.max_points
    }
    for cell in verdict.manual:
        if not cell.answered and not cell.is_task:
            settled[cell.grade_id] = _settled(0.0)
    return {grade_id: settled.get(grade_id, UNKNOWN) for grade_id in grade_ids}


@lru_cache(maxsize=1000)
def _settled(points: float) -> Score:
    return Score(points, needs_human=False)


def comments(verdict: NotebookVerdict, grade_ids: Iterable[str]) -> dict[str, str | None]:
    """The automatic comment of each solution and task cell: that a cell to fill in was left as released."""
    untouched = {cell.grade_id for cell in verdict.manual if not (cell.answered or cell.is_task)}
    untouched.update(verdict.untouched)
    return {grade_id: NO_RESPONSE if grade_id in untouched else None for grade_id in grade_ids}
