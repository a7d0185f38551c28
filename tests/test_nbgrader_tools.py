"""Unmodified nbgrader tools on what `autograder grade` wrote: export, feedback, formgrader, and its own autograde."""

import csv
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from commands import EX08, environment, grade
from conftest import run_nbgrader
from handed_in import cell, cell_of, hand_in, right_cells

ANSWER = "Both absolute positions cancel: <script>alert(1)</script> $q^T R_{n-m} k$ stays."
START_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Server:
    """A real Jupyter server on loopback, started in the course's folder."""

    address: str
    token: str

    def fetch(self, path: str, body: Any = None, method: str | None = None) -> str:
        """The text of an answer; raises HTTPError for one that is no success."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return str(answer.read().decode())

    def api(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """The answer of formgrader's own API."""
        return json.loads(self.fetch(f"/formgrader/api/{path}", body, method))

    def notebook_of(self, student_id: str) -> dict[str, Any]:
        """What formgrader knows of one student's notebook."""
        (found,) = [row for row in self.api(f"submitted_notebooks/{EX08}/{EX08}") if row["student"] == student_id]
        return dict(found)

    def grade_of(self, student_id: str, grade_id: str) -> dict[str, Any]:
        """What formgrader knows of one graded cell."""
        grades = self.api(f"grades?submission_id={self.notebook_of(student_id)['id']}")
        (found,) = [row for row in grades if row["name"] == grade_id]
        return dict(found)


@pytest.fixture(scope="session")
def course(ex08_released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our course with a right answer (the written part too), a wrong one and an untouched one, graded by us."""
    folder = Path(shutil.copytree(ex08_released, tmp_path_factory.mktemp("tools") / "course"))
    right = right_cells(EX08)
    hand_in(folder, "ann", EX08, EX08, {**right, "explain": ANSWER})
    hand_in(folder, "bob", EX08, EX08, {**right, cell_of(EX08, "rope"): cell(EX08, "mistakes", "rope__degrees")})
    hand_in(folder, "cat", EX08, EX08, {})
    verdicts = grade(folder, EX08)
    assert (verdicts["ann"]["points"], verdicts["cat"]["points"]) == (14, 0)
    return folder


@pytest.fixture(scope="session")
def server(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Formgrader as nbgrader installs it, in a server of its own."""
    home = tmp_path_factory.mktemp("home")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = Server(f"http://127.0.0.1:{port}", secrets.token_hex(16))
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": os.getuid() == 0,
        "IdentityProvider.token": found.token,
    }
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "jupyter_server", *(f"--{name}={value}" for name, value in options.items())],
            cwd=course,
            env=environment(home, JUPYTER_CONFIG_DIR=str(home), JUPYTER_RUNTIME_DIR=str(home / "runtime")),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_it_answers(found, process, home / "log")
            yield found
        finally:
            process.terminate()
            process.wait(60)


def _wait_until_it_answers(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(START_SECONDS * 10):
        with suppress(urllib.error.URLError):
            server.fetch("/api/status")
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            break
    pytest.fail(f"the server did not start: {log.read_text()[-3000:]}")


def verdict_of(course: Path, student_id: str) -> Path:
    return course / "autograded" / student_id / EX08 / "verdict.json"


def test_export(course: Path) -> None:
    run_nbgrader(course, "export")
    with (course / "grades.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    points = {student_id: json.loads(verdict_of(course, student_id).read_text())["points"] for student_id in rows}
    assert points.keys() == {"ann", "bob", "cat"}
    assert {student_id: float(row["score"]) for student_id, row in rows.items()} == points
    assert {float(row["max_score"]) for row in rows.values()} == {20}


def test_generate_feedback(course: Path) -> None:
    """nbgrader's own page, where someone wants it in place of ours."""
    ours = course / "feedback" / "ann" / EX08 / f"{EX08}.html"
    before = ours.read_bytes()
    run_nbgrader(course, "generate_feedback", EX08)
    assert ours.read_bytes() == before
    run_nbgrader(course, "generate_feedback", EX08, "--force")
    pages = {name: (course / "feedback" / name / EX08 / f"{EX08}.html").read_text() for name in ("ann", "bob", "cat")}
    assert "Score: 14.0 / 20.0" in pages["ann"]
    assert "Score: 0.0 / 20.0" in pages["cat"]
    assert "Both absolute positions cancel" in pages["ann"]
    assert "alert(1)</script>" not in pages["ann"]
    assert "No response." in pages["cat"]


def test_formgraders_pages(server: Server) -> None:
    notebook = server.notebook_of("ann")["id"]
    pages = {
        "": "manage_assignments",
        "/gradebook": "gradebook",
        f"/gradebook/{EX08}": EX08,
        f"/gradebook/{EX08}/{EX08}": EX08,
        f"/manage_submissions/{EX08}": EX08,
        f"/manage_students/ann/{EX08}": EX08,
        f"/submissions/{notebook}": "Both absolute positions cancel",
    }
    for path, shown in pages.items():
        assert shown in server.fetch(f"/formgrader{path}"), path
    page = server.fetch(f"/formgrader/submissions/{notebook}")
    assert 'id="rope_values"' in page
    assert 'id="explain-comment"' in page
    assert "alert(1)</script>" not in page


def test_formgraders_data(server: Server) -> None:
    rows = {row["student"]: row for row in server.api(f"submissions/{EX08}")}
    assert {name: (row["score"], row["max_score"], row["autograded"]) for name, row in rows.items()} == {
        "ann": (14, 20, True),
        "bob": (rows["bob"]["score"], 20, True),
        "cat": (0, 20, True),
    }
    assert 2 <= rows["bob"]["score"] < 14
    assert {name: row["needs_manual_grade"] for name, row in rows.items()} == {"ann": True, "bob": False, "cat": False}
    assert server.notebook_of("bob")["failed_tests"]
    assert not server.notebook_of("ann")["failed_tests"]


def test_a_manual_score_survives_a_regrade(course: Path, server: Server) -> None:
    explain = server.grade_of("ann", "explain")
    assert (explain["auto_score"], explain["manual_score"], explain["needs_manual_grade"]) == (None, None, True)
    body = {"manual_score": 4.5, "extra_credit": 0.5}
    marked = server.api(f"grade/{explain['id']}", body, "PUT")
    assert (marked["manual_score"], marked["needs_manual_grade"]) == (4.5, False)
    (comment,) = [
        row
        for row in server.api(f"comments?submission_id={server.notebook_of('ann')['id']}")
        if row["name"] == "explain"
    ]
    server.api(f"comment/{comment['id']}", {"manual_comment": "well derived"}, "PUT")
    before = verdict_of(course, "ann").read_bytes()
    grade(course, "--student=ann", EX08)
    again = server.grade_of("ann", "explain")
    assert (again["id"], again["manual_score"], again["extra_credit"]) == (explain["id"], 4.5, 0.5)
    assert server.api(f"comment/{comment['id']}")["manual_comment"] == "well derived"
    assert server.notebook_of("ann")["score"] == 14 + 5
    assert verdict_of(course, "ann").read_bytes() == before


def test_formgraders_button_grades_through_our_command(course: Path, server: Server) -> None:
    before, score = verdict_of(course, "bob").read_bytes(), server.notebook_of("bob")["score"]
    shutil.rmtree(course / "autograded" / "bob")
    answer = server.api(f"submission/{EX08}/bob/autograde", method="POST")
    assert answer["success"], answer
    assert verdict_of(course, "bob").read_bytes() == before
    assert server.notebook_of("bob")["score"] == score


def test_nbgraders_command_grades_through_ours(course: Path) -> None:
    before = {name: verdict_of(course, name).read_bytes() for name in ("bob", "cat")}
    for name in before:
        shutil.rmtree(course / "autograded" / name)
    run_nbgrader(course, "autograde", EX08, "--student=cat")
    assert verdict_of(course, "cat").read_bytes() == before["cat"]
    run_nbgrader(course, "autograde", EX08, "--student=bob")
    assert verdict_of(course, "bob").read_bytes() == before["bob"]
