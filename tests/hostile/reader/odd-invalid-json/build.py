"""Cut the file."""

from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
