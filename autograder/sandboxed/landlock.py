"""Landlock: what a process and all its children may open, connect to and signal from now on, for good.

System calls through ctypes. Each version ("ABI") of the kernel's knows some rights more; what the kernel does not know
can't be asked of it, so that a caller must look at :func:`abi` where something depends on it.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Collection

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # on every architecture
ASK_VERSION, PATH_BENEATH = 1, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_CHAR, MAKE_DIR = 1 << 4, 1 << 5, 1 << 6, 1 << 7
MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
TCP = 1 << 0 | 1 << 1  # bind and connect
SCOPED = 1 << 0 | 1 << 1  # abstract unix sockets and signals

# The first version that knows a right.
SINCE = {REFER: 2, TRUNCATE: 3, IOCTL_DEV: 5}
NETWORK_SINCE, SCOPES_SINCE = 4, 6

READ = EXECUTE | READ_FILE | READ_DIR
OWN = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_FIFO | MAKE_SYM | REFER | TRUNCATE
# What a rule on a file may name.
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

_libc = ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: object) -> int:
    # By register width: the kernel reads all of it.
    wide = [ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments]
    result = int(_libc.syscall(ctypes.c_long(number), *wide))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result


def abi() -> int:
    """The version that this kernel knows; 0 without Landlock."""
    try:
        return _call(CREATE_RULESET, None, 0, ASK_VERSION)
    except OSError:
        return 0


def handled(version: int) -> int:
    """All rights to files that this version can refuse."""
    known = (1 << 13) - 1
    return known | sum(right for right, since in SINCE.items() if version >= since)


def attributes(version: int, files: int) -> bytes:
    """``struct landlock_ruleset_attr`` as this version knows it: files, network, scopes."""
    fields = [files]
    if version >= NETWORK_SINCE:
        fields.append(TCP if files else 0)
    if version >= SCOPES_SINCE:
        fields.append(SCOPED)
    return struct.pack(f"={len(fields)}Q", *fields)


def _enter(ruleset: int) -> None:
    _call(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def restrict(readable: Collection[str], listable: Collection[str], own: str, devices: Collection[str]) -> None:
    """Open nothing but this any more: read what is beneath ``readable``, list ``listable``, do as we like in ``own``.

    ``devices`` may be read and written. Needs ``no_new_privs``. No TCP, no signal to the outside, where it is known.
    """
    version = abi()
    files = handled(version)
    data = attributes(version, files)
    ruleset = _call(CREATE_RULESET, data, len(data), 0)
    for paths, rights in ((readable, READ), (listable, READ_DIR), (devices, READ_FILE | WRITE_FILE), ([own], OWN)):
        for path in paths:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            possible = files if stat.S_ISDIR(os.fstat(place).st_mode) else files & OF_FILES
            rule = struct.pack("=Qi", rights & possible, place)
            _call(ADD_RULE, ruleset, PATH_BENEATH, rule, 0)
            os.close(place)
    _enter(ruleset)
