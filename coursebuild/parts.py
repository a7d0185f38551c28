"""Each section of a page as parts that a browser lays out when the reader comes near them."""

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
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
# Of a section, before it is cut: less would be many boxes, each of which a browser watches.
_BLOCKS_AT_LEAST = 2
_BLOCKS = frozenset({"p", "li", "tr", "pre", "summary", "figure", "table", "div"})


def in_parts(html: str) -> str:
    """A page's content with what follows a heading of its second level in boxes of a few blocks, for the style sheet.

    The headings stay outside: Material asks the browser where each is, and would have it lay out the whole chapter.
    What follows the last one is short and in no box, as what is not laid out may seem to reach into the footer.
    Until a box is laid out the browser takes its height from the sizes that are noted at it. A section is several
    boxes as the first begins near the top of the screen, and a phone would lay out thousands of pixels of it at once.

    Raises ValueError for a heading within a box, which nobody writes on purpose (Markdown makes one of each line that
    begins with ``#``), and for a section whose elements don't end in it.
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
    return "".join(
        _boxes(piece) if 0 < place < last and place % 2 == 0 else piece for place, piece in enumerate(pieces)
    )


def _boxes(section: str) -> str:
    cuts = _Cuts(section).found
    boxes = [section[begin:end] for begin, end in pairwise([0, *cuts, len(section)])]
    return "".join(
        _box(inside, "part" if number == len(cuts) else "part goes-on") for number, inside in enumerate(boxes)
    )


def _box(inside: str, kind: str) -> str:
    seen = _Seen()
    seen.feed(inside)
    seen.close()
    sizes = f"--letters: {seen.letters}; --lines: {seen.lines}; --blocks: {seen.blocks}; --figures: {seen.figures}"
    return f'\n<div class="{kind}" style="{sizes}">{inside}</div>\n'


class _Cuts(HTMLParser):
    """Where a section can be cut: before a plain paragraph or listing.

    The space above those is never more than the space below what precedes, which the style sheet keeps. What belongs
    together stays so: a listing and what it printed, a figure and its caption.
    """

    def __init__(self, section: str) -> None:
        super().__init__()
        self.found: list[int] = []
        self._depth = self._blocks = 0
        self._is_widget = False
        self._section = section
        self._lines = [0, *(line.end() for line in re.finditer("\n", section))]
        self.feed(section)
        self.close()
        if self._depth:
            raise ValueError(
                f"what begins with {section.strip()[:60]!r} has an element that does not end in its section"
            )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What begins; a block of its own where it is in nothing."""
        if self._depth == 0:
            classes = (dict(attrs).get("class") or "").split()
            # A paragraph that begins with an element may be the empty one that holds a place.
            is_text = tag == "p" and not attrs and not self._section.startswith("<p><", self._place)
            is_listing = "highlight" in classes and "output" not in classes
            if self._blocks >= _BLOCKS_AT_LEAST and not self._is_widget and (is_text or is_listing):
                self.found.append(self._place)
                self._blocks = 0
            self._blocks += 1
            self._is_widget = "widget" in classes
        self._depth += tag not in _VOID

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What ends where it begins, as drawings and formulas have it."""

    def handle_endtag(self, tag: str) -> None:
        """What ends."""
        self._depth -= tag not in _VOID

    @property
    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


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
