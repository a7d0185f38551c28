"""What a run changed and what it left running: how the tests and `make bench` see harm."""

from __future__ import annotations

import ctypes
import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def everything(folder: Path) -> dict[str, tuple[int, ...]]:
    """All files and folders below it, each with what would be another after any change."""
    found = {}
    for parent, folders, names in os.walk(folder):
        for name in (*folders, *names):
            status = os.lstat(os.path.join(parent, name))
            times = () if stat.S_ISDIR(status.st_mode) else (status.st_mtime_ns, status.st_ino)
            found[os.path.relpath(os.path.join(parent, name), folder)] = (status.st_mode, status.st_size, *times)
    return found


@contextmanager
def orphans() -> Iterator[list[str]]:
    """What processes started in the block left behind: they become children of this process. Ends them."""
    prctl = ctypes.CDLL(None).prctl
    before = set(os.listdir("/proc"))
    left: list[str] = []
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield left
    finally:
        for pid in sorted(set(os.listdir("/proc")) - before):
            with suppress(OSError, ValueError):
                state, parent = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[:2]
                if int(parent) == os.getpid():
                    if state != "Z":
                        left.append(Path("/proc", pid, "cmdline").read_text() or pid)
                        os.kill(int(pid), signal.SIGKILL)
                    os.waitpid(int(pid), 0)
        prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
