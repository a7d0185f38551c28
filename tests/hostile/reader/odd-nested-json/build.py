"""Nest deeper than Python's parser goes."""

from pathlib import Path

DEPTH = 100_000


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    text = path.read_text()
    path.write_text('{"metadata": ' + "[" * DEPTH + "]" * DEPTH + "," + text.lstrip().removeprefix("{"))
