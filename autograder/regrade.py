"""Who gains and who loses by a changed test: verdicts that no longer stand, judged anew and compared cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from autograder.course import Assignment, Course, chosen_assignments, load_assignment, students
from autograder.database import open_database
from autograder.errors import UsageError
from autograder.grade import (
    Executor,
    Judged,
    OnVerdict,
    assignment_stamps,
    environment_on_path,
    grade_course,
    put_together,
)
from autograder.gradebook import GradebookWriter
from autograder.handback import graded_students, load_verdict
from autograder.marks import Marks, read_marks
from autograder.sandbox import Limits
from autograder.sanitize import one_line
from autograder.seed import passing_secret
from autograder.standing import Work, standing_verdict
from autograder.submission import HandedIn, read_handed_in
from autograder.verdict import Verdict

# What a test cell has where it was not judged.
_ABSENT = "not there"
_ENOUGH = 1e-9
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CellChange:
    """One test cell that came out otherwise; ``manual`` is the score given by hand, which counts instead of both."""

    notebook: str
    grade_id: str
    outcome_before: str
    outcome_after: str
    points_before: float
    points_after: float
    manual: float | None = None

    @property
    def effect(self) -> float:
        """What the learner gains or loses by it."""
        return 0.0 if self.manual is not None else self.points_after - self.points_before


@dataclass(frozen=True, slots=True)
class Comparison:
    """One submission that was judged again: its automatic points before and after, and the cells that changed."""

    assignment: str
    student_id: str
    points_before: float
    points_after: float
    max_points: float
    needs_human: bool
    changes: tuple[CellChange, ...]

    @property
    def effect(self) -> float:
        """What the learner gains or loses: where a score was given by hand, nothing."""
        found = sum(change.effect for change in self.changes)
        return found if abs(found) > _ENOUGH else 0.0


@dataclass(frozen=True, slots=True)
class Regrading:
    """What a regrade found; ``problems`` are what could not be compared or recorded, by (student id, assignment)."""

    dry_run: bool
    standing: int
    comparisons: tuple[Comparison, ...]
    problems: Mapping[Key, str]

    def count(self, sign: int) -> int:
        """How many gain (1), lose (-1), or have what they had (0)."""
        return sum((item.effect > 0) - (item.effect < 0) == sign for item in self.comparisons)

    @property
    def needs_human(self) -> bool:
        """Whether a person must look at something."""
        return bool(self.problems) or any(item.needs_human for item in self.comparisons)


def regrade(
    course: Course,
    names: Sequence[str],
    executor: Executor,
    limits: Limits,
    *,
    dry_run: bool,
    force: bool = False,
    on_judged: Callable[[Verdict], None] = lambda verdict: None,
) -> Regrading:
    """Judge what was graded before and no longer stands (all of it with ``force``), and compare.

    Without ``dry_run`` the new verdicts are kept as :func:`autograder.grade.grade_course` keeps them; with it, nothing
    is written. Raises as that does, and UsageError where nothing has been graded.
    """
    environment_on_path()
    problems: dict[Key, str] = {}
    wanted, standing = _outdated(course, names, executor, limits, problems, force=force)
    comparisons: list[Comparison] = []
    if wanted:
        marks = _marks(course, [assignment for assignment, _ in wanted])
        remembering = _Remembering(course, executor)

        def compare(verdict: Verdict, _seconds: float | None) -> None:
            key = verdict.student_id, verdict.assignment
            comparisons.append(compared(remembering.before.pop(key), verdict, marks.get(key, {})))
            on_judged(verdict)

        if dry_run:
            _judge_only(course, wanted, remembering, limits, compare)
        else:
            problems |= grade_course(course, wanted, remembering, limits, compare, force=True).problems
    comparisons.sort(key=lambda item: (item.assignment, item.student_id))
    return Regrading(dry_run, standing, tuple(comparisons), problems)


def _outdated(
    course: Course,
    names: Sequence[str],
    executor: Executor,
    limits: Limits,
    problems: dict[Key, str],
    *,
    force: bool,
) -> tuple[list[tuple[Assignment, tuple[str, ...]]], int]:
    """Whose verdict no longer stands, by assignment, and how many do."""
    found: list[tuple[Assignment, tuple[str, ...]]] = []
    standing, graded_at_all = 0, False
    for name in chosen_assignments(course, names):
        graded = graded_students(course, name)
        graded_at_all = graded_at_all or bool(graded)
        if not graded:
            if names:
                raise UsageError(f"Nothing is graded yet of {name!r}: autograder grade {name}")
            continue
        assignment = load_assignment(course, name)
        stamp = assignment_stamps(course, [assignment], executor, limits)[name]
        handed_in = frozenset(students(course, name))
        wanted = []
        for student_id in graded:
            if student_id not in handed_in:
                problems[student_id, name] = "graded once, but there is no submission any more"
                continue
            submitted = read_handed_in(course, assignment, student_id)
            if not force and standing_verdict(course, submitted, submitted.digest(stamp)) is not None:
                standing += 1
                continue
            try:
                load_verdict(course, name, student_id)
            except UsageError as problem:
                problems[student_id, name] = str(problem)
                continue
            wanted.append(student_id)
        if wanted:
            found.append((assignment, tuple(wanted)))
    if not graded_at_all:
        raise UsageError("Nothing is graded yet: autograder grade")
    return found, standing


class _Remembering:
    """An executor that keeps the verdict of before until its successor has been compared with it."""

    def __init__(self, course: Course, executor: Executor) -> None:
        self.level, self.code = executor.level, executor.code
        self.before: dict[Key, Verdict] = {}
        self._course, self._executor = course, executor

    def judge(
        self, work: Sequence[Work], read: Callable[[Work], HandedIn], secret: bytes, on_idle: Callable[[], None]
    ) -> Iterator[Judged]:
        """As :class:`autograder.grade.Executor` says."""
        for result in self._executor.judge(work, read, secret, on_idle):
            name, student_id = result.work.assignment.name, result.work.student_id
            self.before[student_id, name] = load_verdict(self._course, name, student_id)
            yield result


def _judge_only(
    course: Course,
    wanted: Sequence[tuple[Assignment, tuple[str, ...]]],
    executor: Executor,
    limits: Limits,
    on_verdict: OnVerdict,
) -> None:
    everything = [assignment for assignment, _ in wanted]
    # What would be refused with a release that differs from the source is refused now.
    GradebookWriter.open(course, everything).close()
    stamps = assignment_stamps(course, everything, executor, limits)
    work = [Work(assignment, student_id) for assignment, found in wanted for student_id in found]
    secret = passing_secret(course.root)
    for result in executor.judge(work, lambda item: read_handed_in(course, *item), secret, lambda: None):
        digest = result.submitted.digest(stamps[result.work.assignment.name])
        graded = put_together(executor.level, result.work.assignment, result.submitted, result.graded, digest)
        on_verdict(graded.verdict, result.seconds)


def _marks(course: Course, everything: Sequence[Assignment]) -> dict[Key, dict[str, Marks]]:
    """What the gradebook has of every submission, by (student id, assignment) and notebook."""
    database = open_database(course.db_url, everything[0].name, 5.0)
    found: dict[Key, dict[str, Marks]] = {}
    try:
        with database.transaction() as connection:
            for assignment in everything:
                for (student_id, notebook), marks in read_marks(connection, database, assignment.name).items():
                    found.setdefault((student_id, assignment.name), {})[notebook] = marks
    finally:
        database.close()
    return found


def compared(before: Verdict, after: Verdict, marks: Mapping[str, Marks]) -> Comparison:
    """The cells of which outcome or points changed; ``marks`` are what the gradebook has, by notebook."""
    old, new = _cells(before), _cells(after)
    changes = []
    for key in {**new, **old}:
        outcome_before, points_before = old.get(key) or (_status(before, key[0]), 0.0)
        outcome_after, points_after = new.get(key) or (_status(after, key[0]), 0.0)
        if (outcome_before, points_before) != (outcome_after, points_after):
            manual = marks.get(key[0], Marks()).get(key[1]).manual
            changes.append(CellChange(*key, outcome_before, outcome_after, points_before, points_after, manual))
    return Comparison(
        after.assignment,
        after.student_id,
        before.points,
        after.points,
        after.max_points,
        after.needs_human,
        tuple(changes),
    )


def _cells(verdict: Verdict) -> dict[Key, tuple[str, float]]:
    return {
        (part.notebook, cell.grade_id): (cell.outcome.value, cell.points)
        for part in verdict.notebooks
        for cell in part.cells
    }


def _status(verdict: Verdict, notebook: str) -> str:
    """What is said of a cell without a verdict: what became of its notebook, where that was not graded."""
    found = [part.status.value for part in verdict.notebooks if part.notebook == notebook and not part.cells]
    return found[0] if found else _ABSENT


def regrading_table(comparisons: Sequence[Comparison]) -> Table:
    """One row a submission of which a cell changed. Text of learners is shown as plain text."""
    table = Table(title="What changes", title_justify="left")
    table.add_column("student", overflow="fold")
    table.add_column("assignment", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("checks that changed", overflow="fold")
    for item in comparisons:
        if item.changes:
            table.add_row(
                Text(one_line(item.student_id, 60)),
                Text(one_line(item.assignment, 60)),
                Text(f"{item.points_before:g} -> {item.points_after:g} of {item.max_points:g}"),
                Text("\n".join(_sentence(change) for change in item.changes)),
                style="green" if item.effect > 0 else "red" if item.effect < 0 else None,
            )
    return table


def _sentence(change: CellChange) -> str:
    before, after = (text.replace("_", " ") for text in (change.outcome_before, change.outcome_after))
    said = f"{one_line(change.grade_id, 100)}: {before} -> {after}"
    if before == after:
        said += f" ({change.points_before:g} -> {change.points_after:g} points)"
    if change.manual is not None:
        said += f"; scored by hand, {change.manual:g} stays"
    return said


def totals(found: Regrading) -> str:
    """One sentence: how many gain, lose, and have what they had."""
    kept = "nothing was written" if found.dry_run else "the new verdicts are kept"
    return (
        f"{found.count(1)} gain, {found.count(-1)} lose, {found.count(0)} same; "
        f"{found.standing} verdicts stand and were not judged again; {kept}"
    )


def as_document(found: Regrading) -> dict[str, Any]:
    """The form that a program reads."""
    return {
        "dry_run": found.dry_run,
        "judged": len(found.comparisons),
        "standing": found.standing,
        "gain": found.count(1),
        "lose": found.count(-1),
        "same": found.count(0),
        "problems": [
            {"student_id": student_id, "assignment": name, "problem": problem}
            for (student_id, name), problem in sorted(found.problems.items())
        ],
        "submissions": [asdict(item) | {"effect": item.effect} for item in found.comparisons],
    }
