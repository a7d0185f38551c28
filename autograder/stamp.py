"""What a verdict depends on besides the submission: told apart by digests, so that nothing is judged twice in vain."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from autograder.course import Assignment, Course
from autograder.job import Brief
from autograder.runtime import package_folders
from autograder.sandbox import Level, Limits


def code_stamp() -> bytes:
    """The digest of the grader's own sources, and of what is installed beside it."""
    return _digest((platform.python_version().encode(), *_environment(), *_sources(Path(__file__).parent)))


def engine_stamp(course: Course, level: Level, code: bytes) -> bytes:
    """The digest of a grader of a course: its code, the course's reference, the sandbox level."""
    reference = course.reference or _installed_reference()
    return _digest((code, level.value.encode(), *(_sources(reference) if reference is not None else ())))


def _digest(parts: Iterable[bytes]) -> bytes:
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.digest()


def reference_files(course: Course) -> tuple[tuple[str, bytes], ...]:
    """The course's own reference, for a machine that does not have it."""
    if course.reference is None:
        return ()
    parts = list(_sources(course.reference))
    return tuple((os.fsdecode(name), data) for name, data in zip(parts[::2], parts[1::2], strict=True))


def assignment_stamp(engine: bytes, assignment: Assignment, limits: Limits) -> bytes:
    """The digest of one assignment as this grader judges it: source notebooks, data files, limits."""
    found = hashlib.sha256(engine)
    for notebook in assignment.notebooks:
        seconds = {key: float(value) for key, value in asdict(limits).items()}
        found.update(bytes.fromhex(Brief(assignment.name, notebook, assignment.data_files, seconds, None).key))
    return found.digest()


def _environment() -> Iterator[bytes]:
    """Every installed distribution with its version, as its folder is called."""
    for folder in package_folders():
        yield from sorted(
            entry.name.encode() for entry in os.scandir(folder) if entry.name.endswith((".dist-info", ".egg-info"))
        )


def _sources(folder: Path) -> Iterator[bytes]:
    """Names and contents of its files, in turn."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            path = Path(parent, name)
            yield path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
            yield path.read_bytes()


def _installed_reference() -> Path | None:
    spec = importlib.util.find_spec("reference")
    locations = list(spec.submodule_search_locations or ()) if spec else []
    return Path(locations[0]) if locations else None
