"""The promises of the project's frame: its commands, its lock, and which part may import which."""

from __future__ import annotations

import ast
import graphlib
import os
import re
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from traitlets.config import Config, PyFileConfigLoader

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
THIRD_PARTY_IN_THE_SANDBOX = {"IPython", "matplotlib", "msgpack", "numpy"}
DESERIALISERS = {"cloudpickle", "copyreg", "dill", "marshal", "pickle", "shelve"}


# --- commands -----------------------------------------------------------------------------------------------


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


def test_first_screen_of_readme_has_the_two_commands() -> None:
    first_screen = "\n".join(README.splitlines()[:20])
    assert re.findall(r"^make (\w+)", first_screen, flags=re.MULTILINE) == ["demo", "test"]


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_documented_make_commands_exist(document: str) -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", (ROOT / document).read_text(), flags=re.MULTILINE))
    assert named
    assert named <= make_targets()


def test_public_make_commands_are_documented() -> None:
    public = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    texts = README + (ROOT / "CONTRIBUTING.md").read_text()
    assert {target for target in public - {"help"} if f"make {target}" not in texts} == set()


def test_documented_autograder_commands_exist() -> None:
    named = set(re.findall(r"^autograder ([a-z]+)", README, flags=re.MULTILINE))
    assert {"doctor", "validate", "release", "check", "grade"} <= named
    for command in sorted(named):
        call = [sys.executable, "-m", "autograder", command, "--help"]
        done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}: {done.stderr}"


def test_ci_calls_exactly_the_readme_test_command() -> None:
    script = ROOT / ".ci" / "run"
    lines = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"
    # Browser and database server are system packages; with CI set, no test is skipped for lack of them.
    assert [line for line in lines[1:] if not line.startswith("cd ")] == [
        "export CI=1",
        ".ci/install-chromium",
        ".ci/install-postgresql",
        "make test",
    ]
    assert os.access(script, os.X_OK)


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(document: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / document).read_text())
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_paths_named_in_readme_exist() -> None:
    named = re.findall(r"`((?:autograder|reference|source|tests|docs)/[\w/.]*)`", README)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


# --- set-up -------------------------------------------------------------------------------------------------


def make(folder: Path, *arguments: str, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path, "HOME": str(folder / "no-home")}
    return subprocess.run(["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture
def bare_clone(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "with a space"
    folder.mkdir()
    (folder / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    return folder


def test_set_up_without_python_says_what_is_needed(bare_clone: Path) -> None:
    done = make(bare_clone, "setup", "PYTHON=/bin/false")
    assert done.returncode == 2
    assert "needs Python 3.11 or newer" in done.stderr
    assert not (bare_clone / ".venv").exists()


def test_a_python_that_does_not_run_is_passed_over(bare_clone: Path) -> None:
    programs = bare_clone / "bin"
    programs.mkdir()
    (programs / "python3").write_text("#!/bin/sh\nexit 126\n")
    (programs / "python3").chmod(0o755)
    (programs / "python3.14").symlink_to(Path(sys.executable).resolve())
    done = make(bare_clone, "venv", path=f"{programs}:/usr/bin:/bin")
    assert f"Making .venv with {Path(sys.executable).resolve()}" in done.stdout, done.stderr


def test_environment_is_kept_until_the_folder_moves(bare_clone: Path) -> None:
    venv.create(bare_clone / ".venv", symlinks=True)
    (bare_clone / ".venv" / "home").write_text(f"{bare_clone}\n")
    assert make(bare_clone, "venv").stdout == ""
    moved = bare_clone.rename(bare_clone.with_name("moved"))
    assert "Making .venv" in make(moved, "venv", f"PYTHON={sys.executable}").stdout
    assert (moved / ".venv" / "home").read_text() == f"{moved}\n"


# --- lock ---------------------------------------------------------------------------------------------------


def lock_entries() -> list[str]:
    text = (ROOT / "requirements.lock").read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip()]


def test_lock_pins_and_hashes_everything_and_names_no_address() -> None:
    entries = lock_entries()
    assert len(entries) > 100
    for entry in entries:
        assert re.match(r"[a-z0-9.-]+==[^ ]+ .*--hash=sha256:[0-9a-f]{64}", entry), entry
        assert "://" not in entry
        assert not entry.startswith("-")


def test_lock_satisfies_pyproject() -> None:
    locked = [Requirement(entry.split(" --hash")[0]) for entry in lock_entries()]
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    for wanted in map(Requirement, PROJECT["dependencies"] + extras):
        pins = [pin for pin in locked if canonicalize_name(pin.name) == canonicalize_name(wanted.name)]
        assert pins, f"{wanted} is not locked"
        for pin in pins:
            version = next(iter(pin.specifier)).version
            assert wanted.specifier.contains(version), f"{wanted} is locked as {pin}"


# --- which part imports which -------------------------------------------------------------------------------


def modules_of(package: str) -> dict[str, Path]:
    """Every module below a package's folder, by its dotted name."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name: str, path: Path) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it; ``from a import b`` gives ``a.b``."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def top(dotted: str) -> str:
    return dotted.split(".")[0]


AUTOGRADER = modules_of("autograder")
REFERENCE = modules_of("reference")


def test_imports_are_found_in_every_form(tmp_path: Path) -> None:
    module = tmp_path / "here.py"
    module.write_text("import a.b\nfrom . import c\ndef f():\n    from ..d import e\n    from g.h import i\n")
    assert set(imported("p.q.here", module)) == {"a.b", "p.q.c", "p.d.e", "g.h.i"}


def test_autograder_knows_no_course() -> None:
    for name, path in AUTOGRADER.items():
        assert {"reference", "source", "course", "demo", "tests"}.isdisjoint(map(top, imported(name, path))), name
        assert re.findall(r"ex\d\d_\w+", path.read_text()) == [], f"{name} names an exercise"


def test_reference_imports_only_numpy_and_the_standard_library() -> None:
    assert REFERENCE
    for name, path in REFERENCE.items():
        allowed = sys.stdlib_module_names | {"numpy", "reference"}
        assert set(map(top, imported(name, path))) <= allowed, name


def test_what_is_in_the_sandbox_needs_nothing_of_the_rest() -> None:
    sandboxed = {name: path for name, path in AUTOGRADER.items() if name.startswith("autograder.sandboxed")}
    assert len(sandboxed) > 1
    for name, path in sandboxed.items():
        for target in imported(name, path):
            inside = target.startswith("autograder.sandboxed")
            assert inside or top(target) in sys.stdlib_module_names | THIRD_PARTY_IN_THE_SANDBOX, (
                name,
                target,
            )


@pytest.mark.parametrize("package", ["autograder", "coursebuild", "coursedata"])
def test_imports_have_no_cycle(package: str) -> None:
    modules = modules_of(package)
    graph = {}
    for name, path in modules.items():
        targets = set()
        for dotted in imported(name, path):
            # `from a import b` imports the module a, and the module a.b where there is one.
            targets |= {dotted, dotted.rpartition(".")[0]} & modules.keys()
        # A module's own package is always imported before it, and counts only by what it imports itself.
        parents = {".".join(name.split(".")[:depth]) for depth in range(1, name.count(".") + 1)}
        graph[name] = (targets | parents) - {name}
    list(graphlib.TopologicalSorter(graph).static_order())


def test_no_module_is_a_grab_bag() -> None:
    names = [
        path.stem
        for folder in ("autograder", "coursebuild", "coursedata", "reference", "tests")
        for path in (ROOT / folder).rglob("*.py")
    ]
    assert {"common", "helper", "helpers", "misc", "util", "utils"}.isdisjoint(names)


def test_nothing_is_unpickled() -> None:
    for name, path in AUTOGRADER.items():
        assert DESERIALISERS.isdisjoint(map(top, imported(name, path))), name


def test_distribution_and_packages_have_different_names() -> None:
    assert canonicalize_name(PROJECT["name"]) not in {"autograder", "reference"}


# --- nbgrader -----------------------------------------------------------------------------------------------


def nbgrader_config() -> Config:
    return PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()


def test_nbgrader_autograde_is_routed_through_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUTOGRADER_PLAIN", raising=False)
    config = nbgrader_config()
    assert config.CourseDirectory.course_id == "embedding-space-math"
    assert config.Autograde.sanitize_preprocessors == []
    (dotted,) = config.Autograde.autograde_preprocessors
    module, _, name = dotted.rpartition(".")
    assert callable(getattr(import_module(module), name).preprocess)


def test_nbgraders_own_way_is_there_for_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_PLAIN", "1")
    assert "Autograde" not in nbgrader_config()


def test_source_holds_nothing_but_assignments() -> None:
    entries = [path for path in (ROOT / "source").iterdir() if path.name != ".ipynb_checkpoints"]
    assert entries
    assert [path.name for path in entries if not (path / f"{path.name}.ipynb").is_file()] == []
