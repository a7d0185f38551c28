"""Runs a command on a machine that refuses something: ``refusing.py WHAT[,WHAT...] command...``.

``nesting``: bubblewrap gets its user namespaces, and nobody in there another. ``namespaces``: nobody gets any.
``max_user_namespaces`` and the like: the kernel's setting of this name is 0. ``docker``: what Docker leaves to a
container when nothing else is said, a filter of system calls and 14 capabilities. ``administration``: those
capabilities without the filter. ``landlock``: its system calls do not exist; ``landlock_off``: it is switched off.
``users``: the command is root, and there is no other user. ``root``: the command is no root.
Where nothing of this says otherwise the command stays who it is, and root has all users that there are here. What is
refused to root, but for ``users``, is refused where its Python lies in no folder that only root may enter.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import stat
import struct
import sys
from pathlib import Path

from autograder.sandboxed import isolation

CLONE_NEWUSER = 0x10000000
OF_BUBBLEWRAP = 2
LANDLOCK_CALLS = (444, 445, 446)
ORDINARY = 1000
# CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD,
# AUDIT_WRITE, SETFCAP
CAPABILITIES_OF_DOCKER = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
# unshare, setns, mount, umount2, pivot_root; clone with a flag of a namespace; clone3
NAMESPACE_CALLS = {"x86_64": (272, 308, 165, 166, 155), "aarch64": (97, 268, 40, 39, 41)}
CLONE, CLONE3, NAMESPACES = {"x86_64": 56, "aarch64": 220}, 435, 0x7E020000
LOAD, EQUAL, ANY, RETURN, ALLOW, REFUSE = 0x20, 0x15, 0x45, 0x06, 0x7FFF0000, 0x00050000
LIBC = ctypes.CDLL(None, use_errno=True)


def write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def alone(uid: int) -> None:
    """Be this user, and the only one, in one more user namespace."""
    before = {"uid_map": os.getuid(), "gid_map": os.getgid()}
    if LIBC.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    write("/proc/self/setgroups", "deny")
    for name, number in before.items():
        write(f"/proc/self/{name}", f"{uid} {number} 1")


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


def show_python() -> None:
    """In a mount namespace of our own: this Python, and what lies beside here, can be reached by everybody."""
    needed = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), Path(__file__).resolve().parents[2]}
    needed.add(Path.cwd().parent)
    ways = {path: [*reversed(path.parents)] for path in needed}
    closed = {
        path: next((folder for folder in folders if not folder.stat().st_mode & stat.S_IXOTH), None)
        for path, folders in ways.items()
    }
    isolation.unshare(isolation.CLONE_NEWNS)
    isolation.mount("none", "/", None, isolation.MS_REC | isolation.MS_PRIVATE)
    here = os.getcwd()
    os.umask(0o022)
    covers = {str(folder): "mode=0755" for folder in closed.values() if folder}
    isolation.cover(covers, [str(path) for path, folder in closed.items() if folder])
    os.chdir(here)


Line = tuple[int, int, int, int]


def refusal(number: int, error: int) -> list[Line]:
    """The lines of a filter that end this system call with an error."""
    return [(LOAD, 0, 0, 0), (EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE | error)]


def install(filtering: list[Line]) -> None:
    """The program of ``struct sock_filter``, for this process and all that come of it."""
    code = b"".join(struct.pack("=HBBI", *line) for line in [*filtering, (RETURN, 0, 0, ALLOW)])
    buffer = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    LIBC.prctl(38, 1, 0, 0, 0)
    if LIBC.prctl(22, 2, program, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def filter_of_docker() -> list[Line]:
    """What needs a namespace, or makes one."""
    machine = platform.machine()
    lines = [line for number in NAMESPACE_CALLS[machine] for line in refusal(number, errno.EPERM)]
    lines += [(LOAD, 0, 0, 0), (EQUAL, 0, 3, CLONE[machine]), (LOAD, 0, 0, 16), (ANY, 0, 1, NAMESPACES)]
    return [*lines, (RETURN, 0, 0, REFUSE | errno.EPERM), *refusal(CLONE3, errno.ENOSYS)]


def give_up_capabilities() -> None:
    """Have those of Docker from the next program on; who is no root has none anyway."""
    for number in range(64):
        if number not in CAPABILITIES_OF_DOCKER:
            LIBC.prctl(24, number, 0, 0, 0)


refused = sys.argv[1].split(",")
if "nesting" in refused or "namespaces" in refused:
    for _ in range(depth() - (0 if "namespaces" in refused else OF_BUBBLEWRAP)):
        deeper()
settings = [name for name in refused if name.startswith("max_")]
if "users" in refused or "root" in refused:
    alone(0 if "users" in refused else ORDINARY)
elif settings:
    deeper()
if os.getuid() == 0 and "users" not in refused and {"docker", "administration", *settings} & {*refused}:
    show_python()
for name in settings:
    write(f"/proc/sys/user/{name}", "0")
if "docker" in refused or "administration" in refused:
    give_up_capabilities()
if "docker" in refused:
    install(filter_of_docker())
for name, error in (("landlock", errno.ENOSYS), ("landlock_off", errno.EOPNOTSUPP)):
    if name in refused:
        install([line for number in LANDLOCK_CALLS for line in refusal(number, error)])
os.execvp(sys.argv[2], sys.argv[2:])
