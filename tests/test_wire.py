"""Plain data crosses the wire as it was, and nothing else crosses it at all."""

from __future__ import annotations

import struct
import time
from collections import Counter, OrderedDict, defaultdict
from types import MappingProxyType
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from autograder.sandboxed import wire

DTYPES = st.one_of(
    nps.boolean_dtypes(),
    nps.integer_dtypes(endianness="?"),
    nps.unsigned_integer_dtypes(endianness="?"),
    nps.floating_dtypes(sizes=(16, 32, 64), endianness="?"),
    nps.complex_number_dtypes(sizes=(64, 128), endianness="?"),
    nps.byte_string_dtypes(max_len=5, endianness="?"),
    nps.unicode_string_dtypes(max_len=5, endianness="?"),
)
ARRAYS = DTYPES.flatmap(lambda dtype: nps.arrays(dtype, nps.array_shapes(min_dims=0, min_side=0, max_side=3)))
HASHABLE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=2**63, max_value=2**999)
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters())
    | st.binary(),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=4),
    max_leaves=6,
)
VALUES = st.recursive(
    HASHABLE | ARRAYS | ARRAYS.map(lambda array: array.ravel()[0] if array.size else array),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(HASHABLE, inner, max_size=4)
        | st.sets(HASHABLE, max_size=4)
    ),
    max_leaves=12,
)


def refuse(*_: Any) -> Any:
    raise AssertionError("this is plain data")


def sent(value: Any) -> Any:
    """The value after a whole trip: encoded, framed, cut into pieces, put together, decoded."""
    data = wire.frame([wire.encode(value, refuse)])
    buffer = wire.FrameBuffer()
    for start in range(0, len(data), 7):
        assert buffer.take() is None
        buffer.feed(data[start : start + 7])
    message = buffer.take()
    assert message is not None
    assert not buffer.pending
    return wire.decode(message[0], refuse)


def in_order(item: Any) -> Any:
    """A text in which the members of sets have one order."""
    if isinstance(item, (set, frozenset)):
        return f"{type(item).__name__}{sorted(map(in_order, item))}"
    return f"({', '.join(map(in_order, item))})" if isinstance(item, tuple) else ascii(item)


def same(one: Any, other: Any) -> bool:
    """Equal in type and to the last bit."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (np.ndarray, np.generic)):
        little = one.dtype.newbyteorder("<")
        if one.dtype.kind in "SU":  # numpy itself cuts zeros off the end of a text when it is read
            return one.shape == other.shape and one.tolist() == other.tolist()
        return (one.shape, little, one.astype(little).tobytes()) == (other.shape, other.dtype, other.tobytes())
    if isinstance(one, dict):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one.items(), other.items(), strict=True))
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (set, frozenset)):
        return in_order(one) == in_order(other)
    if isinstance(one, float):
        return struct.pack("d", one) == struct.pack("d", other)
    return repr(one) == repr(other) if isinstance(one, complex) else bool(one == other)


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_plain_data_arrives_as_it_was(value: Any) -> None:
    assert same(value, sent(value))


def test_the_rarer_kinds_arrive() -> None:
    for value in (range(2, 9, 3), slice(None, 4), ..., "\ud800\0\x1b", -(2**63), 2**63, 1 << 9999, b"", (), {}, set()):
        assert sent(value) == value
        assert type(sent(value)) is type(value)


@pytest.mark.parametrize(
    "value",
    [OrderedDict(a=1), Counter("aab"), defaultdict(list, a=[1]), MappingProxyType({"a": 1})],
    ids=lambda value: type(value).__name__,
)
def test_dicts_of_the_standard_library_arrive_as_dicts(value: Any) -> None:
    assert sent(value) == dict(value)
    assert type(sent(value)) is dict


def test_an_array_that_arrived_can_be_written_and_is_nobody_elses() -> None:
    array = sent(np.arange(3))
    array[0] = 7
    assert array.tolist() == [7, 1, 2]
    assert array.base is None


class Number(float):
    pass


@pytest.mark.parametrize(
    "value",
    [
        Number(1),
        True.__class__,
        len,
        object(),
        np.ma.masked_array([1]),
        np.array([None]),
        np.zeros(1, [("a", "i4")]),
        np.zeros(1, "M8[s]"),
        np.longdouble(1),
        np.datetime64("2020"),
        type("Text", (str,), {})(),
        type("Pairs", (dict,), {})(),
    ],
)
def test_all_else_is_left_to_the_caller_at_any_depth(value: Any) -> None:
    asked = []

    def other(item: Any) -> list[Any]:
        asked.append(item)
        return ["object", 1]

    assert wire.encode([1, {"a": (value,)}], other) == ["l", 1, ["d", "a", ["t", ["object", 1]]]]
    assert len(asked) == 1
    assert asked[0] is value
    assert wire.decode(["l", ["object", 1]], lambda tag, parts: (tag, parts)) == [("object", [1])]


def test_what_contains_itself_or_is_too_large_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    for value in (
        endless,
        [0] * wire.NODE_LIMIT,
        1 << (8 * wire.INT_BYTES_LIMIT),
        np.zeros(wire.FRAME_LIMIT + 1, "i1"),
    ):
        with pytest.raises(wire.Unencodable):
            wire.encode(value, refuse)
    with pytest.raises(wire.Unencodable):
        wire.frame(["x" * (wire.FRAME_LIMIT + 1)])


def nested(depth: int) -> list[Any]:
    data: list[Any] = ["l"]
    for _ in range(depth):
        data = ["l", data]
    return data


DAMAGED = {
    "no tag": [],
    "a tag that is no text": [1, 2],
    "a map": {},
    "too deep": nested(wire.DEPTH_LIMIT + 1),
    "too many parts": ["l", *[["l", *[0] * 1000]] * (wire.NODE_LIMIT // 1000 + 1)],
    "a dict without its last value": ["d", "a"],
    "a dict with a list for a key": ["d", ["l"], 1],
    "a set of lists": ["S", ["l"]],
    "a set of arrays": ["F", ["a", "<i8", [0], b""]],
    "too many keys": ["S", *range(wire.KEY_LIMIT + 1)],
    "a range of texts": ["r", "a"],
    "a range without a step": ["r", 1, 2, 0],
    "a range without end": ["r"],
    "a slice of four": ["s", 1, 2, 3, 4],
    "an integer that is none": ["i", "5"],
    "an integer of many bytes": ["i", bytes(wire.INT_BYTES_LIMIT + 1)],
    "a complex number of integers": ["c", 1, 2],
    "an ellipsis of something": ["e", 1],
    "an array of objects": ["a", "|O8", [1], bytes(8)],
    "an array of records": ["a", "<i4,<i4", [1], bytes(8)],
    "an array of dates": ["a", "<M8[s]", [1], bytes(8)],
    "an array with a name of lines": ["a", "<i8\n", [1], bytes(8)],
    "an array that is too short": ["a", "<i8", [2], bytes(8)],
    "an array that is too long": ["a", "<i8", [0], bytes(8)],
    "an array of negative length": ["a", "<i8", [-1, -1], bytes(8)],
    "an array of a length that is none": ["a", "<i8", [True], bytes(8)],
    "an array of too many axes": ["a", "<i8", [1] * 33, bytes(8)],
    "an array of a huge axis": ["a", "<i8", [0, 2**41], b""],
    "an empty array of huge shape": ["a", "<i8", [0, 2**40, 2**40], b""],
    "an empty array of texts of huge shape": ["a", "<U99999", [0, 2**40, 2**10], b""],
    "an empty array of empty texts of huge shape": ["a", "<U0", [0, 2**40, 2**40], b""],
    "many empty texts": ["a", "<U0", [wire.NODE_LIMIT + 1], b""],
    "texts of no characters": ["a", "<U1", [1], b"\xff\xff\xff\xff"],
    "booleans of 2": ["a", "|b1", [1], b"\x02"],
    "a scalar of objects": ["n", "|O8", bytes(8)],
    "a scalar of two numbers": ["n", "<i8", bytes(16)],
    "a scalar without bytes": ["n", "<i8", None],
}


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in DAMAGED.items()])
def test_damaged_values_are_refused(data: Any) -> None:
    with pytest.raises(wire.WireError):
        wire.decode(data, refuse)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.sampled_from("ltdSFicersan"),
    lambda inner: st.lists(inner) | st.tuples(st.sampled_from([*"ltdSFicersan", "object"]), inner).map(list),
    max_leaves=20,
)


@settings(deadline=None)
@given(JUNK)
def test_no_junk_does_more_than_be_refused(data: Any) -> None:
    try:
        value = wire.decode(data, lambda tag, parts: (tag, repr(parts)))
    except wire.WireError:
        return
    repr(value)


@pytest.mark.parametrize("tag", ["S", "F", "d"])
def test_keys_of_one_hash_are_refused_before_they_cost_time(tag: str) -> None:
    modulus = 2**61 - 1
    keys = [["i", (i * modulus).to_bytes(20, "big")] for i in range(wire.KEY_LIMIT // 2)]
    started = time.process_time()
    with pytest.raises(wire.WireError, match="of one hash"):
        wire.decode([tag, *(part for key in keys for part in ([key, 1] if tag == "d" else [key]))], refuse)
    assert time.process_time() - started < 2
    few = [tag, *(part for key in keys[:100] for part in ([key, 1] if tag == "d" else [key]))]
    assert len(wire.decode(few, refuse)) == 100


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xc1",
        b"\x93\x01\x02",
        msgpack.packb(5),
        msgpack.packb({"a": 1}),
        msgpack.packb([{"a": 1}]),
        msgpack.packb([msgpack.ExtType(1, b"x")]),
        msgpack.packb([msgpack.Timestamp(1)]),
        msgpack.packb([]) + b"\x01",
        b"\xdd\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\x91" * 100_000,
        b"\x91\xa1\xff",
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_frame_that_holds_no_message_is_refused(body: bytes) -> None:
    buffer = wire.FrameBuffer()
    buffer.feed(struct.pack(">I", len(body)) + body)
    with pytest.raises(wire.WireError):
        buffer.take()


def test_a_frame_over_the_limit_is_refused_by_its_header() -> None:
    buffer = wire.FrameBuffer()
    buffer.feed(struct.pack(">I", wire.FRAME_LIMIT + 1))
    with pytest.raises(wire.WireError, match="at most"):
        buffer.take()


def test_fingerprints_tell_equal_values_of_other_types_apart() -> None:
    prints = {
        wire.fingerprint(wire.encode(value, refuse)) for value in (1, 1.0, True, 1 + 0j, np.int64(1), np.array(1))
    }
    assert len(prints) == 6
