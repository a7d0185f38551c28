"""Put things among the cells that are none."""

import json
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text())
    content["cells"] += [None, 5, "x", [], {}, {"cell_type": [], "source": {}, "metadata": 7, "outputs": "x"}]
    content["metadata"] = [content["metadata"]]
    path.write_text(json.dumps(content))
