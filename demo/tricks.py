"""What `make tricks` shows: two courses, honest work, mistakes and tricks, and who got which points for what.

Everything goes through the same commands that an instructor types; the courses are made anew, in
``demo/courses/tricks``.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
COURSES = ROOT / "demo" / "courses" / "tricks"
# The class is made of the golden submissions and of the reference's known mistakes and right alternatives.
sys.path.insert(0, str(ROOT / "tests"))

import handed_in  # noqa: E402
import situations  # noqa: E402

SLUG = "ex08_rope_rotation"
# An ordinary time-out would make the audience wait.
LIMITS = ("--cell-cpu=2", "--cell-wall=4", "--total-cpu=10", "--total-wall=30")
screen = Console(highlight=False)


@dataclass(frozen=True)
class Learner:
    """Who hands in what: a known version of a function, or a golden submission."""

    name: str
    says: str
    version: tuple[str, str] | None = None
    situation: str | None = None


OURS = (
    Learner("ada", "everything right", ("solution", "")),
    Learner("blaise", "right, with complex numbers", ("alternatives", "rope__complex_numbers")),
    Learner("carl", "right, with loops that return lists", ("alternatives", "rope__loops")),
    Learner("dorothy", "pairs i with i + d/2", ("mistakes", "rope__half_split")),
    Learner("emmy", "turns clockwise", ("mistakes", "rope__clockwise")),
    Learner("felix", "changes its argument", ("mistakes", "rope__in_place")),
    Learner("georg", "nothing written yet", ("untouched", "")),
)
QUICKSTART = (
    Learner("hypatia", "everything right", situation="right"),
    Learner("isaac", "no error for bad input", situation="partly-right"),
    Learner("joseph", "the second function ignores the first", situation="independent"),
    Learner("karl", "nothing written yet", situation="untouched"),
)
# Golden submissions that the table shows beside the honest ones, by course: first the wrong answers without a
# trick, then the same answers with one, then harm and odd files.
TRIED = {
    "ex08": (
        "wrong-rope",
        "trick-import-reference",
        "trick-numpy-beside",
        "trick-numpy-patched",
        "trick-array-interface",
        "trick-sources-searched",
        "trick-arguments-changed",
    ),
    "quickstart": (
        "wrong",
        "trick-asserts-stripped",
        "trick-number-subclass",
        "trick-formatter",
        "trick-run-code",
        "trick-gradebook",
        "trick-history",
        "trick-exits",
        "trick-replies-written",
        "harm-exit-call",
        "harm-loop-call",
        "harm-memory-numpy",
        "harm-fork-bomb",
        "harm-kill-group",
        "harm-output",
        "odd-deleted-tests",
        "odd-invalid-json",
        "odd-link-to-system",
    ),
}


def run(*arguments: str, course: Path, quiet: bool = False) -> str:
    """Run our command as an instructor would, and show the line."""
    shown = " ".join(("autograder", *(item for item in arguments if item not in LIMITS)))
    screen.print(f"\n[bold]$ cd {escape(str(course.relative_to(ROOT)))} && {escape(shown)}[/bold]")
    environment = {**os.environ, "COLUMNS": str(screen.width)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "autograder", *arguments],
        cwd=course,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        sys.exit(f"the command ended with {done.returncode}")
    if not quiet:
        print(done.stdout, end="")
    return done.stdout


def make_courses() -> dict[str, Path]:
    """Our exercise, and nbgrader's own quickstart course with nothing but nbgrader's defaults."""
    shutil.rmtree(COURSES, ignore_errors=True)
    ours, quickstart = COURSES / "ours", COURSES / "quickstart"
    shutil.copytree(ROOT / "source" / SLUG, ours / "source" / SLUG)
    shutil.copytree(ROOT / "reference", ours / "reference", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", ours)
    # What `nbgrader quickstart` copies, without the processes that it starts.
    example = Path(str(files("nbgrader"))) / "docs" / "source" / "user_guide" / "source" / "ps1"
    shutil.copytree(example, quickstart / "source" / "ps1", ignore=shutil.ignore_patterns("*.html"))
    return {"ex08": ours, "quickstart": quickstart}


def submit(course: Path, learner: Learner, golden: dict[str, situations.Situation]) -> None:
    """Put one learner's work where nbgrader looks for it."""
    if learner.situation is not None:
        dataclasses.replace(golden[learner.situation], student_id=learner.name).submit(course)
        return
    assert learner.version is not None
    kind, version = learner.version
    cells = {} if kind == "untouched" else handed_in.right_cells(SLUG)
    if version:
        cells[handed_in.cell_of(SLUG, version.partition("__")[0])] = handed_in.cell(SLUG, kind, version)
    handed_in.hand_in(course, learner.name, SLUG, SLUG, cells)


def main() -> None:
    """Make the courses, the class and the grades, and show who got what."""
    begun = time.monotonic()
    golden = {item.name: item for item in situations.situations()}
    courses = make_courses()
    classes: dict[str, list[Learner]] = {"ex08": list(OURS), "quickstart": list(QUICKSTART)}
    for kind, names in TRIED.items():
        classes[kind] += [Learner(name, golden[name].says, situation=name) for name in names]
    graded: dict[str, dict[str, Any]] = {}
    for kind, course in courses.items():
        assignment, _ = situations.NOTEBOOK[kind]
        run("release", assignment, course=course)
        for learner in classes[kind]:
            submit(course, learner, golden)
        report = json.loads(run("grade", assignment, "--json", *LIMITS, course=course, quiet=True))
        graded |= {item["student_id"]: item for item in report["submissions"]}
        screen.print(table(kind, classes[kind], graded, golden))
        screen.print(f"sandbox level: {report['level']}")
    gains = [gained(graded, golden, learner) for members in classes.values() for learner in members]
    tricks = [gain for gain in gains if gain is not None]
    screen.print(f"\n[bold]{len(tricks)} tricks, and {sum(tricks):g} points gained by them in all.[/bold]")
    verdict = courses["ex08"] / "autograded" / "dorothy" / SLUG / "verdict.json"
    screen.print(f"\nWhat a learner reads who paired i with i + d/2 (all of it: {verdict.relative_to(ROOT)}):")
    for cell in graded["dorothy"]["notebooks"][0]["cells"]:
        if cell["outcome"] != "passed":
            heading = f"{cell['outcome'].upper()}  {cell['title']} ({cell['points']:g} of {cell['max_points']:g})"
            screen.print(Text(f"\n{heading}\n{cell['message']}"))
            break
    screen.print(f"\nDone in {time.monotonic() - begun:.0f} s. The gradebooks are nbgrader's own: open formgrader, or")
    screen.print("run `nbgrader export`, in the folders above.")
    if any(tricks):
        sys.exit("A trick changed a score: that is a fault, please report it.")


def table(
    kind: str, learners: list[Learner], graded: dict[str, dict[str, Any]], golden: dict[str, situations.Situation]
) -> Table:
    """One row a learner; beside a trick what it gained over the same answer without it."""
    shown = Table(title=f"\n{situations.NOTEBOOK[kind][0]}: who tried what", title_justify="left")
    shown.add_column("learner", overflow="fold")
    shown.add_column("what was handed in", ratio=3)
    shown.add_column("points", justify="right", no_wrap=True)
    shown.add_column("gained", justify="right", no_wrap=True)
    shown.add_column("what the verdict says", ratio=5)
    for learner in learners:
        verdict = graded[learner.name]
        gain = gained(graded, golden, learner)
        shown.add_row(
            Text(learner.name),
            Text(learner.says),
            Text(f"{verdict['points']:g} / {verdict['max_points']:g}"),
            Text("" if gain is None else f"{gain:g}"),
            Text(said(verdict)),
        )
    return shown


def gained(
    graded: dict[str, dict[str, Any]], golden: dict[str, situations.Situation], learner: Learner
) -> float | None:
    """The points of a trick beyond those of the same answer without it; None for what is no trick."""
    same = golden[learner.situation].same_as if learner.situation else None
    if same not in graded:
        return None
    return float(graded[learner.name]["points"] - graded[same]["points"])


def said(verdict: dict[str, Any]) -> str:
    """The most telling sentence of a verdict."""
    notebooks = verdict["notebooks"]
    for notebook in notebooks:
        if notebook["status"] != "graded" and notebook["reason"]:
            return str(notebook["reason"])
    lost = [cell for notebook in notebooks for cell in notebook["cells"] if cell["points"] < cell["max_points"]]
    if not lost:
        return "all checks passed"
    by_outcome = {cell["outcome"]: cell for cell in reversed(lost)}
    telling = next((by_outcome[name] for name in by_outcome if name not in ("failed", "not_attempted")), lost[0])
    text = f"{telling['outcome'].replace('_', ' ')}: {telling['message'].partition(chr(10))[0]}"
    if telling["outcome"] not in ("failed", "not_attempted") and telling["cause"]:
        text += f" [{telling['cause']}]"
    return text if len(text) <= 150 else f"{text[:149]}…"


if __name__ == "__main__":
    main()
