"""What the text of a source notebook tells its judges, found out once: it is the same for every submission."""

from __future__ import annotations

import ast
import contextlib
import importlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import CodeType

from autograder import judgeable
from autograder.job import Brief
from autograder.names import bound_names, parse_cell
from autograder.namespace import RemoteNames
from autograder.rehearsal import Rehearsal
from autograder.source import Kind, SourceNotebook, remote_names
from autograder.testcell import TestCode, compile_test, compiled

# Of these no import starts a thread or opens a file that forks could not share.
_OURS = frozenset({"autograder", "reference"})


@dataclass(frozen=True, slots=True)
class Setup:
    """Code of the instructor's that the judge runs before test cells; afterwards ``released`` are the learner's."""

    index: int
    code: CodeType
    released: frozenset[str]


@dataclass(frozen=True, slots=True)
class Check:
    """A test cell: its code, why it can't be judged from outside if so, the learner's names that it mentions."""

    code: TestCode
    why_not: str
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A brief, and what its source tells; ``binds`` and ``checks`` are by the index of the source cell."""

    brief: Brief
    names: RemoteNames
    setup: tuple[Setup, ...]
    checks: dict[int, Check]
    binds: tuple[frozenset[str], ...]
    rehearsal: Rehearsal | None


def prepare(brief: Brief) -> Prepared:
    """Read, compile and import what every judge of this notebook will need."""
    source = brief.source
    remote = remote_names(source)
    prepared = Prepared(
        brief,
        RemoteNames(remote, *judgeable.used_by_functions(source)),
        tuple(_setup(source, remote)),
        {
            index: Check(compile_test(cell), judgeable.why_not(cell.source), judgeable.names_read(cell.source) & remote)
            for index, cell in enumerate(source.cells)
            if cell.kind is Kind.TEST
        },
        tuple(bound_names(cell.source) if cell.cell_type == "code" else frozenset() for cell in source.cells),
        _rehearsal(brief),
    )
    _import_ours(source, {PurePosixPath(name).parts[0].removesuffix(".py") for name, _ in brief.assignment_files})
    return prepared


def _setup(source: SourceNotebook, remote: frozenset[str]) -> list[Setup]:
    pieces = []
    for piece in judgeable.setup_code(source, remote):
        # Where a test needs what a cell that is no Python would bind, the reference run finds it.
        with contextlib.suppress(SyntaxError, ValueError):
            code = compiled(piece.code, f"<cell {piece.index + 1}>", "exec")
            pieces.append(Setup(piece.index, code, piece.bound_by_learner))
    return pieces


def _rehearsal(brief: Brief) -> Rehearsal | None:
    # The reference run diagnoses nothing; what can't be rehearsed is said by `autograder validate`.
    if brief.baseline is not None:
        with contextlib.suppress(Exception):
            return Rehearsal(brief.source)
    return None


def _import_ours(source: SourceNotebook, shadowed: Collection[str]) -> None:
    """Import the modules of ours that test cells import, unless a file of the assignment has such a name."""
    for cell in source.cells:
        if cell.kind is not Kind.TEST:
            continue
        with contextlib.suppress(Exception):
            for node in ast.walk(parse_cell(cell.source)):
                for name in _modules(node):
                    if name.partition(".")[0] in _OURS - set(shadowed):
                        # ``from package import name`` may mean a module or what one holds.
                        with contextlib.suppress(ImportError):
                            importlib.import_module(name)


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []
