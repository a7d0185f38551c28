"""Lone surrogates, where JSON and the file system allow them."""

import json
import os
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text())
    by_id = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in content["cells"]}
    by_id["squares"]["source"] = "# \ud800\n" + by_id["squares"]["source"]
    path.write_text(json.dumps(content))
    (folder / os.fsdecode(b"data\xff.csv")).write_text("1,2")
