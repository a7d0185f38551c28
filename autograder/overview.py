"""What a whole class did in each assignment: scores, outcomes, the commonest mistakes, what needs a human."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    by_assignment: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_assignment.setdefault(verdict.assignment, []).append(verdict)
    return tuple(_overview(name, found, seconds or {}) for name, found in sorted(by_assignment.items()))


def _overview(name: str, verdicts: Sequence[Verdict], seconds: Mapping[tuple[str, str], float]) -> Overview:
    notebooks = [notebook for verdict in verdicts for notebook in verdict.notebooks]
    cells = [cell for notebook in notebooks for cell in notebook.cells]
    text = {cell.mistake: cell.diagnosis for cell in cells if cell.mistake}
    # Of one submission a mistake counts once, however many checks it fails.
    mistakes = Counter(
        mistake
        for verdict in verdicts
        for mistake in {cell.mistake for notebook in verdict.notebooks for cell in notebook.cells if cell.mistake}
    )
    took = [seconds[verdict.student_id, name] for verdict in verdicts if (verdict.student_id, name) in seconds]
    judged = [notebook for notebook in notebooks if notebook.status is Status.GRADED]
    outcomes = Counter(cell.outcome.value for cell in cells)
    return Overview(
        assignment=name,
        submissions=len(verdicts),
        mean_points=fmean(verdict.points for verdict in verdicts),
        max_points=max(verdict.max_points for verdict in verdicts),
        outcomes={outcome.value: outcomes[outcome.value] for outcome in Outcome if outcomes[outcome.value]},
        mistakes=tuple(
            (key, text[key], count) for key, count in sorted(mistakes.items(), key=lambda one: (-one[1], one[0]))
        ),
        unexplained=sum(cell.outcome is Outcome.FAILED and not cell.mistake for cell in cells),
        needs_human=tuple(verdict.student_id for verdict in verdicts if verdict.needs_human),
        open_answers=sum(item.answered or item.is_task for notebook in notebooks for item in notebook.manual),
        seconds_per_notebook=sum(took) / len(judged) if took and judged else None,
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
