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
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from autograder.course import Assignment, Course, assignments, find_course, load_assignment
from autograder.export import read_grades
from autograder.gradebook import GradebookWriter
from autograder.source import Kind, SourceNotebook
from autograder.verdict import CellVerdict, ManualCell, NotebookVerdict, Outcome, Status, Verdict

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))
import postgresql  # noqa: E402

RESULTS = Path(__file__).with_name("results") / "gradebook.json"
TIMESTAMP = "2026-10-30 17:59:23.948203 UTC"
Figures = dict[str, float]


def main() -> None:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("students", nargs="?", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=256, help="submissions in one transaction, at most")
    options = parser.parse_args()
    runs: dict[str, list[Figures]] = {}
    with tempfile.TemporaryDirectory(prefix="gradebook-") as scratch, ExitStack() as stack:
        course = released_course(Path(scratch) / "course", "")
        loaded = [load_assignment(course, name) for name in assignments(course)]
        verdicts = {item.name: list(made_up(item, options.students)) for item in loaded}
        books: dict[str, Callable[[str], str]] = {"sqlite": sqlite_books(course)}
        if programs := postgresql.programs():
            server = stack.enter_context(postgresql.server(programs))
            released_course(Path(scratch) / "other", server.create("released"))
            books["postgresql"] = lambda name: server.create(name, "released")
        for number in range(options.runs):
            for kind, make in books.items():
                fresh = replace(course, db_url=make(f"run{number}"))
                runs.setdefault(kind, []).append(measure(fresh, loaded, verdicts, options.batch))
    medians = {
        kind: {key: statistics.median(run[key] for run in measured) for key in measured[0]}
        for kind, measured in runs.items()
    }
    count = sum(map(len, verdicts.values()))
    print(f"{count} submissions of {len(loaded)} exercises, {options.batch} in a batch; {os.cpu_count()} cores")
    print(f"{'':12}{'first write':>14}{'regrade':>10}{'open':>9}{'open, cold':>13}")
    for kind, figures in medians.items():
        first, regrade, warm, cold = (figures[key] for key in ("first", "regrade", "open", "open_cold"))
        print(f"{kind:12}{first:12.0f}/s{regrade:8.0f}/s{warm:8.3f}s{cold:12.3f}s")
    record = {
        "submissions_per_second": {
            kind: {key: round(figures[key]) for key in ("first", "regrade")} for kind, figures in medians.items()
        },
        "submissions_per_cpu_second": {
            kind: {key: round(figures[f"{key}_per_cpu_second"]) for key in ("first", "regrade")}
            for kind, figures in medians.items()
        },
        "seconds_to_open": {kind: figures["open"] for kind, figures in medians.items()},
        "seconds_to_open_cold": {kind: figures["open_cold"] for kind, figures in medians.items()},
        "runs": runs,
        "submissions": count,
        "batch": options.batch,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": f"{programs}, without fsync" if programs else None,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(record, indent=1) + "\n")


def sqlite_books(course: Course) -> Callable[[str], str]:
    """Makes copies of a released SQLite gradebook."""

    def make(name: str) -> str:
        return f"sqlite:///{shutil.copy(course.root / 'gradebook.db', course.root / f'{name}.db')}"

    return make


def released_course(root: Path, db_url: str) -> Course:
    """This course's exercises and configuration, released by our own command; without a ``db_url`` into SQLite."""
    shutil.copytree(ROOT / "source", root / "source")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    if db_url:
        with (root / "nbgrader_config.py").open("a") as file:
            file.write(f"c.CourseDirectory.db_url = {db_url!r}\n")
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
        # not what an earlier run left behind
        gc.collect()
        begun = time.perf_counter()
        with GradebookWriter.open(course, loaded) as writer:
            opened, used = time.perf_counter(), time.process_time()
            for graded in verdicts.values():
                for start in range(0, len(graded), batch):
                    if problems := writer.write(graded[start : start + batch]):
                        sys.exit(f"not recorded: {problems}")
            ended, used = time.perf_counter(), time.process_time() - used
        count = sum(map(len, verdicts.values()))
        figures[what] = count / (ended - opened)
        # What others do on the machine counts less here; a server's own work counts not at all
        figures[f"{what}_per_cpu_second"] = count / used
        figures["open"] = opened - begun
    check(course, loaded, verdicts)
    figures["open_cold"] = opened_cold(course, loaded[0].name)
    return figures


def check(course: Course, loaded: list[Assignment], verdicts: dict[str, list[tuple[Verdict, str]]]) -> None:
    """Stop where the gradebook does not hold every point: a figure would mean nothing."""
    for item in loaded:
        expected = sum(
            cell.points for verdict, _ in verdicts[item.name] for part in verdict.notebooks for cell in part.cells
        )
        grades = read_grades(course, [item.name])
        if len(grades) != len(verdicts[item.name]) or abs(sum(grade.score for grade in grades) - expected) > 1e-6:
            sys.exit(f"the gradebook holds other scores for {item.name} than were written")


def opened_cold(course: Course, name: str) -> float:
    """Seconds that opening takes in a fresh process, which has to import all that it needs for it."""
    program = (
        "import pathlib, sys, time\n"
        "from dataclasses import replace\n"
        "from autograder.course import find_course, load_assignment\n"
        "root, url, name = sys.argv[1:]\n"
        "course = replace(find_course(explicit=pathlib.Path(root)), db_url=url)\n"
        "assignment = load_assignment(course, name)\n"
        "begun = time.perf_counter()\n"
        "from autograder.gradebook import GradebookWriter\n"
        "GradebookWriter.open(course, assignment).close()\n"
        "print(time.perf_counter() - begun)\n"
    )
    command = [sys.executable, "-P", "-c", program, str(course.root), course.db_url, name]
    return float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


if __name__ == "__main__":
    main()
