import json


def build(folder, notebook):
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    bombs = [
        "[" * 30_000,
        "![](" * 20_000,
        ("> " * 500 + "\n") * 20,
        "".join(" " * n + "* a\n" for n in range(400)),
        "*a **b " * 15_000,
        "`" * 9 + " `" * 30_000,
        "<!--" * 20_000,
        "$" * 30_001,
        "|" * 20_000 + "\n" + "|-" * 20_000 + "\n" + "|" * 20_000,
        "\\begin{a}" * 10_000,
        " " * 60_000 + "x",
        "a@" * 20_000,
        "&" * 50_000,
        "[a]: <" * 10_000,
    ]
    for cell in content["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "sum_of_squares_equation":
            cell["source"] = "\n\n".join(bombs)
    for bomb in bombs:
        content["cells"].append(
            {"cell_type": "markdown", "id": f"b{len(content['cells'])}", "metadata": {}, "source": bomb}
        )
    content["cells"].append(
        {
            "cell_type": "code",
            "id": "last",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": "for b in " + repr(bombs) + ":\n    print(b)\n    print(chr(27) + '[' + ';' * 50000)",
        }
    )
    path.write_text(json.dumps(content), encoding="utf-8")
