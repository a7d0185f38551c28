"""The system call filter of a learner's process: a small classic BPF program, built by hand and installed by prctl.

It refuses what could undo the isolation (namespaces, mounts), reach other processes, hold memory that no process is
charged for, or talk to rarely used parts of the kernel. Everything else is left to the namespaces and limits.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import signal
import socket
import struct
from collections.abc import Sequence

from . import shared

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
RET_ALLOW, RET_ERRNO, RET_KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, JUMP_EQUAL, JUMP_SET, JUMP_AT_LEAST, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
X32_BIT = 0x40000000

# CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}
NEW_NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000

AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
COLUMN = {"x86_64": 0, "aarch64": 1}

# Numbers on x86_64 and aarch64; None where the architecture has no such call.
REFUSED: dict[str, tuple[int | None, int | None]] = {
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # who reads the same files
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # memory that is in no process's resident set
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    # parts of the kernel that a notebook has no business with
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "fanotify_init": (300, 262),
    "vmsplice": (278, 75),
    "personality": (135, 92),
    "modify_ldt": (154, None),
    "ioperm": (173, None),
    "iopl": (172, None),
    "lookup_dcookie": (212, 18),
    # the machine
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "syslog": (103, 116),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "vhangup": (153, 58),
}
FLOCK = (73, 32)
CLONE = (56, 220)
CLONE3 = (435, 435)
SOCKET = (41, 198)
SIGACTION = (13, 134)
FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)


def _statement(code: int, value: int) -> bytes:
    return struct.pack("=HBBI", code, 0, 0, value)


def _jump(code: int, value: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _refuse(error: int) -> bytes:
    return _statement(RETURN, RET_ERRNO | error)


def program(machine: str, *, families: Sequence[int] = FAMILIES, is_shared: bool = False) -> bytes:
    """The filter for ``machine`` as an array of ``struct sock_filter``; OSError for a machine without numbers.

    ``families`` of sockets may be made; ``is_shared`` where there are no namespaces.
    """
    if machine not in COLUMN:
        raise OSError(errno.ENOSYS, f"no system call filter for {machine}: only for {', '.join(COLUMN)}")
    column = COLUMN[machine]
    allow = _statement(RETURN, RET_ALLOW)
    parts = [
        _statement(LOAD, ARCHITECTURE),
        _jump(JUMP_EQUAL, AUDIT_ARCHITECTURE[machine], 1, 0),
        _statement(RETURN, RET_KILL),  # 32-bit calls have other numbers
        _statement(LOAD, NUMBER),
    ]
    if machine == "x86_64":
        parts += [_jump(JUMP_AT_LEAST, X32_BIT, 0, 1), _statement(RETURN, RET_KILL)]
    # The runtime's files are the same ones for all: a lock would be a signal. Granted without being taken, it serves
    # a notebook that is alone with its files.
    parts += [_jump(JUMP_EQUAL, FLOCK[column], 0, 1), _refuse(0)]
    refused = [*REFUSED.values()]
    if is_shared:
        refused += shared.REFUSED.values()
        parts += _on_itself(column)
    for numbers in refused:
        number = numbers[column]
        if number is not None:
            parts += [_jump(JUMP_EQUAL, number, 0, 1), _refuse(errno.EPERM)]
    # Its flags lie in memory, out of a filter's sight; the C library falls back to clone.
    parts += [_jump(JUMP_EQUAL, CLONE3[column], 0, 1), _refuse(errno.ENOSYS)]
    parts += [
        _jump(JUMP_EQUAL, CLONE[column], 0, 4),
        _statement(LOAD, ARGUMENTS),
        _jump(JUMP_SET, NEW_NAMESPACES, 0, 1),
        _refuse(errno.EPERM),
        allow,
    ]
    # Other families are not bound to the network namespace (vsock) or are only ways into the kernel.
    parts += [_jump(JUMP_EQUAL, SOCKET[column], 0, len(families) + 3), _statement(LOAD, ARGUMENTS)]
    for index, family in enumerate(families):
        parts.append(_jump(JUMP_EQUAL, int(family), len(families) - index, 0))
    parts += [_refuse(errno.EAFNOSUPPORT), allow]
    # Who ignores SIGCHLD has children whose CPU time is added to nobody's.
    parts += [
        _jump(JUMP_EQUAL, SIGACTION[column], 0, 7),
        _statement(LOAD, ARGUMENTS),
        _jump(JUMP_EQUAL, int(signal.SIGCHLD), 0, 5),
        _statement(LOAD, ARGUMENTS + 8),
        _jump(JUMP_EQUAL, 0, 0, 2),
        _statement(LOAD, ARGUMENTS + 12),
        _jump(JUMP_EQUAL, 0, 1, 0),
        _refuse(errno.EPERM),
    ]
    return b"".join([*parts, allow])


def _on_itself(column: int) -> list[bytes]:
    """Calls that name a process: of whom they may not name, and the pairs of sockets that reach nobody else."""
    parts = []
    for numbers, count in shared.ON_ITSELF.values():
        parts.append(_jump(JUMP_EQUAL, numbers[column], 0, 3 * count + 1))
        for index in range(count):
            parts += [
                _statement(LOAD, ARGUMENTS + 8 * index),
                _jump(JUMP_EQUAL, 0, 1, 0),
                _refuse(errno.EPERM),
            ]
        parts.append(_statement(RETURN, RET_ALLOW))
    return [
        *parts,
        _jump(JUMP_EQUAL, shared.SOCKETPAIR[column], 0, 6),
        _statement(LOAD, ARGUMENTS),
        _jump(JUMP_EQUAL, int(socket.AF_UNIX), 0, 2),
        _statement(LOAD, ARGUMENTS + 8),
        _jump(JUMP_SET, shared.DATAGRAM_BIT, 0, 1),
        _refuse(errno.EAFNOSUPPORT),
        _statement(RETURN, RET_ALLOW),
    ]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def install(*, families: Sequence[int] = FAMILIES, is_shared: bool = False) -> None:
    """Put the filter on this process and all its children, for good; needs ``no_new_privs``."""
    code = program(platform.machine(), families=families, is_shared=is_shared)
    record = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.prctl(
        PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), ctypes.byref(record), ctypes.c_ulong(0), ctypes.c_ulong(0)
    )
    if result != 0:
        raise OSError(ctypes.get_errno(), "the system call filter was refused")
