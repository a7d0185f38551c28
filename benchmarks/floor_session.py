"""What runs in the sandbox to find the floor: the learner's cells in a warm IPython, and nothing else."""

from __future__ import annotations

import json
import os
import socket
from typing import Any

from . import picture
from .learner_shell import LearnerShell

_shell: Any = None


def warm() -> None:
    """As the product's own session: one cell, one figure and one traceback."""
    global _shell
    _shell = LearnerShell.instance(colors="nocolor")
    _shell.InteractiveTB.set_mode("Plain")
    for code in (
        "import numpy as _n, matplotlib.pyplot as _p\n_p.figure(); _p.plot([1, 2]); _p.show()",
        "1/0",
        "import asyncio\nawait asyncio.sleep(0)",
        "_n.random.default_rng(0).normal(size=3)",
        "_p.close('all'); del _n, _p, asyncio",
    ):
        _shell.run_cell(code, store_history=False)
    picture.draw_once(_shell)
    _shell.outputs.take()


def serve(sock: socket.socket) -> None:
    """Run the cells that come as JSON, with an empty line behind it; answer how many ended without an error."""
    data = b""
    while not data.endswith(b"\n\n"):
        data += sock.recv(2**20)
    cells = json.loads(data)
    good = sum(bool(_shell.run_cell(code, store_history=True).success) for code in cells)
    sock.sendall(b"%d" % good)
    sock.recv(1)
    os._exit(0)
