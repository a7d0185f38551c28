"""A session for tests of the sandbox: runs the code that comes, answers with its ``answer`` as JSON."""

from __future__ import annotations

import json
import socket
import struct
import traceback


def warm() -> None:
    """Nothing to warm."""


def serve(sock: socket.socket) -> None:
    """One frame of code in, one frame of JSON out, until the other end hangs up."""
    names: dict[str, object] = {"sock": sock}
    with sock.makefile("rb") as stream:
        while header := stream.read(4):
            code = stream.read(struct.unpack(">I", header)[0]).decode()
            try:
                exec(code, names)
                reply = {"answer": names.get("answer")}
            except BaseException as error:
                reply = {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}
            data = json.dumps(reply, default=repr).encode()
            sock.sendall(struct.pack(">I", len(data)) + data)
