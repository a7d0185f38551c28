"""What a fork of the zygote becomes: the processes of one submission's worker, or one judge.

A worker is two processes: pid 1 of the learner's pid namespace (it reaps, and the learner is never pid 1, which
ignores SIGXCPU), and the learner. When the learner ends, pid 1 ends, and the kernel ends everything else. The zygote
watches them from outside.
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

from . import guard, isolation, landlock, monitor

Serve = Callable[[socket.socket], object]
ServeJudge = Callable[[socket.socket, bytes], object]


def serve_worker(config: dict[str, Any], serve: Serve, fds: list[int], uid: int | None) -> NoReturn:
    """Become the first process of a new learner's worker, and fork the learner.

    ``fds`` are the zygote's ear and the wire; ``uid`` is who the learner shall be, where he shall be somebody else.
    """
    link, wire = socket.socket(fileno=os.dup(fds[0])), fds[1]
    try:
        isolation.prctl(isolation.PR_SET_PDEATHSIG, signal.SIGKILL)
        isolation.close_all_but((link.fileno(), wire, *config["keep"]))
        isolation.silence((0, 1))
        if config["level"] == "fork":
            _be_pid_one(link, wire, config, serve)
        elif uid is not None:
            _be_guard(link, wire, config, serve, uid)
        else:
            _be_keeper(link, wire, config, serve)
    except BaseException as problem:
        link.send(str(problem).encode()[:400] or b"?")
    finally:
        os._exit(0)


def _be_pid_one(link: socket.socket, wire: int, config: dict[str, Any], serve: Serve) -> None:
    isolation.build_namespace(config["limits"]["tmp_bytes"], config["shown"])
    proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    folders = [os.open(path, os.O_RDONLY | os.O_DIRECTORY) for path, _ in isolation.WRITABLE]
    # Of its own for every submission, so that the kernel counts its processes apart from all others.
    isolation.enter_user_namespace()
    isolation.drop_privileges()
    # The new namespaces have undone the first one.
    isolation.prctl(isolation.PR_SET_PDEATHSIG, signal.SIGKILL)
    # Last, as it also makes our own files in /proc somebody else's; the learner takes it back for itself.
    isolation.prctl(isolation.PR_SET_DUMPABLE, 0)
    socket.send_fds(link, [monitor.FORKED], [proc, *folders])
    learner = os.fork()
    if learner == 0:
        most = isolation.processes_in_namespace(config["limits"])
        be_learner(config, serve, wire, isolation.HOME, most)
    isolation.close_all_but(())
    while os.wait()[0] != learner:
        pass


def _be_guard(link: socket.socket, wire: int, config: dict[str, Any], serve: Serve, uid: int) -> None:
    def confined(sock: socket.socket) -> None:
        guard.confine(config["rules"], own=os.environ["HOME"])
        serve(sock)

    def run(own: str) -> None:
        be_learner(config, confined, wire, own, int(config["limits"]["processes"]))

    guard.stand(link, uid, run)


def _be_keeper(link: socket.socket, wire: int, config: dict[str, Any], serve: Serve) -> None:
    """Without namespaces (level ``none``): limits only, and a folder that is removed at the end."""
    isolation.prctl(isolation.PR_SET_CHILD_SUBREAPER, 1)
    folder = tempfile.mkdtemp(prefix="learner-", dir=os.environ["HOME"])
    learner = os.fork()
    if learner == 0:
        be_learner(config, serve, wire, folder, None)
    os.close(wire)
    link.send(monitor.PLAIN)
    while os.wait()[0] != learner:
        pass
    shutil.rmtree(folder, ignore_errors=True)
    link.send(monitor.OVER)
    # Whoever it left behind is our child now: the zygote ends them, and us.
    while True:
        try:
            os.wait()
        except ChildProcessError:
            signal.pause()


def be_learner(config: dict[str, Any], serve: Serve, wire: int, home: str, processes: int | None) -> NoReturn:
    """Take on limits and a working folder, let go of all but the wire, and serve it."""
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
        isolation.limit(config["limits"], processes=processes)
        isolation.silence((2,))
        serve(socket.socket(fileno=wire))
    except BaseException as problem:
        print(f"a learner's process ended: {problem!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(0)


def serve_judge(config: dict[str, Any], serve: ServeJudge, fds: list[int], own: str = "") -> None:
    """Become one judge, with limits of its own; ``fds`` are the request, the control socket, and what takes errors.

    ``own`` is the folder that it may write to, where it does not have every such place for itself.
    """
    request, control, errors = fds
    os.setsid()
    os.dup2(errors, 2)
    os.close(errors)
    fds = [request, control]
    isolation.close_all_but((*fds, *config["keep"]))
    isolation.open_again(config["keep"])
    isolation.silence((0, 1))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with os.fdopen(request, "rb") as file:
        data = file.read()
    limits = config["limits"]
    isolation.limit(limits)
    if config["level"] == "landlock":
        guard.confine(config["rules"], own)
    else:
        isolation.be_killed_first()
    if config["level"] == "fork":
        # What one judge leaves in a folder is not there for the next.
        isolation.unshare(isolation.CLONE_NEWNS)
        isolation.own_folders(limits["tmp_bytes"], config["shown"])
        isolation.drop_capabilities()
    elif config["level"] == "bwrap":
        guard.live_in(own)
        isolation.drop_capabilities()
        if landlock.abi():
            landlock.restrict([*_beside(isolation.HOME), *config["shown"]], [], own, guard.DEVICES)
    os.chdir("/")
    serve(socket.socket(fileno=control), data)


def _beside(folder: str) -> list[str]:
    """Everything that is not in this folder, as few folders and files."""
    found = []
    while folder != "/":
        above = os.path.dirname(folder)
        found += [f"{above.rstrip('/')}/{name}" for name in os.listdir(above) if name != os.path.basename(folder)]
        folder = above
    return found


def serve_guarded_judge(
    config: dict[str, Any], serve: ServeJudge, link: socket.socket, fds: list[int], uid: int
) -> NoReturn:
    """Become the guard of a judge, and fork the judge."""
    isolation.close_all_but((link.fileno(), *fds, *config["keep"]))

    def run(own: str) -> None:
        try:
            serve_judge(config, serve, fds, own)
        except BaseException:
            # Where the coordinator looks for why a judge has ended.
            sys.excepthook(*sys.exc_info())
            raise

    guard.stand(link, uid, run)
