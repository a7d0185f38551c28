"""Several engines side by side: each grades one submission at a time, results come in the order of the work."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import TypeVar

from autograder.engine import Engine
from autograder.sandbox import Level, Limits

Item = TypeVar("Item")
Result = TypeVar("Result")

# Seconds of grading for which another engine pays off: to warm it up takes about half of that.
_WORTH_AN_ENGINE = 8.0


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


class Crew:
    """Engines that share nothing, so that none waits for another; threads of this process wait for their answers.

    It begins with one, which warms up in the background.
    """

    def __init__(self, level: Level, limits: Limits, packages: Sequence[str], reference: Path | None) -> None:
        self._make: Callable[[], Engine] = lambda: Engine(level, limits, packages, reference)
        self._engines: list[Engine] = []
        self._free: SimpleQueue[Engine] = SimpleQueue()
        self._stack = ExitStack()

    def __enter__(self) -> Crew:
        self._add()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def _add(self) -> None:
        engine = self._stack.enter_context(self._make())
        self._engines.append(engine)
        self._free.put(engine)

    def wait_until_warm(self) -> None:
        """Return when work would start at once. Raises SandboxError."""
        for engine in self._engines:
            engine.wait_until_warm()

    def grow(self, seconds: float, workers: int) -> None:
        """Add the engines that pay off for so many seconds of work, up to ``workers`` in all."""
        while len(self._engines) < min(workers, int(seconds / _WORTH_AN_ENGINE)):
            self._add()

    def map(self, work: Callable[[Engine, Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """``work`` on every item, each with an engine of its own for the time; what it raises is raised here."""

        def with_engine(item: Item) -> Result:
            engine = self._free.get()
            try:
                return work(engine, item)
            finally:
                self._free.put(engine)

        pool = ThreadPoolExecutor(len(self._engines))
        try:
            # Taken off one by one: a result holds a whole notebook.
            futures = deque(pool.submit(with_engine, item) for item in items)
            while futures:
                yield futures.popleft().result()
        finally:
            # After a Ctrl-C nobody waits: what still runs ends with its engine.
            pool.shutdown(wait=False, cancel_futures=True)
