"""Write a timestamp that is longer than any date."""

from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    (folder / "timestamp.txt").write_bytes(b"2030-01-01 " * 2_000_000)
