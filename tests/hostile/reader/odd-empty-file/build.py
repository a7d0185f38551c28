"""Empty the file."""

from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    path.write_bytes(b"")
