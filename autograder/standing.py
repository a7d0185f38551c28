"""Verdicts of earlier runs that still stand: read from their files, and checked against them."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from autograder.autograded import MAX_OUTPUTS, MAX_TEXT
from autograder.course import Assignment, Course
from autograder.files import remove_unfinished
from autograder.result import RESULT_FILE
from autograder.submission import HandedIn, read_handed_in
from autograder.verdict import VERDICT_FILE, Verdict, read_verdict

# What our own autograded notebooks can hold at most, with room for their JSON.
MAX_NOTEBOOK = 2 * MAX_OUTPUTS + 8 * MAX_TEXT
MAX_VERDICT = 16 * 2**20
# So many submissions are looked at together; from so many on, by processes of their own on all cores.
_CHUNK, _MANY = 250, 2000
# So many chunks a core are looked at before they are wanted.
_AHEAD = 3
# Lies beside a verdict that the gradebook may not have yet.
UNRECORDED = ".unrecorded"


class Work(NamedTuple):
    """A submission that is to be judged, unless a verdict on it stands."""

    assignment: Assignment
    student_id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A verdict that stands, with the text of the submission's timestamp.

    ``is_unrecorded``: the gradebook may not have it yet; ``has_pages``: the feedback pages are as new as it is.
    """

    verdict: Verdict
    timestamp: str | None
    is_unrecorded: bool
    has_pages: bool


# The same as it travels between our processes, and what is asked for.
_Found = tuple[bytes, str | None, bool, bool]
_Part = tuple[Course, Assignment, bytes, tuple[str, ...]]
# A chunk's results, in order and each when it is wanted.
_Results = Iterator[list[_Found | None]]
Chunks = Iterator[list[tuple[Work, Standing | None]]]


@contextmanager
def standing_verdicts(course: Course, work: Sequence[Work], stamps: Mapping[str, bytes]) -> Iterator[Chunks]:
    """For each submission the verdict that stands, if there is one, in chunks of one assignment and in order.

    ``stamps`` stand for what verdicts depend on besides the submission, by assignment. The first of a large class are
    looked at from here on, whatever the caller does until it wants them.
    """
    chunks = list(_chunks(work))
    parts = ((course, chunk[0].assignment, stamps[chunk[0].assignment.name], _students(chunk)) for chunk in chunks)
    cores = len(os.sched_getaffinity(0))
    if len(work) < _MANY or cores == 1:
        yield _together(chunks, (_standing_files(*part) for part in parts))
        return
    # Not forked: this process has threads. What travels are bytes of our own files.
    with ProcessPoolExecutor(cores, get_context("spawn")) as pool:
        try:
            yield _together(chunks, _ahead(pool, parts, cores))
        finally:
            pool.shutdown(cancel_futures=True)


def _ahead(pool: ProcessPoolExecutor, parts: Iterator[_Part], cores: int) -> _Results:
    """Begins at once, and stays a few chunks ahead only: a class may be larger than memory."""
    waiting = deque(pool.submit(_standing_files, *part) for part in islice(parts, _AHEAD * cores))

    def results() -> _Results:
        while waiting:
            found = waiting.popleft().result()
            waiting.extend(pool.submit(_standing_files, *part) for part in islice(parts, 1))
            yield found

    return results()


def _chunks(work: Sequence[Work]) -> Iterator[list[Work]]:
    chunk: list[Work] = []
    for item in work:
        if chunk and (len(chunk) == _CHUNK or item.assignment is not chunk[0].assignment):
            yield chunk
            chunk = []
        chunk.append(item)
    if chunk:
        yield chunk


def _students(chunk: Sequence[Work]) -> tuple[str, ...]:
    return tuple(item.student_id for item in chunk)


def _together(chunks: Sequence[list[Work]], found: _Results) -> Chunks:
    for chunk, files in zip(chunks, found, strict=True):
        yield [(item, None if file is None else _standing(file)) for item, file in zip(chunk, files, strict=True)]


def _standing(found: _Found) -> Standing:
    # Read once more, as its many parts would travel slower than that.
    return Standing(read_verdict(found[0]), *found[1:])


def _standing_files(
    course: Course, assignment: Assignment, stamp: bytes, student_ids: Sequence[str]
) -> list[_Found | None]:
    """What is known of each submission whose verdict stands; what an interruption left half-written is removed."""
    found: list[_Found | None] = []
    for student_id in student_ids:
        submitted = read_handed_in(course, assignment, student_id)
        folder = course.path("autograded", student_id, assignment.name)
        standing = _standing_file(folder, submitted.digest(stamp))
        if standing is None:
            found.append(None)
            continue
        remove_unfinished(folder)
        is_unrecorded = os.path.exists(os.path.join(folder, UNRECORDED))
        found.append(
            (standing[0], submitted.timestamp, is_unrecorded, _has_pages(course, assignment, student_id, folder))
        )
    return found


def standing_verdict(course: Course, submitted: HandedIn, digest: str) -> Verdict | None:
    """The verdict of an earlier run on just this submission, if it still holds and all its files are as written.

    ``digest`` is what the verdict must have been given for. Nothing that was cut short stands.
    """
    found = _standing_file(course.path("autograded", submitted.student_id, submitted.assignment), digest)
    return None if found is None else found[1]


def _standing_file(folder: Path, digest: str) -> tuple[bytes, Verdict] | None:
    """A final verdict that was given for ``digest`` and whose files are all as written."""
    try:
        data = _read_within(os.path.join(folder, VERDICT_FILE), MAX_VERDICT)
        # Most that differ do so in the digest: no need to look at the rest of them.
        if digest.encode() not in data:
            return None
        verdict = read_verdict(data)
        if verdict.digest != digest or not verdict.is_final:
            return None
        for name, expected in verdict.files:
            if hashlib.sha256(_read_within(os.path.join(folder, name), MAX_NOTEBOOK)).hexdigest() != expected:
                return None
    except (OSError, ValueError):
        return None
    return data, verdict


def _has_pages(course: Course, assignment: Assignment, student_id: str, judged: Path) -> bool:
    """Whether the result and every notebook's page were written after the verdict, which lies in ``judged``."""
    pages = course.path("feedback", student_id, assignment.name)
    try:
        since = os.stat(os.path.join(judged, VERDICT_FILE)).st_mtime_ns
        names = (RESULT_FILE, *(f"{part.name}.html" for part in assignment.notebooks))
        return all(os.stat(os.path.join(pages, name)).st_mtime_ns >= since for name in names)
    except OSError:
        return False


def _read_within(path: str, most: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        size = os.fstat(descriptor).st_size
        if size > most:
            raise ValueError("it is too large")
        return os.read(descriptor, size)
    finally:
        os.close(descriptor)
