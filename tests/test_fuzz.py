"""No mutated notebook, message or text stops a batch, is our own error, or gets more than it should.

The suite takes few examples, the same each time; `make fuzz` takes many, others each time.
"""

from __future__ import annotations

import builtins
import contextlib
import csv
import io
import json
import os
import struct
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import exercises
import msgpack
import nbformat
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mutations import (
    BYTE_CHANGES,
    ENCODINGS,
    JSON,
    MESSAGE_CHANGES,
    NOTEBOOK_CHANGES,
    PICTURE,
    PIECES,
    TEXTS,
    changed_bytes,
    changed_message,
    changed_notebook,
    deep_json,
    notebook_bytes,
    packed,
)
from rich.console import Console
from test_feedback import code_cell, nothing_acts, page_of
from test_hostile import shows_only_text_and_pictures, unseen
from test_job import MESSAGES, framed
from test_remote import Side
from test_wire import refuse, same

from autograder.arrival import is_output
from autograder.autograded import as_bytes, as_notebook
from autograder.comparison import difference, show
from autograder.course import Assignment, Course
from autograder.engine import Engine, baseline_of
from autograder.errors import UnreadableSubmission
from autograder.export import Grade, as_csv
from autograder.grade import notebook_as_submission, notebook_brief
from autograder.job import BadMessage, Brief, Judged, MessageReader, Read
from autograder.line import LearnerFault
from autograder.marks import Mark, Marks
from autograder.notebook import Role, read_submission
from autograder.report import print_verdict, summary_table
from autograder.sandbox import Level, Limits, start_worker
from autograder.sandboxed import wire
from autograder.source import Kind, SourceNotebook, parse_source
from autograder.standing import standing_verdict
from autograder.submission import HandedIn
from autograder.verdict import (
    VERDICT_FILE,
    CellVerdict,
    ManualCell,
    NotebookVerdict,
    Outcome,
    Status,
    Verdict,
    read_verdict,
    verdict_as_json,
)
from autograder.warm import Zygote

# How many times the suite's number of examples; more than once means others each time.
TIMES = int(os.environ.get("AUTOGRADER_FUZZ", "1"))


def examples(number: int) -> settings:
    """So many cases in the suite, and a multiple of it in `make fuzz`."""
    return settings(
        max_examples=number * TIMES,
        derandomize=TIMES == 1,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )


# --- reading notebooks ----------------------------------------------------------------------------------------


class Base(NamedTuple):
    """A source notebook, and what a good submission of it holds."""

    source: SourceNotebook
    submitted: dict[str, Any]

    def __repr__(self) -> str:
        return self.source.name


def base(source: SourceNotebook) -> Base:
    """The solved notebook, with outputs and a picture as learners' notebooks have them."""
    submitted = json.loads(notebook_as_submission(source))
    for cell in submitted["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1\n"}]
        elif cell["cell_type"] == "markdown":
            cell["attachments"] = {"a.png": {"image/png": PICTURE}}
    return Base(source, submitted)


def quickstart(name: str) -> SourceNotebook:
    """A notebook of the course that comes with nbgrader."""
    folder = Path(str(files("nbgrader"))) / "docs" / "source" / "user_guide" / "source" / "ps1"
    return parse_source(name, (folder / f"{name}.ipynb").read_bytes())


PROBLEM = base(quickstart("problem1"))
BASES = (
    PROBLEM,
    base(quickstart("problem2")),
    *(base(exercises.notebook(slug)) for slug in exercises.slugs()[::3]),
)
OUTPUTS = st.lists(
    st.one_of(
        st.fixed_dictionaries({"output_type": st.just("stream"), "name": TEXTS, "text": TEXTS}),
        st.fixed_dictionaries(
            {
                "output_type": st.sampled_from(["display_data", "execute_result"]),
                "data": st.dictionaries(
                    st.sampled_from(["text/plain", "text/html", "image/png", "image/svg+xml"]),
                    TEXTS | st.just(PICTURE),
                ),
            }
        ),
        st.fixed_dictionaries(
            {"output_type": st.just("error"), "ename": TEXTS, "evalue": TEXTS, "traceback": st.lists(TEXTS)}
        ),
        st.dictionaries(st.sampled_from(["output_type", "data", "text", "execution_count"]), JSON),
    ).filter(is_output),
    max_size=3,
)


# Python's own limit is near a thousand, less what stands on the stack already.
DEPTHS = (50, 400, *range(900, 1010, 10), 10_000, 200_000)


def is_read_well(base: Base, data: bytes, outputs: list[dict[str, Any]]) -> bool:
    """Whether it can be read at all; then it holds every test as it was written, and nothing acts in it."""
    try:
        submission = read_submission(base.source.name, data, base.source)
    except UnreadableSubmission:
        return False
    tests = [cell for cell in base.source.cells if cell.kind is Kind.TEST]
    found = [cell for cell in submission.cells if cell.role is Role.TEST]
    assert [(cell.grade_id, cell.source) for cell in found] == [(cell.grade_id, cell.source) for cell in tests]
    assert not any(map(unseen, submission.repairs)), submission.repairs
    every = dict.fromkeys(range(len(submission.cells)), outputs)
    written = as_bytes(as_notebook(submission, base.source, every, {}))
    notebook = json.loads(written)
    nbformat.validate(notebook)
    instructors = {text for cell in base.source.cells for text in (cell.source, cell.released)}
    for cell in notebook["cells"]:
        shows_only_text_and_pictures(cell, instructors)
    ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
    for test in tests:
        (shown,) = [cell for cell, grade_id in zip(notebook["cells"], ids, strict=True) if grade_id == test.grade_id]
        assert shown["source"] == test.source
        assert shown["metadata"]["nbgrader"]["points"] == test.points
    again = read_submission(base.source.name, written, base.source)
    assert [cell.source for cell in again.cells if cell.role is Role.TEST] == [test.source for test in tests]
    return True


@examples(300)
@given(st.sampled_from(BASES), NOTEBOOK_CHANGES, ENCODINGS, OUTPUTS)
def test_a_notebook_of_any_structure_is_read_or_refused(
    base: Base, changes: list[Any], encoding: str, outputs: list[dict[str, Any]]
) -> None:
    is_read_well(base, notebook_bytes(changed_notebook(base.submitted, changes), encoding), outputs)


@examples(300)
@given(st.sampled_from(BASES), st.sampled_from(BASES), BYTE_CHANGES)
def test_a_notebook_of_any_bytes_is_read_or_refused(base: Base, other: Base, changes: list[Any]) -> None:
    data, spliced = (json.dumps(item.submitted, indent=1).encode() for item in (base, other))
    is_read_well(base, changed_bytes(data, changes, spliced), [])


@examples(100)
@given(JSON | st.fixed_dictionaries({"cells": JSON | st.lists(JSON)}))
def test_any_json_is_read_or_refused(notebook: Any) -> None:
    is_read_well(PROBLEM, notebook_bytes(notebook), [])


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"source":['])
@pytest.mark.parametrize("place", ["metadata", "outputs", "attachments", "source", "id"])
def test_a_notebook_of_any_depth_is_read_or_refused(opening: str, place: str) -> None:
    closing = "".join({"[": "]", "{": "}"}.get(mark, "") for mark in reversed(opening))
    marked = {**PROBLEM.submitted, "cells": [{**cell, place: "here"} for cell in PROBLEM.submitted["cells"]]}
    text = json.dumps(marked)
    found = set()
    for depth in DEPTHS:
        deep = deep_json(opening, closing, depth)
        found.add(is_read_well(PROBLEM, text.replace('"here"', deep).encode(), []))
    assert found == {True, False}


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.source.name)
def test_the_notebooks_that_are_changed_can_be_read(base: Base) -> None:
    assert is_read_well(base, json.dumps(base.submitted).encode(), [])


# --- grading notebooks ----------------------------------------------------------------------------------------

LIMITS = Limits(cell_cpu=2, cell_wall=10, total_cpu=10, total_wall=30)


class Grader:
    """Grades notebooks in forks of two warm processes, as `autograder grade` does."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._briefs: dict[str, Brief] = {}
        self.count = 0

    def brief(self, source: SourceNotebook) -> Brief:
        if source.name not in self._briefs:
            assignment = Assignment("assignment", (source,), ())
            first = notebook_brief(self.engine.limits, assignment, source, None)
            baseline = baseline_of(self.engine.grade(first, notebook_as_submission(source), (), lambda _: bytes(64)))
            assert all(cell.judgeable for cell in baseline.values()), baseline
            self._briefs[source.name] = notebook_brief(self.engine.limits, assignment, source, baseline)
        return self._briefs[source.name]

    def verdict(self, source: SourceNotebook, data: bytes) -> NotebookVerdict:
        """The verdict, which is one, none of it our fault; a right notebook has full marks after it."""
        graded = self.engine.grade(self.brief(source), data, (), lambda _: bytes(64))
        verdict = graded.verdict
        assert not graded.was_cut_off, verdict
        if verdict.status is Status.GRADED:
            tests = [cell for cell in source.cells if cell.kind is Kind.TEST]
            assert [cell.grade_id for cell in verdict.cells] == [cell.grade_id for cell in tests]
            assert [cell.max_points for cell in verdict.cells] == [cell.points for cell in tests]
            nbformat.validate(json.loads(graded.notebook))
        else:
            assert verdict.status is Status.UNREADABLE
            assert verdict.reason
            assert verdict.cells == ()
        for cell in verdict.cells:
            assert cell.outcome is not Outcome.GRADER_ERROR, cell
            assert 0 <= cell.points <= cell.max_points
        self.count += 1
        if self.count % 10 == 0:
            self.expect_full_marks()
        return verdict

    def expect_full_marks(self) -> None:
        data = notebook_as_submission(PROBLEM.source)
        verdict = self.engine.grade(self.brief(PROBLEM.source), data, (), lambda _: bytes(64)).verdict
        assert verdict.points == verdict.max_points > 0


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Engine(Level.FORK, LIMITS, (), exercises.SOURCE.parent / "reference") as engine:
        yield Grader(engine)


# An exercise of ours has many more calls, and takes ten times as long.
GRADED = (PROBLEM, base(exercises.notebook("ex01_embedding_lookup"))) if TIMES > 1 else (PROBLEM,)


@examples(100)
@given(base=st.sampled_from(GRADED), changes=NOTEBOOK_CHANGES, encoding=ENCODINGS)
def test_a_notebook_of_any_structure_gets_a_verdict(
    grader: Grader, base: Base, changes: list[Any], encoding: str
) -> None:
    grader.verdict(base.source, notebook_bytes(changed_notebook(base.submitted, changes), encoding))


@examples(50)
@given(base=st.sampled_from(GRADED), changes=BYTE_CHANGES)
def test_a_notebook_of_any_bytes_gets_a_verdict(grader: Grader, base: Base, changes: list[Any]) -> None:
    data = json.dumps(base.submitted, indent=1).encode()
    grader.verdict(base.source, changed_bytes(data, changes, data))


# --- the wire -------------------------------------------------------------------------------------------------

# Chosen from few, as Hypothesis takes long to make arrays; the changes make more of them.
LEAVES: tuple[Any, ...] = (
    *(
        None,
        True,
        0,
        -1,
        2**63,
        -(2**200),
        0.0,
        -0.0,
        float("nan"),
        float("inf"),
        1e-310,
        1j,
        ...,
        range(3),
        slice(1, 2),
    ),
    *(
        "",
        "a",
        "\ud800",
        b"",
        b"\xff",
        (),
        frozenset({1, "a"}),
        np.float64(1.5),
        np.int8(-1),
        np.str_("a"),
        np.bool_(1),
    ),
    *(
        np.zeros(shape, kind)
        for kind in ("<i8", "<f4", "<c16", "|b1", "<U2", "|S3")
        for shape in ((), (0,), (3,), (2, 0))
    ),
    *(np.arange(6).reshape(2, 3), np.array(["ab", "c"]), np.zeros((1, 0), "<U0"), np.ones((2, 2))),
)
VALUES = st.recursive(
    st.sampled_from(LEAVES) | st.sampled_from(LEAVES) | st.integers() | st.floats() | TEXTS | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(TEXTS | st.integers(), inner, max_size=3)
        | st.sets(TEXTS | st.integers() | st.tuples(st.floats()), max_size=3)
    ),
    max_leaves=5,
)
PLAIN = (type(None), bool, int, float, complex, str, bytes, range, slice, type(...))


def is_plain(value: Any) -> bool:
    """Whether all of it is of exactly the types that may come, each array its own and such as code can make."""
    kind = type(value)
    if kind in (list, tuple, set, frozenset):
        return all(map(is_plain, value))
    if kind is dict:
        return all(is_plain(part) for pair in value.items() for part in pair)
    if kind is np.ndarray:
        owned = value.base is None and value.flags.writeable and value.flags.c_contiguous
        return owned and value.dtype.kind in "biufcSU" and value.dtype.hasobject is False
    return kind in PLAIN or (issubclass(kind, np.generic) and value.dtype.kind in "biufcSU")


def no_object(*_: Any) -> Any:
    raise wire.WireError("no object here")


def is_taken_well(data: bytes, pieces: int) -> None:
    """Whatever the bytes are: messages of plain data come out, or a WireError."""
    buffer = wire.FrameBuffer()
    with contextlib.suppress(wire.WireError):
        for start in range(0, len(data), pieces):
            buffer.feed(data[start : start + pieces])
            while (message := buffer.take()) is not None:
                assert type(message) is list
                for part in message:
                    comes_back(part)


def comes_back(part: Any) -> None:
    """A decoded value is plain, and the same after another trip."""
    value = wire.decode(part, no_object)
    assert is_plain(value)
    (again,) = wire.unpack(packed([wire.encode(value, refuse)]))
    assert same(value, wire.decode(again, refuse))


@examples(500)
@given(st.lists(VALUES, min_size=1, max_size=3), BYTE_CHANGES, st.integers(1, 50))
def test_frames_of_any_bytes_are_read_or_refused(values: list[Any], changes: list[Any], pieces: int) -> None:
    data = b"".join(wire.frame([wire.encode(value, refuse)]) for value in values)
    is_taken_well(changed_bytes(data, changes, data), pieces)


@examples(800)
@given(VALUES, MESSAGE_CHANGES)
def test_messages_of_any_form_are_read_or_refused(value: Any, changes: list[Any]) -> None:
    message = changed_message([wire.encode(value, refuse)], changes)
    with contextlib.suppress(wire.WireError):
        for part in wire.unpack(packed(message)):
            comes_back(part)


def is_fit(record: Any) -> bool:
    """Whether a record of the judge's has what the coordinator may rely on."""
    texts = [text for text in asdict(record).values() if isinstance(text, str)]
    if isinstance(record, Judged):
        cell = record.cell
        assert 0 <= cell.points <= cell.max_points < float("inf")
        assert type(cell.outcome) is Outcome
        texts += [cell.title, cell.message, cell.cause, cell.diagnosis, cell.hint, cell.output]
    if isinstance(record, Read):
        assert all(0 <= item.max_points < float("inf") for item in record.manual)
        texts += [*record.repairs, *record.untouched]
    return all(len(text) <= 4000 and not unseen(text) for text in texts)


def records_in(data: bytes) -> None:
    reader = MessageReader()
    reader.feed(data)
    with contextlib.suppress(BadMessage):
        while (record := reader.take()) is not None:
            assert is_fit(record), record


@examples(400)
@given(st.sampled_from(MESSAGES), MESSAGE_CHANGES)
def test_records_of_any_form_are_read_or_refused(message: Any, changes: list[Any]) -> None:
    record = changed_message({"kind": type(message).__name__, **json_like(message)}, changes)
    body = packed(record)
    records_in(struct.pack(">I", len(body)) + body)


def json_like(message: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgpack.unpackb(msgpack.packb(asdict(message)))
    return found


@examples(400)
@given(st.lists(st.sampled_from(MESSAGES), min_size=1), BYTE_CHANGES)
def test_records_of_any_bytes_are_read_or_refused(messages: list[Any], changes: list[Any]) -> None:
    data = b"".join(framed({"kind": type(message).__name__, **asdict(message)}) for message in messages)
    records_in(changed_bytes(data, changes, data))


# --- a learner's process that answers anything ----------------------------------------------------------------

FORGE = """
    import gc
    import os

    session = next(item for item in gc.get_objects() if type(item).__name__ == "Session")
    original = type(session)._send
    waiting = []

    def send(self, *message):
        if not waiting or waiting[0][0]:
            if waiting:
                waiting[0][0] -= 1
            return original(self, *message)
        _, data, ends = waiting.pop(0)
        self._sock.sendall(data)
        if ends:
            os._exit(0)

    type(session)._send = send

    def f(data=None, ends=False, number=0, skipped=0):
        # The answer to this call, or to what is asked after it, are these bytes.
        if data is not None:
            waiting.append([skipped, data, ends])
        return number
"""


def whole(data: bytes) -> int:
    """How many frames are there in full; what follows them would be waited for."""
    buffer = wire.FrameBuffer()
    buffer.feed(data)
    count = 0
    with contextlib.suppress(wire.WireError):
        while buffer.take() is not None:
            count += 1
        return count
    return 10**6


def framed_body(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


class Forger:
    """A side whose process answers with given bytes; a fresh one where the last was ended for it."""

    def __init__(self, zygote: Zygote) -> None:
        self.side = Side(zygote, FORGE, cell_cpu=5.0)
        self.side.budget.total_cpu = self.side.budget.total_wall = 1e9

    def refresh(self) -> None:
        side = self.side
        if side.line.dead:
            side.gate.connect(side.connect())
            side.names.forget()
            side.learn(side.code)
        side.line.begin_cell()

    def outcome_of(self, ask: Callable[[], Any]) -> Any:
        """What a test cell gets: a value, a fault, or an error of the learner's, and nothing of ours."""
        self.side.line.begin_cell()
        out = io.StringIO()
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                value = ask()
        except BaseException as error:
            self.is_the_learners(error)
            return None
        with contextlib.suppress(LearnerFault):
            show(value)
            difference(value, 1)
            difference(value, np.ones(2))
            difference(value, {"a": [1.0]})
        return value

    def is_the_learners(self, error: BaseException) -> None:
        """A recorded fault, or an error marked as raised there: any other would pass for what a test demands."""
        if isinstance(error, LearnerFault):
            assert self.side.line.fault is not None
            assert error.outcome is not Outcome.GRADER_ERROR
            return
        assert getattr(error, "from_learner", False), "".join(traceback.format_exception(error))

    def is_usable(self) -> None:
        """A fresh process, and where the last one lives that one too, or a fault that ends it."""
        if not self.side.line.dead:
            self.outcome_of(lambda: self.side.names["f"](number=3))
        self.refresh()
        with contextlib.suppress(LearnerFault):
            assert self.side.names["f"](number=4) == 4
            return
        self.refresh()
        assert self.side.names["f"](number=5) == 5


@pytest.fixture(scope="module")
def forger() -> Iterator[Forger]:
    with start_worker(Level.NONE) as zygote:
        forger = Forger(zygote)
        yield forger
        forger.side.line.close()


REPLIES = st.one_of(
    VALUES.map(lambda value: ["called", ["value", [wire.encode(value, refuse), False]], [], "", "", []]),
    st.just(
        ["called", ["raised", [[0, "ValueError"], [0, "Exception"]], ["t", "no"], "no", "f, line 1"], [], "", "", []]
    ),
    st.just(["called", ["raised", [[7, "Mine"], [0, "Exception"]], None, "no", "f"], [], "out", "err", ["f"]]),
    st.just(
        ["called", ["value", [["l", ["function", 99, "g", True], ["object", 98, "G", False]], False]], [], "", "", []]
    ),
    st.just(["called", ["value", [1, True]], [[0, ["l", 1]]], "", "", []]),
    st.just(["refused", "no"]),
    st.just(["called", ["refused", "no"], [], "", "", []]),
    st.just(["memory"]),
    st.just(["callback", 1, ["t", 1], ["d"]]),
)
ERRORS = st.builds(
    lambda name, arguments, text: [
        "called",
        ["raised", [[0, name], [0, "Exception"]], arguments, text, text],
        *[[], text, "", []],
    ],
    st.sampled_from([name for name, kind in vars(builtins).items() if isinstance(kind, type)]),
    st.none() | st.lists(VALUES, max_size=5).map(lambda args: wire.encode(tuple(args), refuse)),
    TEXTS,
)
LOOKS = st.one_of(
    VALUES.map(lambda value: ["value", wire.encode(value, refuse)]),
    PIECES.map(lambda piece: ["value", piece]),
    st.lists(PIECES, max_size=3).map(lambda names: ["absent", names]),
    st.just(["raised", [[0, "KeyError"], [0, "Exception"]], None, "no", ""]),
    PIECES.map(lambda piece: ["refused", piece]),
)


def sendable(message: Any) -> bytes | None:
    """The frame, if msgpack can write what the changes made of it."""
    try:
        return framed_body(packed(message))
    except (ValueError, OverflowError):
        return None


def answered(forger: Forger, message: list[Any], changes: list[Any], later: int) -> bytes | None:
    """The frame that answers a coming request, mostly with the number that it must have."""
    sequence = forger.side.line._sequence + 1 + later
    if changes and changes[0][2] is None:
        return sendable(changed_message([sequence, *message], changes))
    changed = changed_message(message, changes)
    return sendable([sequence, *(changed if isinstance(changed, list) else [changed])])


@examples(500)
@given(
    reply=REPLIES | ERRORS, changes=MESSAGE_CHANGES, damage=st.just([]) | BYTE_CHANGES, argument=st.just([1]) | VALUES
)
def test_any_answer_to_a_call_is_a_value_or_the_learners_fault(
    forger: Forger, reply: list[Any], changes: list[Any], damage: list[Any], argument: Any
) -> None:
    forger.refresh()
    f = forger.side.names["f"]
    data = answered(forger, reply, changes, 0)
    if data is not None:
        data = changed_bytes(data, damage, data)
        forger.outcome_of(lambda: f(data, whole(data) == 0, argument))
    forger.is_usable()


@examples(300)
@given(reply=LOOKS, changes=MESSAGE_CHANGES)
def test_any_answer_to_a_look_at_a_name_is_a_value_or_the_learners_fault(
    forger: Forger, reply: list[Any], changes: list[Any]
) -> None:
    forger.refresh()
    f = forger.side.names["f"]
    data = answered(forger, reply, changes, 1)
    if data is not None:
        assert f(data, whole(data) == 0, 6, 1) == 6
        # So that it is asked for again, as it is where the learner's process says that it changed.
        forger.side.names._asked.clear()
        forger.outcome_of(lambda: forger.side.names["f"])
    forger.side.names.forget()
    forger.is_usable()


@examples(150)
@given(
    count=st.integers(2, 6),
    moves=st.lists(st.tuples(st.sampled_from(["drop", "double", "swap"]), st.integers(0, 99)), max_size=3),
    damage=st.just([]) | BYTE_CHANGES,
    split=st.integers(0, 400),
)
def test_answers_to_calls_that_went_together_are_those_of_their_calls(
    forger: Forger, count: int, moves: list[Any], damage: list[Any], split: int
) -> None:
    forger.refresh()
    f = forger.side.names["f"]
    first = forger.side.line._sequence + 1
    frames = [
        wire.frame([first + number, "called", ["value", [number, False]], [], "", "", []]) for number in range(count)
    ]
    for kind, where in moves:
        at = where % len(frames) if frames else 0
        match kind:
            case "drop":
                del frames[at : at + 1]
            case "double":
                frames[at:at] = frames[at : at + 1]
            case "swap":
                frames[at:] = frames[at:][::-1]
    data = b"".join(frames)
    data = changed_bytes(data, damage, data)
    ends = whole(data) < count
    # The first call is answered with some of it, the last with the rest, those between with nothing.
    parts = [data[:split], *[b""] * (count - 2), data[split:]]
    calls = [((part, ends and number == count - 1, number), {}) for number, part in enumerate(parts)]
    answers: list[Any] = []
    forger.outcome_of(lambda: answers.extend(answer() for answer in f.autograder_call_all(calls)))
    if not damage:
        assert answers == list(range(len(answers)))
        assert moves or len(answers) == count
    forger.is_usable()


# --- what people read -----------------------------------------------------------------------------------------

LONG = TEXTS | st.text(st.characters(exclude_categories=()), max_size=300)
HEX = "0123456789abcdef"
# Those of a length that a SHA-256 has, and those that only look like one.
DIGESTS = st.text(HEX, min_size=64, max_size=64) | st.text(HEX, max_size=130) | st.text(HEX.upper(), min_size=64)
POINTS = st.floats(0, 1e6) | st.integers(0, 5).map(float)
CELLS = st.builds(
    CellVerdict,
    grade_id=LONG,
    title=LONG,
    outcome=st.sampled_from(Outcome),
    points=POINTS,
    max_points=POINTS,
    message=LONG,
    cause=LONG,
    mistake=TEXTS,
    diagnosis=TEXTS,
    hint=TEXTS,
    protected=st.booleans(),
    output=TEXTS,
)
MANUAL = st.builds(ManualCell, TEXTS | st.just("c3"), POINTS, st.booleans(), st.booleans())
NOTEBOOKS = st.builds(
    NotebookVerdict,
    notebook=TEXTS,
    status=st.sampled_from(Status),
    cells=st.lists(CELLS, max_size=3).map(tuple),
    manual=st.lists(MANUAL, max_size=2).map(tuple),
    untouched=st.lists(TEXTS, max_size=2).map(tuple),
    repairs=st.lists(LONG, max_size=2).map(tuple),
    reason=LONG,
    seed=TEXTS,
    worth=POINTS,
)
VERDICTS = st.builds(
    Verdict,
    student_id=LONG,
    assignment=TEXTS,
    level=TEXTS,
    notebooks=st.lists(NOTEBOOKS, max_size=2).map(tuple),
    notes=st.lists(LONG, max_size=2).map(tuple),
    digest=TEXTS | DIGESTS,
    files=st.lists(st.tuples(TEXTS, TEXTS | DIGESTS), max_size=2).map(tuple),
)


@examples(150)
@given(st.lists(VERDICTS, max_size=3), TEXTS)
def test_any_verdict_is_kept_as_it_is_and_shown_as_plain_text(verdicts: list[Verdict], problem: str) -> None:
    for verdict in verdicts:
        text = verdict_as_json(verdict)
        assert read_verdict(text.encode()) == verdict
        assert unseen(text) == set()
    out = io.StringIO()
    console = Console(file=out, width=100)
    problems = {(verdict.student_id, verdict.assignment): problem for verdict in verdicts[:1]}
    console.print(summary_table(verdicts, problems))
    for verdict in verdicts:
        print_verdict(console, verdict)
    assert unseen(out.getvalue()) == set()


@examples(200)
@given(
    verdict=NOTEBOOKS,
    cells=st.lists(
        st.builds(
            code_cell, st.sampled_from(["c0", "c3", ""]) | TEXTS, LONG, OUTPUTS.map(lambda found: (found or [{}])[0])
        )
        | st.dictionaries(st.sampled_from(["cell_type", "id", "metadata", "source", "outputs", "attachments"]), JSON),
        max_size=3,
    ),
    comments=st.dictionaries(TEXTS | st.sampled_from(["c0", "c3"]), LONG, max_size=2),
    texts=st.tuples(LONG, LONG, LONG, LONG),
)
def test_no_text_acts_on_a_feedback_page(
    verdict: NotebookVerdict, cells: list[Any], comments: dict[str, str], texts: tuple[str, str, str, str]
) -> None:
    marks = Marks({key: Mark(1.0, 2.0, comment=comment, is_recorded=True) for key, comment in comments.items()})
    student_id, assignment, submitted, note = texts
    page = page_of(
        verdict, *cells, marks=marks, student_id=student_id, assignment=assignment, submitted=submitted, notes=[note]
    )
    nothing_acts(page)
    assert unseen(page) == set()
    page.encode()


@examples(200)
@given(st.lists(st.builds(Grade, *[LONG] * 6, *[POINTS] * 4, st.integers(0, 9)), max_size=3))
def test_no_text_is_a_formula_or_a_row_of_its_own(grades: list[Grade]) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(grades), newline="")))
    assert [len(row) for row in rows] == [11] * (len(grades) + 1)
    for row in rows:
        for text in row[:6]:
            assert unseen(text) == set()
            assert not any(part.lstrip().startswith(("=", "+", "-", "@")) for part in text.split(";"))


# --- verdicts of earlier runs ---------------------------------------------------------------------------------

HANDED_IN = HandedIn("ann", "ps1", (), (), (), (), None)
JSON_CHANGES = st.lists(
    st.tuples(st.sampled_from(["put", "put", "drop", "double", "wrap", "unwrap", "add"]), st.integers(0, 60), JSON),
    max_size=3,
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the verdict on ``HANDED_IN`` lies, two folders below that of all autograded submissions."""
    folder = tmp_path_factory.mktemp("course") / "autograded" / "ann" / "ps1"
    folder.mkdir(parents=True)
    return folder


def stands(kept: Path, data: bytes, digest: str) -> Verdict | None:
    (kept / VERDICT_FILE).write_bytes(data)
    return standing_verdict(Course(kept.parents[2]), HANDED_IN, digest)


@examples(150)
@given(data=st.data(), changes=JSON_CHANGES, damage=st.just([]) | BYTE_CHANGES, digest=DIGESTS)
def test_any_verdict_file_stands_as_it_is_or_not_at_all(
    kept: Path, data: st.DataObject, changes: list[Any], damage: list[Any], digest: str
) -> None:
    verdict = data.draw(VERDICTS)
    verdict = replace(verdict, digest=data.draw(st.just(digest) | DIGESTS), files=())
    written = verdict_as_json(verdict).encode()
    if not changes and not damage:
        assert stands(kept, written, digest) == (verdict if verdict.digest == digest and verdict.is_final else None)
    changed = changed_bytes(notebook_bytes(changed_message(json.loads(written), changes)), damage, written)
    found = stands(kept, changed, digest)
    assert found is None or (found.digest == digest and found.is_final)


def test_a_verdict_file_of_any_depth_does_not_stand(kept: Path) -> None:
    digest = HEX * 4
    for depth in DEPTHS:
        written = f'{{"digest": "{digest}", "schema_version": {deep_json("[", "]", depth)}}}'
        assert stands(kept, written.encode(), digest) is None
