"""Grade the same notebooks with otter-grader and with `autograder grade`, and compare the times; equal scores.

otter-grader gets an environment of its own, made here once. A test cell becomes a test file of otter's with the same
code, which it runs after the learner's cells, in their kernel.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import courses
import throughput

VERSION = "7.0.0"
HOME = courses.ROOT / "build" / "otter"
SIDE = Path(__file__).with_name("otter_side.py")
WRITTEN = "explain"
TEST = """from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = {points!r}


@test_case(points={points!r}, hidden=True)
def test(env):
    exec({code!r}, env)
"""


def main() -> None:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--students", type=int, default=20, help="of the class that we grade")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    python = environment()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="otter-") as scratch:
        released = courses.released_course(Path(scratch) / "released")
        for key, with_figure in (("without_figure", False), ("with_figure", True)):
            runs = [measure(python, Path(scratch), released, options, with_figure) for _ in range(options.runs)]
            otter, ours = (statistics.median(run[way] for run in runs) for way in ("otter", "ours"))
            found[key] = {"otter": otter, "autograder": ours, "times_as_fast": otter / ours, "runs": runs}
            print(
                f"{key.replace('_', ' '):15} otter-grader {otter:7.3f} s, autograder {ours:7.4f} s a notebook: "
                f"{otter / ours:.0f} times as fast"
            )
    courses.keep("otter", {"version": VERSION, "options": vars(options), "seconds_a_notebook": found})


def environment() -> Path:
    """otter-grader's Python, with the numpy and the matplotlib that ours has."""
    python = HOME / "bin" / "python"
    if not (HOME / "ready").exists():
        versions = courses.machine()["packages"]
        wanted = [
            f"otter-grader=={VERSION}",
            "ipykernel",
            *(f"{name}=={versions[name]}" for name in ("numpy", "matplotlib")),
        ]
        subprocess.run([sys.executable, "-m", "venv", "--clear", HOME], check=True)
        subprocess.run([python, "-m", "pip", "--quiet", "install", *wanted], check=True)
        (HOME / "ready").touch()
    return python


def measure(
    python: Path, scratch: Path, released: Path, options: argparse.Namespace, with_figure: bool
) -> dict[str, float]:
    """Seconds a notebook of both, in one run, the two ways one after the other."""
    everybody = [f"s{number:04}" for number in range(options.students)]
    with tempfile.TemporaryDirectory(prefix="class-", dir=scratch) as name:
        folder = Path(name)
        jobs = [otters(released, exercise, folder, with_figure=with_figure) for exercise in courses.EXERCISES]
        done = courses.run(released, [str(SIDE), json.dumps(jobs)], python=python, PYTHONPATH=f"{courses.ROOT}")
        results = json.loads(done.printed.rpartition("\n[{")[2].join(["[{", ""]))
        small = throughput.fresh(released, folder / "small", everybody[:1], with_figure=with_figure)
        start = courses.autograder(small, "grade", "--no-feedback", "--json").seconds
        large = throughput.fresh(released, folder / "large", everybody, with_figure=with_figure)
        whole = courses.autograder(large, "grade", "--no-feedback", "--json").seconds
        scores = throughput.scores(large, everybody[:1])
    theirs = {
        (exercise, grade_id): score
        for exercise, result in zip(courses.EXERCISES, results, strict=True)
        for grade_id, score in result["scores"].items()
    }
    # Cells that a human marks are none of otter-grader's test files.
    ours = {key[1:]: score for key, score in scores.items() if key[2] != WRITTEN}
    if ours != theirs or not ours:
        sys.exit(f"the scores differ: {ours} and {theirs}")
    more = (options.students - 1) * len(courses.EXERCISES)
    return {
        "otter": statistics.mean(result["seconds"] for result in results),
        "ours": (whole - start) / more,
        "scores_compared": len(ours),
    }


def otters(released: Path, name: str, folder: Path, *, with_figure: bool) -> tuple[str, str]:
    """An exercise as otter-grader wants it: the archive with the tests, and the notebook without test cells."""
    source = json.loads((released / "source" / name / f"{name}.ipynb").read_bytes())
    tests = {
        cell["metadata"]["nbgrader"]["grade_id"]: (cell["metadata"]["nbgrader"]["points"], "".join(cell["source"]))
        for cell in source["cells"]
        if is_test(cell)
    }
    archive = folder / f"{name}.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("otter_config.json", json.dumps({"pdf": False, "print_summary": False}))
        for grade_id, (points, code) in tests.items():
            file.writestr(f"tests/{grade_id}.py", TEST.format(name=grade_id, points=points, code=code))
    notebook = json.loads(courses.answered(released, name, with_figure=with_figure))
    notebook["cells"] = [cell for cell in notebook["cells"] if not is_test(cell)]
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(notebook))
    return str(archive), str(path)


def is_test(cell: dict[str, Any]) -> bool:
    """Whether this is a test cell."""
    nbgrader = cell["metadata"].get("nbgrader", {})
    return cell["cell_type"] == "code" and bool(nbgrader.get("grade")) and not nbgrader.get("solution")


if __name__ == "__main__":
    main()
