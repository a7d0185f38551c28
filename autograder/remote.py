"""The learner's names in a test cell: values arrive by value, functions and objects as proxies.

The proxies hold nothing but a number. Everything they answer is decoded plain data, so no comparison,
conversion or formatting of a learner's class ever runs in the judge.
"""

from __future__ import annotations

import builtins
import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from autograder.line import Line
from autograder.sandboxed import wire
from autograder.verdict import Outcome

ITERATION_LIMIT = 100_000
_CHUNK = 256
_ABSENT = object()
_IMPORTABLE = ("builtins", "math", "cmath", "operator", "statistics", "string", "numpy")


class Gate:
    """Encodes what the test cell sends and decodes what the learner answers, over one replaceable line."""

    def __init__(self, line: Line) -> None:
        self._callbacks: dict[int, Callable[..., Any]] = {}
        self._exceptions: dict[int, type[BaseException]] = {}
        self._proxies: dict[int, Proxy] = {}
        self.before_call: Callable[[], None] = lambda: None
        self.last_raised: type[BaseException] | None = None
        self.connect(line)
        self.print_out: Callable[[str], None] = lambda text: None
        self.print_err: Callable[[str], None] = lambda text: None

    def connect(self, line: Line) -> None:
        """Speak to a fresh learner process from now on; proxies of the old one name nothing any more."""
        self.line = line
        line.serve_callback = self._serve_callback
        self._proxies = {}
        self._exceptions = {}

    # --- values ---------------------------------------------------------------------------------------

    def encode(self, value: Any) -> Any:
        """``value`` of the test cell for the learner. Raises TypeError for what can't be sent."""
        try:
            return wire.encode(value, self._outgoing)
        except wire.Unencodable as problem:
            raise TypeError(f"this can't be sent to the learner's code: {problem}") from None

    def _outgoing(self, item: Any) -> list[Any]:
        if isinstance(item, Proxy):
            return ["own", item._living()]
        if isinstance(item, np.dtype) and item.kind in "biufcSU":
            return ["dtype", item.str]
        if type(item) is np.random.Generator:
            kind = type(item.bit_generator).__name__
            return ["generator", kind, wire.encode(item.bit_generator.state, self._outgoing)]
        if isinstance(item, type) and issubclass(item, BaseException):
            for number, known in self._exceptions.items():
                if known is item:
                    return ["own", number]
        if callable(item):
            path = _import_path(item)
            if path is not None:
                return ["import", *path]
            number = id(item)
            self._callbacks[number] = item
            return ["callback", number, str(getattr(item, "__name__", "function"))]
        raise TypeError(f"a {type(item).__name__} can't be sent to the learner's code")

    def decode(self, data: Any) -> Any:
        """The value that the learner answered. Raises LearnerFault for a damaged one."""
        try:
            return wire.decode(data, self._incoming)
        except wire.WireError as problem:
            raise self.line.kill(
                Outcome.CRASHED, "an answer came that can't be read", f"undecodable: {problem}"
            ) from None

    def _incoming(self, tag: str, parts: list[Any]) -> Any:
        match tag, parts:
            case (("function" | "object"), [int() as number, str() as name, bool() as is_callable]):
                proxy = self._proxies.get(number)
                if proxy is None:
                    kind = RemoteFunction if tag == "function" or is_callable else Handle
                    proxy = self._proxies[number] = kind(self, number, name[:200])
                return proxy
            case "judge", [int() as number] if number in self._callbacks:
                return self._callbacks[number]
            case "exception", ancestors:
                return self._exception_type(ancestors)
        raise wire.WireError("an unknown kind of value")

    def _exception_type(self, ancestors: list[Any]) -> type[BaseException]:
        """A real exception class for a learner's: built-in ones are themselves, others named after theirs."""
        kind: type[BaseException] = Exception
        for entry in reversed(ancestors[:20]):
            match entry:
                case [0, str() as name]:
                    found = getattr(builtins, name, None)
                    if isinstance(found, type) and issubclass(found, Exception):
                        kind = found
                case [int() as number, str() as name]:
                    known = self._exceptions.get(number)
                    if known is None:
                        known = self._exceptions[number] = _make_exception(name[:200], kind)
                    kind = known
                case _:
                    raise wire.WireError("a damaged exception")
        return kind

    # --- requests -------------------------------------------------------------------------------------

    def ask(self, operation: str, *parts: Any) -> list[Any]:
        """One request; an exception of the learner's code is raised here as what it was."""
        reply = self.line.request(operation, *parts)
        if reply[0] == "raised":
            self._raise(reply)
        return reply

    def bad_reply(self) -> NoReturn:
        """End the process that answered something else than what was asked."""
        raise self.line.kill(Outcome.CRASHED, "an answer came that can't be read", "a reply of another kind")

    def _raise(self, reply: list[Any]) -> NoReturn:
        match reply:
            case ["raised", list() as ancestors, arguments, str() as text, str() as where]:
                pass
            case _:
                self.bad_reply()
        names = [entry[1] for entry in ancestors if type(entry) is list and len(entry) == 2]
        if "Exception" not in names:
            name = str(names[0])[:100] if names else "something"
            raise self.line.fail(
                Outcome.RAISED,
                f"your code raised {name}, which ends a program",
                f"{name} raised in a call",
            )
        try:
            kind = self._exception_type(ancestors)
        except wire.WireError:
            self.bad_reply()
        self.last_raised = kind
        raise _instance(kind, arguments, text, self.decode, where)

    def call(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, bool]:
        """The learner's answer, and whether his process says that it shares memory with an argument."""
        self.before_call()
        values = [*args, *kwargs.values()]
        sent = [self.encode(value) for value in values]
        pairs = [[name, data] for name, data in zip(kwargs, sent[len(args) :], strict=True)]
        match self.line.request("call", number, sent[: len(args)], pairs):
            case ["called", list() as reply, list() as changed, str() as out, str() as err] if reply:
                pass
            case ["raised", *_] as reply:
                self._raise(reply)
            case _:
                self.bad_reply()
        for entry in changed:
            match entry:
                case [int() as index, data] if 0 <= index < len(values):
                    _copy_back(values[index], self.decode(data))
                case _:
                    self.bad_reply()
        if out:
            self.print_out(out)
        if err:
            self.print_err(err)
        match reply:
            case ["value", [data, bool() as shared]]:
                return self.decode(data), shared
            case ["raised", *_]:
                self._raise(reply)
            case ["refused", str() as reason]:
                raise self.line.fail(Outcome.FAILED, f"the answer can't leave your notebook: {reason[:500]}", "refused")
            case ["memory"]:
                raise self.line.fail(Outcome.OUT_OF_MEMORY, "your code needed more memory than there is", "MemoryError")
        self.bad_reply()

    def _serve_callback(self, number: int, arguments: Any, keywords: Any) -> list[Any]:
        function = self._callbacks.get(number)
        if function is None:
            self.bad_reply()
        args, kwargs = self.decode(arguments), self.decode(keywords)
        if type(args) is not tuple or type(kwargs) is not dict or not all(type(k) is str for k in kwargs):
            self.bad_reply()
        try:
            return ["callback_done", self.encode(function(*args, **kwargs))]
        except Exception as error:
            name = type(error).__name__
            return ["callback_raised", name if hasattr(builtins, name) else "RuntimeError", str(error)[:500]]

    def refuse(self, number: int, name: str, what: str) -> NoReturn:
        """An object that stays with the learner was to be used as plain data."""
        raise self.line.fail(
            Outcome.FAILED,
            f"a {name} came where plain data was expected (a number, text, list, dict or numpy array)",
            f"refused: {what} of a {name}",
        )


class Proxy:
    """A number that names one object of the learner's process. Refuses to act as plain data."""

    __slots__ = ("__weakref__", "_gate", "_line", "_name", "_number", "last_call_shared")
    # numpy would read the judge's memory through the array protocols, and broadcast over an unknown object.
    __array_ufunc__ = None
    __hash__ = object.__hash__

    def __init__(self, gate: Gate, number: int, name: str) -> None:
        self._gate, self._number, self._name = gate, number, name
        self._line = gate.line
        self.last_call_shared = False

    def __getattr__(self, name: str) -> Any:
        if name == "__name__":
            return self._name
        if name.startswith("_"):
            raise AttributeError(f"{name} stays with the learner's code")
        match self._gate.ask("attribute", self._living(), name):
            case ["value", data]:
                return self._gate.decode(data)
        self._gate.bad_reply()

    def _living(self) -> int:
        """The number, if the process that it counts in still runs: in another one it names something else."""
        if self._line is not self._gate.line:
            raise self._gate.line.fail(
                Outcome.CRASHED,
                f"{self._name} went with the process that ended",
                "a proxy of an ended process",
            )
        return self._number

    def __iter__(self) -> Iterator[Any]:
        match self._gate.ask("iterate", self._living()):
            case ["value", int() as number]:
                pass
            case _:
                self._gate.bad_reply()
        for _ in range(ITERATION_LIMIT // _CHUNK):
            match self._gate.ask("next", number, _CHUNK):
                case ["items", list() as items, bool() as at_end] if len(items) <= _CHUNK:
                    yield from [self._gate.decode(data) for data in items]
                case _:
                    self._gate.bad_reply()
            if at_end:
                return
        self._gate.refuse(self._number, self._name, f"iteration beyond {ITERATION_LIMIT:,} items")

    def __repr__(self) -> str:
        return f"<{self._name} of the learner's code>"

    def autograder_describe(self) -> str:
        """What a message calls this object; :mod:`autograder.comparison` asks for it."""
        return f"a {self._name}"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        self._gate.refuse(self._number, self._name, "copying")


def _refusal(what: str) -> Callable[..., NoReturn]:
    def refuse(self: Proxy, *_: Any) -> NoReturn:
        self._gate.refuse(self._number, self._name, what)

    return refuse


def _equality(negated: bool) -> Callable[[Proxy, Any], bool]:
    def compare(self: Proxy, other: Any) -> bool:
        # Whether two names mean one object is known without asking the learner's own comparison.
        if isinstance(other, Proxy):
            return (self is other) is not negated
        self._gate.refuse(self._number, self._name, "comparison")

    return compare


for _method in ("lt", "le", "gt", "ge"):
    setattr(Proxy, f"__{_method}__", _refusal("comparison"))
for _method in (
    "bool",
    "len",
    "getitem",
    "contains",
    "float",
    "int",
    "index",
    "complex",
    "bytes",
    "str",
    "format",
):
    setattr(Proxy, f"__{_method}__", _refusal("conversion"))
for _method in ("copy", "deepcopy"):
    setattr(Proxy, f"__{_method}__", _refusal("copying"))
for _method in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor"):
    setattr(Proxy, f"__{_method}__", _refusal("arithmetic"))
    setattr(Proxy, f"__r{_method}__", _refusal("arithmetic"))
for _method in ("neg", "pos", "abs", "invert", "round", "trunc", "floor", "ceil"):
    setattr(Proxy, f"__{_method}__", _refusal("arithmetic"))
setattr(Proxy, "__eq__", _equality(negated=False))
setattr(Proxy, "__ne__", _equality(negated=True))


class Handle(Proxy):
    """An object that stays with the learner: public attributes and methods only."""

    __slots__ = ()


class RemoteFunction(Proxy):
    """A function or class of the learner's code; arguments and results travel as plain data."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The learner's answer; raises what his code raised, LearnerFault where no answer came."""
        result, self.last_call_shared = self._gate.call(self._living(), args, kwargs)
        return result

    def __instancecheck__(self, instance: Any) -> bool:
        if not isinstance(instance, Proxy):
            return False
        match self._gate.ask("instance", self._living(), ["own", instance._living()]):
            case ["value", bool() as answer]:
                return answer
        self._gate.bad_reply()

    def __bool__(self) -> bool:
        return True


class RemoteNamespace(dict[str, Any]):
    """A test cell's globals: remote names are asked of the learner, all others are the instructor's own.

    A name that the running cell itself binds or deletes is the cell's own until the next one begins: it is
    mirrored, but never asked back, or the learner's process could answer another value for it.

    Python's own bytecode writes ``global`` names past ``__setitem__``; so what was bound is found by
    comparing with what was last read, before each thing that is asked of the learner.
    """

    def __init__(self, gate: Gate, remote_names: frozenset[str]) -> None:
        super().__init__()
        self._gate = gate
        self._remote = remote_names
        self._seen: dict[str, Any] = {}
        self._encoded: dict[str, bytes] = {}
        self._own: set[str] = set()
        self.absent: dict[str, list[str]] = {}
        gate.before_call = self.push_bindings

    def __getitem__(self, name: str) -> Any:
        if name not in self._remote:
            return super().__getitem__(name)
        self.push_bindings()
        value = dict.get(self, name, _ABSENT) if name in self._own else self._fetch(name)
        if value is _ABSENT:
            raise KeyError(name)
        return value

    def begin_cell(self) -> None:
        """Another test cell: what earlier cells bound is in the learner's namespace by now, and asked of it."""
        self.push_bindings()
        self._own.clear()
        self.absent.clear()

    def get(self, name: str, default: Any = None) -> Any:
        """As in a dict, for remote names too."""
        try:
            return self[name]
        except KeyError:
            return default

    def push_bindings(self) -> None:
        """Mirror what the cell bound or deleted among the remote names."""
        for name in self._remote:
            value = dict.get(self, name, _ABSENT)
            if value is self._seen.get(name, _ABSENT):
                continue
            self._encoded.pop(name, None)
            self._own.add(name)
            if value is _ABSENT:
                self._seen.pop(name, None)
                self._gate.ask("del", name)
            else:
                self._seen[name] = value
                # What can't be sent stays the cell's own, and the learner's name as it was.
                with contextlib.suppress(TypeError):
                    self._gate.ask("set", name, self._gate.encode(value))

    def _fetch(self, name: str) -> Any:
        match self._gate.ask("get", name):
            case ["value", data]:
                pass
            case ["absent", list() as found]:
                self.absent[name] = [str(item)[:100] for item in found[:20]]
                dict.pop(self, name, None)
                self._seen.pop(name, None)
                self._encoded.pop(name, None)
                return _ABSENT
            case _:
                self._gate.bad_reply()
        # Unchanged on the learner's side: the same object again, as in one process.
        print_of = wire.fingerprint(data)
        if self._encoded.get(name) == print_of:
            return self._seen[name]
        value = self._gate.decode(data)
        self._encoded[name] = print_of
        self._seen[name] = value
        dict.__setitem__(self, name, value)
        return value

    def forget(self) -> None:
        """Drop what was read: the learner's process is a fresh one, or ran another cell."""
        for name in self._seen:
            dict.pop(self, name, None)
        self._seen, self._encoded = {}, {}
        self._own.clear()

    def prefill(self, names: frozenset[str]) -> None:
        """Read these names into the dict itself: a class body looks there without asking the namespace."""
        for name in names & self._remote:
            self._fetch(name)


def _import_path(item: Any) -> tuple[str, str] | None:
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


def _make_exception(name: str, base: type[BaseException]) -> type[BaseException]:
    class LearnerException(base):  # type: ignore[valid-type, misc]  # the base is known only now
        """An exception class that the learner's code defines."""

        def __init__(self, *args: Any) -> None:
            Exception.__init__(self, *args)

        def __str__(self) -> str:
            return Exception.__str__(self)

    LearnerException.__name__ = LearnerException.__qualname__ = name
    return LearnerException


def _instance(
    kind: type[BaseException], arguments: Any, text: str, decode: Callable[[Any], Any], where: str
) -> BaseException:
    args = decode(arguments) if arguments is not None else (text,)
    if type(args) is not tuple:
        args = (text,)
    try:
        error = kind(*args)
    except Exception:
        # UnicodeDecodeError and its like want more than they were given: name the nearest that does not.
        error = next((base for base in kind.__mro__ if base in (ValueError, OSError)), Exception)(text)
    if where:
        error.add_note(f"in {where[:200]} of your code")
    setattr(error, "from_learner", True)
    return error


def _copy_back(target: Any, value: Any) -> None:
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
