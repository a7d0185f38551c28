"""The widgets' TypeScript as one file of JavaScript that a page can load."""

from __future__ import annotations

import subprocess
from pathlib import Path

from coursebuild import node
from coursebuild.errors import CourseError

_SCRIPT = Path(__file__).with_name("bundle.mjs")


def bundled(root: Path, entry: Path, *, form: str = "iife") -> str:
    """The script and all that it imports; ``form`` is ``iife`` for a page, ``esm`` for Node.

    Raises CourseError where it can't be read as TypeScript, ToolMissing without esbuild.
    """
    esbuild = node.package(root, "esbuild") / "lib" / "main.js"
    call = [str(node.node()), str(_SCRIPT), str(esbuild), str(entry), form]
    done = subprocess.run(call, cwd=root, capture_output=True, text=True)
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if "ERROR" in line), done.stderr.strip()[-500:])
        raise CourseError(entry, None, f"can't be bundled: {said.strip()}")
    return done.stdout
