"""What the coordinator takes from a judge: records of a fixed form within their caps, and nothing else."""

from __future__ import annotations

import socket
import struct
from dataclasses import asdict
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.job import (
    MESSAGE_LIMIT,
    TEXT_LIMIT,
    BadMessage,
    Brief,
    CellBaseline,
    Done,
    Job,
    Judged,
    Message,
    MessageReader,
    NeedWorker,
    Read,
    Unreadable,
    read_brief,
    read_job,
    send_message,
)
from autograder.source import parse_source
from autograder.verdict import CellVerdict, ManualCell, Outcome

CELL = CellVerdict(
    "a", "adds", Outcome.FAILED, 0.5, 1.0, message="no", cause="why", misconception="an-idea", output="printed"
)
MESSAGES: list[Message] = [
    NeedWorker(),
    Unreadable("it is a folder"),
    Read(("one repair",), "ab" * 32, (ManualCell("b", 6.0, True),), ("c",)),
    Judged(CELL, True),
    Done(b'{"cells": []}'),
]


def framed(record: Any) -> bytes:
    body = msgpack.packb(record)
    return struct.pack(">I", len(body)) + body


def taken(data: bytes) -> Message | None:
    reader = MessageReader()
    reader.feed(data)
    return reader.take()


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_arrives_as_it_was_sent_in_whatever_pieces(message: Message) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send_message(theirs, message)
        reader = MessageReader()
        found = None
        while found is None:
            reader.feed(ours.recv(3))
            found = reader.take()
    assert found == message
    assert reader.take() is None


def judged(**changes: Any) -> dict[str, Any]:
    return {"kind": "Judged", "cell": {**asdict(CELL), **changes}, "gives_score": False}


@pytest.mark.parametrize(
    "record",
    [
        {"kind": "Reward", "points": 100},
        {},
        [],
        7,
        judged(points=2.0),
        judged(points=-1.0),
        judged(points=float("nan")),
        judged(points=True),
        judged(points="1"),
        judged(outcome="excellent"),
        judged(message=b"bytes"),
        judged(protected=1),
        judged(misconception=None),
        judged(misconception="../up"),
        {"kind": "Judged", "cell": {"grade_id": "a"}, "gives_score": False},
        {"kind": "Done", "notebook": b"not json"},
        {"kind": "Done", "notebook": "text"},
        {"kind": "Unreadable", "reason": None},
        {**asdict(MESSAGES[2]), "kind": "Read", "repairs": [1]},
        {**asdict(MESSAGES[2]), "kind": "Read", "repairs": ["x"] * 10_001},
        {**asdict(MESSAGES[2]), "kind": "Read", "manual": [{"grade_id": "b"}]},
    ],
    ids=repr,
)
def test_a_record_of_another_form_is_refused(record: Any) -> None:
    with pytest.raises(BadMessage):
        taken(framed(record))


def test_a_length_over_the_limit_is_refused_before_the_bytes_are_there() -> None:
    with pytest.raises(BadMessage, match="over the limit"):
        taken(struct.pack(">I", MESSAGE_LIMIT + 1))


def test_texts_are_cut_to_their_limit() -> None:
    message = taken(framed(judged(message="x" * (TEXT_LIMIT + 1))))
    assert isinstance(message, Judged)
    assert len(message.cell.message) == TEXT_LIMIT


@given(st.binary(max_size=300))
def test_any_bytes_give_a_message_or_a_refusal(data: bytes) -> None:
    try:
        found = taken(struct.pack(">I", len(data)) + data)
    except BadMessage:
        return
    assert found is not None


def test_a_brief_and_a_job_arrive_as_they_were_sent() -> None:
    source = parse_source(
        "n",
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "id": "t", "source": '
        b'"assert f(1) == 2", "outputs": [], "execution_count": null, "metadata": {"nbgrader": {"grade": true, '
        b'"solution": false, "locked": true, "points": 1, "grade_id": "t", "schema_version": 3}}}]}',
    )
    limits, baseline = {"cell_cpu": 1.5}, {"t": CellBaseline(True, True, "")}
    brief = Brief("ps1", source, (("more.csv", b""),), limits, baseline)
    assert read_brief(brief.data) == brief
    assert read_brief(brief.data).key == brief.key
    assert Brief("ps1", source, (("more.csv", b" "),), limits, baseline).key != brief.key
    assert Brief("ps1", source, (("more.csv", b""),), limits, None).key != brief.key
    job = Job(brief.key, b"bytes", (("data.csv", b"1,2"),), (CELL,), 0.5, True)
    assert read_job(job.to_bytes()) == job
