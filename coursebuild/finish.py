"""The last step over the files of a built site: formulas set, nothing raw left, nothing from elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

from coursebuild import fonts
from coursebuild.book import Book
from coursebuild.errors import CourseError
from coursebuild.mathematics import BadFormula, formulas, located, set_formulas, with_formulas

# What a browser would load by itself; a link that a reader may follow is another thing.
_LOADED = re.compile(r"""<(?:script|img|iframe|source|link)\b[^>]*?\b(?:src|href)="(https?:)?//[^"]*"[^>]*>""")
# Names, operators and punctuation look like other text, and are two thirds of all elements of a chapter.
_PLAIN_CODE = re.compile(r'<span class="(?:n|o|p|w)">([^<]*)</span>')
_CODE = re.compile(r'<div class="(language-[^"]* highlight)">(<pre>.*?)</pre>', re.DOTALL)
_MAY = re.compile(r'rel="(?:canonical|alternate|license)"')


# Nobody looks for these by typing them.
_NOT_SEARCHED = re.compile(r"<pre>.*?</pre>|\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)


def finish(book: Book, site: Path) -> None:
    """Set all formulas of the site and put its drawings in.

    Raises CourseError for a formula that can't be set, and for what loads from elsewhere.
    """
    pages = {path: path.read_text() for path in sorted(site.rglob("*.html"))}
    wanted = [formula for text in pages.values() for formula in formulas(text)]
    try:
        made = set_formulas(book.root, wanted)
    except BadFormula as error:
        raise located(book.chapters, error) from None
    font = site / fonts.FORMULAS
    font.write_bytes(fonts.subset(font, fonts.letters(made.values()), book.root / "build" / "fonts"))
    for path in site.glob("assets/stylesheets/main.*.css"):
        path.write_text(_calmed(path.read_text()))
    _slim_index(site / "search" / "search_index.json")
    for path, text in pages.items():
        ready = _PLAIN_CODE.sub(r"\1", book.with_drawings(with_formulas(text, made, book.symbols)))
        ready = _CODE.sub(_with_lines, ready)
        ready = _unwatched(ready)
        for found in _LOADED.finditer(ready):
            if not _MAY.search(found[0]):
                raise CourseError(path, None, f"loads something from another site: {found[0][:200]}")
        if ready != text:
            path.write_text(ready)


def _with_lines(block: re.Match[str]) -> str:
    """With the number of its lines, by which the style sheet knows its height before it is laid out."""
    lines = block[2].count("\n")
    return f'<div class="{block[1]}" style="--lines: {lines}">{block[2]}</pre>'


def _unwatched(page: str) -> str:
    """Without the class by which Material watches each entry of the navigation, to tell whether it is cut short.

    Ours are broken into lines, but for the title in the page's header. A phone is busy for a while with forty watchers.
    """
    header, end, rest = page.partition("</header>")
    return header + end + rest.replace('<span class="md-ellipsis">', '<span class="entry">')


def _calmed(style: str) -> str:
    """Material's style without the rule by which each class that comes or goes at the root has all styled anew.

    It is about what stands first or last in the cell of a table without *any* class; ours are told by one name.
    """
    calm = style.replace("table:not([class])", "table:not(.highlighttable)")
    if calm == style:
        raise CourseError(Path("mkdocs.yml"), None, "Material's style has changed: look at coursebuild/finish.py")
    return calm


def _slim_index(path: Path) -> None:
    """The search index without what nobody looks for: every reader's browser loads it with the first page."""
    index = json.loads(path.read_text())
    index["docs"] = [
        {**entry, "text": _NOT_SEARCHED.sub("", entry["text"])}
        for entry in index["docs"]
        if not entry["location"].endswith("#check")
    ]
    path.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")))
