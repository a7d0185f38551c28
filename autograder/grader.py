"""What one machine of a cluster does: bytes in, bytes out. It keeps no books, and its functions never raise.

Everything comes from the coordinator, which is trusted as this machine is. What a submission holds is looked at in a
judge alone, as where there is but one machine.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgpack

from autograder import __version__
from autograder.engine import Engine, Graded, baseline_of
from autograder.errors import AutograderError
from autograder.files import put_files
from autograder.job import Brief, CellBaseline, read_brief
from autograder.sandbox import Level, Limits
from autograder.seed import seeder
from autograder.stamp import code_stamp
from autograder.verdict import Status, read_notebook_verdict

_TEXT = {"unicode_errors": "surrogatepass"}


def facts() -> bytes:
    """What the coordinator must know before it sends anything, as JSON: version, code, sandbox level."""
    from autograder.doctor import probe

    found = probe()
    return json.dumps(
        {"version": __version__, "code": code_stamp().hex(), "level": found.level.value, "reason": found.reason}
    ).encode()


def pack_kit(
    level: Level, limits: Limits, packages: tuple[str, ...], reference: tuple[tuple[str, bytes], ...]
) -> bytes:
    """What a machine warms up with for a course, whatever it is to judge."""
    packed: bytes = msgpack.packb([level.value, asdict(limits), packages, reference], **_TEXT)
    return packed


def pack_briefs(briefs: Mapping[str, Brief]) -> bytes:
    """The notebooks of an assignment, by name, as judges are told of them."""
    packed: bytes = msgpack.packb({name: brief.data for name, brief in briefs.items()})
    return packed


def pack_task(key: bytes, extras: tuple[tuple[str, bytes], ...], notebooks: tuple[tuple[str, bytes], ...]) -> bytes:
    """One submission: what its seeds are made of, the learner's files, the notebooks that can be read."""
    packed: bytes = msgpack.packb([key, extras, notebooks], **_TEXT)
    return packed


def judge_reference(kit: bytes, briefs: bytes, solutions: bytes) -> bytes:
    """Judge the instructor's own notebooks, in the form of a task: the baseline of each."""
    return _answer(lambda: _judge_reference(kit, briefs, solutions))


def judge(kit: bytes, briefs: bytes, task: bytes) -> bytes:
    """Judge one submission: verdict and autograded notebook of each notebook."""
    return _answer(lambda: _judge(kit, briefs, task))


def read_baselines(answer: bytes) -> dict[str, dict[str, CellBaseline]]:
    """The answer of :func:`judge_reference`. Raises AutograderError where there is none."""
    return {
        name: {grade_id: CellBaseline(**cell) for grade_id, cell in cells.items()}
        for name, cells in _result_of(answer)["found"].items()
    }


def read_graded(answer: bytes) -> tuple[dict[str, Graded], float]:
    """The answer of :func:`judge`, and the seconds that it took. Raises AutograderError where there is none."""
    result = _result_of(answer)
    graded = {
        name: Graded(read_notebook_verdict(verdict.encode()), notebook)
        for name, (verdict, notebook) in result["found"].items()
    }
    return graded, float(result["seconds"])


def _answer(work: Callable[[], dict[str, Any]]) -> bytes:
    begun, found, error = time.monotonic(), None, ""
    try:
        found = work()
    except AutograderError as problem:
        error = str(problem)
    except Exception as problem:
        error = f"{type(problem).__name__}: {problem}"
    packed: bytes = msgpack.packb({"found": found, "seconds": time.monotonic() - begun, "error": error}, **_TEXT)
    return packed


def _result_of(answer: bytes) -> dict[str, Any]:
    result: dict[str, Any] = msgpack.unpackb(answer, **_TEXT)
    if result["error"]:
        raise AutograderError(str(result["error"]))
    return result


def _judge_reference(kit: bytes, briefs: bytes, solutions: bytes) -> dict[str, Any]:
    _, _, notebooks = msgpack.unpackb(solutions, **_TEXT)
    found = {}
    with _engine(kit) as engine:
        for name, data in notebooks:
            brief = _briefs(briefs)[name]
            graded = engine.grade(brief, data, (), lambda digest: bytes(64))
            if graded.verdict.status is not Status.GRADED:
                raise AutograderError(
                    f"The source notebook {brief.assignment}/{name}.ipynb can't be judged: {graded.verdict.reason}"
                )
            found[name] = {grade_id: asdict(cell) for grade_id, cell in baseline_of(graded).items()}
    return found


def _judge(kit: bytes, briefs: bytes, task: bytes) -> dict[str, Any]:
    key, extras, notebooks = msgpack.unpackb(task, **_TEXT)
    files = tuple((name, data) for name, data in extras)
    found = {}
    with _engine(kit) as engine:
        for name, data in notebooks:
            graded = engine.grade(_briefs(briefs)[name], data, files, seeder(key))
            found[name] = json.dumps(asdict(graded.verdict)), graded.notebook
    return found


@lru_cache(maxsize=64)
def _briefs(data: bytes) -> dict[str, Brief]:
    return {name: read_brief(brief) for name, brief in msgpack.unpackb(data).items()}


@dataclass(slots=True)
class _Warm:
    """An engine, the folder with its course's reference, and how many use it now."""

    engine: Engine
    folder: str
    users: int = 0

    def close(self) -> None:
        self.engine.__exit__(None, None, None)
        shutil.rmtree(self.folder, ignore_errors=True)


_warm: dict[str, _Warm] = {}
_lock = threading.Lock()


@contextlib.contextmanager
def _engine(kit: bytes) -> Iterator[Engine]:
    """The warm engine for a course; those of other courses make room for it once nobody uses them."""
    name = hashlib.sha256(kit).hexdigest()
    with _lock:
        if name not in _warm:
            for other in [key for key, found in _warm.items() if not found.users]:
                _warm.pop(other).close()
            _warm[name] = _start(kit)
        warm = _warm[name]
        warm.users += 1
    try:
        warm.engine.wait_until_warm()
        yield warm.engine
    finally:
        with _lock:
            warm.users -= 1


def _start(kit: bytes) -> _Warm:
    level, limits, packages, reference = msgpack.unpackb(kit, **_TEXT)
    folder = tempfile.mkdtemp(prefix="reference-")
    # Whoever runs the sandbox must be able to read it.
    Path(folder).chmod(0o755)
    place = Path(folder, "reference")
    put_files(place, ((name, data) for name, data in reference))
    engine = Engine(Level(level), Limits(**limits), tuple(packages), place if reference else None)
    return _Warm(engine.__enter__(), folder)
