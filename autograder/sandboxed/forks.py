"""What the warm process has started and looks after: judges, or learners."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from . import folder, isolation, learner, monitor, uids


def _child(config: dict[str, Any], become: Callable[[], object]) -> NoReturn:
    """The fork: never returns into the zygote's loop, whatever happens."""
    status = 1
    try:
        # What matplotlib closes at a fork is gone before anything else can get its number.
        config["keep"] = [fd for fd in config.get("keep", ()) if isolation.is_open(fd)]
        become()
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(status)


def _pool(config: dict[str, Any]) -> uids.Pool | None:
    """Where nothing else keeps processes apart, each submission's have a user of their own."""
    return uids.Pool() if config["level"] == "landlock" else None


@dataclass(frozen=True, slots=True)
class _Judge:
    pid: int
    own: str = ""
    link: socket.socket | None = None
    uid: int | None = None


class Judges:
    """The judges that run: each with what it started is a process group. Their limits are the kernel's to keep."""

    must_look = False

    def __init__(self, config: dict[str, Any], serve: Callable[..., object]) -> None:
        self._config, self._serve = config, serve
        self._running: dict[int, _Judge] = {}
        self._pool = _pool(config)

    def fork(self, fds: list[int]) -> int:
        """Start one with a request, its control socket and what takes its errors; its number."""
        if self._pool is not None:
            judge = self._guarded(fds, self._pool.take())
        else:
            # Without a mount namespace all share the places that can be written; what one leaves there is removed.
            own = tempfile.mkdtemp(dir=isolation.HOME) if self._config["level"] == "bwrap" else ""
            pid = os.fork()
            if pid == 0:
                _child(self._config, partial(learner.serve_judge, self._config, self._serve, fds, own))
            judge = _Judge(pid, own)
        self._running[os.pidfd_open(judge.pid)] = judge
        return judge.pid

    def _guarded(self, fds: list[int], uid: int) -> _Judge:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            pid = os.fork()
            if pid == 0:
                become = partial(learner.serve_guarded_judge, self._config, self._serve, theirs, fds, uid)
                _child(self._config, become)
        return _Judge(pid, link=ours, uid=uid)

    def handlers(self) -> dict[int, Callable[[], object]]:
        """What to call when a descriptor can be read."""
        return {handle: partial(self._reap, handle) for handle in self._running}

    def _reap(self, handle: int) -> None:
        judge = self._running.pop(handle)
        os.waitpid(judge.pid, 0)
        os.close(handle)
        if judge.link is not None:
            judge.link.close()
        if judge.own:
            folder.remove(judge.own)
        if judge.uid is not None and self._pool is not None:
            self._pool.give_back(judge.uid)

    def kill(self, pid: int) -> None:
        """End one and what it started; nothing happens if it has ended."""
        for judge in self._running.values():
            if judge.pid != pid:
                continue
            if judge.link is not None:
                judge.link.close()  # its guard ends everything then
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)

    def look(self) -> None:
        """Nothing is to be measured."""

    def end(self) -> None:
        """End all of them."""
        for handle, judge in list(self._running.items()):
            self.kill(judge.pid)
            self._reap(handle)


class Learners:
    """The submissions whose processes run, or of whose end a judge has not heard yet.

    ``fork`` makes the first process of one, and ``begin`` is what that does with its link, its wire and its user id.
    """

    def __init__(
        self, config: dict[str, Any], fork: Callable[[], int], begin: Callable[[list[int], int | None], object]
    ) -> None:
        self._config, self._fork, self._begin = config, fork, begin
        self._watches: dict[int, monitor.Watch] = {}
        self._pool = _pool(config)
        self._uids: dict[int, int] = {}

    def fork(self, fds: list[int]) -> int:
        """Start one with a request that is empty, its wire and its judge's channel; its number."""
        _, wire, channel = fds
        uid = self._pool.take() if self._pool is not None else None
        ear, mouth = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with mouth:
            pid = self._fork()
            if pid == 0:
                _child(self._config, partial(self._begin, [mouth.fileno(), wire], uid))
        has_guard = self._config["level"] == "landlock"
        far = socket.socket(fileno=os.dup(channel))
        self._watches[pid] = monitor.Watch(pid, far, ear, self._config["limits"], has_guard=has_guard)
        if uid is not None:
            self._uids[pid] = uid
        return pid

    def watch(self, pid: int) -> monitor.Watch:
        """The one with this number."""
        return self._watches[pid]

    @property
    def must_look(self) -> bool:
        """Whether any runs that may go over a limit."""
        return any(watch.reason is monitor.Reason.NONE for watch in self._watches.values())

    def handlers(self) -> dict[int, Callable[[], object]]:
        """What to call when a descriptor can be read."""
        for pid in [pid for pid, watch in self._watches.items() if watch.is_over]:
            del self._watches[pid]
            if self._pool is not None:
                self._pool.give_back(self._uids.pop(pid))
        return {handle: handler for watch in self._watches.values() for handle, handler in watch.handlers().items()}

    def kill(self, pid: int) -> None:
        """End one and what it started; nothing happens if it has ended."""
        if pid in self._watches:
            self._watches[pid].end(monitor.Reason.REQUEST)

    def look(self) -> None:
        """Measure all, and end those that are over a limit."""
        for watch in self._watches.values():
            watch.look()

    def end(self) -> None:
        """End all of them."""
        for watch in self._watches.values():
            watch.end(monitor.Reason.REQUEST)
            watch.bury(wait=True)
