"""Both ends of a submission's worker, and of a judge, for tests of the sandbox."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import select
import socket
import struct
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.sandbox import Limits
from autograder.sandboxed.monitor import RECORD, Reason
from autograder.warm import Zygote

ROOT = Path(__file__).parents[1]
SESSION = Path(__file__).with_name("sandboxes") / "run_session.py"
JUDGES = SESSION.parent
LIMITS = Limits(memory=300 * 2**20, processes=16, tmp_bytes=8 * 2**20, total_cpu=20)
_markers = itertools.count()


class Learner:
    """One submission's worker and both ends that the judge holds of it."""

    def __init__(self, zygote: Zygote) -> None:
        self.wire, wire = socket.socketpair()
        self.monitor, monitor = socket.socketpair()
        with wire, monitor:
            self.number = zygote.spawn([wire.fileno(), monitor.fileno()], b"")
        self.wire.settimeout(30)
        self.monitor.settimeout(30)

    def send(self, code: str) -> None:
        data = textwrap.dedent(code).encode()
        self.wire.sendall(struct.pack(">I", len(data)) + data)

    def reply(self) -> Any:
        """The next reply, or None where the process ended instead."""
        data = b""
        try:
            while len(data) < 4 or len(data) < 4 + struct.unpack(">I", data[:4])[0]:
                if not (part := self.wire.recv(2**16)):
                    return None
                data += part
        except ConnectionResetError:
            return None
        return json.loads(data[4:])

    def run(self, code: str) -> Any:
        """The ``answer`` of the code; AssertionError with its traceback if it raised."""
        self.send(code)
        reply = self.reply()
        assert reply is not None, "the learner's process ended"
        assert "error" not in reply, reply.get("trace")
        return reply["answer"]

    def ask(self, request: bytes = b"?") -> tuple[float, float, bool, Reason]:
        self.monitor.sendall(request)
        cpu, memory, alive, reason = RECORD.unpack(self.monitor.recv(RECORD.size))
        return cpu, memory, bool(alive), Reason(reason)

    def wait_for(self, done: Callable[[tuple[float, float, bool, Reason]], bool]) -> tuple[float, float, bool, Reason]:
        """Ask the monitor until it is so; the monitor looks every 50 ms, so this does not spin."""
        deadline = time.monotonic() + 20
        while not done(record := self.ask()):
            assert time.monotonic() < deadline, record
            select.select([self.wire], [], [], 0.02)
        return record

    def close(self) -> None:
        self.wire.close()
        self.monitor.close()


def new_marker() -> str:
    """Seconds for ``sleep`` that no other process of this machine sleeps, not even in another run of these tests."""
    return f"600.{os.getpid()}{next(_markers):04d}"


def processes(marker: str) -> list[int]:
    """Processes of this machine with ``marker`` among their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if marker.encode() in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return found


def process(marker: str) -> int:
    """The descriptor of the one process with this marker, once it runs."""
    deadline = time.monotonic() + 20
    while len(found := processes(marker)) != 1:
        assert time.monotonic() < deadline, found
        select.select([], [], [], 0.02)
    return os.pidfd_open(found[0])


def ends(descriptor: int) -> bool:
    """Whether the process of this descriptor comes to its end."""
    readable, _, _ = select.select([descriptor], [], [], 20)
    os.close(descriptor)
    return bool(readable)


def judge(zygote: Zygote, code: str) -> Any:
    """What one fork of the judge answers; None if it ended without an answer."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            zygote.spawn([theirs.fileno(), sys.__stderr__.fileno()], code.encode())
        ours.settimeout(30)
        with contextlib.suppress(ConnectionResetError):
            if data := ours.recv(2**20):
                return json.loads(data)
    return None
