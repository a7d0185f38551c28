"""Grade submissions: the coordinator's main loop. Knows files and the gradebook, runs no cell."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

from autograder.course import Assignment, Course, assignments, load_assignment, students
from autograder.engine import Engine, Graded, baseline_of, not_judged
from autograder.errors import GradebookError, UsageError
from autograder.files import TIMESTAMP_FILE, remove_unfinished, write_atomically
from autograder.gradebook import GradebookWriter
from autograder.job import Brief, CellBaseline
from autograder.sandbox import Level, Limits
from autograder.seed import course_secret, seeder
from autograder.source import SourceNotebook, notebook_as_submission
from autograder.stamp import assignment_stamp, engine_stamp
from autograder.standing import UNRECORDED, Chunks, Work, standing_verdicts
from autograder.submission import HandedIn, read_handed_in
from autograder.verdict import VERDICT_FILE, NotebookVerdict, Status, Verdict, verdict_as_json

# The gradebook takes at most so many submissions in one transaction, and waits for them no longer than this.
_BATCH, _BATCH_SECONDS = 256, 1.0
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


def notebook_brief(
    limits: Limits, assignment: Assignment, notebook: SourceNotebook, baseline: dict[str, CellBaseline] | None
) -> Brief:
    """What the judge gets to know of a notebook; without a baseline for the reference run itself."""
    seconds = {key: float(value) for key, value in asdict(limits).items()}
    return Brief(assignment.name, notebook, assignment.data_files, seconds, baseline)


def judge_submission(
    engine: Engine, assignment: Assignment, submitted: HandedIn, briefs: Briefs, key: bytes
) -> dict[str, Graded]:
    """Judge the notebooks that can be read, by name; ``key`` is what their seeds are made of."""
    wanted = {notebook.name for notebook in assignment.notebooks}
    return {
        name: engine.grade(briefs[name], data, submitted.extras, seeder(key))
        for name, data in submitted.notebooks
        if name in wanted
    }


def put_together(
    level: Level, assignment: Assignment, submitted: HandedIn, judged: Mapping[str, Graded], digest: str = ""
) -> GradedSubmission:
    """The verdict on a submission, and its files; ``digest`` is what the verdict will be known by."""
    problem_of = dict(submitted.unreadable)
    verdicts: list[NotebookVerdict] = []
    # Not the learner's own files: a page or picture of his would open in the instructor's Jupyter.
    files: list[tuple[str, bytes]] = list(assignment.data_files)
    for notebook in assignment.notebooks:
        if notebook.name in judged:
            verdicts.append(judged[notebook.name].verdict)
            if judged[notebook.name].notebook:
                files.append((f"{notebook.name}.ipynb", judged[notebook.name].notebook))
        elif notebook.name in problem_of:
            verdicts.append(not_judged(notebook, Status.UNREADABLE, problem_of[notebook.name]))
        else:
            verdicts.append(not_judged(notebook, Status.MISSING, f"there is no {notebook.name}.ipynb"))
    if submitted.timestamp is not None:
        files.append((TIMESTAMP_FILE, submitted.timestamp.encode("utf-8", "replace")))
    files = list(dict(files).items())
    verdict = Verdict(
        submitted.student_id,
        assignment.name,
        level.value,
        tuple(verdicts),
        submitted.notes,
        digest,
        tuple((name, hashlib.sha256(data).hexdigest()) for name, data in files),
    )
    return GradedSubmission(verdict, tuple(files), submitted.timestamp)


def write_files(course: Course, graded: GradedSubmission) -> None:
    """Put the autograded notebooks, the data and ``verdict.json`` where nbgrader looks for them.

    The verdict comes last and has the digests of all others: what an interruption, or a power cut, leaves unfinished
    is found by the next run. Until the gradebook has the verdict too, a mark beside it says so.
    """
    folder = course.path("autograded", graded.verdict.student_id, graded.verdict.assignment)
    remove_unfinished(folder)
    write_atomically(folder / UNRECORDED, b"", durably=False)
    for name, data in (*graded.files, (VERDICT_FILE, verdict_as_json(graded.verdict).encode())):
        write_atomically(folder / name, data, durably=False)
    written = {name for name, _ in graded.files}
    for old in folder.glob("*.ipynb"):
        if old.name not in written and not old.is_symlink():
            old.unlink()


@dataclass(frozen=True, slots=True)
class Grading:
    """What one run of `autograder grade` did: how many it judged and how many verdicts it found still to hold.

    ``problems`` are what could not be recorded, by (student id, assignment).
    """

    level: Level
    judged: int
    unchanged: int
    problems: Mapping[tuple[str, str], str]


# Called with each verdict, and the seconds that it took; None for one of an earlier run that still holds.
OnVerdict = Callable[[Verdict, float | None], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """A submission that was judged: what was handed in, and each notebook that could be read, by name."""

    work: Work
    submitted: HandedIn
    graded: Mapping[str, Graded]
    seconds: float


class Executor(Protocol):
    """Where submissions are judged: on this machine, or on others."""

    level: Level
    code: bytes

    def judge(
        self, work: Sequence[Work], read: Callable[[Work], HandedIn], secret: bytes, on_idle: Callable[[], None]
    ) -> Iterator[Judged]:
        """Judge submissions, in whatever order they are done; each is read when its turn has come.

        ``on_idle`` is called where nothing has been done for a while.

        Raises UsageError where an assignment's own solution can't be judged, AutograderError where no more can be
        graded.
        """


def grade_course(
    course: Course,
    chosen: Sequence[tuple[Assignment, tuple[str, ...]]],
    executor: Executor,
    limits: Limits,
    on_verdict: OnVerdict,
    *,
    force: bool = False,
    with_feedback: bool = True,
) -> Grading:
    """Grade submissions and keep each in the files and the gradebook as it comes.

    What an earlier run judged, and nothing has changed since, is not judged again unless ``force`` is given. The
    feedback pages of what was judged, and those that an earlier run did not come to, are written at the end. Raises
    UsageError before anything is graded where an assignment has no release or differs from it, and GradebookError
    where the gradebook stops taking what it is given; what was graded before is kept then.
    """
    environment_on_path()
    secret = course_secret(course.root)
    everything = [assignment for assignment, _ in chosen]
    stamps = assignment_stamps(course, everything, executor, limits)
    left = [Work(assignment, student_id) for assignment, found in chosen for student_id in found]
    with ExitStack() as stack:
        # First, as other processes look at files while this one opens the gradebook.
        looking = stack.enter_context(ExitStack())
        chunks = None if force else looking.enter_context(standing_verdicts(course, left, stamps))
        book = stack.enter_context(GradebookWriter.open(course, everything))
        keeper = stack.enter_context(_Keeper(course, book, chosen, on_verdict, with_feedback=with_feedback))
        if chunks is not None:
            left = keeper.reuse(chunks)
            looking.close()
        if left:
            for result in executor.judge(left, lambda item: read_handed_in(course, *item), secret, keeper.write):
                name = result.work.assignment.name
                digest = result.submitted.digest(stamps[name])
                graded = put_together(executor.level, result.work.assignment, result.submitted, result.graded, digest)
                keeper.keep(graded, result.seconds)
        keeper.finish()
    return Grading(executor.level, keeper.judged, keeper.unchanged, keeper.problems)


def assignment_stamps(
    course: Course, everything: Sequence[Assignment], executor: Executor, limits: Limits
) -> dict[str, bytes]:
    """What each assignment's verdicts depend on besides the submission, by name."""
    engine = engine_stamp(course, executor.level, executor.code)
    return {item.name: assignment_stamp(engine, item, limits) for item in everything}


class _Keeper:
    """Files at once, gradebook rows in batches, feedback pages at the end."""

    def __init__(
        self,
        course: Course,
        book: GradebookWriter,
        chosen: Sequence[tuple[Assignment, tuple[str, ...]]],
        on_verdict: OnVerdict,
        *,
        with_feedback: bool,
    ) -> None:
        self.judged, self.unchanged = 0, 0
        self.problems: dict[tuple[str, str], str] = {}
        self._course, self._book, self._on_verdict = course, book, on_verdict
        self._assignments = {assignment.name: assignment for assignment, _ in chosen}
        self._with_feedback = with_feedback
        self._pages: dict[str, list[str]] = {}
        self._batch: list[tuple[Verdict, str | None]] = []
        self._standing: set[tuple[str, str]] = set()
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
            self.write()

    def reuse(self, chunks: Chunks) -> list[Work]:
        """Keep the verdicts that still stand; what must be judged is returned.

        The gradebook is compared, and brought to what the verdict says where it differs.
        """
        left: list[Work] = []
        for chunk in chunks:
            left += [item for item, found in chunk if found is None]
            known = [found for _, found in chunk if found is not None]
            differing = self._book.differing([(found.verdict, found.timestamp) for found in known])
            for found in known:
                key = found.verdict.student_id, found.verdict.assignment
                self.unchanged += 1
                # A run that was killed may have had a new verdict for the gradebook, with the scores of the old.
                if found.is_unrecorded or key in differing:
                    if not found.is_unrecorded:
                        self._standing.add(key)
                    self._record(found.verdict, found.timestamp)
                if self._with_feedback and not found.has_pages:
                    self._pages.setdefault(found.verdict.assignment, []).append(found.verdict.student_id)
                self._on_verdict(found.verdict, None)
        return left

    def keep(self, graded: GradedSubmission, seconds: float) -> None:
        """Keep one result; the files first, as what the gradebook calls graded must open in formgrader."""
        write_files(self._course, graded)
        self.judged += 1
        self._pages.setdefault(graded.verdict.assignment, []).append(graded.verdict.student_id)
        self._record(graded.verdict, graded.timestamp)
        self._on_verdict(graded.verdict, seconds)

    def finish(self) -> None:
        """Write what is left, and the pages of what was judged."""
        self.write()
        if self._with_feedback:
            # Half a second of imports, for those who want pages.
            from autograder.handback import write_feedback

            for name, student_ids in self._pages.items():
                write_feedback(self._course, self._assignments[name], sorted(student_ids))

    def _folder(self, verdict: Verdict) -> Path:
        return self._course.path("autograded", verdict.student_id, verdict.assignment)

    def _record(self, verdict: Verdict, timestamp: str | None) -> None:
        self._batch.append((verdict, timestamp))
        if len(self._batch) >= self._most or time.monotonic() - self._written > _BATCH_SECONDS:
            self.write()

    def write(self) -> None:
        """Give the gradebook what is waiting."""
        batch, self._batch = self._batch, []
        self._most = min(2 * self._most, _BATCH)
        self._written = time.monotonic()
        if not batch:
            return
        problems = self._book.write(batch, self._standing)
        self._standing.clear()
        for verdict, _ in batch:
            (self._folder(verdict) / UNRECORDED).unlink(missing_ok=True)
        for problem in problems:
            key = problem.student_id, problem.assignment
            said = self.problems.get(key)
            self.problems[key] = f"{said}; {problem.message}" if said else problem.message


def environment_on_path() -> None:
    """nbgrader calls ``alembic`` by name, so the environment's programs must be found."""
    folder = str(Path(sys.executable).parent)
    parts = os.environ.get("PATH", "").split(os.pathsep)
    if folder not in parts:
        os.environ["PATH"] = os.pathsep.join([folder, *parts])
