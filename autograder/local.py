"""Judging on this machine: the default executor."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from autograder.course import Course
from autograder.crew import Crew
from autograder.engine import Engine
from autograder.grade import Judged, judge_submission, reference_run
from autograder.packages import imported_distributions
from autograder.sandbox import Level, Limits
from autograder.seed import submission_key
from autograder.stamp import code_stamp
from autograder.standing import Work
from autograder.submission import HandedIn


class LocalExecutor:
    """As many submissions at a time as there are ``workers``; its processes start when there is something to judge."""

    def __init__(self, course: Course, level: Level, limits: Limits, workers: int) -> None:
        self.level, self.code = level, code_stamp()
        self._course, self._limits, self._workers = course, limits, workers

    def judge(
        self, work: Sequence[Work], read: Callable[[Work], HandedIn], secret: bytes, on_idle: Callable[[], None]
    ) -> Iterator[Judged]:
        """As :class:`autograder.grade.Executor` says."""
        needed = list({item.assignment.name: item.assignment for item in work}.values())
        packages = (*self._course.packages, *imported_distributions(needed))
        workers = min(self._workers, len(work))
        with Crew(self.level, self._limits, packages, self._course.reference, workers) as crew:
            crew.wait_until_warm()
            briefs = dict(crew.map(lambda engine, item: (item.name, reference_run(engine, item)[0]), needed))

            def judged(engine: Engine, item: Work) -> Judged:
                begun = time.monotonic()
                submitted = read(item)
                key = submission_key(secret, item.assignment.name, item.student_id)
                graded = judge_submission(engine, item.assignment, submitted, briefs[item.assignment.name], key)
                return Judged(item, submitted, graded, time.monotonic() - begun)

            yield from crew.map(judged, work, on_idle)
