"""A figure of matplotlib's as part of a page: its colours follow the page, its ids are its own."""

from __future__ import annotations

import hashlib
import re
from html import escape
from pathlib import Path

# What the set-up cell tells matplotlib to draw with, and what the page makes of it. The colours are no one's taste:
# they occur in no figure by accident.
INK, GROUND, GRID = "#010203", "#fefdfc", "#c8c9ca"
SERIES = ("#1f5fbf", "#c2410c", "#15803d", "#7e3ff2", "#b4235f", "#0e7490")
_AS_CSS = {INK: "currentColor", GROUND: "none", GRID: "var(--figure-grid)"} | {
    colour: f"var(--figure-{number})" for number, colour in enumerate(SERIES, 1)
}
_SETUP = Path(__file__).with_name("setup_cell.py")
_PLACES = re.compile(r' (d|x|y)="([^"]*)"')
_FRACTION = re.compile(r"\d+\.\d+")
_ID = re.compile(r' id="([^"]*)"')
_NAMED = re.compile(r"""(?:href="#|url\(#)([^")]+)""")
_BARE_GROUP = re.compile(r"<g>\s*((?:(?!<g\b|</g>).)*?)\s*</g>", re.DOTALL)
_COLOUR = re.compile("|".join(_AS_CSS), re.IGNORECASE)


def setup_code() -> str:
    """What the kernel runs before a chapter: how figures are made, with the colours that the page knows."""
    colours = {"INK": INK, "GROUND": GROUND, "GRID": GRID, "SERIES": SERIES}
    return "\n".join(f"{name} = {value!r}" for name, value in colours.items()) + "\n" + _SETUP.read_text()


def inline_svg(svg: str, alt: str) -> str:
    """The ``<svg>`` element for a page: no ids that another figure has too, no size of its own, one text for all."""
    prefix = f"f{hashlib.sha256(svg.encode()).hexdigest()[:8]}-"
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    # What matplotlib says to all elements would be said to the whole page.
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r'\b(id=")', rf"\1{prefix}", svg)
    svg = re.sub(r"url\(#", f"url(#{prefix}", svg)
    svg = re.sub(r'(href="#)', rf"\1{prefix}", svg)
    # A width of its own would not let it shrink on a phone; it shall not grow beyond it either.
    width = re.search(r'<svg[^>]*?\bwidth="([\d.]+)pt"', svg)
    most = f' style="max-width: {float(width[1]) * 4 / 3:.0f}px"' if width else ""
    svg = re.sub(r'(<svg[^>]*?)\s+height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?)\s+width="[^"]*"', r"\1", svg, count=1)
    joins = 'stroke-linejoin="round" stroke-linecap="butt"'
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{escape(alt, quote=True)}" {joins}{most}', 1)
    svg = _slim(svg)
    svg = _COLOUR.sub(lambda found: _AS_CSS[found[0].lower()], svg)
    # A blank line would end the HTML block in Markdown.
    return re.sub(r"\n\s*", "\n", svg).strip()


def _slim(svg: str) -> str:
    """The same drawing without what only weighs; a tenth of a point is seen by nobody."""
    svg = _PLACES.sub(lambda found: f' {found[1]}="{_short(found[2])}"', svg)
    svg = re.sub(r' transform="rotate\(-?0 [^)]*\)"', "", svg)
    named = set(_NAMED.findall(svg))
    svg = _ID.sub(lambda found: found[0] if found[1] in named else "", svg)
    # From the inside outwards: a group may be all that another holds.
    while (without := _BARE_GROUP.sub(r"\1", svg)) != svg:
        svg = without
    # A line's end between two elements is a node of the page, and a drawing has hundreds.
    return re.sub(r">\s+<", "><", svg)


def _short(path: str) -> str:
    path = _FRACTION.sub(lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), path)
    return re.sub(r" ?([A-Za-z]) ?", r"\1", " ".join(path.split()))
