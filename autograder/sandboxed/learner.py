"""What a fork of the zygote becomes: the processes of one submission's worker, or one judge.

A worker is three processes: the monitor, pid 1 of the learner's pid namespace (it reaps, and the learner is never
pid 1, which ignores SIGXCPU), and the learner. When the learner ends, pid 1 ends, and the kernel ends everything else.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from typing import Any, NoReturn

from . import isolation, monitor

READY = b"ready"
START_SECONDS = 20

Serve = Callable[[socket.socket], object]


def _stop(*_: object) -> NoReturn:
    sys.exit(0)


def serve_worker(fds: list[int], config: dict[str, Any], serve: Serve) -> None:
    """Become the monitor of a new learner's process; ``fds`` are the request (unused), the wire and the monitor's."""
    _, wire, channel = fds
    os.setsid()
    isolation.prctl(isolation.PR_SET_PDEATHSIG, signal.SIGTERM)
    isolation.close_all_but((wire, channel, *config["keep"]))
    isolation.silence((0, 1))
    signal.signal(signal.SIGTERM, _stop)
    with socket.socket(fileno=channel) as judge:
        start = _start_isolated if config["isolate"] else _start_plain
        try:
            tree, folder = start(wire, config, serve)
        except OSError as problem:
            os.close(wire)
            print(f"a fork could not be isolated: {problem}", file=sys.stderr, flush=True)
            monitor.report_failure(judge)
            return
        os.close(wire)
        try:
            # Pid 1 is counted with the learner's processes; the limit itself is the kernel's where it can be.
            monitor.watch(judge, tree, config["limits"]["memory"], config["limits"]["processes"] + 1)
        finally:
            if folder:
                shutil.rmtree(folder, ignore_errors=True)


def _start_isolated(wire: int, config: dict[str, Any], serve: Serve) -> tuple[monitor.Tree, str]:
    isolation.enter_user_and(isolation.CLONE_NEWPID)
    here, there = socket.socketpair()
    root = os.fork()
    if root == 0:
        here.close()
        _be_pid_one(there, wire, config, serve)
    there.close()
    with here:
        here.settimeout(START_SECONDS)
        message, handles, _, _ = socket.recv_fds(here, 500, 1)
    if message != READY:
        os.waitpid(root, 0)
        raise OSError(message.decode(errors="replace") or "pid 1 of the learner's namespace ended")
    return monitor.Tree(root, handles[0], is_namespace=True), ""


def _be_pid_one(link: socket.socket, wire: int, config: dict[str, Any], serve: Serve) -> NoReturn:
    try:
        isolation.prctl(isolation.PR_SET_PDEATHSIG, signal.SIGKILL)
        isolation.close_all_but((link.fileno(), wire, *config["keep"]))
        isolation.build_namespace(config["limits"]["tmp_bytes"], config["shown"])
        proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
        isolation.drop_privileges()
        # Last, as it also makes our own files in /proc somebody else's; the learner takes it back for itself.
        isolation.prctl(isolation.PR_SET_DUMPABLE, 0)
        socket.send_fds(link, [READY], [proc])
        learner = os.fork()
        if learner == 0:
            counted = isolation.processes_are_counted_by_namespace()
            _be_learner(wire, config, serve, isolation.HOME, count_processes=counted)
        isolation.close_all_but(())
        while os.wait()[0] != learner:
            pass
    except BaseException as problem:
        link.send(str(problem).encode()[:400])
    finally:
        os._exit(0)


def _start_plain(wire: int, config: dict[str, Any], serve: Serve) -> tuple[monitor.Tree, str]:
    """Without namespaces (level ``none``): limits only, and a folder that is removed at the end."""
    isolation.prctl(isolation.PR_SET_CHILD_SUBREAPER, 1)
    folder = tempfile.mkdtemp(prefix="learner-")
    root = os.fork()
    if root == 0:
        _be_learner(wire, config, serve, folder, count_processes=False)
    return monitor.Tree(root, os.open("/proc", os.O_RDONLY | os.O_DIRECTORY), is_namespace=False), folder


def _be_learner(wire: int, config: dict[str, Any], serve: Serve, home: str, *, count_processes: bool) -> NoReturn:
    try:
        os.setsid()
        isolation.prctl(isolation.PR_SET_PDEATHSIG, signal.SIGKILL)
        isolation.prctl(isolation.PR_SET_DUMPABLE, 1)
        isolation.prctl(isolation.PR_SET_NO_NEW_PRIVS, 1)
        isolation.close_all_but((wire, *config["keep"]))
        isolation.open_again(config["keep"])
        isolation.silence((0, 1))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.environ["HOME"] = home
        os.chdir(home)
        isolation.limit(config["limits"], count_processes=count_processes)
        isolation.silence((2,))
        serve(socket.socket(fileno=wire))
    except BaseException as problem:
        print(f"a learner's process ended: {problem!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(0)


def serve_judge(fds: list[int], config: dict[str, Any], serve: Callable[[socket.socket, bytes], object]) -> None:
    """Become one judge, with limits of its own; ``fds`` are the file with the request and the control socket's."""
    request, control = fds
    os.setsid()
    isolation.close_all_but((*fds, *config["keep"]))
    isolation.open_again(config["keep"])
    isolation.silence((0, 1))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with os.fdopen(request, "rb") as file:
        data = file.read()
    limits = config["limits"]
    if config["isolate"]:
        # What one judge leaves in a folder is not there for the next.
        isolation.enter_user_and(isolation.CLONE_NEWNS)
        isolation.own_folders(limits["tmp_bytes"], config["shown"])
        isolation.drop_capabilities()
    os.chdir("/")
    isolation.limit(limits, count_processes=False)
    isolation.be_killed_first()
    serve(socket.socket(fileno=control), data)
