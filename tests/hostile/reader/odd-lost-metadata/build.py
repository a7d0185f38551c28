"""Drop all metadata."""

import json
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text())
    for cell in content["cells"]:
        cell["metadata"] = {}
    path.write_text(json.dumps(content))
