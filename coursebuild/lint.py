"""What every chapter has, and what none has; checked before anything is executed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from coursebuild import glossary, prerequisites
from coursebuild.chapter import Cell, Chapter, Section, Text
from coursebuild.markup import CODE, FENCE, INLINE, LINK, MATH, blanked
from coursebuild.misconceptions import BOX
from coursebuild.sources import CITATION, Source, cited

# What a section has, and how it is written.
_PARTS = (
    ("the idea in a sentence", re.compile(r"^\{: \.idea \}$", re.MULTILINE), "a paragraph with {: .idea } below it"),
    ("a definition", re.compile(r'^!!! definition ".+"$', re.MULTILINE), '!!! definition "..."'),
    ("an example for paper", re.compile(r'^!!! paper ".+"$', re.MULTILINE), '!!! paper "..."'),
    (
        "a solution folded in its example",
        re.compile(r'^ {4}\?\?\? solution ".+"$', re.MULTILINE),
        '??? solution "Show the solution", indented',
    ),
    ("a misconception with its id", BOX, '!!! misconception its-id "..."'),
    ("a consequence in production", re.compile(r'^!!! production ".+"$', re.MULTILINE), '!!! production "..."'),
    ("a source", CITATION, "[@key]"),
)
# Colours that stay as they are when the page turns dark.
_OWN_COLOUR = re.compile(r"""\b(?:color|c|facecolor|edgecolor|cmap)=(?!["']C\d|["']none)["'][^"']*["']""")
_LONGEST_CELL, _LONGEST_DRAWING = 20, 30
_MEASURE = re.compile(
    r"(?<![\w.{-])\d[\d,.]*(?: |&nbsp;|\u202f|\u00a0)?"
    r"(?:%|per cent|percent|[KMGT]i?B\b|bytes\b|parameters\b|million\b|billion\b|FLOPs?\b|MACs?\b)"
)


def check(chapters: Sequence[Chapter], sources: Mapping[str, Source]) -> None:
    """Raises CourseError at the first thing that is not as it must be."""
    for chapter in chapters:
        check_chapter(chapter, sources)
    prerequisites.levels(chapters)
    _check_terms(chapters)


def check_chapter(chapter: Chapter, sources: Mapping[str, Source]) -> None:
    """What can be said of a chapter alone."""
    number = chapter.number
    if not chapter.title.startswith(f"{number} "):
        raise chapter.error(
            None, f"its title must begin with its number, as in '# {number} Title', got {chapter.title!r}"
        )
    for index, section in enumerate(chapter.sections, 1):
        if section.number != f"{number}.{index}":
            raise chapter.error(section.line, f"section {number}.{index} is missing before {section.number}")
        _check_section(chapter, section)
    for cell in chapter.cells:
        longest = _LONGEST_DRAWING if cell.hides_code or cell.is_hidden else _LONGEST_CELL
        if len(cell.source.splitlines()) > longest:
            raise chapter.error(
                cell.line, f"the cell has more than {longest} lines; make two, or a function of its own"
            )
        if own := _OWN_COLOUR.search(cell.source):
            raise chapter.error(cell.line, f"{own[0]} would not follow the page into the dark; take C0 to C5")
    for line, text in _paragraphs(chapter):
        for key in cited(text):
            if key not in sources:
                raise chapter.error(line, f"cites {key!r}, which is in no list of sources")
        bare = blanked(text, CODE, INLINE, MATH)
        if tag := re.search(r"<[a-z/]+", bare):
            raise chapter.error(
                line, f"{tag[0]!r} would be taken for HTML and not be seen; write it as code, in backticks"
            )
        typed = _MEASURE.search(bare)
        if typed and not cited(text):
            raise chapter.error(
                line,
                f"{typed[0]!r} is typed; compute it ({{{{ name:.1f }}}}), or cite in the same paragraph who says so",
            )


def section_source(chapter: Chapter, section: Section) -> str:
    """The lines of a section as written."""
    return "\n".join(chapter.lines[section.line - 1 : section.end - 1])


def _check_section(chapter: Chapter, section: Section) -> None:
    source = section_source(chapter, section)
    for what, pattern, how in _PARTS:
        if not pattern.search(source):
            raise chapter.error(section.line, f"section {section.number} lacks {what}: {how}")
    inside = [cell for cell in chapter.cells if section.line <= cell.line < section.end]
    if not any("alt" in cell.options for cell in inside):
        raise chapter.error(section.line, f'section {section.number} has no figure: ```python alt="what it shows"')


def _paragraphs(chapter: Chapter) -> Iterator[tuple[int, str]]:
    """The paragraphs of the text with their lines, without what stands in fences."""
    for part in chapter.parts:
        if isinstance(part, Cell):
            continue
        source = blanked(part.source, FENCE)
        line = part.line
        for paragraph in re.split(r"\n[ \t]*\n", source):
            yield line + (len(paragraph) - len(paragraph.lstrip("\n"))), paragraph
            line += paragraph.count("\n") + 2


def _check_terms(chapters: Sequence[Chapter]) -> None:
    """Every term is defined before it is used, or in the same section, whose first sentence may name what it is about.

    A link to where it will be defined may come earlier.
    """
    order = {chapter.slug: number for number, chapter in enumerate(chapters)}
    for term in glossary.terms(chapters):
        # Letter by letter where it is an abbreviation; a name such as "probe" at the beginning of a sentence too.
        used = re.compile(rf"(?<![\w-]){re.escape(term.name)}s?(?![\w-])", 0 if term.name.isupper() else re.IGNORECASE)
        for chapter in chapters[: order[term.chapter.slug] + 1]:
            for part in chapter.parts:
                if not isinstance(part, Text):
                    continue
                bare = blanked(part.source, FENCE, MATH, CODE, LINK)
                for found in used.finditer(bare):
                    line = part.line + bare.count("\n", 0, found.start())
                    if chapter is term.chapter and line >= term.first_line:
                        break
                    if chapter.lines[line - 1].startswith("#"):
                        continue
                    raise chapter.error(
                        line,
                        f"uses {found[0]!r} before {term.chapter.path.name}:{term.line} defines it; "
                        f"define it here, use another word, or link to {term.link}",
                    )
