"""Remove everything."""

from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    for path in folder.iterdir():
        path.unlink()
