"""A second run judges what has changed, records what the gradebook lacks, and leaves everything else alone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import OF_STUDENT, autograder, change_gradebook, gradebook_rows, mark_by_hand
from handed_in import hand_in
from situations import HOSTILE

RIGHT = {name: (HOSTILE / "honest" / "right" / f"{name}.py").read_text() for name in ("squares", "sum_of_squares")}
ANSWER = {"sum_of_squares_equation": "$s = 1 + 4 + ...$"}
MARKED = "sum_of_squares_equation"
Change = Callable[[Path, str], object]


def run(course: Path, *arguments: str) -> dict[str, Any]:
    """What one run says of itself. Nobody hands in problem2, so that a human is always needed."""
    return dict(json.loads(autograder(course, "grade", "--json", *arguments, code=1).stdout))


def written(course: Path, step: str) -> dict[str, tuple[int, int]]:
    """Which file lies at each path below a folder, and when it was written, as `student/name`."""
    found = {}
    for path in (course / step).glob("*/ps1/*"):
        status = path.stat()
        found[f"{path.parts[-3]}/{path.name}"] = status.st_ino, status.st_mtime_ns
    return found


def judged_again(course: Path, before: dict[str, tuple[int, int]]) -> set[str]:
    """Whose verdict was written since."""
    now = written(course, "autograded")
    return {name.split("/")[0] for name in now if name.endswith("/verdict.json") and before.get(name) != now[name]}


def raised(course: Path) -> set[str]:
    """Whose answer, marked by hand, is to be looked at again."""
    return {row[0] for row in gradebook_rows(course)["grade"] if row[3] == MARKED and row[7]}


def without_flags(course: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The gradebook, but for what is to be looked at again."""
    rows = gradebook_rows(course)
    return rows | {"grade": [row[:7] for row in rows["grade"]]}


def in_autograded(course: Path, student_id: str, name: str) -> Path:
    return course / "autograded" / student_id / "ps1" / name


def handed_in(course: Path, student_id: str, name: str) -> Path:
    return course / "submitted" / student_id / "ps1" / name


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def poison(course: Path, student_id: str) -> None:
    """Hand in a verdict with full marks that is known by the digest of the true one."""
    own = json.loads(in_autograded(course, student_id, "verdict.json").read_text())
    for cell in own["notebooks"][0]["cells"]:
        cell |= {"points": cell["max_points"], "outcome": "passed"}
    handed_in(course, student_id, "verdict.json").write_text(json.dumps(own | {"points": own["max_points"]}))


NOTHING: dict[str, Change] = {
    "same": lambda course, name: None,
    "read-again": lambda course, name: handed_in(course, name, "problem1.ipynb").touch(),
}
JUDGED: dict[str, Change] = {
    "notebook": lambda course, name: edit(handed_in(course, name, "problem1.ipynb"), "i**2", "i ** 2"),
    "extra": lambda course, name: handed_in(course, name, "data.txt").write_text("1"),
    "timestamp": lambda course, name: handed_in(course, name, "timestamp.txt").write_text("2026-01-02 03:04:05 UTC"),
    "damaged": lambda course, name: edit(in_autograded(course, name, "problem1.ipynb"), "squares", "squarez"),
    "removed": lambda course, name: in_autograded(course, name, "problem1.ipynb").unlink(),
    "no-verdict": lambda course, name: in_autograded(course, name, "verdict.json").unlink(),
    "cut-verdict": lambda course, name: edit(in_autograded(course, name, "verdict.json"), "}\n", ""),
    "old-verdict": lambda course, name: edit(
        in_autograded(course, name, "verdict.json"), '"schema_version": 2', '"schema_version": 1'
    ),
    "wrong": poison,
}
RECORDED: dict[str, Change] = {
    "score": lambda course, name: change_gradebook(course, f"update grade set auto_score = 9{OF_STUDENT}", name),
    "no-grade": lambda course, name: change_gradebook(
        course, f"delete from grade{OF_STUDENT} and manual_score is null", name
    ),
    # Comments of a notebook that was not handed in are nobody's business.
    "auto-comment": lambda course, name: change_gradebook(
        course,
        f"update comment set auto_comment = 'odd'{OF_STUDENT} and cell_id in"
        " (select id from base_cell where name = 'squares')",
        name,
    ),
    "no-comment": lambda course, name: change_gradebook(
        course, f"delete from comment{OF_STUDENT} and manual_comment is null", name
    ),
    "time": lambda course, name: change_gradebook(
        course, "update submitted_assignment set timestamp = '2020-01-01' where student_id = ?", name
    ),
}
PAGES: dict[str, Change] = {
    "no-page": lambda course, name: (course / "feedback" / name / "ps1" / "problem1.html").unlink(),
}
EVERYONE = {**NOTHING, **JUDGED, **RECORDED, **PAGES}


@pytest.fixture(scope="module")
def marked(quickstart_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that was graded and marked by hand; don't write into it."""
    course = Path(shutil.copytree(quickstart_course, tmp_path_factory.mktemp("marked") / "course"))
    shutil.rmtree(course / "submitted", ignore_errors=True)
    # Marks of an own reference; the course's tests need none.
    (course / "reference" / "ps1").mkdir(parents=True)
    (course / "reference" / "ps1" / "solution.py").write_text("SQUARE = 4\n")
    for name in EVERYONE:
        squares = {"squares": "def squares(n):\n    return [n]"} if name == "wrong" else {}
        hand_in(course, name, "ps1", "problem1", {**RIGHT, **ANSWER, **squares})
        handed_in(course, name, "timestamp.txt").write_text("2026-01-01 00:00:00 UTC")
    said = run(course)
    assert (said["judged"], said["unchanged"]) == (len(EVERYONE), 0)
    for name in EVERYONE:
        mark_by_hand(course, name, MARKED)
    return course


@pytest.fixture
def course(marked: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(marked, tmp_path / "course"))


@pytest.fixture
def two(course: Path) -> Path:
    """The same with two of its submissions."""
    for name in EVERYONE:
        if name not in ("same", "wrong"):
            for folder in ("submitted", "autograded", "feedback"):
                shutil.rmtree(course / folder / name)
    return course


def test_each_change_leads_to_just_what_it_needs(course: Path) -> None:
    before, pages, rows = written(course, "autograded"), written(course, "feedback"), without_flags(course)
    scores = [row for row in rows["grade"] if row[0] == "wrong"]
    for name, change in EVERYONE.items():
        assert change(course, name) != 0, f"{name} changes nothing"
    said = run(course)
    assert judged_again(course, before) == set(JUDGED)
    assert (said["judged"], said["unchanged"]) == (len(JUDGED), len(EVERYONE) - len(JUDGED))
    now = written(course, "feedback")
    assert {name.split("/")[0] for name in now if pages.get(name) != now[name]} == {*JUDGED, *PAGES}
    # Scores, comments and times are as they were; only one has another time, which his file says.
    later = without_flags(course)
    different = {row for name in rows for row in {*rows[name]} ^ {*later[name]}}
    assert {row[:2] for row in different} == {("ps1", "timestamp")}, different
    assert scores == [row for row in later["grade"] if row[0] == "wrong"]
    # Who marked an answer looks again only where it was judged again, as nbgrader has it.
    assert raised(course) == set(JUDGED)
    for name in EVERYONE:
        assert not in_autograded(course, name, ".unrecorded").exists()

    # And nothing is left to do.
    rows, before, pages = gradebook_rows(course), written(course, "autograded"), written(course, "feedback")
    said = run(course)
    assert (said["judged"], said["unchanged"]) == (0, len(EVERYONE))
    assert (written(course, "autograded"), written(course, "feedback")) == (before, pages)
    assert gradebook_rows(course) == rows


def hidden_test(course: Path) -> None:
    edit(course / "source" / "ps1" / "problem1.ipynb", "assert squares(1) == [1]", "assert [1] == squares(1)")


def reference(course: Path) -> None:
    edit(course / "reference" / "ps1" / "solution.py", "4", "5")


def data_file(course: Path) -> None:
    (course / "source" / "ps1" / "numbers.csv").write_text("1,2\n")


@pytest.mark.parametrize("change", [hidden_test, reference, data_file])
def test_a_changed_assignment_is_judged_again_for_all(two: Path, change: Callable[[Path], None]) -> None:
    before, rows = written(two, "autograded"), without_flags(two)
    change(two)
    assert run(two)["judged"] == 2
    assert judged_again(two, before) == {"same", "wrong"}
    assert without_flags(two) == rows
    before = written(two, "autograded")
    assert (run(two)["judged"], written(two, "autograded")) == (0, before)


def test_other_limits_and_force(two: Path) -> None:
    rows = without_flags(two)
    assert run(two, "--cell-cpu=7")["judged"] == 2
    assert run(two, "--cell-cpu=7")["judged"] == 0
    assert run(two, "--cell-cpu=7", "--force")["judged"] == 2
    assert run(two, "--cell-cpu=7")["judged"] == 0
    assert without_flags(two) == rows


def test_what_was_cut_short_is_judged_each_time(two: Path) -> None:
    for name, body in {
        "slow": "while True: pass",
        "crash": "import os; os.abort()",
        "hog": "return bytearray(10**13)",
    }.items():
        wrong = {"sum_of_squares": f"def sum_of_squares(n):\n    {body}"}
        hand_in(two, name, "ps1", "problem1", {**RIGHT, **wrong})
    for judged in (5, 3):
        said = run(two, "--cell-cpu=1")
        outcomes = {
            item["student_id"]: {cell["outcome"] for cell in item["notebooks"][0]["cells"]}
            for item in said["submissions"]
        }
        assert "timed_out" in outcomes["slow"]
        assert "crashed" in outcomes["crash"]
        assert "out_of_memory" in outcomes["hog"]
        # The limits are others than before, so the first time it is all of them.
        assert (said["judged"], said["unchanged"]) == (judged, 5 - judged)


def test_what_we_failed_to_judge_is_judged_each_time(two: Path) -> None:
    # The instructor's own solution does not pass this.
    edit(two / "source" / "ps1" / "problem1.ipynb", "assert squares(1) == [1]", "assert squares(1) == [2]")
    for _ in range(2):
        said = run(two)
        assert said["judged"] == 2
        assert "grader_error" in said["overview"][0]["outcomes"]
