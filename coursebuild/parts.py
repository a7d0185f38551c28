"""Each section of a page as a part that a browser lays out when the reader comes near it."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

_HEADING = re.compile(r"<h2 .*?</h2>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_BOX = re.compile(r"<(/?)(?:div|details|section)\b")
# What has no height of its own, or is folded away.
_UNSEEN = frozenset({"script", "style", "template", "svg", "details"})
_BLOCKS = frozenset({"p", "li", "tr", "pre", "summary", "figure", "table", "div"})


def in_parts(html: str) -> str:
    """A page's content with all that follows a heading of its second level in a box, for the style sheet.

    The headings stay outside: Material asks the browser where each is, and would have it lay out the whole chapter.
    What follows the last one is short and in no box, as what is not laid out may seem to reach into the footer.
    Until a box is laid out the browser takes its height from the sizes that are noted at it. Raises ValueError for a
    heading within a box, which nobody writes on purpose: Markdown makes one of each line that begins with ``#``.
    """
    bounds = [0]
    for heading in _HEADING.finditer(html):
        if sum(-1 if end else 1 for end in _BOX.findall(html, bounds[-1], heading.start())):
            said = unescape(_TAG.sub("", heading[0]))
            raise ValueError(f"a heading stands within a box: {said!r}; does a line there begin with '#'?")
        bounds += heading.span()
    bounds.append(len(html))
    pieces = [html[begin:end] for begin, end in pairwise(bounds)]
    last = len(pieces) - 1
    return "".join(_box(piece) if 0 < place < last and place % 2 == 0 else piece for place, piece in enumerate(pieces))


def _box(inside: str) -> str:
    seen = _Seen()
    seen.feed(inside)
    seen.close()
    sizes = f"--letters: {seen.letters}; --lines: {seen.lines}; --blocks: {seen.blocks}; --figures: {seen.figures}"
    return f'\n<div class="part" style="{sizes}">{inside}</div>\n'


class _Seen(HTMLParser):
    """Counts what a reader sees before he unfolds anything."""

    def __init__(self) -> None:
        super().__init__()
        self.letters = self.lines = self.blocks = self.figures = 0
        self._unseen: list[str] = []
        self._is_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What begins."""
        self.blocks += tag in _BLOCKS and not self._unseen
        if tag == "summary" and self._unseen == ["details"]:
            self.blocks += 1
        self.figures += tag == "figure" and not self._unseen
        if tag == "pre":
            self._is_code = True
        if tag in _UNSEEN and not (tag == "details" and dict(attrs).keys() & {"open"}):
            self._unseen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """What ends."""
        if tag == "pre":
            self._is_code = False
        if self._unseen and self._unseen[-1] == tag:
            self._unseen.pop()

    def handle_data(self, data: str) -> None:
        """Text."""
        if self._unseen:
            return
        if self._is_code:
            self.lines += data.count("\n")
        else:
            self.letters += len(data.strip())
