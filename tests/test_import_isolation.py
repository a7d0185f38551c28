"""Solutions and grader can't be imported where learners' code runs, however they are installed."""

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest
from commands import EX08, ROOT, cells, environment
from handed_in import cell_of, hand_in, right_cells

NAMES = ("numpy", "autograder", "autograder.testing", "reference", f"reference.{EX08}.solution", "conftest")
REPORT = f"""
def half_split_permutation(*args):
    import importlib, importlib.util
    found = []
    for name in {NAMES!r}:
        try:
            found.append(importlib.util.find_spec(name) is not None and name)
            importlib.import_module(name)
        except ImportError:
            pass
    raise ValueError(f"found {{[name for name in found if name]}}")
"""


def checked(python: Path, course: Path) -> dict[str, Any]:
    """The test cells of a submission that looks for what it must not find; through `autograder check`."""
    cells_with_report = {**right_cells(EX08), cell_of(EX08, "half_split_permutation"): REPORT}
    path = hand_in(course, "ann", EX08, EX08, cells_with_report)
    done = subprocess.run(
        [str(python), "-P", "-m", "autograder", "check", str(path), "--json", "--course", str(course)],
        cwd=course,
        env=environment(course.parent),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    verdict = json.loads(done.stdout)
    assert verdict["level"] == "fork"
    return cells(verdict)


def check(judged: dict[str, Any]) -> None:
    """The judge had the reference and its helpers; the learner had numpy only."""
    assert (judged["rope_values"]["outcome"], judged["shapes"]["outcome"]) == ("passed", "passed")
    assert judged["permutation"]["outcome"] == "raised"
    assert "found ['numpy']" in judged["permutation"]["message"]


def where_from(python: Path, name: str) -> Path:
    """The file that a Python outside of the sandbox imports under this name."""
    code = f"import {name}; print({name}.__file__)"
    done = subprocess.run([str(python), "-P", "-c", code], capture_output=True, text=True, check=True, cwd="/")
    return Path(done.stdout.strip())


def test_with_an_editable_install(ex08_released: Path, tmp_path: Path) -> None:
    assert where_from(Path(sys.executable), "reference") == ROOT / "reference" / "__init__.py"
    check(checked(Path(sys.executable), Path(shutil.copytree(ex08_released, tmp_path / "course"))))


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """An environment with our built wheel, and with this one's other packages on its path."""
    tree = tmp_path / "tree"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("autograder", "reference"):
        shutil.copytree(ROOT / name, tree / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
    offline = environment(tmp_path, PIP_NO_INDEX="1")
    built = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(tree)]
    subprocess.run(built, env=offline, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    shutil.rmtree(tree)
    environ = tmp_path / "environment"
    venv.create(environ, symlinks=True)
    python = environ / "bin" / "python"
    subprocess.run([*pip, "--python", str(python), "install", "--no-deps", str(wheel)], env=offline, check=True)
    # A plain path: the .pth files that lie there, one of which makes our editable install, are not read.
    own = sysconfig.get_path("purelib", vars={"base": str(environ), "platbase": str(environ)})
    (Path(own) / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def test_with_a_built_wheel(ex08_released: Path, tmp_path: Path, installed: Path) -> None:
    assert tmp_path in where_from(installed, "reference").parents
    assert tmp_path in where_from(installed, "autograder").parents
    check(checked(installed, Path(shutil.copytree(ex08_released, tmp_path / "course"))))
