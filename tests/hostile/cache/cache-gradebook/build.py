"""Make a gradebook in which everybody has full points, and a secret that is known."""

import sqlite3
from contextlib import closing
from pathlib import Path


def build(folder: Path, notebook: str) -> None:
    with closing(sqlite3.connect(folder / "gradebook.db")) as database:
        database.execute("create table grade (id, auto_score)")
        database.execute("insert into grade values ('correct_squares', 100)")
        database.commit()
    (folder / ".autograder").mkdir()
    (folder / ".autograder" / "secret").write_bytes(bytes(32))
