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
from types import ModuleType
from typing import Any, NoReturn

from . import isolation, learner

MAX_FDS = 8
READY, FORK, KILL, DONE, FAILED = b"ready", b"fork", b"kill", b"done", b"failed"


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


def _fork(control: socket.socket, fds: list[int], config: dict[str, Any], module: ModuleType) -> int:
    pid = os.fork()
    if pid:
        return pid
    _child(control, fds, config, module)


def _child(control: socket.socket, fds: list[int], config: dict[str, Any], module: ModuleType) -> NoReturn:
    """The fork: never returns into the zygote's loop, whatever happens."""
    status = 1
    try:
        control.detach()
        # What matplotlib closes at a fork is gone before anything else can get its number.
        config["keep"] = [fd for fd in config["keep"] if _is_open(fd)]
        role = learner.serve_judge if config["role"] == "judge" else learner.serve_worker
        role(fds, config, module.serve)
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(status)


class _Children:
    """The forks that run, each with a descriptor that tells of its end."""

    def __init__(self, poller: select.poll, *, groups: bool) -> None:
        self._poller, self._groups = poller, groups
        self._pids: dict[int, int] = {}

    def add(self, pid: int) -> None:
        handle = os.pidfd_open(pid)
        self._pids[handle] = pid
        self._poller.register(handle, select.POLLIN)

    def reap(self, handle: int) -> None:
        os.waitpid(self._pids.pop(handle), 0)
        self._poller.unregister(handle)
        os.close(handle)

    def kill(self, pid: int) -> None:
        """A monitor ends what it watches; a judge and what it started are a process group."""
        if pid not in self._pids.values():
            return
        with contextlib.suppress(ProcessLookupError):
            if self._groups:
                os.killpg(pid, signal.SIGKILL)
            else:
                os.kill(pid, signal.SIGTERM)

    def end(self) -> None:
        for handle, pid in list(self._pids.items()):
            self.kill(pid)
            self.reap(handle)


def _loop(control: socket.socket, config: dict[str, Any], module: ModuleType) -> None:
    poller = select.poll()
    poller.register(control, select.POLLIN)
    children = _Children(poller, groups=config["role"] == "judge")
    while True:
        events = [handle for handle, _ in poller.poll()]
        for handle in events:
            if handle != control.fileno():
                children.reap(handle)
        if control.fileno() not in events:
            continue
        message, fds = _receive(control)
        if not message:
            break
        answer = DONE
        try:
            if message == FORK:
                pid = _fork(control, fds, config, module)
                children.add(pid)
                answer = b"%s %d" % (DONE, pid)
            else:
                children.kill(int(message.removeprefix(KILL)))
        except (OSError, ValueError) as problem:
            answer = b"%s %s" % (FAILED, str(problem).encode()[:200])
        for fd in fds:
            os.close(fd)
        control.send(answer)
    children.end()


def main() -> None:
    """Warm up and serve until the coordinator hangs up; ``sys.argv[1]`` is the configuration as JSON."""
    config = json.loads(sys.argv[1])
    sys.argv[:] = [""]
    control = socket.socket(fileno=config["control"])
    isolation.close_all_but((control.fileno(),))
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
