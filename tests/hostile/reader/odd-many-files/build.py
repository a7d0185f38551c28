"""A thousand files."""

from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    for number in range(1000):
        (folder / f"a{number}.txt").write_text("")
