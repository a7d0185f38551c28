"""A test cell's globals: which names are asked of the learner, which are the test's own, what the learner sees."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from autograder.remote import Gate, Proxy, RemoteFunction, Unsendable
from autograder.sandboxed import wire
from autograder.verdict import Outcome

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class RemoteNames:
    """What the source's solution cells bind; which of it their functions read, and which they rebind."""

    bound: frozenset[str]
    read: frozenset[str] = frozenset()
    rebound: frozenset[str] = frozenset()


class RemoteNamespace(dict[str, Any]):
    """Remote names are asked of the learner, all others are the instructor's own.

    A remote name that a test binds is the test's own until a solution cell that binds it has run: the learner's
    process is not asked for it, or it could answer another value. Functions see what a test binds in its place if
    the source's functions read the name; otherwise the learner's side learns of it when the cell is over, as it
    may be what the test expects.

    Python's own bytecode writes ``global`` names past ``__setitem__``; so what was bound is found by
    comparing with what was last read, before each thing that is asked of the learner.
    """

    def __init__(self, gate: Gate, names: RemoteNames) -> None:
        super().__init__()
        self._gate = gate
        self._names = names
        self._seen: dict[str, Any] = {}
        self._sent: dict[str, Any] = {}
        self._encoded: dict[str, bytes] = {}
        self._asked: dict[str, int] = {}
        self._own: set[str] = set()
        self.absent: set[str] = set()
        gate.before_call = self.push_bindings
        gate.after_call = self._keep_unchanged

    def __getitem__(self, name: str) -> Any:
        if name not in self._names.bound:
            return super().__getitem__(name)
        self.push_bindings()
        if name in self._own and name not in self._names.rebound:
            return super().__getitem__(name)
        return self._fetch(name)

    def __delitem__(self, name: str) -> None:
        if name in self._names.bound and name not in self:
            self[name]
        super().__delitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """As in a dict, for remote names too."""
        try:
            return self[name]
        except KeyError:
            return default

    def push_bindings(self, *, at_end: bool = False) -> None:
        """Mirror what was bound or deleted among the remote names; all of it ``at_end`` of a cell."""
        for name in self._names.bound:
            value = dict.get(self, name, _ABSENT)
            if value is not self._seen.get(name, _ABSENT):
                self._own.add(name)
                self._encoded.pop(name, None)
                self._seen[name] = value
            if name not in self._own or value is self._sent.get(name, self):
                continue
            if value is _ABSENT:
                self._gate.tell("del", name)
            elif at_end or name in self._names.read or isinstance(value, Proxy):
                # What can't be sent stays the cell's own, and the learner's name as it was.
                with contextlib.suppress(Unsendable):
                    self._gate.tell("set", name, self._gate.try_to_encode(value))
            else:
                continue
            self._sent[name] = value

    def release(self, names: frozenset[str]) -> None:
        """A solution cell that binds these has run: they are the learner's again."""
        for name in names & self._names.bound:
            self._drop(name)

    def _fetch(self, name: str) -> Any:
        if name in self._encoded and self._asked.get(name) == self._gate.line.epoch:
            # Nothing of the learner's has run since: another answer now would be one for the asker. But for calls that
            # wait to be looked at: what they made of data counts; a function is asked under the name it had.
            seen = self._seen[name]
            if not self._gate.waiting or isinstance(seen, RemoteFunction):
                return seen
        try:
            reply = self._gate.ask("get", name)
        except Exception as error:
            # A KeyError, for one, would mean to Python that there is no such name.
            raise self._gate.line.fail(
                Outcome.RAISED, f"looking at {name} raised {type(error).__name__}", f"{name} can't be read"
            ) from None
        match reply:
            case ["value", data]:
                pass
            case ["absent", list() as found] if all(type(item) is str for item in found):
                self._drop(name)
                self.absent.add(name)
                listed = f" (found: {', '.join(item[:100] for item in found[:20])})" if found else ""
                # No NameError: a test that demands an error would take it for one, and Python would look among
                # the built-in names, which would answer in the learner's place.
                raise self._gate.line.fail(
                    Outcome.MISSING, f"the notebook defines no {name}{listed}", f"{name} is missing"
                )
            case _:
                self._gate.bad_reply()
        # Unchanged on the learner's side: the same object again, as in one process.
        print_of = wire.fingerprint(data)
        if self._encoded.get(name) == print_of:
            self._asked[name] = self._gate.line.epoch
            return self._seen[name]
        value = self._gate.decode(data)
        self._encoded[name] = print_of
        self._asked[name] = self._gate.line.epoch
        self._seen[name] = self._sent[name] = value
        dict.__setitem__(self, name, value)
        return value

    def _keep_unchanged(self, before: int, stale: list[Any]) -> None:
        """A call has run since ``before`` was the line's count: what it left alone need not be asked for again."""
        for name, asked in self._asked.items():
            if asked == before and name not in stale:
                self._asked[name] = self._gate.line.epoch

    def _drop(self, name: str) -> None:
        dict.pop(self, name, None)
        for record in (self._seen, self._sent, self._encoded, self._asked):
            record.pop(name, None)
        self._own.discard(name)

    def forget(self) -> None:
        """Another process of the learner's: drop what was read from the last one, keep what tests bound."""
        for name in self._names.bound:
            if name not in self._own or isinstance(dict.get(self, name, _ABSENT), Proxy) or name not in self:
                self._drop(name)
        self._sent = {}

    def prefill(self, names: frozenset[str]) -> None:
        """Read these names into the dict itself: a class body looks there without asking the namespace."""
        for name in names & self._names.bound:
            with contextlib.suppress(KeyError):
                self[name]
