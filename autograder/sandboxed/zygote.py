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
from collections.abc import Collection
from functools import partial
from types import ModuleType
from typing import Any

from . import forks, isolation, learner, monitor, uncover

MAX_FDS = 8
READY, FORK, LOAD, KILL, DONE, FAILED = b"ready", b"fork", b"load", b"kill", b"done", b"failed"


def warm_module(config: dict[str, Any]) -> ModuleType:
    """The module with ``warm`` and ``serve``, warm, and with all else as learners or test cells shall see it."""
    module = _import(config["module"], config["paths"], config["warm"])
    for name in [name for name in sys.modules if name.partition(".")[0] in config["hidden"]]:
        del sys.modules[name]
    gc.collect()
    return module


def _import(name: str, paths: list[str], options: dict[str, Any]) -> ModuleType:
    own = sys.path.pop(0)
    for give_builtin in (site.setquit, site.setcopyright, site.sethelper):
        give_builtin()  # what ``-S`` left out, without the search for packages
    standard = list(sys.path)
    sys.path[:] = [own, *standard, *paths]
    module = importlib.import_module(name)
    module.warm(**options)
    sys.path[:] = [*standard, *paths]
    return module


def settle(name: str, own: Collection[int]) -> list[int]:
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
        if fd < 3 or fd in own or not isolation.is_open(fd):  # the listing's own is closed by now
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


def _load(fds: list[int], module: ModuleType) -> None:
    """Give the module something to keep for all forks; nothing of a submission's ever comes this way."""
    with open(fds[0], "rb", closefd=False) as file:
        module.load(file.read())
    gc.collect()
    gc.freeze()


def loop(control: socket.socket, running: forks.Judges | forks.Learners, module: ModuleType | None) -> None:
    """Serve the coordinator until it hangs up, and then end all that runs; ``module`` takes what is to be loaded."""
    looked = time.monotonic()
    while True:
        handlers = running.handlers()
        poller = select.poll()
        for handle in (control.fileno(), *handlers):
            poller.register(handle, select.POLLIN)
        ready = [handle for handle, _ in poller.poll(monitor.POLL_MS if running.must_look else None)]
        for handle in ready:
            if handle in handlers:
                handlers[handle]()
        # Requests by the hundred must not keep the limits from being looked at.
        if time.monotonic() - looked >= monitor.POLL_MS / 1000:
            running.look()
            looked = time.monotonic()
        if control.fileno() not in ready:
            continue
        message, fds = _receive(control)
        if not message:
            break
        answer = DONE
        try:
            if message == FORK:
                answer = b"%s %d" % (DONE, running.fork(fds))
            elif message == LOAD and module is not None:
                _load(fds, module)
            else:
                running.kill(int(message.removeprefix(KILL)))
        except Exception as problem:
            answer = b"%s %s" % (FAILED, str(problem).encode()[:200])
        for fd in fds:
            os.close(fd)
        control.send(answer)
    running.end()


def _running(config: dict[str, Any], module: ModuleType) -> forks.Judges | forks.Learners:
    if config["role"] == "judge":
        return forks.Judges(config, module.serve)
    fork = isolation.PidNamespaces().fork if config["level"] == "fork" else os.fork
    return forks.Learners(config, fork, partial(learner.serve_worker, config, module.serve))


def main() -> None:
    """Warm up and serve until the coordinator hangs up; ``sys.argv[1]`` is the configuration as JSON."""
    config = json.loads(sys.argv[1])
    sys.argv[:] = [""]
    control = socket.socket(fileno=config["control"])
    isolation.close_all_but((control.fileno(),))
    if config["level"] == "fork":
        isolation.enter_user_namespace()
        isolation.become_first()
    uncover.uncover(config["closed"])
    # A Ctrl-C is the coordinator's to handle; it ends us by hanging up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nearly all that is made while warming up stays; to look through it every few hundred objects is in vain.
    gc.disable()
    module = warm_module(config)
    gc.enable()
    config["keep"] = settle(config["module"], (control.fileno(),))
    if not config["for_one"]:
        isolation.use_huge_pages()
    gc.freeze()
    control.send(READY)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        loop(control, _running(config, module), module)
