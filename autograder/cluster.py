"""Judging on a Dask cluster: submissions travel as bytes, answers come back as bytes, and only this side keeps books.

Dask itself pickles between its machines: they are graders that we trust, and off this machine they are reached over
TLS alone.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from autograder import __version__, grader
from autograder.course import Assignment, Course
from autograder.crew import IDLE_SECONDS
from autograder.engine import Graded, not_graded
from autograder.errors import AutograderError, UsageError
from autograder.grade import Briefs, Judged, notebook_brief
from autograder.packages import imported_distributions
from autograder.sandbox import Level, Limits
from autograder.seed import submission_key
from autograder.source import notebook_as_submission
from autograder.stamp import code_stamp, reference_files
from autograder.standing import Work
from autograder.submission import HandedIn

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS, WORKER_SECONDS = 10, 30
# So many submissions are on their way for each that can be worked on: no worker waits, and no memory fills.
_AHEAD = 3


class ClusterError(AutograderError):
    """The cluster can't be used, or stopped working."""


class ClusterExecutor:
    """The workers of a Dask scheduler; use it in a ``with`` block.

    ``tls`` are the files of the authority, of our certificate and of its key, where the address begins with ``tls://``
    and Dask's own configuration does not name them.
    """

    def __init__(
        self, course: Course, limits: Limits, address: str, tls: Sequence[Path] = (), *, no_sandbox: bool = False
    ) -> None:
        require_tls(address)
        self._course, self._limits, self._address = course, limits, address
        self._tls, self._no_sandbox = tls, no_sandbox
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._client = self._stack.enter_context(self._connect())
            self.level, self.code = self._agreement()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _connect(self) -> Client:
        try:
            from distributed import Client, Security
        except ImportError:
            raise UsageError(
                "Dask is not installed: run pip install embedding-space-math[cluster], here and on every worker"
            ) from None
        security: Any = None
        if self._tls:
            authority, certificate, key = map(str, self._tls)
            security = Security(
                tls_ca_file=authority, tls_client_cert=certificate, tls_client_key=key, require_encryption=True
            )
        try:
            # The default one, as `wait` looks for no other.
            client = Client(self._address, security=security, timeout=CONNECT_SECONDS)
        except (OSError, TimeoutError, ValueError) as problem:
            raise ClusterError(
                f"No Dask scheduler answers at {self._address} ({type(problem).__name__}): start it with "
                "`dask scheduler`, or leave out --scheduler to grade on this machine"
            ) from None
        return client

    def _agreement(self) -> tuple[Level, bytes]:
        """The level of all workers, which must run this very code."""
        try:
            self._client.wait_for_workers(1, timeout=WORKER_SECONDS)
            answers = self._client.run(grader.facts)
        except (OSError, TimeoutError) as problem:
            raise ClusterError(
                f"The Dask scheduler at {self._address} has no workers ({type(problem).__name__}): start some with "
                f"`dask worker {self._address}`"
            ) from None
        except Exception as problem:
            raise UsageError(
                f"A worker of {self._address} can't grade ({type(problem).__name__}: {problem}): install this version "
                f"of embedding-space-math[cluster] ({__version__}) on all of them"
            ) from None
        ours = code_stamp()
        found = {worker: json.loads(answer) for worker, answer in answers.items()}
        for worker, facts in sorted(found.items()):
            if facts["code"] != ours.hex():
                raise UsageError(
                    f"The worker {worker} has another version of the project or of its packages "
                    f"({facts['version']}, here {__version__}): install the same requirements.lock on all machines"
                )
        levels = {facts["level"] for facts in found.values()}
        if self._no_sandbox:
            return Level.NONE, ours
        if len(levels) > 1:
            raise UsageError(
                f"The workers have different sandbox levels ({', '.join(sorted(levels))}): make them alike"
            )
        level = Level(levels.pop())
        if level is Level.NONE:
            reason = next(iter(found.values()))["reason"]
            raise UsageError(f"The workers have no sandbox ({reason}): run `autograder doctor` on one of them")
        return level, ours

    def judge(
        self, work: Sequence[Work], read: Callable[[Work], HandedIn], secret: bytes, on_idle: Callable[[], None]
    ) -> Iterator[Judged]:
        """As :class:`autograder.grade.Executor` says; a submission whose worker dies is judged by another."""
        from distributed import wait

        needed = list({item.assignment.name: item.assignment for item in work}.values())
        packages = (*self._course.packages, *imported_distributions(needed))
        kit = self._everywhere(grader.pack_kit(self.level, self._limits, packages, reference_files(self._course)))
        briefs = self._reference_runs(needed, kit)
        books = {name: self._everywhere(grader.pack_briefs(found)) for name, found in briefs.items()}
        waiting = iter(work)
        running: dict[Future[Any], tuple[Work, HandedIn, int]] = {}

        def send(item: Work, submitted: HandedIn, tries: int) -> None:
            key = submission_key(secret, item.assignment.name, item.student_id)
            task = grader.pack_task(key, submitted.extras, submitted.notebooks)
            future = self._client.submit(grader.judge, kit, books[item.assignment.name], task, pure=False)
            running[future] = item, submitted, tries

        def send_more() -> None:
            threads = sum(self._client.nthreads().values()) if self._is_connected() else 1
            while len(running) < _AHEAD * max(1, threads):
                item = next(waiting, None)
                if item is None:
                    return
                send(item, read(item), 1)

        send_more()
        while running:
            try:
                done = wait(list(running), timeout=IDLE_SECONDS, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                on_idle()
                self._require_connection()
                continue
            for future in done:
                item, submitted, tries = running.pop(future)
                try:
                    graded, seconds = grader.read_graded(future.result())
                except AutograderError:
                    raise
                except Exception as problem:
                    self._require_connection()
                    if tries == 1:
                        send(item, submitted, 2)
                        continue
                    graded, seconds = _given_up(item, submitted, briefs, problem), 0.0
                send_more()
                yield Judged(item, submitted, graded, seconds)

    def _require_connection(self) -> None:
        if not self._is_connected():
            raise ClusterError(
                f"The Dask scheduler at {self._address} is gone: what was graded before is kept, and the same command "
                "goes on"
            )

    def _everywhere(self, data: bytes) -> Future[Any]:
        # Not hashed to a name that an earlier run may have left damaged; every worker gets its own.
        found: Future[Any] = self._client.scatter(data, broadcast=True, hash=False)
        return found

    def _reference_runs(self, needed: Sequence[Assignment], kit: Future[Any]) -> dict[str, Briefs]:
        """The briefs with their baselines: only a test cell that the instructor's own solution passes can judge."""
        first = {
            item.name: {part.name: notebook_brief(self._limits, item, part, None) for part in item.notebooks}
            for item in needed
        }
        futures = {
            item.name: self._client.submit(
                grader.judge_reference,
                kit,
                grader.pack_briefs(first[item.name]),
                grader.pack_task(b"", (), tuple((part.name, notebook_as_submission(part)) for part in item.notebooks)),
                pure=False,
            )
            for item in needed
        }
        briefs: dict[str, Briefs] = {}
        for name, future in futures.items():
            try:
                baselines = grader.read_baselines(future.result())
            except AutograderError as problem:
                raise UsageError(str(problem)) from None
            except Exception as problem:
                raise ClusterError(
                    f"The workers of {self._address} end while they judge the solution of {name} "
                    f"({type(problem).__name__}): look at their logs"
                ) from None
            briefs[name] = {part: replace(brief, baseline=baselines[part]) for part, brief in first[name].items()}
        return briefs

    def _is_connected(self) -> bool:
        return bool(self._client.status == "running")


def _given_up(item: Work, submitted: HandedIn, briefs: dict[str, Briefs], problem: Exception) -> dict[str, Graded]:
    cause = f"the worker that graded it ended, twice ({type(problem).__name__})"
    return {
        name: not_graded(briefs[item.assignment.name][name].source, cause)
        for name, _ in submitted.notebooks
        if name in briefs[item.assignment.name]
    }


def require_tls(address: str) -> None:
    """Raises UsageError for an address that is none, or that would carry submissions over a network in the clear."""
    scheme, separator, place = address.partition("://")
    host = place.rpartition(":")[0].strip("[]")
    if not separator or scheme not in ("tcp", "tls") or not host:
        raise UsageError(f"--scheduler must be like tls://host:8786 (or tcp://127.0.0.1:8786), got {address!r}")
    if scheme == "tcp" and not _is_loopback(host):
        raise UsageError(
            f"--scheduler {address} is another machine and not encrypted: submissions, tests and verdicts would be "
            "read and changed on the way; start the scheduler with --tls-ca-file, --tls-cert and --tls-key, and "
            "use tls:// here"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
