"""The page that a learner reads: every check with its outcome and why, the code, the answers, the marks.

One self-contained HTML file a notebook. Nothing in it runs: no script, all text escaped, pictures verified, and a
content security policy that would stop what should slip through. No hidden test is in it.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.document import CELL_ID
from autograder.judgeable import names_read
from autograder.marks import Mark, Marks
from autograder.names import bound_names
from autograder.sanitize import cell_attachments, code_text, plain_text
from autograder.scores import NO_RESPONSE
from autograder.shown import Output, highlighted, joined, outputs_of, paragraph, rendered_markdown
from autograder.source import Kind, SourceNotebook
from autograder.verdict import CellVerdict, NotebookVerdict, Outcome, Status, is_misconception

_TEMPLATES = Path(__file__).parent / "templates"
_MAX_MESSAGE = 4_000

_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_UNTOUCHED = "You left this as it was handed out."
_STATES = {
    Outcome.PASSED: ("Passed", "good", ""),
    Outcome.FAILED: ("Not right yet", "bad", ""),
    Outcome.RAISED: ("Your code stopped with an error", "bad", ""),
    Outcome.TIMED_OUT: (
        "Took too long",
        "bad",
        "The limit is generous: look for a loop without an end, or for work that grows with the square of the input.",
    ),
    Outcome.OUT_OF_MEMORY: (
        "Needed too much memory",
        "bad",
        "Print the shapes of your intermediate arrays: one of them is larger than it need be.",
    ),
    Outcome.CRASHED: (
        "Your code ended its own process",
        "bad",
        "Remove what leaves Python or kills processes; the other checks were run in a fresh process.",
    ),
    Outcome.NOT_ATTEMPTED: ("Not attempted", "open", ""),
    Outcome.MISSING: ("Missing", "bad", ""),
    Outcome.GRADER_ERROR: ("Our fault: being looked at", "ours", ""),
}


@dataclass(frozen=True, slots=True)
class Outline:
    """What every page of a notebook says of its source: found once, and not for each learner again.

    ``headings`` are the last ones of the instructor's above each cell, by grade_id, or by cell id where it has none.
    ``defining`` are the cells to fill in that define a name, ``looked_at`` those that a test cell looks at.
    """

    source: SourceNotebook
    title: str
    headings: Mapping[str, str]
    defining: Mapping[str, frozenset[str]]
    looked_at: Mapping[str, frozenset[str]]


def outline(source: SourceNotebook) -> Outline:
    """Read a source notebook for its pages."""
    defining: dict[str, frozenset[str]] = {}
    for cell in source.cells:
        if cell.kind is Kind.SOLUTION:
            for name in bound_names(cell.source):
                defining[name] = defining.get(name, frozenset()) | {cell.grade_id or ""}
    looked_at = {
        cell.grade_id or "": frozenset[str]().union(
            *(defining[name] for name in names_read(cell.source) if name in defining)
        )
        for cell in source.cells
        if cell.kind is Kind.TEST
    }
    headings: dict[str, str] = {}
    title = heading = ""
    for cell in source.cells:
        if cell.cell_type == "markdown" and cell.kind not in (Kind.MANUAL, Kind.TASK):
            for level, text in _HEADING.findall(cell.released):
                heading = text
                title = title or (text if level == "#" else "")
        headings[cell.grade_id or cell.cell_id] = heading
    return Outline(source, title or source.name, headings, defining, looked_at)


@dataclass(frozen=True, slots=True)
class Code:
    """A code cell of the learner's."""

    anchor: str
    title: str
    html: Markup
    outputs: tuple[Output, ...]
    untouched: bool
    comment: Markup


@dataclass(frozen=True, slots=True)
class Named:
    """A mistake that was named, with the checks that it made fail, as (anchor, title).

    ``link`` leads to what the course says of the misconception behind it, where it says something.
    """

    anchor: str
    diagnosis: str
    hint: str
    link: str
    checks: tuple[tuple[str, str], ...]
    looks_at: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A test cell as the learner reads about it."""

    anchor: str
    title: str
    state: str
    mood: str
    points: str
    max_points: str
    explanation: str
    message: str
    named: str
    override: str
    comment: Markup
    looks_at: tuple[Code, ...]
    details: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A cell that a human marks."""

    anchor: str
    title: str
    state: str
    mood: str
    points: str
    max_points: str
    html: Markup
    pictures: tuple[str, ...]
    comment: Markup


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the template shows."""

    title: str
    student_id: str
    assignment: str
    submitted: str
    points: str
    max_points: str
    open_points: str
    penalty: str
    advice: str
    problem: str
    checks: tuple[Check, ...] = ()
    answers: tuple[Answer, ...] = ()
    codes: tuple[Code, ...] = ()
    repairs: tuple[str, ...] = ()
    named: tuple[Named, ...] = ()
    result: str = ""

    @property
    def lost(self) -> tuple[Check, ...]:
        """The checks of which there is more to say than that they passed."""
        return tuple(check for check in self.checks if check.details)


def points_of(verdict: NotebookVerdict, marks: Marks) -> float:
    """What a notebook has by now: automatic points, those given by hand, less what was taken off for being late."""
    given = sum(_points(cell.points, marks.get(cell.grade_id)) for cell in verdict.cells)
    given += sum(marks.get(item.grade_id).score for item in verdict.manual)
    return max(0.0, given - marks.penalty)


def feedback_page(
    outline: Outline,
    verdict: NotebookVerdict,
    autograded: Mapping[str, Any] | None,
    *,
    student_id: str,
    assignment: str,
    marks: Marks,
    submitted: str = "",
    notes: Sequence[str] = (),
    site: str = "",
    result: bytes = b"",
) -> str:
    """The HTML of one notebook's page.

    ``autograded`` is the sanitised notebook, which is sanitised once more here: its file may have been changed.
    ``site`` is where the course's pages are, as :class:`autograder.course.Course` has it. ``result`` is the file of
    :mod:`autograder.result`, which is part of the page where there is a site: nbgrader hands out pages only.
    """
    cells = _cells(autograded)
    codes = _codes(outline, verdict, cells, marks)
    checks = tuple(_check(outline, cell, codes, marks) for cell in verdict.cells)
    answers = _answers(outline, verdict, cells, marks)
    waiting = sum(
        item.max_points for item in verdict.manual if _waits(item.answered or item.is_task, marks.get(item.grade_id))
    )
    page = Page(
        title=outline.title,
        student_id=plain_text(student_id, 200),
        assignment=plain_text(assignment, 200),
        submitted=plain_text(submitted, 100) + (f", {_span(marks.late)} late" if marks.late else ""),
        points=_number(points_of(verdict, marks)),
        max_points=_number(outline.source.max_points),
        open_points=_number(waiting) if waiting else "",
        penalty=f"{_number(marks.penalty)} points were taken off, as it was handed in late." if marks.penalty else "",
        advice=_advice(verdict),
        problem=_problem(verdict),
        checks=checks,
        answers=answers,
        codes=codes,
        repairs=tuple(plain_text(line, 500) for line in (*verdict.repairs, *notes)),
        named=_named(outline, verdict, checks, codes, site),
        result=base64.b64encode(result).decode() if site else "",
    )
    template, style, policy = _template()
    return str(template.render(page=page, style=style, policy=policy))


@cache
def _template() -> tuple[Any, Markup, str]:
    """The template, its style sheet, and the policy that allows that style sheet and pictures of the page's own."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (_TEMPLATES / "feedback.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    return environment.get_template("feedback.html.jinja"), Markup(style), policy


def _cells(autograded: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    cells = autograded.get("cells") if autograded is not None else None
    return [cell for cell in cells if isinstance(cell, Mapping)] if isinstance(cells, list) else []


def _grade_id(cell: Mapping[str, Any]) -> str:
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    found = nbgrader.get("grade_id") if isinstance(nbgrader, Mapping) else None
    return found if isinstance(found, str) else ""


def _codes(
    outline: Outline, verdict: NotebookVerdict, cells: Sequence[Mapping[str, Any]], marks: Marks
) -> tuple[Code, ...]:
    """The learner's code cells: those to fill in, and those of his own or that he may change."""
    source = outline.source
    kinds = {cell.grade_id: cell.kind for cell in source.cells if cell.grade_id}
    own = {cell.cell_id: cell for cell in source.cells if cell.kind is Kind.PLAIN and cell.cell_id}
    codes = []
    for number, cell in enumerate(cells, start=1):
        grade_id = _grade_id(cell)
        kind = kinds.get(grade_id, Kind.PLAIN)
        if cell.get("cell_type") != "code" or kind in (Kind.TEST, Kind.LOCKED):
            continue
        text = code_text(joined(cell.get("source")))
        given = own.get(str(cell.get("id"))) if kind is Kind.PLAIN else None
        title = (
            plain_text(grade_id, 200)
            or (outline.headings.get(given.cell_id, "") if given is not None else "")
            or f"Cell {number}"
        )
        outputs = outputs_of(cell, title)
        if not text.strip() and not outputs:
            continue
        codes.append(
            Code(
                anchor=_anchor("code", grade_id or str(number)),
                title=title,
                html=highlighted(text, source.language),
                outputs=outputs,
                untouched=grade_id in verdict.untouched
                or (given is not None and code_text(given.released).strip() == text.strip()),
                comment=_comment(marks.get(grade_id)) if kind is not Kind.MANUAL else Markup(),
            )
        )
    return tuple(codes)


def _check(outline: Outline, cell: CellVerdict, codes: Sequence[Code], marks: Marks) -> Check:
    state, mood, explanation = _STATES[cell.outcome]
    mark = marks.get(cell.grade_id)
    points = _points(cell.points, mark)
    partly = cell.outcome is Outcome.FAILED and cell.points > 0
    override = ""
    if mark.manual is not None and mark.manual != cell.points:
        override = f"Your instructor has set this to {_number(mark.manual)} of {_number(cell.max_points)} points."
    if not cell.protected:
        explanation = f"{explanation} This check ran in your own process.".strip()
    return Check(
        anchor=_anchor("check", cell.grade_id),
        title=plain_text(cell.title, 300),
        state="Partly right" if partly else state,
        mood="open" if partly else mood,
        points=_number(points),
        max_points=_number(cell.max_points),
        explanation=explanation,
        message=plain_text(cell.message, _MAX_MESSAGE),
        named=_anchor("mistake", cell.mistake) if cell.mistake else "",
        override=override,
        comment=_comment(mark),
        looks_at=_titled(outline.looked_at.get(cell.grade_id), codes),
        details=cell.outcome is not Outcome.PASSED or bool(override or mark.comment or not cell.protected),
    )


def _named(
    outline: Outline, verdict: NotebookVerdict, checks: Sequence[Check], codes: Sequence[Code], site: str
) -> tuple[Named, ...]:
    """One mistake mostly fails several checks: it is explained once."""
    first = {cell.mistake: cell for cell in reversed(verdict.cells) if cell.mistake}
    found = []
    for cell in verdict.cells:
        if first.get(cell.mistake) is not cell:
            continue
        anchor = _anchor("mistake", cell.mistake)
        of_it = [check for check in checks if check.named == anchor]
        function = cell.mistake.partition("__")[0]
        found.append(
            Named(
                anchor=anchor,
                diagnosis=plain_text(cell.diagnosis, 1000),
                hint=plain_text(cell.hint, 1000),
                link=_link(site, cell.misconception),
                checks=tuple((check.anchor, check.title) for check in of_it),
                looks_at=_titled(outline.defining.get(function), codes),
            )
        )
    return tuple(found)


def _link(site: str, misconception: str) -> str:
    """The address that a misconception has on the course's pages."""
    return f"{site.rstrip('/')}/m/{misconception}/index.html" if site and is_misconception(misconception) else ""


def _titled(grade_ids: frozenset[str] | None, codes: Sequence[Code]) -> tuple[Code, ...]:
    return tuple(code for code in codes if code.title in (grade_ids or ()))


def _answers(
    outline: Outline, verdict: NotebookVerdict, cells: Sequence[Mapping[str, Any]], marks: Marks
) -> tuple[Answer, ...]:
    by_id = {_grade_id(cell): cell for cell in cells}
    answers = []
    for item in verdict.manual:
        mark = marks.get(item.grade_id)
        given = item.answered or item.is_task
        waiting = _waits(given, mark)
        if waiting:
            state, mood = "To be marked by hand", "open"
        elif not given and mark.manual is None:
            state, mood = "Not answered", "open"
        else:
            state, mood = "Marked", "good"
        cell = by_id.get(item.grade_id, {})
        is_markdown = cell.get("cell_type") == "markdown"
        text = joined(cell.get("source")) if given else ""
        pictures = [
            f"data:{mime};base64,{base}"
            for bundle in cell_attachments(cell.get("attachments")).values()
            for mime, base in bundle.items()
        ]
        answers.append(
            Answer(
                anchor=_anchor("answer", item.grade_id),
                title=outline.headings.get(item.grade_id) or plain_text(item.grade_id, 200),
                state=state,
                mood=mood,
                points="0" if waiting else _number(mark.score),
                max_points=_number(item.max_points),
                html=rendered_markdown(text) if is_markdown and text else paragraph(code_text(text) or _UNTOUCHED),
                pictures=tuple(pictures),
                comment=_comment(mark),
            )
        )
    return tuple(answers)


def _waits(given: bool, mark: Mark) -> bool:
    # After a regrade nbgrader asks for another look at what was marked: for the learner it stays marked.
    return (mark.needs_human and mark.manual is None) if mark.is_recorded else given


def _points(automatic: float, mark: Mark) -> float:
    return (automatic if mark.manual is None else mark.manual) + mark.extra


def _span(time: timedelta) -> str:
    minutes = math.ceil(time.total_seconds() / 60)
    units = (("day", 1440), ("hour", 60), ("minute", 1))
    unit, length = next((one for one in units if minutes >= one[1]), units[-1])
    number = round(minutes / length)
    return f"{number} {unit}{'s' if number != 1 else ''}"


def _advice(verdict: NotebookVerdict) -> str:
    if verdict.status is not Status.GRADED or not verdict.cells:
        return ""
    lost = [cell for cell in verdict.cells if cell.outcome is not Outcome.PASSED]
    if not lost:
        return "Every check passes."
    if all(cell.outcome is Outcome.NOT_ATTEMPTED for cell in verdict.cells):
        return "The cells that the checks look at are as they were handed out."
    explained = [cell.mistake for cell in lost if cell.mistake]
    if explained:
        mistakes = len(set(explained))
        known = "one known mistake explains" if mistakes == 1 else f"{mistakes} known mistakes explain"
        share = (
            "it" if len(lost) == 1 else "all of them" if len(explained) == len(lost) else f"{len(explained)} of them"
        )
        return f"{len(lost)} of {len(verdict.cells)} checks did not pass; {known} {share}."
    return f"{len(lost)} of {len(verdict.cells)} checks did not pass: see below for what was asked and what came."


def _problem(verdict: NotebookVerdict) -> str:
    reason = plain_text(verdict.reason, 1000)
    if verdict.status is Status.MISSING:
        return f"This notebook was not in what you handed in: {reason}. Hand it in under its own name."
    if verdict.status is Status.UNREADABLE:
        return f"Your notebook could not be read: {reason}. Open it in JupyterLab, save it, and hand it in again."
    return ""


def _anchor(kind: str, name: str) -> str:
    return (
        f"{kind}-{name}"
        if CELL_ID.fullmatch(name)
        else f"{kind}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:12]}"
    )


def _number(points: float) -> str:
    return f"{points:g}"


def _comment(mark: Mark) -> Markup:
    """A marker's comment; nbgrader's own remark on an empty cell is said by its state."""
    return Markup() if mark.comment == NO_RESPONSE else rendered_markdown(mark.comment)
