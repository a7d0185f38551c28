"""Marked regions of a cell (solution, hidden tests, mark scheme), and its title. A leaf."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_MARKER_COMMENT = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)")


@dataclass(frozen=True, slots=True)
class Markers:
    """The stubs and the region delimiters of a course; the defaults are nbgrader's."""

    code_stub: Mapping[str, str] = field(
        default_factory=lambda: {
            "python": "# YOUR CODE HERE\nraise NotImplementedError()",
            "R": "# YOUR CODE HERE\nfail()",
            "matlab": "% YOUR CODE HERE\nerror('No Answer Given!')",
            "octave": "% YOUR CODE HERE\nerror('No Answer Given!')",
            "sas": "/* YOUR CODE HERE */\n %notImplemented;",
            "java": "// YOUR CODE HERE",
        }
    )
    text_stub: str = "YOUR ANSWER HERE"
    begin_solution: str = "BEGIN SOLUTION"
    end_solution: str = "END SOLUTION"
    begin_hidden: str = "BEGIN HIDDEN TESTS"
    end_hidden: str = "END HIDDEN TESTS"
    begin_scheme: str = "BEGIN MARK SCHEME"
    end_scheme: str = "END MARK SCHEME"

    def delimiters(self) -> tuple[str, ...]:
        """All strings that mark the begin or the end of a region."""
        solution, hidden = (self.begin_solution, self.end_solution), (self.begin_hidden, self.end_hidden)
        return (*solution, *hidden, self.begin_scheme, self.end_scheme)


def cut_region(text: str, begin: str, end: str, stub: str | None = None) -> tuple[str, bool]:
    """Cut the marked regions out of a cell as nbgrader does; a stub takes their indentation.

    Raises ValueError with a half sentence for markers that do not pair up.
    """
    kept: list[str] = []
    inside = found = False
    for line in text.split("\n"):
        if begin in line:
            if inside:
                raise ValueError(f"has a second {begin!r} before the first one ends")
            inside = found = True
            if stub is not None:
                indent = line[: len(line) - len(line.lstrip())]
                kept += [indent + stub_line for stub_line in stub.split("\n")]
        elif end in line:
            if not inside:
                raise ValueError(f"has {end!r} without {begin!r} before it")
            inside = False
        elif not inside:
            kept.append(line)
    if inside:
        raise ValueError(f"has {begin!r} without {end!r} after it")
    return "\n".join(kept), found


def regions(text: str, begin: str, end: str) -> tuple[str, ...]:
    """The texts between the markers, of a cell whose markers pair up."""
    found: list[list[str]] = []
    inside = False
    for line in text.split("\n"):
        if begin in line:
            inside = True
            found.append([])
        elif end in line:
            inside = False
        elif inside:
            found[-1].append(line)
    return tuple("\n".join(lines) for lines in found)


def cell_title(text: str) -> str:
    """First line of the leading string literal or comment of a cell, or nothing."""
    for line in text.split("\n"):
        line = line.strip()
        if line.startswith("#"):
            comment = line.lstrip("#").strip()
            if comment and not _MARKER_COMMENT.search(comment):
                return comment
        elif line and not line.startswith("%"):
            break
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        value = body[0].value.value
        if isinstance(value, str) and value.strip():
            return value.strip().split("\n")[0].strip()
    return ""
