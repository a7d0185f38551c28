r"""Formulas are set while the pages are built: HTML with MathML, so that no script runs in the browser.

A formula that KaTeX refuses stops the build; one that is set is not set again.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from coursebuild import node
from coursebuild.chapter import Chapter, Text
from coursebuild.errors import CourseError, ToolMissing
from coursebuild.markup import CODE, FENCE, INLINE, MATH, blanked

_FORMULA = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">(?:\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\])</(?P=tag)>', re.DOTALL
)
_LETTER = re.compile(r'<span class="mord mathnormal"([^>]*)>([A-Za-z])</span>')
_SCRIPT = Path(__file__).with_name("katex.mjs")


class Formula(NamedTuple):
    """What is between the dollars, and whether it has a line of its own."""

    tex: str
    display: bool


class BadFormula(Exception):
    """KaTeX refuses a formula."""

    def __init__(self, formula: Formula, said: str) -> None:
        super().__init__(f"the formula {formula.tex!r} can't be set: {said}")
        self.formula = formula


def formulas(page: str) -> list[Formula]:
    """The formulas of a page that are not set yet."""
    return [_formula(found) for found in _FORMULA.finditer(page)]


def _formula(found: re.Match[str]) -> Formula:
    text = found["inline"] if found["display"] is None else found["display"]
    return Formula(html.unescape(text).strip(), found["display"] is not None)


def written_formulas(chapter: Chapter) -> list[tuple[int, Formula]]:
    """The formulas of a chapter's source with their lines, as they are written."""
    found = []
    for part in chapter.parts:
        if isinstance(part, Text):
            for formula in MATH.finditer(blanked(part.source, FENCE, CODE)):
                line = part.line + part.source.count("\n", 0, formula.start())
                found.append((line, Formula((formula[1] or formula[2]).strip(), formula[1] is not None)))
    return found


def located(chapters: Sequence[Chapter], problem: BadFormula) -> CourseError:
    """The error with the line where the formula is written, whatever values were computed in it."""
    wanted = " ".join(problem.formula.tex.split())
    for chapter in chapters:
        for line, formula in written_formulas(chapter):
            pieces = INLINE.split(" ".join(formula.tex.split()))[::2]
            if re.fullmatch(".+?".join(map(re.escape, pieces)), wanted):
                return chapter.error(line, str(problem))
    return CourseError(Path("course"), None, str(problem))


def set_formulas(root: Path, wanted: Sequence[Formula]) -> dict[Formula, str]:
    """The HTML of each formula. Raises BadFormula where one can't be set, ToolMissing without KaTeX."""
    once = list(dict.fromkeys(wanted))
    if not once:
        return {}
    call = [str(node.node()), str(_SCRIPT), str(node.package(root, "katex") / "dist" / "katex.mjs")]
    asked = json.dumps([formula._asdict() for formula in once])
    done = subprocess.run(call, input=asked, capture_output=True, text=True)
    if done.returncode:
        raise ToolMissing(f"KaTeX could not be run: {done.stderr.strip()[-500:]}")
    answers = json.loads(done.stdout)
    for formula, answer in zip(once, answers, strict=True):
        if "error" in answer:
            raise BadFormula(formula, answer["error"])
    return {formula: answer["html"] for formula, answer in zip(once, answers, strict=True)}


def with_formulas(page: str, made: Mapping[Formula, str], symbols: Mapping[str, str]) -> str:
    """The page with its formulas set; ``symbols`` says what a letter means, wherever it stands alone."""

    def replaced(found: re.Match[str]) -> str:
        said = _LETTER.sub(lambda letter: _named(letter, symbols), made[_formula(found)])
        kind = "display" if found["display"] is not None else "inline"
        # A wide formula scrolls in its own box, which the keyboard must reach.
        focus = ' tabindex="0" role="group" aria-label="formula"' if kind == "display" else ""
        return f'<{found["tag"]} class="math-{kind}"{focus}>{said}</{found["tag"]}>'

    return _FORMULA.sub(replaced, page)


def _named(letter: re.Match[str], symbols: Mapping[str, str]) -> str:
    meaning = symbols.get(letter[2])
    if meaning is None:
        return letter[0]
    return f'<span class="mord mathnormal"{letter[1]} title="{html.escape(meaning, quote=True)}">{letter[2]}</span>'
