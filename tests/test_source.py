"""The instructor's notebook: what is released of it, and what is refused."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import Any

import pytest

from autograder.course import find_course, load_assignment
from autograder.errors import UsageError
from autograder.source import (
    Kind,
    Markers,
    SourceCell,
    bound_names,
    cell_text,
    parse_source,
    remote_names,
)

ROLES = {
    "solution": {"grade": False, "solution": True, "locked": False},
    "test": {"grade": True, "solution": False, "locked": True, "points": 2},
    "manual": {"grade": True, "solution": True, "locked": False, "points": 3},
    "task": {"grade": False, "solution": False, "locked": True, "task": True, "points": 4},
    "locked": {"grade": False, "solution": False, "locked": True},
}


def cell(role: str, source: str, cell_type: str = "code", **metadata: Any) -> dict[str, Any]:
    """A notebook cell of a role; keywords change its nbgrader metadata."""
    made: dict[str, Any] = {"cell_type": cell_type, "metadata": {}, "source": source}
    if role != "plain":
        made["metadata"]["nbgrader"] = {
            "schema_version": 3,
            "grade_id": role,
            **ROLES[role],
            **metadata,
        }
    if cell_type == "code":
        made |= {"outputs": [], "execution_count": None}
    return made


def notebook(*cells: dict[str, Any], **metadata: Any) -> bytes:
    """The bytes of a notebook file."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells}).encode()


def only(*cells: dict[str, Any], **options: Any) -> SourceCell:
    """The first cell, parsed."""
    return parse_source("nb", notebook(*cells), **options).cells[0]


def refused(*cells: dict[str, Any], **metadata: Any) -> str:
    """The sentence with which the notebook is refused."""
    with pytest.raises(UsageError) as caught:
        parse_source("nb", notebook(*cells, **metadata))
    return str(caught.value)


def test_quickstart_is_released_and_recorded_as_nbgrader_does(quickstart_course):
    assignment = load_assignment(find_course(explicit=quickstart_course), "ps1")
    with closing(sqlite3.connect(quickstart_course / "gradebook.db")) as database:
        recorded = dict(database.execute("select name, checksum from source_cell"))
    kinds = set()
    for parsed in assignment.notebooks:
        released = json.loads((quickstart_course / "release" / "ps1" / f"{parsed.name}.ipynb").read_bytes())
        for ours, theirs in zip(parsed.cells, released["cells"], strict=True):
            assert ours.released == cell_text(theirs)
            assert dict(ours.metadata) == theirs["metadata"].get("nbgrader", {})
            assert ours.recorded_checksum == recorded.get(ours.grade_id)
            kinds.add(ours.kind)
    assert kinds == set(Kind)
    assert assignment.max_points == 13


def test_region_becomes_the_stub_with_its_indentation():
    source = "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION\n\nprint(f)"
    stub = "    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert only(cell("solution", source)).released == f"def f(x):\n{stub}\n\nprint(f)"


def test_solution_cell_without_region_is_replaced_whole():
    assert only(cell("solution", "x = 1")).released == "# YOUR CODE HERE\nraise NotImplementedError()"
    assert only(cell("manual", "because", "markdown")).released == "YOUR ANSWER HERE"


def test_hidden_tests_are_cut_and_both_checksums_kept():
    source = "assert f(1) == 1\n### BEGIN HIDDEN TESTS\nassert f(2) == 4\n### END HIDDEN TESTS"
    parsed = only(cell("test", source))
    assert parsed.released == "assert f(1) == 1"
    assert parsed.source == source
    assert parsed.locked
    assert parsed.points == 2
    assert parsed.recorded_checksum != parsed.metadata["checksum"]


def test_checksums_are_those_of_nbgrader():
    from nbformat import NotebookNode, from_dict
    from nbgrader.utils import compute_checksum

    for role, cell_type in (("solution", "code"), ("test", "code"), ("manual", "markdown"), ("task", "markdown")):
        raw = cell(role, "text", cell_type)
        parsed = only(raw)
        released: NotebookNode = from_dict({**raw, "source": parsed.released})
        assert parsed.metadata["checksum"] == compute_checksum(released)


def test_mark_scheme_is_cut():
    text = "Draw it.\n\n=== BEGIN MARK SCHEME ===\n2 points\n=== END MARK SCHEME ==="
    assert only(cell("task", text, "markdown")).released == "Draw it.\n"


def test_own_delimiters_and_stub():
    markers = Markers(code_stub={"python": "pass"}, begin_solution="<<", end_solution=">>")
    assert only(cell("solution", "a = 1\n# <<\nb = 2\n# >>"), markers=markers).released == "a = 1\npass"


def test_header_and_footer_surround_the_notebook():
    parsed = parse_source(
        "nb",
        notebook(cell("plain", "middle")),
        header=notebook(cell("plain", "first")),
        footer=notebook(cell("plain", "last")),
    )
    assert [part.source for part in parsed.cells] == ["first", "middle", "last"]


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ('"""Adds numbers"""\nassert f', "Adds numbers"),
        ("# adds numbers\nassert f", "adds numbers"),
        ("%matplotlib inline\n# adds", "adds"),
        ("assert f", "test"),
        ("### BEGIN HIDDEN TESTS\n# secret title\nassert f\n### END HIDDEN TESTS", "test"),
        ("x = (", "test"),
    ],
    ids=["docstring", "comment", "after-magic", "none", "hidden", "broken"],
)
def test_title(source, title):
    assert only(cell("test", source)).title == title


def test_allow_unprotected_is_the_instructors_word():
    marked = cell("test", "In[1]")
    marked["metadata"]["autograder"] = {"allow_unprotected": True}
    assert only(marked).allow_unprotected
    assert not only(cell("test", "In[1]")).allow_unprotected


def test_older_format_is_upgraded():
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"metadata": {}, "cells": []}]}
    old["worksheets"][0]["cells"].append(
        {"cell_type": "code", "input": "x = 1", "outputs": [], "language": "python", "metadata": {}}
    )
    assert parse_source("nb", json.dumps(old).encode()).cells[0].source == "x = 1"


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        ([cell("test", "a"), cell("test", "b")], "cells 1 and 2 have the same grade_id 'test'"),
        ([cell("test", "a", points=None)], "must have points, got None"),
        ([cell("test", "a", points=True)], "must have points, got True"),
        ([cell("test", "a", points=-1)], "must have points of 0 or more, got -1"),
        ([cell("test", "a", points=float("nan"))], "must have points of 0 or more, got nan"),
        ([cell("test", "a", grade_id="a b")], "must have a grade_id"),
        ([cell("test", "a", schema_version=2)], "run `nbgrader update`"),
        ([cell("test", "a", points=0)], "the points do not add up"),
        ([cell("test", "a", "raw")], "is a raw cell"),
        ([cell("test", "a", "markdown")], "manually graded answer"),
        ([cell("task", "a", "code")], "task cells must be markdown"),
        ([cell("solution", "### BEGIN SOLUTION\nx")], "without 'END SOLUTION' after it"),
        ([cell("solution", "x\n### END SOLUTION")], "without 'BEGIN SOLUTION' before it"),
        ([cell("test", "### BEGIN HIDDEN TESTS\n" * 2 + "### END HIDDEN TESTS")], "a second 'BEGIN HIDDEN"),
        ([cell("plain", "### BEGIN SOLUTION\nx\n### END SOLUTION")], "is no solution cell"),
        ([cell("locked", "### BEGIN HIDDEN TESTS\nx\n### END HIDDEN TESTS")], "is no grade cell"),
        ([cell("test", "### BEGIN MARK SCHEME\nx\n### END MARK SCHEME")], "is no task cell"),
        ([cell("test", "### AUTOTEST f(1)")], "generate_source_with_tests"),
        ([cell("plain", "'\ud800'")], "lone surrogate"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_refused_sources_name_file_and_cell(cells, sign):
    sentence = refused(*cells)
    assert sign in sentence
    assert sentence.startswith("nb.ipynb: ")


def test_points_that_differ_from_the_declared_sum_are_refused():
    assert "worth 2, but the notebook's metadata says 20" in refused(cell("test", "a"), autograder={"points": 20})


def test_unknown_language_is_refused():
    assert "no stub for that" in refused(cell("solution", "x"), kernelspec={"language": "cobol"})


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"{}", b'{"nbformat": 4}', b"[" * 100_000])
def test_what_is_no_notebook_is_refused(data):
    with pytest.raises(UsageError, match=r"nb\.ipynb is not a notebook"):
        parse_source("nb", data)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("a = b, c = 1, 2\nd: int = 3\ne += 1", "a b c d e"),
        ("def f(x, y=(z := 1)):\n    local = 2", "f z"),
        ("class C:\n    attribute = 1\n    def method(self): pass", "C"),
        ("import numpy as np\nfrom math import sqrt", ""),
        ("for i in range(3):\n    with open(i) as g:\n        pass", "i g"),
        ("total = [w for v in range(3) if (k := v)]", "total k"),
        ("try:\n    pass\nexcept E as error:\n    found = 1", "error found"),
        (
            "match x:\n    case [a, *rest]: pass\n    case {'k': b, **more}: pass\n    case C() as c: pass",
            "a rest b more c",
        ),
        ("def f():\n    global g\n    g = h = 1\n    def inner():\n        g = 2", "f g"),
        ("unset: int", ""),
        ("f = lambda x: (y := x)", "f"),
        ("%matplotlib inline\nx = 1\n!ls", "x"),
        ("files = !ls\ny = %time 3", "files y"),
        ("%%bash\nx=1", ""),
        ("%%time\nx = 1", "x"),
        ("x.attribute = 1\nx[0] = 2", ""),
        ("def broken(:\n    pass\nvalue = (", "broken value"),
        ("async def g():\n    pass\nawait g()", "g"),
    ],
)
def test_bound_names(code, names):
    assert bound_names(code) == frozenset(names.split())


def test_bound_names_survives_hostile_code():
    assert bound_names("x = " + "(" * 10_000) == {"x"}
    assert bound_names("x = 1" + " + 1" * 5_000) == {"x"}
    assert bound_names("x = 1\0") == {"x"}


@pytest.mark.parametrize("filling", ["' ' * 100_000", "'a ' * 50_000", "'a' * 100_000", "'a,=' + ' ' * 100_000"])
def test_no_long_line_takes_the_square_of_its_length(filling):
    code = f"from autograder.names import bound_names\nprint(len(bound_names('(\\n' + {filling} + 'x')))"
    limited = f"import resource\nresource.setrlimit(resource.RLIMIT_CPU, (5, 5))\n{code}"
    done = subprocess.run([sys.executable, "-c", limited], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr


def test_remote_names_come_from_what_the_learner_fills_in():
    parsed = parse_source(
        "nb",
        notebook(
            cell("plain", "helper = 1"),
            cell("solution", "import math\ndef answer(): pass"),
            cell("manual", "essay = 1"),
            cell("test", "value = answer()"),
        ),
    )
    assert remote_names(parsed) == {"answer", "essay"}
