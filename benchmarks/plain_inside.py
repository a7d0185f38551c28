"""What `benchmarks/hostile.py` runs inside bubblewrap: one `nbgrader autograde`, and a look at what it left.

The course comes as a tar archive on standard input; one line of JSON goes to standard output. Everything here may be
ended at any moment by what is graded: that no line comes is an answer too.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing, suppress
from pathlib import Path

COURSE = Path("/course")
SHARED = ("/tmp", "/dev/shm", str(Path.home()))
# What the submissions leave where they can write.
TRACES = ("harm-was-here", "mine")
POINTS = (
    "select count(*), total(g.auto_score) from grade g "
    "join submitted_notebook n on n.id = g.notebook_id join notebook b on b.id = n.notebook_id "
    "join submitted_assignment s on s.id = n.assignment_id where s.student_id = ? and b.name = ?"
)


def contents(folder: Path) -> dict[str, str]:
    """Every file below it by path, with a digest; what is no file has none."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            digest = ""
            if path.is_file() and not path.is_symlink() and path.stat().st_size < 2**24:
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
            found[os.fsencode(path.relative_to(folder)).decode("utf-8", "backslashreplace")] = digest
    return found


def processes() -> set[int]:
    """All processes here but the first one and this one."""
    return {int(name) for name in os.listdir("/proc") if name.isdigit()} - {1, os.getpid()}


def main() -> None:
    """Unpack, grade, look, report."""
    about = json.loads(sys.argv[1])
    student_id = os.fsdecode(bytes.fromhex(about["student_id"]))
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|", errors="surrogateescape") as archive:
        archive.extractall(COURSE, filter="fully_trusted")
    before = contents(COURSE)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "nbgrader", "autograde", about["assignment"], f"--student={student_id}"],
        cwd=COURSE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    left = processes()
    own = os.fsencode(student_id).decode("utf-8", "backslashreplace")
    # The gradebook, and what nbgrader makes of this submission.
    ours = (f"autograded/{own}/", "gradebook.db")
    after = contents(COURSE)
    changed = sorted(
        path for path in before | after if before.get(path) != after.get(path) and not path.startswith(ours)
    )
    changed += [f"{folder}/{name}" for folder in SHARED for name in TRACES if os.path.lexists(f"{folder}/{name}")]
    points = None
    with suppress(sqlite3.Error, UnicodeEncodeError), closing(sqlite3.connect(COURSE / "gradebook.db")) as database:
        count, total = database.execute(POINTS, (student_id, about["notebook"])).fetchone()
        points = total if count and not done.returncode else None
    report = {"code": done.returncode, "points": points, "changed": changed[:20], "left": len(left)}
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main()
