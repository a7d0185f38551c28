"""The coordinator's side of grading one notebook: brings a judge and its workers together, keeps the records."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from autograder.errors import SandboxError
from autograder.job import (
    NOT_ISOLATED,
    SEED_BYTES,
    BadMessage,
    Brief,
    CellBaseline,
    Done,
    Job,
    Judged,
    MessageReader,
    NeedWorker,
    Read,
    Unreadable,
)
from autograder.sandbox import Level, Limits, start_judge, start_worker
from autograder.sanitize import one_line
from autograder.source import Kind, SourceNotebook
from autograder.verdict import OUR_FAULT, CellVerdict, NotebookVerdict, Outcome, Status
from autograder.warm import Zygote

# The judge keeps its own clock; this is for a judge that does not come back at all.
BACKSTOP_SECONDS = 60.0
_TRACEBACK = "an error in the judge"
_MOST_SAID = 4000


@dataclass(frozen=True, slots=True)
class Graded:
    """A verdict and the autograded notebook that goes with it (empty for one that can't be read)."""

    verdict: NotebookVerdict
    notebook: bytes
    gives_score: frozenset[str] = frozenset()
    was_cut_off: bool = False


@dataclass(slots=True)
class _Records:
    """What the judges of one notebook have told so far."""

    read: Read | None = None
    done: Done | None = None
    unreadable: Unreadable | None = None
    cells: dict[str, CellVerdict] = field(default_factory=dict)
    gives_score: frozenset[str] = frozenset()
    seed: str = ""
    was_cut_off: bool = False

    def open_of(self, order: Sequence[str]) -> list[str]:
        """The test cells that have no verdict yet."""
        return [grade_id for grade_id in order if grade_id not in self.cells]


@dataclass(frozen=True, slots=True)
class _Worker:
    """The judge's ends of one learner's process: its wire, and its monitor's."""

    sockets: tuple[socket.socket, ...]

    @property
    def ends(self) -> list[int]:
        return [end.fileno() for end in self.sockets]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for end in self.sockets:
            end.close()


class _Warm:
    """A warm process that starts in the background, and is replaced when it was killed from outside."""

    def __init__(self, start: Callable[[], Zygote]) -> None:
        self._start = start
        self._pool = ThreadPoolExecutor(1)
        self._starting = self._pool.submit(start)
        self._lock = threading.Lock()

    @property
    def zygote(self) -> Zygote:
        """The process, once it is warm. Raises SandboxError where it did not start."""
        return self._starting.result()

    def wait(self) -> None:
        """Return once it is warm. Raises SandboxError where it did not start."""
        self._starting.result()

    def spawn(self, fds: list[int], request: bytes) -> tuple[Zygote, int]:
        """A fork and the process that it is one of: a new one if the old is gone, by the kernel's memory guard, say."""
        zygote = self.zygote
        try:
            return zygote, zygote.spawn(fds, request)
        except SandboxError:
            with self._lock:
                # Of several that find it gone, one starts the next.
                if self.zygote is zygote:
                    zygote.close()
                    self._starting = self._pool.submit(self._start)
            return self.zygote, self.zygote.spawn(fds, request)

    def hang_up(self) -> None:
        """Let the process end, also one that is still warming up; it takes a while, in which others can end too."""
        self._pool.shutdown()
        if self._starting.exception() is None:
            self.zygote.hang_up()

    def close(self) -> None:
        """End the process, also one that is still warming up."""
        self.hang_up()
        if self._starting.exception() is None:
            self.zygote.close()


class Engine:
    """Two warm processes, and a fork of each for every notebook that is graded.

    ``reference`` is the folder that test cells import ``reference`` from, where it is not the installed package.
    ``for_one`` is ready sooner, and slower for each notebook that draws.
    Both take seconds to warm up, each on a core of its own; so entering returns at once, and who needs them
    first waits. A sandbox that does not start is a SandboxError there.
    """

    def __init__(
        self,
        level: Level,
        limits: Limits,
        packages: Sequence[str],
        reference: Path | None = None,
        *,
        for_one: bool = False,
    ) -> None:
        self._for_one = for_one
        self.level, self.limits = level, limits
        self._packages = tuple(packages)
        self._reference = reference
        # What a judge that has to be started anew must be told again.
        self._briefs: dict[str, bytes] = {}
        self._loading = threading.Lock()

    def __enter__(self) -> Engine:
        self._worker = _Warm(lambda: start_worker(self.level, self._packages, self.limits, for_one=self._for_one))
        self._judge = _Warm(self._start_judge)
        return self

    def _start_judge(self) -> Zygote:
        # The judge works while the learner's code does, and a hostile answer may make it work for itself.
        seconds = 60 + 2 * self.limits.total_cpu
        judge = start_judge(self.level, reference=self._reference, cpu_seconds=seconds)
        for data in list(self._briefs.values()):
            judge.load(data)
        return judge

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.hang_up()
        self._judge.close()
        self._worker.close()

    def wait_until_warm(self) -> None:
        """Return when both processes are warm. Raises SandboxError where one did not start."""
        self._worker.wait()
        self._judge.wait()

    def prepare(self, brief: Brief) -> None:
        """Have the judge read a brief before the first submission that needs it."""
        with self._loading:
            if brief.key not in self._briefs:
                judge = self._judge.zygote
                self._briefs[brief.key] = brief.data
                # One that has ended is started anew with all briefs, once it is asked for a fork.
                with contextlib.suppress(SandboxError):
                    judge.load(brief.data)

    def grade(
        self,
        brief: Brief,
        submitted: bytes,
        learner_files: tuple[tuple[str, bytes], ...],
        seed_for: Callable[[str], bytes],
    ) -> Graded:
        """Judge one notebook. ``seed_for`` turns the digest of its solution cells into its seed.

        Where a process came to an end that nobody can explain, it is judged once more from the beginning: it may have
        been killed from outside. What happens twice is the submission's own doing.
        """
        graded = self._grade(brief, submitted, learner_files, seed_for)
        if graded.was_cut_off or any(map(_is_unexplained, graded.verdict.cells)):
            graded = self._grade(brief, submitted, learner_files, seed_for)
        return graded

    def _grade(
        self,
        brief: Brief,
        submitted: bytes,
        learner_files: tuple[tuple[str, bytes], ...],
        seed_for: Callable[[str], bytes],
    ) -> Graded:
        """A judge that a hostile answer destroys costs the cell that it was at; a fresh one goes on with the next."""
        self.prepare(brief)
        source = brief.source
        records = _Records()
        started = time.monotonic()
        order = [cell.grade_id or "" for cell in source.cells if cell.kind is Kind.TEST]
        while True:
            # A judge that is destroyed takes its count with it; all of them share the time of one submission.
            spent = time.monotonic() - started if records.read is not None else 0.0
            only_read = records.read is not None and not records.open_of(order)
            job = Job(brief.key, submitted, learner_files, tuple(records.cells.values()), spent, only_read)
            cause = self._run_judge(job, brief.limits["total_wall"] - spent, seed_for, records)
            if only_read or records.done is not None or records.unreadable is not None:
                done = records.done
                # One that only reads knows no outputs.
                records.was_cut_off = only_read or (
                    done.unexplained if done is not None else records.unreadable is None
                )
                break
            if records.read is None:
                records.unreadable = Unreadable(f"it could not be read: {cause}")
                records.was_cut_off = True
                break
            if open_cells := records.open_of(order):
                cell = next(cell for cell in source.cells if cell.grade_id == open_cells[0])
                records.cells[open_cells[0]] = CellVerdict(
                    grade_id=open_cells[0],
                    title=cell.title,
                    # A traceback is a mistake of ours; a judge that was killed leaves none.
                    outcome=Outcome.GRADER_ERROR if cause.startswith(_TRACEBACK) else Outcome.CRASHED,
                    points=0.0,
                    max_points=cell.points,
                    message="the answer could not be checked: it ended the process that checks it",
                    cause=f"the judge ended: {cause}",
                )
        return _graded(source, records, order)

    def _run_judge(self, job: Job, wall: float, seed_for: Callable[[str], bytes], records: _Records) -> str:
        """Serve one judge until it is done; the reason if it ended before."""
        with contextlib.ExitStack() as stack:
            ours, theirs = (stack.enter_context(end) for end in socket.socketpair())
            errors = stack.enter_context(os.fdopen(os.memfd_create("errors"), "rb"))
            judge, number = self._judge.spawn([theirs.fileno(), errors.fileno()], job.to_bytes())
            theirs.close()
            # Its namespaces are built while the judge reads the submission.
            spare = None if job.only_read else stack.enter_context(self._new_worker())
            reader = MessageReader()
            deadline = time.monotonic() + max(wall, 0) + BACKSTOP_SECONDS
            while True:
                ready, _, _ = select.select([ours], [], [], max(0.0, deadline - time.monotonic()))
                if not ready:
                    _kill(judge, number)
                    return "it did not come back in time"
                try:
                    if reader.receive(ours) == 0:
                        last = one_line(_end_of(errors.fileno()).rpartition("\n")[2], 500)
                        is_ours = last and not last.startswith("MemoryError")
                        return f"{_TRACEBACK}: {last}" if is_ours else "it used up its memory or time, or crashed"
                    while (message := reader.take()) is not None:
                        match message:
                            case NeedWorker():
                                with spare or self._new_worker() as worker:
                                    socket.send_fds(ours, [b"\x01"], worker.ends)
                                spare = None
                            case Read():
                                records.read = message
                                seed = seed_for(message.digest)[:SEED_BYTES]
                                records.seed = seed.hex()
                                ours.sendall(seed)
                            case Judged():
                                records.cells[message.cell.grade_id] = message.cell
                                if message.gives_score:
                                    records.gives_score |= {message.cell.grade_id}
                            case Unreadable():
                                records.unreadable = message
                                return ""
                            case Done():
                                records.done = message
                                return ""
                except BadMessage as problem:
                    _kill(judge, number)
                    return str(problem)
                except OSError as problem:
                    return str(problem)

    def _new_worker(self) -> _Worker:
        pairs = [socket.socketpair() for _ in range(2)]
        try:
            self._worker.spawn([far.fileno() for _, far in pairs], b"")
        finally:
            for _, far in pairs:
                far.close()
        return _Worker(tuple(near for near, _ in pairs))


def _kill(zygote: Zygote, number: int) -> None:
    # One that has ended took its forks with it.
    with contextlib.suppress(SandboxError):
        zygote.kill(number)


def _end_of(descriptor: int) -> str:
    """The end of what a judge wrote to standard error."""
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, _MOST_SAID, max(0, size - _MOST_SAID)).decode(errors="replace").strip()


def _is_unexplained(cell: CellVerdict) -> bool:
    return cell.outcome is Outcome.CRASHED or cell.cause == NOT_ISOLATED


def not_judged(source: SourceNotebook, status: Status, reason: str) -> NotebookVerdict:
    """The verdict on a notebook of which no cell could be judged."""
    return NotebookVerdict(source.name, status, reason=reason, worth=source.automatic_points)


def not_graded(source: SourceNotebook, cause: str) -> Graded:
    """What is said of a notebook that we failed to judge: it costs its learner nothing, and a human looks at it."""
    cells = tuple(
        CellVerdict(
            grade_id=cell.grade_id or "",
            title=cell.title,
            outcome=Outcome.GRADER_ERROR,
            points=0.0,
            max_points=cell.points,
            message=OUR_FAULT,
            cause=cause,
        )
        for cell in source.cells
        if cell.kind is Kind.TEST
    )
    return Graded(NotebookVerdict(source.name, Status.GRADED, cells), b"")


def _graded(source: SourceNotebook, records: _Records, order: list[str]) -> Graded:
    if records.unreadable is not None or records.read is None:
        reason = records.unreadable.reason if records.unreadable is not None else ""
        return Graded(not_judged(source, Status.UNREADABLE, reason), b"", was_cut_off=records.was_cut_off)
    verdict = NotebookVerdict(
        notebook=source.name,
        status=Status.GRADED,
        cells=tuple(records.cells[grade_id] for grade_id in order if grade_id in records.cells),
        manual=records.read.manual,
        untouched=records.read.untouched,
        repairs=records.read.repairs,
        seed=records.seed,
    )
    notebook = records.done.notebook if records.done is not None else b""
    return Graded(verdict, notebook, records.gives_score, records.was_cut_off)


def baseline_of(graded: Graded) -> dict[str, CellBaseline]:
    """What the reference run says of each test cell: whether it can be judged, whether it states a score."""
    baseline = {}
    for cell in graded.verdict.cells:
        gives_score = cell.grade_id in graded.gives_score
        ok = cell.outcome is Outcome.PASSED or (gives_score and cell.outcome is Outcome.FAILED)
        reason = "" if ok else f"the reference solution does not pass this check: {cell.message} {cell.cause}".strip()
        baseline[cell.grade_id] = CellBaseline(judgeable=ok, gives_score=gives_score, reason=reason)
    return baseline
