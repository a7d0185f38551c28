"""Whether the solutions in a source notebook still are the reference functions, where a course has those."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from itertools import zip_longest

from autograder.course import Assignment, Course
from autograder.names import parse_cell
from autograder.private import REFERENCE
from autograder.source import Kind

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def differences_from_reference(course: Course, assignment: Assignment) -> Iterator[str]:
    """A sentence for each function of ``reference/<assignment>/solution.py`` that the solution cells do not hold.

    Types are not compared, nor comments and layout; nothing is said where there is no such file.
    """
    path = course.root / REFERENCE / assignment.name / "solution.py"
    if not path.is_file():
        return
    where = os.path.relpath(path, course.root)
    try:
        expected = _functions(ast.parse(path.read_bytes()))
    except (OSError, SyntaxError, ValueError) as problem:
        yield f"{where} can't be read: {problem}"
        return
    folder = os.path.relpath(course.path("source", ".", assignment.name), course.root)
    found: dict[str, tuple[str, list[str]]] = {}
    for notebook in assignment.notebooks:
        for cell in notebook.cells:
            if cell.kind is Kind.SOLUTION and cell.cell_type == "code":
                place = f"{folder}/{notebook.name}.ipynb, cell {cell.grade_id!r}"
                try:
                    functions = _functions(parse_cell(cell.source))
                except (SyntaxError, ValueError) as problem:
                    yield f"{place} can't be compared with {where}: {problem}"
                    continue
                found |= {name: (place, lines) for name, lines in functions.items()}
    for name in expected:
        if name not in found:
            yield f"{where} defines {name}, but no solution cell in {folder} does"
    for name, (place, lines) in found.items():
        if name not in expected:
            yield f"{place} defines {name}, but {where} does not"
        elif lines != expected[name]:
            here, there = next(pair for pair in zip_longest(lines, expected[name], fillvalue="") if pair[0] != pair[1])
            yield f"{place}: {name} differs from {where}: {here.strip()!r} here, {there.strip()!r} there"


def _functions(tree: ast.Module) -> dict[str, list[str]]:
    """The public functions of a module: the lines of each in one normal form, without types."""
    functions = {}
    for node in tree.body:
        if isinstance(node, _Function) and not node.name.startswith("_"):
            node.returns = None
            for part in ast.walk(node.args):
                if isinstance(part, ast.arg):
                    part.annotation = None
            functions[node.name] = ast.unparse(node).splitlines()
    return functions
