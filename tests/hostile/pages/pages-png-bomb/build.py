"""Attach pictures of the same kind."""

import base64
import json
import struct
import zlib
from pathlib import Path


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(side: int, rows: int, *more: bytes) -> str:
    """A picture that says it is ``side`` wide and high."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(bytes(rows), 9))
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + data + chunk(b"IEND", b"")).decode()


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text())
    text = chunk(b"zTXt", b"bomb\0\0" + zlib.compress(bytes(10**8), 9))
    bombs = {"wide.png": {"image/png": png(60_000, 1000)}, "text.png": {"image/png": png(8, 16, text)}}
    source = "![wide](attachment:wide.png) ![text](attachment:text.png)"
    content["cells"].append({"cell_type": "markdown", "metadata": {}, "source": source, "attachments": bombs})
    path.write_text(json.dumps(content))
