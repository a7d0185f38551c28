"""Lay the notebook out as format 3 does."""

import json
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text())
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
            cell["language"] = "python"
            cell["prompt_number"] = cell.pop("execution_count")
    content = {
        "metadata": {"name": notebook},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": content["cells"], "metadata": {}}],
    }
    path.write_text(json.dumps(content))
