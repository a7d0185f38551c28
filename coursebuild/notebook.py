"""An executed chapter as a notebook that runs in JupyterLab as it is.

Written as the plain JSON of format 4.5, which the tests have nbformat validate: to import it takes as long as a fifth
of the whole build when nothing is executed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from coursebuild.chapter import Cell, Text
from coursebuild.execution import Executed
from coursebuild.figure import GRID, GROUND, INK
from coursebuild.outputs import Output, is_figure
from coursebuild.sources import CITATION, Source
from coursebuild.values import with_values

_ADMONITION = re.compile(r'^(?:!!!|\?\?\?\+?) (\w+)((?: [a-z0-9-]+)*)(?: "(.*)")?\s*$')
_ATTRIBUTES = re.compile(r"(?<=[*`\w)_])\{:?\s*[.#][^}]*\}|^\{:\s*[^}]*\}\s*$", re.MULTILINE)
_TO_CHAPTER = re.compile(r"\]\((\d\d-[a-z0-9-]+)\.md(?:#[\w-]*)?\)")
# To a place on the page, or to a page that has no notebook.
_ELSEWHERE = re.compile(r"\[([^\]]*)\]\((?:[a-z]+\.md)?(?:#[\w-]*)?\)")
_SPAN = re.compile(r"</?(?:span|div|abbr)[^>]*>")
_IN_NOTEBOOK = {INK: "black", GROUND: "white", GRID: "#d0d0d0"}


def as_notebook(executed: Executed, sources: Mapping[str, Source]) -> str:
    """The file: the same cells and outputs, and the text in what JupyterLab's Markdown knows."""
    cells: list[dict[str, Any]] = []
    count = 0
    for part, outputs, values in zip(executed.chapter.parts, executed.outputs, executed.values, strict=True):
        if isinstance(part, Text):
            text = _plain(with_values(part.source, values), sources)
            if text.strip():
                cells.append({"cell_type": "markdown", "source": text.strip()})
        elif isinstance(part, Cell):
            count += 1
            shown = [_output(output, count) for output in outputs]
            code = {"cell_type": "code", "source": part.source, "execution_count": count, "outputs": shown}
            cells.append(code)
    for number, cell in enumerate(cells):
        cell["id"] = hashlib.sha256(f"{number} {cell['source']}".encode()).hexdigest()[:12]
        cell["metadata"] = {}
    metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _output(output: Output, count: int) -> dict[str, Any]:
    made = dict(output)
    if made["output_type"] == "execute_result":
        made["execution_count"] = count
    if is_figure(output):
        svg = output["data"]["image/svg+xml"]
        for colour, plain in _IN_NOTEBOOK.items():
            svg = svg.replace(colour, plain)
        made["data"] = {**output["data"], "image/svg+xml": svg}
    return made


def _plain(text: str, sources: Mapping[str, Source]) -> str:
    """Material's Markdown in the words of plain Markdown."""
    text = CITATION.sub(lambda found: _cited(sources[found[1]]), text)
    text = _SPAN.sub("", _ATTRIBUTES.sub("", text))
    text = _ELSEWHERE.sub(r"\1", _TO_CHAPTER.sub(r"](\1.ipynb)", text))
    lines: list[str] = []
    box: list[str] | None = None
    for line in [*text.splitlines(), "end"]:
        if box is not None and (line.startswith("    ") or not line.strip()):
            box.append(line[4:])
            continue
        if box is not None:
            lines += [f"> {inner}".rstrip() for inner in _unfolded(box)] + [""]
            box = None
        if opened := _ADMONITION.match(line):
            lines += [f"> **{opened[3] or opened[1].capitalize()}**", ">"]
            box = []
        else:
            lines.append(line)
    return "\n".join(lines[:-1])


def _unfolded(lines: Sequence[str]) -> list[str]:
    """The text of a box; what is folded in it, such as a solution, is folded in the notebook too."""
    written: list[str] = []
    is_folded = False
    for line in lines:
        if opened := _ADMONITION.match(line):
            written += [f"<details><summary>{opened[3] or opened[1].capitalize()}</summary>", ""]
            is_folded = True
        elif is_folded and line.strip() and not line.startswith("    "):
            written += ["</details>", "", line]
            is_folded = False
        else:
            written.append(line[4:] if is_folded else line)
    while written and not written[-1].strip():
        written.pop()
    return [*written, "", "</details>"] if is_folded else written


def _cited(source: Source) -> str:
    return f"([{source.short}]({source.address}))" if source.address else f"({source.short})"
