"""Add files whose names not every file system has."""

from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    (folder / "<img src=x onerror=alert(1)>.ipynb").write_text("{}")
    (folder / "'onmouseover=alert(1) x=\".txt").write_text("x")
