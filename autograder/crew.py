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

# To warm an engine up costs about as much as grading so many submissions.
_WORTH_AN_ENGINE = 8


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def engines_for(submissions: int, workers: int) -> int:
    """How many engines pay off, of ``workers`` at most."""
    return max(1, min(workers, submissions // _WORTH_AN_ENGINE))


class Crew:
    """Engines that share nothing, so that none waits for another; threads of this process wait for their answers."""

    def __init__(
        self, level: Level, limits: Limits, packages: Sequence[str], reference: Path | None, size: int
    ) -> None:
        self._engines = [Engine(level, limits, packages, reference) for _ in range(size)]
        self._free: SimpleQueue[Engine] = SimpleQueue()
        self._stack = ExitStack()

    def __enter__(self) -> Crew:
        with ExitStack() as stack:
            for engine in self._engines:
                self._free.put(stack.enter_context(engine))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

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
