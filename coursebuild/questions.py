"""What is asked beside a chapter: its skill check, practice for each section, and misconceptions beyond its boxes.

``course/NN-name.yml`` is read here, held against ``questions.schema.yml``, and its codes are run: a key that disagrees
with what its code computes stops the build.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from coursebuild import computing
from coursebuild.chapter import Chapter
from coursebuild.computing import Computed, Task
from coursebuild.errors import CourseError
from coursebuild.values import expressions, with_values

_SCHEMA = Path(__file__).with_name("questions.schema.yml")
LEVELS = ("easy", "medium", "hard")
KINDS = ("choice", "choices", "number", "order")
_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class Option:
    """One answer and what there is to say to it; ``misconception`` is what leads to it where it is wrong."""

    says: str
    value: float | None
    is_right: bool
    misconception: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with all its answers; the options of an ``order`` stand in the right one."""

    id: str
    section: str | None
    kind: str
    asks: str
    options: tuple[Option, ...]
    code: str | None
    tolerance: float
    unit: str
    otherwise: str
    misconception: str | None
    is_for_review: bool

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """The ids that it names, each once."""
        named = [option.misconception for option in self.options] + [self.misconception]
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem to practise on; ``printed`` is what the code of its solution prints."""

    section: str
    level: str
    asks: str
    hint: str
    code: str
    solution: str
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A misconception that has no box in its chapter: the wrong sentence, and what is true instead."""

    id: str
    section: str | None
    claim: str
    truth: str


@dataclass(frozen=True, slots=True)
class Questions:
    """A chapter's file, read and computed; empty where there is none."""

    path: Path
    claims: tuple[Claim, ...] = ()
    questions: tuple[Question, ...] = ()
    problems: tuple[Problem, ...] = ()

    def error(self, what: str, message: str) -> CourseError:
        """An error that names the file, and the line on which ``what`` is defined."""
        lines = self.path.read_text().splitlines()
        found = [number for number, line in enumerate(lines, 1) if what in line]
        return CourseError(self.path, found[0] if found else None, message)


def path_of(chapter: Chapter) -> Path:
    """The file of a chapter's questions."""
    return chapter.path.with_suffix(".yml")


def read_questions(chapter: Chapter, root: Path) -> Questions:
    """Read, run and check them. Raises CourseError at the first thing that is wrong."""
    path = path_of(chapter)
    if not path.exists():
        return Questions(path)
    read = _read(path)
    _check(read, chapter)
    tasks = [*map(_question_task, read.questions), *map(_problem_task, read.problems)]
    done = computing.compute(path, tasks, root)
    asked, solved = done[: len(read.questions)], done[len(read.questions) :]
    for question, found in zip(read.questions, asked, strict=True):
        _check_key(read, question, found)
    return replace(
        read,
        questions=tuple(map(_question_with, read.questions, asked)),
        problems=tuple(map(_problem_with, read.problems, solved)),
    )


def _read(path: Path) -> Questions:
    # Imported here, as a chapter without questions needs none of it.
    from jsonschema import Draft202012Validator

    try:
        raw = yaml.safe_load(path.read_text()) or {}
    except yaml.YAMLError as error:
        raise CourseError(path, None, f"is not valid YAML: {error}") from None
    schema = yaml.safe_load(_SCHEMA.read_text())
    for problem in Draft202012Validator(schema).iter_errors(raw):
        place = " > ".join(str(step) for step in _named(raw, problem.absolute_path))
        raise CourseError(path, None, f"{place or 'the file'}: {problem.message}; docs/chapters.md says what it takes")
    claims = tuple(
        Claim(name, entry.get("section"), entry["claim"], entry["truth"].strip())
        for name, entry in (raw.get("misconceptions") or {}).items()
    )
    problems = tuple(
        Problem(section, level, **{name: text.strip() for name, text in by_level[level].items()})
        for section, by_level in (raw.get("practice") or {}).items()
        for level in LEVELS
    )
    return Questions(path, claims, tuple(map(_question, raw.get("questions") or ())), problems)


def _named(raw: Any, steps: Sequence[str | int]) -> Iterator[str | int]:
    """The way to a place, with a question's id instead of its number."""
    at = raw
    for step in steps:
        at = at[step]
        yield at.get("id", step) if isinstance(at, dict) else step


def _question(raw: Mapping[str, Any]) -> Question:
    options = tuple(
        Option(
            str(option.get("says", "")).strip(),
            option.get("value"),
            bool(option.get("right")) or raw["kind"] == "order",
            option.get("misconception"),
            option["why"].strip(),
        )
        for option in raw["options"]
    )
    return Question(
        raw["id"],
        raw.get("section"),
        raw["kind"],
        raw["asks"].strip(),
        options,
        raw.get("code"),
        raw.get("tolerance", _TOLERANCE),
        raw.get("unit", ""),
        str(raw.get("otherwise", "")).strip(),
        raw.get("misconception"),
        bool(raw.get("review")),
    )


def _check(read: Questions, chapter: Chapter) -> None:
    """What a schema can't say."""
    known = {section.number for section in chapter.sections}
    seen: set[str] = set()
    for claim in read.claims:
        if claim.section not in known and (known or claim.section):
            raise read.error(f"{claim.id}:", f"{claim.id!r} needs a section of this chapter, got {claim.section!r}")
    for question in read.questions:
        if question.id in seen:
            raise read.error(question.id, f"the question {question.id!r} is there twice")
        seen.add(question.id)
        if question.section not in known and (known or question.section):
            message = f"the question {question.id!r} needs a section of this chapter, got {question.section!r}"
            raise read.error(question.id, message)
        if wrong := _wrong_form(question):
            raise read.error(question.id, f"the question {question.id!r} {wrong}")
    practised = {problem.section for problem in read.problems}
    if strange := practised - known:
        raise CourseError(read.path, None, f"practice for {sorted(strange)}, which this chapter does not have")
    if missing := known - practised:
        raise CourseError(read.path, None, f"no practice for {', '.join(sorted(missing))}")


def _wrong_form(question: Question) -> str | None:
    """What is wrong with the form of a question, if anything."""
    right = sum(option.is_right for option in question.options)
    if question.kind == "number":
        if any(option.value is None or option.says for option in question.options):
            return "asks for a number, so its options have a 'value' and nothing that they say"
        if not question.otherwise:
            return "asks for a number, so it says under 'otherwise' what to do about any other"
    elif any(option.value is not None or not option.says for option in question.options):
        return "has options to choose from, so each 'says' something and has no 'value'"
    if question.kind in ("choice", "number") and right != 1:
        return f"has {right} right options, and needs one"
    if question.kind != "number" and len(question.options) < 3:
        return "has fewer than three options"
    if question.kind in ("number", "order") and question.code is None:
        return "has a key that code can compute, so it needs 'code' that sets 'answer'"
    if question.kind == "order":
        if question.misconception is None:
            return "needs a 'misconception' that a wrong order shows"
    elif missing := [option for option in question.options if not option.is_right and not option.misconception]:
        return f"has a wrong option without its misconception: {missing[0].says or missing[0].value!r}"
    return None


def _texts(question: Question) -> tuple[str, ...]:
    options = [text for option in question.options for text in (option.says, option.why)]
    return (question.asks, *options, question.otherwise)


def _question_task(question: Question) -> Task:
    wanted = tuple(expression for text in _texts(question) for expression in expressions(text))
    return Task(question.id, question.code or "", wanted)


def _problem_task(problem: Problem) -> Task:
    wanted = tuple(
        expression for text in (problem.asks, problem.hint, problem.solution) for expression in expressions(text)
    )
    return Task(f"{problem.section} {problem.level}", problem.code, wanted)


class _Values:
    """The computed values of an item, handed out text by text."""

    def __init__(self, values: Sequence[str]) -> None:
        self._left = list(values)

    def __call__(self, text: str) -> str:
        count = len(expressions(text))
        mine, self._left = self._left[:count], self._left[count:]
        return with_values(text, mine)


def _question_with(question: Question, found: Computed) -> Question:
    fill = _Values(found.values)
    asks = fill(question.asks)
    options = tuple(replace(option, says=fill(option.says), why=fill(option.why)) for option in question.options)
    return replace(question, asks=asks, options=options, otherwise=fill(question.otherwise))


def _problem_with(problem: Problem, found: Computed) -> Problem:
    fill = _Values(found.values)
    asks, hint, solution = fill(problem.asks), fill(problem.hint), fill(problem.solution)
    return replace(problem, asks=asks, hint=hint, solution=solution, printed=found.printed)


def _check_key(read: Questions, question: Question, found: Computed) -> None:
    """Raises CourseError where the written key is not the one that the code computes."""
    if question.code is None:
        return
    answer = found.answer
    if answer is None:
        raise read.error(question.id, f"the code of {question.id!r} sets no 'answer'")
    if question.kind == "number":
        key = next(option.value for option in question.options if option.is_right)
        if not isinstance(answer, int | float) or key is None or not is_near(answer, key, question.tolerance):
            raise read.error(question.id, f"the key of {question.id!r} is {key}, and its code computes {answer}")
        wrong = [option.value for option in question.options if not option.is_right]
        if clash := [value for value in wrong if value is not None and is_near(value, key, question.tolerance)]:
            raise read.error(question.id, f"the wrong answer {clash[0]} of {question.id!r} would count as right")
    elif question.kind == "order":
        values = answer if isinstance(answer, list) else []
        if len(values) != len(question.options) or any(a >= b for a, b in itertools.pairwise(values)):
            raise read.error(question.id, f"the order of {question.id!r} does not rise by its code: {answer}")
    else:
        key_numbers = [number for number, option in enumerate(question.options, 1) if option.is_right]
        if answer != key_numbers:
            message = f"the right options of {question.id!r} are {key_numbers}, and its code computes {answer}"
            raise read.error(question.id, message)


def is_near(value: float, key: float, tolerance: float) -> bool:
    """Whether an answer counts as the key: within a share of it, or exactly where the key is zero."""
    return math.isclose(value, key, rel_tol=tolerance, abs_tol=1e-12)
