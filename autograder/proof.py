"""Try an assignment's checks on all versions that its author knows: do they test what they are meant to test?

Runs the author's own code, in processes of its own: it may use all cores, and must not meet the command's state.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import numpy as np

from autograder.diagnosis import Casebook, Observation, observe, observe_all, same_values
from autograder.rehearsal import Rehearsal, unwritten
from autograder.sandbox import THREADS
from autograder.source import SourceNotebook
from autograder.testing import Call
from autograder.versions import ALTERNATIVES, MISTAKES, REFERENCE, Version, load_versions

TRIVIAL = "trivial"
# So often a process runs the checks before it is given more: setting the stage costs as much as some runs.
_RUNS, _MISTAKES = 60, 16

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """A piece of work: some versions of one kind, by name, on some seeds."""

    assignment: str
    source: SourceNotebook
    files: tuple[tuple[str, bytes], ...]
    kind: str
    names: tuple[str, ...]
    seeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What the checks of one notebook make of one version.

    ``own`` are the checks that need its function, ``failed`` all that failed on some seed: the first of these seeds
    is ``seed``, and what was raised there ``error``. Of a mistake, ``named`` says what the diagnosis makes of it, and
    ``wrong_by_default`` whether it is wrong where a gate asks.
    """

    notebook: str
    kind: str
    name: str
    function: str = ""
    own: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    seed: str = ""
    error: str = ""
    text: str = ""
    hint: str = ""
    named: tuple[str, ...] = ()
    wrong_by_default: bool = False


def trials(
    assignment: str, source: SourceNotebook, files: tuple[tuple[str, bytes], ...], number_of_seeds: int
) -> Iterator[Trial]:
    """The work that proves one notebook: reference and alternatives on every seed, all others on one.

    Raises what importing the assignment's versions raises.
    """
    # The first seed is that of a plain nbgrader run.
    seeds = ("", *(f"{index:08x}" for index in range(1, number_of_seeds)))
    alternatives = tuple(item.name for item in load_versions(assignment, ALTERNATIVES))
    mistakes = tuple(item.name for item in load_versions(assignment, MISTAKES))
    for kind, names, runs, most in (
        (REFERENCE, (REFERENCE,), seeds, 1),
        (ALTERNATIVES, alternatives, seeds, max(1, _RUNS // len(seeds))),
        (MISTAKES, mistakes, seeds[:1], _MISTAKES),
        (TRIVIAL, tuple(trivial_functions()) if mistakes else (), seeds[:1], _MISTAKES),
    ):
        for first in range(0, len(names), most):
            for start in range(0, len(runs), _RUNS):
                chosen = names[first : first + most]
                yield Trial(assignment, source, files, kind, chosen, runs[start : start + _RUNS])


def prove(work: Sequence[Trial], root: Path, on_done: Callable[[str], None]) -> dict[str, list[Tried]]:
    """Work off the trials on all cores: what came out by assignment; ``root`` is the folder that holds ``reference``.

    ``on_done`` hears of each trial what it was.
    """
    found: dict[int, list[Tried]] = {}
    # Not forked: this process may have threads, and modules of the author's that another root would give.
    pool = ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), initializer=_prepare, initargs=(str(root),))
    with pool, _one_thread_each():
        running = {pool.submit(_work, trial): number for number, trial in enumerate(work)}
        for future in as_completed(running):
            number = running[future]
            found[number] = future.result()
            on_done(f"{work[number].assignment}: {work[number].kind}")
    by_assignment: dict[str, list[Tried]] = {}
    for number, trial in enumerate(work):
        by_assignment.setdefault(trial.assignment, []).extend(found[number])
    return by_assignment


def trivial_functions() -> dict[str, Function]:
    """Functions that know nothing of any exercise."""

    def first(*args: Any, **kwargs: Any) -> Any:
        return [*args, *kwargs.values()][0]

    def raising(*_args: Any, **_kwargs: Any) -> Any:
        raise ValueError("no")

    def shaped(make: Function) -> Function:
        return lambda *args, **kwargs: make(np.shape(first(*args, **kwargs)))

    return {
        "the first argument": first,
        "the last argument": lambda *args, **kwargs: [*args, *kwargs.values()][-1],
        "zeros": shaped(np.zeros),
        "ones": shaped(np.ones),
        "the number 0": lambda *_args, **_kwargs: 0,
        "the number 1.0": lambda *_args, **_kwargs: 1.0,
        "None": lambda *_args, **_kwargs: None,
        "an empty list": lambda *_args, **_kwargs: [],
        "an empty dict": lambda *_args, **_kwargs: {},
        "an error": raising,
    }


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """The processes that start meanwhile do linear algebra with one thread: more would only wait for each other."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _prepare(root: str) -> None:
    os.environ["MPLBACKEND"] = "agg"
    sys.path.insert(0, root)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A command that is killed can't tell its processes, which would go on with a thousand seeds for nobody."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(trial: Trial) -> list[Tried]:
    """The checks find the assignment's data files in the working directory, as under nbgrader."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="proof-") as folder:
        for name, data in trial.files:
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        os.chdir(folder)
        try:
            return list(_Stage(trial).tried())
        finally:
            os.chdir(before)


class _Stage:
    """A notebook's checks, and which of them need which function."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._rehearsal = Rehearsal(trial.source)
        self._right = self._rehearsal.functions()
        # What never calls a function need not be run when another version of it is tried.
        self._users = self._rehearsal.users()
        self._own = {
            name: tuple(
                key
                for key, error in self._rehearsal.run({name: unwritten}, only=self._users.get(name, ())).items()
                if error is not None
            )
            for name in self._right
        }
        if trial.kind == MISTAKES:
            self._default_cases = self._rehearsal.default_cases()
            known = load_versions(trial.assignment, MISTAKES)
            self._casebook = Casebook(self._right, known, self._rehearsal.calls())

    def tried(self) -> Iterator[Tried]:
        """One record a version, and for a trivial function one for each function whose place it takes."""
        trial = self._trial
        if trial.kind == REFERENCE:
            yield self._try(REFERENCE, "", {})
        elif trial.kind == TRIVIAL:
            for name in trial.names:
                for function in self._right:
                    yield self._try(name, function, {function: trivial_functions()[name]})
        else:
            versions = {version.name: version for version in load_versions(trial.assignment, trial.kind)}
            # Another notebook of the assignment may define the function.
            chosen = [versions[name] for name in trial.names if versions[name].function in self._right]
            is_mistake = trial.kind == MISTAKES
            yield from (self._mistake(item) if is_mistake else self._of(item) for item in chosen)

    def _try(self, name: str, function: str, replaced: Mapping[str, Function]) -> Tried:
        own = self._own.get(function, self._rehearsal.grade_ids)
        failed: dict[str, str] = {}
        where = ""
        for seed in self._trial.seeds:
            only = own if seed else self._users.get(function, own)
            for key, error in self._rehearsal.run(replaced, seed, only).items():
                if error is not None and key not in failed:
                    where = where if failed else seed
                    failed[key] = f"{type(error).__name__}: {error}"
        error_text = next(iter(failed.values()), "")
        return Tried(self._trial.source.name, self._trial.kind, name, function, own, tuple(failed), where, error_text)

    def _of(self, version: Version) -> Tried:
        tried = self._try(version.name, version.function, {version.function: version.run})
        return replace(tried, text=version.text, hint=version.hint)

    def _mistake(self, version: Version) -> Tried:
        tried = self._of(version)

        def ask(name: str, calls: Sequence[Call]) -> list[Observation]:
            return list(observe_all(version.run if name == version.function else self._right[name], calls))

        found = self._casebook.diagnose(ask, tried.failed)
        right = self._right[version.function]
        default = [call for name, call in self._default_cases if name == version.function]
        return replace(
            tried,
            named=tuple(sorted({item.name for item in found.values()})),
            wrong_by_default=any(not same_values(observe(version.run, one), observe(right, one)) for one in default),
        )
