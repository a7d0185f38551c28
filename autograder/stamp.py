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


def engine_stamp(course: Course, level: Level) -> bytes:
    """The digest of the grader itself: its sources, the environment, the course's reference, the sandbox level."""
    found = hashlib.sha256()
    here = Path(__file__).parent
    reference = course.reference or _installed_reference()
    for part in (
        platform.python_version().encode(),
        level.value.encode(),
        *_environment(),
        *_sources(here),
        *(_sources(reference) if reference is not None else ()),
    ):
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.digest()


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


def _sources(folder: Path) -> Iterable[bytes]:
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
