"""The font of the formulas with only the letters that the course has: a tenth of what it weighs whole."""

from __future__ import annotations

import hashlib
import html
import io
import re
import unicodedata
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

# Where the site has it. It has a table of OpenType's MATH, by which browsers place what a formula is made of.
FORMULAS = "assets/fonts/stix-two-math.woff2"
LICENCE = "assets/fonts/stix-two-math-licence.txt"

_TAG = re.compile(r"<[^>]*>")


def letters(formulas: Iterable[str]) -> str:
    """Every character of these formulas, as MathML, once and in order; and what browsers show of single letters.

    The sign of a root is written as an element.
    """
    written = {letter for formula in formulas for letter in html.unescape(_TAG.sub("", formula))} | {"√"}
    return "".join(sorted(written | {_SLANTED[letter] for letter in written if letter in _SLANTED}))


def _slanted() -> dict[str, str]:
    # A letter alone is shown as another character, the italic one; U+1D455 is missing as it was there before.
    italic = [*map(chr, range(0x1D434, 0x1D468)), *map(chr, range(0x1D6E2, 0x1D71C))]
    upright = (unicodedata.decomposition(letter).removeprefix("<font> ") for letter in italic)
    return {chr(int(code, 16)): letter for code, letter in zip(upright, italic, strict=True) if code} | {"h": "\u210e"}


_SLANTED = _slanted()


def subset(font: Path, wanted: str, kept: Path) -> bytes:
    """The font without other letters; an empty font where it has none of them. What was made is kept in a folder."""
    key = hashlib.sha256(b"\n".join((font.read_bytes(), wanted.encode(), version("fonttools").encode()))).hexdigest()
    made = kept / f"{key[:16]}.woff2"
    if not made.exists():
        # Imported where it is needed, as it takes as long as reading all chapters.
        from fontTools import subset as tool
        from fontTools.ttLib import TTFont

        options = tool.Options(flavor="woff2", notdef_outline=True, layout_features=["*"])
        whole = TTFont(io.BytesIO(font.read_bytes()), recalcTimestamp=False)
        cutter = tool.Subsetter(options)
        cutter.populate(text=wanted)
        cutter.subset(whole)
        whole.flavor = "woff2"
        written = io.BytesIO()
        whole.save(written)
        kept.mkdir(parents=True, exist_ok=True)
        made.write_bytes(written.getvalue())
    return made.read_bytes()
