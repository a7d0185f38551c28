"""The versions of an assignment's functions that its author knows: mistakes, and right but unusual ones.

``reference/<assignment>/mistakes.py`` and ``alternatives.py`` hold them as functions: ``rope__clockwise`` stands in
for ``rope``. The first line of a mistake's docstring is the diagnosis that a learner reads; a paragraph that begins
with ``Hint:`` is the hint.
"""

from __future__ import annotations

import ast
import copy
import importlib
import importlib.util
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

REFERENCE = "reference"
MISTAKES, ALTERNATIVES, SOLUTION = "mistakes", "alternatives", "solution"
_HINT = "Hint:"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a function; ``text`` says what it does, ``hint`` leads on (mistakes only)."""

    name: str
    function: str
    text: str
    hint: str
    run: Callable[..., Any]


def load_versions(assignment: str, kind: str) -> tuple[Version, ...]:
    """The mistakes or alternatives of an assignment, in the order of the file; none where there is no such file.

    Raises whatever importing the file raises, and ValueError for a public function whose name is no version's.
    """
    module = _module(assignment, kind)
    if module is None:
        return ()
    return tuple(_version(name, function, module) for name, function in _functions(module).items())


def submitted_text(assignment: str, kind: str, name: str) -> str:
    """A version as a learner would hand it in: self-contained, without types and docstrings, under its function's name.

    Versions call each other and the reference's functions; these come along, the latter as ``right_rope``.
    """
    function, _, _ = name.partition("__")
    module, solution = _module(assignment, kind), _module(assignment, SOLUTION)
    if module is None:
        raise ValueError(f"{REFERENCE}/{assignment}/{kind}.py does not exist")
    statements = _needed(_statements(module), [name])
    right: dict[str, str] = {}
    if solution is not None:
        own = _functions(module)
        right = {key: f"right_{key}" for key in _functions(solution) if key not in own}
        called = [key for key in right if key in _names(statements)]
        statements = _needed(_statements(solution), called) + statements
    statements = [_renamed(_untyped(item), {**right, name: function}) for item in statements]
    kept = {ast.dump(item): item for item in statements if not _is_import(item) or _binds(item) & _names(statements)}
    return "\n\n".join(ast.unparse(item) for item in kept.values()) + "\n"


def _module(assignment: str, kind: str) -> ModuleType | None:
    name = f"{REFERENCE}.{assignment}.{kind}"
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError as error:
        # No such folder; what a module of the course lacks itself is an error of the course's.
        if error.name not in (REFERENCE, f"{REFERENCE}.{assignment}"):
            raise
        return None
    return importlib.import_module(name) if found is not None else None


def _functions(module: ModuleType) -> dict[str, Callable[..., Any]]:
    return {
        key: value
        for key, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not key.startswith("_")
    }


def _version(name: str, function: Callable[..., Any], module: ModuleType) -> Version:
    replaced, separator, label = name.partition("__")
    if not separator or not label:
        raise ValueError(
            f"{module.__name__}: the function {name!r} must be called <function>__<id>, as in 'rope__clockwise'; "
            "give a helper a name that begins with an underscore"
        )
    paragraphs = inspect.cleandoc(function.__doc__ or "").split("\n\n")
    text = "" if paragraphs[0].startswith(_HINT) else " ".join(paragraphs[0].split())
    hints = [text for text in paragraphs if text.startswith(_HINT)]
    hint = " ".join(hints[0].removeprefix(_HINT).split()) if hints else ""
    return Version(name, replaced, text, hint, function)


def _statements(module: ModuleType) -> list[ast.stmt]:
    """A module's statements without docstrings and imports of the reference."""
    tree = ast.parse(inspect.getsource(module))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef)) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return [
        item
        for item in tree.body
        if not (isinstance(item, ast.ImportFrom) and (item.module or "").split(".")[0] == REFERENCE)
    ]


def _needed(statements: list[ast.stmt], names: list[str]) -> list[ast.stmt]:
    """A module's imports, and what of its functions and constants these names need."""
    defines = {name: item for item in statements for name in _binds(item)}
    wanted: list[ast.stmt] = []
    queue = list(names)
    while queue:
        item = defines.get(queue.pop())
        if item is not None and item not in wanted:
            wanted.append(item)
            queue += _names([item])
    return [item for item in statements if names and (_is_import(item) or item in wanted)]


def _is_import(item: ast.stmt) -> bool:
    return isinstance(item, (ast.Import, ast.ImportFrom))


def _names(statements: list[ast.stmt]) -> set[str]:
    return {node.id for item in statements for node in ast.walk(item) if isinstance(node, ast.Name)}


def _binds(item: ast.stmt) -> set[str]:
    if isinstance(item, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).split(".")[0] for alias in item.names}
    if isinstance(item, (ast.FunctionDef, ast.ClassDef)):
        return {item.name}
    if isinstance(item, (ast.Assign, ast.AnnAssign)):
        targets = item.targets if isinstance(item, ast.Assign) else [item.target]
        return _names([ast.Expr(target) for target in targets])
    return set()


class _WithoutTypes(ast.NodeTransformer):
    """What a learner would not have written."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return ast.Pass()
        return ast.Assign([node.target], self.visit(node.value), lineno=node.lineno)


def _untyped(item: ast.stmt) -> ast.stmt:
    bare: ast.stmt = _WithoutTypes().visit(copy.deepcopy(item))
    return bare


def _renamed(item: ast.stmt, names: Mapping[str, str]) -> ast.stmt:
    for node in ast.walk(item):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
        elif isinstance(node, ast.FunctionDef):
            node.name = names.get(node.name, node.name)
    return item
