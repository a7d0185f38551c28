"""From the bytes of a learner's notebook to a list of cells, whatever the bytes are."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.errors import UnreadableSubmission
from autograder.sanitize import cell_attachments, one_line

MAX_NOTEBOOK = 16 * 1024 * 1024
MAX_CELLS = 5000
_NEWEST = 4
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_NUMBER = 40
_CELL_TYPES = {"code": "code", "markdown": "markdown", "raw": "raw"}
# What nbformat 3 and older had besides
_OLD_TYPES = {"heading": "markdown", "html": "markdown", "plaintext": "raw"}
_OTHER_FILES = (
    (b"<", "a web page: hand in the notebook itself (File > Download)"),
    (b"PK\x03\x04", "a zip archive: hand in the notebook that is inside"),
    (b"%PDF", "a PDF file: hand in the notebook itself"),
    (b"\x1f\x8b", "a compressed file: hand in the notebook that is inside"),
    (b"version https://git-lfs", "a Git LFS pointer: the notebook itself was not handed in"),
)


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as it was handed in: of its metadata only what nbgrader put there, as a claim."""

    cell_type: str
    source: str
    cell_id: str
    grade_id: str
    nbgrader: Mapping[str, Any]
    attachments: Mapping[str, Mapping[str, str]]


def read_cells(data: bytes) -> tuple[tuple[RawCell, ...], list[str]]:
    """The cells of a notebook of any format up to 4, and what had to be mended to read them.

    Raises UnreadableSubmission, and nothing else.
    """
    if len(data) > MAX_NOTEBOOK:
        raise UnreadableSubmission(
            f"a notebook must have at most {MAX_NOTEBOOK // 2**20} MiB, got {len(data) / 2**20:.1f} MiB"
        )
    repairs: list[str] = []
    raw_cells, is_old = _cell_list(_parse(_decode(data, repairs)))
    if len(raw_cells) > MAX_CELLS:
        raise UnreadableSubmission(f"a notebook must have at most {MAX_CELLS} cells, got {len(raw_cells)}")
    cells: list[RawCell] = []
    cell_ids: set[str] = set()
    for number, raw in enumerate(raw_cells, start=1):
        if isinstance(raw, dict):
            cells.append(_read_cell(raw, is_old, f"cell {number}", cell_ids, repairs))
        else:
            repairs.append(f"cell {number} is no cell and was left out")
    if not cells:
        raise UnreadableSubmission("the notebook has no cells")
    return tuple(cells), repairs


def _decode(data: bytes, repairs: list[str]) -> str:
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableSubmission("the file is empty")
    for start, what in _OTHER_FILES:
        if data.lstrip().startswith(start):
            raise UnreadableSubmission(f"this is no notebook but {what}")
    encoding = json.detect_encoding(data)
    if not encoding.startswith("utf-8"):
        repairs.append(f"the file is encoded as {encoding.upper()} instead of UTF-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        repairs.append("the file holds bytes that are no text, and they were replaced")
        return data.decode(encoding, errors="replace")


def _parse(text: str) -> object:
    try:
        return json.loads(text, parse_int=_parse_int, parse_float=_parse_float, parse_constant=lambda _: math.nan)
    except json.JSONDecodeError as error:
        raise UnreadableSubmission(
            f"this is no notebook: its JSON breaks at line {error.lineno}, column {error.colno}: {error.msg}"
        ) from None
    except RecursionError:
        raise UnreadableSubmission("this is no notebook: its JSON is nested too deep") from None
    except MemoryError:
        raise UnreadableSubmission("the notebook needs too much memory to be read") from None


def _parse_int(digits: str) -> int | float:
    # Python refuses long integers, and takes a time that grows with the square for somewhat shorter ones
    return int(digits) if len(digits) <= _LONGEST_NUMBER else math.nan


def _parse_float(digits: str) -> float:
    return float(digits) if len(digits) <= _LONGEST_NUMBER else math.nan


def _cell_list(notebook: object) -> tuple[list[Any], bool]:
    """The cells, and whether they are laid out as in nbformat 3 and older."""
    if not isinstance(notebook, dict):
        raise UnreadableSubmission("this is JSON but no notebook")
    version = notebook.get("nbformat")
    if isinstance(version, (int, float)) and version > _NEWEST:
        raise UnreadableSubmission(
            f"the notebook must have format {_NEWEST} or older, got {version:g}: save it as format {_NEWEST}"
        )
    cells = notebook.get("cells")
    if isinstance(cells, list):
        return cells, False
    worksheets = notebook.get("worksheets")
    if not isinstance(worksheets, list):
        raise UnreadableSubmission("the notebook has no list of cells")
    sheets = [sheet.get("cells") for sheet in worksheets if isinstance(sheet, dict)]
    return [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet], True


def _read_cell(raw: dict[str, Any], is_old: bool, where: str, cell_ids: set[str], repairs: list[str]) -> RawCell:
    given = raw.get("cell_type")
    known = given if isinstance(given, str) else ""
    cell_type = _CELL_TYPES.get(known) or _OLD_TYPES.get(known)
    if cell_type is None:
        cell_type = "raw"
        repairs.append(f"{where} has the unknown type '{one_line(known, 40)}' and was read as raw text")
    source = _text(raw.get("source", raw.get("input")), is_old, where, repairs)
    if known == "heading":
        level = raw.get("level")
        marks = level if isinstance(level, int) and 1 <= level <= 6 else 1
        source = "#" * marks + " " + " ".join(source.splitlines())
    metadata = raw.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    claims = nbgrader if isinstance(nbgrader, dict) else {}
    grade_id = claims.get("grade_id")
    cell_id = raw.get("id")
    if not isinstance(cell_id, str) or not CELL_ID.fullmatch(cell_id) or cell_id in cell_ids:
        cell_id = ""
    cell_ids.add(cell_id)
    return RawCell(
        cell_type=cell_type,
        source=source,
        cell_id=cell_id,
        grade_id=grade_id if isinstance(grade_id, str) else "",
        nbgrader=claims,
        attachments=cell_attachments(raw.get("attachments")),
    )


def _text(value: object, is_old: bool, where: str, repairs: list[str]) -> str:
    if isinstance(value, list):
        lines = [line for line in value if isinstance(line, str)]
        if len(lines) < len(value):
            repairs.append(f"{where} holds lines that are no text, and they were left out")
        # Old formats have lists of lines without their ends too
        value = ("\n" if is_old and lines and not lines[0].endswith(("\n", "\r")) else "").join(lines)
    if not isinstance(value, str):
        repairs.append(f"{where} has no text")
        return ""
    if _SURROGATE.search(value):
        # Halves that a list of lines had torn apart find each other again; the others cannot be text
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if "\ufffd" in value:
            repairs.append(f"{where} holds half characters (lone surrogates), and they were replaced")
    return value.replace("\r\n", "\n").replace("\r", "\n")
