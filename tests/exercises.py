"""The exercises of this course, found by looking: their cells, their checks, the functions of the reference."""

import ast
import importlib
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.course import find_course, load_assignment
from autograder.rehearsal import Rehearsal, unwritten
from autograder.source import SourceNotebook

SOURCE = Path(__file__).parent.parent / "source"
HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
SOLUTION = "### BEGIN SOLUTION", "### END SOLUTION"

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Check:
    """One grade cell."""

    grade_id: str
    points: float
    source: str

    @property
    def halves(self) -> tuple[str, str]:
        """What the learner sees, and what only the judge has."""
        visible, rest = self.source.split(HIDDEN[0])
        hidden, end = rest.split(HIDDEN[1])
        assert not end.strip()
        return visible, hidden


def slugs() -> list[str]:
    """Every exercise there is, found by looking."""
    return sorted(path.parent.name for path in SOURCE.glob("*/*.ipynb") if path.stem == path.parent.name)


@cache
def cells(slug: str) -> list[dict[str, Any]]:
    """The cells of the source notebook, each with its source as one text."""
    notebook = json.loads((SOURCE / slug / f"{slug}.ipynb").read_text(encoding="utf-8"))
    return [{**cell, "source": "".join(cell["source"])} for cell in notebook["cells"]]


def role(cell: Mapping[str, Any]) -> dict[str, Any]:
    """What nbgrader knows about a cell."""
    found: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return found


@cache
def checks(slug: str) -> tuple[Check, ...]:
    """The automatic grade cells, in order."""
    return tuple(
        Check(role(cell)["grade_id"], role(cell)["points"], cell["source"])
        for cell in cells(slug)
        if cell["cell_type"] == "code" and role(cell).get("grade") and not role(cell)["solution"]
    )


def module(slug: str, name: str) -> ModuleType:
    """One of the modules of the reference."""
    return importlib.import_module(f"reference.{slug}.{name}")


def functions(slug: str, name: str) -> dict[str, Function]:
    """The public functions that a module of the reference defines itself."""
    found = module(slug, name)
    return {
        key: value
        for key, value in vars(found).items()
        if inspect.isfunction(value) and value.__module__ == found.__name__ and not key.startswith("_")
    }


def split_id(name: str) -> tuple[str, str]:
    """The function that ``rope__clockwise`` stands in for, and the name of the version."""
    function, _, version = name.partition("__")
    return function, version


@cache
def notebook(slug: str) -> SourceNotebook:
    """The source notebook as the grader reads it."""
    (found,) = load_assignment(find_course(explicit=SOURCE.parent), slug).notebooks
    return found


@cache
def rehearsal(slug: str) -> Rehearsal:
    """The notebook's checks, ready to be run with other functions in place of the solution's."""
    return Rehearsal(notebook(slug))


def passed(slug: str, replaced: Mapping[str, Function], seed: str = "") -> set[str]:
    """The ids of the checks that pass with these functions in place of the reference's."""
    return {grade_id for grade_id, error in rehearsal(slug).run(replaced, seed).items() if error is None}


@cache
def checks_of(slug: str, function: str) -> tuple[Check, ...]:
    """The checks that need a function: those that fail without it."""
    without = passed(slug, {function: unwritten})
    return tuple(check for check in checks(slug) if check.grade_id not in without)


def without_marks(source: str) -> str:
    """A solution cell's text without the two marker lines."""
    kept = [line for line in source.splitlines() if line.strip() not in SOLUTION]
    return "\n".join(kept) + "\n"


def signature_and_rest(source: str) -> tuple[list[tuple[str, str]], str]:
    """Names and defaults of the parameters, and the text from the docstring to the end of the function."""
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    names = [argument.arg for argument in function.args.args]
    defaults = [ast.unparse(default) for default in function.args.defaults]
    first = function.body[0].lineno - 1
    return (
        list(zip(names, [""] * (len(names) - len(defaults)) + defaults, strict=True)),
        "\n".join(source.splitlines()[first:]) + "\n",
    )
