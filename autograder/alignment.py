"""Which submitted cell is which source cell, also where metadata, ids and order were lost or copied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from autograder.document import RawCell
from autograder.source import Kind, SourceCell, SourceNotebook, bound_names

# Their text is the instructor's, whatever a submission says
RESTORED = frozenset((Kind.TEST, Kind.LOCKED, Kind.TASK))
_LONGEST_PARSED = 20_000


@lru_cache(maxsize=4096)
def squeezed(text: str) -> str:
    """The text without any white space: equal for cells that differ in layout only."""
    return "".join(text.split())


def is_same(text: str, other: str) -> bool:
    """Whether texts differ in nothing but space at the ends of lines and blank lines around them."""
    return _trimmed(text) == _trimmed(other)


def is_restored_text(raw: RawCell, cell: SourceCell) -> bool:
    """Whether the submitted text is what the instructor wrote, released or in full."""
    return squeezed(raw.source) in (squeezed(cell.released), squeezed(cell.source))


@dataclass(slots=True)
class Alignment:
    """The submitted cell of each source cell that was found, and how it was found if not by its grade_id."""

    raw_cells: Sequence[RawCell]
    source: SourceNotebook
    raw_of: dict[int, int] = field(default_factory=dict)
    source_of: dict[int, int] = field(default_factory=dict)
    found_by: dict[int, str] = field(default_factory=dict)
    copies: dict[int, list[int]] = field(default_factory=dict)

    def match(self, index: int, raw_index: int, found_by: str = "") -> None:
        """Take the submitted cell for the source cell; ``found_by`` is for what lost its grade_id."""
        self.raw_of[index] = raw_index
        self.source_of[raw_index] = index
        if found_by:
            self.found_by[index] = found_by

    def missing(self) -> list[int]:
        """The source cells not found so far, in their order."""
        return [index for index in range(len(self.source.cells)) if index not in self.raw_of]

    def free(self) -> list[int]:
        """The submitted cells that are no source cell so far."""
        return [index for index in range(len(self.raw_cells)) if index not in self.source_of]

    def gap(self, index: int) -> Iterator[int]:
        """The free cells where the source cell should be: after what precedes it, up to the next match."""
        before = next((self.raw_of[i] for i in range(index - 1, -1, -1) if i in self.raw_of), -1)
        for raw_index in range(before + 1, len(self.raw_cells)):
            if raw_index in self.source_of:
                return
            yield raw_index


def align(raw_cells: Sequence[RawCell], source: SourceNotebook) -> Alignment:
    """Match cells, surest evidence first: grade_id, cell id, text, names that it defines, place."""
    alignment = Alignment(raw_cells, source)
    _by_grade_id(alignment)
    _by_cell_id(alignment)
    raw_keys = [squeezed(raw.source) for raw in raw_cells]
    keys = [squeezed(cell.released) for cell in source.cells]
    _by_unique_text(alignment, keys, raw_keys)
    _by_text(alignment, keys, raw_keys, alignment.gap)
    _by_names(alignment)
    _by_place(alignment, frozenset(keys), raw_keys)
    _by_text(alignment, keys, raw_keys, lambda _: iter(alignment.free()))
    return alignment


def _by_grade_id(alignment: Alignment) -> None:
    index_of = {cell.grade_id: i for i, cell in enumerate(alignment.source.cells) if cell.grade_id}
    claims: dict[int, list[int]] = defaultdict(list)
    for raw_index, raw in enumerate(alignment.raw_cells):
        if raw.grade_id in index_of:
            claims[index_of[raw.grade_id]].append(raw_index)
    for index, claimants in claims.items():
        cell = alignment.source.cells[index]
        doubts = {raw_index: _doubt(alignment.raw_cells[raw_index], cell) for raw_index in claimants}
        best = min(claimants, key=doubts.__getitem__)
        alignment.match(index, best)
        if len(claimants) > 1:
            alignment.copies[index] = [i for i in claimants if i != best]


def _doubt(raw: RawCell, cell: SourceCell) -> tuple[bool, bool, bool]:
    """How little a cell looks like the one it claims to be; of equal ones the first is taken."""
    wrong_type = raw.cell_type != cell.cell_type
    if cell.kind in RESTORED:
        # The other may be a copy that the learner wrote something of his own into
        return (not is_restored_text(raw, cell), wrong_type, False)
    return (wrong_type, not raw.source.strip(), is_same(raw.source, cell.released))


def _by_cell_id(alignment: Alignment) -> None:
    raw_of_id = {alignment.raw_cells[i].cell_id: i for i in alignment.free()}
    for index in alignment.missing():
        raw_index = raw_of_id.pop(alignment.source.cells[index].cell_id or "no id", None)
        if raw_index is not None:
            alignment.match(index, raw_index, "its cell id")


def _by_unique_text(alignment: Alignment, keys: Sequence[str], raw_keys: Sequence[str]) -> None:
    """Texts that stand once on either side; they fix the places of those that stand more often."""
    wanted: dict[str, list[int]] = defaultdict(list)
    offered: dict[str, list[int]] = defaultdict(list)
    for index in alignment.missing():
        wanted[keys[index]].append(index)
    for raw_index in alignment.free():
        offered[raw_keys[raw_index]].append(raw_index)
    for key, indexes in wanted.items():
        if key and len(indexes) == 1 and len(offered[key]) == 1:
            alignment.match(indexes[0], offered[key][0], "its text")


def _by_text(
    alignment: Alignment,
    keys: Sequence[str],
    raw_keys: Sequence[str],
    candidates: Callable[[int], Iterator[int]],
) -> None:
    for index in alignment.missing():
        found = next((i for i in candidates(index) if keys[index] and raw_keys[i] == keys[index]), None)
        if found is not None:
            alignment.match(index, found, "its text")


def _by_names(alignment: Alignment) -> None:
    names_of: dict[int, frozenset[str]] = {}
    for index in alignment.missing():
        cell = alignment.source.cells[index]
        if cell.cell_type != "code" or cell.kind not in (Kind.SOLUTION, Kind.MANUAL):
            continue
        names = bound_names(cell.source)
        near = frozenset(alignment.gap(index))
        best: tuple[int, bool, int] | None = None
        for raw_index in alignment.free() if names else ():
            if raw_index not in names_of:
                names_of[raw_index] = _raw_names(alignment.raw_cells[raw_index])
            common = len(names & names_of[raw_index])
            rank = (common, raw_index in near, -raw_index)
            if common and (best is None or rank > best):
                best = rank
        if best is not None:
            alignment.match(index, -best[2], "the names that it defines")


def _raw_names(raw: RawCell) -> frozenset[str]:
    if raw.cell_type != "code" or len(raw.source) > _LONGEST_PARSED:
        return frozenset()
    return bound_names(raw.source)


def _by_place(alignment: Alignment, released: frozenset[str], raw_keys: Sequence[str]) -> None:
    """An answer that a human marks is never lost: a wrong guess costs the marker a look, and no points."""
    for index in alignment.missing():
        cell = alignment.source.cells[index]
        if cell.kind is not Kind.MANUAL:
            continue
        candidates = [
            raw_index
            for raw_index in alignment.gap(index)
            if alignment.raw_cells[raw_index].cell_type == cell.cell_type
            and raw_keys[raw_index]
            and raw_keys[raw_index] not in released
        ]
        if candidates:
            # Cells that the learner edited stand before it in the same gap
            before = _missing_before(alignment, index, cell.cell_type)
            alignment.match(index, candidates[min(before, len(candidates) - 1)], "its place")


def _missing_before(alignment: Alignment, index: int, cell_type: str) -> int:
    count = 0
    while index > 0 and index - 1 not in alignment.raw_of:
        index -= 1
        count += alignment.source.cells[index].cell_type == cell_type
    return count


@lru_cache(maxsize=4096)
def _trimmed(text: str) -> tuple[str, ...]:
    return tuple(line.rstrip() for line in text.strip("\n").rstrip().split("\n"))
