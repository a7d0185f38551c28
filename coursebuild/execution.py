"""Each chapter's cells, run once in a real Jupyter kernel; kept until code, library or versions change."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from coursebuild import figure, outputs, values
from coursebuild.chapter import Cell, Chapter
from coursebuild.outputs import Output

_PACKAGES = ("numpy", "matplotlib", "matplotlib-inline", "ipython", "ipykernel", "nbclient", "nbformat")
_OWN = [Path(__file__), Path(__file__).with_name("kernel.py"), Path(outputs.__file__), Path(values.__file__)]


@dataclass(frozen=True, slots=True)
class Executed:
    """A chapter with what came out: for each part its outputs (of a cell) or values (of its ``{{ }}``)."""

    chapter: Chapter
    outputs: tuple[tuple[Output, ...], ...]
    values: tuple[tuple[str, ...], ...]


def execute_all(chapters: Sequence[Chapter], root: Path, *, processes: int | None = None) -> list[Executed]:
    """Execute chapters, several at a time; what is kept in ``root/build/chapters`` is not run again.

    Raises CourseError where a cell fails.
    """
    with ThreadPoolExecutor(processes or len(os.sched_getaffinity(0))) as pool:
        return list(pool.map(lambda chapter: execute(chapter, root), chapters))


def execute(chapter: Chapter, root: Path) -> Executed:
    """Execute one chapter, or take what an earlier run kept of the same code."""
    kept = root / "build" / "chapters" / f"{chapter.slug}-{_key(chapter, root)}.json"
    if kept.exists():
        found = json.loads(kept.read_text())
    else:
        # Imported where something is to be run, as it takes a fifth of a build in which nothing is.
        from coursebuild import kernel

        found = kernel.run(chapter)
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in kept.parent.glob(f"{chapter.slug}-*.json"):
            old.unlink()
        unfinished = kept.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_text(json.dumps(found))
        unfinished.replace(kept)
    return Executed(chapter, *(tuple(map(tuple, found[name])) for name in ("outputs", "values")))


def _key(chapter: Chapter, root: Path) -> str:
    """Changes with whatever could change an output: code, what it imports of ours, and the versions."""
    digest = hashlib.sha256()
    for part in chapter.parts:
        digest.update(repr((type(part).__name__, values.asked(part))).encode())
        if isinstance(part, Cell):
            digest.update(part.source.encode())
    library = sorted((root / "coursedata").rglob("*"))
    for path in (*library, *_OWN):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.read_bytes())
    digest.update(figure.setup_code().encode())
    digest.update(repr([platform.python_version(), *map(version, _PACKAGES)]).encode())
    return digest.hexdigest()[:16]
