"""What we write into the gradebook, compared row by row with what plain nbgrader leaves there."""

import json
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from autograder.course import Assignment, Course, find_course, load_assignment
from autograder.errors import GradebookError, UsageError
from autograder.gradebook import GradebookWriter, parse_timestamp
from autograder.release import release
from autograder.source import Kind
from autograder.verdict import CellVerdict, ManualCell, NotebookVerdict, Outcome, Status, Verdict

SQUARES_ONLY = {
    "squares": "def squares(n):\n"
    "    if n < 1:\n"
    "        raise ValueError('n must be positive')\n"
    "    return [i ** 2 for i in range(1, n + 1)]",
    "sum_of_squares_equation": "$s = 1 + 4 + ...$",
}
LATE = "2015-02-02 15:58:23.948203 America/Los_Angeles"


def hand_in(course: Course, student: str, answers: dict[str, str] | None, notebooks: Iterable[str]) -> None:
    """Submit the release with some solution cells filled in; all as in the source for ``None``."""
    assignment = load_assignment(course, "ps1")
    folder = course.path("submitted", student, "ps1")
    folder.mkdir(parents=True)
    for source in assignment.notebooks:
        if source.name not in notebooks:
            continue
        released = json.loads((course.path("release", ".", "ps1") / f"{source.name}.ipynb").read_bytes())
        for cell, original in zip(released["cells"], source.cells, strict=True):
            if original.kind in (Kind.SOLUTION, Kind.MANUAL):
                texts = {original.grade_id: original.source} if answers is None else answers
                cell["source"] = texts.get(original.grade_id, original.released)
        (folder / f"{source.name}.ipynb").write_text(json.dumps(released))


def make_verdict(
    assignment: Assignment,
    student: str,
    points: float = 1.0,
    only: Iterable[str] | None = None,
    answered: Iterable[str] | None = None,
    missing: Iterable[str] = (),
    untouched: tuple[str, ...] = (),
) -> Verdict:
    """Full points for the cells of ``only`` (all if None), a share of them given by ``points``."""
    notebooks: list[NotebookVerdict] = []
    for source in assignment.notebooks:
        if source.name in missing:
            notebooks.append(NotebookVerdict(source.name, Status.MISSING))
            continue
        cells, manual = [], []
        for cell in source.cells:
            grade_id = cell.grade_id or ""
            if cell.kind is Kind.TEST:
                passed = only is None or grade_id in only
                outcome = Outcome.PASSED if passed else Outcome.FAILED
                score = cell.points * points if passed else 0.0
                cells.append(CellVerdict(grade_id, cell.title, outcome, score, cell.points))
            elif cell.kind in (Kind.MANUAL, Kind.TASK):
                is_answered = answered is None or grade_id in answered
                manual.append(ManualCell(grade_id, cell.points, is_answered, cell.kind is Kind.TASK))
        notebooks.append(NotebookVerdict(source.name, Status.GRADED, tuple(cells), tuple(manual), untouched=untouched))
    return Verdict(student, assignment.name, "fork", tuple(notebooks))


def class_of_three(assignment: Assignment) -> list[tuple[Verdict, str | None]]:
    """The verdicts of the submissions of ``plain_course``."""
    some = ("correct_squares", "squares_invalid_input")
    return [
        (make_verdict(assignment, "ann"), None),
        (
            make_verdict(assignment, "bob", only=(), answered=(), untouched=("squares", "sum_of_squares")),
            LATE,
        ),
        (
            make_verdict(
                assignment,
                "cat",
                only=some,
                answered=("sum_of_squares_equation",),
                missing=("problem2",),
                untouched=("sum_of_squares",),
            ),
            None,
        ),
    ]


QUERIES = {
    "student": "select id, first_name, last_name, email, lms_user_id from student",
    "submitted_assignment": """select a.name, s.student_id, s.timestamp, s.extension
        from submitted_assignment s join assignment a on a.id = s.assignment_id""",
    "submitted_notebook": """select s.student_id, n.name, sn.flagged, sn.late_submission_penalty
        from submitted_notebook sn join submitted_assignment s on s.id = sn.assignment_id
        join notebook n on n.id = sn.notebook_id""",
    "grade": """select s.student_id, n.name, c.name, c.type, g.auto_score, g.manual_score, g.extra_credit,
            g.needs_manual_grade
        from grade g join submitted_notebook sn on sn.id = g.notebook_id
        join submitted_assignment s on s.id = sn.assignment_id
        join notebook n on n.id = sn.notebook_id join base_cell c on c.id = g.cell_id""",
    "comment": """select s.student_id, n.name, c.name, c.type, m.auto_comment, m.manual_comment
        from comment m join submitted_notebook sn on sn.id = m.notebook_id
        join submitted_assignment s on s.id = sn.assignment_id
        join notebook n on n.id = sn.notebook_id join base_cell c on c.id = m.cell_id""",
}


def rows(root: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows about submissions, by names instead of random ids, in a fixed order."""
    with closing(sqlite3.connect(root / "gradebook.db")) as database:
        return {name: sorted(database.execute(query), key=repr) for name, query in QUERIES.items()}


def mark_by_hand(root: Path) -> None:
    """What an instructor enters in formgrader for ann's written answer."""
    with closing(sqlite3.connect(root / "gradebook.db")) as database, database:
        of_ann = """notebook_id in (select sn.id from submitted_notebook sn join submitted_assignment s
            on s.id = sn.assignment_id where s.student_id = 'ann')
            and cell_id in (select id from base_cell where name = 'sum_of_squares_equation')"""
        changed = database.execute(
            f"update grade set manual_score = 0.75, extra_credit = 0.5, needs_manual_grade = 0 where {of_ann}"
        )
        assert changed.rowcount == 1
        changed = database.execute(f"update comment set manual_comment = 'well argued' where {of_ann}")
        assert changed.rowcount == 1


@pytest.fixture(scope="session")
def plain_course(quickstart_course, tmp_path_factory, nbgrader) -> Path:
    """Three submissions graded by plain nbgrader; ``gradebook-regraded.db`` after a manual score and a regrade."""
    root = Path(shutil.copytree(quickstart_course, tmp_path_factory.mktemp("plain") / "course"))
    shutil.rmtree(root / "submitted", ignore_errors=True)
    course = find_course(explicit=root)
    hand_in(course, "ann", None, ("problem1", "problem2"))
    hand_in(course, "bob", {}, ("problem1", "problem2"))
    hand_in(course, "cat", SQUARES_ONLY, ("problem1",))
    (course.path("submitted", "bob", "ps1") / "timestamp.txt").write_text(LATE)
    nbgrader(root, "autograde", "ps1")
    shutil.copy(root / "gradebook.db", root / "gradebook-first.db")
    mark_by_hand(root)
    nbgrader(root, "autograde", "ps1", "--student", "ann", "--force")
    shutil.move(root / "gradebook.db", root / "gradebook-regraded.db")
    shutil.move(root / "gradebook-first.db", root / "gradebook.db")
    return root


@pytest.fixture
def graded(quickstart: Path) -> Course:
    """The quickstart course with the class of three in its gradebook, written by us."""
    course = find_course(explicit=quickstart)
    assignment = load_assignment(course, "ps1")
    with GradebookWriter.open(course, assignment) as writer:
        assert writer.write(class_of_three(assignment)) == ()
    return course


def write(course: Course, *graded: tuple[Verdict, str | None], busy_seconds: float = 5.0) -> tuple[str, ...]:
    with GradebookWriter.open(course, load_assignment(course, "ps1"), busy_seconds) as writer:
        return tuple(problem.message for problem in writer.write(graded))


def test_rows_equal_those_of_plain_nbgrader(plain_course, graded):
    assert rows(graded.root) == rows(plain_course)


def test_a_regrade_keeps_what_a_human_entered(plain_course, graded, tmp_path):
    mark_by_hand(graded.root)
    write(graded, (make_verdict(load_assignment(graded, "ps1"), "ann"), None))
    (tmp_path / "plain").mkdir()
    shutil.copy(plain_course / "gradebook-regraded.db", tmp_path / "plain" / "gradebook.db")
    assert rows(graded.root) == rows(tmp_path / "plain")
    row = next(row for row in rows(graded.root)["grade"] if row[0] == "ann" and row[2] == "sum_of_squares_equation")
    assert row[4:] == (None, 0.75, 0.5, 1)


def test_a_second_write_of_the_same_changes_nothing(graded):
    before = rows(graded.root)
    write(graded, *class_of_three(load_assignment(graded, "ps1")))
    assert rows(graded.root) == before


def test_a_regrade_replaces_automatic_scores_and_keeps_the_old_timestamp(graded):
    assignment = load_assignment(graded, "ps1")
    write(graded, (make_verdict(assignment, "bob", points=0.5), None))
    scores = {row[2]: row[4] for row in rows(graded.root)["grade"] if row[0] == "bob"}
    assert scores["correct_squares"] == 0.5
    assert rows(graded.root)["submitted_assignment"][1][2] == "2015-02-02 23:58:23.948203"
    write(graded, (make_verdict(assignment, "bob"), "2026-01-01 00:00:00 UTC"))
    assert rows(graded.root)["submitted_assignment"][1][2] == "2026-01-01 00:00:00.000000"


def test_nbgraders_own_tools_work_on_it(graded, plain_course, nbgrader):
    shutil.copytree(plain_course / "autograded", graded.root / "autograded", dirs_exist_ok=True)
    nbgrader(graded.root, "export")
    table = [line.split(",") for line in (graded.root / "grades.csv").read_text().splitlines()]
    column = table[0].index("score")
    student = table[0].index("student_id")
    assert {row[student]: float(row[column]) for row in table[1:]} == {"ann": 3.0, "bob": 0.0, "cat": 2.0}
    nbgrader(graded.root, "generate_feedback", "ps1")
    page = (graded.root / "feedback" / "bob" / "ps1" / "problem1.html").read_text()
    assert "No response." in page


def test_formgraders_queries_work_on_it(graded):
    from nbgrader.api import Gradebook

    with Gradebook(graded.db_url, graded.course_id) as gradebook:
        students = {row["id"]: row["score"] for row in gradebook.student_dicts()}
        assert students == {"ann": 3.0, "bob": 0.0, "cat": 2.0}
        submissions = {row["student"]: row for row in gradebook.submission_dicts("ps1")}
        assert submissions["ann"]["max_score"] == 13.0
        assert submissions["ann"]["needs_manual_grade"]
        notebooks = {row["student"]: row for row in gradebook.notebook_submission_dicts("problem1", "ps1")}
        assert notebooks["cat"]["code_score"] == 2.0
        assert notebooks["bob"]["failed_tests"]
        assert not notebooks["ann"]["failed_tests"]
        found = gradebook.find_grade("correct_squares", "problem1", "ps1", "ann")
        assert (found.score, found.max_score) == (1.0, 1.0)


def test_what_is_our_fault_goes_to_a_human(graded):
    assignment = load_assignment(graded, "ps1")
    verdict = make_verdict(assignment, "dan")
    first = verdict.notebooks[0]
    broken = CellVerdict("correct_squares", "", Outcome.GRADER_ERROR, 0.0, 1.0)
    dropped = ("correct_squares", "squares_invalid_input", "sum_of_squares_uses_squares")
    kept = tuple(cell for cell in first.cells if cell.grade_id not in dropped)
    absurd = CellVerdict("squares_invalid_input", "", Outcome.PASSED, float("nan"), 1.0)
    notebook = NotebookVerdict(first.notebook, Status.GRADED, (broken, absurd, *kept), first.manual)
    write(graded, (Verdict("dan", "ps1", "fork", (notebook,)), None))
    scores = {row[2]: (row[4], row[7]) for row in rows(graded.root)["grade"] if row[0] == "dan"}
    assert scores["correct_squares"] == (None, 1)
    assert scores["squares_invalid_input"] == (None, 1), "points that are no points are nobody's zero"
    assert scores["sum_of_squares_uses_squares"] == (None, 1), "nor is a cell without a verdict"
    assert scores["correct_sum_of_squares"] == (0.5, 0)
    assert scores["part-a"] == (0.0, 0), "the other notebook is missing"


def test_an_unreadable_notebook_is_zero_until_a_human_looked(graded):
    unreadable = NotebookVerdict("problem1", Status.UNREADABLE, reason="no JSON")
    write(graded, (Verdict("dan", "ps1", "fork", (unreadable,)), None))
    found = [row for row in rows(graded.root)["grade"] if row[:2] == ("dan", "problem1")]
    assert len(found) == 7
    assert {row[4:] for row in found} == {(0.0, None, None, 1)}


def test_odd_ids_and_timestamps_cost_only_themselves(graded):
    assignment = load_assignment(graded, "ps1")
    ids = ["a,b", "-x", "*", "\u00e9", "e\u0301", "x' or 1=1 --"]
    bad = ["\udcff", "n" * 129, "nul\0"]
    problems = write(
        graded,
        *((make_verdict(assignment, student), None) for student in bad + ids),
        (make_verdict(assignment, "eve"), "yesterday, honestly"),
    )
    assert len(problems) == 4
    assert "timestamp.txt holds no date" in problems[3]
    known = {row[0] for row in rows(graded.root)["student"]}
    assert {*ids, "eve"} <= known
    assert len(known) == 3 + len(ids) + 1


def test_comments_stay_where_a_regrade_cannot_read_the_notebook(graded):
    before = rows(graded.root)["comment"]
    assert ("bob", "problem1", "squares", "SolutionCell", "No response.", None) in before
    unreadable = NotebookVerdict("problem1", Status.UNREADABLE, reason="no JSON")
    write(graded, (Verdict("bob", "ps1", "fork", (unreadable,)), None))
    assert rows(graded.root)["comment"] == before


def test_one_writer_takes_a_batch_of_several_assignments(graded):
    shutil.copytree(graded.root / "source" / "ps1", graded.root / "source" / "ps2")
    release(graded, "ps2")
    both = [load_assignment(graded, name) for name in ("ps1", "ps2")]
    late = (make_verdict(both[0], "bob", points=0.5), "yesterday, honestly")
    with GradebookWriter.open(graded, both) as writer:
        problems = writer.write([*class_of_three(both[1]), late, (make_verdict(both[0], "dan"), None)])
    assert [(problem.student_id, problem.assignment) for problem in problems] == [("bob", "ps1")]
    with closing(sqlite3.connect(graded.root / "gradebook.db")) as database:
        scores = database.execute(
            """select a.name, s.student_id, sum(g.auto_score), count(*) from grade g
            join submitted_notebook n on n.id = g.notebook_id join submitted_assignment s on s.id = n.assignment_id
            join assignment a on a.id = s.assignment_id join base_cell c on c.id = g.cell_id
            join notebook b on b.id = c.notebook_id and b.assignment_id = a.id
            group by a.name, s.student_id order by a.name, s.student_id"""
        ).fetchall()
    assert scores == [
        ("ps1", "ann", 3.0, 9),
        ("ps1", "bob", 1.5, 9),
        ("ps1", "cat", 2.0, 9),
        ("ps1", "dan", 3.0, 9),
        ("ps2", "ann", 3.0, 9),
        ("ps2", "bob", 0.0, 9),
        ("ps2", "cat", 2.0, 9),
    ]


def test_a_comparison_reads_no_whole_table(graded):
    assignment = load_assignment(graded, "ps1")
    asked = []
    with GradebookWriter.open(graded, assignment) as writer:

        @event.listens_for(writer._database.engine, "before_cursor_execute")
        def asks(_connection, _cursor, statement, parameters, _context, _many):
            asked.append((statement, parameters))

        assert writer.differing(class_of_three(assignment)) == set()
    with closing(sqlite3.connect(graded.root / "gradebook.db")) as database:
        plans = [
            row[3]
            for statement, parameters in asked
            if statement.startswith("SELECT")
            for row in database.execute(f"explain query plan {statement}", parameters)
        ]
    assert len(plans) > len(QUERIES)
    assert [plan for plan in plans if "SCAN" in plan] == []


def test_rows_of_cells_that_are_no_more_do_not_count(graded):
    assignment = load_assignment(graded, "ps1")
    with closing(sqlite3.connect(graded.root / "gradebook.db")) as database, database:
        for table, needs, value in (("grade", ", needs_manual_grade", ", 0"), ("comment", "", "")):
            added = database.execute(
                f"""insert into {table} (id, notebook_id, cell_id{needs}) select 'old', sn.id, 'gone'{value}
                from submitted_notebook sn join submitted_assignment s on s.id = sn.assignment_id
                where s.student_id = 'ann' limit 1"""
            )
            assert added.rowcount == 1
    with GradebookWriter.open(graded, assignment) as writer:
        assert writer.differing(class_of_three(assignment)) == set()


def test_a_large_batch_is_written(graded):
    assignment = load_assignment(graded, "ps1")
    write(graded, *((make_verdict(assignment, f"s{number:04}"), None) for number in range(1200)))
    counts = {name: len(found) for name, found in rows(graded.root).items()}
    assert counts == {
        "student": 1203,
        "submitted_assignment": 1203,
        "submitted_notebook": 2 * 1203,
        "grade": 9 * 1203,
        "comment": 7 * 1203,
    }


@pytest.mark.parametrize(
    "text", ["2015-02-02 15:58:23.948203 America/Los_Angeles", "2015-02-02 15:58 +0200", "2015-02-02"]
)
def test_timestamps_are_read_as_nbgrader_does(text):
    from nbgrader.utils import parse_utc

    assert parse_timestamp(f" {text}\n") == parse_utc(text)
    assert parse_timestamp("\n") is None


@settings(deadline=None)
@given(
    st.datetimes(),
    st.sampled_from(["%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%d.%m.%Y %H:%M", "%d %b %Y"]),
    st.sampled_from(
        [
            "",
            " UTC",
            " utc",
            " GMT",
            " Europe/Berlin",
            " Nowhere/City",
            " +0200",
            " -30",
            " 99999",
            "Z",
            " 24:00:00 UTC",
        ]
    ),
)
def test_every_timestamp_is_read_as_nbgrader_does(date, form, zone):
    from nbgrader.utils import parse_utc

    text = date.strftime(form) + zone
    try:
        expected = parse_utc(text)
    except Exception:
        with pytest.raises(ValueError, match=r"."):
            parse_timestamp(text)
    else:
        assert parse_timestamp(text) == expected


@pytest.mark.parametrize("text", ["x", "9" * 400, "0000-00-00", "\0", "9999-12-31 23:59 -2359", "1 2 3 4 5 6 7 8 9"])
def test_other_text_is_no_timestamp(text):
    with pytest.raises(ValueError, match=r"."):
        parse_timestamp(text)


def test_late_penalties_of_the_course_are_assigned(graded):
    (graded.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
    )
    with closing(sqlite3.connect(graded.root / "gradebook.db")) as database, database:
        database.execute("update assignment set duedate = '2015-02-01 00:00:00.000000'")
    course = find_course(explicit=graded.root)
    assignment = load_assignment(course, "ps1")
    write(course, (make_verdict(assignment, "ann"), "2015-01-31 00:00 UTC"), (make_verdict(assignment, "cat"), LATE))
    penalties = {row[:2]: row[3] for row in rows(course.root)["submitted_notebook"]}
    assert penalties[("ann", "problem1")] is None
    assert penalties[("cat", "problem1")] == 3.0
    assert penalties[("cat", "problem2")] == 0.0


# --- what can be wrong with the database ------------------------------------------------------------------


def open_error(course: Course, kind: type[Exception]) -> str:
    with pytest.raises(kind) as caught:
        GradebookWriter.open(course, load_assignment(course, "ps1"), busy_seconds=0.05)
    return str(caught.value)


def test_no_release_yet(quickstart):
    course = find_course(explicit=quickstart)
    with closing(sqlite3.connect(quickstart / "gradebook.db")) as database, database:
        database.execute("update assignment set name = 'ps2'")
    assert "no release yet, run `autograder release ps1`" in open_error(course, UsageError)
    (quickstart / "gradebook.db").unlink()
    assert "no release yet, run `autograder release ps1`" in open_error(course, UsageError)
    assert not (quickstart / "gradebook.db").exists()


@pytest.mark.parametrize("change", ["points", "kind", "removed", "notebook"])
def test_a_source_that_changed_since_the_release(quickstart, change):
    path = quickstart / "source" / "ps1" / "problem1.ipynb"
    source = json.loads(path.read_bytes())
    cell = next(
        cell for cell in source["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == "correct_squares"
    )
    if change == "points":
        cell["metadata"]["nbgrader"]["points"] = 7
    elif change == "kind":
        cell["metadata"]["nbgrader"]["solution"] = True
    elif change == "removed":
        source["cells"].remove(cell)
    path.write_text(json.dumps(source))
    if change == "notebook":
        path.rename(path.with_name("problem3.ipynb"))
    said = open_error(find_course(explicit=quickstart), UsageError)
    assert "has changed since the release of ps1" in said
    assert ("problem3" if change == "notebook" else "correct_squares") in said
    assert "run `autograder release ps1`" in said


def test_a_foreign_database_is_left_alone(quickstart):
    path = quickstart / "gradebook.db"
    path.unlink()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("create table recipe (name text)")
    before = path.read_bytes()
    assert "no nbgrader gradebook" in open_error(find_course(explicit=quickstart), GradebookError)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "sign"), [(b"", "is empty"), (b"hello" * 1000, "is no SQLite database")], ids=["empty", "text"]
)
def test_a_file_that_is_no_database(quickstart, content, sign):
    (quickstart / "gradebook.db").write_bytes(content)
    assert sign in open_error(find_course(explicit=quickstart), GradebookError)
    assert (quickstart / "gradebook.db").read_bytes() == content


def test_a_damaged_database(quickstart):
    path = quickstart / "gradebook.db"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    said = open_error(find_course(explicit=quickstart), GradebookError)
    assert "damaged" in said
    assert str(path) in said


def test_an_older_schema(quickstart):
    with closing(sqlite3.connect(quickstart / "gradebook.db")) as database, database:
        database.execute("alter table student drop column lms_user_id")
    said = open_error(find_course(explicit=quickstart), GradebookError)
    assert "student.lms_user_id" in said
    assert "nbgrader db upgrade" in said


def test_a_locked_database(graded):
    course, assignment = graded, load_assignment(graded, "ps1")
    with closing(sqlite3.connect(course.root / "gradebook.db")) as other:
        other.execute("begin immediate")
        assert "is locked by another program" in open_error(course, GradebookError)
        other.rollback()
        with GradebookWriter.open(course, assignment, busy_seconds=0.05) as writer:
            before = rows(course.root)
            other.execute("begin immediate")
            with pytest.raises(GradebookError, match="is locked by another program"):
                writer.write([(make_verdict(assignment, "dan"), None)])
            other.rollback()
            assert rows(course.root) == before
            writer.write([(make_verdict(assignment, "dan"), None)])
    assert "dan" in str(rows(course.root)["student"])


def test_a_read_only_database(quickstart):
    path = quickstart / "gradebook.db"
    (quickstart / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///file:{path}?mode=ro&uri=true'\n"
    )
    assert "is read-only" in open_error(find_course(explicit=quickstart), GradebookError)


def test_a_full_disk_writes_nothing(graded):
    from sqlalchemy import event

    assignment = load_assignment(graded, "ps1")
    before = rows(graded.root)
    with GradebookWriter.open(graded, assignment) as writer:

        @event.listens_for(writer._database.engine, "begin", insert=True)
        def limit(connection):
            connection.exec_driver_sql("pragma max_page_count = 1")

        students = [(make_verdict(assignment, f"s{number}"), None) for number in range(400)]
        with pytest.raises(GradebookError, match="the disk is full"):
            writer.write(students)
    assert rows(graded.root) == before


def test_an_unknown_kind_of_database(quickstart):
    (quickstart / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.db_url = 'oracle9://x/y'\n")
    assert "db_url cannot be used" in open_error(find_course(explicit=quickstart), GradebookError)
