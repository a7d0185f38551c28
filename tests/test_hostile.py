"""Every golden submission is graded in one batch, from the command line, and gets the verdict it must get."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from situations import NOTEBOOK, Situation, situations
from test_feedback import nothing_acts

ROOT = Path(__file__).parents[1]
ALL = situations()
# Time is limited by what honest work never comes near to, on a busy machine too; few situations wait for the wall.
LIMITS = ["--cell-cpu=2", "--cell-wall=10", "--total-cpu=12", "--total-wall=60", "--memory=768"]
NEIGHBOUR = "~right"
# Kinds whose submissions do harm while they are graded; the others could at most mislead who reads them.
HARMFUL = {"others", "resources", "escape", "wire"}
PR_SET_CHILD_SUBREAPER = 36

pytestmark = pytest.mark.xdist_group("situations")


def run_autograder(course: Path, *arguments: str, ok: tuple[int, ...] = (0, 1)) -> subprocess.CompletedProcess[str]:
    """Run our command in a course as an instructor would."""
    scratch = course.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    environment = {**os.environ, "HOME": str(course.parent), "TMPDIR": str(scratch), "COLUMNS": "160"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "autograder", *arguments, "--course", str(course)],
        cwd=course,
        env=environment,
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


def everything(folder: Path) -> dict[str, tuple[int, ...]]:
    """All files and folders below it, each with what would be another after any change."""
    found = {}
    for parent, folders, names in os.walk(folder):
        for name in (*folders, *names):
            status = os.lstat(os.path.join(parent, name))
            times = () if name in folders else (status.st_mtime_ns, status.st_ino)
            found[os.path.relpath(os.path.join(parent, name), folder)] = (status.st_mode, status.st_size, *times)
    return found


@contextmanager
def orphans() -> Iterator[list[str]]:
    """What processes started in the block left behind: they become children of this process. Ends them."""
    prctl = ctypes.CDLL(None).prctl
    before = set(os.listdir("/proc"))
    left: list[str] = []
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield left
    finally:
        for pid in sorted(set(os.listdir("/proc")) - before):
            with suppress(OSError, ValueError):
                state, parent = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[:2]
                if int(parent) == os.getpid():
                    if state != "Z":
                        left.append(Path("/proc", pid, "cmdline").read_text() or pid)
                        os.kill(int(pid), 9)
                    os.waitpid(int(pid), 0)
        prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


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
