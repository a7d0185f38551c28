"""Sections and exercises with what they build on: an outline to read, and a map to look at.

``course/map.yml`` says what builds on what. Both are plain links; the elements of the pages mark in them what is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from html import escape
from pathlib import Path

import yaml

from coursebuild import measure
from coursebuild.chapter import Chapter
from coursebuild.errors import CourseError

# How long an exercise takes: our own guess, said on the page as one.
_EXERCISE_MINUTES = 40
# In the units of the drawing: a box, and the space between boxes.
_WIDTH, _HEIGHT, _ACROSS, _DOWN = 122, 46, 12, 40


@dataclass(frozen=True, slots=True)
class Stop:
    """A section or an exercise: its id (``3.2``, ``ex03_cosine_neighbors``), what it is called, where it is."""

    id: str
    title: str
    link: str
    requires: tuple[str, ...]
    minutes: int
    is_exercise: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A way through the course."""

    id: str
    title: str
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """All stops in the order of the book, exercises last, and the paths through them."""

    stops: tuple[Stop, ...]
    paths: tuple[Way, ...]

    def as_markdown(self) -> str:
        """The outline as a list of links."""
        lines = []
        for stop in self.stops:
            kind = "exercise" if stop.is_exercise else "section"
            needs = f" (after {', '.join(self.name(other) for other in stop.requires)})" if stop.requires else ""
            lines.append(
                f'<li markdown="span" data-stop="{stop.id}" data-kind="{kind}" data-minutes="{stop.minutes}" '
                f'data-requires="{" ".join(stop.requires)}">[{self.full_name(stop)}]({stop.link}){needs}</li>'
            )
        paths = "\n".join(
            f'<li data-path="{path.id}" data-stops="{" ".join(path.stops)}">{escape(path.title)}: '
            f"{', '.join(self.name(stop) for stop in path.stops)}</li>"
            for path in self.paths
        )
        return (
            '<ul class="outline" markdown="1">\n'
            + "\n".join(lines)
            + '\n</ul>\n\n<ul class="paths">\n'
            + paths
            + "\n</ul>"
        )

    def name(self, stop: str) -> str:
        """Short: the number of a section, or of an exercise."""
        return f"exercise {int(stop[2:4])}" if stop.startswith("ex") else stop

    def full_name(self, stop: Stop) -> str:
        """The number and the title."""
        return f"Exercise {int(stop.id[2:4])}: {stop.title}" if stop.is_exercise else f"{stop.id} {stop.title}"

    def as_svg(self, address: Callable[[str], str]) -> str:
        """The map: a row for each chapter, exercises at its end; ``address`` makes a page's link into an address."""
        rows: dict[int, list[Stop]] = {}
        for stop in self.stops:
            last = max(int(other.partition(".")[0]) for other in stop.requires) if stop.is_exercise else 0
            rows.setdefault(last or int(stop.id.partition(".")[0]), []).append(stop)
        widest = max(len(row) for row in rows.values())
        width, height = widest * (_WIDTH + _ACROSS) - _ACROSS + 4, len(rows) * (_HEIGHT + _DOWN) - _DOWN + 4
        place = {
            stop.id: (2 + column * (_WIDTH + _ACROSS), 2 + row * (_HEIGHT + _DOWN))
            for row, stops in enumerate(rows[chapter] for chapter in sorted(rows))
            for column, stop in enumerate(stops)
        }
        ways = [
            f'<path data-from="{other}" data-to="{stop.id}" d="{_way(place[other], place[stop.id])}"/>'
            for stop in self.stops
            for other in stop.requires
        ]
        boxes = [self._box(stop, *place[stop.id], address(stop.link)) for stop in self.stops]
        return (
            '<figure class="map" tabindex="0" aria-label="map of sections and exercises">\n'
            f'<svg viewBox="0 0 {width} {height}" style="min-width: {width}px" role="group" '
            'aria-label="Sections by chapter, exercises at the end of their rows; the list below says the same.">\n'
            + "\n".join([*ways, *boxes])
            + "\n</svg>\n</figure>"
        )

    def _box(self, stop: Stop, x: float, y: float, address: str) -> str:
        lines = _in_lines(f"Ex. {int(stop.id[2:4])} {stop.title}" if stop.is_exercise else f"{stop.id} {stop.title}")
        first = y + _HEIGHT / 2 + 4 - 6.5 * (len(lines) - 1)
        text = "".join(
            f'<tspan x="{x + _WIDTH / 2:g}" y="{first + 13 * number:g}">{escape(line)}</tspan>'
            for number, line in enumerate(lines)
        )
        kind = "exercise" if stop.is_exercise else "section"
        return (
            f'<a href="{address}" class="{kind}" data-stop="{stop.id}"><rect x="{x:g}" y="{y:g}" width="{_WIDTH}" '
            f'height="{_HEIGHT}" rx="{16 if stop.is_exercise else 5}"/><text>{text}</text></a>'
        )


def _way(begin: tuple[float, float], end: tuple[float, float]) -> str:
    """A line from below one box to above another; within a row from side to side."""
    (fx, fy), (x, y) = begin, end
    if fy == y and fx < x:
        if x - fx <= _WIDTH + _ACROSS:
            return f"M{fx + _WIDTH:g} {fy + _HEIGHT / 2:g} H{x:g}"
        fx, x = fx + _WIDTH / 2, x + _WIDTH / 2
        return (
            f"M{fx:g} {fy + _HEIGHT:g} C{fx:g} {fy + _HEIGHT + 20:g} {x:g} {y + _HEIGHT + 20:g} {x:g} {y + _HEIGHT:g}"
        )
    fx, x = fx + _WIDTH / 2, x + _WIDTH / 2
    return f"M{fx:g} {fy + _HEIGHT:g} C{fx:g} {fy + _HEIGHT + 24:g} {x:g} {y - 24:g} {x:g} {y:g}"


def _in_lines(text: str, longest: int = 18) -> list[str]:
    """At most three lines of a box."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= longest:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def read_outline(chapters: Sequence[Chapter], root: Path) -> Outline:
    """Raises CourseError where the map and the chapters disagree, or where something needs itself in a circle."""
    path = root / "course" / "map.yml"
    raw = yaml.safe_load(path.read_text())
    sections = {section.number: (chapter, section) for chapter in chapters for section in chapter.sections}
    listed: Mapping[str, Sequence[str]] = raw["sections"]
    if strange := sorted(set(listed) ^ set(sections)):
        raise CourseError(path, None, f"the map and the chapters disagree about {', '.join(strange)}")
    stops = [
        Stop(
            number,
            section.title,
            f"{chapter.path.name}#{section.anchor}",
            tuple(listed[number]),
            round(measure.measured(chapter, section).seconds / 60),
        )
        for number, (chapter, section) in sections.items()
    ]
    at_the_exercises = next((c.path.name for c in chapters if c.slug.endswith("exercises")), "index.md")
    stops += [
        Stop(slug, item["title"], at_the_exercises, tuple(item["requires"]), _EXERCISE_MINUTES, is_exercise=True)
        for slug, item in raw["exercises"].items()
    ]
    known = {stop.id for stop in stops}
    for stop in stops:
        for other in stop.requires:
            if other not in known:
                raise CourseError(path, None, f"{stop.id} requires {other!r}, which does not exist")
    try:
        tuple(TopologicalSorter({stop.id: stop.requires for stop in stops}).static_order())
    except CycleError as error:
        raise CourseError(path, None, f"something requires itself in a circle: {' -> '.join(error.args[1])}") from None
    return Outline(tuple(stops), tuple(_path(path, name, item, stops) for name, item in raw["paths"].items()))


def _path(where: Path, name: str, item: Mapping[str, object], stops: Sequence[Stop]) -> Way:
    chapters = {str(number) for number in _listed(item.get("chapters"))}
    chosen = [stop.id for stop in stops if not stop.is_exercise and stop.id.partition(".")[0] in chapters]
    chosen += [str(stop) for stop in _listed(item.get("sections"))]
    exercises = [stop.id for stop in stops if stop.is_exercise]
    chosen += exercises if item.get("exercises") == "all" else [str(stop) for stop in _listed(item.get("exercises"))]
    for stop in chosen:
        if stop not in {known.id for known in stops}:
            raise CourseError(where, None, f"the path {name!r} leads to {stop!r}, which does not exist")
    return Way(name, str(item["title"]), tuple(chosen))


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []
