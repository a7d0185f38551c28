"""Name the mistake behind a wrong answer: the one known wrong version that answers every call alike.

A learner's function is called as the checks call it, with inputs that are the same for everybody, and compared with
what each known mistake gives for them. It is named where it agrees on all of them, the function is not right on
them, and no other known mistake agrees; in doubt nothing is said.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.comparison import as_array, identical
from autograder.rehearsal import MadeCall
from autograder.testing import Call, shares_memory
from autograder.versions import Version

_RTOL, _ATOL = 1e-4, 1e-4
# As good as minus infinity where a score is masked.
_MASK = -1e8
_MAX_CALLS = 400

Ask = Callable[[str, Call], "Observation"]


@dataclass(frozen=True, slots=True)
class Observation:
    """What became of one call: its answer, which arguments it changed, whether the answer shares their memory."""

    raised: bool
    answer: Any = None
    changed: frozenset[int | str] = frozenset()
    shared: bool = False


def observe(function: Callable[..., Any], call: Call) -> Observation:
    """Call a function and note what it does; whoever is called gets copies of the arguments."""
    given = call.fresh()
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            answer = function(*given.args, **given.kwargs)
    except Exception:
        return Observation(raised=True)
    before, after = _by_place(call), _by_place(given)
    shared = getattr(function, "last_call_shared", None)
    return Observation(
        raised=False,
        answer=answer,
        changed=frozenset(key for key in before if not identical(before[key], after[key])),
        shared=shared if isinstance(shared, bool) else shares_memory(answer, given),
    )


def _by_place(call: Call) -> dict[int | str, Any]:
    places: dict[int | str, Any] = dict(enumerate(call.args))
    places.update(call.kwargs)
    return places


def diagnose(
    ask: Ask,
    right: Mapping[str, Callable[..., Any]],
    mistakes: Sequence[Version],
    made: Sequence[MadeCall],
    failed: Collection[str],
) -> dict[str, Version]:
    """The mistake behind each failed test cell, where it can be named.

    ``ask`` calls a function of the learner's; ``right`` are the solution's; ``made`` are the calls of the checks.
    """
    found: dict[str, Version] = {}
    for name in right:
        known = [version for version in mistakes if version.function == name]
        calls = [item for item in made if item.function == name][:_MAX_CALLS]
        cells = [cell for cell in dict.fromkeys(item.grade_id for item in calls) if cell in failed]
        if not known or not cells:
            continue
        evidence = _Evidence(ask, right[name], known, calls)
        named = evidence.only_one(range(len(calls)))
        for cell in cells:
            within = [index for index, item in enumerate(calls) if item.grade_id == cell]
            # With two slips no single mistake agrees everywhere; each check may still show one of them.
            version = named if named is not None else evidence.only_one(within)
            if cell not in found and version is not None and evidence.shows(version, within):
                found[cell] = version
    return found


class _Evidence:
    """The calls of one function: what the learner's, the right one and the known mistakes answer."""

    def __init__(
        self, ask: Ask, right: Callable[..., Any], known: Sequence[Version], calls: Sequence[MadeCall]
    ) -> None:
        self._calls, self._known = calls, known
        self._learner = [ask(item.function, item.call) for item in calls]
        self._right = [observe(right, item.call) for item in calls]
        self._of_version: dict[tuple[str, int], Observation] = {}

    def _observed(self, version: Version, index: int) -> Observation:
        key = version.name, index
        if key not in self._of_version:
            self._of_version[key] = observe(version.run, self._calls[index].call)
        return self._of_version[key]

    def only_one(self, indices: Collection[int]) -> Version | None:
        """The single mistake that does on these calls what the learner's function does; None in doubt."""
        learner = [self._learner[index] for index in indices]
        right = [self._right[index] for index in indices]
        if all(one.raised for one in learner):
            return None
        # Where all values are right, the fault lies in their form: a dtype, a changed argument, shared memory.
        in_form = all(same_values(mine, yours) for mine, yours in zip(learner, right, strict=True))
        same = _same_form if in_form else same_values
        if all(same(mine, yours) for mine, yours in zip(learner, right, strict=True)):
            return None
        agreeing = [
            version
            for version in self._known
            if all(same(self._learner[index], self._observed(version, index)) for index in indices)
        ]
        return agreeing[0] if len(agreeing) == 1 else None

    def shows(self, version: Version, indices: Collection[int]) -> bool:
        """Whether the mistake is seen on these calls: elsewhere another fault made the check fail."""
        return not all(
            same_values(self._observed(version, index), self._right[index])
            and _same_form(self._observed(version, index), self._right[index])
            for index in indices
        )


def same_values(mine: Observation, yours: Observation) -> bool:
    """Whether both raised, or both answered the same in value."""
    if mine.raised or yours.raised:
        return mine.raised and yours.raised
    return _alike(mine.answer, yours.answer)


def _same_form(mine: Observation, yours: Observation) -> bool:
    return (
        same_values(mine, yours)
        and _form(mine.answer) == _form(yours.answer)
        and (mine.changed, mine.shared) == (yours.changed, yours.shared)
    )


def _form(answer: object) -> object:
    """The kind of numbers, and whether an empty result has lost its axes."""
    if isinstance(answer, Mapping):
        return tuple((key, _form(answer[key])) for key in sorted(answer, key=str))
    array = _numbers(answer)
    if array is None:
        return type(answer).__name__
    half = type(answer) is np.ndarray and answer.dtype == np.float16
    return "half" if half else ("i" if array.dtype.kind in "iu" else array.dtype.kind), array.size == 0 and type(
        answer
    ) is not np.ndarray


def _alike(mine: object, yours: object) -> bool:
    """Equal in value; the kind of numbers and whether they are an array or lists does not matter."""
    if type(mine) in (bool, int, str) and type(yours) in (bool, int, str):
        return mine == yours
    if isinstance(mine, Mapping) or isinstance(yours, Mapping):
        if not isinstance(mine, Mapping) or not isinstance(yours, Mapping) or mine.keys() != yours.keys():
            return False
        return all(_alike(mine[key], yours[key]) for key in mine)
    one, other = _numbers(mine), _numbers(yours)
    if one is None or other is None:
        if isinstance(mine, (list, tuple)) and isinstance(yours, (list, tuple)):
            return len(mine) == len(yours) and all(map(_alike, mine, yours))
        return mine is None and yours is None
    if one.shape != other.shape:
        return False
    if one.dtype.kind in "iub" and other.dtype.kind in "iub":
        return bool(np.all(one == other))
    if "c" in (one.dtype.kind, other.dtype.kind):
        return bool(np.allclose(one, other, rtol=_RTOL, atol=_ATOL, equal_nan=True))
    one, other = (np.where(array <= _MASK, -np.inf, array.astype(float)) for array in (one, other))
    return bool(np.allclose(one, other, rtol=_RTOL, atol=_ATOL, equal_nan=True))


def _numbers(value: object) -> NDArray[Any] | None:
    if type(value) is np.ndarray and value.dtype == np.float16:
        value = value.astype(float)
    array = as_array(value)
    return None if isinstance(array, str) else array
