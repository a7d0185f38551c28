"""The course that all benchmarks grade: our ten exercises, released, and classes who hand in real notebooks."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_name("results")
EXERCISES = tuple(sorted(path.name for path in (ROOT / "source").iterdir() if path.is_dir()))
# What every exercise has once: the cell with the learner's own picture.
FIGURE = "plt.show()"
PACKAGES = ("nbgrader", "ipython", "numpy", "matplotlib", "sqlalchemy", "distributed")


@dataclass(frozen=True, slots=True)
class Ran:
    """How one command went: what it printed, the seconds it took, and the most memory of its own process in bytes."""

    printed: str
    seconds: float
    memory: int


def released_course(root: Path, exercises: Iterable[str] = EXERCISES) -> Path:
    """A new course folder with these exercises, released."""
    shutil.copytree(ROOT / "reference", root / "reference", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for name in exercises:
        shutil.copytree(ROOT / "source" / name, root / "source" / name)
    autograder(root, "release")
    return root


def hand_in(course: Path, students: Iterable[str], *, with_figure: bool, exercises: Iterable[str] = EXERCISES) -> None:
    """Everybody hands in the released notebook with the reference's solutions, with or without its picture."""
    students = tuple(students)
    for name in exercises:
        data = answered(course, name, with_figure=with_figure)
        for student in students:
            folder = course / "submitted" / student / name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.ipynb").write_bytes(data)


def answered(course: Path, name: str, *, with_figure: bool) -> bytes:
    """The released notebook of an exercise with the source's own solutions."""
    released = json.loads((course / "release" / name / f"{name}.ipynb").read_bytes())
    source = json.loads((course / "source" / name / f"{name}.ipynb").read_bytes())
    solutions = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["source"]
        for cell in source["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code"
    }
    for cell in released["cells"]:
        cell["source"] = solutions.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), cell["source"])
    if not with_figure:
        released["cells"] = [cell for cell in released["cells"] if FIGURE not in "".join(cell["source"])]
    return json.dumps(released).encode()


def autograder(course: Path, *arguments: str, ok: tuple[int, ...] = (0,)) -> Ran:
    """Run our command in the course; what it printed is shown if it fails."""
    return run(course, ["-m", "autograder", *arguments], ok=ok)


def run(
    course: Path, arguments: list[str], ok: tuple[int, ...] = (0,), python: Path | None = None, **environment: str
) -> Ran:
    """Run a Python command in the course, with our Python or another."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(python or sys.executable), "-P", *arguments],
        cwd=course,
        env={**os.environ, "PATH": programs, "HOME": str(course.parent), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if process.returncode not in ok:
        sys.exit(f"{' '.join(arguments)} ended with {process.returncode}:\n{printed[-5000:]}")
    return Ran(printed, seconds, usage.ru_maxrss * 1024)


def machine() -> dict[str, Any]:
    """What a figure must be read with."""
    return {
        "date": time.strftime("%Y-%m-%d"),
        "cores": len(os.sched_getaffinity(0)),
        "processor": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
        "packages": {name: metadata.version(name) for name in PACKAGES},
    }


def keep(name: str, record: dict[str, Any]) -> None:
    """Write what a benchmark measured, with the machine's facts, for ``benchmarks/results.py`` to read."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps({"machine": machine(), **record}, indent=1) + "\n")
