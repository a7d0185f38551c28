import json


def build(folder, notebook):
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    odd = [None, True, 1e308, [], {}, [[]], {"": None}, [1, "x"], "", {"text": 5}]
    for number, value in enumerate(odd):
        content["cells"].append(value)
        for key in ("source", "metadata", "outputs", "attachments", "id", "execution_count", "cell_type"):
            cell = {
                "cell_type": "code",
                "id": f"a{number}",
                "metadata": {},
                "outputs": [],
                "source": "1",
                "execution_count": 1,
            }
            cell[key] = value
            content["cells"].append(cell)
        for key in (
            "grade_id",
            "points",
            "grade",
            "solution",
            "locked",
            "schema_version",
            "task",
            "cell_type",
            "checksum",
        ):
            meta = {
                "grade_id": f"own{number}",
                "points": 1,
                "grade": True,
                "solution": False,
                "locked": True,
                "schema_version": 3,
                "task": False,
            }
            meta[key] = value
            content["cells"].append(
                {
                    "cell_type": "code",
                    "id": f"b{number}{key}",
                    "metadata": {"nbgrader": meta},
                    "outputs": [],
                    "source": "1",
                    "execution_count": 1,
                }
            )
        content["cells"].append(
            {
                "cell_type": "code",
                "id": f"c{number}",
                "metadata": {"nbgrader": value},
                "outputs": [value],
                "source": "1",
                "execution_count": 1,
            }
        )
    content["metadata"] = {"kernelspec": odd, "language_info": odd, "nbgrader": odd, "widgets": odd}
    path.write_text(json.dumps(content), encoding="utf-8")
