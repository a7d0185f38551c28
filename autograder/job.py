"""What passes between coordinator and judge: the job one way, capped and checked records the other way."""

from __future__ import annotations

import hashlib
import json
import math
import socket
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import msgpack

from autograder.errors import AutograderError
from autograder.sanitize import plain_text
from autograder.source import Kind, SourceCell, SourceNotebook
from autograder.verdict import CellVerdict, ManualCell, Outcome, is_misconception

MESSAGE_LIMIT = 96 * 2**20
SEED_BYTES = 16
TEXT_LIMIT = 4000
# The cause of a verdict that is no fault of anybody's code.
NOT_ISOLATED = "a fork could not be isolated"
_HEADER = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class CellBaseline:
    """What a test cell gave for the reference solution: only a cell that it passes can be judged."""

    judgeable: bool
    gives_score: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Brief:
    """What a judge knows of a notebook before any submission comes: the same for all of them.

    Without a ``baseline`` it is for the reference run itself. Where nobody ``keeps_outputs``, no figure is drawn, and
    what follows the last test cell is not run.
    """

    assignment: str
    source: SourceNotebook
    assignment_files: tuple[tuple[str, bytes], ...]
    limits: Mapping[str, float]
    baseline: Mapping[str, CellBaseline] | None
    keeps_outputs: bool = True

    @cached_property
    def data(self) -> bytes:
        """The brief for the judge's process."""
        packed: bytes = msgpack.packb(
            {
                "assignment": self.assignment,
                "source": asdict(self.source),
                "assignment_files": self.assignment_files,
                "limits": dict(self.limits),
                "baseline": None
                if self.baseline is None
                else {key: asdict(value) for key, value in self.baseline.items()},
                "keeps_outputs": self.keeps_outputs,
            }
        )
        return packed

    @cached_property
    def key(self) -> str:
        """What names this brief, and no other."""
        return hashlib.sha256(self.data).hexdigest()


def read_brief(data: bytes) -> Brief:
    """The brief that the coordinator sent: trusted, but still no pickle."""
    record = msgpack.unpackb(data)
    source = record["source"]
    cells = tuple(SourceCell(**{**cell, "kind": Kind(cell["kind"])}) for cell in source["cells"])
    baseline = record["baseline"]
    return Brief(
        assignment=record["assignment"],
        source=SourceNotebook(**{**source, "cells": cells}),
        assignment_files=tuple((name, data) for name, data in record["assignment_files"]),
        limits=record["limits"],
        baseline=None if baseline is None else {key: CellBaseline(**value) for key, value in baseline.items()},
        keeps_outputs=record["keeps_outputs"],
    )


@dataclass(frozen=True, slots=True)
class Job:
    """One notebook of one submission, for a judge that has the brief called ``key``.

    ``judged`` is what earlier judges found, in ``spent`` seconds. With ``only_read`` nothing is run: the notebook comes
    back with that and no outputs.
    """

    key: str
    submitted: bytes
    learner_files: tuple[tuple[str, bytes], ...]
    judged: tuple[CellVerdict, ...] = ()
    spent: float = 0.0
    only_read: bool = False

    def to_bytes(self) -> bytes:
        """The job for the judge's process."""
        judged = [asdict(cell) for cell in self.judged]
        packed: bytes = msgpack.packb(
            [self.key, self.submitted, self.learner_files, judged, self.spent, self.only_read],
            unicode_errors="replace",
        )
        return packed


def read_job(data: bytes) -> Job:
    """The job that the coordinator sent: trusted, but still no pickle."""
    key, submitted, files, judged, spent, only_read = msgpack.unpackb(data)
    files = tuple((name, content) for name, content in files)
    return Job(key, submitted, files, tuple(map(_cell, judged)), spent, only_read)


@dataclass(frozen=True, slots=True)
class Read:
    """The judge has read the submission, and says what was repaired."""

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
    """All cells are judged: the autograded notebook, and whether a cell of the learner's ended its process for no
    reason that we know."""

    notebook: bytes
    unexplained: bool = False


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
        # Python would make, and give back to the kernel, a new object of the whole size for each record.
        self._scratch = memoryview(bytearray(2**16))

    def feed(self, data: bytes | memoryview) -> None:
        """Add what the socket gave."""
        self._data += data

    def receive(self, sock: socket.socket) -> int:
        """Add what the socket gives next: the number of bytes, 0 where the judge has hung up."""
        size = sock.recv_into(self._scratch)
        self._data += self._scratch[:size]
        return size

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
            return Unreadable(plain_text(reason, TEXT_LIMIT))
        case {"kind": "Done", "notebook": bytes() as notebook, "unexplained": bool() as unexplained}:
            json.loads(notebook)
            return Done(notebook, unexplained)
        case {
            "kind": "Read",
            "repairs": list() as repairs,
            "digest": str() as digest,
            "manual": list() as manual,
            "untouched": list() as untouched,
        }:
            cells = tuple(_manual(item) for item in manual)
            return Read(_texts(repairs), plain_text(digest, 128), cells, _texts(untouched))
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
    misconception = cell["misconception"]
    if type(misconception) is not str or not (misconception == "" or is_misconception(misconception)):
        raise BadMessage("a misconception whose name is none")
    points, max_points = _number(cell["points"]), _number(cell["max_points"])
    if points > max_points:
        raise BadMessage("more points than there are")
    return CellVerdict(
        grade_id=cell["grade_id"][:TEXT_LIMIT],
        **{key: plain_text(text, TEXT_LIMIT) for key, text in texts.items()},
        misconception=misconception,
        outcome=Outcome(cell["outcome"]),
        points=points,
        max_points=max_points,
        protected=cell["protected"],
    )
