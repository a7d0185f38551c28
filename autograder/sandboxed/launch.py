"""The one step that runs as root: make the runtime readable for an unused user, become that user, run bubblewrap.

Started as a script with one JSON argument ``{"uid", "stage", "sources", "argv"}``. The interpreter of root often lies
in a folder that only root may enter, so every source is bound to ``<stage>/<index>`` in a private mount namespace.
"""

from __future__ import annotations

import ctypes
import json
import os
import stat
import sys
from typing import Any

CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000


def _mount(source: str, target: str, fstype: str | None, flags: int, data: str = "") -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    kind = None if fstype is None else fstype.encode()
    result = libc.mount(source.encode(), target.encode(), kind, ctypes.c_ulong(flags), data.encode() or None)
    _checked(result, f"mount {target}")


def _checked(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def enter(plan: dict[str, Any]) -> None:
    """Become the unused user, in a mount namespace where the stage shows all that it must read."""
    try:
        _enter(plan)
    except OSError as problem:
        said = f"root could not become an unused user in a mount namespace of its own: {problem}"
        raise OSError(problem.errno, said) from None


def _enter(plan: dict[str, Any]) -> None:
    _checked(ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS), "unshare")
    _mount("none", "/", None, MS_REC | MS_PRIVATE)
    # Opened first: a source may lie below the place that the stage is about to cover.
    handles = [os.open(source, os.O_PATH) for source in plan["sources"]]
    stage = plan["stage"]
    _mount("tmpfs", stage, "tmpfs", 0, "size=1m,mode=0755")
    for index, handle in enumerate(handles):
        target = f"{stage}/{index}"
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            os.mkdir(target, 0o755)
        else:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o644))
        _mount(f"/proc/self/fd/{handle}", target, None, MS_BIND | MS_REC)
        os.close(handle)
    os.chdir("/")
    os.setgroups([])
    os.setresgid(plan["uid"], plan["uid"], plan["uid"])
    os.setresuid(plan["uid"], plan["uid"], plan["uid"])


def main() -> None:
    """Never returns: ends as bubblewrap, or with a traceback that the coordinator puts in its error."""
    plan = json.loads(sys.argv[1])
    enter(plan)
    os.execv(plan["argv"][0], plan["argv"])


if __name__ == "__main__":
    try:
        main()
    except OSError as problem:
        sys.exit(problem.strerror)
