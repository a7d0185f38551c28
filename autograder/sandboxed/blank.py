"""The session of the probe: says that it was reached, in a sandbox that has everything but IPython."""

from __future__ import annotations

import socket

REACHED = b"reached"


def warm() -> None:
    """Nothing to import."""


def serve(sock: socket.socket) -> None:
    """One word and the end."""
    sock.sendall(REACHED)
