"""What the text of a source notebook tells its judges, found out once: it is the same for every submission."""

from __future__ import annotations

import ast
import contextlib
import importlib
import os
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import CodeType

from autograder import judgeable
from autograder.autograded import as_bytes, as_notebook
from autograder.diagnosis import Casebook
from autograder.errors import UnreadableSubmission
from autograder.files import put_files
from autograder.job import Brief
from autograder.names import bound_names, parse_cell
from autograder.namespace import RemoteNames
from autograder.notebook import read_submission
from autograder.rehearsal import Rehearsal
from autograder.source import Kind, SourceNotebook, notebook_as_submission, remote_names
from autograder.testcell import TestCode, compile_test, compiled
from autograder.versions import MISTAKES, load_versions

# Of these no import starts a thread or opens a file that forks could not share.
_SHAREABLE = frozenset({"autograder", "reference", "numpy", "matplotlib"})
# Of so many calls the answers of all known mistakes are known beforehand.
_WARMED = 4


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
    casebook: Casebook | None


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
        _casebook(brief),
    )
    _read_once(source)
    _import_shareable(
        prepared, {PurePosixPath(name).parts[0].removesuffix(".py") for name, _ in brief.assignment_files}
    )
    return prepared


def _read_once(source: SourceNotebook) -> None:
    """Read the released notebook as if it had been handed in: what is worked out of its texts stays in the caches."""
    with contextlib.suppress(UnreadableSubmission):
        submission = read_submission(source.name, notebook_as_submission(source, released=True), source)
        as_bytes(as_notebook(submission, source, {}, {}))
    _ = [cell.title for cell in source.cells]


def with_baseline(prepared: Prepared, brief: Brief) -> Prepared:
    """The same notebook, once its reference run is known."""
    return replace(prepared, brief=brief, casebook=_casebook(brief))


def _setup(source: SourceNotebook, remote: frozenset[str]) -> list[Setup]:
    pieces = []
    for piece in judgeable.setup_code(source, remote):
        # Where a test needs what a cell that is no Python would bind, the reference run finds it.
        with contextlib.suppress(SyntaxError, ValueError):
            code = compiled(piece.code, f"<cell {piece.index + 1}>", "exec")
            pieces.append(Setup(piece.index, code, piece.bound_by_learner))
    return pieces


def _casebook(brief: Brief) -> Casebook | None:
    # The reference run itself has no baseline, and what fails there is no learner's mistake. What can't be loaded or
    # rehearsed leaves all without a diagnosis; `autograder validate` says what is wrong.
    if brief.baseline is not None:
        with contextlib.suppress(Exception), _among_files(brief):
            mistakes = load_versions(brief.assignment, MISTAKES)
            if mistakes:
                rehearsal = Rehearsal(brief.source)
                casebook = Casebook(rehearsal.functions(), mistakes, rehearsal.calls())
                casebook.warm(_WARMED)
                return casebook
    return None


@contextlib.contextmanager
def _among_files(brief: Brief) -> Iterator[None]:
    """In a folder with the assignment's data files; modules that are imported from there are forgotten again."""
    before, path, modules = os.getcwd(), list(sys.path), set(sys.modules)
    with tempfile.TemporaryDirectory(prefix="assignment-") as folder:
        put_files(Path(folder), brief.assignment_files)
        os.chdir(folder)
        sys.path.insert(0, folder)
        try:
            yield
        finally:
            os.chdir(before)
            sys.path[:] = path
            for name in set(sys.modules) - modules:
                if str(getattr(sys.modules[name], "__file__", "") or "").startswith(folder):
                    del sys.modules[name]


def _import_shareable(prepared: Prepared, shadowed: Collection[str]) -> None:
    """Import what the judge's code imports and forks can share, unless a file of the assignment has such a name."""
    code = [cell.source for cell in prepared.brief.source.cells if cell.kind is Kind.TEST]
    code += [piece.code for piece in judgeable.setup_code(prepared.brief.source, prepared.names.bound)]
    for text in code:
        with contextlib.suppress(Exception):
            for node in ast.walk(parse_cell(text)):
                for name in _modules(node):
                    if name.partition(".")[0] in _SHAREABLE - set(shadowed):
                        # ``from package import name`` may mean a module or what one holds.
                        with contextlib.suppress(ImportError):
                            importlib.import_module(name)


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []
