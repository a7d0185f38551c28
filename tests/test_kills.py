"""Killed at any moment: the next run goes on, no verdict is lost or doubled, files and gradebook agree."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from commands import autograder, command, environment, gradebook_rows, mark_by_hand, unfinished_files, verdict_files
from handed_in import hand_in
from processes import descendants, sandboxed, waiting_for
from situations import HOSTILE

from autograder.sandboxed import isolation

RIGHT = {name: (HOSTILE / "honest" / "right" / f"{name}.py").read_text() for name in ("squares", "sum_of_squares")}
MARKED = "sum_of_squares_equation"
CLASS = ("ann", "bob", "cat", "dan", "eve")

# What a kill at a certain place needs: our command, in which one function ends the process at its n-th call.
DRIVER = """
import importlib, os, signal, sys

place, count = sys.argv.pop(1), int(sys.argv.pop(1))
module, _, path = place.partition(":")
owner = importlib.import_module(module)
*inner, name = path.partition("+")[0].split(".")
for part in inner:
    owner = getattr(owner, part)
after, spill = "+after" in path, "+spill" in path
original, calls = getattr(owner, name), 0


def until_killed(*arguments, **named):
    global calls
    calls += 1
    if calls < count:
        return original(*arguments, **named)
    if spill:
        # Pages that find no room in memory are in the file before the commit, and their old text in a journal.
        arguments[1].exec_driver_sql("PRAGMA cache_size = 1")
    if after:
        original(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)


setattr(owner, name, until_killed)
from autograder.cli import main

main()
"""
PLACES = {
    # Five files a submission: a mark, the notebook, a picture, the time, the verdict; then pages. Its n-th file is
    # written, but not yet in its place.
    **{f"at-file-{number}": ("os:replace", number) for number in (1, 3, 5, 7, 10)},
    "judged-no-files": ("autograder.grade:write_files", 2),
    "files-no-commit": ("autograder.gradebook:GradebookWriter.write", 1),
    "second-batch": ("autograder.gradebook:GradebookWriter.write", 2),
    "before-the-commit": ("autograder.gradebook:GradebookWriter._write+after", 2),
    "half-on-disk": ("autograder.gradebook:GradebookWriter._write+after+spill", 2),
    "committed": ("autograder.gradebook:GradebookWriter.write+after", 2),
    "before-pages": ("autograder.handback:write_feedback", 1),
    "between-pages": ("autograder.handback:feedback_page", 4),
    "secret": ("os:link", 1),
}


@pytest.fixture(autouse=True)
def _orphans_are_ours() -> Iterator[None]:
    """What a killed command leaves behind becomes a child of this process: nothing can hide."""
    isolation.prctl(isolation.PR_SET_CHILD_SUBREAPER, 1)
    before = descendants(os.getpid())
    yield
    left = nobody_left(before)
    isolation.prctl(isolation.PR_SET_CHILD_SUBREAPER, 0)
    assert left == set()


def nobody_left(before: set[tuple[int, str]], seconds: float = 20) -> set[tuple[int, str]]:
    """Who is still there when all should be gone."""
    deadline, turn = time.monotonic() + seconds, threading.Event()
    while left := descendants(os.getpid()) - before:
        if time.monotonic() > deadline:
            break
        turn.wait(0.02)
    return left


def resubmit(course: Path) -> None:
    """Ann and bob hand in other written answers: their points stay, but who marked them must look again."""
    for student_id in ("ann", "bob"):
        shutil.rmtree(course / "submitted" / student_id)
        submit(course, student_id, "$1 + 4 + 9$")


def submit(course: Path, student_id: str, answer: str) -> None:
    path = hand_in(course, student_id, "ps1", "problem1", {**RIGHT, MARKED: answer})
    path.with_name("timestamp.txt").write_text("2026-01-01 00:00:00 UTC")


@pytest.fixture(scope="module")
def started(quickstart_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two of five were graded and marked, and have handed in again since; don't write into it."""
    course = Path(shutil.copytree(quickstart_course, tmp_path_factory.mktemp("started") / "course"))
    shutil.rmtree(course / "submitted", ignore_errors=True)
    for student_id in ("ann", "bob"):
        submit(course, student_id, "$?$")
    autograder(course, "grade", code=1)
    for student_id in ("ann", "bob"):
        mark_by_hand(course, student_id, MARKED)
    resubmit(course)
    for student_id in CLASS[2:]:
        submit(course, student_id, "$s$")
    return course


def state(course: Path) -> dict[str, Any]:
    """All that grading leaves: rows without ids, and the bytes of files."""
    folders = (course / "autograded", course / "feedback")
    return {
        "rows": gradebook_rows(course),
        "files": {
            str(path.relative_to(course)): path.read_bytes()
            for folder in folders
            for path in folder.rglob("*")
            if path.is_file()
        },
    }


@pytest.fixture(scope="module")
def undisturbed(started: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    course = Path(shutil.copytree(started, tmp_path_factory.mktemp("undisturbed") / "course"))
    autograder(course, "grade", code=1)
    found = state(course)
    assert verdict_files(course).keys() == {*CLASS}
    # The test of the tests: what a human must look at again is not what he has seen.
    assert {row[0] for row in found["rows"]["grade"] if row[3] == MARKED and row[5] and row[7]} == {"ann", "bob"}
    return found


def require_as_undisturbed(course: Path, undisturbed: dict[str, Any]) -> None:
    found = state(course)
    assert found["rows"] == undisturbed["rows"]
    assert found["files"].keys() == undisturbed["files"].keys()
    for name, data in found["files"].items():
        assert data == undisturbed["files"][name], name
    assert unfinished_files(course) == []


@pytest.mark.parametrize("place", PLACES)
def test_the_coordinator_is_killed_at(place: str, started: Path, tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    course = Path(shutil.copytree(started, tmp_path / "course"))
    if place == "secret":
        # The secret of its own is part of what an undisturbed run would make.
        shutil.rmtree(course / ".autograder")
    before = descendants(os.getpid())
    where, count = PLACES[place]
    done = subprocess.run(
        [sys.executable, "-P", "-c", DRIVER, where, str(count), "grade", "--workers=2"],
        cwd=course,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr
    assert nobody_left(before) == set()
    if place == "half-on-disk":
        assert (course / "gradebook.db-journal").stat().st_size > 0
    autograder(course, "grade", code=1)
    if place == "secret":
        assert verdict_files(course).keys() == {*CLASS}
        assert [path.name for path in (course / ".autograder").iterdir() if path.suffix != ".tmp"] == ["secret"]
        return
    require_as_undisturbed(course, undisturbed)


def test_twenty_kills_at_random_moments(started: Path, tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    chance = random.Random(20)
    course, kills, rounds = tmp_path / "course", 0, 0
    while kills < 20:
        shutil.rmtree(course, ignore_errors=True)
        shutil.copytree(started, course)
        rounds += 1
        goes_on = True
        while goes_on:
            # The last kill is followed by a run to its end.
            killed = kills < 20 and killed_after(course, chance.randint(0, 12), tmp_path)
            kills += killed
            goes_on = killed
        if kills == 20:
            autograder(course, "grade", code=1)
        require_as_undisturbed(course, undisturbed)
    assert rounds < 20


def killed_after(course: Path, files: int, home: Path) -> bool:
    """Grade until so many files were written, and kill the coordinator then; False if it ended before."""
    before = descendants(os.getpid())
    seen = written(course)
    process = subprocess.Popen(
        command("grade", "--workers=2"),
        cwd=course,
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    # With none to wait for, once it has processes of its own.
    while process.poll() is None and not (len(written(course) - seen) >= files and (files or descendants(process.pid))):
        assert time.monotonic() < deadline
    process.kill()
    assert process.wait() in (1, -signal.SIGKILL)
    assert nobody_left(before) == set()
    return process.returncode != 1


def written(course: Path) -> set[tuple[str, int]]:
    """The files that grading has left so far, the unfinished ones too."""
    found = set()
    for step in ("autograded", "feedback"):
        for path in (course / step).rglob("*"):
            with suppress(OSError):
                if path.is_file():
                    found.add((str(path), path.stat().st_ino))
    return found


# Our command, which says when it is at its n-th file, and waits for a line before that is in its place.
WAITING = """
import os, sys

count, replace = int(sys.argv.pop(1)), os.replace


def when_told(*arguments):
    global count
    count -= 1
    if count == 0:
        print("waiting", flush=True)
        sys.stdin.readline()
    replace(*arguments)


os.replace = when_told
from autograder.cli import main

main()
"""


def test_two_runs_at_once(started: Path, tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    course = Path(shutil.copytree(started, tmp_path / "course"))
    with subprocess.Popen(
        [sys.executable, "-P", "-c", WAITING, "2", "grade", "--workers=2"],
        cwd=course,
        env=environment(tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "waiting\n"
        assert len(unfinished_files(course)) == 1
        autograder(course, "grade", code=1)
        printed, _ = first.communicate("go on\n")
    assert first.returncode == 1, printed
    require_as_undisturbed(course, undisturbed)


def test_a_gradebook_that_can_not_grow(started: Path, tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    course = Path(shutil.copytree(started, tmp_path / "course"))
    before, size = descendants(os.getpid()), (course / "gradebook.db").stat().st_size
    # No file may be larger than it is now: what a quota, or a full disk, says to the database alone.
    done = subprocess.run(
        ["prlimit", f"--fsize={size}", *command("grade", "--json")],
        cwd=course,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stdout + done.stderr
    (said,) = done.stderr.splitlines()
    assert said.startswith(f"The gradebook {course / 'gradebook.db'} cannot be written, the disk ")
    assert nobody_left(before) == set()
    autograder(course, "grade", code=1)
    require_as_undisturbed(course, undisturbed)


@pytest.mark.parametrize("what", ["zygote", "fork"])
@pytest.mark.parametrize("role", ["worker", "judge"])
def test_a_process_of_the_sandbox_is_killed(
    role: str, what: str, started: Path, tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    course = Path(shutil.copytree(started, tmp_path / "course"))
    seen = written(course)
    process = subprocess.Popen(
        command("grade", "--json", "--workers=2"),
        cwd=course,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for _ in waiting_for(process, 90):
            warm, forks = sandboxed(process.pid, role)
            # Not the reference's: with that, nothing would be graded.
            if forks and written(course) - seen:
                with suppress(ProcessLookupError):
                    os.kill(warm[0] if what == "zygote" else forks[-1], signal.SIGKILL)
                    break
        printed, said = process.communicate(timeout=120)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 1, said
    assert json.loads(printed)["problems"] == []
    require_as_undisturbed(course, undisturbed)
