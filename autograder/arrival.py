"""What comes from the learner's process, made into plain things of the judge's own. Asks nothing of anybody."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import numpy as np

from autograder.sandboxed import wire

_IMPORTABLE = ("builtins", "math", "cmath", "operator", "statistics", "string", "numpy")


def import_path(item: Any) -> tuple[str, str] | None:
    """Where the learner's process finds the same function or type, for the few modules that both trust."""
    name = getattr(item, "__qualname__", None) or getattr(item, "__name__", None)
    if type(name) is not str or "." in name:
        return None
    for module in (getattr(item, "__module__", None), *_IMPORTABLE):
        if module not in _IMPORTABLE and not str(module).startswith("numpy"):
            continue
        if getattr(sys.modules.get(str(module)), name, None) is item:
            return str(module), name
    return None


def with_article(name: str) -> str:
    """The name of a type for the middle of a sentence."""
    return f"{'an' if name[:1] in 'aeiouAEIOU' else 'a'} {name}"


def readable(name: str) -> str:
    """A name of the learner's for messages and type names, which must hold no NUL."""
    return name[:200] if name.isprintable() else ascii(name[:200])


def refuse_tag(*_: Any) -> NoReturn:
    """A resolver for :func:`wire.decode` where only plain data may come."""
    raise wire.WireError("an object where plain data is asked")


def exception_type(name: str, base: type[BaseException]) -> type[BaseException]:
    """A real exception class of this name, below the built-in one that the learner's class comes from."""

    class LearnerException(base):  # type: ignore[valid-type, misc]  # the base is known only now
        """An exception class that the learner's code defines."""

        def __init__(self, *args: Any) -> None:
            Exception.__init__(self, *args)

        def __str__(self) -> str:
            return Exception.__str__(self)

    LearnerException.__name__ = LearnerException.__qualname__ = name
    return LearnerException


def plain_arguments(data: Any) -> tuple[Any, ...] | None:
    """The arguments of an error if they are plain data: it is formatted in the judge, where no proxy may be."""
    if data is None:
        return None
    try:
        args = wire.decode(data, refuse_tag)
    except Exception:
        return None
    return args if type(args) is tuple else None


def is_output(output: Any) -> bool:
    """Whether this has the form of an nbformat output, as our shell sends it: text, and dicts of text."""
    if type(output) is not dict or type(output.get("output_type")) is not str:
        return False
    for key, value in output.items():
        if key == "data":
            if type(value) is not dict or not all(type(text) is str for pair in value.items() for text in pair):
                return False
        elif key == "traceback":
            if type(value) is not list or not all(type(line) is str for line in value):
                return False
        elif key == "metadata":
            if type(value) is not dict or value:
                return False
        elif type(key) is not str or type(value) is not (int if key == "execution_count" else str):
            return False
    return True


def error_of(kind: type[BaseException], args: tuple[Any, ...] | None, text: str, where: str) -> BaseException:
    """The error that the learner's code raised, marked as his; with ``text`` alone where it took no plain ``args``."""
    try:
        error = kind(*(args if args is not None else (text,)))
    except Exception:
        # UnicodeDecodeError and its like want more than they were given: name the nearest that does not.
        error = next((base for base in kind.__mro__ if base in (ValueError, OSError)), Exception)(text)
    if where:
        error.add_note(f"in {where[:200]} of your code")
    setattr(error, "from_learner", True)
    return error


def copy_back(target: Any, value: Any) -> None:
    """Let a mutable argument become what the learner's code made of it."""
    if type(target) is list and type(value) is list:
        target[:] = value
    elif type(target) in (dict, set) and type(value) is type(target):
        target.clear()
        target.update(value)
    elif type(target) is np.ndarray and type(value) is np.ndarray:
        same = target.shape == value.shape and target.dtype == value.dtype
        if same and target.flags.writeable:
            target[...] = value
