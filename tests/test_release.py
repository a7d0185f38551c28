"""A release: nbgrader's own, made only if it gives nothing away."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from test_source import cell, notebook

from autograder.course import Course, find_course, load_assignment
from autograder.errors import GradebookError, UsageError
from autograder.gradebook import GradebookWriter
from autograder.leak import Private, find_leaks
from autograder.release import release
from autograder.verdict import Verdict

SOLUTION = """def area(radius):
    ### BEGIN SOLUTION
    if radius < 0:
        raise ValueError("radius must not be negative")
    return 3.14159265 * radius ** 2
    ### END SOLUTION"""
TESTS = """assert area(0) == 0
### BEGIN HIDDEN TESTS
assert round(area(2.5), 3) == 19.635
### END HIDDEN TESTS"""
TASK = "Draw a circle.\n=== BEGIN MARK SCHEME ===\nOne point for a closed line\n=== END MARK SCHEME ==="


def circle() -> list[dict[str, Any]]:
    """The cells of a small assignment with one secret of each kind."""
    return [
        cell("plain", "The area of a circle", "markdown"),
        cell("solution", SOLUTION),
        cell("test", TESTS),
        cell("task", TASK, "markdown"),
    ]


@pytest.fixture(scope="session")
def empty_gradebook(quickstart_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook without any assignment: nbgrader takes seconds to make one."""
    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    shutil.copy(quickstart_course / "gradebook.db", path)
    with closing(sqlite3.connect(path)) as database, database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            if table != "alembic_version":
                database.execute(f"delete from {table}")
    return path


@pytest.fixture
def course(tmp_path: Path, empty_gradebook: Path) -> Course:
    folder = tmp_path / "course" / "source" / "circle"
    folder.mkdir(parents=True)
    (folder / "circle.ipynb").write_bytes(notebook(*circle()))
    shutil.copy(empty_gradebook, tmp_path / "course")
    return find_course(explicit=tmp_path / "course")


def rewrite(course: Course, *cells: dict[str, Any]) -> None:
    (course.path("source", ".", "circle") / "circle.ipynb").write_bytes(notebook(*cells))


def refused(course: Course, force: bool = False, private: Private | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        release(course, "circle", force, private)
    return str(caught.value)


def released_cells(course: Course) -> list[dict[str, Any]]:
    path = course.path("release", ".", "circle") / "circle.ipynb"
    cells: list[dict[str, Any]] = json.loads(path.read_bytes())["cells"]
    return cells


def files(course: Course) -> list[str]:
    """Everything in the course, to see that nothing is left behind."""
    return sorted(str(path.relative_to(course.root)) for path in course.root.rglob("*"))


def test_quickstart_is_released_as_nbgrader_does(quickstart, quickstart_course, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")  # nbgrader calls alembic by name
    shutil.rmtree(quickstart / "release")
    (quickstart / "gradebook.db").unlink()
    course = find_course(explicit=quickstart)
    report = release(course, "ps1")
    assert report.notebooks == (("problem1", 10.0), ("problem2", 3.0))
    assert report.data_files == ("jupyter.png",)
    assert not report.replaced
    assert os.environ["PATH"] == "/nowhere"
    for name in ("problem1.ipynb", "problem2.ipynb", "jupyter.png"):
        ours, theirs = (root / "release" / "ps1" / name for root in (quickstart, quickstart_course))
        assert ours.read_bytes() == theirs.read_bytes()
    with GradebookWriter.open(course, load_assignment(course, "ps1")) as writer:
        assert writer.write([(Verdict("ann", "ps1", "fork", ()), None)]) == ()


def test_a_release_leaves_nothing_else_behind(course):
    release(course, "circle")
    assert files(course) == [
        "gradebook.db",
        "release",
        "release/circle",
        "release/circle/circle.ipynb",
        "source",
        "source/circle",
        "source/circle/circle.ipynb",
    ]
    text = (course.path("release", ".", "circle") / "circle.ipynb").read_text()
    assert "3.14159265" not in text
    assert "19.635" not in text
    assert "closed line" not in text


def test_a_release_is_replaced_with_force_only(course):
    release(course, "circle")
    rewrite(course, *circle(), cell("plain", "new"))
    assert "exists already: `autograder release circle --force` replaces it" in refused(course)
    assert len(released_cells(course)) == 4
    assert release(course, "circle", force=True).replaced
    assert len(released_cells(course)) == 5


def test_a_broken_source_keeps_the_old_release(course):
    release(course, "circle")
    before = files(course)
    rewrite(course, *circle(), cell("plain", "### BEGIN SOLUTION\nx\n### END SOLUTION"))
    assert "source/circle/circle.ipynb: cell 5 holds a solution region" in refused(course, force=True)
    assert files(course) == before
    assert len(released_cells(course)) == 4


@pytest.mark.parametrize(
    ("shown", "place"),
    [
        (cell("plain", '    raise ValueError("radius must not be negative")\n3.14159265 * r'), None),
        (cell("plain", "x\n" + "\n".join(SOLUTION.split("\n")[2:5]), "markdown"), "cell 5, line 2: shows the sol"),
        (cell("plain", "assert round(area(2.5), 3) == 19.635"), "cell 5, line 1: shows the hidden tests of 'test'"),
        (cell("plain", "One point for a closed line", "markdown"), "cell 5, line 1: shows the mark scheme of 'task'"),
        (cell("plain", "import secrets_of_ours.tests"), "cell 5: imports secrets_of_ours"),
    ],
    ids=["one-line-by-chance", "solution", "hidden-test", "mark-scheme", "import"],
)
def test_what_a_visible_cell_gives_away(course, shown, place):
    rewrite(course, *circle(), shown)
    private = Private(modules=("secrets_of_ours",))
    if place is None:
        release(course, "circle", private=private)
        return
    said = refused(course, private=private)
    assert "circle was not released, it would give away what learners must not see:" in said
    assert f"circle.ipynb, {place}" in said
    assert files(course) == ["gradebook.db", "source", "source/circle", "source/circle/circle.ipynb"]


def test_a_leak_in_metadata(course):
    shown = cell("plain", "a figure")
    shown["metadata"]["caption"] = {"deep": ["return 3.14159265 * radius ** 2"]}
    rewrite(course, *circle(), shown)
    assert "circle.ipynb, cell 5: shows the solution of 'solution' in its metadata" in refused(course)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.py", SOLUTION, "notes.py, line 3: shows the solution of 'solution'"),
        ("copy.txt", "the reference package\n", "copy.txt: is the private file reference/circle/solution.py"),
        ("data/solution.py", "pass", "data/solution.py: is called like the private file"),
    ],
)
def test_data_files_that_give_something_away(course, name, content, said):
    path = course.path("source", ".", "circle") / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    private = Private(files=(("reference/circle/solution.py", b"the reference package"),))
    assert said in refused(course, private=private)


def test_a_configuration_that_releases_hidden_tests_is_caught(course):
    (course.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.ClearHiddenTests.enabled = False\nc.ClearOutput.enabled = False\n"
    )
    cells = circle()
    cells[2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "19.635"}]
    rewrite(course, *cells)
    said = refused(course)
    assert "cell 3, line 2: still holds the marker 'BEGIN HIDDEN TESTS'" in said
    assert "cell 3, line 3: shows the hidden tests of 'test'" in said
    assert "cell 3: holds outputs of the instructor's run" in said


def test_a_hidden_line_that_is_visible_too_is_no_leak(course):
    cells = circle()
    cells[2]["source"] = TESTS.replace("assert area(0) == 0", "assert round(area(2.5), 3) == 19.635")
    rewrite(course, *cells[:2], cell("test", "assert round(area(2.5), 1) == 19.6\n" + TESTS))
    release(course, "circle")
    assert "19.635" not in str(released_cells(course))


def test_leaks_of_a_damaged_release(course):
    report = release(course, "circle")
    (report.folder / "circle.ipynb").write_text("{")
    leaks = find_leaks(report.folder, load_assignment(course, "circle"), course.markers)
    assert [str(leak).split(" (")[0] for leak in leaks] == ["circle.ipynb: cannot be read"]


def submit(course: Course) -> None:
    with GradebookWriter.open(course, load_assignment(course, "circle")) as writer:
        writer.write([(Verdict("ann", "circle", "fork", ()), None)])


def changed_cells(course: Course) -> None:
    extra = cell("test", "assert area", grade_id="another")
    rewrite(course, *circle(), extra)


def changed_notebooks(course: Course) -> None:
    (course.path("source", ".", "circle") / "second.ipynb").write_bytes(notebook(cell("plain", "x")))


@pytest.mark.parametrize("change", [changed_cells, changed_notebooks])
def test_what_nbgrader_refuses_after_submissions_is_a_sentence(course, change: Callable[[Course], None]):
    release(course, "circle")
    submit(course)
    before = files(course)
    change(course)
    said = refused(course, force=True)
    assert "once a submission is recorded: undo that change" in said
    assert "nbgrader db assignment remove circle" in said
    assert set(files(course)) - set(before) <= {"source/circle/second.ipynb"}
    assert len(released_cells(course)) == 4


def test_another_refusal_carries_nbgraders_reason(course):
    (course.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.GenerateAssignment.preprocessors = ['nbgrader.preprocessors.NoSuchThing']\n"
    )
    assert "nbgrader refused it" in refused(course)


@pytest.mark.parametrize("name", ["a+b", "[a]", "a*", " a"])
def test_names_that_nbgrader_would_misread(course, name):
    shutil.move(course.path("source", ".", "circle"), course.path("source", ".", name))
    with pytest.raises(UsageError, match="must have a name without"):
        release(course, name)


def test_the_gradebook_is_checked_first(course):
    (course.root / "gradebook.db").write_text("no database" * 1000)
    with pytest.raises(GradebookError, match="is no SQLite database"):
        release(course, "circle")
    assert not (course.root / "release").exists()


def test_a_gradebook_in_no_folder(course):
    (course.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///no/gradebook.db'\n"
    )
    with pytest.raises(GradebookError, match="cannot be created"):
        release(find_course(explicit=course.root), "circle")


def test_a_locked_gradebook_releases_nothing(course):
    release(course, "circle")
    with closing(sqlite3.connect(course.root / "gradebook.db")) as other:
        other.execute("begin immediate")
        with pytest.raises(GradebookError, match="is locked by another program"):
            release(course, "circle", force=True, busy_seconds=0.05)
    assert len(released_cells(course)) == 4
