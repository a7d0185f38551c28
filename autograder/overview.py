"""What a whole class did in each assignment: scores, outcomes, the commonest mistakes, what needs a human."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from rich.table import Table
from rich.text import Text

from autograder.sanitize import one_line
from autograder.verdict import Outcome, Status, Verdict

_SHOWN_MISTAKES = 3


@dataclass(frozen=True, slots=True)
class Overview:
    """One assignment: ``mistakes`` are (name, diagnosis, submissions), the commonest first.

    ``open_answers`` were written and wait for a human, ``needs_human`` are submissions that went wrong.
    """

    assignment: str
    submissions: int
    mean_points: float
    max_points: float
    outcomes: Mapping[str, int]
    mistakes: tuple[tuple[str, str, int], ...]
    unexplained: int
    needs_human: tuple[str, ...]
    open_answers: int
    seconds_per_notebook: float | None


def overviews(
    verdicts: Iterable[Verdict], seconds: Mapping[tuple[str, str], float] | None = None
) -> tuple[Overview, ...]:
    """One record an assignment, sorted; ``seconds`` is what grading took, by (student id, assignment)."""
    tally = Tally()
    for verdict in verdicts:
        tally.add(verdict, (seconds or {}).get((verdict.student_id, verdict.assignment)))
    return tally.overviews()


class Tally:
    """Counts verdicts as they come, and keeps none of them: a class may be large."""

    def __init__(self) -> None:
        self._counts: dict[str, _Counts] = {}

    def add(self, verdict: Verdict, seconds: float | None = None) -> None:
        """Count one; ``seconds`` is what grading it took."""
        counts = self._counts.setdefault(verdict.assignment, _Counts())
        counts.points.append(verdict.points)
        counts.max_points = max(counts.max_points, verdict.max_points)
        mistakes: dict[str, str] = {}
        passed = 0
        for cell in (cell for notebook in verdict.notebooks for cell in notebook.cells):
            if cell.outcome is Outcome.PASSED:
                passed += 1
                continue
            counts.outcomes[cell.outcome] += 1
            if cell.mistake:
                mistakes[cell.mistake] = cell.diagnosis
            counts.unexplained += cell.outcome is Outcome.FAILED and not cell.mistake
        counts.outcomes[Outcome.PASSED] += passed
        # Of one submission a mistake counts once, however many checks it fails.
        counts.mistakes.update(mistakes.keys())
        counts.text.update(mistakes)
        counts.open_answers += sum(item.answered or item.is_task for part in verdict.notebooks for item in part.manual)
        counts.judged += sum(notebook.status is Status.GRADED for notebook in verdict.notebooks)
        if verdict.needs_human:
            counts.needs_human.append(verdict.student_id)
        if seconds is not None:
            counts.seconds = (counts.seconds or 0.0) + seconds

    def overviews(self) -> tuple[Overview, ...]:
        """One record an assignment, sorted."""
        return tuple(counts.overview(name) for name, counts in sorted(self._counts.items()))


@dataclass(slots=True)
class _Counts:
    points: array[float] = field(default_factory=lambda: array("d"))
    max_points: float = 0.0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    mistakes: Counter[str] = field(default_factory=Counter)
    text: dict[str, str] = field(default_factory=dict)
    unexplained: int = 0
    needs_human: list[str] = field(default_factory=list)
    open_answers: int = 0
    judged: int = 0
    seconds: float | None = None

    def overview(self, name: str) -> Overview:
        return Overview(
            assignment=name,
            submissions=len(self.points),
            # In the order of their size, so that it is the same whichever came first.
            mean_points=fmean(sorted(self.points)),
            max_points=self.max_points,
            outcomes={item.value: self.outcomes[item] for item in Outcome if self.outcomes[item]},
            mistakes=tuple(
                (key, self.text[key], count)
                for key, count in sorted(self.mistakes.items(), key=lambda one: (-one[1], one[0]))
            ),
            unexplained=self.unexplained,
            needs_human=tuple(sorted(self.needs_human)),
            open_answers=self.open_answers,
            seconds_per_notebook=self.seconds / self.judged if self.seconds is not None and self.judged else None,
        )


def overview_table(rows: Sequence[Overview]) -> Table:
    """One row an assignment."""
    timed = any(row.seconds_per_notebook is not None for row in rows)
    table = Table(title="The class, assignment by assignment", title_justify="left")
    table.add_column("assignment", overflow="fold")
    table.add_column("handed in", justify="right")
    table.add_column("mean", justify="right", no_wrap=True)
    table.add_column("checks")
    table.add_column("for a human")
    if timed:
        table.add_column("a notebook", justify="right", no_wrap=True)
    for row in rows:
        outcomes = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in row.outcomes.items())
        human = [f"{row.open_answers} answers to mark"] if row.open_answers else []
        if row.needs_human:
            human.append(f"to look at: {', '.join(row.needs_human)}")
        table.add_row(
            Text(one_line(row.assignment, 60)),
            Text(str(row.submissions)),
            Text(f"{row.mean_points:.1f} / {row.max_points:g}"),
            Text(outcomes),
            Text(one_line("; ".join(human), 200)),
            *([Text("" if row.seconds_per_notebook is None else f"{row.seconds_per_notebook:.2f} s")] if timed else []),
        )
    return table


def mistakes_table(rows: Sequence[Overview]) -> Table:
    """The commonest mistakes of each assignment, one row each."""
    table = Table(title="The commonest mistakes that were named", title_justify="left")
    table.add_column("assignment", overflow="fold")
    table.add_column("submissions", justify="right")
    table.add_column("mistake", ratio=1)
    for row in rows:
        for number, (name, diagnosis, count) in enumerate(row.mistakes[:_SHOWN_MISTAKES]):
            function = name.partition("__")[0]
            table.add_row(
                Text(one_line(row.assignment, 60) if number == 0 else ""),
                Text(str(count)),
                Text(f"{one_line(function, 60)}: {one_line(diagnosis, 300)}"),
            )
    return table
