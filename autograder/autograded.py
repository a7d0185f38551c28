"""The autograded notebook: what formgrader and the feedback page show, so nothing in it acts on a reader."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from autograder.document import CELL_ID
from autograder.notebook import AlignedCell, Role, Submission
from autograder.sanitize import break_references, cell_outputs, code_text, markdown, plain_text
from autograder.source import Kind, SourceCell, SourceNotebook
from autograder.verdict import CellVerdict

MAX_OUTPUTS = 32 * 1024 * 1024
MAX_TEXT = 1024 * 1024
_MAX_MESSAGE = 20_000
_MINOR = 5


def as_notebook(
    submission: Submission,
    source: SourceNotebook,
    outputs: Mapping[int, Sequence[Mapping[str, Any]]],
    verdicts: Mapping[str, CellVerdict],
) -> dict[str, Any]:
    """A valid notebook of format 4.5; outputs are by index into ``submission.cells``, verdicts by grade_id.

    Everything of the learner is sanitised here, outputs too; a test cell shows its verdict as printed text.
    """
    cells: list[dict[str, Any]] = []
    used: set[str] = {cell.cell_id for cell in submission.cells}
    taken: set[str] = set()
    room, text_room = MAX_OUTPUTS, MAX_TEXT
    for index, cell in enumerate(submission.cells):
        origin = source.cells[cell.source_index] if cell.source_index is not None else None
        shown = _cell(cell, origin)
        if cell.changed and cell.role is not Role.TEST:
            text_room -= len(shown["source"])
            if text_room < 0:
                shown["source"] = "[... left out: this notebook holds too much text]"
        shown["id"] = _unique_id(cell.cell_id, index, used, taken)
        if cell.cell_type == "code":
            if cell.role is Role.TEST:
                shown["outputs"] = [_printed(verdict_text(cell, verdicts.get(cell.grade_id or "")))]
            else:
                shown["outputs"] = cell_outputs(outputs.get(index, ()))
            room -= len(json.dumps(shown["outputs"]))
            if room < 0 and cell.role is not Role.TEST:
                shown["outputs"] = [_printed("[... left out: this notebook printed too much]\n")]
        cells.append(shown)
    metadata: dict[str, Any] = {"language_info": {"name": source.language}}
    if source.kernelspec:
        name = str(source.kernelspec.get("name", source.language))
        metadata["kernelspec"] = {"display_name": name, **source.kernelspec, "name": name}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": _MINOR}


def as_bytes(notebook: Mapping[str, Any]) -> bytes:
    """The notebook as a file: the same bytes for the same notebook."""
    # Without indentation, which the json module does in Python: ten times as slow, once a submission.
    return (json.dumps(notebook, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def verdict_text(cell: AlignedCell, verdict: CellVerdict | None) -> str:
    """What a learner may read of a verdict: no cause and no output, which are the instructor's."""
    if verdict is None:
        return f"NOT GRADED  {cell.grade_id}\n"
    outcome = verdict.outcome.value.upper().replace("_", " ")
    lines = [f"{outcome}  {verdict.title} ({verdict.points:g} of {verdict.max_points:g})"]
    if not verdict.protected:
        lines.append("This cell ran in the learner's own process.")
    lines += [part for part in (verdict.message, verdict.diagnosis) if part]
    if verdict.hint:
        lines.append(f"hint: {verdict.hint}")
    return plain_text("\n".join(lines), _MAX_MESSAGE) + "\n"


def _cell(cell: AlignedCell, origin: SourceCell | None) -> dict[str, Any]:
    shown: dict[str, Any] = {"cell_type": cell.cell_type, "metadata": {}}
    if origin is not None and cell.metadata:
        # As after nbgrader's own autograding: the checksum that its gradebook has
        checksum = origin.recorded_checksum
        shown["metadata"]["nbgrader"] = {**cell.metadata, **({"checksum": checksum} if checksum else {})}
    trusted = _instructors_text(cell, origin)
    if cell.cell_type == "code":
        shown["source"] = trusted if trusted is not None else code_text(cell.source)
        shown["execution_count"] = None
        return shown
    if trusted is None:
        shown["source"], attachments = markdown(cell.source, cell.attachments)
    else:
        attachments = {
            name: dict(bundle) for name, bundle in cell.attachments.items() if f"(attachment:{name})" in trusted
        }
        shown["source"] = break_references(trusted, attachments)
    if attachments and cell.cell_type == "markdown":
        shown["attachments"] = attachments
    return shown


def _instructors_text(cell: AlignedCell, origin: SourceCell | None) -> str | None:
    """The text as the instructor wrote it, to the letter; None where the learner had a hand in it."""
    if origin is None:
        return None
    if cell.kind in (Kind.TEST, Kind.LOCKED, Kind.TASK):
        # With mark scheme, as nbgrader shows it to the one who marks
        return origin.source
    same_type = cell.cell_type == origin.cell_type
    return origin.released if same_type and not cell.changed else None


def _unique_id(wanted: str, index: int, used: set[str], taken: set[str]) -> str:
    cell_id = wanted
    if not CELL_ID.fullmatch(cell_id) or cell_id in taken:
        names = (f"cell-{index}-{number}" for number in count())
        cell_id = next(name for name in names if name not in used)
    used.add(cell_id)
    taken.add(cell_id)
    return cell_id


def _printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}
