"""`nbgrader autograde` with our preprocessor: it runs the command, and takes over what that wrote."""

import json
import sys
from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.nbgrader_plugin import grade

# nbgrader's own way of adding a submission makes SQLAlchemy warn
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

# Stands in for the command: writes what it was called with into the autograded notebook
COMMAND = """
import json, os, pathlib, sys
arguments = sys.argv[1:]
student = next(a for a in arguments if a.startswith("--student=")).split("=", 1)[1]
root = pathlib.Path(next(a for a in arguments if a.startswith("--course=")).split("=", 1)[1])
path = root / "autograded" / student / arguments[-1] / "problem1.ipynb"
if (root / "refuse").exists():
    print("{}")
    sys.stderr.write("The gradebook is locked")
    sys.exit(3)
notebook = json.loads(path.read_text())
notebook["metadata"]["called"] = arguments
path.unlink()
path.write_text(json.dumps(notebook))
(root / "environment").write_text(str("NBGRADER_EXECUTION" in os.environ))
sys.exit(1)
"""


@pytest.fixture
def configured(quickstart: Path) -> Path:
    """The quickstart course with one submission of an odd id, graded through a stand-in command."""
    (quickstart / "command.py").write_text(COMMAND)
    (quickstart / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.course_id = 'qs'\n"
        "c.IncludeHeaderFooter.header = 'source/header.ipynb'\n"
        "c.Autograde.sanitize_preprocessors = []\n"
        "c.Autograde.autograde_preprocessors = ['autograder.nbgrader_plugin.GradeWithAutograder']\n"
        f"c.GradeWithAutograder.command = [{sys.executable!r}, {str(quickstart / 'command.py')!r}]\n"
    )
    folder = quickstart / "submitted" / "-o 'x" / "ps1"
    folder.mkdir(parents=True)
    released = quickstart / "release" / "ps1" / "problem1.ipynb"
    (folder / "problem1.ipynb").write_bytes(released.read_bytes())
    return quickstart


def api(course: Path, monkeypatch: pytest.MonkeyPatch):
    """nbgrader's API as formgrader uses it."""
    from nbgrader.apps import NbGraderAPI

    from autograder.course import read_config

    monkeypatch.chdir(course)
    return NbGraderAPI(config=read_config(course))


def test_formgraders_button_grades_through_the_command(configured, monkeypatch):
    result = api(configured, monkeypatch).autograde("ps1", "-o 'x")
    assert result["success"], result
    written = json.loads((configured / "autograded" / "-o 'x" / "ps1" / "problem1.ipynb").read_bytes())
    assert written["metadata"]["called"] == [
        "grade",
        "--student=-o 'x",
        f"--course={configured}",
        "--json",
        "--",
        "ps1",
    ]
    assert (configured / "environment").read_text() == "False"


def test_a_refusal_fails_with_the_commands_sentence(configured, monkeypatch):
    (configured / "refuse").touch()
    result = api(configured, monkeypatch).autograde("ps1", "-o 'x")
    assert not result["success"]
    assert "autograder could not grade ps1 of -o 'x: The gradebook is locked" in result["log"]


def command(program: str) -> tuple[str, ...]:
    return (sys.executable, "-c", program)


@pytest.mark.parametrize("code", [0, 1])
def test_graded_and_needs_a_human_are_both_graded(tmp_path, code):
    grade(command(f"raise SystemExit({code})"), tmp_path, "ps1", "ann")


@pytest.mark.parametrize("code", [2, 3, 139])
def test_other_codes_are_failures(tmp_path, code):
    with pytest.raises(AutograderError, match=f"it ended with code {code}"):
        grade(command(f"raise SystemExit({code})"), tmp_path, "ps1", "ann")


def test_a_command_that_is_not_there(tmp_path):
    with pytest.raises(AutograderError, match="cannot be run"):
        grade((str(tmp_path / "none"),), tmp_path, "ps1", "ann")
