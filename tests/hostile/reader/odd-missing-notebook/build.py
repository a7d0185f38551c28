"""Rename it as browsers do."""

from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    path.rename(folder / f"{notebook} (1).ipynb")
