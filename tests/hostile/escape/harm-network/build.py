"""A listener on loopback that would answer, for as long as the tests run."""

import socket
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    server = socket.create_server(("127.0.0.1", 0))
    (folder / "port.txt").write_text(str(server.getsockname()[1]))
    server.detach()
