"""What of a course never reaches a learner beside the source itself: the reference package, where it has one."""

from __future__ import annotations

from autograder.course import Course
from autograder.folders import read_data_files
from autograder.leak import Private

REFERENCE = "reference"


def private_files(course: Course, assignment: str) -> Private:
    """The files of ``reference/<assignment>/``, and that no released cell may import ``reference``."""
    folder = course.root / REFERENCE / assignment
    files = read_data_files(folder, course.ignore) if folder.is_dir() else ()
    modules = (REFERENCE,) if (course.root / REFERENCE).is_dir() else ()
    return Private(tuple(file for file in files if file[0].endswith(".py") and file[1].strip()), modules)
