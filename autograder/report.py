"""What the command line shows: tables and sentences made of verdicts. Text of learners is shown as plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.sanitize import one_line, plain_text
from autograder.verdict import CellVerdict, NotebookVerdict, Outcome, Status, Verdict

_STYLES = {
    Outcome.PASSED: "green",
    Outcome.NOT_ATTEMPTED: "dim",
    Outcome.GRADER_ERROR: "bold magenta",
}
# What these are caused by is the line of the test, which its author knows; a refusal is another matter.
_ORDINARY = frozenset({Outcome.PASSED, Outcome.FAILED, Outcome.NOT_ATTEMPTED})
_HEADINGS = {outcome: outcome.value.replace("_", " ").upper() for outcome in Outcome}


def _plain(text: str, limit: int = 60) -> Text:
    return Text(one_line(text, limit))


def outcome_counts(verdict: Verdict) -> str:
    """How many test cells had which outcome: ``5 passed, 2 failed``."""
    counts = Counter(cell.outcome for notebook in verdict.notebooks for cell in notebook.cells)
    return ", ".join(f"{counts[outcome]} {outcome.value.replace('_', ' ')}" for outcome in Outcome if counts[outcome])


def remarks(verdict: Verdict) -> str:
    """What an instructor wants to know of a submission beyond its points, in one line."""
    parts: list[str] = []
    for notebook in verdict.notebooks:
        if notebook.status is not Status.GRADED:
            parts.append(f"{notebook.notebook}: {notebook.status.value}, {notebook.reason}")
        parts += notebook.repairs
        causes = Counter(
            cell.cause
            for cell in notebook.cells
            if cell.cause.startswith("refused") or (cell.cause and cell.outcome not in _ORDINARY)
        )
        parts += [f"{cause} ({count})" if count > 1 else cause for cause, count in causes.items()]
    parts += verdict.notes
    return "; ".join(parts)


def summary_table(verdicts: Sequence[Verdict], problems: Mapping[tuple[str, str], str], title: str = "Graded") -> Table:
    """One row a submission; a problem of recording is shown in its row."""
    table = Table(title=title, title_justify="left")
    table.add_column("student")
    table.add_column("assignment")
    table.add_column("points", justify="right")
    table.add_column("test cells")
    table.add_column("remarks", overflow="fold")
    for verdict in verdicts:
        problem = problems.get((verdict.student_id, verdict.assignment), "")
        said = "; ".join(part for part in (problem, remarks(verdict)) if part)
        table.add_row(
            _plain(verdict.student_id),
            _plain(verdict.assignment),
            Text(f"{verdict.points:g} / {verdict.max_points:g}"),
            Text(outcome_counts(verdict)),
            _plain(said, 300),
            style="bold magenta" if verdict.needs_human or problem else None,
        )
    return table


def print_verdict(console: Console, verdict: Verdict) -> None:
    """Every check of one submission, as its learner would read it, with the causes for the instructor."""
    for notebook in verdict.notebooks:
        console.print(
            Text(
                f"{one_line(notebook.notebook, 100)}: {notebook.status.value}, "
                f"{notebook.points:g} of {notebook.max_points:g} automatic points",
                style="bold",
            )
        )
        if notebook.reason:
            console.print(Text(f"  {plain_text(notebook.reason, 500)}"))
        for line in notebook.repairs:
            console.print(Text(f"  repaired: {plain_text(line, 300)}"))
        for cell in notebook.cells:
            _print_cell(console, cell)
        _print_manual(console, notebook)
    for note in verdict.notes:
        console.print(Text(f"note: {plain_text(note, 300)}"))


def _print_cell(console: Console, cell: CellVerdict) -> None:
    heading = f"{_HEADINGS[cell.outcome]}  {one_line(cell.title, 120)} ({cell.points:g} of {cell.max_points:g})"
    console.print(Text(heading, style=_STYLES.get(cell.outcome, "red")))
    for line in plain_text(cell.message, 2000).splitlines():
        console.print(Text(f"  {line}"))
    if cell.diagnosis:
        console.print(Text(f"  {one_line(cell.diagnosis, 500)}", style="yellow"))
    if cell.hint:
        console.print(Text(f"  hint: {one_line(cell.hint, 500)}"))
    if cell.cause and cell.outcome is not Outcome.PASSED:
        console.print(Text(f"  cause: {one_line(cell.cause, 300)}", style="dim"))
    if not cell.protected:
        console.print(Text("  not protected: this check ran in the learner's process", style="yellow"))


def _print_manual(console: Console, notebook: NotebookVerdict) -> None:
    for cell in notebook.manual:
        state = "to be marked by hand" if cell.answered or cell.is_task else "not answered"
        console.print(Text(f"{state.upper()}  {one_line(cell.grade_id, 100)} ({cell.max_points:g} points)"))


def exit_code(verdicts: Iterable[Verdict], problems: Mapping[tuple[str, str], str]) -> int:
    """0 when all is graded, 1 when a human must look at something."""
    return 1 if problems or any(verdict.needs_human for verdict in verdicts) else 0
