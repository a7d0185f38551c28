"""Write benchmarks/RESULTS.md and benchmarks/PAGES.md from what was measured; nothing in them is typed by hand.

One tells of the grader, the other of the course's pages. A page is written when all that it tells of was measured in
this working copy; else it stays as it is, as half of it would be missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")
Record = dict[str, Any]


def main() -> None:
    """Read every result that is there, and write each page that has all of its own."""
    found = {path.stem: json.loads(path.read_text()) for path in RESULTS.glob("*.json")}
    for name, (needed, make) in PAGES.items():
        missing = sorted(needed - found.keys())
        if missing:
            print(f"{name} stays as it is: not measured in this copy: {', '.join(missing)}")
            continue
        target = Path(__file__).with_name(name)
        target.write_text("\n".join(make({part: found[part] for part in sorted(needed)})))
        print(target.read_text())


Row = tuple[str, str, str, bool]


def grader(found: dict[str, Record]) -> list[str]:
    """The page about the grader."""
    return [
        "# What was measured",
        "",
        "Written by `benchmarks/results.py`, the last step of `make bench`. Where two ways are compared they ran one "
        "after the other, in one run; the floor is a run of its own on the same machine. The course's pages: "
        "[PAGES.md](PAGES.md).",
        "",
        *table(row for make in (throughput, otter, gradebook, latency, scale, cluster) for row in make(found)),
        *hostile(found["hostile"]),
        *model(found),
        *on_what(found),
    ]


def pages(found: dict[str, Record]) -> list[str]:
    """The page about the course's pages."""
    scores = found["lighthouse"]["scores"]
    return [
        "# What was measured of the course's pages",
        "",
        "Written by `benchmarks/results.py`, the last step of `make bench`.",
        "",
        *table(row for make in (redraw, storage, lighthouse) for row in make(found)),
        "## Lighthouse, chapter by chapter",
        "",
        "Performance, the median of several visits. A phone is simulated: this machine slowed down to a quarter, on a "
        "slow network.",
        "",
        f"| chapter | {' | '.join(scores)} |",
        "| --- |" + " --- |" * len(scores),
        *(
            f"| {chapter} | {' | '.join(str(scores[form][chapter]['performance']) for form in scores)} |"
            for chapter in next(iter(scores.values()))
        ),
        "",
        *on_what(found),
    ]


def table(rows: Iterable[Row]) -> list[str]:
    """What was wanted, and what came."""
    return [
        "| what | figure | wanted | met |",
        "| --- | --- | --- | --- |",
        *(
            f"| {what} | {figure} | {wanted or '-'} | {('yes' if met else '**no**') if wanted else '-'} |"
            for what, figure, wanted, met in rows
        ),
        "",
    ]


def on_what(found: dict[str, Record]) -> list[str]:
    """The machine and versions of each measurement."""
    return ["## On what", "", *(f"- {name}: {about(record)}" for name, record in found.items()), ""]


def throughput(found: dict[str, Record]) -> list[Row]:
    """How many times as fast as plain nbgrader, and how near to the floor."""
    rows = []
    for key, wanted, most in (("without_figure", 100, 2.0), ("with_figure", 50, 2.0)):
        record = found["throughput"]["seconds_a_notebook"][key]
        times = record["times_as_fast"]
        what = f"throughput against plain `nbgrader autograde`, {key.replace('_', ' ')}"
        figure = (
            f"{times:.0f} times as fast ({record['nbgrader']:.2f} s and {1000 * record['autograder']:.1f} ms a "
            f"notebook, {record['runs'][0]['scores_compared']} scores equal)"
        )
        rows.append((what, figure, f"at least {wanted} times", times >= wanted))
        floor = found["floor"]["seconds_a_notebook"][key]
        share = record["autograder"] / floor
        figure = f"{share:.1f} times the floor of {1000 * floor:.1f} ms"
        rows.append((f"against the floor, {key.replace('_', ' ')}", figure, f"at most {most:g} times", share <= most))
    return rows


def otter(found: dict[str, Record]) -> list[Row]:
    """How many times as fast as otter-grader, which then has no autograded notebook and no gradebook."""
    rows = []
    for key, record in found["otter"]["seconds_a_notebook"].items():
        figure = (
            f"{record['times_as_fast']:.0f} times as fast ({record['otter']:.2f} s and "
            f"{1000 * record['autograder']:.1f} ms a notebook, {record['runs'][0]['scores_compared']} scores equal)"
        )
        rows.append((f"throughput against otter-grader, {key.replace('_', ' ')}", figure, "", True))
    return rows


def gradebook(found: dict[str, Record]) -> list[Row]:
    """Submissions a second into each kind of gradebook."""
    rows = []
    for kind, rates in found["gradebook"]["submissions_per_second"].items():
        wanted = "at least 2,000" if kind == "sqlite" else ""
        for way, rate in rates.items():
            what = f"the gradebook writer alone, {kind}, {way.replace('first', 'first write')}"
            rows.append((what, f"{rate:,.0f} a second", wanted, not wanted or rate >= 2000))
    return rows


def latency(found: dict[str, Record]) -> list[Row]:
    """One verdict, and one check."""
    verdict, check = found["latency"]["verdict"], found["latency"]["check"]["median"]
    alone, whole, drawn = (verdict[key]["p95"] for key in ("alone", "with_notebook", "with_figure"))
    return [
        (
            "one warm verdict alone, as `autograder check` gives it, p95, no figure",
            f"{1000 * alone:.0f} ms",
            "under 100 ms",
            alone < 0.1,
        ),
        ("one warm verdict with its autograded notebook, p95, no figure", f"{1000 * whole:.0f} ms", "", True),
        ("one warm verdict with its autograded notebook, p95, with a figure", f"{1000 * drawn:.0f} ms", "", True),
        ("`autograder check` from a cold shell", f"{check:.1f} s", "under 2 s", check < 2),
    ]


def redraw(found: dict[str, Record]) -> list[Row]:
    """How long an interactive figure takes to follow a slider."""
    record = found["redraw"]["milliseconds"]
    name = record["slowest"]
    slowest = record["medians"][name]
    figure = f"{record['median']:.1f} ms over {len(record['medians'])} figures; the slowest, `{name}`, {slowest:.1f} ms"
    return [("a slider's redraw in Chromium, median", figure, "under 16 ms", slowest < 16)]


def storage(found: dict[str, Record]) -> list[Row]:
    """Much in the reader's browser."""
    record = found["storage"]
    seconds = record["seconds"]
    figure = (
        f"export {seconds['export']:.2f} s; list of notes shown {seconds['shown']:.2f} s, a typed letter kept "
        f"{1000 * seconds['letter']:.0f} ms, the browser's remote control included"
    )
    what = f"{record['notes']:,} notes and {record['cards']:,} cards in the browser"
    return [(what, figure, "export under 1 s", seconds["export"] < 1)]


def lighthouse(found: dict[str, Record]) -> list[Row]:
    """The lowest score of each kind over all chapters."""
    rows = []
    for form, pages in found["lighthouse"]["scores"].items():
        lowest: dict[str, int] = {}
        for scores in pages.values():
            for kind, score in scores.items():
                lowest[kind] = min(score, lowest.get(kind, 100))
        figure = ", ".join(f"{kind} {score}" for kind, score in lowest.items())
        rows.append(
            (f"Lighthouse for a {form}, the lowest of all chapters", figure, "at least 95", min(lowest.values()) >= 95)
        )
    return rows


def scale(found: dict[str, Record]) -> list[Row]:
    """Memory, growth, and a class of which nothing has changed."""
    record, again = found["scale"], found["scale"]["unchanged"]
    spread = record["memory_spread"] / 2**20
    sizes = ", ".join(f"{row['submissions']:,}: {row['seconds']:.0f} s" for row in record["growth"])
    largest = max(row["submissions"] for row in record["growth"])
    return [
        (
            f"memory of the coordinator up to {largest:,} submissions ({sizes})",
            f"{spread:.0f} MiB more",
            "within 50 MB",
            spread < 48,
        ),
        (
            f"{again['submissions']:,} unchanged submissions graded again",
            f"{again['seconds']:.1f} s",
            "under 5 s for 10,000",
            again["seconds"] < 5,
        ),
    ]


def cluster(found: dict[str, Record]) -> list[Row]:
    """Two workers of a cluster against two local processes."""
    record = found["cluster"]
    share = record["share_of_local"]
    figure = f"{share:.2f} of the throughput, {record['verdicts_compared']} verdicts equal"
    return [("two Dask workers against two local processes", figure, "at least 0.7", share >= 0.7)]


def model(found: dict[str, Record]) -> list[str]:
    """What a million submissions would take, by arithmetic from the figures above."""
    record = found["throughput"]["seconds_a_notebook"]["without_figure"]
    cores = found["throughput"]["machine"]["cores"]
    core_seconds = record["autograder"] * cores
    writes = found["gradebook"]["submissions_per_second"]["sqlite"]["first"]
    hours = core_seconds * 1e6 / 3600
    return [
        "## A million submissions",
        "",
        f"A notebook without a figure takes {record['autograder'] * 1000:.1f} ms on {cores} cores, so "
        f"{core_seconds * 1000:.0f} ms of one core: a million take {hours:.0f} core hours, or {hours / 64:.1f} hours "
        "on 64 cores. "
        f"One coordinator writes {writes:,.0f} submissions a second, so it is the limit from some "
        f"{writes * core_seconds:.0f} cores on. This is arithmetic, not a measurement: it leaves out the network.",
        "",
    ]


def hostile(record: Record) -> list[str]:
    """What each kind of hostile submission got out of plain nbgrader, and of us."""
    part = f"{record['chosen']} of the {record['there_are']}" if record["chosen"] < record["there_are"] else "All"
    not_run = "; ".join(f"{name} ({why})" for name, why in sorted(record["not_run"].items()))
    lines = [
        "## Hostile submissions",
        "",
        f"{part} submissions under `tests/hostile/`, by `benchmarks/hostile.py`: plain `nbgrader autograde` / "
        "`autograder grade`. A trick gained points if it had more than the same answer without it; a submission got "
        "no grade where the run gave it none, or was stopped by it; it harmed something if it ended, changed or left "
        "what is not its own. Plain nbgrader ran in a sandbox around it, which kept back more harm than is counted "
        "here.",
        "",
        "| kind | submissions | run with plain nbgrader | gained points, of tricks | no grade | harmed something |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for item in record["kinds"]:
        plain, ours = item["plain"], item["ours"]
        lines.append(
            f"| {item['kind']} | {item['submissions']} | {plain['run']} "
            f"| {plain['gained']} of {plain['tricks']} / {ours['gained']} of {ours['tricks']} "
            f"| {plain['ungraded']} / {ours['ungraded']} | {plain['harmed']} / {ours['harmed']} |"
        )
    return [*lines, "", *((f"Not run with plain nbgrader: {not_run}.", "") if not_run else ())]


def about(record: Record) -> str:
    """The machine and versions of one result."""
    machine = record["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine.get("packages", {}).items())
    facts = [
        machine.get("date", ""),
        f"{machine.get('cores', '?')} cores",
        machine.get("system", "").partition("-")[0],
        f"Python {machine.get('python', '?')}",
    ]
    return ", ".join(fact for fact in (*facts, f"load before {machine.get('load_before', '?')}", versions) if fact)


PAGES: dict[str, tuple[frozenset[str], Callable[[dict[str, Record]], list[str]]]] = {
    "RESULTS.md": (
        frozenset({"floor", "throughput", "otter", "gradebook", "latency", "scale", "cluster", "hostile"}),
        grader,
    ),
    "PAGES.md": (frozenset({"redraw", "storage", "lighthouse"}), pages),
}


if __name__ == "__main__":
    main()
