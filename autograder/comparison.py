"""How an answer is compared with an expected one: a fixed ladder, and the words for where they differ.

Type, shape, kind of dtype, finiteness, values, in this order. Nothing is compared by broadcasting:
``np.allclose((2, 3), (3,))`` is how shape errors hide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHOWN_ENTRIES = 12
MAX_DEPTH = 32
KIND_NAMES = {"f": "floats", "i": "integers", "b": "booleans", "c": "complex numbers"}


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far floats may be apart; integers are always compared exactly.

    ``any_number`` lets the kind of dtype be free where an exercise says so.
    """

    rtol: float = 1e-4
    atol: float = 1e-5
    any_number: bool = False


DEFAULT = Tolerance()


def difference(got: object, expected: object, tolerance: Tolerance = DEFAULT) -> str | None:
    """The first way in which an answer differs from the expected one, as a sentence; None where it doesn't.

    A dict asks for exactly its keys, a tuple for as many results, each compared in its turn; a tuple of
    integers is a shape, and is compared and shown as one.
    """
    if isinstance(expected, Mapping):
        return _mapping_difference(got, expected, tolerance)
    if isinstance(expected, tuple):
        if all(type(item) is int for item in expected):
            return _shape_tuple_difference(got, expected)
        return _tuple_difference(got, expected, tolerance)
    if type(expected) is int:
        return _integer_difference(got, expected)
    array = as_array(got)
    if isinstance(array, str):
        return array
    wanted = np.asarray(expected)
    return _form_difference(got, array, wanted, tolerance) or _value_difference(array, wanted, tolerance)


def as_array(value: object) -> NDArray[Any] | str:
    """The plain array that an answer is, or the sentence that says why it is none."""
    refusal = _refusal(value, 0)
    if refusal is not None:
        return refusal
    try:
        array = np.array(value)
    except ValueError:
        return "expected an array, got nested lists of unequal lengths"
    if array.dtype.kind == "O":
        return "expected an array, got integers too large for one"
    return array


def form_difference(got: object, expected: NDArray[Any], tolerance: Tolerance = DEFAULT) -> str | None:
    """The ladder without its last step: type, shape, kind of dtype and finiteness."""
    array = as_array(got)
    return array if isinstance(array, str) else _form_difference(got, array, expected, tolerance)


def _form_difference(got: object, array: NDArray[Any], expected: NDArray[Any], tolerance: Tolerance) -> str | None:
    if array.shape != expected.shape:
        return f"expected shape {expected.shape}, got {array.shape}"
    is_array = isinstance(got, np.ndarray)
    if expected.size == 0 and not is_array:
        return f"expected an empty array of shape {expected.shape}, got a list, which loses its axes"
    kind, wanted = _kind(array), _kind(expected)
    # Where a float is asked an int is one; but an integer *array* is how results get truncated.
    allowed = "fi" if wanted == "f" and not (is_array and array.ndim) else wanted
    if kind not in ("fib" if tolerance.any_number else allowed):
        return f"expected {KIND_NAMES[wanted]}, got {array.dtype}"
    if kind == "f" and wanted == "f" and not (finite := np.isfinite(array)).all():
        odd = ~finite & np.isfinite(expected)
        if odd.any():
            index = _first(odd)
            return f"expected finite numbers, got {show(array[index])}{_at(index)}"
    return None


def type_name(value: object) -> str:
    """What a learner calls this value; an opaque object of the judge answers ``autograder_describe``."""
    describe = getattr(type(value), "autograder_describe", None)
    if describe is not None:
        return str(describe(value))
    if value is None:
        return "None"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def show(value: object) -> str:
    """A value as text: whole up to a dozen entries, its shape above; the same bytes every run."""
    if isinstance(value, np.ndarray):
        if 0 < value.size <= SHOWN_ENTRIES:
            return f"array({show(value.tolist())})"
        return f"array of shape {value.shape}"
    if isinstance(value, (list, tuple)):
        if _leaves(value) <= SHOWN_ENTRIES:
            inner = ", ".join(show(item) for item in value)
            return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' * (len(value) == 1)})"
        return f"nested lists of {_leaves(value)} numbers"
    if isinstance(value, (float, np.floating)):
        return f"{value:.6g}"
    return str(value) if isinstance(value, (int, complex, str, np.generic)) else type_name(value)


def identical(before: object, after: object) -> bool:
    """Whether two values are the same to the last bit, types included."""
    if isinstance(before, np.ndarray):
        return (
            isinstance(after, np.ndarray)
            and (before.shape, before.dtype) == (after.shape, after.dtype)
            and before.tobytes() == after.tobytes()
        )
    if isinstance(before, (list, tuple)):
        return (
            isinstance(after, (list, tuple))
            and type(before) is type(after)
            and len(before) == len(after)
            and all(map(identical, before, after))
        )
    return type(before) is type(after) and before == after


def arrays_in(value: object) -> Iterator[NDArray[Any]]:
    """Every array in a value: itself, or the items of tuples, lists and dicts."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from arrays_in(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from arrays_in(item)


def _leaves(value: object) -> int:
    return sum(map(_leaves, value)) if isinstance(value, (list, tuple)) else 1


def _refusal(value: object, depth: int) -> str | None:
    if value is None:
        return "expected a result, got None: does the function return it?"
    if isinstance(value, (list, tuple)):
        if depth == MAX_DEPTH:
            return "expected an array, got lists nested too deeply for one"
        return next((text for item in value if (text := _refusal(item, depth + 1)) is not None), None)
    if type(value) in (bool, int, float, complex):
        return None
    if type(value) is not np.ndarray and not isinstance(value, np.generic):
        return f"expected a plain array or number, got {type_name(value)}"
    if value.dtype == np.float16:
        return "expected float32 or float64, got float16, which keeps only three digits"
    if value.dtype.kind not in "biufc":
        return f"expected numbers, got an array of dtype {value.dtype}"
    return None


def _value_difference(array: NDArray[Any], expected: NDArray[Any], tolerance: Tolerance) -> str | None:
    if array.dtype.kind == expected.dtype.kind == "f" and _is_near(array, expected, tolerance):
        return None
    if "f" in (_kind(array), _kind(expected)):
        off = ~np.isclose(array, expected, rtol=tolerance.rtol, atol=tolerance.atol, equal_nan=True)
    else:
        off = array != expected
    if not np.any(off):
        return None
    index = _first(np.asarray(off))
    text = f"expected {show(expected[index])}{_at(index)}, got {show(array[index])}"
    return text if array.ndim == 0 else f"{text} ({np.sum(off)} of {array.size} entries differ)"


def _is_near(array: NDArray[Any], expected: NDArray[Any], tolerance: Tolerance) -> bool:
    """Whether all is finite and close, as ``np.isclose`` says it; that takes ten times as long for a few numbers."""
    if not (np.isfinite(expected).all() and np.isfinite(array).all()):
        return False
    return bool((abs(array - expected) <= tolerance.atol + tolerance.rtol * abs(expected)).all())


def _integer_difference(got: object, expected: int) -> str | None:
    """Counts are Python integers of any size, so they never pass through an array."""
    if isinstance(got, np.ndarray) and got.ndim == 0:
        got = got[()]
    if isinstance(got, bool) or not isinstance(got, (int, np.integer)):
        refusal = _refusal(got, 0)
        return refusal or f"expected an integer, got {show(got)} ({type_name(got)})"
    return None if int(got) == expected else f"expected {expected}, got {int(got)}"


def _shape_tuple_difference(got: object, expected: tuple[int, ...]) -> str | None:
    items = got.tolist() if type(got) is np.ndarray and got.ndim == 1 else got
    if not isinstance(items, (list, tuple)):
        return f"expected the shape {expected}, got {type_name(got)}"
    if not all(isinstance(item, (int, np.integer)) and not isinstance(item, bool) for item in items):
        return f"expected the integers {expected}, got {show(items)}"
    shape = tuple(int(item) for item in items)
    return None if shape == expected else f"expected {expected}, got {shape}"


def _tuple_difference(got: object, expected: tuple[Any, ...], tolerance: Tolerance) -> str | None:
    if not isinstance(got, (list, tuple)):
        return f"expected {len(expected)} results in a tuple, got {type_name(got)}"
    if len(got) != len(expected):
        return f"expected {len(expected)} results in a tuple, got {len(got)}"
    pairs = enumerate(zip(got, expected, strict=True))
    return _first_text((f"result {i}", difference(a, b, tolerance)) for i, (a, b) in pairs)


def _mapping_difference(got: object, expected: Mapping[Any, Any], tolerance: Tolerance) -> str | None:
    if not isinstance(got, Mapping):
        return f"expected a dict with the keys {_keys(expected)}, got {type_name(got)}"
    if set(got) != set(expected):
        return f"expected exactly the keys {_keys(expected)}, got {_keys(got)}"
    return _first_text((f"[{key!r}]", difference(got[key], expected[key], tolerance)) for key in expected)


def _first_text(found: Iterable[tuple[str, str | None]]) -> str | None:
    return next((f"{where}: {text}" for where, text in found if text is not None), None)


def _keys(mapping: Mapping[Any, Any]) -> str:
    return ", ".join(sorted(map(repr, list(mapping)[:SHOWN_ENTRIES])))


def _kind(array: NDArray[Any]) -> str:
    return "i" if array.dtype.kind == "u" else array.dtype.kind


def _first(mask: NDArray[Any]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(mask)), mask.shape))


def _at(index: tuple[int, ...]) -> str:
    return f" at [{', '.join(map(str, index))}]" if index else ""
