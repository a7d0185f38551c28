"""Where the time of one notebook goes: the judge's and the learner's own code, function by function.

Both run as plain forks of this process under Python's profiler, without the sandbox; what that costs, and forking, is
measured by `benchmarks/floor.py` and `benchmarks/throughput.py`. The profiler makes small functions look dearer than
they are; read it for what is called how often.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import io
import os
import pstats
import resource
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import courses

from autograder import judge
from autograder.course import find_course, load_assignment
from autograder.engine import Engine
from autograder.grade import reference_run
from autograder.sandbox import Level, Limits
from autograder.sandboxed import isolation, session
from autograder.sandboxed.monitor import RECORD

PAGE = Path(__file__).with_name("PROFILE.md")

# As in the sandbox: figures become pictures.
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"


def main() -> None:
    """Profile some exercises, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("exercises", nargs="*", default=["ex02_one_hot_equivalence", "ex08_rope_rotation"])
    parser.add_argument("--each", type=int, default=20, help="runs of each exercise")
    parser.add_argument("--top", type=int, default=25, help="functions that are shown of each side")
    options = parser.parse_args()
    judge.warm()
    session.warm()
    text = []
    with tempfile.TemporaryDirectory(prefix="profile-") as scratch:
        course = courses.released_course(Path(scratch) / "course", options.exercises)
        for name in options.exercises:
            for with_figure in (False, True):
                text.append(profile(course, name, Path(scratch), options, with_figure=with_figure))
    page = "\n".join(
        [
            "# Where the time of one notebook goes",
            "",
            "Written by `benchmarks/hot_path.py`, a step of `make bench`.",
            "",
            *text,
        ]
    )
    PAGE.write_text(page)
    print(page)


def profile(root: Path, name: str, scratch: Path, options: argparse.Namespace, *, with_figure: bool) -> str:
    """The report on one exercise."""
    course = find_course(explicit=root)
    assignment = load_assignment(course, name)
    (notebook,) = assignment.notebooks
    engine = Engine(Level.NONE, Limits(), (), course.reference)
    sys.path.insert(0, str(root))
    learner = Forked(lambda wire, _: session.serve(wire), scratch / "learner")
    judging = Forked(judge.serve, scratch / "judge")
    engine._worker, engine._judge = Always(learner), Always(judging)  # type: ignore[assignment]
    briefs, _ = reference_run(engine, assignment)
    run = partial(engine.grade, briefs[notebook.name], learner_files=(), seed_for=lambda digest: bytes(32))
    data = courses.answered(root, name, with_figure=with_figure)
    run(data)
    gc.freeze()
    for profiled in (False, True):
        for side in (learner, judging):
            side.begin(profiled=profiled)
        for _ in range(options.each):
            verdict = run(data).verdict
    learner.wait()
    judging.wait()
    points = sum(cell.points for cell in verdict.cells)
    lines = [f"## {name}, {'with' if with_figure else 'without'} its figure ({points:g} points)", ""]
    for title, side in (("judge", judging), ("learner", learner)):
        lines += [f"### {title}: {1000 * side.seconds() / options.each:.1f} ms of CPU, without the profiler", "", "```"]
        lines += [side.report(options.top, options.each), "```", ""]
    return "\n".join(lines)


class Always:
    """What the engine asks for a fork."""

    def __init__(self, forked: Forked) -> None:
        self.zygote = forked

    def spawn(self, fds: list[int], request: bytes) -> tuple[Forked, int]:
        """A fork, and what it is one of."""
        return self.zygote, self.zygote.spawn(fds, request)


class Forked:
    """Forks of this process that serve once, under the profiler."""

    def __init__(self, serve: Callable[[socket.socket, bytes], object], folder: Path) -> None:
        self._serve, self._folder = serve, folder
        folder.mkdir(exist_ok=True)
        self._number = 0
        self._watching: list[threading.Thread] = []
        self._profiled = False

    def begin(self, *, profiled: bool) -> None:
        """What is measured from now on: functions, or CPU time alone, which the profiler would falsify."""
        self.wait()
        self._profiled = profiled
        for path in self._folder.glob("*.functions" if profiled else "*"):
            path.unlink()

    def load(self, data: bytes) -> None:
        """Give this process what every later fork shall have; only a judge is given anything."""
        judge.load(data)

    def spawn(self, fds: list[int], request: bytes) -> int:
        """As of the warm process of a sandbox."""
        self._number += 1
        pid = os.fork()
        if pid == 0:
            self._child(fds, request)
        # The learner's comes with a monitor, which the judge asks; and nobody waits for a judge.
        end = socket.socket(fileno=os.dup(fds[1])) if not request else None
        self._watching.append(threading.Thread(target=self._watch, args=(pid, end)))
        self._watching[-1].start()
        return pid

    def _child(self, fds: list[int], request: bytes) -> None:
        os.chdir(tempfile.gettempdir())
        isolation.close_all_but(fds)
        profiler = cProfile.Profile()
        path = self._folder / str(self._number)

        def keep(*_: Any) -> None:
            profiler.disable()
            if self._profiled:
                profiler.dump_stats(path.with_suffix(".functions"))
            else:
                path.with_suffix(".seconds").write_text(str(sum(resource.getrusage(resource.RUSAGE_SELF)[:2])))
            leave(0)

        # Both end by this.
        leave, os._exit = os._exit, keep  # type: ignore[assignment]
        if self._profiled:
            profiler.enable()
        self._serve(socket.socket(fileno=fds[0]), request)
        keep()

    def _watch(self, pid: int, monitor: socket.socket | None) -> None:
        while monitor is not None and (asked := monitor.recv(1)):
            if asked == b"k":
                # The wire is closed next, and the learner ends by itself.
                break
            monitor.sendall(RECORD.pack(0.0, 0.0, 1, 0))
        if monitor is not None:
            monitor.sendall(RECORD.pack(0.0, 0.0, 0, 0))
            monitor.close()
        os.waitpid(pid, 0)

    def wait(self) -> None:
        """Return when all forks have ended, and have written what they measured."""
        while self._watching:
            self._watching.pop().join()

    def seconds(self) -> float:
        """CPU seconds of all forks."""
        return sum(float(path.read_text()) for path in self._folder.glob("*.seconds"))

    def report(self, top: int, each: int) -> str:
        """The functions that took longest, as calls and milliseconds of one notebook."""
        stats: Any = pstats.Stats(*map(str, self._folder.glob("*.functions")), stream=io.StringIO())
        found = sorted(stats.stats.items(), key=lambda item: -item[1][2])[:top]
        lines = ["  calls   own ms   all ms  function"]
        for (file, line, name), (_, calls, own, cumulated, _) in found:
            place = f"{Path(file).name}:{line} " if line else ""
            lines.append(f"{calls / each:7.0f} {1000 * own / each:8.2f} {1000 * cumulated / each:8.2f}  {place}{name}")
        return "\n".join(lines)


if __name__ == "__main__":
    main()
