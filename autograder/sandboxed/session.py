"""The learner's process: runs learner cells, keeps their namespace, answers the judge's requests.

Nothing here is trusted by the judge. The learner's code shares this process and may change any of it; all it
can reach that way are the values that it could have answered anyhow.
"""

from __future__ import annotations

import builtins
import importlib
import os
import random
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from types import BuiltinFunctionType, FunctionType
from typing import Any, NoReturn

import numpy as np

from . import picture, wire
from .learner_shell import LearnerShell, plain_error

# So much of an answer is searched for memory that it shares.
MOST_LOOKED_AT, MOST_ARRAYS = 10_000, 300
MESSAGE_LIMIT = 2000
CHUNK_LIMIT = 256
# What is the same as long as it is the same object (a function travels as a number).
_UNCHANGING = frozenset({FunctionType, BuiltinFunctionType, type, type(None), bool, int, float, complex, str, bytes})
_shell: LearnerShell | None = None


def _run(shell: LearnerShell, code: str, *, keep: bool) -> bool:
    """Run one cell, past whatever the learner's code made of its shell's methods."""
    run_cell: Callable[..., Any] = LearnerShell.run_cell
    return bool(run_cell(shell, code, store_history=keep).success)


def _list_fonts() -> None:
    """Have matplotlib list the fonts, as it does anew in each sandbox, but not PostScript's core fonts.

    To read their measures takes most of the time, and nothing draws with them but a PDF that is told to.
    """
    afm: Any = importlib.import_module("matplotlib._afm")

    def refuse(_: object) -> NoReturn:
        raise OSError("left out")

    parse, afm.AFM = afm.AFM, refuse
    try:
        importlib.import_module("matplotlib.font_manager")
    finally:
        afm.AFM = parse


def warm(*, draw: bool = True) -> None:
    """Run one cell, one figure and one traceback, so that no fork pays for their imports.

    To ``draw`` takes longer than all else, and pays where many notebooks draw.
    """
    global _shell
    if not draw:
        _list_fonts()
    if _shell is None:
        _shell = LearnerShell.instance(colors="nocolor")
        _shell.InteractiveTB.set_mode("Plain")
    for code in (
        "import numpy as _n, matplotlib.pyplot as _p",
        "_p.figure(); _p.plot([1, 2]); _p.show()" if draw else "",
        "1/0",
        "import asyncio\nawait asyncio.sleep(0)",
        "_n.random.default_rng(0).normal(size=3)",
    ):
        _run(_shell, code, keep=False)
    if draw:
        picture.draw_once(_shell)
    _run(_shell, "_p.close('all'); del _n, _p, asyncio", keep=False)
    _shell.outputs.take()
    _shell.execution_count = 1


class Refused(Exception):
    """This answer can't leave the process; the message says why."""


class JudgeCallable:
    """A function of the test cell, as the learner's code sees it: calling it asks the judge."""

    def __init__(self, session: Session, number: int, name: str) -> None:
        self._session, self._number, self.__name__ = session, number, name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The judge's answer; its exceptions are raised here."""
        return self._session.ask_judge(self._number, args, kwargs)


class Session:
    """One learner's namespace and the objects that the judge holds handles of."""

    def __init__(self, sock: socket.socket, shell: LearnerShell) -> None:
        self._sock = sock
        self._shell = shell
        self._buffer = wire.FrameBuffer()
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        # What the names meant that the judge has asked for.
        self._asked: dict[str, Any] = {}
        self._sequence = 0

    # --- the wire -------------------------------------------------------------------------------------

    def _receive(self) -> list[Any]:
        while (message := self._buffer.take()) is None:
            if self._buffer.receive(self._sock) == 0:
                os._exit(0)
        return message

    def _send(self, *message: Any) -> None:
        try:
            data = wire.frame([self._sequence, *message])
        except (wire.Unencodable, ValueError, OverflowError) as problem:
            data = wire.frame([self._sequence, "refused", str(problem)[:MESSAGE_LIMIT]])
        self._sock.sendall(data)

    def run(self) -> NoReturn:
        """Answer requests until the judge hangs up."""
        while True:
            sequence, operation, *parts = self._receive()
            self._sequence = sequence
            self._reply_to(operation, parts)

    def _reply_to(self, operation: str, parts: list[Any]) -> None:
        try:
            reply = getattr(self, "_do_" + operation)(*parts)
        except (Refused, wire.Unencodable) as problem:
            reply = ["refused", str(problem)[:MESSAGE_LIMIT]]
        except BaseException as error:
            reply = self._raised(error)
        self._send(*reply)

    def ask_judge(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of the test cell."""
        self._send("callback", number, self._encode(args), self._encode(kwargs))
        while True:
            sequence, operation, *parts = self._receive()
            if operation == "callback_done":
                return self._decode(parts[0])
            if operation == "callback_raised":
                kind = getattr(builtins, str(parts[0]), RuntimeError)
                raise kind(parts[1])
            # The test cell called the learner's code again from within its own function.
            outer, self._sequence = self._sequence, sequence
            self._reply_to(operation, parts)
            self._sequence = outer

    # --- values ---------------------------------------------------------------------------------------

    def _number_of(self, item: Any) -> int:
        number = self._numbers.get(id(item))
        if number is None:
            number = len(self._objects) + 1
            self._objects[number] = item
            self._numbers[id(item)] = number
        return number

    def _other(self, item: Any) -> list[Any]:
        # Not by isinstance, which believes what an object says of its class.
        own = type(item)
        if own is JudgeCallable:
            return ["judge", item._number]
        if issubclass(own, tuple) and hasattr(own, "_fields"):
            # A named tuple is read as the tuple that it is, past any method of its class.
            return ["t", *[self._encode(part) for part in tuple.__iter__(item)]]
        if issubclass(own, type) and issubclass(item, BaseException):
            return ["exception", *self._lineage(item)]
        kind = "function" if issubclass(own, FunctionType | type) else "object"
        name = str(getattr(item, "__name__", "")) if kind == "function" else _describe(item)
        return [kind, self._number_of(item), name[:200], callable(item)]

    def _lineage(self, kind: type[BaseException]) -> list[Any]:
        """An exception class as its ancestors, nearest first: built-in ones by name, others by number."""
        ancestors: list[Any] = []
        for ancestor in kind.__mro__:
            if getattr(builtins, ancestor.__name__, None) is ancestor:
                ancestors.append([0, ancestor.__name__])
            else:
                ancestors.append([self._number_of(ancestor), str(ancestor.__name__)[:200]])
        return ancestors

    def _encode(self, value: Any) -> Any:
        return wire.encode(value, self._other)

    def _decode(self, data: Any) -> Any:
        return wire.decode(data, self._resolve)

    def _resolve(self, tag: str, parts: list[Any]) -> Any:
        if tag == "own":
            return self._objects[parts[0]]
        if tag == "callback":
            return JudgeCallable(self, parts[0], parts[1])
        if tag == "import":
            item: Any = importlib.import_module(parts[0])
            for name in parts[1].split("."):
                item = getattr(item, name)
            return item
        if tag == "dtype":
            return np.dtype(parts[0])
        if tag == "generator":
            return self._generator(parts)
        raise wire.WireError(f"an unknown kind of value: {tag}")

    def _generator(self, parts: list[Any]) -> np.random.Generator:
        bits = getattr(np.random, parts[0])()
        bits.state = self._decode(parts[1])
        return np.random.Generator(bits)

    def _raised(self, error: BaseException) -> list[Any]:
        if isinstance(error, MemoryError):
            return ["memory"]
        try:
            text = str(error)[:MESSAGE_LIMIT]
        except BaseException as problem:
            text = f"<an error whose text can't be made: {type(problem).__name__}>"
        try:
            arguments = self._encode(error.args) if type(error).__module__ == "builtins" else None
        except BaseException:
            arguments = None
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
        where = f"{frames[-1].name}, line {frames[-1].lineno}"[:200] if frames else ""
        return ["raised", self._lineage(type(error)), arguments, text, where]

    # --- requests -------------------------------------------------------------------------------------

    def _do_file(self, name: str, data: bytes) -> list[Any]:
        if os.path.dirname(name):
            os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name, "wb") as file:
            file.write(data)
        importlib.invalidate_caches()
        return ["done"]

    def _do_cell(self, code: str, kept: bool) -> list[Any]:
        """Run a cell. A figure is drawn only where its outputs are kept."""
        shell, outputs = self._shell, self._shell.outputs
        shell.show_figures(kept)
        saved = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = outputs.stdout, outputs.stderr
        ok = False
        try:
            ok = _run(shell, code, keep=True)
        except BaseException as error:
            outputs.add(plain_error(error))
        finally:
            sys.stdout, sys.stderr = saved
        return ["cell", ok, self._encode(outputs.take())]

    def _do_get(self, name: str) -> list[Any]:
        if name in self._shell.user_ns:
            value = self._asked[name] = self._shell.user_ns[name]
            return ["value", self._encode(value)]
        own = [
            key
            for key, value in self._shell.user_ns.items()
            if type(value) is FunctionType and value.__module__ == "__main__" and not key.startswith("_")
        ]
        return ["absent", own[:20]]

    def _do_set(self, name: str, data: Any) -> list[Any]:
        self._shell.user_ns[name] = self._decode(data)
        return ["done"]

    def _do_del(self, name: str) -> list[Any]:
        self._shell.user_ns.pop(name, None)
        return ["done"]

    def _do_seed(self, which: str, data: Any) -> list[Any]:
        (random.seed if which == "random" else np.random.seed)(self._decode(data))
        return ["done"]

    def _do_call(self, number: int, arguments: list[Any], keywords: list[Any], watched: bool) -> list[Any]:
        target = self._objects[number]
        args = [self._decode(data) for data in arguments]
        kwargs = {name: self._decode(data) for name, data in keywords}
        outputs = self._shell.outputs
        saved = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = outputs.stdout, outputs.stderr
        given = [*args, *kwargs.values()]
        try:
            try:
                result = target(*args, **kwargs)
            except BaseException as error:
                reply = self._raised(error)
            else:
                reply = self._answer(result, given if watched else ())
        finally:
            sys.stdout, sys.stderr = saved
        before = [*arguments, *(pair[1] for pair in keywords)] if watched else ()
        changed = self._changed(before, given)
        return ["called", reply, changed, outputs.stdout.take(), outputs.stderr.take(), self._stale()]

    def _changed(self, before: Sequence[Any], given: list[Any]) -> list[Any]:
        """The arguments that are not any more as they came, by their place."""
        changed = []
        for index, (data, value) in enumerate(zip(before, given, strict=False)):
            if isinstance(value, (list, dict, set, np.ndarray)):
                after = self._encode(value)
                # Of an array the bytes are compared; 1, 1.0 and True in a list would pass for one another.
                is_array = type(after) is type(data) is list and after[0] == data[0] == "a"
                if after != data if is_array else wire.fingerprint(after) != wire.fingerprint(data):
                    changed.append([index, after])
        return changed

    def _stale(self) -> list[str]:
        """The names that the judge has asked for and that may mean something else by now."""
        names = self._shell.user_ns
        return [
            name
            for name, value in self._asked.items()
            if names.get(name, self) is not value or type(value) not in _UNCHANGING
        ]

    def _answer(self, result: Any, args: Sequence[Any]) -> list[Any]:
        """What a call gave. That it can't be read is no error of the call's, which a test may demand."""
        try:
            return ["value", [self._encode(result), _shares_memory(result, args)]]
        except MemoryError:
            return ["memory"]
        except wire.Unencodable as problem:
            return ["refused", str(problem)[:MESSAGE_LIMIT]]
        except BaseException as error:
            return ["refused", f"reading it raised {type(error).__name__}"]

    def _do_attribute(self, number: int, name: str) -> list[Any]:
        if name.startswith("_"):
            raise Refused(f"{name} is private")
        return ["value", self._encode(getattr(self._objects[number], name))]

    def _do_instance(self, number: int, data: Any) -> list[Any]:
        return ["value", isinstance(self._decode(data), self._objects[number])]

    def _do_iterate(self, number: int) -> list[Any]:
        return ["value", self._number_of(iter(self._objects[number]))]

    def _do_next(self, number: int, count: int) -> list[Any]:
        iterator = self._objects[number]
        items: list[Any] = []
        for item in iterator:
            items.append(self._encode(item))
            if len(items) >= min(count, CHUNK_LIMIT):
                return ["items", items, False]
        return ["items", items, True]

    def _do_unprotected(self, code: str) -> list[Any]:
        """Run a test cell that its author allowed to be run here: as forgeable as under plain nbgrader."""
        return self._do_cell(code, True)


def _describe(item: Any) -> str:
    """The name of an object's type, with what keeps it from being the plain data that it looks like."""
    kind = type(item)
    if kind is np.ndarray or (kind.__module__ == "numpy" and issubclass(kind, np.generic)):
        return f"{kind.__name__} of dtype {item.dtype}"
    for ancestor in kind.__mro__[1:-1]:
        if ancestor.__module__ in ("builtins", "numpy"):
            return f"{kind.__name__}, a subclass of {ancestor.__name__}"
    return str(kind.__name__)


def _arrays(value: Any) -> list[Any]:
    """The arrays in a value, also in nested lists; of a very large one only some."""
    found: list[Any] = []
    left, looked = [value], 0
    while left and looked < MOST_LOOKED_AT and len(found) < MOST_ARRAYS:
        part = left.pop()
        looked += 1
        if isinstance(part, np.ndarray):
            found.append(part)
        elif type(part) in (list, tuple):
            left.extend(part[:MOST_LOOKED_AT])
        elif type(part) is dict:
            left.extend(list(part.values())[:MOST_LOOKED_AT])
    return found


def _shares_memory(result: Any, args: Sequence[Any]) -> bool:
    own = [array for value in args for array in _arrays(value)]
    return bool(own) and any(np.may_share_memory(one, other) for one in _arrays(result) for other in own)


def serve(sock: socket.socket) -> NoReturn:
    """Be the learner's process at the other end of ``sock``. Call :func:`warm` before the fork."""
    assert _shell is not None
    # As in a kernel: modules that lie beside the notebook can be imported.
    sys.path.insert(0, os.getcwd())
    Session(sock, _shell).run()
