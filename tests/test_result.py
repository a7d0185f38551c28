"""From a planted mistake to the file that a learner takes to the course's pages, by the commands that people use."""

import base64
import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from commands import EX08, OF_STUDENT, autograder, cells, change_gradebook, grade
from conftest import run_nbgrader
from handed_in import hand_in, right_cells, with_versions

from autograder.course import find_course
from autograder.result import result_as_json
from autograder.skeleton import new_exercise
from autograder.verdict import (
    CellVerdict,
    NotebookVerdict,
    Outcome,
    Status,
    Verdict,
    read_verdict,
    verdict_as_json,
)

HOSTILE = "<script>alert(1)</script>\"'&"
# A folder may be called so.
WHO = '<img src=x onerror="alert(1)">'
KNOWN, SLIP = "rope__clockwise", "half_split_permutation__pair_list"
SITE = "../../../site/"
SLUG = "centred"
CENTER = "def center(x):\n    x = np.asarray(x, dtype=float)\n    return x - x.mean()\n"


def result_of(course: Path, student_id: str, assignment: str = EX08) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((course / "feedback" / student_id / assignment / "result.json").read_bytes())
    return found


def as_link(course: Path, student_id: str, assignment: str) -> str:
    """The whole of a result's file, as the page has it."""
    written = (course / "feedback" / student_id / assignment / "result.json").read_bytes()
    return f"data:application/json;base64,{base64.b64encode(written).decode()}"


def links_of(page: str) -> list[str]:
    """Where the links of a page lead that leave it."""
    found: list[str] = []

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(value or "" for name, value in attrs if name in ("href", "src") and (value or "#")[0] != "#")

    Links().feed(page)
    return found


@pytest.fixture(scope="module")
def course(ex08_released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own exercise, handed in with a mistake that comes from a misconception and one that is a slip."""
    root = Path(shutil.copytree(ex08_released, tmp_path_factory.mktemp("results") / "course"))
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.Autograder.site = {SITE!r}\n")
    hand_in(root, "ada", EX08, EX08, with_versions(EX08, "mistakes", KNOWN, SLIP) | {"explain": "It is so."})
    hand_in(root, WHO, EX08, EX08, right_cells(EX08))
    broken = root / "submitted" / "broken" / EX08 / f"{EX08}.ipynb"
    broken.parent.mkdir(parents=True)
    broken.write_text("{")
    grade(root, EX08, code=1)
    return root


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a reference of its own, whose author writes odd things into a diagnosis."""
    root = tmp_path_factory.mktemp("own") / "course"
    (root / "source").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.Autograder.site = 'https://127.0.0.1/a'\n")
    new_exercise(find_course(explicit=root), SLUG)
    mistakes = root / "reference" / SLUG / "mistakes.py"
    text = mistakes.read_text().replace("One mean is taken of the whole table:", f"One mean {HOSTILE}:")
    assert HOSTILE in text
    mistakes.write_text(f"{text}\n\nMISCONCEPTIONS = {{'one-mean-for-all': ('center__over_the_table',)}}\n")
    autograder(root, "release", SLUG)
    hand_in(root, WHO, SLUG, SLUG, {"center": CENTER})
    grade(root, SLUG)
    return root


def test_a_mistake_is_in_the_result_with_its_misconception(course: Path) -> None:
    result = result_of(course, "ada")
    assert {key: result[key] for key in ("format", "version", "assignment", "max_score")} == {
        "format": "autograder/result",
        "version": 1,
        "assignment": EX08,
        "max_score": 20.0,
    }
    verdict = json.loads((course / "autograded" / "ada" / EX08 / "verdict.json").read_bytes())
    by_id = cells(verdict)
    assert result["score"] == verdict["points"]
    assert by_id["rope_values"]["misconception"] == "either-way-is-a-rotation"
    assert [(item["says"][:21], item["misconception"]) for item in result["mistakes"]] == [
        ("The turn is clockwise", "either-way-is-a-rotation"),
        ("This lists the pairs,", None),
    ]
    assert {item["says"] for item in result["mistakes"]} == {cell["diagnosis"] for cell in by_id.values()} - {""}


def test_the_page_links_to_the_misconception_and_to_nothing_else(course: Path) -> None:
    page = (course / "feedback" / "ada" / EX08 / f"{EX08}.html").read_text()
    outward = [link for link in links_of(page) if not link.startswith("data:image/png")]
    assert outward == ["../../../site/m/either-way-is-a-rotation/index.html", as_link(course, "ada", EX08)]
    assert page.count(">Read about it</a>") == 1


def test_a_right_answer_and_a_broken_file_have_a_result_too(course: Path) -> None:
    right, broken = result_of(course, WHO), result_of(course, "broken")
    assert (right["score"], right["max_score"], right["mistakes"]) == (14.0, 20.0, [])
    assert (broken["score"], broken["max_score"], broken["mistakes"]) == (0.0, 20.0, [])
    for name in (WHO, "broken", "ada"):
        data = (course / "feedback" / name / EX08 / "result.json").read_text()
        assert "onerror" not in data
        assert name not in data


def test_points_given_by_hand_count_and_a_lost_result_comes_back(course: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(course, tmp_path / "course"))
    by_hand = "update grade set manual_score = 4.5, needs_manual_grade = 0" + OF_STUDENT
    of_explain = " and cell_id in (select id from base_cell where name = 'explain')"
    assert change_gradebook(root, by_hand + of_explain, "ada") == 1
    before = result_of(root, "ada")
    autograder(root, "feedback", EX08, "--student", "ada")
    assert result_of(root, "ada") == before | {"score": before["score"] + 4.5}
    page = (root / "feedback" / "ada" / EX08 / f"{EX08}.html").read_text()
    assert f"<strong>{before['score'] + 4.5:g}</strong> of 20 points" in page
    written = root / "feedback" / "ada" / EX08 / "result.json"
    kept = written.read_bytes()
    written.unlink()
    autograder(root, "grade", EX08, code=1)
    assert written.read_bytes() == kept


def test_a_hostile_name_and_diagnosis_stay_inert(own: Path) -> None:
    result = result_of(own, WHO, SLUG)
    assert result["mistakes"] == [
        {"says": f"One mean {HOSTILE}: each vector has a mean of its own.", "misconception": "one-mean-for-all"}
    ]
    assert "onerror" not in json.dumps(result)
    page = (own / "feedback" / WHO / SLUG / f"{SLUG}.html").read_text()
    assert "<script" not in page
    assert "<img" not in page
    assert links_of(page) == ["https://127.0.0.1/a/m/one-mean-for-all/index.html", as_link(own, WHO, SLUG)]


def test_check_writes_a_result_where_it_is_told(own: Path, tmp_path: Path) -> None:
    notebook, file = own / "submitted" / WHO / SLUG / f"{SLUG}.ipynb", tmp_path / "new" / "mine.json"
    verdict = json.loads(autograder(own, "check", str(notebook), "--json", "--result", str(file)).stdout)
    result = json.loads(file.read_bytes())
    assert (result["score"], result["max_score"]) == (verdict["points"], verdict["max_points"])
    assert result["mistakes"] == result_of(own, WHO, SLUG)["mistakes"]
    assert [path.name for path in file.parent.iterdir()] == ["mine.json"]
    blocked = tmp_path / "file"
    blocked.touch()
    said = autograder(own, "check", str(notebook), "--result", str(blocked / "x"), code=None)
    assert said.returncode in (2, 3)
    assert "could not be written" in said.stderr.replace("\n", " ")


def test_nbgraders_tools_leave_the_result_alone(course: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(course, tmp_path / "course"))
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.Exchange.root = {str(exchange)!r}\nc.CourseDirectory.course_id = 'x'\n")
    folder = root / "feedback" / "ada" / EX08
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    run_nbgrader(root, "generate_feedback", EX08, "--student", "ada")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    # What nbgrader keeps of a submission that came through its exchange.
    for student in (root / "feedback").iterdir():
        (student / EX08 / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC")
        (student / EX08 / "submission_secret.txt").write_text(f"secret of {student.name}")
    run_nbgrader(root, "release_feedback", EX08)
    assert {path.suffix for path in (exchange / "x" / "feedback").iterdir()} == {".html"}
    assert len(list((exchange / "x" / "feedback").iterdir())) == 3
    run_nbgrader(root, "generate_feedback", EX08, "--student", "ada", "--force")
    autograder(root, "feedback", EX08, "--student", "ada")
    assert (folder / "result.json").read_bytes() == before["result.json"]


# --- the file alone -----------------------------------------------------------------------------------------


def cell(grade_id: str, **more: Any) -> CellVerdict:
    return CellVerdict(grade_id, grade_id, Outcome.FAILED, 0.0, 1.0, **more)


def made(*parts: tuple[CellVerdict, ...], assignment: str = "ps1", score: float = 1.0) -> dict[str, Any]:
    notebooks = tuple(NotebookVerdict(str(number), Status.GRADED, part) for number, part in enumerate(parts))
    verdict = Verdict("ada", assignment, "fork", notebooks)
    text = result_as_json(verdict, score, 2.0)
    assert text == result_as_json(verdict, score, 2.0)
    assert text.isascii()
    assert "ada" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def test_each_mistake_is_there_once_over_all_notebooks() -> None:
    one = cell("a", mistake="f__x", diagnosis="X.", misconception="x-y")
    other = cell("c", mistake="f__z", diagnosis="Z.")
    assert made((one, cell("b")), (one, other))["mistakes"] == [
        {"says": "X.", "misconception": "x-y"},
        {"says": "Z.", "misconception": None},
    ]


@pytest.mark.parametrize("name", ["", "A", "a--b", "-a", "a b", "../m", "javascript:x", "a" * 101, "a\n"])
def test_what_is_no_id_is_left_out(name: str) -> None:
    (mistake,) = made((cell("a", mistake="f__x", diagnosis="X.", misconception=name),))["mistakes"]
    assert mistake["misconception"] is None


def test_a_verdict_from_before_there_were_misconceptions_can_be_read() -> None:
    verdict = Verdict("ada", "ps1", "fork", (NotebookVerdict("n", Status.GRADED, (cell("a", mistake="f__x"),)),))
    record = json.loads(verdict_as_json(verdict))
    del record["notebooks"][0]["cells"][0]["misconception"]
    assert read_verdict(json.dumps(record).encode()) == verdict


def test_the_limits_of_the_format_are_kept() -> None:
    many = tuple(
        cell(str(number), mistake=f"f__{number}", diagnosis="\x1b[31mé\u202e\n" * 3000) for number in range(1001)
    )
    result = made(many, assignment="week 1/é" + "x" * 200, score=float("nan"))
    assert len(result["mistakes"]) == 1000
    assert 1900 < len(result["mistakes"][0]["says"]) <= 2000
    assert not {"\x1b", "\u202e", "\n"} & set(result["mistakes"][0]["says"])
    assert result["assignment"] == "week_1__" + "x" * 92
    assert [made(score=value)["score"] for value in (float("inf"), -1.0, 3)] == [0.0, 0.0, 3.0]
