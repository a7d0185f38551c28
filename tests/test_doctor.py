"""The probe tries what it reports, and a refusal names the level and the fix."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from autograder import doctor
from autograder.errors import SandboxError
from autograder.sandbox import Level


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
    assert doctor._fix() == fix
