"""Grade one notebook file without touching the gradebook: the instructor's quick look."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from autograder.course import Assignment, Course, assignments, load_assignment
from autograder.doctor import require_level
from autograder.engine import Engine, Graded
from autograder.errors import SandboxError, UnreadableSubmission, UsageError
from autograder.files import read_file
from autograder.job import NOT_ISOLATED, CellBaseline
from autograder.packages import imported_distributions
from autograder.sandbox import Level, Limits
from autograder.seed import passing_secret, seeder, submission_key
from autograder.source import Kind, SourceNotebook
from autograder.verdict import Verdict

NOBODY = "(check)"


def check_notebook(course: Course, path: Path, name: str | None, level: Level | None, limits: Limits) -> Verdict:
    """The verdict on one file. Raises UsageError if the file can't be read or belongs to no assignment.

    Without a ``level`` it is the best that works here.
    """
    try:
        data = read_file(path)
    except UnreadableSubmission as problem:
        raise UsageError(str(problem)) from None
    assignment = _assignment_of(course, path, name)
    if level is not None:
        return _judged(course, assignment, path.stem, data, level, limits)
    # Somebody waits: what mostly works is not tried first by itself.
    with contextlib.suppress(SandboxError):
        return _judged(course, assignment, path.stem, data, Level.FORK, limits)
    return _judged(course, assignment, path.stem, data, require_level(no_sandbox=False), limits)


def _judged(
    course: Course, assignment: Assignment, notebook: str, data: bytes, level: Level, limits: Limits
) -> Verdict:
    """Raises SandboxError where the level does not work."""
    packages = (*course.packages, *imported_distributions([assignment]))
    (source,) = (item for item in assignment.notebooks if item.name == notebook)
    seed_for = seeder(submission_key(passing_secret(course.root), assignment.name, NOBODY))
    with Engine(level, limits, packages, course.reference, for_one=True) as engine:
        # Imports much, which is done while the engine warms up.
        from autograder.grade import notebook_brief, reference_run

        plain, assumed = (
            replace(notebook_brief(limits, assignment, source, baseline), keeps_outputs=False)
            for baseline in (None, _best(source))
        )

        def grade_early() -> Graded:
            # Read once for both runs
            engine.prepare(plain)
            return engine.grade(assumed, data, (), seed_for)

        # Beside the reference run, whose outcome is mostly what it should be; the verdict waits for it.
        with ThreadPoolExecutor(1) as pool:
            early = pool.submit(grade_early)
            briefs, runs = reference_run(engine, assignment)
        if any(cell.cause == NOT_ISOLATED for run in runs for cell in run.verdict.cells):
            raise SandboxError(NOT_ISOLATED)
        brief = replace(briefs[notebook], keeps_outputs=False)
        graded = early.result() if brief == assumed else engine.grade(brief, data, (), seed_for)
    return Verdict(NOBODY, assignment.name, level.value, (graded.verdict,))


def _best(source: SourceNotebook) -> dict[str, CellBaseline]:
    """What the reference run says where it passes every check, and none gives a part of its points."""
    tests = (cell.grade_id or "" for cell in source.cells if cell.kind is Kind.TEST)
    return {grade_id: CellBaseline(judgeable=True) for grade_id in tests}


def _assignment_of(course: Course, path: Path, name: str | None) -> Assignment:
    if name is not None:
        assignment = load_assignment(course, name)
        if path.stem not in [notebook.name for notebook in assignment.notebooks]:
            known = ", ".join(f"{notebook.name}.ipynb" for notebook in assignment.notebooks)
            raise UsageError(f"{path.name} is no notebook of {name!r}, which has {known}: rename the file")
        return assignment
    loaded = [load_assignment(course, known) for known in assignments(course)]
    fitting = [item for item in loaded if path.stem in [notebook.name for notebook in item.notebooks]]
    if len(fitting) > 1:
        # The folder that the file lies in says which: submitted/<student>/<assignment>/.
        fitting = [item for item in fitting if item.name == path.resolve().parent.name] or fitting
    if len(fitting) != 1:
        choices = ", ".join(item.name for item in fitting) or "none"
        raise UsageError(
            f"Which assignment is {path.name} from? By its name it could be: {choices}; say --assignment NAME"
        )
    return fitting[0]
