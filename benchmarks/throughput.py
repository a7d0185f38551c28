"""Seconds a submission: plain `nbgrader autograde` and `autograder grade` on the same submissions, side by side.

Run ``python benchmarks/throughput.py [SUBMISSIONS]``. Each of the two grades a class of one first: that is what
starting costs, and what is left of the whole class's time is what its submissions cost. Both figures are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from importlib.resources import files
from pathlib import Path

RESULTS = Path(__file__).with_name("results") / "throughput.json"
ANSWERS = {
    "squares": "def squares(n):\n    if n < 1:\n        raise ValueError\n    return [i**2 for i in range(1, n + 1)]\n",
    "sum_of_squares": "def sum_of_squares(n):\n    return sum(squares(n))\n",
}
ASSIGNMENT, NOTEBOOK = "ps1", "problem1.ipynb"
WAYS = {
    "nbgrader autograde": ["-m", "nbgrader", "autograde", ASSIGNMENT],
    "autograder grade": ["-m", "autograder", "grade", ASSIGNMENT, "--json"],
}


def main() -> None:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("submissions", nargs="?", type=int, default=20)
    count = parser.parse_args().submissions
    with tempfile.TemporaryDirectory(prefix="throughput-") as scratch:
        course = released_course(Path(scratch) / "course")
        measured = {way: measure(way, course, count) for way in WAYS}
    plain, ours = measured.values()
    ratios = {key: plain[key] / ours[key] for key in ("seconds_each", "seconds_each_without_start")}
    print(f"{count} submissions of one notebook with four test cells; {os.cpu_count()} cores")
    print(f"{'':20}{'seconds each':>14}{'without start':>15}{'start':>9}")
    for way, figures in measured.items():
        each, without, start = figures.values()
        print(f"{way:20}{each:14.3f}{without:15.3f}{start:9.2f}")
    print(f"{'times as fast':20}{ratios['seconds_each']:14.1f}{ratios['seconds_each_without_start']:15.1f}")
    record = {
        "submissions": count,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "measured": measured,
        "times_as_fast": ratios,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(record, indent=1) + "\n")


def released_course(root: Path) -> Path:
    """nbgrader's quickstart course, released, with one answered notebook as a template."""
    example = Path(str(files("nbgrader"))) / "docs" / "source" / "user_guide" / "source"
    unused = shutil.ignore_patterns("*.html", "autotests.yml", "ps1_autotest", "problem2.ipynb")
    shutil.copytree(example, root / "source", ignore=unused)
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.IncludeHeaderFooter.header = 'source/header.ipynb'\n")
    run(root, ["-m", "nbgrader", "generate_assignment", ASSIGNMENT])
    return root


def measure(way: str, released: Path, count: int) -> dict[str, float]:
    """Time one submission and then ``count`` of them, each in a fresh copy of the course."""
    seconds = {size: timed(way, released, size) for size in (1, count + 1)}
    each = (seconds[count + 1] - seconds[1]) / count
    return {
        "seconds_each": seconds[count + 1] / (count + 1),
        "seconds_each_without_start": each,
        "seconds_to_start": seconds[1] - each,
    }


def timed(way: str, released: Path, count: int) -> float:
    """Seconds of one command over ``count`` submissions, of which each must get its three points."""
    with tempfile.TemporaryDirectory(prefix="class-", dir=released.parent) as scratch:
        course = Path(shutil.copytree(released, Path(scratch) / "course"))
        notebook = json.loads((course / "release" / ASSIGNMENT / NOTEBOOK).read_text())
        for cell in notebook["cells"]:
            cell["source"] = ANSWERS.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), cell["source"])
        for number in range(count):
            folder = course / "submitted" / f"s{number:04}" / ASSIGNMENT
            folder.mkdir(parents=True)
            (folder / NOTEBOOK).write_text(json.dumps(notebook))
        began = time.perf_counter()
        run(course, WAYS[way])
        seconds = time.perf_counter() - began
        with closing(sqlite3.connect(course / "gradebook.db")) as database:
            (points,) = database.execute("select sum(auto_score) from grade").fetchone()
        if points != 3 * count:
            sys.exit(f"{way} gave {points} points to {count} submissions that are worth 3 each")
        return seconds


def run(course: Path, arguments: list[str]) -> None:
    """Run a Python command in the course; its output is shown only if it fails."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=course,
        env={**os.environ, "PATH": programs, "HOME": str(course.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}")


if __name__ == "__main__":
    main()
