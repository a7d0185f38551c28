"""How long one waits: for one verdict from a warm engine, and for `autograder check` from a cold shell.

A verdict alone is what `autograder check` gives. With the autograded notebook also what follows the last check is run.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from autograder.course import find_course, load_assignment
from autograder.engine import Engine
from autograder.grade import reference_run
from autograder.packages import imported_distributions
from autograder.sandbox import Level, Limits
from autograder.seed import seeder

sys.path.insert(0, str(Path(__file__).parent))

import courses


def main() -> None:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--each", type=int, default=20, help="verdicts of each exercise")
    parser.add_argument("--checks", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="latency-") as scratch:
        course = courses.released_course(Path(scratch) / "course")
        found = {
            key: percentiles(verdicts(course, options.each, with_figure=with_figure, with_notebook=with_notebook))
            for key, with_figure, with_notebook in (
                ("alone", False, False),
                ("with_notebook", False, True),
                ("with_figure", True, True),
            )
        }
        name = courses.EXERCISES[7]
        path = course / f"{name}.ipynb"
        path.write_bytes(courses.answered(course, name, with_figure=True))
        checks = [courses.autograder(course, "check", str(path)).seconds for _ in range(options.checks)]
    for key, record in found.items():
        print(f"one verdict, warm, {key.replace('_', ' ')}: median {record['median']:.3f} s, p95 {record['p95']:.3f} s")
    print(f"autograder check, cold: median {statistics.median(checks):.2f} s of {len(checks)}")
    courses.keep("latency", {"verdict": found, "check": {"median": statistics.median(checks), "all": checks}})


def verdicts(root: Path, each: int, *, with_figure: bool, with_notebook: bool) -> list[float]:
    """Seconds of single verdicts, one at a time, over all exercises."""
    course = find_course(explicit=root)
    seconds = []
    everything = [load_assignment(course, name) for name in courses.EXERCISES]
    with Engine(Level.FORK, Limits(), imported_distributions(everything), course.reference) as engine:
        for assignment in everything:
            briefs, _ = reference_run(engine, assignment)
            (notebook,) = assignment.notebooks
            brief = replace(briefs[notebook.name], keeps_outputs=with_notebook)
            # Warm is an engine that has read the exercise; its known mistakes are worked out then.
            engine.prepare(brief)
            data = courses.answered(root, assignment.name, with_figure=with_figure)
            for number in range(each):
                began = time.perf_counter()
                graded = engine.grade(brief, data, (), seeder(number.to_bytes(32, "big")))
                seconds.append(time.perf_counter() - began)
                assert graded.verdict.points == graded.verdict.max_points, graded.verdict
    return seconds


def percentiles(seconds: list[float]) -> dict[str, float]:
    """The median and the value that 95 of 100 stay under."""
    return {"median": statistics.median(seconds), "p95": statistics.quantiles(seconds, n=20)[-1]}


if __name__ == "__main__":
    main()
