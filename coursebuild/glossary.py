"""The terms that chapters define: a page of their own, and what a reader sees who rests on one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coursebuild.chapter import Chapter, Section

MARKED = re.compile(r"\*\*([^*\n]+)\*\*\{ \.term \}")


@dataclass(frozen=True, slots=True)
class Term:
    """A term, what it means in one sentence, and where it is defined (chapter, line)."""

    name: str
    meaning: str
    chapter: Chapter
    line: int

    @property
    def section(self) -> Section | None:
        """The section that defines it."""
        return next((section for section in self.chapter.sections if section.line <= self.line < section.end), None)

    @property
    def first_line(self) -> int:
        """Where the section begins that defines it, or its own line outside of sections."""
        return self.section.line if self.section else self.line

    @property
    def link(self) -> str:
        """The section that defines it, from a page beside the chapters."""
        return f"{self.chapter.path.name}#{self.section.anchor}" if self.section else self.chapter.path.name


def terms(chapters: Sequence[Chapter]) -> Iterator[Term]:
    """The terms in the order in which the book defines them.

    Raises CourseError where the front matter and the text disagree on what is defined.
    """
    for chapter in chapters:
        meanings = {str(name): str(meaning) for name, meaning in (chapter.meta.get("terms") or {}).items()}
        places = {}
        for number, text in enumerate(chapter.lines, 1):
            for name in MARKED.findall(text):
                if name.lower() in places:
                    raise chapter.error(number, f"the term {name!r} is marked as defined twice")
                places[name.lower()] = number
        by_name = {name.lower(): name for name in meanings}
        for name, number in places.items():
            if name not in by_name:
                raise chapter.error(number, f"the term {name!r} is not under 'terms' in the front matter")
            yield Term(by_name[name], meanings[by_name[name]], chapter, number)
        for name in by_name:
            if name not in places:
                raise chapter.error(1, f"the term {name!r} is nowhere in the text as **{name}**{{ .term }}")


def as_markdown(chapters: Sequence[Chapter]) -> str:
    """The page of all terms."""
    found = sorted(terms(chapters), key=lambda term: term.name.lower())
    lines = [
        f'**{term.name}**\n:   {term.meaning} [Where it is defined]({term.link} "{term.name}")\n' for term in found
    ]
    return "---\nsearch:\n  boost: 0.5\n---\n\n# Glossary\n\n" + "\n".join(lines)


def as_abbreviations(chapters: Sequence[Chapter]) -> str:
    """The same for the end of a page: hovering over a term shows what it means."""
    return "\n".join(f"*[{term.name}]: {term.meaning}" for term in terms(chapters))
