"""The map of what builds on what, drawn as a linked SVG while the pages are built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from graphlib import CycleError, TopologicalSorter
from html import escape

from coursebuild.chapter import Chapter

# In the units of the drawing: a box, and the space between boxes.
_WIDTH, _HEIGHT, _ACROSS, _DOWN = 164, 46, 24, 44


def levels(chapters: Sequence[Chapter]) -> list[list[Chapter]]:
    """The chapters by how long a way leads to each. Raises CourseError for a circle, and for an unknown chapter."""
    by_slug = {chapter.slug: chapter for chapter in chapters}
    needs = {chapter.slug: tuple(chapter.meta.get("requires") or ()) for chapter in chapters}
    for slug, wanted in needs.items():
        for other in wanted:
            if other not in by_slug:
                raise by_slug[slug].error(1, f"requires {other!r}, and there is no such chapter")
    depth: dict[str, int] = {}
    try:
        for slug in TopologicalSorter(needs).static_order():
            depth[slug] = 1 + max((depth[other] for other in needs[slug]), default=-1)
    except CycleError as error:
        raise by_slug[error.args[1][0]].error(1, f"requires itself in a circle: {' -> '.join(error.args[1])}") from None
    rows: list[list[Chapter]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for chapter in chapters:
        rows[depth[chapter.slug]].append(chapter)
    return rows


def as_svg(chapters: Sequence[Chapter], address: Callable[[str], str]) -> str:
    """The map, with a link to each chapter; for readers without pictures its label says the same in words.

    ``address`` makes a chapter's file into the address of its page.
    """
    rows = levels(chapters)
    widest = max(len(row) for row in rows)
    across, down = _WIDTH + _ACROSS, _HEIGHT + _DOWN
    width, height = widest * across - _ACROSS + 4, len(rows) * down - _DOWN + 4
    place = {}
    for number, row in enumerate(rows):
        left = (width - (len(row) * across - _ACROSS)) / 2
        for index, chapter in enumerate(row):
            place[chapter.slug] = (left + index * across, 2 + number * down)
    lines, boxes, said = [], [], []
    for chapter in chapters:
        x, y = place[chapter.slug]
        needs = tuple(chapter.meta.get("requires") or ())
        for other in needs:
            fx, fy = place[other]
            lines.append(
                f'<path d="M{fx + _WIDTH / 2:g} {fy + _HEIGHT} C{fx + _WIDTH / 2:g} {fy + _HEIGHT + 24:g} '
                f'{x + _WIDTH / 2:g} {y - 24:g} {x + _WIDTH / 2:g} {y}"/>'
            )
        words = chapter.title.split()
        half = 1 + len(words) // 2 if len(chapter.title) > 20 else len(words)
        text = "".join(
            f'<tspan x="{x + _WIDTH / 2:g}" dy="{dy}">{escape(" ".join(part))}</tspan>'
            for part, dy in ((words[:half], "-0.15em" if words[half:] else "0.35em"), (words[half:], "1.15em"))
            if part
        )
        boxes.append(
            f'<a href="{address(chapter.path.name)}">'
            f'<rect x="{x:g}" y="{y:g}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>'
            f'<text x="{x + _WIDTH / 2:g}" y="{y + _HEIGHT / 2:g}">{text}</text></a>'
        )
        if needs:
            said.append(f"{chapter.title} needs {', '.join(_title(chapters, other) for other in needs)}")
    label = escape("Which chapter needs which: " + "; ".join(said), quote=True)
    return (
        f'<figure class="map" tabindex="0" aria-label="map of prerequisites">\n'
        f'<svg viewBox="0 0 {width} {height}" style="min-width: {width}px" role="group" '
        f'aria-label="{label}">\n' + "\n".join([*lines, *boxes]) + "\n</svg>\n</figure>"
    )


def _title(chapters: Sequence[Chapter], slug: str) -> str:
    return next(chapter.title for chapter in chapters if chapter.slug == slug)
