"""Link to the right submission."""

import shutil
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    shutil.rmtree(folder)
    folder.symlink_to("../right/ps1")
