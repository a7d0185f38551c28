"""Ways to damage notebooks and messages, as Hypothesis strategies: what they draw is data, so that failures shrink."""

from __future__ import annotations

import copy
import json
import re
from functools import partial
from typing import Any

import msgpack
from hypothesis import strategies as st

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
ACTIVE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](http://127.0.0.1/x.png)",
    "![x](attachment:a.png)",
    "[x]: javascript:alert(1)",
    "&#x3c;img src=x onerror=alert(1)&gt;",
    "$\\href{javascript:alert(1)}{x}$",
    "\x1b]0;title\x07\x1b[31mred\u202etxt.exe\x00\r\x9b2J\ufeff",
    "=cmd|'/c calc'!A1",
    "```mermaid\nx\n```",
)
# Half of a character too, as JSON can write it.
TEXTS = st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(ACTIVE)


def deep_json(opening: str, closing: str, depth: int) -> str:
    """One in the other, so many times."""
    return opening * depth + "1" + closing * depth


# About as deep as Python goes, from where a reader or a writer may stand: what one takes the next may not.
_DEPTHS = (100, 400, 900, 960, 985, 1000, 3000, 100_000)
# What json.dumps can't write: each stands as a text until the bytes are made.
_RAW = {
    **{f"deep list {depth}": partial(deep_json, "[", "]", depth) for depth in _DEPTHS},
    **{f"deep dict {depth}": partial(deep_json, '{"a":', "}", depth) for depth in _DEPTHS},
    **{f"deep cell {depth}": partial(deep_json, '{"source":[', "]}", depth) for depth in _DEPTHS},
    "open list": lambda: "[" * 100_000,
    "huge number": lambda: "9" * 6000,
    "huge float": lambda: "1e999",
    "long text": lambda: json.dumps("x" * 200_000),
    "long line": lambda: json.dumps("[" * 20_000),
}
_RAW_TEXT = re.compile(r'"raw: ([a-z0-9 ]+)"')

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 5)
    | st.integers()
    | st.floats()
    | TEXTS
    | st.sampled_from([f"raw: {name}" for name in _RAW]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
_ANYWHERE = st.integers(0, 10**6)

# --- bytes ----------------------------------------------------------------------------------------------------

BYTE_CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "insert", "double", "splice", "end"]),
        _ANYWHERE,
        st.integers(1, 60) | _ANYWHERE,
        st.binary(min_size=1, max_size=4) | st.sampled_from([b'"', b"\\", b"]", b"}", b"\xed\xa0\x80", b"\0"]),
    ),
    max_size=4,
)


def changed_bytes(data: bytes, changes: list[tuple[str, int, int, bytes]], other: bytes = b"") -> bytes:
    """The bytes after each change in turn; a splice goes on with those of another file."""
    for kind, where, length, new in changes:
        start = where % (len(data) + 1)
        end = min(len(data), start + length)
        match kind:
            case "flip" if start < len(data):
                data = data[:start] + bytes([data[start] ^ (1 << length % 8)]) + data[start + 1 :]
            case "cut":
                data = data[:start] + data[end:]
            case "insert":
                data = data[:start] + new + data[start:]
            case "double" if len(data) < 2**20:
                data = data[:end] + data[start:]
            case "splice":
                data = data[:start] + other[length % (len(other) + 1) :]
            case "end":
                data = data[:start]
    return data


# --- notebooks ------------------------------------------------------------------------------------------------

_CELL_KEYS = ("cell_type", "metadata", "source", "id", "attachments", "outputs", "execution_count", "nbgrader")
_CLAIMS = ("grade_id", "points", "grade", "solution", "locked", "task", "schema_version", "checksum")
_TOP_KEYS = ("nbformat", "nbformat_minor", "metadata", "kernelspec", "cells")
_TYPES = ("code", "markdown", "raw", "heading", "html")
_PICTURES = st.dictionaries(
    TEXTS | st.just("a.png"),
    st.dictionaries(st.sampled_from(["image/png", "image/svg+xml", "text/html"]), JSON | st.just(PICTURE), max_size=2),
    max_size=2,
)

_CELL_CHANGES = st.one_of(
    st.tuples(st.sampled_from(["drop", "double", "move", "swap ids", "swap texts", "lines"]), _ANYWHERE, _ANYWHERE),
    st.tuples(st.just("type"), _ANYWHERE, st.sampled_from(_TYPES)),
    st.tuples(st.just("key"), _ANYWHERE, st.tuples(st.sampled_from(_CELL_KEYS), JSON)),
    st.tuples(st.just("claim"), _ANYWHERE, st.tuples(st.sampled_from(_CLAIMS), JSON)),
    st.tuples(st.just("lose"), _ANYWHERE, st.sampled_from(_CELL_KEYS)),
    st.tuples(st.just("attach"), _ANYWHERE, _PICTURES),
    st.tuples(st.just("text"), _ANYWHERE, st.tuples(_ANYWHERE, TEXTS)),
    st.tuples(st.just("new"), _ANYWHERE, st.tuples(st.sampled_from(_TYPES), TEXTS)),
    st.tuples(st.just("new"), _ANYWHERE, JSON),
)
_TOP_CHANGES = st.one_of(
    st.tuples(st.just("top"), st.sampled_from(_TOP_KEYS), JSON),
    st.tuples(st.just("worksheets"), st.just(0), st.none()),
    st.tuples(st.just("no ids"), st.just(0), st.none()),
)
# Of what concerns the whole notebook little, as it mostly decides everything.
NOTEBOOK_CHANGES = st.tuples(
    st.lists(_CELL_CHANGES, min_size=1, max_size=6), st.just([]) | st.just([]) | st.lists(_TOP_CHANGES, max_size=1)
).map(lambda found: [*found[0], *found[1]])
ENCODINGS = st.sampled_from(["utf-8"] * 9 + ["utf-8-sig", "utf-16", "utf-32-le", "latin-1"])


def changed_notebook(notebook: dict[str, Any], changes: list[tuple[str, Any, Any]]) -> dict[str, Any]:
    """A copy of the notebook after each change in turn."""
    notebook = copy.deepcopy(notebook)
    for kind, where, what in changes:
        cells = notebook.get("cells")
        if kind in ("top", "worksheets", "no ids") or not isinstance(cells, list) or not cells:
            _change_top(notebook, kind, where, what)
        else:
            _change_cells(cells, kind, where % len(cells), what)
    return notebook


def _change_top(notebook: dict[str, Any], kind: str, key: Any, what: Any) -> None:
    cells = notebook.get("cells")
    match kind:
        case "top" if key == "kernelspec":
            notebook["metadata"] = {"kernelspec": what, "language_info": what}
        case "top":
            notebook[key] = what
        case "worksheets" if isinstance(cells, list):
            notebook["worksheets"] = [{"cells": [_old(cell) for cell in notebook.pop("cells")]}]
            notebook["nbformat"] = 3
        case "no ids" if isinstance(cells, list):
            for cell in cells:
                if isinstance(cell, dict):
                    cell.pop("id", None)
                    cell["metadata"] = {}


def _old(cell: Any) -> Any:
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return cell
    return {("input" if key == "source" else key): value for key, value in cell.items()}


def _change_cells(cells: list[Any], kind: str, index: int, what: Any) -> None:
    cell = cells[index]
    match kind:
        case "drop":
            del cells[index]
        case "double":
            cells.insert(what % (len(cells) + 1), copy.deepcopy(cell))
        case "move":
            cells.insert(what % len(cells), cells.pop(index))
        case "new":
            new = {"cell_type": what[0], "metadata": {}, "source": what[1]} if isinstance(what, tuple) else what
            cells.insert(index, new)
    if not isinstance(cell, dict):
        return
    other = cells[what % len(cells)] if isinstance(what, int) and cells else None
    match kind:
        case "swap ids" | "swap texts" if isinstance(other, dict):
            for key in ("metadata", "id") if kind == "swap ids" else ("source",):
                cell[key], other[key] = other.get(key), cell.get(key)
        case "lines" if isinstance(cell.get("source"), str):
            cell["source"] = cell["source"].splitlines(keepends=what % 2 == 0)
        case "type":
            cell["cell_type"] = what
        case "key" if what[0] == "nbgrader":
            cell["metadata"] = {"nbgrader": what[1]}
        case "key":
            cell[what[0]] = what[1]
        case "claim":
            metadata = cell.get("metadata")
            claims = metadata.get("nbgrader") if isinstance(metadata, dict) else None
            cell["metadata"] = {"nbgrader": {**(claims if isinstance(claims, dict) else {}), what[0]: what[1]}}
        case "lose":
            cell.pop(what, None)
        case "attach":
            cell["attachments"] = what
        case "text" if isinstance(cell.get("source"), str):
            at = what[0] % (len(cell["source"]) + 1)
            cell["source"] = cell["source"][:at] + what[1] + cell["source"][at:]


def notebook_bytes(notebook: Any, encoding: str = "utf-8") -> bytes:
    """The notebook as a file, with what no Python value can be written as in its place."""
    text = _RAW_TEXT.sub(lambda found: _RAW.get(found[1], lambda: '""')(), json.dumps(notebook))
    return text.encode(encoding, "replace")


# --- messages -------------------------------------------------------------------------------------------------


# Lists and maps in each other that Python itself would not copy: they are made in the bytes. Lists as the wire has
# them begin with a tag.
_DEEP = re.compile(rb"\xacdeep ([altSFdm]): (\d{4})")
_OPENINGS = {b"a": b"\x91", b"d": b"\x93\xa1d\x01", b"m": b"\x81\xa1a"}


def packed(message: Any) -> bytes:
    """The body of a frame, as whoever does not care for our limits would make it."""
    body = msgpack.packb(message, unicode_errors="surrogatepass")
    return _DEEP.sub(lambda found: _OPENINGS.get(found[1], b"\x92\xa1" + found[1]) * int(found[2]) + b"\xc0", body)


_DEEPER = (500, 900, 990, 1020, 9000)
_TAGS = (*"ltdSFicersan", "object", "function", "judge", "own", "exception", "value", "raised", "refused", "memory")
_DTYPES = ("<i8", "<f8", "|b1", "|S0", "<U0", "<U3", "|O8", "<M8[s]", ">i4", "<c16", "<i4,<i4", "|V4", "<U99999")
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 70)
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | TEXTS
    | st.binary(max_size=9)
    | st.sampled_from(_TAGS)
    | st.sampled_from(_DTYPES)
    | st.sampled_from(["Exception", "SyntaxError", "UnicodeDecodeError", "ExceptionGroup", "OSError", "StopIteration"])
    | st.sampled_from([0, 2**31, 2**40, 2**62])
    | st.builds("deep {}: {:04}".format, st.sampled_from("altSFdm"), st.sampled_from([*range(60, 67), *_DEEPER]))
)
PIECES = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=4), max_leaves=6)
MESSAGE_CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put", "drop", "double", "swap", "wrap", "unwrap", "add"]),
        st.integers(0, 40),
        PIECES | st.sampled_from([float("nan"), float("inf"), -1.0, 2.0, True, 2, [3], b"\2"]),
    ),
    max_size=4,
)


def changed_message(message: Any, changes: list[tuple[str, int, Any]]) -> Any:
    """A copy of nested lists and dicts after each change in turn, each at the part of that number."""
    message = copy.deepcopy(message)
    for kind, number, piece in changes:
        parts = [(None, None, message), *_parts(message)]
        holder, key, found = parts[number % len(parts)]
        # A copy, as the same list drawn twice would come to hold itself.
        changed = _changed(found, kind, copy.deepcopy(piece))
        if holder is None:
            message = changed
        else:
            holder[key] = changed
    return message


def _parts(node: Any) -> list[tuple[Any, Any, Any]]:
    """Everything in it, each with what holds it and where."""
    keys = range(len(node)) if isinstance(node, list) else list(node) if isinstance(node, dict) else ()
    return [part for key in keys for part in ((node, key, node[key]), *_parts(node[key]))]


def _changed(node: Any, kind: str, piece: Any) -> Any:
    match node:
        case list() if kind == "drop":
            return node[1:] if piece else node[:-1]
        case dict() if kind == "drop":
            return dict(list(node.items())[1:])
        case list() if kind == "double":
            return [*node, *node[-1:]]
        case list() if kind == "swap":
            return node[::-1]
        case list() if kind == "add":
            return [*node, piece]
        case [first, *_] if kind == "unwrap":
            return first
        case int() | float() if kind == "add":
            return -node
        case bytes() | str() if kind in ("drop", "double"):
            return node[:-1] if kind == "drop" else node + node
    return [node] if kind == "wrap" else piece
