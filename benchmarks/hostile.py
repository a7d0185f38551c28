"""What the hostile submissions get out of plain `nbgrader autograde` and of `autograder grade`, side by side.

Run ``python benchmarks/hostile.py [--kind KIND ...] [--only NAME ...]``. Plain nbgrader runs what learners wrote as
whoever grades, and these learners kill what they see and fill what they can: each of its runs is one process in a
bubblewrap of its own, without network, root, home or capabilities, with a copy of the course in a sized folder of
memory, limits, and a clock.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from autograder import bubblewrap
from autograder.runtime import interpreter, library_path, runtime

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(Path(__file__).parent)]

import courses as benches  # noqa: E402
from harm import everything, orphans  # noqa: E402
from situations import NOTEBOOK, Situation, situations  # noqa: E402

INSIDE = Path(__file__).with_name("plain_inside.py")
LIMITS = ("--cell-cpu=2", "--cell-wall=10", "--total-cpu=12", "--total-wall=60", "--memory=768")
SECONDS = 60
MOST_REPORTED = 2**20
# Of plain nbgrader: they would take more of the machine than the sandbox around it can refuse.
NOT_RUN = {
    **dict.fromkeys(("harm-fork-bomb", "harm-fork-bomb-cell", "harm-exec-bomb"), "forks without end"),
    **dict.fromkeys(("harm-memory-cell", "harm-threads"), "takes memory by many processes or threads"),
    **dict.fromkeys(("odd-100-mb", "terminal-file-names"), "has files that the folder of memory does not hold"),
}
NEIGHBOUR = "zz-neighbour"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one submission: ``points`` are None where there is no grade; ``harmed`` says what it harmed."""

    name: str
    kind: str
    points: float | None
    harmed: tuple[str, ...] = ()
    note: str = ""


def main() -> None:
    """Run both, print the table, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these submissions, and what they are compared with")
    parser.add_argument(
        "--kind", nargs="+", metavar="KIND", help="those of these kinds, and what they are compared with"
    )
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1), help="plain runs at a time")
    options = parser.parse_args()
    every = {item.name: item for item in situations()}
    kinds_there = {item.kind for item in every.values()}
    for given, known in ((options.only, every.keys()), (options.kind, kinds_there)):
        if unknown := sorted(set(given or ()) - known):
            parser.error(f"there is no {', '.join(unknown)} under tests/hostile; there are: {', '.join(sorted(known))}")
    wanted = set(options.only or ()) | {item.name for item in every.values() if item.kind in (options.kind or ())}
    wanted = wanted or set(every)
    wanted |= {every[name].same_as for name in wanted if every[name].same_as}
    chosen = [item for item in every.values() if item.name in wanted]
    with tempfile.TemporaryDirectory(prefix="hostile-") as scratch:
        courses = released_courses(Path(scratch), {"quickstart"} | {item.course for item in chosen})
        kinds = track(by_kind(chosen), description="autograder", console=Console(stderr=True))
        ours = [result for kind in kinds for result in grade_ours(Path(scratch), courses, kind)]
        plain = grade_plain(Path(scratch), courses, chosen, options.workers)
    counts = counted(chosen, plain, ours)
    Console(width=140).print(table(counts))
    print("Plain nbgrader ran in a sandbox around it, which kept back more harm than is counted here.")
    not_run = {name: why for name, why in NOT_RUN.items() if name in wanted}
    for name, why in sorted(not_run.items()):
        print(f"not run with plain nbgrader: {name} ({why})")
    results = {"plain": [asdict(item) for item in plain], "ours": [asdict(item) for item in ours]}
    record = {"chosen": len(chosen), "there_are": len(every), "kinds": [asdict(item) for item in counts]}
    benches.keep("hostile", {**record, "not_run": not_run, **results})


def by_kind(chosen: Sequence[Situation]) -> list[list[Situation]]:
    """The submissions of each kind, by name of the kind."""
    kinds = sorted({item.kind for item in chosen})
    return [[item for item in chosen if item.kind == kind] for kind in kinds]


@dataclass(frozen=True, slots=True)
class Counts:
    """What one way of grading made of the submissions of a kind: ``gained`` of ``tricks`` had more points by it."""

    run: int
    tricks: int
    gained: int
    ungraded: int
    harmed: int


@dataclass(frozen=True, slots=True)
class KindCounts:
    """Both ways side by side; plain nbgrader is not given every submission."""

    kind: str
    submissions: int
    plain: Counts
    ours: Counts


def counted(chosen: Sequence[Situation], plain: Sequence[Result], ours: Sequence[Result]) -> list[KindCounts]:
    """One for each kind, and the last for all."""
    same_as = {item.name: item.same_as for item in chosen if item.same_as}

    def counts(results: Sequence[Result], within: set[str]) -> Counts:
        points = {item.name: item.points for item in results}
        fair = {name: points.get(other) for name, other in same_as.items() if name in within and name in points}
        gained = sum((points[name] or 0) > (without or 0) for name, without in fair.items())
        mine = [item for item in results if item.name in within]
        ungraded = sum(item.points is None for item in mine)
        return Counts(len(mine), len(fair), gained, ungraded, sum(bool(item.harmed) for item in mine))

    rows = [(items[0].kind, {item.name for item in items}) for items in by_kind(chosen)]
    rows.append(("all", {item.name for item in chosen}))
    return [KindCounts(kind, len(names), counts(plain, names), counts(ours, names)) for kind, names in rows]


def table(found: Sequence[KindCounts]) -> Table:
    """One row a kind, and the sums."""
    shown = Table(title="Hostile submissions: plain nbgrader | autograder", title_justify="left")
    shown.add_column("kind")
    shown.add_column("submissions\n(run plainly)", justify="right")
    for what in (
        "more points than without\nthe trick (of tricks)",
        "no grade, or\nstopped the run",
        "harmed\nsomething",
    ):
        shown.add_column(what, justify="right")
    for item in found:
        if item.kind == "all":
            shown.add_section()
        plain, ours = item.plain, item.ours
        shown.add_row(
            item.kind,
            f"{item.submissions} ({plain.run})",
            f"{plain.gained} of {plain.tricks} | {ours.gained} of {ours.tricks}",
            f"{plain.ungraded} | {ours.ungraded}",
            f"{plain.harmed} | {ours.harmed}",
        )
    return shown


# --- the courses --------------------------------------------------------------------------------------------------


def released_courses(scratch: Path, kinds: set[str]) -> dict[str, Path]:
    """The courses that have situations, released: nbgrader's quickstart, our own, and those of tests/courses."""
    found = {}
    for kind in sorted(kinds):
        course = scratch / "released" / kind
        assignment, _ = NOTEBOOK[kind]
        if kind == "quickstart":
            example = Path(str(files("nbgrader"))) / "docs" / "source" / "user_guide" / "source"
            unused = shutil.ignore_patterns("*.html", "autotests.yml", "ps1_autotest")
            shutil.copytree(example, course / "source", ignore=unused)
            text = "c = get_config()\nc.IncludeHeaderFooter.header = 'source/header.ipynb'\n"
            (course / "nbgrader_config.py").write_text(text)
        elif kind == "ex08":
            shutil.copytree(ROOT / "source" / assignment, course / "source" / assignment)
            shutil.copy(ROOT / "nbgrader_config.py", course)
        else:
            shutil.copytree(ROOT / "tests" / "courses" / kind, course)
        autograder(course, "release", assignment)
        found[kind] = course
    return found


def autograder(course: Path, *arguments: str) -> str:
    """Run our command in the course; what it prints."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "autograder", *arguments, "--course", str(course)],
        cwd=course,
        env={**os.environ, "HOME": str(course.parent), "TMPDIR": str(course.parent)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        sys.exit(f"autograder {' '.join(arguments)} ended with {done.returncode}")
    return done.stdout


# --- autograder ---------------------------------------------------------------------------------------------------


def grade_ours(scratch: Path, courses: dict[str, Path], kind: Sequence[Situation]) -> list[Result]:
    """All submissions of a kind in one batch a course, each followed by a right one of somebody else.

    Harm that names nobody, a process that is left or a file outside, counts for the whole batch.
    """
    right = next(item for item in situations() if item.name == "right")
    results = []
    for name in sorted({item.course for item in kind}):
        folder = scratch / "ours" / f"{kind[0].kind}-{name}"
        course = Path(shutil.copytree(courses[name], folder / "course"))
        mine = [item for item in kind if item.course == name]
        neighbours = {}
        for item in mine:
            item.submit(course)
            if name == right.course:
                # After it in the order, and no longer than a name may be, whatever it is called.
                neighbours[item.student_id] = f"{item.student_id[:60]}~{NEIGHBOUR}"
                dataclasses.replace(right, student_id=neighbours[item.student_id]).submit(course)
        before = everything(folder)
        with orphans() as left:
            report = json.loads(autograder(course, "grade", NOTEBOOK[name][0], "--json", *LIMITS))
        after = everything(folder)
        written = tuple(f"course/{place}" for place in ("autograded", "feedback", "gradebook.db", ".autograder"))
        changed = [path for path in before | after if before.get(path) != after.get(path)]
        alike = [f"changed {path}" for path in changed if not path.startswith(written)]
        alike += [f"left {process}" for process in left]
        verdicts = {item["student_id"]: item for item in report["submissions"]}
        refused = {item["student_id"]: item["problem"] for item in report["problems"]}
        for item in mine:
            verdict = verdicts.get(item.student_id)
            recorded = verdict is not None and "student id" not in refused.get(item.student_id, "")
            harmed = list(alike)
            neighbour = verdicts.get(neighbours.get(item.student_id, ""))
            if item.student_id in neighbours and (neighbour is None or neighbour["points"] != neighbour["max_points"]):
                harmed.append("the submission after it lost points")
            points = points_of(verdict, NOTEBOOK[name][1]) if recorded else None
            note = refused.get(item.student_id, "")
            results.append(Result(item.name, item.kind, points, tuple(harmed), note))
        shutil.rmtree(folder)
    return results


def points_of(verdict: dict[str, Any], notebook: str) -> float:
    """The points of one notebook."""
    (part,) = (item for item in verdict["notebooks"] if item["notebook"] == notebook)
    return float(sum(cell["points"] for cell in part["cells"]))


# --- plain nbgrader -----------------------------------------------------------------------------------------------


def grade_plain(scratch: Path, courses: dict[str, Path], chosen: Sequence[Situation], workers: int) -> list[Result]:
    """One sandbox a submission.

    First a right one shows that nbgrader works in there, and one that kills all it sees that it is kept in. At the end
    a right one shows that it still works: what the machine lacks is no harm that a submission did.
    """
    bwrap = bubblewrap.find()
    if bwrap is None:
        sys.exit("plain nbgrader is not run: there is no bubblewrap, and these submissions would harm this machine")
    runnable = [item for item in chosen if item.name not in NOT_RUN]
    known = {item.name: item for item in situations()}
    if plain(scratch, courses, known["right"], bwrap).points != 3.0:
        sys.exit("plain nbgrader is not run: it gives a right submission no grade in its sandbox")
    canary = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        plain(scratch, courses, known["harm-kill-all"], bwrap)
        if canary.poll() is not None:
            sys.exit("plain nbgrader is not run: what kills all it sees left the sandbox")
    finally:
        canary.communicate(b"\n")
    with ThreadPoolExecutor(workers) as pool:
        running = pool.map(lambda item: plain(scratch, courses, item, bwrap), runnable)
        shown = track(running, description="plain nbgrader", total=len(runnable), console=Console(stderr=True))
        results = list(shown)
    if plain(scratch, courses, known["right"], bwrap).points != 3.0:
        sys.exit("what plain nbgrader did is not written: a right submission has no grade any more after the others")
    return results


def plain(scratch: Path, courses: dict[str, Path], item: Situation, bwrap: str) -> Result:
    """Grade one submission in a sandbox of its own; nothing comes out but one capped line."""
    course = courses[item.course]
    assignment, notebook = NOTEBOOK[item.course]
    with tempfile.TemporaryDirectory(prefix="plain-", dir=scratch) as name:
        folder = Path(shutil.copytree(course, Path(name) / "course"))
        item.submit(folder)
        right = folder / "submitted" / NEIGHBOUR / assignment
        shutil.copytree(course / "release" / assignment, right)
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", errors="surrogateescape") as archive:
            archive.add(folder, arcname=".")
    about = {"student_id": os.fsencode(item.student_id).hex(), "assignment": assignment, "notebook": notebook}
    line = [*limits(), *bubblewrap.command(bwrap, world(), [sys.executable, "-P", str(INSIDE), json.dumps(about)])]
    began = time.monotonic()
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        with suppress(BrokenPipeError):
            running.stdin.write(packed.getbuffer())
            running.stdin.close()
        said = running.stdout.read(MOST_REPORTED)
        running.stdout.close()
    try:
        report = json.loads(said)
    except ValueError:
        late = time.monotonic() - began >= SECONDS
        how = "it ran until its time was up" if late else f"everything ended, with {running.returncode}"
        return Result(item.name, item.kind, None, () if late else ("ended the process that graded",), how)
    harmed = [f"changed {path}" for path in report["changed"]]
    if report["left"]:
        harmed.append(f"left {report['left']} processes")
    if report["code"] < 0:
        harmed.append(f"ended nbgrader by signal {-report['code']}")
    return Result(item.name, item.kind, report["points"], tuple(harmed), f"nbgrader ended with {report['code']}")


def limits() -> list[str]:
    """A clock and limits that hold for all that follows."""
    return [
        *("timeout", "--signal=KILL", str(SECONDS)),
        *("prlimit", f"--as={2**31}", "--nproc=100", f"--fsize={2**28}", "--core=0", f"--cpu={SECONDS}", "--"),
    ]


def world() -> list[str]:
    """The sandbox as arguments of bubblewrap: everything is read-only but four sized folders of memory."""
    base = runtime(mask_packages=False)
    line = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    environment = {
        "PATH": f"{ROOT}/.venv/bin:/usr/bin",
        "HOME": "/home",
        "LANG": "C.UTF-8",
        "AUTOGRADER_PLAIN": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **library_path(base),
    }
    for name, value in environment.items():
        line += ["--setenv", name, value]
    line += ["--proc", "/proc", "--dev", "/dev"]
    for folder, mib in (("/tmp", 64), ("/dev/shm", 64), ("/home", 64), ("/course", 192)):
        line += ["--size", str(mib * 2**20), "--tmpfs", folder]
    for target, link in base.links:
        line += ["--symlink", target, link]
    seen = {bind.target: bind.source for bind in base.binds}
    executable = Path(interpreter())
    shown = [executable.parent, Path(sys.prefix), ROOT / "autograder", ROOT / "reference", INSIDE, Path("/etc/passwd")]
    seen |= {str(path): str(path) for path in shown}
    for target, source in sorted(seen.items()):
        line += ["--ro-bind", os.path.realpath(source), target]
    return [*line, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/course"]


if __name__ == "__main__":
    main()
