"""Put a folder there."""

from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    path.unlink()
    path.mkdir()
    (path / "inside.txt").write_text("nothing")
