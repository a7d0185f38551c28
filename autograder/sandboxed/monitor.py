"""The monitor: one process a submission, outside the learner's pid namespace, that measures and kills it.

The judge asks over a socket: ``?`` is answered by one ``RECORD``; ``k`` kills, is answered, and ends the monitor; so
does hanging up. The memory limit is enforced whether anybody asks or not.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import struct
from dataclasses import dataclass
from enum import IntEnum

RECORD = struct.Struct("<ddii")  # CPU seconds, most bytes of memory seen, alive, Reason
POLL_MS = 50
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Reason(IntEnum):
    """Why there is no learner process any more."""

    NONE = 0
    EXITED = 1
    MEMORY = 2
    REQUEST = 3
    NOT_ISOLATED = 4
    PROCESSES = 5


@dataclass(frozen=True, slots=True)
class Tree:
    """The learner's processes: ``root`` is our child, ``proc`` a descriptor of the ``/proc`` that shows them.

    With a pid namespace that ``/proc`` shows nothing else, and killing ``root`` kills all. Without (``is_namespace``
    false) they are our descendants: we are their subreaper, so none can leave.
    """

    root: int
    proc: int
    is_namespace: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """What the processes of a tree have used together."""

    cpu: float = 0.0
    memory: int = 0
    processes: int = 0


@dataclass(frozen=True, slots=True)
class _Process:
    pid: int
    parent: int
    cpu: float
    memory: int


def _read(tree: Tree, path: str) -> bytes:
    handle = os.open(path, os.O_RDONLY, dir_fd=tree.proc)
    try:
        return os.read(handle, 4096)
    finally:
        os.close(handle)


def _processes(tree: Tree) -> list[_Process]:
    found = []
    for name in os.listdir(tree.proc):
        if not name.isdigit():
            continue
        try:
            # The second field is the program's name in brackets, which may hold anything.
            fields = _read(tree, f"{name}/stat").rpartition(b")")[2].split()
        except OSError:
            continue  # it ended meanwhile; its CPU time is its parent's now
        cpu = sum(int(field) for field in fields[11:15]) / TICKS
        found.append(_Process(int(name), int(fields[1]), cpu, int(fields[21]) * PAGE))
    if tree.is_namespace:
        return found
    family = {os.getpid()}
    members: list[_Process] = []
    while new := [one for one in found if one.parent in family and one.pid not in family]:
        family.update(one.pid for one in new)
        members += new
    return members


def _share(tree: Tree, process: _Process) -> int:
    """Its memory with every shared page divided by its sharers, or else all that is mapped."""
    try:
        for line in _read(tree, f"{process.pid}/smaps_rollup").splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass  # it made itself unreadable
    return process.memory


def measure(tree: Tree, memory_limit: int) -> Usage:
    """The sums over the tree; pages shared with the warm worker are divided only where the answer depends on it."""
    processes = _processes(tree)
    memory = sum(process.memory for process in processes)
    if memory > memory_limit:
        memory = sum(_share(tree, process) for process in processes)
    return Usage(sum(process.cpu for process in processes), memory, len(processes))


def _kill(tree: Tree) -> float:
    """End every process of the tree; the CPU seconds that all of them used."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(tree.root, signal.SIGKILL)
    cpu = 0.0
    with contextlib.suppress(ChildProcessError):
        usage = os.wait4(tree.root, 0)[2]
        cpu = usage.ru_utime + usage.ru_stime
    while not tree.is_namespace and (left := _processes(tree)):
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    return cpu


class _Watch:
    """The state of one watched tree."""

    def __init__(self, tree: Tree, memory_limit: int, process_limit: int) -> None:
        self.tree = tree
        self.memory_limit, self.process_limit = memory_limit, process_limit
        self.cpu, self.memory = 0.0, 0
        self.reason = Reason.NONE

    def look(self) -> None:
        """Measure, and kill for what is over its limit."""
        if self.reason is not Reason.NONE:
            return
        usage = measure(self.tree, self.memory_limit)
        self.cpu, self.memory = max(self.cpu, usage.cpu), max(self.memory, usage.memory)
        if usage.memory > self.memory_limit:
            self.end(Reason.MEMORY)
        elif usage.processes > self.process_limit:
            self.end(Reason.PROCESSES)

    def end(self, reason: Reason) -> None:
        """Kill what is left, and say why if nothing was said before."""
        if self.reason is Reason.NONE:
            self.cpu = max(self.cpu, _kill(self.tree))
            self.reason = reason

    def record(self) -> bytes:
        """The answer to the judge."""
        return RECORD.pack(self.cpu, self.memory, self.reason is Reason.NONE, self.reason)


def watch(channel: socket.socket, tree: Tree, memory_limit: int, process_limit: int) -> None:
    """Serve the judge until it has had the tree killed or hangs up."""
    state = _Watch(tree, memory_limit, process_limit)
    ended = os.pidfd_open(tree.root)
    poller = select.poll()
    poller.register(channel, select.POLLIN)
    poller.register(ended, select.POLLIN)
    try:
        while True:
            alive = state.reason is Reason.NONE
            events = dict(poller.poll(POLL_MS if alive else None))
            if ended in events:
                poller.unregister(ended)
                state.end(Reason.EXITED)
            state.look()
            if channel.fileno() in events and not _answer(channel, state):
                return
    except (BrokenPipeError, ConnectionResetError):
        return
    finally:
        state.end(Reason.REQUEST)


def _answer(channel: socket.socket, state: _Watch) -> bool:
    """Whether to go on."""
    for request in (requests := channel.recv(64)):
        if request == ord("?"):
            channel.sendall(state.record())
        elif request == ord("k"):
            state.end(Reason.REQUEST)
            channel.sendall(state.record())
            return False
    return bool(requests)


def report_failure(channel: socket.socket) -> None:
    """Answer the judge that there never was a learner's process."""
    with contextlib.suppress(OSError):
        while channel.recv(1):
            channel.sendall(RECORD.pack(0.0, 0, False, Reason.NOT_ISOLATED))
