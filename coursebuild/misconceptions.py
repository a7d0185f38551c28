"""The registry of misconceptions: each has an id, its wrong sentence, and the place that kills it.

Most stand in a box of their own, ``!!! misconception its-id "The wrong sentence."``; a chapter's questions may add
others. Questions name the ids, and so do the mistakes that the grader knows (``reference/*/mistakes.py``).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coursebuild.chapter import Chapter, Section
from coursebuild.errors import CourseError
from coursebuild.questions import Questions

BOX = re.compile(r'^(!!!|\?\?\?\+?) misconception ([a-z0-9]+(?:-[a-z0-9]+)*) "(.+)"$', re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
# What each exercise's mistakes.py may say: which misconception its mistakes come from.
NAMED_IN_MISTAKES = "MISCONCEPTIONS"


@dataclass(frozen=True, slots=True)
class Misconception:
    """One of them; ``truth`` is empty where the chapter's own box says what is true."""

    id: str
    claim: str
    truth: str
    chapter: Chapter
    section: Section | None

    @property
    def is_boxed(self) -> bool:
        """Whether it has a box of its own on its page."""
        return not self.truth

    @property
    def link(self) -> str:
        """The paragraph that kills it, from a page beside the chapters."""
        if self.is_boxed:
            return f"{self.chapter.path.name}#m-{self.id}"
        return f"{self.chapter.path.name}#{self.section.anchor}" if self.section else self.chapter.path.name


@dataclass(frozen=True, slots=True)
class Registry:
    """All of them by id, and for each the exercises whose mistakes name it, with those mistakes."""

    by_id: Mapping[str, Misconception]
    mistakes: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def told(self, name: str) -> tuple[str, str]:
        """Where it is told and its wrong sentence."""
        found = self.by_id[name]
        return found.link, found.claim


def read_registry(chapters: Sequence[Chapter], questions: Mapping[str, Questions], root: Path) -> Registry:
    """Gather them all. Raises CourseError for an id that is there twice, or that is named and does not exist."""
    found: dict[str, Misconception] = {}
    for chapter in chapters:
        for item in _of(chapter, questions[chapter.slug]):
            if item.id in found:
                where = found[item.id].chapter.path.name
                raise chapter.error(None, f"the misconception {item.id!r} is in {where} already")
            found[item.id] = item
    for beside in questions.values():
        for question in beside.questions:
            for name in question.misconceptions:
                if name not in found:
                    raise beside.error(question.id, f"the question {question.id!r} names {name!r}, which is nowhere")
    mistakes: dict[str, dict[str, tuple[str, ...]]] = {}
    for path in sorted((root / "reference").glob("*/mistakes.py")):
        for name, functions in in_mistakes(path).items():
            if name not in found:
                raise CourseError(path, None, f"{NAMED_IN_MISTAKES} names {name!r}, which is no misconception")
            mistakes.setdefault(name, {})[path.parent.name] = functions
    return Registry(found, mistakes)


def as_markdown(registry: Registry) -> str:
    """All of them as a list of links."""
    lines = [
        f'<li markdown="span" data-misconception="{found.id}">[{found.claim}]({found.link})</li>'
        for found in registry.by_id.values()
    ]
    return '<ul class="misconceptions" markdown="1">\n' + "\n".join(lines) + "\n</ul>"


def in_mistakes(path: Path) -> dict[str, tuple[str, ...]]:
    """What a ``mistakes.py`` says in ``MISCONCEPTIONS``: read, not run, so that the pages need no exercise's code."""
    for node in ast.parse(path.read_text()).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == NAMED_IN_MISTAKES for target in targets):
            assert isinstance(node, ast.Assign | ast.AnnAssign)
            assert node.value is not None
            return {name: tuple(functions) for name, functions in ast.literal_eval(node.value).items()}
    return {}


def _of(chapter: Chapter, questions: Questions) -> list[Misconception]:
    by_number = {section.number: section for section in chapter.sections}
    made = []
    for number, line in enumerate(chapter.lines, 1):
        if box := BOX.match(line):
            inside = [section for section in chapter.sections if section.line <= number < section.end]
            made.append(Misconception(box[2], _LINK.sub(r"\1", box[3]), "", chapter, inside[0] if inside else None))
    made += [
        Misconception(claim.id, claim.claim, claim.truth, chapter, by_number.get(claim.section or ""))
        for claim in questions.claims
    ]
    return made
