r"""Formulas are set while the pages are built, as MathML: no script runs in the browser, and few elements are needed.

A formula that Temml refuses stops the build; one that is set is not set again.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from coursebuild import node
from coursebuild.chapter import Chapter, Text
from coursebuild.errors import CourseError, ToolMissing
from coursebuild.markup import CODE, FENCE, INLINE, MATH, blanked

# With the brackets before it and what follows without a space, which must not come to stand on another line.
_FORMULA = re.compile(
    r"""(?P<before>[("\[]*)<(?P<tag>span|div)[ ]class="arithmatex">
    (?:\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\])</(?P=tag)>(?P<after>[^\s<]*)""",
    re.DOTALL | re.VERBOSE,
)
# A line may break within a formula that shows more characters than this.
_SHORT = 12
_LETTER = re.compile(r"<mi>([A-Za-z])</mi>")
_SCRIPT = Path(__file__).with_name("temml.mjs")


class Formula(NamedTuple):
    """What is between the dollars, and whether it has a line of its own."""

    tex: str
    display: bool


class BadFormula(Exception):
    """Temml refuses a formula."""

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
    """The MathML of each formula. Raises BadFormula where one can't be set, ToolMissing without Temml."""
    once = list(dict.fromkeys(wanted))
    if not once:
        return {}
    call = [str(node.node()), str(_SCRIPT), str(node.package(root, "temml") / "dist" / "temml.mjs")]
    asked = json.dumps([formula._asdict() for formula in once])
    done = subprocess.run(call, input=asked, capture_output=True, text=True)
    if done.returncode:
        raise ToolMissing(f"Temml could not be run: {done.stderr.strip()[-500:]}")
    answers = json.loads(done.stdout)
    for formula, answer in zip(once, answers, strict=True):
        if "error" in answer:
            raise BadFormula(formula, answer["error"])
    return {formula: answer["mathml"] for formula, answer in zip(once, answers, strict=True)}


def with_formulas(page: str, made: Mapping[Formula, str], symbols: Mapping[str, str]) -> str:
    """The page with its formulas set; ``symbols`` says what a letter means, wherever it stands alone.

    What a formula was written as stays with it, for what copies it elsewhere.
    """

    def replaced(found: re.Match[str]) -> str:
        formula = _formula(found)
        pieces = _pieces(made[formula], formula)
        letters = dict.fromkeys(_LETTER.findall(made[formula]))
        means = "\n".join(symbols[letter] for letter in letters if letter in symbols)
        title = f' title="{html.escape(means)}"' if means else ""
        if formula.display:
            # A wide formula scrolls in its own box, which the keyboard must reach.
            focus = ' tabindex="0" role="group" aria-label="formula"'
            return f'{found["before"]}<div class="math-display"{title}{focus}>{pieces[0]}</div>{found["after"]}'
        pieces[0] = found["before"] + pieces[0]
        pieces[-1] += found["after"]
        held = (piece if piece.startswith("<") and piece.endswith(">") else _held(piece) for piece in pieces)
        return f'<span class="math-inline"{title}>{"".join(held)}</span>'

    return _FORMULA.sub(replaced, page)


def _held(piece: str) -> str:
    return f'<span class="math-held">{piece}</span>'


def _pieces(mathml: str, formula: Formula) -> list[str]:
    """The formula in the pieces between which a line may break, as browsers don't break one; the first has its TeX."""
    whole = ElementTree.fromstring(mathml)
    rows = list(whole)
    for root in whole.iter("msqrt"):
        if root.find(".//mfrac") is not None or root.find(".//msup/mrow") is not None:
            root.set("class", "tall")
        for space in root.iter("mspace"):
            if "height" in space.attrib:
                # Browsers hang up the sign of a root by its top: over low letters it would hang below the line.
                space.set("height", "0.8em")
    if formula.display or len("".join(whole.itertext())) <= _SHORT or {row.tag for row in rows} != {"mrow"}:
        rows = [whole]
    pieces = []
    for number, row in enumerate(rows):
        row.tag = "math"
        row.set("data-tex", formula.tex if number == 0 else "")
        pieces.append(ElementTree.tostring(row, encoding="unicode"))
    return pieces
