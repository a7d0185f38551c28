"""Put a file there."""

import shutil
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    shutil.rmtree(folder)
    folder.write_text("my homework")
