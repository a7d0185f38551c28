"""Every golden submission is graded in one batch, from the command line, and gets the verdict it must get.

What grading leaves is then read as people read it: in a browser, in a terminal, in a spreadsheet.
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import pty
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import termios
import unicodedata
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from harm import everything, orphans
from nbconvert.exporters import HTMLExporter
from situations import NOTEBOOK, Situation, situations
from test_feedback import nothing_acts

from autograder.sanitize import picture

ROOT = Path(__file__).parents[1]
ALL = situations()
# Time is limited by what honest work never comes near to, on a busy machine too; few situations wait for the wall.
LIMITS = ["--cell-cpu=2", "--cell-wall=10", "--total-cpu=12", "--total-wall=60", "--memory=768"]
NEIGHBOUR = "~right"
# Kinds whose submissions do harm while they are graded; the others could at most mislead who reads them.
HARMFUL = {"others", "resources", "escape", "wire"}

pytestmark = pytest.mark.xdist_group("situations")


def surroundings(course: Path) -> dict[str, str]:
    """The environment of a command in a course, with temporary files of its own."""
    scratch = course.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    return {**os.environ, "HOME": str(course.parent), "TMPDIR": str(scratch), "COLUMNS": "160"}


def run_autograder(course: Path, *arguments: str, ok: tuple[int, ...] = (0, 1)) -> subprocess.CompletedProcess[str]:
    """Run our command in a course as an instructor would."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "autograder", *arguments, "--course", str(course)],
        cwd=course,
        env=surroundings(course),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in ok, done.stdout[-3000:] + done.stderr[-3000:]
    return done


@pytest.fixture(scope="session")
def ex08_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own course with ex08 released."""
    folder = tmp_path_factory.mktemp("ours") / "course"
    shutil.copytree(ROOT / "source" / "ex08_rope_rotation", folder / "source" / "ex08_rope_rotation")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    run_autograder(folder, "release", "ex08_rope_rotation", ok=(0,))
    return folder


@pytest.fixture(scope="session")
def released(ex08_course: Path, quickstart_course: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The courses that have situations; those under tests/courses are released by our own command."""
    found = {"quickstart": quickstart_course, "ex08": ex08_course}
    for config in sorted((ROOT / "tests" / "courses").glob("*/nbgrader_config.py")):
        folder = tmp_path_factory.mktemp("courses") / config.parent.name
        found[folder.name] = Path(shutil.copytree(config.parent, folder))
        run_autograder(folder, "release", ok=(0,))
    return {kind: course for kind, course in found.items() if any(item.course == kind for item in ALL)}


@dataclass(frozen=True)
class Batch:
    """One `autograder grade` over all situations of a course, and what it left."""

    course: Path
    code: int
    verdicts: dict[str, dict[str, Any]]
    problems: dict[str, str]
    changed: set[str]
    processes: list[str]

    def autograded(self, student_id: str) -> Path:
        """Where nbgrader looks for what became of the submission."""
        return self.course / "autograded" / student_id / NOTEBOOK[self.course.name][0]


@pytest.fixture(scope="session")
def batches(released: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Batch]:
    """The situations of each course, graded all at once; after each that does harm comes a right submission."""
    folder = tmp_path_factory.mktemp("situations")
    (folder / "scratch").mkdir()
    right = next(item for item in ALL if item.name == "right")
    found = {}
    for kind, original in released.items():
        course = Path(shutil.copytree(original, folder / kind))
        chosen = [item for item in ALL if item.course == kind]
        for item in chosen:
            item.submit(course)
            if item.course == right.course and item.kind in HARMFUL:
                replace(right, student_id=item.student_id + NEIGHBOUR).submit(course)
        before = everything(course.parent)
        with orphans() as left:
            done = run_autograder(course, "grade", NOTEBOOK[kind][0], "--json", *LIMITS)
        after = everything(course.parent)
        report = json.loads(done.stdout)
        found[kind] = Batch(
            course=course,
            code=done.returncode,
            verdicts={item["student_id"]: item for item in report["submissions"]},
            problems={item["student_id"]: item["problem"] for item in report["problems"]},
            changed={path for path in before | after if before.get(path) != after.get(path)},
            processes=left,
        )
    return found


@pytest.fixture(params=sorted({item.course for item in ALL}))
def batch(request: pytest.FixtureRequest, batches: dict[str, Batch]) -> Batch:
    """The situations of one course."""
    return batches[request.param]


def test_each_kind_has_submissions_and_no_two_share_a_name() -> None:
    assert {name for name, count in Counter(item.name for item in ALL).items() if count > 1} == set()
    kinds = Counter(item.kind for item in ALL)
    assert {kind: count for kind, count in kinds.items() if count < 6} == {}
    assert len(ALL) - kinds["honest"] >= 80


@pytest.mark.parametrize("situation", [pytest.param(item, id=item.name) for item in ALL])
def test_situation(situation: Situation, batches: dict[str, Batch]) -> None:
    batch = batches[situation.course]
    verdict = batch.verdicts[situation.student_id]
    situation.check(verdict)
    if situation.course == "quickstart":
        assert verdict["max_points"] == 3.0
    assert verdict["level"] == "fork"
    if situation.same_as is not None:
        other = next(item for item in ALL if item.name == situation.same_as)
        assert verdict["points"] == batch.verdicts[other.student_id]["points"]
    problem = batch.problems.get(situation.student_id, "")
    assert situation.expect.get("problem", "") in problem
    assert bool(problem) is ("problem" in situation.expect)


def test_the_right_submission_after_each_that_does_harm_has_full_marks(batches: dict[str, Batch]) -> None:
    batch = batches["quickstart"]
    neighbours = [verdict for student_id, verdict in batch.verdicts.items() if student_id.endswith(NEIGHBOUR)]
    assert len(neighbours) == sum(item.kind in HARMFUL for item in ALL if item.course == "quickstart")
    assert {verdict["student_id"] for verdict in neighbours if verdict["points"] != verdict["max_points"]} == set()


def test_the_batch_asks_for_a_human_where_something_could_not_be_read_or_recorded(batch: Batch) -> None:
    notebooks = [part for verdict in batch.verdicts.values() for part in verdict["notebooks"]]
    unread = any(part["status"] != "graded" for part in notebooks)
    ours = any(cell["outcome"] == "grader_error" for part in notebooks for cell in part["cells"])
    assert batch.code == int(unread or ours or bool(batch.problems))


def test_nothing_changed_but_what_grading_writes(batch: Batch) -> None:
    ours = tuple(f"{batch.course.name}/{name}" for name in ("autograded", "feedback", "gradebook.db", ".autograder"))
    assert {path for path in batch.changed if not path.startswith(ours)} == set()


def test_nothing_on_a_feedback_page_acts(batch: Batch) -> None:
    pages = list((batch.course / "feedback").rglob("*.html"))
    assert len(pages) == sum(len(verdict["notebooks"]) for verdict in batch.verdicts.values())
    for page in pages:
        text = page.read_text()
        nothing_acts(text)
        assert len(text) < 2**21


def test_nothing_is_written_where_everybody_may_write(batches: dict[str, Batch]) -> None:
    assert batches["quickstart"].verdicts["harm-write"]["points"] == 3.0
    assert not [folder for folder in ("/", "/tmp", "/dev/shm", "/var/tmp") if Path(folder, "harm-was-here").exists()]


def test_no_process_is_left(batch: Batch) -> None:
    assert batch.processes == []


def test_each_submission_has_its_verdict_on_disk_beside_nothing_else_of_the_learner(batch: Batch) -> None:
    assignment, _ = NOTEBOOK[batch.course.name]
    data = {path.name for path in (batch.course / "source" / assignment).iterdir() if path.suffix != ".ipynb"}
    for student_id, verdict in batch.verdicts.items():
        folder = batch.autograded(student_id)
        assert json.loads((folder / "verdict.json").read_text()) == verdict
        graded = {f"{part['notebook']}.ipynb" for part in verdict["notebooks"] if part["status"] == "graded"}
        assert {path.name for path in folder.iterdir()} - data - {"timestamp.txt"} == {"verdict.json", *graded}
        assert all((folder / name).stat().st_size < 2**20 for name in graded)


def test_the_gradebook_holds_every_submission_whose_id_it_can_hold(batch: Batch) -> None:
    query = (
        "SELECT s.student_id, count(g.id), total(g.auto_score) FROM submitted_assignment s "
        "JOIN submitted_notebook n ON n.assignment_id = s.id JOIN grade g ON g.notebook_id = n.id GROUP BY s.id"
    )
    with closing(sqlite3.connect(batch.course / "gradebook.db")) as database:
        rows = {student_id: (count, points) for student_id, count, points in database.execute(query)}
    refused = {student_id for student_id, problem in batch.problems.items() if "student id" in problem}
    assert set(rows) == set(batch.verdicts) - refused
    assert len({count for count, _ in rows.values()}) == 1
    assert {student_id: points for student_id, (_, points) in rows.items()} == {
        student_id: verdict["points"] for student_id, verdict in batch.verdicts.items() if student_id not in refused
    }


# --- what formgrader shows ------------------------------------------------------------------------------------

# Joiners, and signs that stand before numbers, are part of how some languages are written.
WRITTEN = "\u200c\u200d\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
WRITTEN += "".join(map(chr, (*range(0x600, 0x606), *range(0x13430, 0x13440))))
_SHOWN = {"stream", "error", "display_data", "execute_result"}


def unseen(text: str) -> set[str]:
    """Characters that act on a reader or can't be seen."""
    acts = {"Cc", "Cf", "Cs"}
    return {character for character in text if unicodedata.category(character) in acts} - {"\n", "\t", *WRITTEN}


def test_an_autograded_notebook_holds_only_plain_text_pictures_and_disarmed_markdown(batch: Batch) -> None:
    assignment, _ = NOTEBOOK[batch.course.name]
    for path in (batch.course / "autograded").rglob("*.ipynb"):
        original = json.loads((batch.course / "source" / assignment / path.name).read_text())
        instructors = {"".join(cell["source"]) for cell in original["cells"]}
        instructors |= {"".join(text) for text in released_texts(batch.course, assignment, path.name)}
        notebook = json.loads(path.read_text())
        assert set(notebook) == {"cells", "metadata", "nbformat", "nbformat_minor"}
        assert notebook["metadata"].get("kernelspec", {}) == original["metadata"].get("kernelspec", {})
        assert set(notebook["metadata"]) <= {"kernelspec", "language_info"}
        for cell in notebook["cells"]:
            shows_only_text_and_pictures(cell, instructors)


def shows_only_text_and_pictures(cell: dict[str, Any], instructors: set[str]) -> None:
    """A cell of an autograded notebook of which nothing acts in formgrader but what the instructor wrote."""
    assert cell["cell_type"] in ("code", "markdown", "raw")
    assert set(cell["metadata"]) <= {"nbgrader"}, cell
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", cell["id"])
    for bundle in cell.get("attachments", {}).values():
        assert all(picture(mime, data) == data for mime, data in bundle.items()), cell
    for output in cell.get("outputs", ()):
        only_text_and_pictures(output)
    if cell["source"] in instructors:
        return
    assert unseen(cell["source"]) == set(), cell
    if cell["cell_type"] == "markdown":
        address = r"(?!https?://|mailto:|#|attachment:picture-\d+\))"
        assert not re.search(rf"<[A-Za-z/!?]|\]\({address}", cell["source"]), cell


def released_texts(course: Path, assignment: str, name: str) -> list[Any]:
    """The texts that learners get."""
    released = json.loads((course / "release" / assignment / name).read_text())
    return [cell["source"] for cell in released["cells"]]


def only_text_and_pictures(output: dict[str, Any]) -> None:
    """An output that a browser shows and does not run."""
    assert output["output_type"] in _SHOWN
    assert set(output) <= {"output_type", "name", "text", "data", "metadata", "execution_count"} | {
        "ename",
        "evalue",
        "traceback",
    }
    assert output.get("metadata", {}) == {}
    for mime, data in output.get("data", {}).items():
        assert mime == "text/plain" or picture(mime, data) == data
    texts = [output.get(key, "") for key in ("text", "ename", "evalue")] + output.get("traceback", [])
    assert unseen("".join([*texts, output.get("data", {}).get("text/plain", "")])) == set()


class Acting(HTMLParser):
    """Counts what acts in a page: elements, attributes that are scripts, and addresses."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "link", "base", "meta", "form", "input", "button", "iframe", "object", "embed"}:
            self.found[tag] += 1
        if tag in {"svg", "math", "video", "audio", "details", "template", "textarea", "select", "title"}:
            self.found[tag] += 1
        for name, value in attrs:
            address = (value or "").strip().casefold()
            if name.startswith("on") or name in ("srcdoc", "action", "formaction"):
                self.found[f"{tag} {name}"] += 1
            # A link to the web is followed by who clicks on it; a picture is fetched by whoever looks.
            inert = ("#", "http://", "https://", "mailto:") if name == "href" else ("data:image/png", "data:image/jpeg")
            if name in ("href", "src") and not address.startswith(inert):
                self.found[f"{tag} {name} {address}"] += 1


@pytest.fixture(scope="module")
def acts_in_the_right_one(batches: dict[str, Batch]) -> Counter[str]:
    """What acts in formgrader's page of a submission with nothing in it but answers: nbconvert's own."""
    return Acting(formgraders_page(batches["quickstart"], "right")).found


def formgraders_page(batch: Batch, student_id: str) -> str:
    """The autograded notebook as a page, made of the same exporter that formgrader has."""
    _, name = NOTEBOOK[batch.course.name]
    notebook = nbformat.read(batch.autograded(student_id) / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    return str(page)


@pytest.mark.parametrize(
    "situation", [pytest.param(item, id=item.name) for item in ALL if item.kind in ("pages", "terminal")]
)
def test_nothing_of_a_learner_acts_in_formgrader(
    situation: Situation, batches: dict[str, Batch], acts_in_the_right_one: Counter[str]
) -> None:
    page = formgraders_page(batches[situation.course], situation.student_id)
    assert Acting(page).found == acts_in_the_right_one
    assert len(page) < 2**22


# --- what a terminal shows ------------------------------------------------------------------------------------

# What rich itself sends: styles, and how its bar goes back to the line's start, up a line and clears it.
_RICHS_OWN = re.compile(r"\x1b\[(?:[0-9;]*m|1A|2K|\?25[lh])")
# What the learners of tests/hostile/terminal send to be found by: a colour that rich does not use, its markup.
_TRIED = ("\x1b[38;5;201m", "\x1b[7m")


def on_a_terminal(course: Path, *arguments: str) -> str:
    """What our command writes to a terminal of 300 columns, its errors and its bar too."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 300, 0, 0))
    environment = {**surroundings(course), "TERM": "xterm-256color", "COLUMNS": "300", "LINES": "50"}
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "CI"):
        environment.pop(name, None)
    command = [sys.executable, "-P", "-m", "autograder", *arguments, "--course", str(course)]
    written = bytearray()
    with subprocess.Popen(command, cwd=course, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as running:
        os.close(theirs)
        # A terminal whose last writer has gone answers with an error.
        with suppress(OSError):
            while part := os.read(ours, 2**16):
                written += part
    os.close(ours)
    text = written.decode()
    assert running.returncode in (0, 1), text
    return text


def test_nothing_of_a_learner_acts_on_the_terminal(released: dict[str, Path], tmp_path: Path) -> None:
    course = Path(shutil.copytree(released["quickstart"], tmp_path / "course"))
    chosen = [item for item in ALL if item.course == "quickstart" and item.kind == "terminal"]
    for item in chosen:
        item.submit(course)
    assignment, notebook = NOTEBOOK["quickstart"]
    shown = {"grade": on_a_terminal(course, "grade", assignment, *LIMITS)}
    shown["report"] = on_a_terminal(course, "report", assignment)
    shown["export"] = on_a_terminal(course, "export", assignment)
    for item in chosen:
        path = course / "submitted" / item.student_id / assignment / f"{notebook}.ipynb"
        shown[item.name] = on_a_terminal(course, "check", str(path), "--assignment", assignment)
    for command, text in shown.items():
        # The learners' own bells and tabs would be among what is left.
        assert unseen(_RICHS_OWN.sub("", text)) <= {"\r"}, command
        assert [tried for tried in _TRIED if tried in text] == [], command
    # Markup is shown to the letter, and no table's row is written over.
    assert "[reverse]eve[link=http:x]:skull:[@click=acted][bold" in shown["grade"]
    assert "[reverse]acted[/reverse][/no-such-tag]" in shown["terminal-messages"]
    assert len(re.findall(r"ps1 +│ +[0-9.]+ / 3 ", shown["grade"])) == len(chosen)


# --- what a spreadsheet shows ---------------------------------------------------------------------------------

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def test_exported_grades_hold_no_formula_wherever_a_spreadsheet_splits(batch: Batch, tmp_path: Path) -> None:
    table = tmp_path / "grades.csv"
    run_autograder(batch.course, "export", NOTEBOOK[batch.course.name][0], "--to", str(table), ok=(0,))
    text = table.read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    refused = {student_id for student_id, problem in batch.problems.items() if "student id" in problem}
    assert len(rows) == len(batch.verdicts) - len(refused)
    assert unseen(text) <= {"\r"}
    for row in rows:
        cells = [cell.strip() for value in row.values() for cell in re.split(r"[;\t]", value)]
        assert [cell for cell in cells if cell.startswith(_FORMULA)] == []
