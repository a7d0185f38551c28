"""How time and memory grow with the class, and what it costs to grade a class again of which nothing has changed."""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import courses

EXERCISE = courses.EXERCISES[0]


def main() -> None:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--unchanged", type=int, default=1000, help="students of the class that is graded again")
    parser.add_argument("--times", type=int, default=5, help="how often it is graded again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scale-") as scratch:
        one = courses.released_course(Path(scratch) / "one", [EXERCISE])
        growth = [grown(one, Path(scratch), size) for size in options.sizes]
        everything = courses.released_course(Path(scratch) / "everything")
        again = unchanged(everything, options.unchanged, options.times)
    spread = max(row["memory"] for row in growth) - min(row["memory"] for row in growth)
    print(f"memory of the coordinator: {spread / 2**20:.0f} MiB between the smallest and the largest")
    print(f"{again['submissions']} unchanged submissions: {again['seconds']:.2f} s, {again['unchanged']} stand")
    courses.keep("scale", {"growth": growth, "memory_spread": spread, "unchanged": again})


def grown(released: Path, scratch: Path, size: int) -> dict[str, Any]:
    """One exercise, handed in by so many: seconds and the most memory of the coordinator."""
    course = Path(shutil.copytree(released, scratch / f"class-{size}"))
    courses.hand_in(course, students(size), with_figure=False, exercises=[EXERCISE])
    ran = courses.autograder(course, "grade", "--no-feedback")
    shutil.rmtree(course)
    row = {"submissions": size, "seconds": ran.seconds, "a_second": size / ran.seconds, "memory": ran.memory}
    print(f"{size:6} submissions: {ran.seconds:7.1f} s, {row['a_second']:5.1f} a second, {ran.memory / 2**20:.0f} MiB")
    return row


def unchanged(course: Path, size: int, times: int) -> dict[str, Any]:
    """All exercises, handed in by so many and graded: what further runs over them take.

    To judge them all takes a quarter of an hour, and is what the other benchmarks measure: here the first student is
    judged, and his verdicts and rows become everybody's, by the product's own writers.
    """
    courses.hand_in(course, students(size), with_figure=False)
    courses.run(course, ["-c", COPY, str(size)])
    runs = [courses.autograder(course, "grade", "--no-feedback") for _ in range(times)]
    last = json.loads(courses.autograder(course, "grade", "--no-feedback", "--json", "--student", "s00000").printed)
    for ran in runs:
        stand = next(line for line in ran.printed.splitlines() if "unchanged" in line)
        if not stand.startswith("0 submissions graded") or last["judged"]:
            sys.exit(f"something was judged again: {stand}")
    seconds = [ran.seconds for ran in runs]
    return {
        "submissions": size * len(courses.EXERCISES),
        "seconds": statistics.median(seconds),
        "runs": seconds,
        "unchanged": stand.strip(),
    }


def students(size: int) -> list[str]:
    """Their ids."""
    return [f"s{number:05}" for number in range(size)]


COPY = """
import sys
from dataclasses import replace
from pathlib import Path
from autograder.course import find_course, load_assignment, assignments, students
from autograder.gradebook import GradebookWriter
from autograder.grade import GradedSubmission, grade_course, assignment_stamps, chosen_submissions, write_files
from autograder.local import LocalExecutor
from autograder.sandbox import Level, Limits
from autograder.submission import read_handed_in
course = find_course(explicit=Path.cwd())
limits = Limits()
executor = LocalExecutor(course, Level.FORK, limits, 2)
first = []
chosen = chosen_submissions(course, (), "s00000")
grade_course(course, chosen, executor, limits, lambda verdict, _: first.append(verdict), with_feedback=False)
everything = [load_assignment(course, name) for name in assignments(course)]
stamps = assignment_stamps(course, everything, executor, limits)
with GradebookWriter.open(course, everything) as book:
    for assignment, verdict in zip(everything, sorted(first, key=lambda one: one.assignment), strict=True):
        folder = course.path("autograded", "s00000", assignment.name)
        files = tuple((name, (folder / name).read_bytes()) for name, _ in verdict.files)
        batch = []
        for student in students(course, assignment.name)[1:]:
            submitted = read_handed_in(course, assignment, student)
            copied = replace(verdict, student_id=student, digest=submitted.digest(stamps[assignment.name]))
            write_files(course, GradedSubmission(copied, files, None))
            batch.append((copied, None))
        book.write(batch)
"""


if __name__ == "__main__":
    main()
