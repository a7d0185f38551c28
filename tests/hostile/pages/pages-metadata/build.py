"""Write scripts into every place of the metadata that some page shows."""

import json
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text())
    script = "</script><script>document.title = 'acted'</script>"
    widget = {"model_name": "HTMLModel", "model_module": "@jupyter-widgets/controls", "state": {"value": script}}
    content["metadata"] |= {
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"a": widget}, script: script}},
        "language_info": {"name": script, "pygments_lexer": script, "codemirror_mode": {"name": script}},
        "kernelspec": {"name": script, "display_name": script, "language": script},
        "title": script,
        "authors": [{"name": script}],
        "latex_envs": script,
        "celltoolbar": script,
    }
    for cell in content["cells"]:
        cell["metadata"] |= {"tags": [script], "raw_mimetype": "text/html", "name": script, "jupyter": script}
        cell["id"] = '" onclick="alert(1)'
    for cell_type in ("raw", "heading", "html", script):
        cell = {"cell_type": cell_type, "metadata": {"raw_mimetype": "text/html"}, "source": script}
        content["cells"].append(cell)
    path.write_text(json.dumps(content))
