"""Change the types of cells."""

import json
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text())
    by_id = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in content["cells"]}
    for grade_id, kind in (("squares", "raw"), ("correct_squares", "markdown")):
        by_id[grade_id]["cell_type"] = kind
        del by_id[grade_id]["outputs"], by_id[grade_id]["execution_count"]
    path.write_text(json.dumps(content))
