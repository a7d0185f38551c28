"""What grading found out: immutable records, and their one JSON form (``verdict.json``)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

SCHEMA_VERSION = 2
# What a learner reads of a check that failed by our fault.
OUR_FAULT = "this is our fault and costs you nothing; your instructor will look"
VERDICT_FILE = "verdict.json"
_MISCONCEPTION = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_MISCONCEPTION = 100


class Outcome(StrEnum):
    """What became of one test cell."""

    PASSED = "passed"
    FAILED = "failed"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    NOT_ATTEMPTED = "not_attempted"
    MISSING = "missing"
    GRADER_ERROR = "grader_error"


_CUT_SHORT = frozenset({Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.CRASHED, Outcome.GRADER_ERROR})


class Status(StrEnum):
    """What became of one notebook file."""

    GRADED = "graded"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class CellVerdict:
    """One test cell: ``points`` of ``max_points``, a message for the learner, a cause for the instructor.

    Where the fault could be named: ``mistake`` is its id, ``diagnosis`` and ``hint`` are for the learner, and
    ``misconception`` is what the course calls the wrong idea behind it, if it knows one.
    """

    grade_id: str
    title: str
    outcome: Outcome
    points: float
    max_points: float
    message: str = ""
    cause: str = ""
    mistake: str = ""
    diagnosis: str = ""
    hint: str = ""
    misconception: str = ""
    protected: bool = True
    output: str = ""


@dataclass(frozen=True, slots=True)
class ManualCell:
    """One cell that a human marks; ``answered`` is false where the stub is untouched."""

    grade_id: str
    max_points: float
    answered: bool
    is_task: bool = False


@dataclass(frozen=True, slots=True)
class NotebookVerdict:
    """One notebook of a submission; ``untouched`` names the solution cells that are as they were released.

    ``worth`` is what the test cells of a notebook are worth that could not be judged, and so has no cells here.
    """

    notebook: str
    status: Status
    cells: tuple[CellVerdict, ...] = ()
    manual: tuple[ManualCell, ...] = ()
    untouched: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    reason: str = ""
    seed: str = ""
    worth: float = 0.0

    @property
    def points(self) -> float:
        """Sum of the automatic points."""
        return sum(cell.points for cell in self.cells)

    @property
    def max_points(self) -> float:
        """Sum of the points that can be had automatically."""
        return sum(cell.max_points for cell in self.cells) + self.worth


@dataclass(frozen=True, slots=True)
class Verdict:
    """One submission: every notebook of one assignment of one student.

    ``digest`` stands for all that the verdict depends on, ``files`` are those written beside it with their SHA-256.
    """

    student_id: str
    assignment: str
    level: str
    notebooks: tuple[NotebookVerdict, ...]
    notes: tuple[str, ...] = ()
    digest: str = ""
    files: tuple[tuple[str, str], ...] = ()
    schema_version: int = field(default=SCHEMA_VERSION)

    @property
    def points(self) -> float:
        """Sum of the automatic points."""
        return sum(notebook.points for notebook in self.notebooks)

    @property
    def max_points(self) -> float:
        """Sum of the points that can be had automatically."""
        return sum(notebook.max_points for notebook in self.notebooks)

    @property
    def needs_human(self) -> bool:
        """Whether something went wrong that an instructor must look at (written answers aside)."""
        return any(
            notebook.status is not Status.GRADED or any(cell.outcome is Outcome.GRADER_ERROR for cell in notebook.cells)
            for notebook in self.notebooks
        )

    @property
    def is_final(self) -> bool:
        """Whether another run would say the same: nothing was cut short, and nothing went wrong on our side."""
        return all(
            notebook.status is not Status.UNREADABLE and not any(cell.outcome in _CUT_SHORT for cell in notebook.cells)
            for notebook in self.notebooks
        )


def is_misconception(name: str) -> bool:
    """Whether a course may call a misconception so: words of a to z and 0 to 9 with hyphens between them."""
    return len(name) <= _LONGEST_MISCONCEPTION and _MISCONCEPTION.fullmatch(name) is not None


def verdict_as_dict(verdict: Verdict) -> dict[str, Any]:
    """The JSON form, with the derived sums that a reader of the file wants beside the parts."""
    record = asdict(verdict)
    record["points"] = verdict.points
    record["max_points"] = verdict.max_points
    return record


def verdict_as_json(verdict: Verdict) -> str:
    """The text of ``verdict.json``: the same bytes for the same verdict."""
    return json.dumps(verdict_as_dict(verdict), sort_keys=True, ensure_ascii=True) + "\n"


def read_verdict(data: bytes) -> Verdict:
    """The verdict in the bytes of a ``verdict.json``.

    Raises ValueError for what is none, or of another version of this schema.
    """
    # First, as one of another version may have other parts.
    if _read(data, _versioned()).schema_version != SCHEMA_VERSION:
        raise ValueError(f"it is no verdict of schema version {SCHEMA_VERSION}")
    verdict: Verdict = _read(data, Verdict)
    return verdict


def read_notebook_verdict(data: bytes) -> NotebookVerdict:
    """One notebook's part of a verdict, from its JSON form; raises ValueError."""
    verdict: NotebookVerdict = _read(data, NotebookVerdict)
    return verdict


@cache
def _versioned() -> type[Any]:
    from msgspec import defstruct

    return defstruct("Versioned", [("schema_version", int)])


@cache
def _reader(kind: Any) -> Callable[[bytes], Any]:
    from msgspec.json import Decoder

    return Decoder(kind).decode


def _read(data: bytes, kind: Any) -> Any:
    """A record of this very type, its parts checked. A class's are read in each run, and json.loads takes longer."""
    from msgspec import MsgspecError, ValidationError, convert

    try:
        return _reader(kind)(data)
    except ValidationError as problem:
        raise ValueError(str(problem)) from None
    except (MsgspecError, RecursionError):
        # What is JSON to Python only, such as half a surrogate pair, in the name of a strange file.
        try:
            return convert(json.loads(data), kind)
        except RecursionError:
            raise ValueError("it is nested too deep") from None
        except ValidationError as problem:
            raise ValueError(str(problem)) from None
