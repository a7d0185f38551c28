"""The tables as we write them down, and those of the installed nbgrader."""

import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Base

from autograder.schema import TABLES


def test_there_are_the_same_tables() -> None:
    assert set(TABLES) == set(Base.metadata.tables)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_their_columns_are_the_same(name: str) -> None:
    ours, theirs = (
        {column.name: (repr(column.type), column.nullable, column.primary_key) for column in table.columns}
        for table in (TABLES[name], Base.metadata.tables[name])
    )
    assert ours == theirs


def test_what_nbgrader_fills_in_by_itself_is_known() -> None:
    # our inserts name these, as our tables have no defaults
    filled = {
        f"{name}.{column.name}"
        for name, table in Base.metadata.tables.items()
        for column in table.columns
        if column.default is not None and column.name != "id"
    }
    assert filled == {"source_cell.locked", "submitted_notebook.flagged", "grade.needs_manual_grade"}


def test_a_gradebook_is_opened_without_importing_nbgrader(quickstart: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from autograder.course import find_course, load_assignment\n"
        "from autograder.gradebook import GradebookWriter, parse_timestamp\n"
        "course = find_course(explicit=pathlib.Path(sys.argv[1]))\n"
        "GradebookWriter.open(course, load_assignment(course, 'ps1')).close()\n"
        "parse_timestamp('2015-02-02 15:58 +0200')\n"
        "print([name for name in ('nbgrader', 'nbformat', 'nbconvert', 'sqlalchemy.orm') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program, quickstart], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", "these imports take seconds"
