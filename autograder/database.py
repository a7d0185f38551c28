"""A gradebook database, opened with care: nothing is created in a foreign file, and errors are sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import GradebookError, UsageError

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy.engine import Connection, Engine
    from sqlalchemy.sql.expression import UpdateBase

_LOCKED = "is locked by another program (formgrader, or another grading run): wait for it and run again"
_UNREACHABLE = "cannot be reached: start its server, or check CourseDirectory.db_url in nbgrader_config.py"
_SENTENCES = (
    ("locked", _LOCKED),
    ("lock timeout", _LOCKED),
    ("deadlock", _LOCKED),
    ("authentication failed", "refuses the user name or password of CourseDirectory.db_url in nbgrader_config.py"),
    ("no password supplied", "wants a password: write one into CourseDirectory.db_url in nbgrader_config.py"),
    ("permission denied", "does not let its user read and write the tables: grant that, and run again"),
    ("no space left", "cannot be written, the disk is full: make room and run again"),
    ("disk is full", "cannot be written, the disk is full: make room and run again"),
    ("read-only transaction", "is read-only: let its user write, and run again"),
    ("readonly", "is read-only: make the file and its folder writable and run again"),
    ("unable to open", "cannot be opened: check that the file and its folder are readable and writable"),
    ("not a database", "is no SQLite database: restore it from a backup, or move it away and release again"),
    ("malformed", "is damaged: restore it from a backup, or move it away and release again"),
    ("disk i/o", "cannot be written, the disk reports an error: check the disk and run again"),
    ("fatal: database", "cannot be opened: create the database, or check CourseDirectory.db_url in nbgrader_config.py"),
    ("connection to server", _UNREACHABLE),
    ("connection failed", _UNREACHABLE),
    ("connection is closed", _UNREACHABLE),
    ("connection is lost", _UNREACHABLE),
    ("terminating connection", _UNREACHABLE),
    ("server closed the connection", _UNREACHABLE),
    ("timeout expired", _UNREACHABLE),
    ("resolve host", _UNREACHABLE),
    ("translate host", _UNREACHABLE),
)
_LIBPQ = ("psycopg", "psycopg2")
_CONNECT_SECONDS = "10"
# Any number will do, as long as it is ours alone
_POSTGRESQL_LOCK = 0x6175746F67726164


class NoGradebook(UsageError):
    """There is no gradebook yet, but there may be one: a release makes it."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open gradebook: its name for messages, its engine, and nbgrader's tables by name."""

    name: str
    engine: Engine
    tables: Mapping[str, Any]
    _compiled: dict[UpdateBase, Any] = field(default_factory=dict)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing, with the write lock from the start; raises GradebookError."""
        with sentences(self.name), self.engine.begin() as connection:
            yield connection

    def run_for_each(self, connection: Connection, statement: UpdateBase, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement once a row, whose keys are its parameters: texts, numbers, booleans and None only.

        Row by row, SQLAlchemy would spend more time on such parameters than the database on the statement.
        """
        if not rows:
            return
        if statement not in self._compiled:
            self._compiled[statement] = statement.compile(self.engine, column_keys=list(rows[0]))
        compiled = self._compiled[statement]
        names = compiled.positiontup
        parameters: Any = list(rows) if names is None else list(map(itemgetter(*names), rows))
        connection.exec_driver_sql(compiled.string, parameters)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(db_url: str, assignment: str, busy_seconds: float) -> Database:
    """Open the gradebook at ``db_url`` and check that it is one, of the schema that we write.

    Raises NoGradebook where none has been made yet, GradebookError where it can't be used. Waits for what others have
    locked, here and later, for ``busy_seconds``.
    """
    from sqlalchemy import create_engine, false, inspect
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    from autograder.schema import TABLES

    no_release = f"no release yet, run `autograder release {assignment}`"
    try:
        url = make_url(db_url)
        name = _name(url)
        if url.get_backend_name() == "sqlite":
            path = sqlite_path(db_url)
            if path is not None and not path.exists():
                raise NoGradebook(f"There is no gradebook at {path}: {no_release}")
            if path is not None and path.is_file() and path.stat().st_size == 0:
                raise GradebookError(f"The gradebook {path} is empty: move it away and release again")
            engine = create_engine(url, connect_args={"timeout": busy_seconds})
            _begin_immediately(engine)
        else:
            if url.get_driver_name() in _LIBPQ and "connect_timeout" not in url.query:
                url = url.update_query_dict({"connect_timeout": _CONNECT_SECONDS})
            engine = create_engine(url)
            if url.get_backend_name() == "postgresql":
                _one_writer(engine, busy_seconds)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise GradebookError(f"CourseDirectory.db_url cannot be used: {error}{_driver_hint(error)}") from None
    database = Database(name, engine, TABLES)
    try:
        with database.transaction() as connection:
            found = inspect(connection).get_multi_columns()
        present = {table: {str(column["name"]) for column in columns} for (_, table), columns in found.items()}
        if not present and url.get_backend_name() != "sqlite":
            raise NoGradebook(f"There is no gradebook in {name}: {no_release}")
        _check_schema(database.name, present, TABLES)
        with database.transaction() as connection:
            # changes no row, but is refused where rows cannot be changed
            connection.execute(TABLES["grade"].update().where(false()).values(auto_score=None))
    except BaseException:
        database.close()
        raise
    return database


def _name(url: URL) -> str:
    """What messages call the database: its file, or its address without user name, password and options."""
    if url.get_backend_name() == "sqlite":
        return url.database or str(url)
    if "@" in (url.host or ""):
        # the end of a password that was not escaped would be shown as part of the address
        raise ValueError("special characters in its user name or password must be escaped, '@' as '%40'")
    host = url.host or next(iter(url.normalized_query.get("host", ())), "")
    port = f":{url.port}" if url.port else ""
    return (
        f"{url.get_backend_name()} {url.database or ''} on {host}{port}" if host else f"{url.drivername} {url.database}"
    )


def _driver_hint(error: Exception) -> str:
    """What helps where the driver is missing; nbgrader takes the same address, so that is where to name another."""
    if isinstance(error, ModuleNotFoundError) and (error.name or "").startswith("psycopg"):
        return "; for PostgreSQL install psycopg and begin it with postgresql+psycopg://"
    return ""


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
        # PostgreSQL's are of several lines
        text = " ".join(str(getattr(error, "orig", None) or error).split())
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


def _one_writer(engine: Engine, busy_seconds: float) -> None:
    """Two grading runs would both insert the rows that neither found; formgrader is not held up by this lock."""
    from sqlalchemy import event

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, round(busy_seconds * 1000))}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POSTGRESQL_LOCK})")


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
