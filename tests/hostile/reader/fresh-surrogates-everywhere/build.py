import json


def build(folder, notebook):
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    odd = "\ud800\x00\u2028\u202e\ufffe\x1b[2J"
    content["metadata"][odd] = odd
    for number, cell in enumerate(content["cells"]):
        cell["id"] = odd + str(number)
        cell["metadata"][odd] = [odd]
        if cell["cell_type"] == "markdown":
            cell["attachments"] = {odd: {"image/png": odd}, "jupyter.png": odd}
            cell["source"] += odd
    content["cells"].append(
        {
            "cell_type": "code",
            "id": odd,
            "metadata": {},
            "execution_count": -1,
            "source": ["text = '", odd, "'\n", "raise KeyError(text)"],
            "outputs": [{"output_type": "stream", "name": odd, "text": odd}],
        }
    )
    path.write_text(json.dumps(content), encoding="utf-8")
