"""Run an assignment's test cells on functions that are trusted: the author's own, in this process.

This is how a mistake or an alternative is tried on every check many times a second, and how the calls are found that
the checks make. Never for anything that a learner wrote.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

from autograder.judgeable import setup_code, without_ignored_lines
from autograder.names import bound_names, parse_cell
from autograder.source import Kind, SourceNotebook, remote_names
from autograder.testcell import compiled
from autograder.testing import GATED_CALLS, SUBMISSION_SEED, Call

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class MadeCall:
    """A call of a learner's function: the test cell that made it, the function's name, the arguments."""

    grade_id: str
    function: str
    call: Call


@dataclass(frozen=True, slots=True)
class _Step:
    """One cell; a test cell has a grade_id, a solution cell the names that it binds."""

    code: CodeType
    grade_id: str = ""
    binds: frozenset[str] = frozenset()


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Without a word: what an author's code prints or warns of is nobody's to read here."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


def unwritten(*_args: Any, **_kwargs: Any) -> Any:
    """What a released stub does."""
    raise NotImplementedError


class Rehearsal:
    """A notebook ready to be run with its own solutions, or with other functions in their place."""

    def __init__(self, source: SourceNotebook) -> None:
        self._steps: list[_Step] = []
        setup = {piece.index: piece for piece in setup_code(source, remote_names(source))}
        for index, cell in enumerate(source.cells):
            if cell.cell_type != "code":
                continue
            name = f"<{cell.grade_id or f'cell {index + 1}'}>"
            if cell.kind in (Kind.SOLUTION, Kind.MANUAL):
                tree = parse_cell(cell.source)
                self._steps.append(_Step(compiled(tree, name, "exec"), binds=bound_names(cell.source)))
            elif cell.kind is Kind.TEST:
                tree = ast.parse(without_ignored_lines(cell.source))
                self._steps.append(_Step(compiled(tree, name, "exec"), cell.grade_id or ""))
            elif index in setup:
                self._steps.append(_Step(compiled(parse_cell(setup[index].code), name, "exec")))

    @property
    def grade_ids(self) -> tuple[str, ...]:
        """The test cells, in order."""
        return tuple(step.grade_id for step in self._steps if step.grade_id)

    def run(
        self, replaced: Mapping[str, Function] | None = None, seed: str = "", only: Collection[str] | None = None
    ) -> dict[str, Exception | None]:
        """What each test cell raises, None where it passes, with these functions in place of the solution's.

        ``seed`` is hexadecimal, as a submission's; ``only`` leaves out the other test cells.
        """
        return self._run(lambda name, function: (replaced or {}).get(name, function), seed, only)

    def calls(self, seed: str = "") -> tuple[MadeCall, ...]:
        """Every call that the test cells make of the solution's functions, those inside of calls left out."""
        made: list[MadeCall] = []
        inside = False

        def recorder(name: str, function: Function) -> Function:
            def recorded(*args: Any, **kwargs: Any) -> Any:
                nonlocal inside
                if inside or not self._current:
                    return function(*args, **kwargs)
                made.append(MadeCall(self._current, name, Call(args, kwargs).fresh()))
                inside = True
                try:
                    return function(*args, **kwargs)
                finally:
                    inside = False

            return recorded

        self._run(recorder, seed, None)
        return tuple(made)

    def users(self) -> dict[str, tuple[str, ...]]:
        """The test cells in whose run each function of the solution is called, at any depth."""
        found: dict[str, dict[str, None]] = {}

        def noted(name: str, function: Function) -> Function:
            def called(*args: Any, **kwargs: Any) -> Any:
                if self._current:
                    found.setdefault(name, {})[self._current] = None
                return function(*args, **kwargs)

            return called

        self._run(noted, "", None)
        return {name: tuple(cells) for name, cells in found.items()}

    def default_cases(self, seed: str = "") -> tuple[tuple[str, Call], ...]:
        """The calls by which gates decide whether a function's values are right, with the function's name."""
        token = GATED_CALLS.set([])
        try:
            self.run(seed=seed)
            return tuple(GATED_CALLS.get() or ())
        finally:
            GATED_CALLS.reset(token)

    def functions(self) -> dict[str, Function]:
        """The solution's functions by name."""
        found: dict[str, Function] = {}

        def noted(name: str, function: Function) -> Function:
            found[name] = function
            return function

        self._run(noted, "", ())
        return found

    _current = ""

    def _run(
        self, replace: Callable[[str, Function], Function], seed: str, only: Collection[str] | None
    ) -> dict[str, Exception | None]:
        namespace: dict[str, Any] = {
            "__name__": "__main__",
            "__builtins__": builtins,
            "display": lambda *objects, **_: print(*objects),
        }
        outcomes: dict[str, Exception | None] = {}
        token = SUBMISSION_SEED.set(seed)
        try:
            with quietly():
                for step in self._steps:
                    if step.grade_id:
                        if only is None or step.grade_id in only:
                            self._current = step.grade_id
                            outcomes[step.grade_id] = _error_of(step.code, namespace)
                            self._current = ""
                        continue
                    # Where a test needs what this cell did not get to bind, it will say so.
                    _error_of(step.code, namespace)
                    for name in step.binds & namespace.keys():
                        if callable(namespace[name]):
                            namespace[name] = replace(name, namespace[name])
        finally:
            SUBMISSION_SEED.reset(token)
        return outcomes


def _error_of(code: CodeType, namespace: dict[str, Any]) -> Exception | None:
    try:
        exec(code, namespace)
    except Exception as error:
        return error
    return None
