"""An executed chapter as a notebook that runs in JupyterLab as it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

import nbformat
import nbformat.v4

from coursebuild.chapter import Cell, Text
from coursebuild.execution import Executed
from coursebuild.figure import GRID, GROUND, INK
from coursebuild.sources import CITATION, Source
from coursebuild.values import with_values

_ADMONITION = re.compile(r'^(?:!!!|\?\?\?\+?) (\w+)((?: [a-z0-9-]+)*)(?: "(.*)")?\s*$')
_ATTRIBUTES = re.compile(r"(?<=[*`\w)_])\{:?\s*[.#][^}]*\}|^\{:\s*[^}]*\}\s*$", re.MULTILINE)
_SPAN = re.compile(r"</?(?:span|div|abbr)[^>]*>")
_IN_NOTEBOOK = {INK: "black", GROUND: "white", GRID: "#d0d0d0"}


def as_notebook(executed: Executed, sources: Mapping[str, Source]) -> nbformat.NotebookNode:
    """The notebook: the same cells and outputs, and the text in what JupyterLab's Markdown knows."""
    cells = []
    count = 0
    for part, outputs, values in zip(executed.chapter.parts, executed.outputs, executed.values, strict=True):
        if isinstance(part, Text):
            text = _plain(with_values(part.source, values), sources)
            if text.strip():
                cells.append(nbformat.v4.new_markdown_cell(text.strip()))
        elif isinstance(part, Cell):
            count += 1
            shown = [_output(output, count) for output in outputs]
            cells.append(nbformat.v4.new_code_cell(part.source, execution_count=count, outputs=shown))
    for number, cell in enumerate(cells):
        cell.id = hashlib.sha256(f"{number} {cell.source}".encode()).hexdigest()[:12]
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
    )
    nbformat.validate(notebook)
    return notebook


def _output(output: Mapping[str, object], count: int) -> nbformat.NotebookNode:
    made: nbformat.NotebookNode = nbformat.from_dict(dict(output))
    if made.output_type == "execute_result":
        made.execution_count = count
    if "image/svg+xml" in made.get("data", {}):
        svg = made.data["image/svg+xml"]
        for colour, plain in _IN_NOTEBOOK.items():
            svg = svg.replace(colour, plain)
        made.data["image/svg+xml"] = svg
    return made


def _plain(text: str, sources: Mapping[str, Source]) -> str:
    """Material's Markdown in the words of plain Markdown."""
    text = CITATION.sub(lambda found: _cited(sources[found[1]]), text)
    text = _SPAN.sub("", _ATTRIBUTES.sub("", text))
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        opened = _ADMONITION.match(line)
        if opened:
            kind, title = opened[1], opened[3]
            lines.append(f"> **{title or kind.capitalize()}**")
            lines.append(">")
            inside = True
        elif inside and (line.startswith("    ") or not line.strip()):
            lines.append(f"> {line[4:]}".rstrip())
        else:
            inside = False
            lines.append(line)
    return "\n".join(lines)


def _cited(source: Source) -> str:
    return f"[{source.short}]({source.address})" if source.address else source.short
