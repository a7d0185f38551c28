"""Copy cells with their ids."""

import json
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text())
    by_id = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in content["cells"]}
    content["cells"] += [dict(by_id["correct_squares"]), dict(by_id["squares"])]
    path.write_text(json.dumps(content))
