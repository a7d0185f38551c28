"""A gradebook database, opened with care: nothing is created in a foreign file, and errors are sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import GradebookError, UsageError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

_SENTENCES = (
    (
        "locked",
        "is locked by another program (formgrader, or another grading run): wait for it and run again",
    ),
    ("disk is full", "cannot be written, the disk is full: make room and run again"),
    ("readonly", "is read-only: make the file and its folder writable and run again"),
    ("unable to open", "cannot be opened: check that the file and its folder are readable and writable"),
    ("not a database", "is no SQLite database: restore it from a backup, or move it away and release again"),
    ("malformed", "is damaged: restore it from a backup, or move it away and release again"),
    ("disk i/o", "cannot be written, the disk reports an error: check the disk and run again"),
)


@dataclass(frozen=True, slots=True)
class Database:
    """An open gradebook: its name for messages, its engine, and nbgrader's tables by name."""

    name: str
    engine: Engine
    tables: Mapping[str, Any]

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing, with the write lock from the start; raises GradebookError."""
        with sentences(self.name), self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(db_url: str, assignment: str, busy_seconds: float) -> Database:
    """Open the gradebook at ``db_url`` and check that it is one, of the schema of the installed nbgrader."""
    from nbgrader.api import Base
    from sqlalchemy import create_engine, false, inspect
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        url = make_url(db_url)
        name = url.render_as_string()
        if url.get_backend_name() == "sqlite":
            name = url.database or name
            path = sqlite_path(db_url)
            if path is not None and not path.exists():
                raise UsageError(
                    f"There is no gradebook at {path}: no release yet, run `autograder release {assignment}`"
                )
            if path is not None and path.is_file() and path.stat().st_size == 0:
                raise GradebookError(f"The gradebook {path} is empty: move it away and release again")
            engine = create_engine(url, connect_args={"timeout": busy_seconds})
            _begin_immediately(engine)
        else:
            engine = create_engine(url)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise GradebookError(f"CourseDirectory.db_url cannot be used: {error}") from None
    tables = Base.metadata.tables
    database = Database(name, engine, tables)
    try:
        with database.transaction() as connection:
            inspector = inspect(connection)
            present = {table: set[str]() for table in inspector.get_table_names()}
            for table in present:
                present[table] = {str(column["name"]) for column in inspector.get_columns(table)}
        _check_schema(database.name, present, tables)
        with database.transaction() as connection:
            # changes no row, but is refused where rows cannot be changed
            connection.execute(tables["grade"].update().where(false()).values(auto_score=None))
    except BaseException:
        database.close()
        raise
    return database


def sqlite_path(db_url: str) -> Path | None:
    """The file of a SQLite gradebook; None for another database, in memory, or behind a file: URI."""
    prefix = "sqlite:///"
    name = db_url.removeprefix(prefix)
    return None if name == db_url or name.startswith(("file:", ":memory:")) else Path(name)


@contextmanager
def sentences(name: str) -> Iterator[None]:
    """Turn the database's errors into GradebookError with what is wrong with ``name`` and what helps."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        text = str(getattr(error, "orig", None) or error)
        for sign, sentence in _SENTENCES:
            if sign in text.lower():
                raise GradebookError(f"The gradebook {name} {sentence}") from error
        raise GradebookError(f"The gradebook {name} refused: {text}; nothing of this batch was written") from error


def _begin_immediately(engine: Engine) -> None:
    """SQLite would take the write lock late, and could then refuse what was already half done."""
    from sqlalchemy import event

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _check_schema(name: str, present: Mapping[str, set[str]], tables: Mapping[str, Any]) -> None:
    missing = {
        f"{table}.{column}" if table in present else table
        for table, definition in tables.items()
        for column in (part.name for part in definition.columns)
        if column not in present.get(table, ())
    }
    if not missing:
        return
    if {"assignment", "student", "submitted_assignment"} <= set(present):
        raise GradebookError(
            f"The gradebook {name} has an older schema (without {', '.join(sorted(missing)[:3])}): "
            "back it up and run `nbgrader db upgrade`"
        )
    raise GradebookError(
        f"{name} is a database, but no nbgrader gradebook: check CourseDirectory.db_url in nbgrader_config.py"
    )
