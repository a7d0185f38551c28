"""One submission as bytes: read once, so that what is judged, recorded and compared later is one and the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.course import Assignment, Course
from autograder.errors import UnreadableSubmission
from autograder.files import TIMESTAMP_FILE, SubmittedFiles, read_tree
from autograder.sanitize import one_line
from autograder.verdict import VERDICT_FILE


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What one student handed in for one assignment; ``unreadable`` are notebooks with a sentence each.

    ``extras`` are the learner's other files, ``notes`` what a human should know of what was left out.
    """

    student_id: str
    assignment: str
    notebooks: tuple[tuple[str, bytes], ...]
    unreadable: tuple[tuple[str, str], ...]
    extras: tuple[tuple[str, bytes], ...]
    notes: tuple[str, ...]
    timestamp: str | None

    def digest(self, stamp: bytes) -> str:
        """SHA-256 of all of it and of ``stamp``, which stands for what else a verdict depends on."""
        found = hashlib.sha256(stamp)
        for part in self._parts():
            found.update(len(part).to_bytes(8, "big"))
            found.update(part)
        return found.hexdigest()

    def _parts(self) -> Iterator[bytes]:
        yield from map(_as_bytes, (self.student_id, self.assignment, self.timestamp or ""))
        for kind, files in (("notebooks", self.notebooks), ("extras", self.extras)):
            yield _as_bytes(f"{kind} {len(files)}")
            for name, data in files:
                yield _as_bytes(name)
                yield data
        for sentences in (self.unreadable, tuple(("", note) for note in self.notes)):
            yield _as_bytes(f"sentences {len(sentences)}")
            yield from (_as_bytes(text) for pair in sentences for text in pair)


def read_handed_in(course: Course, assignment: Assignment, student_id: str) -> HandedIn:
    """Read one submission, without trusting anything in it. Never raises for what it holds."""
    folder = course.path("submitted", student_id, assignment.name)
    wanted = [notebook.name for notebook in assignment.notebooks]
    try:
        submitted = read_tree(folder, wanted, base=_trusted_part(course, folder))
    except UnreadableSubmission as problem:
        submitted = SubmittedFiles(unreadable=tuple((name, str(problem)) for name in wanted))
    extras: tuple[tuple[str, bytes], ...] = ()
    dropped: list[str] = []
    if submitted.extras:
        handed_back = set(assignment.data_files)
        own = tuple(extra for extra in submitted.extras if extra not in handed_back)
        extras, dropped = _apart_from(own, _reserved(assignment))
    return HandedIn(
        student_id,
        assignment.name,
        submitted.notebooks,
        submitted.unreadable,
        extras,
        (*submitted.notes, *dropped),
        submitted.timestamp,
    )


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _trusted_part(course: Course, folder: Path) -> Path:
    """The part of the path that is the instructor's, where links are his own."""
    submitted = course.root / course.submitted_directory
    return submitted if f"{folder}/".startswith(f"{submitted}/") else course.root


def _reserved(assignment: Assignment) -> frozenset[str]:
    """Names under ``autograded/`` that are the instructor's or ours."""
    ours = {VERDICT_FILE, TIMESTAMP_FILE, *(f"{notebook.name}.ipynb" for notebook in assignment.notebooks)}
    return frozenset(ours | {name for name, _ in assignment.data_files})


def _apart_from(
    extras: tuple[tuple[str, bytes], ...], reserved: frozenset[str]
) -> tuple[tuple[tuple[str, bytes], ...], list[str]]:
    """The learner's files that neither replace a reserved file nor take the place of its folder."""
    folders = {str(parent) for name in reserved for parent in PurePosixPath(name).parents}
    kept, dropped = [], []
    for name, data in extras:
        above = {str(parent) for parent in PurePosixPath(name).parents}
        if name in reserved or above & reserved or name in folders:
            if name != TIMESTAMP_FILE:
                dropped.append(f"{one_line(name, 100)!r} was left out: the assignment's own file has that name")
        else:
            kept.append((name, data))
    return tuple(kept), dropped
