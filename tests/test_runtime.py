"""Which packages a learner gets, from distributions laid out as installers lay them out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder import runtime
from autograder.errors import SandboxError


def install(folder: Path, name: str, files: str, requires: str = "") -> None:
    """Put a distribution into a package folder: its files, its record, what it requires."""
    information = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    information.mkdir(parents=True)
    lines = "".join(f"Requires-Dist: {line}\n" for line in requires.splitlines())
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{lines}")
    paths = [*files.split(), f"{information.name}/METADATA"]
    for path in paths:
        if not path.startswith("..") and not (folder / path).exists():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text("")
    (information / "RECORD").write_text("".join(f"{path},,\n" for path in paths))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder first on the path, and nothing else in it."""
    place = tmp_path / "site-packages"
    place.mkdir()
    monkeypatch.syspath_prepend(str(place))
    return place


def names(*extra: str) -> list[str]:
    """What learners see of these packages alone."""
    return [Path(bind.target).name for bind in runtime.learner_packages(extra, "/env", default=())]


def test_every_kind_of_entry(folder: Path) -> None:
    install(
        folder,
        "A-b.c",
        "ab/__init__.py abmodule.py ab.libs/x.so __pycache__/abmodule.pyc ../../bin/ab hook.pth abns/m/n.py",
    )
    assert names("a.B_c") == ["A_b.c-1.0.dist-info", "ab", "ab.libs", "abmodule.py", "abns"]


def test_requirements_are_followed_by_their_markers_and_extras(folder: Path) -> None:
    install(
        folder,
        "top",
        "top.py",
        "needed\nabsent\nwithextra[more]\nold; python_version < '3'\nwindows; sys_platform == 'win32'\n"
        "later; extra == 'all'",
    )
    install(folder, "needed", "needed.py", "top")
    install(folder, "withextra", "withextra.py", "more; extra == 'more'\nless; extra == 'less'")
    for name in ("old", "windows", "later", "more", "less"):
        install(folder, name, f"{name}.py")
    modules = [name for name in names("top") if name.endswith(".py")]
    assert modules == ["more.py", "needed.py", "top.py", "withextra.py"]
    assert "later.py" in names("top[all]")


def test_ours_is_refused_in_whatever_distribution(folder: Path) -> None:
    install(folder, "embedding-space-math", "autograder/__init__.py reference/__init__.py other.py reference.py")
    assert [name for name in names("embedding-space-math") if not name.endswith("dist-info")] == ["other.py"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("never-installed", f"never-installed .* not installed: run {sys.executable} -m pip install never-installed"),
        ("no name!", "'no name!' in c.Autograder.packages is no name of a package"),
        ("editable", "editable .* no files of its own here"),
    ],
)
def test_what_can_not_be_shown_is_named(folder: Path, name: str, message: str) -> None:
    install(folder, "editable", "__editable__.editable-1.0.pth")
    with pytest.raises(SandboxError, match=message):
        names(name)


def test_packages_of_a_linux_distribution_have_no_record(folder: Path) -> None:
    install(folder, "old-style", "oldstyle/__init__.py single.py")
    information = folder / "old_style-1.0.dist-info"
    (information / "RECORD").unlink()
    (information / "top_level.txt").write_text("oldstyle\nsingle\n")
    assert names("old-style") == ["oldstyle", "single.py"]


def test_installed_packages_are_masked_wherever_the_interpreter_is() -> None:
    shown = runtime.runtime(mask_packages=True)
    targets = [bind.target for bind in shown.binds]
    for path in sys.path:
        if path.endswith("-packages") and any(path.startswith(f"{target}/") for target in targets):
            assert path in shown.masks
    assert Path(shown.executable).is_file()
    assert not Path(shown.executable).is_symlink()
    assert runtime.runtime(mask_packages=False).masks == ()
