"""Attach what is no picture, and pictures that are more than they say."""

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
    script = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>").decode()
    attachments = {
        "a.svg": {"image/svg+xml": script},
        "b.png": {"image/png": script, "text/html": "<script>alert(1)</script>"},
        "c.html": {"text/html": ["<script>alert(1)</script>"]},
        '" onerror="alert(1).png': {"image/png": png(8, 16)},
        "../../../../etc/passwd": {"image/png": png(8, 16)},
        "d.png": {"image/png": png(8, 16), "image/svg+xml": script, "application/javascript": "alert(1)"},
        "e.png": {"image/jpeg": base64.b64encode(b"\xff\xd8<script>alert(1)</script>").decode()},
    }
    text = " ".join(f"![x](attachment:{name})" for name in [*attachments, "gone.png"])
    for cell in content["cells"]:
        if cell["cell_type"] == "markdown":
            cell["attachments"] = attachments
    content["cells"].append({"cell_type": "markdown", "metadata": {}, "source": text, "attachments": attachments})
    path.write_text(json.dumps(content))
