"""Documentation that can't rot: every command and outcome is described, every claim of a file can be found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from autograder.cli import app
from autograder.doctor import Level

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = sorted(typer.main.get_command(app).commands)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"autograder {name}" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_says_what_it_does(name: str) -> None:
    command = typer.main.get_command(app).commands[name]
    assert command.help
    for parameter in command.params:
        if parameter.name != "help":
            assert getattr(parameter, "help", None), parameter.name


def test_every_level_that_can_be_chosen_is_in_the_security_page() -> None:
    page = (ROOT / "docs" / "security.md").read_text()
    for level in (Level.FORK, Level.NONE):
        assert f"| `{level.value}` |" in page


def test_the_pages_name_only_files_that_exist() -> None:
    for page in (ROOT / "docs").glob("*.md"):
        for name in re.findall(r"`((?:tests|autograder|docs|demo|reference)/[\w./-]+)`", page.read_text()):
            assert (ROOT / name).exists(), f"{page.name} names {name}"
