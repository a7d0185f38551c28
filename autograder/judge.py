"""The judge: one fork for each submitted notebook. Holds the test cells; has no gradebook, no secret, no network."""

from __future__ import annotations

import builtins
import contextlib
import gc
import hashlib
import os
import random
import socket
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.alarm import Alarm
from autograder.autograded import as_bytes, as_notebook
from autograder.diagnosis import Observation, observe_all
from autograder.errors import UnreadableSubmission
from autograder.files import put_files
from autograder.job import (
    SEED_BYTES,
    CellBaseline,
    Done,
    Job,
    Judged,
    NeedWorker,
    Read,
    Unreadable,
    read_brief,
    read_job,
    send_message,
)
from autograder.line import Budget, LearnerFault, Line
from autograder.namespace import RemoteNamespace
from autograder.notebook import AlignedCell, Role, Submission, read_submission
from autograder.prepared import Check, Prepared, prepare, with_baseline
from autograder.remote import Gate
from autograder.source import Kind, SourceCell
from autograder.testcell import Capture, judge_run, run_test, score_of
from autograder.testing import SUBMISSION_SEED, Call
from autograder.verdict import OUR_FAULT, CellVerdict, ManualCell, Outcome
from autograder.versions import Version

_DIAGNOSED = frozenset({Outcome.FAILED, Outcome.RAISED})
_prepared: dict[str, Prepared] = {}


def warm() -> None:
    """Run what is resolved on first use only, so that no fork pays for it."""
    np.random.default_rng(0).normal(size=3)


def load(data: bytes) -> None:
    """Read a brief, in the warm process: every later fork has it."""
    brief = read_brief(data)
    # The reference run had the same but for what it was to find out.
    before = _prepared.get(replace(brief, baseline=None).key)
    _prepared[brief.key] = prepare(brief) if before is None else with_baseline(before, brief)


def serve(control: socket.socket, request: bytes) -> None:
    """Judge one notebook; the coordinator is at the other end of ``control``."""
    # What a short life leaves behind is not worth a search every few hundred objects.
    gc.set_threshold(50_000)
    job = read_job(request)
    prepared = _prepared[job.key]
    source = prepared.brief.source
    try:
        submission = read_submission(source.name, job.submitted, source)
    except UnreadableSubmission as problem:
        send_message(control, Unreadable(str(problem)))
        return
    manual = tuple(
        ManualCell(
            grade_id=cell.grade_id or "",
            max_points=source.cells[cell.source_index].points,
            answered=cell.changed,
            is_task=cell.kind is Kind.TASK,
        )
        for cell in submission.cells
        if cell.kind in (Kind.MANUAL, Kind.TASK) and cell.source_index is not None
    )
    untouched = tuple(
        cell.grade_id or "" for cell in submission.cells if cell.kind is Kind.SOLUTION and not cell.changed
    )
    digest = _digest(submission.solution_digest, job.learner_files)
    send_message(control, Read(submission.repairs, digest, manual, untouched))
    SUBMISSION_SEED.set(_receive_exactly(control, SEED_BYTES).hex())
    if job.only_read:
        send_message(control, Done(as_bytes(as_notebook(submission, source, {}, _by_id(job)))))
        return
    with tempfile.TemporaryDirectory(prefix="assignment-") as folder:
        run = _Judgement(prepared, job, submission, control, Path(folder))
        run.judge()
        run.diagnose()
        run.close()
        os.chdir("/")
    notebook = as_notebook(submission, source, run.outputs, run.verdicts)
    send_message(control, Done(as_bytes(notebook), run.unexplained))


def _by_id(job: Job) -> dict[str, CellVerdict]:
    """What earlier judges of this notebook found."""
    return {cell.grade_id: cell for cell in job.judged}


def _digest(solution_digest: str, files: tuple[tuple[str, bytes], ...]) -> str:
    """What the seed depends on: a file beside the notebook can hold code as a cell can."""
    digest = hashlib.sha256(solution_digest.encode())
    for name, data in sorted(files):
        for part in (name.encode("utf-8", "surrogatepass"), data):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _receive_exactly(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            sys.exit(0)
        data += part
    return data


class _Judgement:
    """The course of one notebook: learner cells run there, test cells here, in the notebook's order."""

    def __init__(
        self, prepared: Prepared, job: Job, submission: Submission, control: socket.socket, folder: Path
    ) -> None:
        self.outputs: dict[int, list[dict[str, Any]]] = {}
        self.verdicts = _by_id(job)
        self._prepared, self._brief = prepared, prepared.brief
        self._job, self._submission, self._control = job, submission, control
        limits = self._brief.limits
        self._budget = Budget(
            cell_cpu=limits["cell_cpu"],
            cell_wall=limits["cell_wall"],
            total_cpu=limits["total_cpu"] - job.spent,
            total_wall=limits["total_wall"] - job.spent,
            started=time.monotonic(),
        )
        # Nobody sees the outputs of the reference.
        self._is_seen = self._brief.keeps_outputs and self._brief.baseline is not None
        tests = [index for index, cell in enumerate(submission.cells) if cell.role is Role.TEST]
        # Where nobody sees outputs, what follows the last test cell is of no use.
        self._end = len(submission.cells) if self._is_seen else max(tests, default=0)
        self._remote = prepared.names.bound
        self._setup = deque(prepared.setup)
        self._line: Line | None = None
        self._gate: Gate | None = None
        self._namespace: RemoteNamespace | None = None
        self._executed = 0
        self._deadly: dict[int, LearnerFault] = {}
        self.unexplained = False
        self._enter_assignment_folder(folder)

    def _enter_assignment_folder(self, folder: Path) -> None:
        """The tests see the assignment's own data files in the working directory, as under nbgrader."""
        put_files(folder, self._brief.assignment_files)
        os.chdir(folder)
        sys.path.insert(0, str(folder))

    # --- the learner's process ------------------------------------------------------------------------

    def _connect(self) -> Gate:
        """A living learner process; a fresh one if there is none."""
        if self._gate is not None and self._line is not None and not self._line.dead:
            return self._gate
        send_message(self._control, NeedWorker())
        answer, fds, _, _ = socket.recv_fds(self._control, 1, 2)
        if not answer:
            sys.exit(0)
        wire, monitor = (socket.socket(fileno=fd) for fd in fds)
        self._line = Line(wire, monitor, self._budget)
        if self._gate is None:
            self._gate = Gate(self._line)
            self._namespace = RemoteNamespace(self._gate, self._prepared.names)
            self._namespace.update(_globals())
            self._mirror_seeds(self._gate)
        else:
            self._gate.connect(self._line)
            assert self._namespace is not None
            self._namespace.forget()
        self._executed = 0
        self._line.begin_cell()
        files = dict(self._job.learner_files) | dict(self._brief.assignment_files)
        for name, data in files.items():
            self._gate.tell("file", name, data)
        return self._gate

    def _advance(self, end: int) -> Gate:
        """Run the learner's cells before index ``end``; replay them if the process is a fresh one.

        Raises LearnerFault when the submission's time is used up.
        """
        while True:
            if self._budget.is_spent():
                raise LearnerFault(
                    Outcome.TIMED_OUT,
                    "your notebook used up the time that one submission may take",
                    "total time limit of the submission",
                )
            gate = self._connect()
            if self._run_cells(gate, end):
                return gate

    def _run_cells(self, gate: Gate, end: int) -> bool:
        """Whether all cells before ``end`` have run in this process; a cell that ends it is never run again."""
        line = gate.line
        while self._executed < end:
            index = self._executed
            cell = self._submission.cells[index]
            if cell.role is Role.LEARNER and cell.executed and index not in self._deadly:
                line.begin_cell()
                try:
                    # Nobody sees what a cell shows when it runs again.
                    kept = self._is_seen and index not in self.outputs
                    _, outputs = _run_there(gate, "cell", cell.source, kept)
                    self.outputs.setdefault(index, outputs)
                except LearnerFault as fault:
                    self.outputs.setdefault(index, [_fault_output(fault)])
                    if line.dead:
                        self._deadly[index] = fault
                        self.unexplained |= fault.outcome is Outcome.CRASHED
                        return False
            self._executed = index + 1
        line.begin_cell()
        return True

    def _mirror_seeds(self, gate: Gate) -> None:
        """``random.seed`` and ``np.random.seed`` of a test cell mean the learner's generators too."""
        for module, name in ((random, "random"), (np.random, "numpy")):
            seed: Callable[..., Any] = module.seed

            def mirrored(value: Any = None, *rest: Any, _seed: Callable[..., Any] = seed, _name: str = name) -> None:
                _seed(value, *rest)
                gate.tell("seed", _name, gate.encode(value))

            setattr(module, "seed", mirrored)

    # --- the test cells -------------------------------------------------------------------------------

    def judge(self) -> None:
        """Judge every test cell that has no verdict yet, then run what follows the last one, where it is seen."""
        for index, cell in enumerate(self._submission.cells):
            if cell.role is not Role.TEST or cell.source_index is None or cell.grade_id in self.verdicts:
                continue
            source = self._brief.source.cells[cell.source_index]
            try:
                verdict, gives_score = self._judge_cell(index, cell, source)
            except LearnerFault as fault:
                verdict, gives_score = _of_fault(source, fault), False
            self.verdicts[verdict.grade_id] = verdict
            send_message(self._control, Judged(verdict, gives_score))
        if self._is_seen:
            # Where the time is used up its outputs are missing; every verdict is in.
            with contextlib.suppress(LearnerFault):
                self._advance(self._end)

    def close(self) -> None:
        """Have the learner's process ended: nobody waits for its namespaces to be taken down."""
        if self._line is not None:
            self._line.hang_up()

    def diagnose(self) -> None:
        """Name the mistakes behind failed test cells, where the assignment knows them and they can be told."""
        failed = [key for key, verdict in self.verdicts.items() if verdict.outcome in _DIAGNOSED]
        casebook = self._prepared.casebook
        if not failed or casebook is None:
            return
        found: dict[str, Version] = {}
        # Code that no longer answers, or takes too long to, leaves its checks without a diagnosis; so do known
        # mistakes that can't be run, of which `autograder validate` says what is wrong.
        with contextlib.suppress(LearnerFault, Exception):
            gate = self._advance(self._end)
            with Alarm(self._budget.cell_cpu, gate.line):
                found = casebook.diagnose(self._observe, failed)
        for grade_id, mistake in found.items():
            verdict = replace(
                self.verdicts[grade_id],
                mistake=mistake.name,
                diagnosis=mistake.text,
                hint=mistake.hint,
                misconception=mistake.misconception,
            )
            self.verdicts[grade_id] = verdict
            send_message(self._control, Judged(verdict, gives_score=False))

    def _observe(self, name: str, calls: Sequence[Call]) -> list[Observation]:
        assert self._namespace is not None
        assert self._line is not None
        found: list[Observation] = []
        while len(found) < len(calls):
            try:
                for observation in observe_all(self._namespace[name], calls[len(found) :]):
                    found.append(observation)
            except LearnerFault:
                if self._line.dead:
                    raise
                # An answer that can't travel is like none that a known mistake gives.
                self._line.begin_cell()
                found.append(Observation(raised=False, answer=Ellipsis))
        return found

    def _judge_cell(self, index: int, cell: AlignedCell, source: SourceCell) -> tuple[CellVerdict, bool]:
        baseline: CellBaseline | None = None
        if self._brief.baseline is not None:
            baseline = self._brief.baseline.get(source.grade_id or "", CellBaseline(False, reason="unknown"))
        check = self._prepared.checks[cell.source_index or 0]
        if check.why_not and not source.allow_unprotected:
            return _grader_error(source, f"this check can't be judged from outside: {check.why_not}"), False
        if baseline is not None and not baseline.judgeable:
            return _grader_error(source, baseline.reason), False
        self._advance(index)
        self._run_setup(cell.source_index or 0)
        # The instructor's own code may have ended the process by what it asked of the learner's.
        gate = self._advance(index)
        if source.allow_unprotected:
            return self._judge_unprotected(gate, source), False
        assert self._namespace is not None
        self._namespace.absent.clear()
        with Alarm(self._budget.cell_cpu, gate.line):
            run = run_test(check.code, self._namespace, gate)
        score = score_of(run, check.code, source.points, self._remote)
        gives_score = baseline.gives_score if baseline is not None else score is not None
        verdict = judge_run(
            run,
            source,
            gate,
            score=score,
            gives_score=gives_score,
            is_untouched=self._is_untouched(check),
        )
        return self._with_reason(verdict, index), gives_score

    def _with_reason(self, verdict: CellVerdict, index: int) -> CellVerdict:
        """Why a name that the test asked for is missing: the cell that should bind it did not get to its end."""
        assert self._namespace is not None
        if verdict.outcome in (Outcome.NOT_ATTEMPTED, Outcome.GRADER_ERROR) or not self._namespace.absent:
            return verdict
        for number, cell in enumerate(self._submission.cells[:index]):
            if cell.source_index is None:
                continue
            lost = self._prepared.binds[cell.source_index] & self._namespace.absent
            if not lost:
                continue
            fault = self._deadly.get(number)
            if fault is not None:
                message = f"{fault.message}, in the cell that should define {min(lost)}"
                return replace(verdict, outcome=fault.outcome, points=0.0, message=message, cause=fault.cause)
            error = _error_in(self.outputs.get(number, []))
            if error and verdict.outcome is Outcome.MISSING:
                return replace(
                    verdict, message=f"{verdict.message}: the cell that should define it stopped with {error}"
                )
        return verdict

    def _judge_unprotected(self, gate: Gate, source: SourceCell) -> CellVerdict:
        """As under plain nbgrader, in the learner's process, where its author allowed it: forgeable."""
        ok, outputs = _run_there(gate, "unprotected", source.source)
        text = _error_in(outputs)
        ok = ok and not text
        return CellVerdict(
            grade_id=source.grade_id or "",
            title=source.title,
            outcome=Outcome.PASSED if ok else Outcome.FAILED,
            points=source.points if ok else 0.0,
            max_points=source.points,
            message=text[:2000],
            cause="ran in the learner's process",
            protected=False,
        )

    def _run_setup(self, before: int) -> None:
        """Run the instructor's own code that stands before the test cell, each piece once."""
        assert self._namespace is not None
        assert self._gate is not None
        while self._setup and self._setup[0].index < before:
            piece = self._setup.popleft()
            self._gate.line.begin_cell()
            # Where a test needs what this cell did not get to bind, the reference run has found it.
            with (
                contextlib.suppress(Exception, LearnerFault),
                contextlib.redirect_stdout(Capture()),
                contextlib.redirect_stderr(Capture()),
                Alarm(self._budget.cell_cpu, self._gate.line),
            ):
                exec(piece.code, self._namespace)
            self._namespace.release(piece.released)

    def _is_untouched(self, check: Check) -> bool:
        """Whether every solution cell that binds a name of this test is as it was handed out."""
        changed = [
            cell.changed
            for cell in self._submission.cells
            if cell.kind in (Kind.SOLUTION, Kind.MANUAL)
            and cell.source_index is not None
            and self._prepared.binds[cell.source_index] & check.needs
        ]
        return bool(changed) and not any(changed)


def _run_there(gate: Gate, operation: str, *parts: Any) -> tuple[bool, list[dict[str, Any]]]:
    """Whether a cell ran to its end in the learner's process, and its outputs."""
    match gate.line.request(operation, *parts):
        case ["cell", bool() as ok, data]:
            return ok, gate.decode_outputs(data)
    gate.bad_reply()


def _globals() -> dict[str, Any]:
    """What a fresh notebook namespace holds."""
    return {
        "__name__": "__main__",
        "__builtins__": builtins,
        "display": lambda *objects, **_: print(*objects),
    }


def _error_in(outputs: list[dict[str, Any]]) -> str:
    """The error that ended a cell, in one line."""
    errors = [output for output in outputs if output.get("output_type") == "error"]
    return f"{errors[-1].get('ename')}: {errors[-1].get('evalue')}"[:500] if errors else ""


def _fault_output(fault: LearnerFault) -> dict[str, Any]:
    return {
        "output_type": "error",
        "ename": fault.outcome.value,
        "evalue": fault.message,
        "traceback": [fault.message],
    }


def _of_fault(source: SourceCell, fault: LearnerFault) -> CellVerdict:
    return CellVerdict(
        grade_id=source.grade_id or "",
        title=source.title,
        outcome=fault.outcome,
        points=0.0,
        max_points=source.points,
        message=fault.message,
        cause=fault.cause,
    )


def _grader_error(source: SourceCell, reason: str) -> CellVerdict:
    return CellVerdict(
        grade_id=source.grade_id or "",
        title=source.title,
        outcome=Outcome.GRADER_ERROR,
        points=0.0,
        max_points=source.points,
        message=OUR_FAULT,
        cause=reason,
    )
