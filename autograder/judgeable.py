"""Which test cells can be judged from outside the learner's process: found in their text, before any grading."""

from __future__ import annotations

import ast
import re
import symtable
from dataclasses import dataclass

from autograder.names import bound_names, parse_cell
from autograder.source import Kind, SourceCell, SourceNotebook

_IGNORED_LINE = re.compile(
    r"^([ \t]*)%(matplotlib\b|config[ \t]+InlineBackend|load_ext[ \t]+autoreload|autoreload\b).*$", re.MULTILINE
)
_MAGIC = re.compile(r"^[ \t]*(%|!)", re.MULTILINE)
_KERNEL_NAMES = frozenset({"get_ipython", "In", "Out", "_ih", "_oh", "_dh", "_i", "_ii", "_iii", "__", "___"})
_NAMESPACE_CALLS = frozenset({"globals", "locals", "vars", "dir"})
_SOURCE_CALLS = frozenset(
    {"getsource", "getsourcelines", "getsourcefile", "signature", "getfullargspec", "getclosurevars"}
)
_FUNCTION_ATTRIBUTES = frozenset(
    {
        "__code__",
        "__globals__",
        "__closure__",
        "__doc__",
        "__defaults__",
        "__kwdefaults__",
        "__annotations__",
        "__dict__",
    }
)
_FIGURE_CALLS = frozenset({"gcf", "gca", "get_fignums", "figure_to_svg", "get_axes"})


def without_ignored_lines(code: str) -> str:
    """The cell without ``%matplotlib`` and ``autoreload`` lines, which mean nothing in the judge."""
    return _IGNORED_LINE.sub(r"\1pass", code)


def why_not(code: str) -> str:
    """Why this test cell can't be judged from outside, or "" if nothing in its text speaks against it."""
    code = without_ignored_lines(code)
    if _MAGIC.search(code) and not _parses(code):
        return "it uses an IPython magic or a shell command"
    try:
        tree = parse_cell(code)
    except (SyntaxError, ValueError):
        return "it is not valid Python"
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id in _KERNEL_NAMES:
                return f"it reads the learner's kernel ({node.id})"
        elif isinstance(node, ast.Call):
            name = _called(node.func)
            if isinstance(node.func, ast.Name) and name in _NAMESPACE_CALLS:
                return f"it inspects the learner's namespace ({name})"
            if name in _SOURCE_CALLS:
                return f"it inspects the learner's source ({name})"
            if name in _FIGURE_CALLS:
                return f"it inspects figures of the learner's process ({name})"
        elif isinstance(node, ast.Attribute) and node.attr in _FUNCTION_ATTRIBUTES:
            return f"it inspects a function of the learner ({node.attr})"
    return ""


@dataclass(frozen=True, slots=True)
class SetupPiece:
    """Code of one cell of the source that the judge runs itself, and the names that it leaves to the learner."""

    index: int
    code: str
    bound_by_learner: frozenset[str] = frozenset()


def setup_code(notebook: SourceNotebook, remote: frozenset[str]) -> list[SetupPiece]:
    """The instructor's own code that test cells may need, in order.

    A cell that uses what the learner is to write (``squares(10)``, or a plot of it) is left out unless it binds a
    name that a test may need. Of a solution cell the imports remain.
    """
    chosen: list[SetupPiece] = []
    needed: set[str] = set()
    # The author's own solutions run too, where his tests are tried on them.
    solved = {
        name
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.kind in (Kind.SOLUTION, Kind.MANUAL)
        for name in names_read(cell.source)
    }
    # From the end: what a cell needs must have been bound before it.
    for index, cell in reversed(list(enumerate(notebook.cells))):
        if cell.cell_type != "code":
            continue
        if cell.kind is Kind.TEST:
            needed |= names_read(cell.source)
        elif cell.kind in (Kind.LOCKED, Kind.PLAIN):
            if not names_read(cell.source) & remote or (bound_names(cell.source) - remote) & needed:
                code = _without_unneeded_imports(without_ignored_lines(cell.source), needed | solved)
                needed |= names_read(cell.source)
                chosen.append(SetupPiece(index, code))
        elif cell.kind in (Kind.SOLUTION, Kind.MANUAL):
            chosen.append(SetupPiece(index, _imports_of(cell), bound_names(cell.source)))
    return chosen[::-1]


def _without_unneeded_imports(code: str, needed: set[str]) -> str:
    """The cell without imports at module level whose names nothing in it and nothing after it mentions.

    What only the learner's own cells use (a plotting library, mostly) need not be in every judge.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return code
    wanted = needed | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    lines = code.splitlines()
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom) and not _imported_names(node) & (wanted | {"*"}):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    pruned = "\n".join(lines)
    # Two statements on a line are left as they are.
    return pruned if _parses(pruned) and len(tree.body) == len({node.lineno for node in tree.body}) else code


def _imported_names(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    return {alias.asname or alias.name for alias in node.names}


def used_by_functions(notebook: SourceNotebook) -> tuple[frozenset[str], frozenset[str]]:
    """The global names that functions of the solution cells read, and those that they bind."""
    read: set[str] = set()
    bound: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type != "code" or cell.kind not in (Kind.SOLUTION, Kind.MANUAL):
            continue
        try:
            tables = [symtable.symtable(ast.unparse(parse_cell(cell.source)), "solution", "exec")]
        except (SyntaxError, ValueError):
            continue
        while tables:
            table = tables.pop()
            if table.get_type() != "module":
                symbols = [symbol for symbol in table.get_symbols() if symbol.is_global()]
                read.update(symbol.get_name() for symbol in symbols)
                bound.update(symbol.get_name() for symbol in symbols if symbol.is_assigned())
            tables.extend(table.get_children())
    return frozenset(read), frozenset(bound)


def names_read(code: str) -> frozenset[str]:
    """All names that the cell mentions, at any depth."""
    try:
        tree = parse_cell(code)
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def _imports_of(cell: SourceCell) -> str:
    """The import statements at module level of a solution cell: the judge needs them, from the source."""
    try:
        tree = parse_cell(cell.source)
    except (SyntaxError, ValueError):
        return ""
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(ast.unparse(node) for node in imports)


def _called(func: ast.expr) -> str:
    if isinstance(func, ast.Name):
        return func.id
    return func.attr if isinstance(func, ast.Attribute) else ""


def _parses(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError):
        return False
    return True
