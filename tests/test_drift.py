"""The solution cells are the reference functions: what counts as a difference, and what is said of it."""

import json
from pathlib import Path

import pytest

from autograder.course import find_course, load_assignment
from autograder.drift import differences_from_reference

SOLUTION = 'def f(x: int, *, y: float = 2.0) -> float:\n    """Give it."""\n    return x * y  # ours\n'
CELL = 'def f(x, *, y=2.0):\n    """Give it."""\n    ### BEGIN SOLUTION\n    return x*y\n    ### END SOLUTION'


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one exercise and the reference for it."""
    cell = {
        "cell_type": "code",
        "id": "f",
        "metadata": {"nbgrader": {"grade": False, "grade_id": "f", "locked": False, "schema_version": 3}},
        "source": CELL,
        "outputs": [],
        "execution_count": None,
    }
    cell["metadata"]["nbgrader"] |= {"solution": True, "task": False}
    (tmp_path / "source" / "ps").mkdir(parents=True)
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    (tmp_path / "source" / "ps" / "one.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "reference" / "ps").mkdir(parents=True)
    (tmp_path / "reference" / "ps" / "solution.py").write_text(SOLUTION)
    return tmp_path


def differences(course: Path, solution: str) -> list[str]:
    (course / "reference" / "ps" / "solution.py").write_text(solution)
    found = find_course(explicit=course)
    return list(differences_from_reference(found, load_assignment(found, "ps")))


def test_types_comments_and_layout_are_no_difference(course: Path) -> None:
    assert differences(course, SOLUTION + "\ndef _private():\n    pass\n") == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("x * y", "x + y", "'return x * y' here, 'return x + y' there"),
        ("2.0", "3.0", "'def f(x, *, y=2.0):' here, 'def f(x, *, y=3.0):' there"),
        ("Give it.", "Get it.", "Get it."),
        ("return", "x = y\n    return", "'return x * y' here, 'x = y' there"),
    ],
)
def test_a_difference_is_shown_with_both_sides(course: Path, old: str, new: str, said: str) -> None:
    (sentence,) = differences(course, SOLUTION.replace(old, new))
    assert sentence.startswith("source/ps/one.ipynb, cell 'f': f differs from reference/ps/solution.py: ")
    assert said in sentence


def test_functions_that_only_one_of_them_has(course: Path) -> None:
    assert differences(course, SOLUTION.replace("def f", "def g")) == [
        "reference/ps/solution.py defines g, but no solution cell in source/ps does",
        "source/ps/one.ipynb, cell 'f' defines f, but reference/ps/solution.py does not",
    ]


def test_a_reference_that_is_no_python(course: Path) -> None:
    (sentence,) = differences(course, "def f(:\n")
    assert sentence.startswith("reference/ps/solution.py can't be read: ")


def test_no_reference_no_difference(course: Path) -> None:
    (course / "reference" / "ps" / "solution.py").unlink()
    found = find_course(explicit=course)
    assert list(differences_from_reference(found, load_assignment(found, "ps"))) == []
