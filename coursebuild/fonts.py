"""KaTeX's fonts with only the letters that the formulas of the course have: a tenth of what they weigh whole."""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

_TAG = re.compile(r"<[^>]*>")


def letters(formulas: Iterable[str]) -> str:
    """Every character of these formulas, as HTML, once and in order."""
    return "".join(sorted({letter for formula in formulas for letter in html.unescape(_TAG.sub("", formula))}))


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
