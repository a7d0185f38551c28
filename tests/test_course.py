"""Finding a course, its configuration and its assignments."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_source import cell, notebook

from autograder.course import Course, assignments, find_course, load_assignment, students
from autograder.errors import UsageError


@pytest.fixture
def course_folder(tmp_path: Path) -> Path:
    root = tmp_path / "course"
    (root / "source" / "hw1").mkdir(parents=True)
    (root / "source" / "hw1" / "part.ipynb").write_bytes(notebook(cell("test", "assert f")))
    return root


def hand_in(root: Path, student: str, assignment: str = "hw1") -> Path:
    folder = root / "submitted" / student / assignment
    folder.mkdir(parents=True)
    return folder


def test_defaults_are_nbgraders(course_folder):
    from nbgrader.coursedir import CourseDirectory

    ours = find_course(explicit=course_folder)
    theirs = CourseDirectory(root=str(course_folder))
    assert ours.db_url == theirs.db_url
    assert ours.ignore == tuple(theirs.ignore)
    for step in ("source", "release", "submitted", "autograded", "feedback"):
        directory = getattr(theirs, f"{step}_directory")
        assert str(ours.path(step, "ann", "hw1")) == theirs.format_path(directory, "ann", "hw1")


def test_stubs_and_delimiters_are_nbgraders(course_folder):
    from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

    ours = find_course(explicit=course_folder).markers
    solutions, hidden, scheme = ClearSolutions(), ClearHiddenTests(), ClearMarkScheme()
    assert ours.code_stub == solutions.code_stub
    assert ours.text_stub == solutions.text_stub
    assert ours.delimiters() == (
        solutions.begin_solution_delimeter,
        solutions.end_solution_delimeter,
        hidden.begin_test_delimeter,
        hidden.end_test_delimeter,
        scheme.begin_mark_scheme_delimeter,
        scheme.end_mark_scheme_delimeter,
    )


def test_configuration_is_read(course_folder):
    (course_folder / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.course_id = 'x'\n"
        "c.CourseDirectory.submitted_directory = 'inbox'\n"
        "c.CourseDirectory.db_url = 'sqlite:///grades.db'\n"
        "c.CourseDirectory.ignore.append('notes.txt')\n"
        "c.ClearSolutions.code_stub = '...'\n"
        "c.ClearHiddenTests.begin_test_delimeter = 'HIDE'\n"
        "c.IncludeHeaderFooter.header = 'source/header.ipynb'\n"
        "c.Autograder.packages = ['pandas']\n"
    )
    course = find_course(explicit=course_folder)
    assert course.course_id == "x"
    assert course.path("submitted", "ann", "hw1") == course_folder / "inbox" / "ann" / "hw1"
    assert course.db_url == f"sqlite:///{course_folder}/grades.db"
    assert course.ignore[-2:] == ("feedback", "notes.txt")
    assert course.markers.code_stub == {"python": "..."}
    assert course.markers.begin_hidden == "HIDE"
    assert course.header == course_folder / "source" / "header.ipynb"
    assert course.packages == ("pandas",)
    with pytest.raises(UsageError, match=r"header\.ipynb does not exist, but IncludeHeaderFooter\.header"):
        load_assignment(course, "hw1")


@pytest.mark.parametrize(
    "site", ["https://example.org/a%20b/", "http://127.0.0.1:8000", "http://[::1]/x", "../../site", "."]
)
def test_the_site_may_be_an_address_or_a_relative_path(course_folder, site):
    (course_folder / "nbgrader_config.py").write_text(f"c = get_config()\nc.Autograder.site = {site!r}\n")
    assert find_course(explicit=course_folder).site == site


@pytest.mark.parametrize(
    "site",
    ["javascript:alert(1)", " javascript:x", "java\nscript:x", "data:text/html,x", "file:///etc", "//example.org",
     "/site", "http:example.org", "https://", "http://[", "a b", 'x"onload=x', "..\\x", "https://a@b/", "x:y", "a?b",
     "a#b", 3, None],
)  # fmt: skip
def test_any_other_site_is_refused(course_folder, site):
    (course_folder / "nbgrader_config.py").write_text(f"c = get_config()\nc.Autograder.site = {site!r}\n")
    with pytest.raises(UsageError, match=r"c\.Autograder\.site in .*nbgrader_config\.py must be an address"):
        find_course(explicit=course_folder)


def test_broken_configuration_is_a_sentence(course_folder):
    (course_folder / "nbgrader_config.py").write_text("c = get_config(\n")
    with pytest.raises(UsageError, match=r"nbgrader_config\.py cannot be loaded: SyntaxError"):
        find_course(explicit=course_folder)


def test_a_course_is_found_upward(course_folder):
    assert find_course(course_folder / "source" / "hw1").root == course_folder


def test_no_course(tmp_path):
    with pytest.raises(UsageError, match="No course here"):
        find_course(tmp_path)
    with pytest.raises(UsageError, match="No course at"):
        find_course(explicit=tmp_path)


def test_a_learners_configuration_is_never_run(course_folder):
    folder = hand_in(course_folder, "eve")
    (folder / "nbgrader_config.py").write_text("raise SystemExit('planted')")
    (folder / "source" / "hw1").mkdir(parents=True)
    (folder / "source" / "hw1" / "x.ipynb").write_bytes(notebook())
    assert find_course(folder).root == course_folder
    assert find_course(folder / "source").root == course_folder


def test_a_course_below_a_folder_called_submitted_is_found(tmp_path):
    root = tmp_path / "submitted" / "course"
    root.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text("")
    assert find_course(root).root == root


def test_root_may_be_configured(tmp_path, course_folder):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.root = 'course'\n")
    assert find_course(tmp_path).root == course_folder
    assert find_course(course_folder / "source").root == course_folder


@pytest.mark.parametrize("bad", ["", "..", "a/b", "../x", "a\0b"])
def test_ids_never_lead_out_of_their_folder(bad):
    course = Course(Path("course"))
    with pytest.raises(UsageError, match="must be the name of one folder"):
        course.path("submitted", bad, "hw1")
    with pytest.raises(UsageError, match="must be the name of one folder"):
        course.path("submitted", "ann", bad)


def test_nobodys_submission_is_refused():
    with pytest.raises(UsageError):
        Course(Path("course")).path("submitted", ".", "hw1")


ODD_IDS = ["-x", "*", "[a]", "a,b", "a b", "{student_id}", "\u00e9", "e\u0301", "x\ny"]


@pytest.mark.parametrize("student", ODD_IDS, ids=range(len(ODD_IDS)))
def test_ids_are_never_patterns(course_folder, student):
    hand_in(course_folder, "ann")
    folder = hand_in(course_folder, student)
    course = find_course(explicit=course_folder)
    assert students(course, "hw1") == tuple(sorted([student, "ann"]))
    assert course.path("submitted", student, "hw1") == folder


def test_students_are_listed_as_on_disk(course_folder):
    bad = os.fsdecode(b"\xff\xfe")
    hand_in(course_folder, bad)
    hand_in(course_folder, "other", "hw2")
    (course_folder / "submitted" / "ann").mkdir()
    (course_folder / "submitted" / "ann" / "hw1").write_text("a file, reported when it is read")
    (course_folder / "submitted" / "bob").symlink_to("nowhere")
    assert students(find_course(explicit=course_folder), "hw1") == ("ann", bad)


def test_nobody_has_submitted(course_folder):
    assert students(find_course(explicit=course_folder), "hw1") == ()


@pytest.mark.parametrize(
    "structure",
    [
        "{nbgrader_step}/{assignment_id}/{student_id}",
        "{student_id}/{nbgrader_step}/hw-{assignment_id}",
        "{nbgrader_step}/2026/{student_id}-{assignment_id}/x",
    ],
)
def test_other_directory_structures(tmp_path, structure):
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.directory_structure = {structure!r}\n"
    )
    course = find_course(explicit=tmp_path)
    course.path("source", ".", "one").mkdir(parents=True)
    (course.path("source", ".", "one") / "nb.ipynb").write_bytes(notebook())
    for student in ("ann", "bob"):
        course.path("submitted", student, "one").mkdir(parents=True)
    assert assignments(course) == ("one",)
    assert students(course, "one") == ("ann", "bob")


def test_an_assignment_is_notebooks_and_data(course_folder):
    folder = course_folder / "source" / "hw1"
    (folder / "another.ipynb").write_bytes(notebook())
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "part.txt").write_text("old")
    (folder / "data").mkdir()
    (folder / "data" / "table.csv").write_text("1,2")
    (folder / "data" / "cached.pyc").write_text("")
    (folder / ".hidden").write_text("kept")
    assignment = load_assignment(find_course(explicit=course_folder), "hw1")
    assert [nb.name for nb in assignment.notebooks] == ["another", "part"]
    assert assignment.data_files == ((".hidden", b"kept"), ("data/table.csv", b"1,2"))


def test_an_unknown_assignment_names_near_ones(course_folder):
    course = find_course(explicit=course_folder)
    with pytest.raises(UsageError, match=r"No assignment 'hw_1' in .*source: did you mean hw1\?"):
        load_assignment(course, "hw_1")
    with pytest.raises(UsageError, match="there are: hw1"):
        load_assignment(course, "zzz")


def test_an_assignment_without_notebook(course_folder):
    (course_folder / "source" / "empty").mkdir()
    course = find_course(explicit=course_folder)
    assert assignments(course) == ("hw1",)
    with pytest.raises(UsageError, match="has no notebook"):
        load_assignment(course, "empty")


def test_a_broken_source_is_named_by_its_path(course_folder):
    (course_folder / "source" / "hw1" / "part.ipynb").write_text("{")
    with pytest.raises(UsageError, match=r"^source/hw1/part\.ipynb is not a notebook"):
        load_assignment(find_course(explicit=course_folder), "hw1")


def test_reading_a_course_imports_no_nbgrader(course_folder):
    program = (
        "import sys; from pathlib import Path; from autograder.course import find_course, load_assignment\n"
        "load_assignment(find_course(explicit=Path(sys.argv[1])), 'hw1')\n"
        "sys.exit(', '.join({'nbgrader', 'nbformat', 'IPython', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program, course_folder], capture_output=True, check=False)
    assert done.stderr.strip() == b""
