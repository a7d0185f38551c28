"""A large class is looked at by several processes: what they find is what one would, and they wait for who wants it."""

import shutil
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder import standing
from autograder.course import Assignment, Course, find_course, load_assignment
from autograder.grade import GradedSubmission, write_files
from autograder.standing import UNRECORDED, Standing, Work, standing_verdicts
from autograder.submission import read_handed_in
from autograder.verdict import VERDICT_FILE, CellVerdict, NotebookVerdict, Outcome, Status, Verdict

STAMP = b"stamp"
STUDENTS = tuple(f"s{number}" for number in range(7))


@pytest.fixture
def course(quickstart_course: Path, tmp_path: Path) -> Course:
    """A course of which everybody has a verdict on what was handed in."""
    root = Path(shutil.copytree(quickstart_course, tmp_path / "course"))
    course = find_course(explicit=root)
    assignment = load_assignment(course, "ps1")
    for student_id in STUDENTS:
        shutil.copytree(root / "release" / "ps1", course.path("submitted", student_id, "ps1"))
        judge(course, assignment, student_id, Outcome.PASSED)
    return course


def judge(course: Course, assignment: Assignment, student_id: str, outcome: Outcome, **changes: Any) -> None:
    """Write the files of a verdict, as a run leaves them that the gradebook has taken."""
    submitted = read_handed_in(course, assignment, student_id)
    verdict = Verdict(
        student_id,
        "ps1",
        "fork",
        (NotebookVerdict("problem1", Status.GRADED, (CellVerdict("squares", "Squares", outcome, 1.0, 1.0),)),),
        digest=submitted.digest(STAMP),
    )
    write_files(course, GradedSubmission(replace(verdict, **changes), (), None))
    (course.path("autograded", student_id, "ps1") / UNRECORDED).unlink()


def found(course: Course) -> list[tuple[Work, Standing | None]]:
    assignment = load_assignment(course, "ps1")
    work = [Work(assignment, student_id) for student_id in STUDENTS]
    with standing_verdicts(course, work, {"ps1": STAMP}) as chunks:
        return [item for chunk in chunks for item in chunk]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done for thousands, for a few on two cores."""
    monkeypatch.setattr(standing, "_MANY", 1)
    monkeypatch.setattr(standing, "_CHUNK", 2)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})


def test_processes_find_what_one_finds(course: Course, request: pytest.FixtureRequest) -> None:
    assignment = load_assignment(course, "ps1")
    verdict_file = course.path("autograded", "s1", "ps1") / VERDICT_FILE
    verdict_file.write_bytes(verdict_file.read_bytes().replace(b'"passed"', b'"odd"'))
    judge(course, assignment, "s2", Outcome.CRASHED)
    judge(course, assignment, "s3", Outcome.PASSED, files=(("problem1.ipynb", 64 * "0"),))
    (course.path("submitted", "s4", "ps1") / "problem1.ipynb").write_text("{}")
    (course.path("autograded", "s5", "ps1") / UNRECORDED).touch()
    alone = found(course)
    request.getfixturevalue("many")
    together = found(course)
    assert [(work.student_id, item) for work, item in together] == [(work.student_id, item) for work, item in alone]
    stand = {work.student_id: item for work, item in together if item is not None}
    assert set(stand) == {"s0", "s5", "s6"}
    assert [name for name, item in stand.items() if item.is_unrecorded] == ["s5"]
    assert all(item.verdict.student_id == name for name, item in stand.items())


@pytest.mark.usefixtures("many")
def test_no_more_is_looked_at_than_somebody_soon_wants(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def submit(_: ProcessPoolExecutor, call: Any, *arguments: Any) -> Future[Any]:
        asked.extend(arguments[3])
        done: Future[Any] = Future()
        done.set_result(call(*arguments))
        return done

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    monkeypatch.setattr(standing, "_AHEAD", 1)
    assignment = load_assignment(course, "ps1")
    work = [Work(assignment, student_id) for student_id in STUDENTS]
    with standing_verdicts(course, work, {"ps1": STAMP}) as chunks:
        assert asked == list(STUDENTS[:4])
        assert [item.student_id for item, _ in next(chunks)] == list(STUDENTS[:2])
        assert asked == list(STUDENTS[:6])
        rest = [item.student_id for chunk in chunks for item, _ in chunk]
    assert rest == list(STUDENTS[2:])
    assert asked == list(STUDENTS)
