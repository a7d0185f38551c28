"""The steps by which a fork of the warm worker leaves everything behind; Linux system calls through ctypes.

The order matters and each step was seen to be needed. The zygote has a user and a pid namespace of its own
(``enter_user_namespace``, ``become_first``), and so may give each fork a new one (``PidNamespaces``). The fork is
pid 1 there, builds the rest (``build_namespace``), enters a user namespace that owns none of it, takes away what could
undo it (``drop_privileges``), and only then forks the learner, which is given its limits (``limit``).
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import time
from collections.abc import Collection, Mapping, Sequence

from . import seccomp

HOME = "/home/learner"
WRITABLE = (("/tmp", "1777"), ("/dev/shm", "1777"), (HOME, "0700"))
LEARNER_UID = 1000

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 36, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
LINUX_CAPABILITY_VERSION_3 = 0x20080522
LAST_POSSIBLE_CAPABILITY = 63

HUGE_PAGE, MADV_COLLAPSE = 2**21, 25

# Bounds the kernel memory that empty files take, which the size of a tmpfs doesn't.
TMPFS_INODES = 16384

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def unshare(flags: int) -> None:
    """``unshare(2)``, which the standard library has only since Python 3.12."""
    _checked(_libc.unshare(flags), f"unshare({flags:#x})")


def mount(source: str, target: str, fstype: str | None, flags: int, data: str = "") -> None:
    """``mount(2)``."""
    kind = None if fstype is None else fstype.encode()
    result = _libc.mount(source.encode(), target.encode(), kind, ctypes.c_ulong(flags), data.encode() or None)
    _checked(result, f"mount {target}")


def prctl(option: int, argument: int = 0, second: int = 0) -> None:
    """``prctl(2)``; every argument is passed as the ``unsigned long`` that the kernel reads."""
    arguments = (ctypes.c_ulong(value) for value in (argument, second, 0, 0))
    _checked(_libc.prctl(option, *arguments), f"prctl({option})")


def use_huge_pages() -> None:
    """Gather our memory into huge pages, so that a fork copies a hundredth of the page table: half the time of a fork.

    Linux 6.1 and later; elsewhere the kernel refuses and nothing changes.
    """
    with open("/proc/self/maps", encoding="ascii") as file:
        for line in file:
            span, access, *rest = line.split()
            if access == "rw-p" and (len(rest) < 4 or rest[3] == "[heap]"):
                begin, end = (int(part, 16) for part in span.split("-"))
                begin, end = -(-begin // HUGE_PAGE) * HUGE_PAGE, end // HUGE_PAGE * HUGE_PAGE
                if begin < end:
                    _libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), MADV_COLLAPSE)


def close_all_but(keep: Collection[int]) -> None:
    """Close every descriptor above 2 that is not in ``keep``."""
    low = 3
    for number in sorted(fd for fd in keep if fd > 2):
        os.closerange(low, number)
        low = number + 1
    os.closerange(low, os.sysconf("SC_OPEN_MAX"))


def open_again(descriptors: Collection[int]) -> None:
    """Give files that were inherited an own position: readers of one open file description move each other's."""
    for number in descriptors:
        fresh = os.open(f"/proc/self/fd/{number}", os.O_RDONLY)
        os.dup2(fresh, number, inheritable=False)
        os.close(fresh)


def is_open(fd: int) -> bool:
    """Whether this is a descriptor of ours."""
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def silence(descriptors: Collection[int] = (0, 1, 2)) -> None:
    """Put ``/dev/null`` in the place of the standard streams."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in descriptors:
        os.dup2(null, number)
    if null not in descriptors:
        os.close(null)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def enter_user_namespace() -> None:
    """A new user namespace, in which we have all capabilities and only ourselves."""
    uid, gid = os.getuid(), os.getgid()
    unshare(CLONE_NEWUSER)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{LEARNER_UID} {uid} 1")
    _write("/proc/self/gid_map", f"{LEARNER_UID} {gid} 1")


def become_first() -> None:
    """Go on as the first process of a pid namespace that belongs to our user namespace.

    The kernel lets us come back from a namespace for children only to one that is ours.
    """
    unshare(CLONE_NEWPID)
    pid = os.fork()
    if pid:
        close_all_but(())
        os.waitpid(pid, 0)
        os._exit(0)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class PidNamespaces:
    """Lets the calling process fork children that are each the first of a pid namespace of their own."""

    def __init__(self) -> None:
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def fork(self) -> int:
        """As ``os.fork``."""
        unshare(CLONE_NEWPID)
        try:
            pid = os.fork()
        except OSError:
            self._back()
            raise
        if pid:
            self._back()
        return pid

    def _back(self) -> None:
        # The kernel gives no second namespace for children to who has not left the first.
        _checked(_libc.setns(self._own, CLONE_NEWPID), "setns")


def build_namespace(tmp_bytes: int, shown: Sequence[str]) -> None:
    """As pid 1 of the new pid namespace: own mounts, System V objects and network; writable places are sized."""
    unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET)
    own_folders(tmp_bytes, shown)
    # Terminals of a fork would otherwise be files that every other fork can open.
    mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620")
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)


def own_folders(size: int, shown: Sequence[str]) -> None:
    """In a new mount namespace: fresh, sized folders in every place that can be written.

    ``shown`` are parts of the runtime that lie in such a place, as an interpreter somewhere in ``/tmp`` does.
    """
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    options = f"size={size},nr_inodes={TMPFS_INODES}"
    cover({target: f"{options},mode={mode}" for target, mode in WRITABLE}, shown)


def cover(targets: Mapping[str, str], shown: Sequence[str]) -> None:
    """Mount a fresh tmpfs with these options on each target; ``shown`` lie there and are to be seen as before."""
    handles = [os.open(path, os.O_PATH) for path in shown]
    for target, options in targets.items():
        mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options)
    for path, handle in zip(shown, handles, strict=True):
        if os.path.isdir(f"/proc/self/fd/{handle}"):
            os.makedirs(path)
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o444))
        mount(f"/proc/self/fd/{handle}", path, None, MS_BIND | MS_REC)
        os.close(handle)


def drop_privileges() -> None:
    """No further user namespaces, no capability, none to be gained by exec, and the system call filter."""
    _write("/proc/sys/user/max_user_namespaces", "0")
    be_killed_first()
    drop_capabilities()
    seccomp.install()


def be_killed_first() -> None:
    """Be the one that the kernel ends when the machine runs out of memory."""
    _write("/proc/self/oom_score_adj", "1000")


def drop_capabilities() -> None:
    """No capability, and none to be gained by exec."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    drop_bounding_set()
    header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
    _checked(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def drop_bounding_set() -> None:
    """Nothing that is executed from now on has a capability."""
    for capability in range(LAST_POSSIBLE_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break  # one past the last capability of this kernel, or not ours to drop


def limit(limits: Mapping[str, float], *, processes: int | None = None) -> None:
    """The resource limits of one process; ``processes`` where a count of this user's is a count of the submission's."""
    # Beside what was used before: a worker that is no fork has imported everything itself.
    cpu = int(limits["total_cpu"]) + 1 + int(time.process_time())
    values = {
        resource.RLIMIT_AS: int(limits["address_space"]),
        resource.RLIMIT_CPU: cpu,
        resource.RLIMIT_FSIZE: int(limits["tmp_bytes"]),
        resource.RLIMIT_NOFILE: int(limits["open_files"]),
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    if processes is not None:
        values[resource.RLIMIT_NPROC] = processes
    for name, value in values.items():
        hard = resource.getrlimit(name)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (bound, bound))


def processes_in_namespace(limits: Mapping[str, float]) -> int | None:
    """How many may run in a user namespace. Before Linux 5.14 this user's are counted on the whole machine: None."""
    numbers = platform.release().replace("-", ".").split(".")
    # Pid 1 belongs to the same user namespace and is counted with the learner's.
    return int(limits["processes"]) + 1 if (int(numbers[0]), int(numbers[1])) >= (5, 14) else None
