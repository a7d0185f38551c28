"""Runs the codes of questions and problems, each in a namespace of its own, all of a file in one process.

As a program (``python -m coursebuild.computing``) it reads tasks as JSON and prints what came of them.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from coursebuild.errors import CourseError

_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Task:
    """Code to run, and the expressions to format afterwards, as an f-string takes them."""

    name: str
    code: str
    expressions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Computed:
    """What the code printed, what it called ``answer``, and its expressions' values."""

    printed: str
    answer: Any
    values: tuple[str, ...]


def compute(path: Path, tasks: Sequence[Task], root: Path) -> list[Computed]:
    """Run the tasks of a file, or take what an earlier run kept of the same. Raises CourseError where one fails."""
    given = json.dumps([asdict(task) for task in tasks])
    kept = root / "build" / "questions" / f"{path.stem}-{_key(given, root)}.json"
    if kept.exists():
        return _read(kept.read_text())
    with tempfile.TemporaryDirectory(prefix="questions-") as empty:
        environment = os.environ | {
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
        }
        try:
            done = subprocess.run(
                [sys.executable, "-m", "coursebuild.computing"],
                input=given,
                cwd=empty,
                env=environment,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise CourseError(path, None, f"its codes take more than {_SECONDS} s together") from None
    if done.returncode:
        raise CourseError(path, None, done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "a code died")
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.glob(f"{path.stem}-*.json"):
        old.unlink()
    unfinished = kept.with_suffix(f".{os.getpid()}.tmp")
    unfinished.write_text(done.stdout)
    unfinished.replace(kept)
    return _read(done.stdout)


def _read(kept: str) -> list[Computed]:
    return [Computed(item["printed"], item["answer"], tuple(item["values"])) for item in json.loads(kept)]


def _key(given: str, root: Path) -> str:
    """Changes with whatever could change a result: the codes, what they import of ours, and the versions."""
    digest = hashlib.sha256(given.encode())
    for path in (*sorted((root / "coursedata").rglob("*")), Path(__file__)):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.read_bytes())
    digest.update(repr([platform.python_version(), version("numpy")]).encode())
    return digest.hexdigest()[:16]


def _run(task: Task) -> dict[str, Any]:
    import numpy as np

    names: dict[str, Any] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(task.code, task.name, "exec"), names)
    values = [eval(f"f'''{{{expression}}}'''", names) for expression in task.expressions]
    answer = names.get("answer")
    if isinstance(answer, np.ndarray | np.generic):
        answer = answer.tolist()
    if isinstance(answer, list | tuple):
        answer = [item.item() if isinstance(item, np.generic) else item for item in answer]
    return {"printed": printed.getvalue(), "answer": answer, "values": values}


def main() -> int:
    """Run the tasks that come on stdin; the last line of stderr says what failed, if something did."""
    done = []
    for raw in json.load(sys.stdin):
        task = Task(raw["name"], raw["code"], tuple(raw["expressions"]))
        try:
            done.append(_run(task))
        except Exception as error:
            print(f"the code of {task.name!r} fails: {type(error).__name__}: {error}", file=sys.stderr)
            return 1
    print(json.dumps(done))
    return 0


if __name__ == "__main__":
    sys.exit(main())
