"""Every golden submission is graded in one batch, from the command line, and gets the verdict it must get."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from situations import NOTEBOOK, Situation, situations

ROOT = Path(__file__).parents[1]
ALL = situations()
LIMITS = ["--cell-cpu=2", "--cell-wall=4", "--total-cpu=12", "--total-wall=40"]

pytestmark = pytest.mark.xdist_group("situations")


def run_autograder(course: Path, *arguments: str, ok: tuple[int, ...] = (0, 1)) -> subprocess.CompletedProcess[str]:
    """Run our command in a course as an instructor would."""
    environment = {**os.environ, "HOME": str(course.parent), "COLUMNS": "160"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "autograder", *arguments, "--course", str(course)],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in ok, done.stdout[-3000:] + done.stderr[-3000:]
    return done


@pytest.fixture(scope="session")
def ex08_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own course with ex08 released."""
    folder = tmp_path_factory.mktemp("ours") / "course"
    shutil.copytree(ROOT / "source" / "ex08_rope_rotation", folder / "source" / "ex08_rope_rotation")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    run_autograder(folder, "release", "ex08_rope_rotation", ok=(0,))
    return folder


@pytest.fixture(scope="session")
def graded(ex08_course: Path, quickstart_course: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Verdicts by situation: one `autograder grade` a course, over all of its submissions at once."""
    folder = tmp_path_factory.mktemp("situations")
    verdicts: dict[str, Any] = {}
    for kind, released in (("quickstart", quickstart_course), ("ex08", ex08_course)):
        course = Path(shutil.copytree(released, folder / kind))
        chosen = [situation for situation in ALL if situation.course == kind]
        if not chosen:
            continue
        for situation in chosen:
            situation.submit(course)
        done = run_autograder(course, "grade", NOTEBOOK[kind][0], "--json", *LIMITS)
        report = json.loads(done.stdout)
        by_student = {item["student_id"]: item for item in report["submissions"]}
        for situation in chosen:
            verdicts[situation.name] = by_student[situation.student_id]
    return verdicts


@pytest.mark.parametrize("situation", [pytest.param(item, id=item.name) for item in ALL])
def test_situation(situation: Situation, graded: dict[str, Any]) -> None:
    verdict = graded[situation.name]
    situation.check(verdict)
    assert verdict["level"] == "fork"
    if situation.same_as is not None:
        assert verdict["points"] == graded[situation.same_as]["points"]
