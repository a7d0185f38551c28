"""Put named pipes there."""

import os
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    path.unlink()
    os.mkfifo(path)
    os.mkfifo(folder / "data.csv")
