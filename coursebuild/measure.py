"""How long and how hard a chapter is, from what can be counted in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coursebuild.chapter import Chapter, Section, Text
from coursebuild.markup import FENCE, INLINE, MATH, blanked

_WORD = re.compile(r"[A-Za-z][A-Za-z'\u2019-]*")
_MARKUP = re.compile(r"<[^>]+>|\[@[a-z0-9-]+\]|\{[:#. ][^}]*\}|https?://\S+")
# Words a minute of technical prose, seconds for a formula, a line of code and a figure: our own guesses, said on the
# page as a guess, and the same for every chapter.
_WORDS_A_MINUTE, _FORMULA, _LINE, _FIGURE = 180, 12, 6, 40


@dataclass(frozen=True, slots=True)
class Measured:
    """Counts of one chapter."""

    words: int
    formulas: int
    cells: int
    code_lines: int
    figures: int

    @property
    def seconds(self) -> float:
        """Time to read it once with pencil and paper."""
        reading = self.words / _WORDS_A_MINUTE * 60 + self.formulas * _FORMULA
        return reading + self.code_lines * _LINE + self.figures * _FIGURE

    @property
    def minutes(self) -> int:
        """The same, to five minutes."""
        return max(5, 5 * round(self.seconds / 300))

    @property
    def difficulty(self) -> int:
        """One to three, by the formulas and lines of code in a thousand words."""
        density = 1000 * (self.formulas + self.code_lines / 4) / max(self.words, 1)
        return 1 + (density > 40) + (density > 75)


def words(text: str) -> int:
    """Words of prose in Markdown: what is in fences, formulas and markup does not count."""
    return len(_WORD.findall(blanked(text, FENCE, MATH, INLINE, _MARKUP)))


def measured(chapter: Chapter, section: Section | None = None) -> Measured:
    """Count words, formulas, cells and figures, of a chapter or of one section of it."""
    begin, end = (section.line, section.end) if section else (1, len(chapter.lines) + 1)
    prose = "\n".join(_within(part, begin, end) for part in chapter.parts if isinstance(part, Text))
    cells = [cell for cell in chapter.cells if begin <= cell.line < end]
    code = [line for cell in cells if not cell.is_hidden for line in cell.source.splitlines() if line.strip()]
    return Measured(
        words(prose),
        len(MATH.findall(blanked(prose, FENCE))),
        len(cells),
        len(code),
        sum(1 for cell in cells if "alt" in cell.options),
    )


def _within(text: Text, begin: int, end: int) -> str:
    lines = text.source.splitlines()
    return "\n".join(line for number, line in enumerate(lines, text.line) if begin <= number < end)


def line(chapter: Chapter) -> str:
    """The line below a chapter's title, as Markdown."""
    found = measured(chapter)
    stars = "●" * found.difficulty + "○" * (3 - found.difficulty)
    said = [f"about {found.minutes} minutes", f"{found.words:,} words"]
    if found.cells:
        said.append(f"{found.cells} cells of code")
    if found.figures:
        said.append(f"{found.figures} figure{'s' if found.figures > 1 else ''}")
    said.append(f'<span role="img" aria-label="difficulty {found.difficulty} of 3">{stars}</span>')
    said.append(f"[open as a notebook](notebooks/{chapter.slug}.ipynb)")
    return f"{' · '.join(said)}\n{{: .measured }}"
