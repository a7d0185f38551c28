"""The filter of system calls, run by a small machine of our own: so for processors that this machine is not, too."""

from __future__ import annotations

import errno
import signal
import socket
import struct

import pytest

from autograder.sandboxed import seccomp, shared

AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOWED, KILLED = 0x7FFF0000, 0x80000000


def column_of(machine: str) -> int:
    """Where its numbers stand in the tables."""
    return ["x86_64", "aarch64"].index(machine)


def refused(error: int) -> int:
    """SECCOMP_RET_ERRNO with this error."""
    return 0x00050000 | error


def verdict(machine: str, number: int, *arguments: int, architecture: int | None = None, code: bytes = b"") -> int:
    """What the kernel would answer: the classic BPF machine over ``struct seccomp_data``."""
    code = code or seccomp.program(machine)
    lines = [struct.unpack_from("=HBBI", code, offset) for offset in range(0, len(code), 8)]
    padded = (*arguments, *[0] * (6 - len(arguments)))
    audit = AUDIT[machine] if architecture is None else architecture
    data = struct.pack("<iIQ6Q", number, audit, 0, *padded)
    accumulator, place = 0, 0
    while True:
        operation, if_true, if_false, value = lines[place]
        place += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", data, value)
            case 0x15:
                place += if_true if accumulator == value else if_false
            case 0x35:
                place += if_true if accumulator >= value else if_false
            case 0x45:
                place += if_true if accumulator & value else if_false
            case 0x06:
                return value
            case _:
                raise AssertionError(f"no such operation: {operation:#x}")


# read, openat, mmap, exit_group, futex, kill, execve, prctl
HARMLESS = {"x86_64": (0, 257, 9, 231, 202, 62, 59, 157), "aarch64": (63, 56, 222, 94, 98, 129, 221, 167)}
CLONE, CLONE3, SOCKET, SIGACTION = (
    {"x86_64": 56, "aarch64": 220},
    {"x86_64": 435, "aarch64": 435},
    {"x86_64": 41, "aarch64": 198},
    {"x86_64": 13, "aarch64": 134},
)
machines = pytest.mark.parametrize("machine", ["x86_64", "aarch64"])


@machines
def test_ordinary_calls_pass(machine: str) -> None:
    assert {verdict(machine, number) for number in HARMLESS[machine]} == {ALLOWED}


@machines
def test_listed_calls_are_refused(machine: str) -> None:
    column = column_of(machine)
    numbers = [numbers[column] for numbers in seccomp.REFUSED.values() if numbers[column] is not None]
    assert len(numbers) > 50
    assert len(set(numbers)) == len(numbers)
    assert not set(numbers) & set(HARMLESS[machine])
    assert {verdict(machine, number) for number in numbers} == {refused(errno.EPERM)}


@machines
def test_another_architecture_is_killed(machine: str) -> None:
    for other in (0x40000003, 0x40000028, *(AUDIT[name] for name in AUDIT if name != machine)):
        assert verdict(machine, HARMLESS[machine][0], architecture=other) == KILLED


def test_x32_calls_are_killed() -> None:
    assert verdict("x86_64", 0x40000000 | 101) == KILLED


@machines
def test_forks_and_threads_pass_but_no_namespace(machine: str) -> None:
    assert verdict(machine, CLONE[machine], signal.SIGCHLD) == ALLOWED
    assert verdict(machine, CLONE[machine], 0x3D0F00) == ALLOWED
    for bit in (17, 25, 26, 27, 28, 29, 30):
        assert verdict(machine, CLONE[machine], 1 << bit | signal.SIGCHLD) == refused(errno.EPERM)
    assert verdict(machine, CLONE3[machine]) == refused(errno.ENOSYS)


@machines
def test_sockets_of_three_families_only(machine: str) -> None:
    families = {int(family) for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)}
    for family in range(50):
        expected = ALLOWED if family in families else refused(errno.EAFNOSUPPORT)
        assert verdict(machine, SOCKET[machine], family, 1, 0) == expected


@machines
def test_what_is_shared_with_the_machine_is_refused(machine: str) -> None:
    code = seccomp.program(machine, families=(), is_shared=True)
    column = column_of(machine)
    assert {verdict(machine, number, code=code) for number in HARMLESS[machine]} == {ALLOWED}
    for numbers in (*seccomp.REFUSED.values(), *shared.REFUSED.values()):
        if (number := numbers[column]) is not None:
            assert verdict(machine, number, code=code) == refused(errno.EPERM)
    for family in range(50):
        assert verdict(machine, SOCKET[machine], family, 1, 0, code=code) == refused(errno.EAFNOSUPPORT)


@machines
def test_calls_that_name_a_process_name_only_the_caller(machine: str) -> None:
    code = seccomp.program(machine, families=(), is_shared=True)
    column = column_of(machine)
    for numbers, count in shared.ON_ITSELF.values():
        number = numbers[column]
        assert verdict(machine, number, *[0] * count, 7, code=code) == ALLOWED
        for place in range(count):
            arguments = [0] * count
            arguments[place] = 4242
            assert verdict(machine, number, *arguments, code=code) == refused(errno.EPERM)


@machines
def test_pairs_of_sockets_reach_only_each_other(machine: str) -> None:
    code = seccomp.program(machine, families=(), is_shared=True)
    flags = int(socket.SOCK_CLOEXEC) | int(socket.SOCK_NONBLOCK)
    allowed = [
        (family, kind)
        for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_NETLINK)
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET)
        if verdict(machine, shared.SOCKETPAIR[column_of(machine)], family, kind | flags, 0, code=code) == ALLOWED
    ]
    assert allowed == [(socket.AF_UNIX, socket.SOCK_STREAM), (socket.AF_UNIX, socket.SOCK_SEQPACKET)]


@machines
def test_sigchld_keeps_its_default(machine: str) -> None:
    call = SIGACTION[machine]
    assert verdict(machine, call, signal.SIGCHLD, 0, 0x7FFF00001000) == ALLOWED
    assert verdict(machine, call, signal.SIGINT, 0x7FFF00001000) == ALLOWED
    for pointer in (0x7FFF00001000, 0x1000, 0x100000000):
        assert verdict(machine, call, signal.SIGCHLD, pointer) == refused(errno.EPERM)


def test_an_unknown_machine_is_refused_by_name() -> None:
    with pytest.raises(OSError, match="no system call filter for riscv64"):
        seccomp.program("riscv64")
