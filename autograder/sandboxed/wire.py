"""Plain data on a socket: the only thing that crosses between the learner's process and the judge.

A frame is a four-byte big-endian length and one msgpack array. Values are tagged arrays of *exact* built-in
and numpy types; what is none of them is left to the caller's ``other`` (a handle, or a refusal). Nothing is
unpickled or evaluated, and everything that comes in is capped in size, depth and number of parts.
"""

from __future__ import annotations

import re
import socket
import struct
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import msgpack
import numpy as np

FRAME_LIMIT = 32 * 2**20
DEPTH_LIMIT = 64
NODE_LIMIT = 400_000
KEY_LIMIT = 50_000
COLLISION_LIMIT = 500
INT_BYTES_LIMIT = 125_000
AXIS_LIMIT = 2**40
SCRATCH = 2**16

_DTYPE = re.compile(r"\|b1|\|[iu]1|<[iu][248]|<f[248]|<c(8|16)|\|S\d{1,5}|<U\d{1,5}", re.ASCII)
_KNOWN = {name: np.dtype(name) for name in ("<f8", "<f4", "<i8", "<i4", "|b1")}
_HEADER = struct.Struct(">I")
_SCALARS = frozenset(
    {np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64}
    | {np.float16, np.float32, np.float64, np.complex64, np.complex128, np.str_, np.bytes_}
    | {np.longlong, np.ulonglong, np.intc, np.uintc}
)
# What is written, and what is read, without a look at what is in it; an integer may be too large to be written so.
_PLAIN = frozenset({type(None), bool, float})
_AS_THEY_ARE = _PLAIN | {int, str, bytes}
_MAPPINGS = (dict, OrderedDict, defaultdict, Counter)

Other = Callable[[Any], list[Any]]
Resolve = Callable[[str, list[Any]], Any]


class WireError(Exception):
    """What came over the wire is not what was agreed."""


class Unencodable(Exception):
    """This value can't travel: too large, too deep, or it contains itself."""


def frame(message: list[Any]) -> bytes:
    """One message with its length in front."""
    body = msgpack.packb(message, use_bin_type=True, unicode_errors="surrogatepass")
    if len(body) > FRAME_LIMIT:
        raise Unencodable(f"an answer may have at most {FRAME_LIMIT:,} bytes, this one has {len(body):,}")
    return _HEADER.pack(len(body)) + bytes(body)


def unpack(body: bytes) -> list[Any]:
    """The message in one frame's body."""
    try:
        message = msgpack.unpackb(
            body,
            raw=False,
            unicode_errors="surrogatepass",
            max_map_len=0,
            max_ext_len=0,
            max_array_len=NODE_LIMIT,
        )
    except Exception as error:
        raise WireError(f"not a message ({type(error).__name__})") from None
    if type(message) is not list:
        raise WireError("not a message (not an array)")
    return message


def fingerprint(data: Any) -> bytes:
    """Bytes that are equal for equal encoded values: ``==`` would take 1, 1.0 and True for one another."""
    packed: bytes = msgpack.packb(data, use_bin_type=True, unicode_errors="surrogatepass")
    return packed


class FrameBuffer:
    """Collects bytes until a frame is whole."""

    def __init__(self) -> None:
        self._data = bytearray()
        # Python would make, and give back to the kernel, a new object of the whole size for each answer.
        self._scratch = memoryview(bytearray(SCRATCH))

    def feed(self, data: bytes | memoryview) -> None:
        """Add what a socket gave."""
        self._data += data

    def receive(self, sock: socket.socket) -> int:
        """Add what the socket gives next: the number of bytes, 0 where the other end has hung up."""
        size = sock.recv_into(self._scratch)
        self._data += self._scratch[:size]
        return size

    @property
    def pending(self) -> bool:
        """Whether bytes are waiting that belong to no frame taken so far."""
        return bool(self._data)

    def take(self) -> list[Any] | None:
        """The next message, or None until it is whole. Raises WireError for a frame over the limit."""
        if len(self._data) < _HEADER.size:
            return None
        (length,) = _HEADER.unpack_from(self._data)
        if length > FRAME_LIMIT:
            raise WireError(f"a frame may have at most {FRAME_LIMIT:,} bytes, this one claims {length:,}")
        end = _HEADER.size + length
        if len(self._data) < end:
            return None
        body = bytes(self._data[_HEADER.size : end])
        del self._data[:end]
        return unpack(body)


def encode(value: Any, other: Other) -> Any:
    """``value`` as tagged plain data. ``other`` answers for every part that is not plain.

    Raises Unencodable for what is too deep or has too many parts.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is np.ndarray:
        return _encode_array(value, scalar=False) or other(value)
    nodes = 0

    def walk(item: Any, depth: int) -> Any:
        nonlocal nodes
        nodes += 1
        if depth > DEPTH_LIMIT:
            raise Unencodable(f"nested deeper than {DEPTH_LIMIT} levels, or contains itself")
        if nodes > NODE_LIMIT:
            raise Unencodable(f"more than {NODE_LIMIT:,} parts")
        kind = type(item)
        if item is None or kind is bool or kind is float:
            return item
        if kind is str or kind is bytes:
            # Packing it would take its size again, several times.
            if len(item) > FRAME_LIMIT:
                raise Unencodable(f"a {kind.__name__} of length {len(item):,}")
            return item
        if kind is int:
            if -(2**63) <= item < 2**63:
                return item
            size = item.bit_length() // 8 + 1
            if size > INT_BYTES_LIMIT:
                raise Unencodable(f"an integer of {size:,} bytes")
            return ["i", item.to_bytes(size, "big", signed=True)]
        if kind is list:
            kinds = set(map(type, item))
            fit = kinds <= _PLAIN or (kinds == {int} and min(item) >= -(2**63) and max(item) < 2**63)
            if fit and depth < DEPTH_LIMIT:
                nodes += len(item)
                if nodes > NODE_LIMIT:
                    raise Unencodable(f"more than {NODE_LIMIT:,} parts")
                return ["l", *item]
            return ["l", *[walk(part, depth + 1) for part in item]]
        if kind is tuple:
            return ["t", *[walk(part, depth + 1) for part in item]]
        if kind in _MAPPINGS:
            return ["d", *[walk(part, depth + 1) for pair in dict.items(item) for part in pair]]
        if kind is MappingProxyType:
            return walk(dict(item), depth + 1)
        if kind is set:
            return ["S", *[walk(part, depth + 1) for part in item]]
        if kind is frozenset:
            return ["F", *[walk(part, depth + 1) for part in item]]
        if kind is complex:
            return ["c", item.real, item.imag]
        if kind is range:
            return ["r", *[walk(part, depth + 1) for part in (item.start, item.stop, item.step)]]
        if kind is slice:
            return ["s", *[walk(part, depth + 1) for part in (item.start, item.stop, item.step)]]
        if item is Ellipsis:
            return ["e"]
        if kind is np.ndarray or kind in _SCALARS:
            return _encode_array(item, scalar=kind is not np.ndarray) or other(item)
        return other(item)

    return walk(value, 0)


def _encode_array(item: Any, *, scalar: bool) -> list[Any] | None:
    array = np.asarray(item)
    name = array.dtype.str
    if name[0] == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
        name = array.dtype.str
    if name not in _KNOWN and not _DTYPE.fullmatch(name):
        return None
    if array.nbytes > FRAME_LIMIT:
        raise Unencodable(f"an array of {array.nbytes:,} bytes")
    if scalar:
        return ["n", name, array.tobytes()]
    return ["a", name, list(array.shape), array.tobytes()]


def decode(data: Any, resolve: Resolve) -> Any:
    """The value that ``data`` stands for. ``resolve(tag, parts)`` answers for tags that are not plain data.

    Raises WireError for anything that :func:`encode` would not have written.
    """
    if type(data) in _AS_THEY_ARE:
        return data
    if type(data) is list and data and data[0] == "a" and type(data[0]) is str:
        return _decode_leaf("a", data[1:])
    nodes = 0

    def walk(item: Any, depth: int) -> Any:
        nonlocal nodes
        nodes += 1
        if depth > DEPTH_LIMIT or nodes > NODE_LIMIT:
            raise WireError("nested too deeply, or too many parts")
        if type(item) in _AS_THEY_ARE:
            return item
        if type(item) is not list or not item or type(item[0]) is not str:
            raise WireError("an untagged value")
        tag, parts = item[0], item[1:]
        if tag == "l":
            if depth < DEPTH_LIMIT and _AS_THEY_ARE.issuperset(map(type, parts)):
                nodes += len(parts)
                if nodes > NODE_LIMIT:
                    raise WireError("too many parts")
                return parts
            return [walk(part, depth + 1) for part in parts]
        if tag == "t":
            return tuple([walk(part, depth + 1) for part in parts])
        if tag in ("d", "S", "F"):
            return _collect(tag, [walk(part, depth + 1) for part in parts])
        if tag in ("r", "s"):
            return _span(tag, [walk(part, depth + 1) for part in parts])
        if tag in ("a", "n", "i", "c", "e"):
            return _decode_leaf(tag, parts)
        return resolve(tag, parts)

    return walk(data, 0)


def _collect(tag: str, values: list[Any]) -> Any:
    if len(values) > KEY_LIMIT:
        raise WireError(f"a dict or set may have at most {KEY_LIMIT:,} entries")
    try:
        # Keys of one hash cost the square of their number.
        hashes = Counter(map(hash, values[::2] if tag == "d" else values))
        if max(hashes.values(), default=0) > COLLISION_LIMIT:
            raise WireError(f"more than {COLLISION_LIMIT} keys of one hash")
        if tag == "S":
            return set(values)
        if tag == "F":
            return frozenset(values)
        return dict(zip(values[::2], values[1::2], strict=True))
    except (TypeError, ValueError) as error:
        raise WireError(f"not a dict or set ({error})") from None


def _span(tag: str, values: list[Any]) -> Any:
    try:
        return range(*values) if tag == "r" else slice(*values)
    except (TypeError, ValueError) as error:
        raise WireError(f"not a range or slice ({error})") from None


def _decode_leaf(tag: str, parts: list[Any]) -> Any:
    match tag, parts:
        case "e", []:
            return Ellipsis
        case "i", [bytes() as raw] if len(raw) <= INT_BYTES_LIMIT:
            return int.from_bytes(raw, "big", signed=True)
        case "c", [float() as real, float() as imaginary]:
            return complex(real, imaginary)
        case "n", [str() as name, bytes() as raw]:
            return _array(name, [], raw)[()]
        case "a", [str() as name, list() as shape, bytes() as raw]:
            return _array(name, shape, raw)
    raise WireError(f"a damaged value of kind {tag}")


def _array(name: str, shape: list[Any], raw: bytes) -> Any:
    dtype = _KNOWN.get(name)
    if dtype is None and not _DTYPE.fullmatch(name):
        raise WireError("an array of a kind that can't travel")
    if len(shape) > 32 or not all(type(axis) is int and 0 <= axis <= AXIS_LIMIT for axis in shape):
        raise WireError("an array of an impossible shape")
    if dtype is None:
        dtype = np.dtype(name)
    # numpy makes room for one letter in a text of none.
    size, extent = 1, dtype.itemsize or np.dtype("U1").itemsize
    for axis in shape:
        size *= axis
        # numpy computes strides as if an empty axis were one long.
        extent *= max(axis, 1)
    if size * dtype.itemsize != len(raw) or extent >= 2**62:
        raise WireError("an array whose size and shape disagree")
    if dtype.itemsize == 0:
        return np.zeros(shape, dtype) if size <= NODE_LIMIT else _refuse_empty_strings()
    if dtype.kind == "U" and raw and int(np.frombuffer(raw, "<u4").max()) > 0x10FFFF:
        raise WireError("an array of text that is no text")
    # Booleans are read by numpy as whole bytes: anything but 0 and 1 would be a value that no code can make.
    if dtype.kind == "b" and raw and max(raw) > 1:
        raise WireError("an array of booleans that are none")
    if not raw:
        return np.empty(shape, dtype)
    return np.frombuffer(raw, dtype).reshape(shape).copy()


def _refuse_empty_strings() -> Any:
    raise WireError("an array of too many empty strings")
