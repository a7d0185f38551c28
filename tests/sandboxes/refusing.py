"""Runs a command on a machine that refuses something: ``refusing.py nesting|namespaces|landlock[,...] command...``.

``nesting``: bubblewrap gets its user namespaces, and nobody in there another. ``namespaces``: nobody gets any.
``landlock``: its system calls do not exist. As root the command stays root, of all users that there are here.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

CLONE_NEWUSER = 0x10000000
OF_BUBBLEWRAP = 2
LANDLOCK_CALLS = (444, 445, 446)
LIBC = ctypes.CDLL(None, use_errno=True)


def write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def deeper() -> bool:
    """Go into one more user namespace; whether there was one."""
    uid, gid, me = os.getuid(), os.getgid(), os.getpid()
    if uid != 0:
        if LIBC.unshare(CLONE_NEWUSER) != 0:
            return False
        write("/proc/self/setgroups", "deny")
        write("/proc/self/uid_map", f"{uid} {uid} 1")
        write("/proc/self/gid_map", f"{gid} {gid} 1")
        return True
    with open("/proc/self/uid_map") as file:
        count = min(int(file.readline().split()[2]), 2**31)
    reading, writing = os.pipe()
    if os.fork() == 0:
        # Only who has stayed outside may give all users to the new one.
        if os.read(reading, 1) == b"1":
            for name in ("uid_map", "gid_map"):
                write(f"/proc/{me}/{name}", f"0 0 {count}")
        os._exit(0)
    ok = LIBC.unshare(CLONE_NEWUSER) == 0
    os.write(writing, b"1" if ok else b"0")
    os.wait()
    os.close(reading)
    os.close(writing)
    return ok


def depth() -> int:
    """How many more user namespaces there are, one in the other."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        count = 0
        while deeper():
            count += 1
        os.write(writing, str(count).encode())
        os._exit(0)
    os.wait()
    return int(os.read(reading, 10))


def without(calls: tuple[int, ...]) -> None:
    """The program of ``struct sock_filter``: these calls end with ENOSYS."""
    lines = [(0x20, 0, 0, 0)]
    for number in calls:
        lines += [(0x15, 0, 1, number), (0x06, 0, 0, 0x00050000 | 38)]
    code = b"".join(struct.pack("=HBBI", *line) for line in [*lines, (0x06, 0, 0, 0x7FFF0000)])
    buffer = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    LIBC.prctl(38, 1, 0, 0, 0)
    if LIBC.prctl(22, 2, program, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


refused = sys.argv[1].split(",")
if "nesting" in refused or "namespaces" in refused:
    for _ in range(depth() - (0 if "namespaces" in refused else OF_BUBBLEWRAP)):
        deeper()
if "landlock" in refused:
    without(LANDLOCK_CALLS)
os.execvp(sys.argv[2], sys.argv[2:])
