"""Lets `nbgrader autograde` and formgrader's button grade through our command instead of in a kernel.

In nbgrader_config.py::

    c.Autograde.sanitize_preprocessors = []
    c.Autograde.autograde_preprocessors = ["autograder.nbgrader_plugin.GradeWithAutograder"]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List, Unicode

from autograder.errors import AutograderError

_GRADED = (0, 1)  # all graded; graded, and something needs a human


class GradeWithAutograder(NbGraderPreprocessor):  # type: ignore[misc]
    """nbgrader's second pass: grade the submission in a process of its own, return what that wrote."""

    command = List(
        Unicode(),
        [sys.executable, "-P", "-m", "autograder"],
        help="The autograder command, where it is not the one of nbgrader's own environment",
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Grade the whole submission and return this notebook of it; raises AutograderError."""
        about = resources["nbgrader"]
        # nbgrader runs its converters in the course's root, and reads this pass from autograded/
        root = Path.cwd()
        folder = Path(resources["metadata"]["path"])
        _clear(folder)
        grade(tuple(self.command), root, about["assignment"], about["student"])
        path = folder / f"{about['notebook']}.ipynb"
        if not path.is_file():
            raise AutograderError(
                f"{path.name} of {about['student']} cannot be graded as it was handed in; "
                f"`autograder grade {about['assignment']}` says why"
            )
        return nbformat.read(path, as_version=4), resources


def _clear(folder: Path) -> None:
    """Remove what nbgrader copied from the submission: a page of the learner's would open in formgrader.

    The command writes all that belongs there.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            else:
                os.unlink(entry.path)


def grade(command: tuple[str, ...], root: Path, assignment: str, student_id: str) -> None:
    """Run the grading command for one submission; raises AutograderError with its sentence if it fails.

    An id may begin with '-': it is joined to its option, and the assignment comes after '--'.
    """
    arguments = ["grade", f"--student={student_id}", f"--course={root}", "--json", "--", assignment]
    environment = {key: value for key, value in os.environ.items() if key != "NBGRADER_EXECUTION"}
    try:
        done = subprocess.run(
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env=environment,
            check=False,
        )
    except (OSError, ValueError) as error:
        raise AutograderError(f"the command {command[0]} cannot be run: {error}") from None
    if done.returncode not in _GRADED:
        said = done.stderr.strip() or done.stdout.strip() or f"it ended with code {done.returncode}"
        raise AutograderError(f"autograder could not grade {assignment} of {student_id}: {said[-2000:]}")
