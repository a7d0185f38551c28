"""A learner's notebook, aligned with the source notebook and repaired, with every repair listed.

Types, points, flags and the text of the instructor's cells come from the source, never from the submission.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from autograder.alignment import RESTORED, Alignment, align, is_restored_text, is_same, squeezed
from autograder.document import RawCell, read_cells
from autograder.sanitize import one_line
from autograder.source import Kind, SourceCell, SourceNotebook

_MAX_OF_A_SORT = 20
_SETTINGS: tuple[tuple[str, object], ...] = (
    ("points", None),
    ("grade", False),
    ("solution", False),
    ("task", False),
)


class Role(StrEnum):
    """What grading does with a cell: run it in the worker, judge it, or neither."""

    LEARNER = "learner"
    TEST = "test"
    INERT = "inert"


@dataclass(frozen=True, slots=True)
class AlignedCell:
    """A cell as it is graded; ``kind`` is None for the learner's own.

    ``changed`` says whether the submitted text differed from the released one; False is an untouched stub.
    """

    role: Role
    kind: Kind | None
    grade_id: str | None
    cell_type: str
    source: str
    cell_id: str
    metadata: Mapping[str, Any]
    source_index: int | None
    changed: bool
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def executed(self) -> bool:
        """Whether the cell runs anywhere, in the worker or in the judge."""
        return self.role is not Role.INERT


@dataclass(frozen=True, slots=True)
class Submission:
    """One notebook of a submission: every test cell of the source once and in the source's order."""

    name: str
    cells: tuple[AlignedCell, ...]
    repairs: tuple[str, ...]
    solution_digest: str


def read_submission(name: str, data: bytes, source: SourceNotebook) -> Submission:
    """Read, align and repair one notebook.

    Raises UnreadableSubmission, and nothing else, whatever the bytes are.
    """
    raw_cells, mended = read_cells(data)
    alignment = align(raw_cells, source)
    # What a submission can have any number of must not bury the rest
    repairs = _capped(mended) + _capped(_unknown_ids(alignment))
    _about_known_ids(alignment, repairs)
    cells = _arrange(alignment, _Aligner(alignment, repairs), repairs)
    return Submission(name, cells, tuple(repairs), _solution_digest(cells))


def _solution_digest(cells: Sequence[AlignedCell]) -> str:
    """SHA-256 over the code that the learner wrote or could have, each text after its length."""
    digest = hashlib.sha256()
    for cell in cells:
        if cell.role is Role.LEARNER and cell.kind is not Kind.LOCKED:
            text = cell.source.encode("utf-8")
            digest.update(len(text).to_bytes(8, "big") + text)
    return digest.hexdigest()


class _Aligner:
    """Makes the aligned cells of one submission and lists what it put back."""

    def __init__(self, alignment: Alignment, repairs: list[str]) -> None:
        self.alignment = alignment
        self.repairs = repairs
        # Copies of these without a grade_id are the instructor's text, and nothing to run
        self.tests = {
            squeezed(text)
            for cell in alignment.source.cells
            if cell.kind is Kind.TEST
            for text in (cell.released, cell.source)
        }

    def cells(self, raw_index: int) -> list[AlignedCell]:
        """The aligned cells that a submitted cell becomes: two where a restored one held other text."""
        raw = self.alignment.raw_cells[raw_index]
        index = self.alignment.source_of.get(raw_index)
        if index is None:
            return [self._own(raw)]
        cell = self.alignment.source.cells[index]
        if cell.kind is Kind.PLAIN:
            return [_aligned(cell, index, raw, raw.cell_type, raw.source)]
        if raw.cell_type != cell.cell_type:
            self.repairs.append(f"{named(cell)} was a {raw.cell_type} cell and was made a {cell.cell_type} cell again")
        if cell.kind not in RESTORED:
            return [_aligned(cell, index, raw, cell.cell_type, raw.source)]
        restored = _aligned(cell, index, raw, cell.cell_type, _instructors_text(cell))
        if not restored.changed:
            return [restored]
        if not raw.source.strip():
            self.repairs.append(f"{named(cell)} was empty and was put back")
            return [restored]
        self.repairs.append(
            f"{named(cell)} had been changed and was put back; what stood there follows it and was not run"
        )
        kept = _aligned(None, None, RawCell(raw.cell_type, raw.source, "", "", {}, {}), raw.cell_type, raw.source)
        return [restored, _inert(kept)]

    def inserted(self, index: int) -> AlignedCell | None:
        """The cell put back where none was found; no solution cell, whose stub would undo a definition."""
        cell = self.alignment.source.cells[index]
        if cell.kind is Kind.SOLUTION:
            self.repairs.append(f"{named(cell)} is missing")
            return None
        self.repairs.append(f"{named(cell)} was missing and was put back")
        aligned = _aligned(cell, index, None, cell.cell_type, _instructors_text(cell))
        return _inert(aligned) if cell.kind is Kind.MANUAL else aligned

    def _own(self, raw: RawCell) -> AlignedCell:
        own = _aligned(None, None, raw, raw.cell_type, raw.source)
        if raw.cell_type == "code" and squeezed(raw.source) in self.tests:
            return _inert(own)
        return own


def named(cell: SourceCell) -> str:
    """A cell as sentences call it."""
    words = {Kind.MANUAL: "manually graded"}
    return f"the {words.get(cell.kind, cell.kind.value)} cell '{cell.grade_id}'"


def _instructors_text(cell: SourceCell) -> str:
    return cell.source if cell.kind is Kind.TEST else cell.released


def _aligned(cell: SourceCell | None, index: int | None, raw: RawCell | None, cell_type: str, text: str) -> AlignedCell:
    """A cell in its natural role: tests are judged, other code runs, text does not."""
    role = Role.LEARNER if cell_type == "code" else Role.INERT
    changed = raw is not None
    if cell is not None and raw is not None:
        restored = cell.kind in RESTORED
        changed = not (is_restored_text(raw, cell) if restored else is_same(raw.source, cell.released))
    has_role = cell is not None and cell.kind is not Kind.PLAIN
    return AlignedCell(
        role=Role.TEST if cell is not None and cell.kind is Kind.TEST else role,
        kind=cell.kind if cell is not None else None,
        grade_id=cell.grade_id if cell is not None else None,
        cell_type=cell_type,
        source=text,
        cell_id=(raw.cell_id if raw is not None else "") or (cell.cell_id if cell is not None else ""),
        metadata=dict(cell.metadata) if cell is not None and has_role else {},
        source_index=index,
        changed=changed,
        attachments=raw.attachments if raw is not None else {},
    )


def _inert(cell: AlignedCell) -> AlignedCell:
    return replace(cell, role=Role.INERT)


def _arrange(alignment: Alignment, aligner: _Aligner, repairs: list[str]) -> tuple[AlignedCell, ...]:
    """All cells in segments, each a cell with a grade_id and what follows it, in the source's order."""
    source = alignment.source
    segments: dict[int, list[AlignedCell]] = {-1: []}
    heads: list[int] = []
    current = -1
    for raw_index in range(len(alignment.raw_cells)):
        index = alignment.source_of.get(raw_index)
        if index is not None and source.cells[index].grade_id:
            current = index
            heads.append(index)
            segments[current] = []
        segments[current] += aligner.cells(raw_index)
    _about_order(source, heads, repairs)
    for index, cell in enumerate(source.cells):
        if cell.grade_id is None or index in segments:
            continue
        inserted = aligner.inserted(index)
        if inserted is not None:
            before = max(i for i in segments if i < index)
            at = _end(segments[before], index)
            segments[index] = [inserted, *segments[before][at:]]
            del segments[before][at:]
    return tuple(cell for index in sorted(segments) for cell in segments[index])


def _end(segment: Sequence[AlignedCell], index: int) -> int:
    """Where the segment ends for the source cell: before the first cell that the source has after it."""
    for position, cell in enumerate(segment):
        if cell.source_index is not None and cell.source_index > index:
            return position
    return len(segment)


def _about_order(source: SourceNotebook, heads: Sequence[int], repairs: list[str]) -> None:
    moved = [index for place, index in enumerate(heads) if min(heads[place:]) < index]
    if moved:
        listed = ", ".join(f"'{source.cells[index].grade_id}'" for index in moved[:5])
        more = f" and {len(moved) - 5} more" if len(moved) > 5 else ""
        repairs.append(f"cells stood before others that precede them in the source, and were moved: {listed}{more}")


def _capped(repairs: list[str]) -> list[str]:
    dropped = len(repairs) - _MAX_OF_A_SORT
    return repairs if dropped <= 0 else [*repairs[:_MAX_OF_A_SORT], f"and {dropped} more of these"]


def _unknown_ids(alignment: Alignment) -> list[str]:
    known = {cell.grade_id for cell in alignment.source.cells}
    return [
        f"cell {number} has the grade_id '{one_line(raw.grade_id, 60)}', which the source does not have"
        for number, raw in enumerate(alignment.raw_cells, start=1)
        if raw.grade_id and raw.grade_id not in known
    ]


def _about_known_ids(alignment: Alignment, repairs: list[str]) -> None:
    """List ids that were copied or lost, and settings that differ from the source's."""
    for index, cell in enumerate(alignment.source.cells):
        if cell.grade_id is None or index not in alignment.raw_of:
            continue
        copies = len(alignment.copies.get(index, ()))
        if copies:
            repairs.append(
                f"{named(cell)} was there {copies + 1} times; one keeps its id, the others count as own cells"
            )
        if index in alignment.found_by:
            repairs.append(f"{named(cell)} had lost its id and was recognised by {alignment.found_by[index]}")
            continue
        claims = alignment.raw_cells[alignment.raw_of[index]].nbgrader
        changed = [name for name, default in _SETTINGS if claims.get(name, default) != cell.metadata.get(name, default)]
        if changed:
            repairs.append(f"the settings of {named(cell)} had been changed ({', '.join(changed)}): the source's count")
