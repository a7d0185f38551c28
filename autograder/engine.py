"""The coordinator's side of grading one notebook: brings a judge and its workers together, keeps the records."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import TracebackType

from autograder.errors import SandboxError
from autograder.job import (
    SEED_BYTES,
    BadMessage,
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
from autograder.source import Kind, SourceNotebook
from autograder.verdict import CellVerdict, NotebookVerdict, Outcome, Status
from autograder.warm import Zygote

# The judge keeps its own clock; this is for a judge that does not come back at all.
BACKSTOP_SECONDS = 60.0
_TRACEBACK = "an error in the judge"


@dataclass(frozen=True, slots=True)
class Graded:
    """A verdict and the autograded notebook that goes with it (empty for one that can't be read)."""

    verdict: NotebookVerdict
    notebook: bytes
    gives_score: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Records:
    """What the judges of one notebook have told so far."""

    read: Read | None = None
    done: Done | None = None
    unreadable: Unreadable | None = None
    cells: dict[str, CellVerdict] | None = None
    gives_score: frozenset[str] = frozenset()
    seed: str = ""

    def judged(self) -> dict[str, CellVerdict]:
        if self.cells is None:
            self.cells = {}
        return self.cells


class Engine:
    """Two warm processes, and a fork of each for every notebook that is graded."""

    def __init__(self, level: Level, limits: Limits, packages: Sequence[str]) -> None:
        self.level, self.limits = level, limits
        self._packages = tuple(packages)
        self._worker: Zygote | None = None
        self._judge: Zygote | None = None

    def __enter__(self) -> Engine:
        # Both take seconds to warm up, each on a core of its own.
        with ThreadPoolExecutor(1) as pool:
            worker = pool.submit(start_worker, self.level, self._packages, self.limits)
            try:
                self._judge = self._new_judge()
            finally:
                self._worker = worker.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for zygote in (self._worker, self._judge):
            if zygote is not None:
                zygote.close()

    def grade(self, job: Job, seed_for: Callable[[str], bytes]) -> Graded:
        """Judge one notebook. ``seed_for`` turns the digest of its solution cells into its seed.

        A judge that a hostile answer destroys costs the cell that it was at; a fresh one goes on with the next.
        """
        records = _Records()
        started = time.monotonic()
        order = [cell.grade_id or "" for cell in job.source.cells if cell.kind is Kind.TEST]
        for _ in range(len(order) + 1):
            # A judge that is destroyed takes its count with it; all of them share the time of one submission.
            spent = time.monotonic() - started if records.read is not None else 0.0
            limits = {**job.limits, **{name: job.limits[name] - spent for name in ("total_cpu", "total_wall")}}
            cause = self._run_judge(replace(job, judged=tuple(records.judged()), limits=limits), seed_for, records)
            if records.done is not None or records.unreadable is not None:
                break
            if records.read is None:
                records.unreadable = Unreadable(f"it could not be read: {cause}")
                break
            open_cells = [grade_id for grade_id in order if grade_id not in records.judged()]
            if not open_cells:
                break
            cell = next(cell for cell in job.source.cells if cell.grade_id == open_cells[0])
            records.judged()[open_cells[0]] = CellVerdict(
                grade_id=open_cells[0],
                title=cell.title,
                # A traceback is a mistake of ours; a judge that was killed leaves none.
                outcome=Outcome.GRADER_ERROR if cause.startswith(_TRACEBACK) else Outcome.CRASHED,
                points=0.0,
                max_points=cell.points,
                message="the answer could not be checked: it ended the process that checks it",
                cause=f"the judge ended: {cause}",
            )
        return _graded(job.source, records, order)

    def _run_judge(self, job: Job, seed_for: Callable[[str], bytes], records: _Records) -> str:
        """Serve one judge until it is done; the reason if it ended before."""
        assert self._judge is not None
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                number = self._spawn_judge(theirs.fileno(), job.to_bytes())
            reader = MessageReader()
            said = self._judge.errors_end()
            deadline = time.monotonic() + max(job.limits["total_wall"], 0) + BACKSTOP_SECONDS
            while True:
                ready, _, _ = select.select([ours], [], [], max(0.0, deadline - time.monotonic()))
                if not ready:
                    self._judge.kill(number)
                    return "it did not come back in time"
                try:
                    data = ours.recv(2**20)
                    if not data:
                        last = self._judge.errors(said).rpartition("\n")[2]
                        is_ours = last and not last.startswith("MemoryError")
                        return f"{_TRACEBACK}: {last}" if is_ours else "it used up its memory or time, or crashed"
                    reader.feed(data)
                    while (message := reader.take()) is not None:
                        match message:
                            case NeedWorker():
                                self._send_worker(ours)
                            case Read():
                                records.read = message
                                seed = seed_for(message.digest)[:SEED_BYTES]
                                records.seed = seed.hex()
                                ours.sendall(seed)
                            case Judged():
                                records.judged()[message.cell.grade_id] = message.cell
                                if message.gives_score:
                                    records.gives_score |= {message.cell.grade_id}
                            case Unreadable():
                                records.unreadable = message
                                return ""
                            case Done():
                                records.done = message
                                return ""
                except BadMessage as problem:
                    self._judge.kill(number)
                    return str(problem)
                except OSError as problem:
                    return str(problem)

    def _send_worker(self, judge: socket.socket) -> None:
        with contextlib.ExitStack() as stack:
            pairs = [socket.socketpair() for _ in range(2)]
            for pair in pairs:
                for end in pair:
                    stack.enter_context(end)
            self._spawn_worker([pair[1].fileno() for pair in pairs])
            socket.send_fds(judge, [b"\x01"], [pair[0].fileno() for pair in pairs])

    def _spawn_worker(self, fds: list[int]) -> None:
        assert self._worker is not None
        try:
            self._worker.spawn(fds, b"")
        except SandboxError:
            # Killed from outside, by the kernel's memory guard for one: a new one does as well.
            self._worker.close()
            self._worker = start_worker(self.level, self._packages, self.limits)
            self._worker.spawn(fds, b"")

    def _spawn_judge(self, control: int, request: bytes) -> int:
        assert self._judge is not None
        try:
            return self._judge.spawn([control], request)
        except SandboxError:
            self._judge.close()
            self._judge = self._new_judge()
            return self._judge.spawn([control], request)

    def _new_judge(self) -> Zygote:
        # The judge works while the learner's code does, and a hostile answer may make it work for itself.
        return start_judge(self.level, cpu_seconds=60 + 2 * self.limits.total_cpu)


def _graded(source: SourceNotebook, records: _Records, order: list[str]) -> Graded:
    if records.unreadable is not None or records.read is None:
        reason = records.unreadable.reason if records.unreadable is not None else ""
        return Graded(NotebookVerdict(source.name, Status.UNREADABLE, reason=reason), b"")
    judged = records.judged()
    verdict = NotebookVerdict(
        notebook=source.name,
        status=Status.GRADED,
        cells=tuple(judged[grade_id] for grade_id in order if grade_id in judged),
        manual=records.read.manual,
        untouched=records.read.untouched,
        repairs=records.read.repairs,
        seed=records.seed,
    )
    notebook = records.done.notebook if records.done is not None else records.read.notebook
    return Graded(verdict, notebook, records.gives_score)


def baseline_of(graded: Graded) -> dict[str, CellBaseline]:
    """What the reference run says of each test cell: whether it can be judged, whether it states a score."""
    baseline = {}
    for cell in graded.verdict.cells:
        gives_score = cell.grade_id in graded.gives_score
        ok = cell.outcome is Outcome.PASSED or (gives_score and cell.outcome is Outcome.FAILED)
        reason = "" if ok else f"the reference solution does not pass this check: {cell.message} {cell.cause}".strip()
        baseline[cell.grade_id] = CellBaseline(judgeable=ok, gives_score=gives_score, reason=reason)
    return baseline
