"""The judge's end of the line to one learner process: requests, time, and what ends them."""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.job import NOT_ISOLATED
from autograder.sandboxed import wire
from autograder.verdict import Outcome

_RECORD = struct.Struct("<ddii")
_TICK = 0.05
# Bytes of requests that are sent before the first is answered: what a socket takes without anybody reading.
_TOGETHER = 64 * 2**10
# So many requests may be unanswered where some leave early: a socket also holds that many small pieces.
_FEW = 64
_REASON_MEMORY = 2
_REASON_NOT_ISOLATED = 4
_REASON_PROCESSES = 5


# Requests during which code of the learner's runs, so that his names may mean something else afterwards.
_RUNS_CODE = frozenset({"cell", "unprotected", "call", "attribute", "instance", "iterate", "next"})


class LearnerFault(BaseException):
    """Something that decides a cell's outcome whatever ``except`` its author wrote.

    A ``BaseException``, so that a test that demands an error is not satisfied by it; the judge also records it
    outside the cell, so that a bare ``except`` hides nothing.
    """

    def __init__(self, outcome: Outcome, message: str, cause: str) -> None:
        super().__init__(message)
        self.outcome, self.message, self.cause = outcome, message, cause


@dataclass(slots=True)
class Budget:
    """CPU and wall seconds: for the cell that runs, and for the whole submission over all its processes."""

    cell_cpu: float
    cell_wall: float
    total_cpu: float
    total_wall: float
    used_cpu: float = 0.0
    started: float = 0.0

    def remaining_wall(self) -> float:
        """Wall seconds left of the whole submission."""
        return self.total_wall - (time.monotonic() - self.started)

    def is_spent(self) -> bool:
        """Whether the submission may run nothing more."""
        return self.used_cpu >= self.total_cpu or self.remaining_wall() <= 0


class Line:
    """One learner process: its wire, its monitor, and the clock of the cell that runs."""

    def __init__(self, sock: socket.socket, monitor: socket.socket, budget: Budget) -> None:
        self._sock, self._monitor, self._budget = sock, monitor, budget
        # Blocking, with the kernel's own time-out: one system call for an answer, where Python's would take two.
        self._sock.setblocking(True)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self._sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("@ll", 0, int(_TICK * 1e6)))
        self._monitor.settimeout(10)
        self._buffer = wire.FrameBuffer()
        self._sequence = 0
        self._cell_started = time.monotonic()
        self._cell_cpu_start = 0.0
        self._cpu = 0.0
        self._looked = time.monotonic()
        self.fault: LearnerFault | None = None
        self.dead = False
        # Raised whenever code of the learner's has run: between two equal counts no name of his can change.
        self.epoch = 0
        # What was posted: frames that have not left yet, requests whose replies were not read, replies nobody has
        # asked for yet; and the bytes of all that was posted since nothing was left unread.
        self._outbox: list[bytes] = []
        self._unread: deque[tuple[int, str]] = deque()
        self._kept: dict[int, list[Any]] = {}
        self._posted = 0
        self.before_request: Callable[[], None] = lambda: None
        self.serve_callback: Callable[[int, Any, Any], list[Any]] | None = None

    # --- time and life --------------------------------------------------------------------------------

    def begin_cell(self) -> None:
        """Start the clock of the next cell."""
        self.fault = None
        if not self.dead:
            # What the last cell left unread runs on its clock, and is nobody's fault any more.
            with contextlib.suppress(LearnerFault):
                self._give_up()
            self.fault = None
        if not self.dead and time.monotonic() - self._looked > _TICK:
            # Quick cells end before anybody looks: their time is not the next one's. What is quicker than a look
            # is shorter than any limit.
            self._looked = time.monotonic()
            self._ask(b"?")
        self._cell_started = time.monotonic()
        self._cell_cpu_start = self._cpu

    def close(self) -> None:
        """End the learner's process and everything that it left."""
        if not self.dead:
            self._ask(b"k")
            self._bury()

    def hang_up(self) -> None:
        """Have the learner's process and everything that it left ended, without waiting for that."""
        if not self.dead:
            self._bury()

    def _bury(self) -> None:
        self.dead = True
        self._outbox.clear()
        self._unread.clear()
        self._kept.clear()
        self._budget.used_cpu += self._cpu
        self._cpu = 0.0
        self._sock.close()
        self._monitor.close()

    def _ask(self, request: bytes) -> tuple[bool, int]:
        """Whether the process lives, and why not. Updates the CPU time."""
        try:
            self._monitor.sendall(request)
            data = b""
            while len(data) < _RECORD.size:
                part = self._monitor.recv(_RECORD.size - len(data))
                if not part:
                    return False, 0
                data += part
        except OSError:
            return False, 0
        cpu, _, alive, reason = _RECORD.unpack(data)
        self._cpu = max(self._cpu, cpu)
        return bool(alive), reason

    def fail(self, outcome: Outcome, message: str, cause: str) -> LearnerFault:
        """Record a fault of the running cell; the first one stays. The caller raises it."""
        if self.fault is None:
            self.fault = LearnerFault(outcome, message, cause)
        return self.fault

    def kill(self, outcome: Outcome, message: str, cause: str) -> LearnerFault:
        """Record a fault and end the process: it can't be asked again."""
        fault = self.fail(outcome, message, cause)
        self.close()
        return fault

    def _died(self) -> LearnerFault:
        _, reason = self._ask(b"k")
        if reason == _REASON_MEMORY:
            fault = self.fail(Outcome.OUT_OF_MEMORY, "your code used more memory than there is", "memory limit")
        elif reason == _REASON_PROCESSES:
            fault = self.fail(Outcome.CRASHED, "your code started too many processes", "process limit")
        elif reason == _REASON_NOT_ISOLATED:
            fault = self.fail(Outcome.GRADER_ERROR, "the sandbox could not be set up", NOT_ISOLATED)
        elif self._cpu - self._cell_cpu_start > self._budget.cell_cpu:
            fault = self.fail(
                Outcome.TIMED_OUT,
                f"your code ran for more than {self._budget.cell_cpu:g} s",
                "CPU time limit",
            )
        else:
            fault = self.fail(Outcome.CRASHED, "your code ended its own process", "the learner's process ended")
        self._bury()
        return fault

    def _check_time(self) -> None:
        """Kill the process if the cell or the submission has used up its time."""
        self._looked = time.monotonic()
        alive, _ = self._ask(b"?")
        budget = self._budget
        # Of a process that has ended the last answer may still be in the socket: the reader finds the end by itself.
        if alive and self._cpu - self._cell_cpu_start > budget.cell_cpu:
            raise self.kill(Outcome.TIMED_OUT, f"your code ran for more than {budget.cell_cpu:g} s", "CPU time limit")
        if time.monotonic() - self._cell_started > budget.cell_wall:
            raise self.kill(
                Outcome.TIMED_OUT,
                f"your code did not answer for {budget.cell_wall:g} s",
                "wall time limit (waiting, sleeping or stopped)",
            )
        if (alive and budget.used_cpu + self._cpu > budget.total_cpu) or budget.remaining_wall() <= 0:
            raise self.kill(
                Outcome.TIMED_OUT,
                "your notebook used up the time that one submission may take",
                "total time limit of the submission",
            )

    # --- requests -------------------------------------------------------------------------------------

    def request(self, operation: str, *parts: Any) -> list[Any]:
        """The reply to one request. Raises LearnerFault when there is none that can be used."""
        self.before_request()
        try:
            number = self.post(operation, *parts)
        except wire.Unencodable as problem:
            raise self.not_sent(problem) from None
        return self.reply(number)

    def post(self, operation: str, *parts: Any) -> int:
        """Put a request on the line without waiting; its number is what :meth:`reply` asks for.

        It leaves together with others, at the latest when a reply is asked for. None may need an answer of ours before
        it is done. Raises LearnerFault where nobody is there, and wire.Unencodable.
        """
        self._require_life()
        data = wire.frame([self._sequence + 1, operation, *parts])
        if self._unread and self._posted + len(data) > _TOGETHER:
            # Both ends would wait for the other to read.
            self.before_request()
            self._collect()
            data = wire.frame([self._sequence + 1, operation, *parts])
        self._sequence += 1
        self._outbox.append(data)
        self._posted += len(data)
        self._unread.append((self._sequence, operation))
        return self._sequence

    def reply(self, number: int) -> list[Any]:
        """The reply to what was posted under this number; those to earlier ones are kept until they are asked for.

        Raises LearnerFault when there is none that can be used.
        """
        self._require_life()
        self._flush()
        while number not in self._kept:
            if not self._unread:
                raise self.fail(Outcome.CRASHED, "an answer was asked for too late", "a reply was given up")
            self._keep_next()
        return self._usable(self._kept.pop(number))

    def _keep_next(self) -> None:
        first, operation = self._unread.popleft()
        self._kept[first] = self._take(first, operation)
        if not self._unread:
            self._posted = 0

    def _collect(self) -> None:
        """Have every reply here that was asked for."""
        self._flush()
        while self._unread:
            self._keep_next()

    def _require_life(self) -> None:
        if self.fault is not None:
            raise self.fault
        if self.dead:
            raise self.fail(Outcome.CRASHED, "your code ended its own process", "the learner's process ended")

    def _give_up(self) -> None:
        """Take off the line what was posted and is not wanted any more."""
        while self._outbox:
            self._outbox.pop()
            self._unread.pop()
        while self._unread:
            self._take(*self._unread.popleft())
        self._kept.clear()
        self._posted = 0

    def _usable(self, reply: list[Any]) -> list[Any]:
        if reply[0] == "refused":
            # Lists that are nested deep enough can't be made a text.
            reason = reply[1][:500] if len(reply) > 1 and type(reply[1]) is str else ""
            raise self.fail(Outcome.FAILED, f"the answer can't leave your notebook: {reason}", f"refused: {reason}")
        if reply[0] == "memory":
            raise self.fail(Outcome.OUT_OF_MEMORY, "your code needed more memory than there is", "MemoryError")
        return reply

    def _take(self, sequence: int, operation: str) -> list[Any]:
        while True:
            reply = self._receive()
            self.epoch += operation in _RUNS_CODE
            if not reply or reply[0] != sequence or len(reply) < 2 or type(reply[1]) is not str:
                raise self.kill(Outcome.CRASHED, "an answer came that was not asked for", "a reply out of turn")
            if reply[1] != "callback":
                return reply[1:]
            self._answer_callback(sequence, reply[2:])

    def _answer_callback(self, sequence: int, parts: list[Any]) -> None:
        if self.serve_callback is None or len(parts) != 3 or type(parts[0]) is not int:
            raise self.kill(Outcome.CRASHED, "an answer came that was not asked for", "a callback out of turn")
        try:
            answer = self.serve_callback(parts[0], parts[1], parts[2])
        except BaseException:
            # The learner's code still waits for an answer that will not come.
            self.close()
            raise
        try:
            data = wire.frame([sequence, *answer])
        except wire.Unencodable as problem:
            raise self.not_sent(problem) from None
        self._send(data)

    def not_sent(self, problem: Exception) -> LearnerFault:
        """Record that a value of the test can't travel. The caller raises it."""
        return self.fail(Outcome.FAILED, f"the check can't pass this to your code: {problem}", f"not sent: {problem}")

    def send_posted(self) -> None:
        """Send what was posted, so that the other end can begin; nothing where that might have to wait."""
        if self.fault is None and not self.dead and len(self._unread) <= _FEW:
            self._flush()

    def _flush(self) -> None:
        """Send what has not left yet."""
        if not self._outbox:
            return
        if len(self._outbox) == len(self._unread) and self._buffer.pending:
            raise self.kill(Outcome.CRASHED, "an answer came that was not asked for", "a reply out of turn")
        data = b"".join(self._outbox)
        self._outbox.clear()
        self._send(data)

    def _send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[self._sock.send(view) :]
            except BlockingIOError:
                self._check_time()
            except OSError:
                # Nobody is there. Who reads finds out, after the replies that were sent before the end.
                return

    def _receive(self) -> list[Any]:
        while True:
            # A stream of small pieces, or of whole messages, must not keep the clock from being looked at.
            if time.monotonic() - self._looked > _TICK:
                self._check_time()
            try:
                message = self._buffer.take()
                if message is not None:
                    return message
                size = self._buffer.receive(self._sock)
            except wire.WireError as problem:
                raise self.kill(
                    Outcome.CRASHED, "an answer came that can't be read", f"undecodable: {problem}"
                ) from None
            except MemoryError:
                raise self.kill(
                    Outcome.OUT_OF_MEMORY, "the answer is too large to be checked", "memory limit of the judge"
                ) from None
            except BlockingIOError:
                continue
            except OSError:
                raise self._died() from None
            if size == 0:
                raise self._died()
