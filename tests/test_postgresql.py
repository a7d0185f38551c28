"""A course whose gradebook is in PostgreSQL: all that it does in SQLite, and what can be wrong with a server."""

import csv
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from commands import autograder
from conftest import run_nbgrader
from nbgrader.api import Gradebook
from postgresql import PASSWORD, Server, programs, server
from test_gradebook import QUERIES, SQUARES_ONLY, class_of_three, hand_in, make_verdict

from autograder.course import Course, find_course, load_assignment
from autograder.errors import AutograderError, GradebookError, UsageError
from autograder.gradebook import GradebookWriter
from autograder.release import release

LATE = "2015-02-02 15:58:23.948203 America/Los_Angeles"
Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    folder = programs()
    if folder is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have PostgreSQL: .ci/run installs it")
        pytest.skip("there is no PostgreSQL on this machine: install the package postgresql to run these tests")
    with server(folder) as running:
        yield running


def configure(root: Path, url: str) -> Course:
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(f"c.CourseDirectory.db_url = {url!r}\n")
    return find_course(explicit=root)


@pytest.fixture(scope="session")
def released(postgresql: Server, quickstart_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The quickstart course released by our command into the database ``released``; don't write into either."""
    root = tmp_path_factory.mktemp("postgresql") / "course"
    shutil.copytree(quickstart_course / "source", root / "source")
    shutil.copy(quickstart_course / "nbgrader_config.py", root)
    configure(root, postgresql.create("released"))
    autograder(root, "release", "ps1", "--due", "2015-02-02 12:00")
    return root


@pytest.fixture
def course(postgresql: Server, released: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Course:
    """A copy of the released course, and of its database under the name of the test, to change at will."""
    root = Path(shutil.copytree(released, tmp_path / "course"))
    return configure(root, postgresql.create(request.node.name, "released"))


def database_of(course: Course) -> str:
    return course.db_url.partition("@/")[2].partition("?")[0]


def plain(value: object) -> object:
    """A value as SQLite has it."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S.%f}"
    return int(value) if isinstance(value, bool) else value


def rows(postgresql: Server, database: str) -> Rows:
    with postgresql.connect(database) as connection:
        found = {name: connection.execute(query).fetchall() for name, query in QUERIES.items()}
    return {name: sorted((tuple(map(plain, row)) for row in part), key=repr) for name, part in found.items()}


def sqlite_rows(root: Path) -> Rows:
    with closing(sqlite3.connect(root / "gradebook.db")) as database:
        return {name: sorted(database.execute(query), key=repr) for name, query in QUERIES.items()}


def write(course: Course, *graded: Any, busy_seconds: float = 5.0) -> None:
    with GradebookWriter.open(course, load_assignment(course, "ps1"), busy_seconds) as writer:
        assert writer.write(graded) == ()


# --- a class, in both databases ---------------------------------------------------------------------------

MARKS = (
    "update grade set manual_score = 0.75, extra_credit = 0.5, needs_manual_grade = {false} where {cell}",
    "update comment set manual_comment = 'well argued' where {cell}",
)
CELL = """notebook_id in (select sn.id from submitted_notebook sn join submitted_assignment s
    on s.id = sn.assignment_id where s.student_id = '{student}')
    and cell_id in (select id from base_cell where name = 'sum_of_squares_equation')"""


def by_hand(student: str, false: str = "false") -> list[str]:
    """What formgrader does when a human marks a written answer."""
    return [text.format(cell=CELL.format(student=student), false=false) for text in MARKS]


@pytest.fixture(scope="module")
def both(postgresql: Server, released: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same class graded, marked by hand and graded again by our command: in SQLite, and in PostgreSQL."""
    roots = []
    for kind in ("sqlite", "postgresql"):
        root = tmp_path_factory.mktemp(kind) / "course"
        shutil.copytree(released, root)
        url = "sqlite:///gradebook.db" if kind == "sqlite" else postgresql.create("graded", "released")
        course = configure(root, url)
        if kind == "sqlite":
            autograder(root, "release", "ps1", "--force", "--due", "2015-02-02 12:00")
        hand_in(course, "ann", None, ("problem1", "problem2"))
        hand_in(course, "bob", {}, ("problem1", "problem2"))
        hand_in(course, "cat", SQUARES_ONLY, ("problem1",))
        (course.path("submitted", "bob", "ps1") / "timestamp.txt").write_text(LATE)
        autograder(root, "grade", code=1)
        marks = by_hand("ann", "0" if kind == "sqlite" else "false")
        if kind == "sqlite":
            with closing(sqlite3.connect(root / "gradebook.db")) as database, database:
                assert [database.execute(text).rowcount for text in marks] == [1, 1]
        else:
            with postgresql.connect("graded") as connection:
                assert [connection.execute(text).rowcount for text in marks] == [1, 1]
        autograder(root, "grade", "--force", code=1)
        roots.append(root)
    return roots[0], roots[1]


def test_both_hold_the_same_rows(postgresql: Server, both: tuple[Path, Path]) -> None:
    ours = rows(postgresql, "graded")
    assert ours == sqlite_rows(both[0])
    assert {row[0] for row in ours["student"]} == {"ann", "bob", "cat"}


@pytest.mark.usefixtures("both")
def test_a_regrade_keeps_what_a_human_entered(postgresql: Server) -> None:
    ours = rows(postgresql, "graded")
    (grade,) = [row for row in ours["grade"] if row[0] == "ann" and row[2] == "sum_of_squares_equation"]
    assert grade[4:] == (None, 0.75, 0.5, 1)
    assert [row[5] for row in ours["comment"] if row[5] is not None] == ["well argued"]


def test_our_export_and_pages_are_the_same(both: tuple[Path, Path]) -> None:
    exported = [autograder(root, "export", "ps1").stdout for root in both]
    assert exported[0] == exported[1]
    grades = {row["student_id"]: row for row in csv.DictReader(exported[1].splitlines())}
    assert float(grades["ann"]["score"]) == 3.0 + 0.75 + 0.5
    assert grades["bob"]["late_hours"] == "11.97"
    for root in both:
        (root / "feedback" / "ann" / "ps1" / "problem1.html").unlink()
        autograder(root, "feedback", "ps1")
    pages = [(root / "feedback" / "ann" / "ps1" / "problem1.html").read_text() for root in both]
    assert "well argued" in pages[1]
    assert pages[0] == pages[1]


def test_unmodified_nbgrader_reads_it(both: tuple[Path, Path]) -> None:
    tables = []
    for root in both:
        run_nbgrader(root, "export")
        # In the order in which they were graded, which is any.
        found = csv.DictReader((root / "grades.csv").read_text().splitlines())
        tables.append(sorted(found, key=lambda row: row["student_id"]))
    assert tables[0] == tables[1]
    assert {row["student_id"]: float(row["score"]) for row in tables[1]} == {"ann": 4.25, "bob": 0.0, "cat": 2.0}
    run_nbgrader(both[1], "generate_feedback", "ps1", "--force")
    page = (both[1] / "feedback" / "bob" / "ps1" / "problem1.html").read_text()
    assert "No response." in page


def test_formgrader_finds_the_same(both: tuple[Path, Path]) -> None:
    found = []
    for root in both:
        course = find_course(explicit=root)
        with Gradebook(course.db_url, course.course_id) as gradebook:
            grade = gradebook.find_grade("sum_of_squares_equation", "problem1", "ps1", "ann")
            dicts = [
                *gradebook.student_dicts(),
                *gradebook.submission_dicts("ps1"),
                *gradebook.notebook_submission_dicts("problem1", "ps1"),
                {"score": grade.score, "max_score": grade.max_score, "due": gradebook.find_assignment("ps1").duedate},
            ]
        # row ids are chance, and so is the order of rows
        found.append(sorted(repr({k: v for k, v in sorted(row.items()) if k != "id"}) for row in dicts))
    assert found[0] == found[1]
    assert len(found[1]) == 3 + 3 + 3 + 1


# --- releasing --------------------------------------------------------------------------------------------


def test_a_second_release_needs_force_and_keeps_the_scores(postgresql: Server, course: Course) -> None:
    write(course, *class_of_three(load_assignment(course, "ps1")))
    before = rows(postgresql, database_of(course))
    with pytest.raises(UsageError, match="exists already"):
        release(course, "ps1")
    assert release(course, "ps1", force=True).replaced
    assert rows(postgresql, database_of(course)) == before


def test_what_nbgrader_released_is_ours_too(postgresql: Server, quickstart: Path) -> None:
    course = configure(quickstart, postgresql.create("by-nbgrader"))
    run_nbgrader(quickstart, "generate_assignment", "ps1", "--force")
    write(course, *class_of_three(load_assignment(course, "ps1")))
    assert {row[0] for row in rows(postgresql, "by-nbgrader")["student"]} == {"ann", "bob", "cat"}


def test_nothing_is_released_into_a_foreign_database(postgresql: Server, course: Course) -> None:
    url = postgresql.create("of-recipes")
    with postgresql.connect("of-recipes") as connection:
        connection.execute("create table recipe (name text)")
        with pytest.raises(GradebookError, match="no nbgrader gradebook"):
            release(configure(course.root, url), "ps1", force=True)
        tables = connection.execute("select table_name from information_schema.tables where table_schema = 'public'")
        assert tables.fetchall() == [("recipe",)]


def test_a_user_who_must_not_create_tables(postgresql: Server, course: Course) -> None:
    url = postgresql.create("granted-nothing").replace("//grader:", "//guest:")
    with postgresql.connect("granted-nothing") as connection:
        connection.execute(f"create user guest password '{PASSWORD}'")
        connection.execute("revoke create on schema public from public")
    configure(course.root, url)
    # in a process of its own, as nbgrader leaves a connection open that it could not use
    done = autograder(course.root, "release", "ps1", "--force", code=3)
    assert "must not create tables" in " ".join(done.stderr.split())
    assert PASSWORD not in done.stderr
    assert (course.root / "release" / "ps1" / "problem1.ipynb").is_file(), "the earlier release is kept"


# --- at the same time -------------------------------------------------------------------------------------


def until_somebody_waits(postgresql: Server, database: str) -> None:
    """Ask the server, some thousand times at most, until a statement there waits for a lock."""
    with postgresql.connect(database) as connection:
        for _ in range(100_000):
            found = connection.execute(
                "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            )
            if found.fetchone():
                return
    raise AssertionError("nobody waited")


def test_a_mark_given_meanwhile_is_kept(postgresql: Server, course: Course) -> None:
    assignment, database = load_assignment(course, "ps1"), database_of(course)
    write(course, *class_of_three(assignment))
    with ThreadPoolExecutor(1) as pool, postgresql.connect(database) as human:
        with human.transaction():
            for text in by_hand("bob"):
                human.execute(text)
            # the regrade has seen the rows without the mark, and waits for them
            regrade = pool.submit(write, course, *class_of_three(assignment), busy_seconds=60.0)
            until_somebody_waits(postgresql, database)
        regrade.result()
    (grade,) = [
        row for row in rows(postgresql, database)["grade"] if row[0] == "bob" and row[2] == "sum_of_squares_equation"
    ]
    assert grade[4:] == (0.0, 0.75, 0.5, 1), "marked before this regrade ended, so a human looks again"


def test_two_runs_at_once_write_each_row_once(postgresql: Server, course: Course) -> None:
    assignment = load_assignment(course, "ps1")
    students = [(make_verdict(assignment, f"s{number:03}"), LATE) for number in range(200)]
    ready = Barrier(2)

    def run() -> None:
        with GradebookWriter.open(course, assignment, 60.0) as writer:
            ready.wait()
            writer.write(students)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(run), pool.submit(run)]:
            done.result()
    found = {name: len(part) for name, part in rows(postgresql, database_of(course)).items()}
    assert found == {
        "student": 200,
        "submitted_assignment": 200,
        "submitted_notebook": 400,
        "grade": 1800,
        "comment": 1400,
    }


def test_a_locked_table_is_named_and_nothing_is_written(postgresql: Server, course: Course) -> None:
    assignment, database = load_assignment(course, "ps1"), database_of(course)
    with GradebookWriter.open(course, assignment, 0.05) as writer, postgresql.connect(database) as other:
        with other.transaction():
            other.execute("lock table comment")
            with pytest.raises(GradebookError, match="is locked by another program"):
                writer.write([(make_verdict(assignment, "dan"), None)])
        assert rows(postgresql, database)["student"] == []
        writer.write([(make_verdict(assignment, "dan"), None)])
    assert [row[0] for row in rows(postgresql, database)["student"]] == ["dan"]


def test_a_server_that_ends_a_connection_is_named(postgresql: Server, course: Course) -> None:
    assignment, database = load_assignment(course, "ps1"), database_of(course)
    with GradebookWriter.open(course, assignment) as writer, postgresql.connect() as other:
        ended = other.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = %s", (database,)
        )
        assert ended.fetchone() == (1,)
        with pytest.raises(GradebookError, match="cannot be reached"):
            writer.write([(make_verdict(assignment, "dan"), None)])
    assert rows(postgresql, database)["student"] == []


# --- what can be wrong ------------------------------------------------------------------------------------


def changed(*statements: str) -> Callable[[Server, str], str]:
    """A copy of the released database with a change."""

    def make(postgresql: Server, name: str) -> str:
        url = postgresql.create(name, "released")
        with postgresql.connect(name) as connection:
            for statement in statements:
                connection.execute(statement)
        return url

    return make


def other_tables(postgresql: Server, name: str) -> str:
    url = postgresql.create(name)
    with postgresql.connect(name) as connection:
        connection.execute("create table recipe (name text)")
    return url


WRONG: dict[str, tuple[Callable[[Server, str], str], str, int]] = {
    "down": (lambda server, name: server.url(name).replace("?host=", "?host=/nowhere"), "cannot be reached", 3),
    "password": (lambda server, name: server.url(name, "open-4711"), "refuses the user name or password", 3),
    "nameless": (lambda server, name: server.url(name), "create the database", 3),
    "empty": (lambda server, name: server.create(name), "no release yet, run `autograder release ps1`", 2),
    "foreign": (other_tables, "no nbgrader gradebook", 3),
    "tableless": (changed("drop table comment"), "older schema (without comment)", 3),
    "older": (changed("alter table student drop column lms_user_id"), "older schema (without student.lms_user_id)", 3),
    "readonly": (
        changed('alter database "readonly" set default_transaction_read_only = on'),
        "is read-only",
        3,
    ),
    "unreleased": (changed("update assignment set name = 'ps2'"), "no release yet, run `autograder release ps1`", 2),
}


@pytest.mark.parametrize("what", WRONG)
def test_one_sentence_names_the_database_but_no_password(
    postgresql: Server, released: Path, tmp_path: Path, what: str
) -> None:
    make, sentence, code = WRONG[what]
    root = Path(shutil.copytree(released, tmp_path / "course"))
    course = configure(root, make(postgresql, what))
    hand_in(course, "ann", None, ("problem1", "problem2"))
    before = sorted(root.rglob("*"))
    done = autograder(root, "grade", code=code)
    said = " ".join(done.stderr.split())
    assert sentence in said
    assert what in said.replace(sentence, ""), "which database"
    assert len(done.stderr.strip().splitlines()) <= 3, "one sentence"
    assert not {PASSWORD, "open-4711"} & set(said.replace(":", " ").replace("@", " ").split())
    assert PASSWORD not in done.stdout + done.stderr
    ours = {root / ".autograder"} | set((root / ".autograder").rglob("*"))
    assert sorted(set(root.rglob("*")) - ours) == before, "nothing was written"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql+psycopg2://me:sesame-4711@host/book", "install psycopg and begin it with postgresql+psycopg://"),
        ("postgresql+psycopg://me:pass@sesame-4711@host/book", "'@' as '%40'"),
        ("postgresql+psycopg://me:sesame-4711@host:54a/book", "invalid literal"),
        ("postgresql+psycopg:me:sesame-4711@host/book", "Could not parse"),
    ],
)
def test_an_address_that_cannot_be_used_is_not_shown(released: Path, tmp_path: Path, url: str, sentence: str) -> None:
    root = Path(shutil.copytree(released, tmp_path / "course"))
    course = configure(root, url)
    with pytest.raises(AutograderError) as caught:
        GradebookWriter.open(course, load_assignment(course, "ps1"))
    assert sentence in str(caught.value)
    assert "sesame-4711" not in str(caught.value)
