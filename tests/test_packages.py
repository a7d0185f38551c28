"""Which distributions learners may import is read off what they get, never off hidden tests or solutions."""

from __future__ import annotations

import json
from typing import Any

from autograder.course import Assignment
from autograder.packages import imported_distributions
from autograder.source import parse_source


def cell(source: str, **role: Any) -> dict[str, Any]:
    metadata = {"nbgrader": {"schema_version": 3, **role}} if role else {}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def distributions(*cells: dict[str, Any]) -> tuple[str, ...]:
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": list(cells)}
    return imported_distributions([Assignment("a", (parse_source("n", json.dumps(notebook).encode()),), ())])


SOLUTION = {"grade": False, "solution": True, "locked": False, "grade_id": "s"}
TEST = {"grade": True, "solution": False, "locked": True, "grade_id": "t", "points": 1}


def test_imports_at_any_depth_count_and_the_standard_library_does_not() -> None:
    code = "%matplotlib inline\nimport numpy.linalg as la, json\ndef f():\n    from rich.table import Table"
    assert distributions(cell(code)) == ("numpy", "rich")


def test_what_is_cut_from_the_release_does_not_count() -> None:
    solution = "### BEGIN SOLUTION\nimport msgpack\n### END SOLUTION"
    hidden = "import numpy\n### BEGIN HIDDEN TESTS\nimport hypothesis\n### END HIDDEN TESTS"
    assert distributions(cell(solution, **SOLUTION), cell(hidden, **TEST)) == ("numpy",)


def test_a_module_that_nothing_installed_provides_is_nobodys() -> None:
    assert distributions(cell("import no_such_module_anywhere\nfrom . import x")) == ()


def test_code_that_is_no_python_has_no_imports() -> None:
    assert distributions(cell("import (")) == ()
