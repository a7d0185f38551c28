"""`nbgrader autograde` with our preprocessor: it runs the command, and takes over what that wrote."""

import json
import sqlite3
import sys
from contextlib import closing
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
given = root / "submitted" / student / arguments[-1] / "problem1.ipynb"
path = root / "autograded" / student / arguments[-1] / "problem1.ipynb"
if (root / "refuse").exists():
    print("{}")
    sys.stderr.write("The gradebook is locked")
    sys.exit(3)
notebook = json.loads(given.read_text())
notebook["metadata"]["called"] = arguments
if not (root / "unreadable").exists():
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


def test_what_cannot_be_graded_is_a_sentence(configured, monkeypatch):
    (configured / "unreadable").touch()
    result = api(configured, monkeypatch).autograde("ps1", "-o 'x")
    assert not result["success"]
    assert "problem1.ipynb of -o 'x cannot be graded as it was handed in" in result["log"]


def test_a_learners_own_files_do_not_stay_in_formgraders_reach(configured, monkeypatch):
    folder = configured / "submitted" / "-o 'x" / "ps1"
    (folder / "page.html").write_text("<script>alert(1)</script>")
    (folder / "more").mkdir()
    (folder / "more" / "page.html").write_text("<script>alert(1)</script>")
    assert api(configured, monkeypatch).autograde("ps1", "-o 'x")["success"]
    written = sorted(path.name for path in (configured / "autograded" / "-o 'x" / "ps1").iterdir())
    assert written == ["problem1.ipynb"]


def test_the_real_command_grades_for_nbgrader(configured, monkeypatch):
    config = (configured / "nbgrader_config.py").read_text()
    own = "\n".join(line for line in config.splitlines() if "GradeWithAutograder.command" not in line)
    (configured / "nbgrader_config.py").write_text(own)
    result = api(configured, monkeypatch).autograde("ps1", "-o 'x")
    assert result["success"], result
    folder = configured / "autograded" / "-o 'x" / "ps1"
    assert json.loads((folder / "verdict.json").read_bytes())["student_id"] == "-o 'x"
    with closing(sqlite3.connect(configured / "gradebook.db")) as database:
        scores = dict(
            database.execute(
                "select c.name, g.auto_score from grade g join base_cell c on c.id = g.cell_id"
                " join submitted_notebook n on n.id = g.notebook_id"
                " join submitted_assignment s on s.id = n.assignment_id where s.student_id = ?",
                ("-o 'x",),
            )
        )
    assert scores["correct_squares"] == 0
    assert scores["sum_of_squares_equation"] == 0


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
