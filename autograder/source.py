"""The instructor's notebook: its cells, their roles, and what a learner gets to see of them."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from autograder.errors import UsageError
from autograder.names import bound_names as bound_names
from autograder.regions import Markers as Markers
from autograder.regions import cell_title, cut_region

SCHEMA_VERSION = 3
_KEYS = frozenset(
    ("schema_version", "grade", "locked", "solution", "task", "grade_id", "points", "checksum", "cell_type")
)
_GRADE_ID = re.compile(r"[a-zA-Z0-9_\-]{1,128}")


class Kind(StrEnum):
    """The role of a cell, as the source notebook's metadata gives it."""

    SOLUTION = "solution"
    TEST = "test"
    MANUAL = "manual"
    TASK = "task"
    LOCKED = "locked"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class SourceCell:
    """One cell of the source notebook; ``metadata`` is the nbgrader part as the release carries it."""

    kind: Kind
    cell_type: str
    grade_id: str | None
    points: float
    locked: bool
    cell_id: str
    source: str
    released: str
    metadata: Mapping[str, Any]
    # the gradebook keeps the checksum of the text *with* hidden tests, the release that of the text without
    recorded_checksum: str | None
    allow_unprotected: bool = False

    @property
    def title(self) -> str:
        """What people call this check: from the released text, so that a hidden line is never shown."""
        title = _title(self.released) if self.kind is Kind.TEST else ""
        return title or self.grade_id or ""


@lru_cache(maxsize=1024)
def _title(released: str) -> str:
    return cell_title(released)


@dataclass(frozen=True, slots=True)
class SourceNotebook:
    """A source notebook with the course's header and footer cells in place."""

    name: str
    language: str
    cells: tuple[SourceCell, ...]
    kernelspec: Mapping[str, Any]

    @property
    def max_points(self) -> float:
        """Sum of the points of all cells, those that a human marks included."""
        return sum(cell.points for cell in self.cells)

    @property
    def automatic_points(self) -> float:
        """Sum of the points of the test cells."""
        return sum(cell.points for cell in self.cells if cell.kind is Kind.TEST)


def parse_source(
    name: str,
    data: bytes,
    *,
    header: bytes | None = None,
    footer: bytes | None = None,
    markers: Markers | None = None,
    where: str = "",
) -> SourceNotebook:
    """Read a source notebook; ``where`` is the path that messages name.

    Raises UsageError for anything that nbgrader would refuse, or would release or grade wrongly in silence.
    """
    where = where or f"{name}.ipynb"
    markers = markers or Markers()
    notebook = _load(data, where)
    raw_cells = list(notebook["cells"])
    if header is not None:
        raw_cells = list(_load(header, f"{where} (the header notebook)")["cells"]) + raw_cells
    if footer is not None:
        raw_cells += _load(footer, f"{where} (the footer notebook)")["cells"]
    metadata = notebook.get("metadata", {})
    kernelspec = metadata.get("kernelspec", {})
    language = kernelspec.get("language") or metadata.get("language_info", {}).get("name") or "python"
    stub_language = str(kernelspec.get("language", "python"))
    cells = []
    seen: dict[str, int] = {}
    for number, raw in enumerate(raw_cells, start=1):
        cell = _parse_cell(raw, stub_language, markers, f"{where}: cell {number}")
        if cell.grade_id is not None:
            if cell.grade_id in seen:
                raise UsageError(
                    f"{where}: cells {seen[cell.grade_id]} and {number} have the same grade_id "
                    f"{cell.grade_id!r}; give one of them another id in the nbgrader toolbar"
                )
            seen[cell.grade_id] = number
        cells.append(cell)
    parsed = SourceNotebook(name, str(language), tuple(cells), kernelspec)
    _check_total(parsed, metadata, where)
    return parsed


def notebook_as_submission(notebook: SourceNotebook, *, released: bool = False) -> bytes:
    """The instructor's notebook as if a learner had handed it in: with its solutions, or as it is released."""
    cells: list[dict[str, Any]] = []
    for index, cell in enumerate(notebook.cells):
        metadata = {"nbgrader": dict(cell.metadata)} if cell.metadata else {}
        record: dict[str, Any] = {
            "cell_type": cell.cell_type,
            "id": cell.cell_id or f"cell-{index}",
            "metadata": metadata,
            "source": cell.released if released else cell.source,
        }
        if cell.cell_type == "code":
            record |= {"outputs": [], "execution_count": None}
        cells.append(record)
    kernelspec = {"kernelspec": dict(notebook.kernelspec)} if notebook.kernelspec else {}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": kernelspec, "cells": cells}).encode()


def remote_names(notebook: SourceNotebook) -> frozenset[str]:
    """The names that the learner is to define: bound in solution cells and manually graded code cells."""
    names: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.kind in (Kind.SOLUTION, Kind.MANUAL):
            names |= bound_names(cell.source)
    return frozenset(names)


def compute_checksum(text: str, cell_type: str, metadata: Mapping[str, Any]) -> str:
    """nbgrader's checksum of a cell (``nbgrader.utils.compute_checksum``), without importing nbgrader."""
    grade, solution = bool(metadata.get("grade")), bool(metadata.get("solution"))
    parts = [text, cell_type, str(grade), str(solution), str(_is_locked(metadata)), metadata["grade_id"]]
    if grade:
        parts.append(str(float(metadata["points"])))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def cell_text(cell: Mapping[str, Any]) -> str:
    """The source of a notebook cell, which nbformat allows as one string or as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _load(data: bytes, where: str) -> dict[str, Any]:
    try:
        notebook: Any = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where} is not a notebook: its JSON cannot be read ({error})") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("nbformat"), int):
        raise UsageError(f"{where} is not a notebook: it has no format version")
    if notebook["nbformat"] != 4:
        notebook = _upgrade(data, where)
    cells = notebook.get("cells")
    metadata = notebook.get("metadata", {})
    if not isinstance(cells, list) or not isinstance(metadata, dict):
        raise UsageError(f"{where} is not a notebook: it has no list of cells")
    if not all(isinstance(metadata.get(key, {}), dict) for key in ("kernelspec", "language_info", "autograder")):
        raise UsageError(f"{where} is not a notebook: its metadata is malformed")
    return dict(notebook)


def _upgrade(data: bytes, where: str) -> dict[str, Any]:
    import nbformat  # costs a second, and is needed for old formats only

    try:
        upgraded: dict[str, Any] = nbformat.reads(data.decode("utf-8-sig"), as_version=4)
    except Exception as error:
        raise UsageError(f"{where} has a notebook format that cannot be read ({error})") from None
    return upgraded


def _is_locked(metadata: Mapping[str, Any]) -> bool:
    if metadata.get("solution"):
        return False
    return bool(metadata.get("grade") or metadata.get("locked"))


def _kind(metadata: Mapping[str, Any]) -> Kind:
    if metadata.get("task"):
        return Kind.TASK
    if metadata.get("grade"):
        return Kind.MANUAL if metadata.get("solution") else Kind.TEST
    if metadata.get("solution"):
        return Kind.SOLUTION
    return Kind.LOCKED if metadata.get("locked") else Kind.PLAIN


def _parse_cell(raw: object, language: str, markers: Markers, where: str) -> SourceCell:
    if not isinstance(raw, dict) or raw.get("cell_type") not in ("code", "markdown", "raw"):
        raise UsageError(f"{where} is not a code, markdown or raw cell")
    source = raw.get("source", "")
    if not isinstance(source, str) and not (isinstance(source, list) and all(isinstance(line, str) for line in source)):
        raise UsageError(f"{where} has no text")
    text = cell_text(raw)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{where} holds half a character (a lone surrogate), which no file can") from None
    cell_type = str(raw["cell_type"])
    all_metadata = raw.get("metadata", {})
    ours = all_metadata.get("autograder", {}) if isinstance(all_metadata, dict) else None
    given = all_metadata.get("nbgrader", {}) if isinstance(all_metadata, dict) else None
    if not isinstance(given, dict) or not isinstance(ours, dict):
        raise UsageError(f"{where} has malformed metadata")
    metadata = {key: value for key, value in given.items() if key in _KEYS}
    kind = _kind(metadata)
    if kind is not Kind.PLAIN:
        where = f"{where} ({metadata.get('grade_id')!r})"
        _check_metadata(metadata, kind, cell_type, where)
    try:
        recorded, released = _released(text, kind, cell_type, language, markers)
    except ValueError as error:
        raise UsageError(f"{where} {error}") from None
    if cell_type == "code" and any("AUTOTEST" in line and line.lstrip().startswith("#") for line in text.split("\n")):
        raise UsageError(
            f"{where} holds an AUTOTEST line, which is no test before nbgrader has filled it in: run "
            "`nbgrader generate_source_with_tests` and use the notebook that it writes as the source"
        )
    checksum = None
    if kind is not Kind.PLAIN and (metadata["grade"] or metadata["solution"] or metadata["locked"]):
        checksum = compute_checksum(recorded, cell_type, metadata)
        metadata["checksum"] = compute_checksum(released, cell_type, metadata)
        metadata["cell_type"] = cell_type
    has_role = kind is not Kind.PLAIN
    return SourceCell(
        kind=kind,
        cell_type=cell_type,
        grade_id=metadata["grade_id"] if has_role else None,
        points=float(metadata["points"]) if kind in (Kind.TEST, Kind.MANUAL, Kind.TASK) else 0.0,
        locked=has_role and _is_locked(metadata),
        cell_id=str(raw.get("id", "")),
        source=text,
        released=released,
        metadata=metadata if has_role else {},
        recorded_checksum=checksum,
        allow_unprotected=ours.get("allow_unprotected") is True,
    )


def _check_metadata(metadata: dict[str, Any], kind: Kind, cell_type: str, where: str) -> None:
    version = metadata.get("schema_version", 0)
    if version != SCHEMA_VERSION:
        raise UsageError(
            f"{where} has nbgrader metadata of version {version}, expected {SCHEMA_VERSION}: "
            "run `nbgrader update` on the notebook"
        )
    for flag in ("grade", "solution", "locked"):
        if not isinstance(metadata.get(flag), bool):
            raise UsageError(f"{where} has no valid {flag!r} flag in its nbgrader metadata")
    grade_id = metadata.get("grade_id")
    if not isinstance(grade_id, str) or not _GRADE_ID.fullmatch(grade_id):
        raise UsageError(f"{where} must have a grade_id of at most 128 letters, digits, '_' or '-', got {grade_id!r}")
    if kind in (Kind.TEST, Kind.MANUAL, Kind.TASK):
        points = metadata.get("points")
        if isinstance(points, bool) or not isinstance(points, (int, float)):
            raise UsageError(f"{where} must have points, got {points!r}")
        if not math.isfinite(points) or points < 0:
            raise UsageError(f"{where} must have points of 0 or more, got {points!r}")
    if cell_type == "raw":
        raise UsageError(f"{where} is a raw cell, and nbgrader grades only code and markdown cells")
    if kind is Kind.TASK and cell_type != "markdown":
        raise UsageError(f"{where} is a task, and task cells must be markdown, got {cell_type}")
    if cell_type == "markdown" and kind in (Kind.TEST, Kind.SOLUTION):
        raise UsageError(f"{where} is a markdown {kind} cell: mark it as a manually graded answer")


def _released(text: str, kind: Kind, cell_type: str, language: str, markers: Markers) -> tuple[str, str]:
    """The text that nbgrader records in the gradebook, and the text that it releases."""
    stub = markers.text_stub
    if cell_type == "code":
        if language not in markers.code_stub:
            raise ValueError(f"is code in {language!r}, and ClearSolutions.code_stub has no stub for that")
        stub = markers.code_stub[language]
    recorded, found = cut_region(text, markers.begin_solution, markers.end_solution, stub)
    is_solution = kind in (Kind.SOLUTION, Kind.MANUAL)
    if found and not is_solution:
        raise ValueError("holds a solution region but is no solution cell")
    if is_solution and not found:
        recorded = stub
    released, found = cut_region(recorded, markers.begin_hidden, markers.end_hidden)
    if found and kind not in (Kind.TEST, Kind.MANUAL):
        raise ValueError("holds hidden tests but is no grade cell")
    released, found = cut_region(released, markers.begin_scheme, markers.end_scheme)
    if found and kind is not Kind.TASK:
        raise ValueError("holds a mark scheme but is no task cell")
    return recorded, released


def _check_total(notebook: SourceNotebook, metadata: Mapping[str, Any], where: str) -> None:
    graded = [cell for cell in notebook.cells if cell.kind in (Kind.TEST, Kind.MANUAL, Kind.TASK)]
    if graded and notebook.max_points == 0:
        raise UsageError(f"{where}: the points do not add up: all {len(graded)} graded cells are worth 0")
    declared = metadata.get("autograder", {}).get("points")
    if declared is not None and declared != notebook.max_points:
        raise UsageError(
            f"{where}: the points do not add up: its cells are worth {notebook.max_points:g}, "
            f"but the notebook's metadata says {declared!r}"
        )
