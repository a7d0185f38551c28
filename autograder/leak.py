"""Scan a release for what a learner must not see: solutions, hidden tests, mark schemes, private files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Assignment
from autograder.folders import read_data_files
from autograder.names import imported_modules
from autograder.regions import Markers, regions
from autograder.source import Kind, SourceCell, SourceNotebook, cell_text

# Shorter lines (a bracket, `return x`, `else:`) say nothing about where they come from
_SHORTEST = 12
_COMMON = ("import ", "from ", "#", '"""', "'''", "@", "def ", "class ")


@dataclass(frozen=True, slots=True)
class Private:
    """What no release may hold beside the secrets of its own source: files (name, content) and modules."""

    files: tuple[tuple[str, bytes], ...] = ()
    modules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leak:
    """One finding: the file, the cell (from 1; 0 outside of cells), the line (from 1; 0 unknown), and why."""

    file: str
    cell: int
    line: int
    message: str

    def __str__(self) -> str:
        place = [
            self.file,
            f"cell {self.cell}" if self.cell else "",
            f"line {self.line}" if self.line else "",
        ]
        return f"{', '.join(part for part in place if part)}: {self.message}"


@dataclass(frozen=True, slots=True)
class _Secret:
    what: str
    lines: frozenset[str]

    def shown(self, lines: frozenset[str]) -> frozenset[str]:
        """Secret lines among these, if they are half of the secret or more: one line alone may be chance."""
        found = self.lines & lines
        return found if self.lines and 2 * len(found) >= len(self.lines) else frozenset()


def find_leaks(
    folder: Path, assignment: Assignment, markers: Markers, private: Private | None = None
) -> tuple[Leak, ...]:
    """Everything in the release at ``folder`` that its source keeps from learners."""
    private = private or Private()
    secrets = tuple(_secrets(assignment, markers))
    leaks: list[Leak] = []
    for notebook in assignment.notebooks:
        path = folder / f"{notebook.name}.ipynb"
        leaks += _in_notebook(path, notebook, secrets, markers, private)
    for name, content in read_data_files(folder, ()):
        leaks += _in_file(name, content, secrets, private)
    return tuple(leaks)


def _secrets(assignment: Assignment, markers: Markers) -> Iterator[_Secret]:
    for notebook in assignment.notebooks:
        for cell in notebook.cells:
            yield from (
                _Secret(what, lines) for what, text in _hidden_texts(cell, markers) if (lines := _telling(text))
            )


def _hidden_texts(cell: SourceCell, markers: Markers) -> Iterator[tuple[str, str]]:
    name = repr(cell.grade_id)
    solutions = regions(cell.source, markers.begin_solution, markers.end_solution)
    if cell.kind in (Kind.SOLUTION, Kind.MANUAL) and not solutions:
        solutions = (cell.source,)
    yield from ((f"the solution of {name}", text) for text in solutions)
    for text in regions(cell.source, markers.begin_hidden, markers.end_hidden):
        yield f"the hidden tests of {name}", text
    for text in regions(cell.source, markers.begin_scheme, markers.end_scheme):
        yield f"the mark scheme of {name}", text


def _telling(text: str) -> frozenset[str]:
    """The lines that could come from nowhere else."""
    lines = (line.strip() for line in text.split("\n"))
    return frozenset(line for line in lines if len(line) >= _SHORTEST and not line.startswith(_COMMON))


def _in_notebook(
    path: Path, notebook: SourceNotebook, secrets: Sequence[_Secret], markers: Markers, private: Private
) -> Iterator[Leak]:
    try:
        released = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        yield Leak(path.name, 0, 0, f"cannot be read ({error})")
        return
    cells = released["cells"]
    if len(cells) != len(notebook.cells):
        yield Leak(path.name, 0, 0, f"has {len(cells)} cells, its source {len(notebook.cells)}")
    for number, cell in enumerate(cells, start=1):
        text = cell_text(cell)
        expected = notebook.cells[number - 1].released if number <= len(notebook.cells) else ""
        for line, message in _in_text(text, expected, secrets, markers):
            yield Leak(path.name, number, line, message)
        modules = imported_modules(text) if cell.get("cell_type") == "code" else frozenset()
        for module in sorted(modules.intersection(private.modules)):
            yield Leak(path.name, number, 0, f"imports {module}, which learners do not have")
        if cell.get("outputs"):
            yield Leak(path.name, number, 0, "holds outputs of the instructor's run")
        rest = {key: value for key, value in cell.items() if key not in ("source", "outputs")}
        for message in _in_strings(rest, secrets):
            yield Leak(path.name, number, 0, message)
    for message in _in_strings(released.get("metadata", {}), secrets):
        yield Leak(path.name, 0, 0, message)


def _in_text(text: str, expected: str, secrets: Sequence[_Secret], markers: Markers) -> Iterator[tuple[int, str]]:
    lines = [line.strip() for line in text.split("\n")]
    for number, line in enumerate(lines, start=1):
        for marker in markers.delimiters():
            if marker in line:
                yield number, f"still holds the marker {marker!r}"
    here, meant = frozenset(lines), frozenset(line.strip() for line in expected.split("\n"))
    for secret in secrets:
        # what should have been cut counts line by line, what the instructor left visible only as a whole
        for line in sorted(((secret.lines & here) - meant) | secret.shown(here), key=lines.index):
            yield lines.index(line) + 1, f"shows {secret.what}: {line[:80]!r}"


def _in_strings(value: object, secrets: Sequence[_Secret]) -> Iterator[str]:
    """Secrets in metadata and attachments, at whatever depth."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            stack += item
        elif isinstance(item, str) and len(item) >= _SHORTEST:
            lines = frozenset(line.strip() for line in item.split("\n"))
            for secret in secrets:
                if secret.lines & lines:
                    yield f"shows {secret.what} in its metadata"


def _in_file(name: str, content: bytes, secrets: Sequence[_Secret], private: Private) -> Iterator[Leak]:
    for private_name, private_content in private.files:
        if content.strip() and content.strip() == private_content.strip():
            yield Leak(name, 0, 0, f"is the private file {private_name}")
        elif Path(name).name == Path(private_name).name:
            yield Leak(name, 0, 0, f"is called like the private file {private_name}")
    lines = [line.strip() for line in content.decode("utf-8", "replace").split("\n")]
    for secret in secrets:
        for line in sorted(secret.shown(frozenset(lines)), key=lines.index):
            yield Leak(name, 0, lines.index(line) + 1, f"shows {secret.what}: {line[:80]!r}")
