"""Grade the same notebooks with plain `nbgrader autograde` and with `autograder grade`, and compare the times.

The job is read, judge, autograded notebook, gradebook; feedback pages apart. Both give the same scores, cell by cell.
nbgrader is timed within one process of its own, through its API, so that its start (nearly three seconds for each
command) does not count; ours by the difference between a large and a small class, which leaves our start out too.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import statistics
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import courses

PLAIN = """
import json, logging, sys, time
from pathlib import Path
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader
logging.disable(logging.CRITICAL)
config = PyFileConfigLoader("nbgrader_config.py", path=".").load_config()
config.CourseDirectory.root = str(Path.cwd())
api = NbGraderAPI(config=config)
seconds = []
for name in sys.argv[2:]:
    for student in sys.argv[1].split(","):
        began = time.perf_counter()
        done = api.autograde(name, student, force=True, create=True)
        seconds.append(time.perf_counter() - began)
        if not done["success"]:
            sys.exit(done["log"] + str(done["error"]))
print("\\n" + json.dumps(seconds))
"""


def main() -> None:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--students", type=int, default=40, help="of the class that we grade")
    parser.add_argument("--plain-students", type=int, default=2, help="of the class that plain nbgrader grades")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="throughput-") as scratch:
        released = courses.released_course(Path(scratch) / "released")
        for key, with_figure in (("without_figure", False), ("with_figure", True)):
            runs = [measure(Path(scratch), released, options, with_figure=with_figure) for _ in range(options.runs)]
            plain, ours = (statistics.median(run[way] for run in runs) for way in ("plain", "ours"))
            found[key] = {"nbgrader": plain, "autograder": ours, "times_as_fast": plain / ours, "runs": runs}
            print(
                f"{key.replace('_', ' '):15} nbgrader {plain:7.3f} s, autograder {ours:7.4f} s a notebook: "
                f"{plain / ours:.0f} times as fast"
            )
    courses.keep("throughput", {"options": vars(options), "seconds_a_notebook": found})


def measure(scratch: Path, released: Path, options: argparse.Namespace, *, with_figure: bool) -> dict[str, float]:
    """Seconds a notebook of both, in one run: in fresh copies of the course, the two ways one after the other."""
    everybody = [f"s{number:04}" for number in range(options.students)]
    few = everybody[: options.plain_students]
    with tempfile.TemporaryDirectory(prefix="class-", dir=scratch) as folder:
        plain = fresh(released, Path(folder) / "plain", few, with_figure=with_figure)
        done = courses.run(plain, ["-c", PLAIN, ",".join(few), *courses.EXERCISES], AUTOGRADER_PLAIN="1")
        seconds = json.loads(done.printed.rpartition("\n[")[2].join(["[", ""]))
        small = fresh(released, Path(folder) / "small", everybody[:1], with_figure=with_figure)
        start = courses.autograder(small, "grade", "--no-feedback", "--json").seconds
        large = fresh(released, Path(folder) / "large", everybody, with_figure=with_figure)
        whole = courses.autograder(large, "grade", "--no-feedback", "--json").seconds
        expected, got = scores(plain, few), scores(large, few)
        if expected != got or not expected:
            sys.exit(f"the scores differ: {expected} and {got}")
    more = (options.students - 1) * len(courses.EXERCISES)
    return {
        "plain": statistics.mean(seconds),
        "ours": (whole - start) / more,
        "ours_with_start": whole / (options.students * len(courses.EXERCISES)),
        "start": start - (whole - start) / more * len(courses.EXERCISES),
        "scores_compared": len(expected),
    }


def fresh(released: Path, course: Path, students: list[str], *, with_figure: bool) -> Path:
    """A copy of the released course, with a class that has handed in."""
    shutil.copytree(released, course)
    courses.hand_in(course, students, with_figure=with_figure)
    return course


def scores(course: Path, students: list[str]) -> dict[tuple[str, str, str], float]:
    """The automatic score of each cell of these students, as nbgrader's gradebook has it."""
    query = (
        "SELECT s.student_id, a.name, c.name, g.auto_score FROM grade g "
        "JOIN submitted_notebook n ON n.id = g.notebook_id "
        "JOIN submitted_assignment s ON s.id = n.assignment_id "
        "JOIN assignment a ON a.id = s.assignment_id "
        "JOIN base_cell c ON c.id = g.cell_id WHERE g.auto_score IS NOT NULL"
    )
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        return {tuple(row[:3]): row[3] for row in database.execute(query) if row[0] in students}


if __name__ == "__main__":
    main()
