"""Prove an assignment before anybody is graded with it: the solution, the stub, the checks, the release."""

from __future__ import annotations

from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from autograder import judgeable
from autograder.course import Assignment, Course, load_assignment
from autograder.drift import differences_from_reference
from autograder.engine import Engine, Graded
from autograder.grade import notebook_as_submission, notebook_job, reference_run
from autograder.leak import find_leaks
from autograder.packages import imported_distributions
from autograder.private import private_files
from autograder.sandbox import Level, Limits
from autograder.source import Kind
from autograder.verdict import CellVerdict, Outcome


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

    @property
    def ok(self) -> bool:
        """Whether learners can be graded with it."""
        return not self.problems

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


def validate_assignment(course: Course, name: str, level: Level, limits: Limits) -> Validation:
    """Run the solution and the untouched stub through every check, and scan the release for leaks."""
    assignment = load_assignment(course, name)
    packages = (*course.packages, *imported_distributions([assignment]))
    problems = list(differences_from_reference(course, assignment))
    checks: list[CheckFinding] = []
    with Engine(level, limits, packages, course.reference) as engine:
        baselines, runs = reference_run(engine, assignment)
        for notebook, reference in zip(assignment.notebooks, runs, strict=True):
            stub = engine.grade(
                notebook_job(
                    engine,
                    assignment,
                    notebook,
                    notebook_as_submission(notebook, released=True),
                    (),
                    baselines[notebook.name],
                ),
                lambda digest: bytes(64),
            )
            findings, found = _check_notebook(assignment, notebook.name, reference, stub)
            checks += findings
            problems += found
    cells = [cell for notebook in assignment.notebooks for cell in notebook.cells]
    automatic = sum(cell.points for cell in cells if cell.kind is Kind.TEST)
    manual = sum(cell.points for cell in cells if cell.kind in (Kind.MANUAL, Kind.TASK))
    released = course.path("release", ".", name)
    if released.is_dir():
        private = private_files(course, name)
        problems += [str(leak) for leak in find_leaks(released, assignment, course.markers, private)]
    return Validation(name, automatic, manual, tuple(checks), tuple(problems))


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
