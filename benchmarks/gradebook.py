"""Submissions a second that the gradebook takes: first write and regrade, SQLite and PostgreSQL.

Run ``python benchmarks/gradebook.py [STUDENTS]``. It releases this course's exercises, makes up a verdict for each
student and exercise in memory, and writes them through ``GradebookWriter`` alone: nothing is graded, no file written.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from autograder.course import Assignment, Course, assignments, find_course, load_assignment
from autograder.gradebook import GradebookWriter
from autograder.source import Kind, SourceNotebook
from autograder.verdict import CellVerdict, ManualCell, NotebookVerdict, Outcome, Status, Verdict

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).with_name("results") / "gradebook.json"
TIMESTAMP = "2026-10-30 17:59:23.948203 UTC"
Figures = dict[str, float]


def main() -> None:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("students", nargs="?", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=32, help="submissions in one transaction, at most")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gradebook-") as scratch:
        course = released_course(Path(scratch) / "course")
        loaded = [load_assignment(course, name) for name in assignments(course)]
        verdicts = {item.name: list(made_up(item, options.students)) for item in loaded}
        count = sum(map(len, verdicts.values()))
        runs: dict[str, list[Figures]] = {}
        for _ in range(options.runs):
            with tempfile.TemporaryDirectory(prefix="run-", dir=scratch) as folder:
                copy = Path(folder) / "gradebook.db"
                shutil.copy(course.root / "gradebook.db", copy)
                fresh = replace(course, db_url=f"sqlite:///{copy}")
                runs.setdefault("sqlite", []).append(measure(fresh, loaded, verdicts, options.batch))
                check_sqlite(copy, loaded, options.students)
    medians = {
        kind: {key: statistics.median(run[key] for run in measured) for key in measured[0]}
        for kind, measured in runs.items()
    }
    print(f"{count} submissions of {len(loaded)} exercises, {options.batch} in a batch; {os.cpu_count()} cores")
    print(f"{'':12}{'first write':>14}{'regrade':>10}{'seconds to open':>18}")
    for kind, figures in medians.items():
        print(f"{kind:12}{figures['first']:12.0f}/s{figures['regrade']:8.0f}/s{figures['seconds_to_open']:18.3f}")
    record = {
        "submissions_per_second": {
            kind: {key: round(figures[key]) for key in ("first", "regrade")} for kind, figures in medians.items()
        },
        "seconds_to_open": {kind: figures["seconds_to_open"] for kind, figures in medians.items()},
        "runs": runs,
        "submissions": count,
        "batch": options.batch,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(record, indent=1) + "\n")


def released_course(root: Path) -> Course:
    """This course's exercises and configuration, released by our own command."""
    shutil.copytree(ROOT / "source", root / "source")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "autograder", "release"],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"autograder release ended with {done.returncode}:\n{done.stdout}")
    return find_course(explicit=root)


def made_up(assignment: Assignment, students: int) -> Iterator[tuple[Verdict, str]]:
    """A verdict and timestamp for each student; every check passes or fails by chance."""
    chance = random.Random(assignment.name)
    for number in range(students):
        notebooks = tuple(_notebook(notebook, chance) for notebook in assignment.notebooks)
        yield Verdict(f"student{number:05}", assignment.name, "fork", notebooks), TIMESTAMP


def _notebook(source: SourceNotebook, chance: random.Random) -> NotebookVerdict:
    cells, manual = [], []
    for cell in source.cells:
        grade_id = cell.grade_id or ""
        if cell.kind is Kind.TEST:
            passed = chance.random() < 0.7
            outcome = Outcome.PASSED if passed else Outcome.FAILED
            cells.append(CellVerdict(grade_id, cell.title, outcome, cell.points * passed, cell.points))
        elif cell.kind in (Kind.MANUAL, Kind.TASK):
            manual.append(ManualCell(grade_id, cell.points, chance.random() < 0.7, cell.kind is Kind.TASK))
    return NotebookVerdict(source.name, Status.GRADED, tuple(cells), tuple(manual))


def measure(
    course: Course, loaded: list[Assignment], verdicts: dict[str, list[tuple[Verdict, str]]], batch: int
) -> Figures:
    """Write everything twice, one assignment after the other and in batches, as grading does."""
    figures = {}
    for what in ("first", "regrade"):
        gc.collect()
        begun = time.perf_counter()
        with ExitStack() as stack:
            writers = {item.name: stack.enter_context(GradebookWriter.open(course, item)) for item in loaded}
            opened = time.perf_counter()
            for name, graded in verdicts.items():
                for start in range(0, len(graded), batch):
                    if problems := writers[name].write(graded[start : start + batch]):
                        sys.exit(f"not recorded: {problems}")
            ended = time.perf_counter()
        figures[what] = sum(map(len, verdicts.values())) / (ended - opened)
        figures["seconds_to_open"] = opened - begun
    return figures


def check_sqlite(path: Path, loaded: list[Assignment], students: int) -> None:
    """Stop where not everything was written: a figure would mean nothing."""
    graded = sum(
        cell.kind in (Kind.TEST, Kind.MANUAL, Kind.TASK)
        for item in loaded
        for notebook in item.notebooks
        for cell in notebook.cells
    )
    with closing(sqlite3.connect(path)) as database:
        (found,) = database.execute("select count(*) from grade").fetchone()
    if found != graded * students:
        sys.exit(f"the gradebook has {found} grades of {graded * students}")


if __name__ == "__main__":
    main()
