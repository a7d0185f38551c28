"""Grade submissions: the coordinator's main loop. Knows files and the gradebook, runs no cell."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

from autograder.course import Assignment, Course, assignments, load_assignment, students
from autograder.crew import Crew, Item, Result
from autograder.engine import Engine, Graded, baseline_of, not_judged
from autograder.errors import GradebookError, UnreadableSubmission, UsageError
from autograder.files import TIMESTAMP_FILE, SubmittedFiles, read_tree, write_atomically
from autograder.gradebook import GradebookWriter
from autograder.handback import write_feedback
from autograder.job import Brief, CellBaseline
from autograder.packages import imported_distributions
from autograder.sandbox import Level, Limits
from autograder.sanitize import one_line
from autograder.seed import course_secret, seeder
from autograder.source import SourceNotebook
from autograder.verdict import VERDICT_FILE, NotebookVerdict, Status, Verdict, verdict_as_json

# The gradebook takes at most so many submissions in one transaction, and waits for them no longer than this.
_BATCH, _BATCH_SECONDS = 32, 1.0
# By the notebook's name.
Briefs = dict[str, Brief]


@dataclass(frozen=True, slots=True)
class GradedSubmission:
    """The verdict on one submission and the files that belong under ``autograded/``."""

    verdict: Verdict
    files: tuple[tuple[str, bytes], ...]
    timestamp: str | None


def chosen_submissions(
    course: Course, names: Sequence[str], student_id: str | None
) -> list[tuple[Assignment, tuple[str, ...]]]:
    """Which submissions to grade. Raises UsageError where something was named that is not there."""
    chosen = []
    for name in names or assignments(course):
        assignment = load_assignment(course, name)
        found = students(course, name)
        if student_id is not None:
            if student_id not in found:
                raise UsageError(
                    f"{course.path('submitted', student_id, name)} does not exist: "
                    f"{student_id!r} has handed in nothing for {name!r}"
                )
            found = (student_id,)
        if found:
            chosen.append((assignment, found))
        elif names:
            raise UsageError(
                f"Nobody has handed in {name!r}: there is no folder <student>/{name} in "
                f"{course.root / course.submitted_directory}; collect the submissions first"
            )
    if not chosen:
        raise UsageError(
            f"There is nothing to grade in {course.root / course.submitted_directory}: collect the submissions "
            "first, into <student>/<assignment>/"
        )
    return chosen


def reference_run(engine: Engine, assignment: Assignment) -> tuple[Briefs, list[Graded]]:
    """Judge the instructor's own solutions: only a test cell that they pass can judge anybody."""
    briefs: Briefs = {}
    runs = []
    for notebook in assignment.notebooks:
        brief = notebook_brief(engine.limits, assignment, notebook, None)
        graded = engine.grade(brief, notebook_as_submission(notebook), (), lambda digest: bytes(64))
        if graded.verdict.status is not Status.GRADED:
            raise UsageError(
                f"The source notebook {assignment.name}/{notebook.name}.ipynb can't be judged: {graded.verdict.reason}"
            )
        briefs[notebook.name] = notebook_brief(engine.limits, assignment, notebook, baseline_of(graded))
        runs.append(graded)
    return briefs, runs


def notebook_as_submission(notebook: SourceNotebook, *, released: bool = False) -> bytes:
    """The instructor's notebook as if a learner had handed it in: with its solutions, or as it is released."""
    cells: list[dict[str, Any]] = []
    for index, cell in enumerate(notebook.cells):
        metadata = {"nbgrader": dict(cell.metadata)} if cell.metadata else {}
        record: dict[str, Any] = {
            "cell_type": cell.cell_type,
            "id": cell.cell_id or f"cell-{index}",
            "metadata": metadata,
            "source": cell.released if released else cell.source,
        }
        if cell.cell_type == "code":
            record |= {"outputs": [], "execution_count": None}
        cells.append(record)
    kernelspec = {"kernelspec": dict(notebook.kernelspec)} if notebook.kernelspec else {}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": kernelspec, "cells": cells}).encode()


def notebook_brief(
    limits: Limits, assignment: Assignment, notebook: SourceNotebook, baseline: dict[str, CellBaseline] | None
) -> Brief:
    """What the judge gets to know of a notebook; without a baseline for the reference run itself."""
    seconds = {key: float(value) for key, value in asdict(limits).items()}
    return Brief(assignment.name, notebook, assignment.data_files, seconds, baseline)


def grade_submission(
    engine: Engine,
    course: Course,
    assignment: Assignment,
    student_id: str,
    briefs: Briefs,
    secret: bytes,
) -> GradedSubmission:
    """Judge one student's notebooks of one assignment. Never raises for anything that he handed in."""
    folder = course.path("submitted", student_id, assignment.name)
    wanted = [notebook.name for notebook in assignment.notebooks]
    try:
        submitted = read_tree(folder, wanted, base=_trusted_part(course, folder))
    except UnreadableSubmission as problem:
        submitted = SubmittedFiles(unreadable=tuple((name, str(problem)) for name in wanted))
    data_of, problem_of = dict(submitted.notebooks), dict(submitted.unreadable)
    verdicts: list[NotebookVerdict] = []
    handed_back = set(assignment.data_files)
    extras, dropped = _apart_from(
        tuple(extra for extra in submitted.extras if extra not in handed_back), _reserved(assignment)
    )
    # Not the learner's own files: a page or picture of his would open in the instructor's Jupyter.
    files: list[tuple[str, bytes]] = list(assignment.data_files)
    for notebook in assignment.notebooks:
        if notebook.name in problem_of:
            verdicts.append(not_judged(notebook, Status.UNREADABLE, problem_of[notebook.name]))
            continue
        if notebook.name not in data_of:
            verdicts.append(not_judged(notebook, Status.MISSING, f"there is no {notebook.name}.ipynb"))
            continue
        seed_for = seeder(secret, assignment.name, student_id)
        graded = engine.grade(briefs[notebook.name], data_of[notebook.name], extras, seed_for)
        verdicts.append(graded.verdict)
        if graded.notebook:
            files.append((f"{notebook.name}.ipynb", graded.notebook))
    verdict = Verdict(student_id, assignment.name, engine.level.value, tuple(verdicts), (*submitted.notes, *dropped))
    if submitted.timestamp is not None:
        files.append((TIMESTAMP_FILE, submitted.timestamp.encode("utf-8", "replace")))
    files.append((VERDICT_FILE, verdict_as_json(verdict).encode()))
    return GradedSubmission(verdict, tuple(dict(files).items()), submitted.timestamp)


def _trusted_part(course: Course, folder: Path) -> Path:
    """The part of the path that is the instructor's, where links are his own."""
    submitted = course.root / course.submitted_directory
    return submitted if folder.is_relative_to(submitted) else course.root


def _reserved(assignment: Assignment) -> frozenset[str]:
    """Names under ``autograded/`` that are the instructor's or ours."""
    ours = {VERDICT_FILE, TIMESTAMP_FILE, *(f"{notebook.name}.ipynb" for notebook in assignment.notebooks)}
    return frozenset(ours | {name for name, _ in assignment.data_files})


def _apart_from(
    extras: tuple[tuple[str, bytes], ...], reserved: frozenset[str]
) -> tuple[tuple[tuple[str, bytes], ...], list[str]]:
    """The learner's files that neither replace a reserved file nor take the place of its folder."""
    folders = {str(parent) for name in reserved for parent in PurePosixPath(name).parents}
    kept, dropped = [], []
    for name, data in extras:
        above = {str(parent) for parent in PurePosixPath(name).parents}
        if name in reserved or above & reserved or name in folders:
            if name != TIMESTAMP_FILE:
                dropped.append(f"{one_line(name, 100)!r} was left out: the assignment's own file has that name")
        else:
            kept.append((name, data))
    return tuple(kept), dropped


def write_files(course: Course, graded: GradedSubmission) -> None:
    """Put the autograded notebooks, the data and ``verdict.json`` where nbgrader looks for them."""
    folder = course.path("autograded", graded.verdict.student_id, graded.verdict.assignment)
    written = {name for name, _ in graded.files}
    for name, data in graded.files:
        write_atomically(folder / name, data)
    for old in folder.glob("*.ipynb"):
        if old.name not in written and not old.is_symlink():
            old.unlink()


@dataclass(frozen=True, slots=True)
class Grading:
    """What one run of `autograder grade` did; ``problems`` and ``seconds`` by (student id, assignment)."""

    level: Level
    verdicts: tuple[Verdict, ...]
    problems: Mapping[tuple[str, str], str]
    seconds: Mapping[tuple[str, str], float]


def grade_course(
    course: Course,
    chosen: Sequence[tuple[Assignment, tuple[str, ...]]],
    level: Level,
    limits: Limits,
    on_graded: Callable[[Verdict], None],
    workers: int = 1,
) -> Grading:
    """Grade submissions, ``workers`` at a time, and keep each in the files and the gradebook in the order given.

    The feedback pages of an assignment are written when all its submissions are graded. Raises UsageError before
    anything is graded where an assignment has no release or differs from it, and GradebookError where the gradebook
    stops taking what it is given; what was graded before is kept then.
    """
    environment_on_path()
    secret = course_secret(course.root)
    everything = [assignment for assignment, _ in chosen]
    work = [(assignment, student_id) for assignment, found in chosen for student_id in found]
    with ExitStack() as stack:
        packages = (*course.packages, *imported_distributions(everything))
        # It warms up while the gradebook is opened, which takes as long: nbgrader is a large import.
        crew = stack.enter_context(Crew(level, limits, packages, course.reference))
        books = {item.name: stack.enter_context(GradebookWriter.open(course, item)) for item in everything}
        crew.wait_until_warm()
        briefs: dict[str, Briefs] = {}
        expected = 0.0
        for (assignment, found), ((found_briefs, _), seconds) in zip(
            chosen, crew.map(_timed(reference_run), everything), strict=True
        ):
            briefs[assignment.name] = found_briefs
            expected += seconds * len(found)
        crew.grow(expected, workers)

        def graded(engine: Engine, item: tuple[Assignment, str]) -> GradedSubmission:
            assignment, student_id = item
            return grade_submission(engine, course, assignment, student_id, briefs[assignment.name], secret)

        keeper = stack.enter_context(_Keeper(course, books, {item.name: (item, found) for item, found in chosen}))
        for result, seconds in crew.map(_timed(graded), work):
            keeper.keep(result, seconds)
            on_graded(result.verdict)
    return Grading(level, tuple(keeper.verdicts), keeper.problems, keeper.seconds)


def _timed(work: Callable[[Engine, Item], Result]) -> Callable[[Engine, Item], tuple[Result, float]]:
    """The same work, with the seconds that it takes."""

    def timed(engine: Engine, item: Item) -> tuple[Result, float]:
        begun = time.monotonic()
        return work(engine, item), time.monotonic() - begun

    return timed


class _Keeper:
    """Files at once, gradebook rows in batches, feedback pages when an assignment is complete."""

    def __init__(
        self,
        course: Course,
        books: Mapping[str, GradebookWriter],
        chosen: Mapping[str, tuple[Assignment, tuple[str, ...]]],
    ) -> None:
        self.verdicts: list[Verdict] = []
        self.problems: dict[tuple[str, str], str] = {}
        self.seconds: dict[tuple[str, str], float] = {}
        self._course, self._books, self._chosen = course, books, chosen
        self._open = {name: len(found) for name, (_, found) in chosen.items()}
        self._batch: list[GradedSubmission] = []
        # The first one at once: a gradebook that takes nothing is found out early, and little is lost with it.
        self._most = 1
        self._written = time.monotonic()

    def __enter__(self) -> _Keeper:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # After a Ctrl-C too: what the files say, the gradebook shall say.
        if not isinstance(error, GradebookError):
            self._write()

    def keep(self, graded: GradedSubmission, seconds: float) -> None:
        """Keep one result; the files first, as what the gradebook calls graded must open in formgrader."""
        name = graded.verdict.assignment
        if self._batch and self._batch[0].verdict.assignment != name:
            self._write()
        write_files(self._course, graded)
        self._batch.append(graded)
        self.verdicts.append(graded.verdict)
        self.seconds[graded.verdict.student_id, name] = seconds
        self._open[name] -= 1
        if self._open[name] == 0 or len(self._batch) >= self._most or time.monotonic() - self._written > _BATCH_SECONDS:
            self._write()
        if self._open[name] == 0:
            write_feedback(self._course, *self._chosen[name])

    def _write(self) -> None:
        batch, self._batch = self._batch, []
        self._most = min(2 * self._most, _BATCH)
        self._written = time.monotonic()
        if not batch:
            return
        name = batch[0].verdict.assignment
        not_recorded = self._books[name].write([(item.verdict, item.timestamp) for item in batch])
        for problem in not_recorded:
            key = problem.student_id, name
            said = self.problems.get(key)
            self.problems[key] = f"{said}; {problem.message}" if said else problem.message


def environment_on_path() -> None:
    """nbgrader calls ``alembic`` by name, so the environment's programs must be found."""
    folder = str(Path(sys.executable).parent)
    parts = os.environ.get("PATH", "").split(os.pathsep)
    if folder not in parts:
        os.environ["PATH"] = os.pathsep.join([folder, *parts])
