"""The learner's names in a test cell: values arrive by value, functions and objects as proxies.

The proxies hold nothing but a number. Everything they answer is decoded plain data, so no comparison,
conversion or formatting of a learner's class ever runs in the judge.
"""

from __future__ import annotations

import builtins
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

import numpy as np

from autograder.arrival import (
    copy_back,
    error_of,
    exception_type,
    import_path,
    is_output,
    plain_arguments,
    readable,
    refuse_tag,
    with_article,
)
from autograder.line import LearnerFault, Line
from autograder.sandboxed import wire
from autograder.verdict import Outcome

ITERATION_LIMIT = 100_000
_CHUNK = 256
# Calls whose answers may be here before anybody looks at them.
_MOST_AHEAD = 64

# The arguments of a call, and what is to be done with that which gives its answer or raises.
CheckedCall = tuple[tuple[Any, ...], Mapping[str, Any], Callable[[Callable[[], Any]], None]]


class Unsendable(Exception):
    """A value of the test cell that has no form on the wire."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What the first check raised that failed later than its cell asked for it, the line it stands in, and what the
    learner's code had raised last."""

    error: BaseException
    line: int
    last_raised: type[BaseException] | None


class Gate:
    """Encodes what the test cell sends and decodes what the learner answers, over one replaceable line."""

    def __init__(self, line: Line) -> None:
        self._callbacks: dict[int, Callable[..., Any]] = {}
        self._exceptions: dict[int, type[BaseException]] = {}
        self._proxies: dict[int, Proxy] = {}
        self.before_call: Callable[[], None] = lambda: None
        # What a call left as it was: the line's count before it, and the names that may have changed.
        self.after_call: Callable[[int, list[Any]], None] = lambda before, stale: None
        self.last_raised: type[BaseException] | None = None
        # The line of the running test cell whose check may be made later, where it may.
        self.may_wait: Callable[[], int | None] = lambda: None
        self.waiting: deque[tuple[int | None, Callable[[], None]]] = deque()
        self.failure: Failure | None = None
        self._is_settling = False
        self.connect(line)

    def connect(self, line: Line) -> None:
        """Speak to a fresh learner process from now on; proxies of the old one name nothing any more."""
        self.line = line
        line.serve_callback = self._serve_callback
        line.before_request = self.settle
        self._proxies = {}
        self._exceptions = {}

    def begin_cell(self, may_wait: Callable[[], int | None]) -> None:
        """Forget what the last test cell left; ``may_wait`` says which line of the next one asks for a check."""
        self.may_wait = may_wait
        self.waiting.clear()
        self.failure = self.last_raised = None

    # --- values ---------------------------------------------------------------------------------------

    def encode(self, value: Any) -> Any:
        """``value`` of the test cell for the learner.

        What can't be sent ends the cell: an error here must not pass for the one that a test may demand.
        """
        try:
            return self.try_to_encode(value)
        except Unsendable as problem:
            raise self.line.not_sent(problem) from None

    def try_to_encode(self, value: Any) -> Any:
        """``value`` of the test cell for the learner. Raises Unsendable for what can't be sent."""
        try:
            return wire.encode(value, self._outgoing)
        except wire.Unencodable as problem:
            raise Unsendable(str(problem)) from None

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
            path = import_path(item)
            if path is not None:
                return ["import", *path]
            number = next((key for key, known in self._callbacks.items() if known is item), len(self._callbacks) + 1)
            self._callbacks[number] = item
            return ["callback", number, str(getattr(item, "__name__", "function"))]
        kind = f"array of dtype {item.dtype}" if isinstance(item, np.ndarray) else type(item).__name__
        raise Unsendable(f"a {kind}")

    def decode(self, data: Any) -> Any:
        """The value that the learner answered. Raises LearnerFault for a damaged one."""
        return self._decode(data, self._incoming)

    def decode_outputs(self, data: Any) -> list[dict[str, Any]]:
        """The outputs of a cell: plain data through and through."""
        outputs = self._decode(data, refuse_tag)
        if type(outputs) is not list or not all(is_output(output) for output in outputs):
            self.bad_reply()
        return outputs

    def _decode(self, data: Any, resolve: wire.Resolve) -> Any:
        try:
            return wire.decode(data, resolve)
        except MemoryError:
            raise self.line.fail(
                Outcome.OUT_OF_MEMORY, "the answer is too large to be checked", "memory limit of the judge"
            ) from None
        except Exception as problem:
            # Whatever it is, it must not pass for an error of the learner's that a test may demand.
            raise self.line.kill(
                Outcome.CRASHED, "an answer came that can't be read", f"undecodable: {problem}"
            ) from None

    def _incoming(self, tag: str, parts: list[Any]) -> Any:
        match tag, parts:
            case (("function" | "object"), [int() as number, str() as name, bool() as is_callable]):
                proxy = self._proxies.get(number)
                if proxy is None:
                    kind = RemoteFunction if tag == "function" or is_callable else Handle
                    proxy = self._proxies[number] = kind(self, number, readable(name))
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
                        known = self._exceptions[number] = exception_type(readable(name), kind)
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

    def tell(self, operation: str, *parts: Any) -> None:
        """One request that runs no code of the learner's and has nothing to answer."""
        if self.line.request(operation, *parts) != ["done"]:
            self.bad_reply()

    def bad_reply(self) -> NoReturn:
        """End the process that answered something else than what was asked."""
        raise self.line.kill(Outcome.CRASHED, "an answer came that can't be read", "a reply of another kind")

    def _raise(self, reply: list[Any]) -> NoReturn:
        match reply:
            case ["raised", list() as ancestors, arguments, str() as text, str() as where]:
                pass
            case _:
                self.bad_reply()
        names = [entry[1] for entry in ancestors if type(entry) is list and len(entry) == 2 and type(entry[1]) is str]
        if [0, "Exception"] not in ancestors:
            name = readable(names[0]) if names else "something"
            raise self.line.fail(
                Outcome.RAISED,
                f"your code raised {name}, which ends a program",
                f"{name} raised in a call",
            )
        try:
            kind = self._exception_type(ancestors)
        except wire.WireError:
            self.bad_reply()
        if issubclass(kind, StopIteration | StopAsyncIteration):
            # As Python does for generators: a loop of the test would take it for its end.
            kind, arguments, text = RuntimeError, None, f"{kind.__name__} left a call"
        self.last_raised = kind
        raise error_of(kind, plain_arguments(arguments), text, where)

    def call(self, number: int, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, bool]:
        """The learner's answer, and whether his process says that it shares memory with an argument."""
        self.settle()
        self.before_call()
        try:
            parts = self._call_parts(number, args, kwargs, watched=True)
        except Unsendable as problem:
            raise self.line.not_sent(problem) from None
        before = self.line.epoch
        return self._answer_of(self.line.request("call", *parts), [*args, *kwargs.values()], before)

    def call_all(
        self, number: int, calls: Sequence[tuple[tuple[Any, ...], Mapping[str, Any]]]
    ) -> Iterator[Callable[[], tuple[Any, bool]]]:
        """As ``call`` for several calls, of which the later are sent before the first is answered.

        Each item gives one answer, or raises what was raised there.
        """
        self.settle()
        self.before_call()
        for first in range(0, len(calls), _MOST_AHEAD):
            try:
                posted = [
                    self._posted_call(number, args, kwargs, copy_back=True)
                    for args, kwargs in calls[first : first + _MOST_AHEAD]
                ]
            except (Unsendable, wire.Unencodable) as problem:
                raise self.line.not_sent(problem) from None
            yield from posted

    def check_later(
        self,
        number: int,
        calls: Iterable[CheckedCall],
        *,
        copy_back: bool,
    ) -> None:
        """Make calls, and hand each answer to its check, in order: now, or before the test cell asks for more.

        Checks of a cell that only go on when all is well can wait for each other: their calls go there and back
        together. The first that fails then is kept, as the cell may be in the middle of anything else by then.
        """
        line = self.may_wait()
        self.before_call()
        for args, kwargs, check in calls:
            try:
                answer = self._posted_call(number, args, kwargs, copy_back=copy_back)
            except (Unsendable, wire.Unencodable) as problem:
                self.settle()
                raise self.line.not_sent(problem) from None
            self.waiting.append((line, partial(check, answer)))
        if line is None:
            self.settle()
        else:
            # The learner's code answers while the cell thinks of its next check.
            self.line.send_posted()

    def settle(self) -> None:
        """Make all checks that wait. Raises what the first one raises that fails."""
        if self._is_settling:
            return
        self._is_settling = True
        try:
            while self.waiting:
                line, check = self.waiting.popleft()
                try:
                    check()
                except BaseException as error:
                    self.waiting.clear()
                    if line is not None and self.failure is None and not isinstance(error, LearnerFault):
                        self.failure = Failure(error, line, self.last_raised)
                    raise
        finally:
            self._is_settling = False

    def _posted_call(
        self, number: int, args: tuple[Any, ...], kwargs: Mapping[str, Any], *, copy_back: bool
    ) -> Callable[[], tuple[Any, bool]]:
        """A call that is under way, or one that is made when its answer is asked for."""
        parts = self._call_parts(number, args, kwargs, watched=copy_back)
        if self._callbacks:
            # The learner's code may ask the judge for something before it answers.
            return partial(self.call, number, args, kwargs)
        return partial(self._posted_answer, self.line.post("call", *parts), args, kwargs, copy_back)

    def _posted_answer(
        self, posted: int, args: tuple[Any, ...], kwargs: Mapping[str, Any], copy_back: bool
    ) -> tuple[Any, bool]:
        before = self.line.epoch
        reply = self.line.reply(posted)
        return self._answer_of(reply, [*args, *kwargs.values()] if copy_back else None, before)

    def _call_parts(self, number: int, args: Sequence[Any], kwargs: Mapping[str, Any], *, watched: bool) -> list[Any]:
        """A call as it travels; a watched one also tells what it changed, and whether the answer shares memory."""
        encode = self.try_to_encode
        return [number, [encode(value) for value in args], [[key, encode(kwargs[key])] for key in kwargs], watched]

    def _answer_of(self, reply: list[Any], values: list[Any] | None, before: int) -> tuple[Any, bool]:
        match reply:
            case ["called", list() as result, list() as changed, str() as out, str() as err, list() as stale] if result:
                self.after_call(before, stale)
            case ["raised", *_]:
                self._raise(reply)
            case _:
                self.bad_reply()
        if values is not None:
            self._copy_back(changed, values)
        sys.stdout.write(out)
        sys.stderr.write(err)
        match result:
            case ["value", [data, bool() as shared]]:
                return self.decode(data), shared
            case ["raised", *_]:
                self._raise(result)
            case ["refused", str() as reason]:
                raise self.line.fail(Outcome.FAILED, f"the answer can't leave your notebook: {reason[:500]}", "refused")
            case ["memory"]:
                raise self.line.fail(Outcome.OUT_OF_MEMORY, "your code needed more memory than there is", "MemoryError")
        self.bad_reply()

    def _copy_back(self, changed: list[Any], values: list[Any]) -> None:
        for entry in changed:
            match entry:
                case [int() as index, data] if 0 <= index < len(values):
                    copy_back(values[index], self.decode(data))
                case _:
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
            # Without its text, which may say what the test expects.
            return ["callback_raised", name if hasattr(builtins, name) else "RuntimeError", ""]

    def refuse(self, number: int, name: str, what: str) -> NoReturn:
        """An object that stays with the learner was to be used as plain data."""
        raise self.line.fail(
            Outcome.FAILED,
            f"{with_article(name)} came where plain data was expected (a number, text, list, dict or numpy array)",
            f"refused: {what} of {with_article(name)}",
        )


class Proxy:
    """A number that names one object of the learner's process. Refuses to act as plain data."""

    __slots__ = ("__weakref__", "_gate", "_is_new_iterator", "_line", "_name", "_number", "last_call_shared")
    __hash__ = object.__hash__

    def __init__(self, gate: Gate, number: int, name: str) -> None:
        self._gate, self._number, self._name = gate, number, name
        self._line = gate.line
        self.last_call_shared = False
        self._is_new_iterator = False

    def __getattr__(self, name: str) -> Any:
        if name == "__name__":
            return self._name
        if name.startswith("__") and name.endswith("__"):
            # Protocols are looked for this way, numpy's among them.
            raise AttributeError(f"{name} stays with the learner's code")
        if name.startswith("_"):
            self._gate.refuse(self._number, self._name, f"the private attribute {name}")
        match self._gate.ask("attribute", self._living(), name):
            case ["value", data]:
                return self._gate.decode(data)
        self._gate.bad_reply()

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in Proxy.__slots__:
            self._gate.refuse(self._number, self._name, f"setting the attribute {name}")
        object.__setattr__(self, name, value)

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
                self._is_new_iterator = True
                return self._items(number)
        self._gate.bad_reply()

    def __len__(self) -> int:
        if not self._is_new_iterator:
            self._gate.refuse(self._number, self._name, "length")
        # ``list`` asks for a length as soon as it has the iterator, and goes on without one.
        self._is_new_iterator = False
        raise TypeError("no length is known")

    def _items(self, number: int) -> Iterator[Any]:
        self._is_new_iterator = False
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
        return with_article(self._name)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        self._gate.refuse(self._number, self._name, "copying")


def _refusal(what: str) -> Callable[..., NoReturn]:
    def refuse(self: Proxy, *_: Any, **__: Any) -> NoReturn:
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
for _method in ("next", "reversed", "setitem", "delitem", "delattr", "enter", "exit", "await", "subclasscheck"):
    setattr(Proxy, f"__{_method}__", _refusal("another use"))
# numpy would read the judge's memory through its protocols, and broadcast over an unknown object.
for _method in ("array_ufunc", "array_function"):
    setattr(Proxy, f"__{_method}__", _refusal("use by numpy"))
for _method in ("copy", "deepcopy"):
    setattr(Proxy, f"__{_method}__", _refusal("copying"))
for _method in (
    "add",
    "sub",
    "mul",
    "truediv",
    "floordiv",
    "mod",
    "pow",
    "divmod",
    "matmul",
    "and",
    "or",
    "xor",
    "lshift",
    "rshift",
):
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

    def autograder_call_all(
        self, calls: Sequence[tuple[tuple[Any, ...], Mapping[str, Any]]]
    ) -> Iterator[Callable[[], Any]]:
        """Several calls on one way there and back; :mod:`autograder.diagnosis` asks for it.

        Each item gives the next answer, or raises what was raised, when it is called; in their order.
        """
        for answer in self._gate.call_all(self._living(), calls):
            yield partial(self._noted, answer)

    def autograder_check_later(self, calls: Iterable[CheckedCall], *, copy_back: bool) -> None:
        """Calls, each with what is to be done with its answer; :mod:`autograder.testing` asks for it."""
        found = ((args, kwargs, partial(self._check, check)) for args, kwargs, check in calls)
        self._gate.check_later(self._living(), found, copy_back=copy_back)

    def _check(self, check: Callable[[Callable[[], Any]], None], answer: Callable[[], tuple[Any, bool]]) -> None:
        check(partial(self._noted, answer))

    def _noted(self, answer: Callable[[], tuple[Any, bool]]) -> Any:
        result, self.last_call_shared = answer()
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
