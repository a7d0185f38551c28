"""Which names a cell of code binds: a question about text, answered without running it. A leaf."""

from __future__ import annotations

import ast
import re

_MAGIC_LINE = re.compile(r"^([ \t]*)(?:[%!?].*|[\w.]+\?+[ \t]*)$", re.MULTILINE)
# No two repetitions that can stand for the same spaces: a line of them would take the square of its length
_MAGIC_VALUE = re.compile(r"^([ \t]*\w[\w, ]*=[ \t]*)[%!].*$", re.MULTILINE)
_CELL_MAGIC = re.compile(r"\s*%%(\w+)")
_PYTHON_CELL_MAGICS = frozenset(("time", "timeit", "capture", "prun"))
# Good enough for code that does not parse: learners hand in broken cells, and their names still help
_BROKEN = re.compile(r"^(?:(?:async[ \t]+)?def[ \t]+(\w+)|class[ \t]+(\w+)|(\w+)[ \t]*=(?!=))", re.MULTILINE)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Names of the module, or those that a function's body declares global
_Scope = frozenset[str] | None


def bound_names(code: str) -> frozenset[str]:
    """Names that the cell binds at module level, by ``global`` in a function too, but not by import."""
    magic = _CELL_MAGIC.match(code)
    if magic and magic[1] not in _PYTHON_CELL_MAGICS:
        return frozenset()
    try:
        tree = parse_cell(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset(name for match in _BROKEN.finditer(code) for name in match.groups() if name)
    names: set[str] = set()
    # A stack of our own: a long chain of operators would exhaust Python's
    stack: list[tuple[ast.AST, _Scope]] = [(tree, None)]
    while stack:
        node, scope = stack.pop()
        names.update(name for name in _binds(node) if scope is None or name in scope)
        stack.extend(_inner(node, scope))
    return frozenset(names)


def imported_modules(code: str) -> frozenset[str]:
    """Top-level names of the modules that the cell imports, anywhere in it; nothing if it does not parse."""
    try:
        tree = parse_cell(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module.split(".")[0])
    return frozenset(modules)


def parse_cell(code: str) -> ast.Module:
    """The syntax tree of a cell, its IPython lines neutralised and line numbers kept; raises SyntaxError."""
    try:
        return ast.parse(code)
    except SyntaxError:
        plain = _MAGIC_VALUE.sub(r"\1None", _MAGIC_LINE.sub(r"\1pass", code))
        return ast.parse(plain)


def _binds(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        return (node.name,)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return (node.id,)
    if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        return (node.name,) if node.name else ()
    if isinstance(node, ast.MatchMapping):
        return (node.rest,) if node.rest else ()
    return ()


def _inner(node: ast.AST, scope: _Scope) -> list[tuple[ast.AST, _Scope]]:
    """The children, each with the scope that its bindings fall into."""
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        own = _declared_global(node.body)
        inside: list[tuple[ast.AST, _Scope]] = [(child, own) for child in node.body]
        outside = (value for name, value in ast.iter_fields(node) if name != "body")
        return inside + [(child, scope) for value in outside for child in _nodes(value)]
    if isinstance(node, ast.Lambda):
        return [(node.args, scope), (node.body, frozenset())]
    if isinstance(node, ast.comprehension):
        return [(child, scope) for child in (node.iter, *node.ifs)]
    if isinstance(node, ast.AnnAssign) and node.value is None:
        return [(node.annotation, scope)]
    return [(child, scope) for child in ast.iter_child_nodes(node)]


def _nodes(value: object) -> list[ast.AST]:
    values = value if isinstance(value, list) else [value]
    return [child for child in values if isinstance(child, ast.AST)]


def _declared_global(body: list[ast.stmt]) -> frozenset[str]:
    declared: set[str] = set()
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Global):
            declared.update(node.names)
        elif not isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Lambda)):
            stack.extend(ast.iter_child_nodes(node))
    return frozenset(declared)
