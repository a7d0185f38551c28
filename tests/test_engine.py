"""Answers that are harmless in the learner's process and eat the judge that checks them; what is run, and what not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from autograder.course import Assignment
from autograder.engine import Engine, Graded, baseline_of
from autograder.grade import notebook_brief
from autograder.sandbox import Level, Limits
from autograder.source import notebook_as_submission, parse_source
from autograder.verdict import CellVerdict, Outcome

LIMITS = Limits(cell_cpu=1, cell_wall=30, total_cpu=30, total_wall=120)
SOLUTION = "def count():\n    ### BEGIN SOLUTION\n    return 3\n    ### END SOLUTION"
TESTS = {
    "number": "assert count() == count()",
    "loop": "for _ in range(count()):\n    pass",
    "catching_loop": "for _ in range(count()):\n    try:\n        number = 1\n    except:\n        number = 0",
    "text": 'assert len("x" * count()) > 1',
    "list": "assert len(list(range(count()))) > 1",
    "power": "assert 10 ** count() > 1",
    "deaf": "assert sum(range(count())) > 1",
    "after": "assert type(count()) is int",
}


def notebook(solution: str) -> bytes:
    """A notebook with one solution cell and all the tests."""
    roles = [("count", solution, {"solution": True, "grade": False, "locked": False})]
    roles += [
        (name, code, {"solution": False, "grade": True, "locked": True, "points": 1}) for name, code in TESTS.items()
    ]
    cells = [
        {
            "cell_type": "code",
            "id": name,
            "source": code,
            "outputs": [],
            "execution_count": None,
            "metadata": {"nbgrader": {"grade_id": name, "schema_version": 3, "task": False, **role}},
        }
        for name, code, role in roles
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(Level.FORK, LIMITS, ()) as engine:
        yield engine


def graded(engine: Engine, submitted: bytes, *, keeps_outputs: bool = True) -> Graded:
    """The verdict on a notebook, with the source's own solution as the reference."""
    source = parse_source("notebook", notebook(SOLUTION))
    assignment = Assignment("assignment", (source,), ())
    brief = notebook_brief(engine.limits, assignment, source, None)
    baseline = baseline_of(engine.grade(brief, notebook_as_submission(source), (), lambda _: bytes(64)))
    assert all(cell.judgeable for cell in baseline.values()), baseline
    brief = replace(notebook_brief(engine.limits, assignment, source, baseline), keeps_outputs=keeps_outputs)
    return engine.grade(brief, submitted, (), lambda _: bytes(64))


def judged(engine: Engine, solution: str) -> dict[str, CellVerdict]:
    """The verdicts by test cell."""
    return {cell.grade_id: cell for cell in graded(engine, notebook(solution)).verdict.cells}


def test_an_answer_that_eats_the_judge_costs_only_the_checks_that_it_eats(engine: Engine) -> None:
    cells = judged(engine, "def count():\n    return 10**12")
    outcomes = {name: cell.outcome for name, cell in cells.items()}
    assert outcomes == {
        "number": Outcome.PASSED,
        "loop": Outcome.TIMED_OUT,
        "catching_loop": Outcome.TIMED_OUT,
        "text": Outcome.OUT_OF_MEMORY,
        "list": Outcome.OUT_OF_MEMORY,
        "power": Outcome.TIMED_OUT,
        "deaf": Outcome.CRASHED,
        "after": Outcome.PASSED,
    }
    assert cells["loop"].cause == "CPU time limit of the judge"
    assert "the judge ended" in cells["deaf"].cause
    assert {cell.points for cell in cells.values() if cell.outcome is not Outcome.PASSED} == {0.0}


def test_judges_that_are_destroyed_one_after_the_other_share_the_time_of_one_submission(engine: Engine) -> None:
    engine.limits, before = Limits(cell_cpu=1, cell_wall=30, total_cpu=3, total_wall=120), engine.limits
    try:
        cells = judged(engine, "def count():\n    return 10**12")
    finally:
        engine.limits = before
    assert cells["deaf"].outcome is Outcome.CRASHED
    assert cells["after"].outcome is Outcome.TIMED_OUT
    assert cells["after"].cause == "total time limit of the submission"


@pytest.mark.parametrize("keeps_outputs", [True, False])
def test_what_follows_the_last_check_is_run_where_somebody_sees_it(engine: Engine, keeps_outputs: bool) -> None:
    submitted = json.loads(notebook("def count():\n    return 3"))
    own = {"cell_type": "code", "source": "print('ran')", "outputs": [], "execution_count": None, "metadata": {}}
    places = (1, len(submitted["cells"]) + 1)
    for number, place in enumerate(places):
        submitted["cells"].insert(place, own | {"id": f"own{number}"})
    found = graded(engine, json.dumps(submitted).encode(), keeps_outputs=keeps_outputs)
    assert {cell.outcome for cell in found.verdict.cells} == {Outcome.PASSED}
    cells = json.loads(found.notebook)["cells"]
    printed = ["".join(output["text"]) for place in places for output in cells[place]["outputs"]]
    assert printed == ["ran\n"] * (2 if keeps_outputs else 1)
