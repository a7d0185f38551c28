"""Put what a database does not take into the answers, and into ids."""

import json
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text())
    for cell in content["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade_id", "").startswith("sum_of_squares_"):
            cell["source"] = "an answer\0\ud800\udfff'; --"
    claims = {"grade": True, "solution": True, "points": 1e308, "schema_version": 3, "grade_id": "a\0b\ud800"}
    cell = {"cell_type": "markdown", "metadata": {"nbgrader": claims}, "source": "an answer"}
    content["cells"].append(cell)
    path.write_text(json.dumps(content))
