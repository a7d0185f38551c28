"""The whole course, read, checked and executed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import yaml

from coursebuild import bundle, deck, feed, fonts, glossary, lint, misconceptions, node, prerequisites
from coursebuild.chapter import Chapter, read_chapter
from coursebuild.execution import Executed, execute_all
from coursebuild.misconceptions import Misconception, Registry, read_registry
from coursebuild.notebook import as_notebook
from coursebuild.outline import Outline, read_outline
from coursebuild.page import as_page
from coursebuild.questions import Questions, read_questions
from coursebuild.sources import Source, read_sources

_DRAWING = re.compile(r'<svg role="img".*?</svg>', re.DOTALL)
_LAID_ASIDE = re.compile(r'<svg id="drawing-([0-9a-f]{16})"></svg>')


@dataclass(frozen=True, slots=True)
class Book:
    """All chapters with their outputs, and what they share."""

    root: Path
    executed: Mapping[str, Executed]
    sources: Mapping[str, Source]
    symbols: Mapping[str, str]
    questions: Mapping[str, Questions]
    registry: Registry
    outline: Outline
    has_folders: bool
    _drawings: dict[str, str] = field(default_factory=dict)

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The chapters in the order of the book."""
        return tuple(item.chapter for item in self.executed.values())

    def is_chapter(self, name: str) -> bool:
        """Whether a file of the site is a chapter's Markdown."""
        return name.removesuffix(".md") in self.executed

    def page(self, name: str, markdown: str) -> str:
        """The Markdown of a page: of a chapter with its outputs, of another page as it is but for what is drawn."""
        if self.is_chapter(name):
            slug = name.removesuffix(".md")
            chapter = as_page(self.executed[slug], self.sources, self.questions[slug], self.registry.told)
            markdown = f"{chapter}\n\n{glossary.as_abbreviations(self.chapters)}\n"
        for place, fill in self._places.items():
            if place in markdown:
                markdown = markdown.replace(place, fill(name))
        return _DRAWING.sub(self._lay_aside, markdown)

    @property
    def _places(self) -> Mapping[str, Callable[[str], str]]:
        """What pages that are written by hand may ask for, each with what is written there."""
        return {
            "<!-- prerequisites map -->": lambda page: prerequisites.as_svg(
                self.chapters, lambda link: self.address(page, link)
            ),
            "<!-- concept map -->": lambda page: self.outline.as_svg(lambda link: self.address(page, link)),
            "<!-- outline -->": lambda _: self.outline.as_markdown(),
            "<!-- cards -->": lambda _: deck.as_markdown(self.executed, self.questions, self.registry, self.sources),
            "<!-- misconceptions -->": lambda _: misconceptions.as_markdown(self.registry),
        }

    def address(self, page: str, link: str) -> str:
        """The address of a link such as ``03-similarity-geometry.md#s3-2`` from a page of the site, folders or not."""
        target, hash_, place = link.partition("#")
        name = target.removesuffix(".md")
        if not self.has_folders:
            return f"{name}.html{hash_}{place}"
        up = "" if page == "index.md" else "../"
        return f"{up}{'' if name == 'index' else f'{name}/'}{hash_}{place}" or "./"

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
        made["misconceptions.md"] = deck.misconceptions_as_markdown(
            self.executed, self.questions, self.registry, self.sources
        )
        made |= {f"m/{found.id}/index.html": self._signpost(found) for found in self.registry.by_id.values()}
        made["feed.xml"] = feed.as_atom((self.root / "CHANGELOG.md").read_text())
        font = node.package(self.root, "@fontsource/stix-two-math")
        made[fonts.FORMULAS] = (font / "files" / "stix-two-math-latin-400-normal.woff2").read_bytes()
        made[fonts.LICENCE] = (font / "LICENSE").read_text()
        made["assets/javascripts/course.js"] = bundle.bundled(self.root, self.root / "widgets" / "src" / "course.ts")
        worker = node.package(self.root, "iframe-worker") / "shim" / "index.js"
        made["assets/javascripts/iframe-worker.js"] = worker.read_text()
        return made

    def _signpost(self, found: Misconception) -> str:
        """A page that only leads on: its address does not change when a misconception is taught elsewhere."""
        address = (
            f"../{self.address('m/x.md', found.link)}" if self.has_folders else f"../../{self.address('', found.link)}"
        )
        claim = escape(found.claim)
        return (
            f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{claim}</title>\n'
            f'<meta http-equiv="refresh" content="0; url={address}">\n<a href="{address}">{claim}</a>\n</html>\n'
        )


def chapter_files(root: Path) -> list[Path]:
    """The chapters' files, in order."""
    return sorted((root / "course").glob("[0-9][0-9]-*.md"))


def read_book(root: Path, *, has_folders: bool = True) -> Book:
    """Read, check and execute all chapters. Raises CourseError at the first thing that is wrong.

    ``has_folders`` says whether a page's address is that of a folder, as with a server, or of a file.
    """
    chapters = tuple(read_chapter(path) for path in chapter_files(root))
    sources = read_sources(root, chapters)
    lint.check(chapters, sources)
    for chapter in chapters:
        for cell in chapter.cells:
            name = cell.options.get("widget")
            if name and not (root / "widgets" / "src" / f"{name}.ts").exists():
                raise chapter.error(cell.line, f"there is no widget {name!r}: it would be widgets/src/{name}.ts")
    outline = read_outline(chapters, root)
    questions = {chapter.slug: read_questions(chapter, root) for chapter in chapters}
    registry = read_registry(chapters, questions, root)
    executed = {item.chapter.slug: item for item in execute_all(chapters, root)}
    symbols = yaml.safe_load((root / "course" / "symbols.yml").read_text())
    return Book(root, executed, sources, symbols, questions, registry, outline, has_folders)
