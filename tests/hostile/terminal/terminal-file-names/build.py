"""Hand in files that must be named in a note: a notebook, a pipe, a link, one that is too large."""

import os
from pathlib import Path

ACTED = "\x1b[2J\x1b]0;acted\x07\x1b[38;5;201m[reverse]acted[bold\r\n"


def build(folder: Path, notebook: str) -> None:
    (folder / f"{ACTED}.ipynb").write_text("{}")
    os.mkfifo(folder / f"{ACTED}.pipe")
    (folder / f"{ACTED}.link").symlink_to("/etc/passwd")
    with (folder / f"{ACTED}.large").open("wb") as file:
        file.truncate(2**30)
