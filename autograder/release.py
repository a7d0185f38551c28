"""Release an assignment with nbgrader's own converter, and only if it gives nothing away."""

from __future__ import annotations

import glob
import logging
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.course import Assignment, Course, load_assignment, read_config
from autograder.database import NoGradebook, open_database, sqlite_path
from autograder.errors import AutograderError, GradebookError, UsageError
from autograder.leak import Private, find_leaks

_MOST_FINDINGS = 20
# Last line of a traceback in nbgrader's log, which indents it by four; and its own errors
_RAISED = re.compile(r"^ {4}([A-Za-z_][\w.]*: .+)$", re.MULTILINE)
_ERROR = re.compile(r"^\[ERROR\] (.+)$", re.MULTILINE)
# What nbgrader's log says, and what an instructor can do about it
_REASONS = (
    (
        "Cannot add or remove cells",
        "nbgrader cannot add or remove graded cells once a submission is recorded: undo that change, or "
        "remove the assignment from the gradebook with its scores (`nbgrader db assignment remove {name}`)",
    ),
    (
        "Cannot modify existing assignment",
        "nbgrader cannot add or remove notebooks once a submission is recorded: undo that change, or "
        "remove the assignment from the gradebook with its scores (`nbgrader db assignment remove {name}`)",
    ),
    (
        "old version",
        "a notebook has metadata of an older nbgrader: back up the course and run `nbgrader update source`",
    ),
    ("database is locked", "the gradebook is locked by another program: wait for it and run again"),
    ("readonly database", "the gradebook is read-only: make the file and its folder writable"),
    ("permission denied for", "the gradebook's user must not create tables: grant that in the database"),
    ("disk is full", "the disk is full: make room and run again"),
    ("No space left", "the disk is full: make room and run again"),
    ("error accessing the nbgrader database", "the gradebook has an older schema: run `nbgrader db upgrade`"),
)


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """What was released: the folder, its notebooks with their points, and its data files."""

    assignment: str
    folder: Path
    notebooks: tuple[tuple[str, float], ...]
    data_files: tuple[str, ...]
    replaced: bool


def release(
    course: Course,
    assignment: str,
    force: bool = False,
    private: Private | None = None,
    busy_seconds: float = 5.0,
    due: datetime | None = None,
) -> ReleaseReport:
    """Generate the release and record it in the gradebook; ``force`` replaces an earlier release.

    ``due`` becomes the assignment's due date; without it the gradebook's stays as it is.

    Raises UsageError for a source that nbgrader refuses, or that would give away what learners must not
    see, GradebookError where the gradebook cannot be written. An earlier release then stays as it was.
    """
    source = load_assignment(course, assignment)
    folder = course.path("release", ".", assignment)
    replaced = folder.exists()
    if replaced and not force:
        raise UsageError(f"{folder} exists already: `autograder release {assignment} --force` replaces it")
    if glob.escape(assignment) != assignment or "+" in assignment or assignment != assignment.strip():
        raise UsageError(
            f"The assignment {assignment!r} must have a name without '+', '*', '?', '[' and spaces around it"
        )
    _check_gradebook(course, assignment, busy_seconds)
    # Beside the release, so that moving it into place is one step; a hidden name, so that no tool lists it
    with _scratch_folder(course) as scratch:
        draft = _generate(course, assignment, scratch, "draft", record=False)
        _check_leaks(course, source, draft, private)
        final = _generate(course, assignment, scratch, "final", record=True)
        _check_leaks(course, source, final, private)
        if due is not None:
            _set_due_date(course, assignment, due, busy_seconds)
        _move_into_place(final, folder, scratch)
    return ReleaseReport(
        assignment,
        folder,
        tuple((notebook.name, notebook.max_points) for notebook in source.notebooks),
        tuple(name for name, _ in source.data_files),
        replaced,
    )


def _check_gradebook(course: Course, assignment: str, busy_seconds: float) -> None:
    """nbgrader would fill any database with its tables; only a new SQLite file or an empty database may get them."""
    try:
        open_database(course.db_url, assignment, busy_seconds).close()
    except NoGradebook:
        path = sqlite_path(course.db_url)
        if path is not None and not path.parent.is_dir():
            raise GradebookError(f"The gradebook {path} cannot be created: {path.parent} does not exist") from None


def _set_due_date(course: Course, assignment: str, due: datetime, busy_seconds: float) -> None:
    """nbgrader keeps dates in UTC, without a time zone."""
    database = open_database(course.db_url, assignment, busy_seconds)
    try:
        table = database.tables["assignment"]
        with database.transaction() as connection:
            utc = due.astimezone(UTC).replace(tzinfo=None)
            connection.execute(table.update().where(table.c.name == assignment).values(duedate=utc))
    finally:
        database.close()


@contextmanager
def _scratch_folder(course: Course) -> Iterator[Path]:
    try:
        scratch = Path(tempfile.mkdtemp(prefix=".autograder-release-", dir=course.root))
    except OSError as error:
        raise UsageError(f"{course.root} cannot be written: {error.strerror}") from None
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _generate(course: Course, assignment: str, scratch: Path, name: str, record: bool) -> Path:
    """Run nbgrader's generate_assignment in this process, with the release folder moved into ``scratch``."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import capture_log

    config = read_config(course.root)
    directory = os.path.join(scratch.name, name)
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.db_url = course.db_url
    config.CourseDirectory.release_directory = directory
    config.CourseDirectory.assignment_id = assignment
    if not record:
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
    with _environment_on_path(), _quiet():
        converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
        result = capture_log(converter)
    if not result["success"]:
        if "KeyboardInterrupt" in result.get("error", ""):
            raise KeyboardInterrupt  # nbgrader catches it and goes on
        raise _refusal(course, assignment, f"{result.get('log', '')}\n{result.get('error', '')}")
    relative = course.directory_structure.format(nbgrader_step=directory, student_id=".", assignment_id=assignment)
    return course.root / relative


@contextmanager
def _environment_on_path() -> Iterator[None]:
    """nbgrader calls `alembic` by its bare name, also where the environment is not activated."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


@contextmanager
def _quiet() -> Iterator[None]:
    """nbgrader's log is read by us; its tracebacks are not what an instructor should see."""
    logger = logging.getLogger("traitlets")
    propagate, logger.propagate = logger.propagate, False
    try:
        yield
    finally:
        logger.propagate = propagate


def _refusal(course: Course, assignment: str, log: str) -> AutograderError:
    where = course.path("source", ".", assignment)
    for sign, sentence in _REASONS:
        if sign in log:
            message = f"{where} was not released: {sentence.format(name=assignment)}"
            return GradebookError(message) if sentence.startswith("the gradebook") else UsageError(message)
    raised = _RAISED.findall(log) or _ERROR.findall(log) or ["it gave no reason"]
    return UsageError(f"{where} was not released, nbgrader refused it: {raised[-1]}")


def _check_leaks(course: Course, source: Assignment, folder: Path, private: Private | None) -> None:
    leaks = find_leaks(folder, source, course.markers, private)
    if not leaks:
        return
    findings = [f"  {leak}" for leak in leaks[:_MOST_FINDINGS]]
    if len(leaks) > _MOST_FINDINGS:
        findings.append(f"  and {len(leaks) - _MOST_FINDINGS} more")
    listed = "\n".join(findings)
    raise UsageError(f"{source.name} was not released, it would give away what learners must not see:\n{listed}")


def _move_into_place(final: Path, folder: Path, scratch: Path) -> None:
    old = scratch / "old"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            folder.rename(old)
        final.rename(folder)
    except OSError as error:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from None
