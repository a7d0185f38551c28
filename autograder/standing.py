"""Verdicts of earlier runs that still stand: read from their files, and checked against them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from autograder.autograded import MAX_OUTPUTS, MAX_TEXT
from autograder.course import Course
from autograder.submission import HandedIn
from autograder.verdict import VERDICT_FILE, Verdict, read_verdict

# What our own autograded notebooks can hold at most, with room for their JSON.
MAX_NOTEBOOK = 2 * MAX_OUTPUTS + 8 * MAX_TEXT
MAX_VERDICT = 16 * 2**20


def standing_verdict(course: Course, submitted: HandedIn, digest: str) -> Verdict | None:
    """The verdict of an earlier run on just this submission, if it still holds and all its files are as written.

    ``digest`` is what the verdict must have been given for. Nothing that was cut short stands.
    """
    folder = course.path("autograded", submitted.student_id, submitted.assignment)
    try:
        data = _read_within(folder / VERDICT_FILE, MAX_VERDICT)
        # Most that differ do so in the digest: no need to look at the rest of them.
        if digest.encode() not in data:
            return None
        verdict = read_verdict(data)
        if verdict.digest != digest or not verdict.is_final:
            return None
        for name, expected in verdict.files:
            if hashlib.sha256(_read_within(folder / name, MAX_NOTEBOOK)).hexdigest() != expected:
                return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return verdict


def _read_within(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError("it is too large")
    return data
