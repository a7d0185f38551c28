"""The coordinator's handle of a warm process in a sandbox: start it, fork it for a submission, end it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Self

from autograder.errors import SandboxError

START_SECONDS = 120
CLOSE_SECONDS = 3
# Where no namespace ends everything at once, those in there end what they have started.
PATIENT_SECONDS = 30
STDERR_LIMIT = 4000

# Gets the numbers of the control socket and of the descriptor for bubblewrap's information.
MakeCommand = Callable[[int, int], list[str]]


class Zygote:
    """A warm process. It and all that it started end with :meth:`close`, or when this process ends."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket, errors: IO[bytes]) -> None:
        self._process, self._control, self._errors = process, control, errors
        self._first_pid = 0
        self._folder: str | None = None
        self._lock = threading.Lock()

    @classmethod
    def start(cls, make: MakeCommand, environment: Mapping[str, str], folder: str | None = None) -> Self:
        """Run a command that ends in a zygote, and wait until it is warm; ``folder`` is removed at the end.

        Raises SandboxError with what the command wrote to standard error.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # A file, not a pipe: where we are killed now, bubblewrap would end by writing to nobody, and its child wait for
        # it for ever.
        information = os.memfd_create("information")
        errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the zygote
        with theirs, os.fdopen(information, "rb") as reader:
            try:
                process = subprocess.Popen(
                    make(theirs.fileno(), information),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    env=dict(environment),
                    pass_fds=(theirs.fileno(), information),
                    cwd="/",
                    start_new_session=True,  # a Ctrl-C is for us to handle
                )
            except OSError as problem:
                ours.close()
                errors.close()
                raise SandboxError(f"the sandbox did not start: {problem}") from None
            theirs.close()
            zygote = cls(process, ours, errors)
            zygote._folder = folder
            zygote._wait_until_warm()
            # Both ends share a position, which is behind what was written.
            reader.seek(0)
            if text := reader.read():
                zygote._first_pid = int(json.loads(text)["child-pid"])
        return zygote

    def _wait_until_warm(self) -> None:
        self._control.settimeout(START_SECONDS)
        try:
            answer = self._control.recv(64)
        except OSError as problem:
            answer, reason = b"", f"no answer: {problem}"
        else:
            reason = "it ended while starting"
        if answer != b"ready":
            if not answer:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(CLOSE_SECONDS)
            said = self.errors()
            if "Traceback (most recent call last)" in said:
                said = said.rpartition("\n")[2]
            self.close()
            raise SandboxError(f"the sandbox did not start ({reason}){said and ': '}{said}")

    def spawn(self, fds: Sequence[int], request: bytes) -> int:
        """Fork once more: the fork gets ``fds`` and can read ``request``. The number is for :meth:`kill`."""
        # In a file, so that no request passes through the memory that every later fork inherits.
        with os.fdopen(os.memfd_create("request"), "wb") as file:
            file.write(request)
            file.flush()
            file.seek(0)
            return int(self._ask(b"fork", [file.fileno(), *fds]))

    def load(self, data: bytes) -> None:
        """Have the warm process itself read something trusted that every later fork shall have."""
        with os.fdopen(os.memfd_create("load"), "wb") as file:
            file.write(data)
            file.flush()
            file.seek(0)
            self._ask(b"load", [file.fileno()])

    def kill(self, number: int) -> None:
        """End one fork and what it started; nothing happens if it has ended."""
        self._ask(b"kill %d" % number, [])

    def _ask(self, message: bytes, fds: Sequence[int]) -> bytes:
        reason = "it hung up"
        with self._lock:
            try:
                socket.send_fds(self._control, [message], fds)
                answer = self._control.recv(4096)
            except OSError as problem:
                answer, reason = b"", str(problem)
        if not answer:
            said = "" if self._errors.closed else self.errors()
            raise SandboxError(f"the warm process of the sandbox has ended ({reason}){said and ': '}{said}")
        word, _, rest = answer.partition(b" ")
        if word != b"done":
            raise SandboxError(f"the sandbox can't start another process: {rest.decode(errors='replace')}")
        return rest

    def errors(self) -> str:
        """The end of what the processes in there have written to standard error."""
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - STDERR_LIMIT))
        return self._errors.read().decode(errors="replace").strip()

    def hang_up(self) -> None:
        """Let the warm process end, without waiting for it."""
        self._control.close()

    def close(self) -> None:
        """End the warm process and everything that it left; harmless when called again."""
        self.hang_up()
        try:
            self._process.wait(CLOSE_SECONDS if self._first_pid else PATIENT_SECONDS)
        except subprocess.TimeoutExpired:
            if self._first_pid:
                # Not reused: its parent, bubblewrap, is still there. The whole pid namespace dies with it.
                os.kill(self._first_pid, signal.SIGKILL)
            self._process.kill()
            self._process.wait()
        self._errors.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
