"""A PostgreSQL server of our own: in a temporary folder, on a Unix socket, ended when it is no longer needed."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

USER, PASSWORD = "grader", "sesame-4711"
_INSTALLED = "/usr/lib/postgresql"
_SETTINGS = {
    "listen_addresses": "",
    # Nothing here has to survive a power cut.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, by the folder of its socket."""

    folder: Path

    def url(self, database: str, password: str = PASSWORD) -> str:
        """What nbgrader's db_url has to be for a database of this server."""
        return f"postgresql+psycopg://{USER}:{password}@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A connection of its own to a database."""
        return psycopg.connect(host=str(self.folder), user=USER, password=PASSWORD, dbname=database, autocommit=True)

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database, empty or a copy of ``template``; returns its db_url."""
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)


def programs() -> Path | None:
    """The folder of the newest server's programs, or None where PostgreSQL is not installed."""
    folders = [path.parent for path in Path(_INSTALLED).glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def server(bin_folder: Path) -> Iterator[Server]:
    """Start a server and wait until it answers; it ends with the block, by the process that was started."""
    # A socket's path must be short, and as root the server runs as somebody else, who must reach the folder.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    who = _unprivileged()
    if who:
        os.chown(folder, who["user"], who["group"])
    data, password = folder / "data", folder / "password"
    password.write_text(PASSWORD)
    try:
        own = [f"--username={USER}", f"--pwfile={password}", "--auth=scram-sha-256"]
        _run([bin_folder / "initdb", "--no-sync", "--no-locale", "--encoding=UTF8", *own, data], who)
        settings = " ".join(f"-c {key}='{value}'" for key, value in _SETTINGS.items())
        control = [bin_folder / "pg_ctl", "-D", data, "-w", "-t", "60"]
        _run([*control, "-l", folder / "log", "-o", f"{settings} -k {folder}", "start"], who)
        try:
            yield Server(folder)
        finally:
            _run([*control, "-m", "immediate", "stop"], who)
    finally:
        shutil.rmtree(folder)


def _unprivileged() -> dict[str, Any]:
    """Arguments of a process that is not root's, which PostgreSQL refuses; it needs a user that has a name."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _run(command: list[Any], who: dict[str, Any]) -> None:
    # Its output goes into a file: the server keeps the descriptors that pg_ctl had.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [str(part) for part in command],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **who,
        )
        output.seek(0)
        if done.returncode:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}: {output.read().decode(errors='replace')}")
