"""A chapter as it is written: front matter, text, and cells of Python that are executed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

from coursebuild.errors import CourseError

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_HEADING = re.compile(r"^## (\d+\.\d+) (.+?)\s*$")
_KNOWN = frozenset({"alt", "caption", "hide", "title", "hl_lines", "linenums", "widget", "data"})
_HIDDEN = frozenset({"code", "all"})


@dataclass(frozen=True, slots=True)
class Text:
    """A stretch of Markdown between two cells; ``line`` is its first line in the file."""

    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Python that is executed. ``options`` are what stands behind ``python`` on the fence's first line."""

    source: str
    line: int
    options: Mapping[str, str]

    @property
    def hides_code(self) -> bool:
        """Whether the page folds the code away; the notebook shows it."""
        return self.options.get("hide") == "code"

    @property
    def is_hidden(self) -> bool:
        """Whether the page shows nothing of it; the notebook shows it."""
        return self.options.get("hide") == "all"


def anchor(number: str) -> str:
    """The id of a section on its page."""
    return f"s{number.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section: where its heading stands, and where the next heading of its level (or the end) does."""

    number: str
    title: str
    line: int
    end: int

    @property
    def anchor(self) -> str:
        """Its id on the page, which does not change with its title: links and diagnoses lead there."""
        return anchor(self.number)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter's file, read. Lines count from 1."""

    path: Path
    meta: Mapping[str, Any]
    parts: tuple[Text | Cell, ...]
    sections: tuple[Section, ...]
    lines: tuple[str, ...]

    @property
    def slug(self) -> str:
        """What its page and notebook are called."""
        return self.path.stem

    @property
    def number(self) -> str:
        """Its number, as readers say it."""
        return self.slug.partition("-")[0].lstrip("0")

    @property
    def cells(self) -> tuple[Cell, ...]:
        """What is executed, in order."""
        return tuple(part for part in self.parts if isinstance(part, Cell))

    @property
    def title(self) -> str:
        """Its first heading, number and all."""
        found = next((line for line in self.lines if line.startswith("# ")), None)
        if found is None:
            raise CourseError(self.path, None, "has no title; begin the text with a line '# 1 Title'")
        return found.removeprefix("# ").strip()

    def error(self, line: int | None, message: str) -> CourseError:
        """An error that names this file and the line."""
        return CourseError(self.path, line, message)


def read_chapter(path: Path) -> Chapter:
    """Read one chapter. Raises CourseError where its front matter or a fence can't be read."""
    text = path.read_text()
    meta: dict[str, Any] = {}
    front = _FRONT.match(text)
    if front:
        try:
            meta = yaml.safe_load(front[1]) or {}
        except yaml.YAMLError as error:
            raise CourseError(path, 1, f"its front matter is not valid YAML: {error}") from None
    lines = text.splitlines()
    first = front[0].count("\n") if front else 0
    parts: list[Text | Cell] = []
    at = first
    headings: list[tuple[str, str, int]] = []
    breaks: list[int] = []
    tokens = MarkdownIt("commonmark").parse("\n" * first + text[front.end() if front else 0 :])
    for token in tokens:
        if token.map is None or token.level:
            continue
        begin, end = token.map
        if token.type == "heading_open" and token.tag == "h2":
            breaks.append(begin + 1)
            if heading := _HEADING.match(lines[begin]):
                headings.append((heading[1], heading[2], begin + 1))
        if token.type != "fence" or token.info.split(maxsplit=1)[:1] != ["python"]:
            continue
        options = _options(path, begin + 1, token.info)
        if options is None:
            continue
        _add_text(parts, lines, at, begin)
        parts.append(Cell(token.content.rstrip("\n"), begin + 1, options))
        at = end
    _add_text(parts, lines, at, len(lines))
    breaks.append(len(lines) + 1)
    sections = tuple(
        Section(number, title, line, next(end for end in breaks if end > line)) for number, title, line in headings
    )
    return Chapter(path, meta, tuple(parts), sections, tuple(lines))


def _add_text(parts: list[Text | Cell], lines: list[str], begin: int, end: int) -> None:
    source = "\n".join(lines[begin:end])
    if source.strip():
        parts.append(Text(source, begin + 1))


def _options(path: Path, line: int, info: str) -> dict[str, str] | None:
    """What is written behind ``python``; None for a fence that is shown only (``python .noeval``)."""
    try:
        words = shlex.split(info)[1:]
    except ValueError as error:
        raise CourseError(path, line, f"the fence's options can't be read ({error}): {info}") from None
    if ".noeval" in words:
        return None
    options = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name not in _KNOWN:
            raise CourseError(
                path, line, f"a cell has no option {word!r}; there are {', '.join(sorted(_KNOWN))} and .noeval"
            )
        options[name] = value
    if options.get("hide", "code") not in _HIDDEN:
        raise CourseError(path, line, f"hide must be 'code' or 'all', got {options['hide']!r}")
    return options
