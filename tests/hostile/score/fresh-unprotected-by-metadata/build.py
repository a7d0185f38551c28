import json


def build(folder, notebook):
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    wish = {"allow_unprotected": True, "protected": False}
    content["metadata"].update(wish, autograder=wish, nbgrader=wish)
    for cell in content["cells"]:
        cell["metadata"].update(wish, autograder=wish, tags=["allow_unprotected"])
        cell["metadata"].setdefault("nbgrader", {}).update(wish)
    path.write_text(json.dumps(content), encoding="utf-8")
