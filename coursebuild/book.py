"""The whole course, read, checked and executed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from coursebuild import bundle, feed, glossary, lint, node, prerequisites
from coursebuild.chapter import Chapter, read_chapter
from coursebuild.execution import Executed, execute_all
from coursebuild.notebook import as_notebook
from coursebuild.page import as_page
from coursebuild.sources import Source, read_sources

_DRAWING = re.compile(r'<svg role="img".*?</svg>', re.DOTALL)
_LAID_ASIDE = re.compile(r'<svg id="drawing-([0-9a-f]{16})"></svg>')
_PLACES = {"<!-- prerequisites map -->": prerequisites.as_svg}


@dataclass(frozen=True, slots=True)
class Book:
    """All chapters with their outputs, and what they share."""

    root: Path
    executed: Mapping[str, Executed]
    sources: Mapping[str, Source]
    symbols: Mapping[str, str]
    _drawings: dict[str, str] = field(default_factory=dict)

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The chapters in the order of the book."""
        return tuple(item.chapter for item in self.executed.values())

    def page(self, name: str, markdown: str) -> str:
        """The Markdown of a page: of a chapter with its outputs, of another page as it is but for what is drawn."""
        if name.removesuffix(".md") in self.executed:
            chapter = as_page(self.executed[name.removesuffix(".md")], self.sources)
            markdown = f"{chapter}\n\n{glossary.as_abbreviations(self.chapters)}\n"
        for place, draw in _PLACES.items():
            if place in markdown:
                markdown = markdown.replace(place, draw(self.chapters))
        return _DRAWING.sub(self._lay_aside, markdown)

    def _lay_aside(self, drawing: re.Match[str]) -> str:
        # What reads the page on its way, Markdown, search and links, would read ten thousand elements of it.
        key = hashlib.sha256(drawing[0].encode()).hexdigest()[:16]
        self._drawings[key] = drawing[0]
        return f'<svg id="drawing-{key}"></svg>'

    def with_drawings(self, page: str) -> str:
        """A finished page, with the drawings where they belong."""
        return _LAID_ASIDE.sub(lambda found: self._drawings[found[1]], page)

    def files(self) -> dict[str, str | bytes]:
        """What is part of the site beside the pages, by its path there."""
        made: dict[str, str | bytes] = {
            f"notebooks/{name}.ipynb": as_notebook(item, self.sources) for name, item in self.executed.items()
        }
        made["glossary.md"] = glossary.as_markdown(self.chapters)
        made["feed.xml"] = feed.as_atom((self.root / "CHANGELOG.md").read_text())
        katex = node.package(self.root, "katex") / "dist"
        made["assets/katex/katex.min.css"] = (katex / "katex.min.css").read_text()
        made |= {
            f"assets/katex/fonts/{font.name}": font.read_bytes() for font in sorted((katex / "fonts").glob("*.woff2"))
        }
        made["assets/javascripts/course.js"] = bundle.bundled(self.root, self.root / "widgets" / "src" / "course.ts")
        worker = node.package(self.root, "iframe-worker") / "shim" / "index.js"
        made["assets/javascripts/iframe-worker.js"] = worker.read_text()
        return made


def chapter_files(root: Path) -> list[Path]:
    """The chapters' files, in order."""
    return sorted((root / "course").glob("[0-9][0-9]-*.md"))


def read_book(root: Path) -> Book:
    """Read, check and execute all chapters. Raises CourseError at the first thing that is wrong."""
    chapters = tuple(read_chapter(path) for path in chapter_files(root))
    sources = read_sources(root, chapters)
    lint.check(chapters, sources)
    for chapter in chapters:
        for cell in chapter.cells:
            name = cell.options.get("widget")
            if name and not (root / "widgets" / "src" / f"{name}.ts").exists():
                raise chapter.error(cell.line, f"there is no widget {name!r}: it would be widgets/src/{name}.ts")
    executed = execute_all(chapters, root)
    symbols = yaml.safe_load((root / "course" / "symbols.yml").read_text())
    return Book(root, {item.chapter.slug: item for item in executed}, sources, symbols)
