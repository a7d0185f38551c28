"""A class graded by a real Dask cluster on this machine: the same verdicts, nothing lost, and clear refusals."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from clusters import Cluster, cluster
from commands import ROOT, autograder, command, environment, gradebook_rows, unfinished_files
from handed_in import hand_in
from processes import descendants, sandboxed, waiting_for
from situations import HOSTILE

pytest.importorskip("distributed")

RIGHT = {name: (HOSTILE / "honest" / "right" / f"{name}.py").read_text() for name in ("squares", "sum_of_squares")}
# Long enough to be met at its work.
BUSY = "def squares(n):\n    sum(range(10**7))\n    return [n]"
ANSWERS = {"ann": RIGHT, "bob": {**RIGHT, "squares": BUSY}, "cat": {}, "dan": {**RIGHT, "squares": BUSY}}
# Nobody waits half a minute in a test for what never comes.
IMPATIENT = """
from autograder import cluster

cluster.CONNECT_SECONDS = cluster.WORKER_SECONDS = 1
from autograder.cli import main

main()
"""


@pytest.fixture(scope="module")
def ungraded(quickstart_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small class, and the secret of its course; don't write into it."""
    course = Path(shutil.copytree(quickstart_course, tmp_path_factory.mktemp("ungraded") / "course"))
    shutil.rmtree(course / "submitted", ignore_errors=True)
    for student_id, cells in ANSWERS.items():
        path = hand_in(course, student_id, "ps1", "problem1", cells)
        path.with_name("timestamp.txt").write_text("2026-01-01 00:00:00 UTC")
    (course / ".autograder").mkdir()
    (course / ".autograder" / "secret").write_bytes(bytes(range(32)))
    return course


@pytest.fixture
def course(ungraded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ungraded, tmp_path / "course"))


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as found:
        yield found


def left_by(course: Path) -> dict[str, Any]:
    """The gradebook without ids, and every file that grading writes."""
    files = [path for step in ("autograded", "feedback") for path in (course / step).rglob("*") if path.is_file()]
    assert unfinished_files(course) == []
    return {"rows": gradebook_rows(course), **{str(path.relative_to(course)): path.read_bytes() for path in files}}


@pytest.fixture(scope="module")
def local(ungraded: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What this machine alone makes of the class."""
    course = Path(shutil.copytree(ungraded, tmp_path_factory.mktemp("local") / "course"))
    autograder(course, "grade", code=1)
    return left_by(course)


def require_same(found: dict[str, Any], local: dict[str, Any]) -> None:
    assert found.keys() == local.keys()
    assert [name for name in found if found[name] != local[name]] == []


def all_files(course: Path) -> dict[str, bytes]:
    return {str(path.relative_to(course)): path.read_bytes() for path in course.rglob("*") if path.is_file()}


def refused(course: Path, *arguments: str, code: int) -> str:
    """What it says when it grades nothing: one line, and nothing was written."""
    before = all_files(course)
    done = subprocess.run(
        [sys.executable, "-P", "-c", IMPATIENT, "grade", *arguments],
        cwd=course,
        env=environment(course.parent),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout == ""
    (said,) = done.stderr.splitlines()
    assert all_files(course) == before
    return said


def test_a_cluster_says_what_one_machine_says(course: Path, local: dict[str, Any], two_workers: Cluster) -> None:
    autograder(course, "grade", "--scheduler", two_workers.address, code=1)
    require_same(left_by(course), local)
    # Judged there or here, a verdict stands.
    assert "0 submissions graded, 4 unchanged" in autograder(course, "grade", code=1).stdout


def test_a_worker_that_is_killed_loses_nothing(course: Path, local: dict[str, Any], two_workers: Cluster) -> None:
    process = subprocess.Popen(
        command("grade", "--scheduler", two_workers.address),
        cwd=course,
        env=environment(course.parent),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for _ in waiting_for(process, 90):
            busy = [pid for pid in dask_workers() if sandboxed(pid, "worker")[1]]
            # Once there is a verdict, it is not the reference that is judged.
            if busy and any((course / "autograded").glob("*/*/verdict.json")):
                with suppress(ProcessLookupError):
                    os.kill(busy[0], signal.SIGKILL)
                    break
        printed, said = process.communicate(timeout=120)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 1, printed + said + two_workers.log()
    require_same(left_by(course), local)


def dask_workers() -> list[int]:
    """The processes below the nannies that a test has started: each grades."""
    found = []
    for pid, _ in descendants(os.getpid()):
        with suppress(OSError):
            if "dask_worker" in Path(f"/proc/{pid}/cmdline").read_text():
                found += [child for child, _ in descendants(pid) if "spawn_main" in command_line(child)]
    return found


def command_line(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


def test_no_workers_and_one_of_another_version(course: Path, tmp_path: Path) -> None:
    with cluster(tmp_path / "cluster", 0) as found:
        said = refused(course, "--scheduler", found.address, code=3)
        assert said.startswith(f"The Dask scheduler at {found.address} has no workers")
        assert f"`dask worker {found.address}`" in said
        shutil.copytree(ROOT / "autograder", tmp_path / "other" / "autograder")
        with (tmp_path / "other" / "autograder" / "judge.py").open("a") as file:
            file.write("# Another version.\n")
        found.add_worker({"PYTHONPATH": str(tmp_path / "other")})
        waiting = subprocess.run(
            [
                sys.executable,
                "-P",
                "-c",
                "import sys\nfrom distributed import Client\n"
                "with Client(sys.argv[1]) as client:\n    client.wait_for_workers(1, timeout=60)",
                found.address,
            ],
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )
        assert waiting.returncode == 0, waiting.stderr + found.log()
        said = refused(course, "--scheduler", found.address, code=2)
        assert "has another version of the project" in said
        assert "requirements.lock" in said


def test_nobody_answers(course: Path) -> None:
    with socket.socket() as taken:
        # Bound, and not listening: nobody else gets this port meanwhile.
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        said = refused(course, "--scheduler", address, code=3)
    assert said.startswith(f"No Dask scheduler answers at {address}")
    assert "leave out --scheduler" in said


def test_nothing_is_sent_in_the_clear(course: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        # It would be reached, by an address that is not loopback's.
        said = refused(course, "--scheduler", f"tcp://0.0.0.0:{server.getsockname()[1]}", code=2)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert "not encrypted" in said
    assert "tls://" in said
    for address in ("localhost:8786", "udp://127.0.0.1:1", "tcp://:8786", "tcp://example.org:8786"):
        refused(course, "--scheduler", address, code=2)


def certificates(folder: Path) -> tuple[str, str, str]:
    """An authority, and a certificate with key of one machine."""
    folder.mkdir()
    options = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-batch")
    for arguments in (
        ("req", "-x509", *options, "-subj", "/CN=authority", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem"),
        ("req", *options, "-subj", "/CN=grader", "-keyout", "key.pem", "-out", "request.pem"),
        (
            "x509",
            "-req",
            "-in",
            "request.pem",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-out",
            "cert.pem",
        ),
    ):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    return str(folder / "ca.pem"), str(folder / "cert.pem"), str(folder / "key.pem")


def test_tls(course: Path, local: dict[str, Any], tmp_path: Path) -> None:
    ours, strangers = certificates(tmp_path / "ours"), certificates(tmp_path / "strangers")
    options = [f"--tls-{name}={path}" for name, path in zip(("ca-file", "cert", "key"), ours, strict=True)]
    with cluster(tmp_path / "cluster", 1, *options, scheme="tls") as found:
        assert found.address.startswith("tls://")
        # Neither without a certificate nor with one that somebody else gave.
        assert "No Dask scheduler answers" in refused(course, "--scheduler", found.address, "--tls", *strangers, code=3)
        plain = found.address.replace("tls://", "tcp://")
        assert "No Dask scheduler answers" in refused(course, "--scheduler", plain, code=3)
        autograder(course, "grade", "--scheduler", found.address, "--tls", *ours, code=1)
    require_same(left_by(course), local)
