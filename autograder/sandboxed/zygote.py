"""The warm process: imports everything once, then forks for each request that the coordinator sends.

It reads no byte of a request itself: what a submission sent must not lie in the memory that the next one inherits.
So a request is one small packet with descriptors: a file with the request, then those for the fork.
"""

from __future__ import annotations

import array
import contextlib
import fcntl
import gc
import importlib
import json
import os
import select
import signal
import site
import socket
import stat
import sys
import time
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any, NoReturn

from . import isolation, learner, monitor

MAX_FDS = 8
READY, FORK, LOAD, KILL, DONE, FAILED = b"ready", b"fork", b"load", b"kill", b"done", b"failed"


def _import(name: str, paths: list[str]) -> ModuleType:
    """The module with ``warm`` and ``serve``, with ``sys.path`` left as learners or test cells shall see it."""
    own = sys.path.pop(0)
    for give_builtin in (site.setquit, site.setcopyright, site.sethelper):
        give_builtin()  # what ``-S`` left out, without the search for packages
    standard = list(sys.path)
    sys.path[:] = [own, *standard, *paths]
    module = importlib.import_module(name)
    module.warm()
    sys.path[:] = [*standard, *paths]
    return module


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def _settle(name: str, control: int) -> list[int]:
    """End what a fork can't share, and refuse what is left of it; the files that the fork keeps open.

    Open files are harmless (matplotlib keeps those of its fonts): each fork opens them again for itself.
    """
    if "asyncio" in sys.modules:
        # All forks would wait on one and the same epoll instance. Who needs a loop makes another.
        for item in gc.get_objects():
            if isinstance(item, sys.modules["asyncio"].AbstractEventLoop) and not item.is_closed():
                item.close()
    if (count := len(os.listdir("/proc/self/task"))) != 1:
        raise RuntimeError(f"warm() of {name} left {count - 1} threads, which no fork would have")
    kept = []
    for fd in map(int, os.listdir("/proc/self/fd")):
        if fd < 3 or fd == control or not _is_open(fd):  # the listing's own is closed by now
            continue
        if not stat.S_ISREG(os.fstat(fd).st_mode) or fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
            raise RuntimeError(f"warm() of {name} left {os.readlink(f'/proc/self/fd/{fd}')} open for all forks")
        kept.append(fd)
    return kept


def _receive(control: socket.socket) -> tuple[bytes, list[int]]:
    size = array.array("i").itemsize
    message, ancillary, _, _ = control.recvmsg(256, socket.CMSG_LEN(MAX_FDS * size), socket.MSG_CMSG_CLOEXEC)
    fds = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(data[: len(data) - len(data) % size])
    return message, list(fds)


def _child(
    fds: list[int], config: dict[str, Any], role: Callable[..., object], serve: Callable[..., object]
) -> NoReturn:
    """The fork: never returns into the zygote's loop, whatever happens."""
    status = 1
    try:
        # What matplotlib closes at a fork is gone before anything else can get its number.
        config["keep"] = [fd for fd in config["keep"] if _is_open(fd)]
        role(fds, config, serve)
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(status)


def _load(fds: list[int], module: ModuleType) -> None:
    """Give the module something to keep for all forks; nothing of a submission's ever comes this way."""
    with open(fds[0], "rb", closefd=False) as file:
        module.load(file.read())
    gc.collect()
    gc.freeze()


class _Judges:
    """The judges that run: each with what it started is a process group. Their limits are the kernel's to keep."""

    must_look = False

    def __init__(self, config: dict[str, Any], serve: Callable[..., object]) -> None:
        self._config, self._serve = config, serve
        self._pids: dict[int, int] = {}

    def fork(self, fds: list[int]) -> int:
        pid = os.fork()
        if pid == 0:
            _child(fds, self._config, learner.serve_judge, self._serve)
        self._pids[os.pidfd_open(pid)] = pid
        return pid

    def handlers(self) -> dict[int, Callable[[], None]]:
        return {handle: partial(self._reap, handle) for handle in self._pids}

    def _reap(self, handle: int) -> None:
        os.waitpid(self._pids.pop(handle), 0)
        os.close(handle)

    def kill(self, pid: int) -> None:
        if pid in self._pids.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)

    def look(self) -> None:
        pass

    def end(self) -> None:
        for handle, pid in list(self._pids.items()):
            self.kill(pid)
            self._reap(handle)


class _Learners:
    """The submissions whose processes run, or of whose end a judge has not heard yet."""

    def __init__(self, config: dict[str, Any], serve: Callable[..., object]) -> None:
        self._config, self._serve = config, serve
        self._fork = isolation.PidNamespaces().fork if config["isolate"] else os.fork
        self._watches: dict[int, monitor.Watch] = {}

    def fork(self, fds: list[int]) -> int:
        _, wire, channel = fds
        ear, mouth = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with mouth:
            pid = self._fork()
            if pid == 0:
                _child([mouth.fileno(), wire], self._config, learner.serve_worker, self._serve)
        self._watches[pid] = monitor.Watch(pid, socket.socket(fileno=os.dup(channel)), ear, self._config["limits"])
        return pid

    @property
    def must_look(self) -> bool:
        return any(watch.reason is monitor.Reason.NONE for watch in self._watches.values())

    def handlers(self) -> dict[int, Callable[[], None]]:
        self._watches = {pid: watch for pid, watch in self._watches.items() if not watch.is_over}
        return {handle: handler for watch in self._watches.values() for handle, handler in watch.handlers().items()}

    def kill(self, pid: int) -> None:
        if pid in self._watches:
            self._watches[pid].end(monitor.Reason.REQUEST)

    def look(self) -> None:
        for watch in self._watches.values():
            watch.look()

    def end(self) -> None:
        for watch in self._watches.values():
            watch.end(monitor.Reason.REQUEST)
            watch.bury(wait=True)


def _loop(control: socket.socket, config: dict[str, Any], module: ModuleType) -> None:
    forks = (_Judges if config["role"] == "judge" else _Learners)(config, module.serve)
    looked = time.monotonic()
    while True:
        handlers = forks.handlers()
        poller = select.poll()
        for handle in (control.fileno(), *handlers):
            poller.register(handle, select.POLLIN)
        ready = [handle for handle, _ in poller.poll(monitor.POLL_MS if forks.must_look else None)]
        for handle in ready:
            if handle in handlers:
                handlers[handle]()
        # Requests by the hundred must not keep the limits from being looked at.
        if time.monotonic() - looked >= monitor.POLL_MS / 1000:
            forks.look()
            looked = time.monotonic()
        if control.fileno() not in ready:
            continue
        message, fds = _receive(control)
        if not message:
            break
        answer = DONE
        try:
            if message == FORK:
                answer = b"%s %d" % (DONE, forks.fork(fds))
            elif message == LOAD:
                _load(fds, module)
            else:
                forks.kill(int(message.removeprefix(KILL)))
        except Exception as problem:
            answer = b"%s %s" % (FAILED, str(problem).encode()[:200])
        for fd in fds:
            os.close(fd)
        control.send(answer)
    forks.end()


def main() -> None:
    """Warm up and serve until the coordinator hangs up; ``sys.argv[1]`` is the configuration as JSON."""
    config = json.loads(sys.argv[1])
    sys.argv[:] = [""]
    control = socket.socket(fileno=config["control"])
    isolation.close_all_but((control.fileno(),))
    if config["isolate"]:
        isolation.enter_user_namespace()
        isolation.become_first()
    # A Ctrl-C is the coordinator's to handle; it ends us by hanging up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    module = _import(config["module"], config["paths"])
    for name in [name for name in sys.modules if name.partition(".")[0] in config["hidden"]]:
        del sys.modules[name]
    gc.collect()
    config["keep"] = _settle(config["module"], control.fileno())
    isolation.use_huge_pages()
    gc.freeze()
    control.send(READY)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        _loop(control, config, module)
