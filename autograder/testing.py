"""What hidden tests call: compare with the reference, demand errors, demand untouched arguments.

The same cell runs in two places. Under plain ``nbgrader autograde`` the learner's functions are ordinary
functions in the same kernel; under our judge they are remote callables whose answers arrive as plain data.
Nothing here catches ``BaseException``: that is how the judge ends a cell whose answer could not travel. The
learner's own exceptions pass through with a note that says what was called, so that "the code failed" and
"the answer is wrong" stay two things.

Checks that follow each other may be made together, at the latest when the cell asks the learner's code for something
itself or ends; the first one that fails decides. Code that looks at failures (``try``, ``with``, a helper elsewhere)
finds them where they are.

Every check takes the learner's function, the reference (for expected answers, names of parameters and the
function's name) and calls; whoever is called gets copies of the arguments.
"""

from __future__ import annotations

import copy
import hashlib
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.comparison import (
    DEFAULT,
    Tolerance,
    arrays_in,
    difference,
    form_difference,
    identical,
    show,
    type_name,
)

#: Hexadecimal text that the judge sets for each submission; empty where the cell runs in a learner's kernel.
SUBMISSION_SEED: ContextVar[str] = ContextVar("SUBMISSION_SEED", default="")

Function = Callable[..., Any]

#: Where a rehearsal collects the default cases of the gates: the reference's name and the call.
GATED_CALLS: ContextVar[list[tuple[str, Call]] | None] = ContextVar("GATED_CALLS", default=None)

__all__ = [
    "SUBMISSION_SEED",
    "Call",
    "Tolerance",
    "agrees",
    "answer",
    "call",
    "close",
    "gate",
    "gives",
    "keeps_arguments",
    "own_memory",
    "raises",
    "seeds",
]


def seeds(label: str, n: int = 4) -> list[int]:
    """``n`` seeds for the check called ``label``: this submission's, or fixed ones where there is none."""
    base = SUBMISSION_SEED.get()
    digests = (hashlib.sha256(f"{base}/{label}/{i}".encode()).digest() for i in range(n))
    return [int.from_bytes(digest[:8], "big") for digest in digests]


@dataclass(frozen=True, slots=True)
class Call:
    """The arguments of a call that is made later, and more than once."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def fresh(self) -> Call:
        """The same call with its own copy of every argument."""
        memo: dict[int, Any] = {}
        args = tuple(_copied(value, memo) for value in self.args)
        return Call(args, {name: _copied(value, memo) for name, value in self.kwargs.items()})


_UNCHANGEABLE = frozenset({type(None), bool, int, float, complex, str, bytes})


def _copied(value: Any, memo: dict[int, Any]) -> Any:
    """``copy.deepcopy``, quicker for what arguments mostly are: numbers, arrays of them, and lists of these."""
    kind = type(value)
    if kind in _UNCHANGEABLE:
        return value
    if kind is list:
        if id(value) not in memo:
            found: list[Any] = []
            memo[id(value)] = found
            found += value if _UNCHANGEABLE.issuperset(map(type, value)) else [_copied(item, memo) for item in value]
        return memo[id(value)]
    if kind is np.ndarray and value.dtype.kind in "biufc":
        if id(value) not in memo:
            memo[id(value)] = value.copy(order="K")
        return memo[id(value)]
    return copy.deepcopy(value, memo)


def call(*args: Any, **kwargs: Any) -> Call:
    """The call with these arguments."""
    return Call(args, kwargs)


def agrees(
    function: Function, reference: Function, *calls: Call, tolerance: Tolerance = DEFAULT, hint: str = ""
) -> None:
    """Demand the reference's answer to every call."""

    def check(asked: Asked) -> None:
        _demand(difference(asked.answer(), asked.expected(), tolerance), reference, asked.call, hint)

    _check_each(function, reference, calls, check, expected=True)


def gives(
    function: Function,
    reference: Function,
    one: Call,
    expected: object,
    *,
    tolerance: Tolerance = DEFAULT,
    hint: str = "",
) -> None:
    """Demand an answer that is known otherwise, for instance one worked out by hand."""
    expected = copy.deepcopy(expected)

    def check(asked: Asked) -> None:
        _demand(difference(asked.answer(), expected, tolerance), reference, asked.call, hint)

    _check_each(function, reference, [one], check)


def gate(function: Function, reference: Function, *calls: Call, tolerance: Tolerance = DEFAULT) -> None:
    """Demand right values on the default case, before a property, error or no-mutation check may count.

    Without it a wrong function lives on side checks: half-split RoPE keeps every norm.
    """
    gated = GATED_CALLS.get()
    if gated is not None:
        gated += [(reference.__name__, one) for one in calls]
    agrees(function, reference, *calls, tolerance=tolerance, hint="this check counts once the values are right")


def answer(function: Function, reference: Function, one: Call, *, hint: str = "") -> NDArray[Any]:
    """The answer as an array with the form of the reference's; its values are for the caller to judge."""
    got = _invoke(function, reference, one, one.fresh())
    found = form_difference(got, np.asarray(_ask(reference, one.fresh())))
    _demand(found, reference, one, hint)
    return np.array(got)


def close(what: str, got: object, expected: object, *, tolerance: Tolerance = DEFAULT, hint: str = "") -> None:
    """Demand the value of a quantity derived from answers; ``what`` says how it was derived."""
    _fail_if(difference(got, expected, tolerance), what, hint)


def raises(function: Function, reference: Function, bad: Mapping[str, Call], *, hint: str = "") -> None:
    """Demand an error for each bad call, given under the reason why it is bad.

    Any exception will do but ``NotImplementedError``, which is what an unwritten function raises.
    """
    reasons = iter(tuple(bad))

    def check(asked: Asked) -> None:
        reason = next(reasons)
        try:
            asked.answer()
        except NotImplementedError:
            came = "got NotImplementedError, as from a function not yet written"
        except Exception:
            return
        else:
            came = "got a result"
        _demand(f"expected an error, as {reason}; {came}", reference, asked.call, hint)

    _check_each(function, reference, tuple(bad.values()), check)


def keeps_arguments(function: Function, reference: Function, *calls: Call, hint: str = "") -> None:
    """Demand that the function leaves every argument as it was, to the last bit."""

    def check(asked: Asked) -> None:
        asked.answer()
        before, after = _arguments(reference, asked.call), _arguments(reference, asked.given)
        changed = next((name for name in before if not identical(before[name], after[name])), None)
        if changed is not None:
            found = f"expected the argument {changed} to stay as it was, got it changed by the call"
            _demand(found, reference, asked.call, hint)

    _check_each(function, reference, calls, check, copy_back=True)


def own_memory(function: Function, reference: Function, *calls: Call, hint: str = "") -> None:
    """Demand that the answer shares no memory with an argument.

    Memory can only be compared where it is: a remote callable sets ``last_call_shared`` after each call.
    """

    def check(asked: Asked) -> None:
        got = asked.answer()
        shared = getattr(function, "last_call_shared", None)
        if not isinstance(shared, bool):
            shared = shares_memory(got, asked.given)
        if shared:
            found = "expected a result with memory of its own, got one that shares memory with an argument"
            _demand(found, reference, asked.call, hint)

    _check_each(function, reference, calls, check, copy_back=True)


def shares_memory(answer: object, given: Call) -> bool:
    """Whether an array in an answer shares memory with one in the arguments."""
    arguments = list(arrays_in([*given.args, *given.kwargs.values()]))
    return any(np.shares_memory(mine, theirs) for mine in arrays_in(answer) for theirs in arguments)


def _demand(found: str | None, reference: Function, one: Call, hint: str) -> None:
    if found is not None:
        _fail_if(found, _describe(reference, one), hint)


def _fail_if(found: str | None, what: str, hint: str) -> None:
    if found is not None:
        raise AssertionError("\n".join([what, found, *([f"hint: {hint}"] if hint else [])])) from None


def _ask(function: Function, given: Call) -> Any:
    return function(*given.args, **given.kwargs)


@dataclass(frozen=True, slots=True)
class Asked:
    """One call under way: as it was when it was made, the arguments that the function has, and two things to ask for.

    ``answer`` gives the function's answer or raises what it raised; ``expected`` gives the reference's.
    """

    call: Call
    given: Call
    answer: Callable[[], Any]
    expected: Callable[[], Any]


def _check_each(
    function: object,
    reference: Function,
    calls: Sequence[Call],
    check: Callable[[Asked], None],
    *,
    expected: bool = False,
    copy_back: bool = False,
) -> None:
    """Make every call, and hand it to the check, in order.

    A remote callable may do both later, before the test cell is over, so that many calls go there and back together;
    by then the cell may have changed the arguments, or drawn other random numbers than the reference should have had.
    """
    function = _checked(function, reference)
    later = getattr(type(function), "autograder_check_later", None)
    if later is None:
        for one in calls:
            given = one.fresh()
            answer = partial(_invoke, function, reference, one, given)
            check(Asked(one, given, answer, partial(_ask, reference, one.fresh())))
        return

    def under_way() -> Iterator[tuple[tuple[Any, ...], Mapping[str, Any], Callable[[Callable[[], Any]], None]]]:
        for one in calls:
            kept, given = one.fresh(), one.fresh() if copy_back else one
            known = _ask(reference, one.fresh()) if expected else None
            yield given.args, given.kwargs, partial(_check_answer, check, reference, kept, given, known)

    later(function, under_way(), copy_back=copy_back)


def _check_answer(
    check: Callable[[Asked], None],
    reference: Function,
    one: Call,
    given: Call,
    known: object,
    answer: Callable[[], Any],
) -> None:
    check(Asked(one, given, partial(_noted, answer, reference, one), lambda: known))


def _invoke(function: object, reference: Function, one: Call, given: Call) -> Any:
    """What the learner's function answers to ``given``, a copy of ``one``; its exceptions pass, with a note."""
    return _noted(partial(_ask, _checked(function, reference), given), reference, one)


def _noted(answer: Callable[[], Any], reference: Function, one: Call) -> Any:
    try:
        return answer()
    except Exception as error:
        error.add_note(f"while calling {_describe(reference, one)}")
        raise


def _checked(function: object, reference: Function) -> Function:
    if not callable(function):
        found = f"{reference.__name__}\nexpected a function, got {type_name(function)}"
        raise AssertionError(found) from None
    return function


def _arguments(reference: Function, one: Call) -> dict[str, Any]:
    """Argument values by the names of the reference's parameters."""
    return {**dict(zip(_parameters(reference), one.args, strict=False)), **one.kwargs}


@lru_cache
def _parameters(reference: Function) -> tuple[str, ...]:
    return tuple(inspect.signature(reference).parameters)


def _describe(reference: Function, one: Call) -> str:
    arguments = _arguments(reference, one).items()
    return f"{reference.__name__}({', '.join(f'{name}={show(value)}' for name, value in arguments)})"
