"""The versions of an assignment's functions that its author knows: mistakes, and right but unusual ones.

``reference/<assignment>/mistakes.py`` and ``alternatives.py`` hold them as functions: ``rope__clockwise`` stands in
for ``rope``. The first line of a mistake's docstring is the diagnosis that a learner reads; a paragraph that begins
with ``Hint:`` is the hint. ``MISCONCEPTIONS``, a literal dict in ``mistakes.py``, says for each id of the course's
own which mistakes come from that misconception.
"""

from __future__ import annotations

import ast
import copy
import importlib
import importlib.util
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from autograder.verdict import is_misconception

REFERENCE = "reference"
MISTAKES, ALTERNATIVES, SOLUTION = "mistakes", "alternatives", "solution"
_HINT = "Hint:"
_MISCONCEPTIONS = "MISCONCEPTIONS"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a function; ``text`` says what it does, ``hint`` leads on (mistakes only).

    ``misconception`` is the id of the wrong idea that a mistake comes from, if one is known.
    """

    name: str
    function: str
    text: str
    hint: str
    run: Callable[..., Any]
    misconception: str = ""


def load_versions(assignment: str, kind: str) -> tuple[Version, ...]:
    """The mistakes or alternatives of an assignment, in the order of the file; none where there is no such file.

    Raises whatever importing the file raises, and ValueError for a public function whose name is no version's.
    """
    module = _module(assignment, kind)
    if module is None:
        return ()
    behind = {
        mistake: name
        for name, mistakes in _misconceptions(module).items()
        if is_misconception(name)
        for mistake in mistakes
    }
    return tuple(
        _version(name, function, module, behind.get(name, "")) for name, function in _functions(module).items()
    )


def misconception_problems(assignment: str) -> Iterator[str]:
    """What is wrong with the misconceptions that an assignment's mistakes are said to come from, each in a sentence."""
    module = _module(assignment, MISTAKES)
    if module is None or not hasattr(module, _MISCONCEPTIONS):
        return
    where = f"{REFERENCE}/{assignment}/{MISTAKES}.py: {_MISCONCEPTIONS}"
    written = _misconceptions(module)
    if _literal(module) != getattr(module, _MISCONCEPTIONS) or written != getattr(module, _MISCONCEPTIONS):
        yield f"{where} must be written out as one dict from ids to tuples of mistakes: it is read without being run"
        return
    seen: dict[str, str] = {}
    known = _functions(module)
    for name, mistakes in written.items():
        if not is_misconception(name):
            yield f"{where} has the id {name!r}: an id is words of a to z and 0 to 9 with hyphens between them"
        for mistake in mistakes:
            if mistake not in known:
                yield f"{where} names {mistake!r} under {name!r}, which is no mistake of this file"
            elif mistake in seen:
                yield f"{where} names {mistake!r} twice, under {seen[mistake]!r} and {name!r}: it may stand there once"
            seen.setdefault(mistake, name)


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


def _misconceptions(module: ModuleType) -> dict[str, tuple[str, ...]]:
    """What is of the right form in it: for the rest there are no links, and `autograder validate` says why."""
    found = getattr(module, _MISCONCEPTIONS, None)
    return {
        name: tuple(mistakes)
        for name, mistakes in (found.items() if isinstance(found, dict) else ())
        if isinstance(name, str) and isinstance(mistakes, tuple) and all(isinstance(item, str) for item in mistakes)
    }


def _literal(module: ModuleType) -> object:
    """The misconceptions as they are written, or None where that takes running the file."""
    for item in _statements(module):
        if isinstance(item, (ast.Assign, ast.AnnAssign)) and _MISCONCEPTIONS in _binds(item) and item.value is not None:
            try:
                return ast.literal_eval(item.value)
            except ValueError:
                return None
    return None


def _version(name: str, function: Callable[..., Any], module: ModuleType, misconception: str) -> Version:
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
    return Version(name, replaced, text, hint, function, misconception)


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
