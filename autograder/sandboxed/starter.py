"""Starts a bubblewrap for each submission, and watches what runs in it (level ``bwrap``).

It stands in the place of the warm worker: the same requests come from the coordinator, and a judge's questions are
answered in the same way. It is outside of every sandbox, and no byte of a submission ever reaches it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import socket
import sys
from typing import Any, NoReturn

from . import forks, isolation, launch, monitor, single, zygote


def _be_bubblewrap(argv: list[str], link: int, wire: int) -> NoReturn:
    # Out of the way first: either may be where the other belongs.
    high = [fcntl.fcntl(handle, fcntl.F_DUPFD, 10) for handle in (link, wire)]
    for handle, place in zip(high, (single.LINK, single.WIRE), strict=True):
        os.dup2(handle, place)
    isolation.close_all_but((single.LINK, single.WIRE))
    # A group of its own, with the child that it makes: killed between the two, it would leave that waiting for ever.
    os.setpgid(0, 0)
    os.execv(argv[0], argv)


def _works(learners: forks.Learners) -> bool:
    """Start a worker for nobody: whether it gets warm."""
    pairs = [socket.socketpair() for _ in range(2)]
    with contextlib.ExitStack() as stack:
        for pair in pairs:
            stack.enter_context(pair[0])
            stack.enter_context(pair[1])
        watch = learners.watch(learners.fork([-1, *(far.fileno() for _, far in pairs)]))
        while not watch.is_ready and watch.reason is monitor.Reason.NONE:
            handlers = watch.handlers()
            poller = select.poll()
            for handle in handlers:
                poller.register(handle, select.POLLIN)
            for handle, _ in poller.poll():
                handlers[handle]()
        learners.end()
    return watch.is_ready


def main() -> None:
    """Serve until the coordinator hangs up; ``sys.argv[1]`` is the configuration as JSON."""
    config: dict[str, Any] = json.loads(sys.argv[1])
    control = socket.socket(fileno=config["control"])
    isolation.close_all_but((control.fileno(),))
    if config["launch"]["uid"] is not None:
        launch.enter(config["launch"])
    # A Ctrl-C is the coordinator's to handle; it ends us by hanging up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    argv = config["launch"]["argv"]

    def start(handles: list[int], _: int | None) -> NoReturn:
        _be_bubblewrap(argv, *handles)

    learners = forks.Learners(config, os.fork, start)
    if not _works(learners):
        sys.exit(1)  # why not has been said
    control.send(zygote.READY)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        zygote.loop(control, learners, None)
