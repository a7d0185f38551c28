"""Add what makes the parser of formulas slow."""

import json
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text())
    content["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "\\begin{a} $x [y](" * 10_000})
    path.write_text(json.dumps(content))
