import json


def build(folder, notebook):
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["metadata"] = {
        "kernelspec": {"name": "ir", "language": "R", "display_name": "R"},
        "language_info": {"name": "R", "file_extension": ".r", "mimetype": "text/x-r-source"},
    }
    for cell in content["cells"]:
        cell["metadata"]["kernel"] = cell["metadata"]["language"] = "R"
    path.write_text(json.dumps(content), encoding="utf-8")
