"""The pages that are made of what the chapters define: the cards to practise, and the registry of misconceptions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from coursebuild import asked, glossary
from coursebuild.chapter import Chapter, Text
from coursebuild.execution import Executed
from coursebuild.misconceptions import BOX, Misconception, Registry
from coursebuild.questions import Question, Questions
from coursebuild.sources import CITATION, Source
from coursebuild.values import with_values

_SLUG = re.compile(r"[^a-z0-9]+")
_TO_SECTION = re.compile(r"\]\(#([\w-]+)\)")


def as_markdown(
    executed: Mapping[str, Executed],
    questions: Mapping[str, Questions],
    registry: Registry,
    sources: Mapping[str, Source],
) -> str:
    """All cards: terms, questions and misconceptions, in the order of the book."""
    cards = []
    terms = list(glossary.terms([item.chapter for item in executed.values()]))
    truths = box_texts(executed, sources)
    for slug, item in executed.items():
        cards += [_term(term) for term in terms if term.chapter is item.chapter]
        cards += [
            _misconception(found, truths.get(found.id, found.truth))
            for found in registry.by_id.values()
            if found.chapter is item.chapter
        ]
        cards += [_question(question, item.chapter, registry) for question in questions[slug].questions]
    return '<review-queue markdown="1">\n\n' + "\n\n".join(cards) + "\n\n</review-queue>"


def _card(name: str, section: str, kind: str, link: str, inside: str) -> str:
    return (
        f'<div class="card" data-card="{name}" data-section="{section}" markdown="1">\n\n'
        f"{inside}\n\n[{kind}]({link}){{ .taught }}\n\n</div>"
    )


def _turned(front: str, back: str) -> str:
    return (
        f'<div class="front" markdown="1">\n\n{front}\n\n</div>\n\n'
        f'<details markdown="1">\n<summary>Answer</summary>\n\n{back}\n\n</details>'
    )


def _term(term: glossary.Term) -> str:
    number = term.section.number if term.section else term.chapter.number
    name = f"t-{_SLUG.sub('-', term.name.lower()).strip('-')}"
    inside = _turned(f"What is meant by **{term.name}**?", term.meaning)
    return _card(name, number, f"Where it is defined: {number}", term.link, inside)


def _misconception(found: Misconception, truth: str) -> str:
    number = found.section.number if found.section else found.chapter.number
    inside = _turned(f"“{found.claim}” What is wrong with it?", truth)
    return _card(f"m-{found.id}", number, f"Where it is taught: {number}", found.link, inside)


def _question(question: Question, chapter: Chapter, registry: Registry) -> str:
    number = question.section or chapter.number
    section = next((section for section in chapter.sections if section.number == question.section), None)
    link = f"{chapter.path.name}#{section.anchor}" if section else chapter.path.name
    inside = asked.as_markdown(question, registry.told)
    return _card(f"q-{question.id}", number, f"Where it is taught: {number}", link, inside)


def box_texts(executed: Mapping[str, Executed], sources: Mapping[str, Source]) -> dict[str, str]:
    """What each box says against its misconception, fit for a page beside the chapters."""
    found = {}
    for item in executed.values():
        name = item.chapter.path.name
        for part, values in zip(item.chapter.parts, item.values, strict=True):
            if not isinstance(part, Text):
                continue
            text = with_values(part.source, values)
            for box in BOX.finditer(text):
                body = re.match(r"(?:\n(?: {4}.*|[ \t]*))+", text[box.end() :])
                inside = re.sub(r"^ {4}", "", body[0] if body else "", flags=re.MULTILINE).strip()
                inside = _TO_SECTION.sub(rf"]({name}#\1)", inside)
                found[box[2]] = CITATION.sub(lambda cited: f"({sources[cited[1]].short})", inside)
    return found


def misconceptions_as_markdown(
    executed: Mapping[str, Executed],
    questions: Mapping[str, Questions],
    registry: Registry,
    sources: Mapping[str, Source],
) -> str:
    """The registry as a page: by chapter, each with what is true, and what asks about it."""
    truths = box_texts(executed, sources)
    lines = []
    for item in executed.values():
        of_chapter = [found for found in registry.by_id.values() if found.chapter is item.chapter]
        if of_chapter:
            lines.append(f"## {item.chapter.title}\n")
        for found in of_chapter:
            where = found.section.number if found.section else "the chapter"
            # No heading: the list of contents would hold a hundred and forty sentences.
            lines.append(f'<span id="m-{found.id}" class="anchor"></span>**{found.claim}**\n')
            lines.append(f"{truths.get(found.id, found.truth)}\n")
            lines.append(f"Taught in [{where}]({found.link}). {_used(found, executed, questions, registry)}\n")
    return (
        "---\nsearch:\n  exclude: true\n---\n\n# Misconceptions\n\n"
        "Each of these sounds right. Questions, diagnoses and review cards name them.\n\n" + "\n".join(lines)
    )


def _used(
    found: Misconception, executed: Mapping[str, Executed], questions: Mapping[str, Questions], registry: Registry
) -> str:
    """What asks about it, and which exercises' mistakes come from it."""
    asking = [
        f"[{question.section or executed[slug].chapter.number}]({slug}.md#q-{question.id})"
        for slug, beside in questions.items()
        for question in beside.questions
        if found.id in question.misconceptions and not question.is_for_review
    ]
    graded = registry.mistakes.get(found.id, {})
    said = []
    if asking:
        said.append(f"Asked about in {', '.join(asking)}.")
    if graded:
        exercises: Sequence[str] = [f"`{slug}`" for slug in graded]
        said.append(f"The grader knows it from {', '.join(exercises)}.")
    return " ".join(said)
