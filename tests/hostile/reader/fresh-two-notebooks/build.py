import json


def build(folder, notebook):
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    right = {
        "squares": "def squares(n):\n    if n < 1:\n        raise ValueError(n)\n    return [i**2 for i in range(1, n + 1)]",
        "sum_of_squares": "def sum_of_squares(n):\n    return sum(squares(n))",
    }
    for cell in content["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = right.get(name, cell["source"])
    names = [
        "Problem1.ipynb",
        "problem1.IPYNB",
        "\uff50roblem1.ipynb",
        "problem1 (1).ipynb",
        "problem1.ipynb~",
        " problem1.ipynb",
        "problem1.ipynb\n",
    ]
    (folder / ".ipynb_checkpoints").mkdir()
    names.append(".ipynb_checkpoints/problem1-checkpoint.ipynb")
    for name in names:
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
