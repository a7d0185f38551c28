"""The processes of a command that runs: which there are, and waiting for what it does."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest


def descendants(pid: int) -> set[tuple[int, str]]:
    """Every process below this one: its id and when it began."""
    parents: dict[int, tuple[int, str]] = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if fields[0] != "Z":
                parents[int(entry.name)] = (int(fields[1]), fields[19])
    found, queue = set(), [pid]
    while queue:
        parent = queue.pop()
        for child, (its_parent, began) in parents.items():
            if its_parent == parent:
                found.add((child, began))
                queue.append(child)
    return found


def still_there(processes: set[tuple[int, str]]) -> set[int]:
    living = set()
    for pid, began in processes:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            if fields[0] != "Z" and fields[19] == began:
                living.add(pid)
    return living


def waiting_for(process: subprocess.Popen[str], seconds: float) -> Iterator[None]:
    """One turn every few milliseconds while the process runs; fails when it ends or the time is over."""
    for _ in range(int(seconds / 0.02)):
        yield
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"not what was waited for: {process.poll()}")


def is_sandboxed(pid: int, role: str) -> bool:
    """Whether it is a warm process of this role ("worker", "judge"), or a fork of one."""
    with suppress(OSError):
        said = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        return os.path.basename(said[0]).startswith("python") and any(f'"role": "{role}"' in part for part in said)
    return False


def sandboxed(pid: int, role: str) -> tuple[list[int], list[int]]:
    """The warm processes of a role below a command, and their forks; the deepest fork comes last."""
    found = [child for child, _ in descendants(pid) if is_sandboxed(child, role)]
    depth = dict.fromkeys(found, 0)
    for child in found:
        above = parent_of(child)
        while is_sandboxed(above, role):
            depth[child] += 1
            above = parent_of(above)
    found.sort(key=lambda child: depth[child])
    return [child for child in found if not depth[child]], [child for child in found if depth[child]]


def parent_of(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0
