"""The floor under grading a notebook: a warm IPython forked into namespaces of its own, the learner's cells, no more.

Nothing is read, judged, compared or written. As many at a time as there are cores.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from autograder.sandbox import Level, Limits, start_worker
from autograder.warm import Zygote

sys.path.insert(0, str(Path(__file__).parent))

import courses

SESSION = Path(__file__).with_name("floor_session.py")


def main() -> None:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--each", type=int, default=30, help="runs of each exercise")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="floor-") as scratch:
        course = courses.released_course(Path(scratch) / "course")
        found = {
            key: statistics.median(floor(course, options.each, with_figure=with_figure) for _ in range(options.runs))
            for key, with_figure in (("without_figure", False), ("with_figure", True))
        }
    for key, seconds in found.items():
        print(f"floor, {key.replace('_', ' ')}: {1000 * seconds:.1f} ms a notebook")
    courses.keep("floor", {"each": options.each, "runs": options.runs, "seconds_a_notebook": found})


def floor(course: Path, each: int, *, with_figure: bool) -> float:
    """Seconds a notebook, over all exercises."""
    cells = [learner_cells(course, name, with_figure=with_figure) for name in courses.EXERCISES]
    workers = len(os.sched_getaffinity(0))
    with (
        start_worker(Level.FORK, (), Limits(), session=SESSION) as zygote,
        ThreadPoolExecutor(workers + 1) as pool,
    ):
        list(pool.map(lambda data: execute(zygote, data), cells))
        began = time.perf_counter()
        list(pool.map(lambda data: execute(zygote, data), cells * each))
        return (time.perf_counter() - began) / (len(cells) * each)


def learner_cells(course: Path, name: str, *, with_figure: bool) -> bytes:
    """The code that runs in the learner's process: all but test cells."""
    notebook = json.loads(courses.answered(course, name, with_figure=with_figure))
    code = [
        "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and not cell["metadata"].get("nbgrader", {}).get("grade")
    ]
    return json.dumps(code).encode() + b"\n\n"


def execute(zygote: Zygote, data: bytes) -> None:
    """Run the cells in a fork, and end it."""
    (wire, far_wire), (monitor, far_monitor) = socket.socketpair(), socket.socketpair()
    with wire, monitor:
        with far_wire, far_monitor:
            zygote.spawn([far_wire.fileno(), far_monitor.fileno()], b"")
        wire.sendall(data)
        assert int(wire.recv(100)) == len(json.loads(data)), "a cell failed"
        monitor.sendall(b"k")
        monitor.recv(100)


if __name__ == "__main__":
    main()
