"""What passes between coordinator and judge: the job one way, capped and checked records the other way."""

from __future__ import annotations

import json
import math
import socket
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import msgpack

from autograder.errors import AutograderError
from autograder.sanitize import plain_text
from autograder.source import Kind, SourceCell, SourceNotebook
from autograder.verdict import CellVerdict, ManualCell, Outcome

MESSAGE_LIMIT = 96 * 2**20
SEED_BYTES = 16
TEXT_LIMIT = 4000
_HEADER = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class CellBaseline:
    """What a test cell gave for the reference solution: only a cell that it passes can be judged."""

    judgeable: bool
    gives_score: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One notebook of one submission, with all that the judge needs to know of its assignment."""

    assignment: str
    source: SourceNotebook
    submitted: bytes
    learner_files: tuple[tuple[str, bytes], ...]
    assignment_files: tuple[tuple[str, bytes], ...]
    limits: Mapping[str, float]
    baseline: Mapping[str, CellBaseline] | None
    judged: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """The job for the judge's process."""
        packed: bytes = msgpack.packb(
            {
                "assignment": self.assignment,
                "source": asdict(self.source),
                "submitted": self.submitted,
                "learner_files": self.learner_files,
                "assignment_files": self.assignment_files,
                "limits": dict(self.limits),
                "baseline": None
                if self.baseline is None
                else {key: asdict(value) for key, value in self.baseline.items()},
                "judged": self.judged,
            }
        )
        return packed


def read_job(data: bytes) -> Job:
    """The job that the coordinator sent: trusted, but still no pickle."""
    record = msgpack.unpackb(data)
    source = record["source"]
    cells = tuple(SourceCell(**{**cell, "kind": Kind(cell["kind"])}) for cell in source["cells"])
    baseline = record["baseline"]
    return Job(
        assignment=record["assignment"],
        source=SourceNotebook(**{**source, "cells": cells}),
        submitted=record["submitted"],
        learner_files=tuple((name, data) for name, data in record["learner_files"]),
        assignment_files=tuple((name, data) for name, data in record["assignment_files"]),
        limits=record["limits"],
        baseline=None if baseline is None else {key: CellBaseline(**value) for key, value in baseline.items()},
        judged=tuple(record["judged"]),
    )


@dataclass(frozen=True, slots=True)
class Read:
    """The judge has read the submission: the notebook as it stands, and what was repaired."""

    notebook: bytes
    repairs: tuple[str, ...]
    digest: str
    manual: tuple[ManualCell, ...]
    untouched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The notebook can't be graded."""

    reason: str


@dataclass(frozen=True, slots=True)
class NeedWorker:
    """The judge asks for a fresh learner process."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One test cell is judged; a second record of the same cell takes the place of the first."""

    cell: CellVerdict
    gives_score: bool


@dataclass(frozen=True, slots=True)
class Done:
    """All cells are judged: the autograded notebook."""

    notebook: bytes


Message = Read | Unreadable | NeedWorker | Judged | Done


class BadMessage(AutograderError):
    """The judge sent something that no judge of ours sends: a hostile answer may have broken it."""


def send_message(sock: socket.socket, message: Message) -> None:
    """One record to the coordinator."""
    body = msgpack.packb({"kind": type(message).__name__, **asdict(message)}, unicode_errors="replace")
    sock.sendall(_HEADER.pack(len(body)) + body)


class MessageReader:
    """Takes capped records off the judge's socket."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> None:
        """Add what the socket gave."""
        self._data += data

    def take(self) -> Message | None:
        """The next record, or None. Raises BadMessage for what has another form than it must."""
        if len(self._data) < _HEADER.size:
            return None
        (length,) = _HEADER.unpack_from(self._data)
        if length > MESSAGE_LIMIT:
            raise BadMessage("a record over the limit")
        if len(self._data) < _HEADER.size + length:
            return None
        body = bytes(self._data[_HEADER.size : _HEADER.size + length])
        del self._data[: _HEADER.size + length]
        try:
            return _parse(msgpack.unpackb(body))
        except BadMessage:
            raise
        except Exception as error:
            raise BadMessage(f"a damaged record ({type(error).__name__})") from None


def _parse(record: Any) -> Message:
    match record:
        case {"kind": "NeedWorker"}:
            return NeedWorker()
        case {"kind": "Unreadable", "reason": str() as reason}:
            return Unreadable(reason[:TEXT_LIMIT])
        case {"kind": "Done", "notebook": bytes() as notebook}:
            json.loads(notebook)
            return Done(notebook)
        case {
            "kind": "Read",
            "notebook": bytes() as notebook,
            "repairs": list() as repairs,
            "digest": str() as digest,
            "manual": list() as manual,
            "untouched": list() as untouched,
        }:
            json.loads(notebook)
            cells = tuple(_manual(item) for item in manual)
            return Read(notebook, _texts(repairs), digest[:128], cells, _texts(untouched))
        case {"kind": "Judged", "cell": dict() as cell, "gives_score": bool() as gives_score}:
            return Judged(_cell(cell), gives_score)
    raise BadMessage("a record of no known kind")


def _texts(items: list[Any]) -> tuple[str, ...]:
    if len(items) > 10_000 or not all(type(item) is str for item in items):
        raise BadMessage("a damaged list of sentences")
    return tuple(plain_text(item, TEXT_LIMIT) for item in items)


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or value < 0:
        raise BadMessage("points that are none")
    return float(value)


def _manual(item: Any) -> ManualCell:
    match item:
        case {
            "grade_id": str() as grade_id,
            "max_points": points,
            "answered": bool() as answered,
            "is_task": bool() as is_task,
        }:
            return ManualCell(grade_id[:200], _number(points), answered, is_task)
    raise BadMessage("a damaged manual cell")


def _cell(cell: dict[str, Any]) -> CellVerdict:
    texts = {key: cell[key] for key in ("title", "message", "cause", "mistake", "diagnosis", "hint", "output")}
    if (
        not all(type(text) is str for text in (cell["grade_id"], *texts.values()))
        or type(cell["protected"]) is not bool
    ):
        raise BadMessage("a damaged verdict of a cell")
    points, max_points = _number(cell["points"]), _number(cell["max_points"])
    if points > max_points:
        raise BadMessage("more points than there are")
    return CellVerdict(
        grade_id=cell["grade_id"][:TEXT_LIMIT],
        **{key: plain_text(text, TEXT_LIMIT) for key, text in texts.items()},
        outcome=Outcome(cell["outcome"]),
        points=points,
        max_points=max_points,
        protected=cell["protected"],
    )
