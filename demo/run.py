"""What `make demo` shows: every exercise released, a class of 24, one command to grade it, and why points were lost.

Everything goes through the commands that an instructor types; the course is made anew in ``demo/courses/class``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

ROOT = Path(__file__).resolve().parents[1]
COURSE = ROOT / "demo" / "courses" / "class"
DUE = "2026-10-30 18:00"
# An ordinary time-out would make the audience wait.
LIMITS = ("--cell-cpu=2", "--cell-wall=4", "--total-cpu=10", "--total-wall=30")
screen = Console(highlight=False)


def run(*arguments: str, shown: bool = True) -> str:
    """Run our command in the course, and show the line and what it prints as it comes."""
    line = " ".join(f"'{item}'" if " " in item else item for item in arguments if item not in LIMITS)
    if shown:
        screen.print(f"\n[bold]$ autograder {escape(line)}[/bold]")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "autograder", *arguments],
        cwd=COURSE,
        env={**os.environ, "COLUMNS": str(screen.width)},
        stdout=None if shown else subprocess.PIPE,
        text=True,
        check=False,
    )
    # 1 says that a human must look at something, as it shall be in a class like this.
    if done.returncode not in (0, 1):
        sys.exit(f"autograder {line} ended with {done.returncode}")
    return done.stdout or ""


def main() -> None:
    """Make the course and the class, grade it, and say where to look."""
    begun = time.monotonic()
    shutil.rmtree(COURSE, ignore_errors=True)
    COURSE.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for folder in ("source", "reference"):
        shutil.copytree(ROOT / folder, COURSE / folder, ignore=ignored)
    shutil.copy(ROOT / "nbgrader_config.py", COURSE)
    screen.print(f"A course in {COURSE.relative_to(ROOT)}, with every exercise of source/.")
    run("release", "--due", DUE)
    run("sample", "--learners", "24", "--seed", "1", "--due", DUE)
    run("grade", *LIMITS)
    page = worth_opening(json.loads(run("report", "--json", shown=False)))
    screen.print(f"\nA feedback page worth opening, of one who made a known mistake:\n  {page}", soft_wrap=True)
    screen.print(
        f"Done in {time.monotonic() - begun:.0f} s. The gradebook is nbgrader's own: open formgrader there, or"
    )
    screen.print("run `nbgrader export`. `make tricks` shows what happens to those who try to fool the grader.")


def worth_opening(overview: list[dict[str, Any]]) -> Path:
    """The page that explains the most mistakes, among the assignments graded."""
    found: list[tuple[int, Path]] = []
    for row in overview:
        for verdict in (COURSE / "autograded").glob(f"*/{row['assignment']}/verdict.json"):
            record = json.loads(verdict.read_text())
            cells = [cell for notebook in record["notebooks"] for cell in notebook["cells"]]
            named = {cell["mistake"] for cell in cells if cell["mistake"]}
            page = COURSE / "feedback" / record["student_id"] / row["assignment"] / f"{row['assignment']}.html"
            if named and page.is_file():
                found.append((len(named), page))
    if not found:
        sys.exit("No known mistake was named in the whole class: that is a fault, please report it.")
    return max(found, key=lambda one: (one[0], str(one[1])))[1]


if __name__ == "__main__":
    main()
