"""User ids that nobody has, for processes that no other process may signal or read. Only root can use them."""

from __future__ import annotations

import errno
import os
import pwd
import socket
from collections.abc import Iterable

# The first is for what runs in namespaces, where several may have one; the second for who has nothing but it.
SHARED, OWN = range(59_000, 59_900), range(58_000, 58_900)


def unused(candidates: Iterable[int] = SHARED) -> Iterable[int]:
    """Those that no user has and no process runs as."""
    running: set[int] = set()
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/status", "rb") as file:
                    # Real, effective, saved and file system id; the owner of the folder says less.
                    line = next(line for line in file if line.startswith(b"Uid:"))
            except (OSError, StopIteration):
                continue
            running.update(map(int, line.split()[1:]))
    known = {entry.pw_uid for entry in pwd.getpwall()}
    return (uid for uid in candidates if uid not in running and uid not in known)


# CAP_CHOWN, DAC_OVERRIDE, FOWNER, SETGID, SETUID: to become another user, and to remove what that one has left.
NEEDED = 1 << 0 | 1 << 1 | 1 << 3 | 1 << 6 | 1 << 7


def capabilities() -> int:
    """Those that count for us now, a bit for each."""
    with open("/proc/self/status", encoding="utf-8") as file:
        return next(int(line.split()[1], 16) for line in file if line.startswith("CapEff:"))


def can_be_given(wanted: range = OWN) -> bool:
    """Whether we may run a process as any of ``wanted``: root may, where these users exist."""
    with open("/proc/self/setgroups", encoding="ascii") as file:
        may_leave_groups = file.read().strip() == "allow"
    return (
        os.geteuid() == 0
        and capabilities() & NEEDED == NEEDED
        and may_leave_groups
        and all(_is_mapped(f"/proc/self/{name}", wanted) for name in ("uid_map", "gid_map"))
    )


def _is_mapped(path: str, wanted: range) -> bool:
    with open(path, encoding="ascii") as file:
        spans = [tuple(map(int, line.split())) for line in file]
    return any(begin <= wanted.start and wanted.stop <= begin + count for begin, _, count in spans)


class Pool:
    """Ids of which each belongs to one taker at a time on this machine, for as long as this process lives."""

    def __init__(self) -> None:
        self._free: list[int] = []
        self._claims: list[socket.socket] = []

    def take(self) -> int:
        """An id that nothing runs as. OSError where there is none left."""
        if self._free:
            return self._free.pop()
        for uid in unused(OWN):
            claim = socket.socket(socket.AF_UNIX)
            try:
                # A name that is free again when we end, however we end.
                claim.bind(f"\0autograder-uid-{uid}")
            except OSError:
                claim.close()
                continue
            self._claims.append(claim)
            return uid
        raise OSError(errno.EAGAIN, f"every user id from {OWN.start} to {OWN.stop - 1} is in use")

    def give_back(self, uid: int) -> None:
        """Nothing runs as this one any more."""
        self._free.append(uid)


def become(uid: int) -> None:
    """Be this user, in no group but its own, for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
