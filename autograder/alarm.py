"""Ends a test cell that a hostile answer keeps running in the judge itself, by the judge's own CPU time."""

from __future__ import annotations

import math
import resource
import signal
from typing import NoReturn

from autograder.line import Line
from autograder.verdict import Outcome

# CPU seconds: how much later than the alarm the kernel acts, and how often the alarm rings once it is time.
_GRACE, _REPEAT = 2.0, 0.2


class Alarm:
    """The block may take so many CPU seconds of this process; then it gets a LearnerFault.

    An endless call of numpy, or of Python's own long integers, sees no signal handler: there the kernel ends the
    whole judge, a little later.
    """

    def __init__(self, seconds: float, line: Line) -> None:
        self._seconds, self._line = seconds, line
        self._hard = resource.getrlimit(resource.RLIMIT_CPU)[1]

    def __enter__(self) -> None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        end = math.ceil(usage.ru_utime + usage.ru_stime + self._seconds + _GRACE)
        soft = end if self._hard == resource.RLIM_INFINITY else min(end, self._hard)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, self._hard))
        signal.signal(signal.SIGPROF, self._ring)
        # Again and again: a bare ``except`` in a loop of the test would swallow a single one.
        signal.setitimer(signal.ITIMER_PROF, self._seconds, _REPEAT)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (self._hard, self._hard))

    def _ring(self, *_: object) -> NoReturn:
        # The process may be in the middle of an answer, which nobody would take off the line any more.
        raise self._line.kill(
            Outcome.TIMED_OUT,
            f"checking the answer took more than {self._seconds:g} s",
            "CPU time limit of the judge",
        )
