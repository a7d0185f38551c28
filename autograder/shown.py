"""What a learner wrote and what his code printed, as HTML that is nothing but text and verified pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.sanitize import MAX_MARKDOWN, PICTURES, picture, plain_text

_MAX_OUTPUT = 20_000


@dataclass(frozen=True, slots=True)
class Output:
    """One output of a cell: text, or a picture as a data address with its alternative text."""

    kind: str
    text: str
    picture: str = ""


def outputs_of(cell: Mapping[str, Any], name: str) -> tuple[Output, ...]:
    """The outputs of a notebook's cell; a picture is described by the cell that draws it."""
    found = cell.get("outputs")
    outputs = []
    for number, output in enumerate(found if isinstance(found, list) else (), start=1):
        if not isinstance(output, Mapping):
            continue
        kind, data = output.get("output_type"), output.get("data")
        if kind == "stream":
            label = "stderr" if output.get("name") == "stderr" else "stdout"
            outputs.append(Output(label, _text(output.get("text"))))
        elif kind == "error":
            lines = output.get("traceback")
            traceback = [f"{line}\n" for line in lines if isinstance(line, str)] if isinstance(lines, list) else []
            outputs.append(Output("error", _text(traceback) or _text(output.get("evalue"))))
        elif isinstance(data, Mapping):
            shown = {mime: base for mime in PICTURES if (base := picture(mime, data.get(mime)))}
            for mime, base in shown.items():
                outputs.append(
                    Output(
                        "picture", f"Figure that the cell {name} draws (output {number})", f"data:{mime};base64,{base}"
                    )
                )
            if not shown and "text/plain" in data:
                outputs.append(Output("result", _text(data["text/plain"])))
    return tuple(outputs)


def _text(value: object) -> str:
    return plain_text(joined(value), _MAX_OUTPUT)


def joined(value: object) -> str:
    """A text that nbformat allows as one string or as a list of lines."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


@cache
def _python() -> tuple[PythonLexer, HtmlFormatter[str]]:
    return PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)


def highlighted(text: str, language: str) -> Markup:
    """Code with its parts marked by classes; other languages than Python as plain text."""
    if language != "python":
        return Markup.escape(text)
    # Escapes all text itself.
    return Markup(highlight(text, *_python()).rstrip("\n"))


def paragraph(text: str) -> Markup:
    """Text as one paragraph."""
    return Markup("<p>{}</p>").format(text)


@cache
def _parser() -> MarkdownIt:
    """Paragraphs, lists, emphasis, code and tables: nothing that could fetch, link, or hold HTML."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return parser.disable(["html_block", "html_inline", "link", "image", "autolink", "reference"])


def rendered_markdown(text: str) -> Markup:
    """Learners' and markers' Markdown; headings become bold lines, as the page has headings of its own."""
    if not text.strip():
        return Markup()
    tokens = _parser().parse(plain_text(text, MAX_MARKDOWN))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "p"
    html = _parser().renderer.render(tokens, _parser().options, {})
    # Made of escaped text by a parser without HTML.
    return Markup(html)
