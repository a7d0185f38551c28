"""Give the test cells other points, ids and kinds."""

import json


def build(folder, notebook):
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text())
    for cell in content["cells"]:
        role = cell["metadata"].get("nbgrader", {})
        if role.get("grade") and not role.get("solution"):
            role.update(points=100, locked=False)
        if role.get("grade_id") == "squares":
            role.update(grade=True, points=1000)
        if role.get("grade_id") == "correct_squares":
            role.update(solution=True)
            cell["source"] = "1000"
    path.write_text(json.dumps(content))
