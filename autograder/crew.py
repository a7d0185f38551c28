"""Several submissions at a time: threads of this process that wait for warm engines, results as they come."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from autograder.engine import Engine
from autograder.sandbox import Level, Limits

Item = TypeVar("Item")
Result = TypeVar("Result")

# So many submissions at a time keep one pair of warm processes forking; beyond, they would wait for it.
_AN_ENGINE = 4
IDLE_SECONDS = 1.0


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


class Crew:
    """Engines, each for a few of the submissions that are graded at the same time.

    They warm up in the background. ``workers`` submissions are worked on, and one more waits for the kernel to build
    or take down its namespaces, so that no core does.
    """

    def __init__(
        self, level: Level, limits: Limits, packages: Sequence[str], reference: Path | None, workers: int
    ) -> None:
        self.level, self.limits, self.workers = level, limits, workers
        self._engines = [Engine(level, limits, packages, reference) for _ in range(-(-workers // _AN_ENGINE))]
        self._stack = ExitStack()

    def __enter__(self) -> Crew:
        for engine in self._engines:
            self._stack.enter_context(engine)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def wait_until_warm(self) -> None:
        """Return when work would start at once. Raises SandboxError."""
        for engine in self._engines:
            engine.wait_until_warm()

    def map(
        self, work: Callable[[Engine, Item], Result], items: Iterable[Item], on_idle: Callable[[], None] = lambda: None
    ) -> Iterator[Result]:
        """``work`` on every item, in the order in which it is done; what it raises is raised here.

        ``on_idle`` is called where nothing has been done for a while.

        No more items are taken, and no more results kept, than can be worked on: each holds whole notebooks.
        """
        pool = ThreadPoolExecutor(self.workers + 1)
        tasks = iter(zip(items, cycle(self._engines)))
        try:
            running: set[Future[Result]] = set()
            while True:
                for item, engine in islice(tasks, self.workers + 1 - len(running)):
                    running.add(pool.submit(work, engine, item))
                if not running:
                    return
                done, running = wait(running, IDLE_SECONDS, FIRST_COMPLETED)
                if not done:
                    on_idle()
                for future in done:
                    yield future.result()
        finally:
            # After a Ctrl-C nobody waits: what still runs ends with its engine.
            pool.shutdown(wait=False, cancel_futures=True)
