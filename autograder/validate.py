"""Prove an assignment before anybody is graded with it: the solution, the stub, the checks, the release."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table
from rich.text import Text

from autograder import judgeable
from autograder.course import Assignment, Course, load_assignment
from autograder.drift import differences_from_reference
from autograder.engine import Engine, Graded
from autograder.errors import UsageError
from autograder.grade import reference_run
from autograder.leak import find_leaks
from autograder.packages import imported_distributions
from autograder.private import private_files
from autograder.proof import TRIVIAL, Trial, Tried, prove, trials
from autograder.sandbox import Level, Limits
from autograder.source import Kind, notebook_as_submission
from autograder.verdict import CellVerdict, Outcome
from autograder.versions import ALTERNATIVES, MISTAKES, REFERENCE, misconception_problems

# A function that is wrong on the default case keeps at most this share of the points of its checks.
KEPT_SHARE = 1 / 3


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One test cell: what the reference and the untouched stub get from it, and where it is judged."""

    notebook: str
    grade_id: str
    title: str
    max_points: float
    reference_points: float
    stub_points: float
    judged: str


@dataclass(frozen=True, slots=True)
class Validation:
    """What `autograder validate` found out about one assignment."""

    assignment: str
    automatic_points: float
    manual_points: float
    checks: tuple[CheckFinding, ...]
    problems: tuple[str, ...]
    versions: tuple[Tried, ...] = ()
    seeds: int = 0

    @property
    def ok(self) -> bool:
        """Whether learners can be graded with it."""
        return not self.problems

    @property
    def proof(self) -> str:
        """How many versions were tried, and on how many seeds the right ones."""
        numbers = {
            kind: len({item.name for item in self.versions if item.kind == kind}) for kind in (MISTAKES, ALTERNATIVES)
        }
        if not any(numbers.values()):
            return "no known versions to try"
        caught = len(
            {item.name for item in self.versions if item.kind == MISTAKES and set(item.failed) & set(item.own)}
        )
        named = len({item.name for item in self.versions if item.named == (item.name,)})
        return (
            f"{caught} of {numbers[MISTAKES]} mistakes lose points and {named} are named; reference and "
            f"{numbers[ALTERNATIVES]} alternatives on {self.seeds} seeds"
        )

    def table(self) -> Table:
        """One row a check."""
        state = "proven" if self.ok else f"{len(self.problems)} problems"
        table = Table(
            title=f"{self.assignment}: {self.automatic_points:g} automatic and {self.manual_points:g} "
            f"manual points, {state}",
            title_justify="left",
        )
        several = len({check.notebook for check in self.checks}) > 1
        for heading in (*(["notebook"] if several else []), "check", "points", "reference", "stub", "judged"):
            table.add_column(heading)
        for check in self.checks:
            table.add_row(
                *([Text(check.notebook)] if several else []),
                Text(check.title),
                Text(f"{check.max_points:g}"),
                Text(f"{check.reference_points:g}"),
                Text(f"{check.stub_points:g}"),
                Text(check.judged),
            )
        return table


@dataclass(slots=True)
class _Findings:
    """What is found out about one assignment, piece by piece."""

    assignment: Assignment | None = None
    checks: list[CheckFinding] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    versions: list[Tried] = field(default_factory=list)


def validate(
    course: Course,
    names: Sequence[str],
    level: Level,
    limits: Limits,
    seeds: int = 1,
    on_step: Callable[[str], None] = lambda _: None,
) -> tuple[Validation, ...]:
    """Run solution and stub through the judge, the known versions through every check, and scan for leaks.

    An assignment that can't be read is a problem like any other; raises UsageError where there is none of a name.
    """
    found = {name: _Findings() for name in names}
    for name, findings in found.items():
        if not course.path("source", ".", name).is_dir():
            load_assignment(course, name)
        try:
            findings.assignment = load_assignment(course, name)
        except UsageError as problem:
            findings.problems.append(str(problem))
    loaded = {name: (item, item.assignment) for name, item in found.items() if item.assignment is not None}
    packages = (*course.packages, *imported_distributions([assignment for _, assignment in loaded.values()]))
    with Engine(level, limits, packages, course.reference) as engine:
        for name, (findings, assignment) in loaded.items():
            findings.problems += differences_from_reference(course, assignment)
            try:
                _judge(engine, assignment, findings)
            except UsageError as problem:
                findings.problems.append(str(problem))
            on_step(f"{name}: reference and stub")
    work = [
        trial
        for findings, assignment in loaded.values()
        if not findings.problems
        for trial in _trials(course, assignment, seeds, findings)
    ]
    for name, versions in (prove(work, course.root, on_step) if work else {}).items():
        findings, assignment = loaded[name]
        findings.versions = versions
        findings.problems += _of_versions(assignment, versions)
    for findings, assignment in loaded.values():
        findings.problems += _leaks(course, assignment)
    return tuple(_validation(name, findings, seeds) for name, findings in found.items())


def _validation(name: str, findings: _Findings, seeds: int) -> Validation:
    cells = [
        cell for notebook in (findings.assignment.notebooks if findings.assignment else ()) for cell in notebook.cells
    ]
    automatic = sum(cell.points for cell in cells if cell.kind is Kind.TEST)
    manual = sum(cell.points for cell in cells if cell.kind in (Kind.MANUAL, Kind.TASK))
    problems, versions = tuple(findings.problems), tuple(findings.versions)
    return Validation(name, automatic, manual, tuple(findings.checks), problems, versions, seeds)


def _trials(course: Course, assignment: Assignment, seeds: int, findings: _Findings) -> list[Trial]:
    """The versions are found here and run elsewhere: this process only reads their names."""
    if course.reference is None or not (course.reference / assignment.name).is_dir():
        return []
    before = list(sys.path)
    sys.path.insert(0, str(course.root))
    try:
        findings.problems += misconception_problems(assignment.name)
        return [
            trial
            for notebook in assignment.notebooks
            for trial in trials(assignment.name, notebook, assignment.data_files, seeds)
        ]
    except Exception as error:
        problem = f"{REFERENCE}/{assignment.name}: its versions can't be tried: {type(error).__name__}: {error}"
        findings.problems.append(problem)
        return []
    finally:
        sys.path[:] = before


def _leaks(course: Course, assignment: Assignment) -> list[str]:
    """What the release gives away; before there is one, what it would."""
    private = private_files(course, assignment.name)
    released = course.path("release", ".", assignment.name)
    if released.is_dir():
        return [str(leak) for leak in find_leaks(released, assignment, course.markers, private)]
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        notebooks = (
            (f"{item.name}.ipynb", notebook_as_submission(item, released=True)) for item in assignment.notebooks
        )
        for name, data in (*notebooks, *assignment.data_files):
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return [str(leak) for leak in find_leaks(Path(folder), assignment, course.markers, private)]


def _judge(engine: Engine, assignment: Assignment, findings: _Findings) -> None:
    briefs, runs = reference_run(engine, assignment)
    for notebook, reference in zip(assignment.notebooks, runs, strict=True):
        untouched = notebook_as_submission(notebook, released=True)
        stub = engine.grade(briefs[notebook.name], untouched, (), lambda digest: bytes(64))
        checks, problems = _check_notebook(assignment, notebook.name, reference, stub)
        findings.checks += checks
        findings.problems += problems


def _of_versions(assignment: Assignment, tried: Sequence[Tried]) -> Iterator[str]:
    """What the trials say against the assignment, each sentence with file, version and check."""
    points = {
        (notebook.name, cell.grade_id): cell.points for notebook in assignment.notebooks for cell in notebook.cells
    }
    folder = f"{REFERENCE}/{assignment.name}"
    seen: set[tuple[str, str]] = set()
    for item in tried:
        what = f"{folder}/{item.kind}.py: {item.name}"
        failed_own = [key for key in item.own if key in item.failed]
        worth = sum(points[item.notebook, key] for key in item.own)
        kept = worth - sum(points[item.notebook, key] for key in failed_own)
        if item.kind in (REFERENCE, ALTERNATIVES) and item.failed:
            what = f"{folder}/solution.py" if item.kind == REFERENCE else what
            if (what, item.failed[0]) not in seen:
                seen.add((what, item.failed[0]))
                yield f"{what} fails the check {item.failed[0]!r} on seed {item.seed!r}: {item.error}"
        elif item.kind == TRIVIAL and kept > 0:
            passed = next(key for key in item.own if key not in item.failed)
            yield f"{assignment.name}: the check {passed!r} passes when {item.function} gives {item.name}"
        elif item.kind == MISTAKES:
            yield from (f"{what} {problem}" for problem in _of_mistake(item, failed_own, kept, worth))
    caught = {(item.notebook, key) for item in tried if item.kind == MISTAKES for key in item.failed}
    for notebook in assignment.notebooks if any(item.kind == MISTAKES for item in tried) else ():
        for cell in notebook.cells:
            if cell.kind is Kind.TEST and (notebook.name, cell.grade_id) not in caught:
                yield f"{folder}/mistakes.py: no mistake fails the check {cell.grade_id!r}: is it a test of anything?"


def _of_mistake(item: Tried, failed_own: Sequence[str], kept: float, worth: float) -> Iterator[str]:
    if not item.text:
        yield "has no diagnosis: the first line of its docstring is what the learner reads"
    if not item.hint:
        yield "has no hint: add a paragraph to its docstring that begins with 'Hint:'"
    if not failed_own:
        yield f"loses no points: it passes {', '.join(map(repr, item.own)) or 'every check'}"
        return
    if item.wrong_by_default and kept > worth * KEPT_SHARE:
        passed = ", ".join(repr(key) for key in item.own if key not in item.failed)
        yield f"is wrong on the default case and keeps {kept:g} of {worth:g} points: {passed} must call testing.gate"
    elsewhere = [key for key in item.failed if key not in item.own]
    if elsewhere:
        yield f"also fails {elsewhere[0]!r}, a check that does not need {item.function}"
    if item.named != (item.name,):
        said = f"is taken for {' and '.join(item.named)}" if item.named else "is not named"
        yield f"{said} by the diagnosis: another mistake gives the same answers to all calls of the checks"


def _check_notebook(
    assignment: Assignment, notebook: str, reference: Graded, stub: Graded
) -> tuple[list[CheckFinding], list[str]]:
    source = next(item for item in assignment.notebooks if item.name == notebook)
    where = f"{assignment.name}/{notebook}.ipynb"
    stub_cells = {cell.grade_id: cell for cell in stub.verdict.cells}
    findings, problems = [], []
    for cell in reference.verdict.cells:
        authored = next(item for item in source.cells if item.grade_id == cell.grade_id)
        reason = judgeable.why_not(authored.source)
        if not reason or cell.outcome is Outcome.PASSED:
            judged = "outside" if cell.protected else "in the learner's process (allowed)"
        else:
            judged = f"not: {reason}"
        untouched = stub_cells.get(cell.grade_id)
        findings.append(
            CheckFinding(
                notebook=notebook,
                grade_id=cell.grade_id,
                title=cell.title,
                max_points=cell.max_points,
                reference_points=cell.points,
                stub_points=untouched.points if untouched else 0.0,
                judged=judged,
            )
        )
        problems += _problems(where, cell, untouched)
    return findings, problems


def _problems(where: str, cell: CellVerdict, untouched: CellVerdict | None) -> list[str]:
    problems = []
    if cell.points < cell.max_points:
        problems.append(
            f"{where}: the reference gets {cell.points:g} of {cell.max_points:g} for {cell.grade_id!r}: "
            f"{cell.message} {cell.cause}".rstrip()
        )
    if untouched is not None and untouched.points > 0:
        problems.append(
            f"{where}: the untouched stub gets {untouched.points:g} points for {cell.grade_id!r}: "
            "the check passes without an answer"
        )
    return problems
