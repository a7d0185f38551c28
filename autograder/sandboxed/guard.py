"""What stands around one submission's processes where it has no namespaces (level ``landlock``).

The guard is a process of ours between the warm one and the submission's: every process that those start stays its
descendant. It outlives them, ends what they left, and removes their folder. It gives them a user id that nobody else
has, by which the kernel counts their processes, and by which all of them can be ended at once.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import tempfile
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from . import folder, isolation, landlock, monitor, seccomp, uids

# Opened by all kinds of programs, and nobody is reached through them.
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
# Of the machine's /proc, what does not tell of other processes.
MACHINE = ("/proc/cpuinfo", "/proc/meminfo")
OURSELVES = ("maps", "stat", "statm", "status")


def stand(link: socket.socket, uid: int, run: Callable[[str], object]) -> NoReturn:
    """Fork ``run(own folder)``, a process of the submission, and end all that come of it when it does.

    Or when something comes over ``link``, or its other end is closed.
    """
    # We have something to do when our parent ends, and hear of it over the link.
    isolation.prctl(isolation.PR_SET_PDEATHSIG, 0)
    isolation.prctl(isolation.PR_SET_CHILD_SUBREAPER, 1)
    isolation.prctl(isolation.PR_SET_NO_NEW_PRIVS, 1)
    own = tempfile.mkdtemp(prefix="learner-", dir=os.environ["HOME"])
    try:
        os.chown(own, uid, uid)
        # Our own memory and descriptors are nobody's to read.
        isolation.prctl(isolation.PR_SET_DUMPABLE, 0)
        child = os.fork()
        if child == 0:
            _be_submission(link, uid, own, run)
        isolation.close_all_but((link.fileno(),))
        link.send(monitor.GUARDED + own.encode())
        _wait_for_the_end(child, link)
        _end_all(uid)
    finally:
        folder.remove(own)
    os._exit(0)


def _be_submission(link: socket.socket, uid: int, own: str, run: Callable[[str], object]) -> NoReturn:
    try:
        # The guard's own is closed to its own user too.
        isolation.prctl(isolation.PR_SET_DUMPABLE, 1)
        isolation.be_killed_first()
        isolation.drop_bounding_set()
        uids.become(uid)
        isolation.drop_capabilities()
        # A change of the user made even our own /proc/self somebody else's.
        isolation.prctl(isolation.PR_SET_DUMPABLE, 1)
        live_in(own)
        run(own)
    except BaseException as problem:
        # Closed, and so without a word, once the submission's own code runs.
        with contextlib.suppress(OSError):
            link.send(str(problem).encode()[:400] or b"?")
    finally:
        os._exit(0)


def _wait_for_the_end(child: int, link: socket.socket) -> None:
    """Reap all that end before; who is not reaped is counted still."""
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    poller = select.poll()
    for handle in (reading, link.fileno()):
        poller.register(handle, select.POLLIN)
    while True:
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            if pid == child:
                return
        if any(handle == link.fileno() for handle, _ in poller.poll()):
            return
        os.read(reading, 4096)


def _end_all(uid: int) -> None:
    """Until no descendant is left: one system call ends all that there are, also those that fork all the while."""
    with contextlib.suppress(ChildProcessError):
        while True:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            if _kill_all(uid):
                os.wait()


def _kill_all(uid: int) -> bool:
    """Whether the signal was sent: a process with their user id may be killed by them first."""
    helper = os.fork()
    if helper == 0:
        try:
            uids.become(uid)
            os.kill(-1, signal.SIGKILL)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(helper, 0)[1] == 0


def live_in(own: str) -> None:
    """Have ``own`` for home and for temporary files."""
    os.environ["HOME"] = os.environ["TMPDIR"] = tempfile.tempdir = own


def confine(rules: Mapping[str, Any], own: str) -> None:
    """In the submission's process, before its code runs: what it may open, and the system calls that are left to it."""
    ourselves = [f"/proc/self/{name}" for name in OURSELVES]
    landlock.restrict([*rules["readable"], *MACHINE, *ourselves], rules["listable"], own, DEVICES)
    seccomp.install(families=(), is_shared=True)
