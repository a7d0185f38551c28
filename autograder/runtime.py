"""What of this machine a sandbox needs to run Python: libraries, interpreter, standard library, chosen packages."""

from __future__ import annotations

import csv
import importlib.util
import os
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from autograder.errors import SandboxError

# What every notebook of a course may import; the course's own list comes on top.
LEARNER_PACKAGES = ("ipython", "matplotlib", "matplotlib-inline", "numpy", "msgpack")
# Whatever distribution they come in, these never reach a learner.
OURS = frozenset({"autograder", "reference"})
PACKAGE_FOLDERS = ("site-packages", "dist-packages")
SYSTEM = ("/usr/bin", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo")
LINKS = ("/bin", "/lib", "/lib64")
SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts")


@dataclass(frozen=True, slots=True)
class Bind:
    """``source`` of this machine appears as ``target`` in the sandbox, read-only."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Runtime:
    """The interpreter and all that it loads; ``masks`` are folders in there that must look empty."""

    executable: str
    binds: tuple[Bind, ...]
    links: tuple[tuple[str, str], ...]
    masks: tuple[str, ...]


def interpreter() -> str:
    """The interpreter below all virtual environments, as a file."""
    base = Path(getattr(sys, "_base_executable", "") or sys.executable)
    return str((base if base.exists() else Path(sys.executable)).resolve())


def runtime(*, mask_packages: bool) -> Runtime:
    """The system's libraries and the interpreter; with ``mask_packages`` all installed packages are out of sight."""
    executable = interpreter()
    prefix = os.path.realpath(sys.base_prefix)
    wanted = [*SYSTEM, *SETTINGS, f"{prefix}/lib", f"{prefix}/lib64", sysconfig.get_path("stdlib"), executable]
    links = tuple((os.readlink(path), path) for path in LINKS if os.path.islink(path))
    wanted += [path for path in LINKS if not os.path.islink(path)]
    shown: list[str] = []
    for path in wanted:
        inside = any(path == other or path.startswith(other + "/") for other in shown)
        if os.path.exists(path) and not inside:
            shown.append(path)
    masks = tuple(sorted(_package_folders(shown))) if mask_packages else ()
    return Runtime(executable, tuple(Bind(os.path.realpath(path), path) for path in shown), links, masks)


def library_path(base: Runtime) -> dict[str, str]:
    """Where the interpreter finds its own shared library, if it may have been told so by the environment."""
    if not sysconfig.get_config_var("Py_ENABLE_SHARED") or sys.base_prefix == "/usr":
        return {}
    return {"LD_LIBRARY_PATH": str(Path(base.executable).parent.parent / "lib")}


def _package_folders(shown: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for folder in shown:
        for pattern in (f"{depth}{name}" for depth in ("", "*/") for name in PACKAGE_FOLDERS):
            found.update(str(path) for path in Path(folder).glob(pattern) if path.is_dir() and not path.is_symlink())
    return found


def _name(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


def closure(names: Iterable[str]) -> tuple[metadata.Distribution, ...]:
    """The distributions with these names and all that they require here. Raises SandboxError for one not installed."""
    found: dict[str, metadata.Distribution] = {}
    done: set[tuple[str, frozenset[str]]] = set()
    todo: list[tuple[Requirement, bool]] = []
    for name in names:
        try:
            todo.append((Requirement(name), True))
        except InvalidRequirement:
            raise SandboxError(f"{name!r} in c.Autograder.packages is no name of a package") from None
    while todo:
        requirement, is_named = todo.pop()
        key = _name(requirement.name)
        if (key, frozenset(requirement.extras)) in done:
            continue
        done.add((key, frozenset(requirement.extras)))
        try:
            found.setdefault(key, metadata.distribution(requirement.name))
        except metadata.PackageNotFoundError:
            if is_named:
                raise SandboxError(
                    f"the package {requirement.name} that learners may import is not installed: "
                    f"run {sys.executable} -m pip install {requirement.name}"
                ) from None
            continue  # an import that needs it fails in the sandbox as it would outside
        for text in found[key].requires or ():
            needed = Requirement(text)
            extras = ("", *requirement.extras)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                todo.append((needed, False))
    return tuple(found[key] for key in sorted(found))


def top_level(distribution: metadata.Distribution) -> Iterator[str]:
    """Names in the package folder that this distribution put there."""
    record = distribution.read_text("RECORD")
    if record is None:
        # Packages of a Linux distribution come without a list of their files.
        for name in (distribution.read_text("top_level.txt") or "").split():
            yield name if os.path.exists(str(distribution.locate_file(name))) else f"{name}.py"
        return
    # Not ``distribution.files``, which makes an object of each of some ten thousand.
    for top, below in dict.fromkeys(row[0].partition("/")[:2] for row in csv.reader(record.splitlines()) if row):
        if top not in ("", "..", "__pycache__") and not (below == "" and top.endswith(".pth")):
            yield top


def learner_packages(extra: Sequence[str], folder: str, *, default: Sequence[str] = LEARNER_PACKAGES) -> list[Bind]:
    """Every entry of every package that learners may import, each to be seen in ``folder``."""
    binds: dict[str, Bind] = {}
    for distribution in closure([*default, *extra]):
        for top in top_level(distribution):
            source = str(distribution.locate_file(top))
            module = top.partition(".")[0]
            if module not in OURS and top not in binds and os.path.exists(source):
                binds[top] = Bind(source, f"{folder}/{top}")
    for name in extra:
        tops = [top for top in top_level(metadata.distribution(Requirement(name).name)) if top in binds]
        if all(top.endswith((".dist-info", ".egg-info")) for top in tops):
            raise SandboxError(
                f"the package {name} that learners may import has no files of its own here (an editable "
                f"install?): run {sys.executable} -m pip install --force-reinstall --no-deps {name}"
            )
    return [binds[top] for top in sorted(binds)]


def package_folders() -> list[str]:
    """The folders of installed packages on this process's path."""
    found = (os.path.realpath(entry) for entry in sys.path if os.path.basename(entry) in PACKAGE_FOLDERS)
    return [path for path in dict.fromkeys(found) if os.path.isdir(path)]


def own_packages(folder: str, reference: Path | None = None) -> list[Bind]:
    """``autograder`` and, where there is one, ``reference``: wherever they lie, and without importing them."""
    binds = []
    for name in sorted(OURS):
        if name == "reference" and reference is not None:
            binds.append(Bind(os.path.realpath(reference), f"{folder}/{name}"))
            continue
        spec = importlib.util.find_spec(name)
        locations = list(spec.submodule_search_locations or ()) if spec else []
        if locations:
            binds.append(Bind(os.path.realpath(locations[0]), f"{folder}/{name}"))
    return binds
