"""Courses and pages that several test files need."""

import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from commands import our_course
from interactive import Compute, calling
from pages import built


def run_nbgrader(course: Path, *arguments: str) -> str:
    """Run an unmodified nbgrader command in the course; fails with its output."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(course),
        "JUPYTER_CONFIG_DIR": str(course / ".jupyter"),
    }
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-P", "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def quickstart_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """nbgrader's own quickstart course with its assignment ps1 released; don't write into it."""
    # what `nbgrader quickstart` makes, without the six processes that it starts for it
    root = tmp_path_factory.mktemp("quickstart") / "course"
    package = Path(str(files("nbgrader")))
    example = package / "docs" / "source" / "user_guide" / "source"
    unused = shutil.ignore_patterns("*.html", "autotests.yml", "ps1_autotest")
    shutil.copytree(example, root / "source", ignore=unused)
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.course_id = 'quickstart'\n"
        "c.IncludeHeaderFooter.header = 'source/header.ipynb'\n"
    )
    run_nbgrader(root, "generate_assignment", "ps1")
    return root


@pytest.fixture
def quickstart(quickstart_course: Path, tmp_path: Path) -> Path:
    """A copy of the released quickstart course to change at will."""
    return Path(shutil.copytree(quickstart_course, tmp_path / "course"))


@pytest.fixture(scope="session")
def nbgrader():
    """Run an unmodified nbgrader command in a course: ``nbgrader(course, "export")``."""
    return run_nbgrader


@pytest.fixture(scope="session")
def ex08_released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own configuration and ex08, released by `autograder release`; don't write into it."""
    return our_course(tmp_path_factory.mktemp("ours") / "course")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages, built for a folder."""
    return built(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def compute(tmp_path_factory: pytest.TempPathFactory) -> Compute:
    """Calls of the widgets' own functions."""
    return calling(tmp_path_factory.mktemp("widgets"))
