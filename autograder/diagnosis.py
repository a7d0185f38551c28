"""Name the mistake behind a wrong answer: the one known wrong version that answers every call alike.

A learner's function is called as the checks call it, with inputs that are the same for everybody, and compared with
what each known mistake gives for them. It is named where it agrees on all of them, the function is not right on
them, and no other known mistake agrees; in doubt nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.comparison import as_array, identical
from autograder.rehearsal import MadeCall, quietly
from autograder.testing import Call, shares_memory
from autograder.versions import Version

_RTOL, _ATOL = 1e-4, 1e-4
# As good as minus infinity where a score is masked.
_MASK = -1e8
_MAX_CALLS = 400

Ask = Callable[[str, Sequence[Call]], Sequence["Observation"]]


@dataclass(frozen=True, slots=True)
class Observation:
    """What became of one call: its answer, which arguments it changed, whether the answer shares their memory."""

    raised: bool
    answer: Any = None
    changed: frozenset[int | str] = frozenset()
    shared: bool = False


def observe(function: Callable[..., Any], call: Call) -> Observation:
    """Call a function and note what it does; whoever is called gets copies of the arguments."""
    return next(observe_all(function, [call]))


def observe_all(function: Callable[..., Any], calls: Sequence[Call]) -> Iterator[Observation]:
    """As ``observe`` for several calls, each made when it is asked for; a remote callable gets them together."""
    given = [call.fresh() for call in calls]
    together = getattr(type(function), "autograder_call_all", None)
    answers: Iterable[Callable[[], Any]] = (
        (partial(function, *one.args, **one.kwargs) for one in given)
        if together is None
        else together(function, [(one.args, one.kwargs) for one in given])
    )
    for call, one, answer in zip(calls, given, answers, strict=True):
        yield _observed(function, call, one, answer)


def _observed(function: Callable[..., Any], call: Call, given: Call, answer: Callable[[], Any]) -> Observation:
    try:
        with quietly():
            got = answer()
    except Exception:
        return Observation(raised=True)
    before, after = _by_place(call), _by_place(given)
    shared = getattr(function, "last_call_shared", None)
    return Observation(
        raised=False,
        answer=got,
        changed=frozenset(key for key in before if not identical(before[key], after[key])),
        shared=shared if isinstance(shared, bool) else shares_memory(got, given),
    )


def _by_place(call: Call) -> dict[int | str, Any]:
    places: dict[int | str, Any] = dict(enumerate(call.args))
    places.update(call.kwargs)
    return places


class Casebook:
    """The calls of an assignment's checks, with what the right functions and the known mistakes answer."""

    def __init__(
        self, right: Mapping[str, Callable[..., Any]], mistakes: Sequence[Version], made: Sequence[MadeCall]
    ) -> None:
        self._functions = {
            name: _Answers(function, known, [item for item in made if item.function == name][:_MAX_CALLS])
            for name, function in right.items()
            if (known := [version for version in mistakes if version.function == name])
        }

    def warm(self, calls: int) -> None:
        """Find out what the right functions answer, and the known mistakes to the first calls of each function.

        Hardly a mistake needs more of them to be ruled out.
        """
        for answers in self._functions.values():
            answers.warm(calls)

    def diagnose(self, ask: Ask, failed: Collection[str]) -> dict[str, Version]:
        """The mistake behind each failed test cell, where it can be named; ``ask`` calls the learner's functions."""
        found: dict[str, Version] = {}
        for name, answers in self._functions.items():
            cells = [cell for cell in dict.fromkeys(item.grade_id for item in answers.calls) if cell in failed]
            if not cells:
                continue
            learner = ask(name, [item.call for item in answers.calls])
            named = answers.only_one(learner, range(len(learner)))
            for cell in cells:
                within = [index for index, item in enumerate(answers.calls) if item.grade_id == cell]
                # With two slips no single mistake agrees everywhere; each check may still show one of them.
                version = named if named is not None else answers.only_one(learner, within)
                if cell not in found and version is not None and answers.shows(version, within):
                    found[cell] = version
        return found


class _Answers:
    """The calls of one function: what the right one and the known mistakes answer, each asked when needed."""

    def __init__(self, right: Callable[..., Any], known: Sequence[Version], calls: Sequence[MadeCall]) -> None:
        self.calls = calls
        self._right_function, self._known = right, known
        self._right_answers: list[Observation] | None = None
        self._of_version: dict[tuple[str, int], Observation] = {}

    @property
    def _right(self) -> list[Observation]:
        if self._right_answers is None:
            self._right_answers = [observe(self._right_function, item.call) for item in self.calls]
        return self._right_answers

    def _observed(self, version: Version, index: int) -> Observation:
        key = version.name, index
        if key not in self._of_version:
            self._of_version[key] = observe(version.run, self.calls[index].call)
        return self._of_version[key]

    def warm(self, calls: int) -> None:
        """As the casebook's."""
        if self._right:
            for version in self._known:
                for index in range(min(calls, len(self.calls))):
                    self._observed(version, index)

    def only_one(self, observed: Sequence[Observation], indices: Collection[int]) -> Version | None:
        """The single mistake that does on these calls what the learner's function did; None in doubt."""
        learner = [observed[index] for index in indices]
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
            if all(same(observed[index], self._observed(version, index)) for index in indices)
        ]
        return agreeing[0] if len(agreeing) == 1 else None

    def shows(self, version: Version, indices: Collection[int]) -> bool:
        """Whether the mistake is seen on these calls: elsewhere another fault made the check fail."""
        return not all(_same_form(self._observed(version, index), self._right[index]) for index in indices)


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
