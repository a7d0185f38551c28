"""The command line: parses, calls, prints. Everything it can do lies in the modules that it calls."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from autograder import __version__
from autograder.errors import AutograderError
from autograder.sandbox import Level, Limits
from autograder.sanitize import one_line, plain_text

if TYPE_CHECKING:
    from autograder.course import Assignment, Course
    from autograder.grade import Executor, Grading
    from autograder.overview import Overview
    from autograder.verdict import Verdict

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Grade nbgrader notebooks without sharing a process with the learner.",
    epilog="Exit codes: 0 all done, 1 something needs a human, 2 wrong use, 3 our own fault.",
)
_screen = Console(stderr=False, highlight=False)
_errors = Console(stderr=True, highlight=False)

CourseOption = Annotated[
    Path | None,
    typer.Option("--course", help="The course's folder; without it, searched from here upward."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
NoSandboxOption = Annotated[
    bool,
    typer.Option(
        "--no-sandbox",
        help="Run learners' code with nothing around it. Only for notebooks that you trust.",
    ),
]
WorkersOption = Annotated[int | None, typer.Option(min=1, help="How many at a time; default: the cores.")]
SchedulerOption = Annotated[
    str | None, typer.Option("--scheduler", help="Grade on the workers of this Dask scheduler: tls://host:8786.")
]
TlsOption = Annotated[
    tuple[Path, Path, Path] | None,
    typer.Option("--tls", help="For tls://: authority, certificate and key, where Dask's configuration has none."),
]
LevelOption = Annotated[
    Literal["fork", "bwrap", "landlock"] | None,
    typer.Option(
        "--level",
        help="A sandbox level that works here (see autograder doctor); without it, the best.",
    ),
]
_DUE = typer.Option("--due", formats=["%Y-%m-%d", "%Y-%m-%d %H:%M"], help="Due date, in UTC.")
CellCpu = Annotated[float, typer.Option(min=0.1, help="CPU seconds for one cell.")]
CellWall = Annotated[float, typer.Option(min=0.1, help="Wall seconds for one cell, a far backstop.")]
TotalCpu = Annotated[float, typer.Option(min=0.1, help="CPU seconds for one notebook.")]
TotalWall = Annotated[float, typer.Option(min=0.1, help="Wall seconds for one notebook.")]
Memory = Annotated[int, typer.Option(min=256, help="MiB of memory for one notebook, over all its processes.")]
_DEFAULT = Limits()
# Of more submissions than this, the table of single ones shows those that need a human.
_MOST_ROWS = 40
# And no more than so many are kept for it.
_MOST_KEPT = 1000
# A bar need not move more often than this.
_SEEN_SECONDS = 0.05
INTERRUPTED = 130


def main() -> None:
    """Entry point: errors of ours become a sentence and an exit code."""
    try:
        app(prog_name="autograder")
    except SystemExit as end:
        # What typer makes of a KeyboardInterrupt.
        if end.code == INTERRUPTED:
            _errors.print("Stopped. What was graded before is kept; the same command goes on.")
        raise
    except AutograderError as error:
        _errors.print(Text(plain_text(str(error), 4000), style="red"), soft_wrap=True)
        sys.exit(error.exit_code)
    except OSError as error:
        _errors.print(Text(plain_text(f"{error.filename or 'The system'}: {error.strerror}", 1000), style="red"))
        sys.exit(3)
    except Exception:
        # Python's own exit code for this is 1, which says "graded, but a human must look".
        traceback.print_exc()
        _errors.print("This is a fault of autograder; what was graded before is kept. Please report the lines above.")
        sys.exit(3)


def _version(value: bool) -> None:
    if value:
        print(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=True))


def _print_overview(rows: Sequence[Overview]) -> None:
    from autograder.overview import mistakes_table, overview_table

    _screen.print(overview_table(rows))
    if any(row.mistakes for row in rows):
        _screen.print(mistakes_table(rows))


def _utc(date: datetime | None) -> datetime | None:
    return date.replace(tzinfo=UTC) if date is not None else None


def _level(no_sandbox: bool, wanted: str | None = None) -> Level:
    from autograder.doctor import require_level

    return require_level(no_sandbox=no_sandbox, wanted=Level(wanted) if wanted else None)


def _limits(cell_cpu: float, cell_wall: float, total_cpu: float, total_wall: float, memory: int) -> Limits:
    return Limits(
        cell_cpu=cell_cpu, cell_wall=cell_wall, total_cpu=total_cpu, total_wall=total_wall, memory=memory * 2**20
    )


def _executor(
    stack: ExitStack,
    course: Course,
    limits: Limits,
    scheduler: str | None,
    tls: Sequence[Path] | None,
    workers: int | None,
    *,
    no_sandbox: bool,
    level: str | None = None,
) -> Executor:
    """Where to judge: on the workers of a scheduler, else on this machine."""
    if scheduler is not None:
        from autograder.cluster import ClusterExecutor

        return stack.enter_context(ClusterExecutor(course, limits, scheduler, tls or (), no_sandbox=no_sandbox))
    from autograder.crew import cores
    from autograder.local import LocalExecutor

    return LocalExecutor(course, _level(no_sandbox, level), limits, workers or cores())


class _RateColumn(ProgressColumn):
    """How many are done in a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f}/s" if speed else "", style="progress.data.speed")


@contextmanager
def _progress(total: int, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A bar on standard error; silent for programs."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_errors, transient=True, disable=quiet) as bar:
        task = bar.add_task("starting", total=total)
        done, told = 0, time.monotonic()

        def step(text: str) -> None:
            nonlocal done, told
            done += 1
            # Thousands a second may stand: more than anybody sees would take longer than they do.
            if done == total or time.monotonic() - told > _SEEN_SECONDS:
                told = time.monotonic()
                bar.update(task, description=one_line(text, 40), completed=done)

        yield step


@contextmanager
def _counting(quiet: bool) -> Iterator[Callable[[str], None]]:
    """What is being done, on standard error, where nobody knows how much there will be; silent for programs."""
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=_errors, transient=True, disable=quiet) as bar:
        task = bar.add_task("starting", total=None)

        def step(text: str) -> None:
            bar.update(task, description=one_line(text, 60), advance=1)

        yield step


@app.command()
def release(
    assignments: Annotated[list[str] | None, typer.Argument(help="Assignments; all of them without any.")] = None,
    course: CourseOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing release.")] = False,
    due: Annotated[datetime | None, _DUE] = None,
    as_json: JsonOption = False,
) -> None:
    """Build what learners get, enter the assignment in the gradebook, and scan the release for leaks."""
    from autograder.course import chosen_assignments, find_course
    from autograder.private import private_files
    from autograder.release import release as release_assignment

    found = find_course(explicit=course)
    names = chosen_assignments(found, assignments or ())
    reports = [release_assignment(found, name, force, private_files(found, name), due=_utc(due)) for name in names]
    if as_json:
        _print_json([asdict(report) | {"folder": str(report.folder)} for report in reports])
        return
    for report in reports:
        _screen.print(Text(f"released {report.assignment} to {report.folder}; no leak found"), soft_wrap=True)


@app.command()
def grade(
    assignments: Annotated[list[str] | None, typer.Argument(help="Assignments; all of them without any.")] = None,
    student: Annotated[str | None, typer.Option("--student", help="Only this student's submission.")] = None,
    course: CourseOption = None,
    as_json: JsonOption = False,
    no_sandbox: NoSandboxOption = False,
    workers: WorkersOption = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again also what has not changed.")] = False,
    no_feedback: Annotated[bool, typer.Option("--no-feedback", help="Write no feedback pages.")] = False,
    scheduler: SchedulerOption = None,
    tls: TlsOption = None,
    level: LevelOption = None,
    cell_cpu: CellCpu = _DEFAULT.cell_cpu,
    cell_wall: CellWall = _DEFAULT.cell_wall,
    total_cpu: TotalCpu = _DEFAULT.total_cpu,
    total_wall: TotalWall = _DEFAULT.total_wall,
    memory: Memory = _DEFAULT.memory // 2**20,
) -> None:
    """Grade what was handed in: verdicts, autograded notebooks, gradebook, feedback pages.

    What was graded before, and has not changed since, stands. Stopped at any moment, the same command goes on.
    """
    from autograder.course import find_course
    from autograder.grade import chosen_submissions, grade_course
    from autograder.overview import Tally
    from autograder.report import summary_table

    found = find_course(explicit=course)
    chosen = chosen_submissions(found, assignments or (), student)
    limits = _limits(cell_cpu, cell_wall, total_cpu, total_wall, memory)
    total = sum(len(students) for _, students in chosen)
    tally, shown = Tally(), _Shown(total)
    with ExitStack() as stack:
        executor = _executor(stack, found, limits, scheduler, tls, workers, no_sandbox=no_sandbox, level=level)
        step = stack.enter_context(_progress(total, as_json))

        def on_verdict(verdict: Verdict, seconds: float | None) -> None:
            tally.add(verdict, seconds)
            shown.add(verdict)
            step(f"{verdict.assignment} {verdict.student_id}")

        grading = grade_course(found, chosen, executor, limits, on_verdict, force=force, with_feedback=not no_feedback)
    if as_json:
        _print_grading(found, chosen, grading, tally.overviews())
    else:
        rows = shown.with_problems(found, grading.problems)
        if rows:
            title = "Graded" if len(rows) == total else "For a human to look at"
            _screen.print(summary_table(rows, grading.problems, title))
        if total > 1:
            _print_overview(tally.overviews())
        unchanged = f", {grading.unchanged} unchanged since they were" if grading.unchanged else ""
        _screen.print(f"{grading.judged} submissions graded{unchanged}, sandbox level: {grading.level.value}")
    raise typer.Exit(1 if grading.problems or shown.any_needs_human else 0)


class _Shown:
    """The verdicts that the table shows: all of a few, of many those that need a human."""

    def __init__(self, total: int) -> None:
        self._all = total <= _MOST_ROWS
        self._kept: dict[tuple[str, str], Verdict] = {}
        self.any_needs_human = False

    def add(self, verdict: Verdict) -> None:
        self.any_needs_human = self.any_needs_human or verdict.needs_human
        if self._all or (verdict.needs_human and len(self._kept) < _MOST_KEPT):
            self._kept[verdict.assignment, verdict.student_id] = verdict

    def with_problems(self, course: Course, problems: Mapping[tuple[str, str], str]) -> list[Verdict]:
        """In their order, and with those of which something could not be recorded."""
        if problems:
            # Brings all that writes pages with it.
            from autograder.handback import load_verdict

        for student_id, assignment in list(problems)[:_MOST_KEPT]:
            if (assignment, student_id) not in self._kept:
                self._kept[assignment, student_id] = load_verdict(course, assignment, student_id)
        return [self._kept[key] for key in sorted(self._kept)]


def _print_grading(
    course: Course,
    chosen: Sequence[tuple[Assignment, tuple[str, ...]]],
    grading: Grading,
    overview: Sequence[Overview],
) -> None:
    """One JSON document; its verdicts are read from their files one by one, as a class may be larger than memory."""
    from autograder.handback import load_verdict
    from autograder.verdict import verdict_as_dict

    problems = [
        {"student_id": student_id, "assignment": name, "problem": problem}
        for (student_id, name), problem in sorted(grading.problems.items())
    ]
    head = {
        "level": grading.level.value,
        "judged": grading.judged,
        "unchanged": grading.unchanged,
        "problems": problems,
        "overview": [asdict(row) for row in overview],
    }
    print(json.dumps(head, indent=1, sort_keys=True, ensure_ascii=True)[:-2] + ',\n "submissions": [', end="")
    separator = "\n"
    for assignment, student_ids in chosen:
        for student_id in student_ids:
            verdict = verdict_as_dict(load_verdict(course, assignment.name, student_id))
            print(separator + json.dumps(verdict, sort_keys=True, ensure_ascii=True), end="")
            separator = ",\n"
    print("\n ]\n}")


@app.command()
def regrade(
    assignments: Annotated[list[str] | None, typer.Argument(help="Assignments; all of them without any.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show who would gain or lose; write nothing.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Judge again also what still stands.")] = False,
    course: CourseOption = None,
    as_json: JsonOption = False,
    no_sandbox: NoSandboxOption = False,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    tls: TlsOption = None,
    cell_cpu: CellCpu = _DEFAULT.cell_cpu,
    cell_wall: CellWall = _DEFAULT.cell_wall,
    total_cpu: TotalCpu = _DEFAULT.total_cpu,
    total_wall: TotalWall = _DEFAULT.total_wall,
    memory: Memory = _DEFAULT.memory // 2**20,
) -> None:
    """Judge again what a changed test, reference or submission has made out of date, and show who gains or loses."""
    from autograder.course import find_course
    from autograder.regrade import as_document, regrading_table, totals
    from autograder.regrade import regrade as regrade_course

    found = find_course(explicit=course)
    limits = _limits(cell_cpu, cell_wall, total_cpu, total_wall, memory)
    with ExitStack() as stack:
        executor = _executor(stack, found, limits, scheduler, tls, workers, no_sandbox=no_sandbox)
        step = stack.enter_context(_counting(as_json))
        regrading = regrade_course(
            found,
            assignments or (),
            executor,
            limits,
            dry_run=dry_run,
            force=force,
            on_judged=lambda verdict: step(f"{verdict.assignment} {verdict.student_id}"),
        )
    if as_json:
        _print_json(as_document(regrading))
    else:
        if any(item.changes for item in regrading.comparisons):
            _screen.print(regrading_table(regrading.comparisons))
        for (student_id, name), problem in sorted(regrading.problems.items()):
            said = f"{one_line(name, 60)} {one_line(student_id, 60)}: {one_line(problem, 300)}"
            _screen.print(Text(said, style="bold magenta"), soft_wrap=True)
        _screen.print(totals(regrading))
    raise typer.Exit(1 if regrading.needs_human else 0)


@app.command()
def feedback(
    assignments: Annotated[list[str] | None, typer.Argument(help="Assignments; all of them without any.")] = None,
    student: Annotated[str | None, typer.Option("--student", help="Only this student's pages.")] = None,
    course: CourseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the feedback pages again: with the scores and comments that were given by hand since grading."""
    from autograder.course import chosen_assignments, find_course, load_assignment
    from autograder.errors import UsageError
    from autograder.handback import graded_students, write_feedback

    found = find_course(explicit=course)
    pages: list[Path] = []
    for name in chosen_assignments(found, assignments or ()):
        graded = graded_students(found, name)
        wanted = [item for item in graded if student in (None, item)]
        if not wanted and assignments:
            whose = f"{student!r} in {name!r}" if student is not None else repr(name)
            raise UsageError(f"Nothing is graded yet of {whose}: autograder grade {name}")
        if wanted:
            pages += write_feedback(found, load_assignment(found, name), wanted)
    if not pages:
        raise UsageError("Nothing is graded yet: autograder grade")
    if as_json:
        _print_json([str(page) for page in pages])
    else:
        _screen.print(Text(f"{len(pages)} pages written, the first one: {pages[0]}"), soft_wrap=True)


@app.command()
def report(
    assignments: Annotated[list[str] | None, typer.Argument(help="Assignments; all of them without any.")] = None,
    course: CourseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how the class did in the last grading: scores, outcomes, commonest mistakes, what needs a human."""
    from autograder.course import chosen_assignments, find_course
    from autograder.errors import UsageError
    from autograder.handback import graded_students, load_verdict
    from autograder.overview import overviews

    found = find_course(explicit=course)
    names = chosen_assignments(found, assignments or ())
    verdicts = [load_verdict(found, name, student) for name in names for student in graded_students(found, name)]
    if not verdicts:
        raise UsageError("Nothing is graded yet: autograder grade")
    rows = overviews(verdicts)
    if as_json:
        _print_json([asdict(row) for row in rows])
    else:
        _print_overview(rows)
    raise typer.Exit(1 if any(row.needs_human for row in rows) else 0)


@app.command()
def export(
    assignments: Annotated[list[str] | None, typer.Argument(help="Assignments; all of them without any.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="The file to write; without it, standard output.")] = None,
    course: CourseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the grades of the gradebook as CSV: one row a submission, safe to open in a spreadsheet."""
    from autograder.course import chosen_assignments, find_course
    from autograder.export import as_csv, read_grades
    from autograder.files import write_atomically

    found = find_course(explicit=course)
    grades = read_grades(found, chosen_assignments(found, assignments or ()))
    if as_json:
        _print_json([asdict(grade) for grade in grades])
    elif to is None:
        print(as_csv(grades), end="")
    else:
        write_atomically(to.absolute(), as_csv(grades).encode("utf-8", "replace"))
        _screen.print(Text(f"{len(grades)} grades written to {to}"), soft_wrap=True)


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="A notebook file.")],
    assignment: Annotated[
        str | None, typer.Option("--assignment", help="Its assignment, where the name leaves a doubt.")
    ] = None,
    course: CourseOption = None,
    as_json: JsonOption = False,
    no_sandbox: NoSandboxOption = False,
    result: Annotated[
        Path | None, typer.Option("--result", help="Write what the course's page 'My results' takes to this file.")
    ] = None,
    cell_cpu: CellCpu = _DEFAULT.cell_cpu,
    cell_wall: CellWall = _DEFAULT.cell_wall,
) -> None:
    """Grade one notebook file and show every check. Writes nothing but --result: no gradebook, no files."""
    from autograder.check import check_notebook
    from autograder.course import find_course

    found = find_course(explicit=course)
    limits = Limits(cell_cpu=cell_cpu, cell_wall=cell_wall)
    verdict = check_notebook(found, notebook, assignment, Level.NONE if no_sandbox else None, limits)
    # Not before, as somebody waits for the engine to begin to warm up.
    from autograder.report import exit_code, print_verdict
    from autograder.verdict import verdict_as_dict

    if result is not None:
        from autograder.files import write_atomically
        from autograder.result import result_as_json

        write_atomically(result.absolute(), result_as_json(verdict, verdict.points, verdict.max_points).encode())
    if as_json:
        _print_json(verdict_as_dict(verdict))
    else:
        print_verdict(_screen, verdict)
    raise typer.Exit(exit_code([verdict], {}))


@app.command()
def validate(
    assignments: Annotated[list[str] | None, typer.Argument(help="Assignments; all of them without any.")] = None,
    course: CourseOption = None,
    seeds: Annotated[int, typer.Option(min=1, help="Seeds that reference and alternatives are tried on.")] = 8,
    as_json: JsonOption = False,
    no_sandbox: NoSandboxOption = False,
) -> None:
    """Prove an assignment: reference and alternatives have full marks, the stub none, every known mistake loses
    points and is named, every check catches one, the points add up, and the release leaks nothing."""
    from autograder.course import chosen_assignments, find_course
    from autograder.validate import validate as validate_assignments

    found = find_course(explicit=course)
    names = chosen_assignments(found, assignments or ())
    level = _level(no_sandbox)
    with _counting(as_json) as step:
        findings = validate_assignments(found, names, level, Limits(), seeds, step)
    failed = any(not finding.ok for finding in findings)
    if as_json:
        _print_json([asdict(finding) | {"ok": finding.ok} for finding in findings])
    else:
        for finding in findings:
            _screen.print(finding.table())
            _screen.print(Text(f"  {finding.proof}"), soft_wrap=True)
            for problem in finding.problems:
                _screen.print(Text(f"  {plain_text(problem, 1000)}", style="red"), soft_wrap=True)
    raise typer.Exit(1 if failed else 0)


@app.command()
def sample(
    assignments: Annotated[list[str] | None, typer.Argument(help="Assignments; all of them without any.")] = None,
    learners: Annotated[int, typer.Option("--learners", min=1, max=10_000, help="How many learners.")] = 24,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same class.")] = 0,
    due: Annotated[datetime, _DUE] = datetime(2026, 10, 30, 18, 0),
    course: CourseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make up a class under submitted/: right, wrong, half-finished, broken, hostile and late submissions."""
    from autograder.course import chosen_assignments, find_course, load_assignment
    from autograder.sample import make_sample

    found = find_course(explicit=course)
    loaded = [load_assignment(found, name) for name in chosen_assignments(found, assignments or ())]
    handed_in = make_sample(found, loaded, learners, seed, due.replace(tzinfo=UTC))
    if as_json:
        _print_json([asdict(item) for item in handed_in])
    else:
        where = found.root / found.submitted_directory
        _screen.print(Text(f"{learners} learners, {len(loaded)} assignments, in {where}"), soft_wrap=True)


@app.command()
def new(
    slug: Annotated[str, typer.Argument(help="The exercise's name everywhere, lower-case words with '_' between.")],
    course: CourseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the files of a new exercise: a small one that works, to be made into what it shall be."""
    from autograder.course import find_course
    from autograder.skeleton import new_exercise

    found = find_course(explicit=course)
    written = new_exercise(found, slug)
    if as_json:
        _print_json([str(path) for path in written])
        return
    for path in written:
        _screen.print(Text(f"wrote {path}"), soft_wrap=True)
    _screen.print(Text(f"Now write your exercise, and prove it: autograder validate {slug}"), soft_wrap=True)


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Say which sandbox level works here, why, and what would help."""
    from autograder.doctor import report

    findings = report()
    if as_json:
        _print_json(asdict(findings))
    else:
        table = Table(show_header=False)
        for key, value in asdict(findings).items():
            table.add_row(Text(key.replace("_", " ")), Text(str(value)))
        _screen.print(table)
    raise typer.Exit(0 if findings.level is Level.FORK else 1)
