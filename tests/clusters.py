"""A real Dask cluster on this machine, for tests: scheduler and workers are processes of their own, on loopback."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path


class Cluster:
    """A scheduler and some workers, in ``folder``; ``options`` go to both (TLS files, for one)."""

    def __init__(self, folder: Path, *options: str, scheme: str = "tcp") -> None:
        self._folder, self._options, self._scheme = folder, options, scheme
        self._processes: list[subprocess.Popen[bytes]] = []
        self.address = ""

    def start(self, workers: int) -> None:
        said = self._folder / "scheduler.json"
        self.run(
            "scheduler",
            "--host=" + f"{self._scheme}://127.0.0.1",
            "--port=0",
            "--no-dashboard",
            f"--scheduler-file={said}",
            *self._options,
        )
        deadline = time.monotonic() + 60
        while not said.exists() or not said.read_text().strip():
            assert time.monotonic() < deadline, self.log()
            self._wait()
        import json

        self.address = json.loads(said.read_text())["address"]
        for _ in range(workers):
            self.add_worker()

    def _wait(self) -> None:
        """Until a process ends, or a moment has passed."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._processes[0].wait(0.05)

    def add_worker(self, environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        return self.run(
            "worker",
            self.address,
            "--nthreads=1",
            "--memory-limit=0",
            "--no-dashboard",
            f"--host={self._scheme}://127.0.0.1",
            *self._options,
            environment=environment,
        )

    def run(self, *command: str, environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        log = (self._folder / "log").open("ab")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "distributed.cli.dask_" + command[0], *command[1:]],
                cwd=self._folder,
                stdout=log,
                stderr=log,
                env={**os.environ, "DASK_DISTRIBUTED__WORKER__USE_FILE_LOCKING": "false", **(environment or {})},
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")[-3000:]

    def stop(self) -> None:
        for process in self._processes[::-1]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextlib.contextmanager
def cluster(folder: Path, workers: int, *options: str, scheme: str = "tcp") -> Iterator[Cluster]:
    folder.mkdir(parents=True, exist_ok=True)
    found = Cluster(folder, *options, scheme=scheme)
    try:
        found.start(workers)
        yield found
    finally:
        found.stop()
