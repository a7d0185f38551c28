import ctypes
import os
import signal

held = []


def breach():
    if not held:
        libc = ctypes.CDLL(None)
        won = []
        for number in (signal.SIGSTOP, signal.SIGKILL, signal.SIGXCPU, signal.SIGSEGV):
            try:
                os.kill(1, number)
            except OSError as error:
                print(error)
        for path in (
            "/proc/1/mem",
            "/proc/1/fd/0",
            "/proc/1/environ",
            "/proc/1/root/etc/passwd",
            "/proc/1/oom_score_adj",
            "/proc/1/cwd/.",
            "/proc/1/map_files",
        ):
            try:
                os.open(path, os.O_RDWR if path.endswith(("mem", "adj")) else os.O_RDONLY)
                won.append(path)
            except OSError as error:
                print(error)
        first = libc.syscall(434, 1, 0)
        won += [f"descriptor {fd}" for fd in range(20) if first >= 0 and libc.syscall(438, first, fd, 0) >= 0]
        if libc.ptrace(16, 1, 0, 0) == 0:
            won.append("ptrace")
        print(won)
        held.append(bool(won))
    return held[0]
