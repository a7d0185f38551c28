import json

ANSWER = r"""$\href{javascript:alert(1)}{x}$ $\require{action}\toggle{a}{b}\endtoggle$ \(\style{background:url(//host/a)}{x}\)
$$\unicode{x3c}\text{<img src=x onerror=alert(1)>}\class{x" onclick="alert(1)}{y}$$
[a](javascript:alert(1)) [b](java&#10;script:alert(1)) <javascript:alert(1)> [c](data:text/html,<script>alert(1)</script>)
![d](//host/pixel.png) ![e](attachment:x.svg) [f][f]

[f]: javascript:alert(1) "t\" onmouseover=\"alert(1)"

<script>alert(1)</script><iframe srcdoc="<script>alert(1)</script>"></iframe><svg/onload=alert(1)>
</pre></div></body><style>@import url(//host/x)</style><base href=//host/><meta http-equiv=refresh content=0;url=//host>
"""


def build(folder, notebook):
    path = folder / f"{notebook}.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        meta = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "markdown" and meta.get("solution"):
            cell["source"] = ANSWER
            cell["attachments"] = {"x.svg": {"image/svg+xml": "<svg onload=alert(1)>", "text/html": ANSWER}}
        cell["metadata"].update(
            jupyter={"source_hidden": True},
            collapsed=True,
            slideshow={"slide_type": "skip"},
            name=ANSWER,
            tags=["remove_cell", ANSWER],
        )
    content["metadata"].update(
        title=ANSWER, authors=[{"name": ANSWER}], widgets={"application/vnd.jupyter.widget-state+json": {"state": {}}}
    )
    content["cells"].append({"cell_type": "markdown", "id": "own", "metadata": {}, "source": ANSWER})
    content["cells"].append(
        {
            "cell_type": "raw",
            "id": "raw",
            "metadata": {"raw_mimetype": "text/html", "format": "text/html"},
            "source": ANSWER,
        }
    )
    path.write_text(json.dumps(content), encoding="utf-8")
