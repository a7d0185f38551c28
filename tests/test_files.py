"""Opening what learners hand in, and writing what must not be lost."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import files
from autograder.course import Assignment, Course
from autograder.errors import AutograderError, UnreadableSubmission
from autograder.files import read_file, read_tree, remove_unfinished, write_atomically
from autograder.grade import put_together
from autograder.sandbox import Level
from autograder.submission import read_handed_in


def test_a_regular_file_is_read_up_to_its_cap(tmp_path: Path) -> None:
    path = tmp_path / "-x * , 'ü'.ipynb"
    path.write_bytes(b"12345")
    assert read_file(path, 5) == b"12345"
    with pytest.raises(UnreadableSubmission, match="at most 0 MiB, got"):
        read_file(path, 4)


def test_a_sparse_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.ipynb"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    with pytest.raises(UnreadableSubmission, match=r"big.ipynb must have at most 16 MiB, got 100.0 MiB"):
        read_file(path)


def test_a_file_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of /proc say that they are empty; a growing file says too little."""
    path = tmp_path / "growing"
    path.write_bytes(bytes(100))
    monkeypatch.setattr(files, "_require_regular", lambda *_: None)
    with pytest.raises(UnreadableSubmission, match="at most"):
        read_file(path, 99)


def test_nothing_but_a_regular_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for name, came in [
            ("link", "got a link"),
            ("dangling", "got a link"),
            ("folder", "got a folder"),
            ("pipe", "got a named pipe"),
            ("socket", "got a socket"),
            ("nowhere", "No such file"),
            ("x" * 300, "File name too long"),
            ("nul\0", "cannot be read"),  # Python words it differently from version to version
        ]:
            with pytest.raises(UnreadableSubmission, match=came):
                read_file(tmp_path / name)
    with pytest.raises(UnreadableSubmission, match="got a device"):
        read_file("/dev/zero")


def _submission(tmp_path: Path) -> Path:
    folder = tmp_path / "submitted" / "bob, the *" / "ps1"
    folder.mkdir(parents=True)
    (folder / "problem1.ipynb").write_bytes(b"{}")
    return folder


def test_a_submission_is_its_notebooks_and_its_other_files(tmp_path: Path) -> None:
    folder = _submission(tmp_path)
    (folder / "data").mkdir()
    (folder / "data" / "x.csv").write_bytes(b"1")
    (folder / "helper.py").write_bytes(b"2")
    (folder / "timestamp.txt").write_bytes(b"2020")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "problem1-checkpoint.ipynb").write_bytes(b"old")
    found = read_tree(folder, ["problem1", "problem2"], base=tmp_path / "submitted")
    assert found.notebooks == (("problem1", b"{}"),)
    assert found.extras == (("data/x.csv", b"1"), ("helper.py", b"2"))
    assert found.unreadable == ()
    assert found.notes == ()
    assert found.timestamp == "2020"


@pytest.mark.parametrize("kind", ["none", "link", "long"])
def test_what_is_no_timestamp_is_none(tmp_path: Path, kind: str) -> None:
    folder = _submission(tmp_path)
    (tmp_path / "theirs").write_bytes(b"2020")
    if kind == "link":
        (folder / "timestamp.txt").symlink_to(tmp_path / "theirs")
    elif kind == "long":
        (folder / "timestamp.txt").write_bytes(b"2" * 201)
    found = read_tree(folder, ["problem1"])
    assert found.timestamp is None
    assert found.notes == ()


def test_what_is_no_file_is_a_note_and_stops_nothing(tmp_path: Path) -> None:
    folder = _submission(tmp_path)
    os.mkfifo(folder / "problem2.ipynb")
    (folder / "problem3.ipynb").symlink_to("/etc/passwd")
    (folder / "numpy").symlink_to("/etc")
    os.mkfifo(folder / "data.csv")
    with open(os.fsencode(folder) + b"/\xff.txt", "wb"):
        pass
    found = read_tree(folder, ["problem1", "problem2", "problem3"])
    assert [name for name, _ in found.notebooks] == ["problem1"]
    assert found.unreadable == (
        ("problem2", "problem2.ipynb must be a file, got a named pipe"),
        ("problem3", "problem3.ipynb must be a file, got a link"),
    )
    assert found.extras == ()
    assert len(found.notes) == 3
    assert all("was left out" in note for note in found.notes)


@pytest.mark.parametrize(
    "other",
    [
        "problem1 (1).ipynb",
        "problem1-Copy1.ipynb",
        "Problem1.ipynb",
        "\uff50roblem1.ipynb",
        "problem1 .ipynb",
        "problem1 - copy (2)_copy 3.ipynb",
    ],
)
def test_a_notebook_of_another_name_is_named_when_the_right_one_is_missing(tmp_path: Path, other: str) -> None:
    (tmp_path / other).write_bytes(b"{}")
    found = read_tree(tmp_path, ["problem1"])
    assert found.notebooks == found.extras == ()
    assert len(found.notes) == 1
    assert "problem1.ipynb is missing" in found.notes[0]
    assert other in found.notes[0]


def test_no_name_takes_long_to_compare(tmp_path: Path) -> None:
    name = "copy - " * 30 + "x.ipynb"
    (tmp_path / name).write_bytes(b"{}")
    code = (
        f"from pathlib import Path\nfrom autograder.files import read_tree\nread_tree(Path({str(tmp_path)!r}), ['p'])"
    )
    limited = f"import resource\nresource.setrlimit(resource.RLIMIT_CPU, (5, 5))\n{code}"
    assert subprocess.run([sys.executable, "-c", limited], check=False).returncode == 0


def test_twins_of_a_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "caf\u00e9.ipynb").write_bytes(b"composed")
    (tmp_path / "cafe\u0301.ipynb").write_bytes(b"decomposed")
    found = read_tree(tmp_path, ["caf\u00e9"])
    assert found.notebooks == (("caf\u00e9", b"composed"),)
    assert found.notes == ("notebooks of other names were not graded: 'cafe\u0301.ipynb'",)


def test_a_folder_behind_a_link_is_not_entered(tmp_path: Path) -> None:
    other = _submission(tmp_path)
    mallory = tmp_path / "submitted" / "mallory"
    mallory.symlink_to(other.parent)
    for folder, base in [(mallory / "ps1", tmp_path / "submitted"), (mallory, None)]:
        with pytest.raises(UnreadableSubmission, match="must be a folder, got a file or a link"):
            read_tree(folder, ["problem1"], base=base)
    with pytest.raises(UnreadableSubmission, match="No such file"):
        read_tree(tmp_path / "nobody", ["problem1"])


def test_no_other_students_timestamp_is_taken_through_a_link(tmp_path: Path) -> None:
    course, assignment = Course(tmp_path), Assignment("ps1", (), ())
    theirs = course.path("submitted", "seed", "ps1")
    theirs.mkdir(parents=True)
    (theirs / "timestamp.txt").write_text("2020-01-01 10:00:00 UTC\n")
    mine = course.path("submitted", "eve", "ps1")
    mine.parent.mkdir()
    mine.symlink_to("../seed/ps1")
    of = {
        who: put_together(Level.NONE, assignment, read_handed_in(course, assignment, who), {})
        for who in ("seed", "eve")
    }
    assert of["seed"].timestamp == "2020-01-01 10:00:00 UTC"
    assert of["eve"].timestamp is None
    assert "timestamp.txt" in dict(of["seed"].files)
    assert "timestamp.txt" not in dict(of["eve"].files)


def test_the_caps_hold_and_the_notebook_is_found_anyway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _submission(tmp_path)
    monkeypatch.setattr(files, "MAX_FILES", 5)
    for number in range(10):
        (folder / f"{number}.txt").write_bytes(b"x")
    found = read_tree(folder, ["problem1"])
    assert [name for name, _ in found.notebooks] == ["problem1"]
    assert found.extras == ()
    assert found.notes == ("'.' was left out: a submission may have at most 5 files and folders",)
    monkeypatch.setattr(files, "MAX_FILES", 500)
    monkeypatch.setattr(files, "MAX_TREE", 6)
    found = read_tree(folder, ["problem1"])
    assert [name for name, _ in found.extras] == ["0.txt", "1.txt", "2.txt", "3.txt"]
    deep = folder.joinpath(*"abcdefghijkl")
    deep.mkdir(parents=True)
    (deep / "x").write_bytes(b"x")
    assert any("nested" in note for note in read_tree(folder, ["problem1"]).notes)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "verdict.json"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == ["verdict.json"]
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask


def test_a_link_in_the_way_is_replaced_not_written_through(tmp_path: Path) -> None:
    target = tmp_path / "gradebook.db"
    target.write_bytes(b"grades")
    path = tmp_path / "out.json"
    path.symlink_to(target)
    write_atomically(path, b"x")
    assert target.read_bytes() == b"grades"
    assert path.read_bytes() == b"x"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "verdict.json"
    path.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AutograderError, match=r"verdict.json could not be written: No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["verdict.json"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "autograded").write_bytes(b"")
    with pytest.raises(AutograderError, match=r"autograded.*could not be written"):
        write_atomically(tmp_path / "autograded" / "bob" / "x", b"")


# A process that waits for a line where its file is written and not yet in its place.
SLOW_WRITER = """
import os, sys
from pathlib import Path
from autograder.files import write_atomically

replace = os.replace

def when_told(*arguments):
    print("written", flush=True)
    sys.stdin.readline()
    replace(*arguments)

os.replace = when_told
write_atomically(Path(sys.argv[1]), b"whole", durably=False)
"""


def test_what_another_process_writes_is_not_taken_for_what_one_left(tmp_path: Path) -> None:
    left = tmp_path / f".{'0' * 16}.tmp"
    left.write_bytes(b"half of it")
    line = [sys.executable, "-P", "-c", SLOW_WRITER, str(tmp_path / "verdict.json")]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "written\n"
        remove_unfinished(tmp_path)
        (name,) = os.listdir(tmp_path)
        assert name.endswith(".tmp")
        assert name != left.name
        other.communicate("go on\n")
    assert other.returncode == 0
    assert os.listdir(tmp_path) == ["verdict.json"]
    assert (tmp_path / "verdict.json").read_bytes() == b"whole"


def test_what_a_killed_process_wrote_is_taken_away(tmp_path: Path) -> None:
    line = [sys.executable, "-P", "-c", SLOW_WRITER, str(tmp_path / "verdict.json")]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "written\n"
        other.kill()
    remove_unfinished(tmp_path)
    assert os.listdir(tmp_path) == []


def test_a_file_that_was_taken_away_before_it_was_ours_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(descriptor: object, operation: int) -> None:
        monkeypatch.undo()
        remove_unfinished(tmp_path)
        fcntl.flock(descriptor, operation)  # type: ignore[arg-type]

    monkeypatch.setattr(fcntl, "flock", late)
    write_atomically(tmp_path / "verdict.json", b"whole")
    assert os.listdir(tmp_path) == ["verdict.json"]
