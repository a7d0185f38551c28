"""The command line as an instructor uses it: what it prints, how it ends, and what it says of bad input."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import (
    EX08,
    ROOT,
    autograder,
    automatic_scores,
    cells,
    command,
    environment,
    grade,
    unfinished_files,
    verdict_files,
)
from handed_in import hand_in
from processes import descendants, still_there, waiting_for
from situations import HOSTILE, load

RIGHT = {name: (HOSTILE / "honest" / "right" / f"{name}.py").read_text() for name in ("squares", "sum_of_squares")}
ODD_IDS = ("-x", "a,b c", "*", "e\u0301", "\u00e9")
COMMANDS = ("release", "grade", "check", "validate", "doctor")
# Before a command: namespaces of its own, in which a disk may be small and a sandbox may be refused.
IN_NAMESPACES = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")
WITHOUT_NAMESPACES = (*IN_NAMESPACES, 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"', "sh")


@pytest.fixture
def three(quickstart: Path) -> Path:
    """The quickstart course with three right submissions, of problem1 only."""
    shutil.rmtree(quickstart / "submitted", ignore_errors=True)
    for student_id in ("ann", "bob", "cat"):
        hand_in(quickstart, student_id, "ps1", "problem1", RIGHT)
    return quickstart


# --- what a class looks like --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GradedClass:
    """A graded course, and what the first run over it printed."""

    course: Path
    printed: str


@pytest.fixture(scope="session")
def graded(quickstart_course: Path, tmp_path_factory: pytest.TempPathFactory) -> GradedClass:
    """Honest work, a broken file and odd ids, graded by one command."""
    course = Path(shutil.copytree(quickstart_course, tmp_path_factory.mktemp("class") / "course"))
    shutil.rmtree(course / "submitted", ignore_errors=True)
    for name in ("right", "partly-right", "untouched"):
        load(HOSTILE / "honest" / name).submit(course)
    for student_id in ODD_IDS:
        hand_in(course, student_id, "ps1", "problem1", RIGHT)
    hand_in(course, "broken", "ps1", "problem1", RIGHT).write_bytes(b'{"cells": [')
    printed = autograder(course, "grade", "ps1", code=1).stdout
    return GradedClass(course, printed)


def row_of(printed: str, student_id: str) -> list[str]:
    """The fields of a student's row in the table."""
    rows = [[field.strip() for field in line.strip("│").split("│")] for line in printed.splitlines() if "│" in line]
    (row,) = [row for row in rows if row[0] == student_id]
    return row


def test_the_table_says_who_got_what_and_why(graded: GradedClass) -> None:
    assert row_of(graded.printed, "right")[1:4] == ["ps1", "3 / 3", "4 passed"]
    assert row_of(graded.printed, "partly-right")[2:4] == ["2 / 3", "3 passed, 1 failed"]
    assert row_of(graded.printed, "untouched")[2:4] == ["0 / 3", "4 not attempted"]
    broken = row_of(graded.printed, "broken")
    assert "problem1: unreadable" in broken[4]
    assert "JSON" in broken[4]
    for student_id in ODD_IDS:
        assert row_of(graded.printed, student_id)[2] == "3 / 3"
        assert "problem2: missing" in row_of(graded.printed, student_id)[4]
    assert "9 submissions graded, sandbox level: fork" in graded.printed
    assert "\x1b" not in graded.printed


def test_a_second_run_gives_the_same_bytes_and_one_json_document(graded: GradedClass) -> None:
    before, scores = verdict_files(graded.course), automatic_scores(graded.course)
    assert before.keys() == {"right", "partly-right", "untouched", "broken", *ODD_IDS}
    done = autograder(graded.course, "grade", "--json", code=1)
    document = json.loads(done.stdout)
    assert document["level"] == "fork"
    assert document["problems"] == []
    assert {item["student_id"]: item for item in document["submissions"]} == {
        student_id: json.loads(data) for student_id, data in before.items()
    }
    assert done.stderr == ""
    assert verdict_files(graded.course) == before
    assert automatic_scores(graded.course) == scores


@pytest.mark.parametrize("student_id", ["*", "\u00e9"])
def test_one_student_is_graded_and_nobody_else(graded: GradedClass, tmp_path: Path, student_id: str) -> None:
    course = Path(shutil.copytree(graded.course, tmp_path / "course"))
    shutil.rmtree(course / "autograded")
    done = autograder(course, "grade", f"--student={student_id}", "ps1", code=1)
    assert "1 submissions graded" in done.stdout
    assert verdict_files(course).keys() == {student_id}


def test_check_shows_every_check_and_writes_nothing_about_the_submission(graded: GradedClass) -> None:
    before = {path: path.stat().st_mtime_ns for path in graded.course.rglob("*") if path.is_file()}
    notebook = "submitted/partly-right/ps1/problem1.ipynb"
    said = autograder(graded.course, "check", notebook).stdout
    assert "problem1: graded, 2 of 3 automatic points" in said
    assert "PASSED  " in said
    assert "FAILED  " in said
    assert "TO BE MARKED BY HAND  " in said or "NOT ANSWERED  " in said
    broken = autograder(graded.course, "check", "submitted/broken/ps1/problem1.ipynb", code=1).stdout
    assert "unreadable" in broken
    assert {path: path.stat().st_mtime_ns for path in graded.course.rglob("*") if path.is_file()} == before


# --- the other commands -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_command_has_help(tmp_path: Path, name: str) -> None:
    said = autograder(tmp_path, *filter(None, [name]), "--help").stdout
    assert "Usage: autograder" in said
    if name:
        assert name == "doctor" or "--course" in said
        assert "--json" in said
    else:
        assert all(other in said for other in COMMANDS)
        assert "Exit codes: 0 " in said


def test_release_says_where_and_as_json(quickstart: Path) -> None:
    shutil.rmtree(quickstart / "release")
    (report,) = json.loads(autograder(quickstart, "release", "ps1", "--json").stdout)
    assert (report["assignment"], report["folder"]) == ("ps1", str(quickstart / "release" / "ps1"))
    assert (quickstart / "release" / "ps1" / "problem1.ipynb").is_file()
    refused = autograder(quickstart, "release", "ps1", code=2).stderr
    assert "exists already" in refused
    assert "`autograder release ps1 --force`" in refused


def test_validate_proves_our_exercise(ex08_released: Path) -> None:
    (finding,) = json.loads(autograder(ex08_released, "validate", "--json").stdout)
    assert (finding["ok"], finding["automatic_points"], finding["manual_points"]) == (True, 14, 6)
    assert all(check["reference_points"] == check["max_points"] for check in finding["checks"])
    assert all(check["stub_points"] == 0 and check["judged"] == "outside" for check in finding["checks"])


def test_doctor_names_the_level(tmp_path: Path) -> None:
    assert json.loads(autograder(tmp_path, "doctor", "--json").stdout)["level"] == "fork"
    assert "bubblewrap" in autograder(tmp_path, "doctor").stdout


@pytest.mark.parametrize("arguments", [(), ("frobnicate",), ("grade", "--frob"), ("grade", "--cell-cpu", "0")])
def test_wrong_use_ends_with_two(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = autograder(tmp_path, *arguments, code=2)
    assert "Usage: autograder" in done.stdout + done.stderr


# --- bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [("release",), ("grade",), ("validate",), ("check", "x.ipynb")])
def test_no_course_here(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    said = autograder(tmp_path, *arguments, code=2).stderr
    assert "No course here" in said
    assert str(tmp_path) in said
    assert "--course" in said


@pytest.mark.parametrize("name", ["release", "validate"])
def test_a_course_without_assignments(tmp_path: Path, name: str) -> None:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    said = autograder(tmp_path, name, code=2).stderr
    assert f"There is no assignment in {tmp_path / 'source'}" in said


@pytest.mark.parametrize("name", ["release", "grade", "validate"])
def test_no_such_assignment(quickstart_course: Path, name: str) -> None:
    said = autograder(quickstart_course, name, "ps2", code=2).stderr
    assert f"No assignment 'ps2' in {quickstart_course / 'source'}: did you mean ps1?" in said


def test_nothing_handed_in(quickstart: Path) -> None:
    shutil.rmtree(quickstart / "submitted", ignore_errors=True)
    said = autograder(quickstart, "grade", code=2).stderr
    assert str(quickstart / "submitted") in said
    assert "collect the submissions" in said
    said = autograder(quickstart, "grade", "--student=zoe", "ps1", code=2).stderr
    assert f"{quickstart / 'submitted' / 'zoe' / 'ps1'} does not exist" in said


def test_no_release_yet(three: Path) -> None:
    (three / "gradebook.db").unlink()
    said = autograder(three, "grade", code=2).stderr
    assert str(three / "gradebook.db") in said
    assert "no release yet, run `autograder release ps1`" in said
    assert not (three / "autograded").exists()
    assert not (three / "gradebook.db").exists()


@pytest.mark.parametrize("name", ["release", "grade", "validate"])
def test_points_that_do_not_add_up(three: Path, name: str) -> None:
    path = three / "source" / "ps1" / "problem1.ipynb"
    source = json.loads(path.read_text())
    source["metadata"]["autograder"] = {"points": 99}
    path.write_text(json.dumps(source))
    # For `validate` it is one of the problems that it looks for, for the others wrong use.
    done = autograder(three, name, "ps1", code=1 if name == "validate" else 2)
    said = done.stdout if name == "validate" else done.stderr
    assert "source/ps1/problem1.ipynb" in said
    assert "the points do not add up" in said
    assert "99" in said
    assert not (three / "autograded").exists()


def test_a_solution_that_differs_from_the_reference(ex08_released: Path, tmp_path: Path) -> None:
    course = Path(shutil.copytree(ex08_released, tmp_path / "course"))
    folder = course / "reference" / EX08
    folder.mkdir(parents=True)
    text = (ROOT / "reference" / EX08 / "solution.py").read_text()
    (folder / "solution.py").write_text(text.replace("first * sin + second * cos", "first * sin - second * cos"))
    (finding,) = json.loads(autograder(course, "validate", EX08, "--json", code=1).stdout)
    # The hidden tests import the changed reference too, so the solution also fails them.
    said, *others = finding["problems"]
    assert all("the reference gets 0 of" in other for other in others)
    assert said.startswith(f"source/{EX08}/{EX08}.ipynb, cell 'rope': rope differs from reference/{EX08}/solution.py: ")
    assert "first * sin + second * cos' here" in said
    assert "first * sin - second * cos' there" in said


def test_no_sandbox_is_refused_with_level_and_fix(three: Path) -> None:
    said = autograder(three, "grade", code=2, before=WITHOUT_NAMESPACES).stderr
    assert "level 'none'" in said
    assert "user.max_user_namespaces" in said
    assert "--no-sandbox" in said
    assert not (three / "autograded").exists()


def test_no_sandbox_is_recorded_where_it_was_asked_for(three: Path) -> None:
    done = autograder(three, "grade", "--no-sandbox", code=1, before=WITHOUT_NAMESPACES)
    assert "sandbox level: none" in done.stdout
    for data in verdict_files(three).values():
        verdict = json.loads(data)
        assert (verdict["level"], verdict["points"]) == ("none", 3)
    assert len(verdict_files(three)) == 3


def test_a_locked_gradebook(three: Path) -> None:
    with closing(sqlite3.connect(three / "gradebook.db")) as other:
        other.execute("begin immediate")
        said = autograder(three, "grade", code=3).stderr
    assert f"The gradebook {three / 'gradebook.db'} is locked by another program" in said
    assert not (three / "autograded").exists()


def test_a_foreign_database(three: Path) -> None:
    path = three / "gradebook.db"
    path.unlink()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("create table recipe (name text)")
    before = path.read_bytes()
    said = autograder(three, "grade", code=3).stderr
    assert f"{path} is a database, but no nbgrader gradebook" in said
    assert path.read_bytes() == before
    assert not (three / "autograded").exists()


FULL_DISK = """
mount -t tmpfs -o size=16m none "$1/disk" && cp -a "$1/course" "$1/disk/course" && cd "$1/disk/course" || exit 99
shift
room=$(($(stat -f -c '%a * %S' .) / 1024 - 160))
head -c "${room}k" /dev/zero > filler
"$@"; echo "ended $?"
mkdir ../../first && cp -a . ../../first/course
rm filler
"$@"; echo "ended $?"
mkdir ../../second && cp -a . ../../second/course
"""


def test_a_full_disk(three: Path, tmp_path: Path) -> None:
    for number in range(12):
        hand_in(three, f"one-more-{number:02}", "ps1", "problem1", RIGHT)
    (tmp_path / "disk").mkdir()
    # A small disk of its own needs a namespace in which the sandbox could not start another one.
    done = subprocess.run(
        [*IN_NAMESPACES, FULL_DISK, "sh", str(tmp_path), *command("grade", "ps1", "--no-sandbox")],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("ended")] == ["ended 3", "ended 1"], done
    assert str(tmp_path / "disk" / "course") in done.stderr
    assert "No space left" in done.stderr or "disk is full" in done.stderr
    first, second = tmp_path / "first" / "course", tmp_path / "second" / "course"
    kept = automatic_scores(first)
    assert 0 < len(kept) < 15
    assert unfinished_files(first) == []
    for student_id, data in verdict_files(first).items():
        assert json.loads(data)["student_id"] == student_id
        json.loads((first / "autograded" / student_id / "ps1" / "problem1.ipynb").read_bytes())
    assert kept.keys() <= verdict_files(first).keys()
    assert len(automatic_scores(second)) == 15
    assert all(verdict_files(second)[student_id] == verdict_files(first)[student_id] for student_id in kept)


# --- Ctrl-C -------------------------------------------------------------------------------------------------


def test_ctrl_c_keeps_what_was_graded_before(three: Path) -> None:
    path = three / "submitted" / "bob" / "ps1" / "problem1.ipynb"
    right = path.read_text()
    path.write_text(right.replace("def squares(n):", "while True: pass\\ndef squares(n):"))
    # Who runs the tests in the background may have had Ctrl-C ignored for all that he starts.
    ignored = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        command("grade", "ps1", "--cell-cpu=60"),
        cwd=three,
        env=environment(three.parent),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    signal.signal(signal.SIGINT, ignored)
    try:
        for _ in waiting_for(process, 90):
            if automatic_scores(three).keys() == {"ann", "cat"} and len(below := descendants(process.pid)) > 3:
                break
        os.killpg(process.pid, signal.SIGINT)
        printed, said = process.communicate(timeout=90)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 130
    assert "What was graded before is kept" in said
    assert "Traceback" not in printed + said
    assert still_there(below) == set()
    # Nobody waits for the one whose code does not end.
    assert automatic_scores(three).keys() == {"ann", "cat"}
    before = verdict_files(three)
    assert before.keys() == {"ann", "cat"}
    assert unfinished_files(three) == []
    path.write_text(right)
    verdicts = grade(three, "ps1", code=1)
    assert {student_id: verdict["points"] for student_id, verdict in verdicts.items()} == dict.fromkeys(
        ("ann", "bob", "cat"), 3
    )
    # The limits are others than before, so it was judged again.
    again = json.loads(verdict_files(three)["ann"])
    assert again == json.loads(before["ann"]) | {"digest": again["digest"]}
    assert {item["outcome"] for item in cells(verdicts["bob"]).values()} == {"passed"}
