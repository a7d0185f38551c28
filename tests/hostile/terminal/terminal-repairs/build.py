"""Name cells so that a message about them would act."""

import json
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text())
    acted = "\x1b[2J\x1b]0;acted\x07\x1b[38;5;201m[reverse]acted[/reverse][/no-such-tag]"
    claims = {"grade": True, "locked": True, "points": acted, "schema_version": 3, "grade_id": acted}
    content["cells"] += [
        {"cell_type": acted, "metadata": {}, "source": acted},
        {"cell_type": "code", "metadata": {"nbgrader": claims}, "source": acted, "outputs": [], "execution_count": None},
    ]
    for cell in content["cells"]:
        cell["metadata"].get("nbgrader", {}).update({"points": acted, acted: acted})
    path.write_text(json.dumps(content))
