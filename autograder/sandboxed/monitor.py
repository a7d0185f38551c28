"""Measures the processes of a submission from outside their pid namespace, and kills them.

The judge asks over a socket: ``?`` is answered by one ``RECORD``; ``k`` kills, and is answered when nothing runs any
more; hanging up kills too. Memory and processes are limited whether anybody asks or not.

The warm process does this for all of its forks: one more process for each would cost a third of a submission's own.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from . import folder, isolation

RECORD = struct.Struct("<ddii")  # CPU seconds, most bytes of memory seen, alive, Reason
POLL_MS = 50
# What Linux lets one end of a socket hold unread, unless told otherwise; of a connection over TCP much more.
SOCKET_BUFFER = 212_992
_LARGER_BUFFERS, _FEW_SOCKETS = 32, 16
# What the first process of a submission says: it is in place and here are its /proc, pid 1 and its places in memory;
# it is in place as pid 1 itself, with /proc and places;
# it is in place without namespaces of its own, with a guard that has this folder, or without; the learner's process
# has only now imported everything; it has ended.
READY, FORKED, GUARDED, PLAIN, WARM, OVER = b"ready", b"forked", b"guarded ", b"plain", b"warm", b"over"
MOST_HANDLES = 8
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
    false) they are its descendants, and it is their subreaper. ``folders`` are those in memory that it can write to.
    """

    root: int
    proc: int
    is_namespace: bool
    folders: tuple[int, ...] = ()

    def close(self) -> None:
        """Give the descriptors back."""
        for handle in (self.proc, *self.folders):
            os.close(handle)


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
    is_zombie: bool


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
        memory, is_zombie = int(fields[21]) * PAGE, fields[0] == b"Z"
        if is_zombie and int(fields[17]) > 1:
            # Its first thread has ended, and shows nothing of the memory that the others hold.
            memory, is_zombie = _of_threads(tree, name), False
        found.append(_Process(int(name), int(fields[1]), cpu, memory, is_zombie))
    if tree.is_namespace:
        return found
    family = {tree.root}
    members = [one for one in found if one.pid == tree.root]
    while new := [one for one in found if one.parent in family and one.pid not in family]:
        family.update(one.pid for one in new)
        members += new
    return members


def _of_threads(tree: Tree, name: str) -> int:
    """The memory of a process as its living threads show it: all of them the same."""
    most = 0
    with contextlib.suppress(OSError):
        handle = os.open(f"{name}/task", os.O_RDONLY | os.O_DIRECTORY, dir_fd=tree.proc)
        try:
            threads = os.listdir(handle)
        finally:
            os.close(handle)
        for thread in threads:
            with contextlib.suppress(OSError):
                fields = _read(tree, f"{name}/task/{thread}/stat").rpartition(b")")[2].split()
                most = max(most, int(fields[21]) * PAGE)
    return most


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
    """The sums over the tree; pages shared with the warm worker are divided only where the answer depends on it.

    Files in folders of memory, and what may lie unread in sockets, are memory too.
    """
    processes = _processes(tree)
    beside = _in_folders(tree) + _in_sockets(tree, processes)
    memory = beside + sum(process.memory for process in processes)
    if memory > memory_limit:
        memory = beside + sum(_share(tree, process) for process in processes)
    return Usage(sum(process.cpu for process in processes), memory, len(processes))


def _in_folders(tree: Tree) -> int:
    used = 0
    for status in map(os.fstatvfs, tree.folders):
        used += (status.f_blocks - status.f_bfree) * status.f_frsize
    return used


def _in_sockets(tree: Tree, processes: list[_Process]) -> int:
    """At most so many bytes: a full buffer for each socket beyond what an honest notebook opens."""
    if not tree.is_namespace:
        # All are local: connections over TCP can't be made without a namespace of one's own.
        found: set[int] = set()
        for process in processes:
            if process.pid != tree.root:
                found |= folder.sockets(tree.proc, process.pid)
        return max(0, len(found) - _FEW_SOCKETS) * SOCKET_BUFFER
    used = _number_after(tree, "1/net/sockstat", b"sockets: used ")
    tcp = _number_after(tree, "1/net/sockstat", b"TCP: inuse ") + _number_after(
        tree, "1/net/sockstat6", b"TCP6: inuse "
    )
    return (max(0, used - _FEW_SOCKETS) + tcp * _LARGER_BUFFERS) * SOCKET_BUFFER


def _number_after(tree: Tree, path: str, words: bytes) -> int:
    try:
        _, _, rest = _read(tree, path).partition(words)
    except OSError:
        return 0  # a kernel without that protocol
    return int(rest.split(None, 1)[0]) if rest else 0


class Watch:
    """One submission's processes, from the fork of the first until the judge has heard of their end.

    The owner calls :meth:`look` every ``POLL_MS``, and the ``handlers`` of descriptors that can be read. ``link`` is
    the first process's: it tells that everything is in place, or why not. With ``has_guard`` it is asked over ``link``
    to end all others, and itself.
    """

    def __init__(
        self,
        pid: int,
        channel: socket.socket,
        link: socket.socket,
        limits: Mapping[str, float],
        *,
        has_guard: bool = False,
    ) -> None:
        self.reason = Reason.NONE
        self.is_ready = False
        self._pid, self._ended = pid, os.pidfd_open(pid)
        self._channel: socket.socket | None = channel
        self._link, self._has_guard = link, has_guard
        self._tree: Tree | None = None
        # Where it is not our child, pid 1 of the namespace; and the places of limited size in there.
        self._first: int | None = None
        self._places: list[int] = []
        # The folder that only looking bounds.
        self._folder, self._folder_limit = "", int(limits["tmp_bytes"])
        self._unpaid = 0.0
        self._running = True
        self._memory_limit = int(limits["memory"])
        # Pid 1 is counted with the learner's processes; the limit itself is the kernel's where it can be.
        self._process_limit = int(limits["processes"]) + 1
        self._cpu, self._memory = 0.0, 0
        self._is_last_word = False
        # A judge that does not read must not make the others wait.
        channel.setblocking(False)
        link.setblocking(False)

    @property
    def is_over(self) -> bool:
        """Whether nothing runs any more and nobody wants to know."""
        return not self._running and self._channel is None

    def handlers(self) -> dict[int, Callable[[], object]]:
        """What to call when a descriptor can be read."""
        found: dict[int, Callable[[], object]] = {}
        if self._channel is not None:
            found[self._channel.fileno()] = self._answer
        if self._running:
            found[self._ended] = self.bury
            if self._link.fileno() >= 0:
                found[self._link.fileno()] = self._hear
        return found

    def look(self) -> None:
        """Measure, and kill for what is over its limit."""
        if self._tree is None or not self._running or self.reason is not Reason.NONE:
            return
        usage = measure(self._tree, self._memory_limit)
        self._cpu, self._memory = max(self._cpu, usage.cpu), max(self._memory, usage.memory)
        if usage.memory > self._memory_limit or self._has_too_many_files(self._tree):
            self.end(Reason.MEMORY)
        elif usage.processes > self._process_limit:
            self.end(Reason.PROCESSES)

    def _has_too_many_files(self, tree: Tree) -> bool:
        """Of what no file system of the submission's own bounds."""
        if any(status.f_files - status.f_ffree > isolation.TMPFS_INODES for status in map(os.fstatvfs, self._places)):
            return True
        if not self._folder:
            return False
        used = folder.used(self._folder, self._folder_limit)
        if used <= self._folder_limit:
            nameless: dict[tuple[int, int], int] = {}
            for process in _processes(tree):
                if process.pid != tree.root:
                    nameless |= folder.held(tree.proc, process.pid)
            used += sum(nameless.values())
        return used > self._folder_limit

    def _hear(self) -> bool:
        """Whether there was something to hear; that the link has ended is something too."""
        if self._link.fileno() < 0:
            return False
        try:
            message, handles, _, _ = socket.recv_fds(self._link, 500, MOST_HANDLES)
        except BlockingIOError:
            return False
        except ConnectionResetError:
            # It ended before it read that it should.
            message, handles = b"", []
        if message == READY and handles:
            proc, self._first, *self._places = handles
            self._tree = Tree(self._pid, proc, True, tuple(self._places))
            self._unpaid = math.inf
        elif message == FORKED and handles:
            self._tree = Tree(self._pid, handles[0], True, tuple(handles[1:]))
            self.is_ready = True
        elif message == WARM and self._tree is not None:
            self._unpaid = measure(self._tree, self._memory_limit).cpu
            self.is_ready = True
        elif message == PLAIN or message.startswith(GUARDED):
            self._tree = Tree(self._pid, os.open("/proc", os.O_RDONLY | os.O_DIRECTORY), is_namespace=False)
            self._folder = os.fsdecode(message.removeprefix(GUARDED)) if self._has_guard else ""
            self.is_ready = True
        elif message == OVER:
            self.end(Reason.EXITED)
        else:
            if not self.is_ready:
                said = message.decode(errors="replace") or "its first process ended"
                print(f"a fork could not be isolated: {said}", file=sys.stderr, flush=True)
                self.end(Reason.NOT_ISOLATED)
            self._link.close()
        return True

    def end(self, reason: Reason) -> None:
        """Kill what is left, and say why if nothing was said before. The end itself is heard of later."""
        if self.reason is not Reason.NONE:
            return
        self.reason = reason
        if self._has_guard:
            with contextlib.suppress(OSError):
                self._link.send(OVER)
            return
        if self._tree is not None and not self._tree.is_namespace:
            _kill_family(self._tree)
        with contextlib.suppress(ProcessLookupError):
            if self._first is not None:
                # All others in there end before our child, which waits for it.
                signal.pidfd_send_signal(self._first, signal.SIGKILL)
            else:
                # Bubblewrap may have a child by now that does not yet end with it: they are a group.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._pid, signal.SIGKILL)
                os.kill(self._pid, signal.SIGKILL)

    def bury(self, *, wait: bool = False) -> None:
        """The first process has ended, and with it all others."""
        if not self._running:
            return
        pid, _, usage = os.wait4(self._pid, 0 if wait else os.WNOHANG)
        if pid == 0:
            return
        self._cpu = max(self._cpu, usage.ru_utime + usage.ru_stime)
        if not self.is_ready:
            # Its last words may not have been read yet. After them comes the end, unless a child of its holds the link.
            while self._hear():
                pass
        self._running = False
        if self.reason is Reason.NONE:
            self.reason = Reason.EXITED
        os.close(self._ended)
        self._link.close()
        if self._tree is not None:
            self._tree.close()
        if self._first is not None:
            os.close(self._first)
        if self._is_last_word:
            self._say()
            self._hang_up()

    def _answer(self) -> None:
        """Serve what the judge asks, or its hanging up."""
        if self._channel is None:
            return
        try:
            requests = self._channel.recv(64)
        except BlockingIOError:
            return
        except ConnectionResetError:
            requests = b""
        if b"?" in requests:
            self.look()
            self._say()
        if not requests or b"k" in requests:
            self.end(Reason.REQUEST)
            self._is_last_word = bool(requests)
        if not requests or (self._is_last_word and not self._running):
            self._say()
            self._hang_up()

    def _say(self) -> None:
        if self._channel is not None:
            record = RECORD.pack(
                max(0.0, self._cpu - self._unpaid), self._memory, self.reason is Reason.NONE, self.reason
            )
            try:
                sent = self._channel.send(record)
            except OSError:
                sent = 0
            if sent != len(record):
                self.end(Reason.REQUEST)
                self._hang_up()

    def _hang_up(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None


def _kill_family(tree: Tree) -> None:
    """End all descendants of the first process, which is their subreaper, so that none can leave."""
    while left := [process for process in _processes(tree) if process.pid != tree.root and not process.is_zombie]:
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
