"""Reverse the notebook."""

import json
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text())
    content["cells"].reverse()
    path.write_text(json.dumps(content))
