"""Files of 100 MB that take no room."""

from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    for large in (path, folder / "data.bin"):
        with large.open("r+b" if large == path else "wb") as file:
            file.truncate(100 * 2**20)
