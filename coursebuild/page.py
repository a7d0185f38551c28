"""An executed chapter as Markdown for Material: outputs behind their cells, sources behind their sections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from html import escape
from itertools import pairwise

from coursebuild import asked, measure
from coursebuild.chapter import Cell, Chapter, Text, anchor
from coursebuild.execution import Executed
from coursebuild.figure import inline_svg
from coursebuild.markup import FENCE, blanked
from coursebuild.misconceptions import BOX
from coursebuild.outputs import Output, is_figure
from coursebuild.questions import Questions
from coursebuild.sources import CITATION, Source, cited
from coursebuild.values import IN_OPTIONS, expressions, with_values

_HEADING = re.compile(r"^## (\d+\.\d+) (.+?)\s*$", re.MULTILINE)
_BREAK = re.compile(r"^## ", re.MULTILINE)
_TITLE = re.compile(r"^# .+$", re.MULTILINE)


def _untold(name: str) -> tuple[str, str]:
    """A chapter by itself: where its misconceptions are told is not known."""
    return "misconceptions.md", name


def as_page(
    executed: Executed, sources: Mapping[str, Source], questions: Questions | None = None, told: asked.Told = _untold
) -> str:
    """The page's Markdown, with what is asked beside it; ``told`` says where a misconception is."""
    chapter = executed.chapter
    written: list[str] = []
    for part, outputs, values in zip(chapter.parts, executed.outputs, executed.values, strict=True):
        if isinstance(part, Text):
            written.append(with_values(part.source, values))
        elif not part.is_hidden:
            written.append(_cell(chapter, part, outputs, values))
    text = "\n\n".join(written)
    text = _TITLE.sub(lambda found: f"{found[0]}\n\n{measure.line(chapter)}", text, count=1)
    if questions:
        text = f"{text.rstrip()}\n\n{asked.skill_check(questions, told)}"
    text = _with_ends(text, chapter, sources, questions)
    text = _HEADING.sub(lambda found: f"## {found[1]} {found[2]} {{ #{anchor(found[1])} }}", text)
    return BOX.sub(_misconception, text)


def _misconception(found: re.Match[str]) -> str:
    """An admonition with an anchor, to which diagnoses and questions lead."""
    return f'<span id="m-{found[2]}" class="anchor"></span>\n\n{found[1]} misconception "{found[3]}"'


def _cell(chapter: Chapter, cell: Cell, outputs: tuple[Output, ...], values: tuple[str, ...]) -> str:
    shown = " ".join(
        f'{name}="{cell.options[name]}"' for name in ("title", "hl_lines", "linenums") if name in cell.options
    )
    code = f"```python {shown}".rstrip() + f"\n{cell.source}\n```"
    if cell.hides_code:
        inside = "\n".join(f"    {line}".rstrip() for line in code.splitlines())
        code = f'??? code "Code of this figure"\n\n{inside}'
    left = list(values)
    texts = {}
    for name in IN_OPTIONS:
        text = cell.options.get(name, "")
        count = len(expressions(text))
        texts[name] = with_values(text, left[:count])
        left = left[count:]
    shown_outputs = [_output(chapter, cell, output, texts["alt"], texts["caption"]) for output in outputs]
    if "widget" in cell.options:
        shown_outputs = [_as_widget(cell.options["widget"], texts["data"], "\n".join(shown_outputs))]
    # A folded cell's figure is what the reader came for, so it goes first.
    order = [*shown_outputs, code] if cell.hides_code else [code, *shown_outputs]
    return "\n\n".join(order)


def _as_widget(name: str, data: str, drawn: str) -> str:
    """A custom element around the figure that it stands for where scripts are off, and on paper."""
    # The one character with which a script's text could end it.
    given = '<script type="application/json">' + data.replace("<", "\\u003c") + "</script>\n" if data else ""
    figure, end, caption = drawn.partition("</figure>")
    return f'<div class="widget">\n<{name}>\n{given}{figure}{end}\n</{name}>\n</div>{caption}'


def _output(chapter: Chapter, cell: Cell, output: Output, alt: str, caption: str) -> str:
    if output["output_type"] == "stream":
        return _printed(output["text"])
    data = output.get("data", {})
    if is_figure(output):
        if not alt:
            raise chapter.error(cell.line, 'a figure without alternative text; say what it shows: ```python alt="..."')
        drawing = inline_svg(data["image/svg+xml"], alt)
        said = f"\n\n{caption}\n{{: .caption }}" if caption else ""
        return f'<figure class="computed">\n{drawing}\n</figure>{said}'
    if "text/markdown" in data:
        return str(data["text/markdown"])
    if "text/plain" in data:
        return _printed(data["text/plain"])
    raise chapter.error(cell.line, f"an output that no page can show: {sorted(data)}")


def _printed(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{{ .text .output .no-copy }}\n{text.rstrip()}\n{fence}"


def _with_ends(text: str, chapter: Chapter, sources: Mapping[str, Source], questions: Questions | None) -> str:
    """Each citation as a link, and behind each section problems to practise, the list of what it cites, and a desk."""
    starts = [found.start() for found in _BREAK.finditer(blanked(text, FENCE))]
    bounds = [0, *starts, len(text)] if starts else [0, len(text)]
    pieces = []
    for begin, end in pairwise(bounds):
        piece = text[begin:end]
        heading = _HEADING.match(piece)
        place = anchor(heading[1]) if heading else "s0"
        if heading and questions:
            problems = [problem for problem in questions.problems if problem.section == heading[1]]
            piece = f"{piece.rstrip()}\n\n{asked.practice(problems)}"
        keys = cited(blanked(piece, FENCE))
        for key in keys:
            if key not in sources:
                raise chapter.error(
                    _line_of(chapter, f"[@{key}]"),
                    f"cites {key!r}, which is neither in course/sources.yml nor in the chapter's front matter",
                )
        piece = CITATION.sub(partial(_link, sources, place), piece)
        if keys:
            listed = "\n".join(f'- <span id="src-{place}-{key}"></span>{sources[key].as_markdown()}' for key in keys)
            piece = f'{piece.rstrip()}\n\n<div class="sources" markdown>\n\n**Sources**\n\n{listed}\n\n</div>\n\n'
        if heading:
            piece = f"{piece.rstrip()}\n\n{_desk(heading[1])}\n\n"
        pieces.append(piece)
    if not chapter.sections:
        pieces.append(_desk(chapter.number))
    return "".join(pieces)


def _desk(section: str) -> str:
    """Where a reader with scripts marks a section and writes a note to it."""
    return f'<div class="desk"><section-desk section="{section}"></section-desk></div>'


def _link(sources: Mapping[str, Source], place: str, found: re.Match[str]) -> str:
    return f'<a class="cite" href="#src-{place}-{found[1]}">[{escape(sources[found[1]].short)}]</a>'


def _line_of(chapter: Chapter, wanted: str) -> int | None:
    return next((number for number, line in enumerate(chapter.lines, 1) if wanted in line), None)
