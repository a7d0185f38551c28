"""A made-up class: what it holds, that a seed repeats it, and what grading makes of each kind."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from commands import EX08, autograder, cells, grade

LIMITS = ("--cell-cpu=2", "--cell-wall=4", "--total-cpu=10", "--total-wall=30")


def sample(course: Path, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    done = autograder(course, "sample", "--json", *arguments, code=code)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def tree(course: Path) -> dict[str, bytes]:
    root = course / "submitted"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def course(ex08_released: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ex08_released, tmp_path / "course"))


def test_grading_gives_each_kind_what_it_deserves(course: Path) -> None:
    handed_in = {item["student_id"]: item for item in sample(course, "--learners", "24", "--seed", "5")}
    assert len(handed_in) == 24
    verdicts = grade(course, EX08, *LIMITS, code=None)
    absent = {name for name, item in handed_in.items() if item["what"] == "not handed in"}
    assert verdicts.keys() == handed_in.keys() - absent
    kinds = set()
    for name, verdict in verdicts.items():
        what, versions = handed_in[name]["what"], handed_in[name]["versions"]
        (notebook,) = verdict["notebooks"]
        kinds.add(what)
        if what in ("right", "right, and late", "unusual but right"):
            assert verdict["points"] == 14, (name, what, versions)
        elif what.endswith(("one mistake", "several mistakes")):
            named = {item["mistake"] for item in cells(verdict).values() if item["mistake"]}
            assert verdict["points"] < 14
            assert named == set(versions)
        elif what == "untouched":
            assert {item["outcome"] for item in cells(verdict).values()} == {"not_attempted"}
        elif what == "half finished":
            assert 0 < verdict["points"] < 14
        elif what in ("cut off in the middle", "another file name"):
            assert notebook["status"] in ("unreadable", "missing") or notebook["repairs"]
        else:
            assert verdict["points"] <= 14
    assert {"right", "right, and late", "unusual but right", "one mistake", "several mistakes"} <= kinds
    assert {"untouched", "half finished"} <= kinds
    pages = [path.read_text() for path in (course / "feedback").glob("*/*/*.html")]
    assert len(pages) == len(verdicts)
    # Some answers hold a script, and no page does.
    assert any("&lt; script" in page for page in pages)
    assert not any("<script" in page for page in pages)


def test_the_same_seed_gives_the_same_class(course: Path) -> None:
    first, files = sample(course, "--learners", "9", "--seed", "1"), tree(course)
    shutil.rmtree(course / "submitted")
    assert (sample(course, "--learners", "9", "--seed", "1"), tree(course)) == (first, files)
    shutil.rmtree(course / "submitted")
    sample(course, "--learners", "9", "--seed", "2")
    assert tree(course) != files


def test_nothing_that_was_handed_in_is_replaced(course: Path) -> None:
    mine = course / "submitted" / "bao" / EX08 / "mine.ipynb"
    mine.parent.mkdir(parents=True)
    mine.write_text("my work")
    said = autograder(course, "sample", "--learners", "9", code=2).stderr
    assert "submitted/bao" in said.replace("\n", "")
    assert tree(course) == {f"bao/{EX08}/mine.ipynb": b"my work"}


def test_there_must_be_a_release(course: Path) -> None:
    shutil.rmtree(course / "release")
    assert f"autograder release {EX08}" in autograder(course, "sample", code=2).stderr.replace("\n", " ")
    assert not (course / "submitted").exists()


def test_a_class_may_be_larger_than_our_list_of_names(course: Path) -> None:
    handed_in = sample(course, "--learners", "60")
    assert len({item["student_id"] for item in handed_in}) == 60


def test_another_course_without_known_versions_gets_a_class_too(quickstart: Path) -> None:
    handed_in = sample(quickstart, "ps1", "--learners", "12", "--seed", "3")
    verdicts = grade(quickstart, "ps1", *LIMITS, code=None)
    right = [item["student_id"] for item in handed_in if item["what"].startswith("right")]
    assert right
    assert all(verdicts[name]["points"] == verdicts[name]["max_points"] for name in right)
