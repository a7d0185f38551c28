import os
import socket
from pathlib import Path

reached = []
port = int(Path("port.txt").read_text())
for family, address in (
    (socket.AF_INET, ("127.0.0.1", port)),
    (socket.AF_INET, ("0.0.0.0", port)),
    (socket.AF_INET6, ("::1", port)),
    (socket.AF_INET, ("1.1.1.1", 53)),
    (socket.AF_INET, ("169.254.169.254", 80)),
    (socket.AF_UNIX, "/run/docker.sock"),
    (socket.AF_UNIX, "/run/dbus/system_bus_socket"),
):
    try:
        with socket.socket(family, socket.SOCK_STREAM) as sock:
            sock.settimeout(0.2)
            sock.connect(address)
            reached.append(address)
    except OSError:
        pass
try:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"hello", ("127.0.0.1", port))
        reached.append("by UDP")
except OSError:
    pass
if os.listdir("/sys/class/net") if os.path.exists("/sys/class/net") else []:
    reached.append("the machine's interfaces")


def squares(n):
    if reached:
        raise RuntimeError(f"reached {reached}")
    if n < 1:
        raise ValueError("n must be positive")
    return [i**2 for i in range(1, n + 1)]
