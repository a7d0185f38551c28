"""Run one test cell in the judge, and say what became of it."""

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import symtable
import sys
import traceback
from dataclasses import dataclass
from functools import partial
from types import CodeType, FrameType
from typing import Any

from autograder import remote, testing
from autograder.judgeable import without_ignored_lines
from autograder.namespace import RemoteNamespace
from autograder.remote import Failure, Gate
from autograder.source import SourceCell
from autograder.verdict import CellVerdict, Outcome

OUTPUT_LIMIT = 4000
MESSAGE_LIMIT = 2000
_GUARDS = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith)
# Between a test cell and its checks stand only these.
_BETWEEN = frozenset({testing.__file__, remote.__file__, __file__})


@dataclass(frozen=True, slots=True)
class Run:
    """How one execution of a test cell ended; ``failure`` where a check failed later than the cell asked for it."""

    value: Any
    error: BaseException | None
    output: str
    failure: Failure | None = None


class Capture(io.StringIO):
    """Standard output of a test cell: the instructor's to read, bounded."""

    def write(self, text: str) -> int:
        """Keep what there is room for."""
        room = OUTPUT_LIMIT - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


def file_name(grade_id: str) -> str:
    """The name that tracebacks show for a test cell."""
    return f"<test cell {grade_id}>"


@dataclass(frozen=True, slots=True)
class TestCode:
    """A test cell, compiled: its statements, its last expression, and what else its text tells.

    ``in_class_bodies`` are names that class bodies read, ``mentions`` those of its last expression. A cell that is
    no Python has a ``problem`` instead. ``guarded`` are the first and last lines of what looks at errors or leaves
    something behind when there is one.
    """

    text: str
    name: str
    body: CodeType | None = None
    last: CodeType | None = None
    in_class_bodies: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    problem: Exception | None = None
    guarded: tuple[tuple[int, int], ...] = ()


def compile_test(cell: SourceCell) -> TestCode:
    """Everything about a test cell that is the same for every submission."""
    text = without_ignored_lines(cell.source)
    name = file_name(cell.grade_id or "")
    try:
        tree = ast.parse(text, name)
        last = tree.body[-1] if tree.body else None
        guarded = tuple(
            (node.lineno, node.end_lineno or node.lineno) for node in ast.walk(tree) if isinstance(node, _GUARDS)
        )
        if not isinstance(last, ast.Expr):
            body = compiled(tree, name, "exec")
            return TestCode(text, name, body, None, _names_in_class_bodies(text, name), guarded=guarded)
        body = compiled(ast.Module(tree.body[:-1], tree.type_ignores), name, "exec")
        value = compiled(ast.Expression(last.value), name, "eval")
    except (SyntaxError, ValueError) as problem:
        return TestCode(text, name, problem=problem)
    mentions = frozenset(node.id for node in ast.walk(last) if isinstance(node, ast.Name))
    return TestCode(text, name, body, value, _names_in_class_bodies(text, name), mentions, guarded=guarded)


def line_that_may_wait(test: TestCode) -> int | None:
    """The line of the running cell that asks for a check, if nothing there would notice when the check fails later.

    That is, no other code has called it, as that may catch errors, and no line of the cell does that either.
    """
    frame: FrameType | None = sys._getframe(1)
    found: int | None = None
    while frame is not None:
        name, line = frame.f_code.co_filename, frame.f_lineno
        if name == test.name:
            if any(first <= line <= last for first, last in test.guarded):
                return None
            found = found or line
        elif name == __file__ and found is not None:
            return found
        elif name not in _BETWEEN:
            return None
        frame = frame.f_back
    return None


def run_test(test: TestCode, namespace: RemoteNamespace, gate: Gate) -> Run:
    """Execute the cell. Whatever it raises is returned, faults of the learner's process included."""
    gate.begin_cell(partial(line_that_may_wait, test))
    linecache.cache[test.name] = (len(test.text), None, test.text.splitlines(keepends=True), test.name)
    output = Capture()
    value: Any = None
    error: BaseException | None = test.problem
    try:
        if test.body is not None:
            namespace.prefill(test.in_class_bodies)
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
                exec(test.body, namespace)
                if test.last is not None:
                    value = eval(test.last, namespace)
                gate.settle()
                namespace.push_bindings(at_end=True)
    except BaseException as problem:
        error = problem
        # Checks that wait were asked for before.
        try:
            gate.settle()
        except BaseException as earlier:
            error = earlier
    if gate.failure is not None:
        # The cell may have caught it.
        return Run(value, gate.failure.error, output.getvalue(), gate.failure)
    return Run(value, error, output.getvalue())


def compiled(code: str | ast.Module | ast.Expression, name: str, mode: str) -> CodeType:
    """Code as a notebook has it: with assertions, whatever ``-O`` says, and without this module's future."""
    found: CodeType = compile(code, name, mode, dont_inherit=True, optimize=0)
    return found


def _names_in_class_bodies(code: str, name: str) -> frozenset[str]:
    names: set[str] = set()
    tables = [symtable.symtable(code, name, "exec")]
    while tables:
        table = tables.pop()
        if table.get_type() == "class":
            names.update(symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced())
        tables.extend(table.get_children())
    return frozenset(names)


def score_of(run: Run, test: TestCode, points: float, remote: frozenset[str]) -> float | None:
    """The score that the cell's last expression states, or None if it states none.

    An expression that mentions a name of the learner's is never a score: he would be marking himself.
    """
    if test.last is None or test.mentions & remote:
        return None
    if type(run.value) not in (int, float) or not 0 <= run.value <= points:
        return None
    return float(run.value)


def judge_run(
    run: Run,
    cell: SourceCell,
    gate: Gate,
    *,
    score: float | None,
    gives_score: bool,
    is_untouched: bool,
) -> CellVerdict:
    """The verdict on a test cell that ran."""
    points = 0.0
    message, cause = "", ""
    # What comes after a failed check changes nothing.
    fault = gate.line.fault if run.failure is None else None
    error = run.error
    if fault is not None:
        outcome, message, cause = fault.outcome, fault.message, fault.cause
    elif error is None:
        if not gives_score:
            outcome, points = Outcome.PASSED, cell.points
        elif score is None:
            outcome, message = Outcome.FAILED, "the check gave no score for your answer"
            cause = f"the last expression gave no number from 0 to {cell.points:g}"
        else:
            outcome, points = (Outcome.PASSED if score == cell.points else Outcome.FAILED), score
            message = "" if outcome is Outcome.PASSED else f"{score:g} of {cell.points:g} points"
    else:
        last_raised = gate.last_raised if run.failure is None else run.failure.last_raised
        where = _failing_line(error, cell, None if run.failure is None else run.failure.line)
        outcome, message, cause = _of_error(error, cell, last_raised, where)
    if is_untouched and outcome is not Outcome.PASSED and outcome is not Outcome.GRADER_ERROR:
        outcome, points = Outcome.NOT_ATTEMPTED, 0.0
        message = "the cell that this check looks at is as it was handed out"
    return CellVerdict(
        grade_id=cell.grade_id or "",
        title=cell.title,
        outcome=outcome,
        points=points,
        max_points=cell.points,
        message=message[:MESSAGE_LIMIT],
        cause=cause[:MESSAGE_LIMIT],
        output=run.output,
    )


def _of_error(
    error: BaseException, cell: SourceCell, last_raised: type[BaseException] | None, where: str
) -> tuple[Outcome, str, str]:
    text = _text(error)
    if getattr(error, "from_learner", False):
        notes = "; ".join(getattr(error, "__notes__", ()))
        full = f"{type(error).__name__}: {text}" + (f" ({notes})" if notes else "")
        if isinstance(error, NotImplementedError):
            return Outcome.NOT_ATTEMPTED, f"your code still raises {full}", where
        return Outcome.RAISED, f"your code raised {full}", where
    if isinstance(error, MemoryError):
        return Outcome.OUT_OF_MEMORY, "the answer is too large to be checked", where
    if last_raised is not None and issubclass(last_raised, NotImplementedError):
        return Outcome.NOT_ATTEMPTED, "your code still raises NotImplementedError", f"{where}: {text}"
    if isinstance(error, AssertionError):
        return Outcome.FAILED, text or _shown(where, cell), where
    return Outcome.FAILED, f"the check stopped at your answer: {type(error).__name__}: {text}", where


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as problem:
        return f"an error whose text can't be made ({type(problem).__name__})"


def _failing_line(error: BaseException, cell: SourceCell, line: int | None) -> str:
    name = file_name(cell.grade_id or "")
    if line is not None:
        return linecache.getline(name, line).strip()
    lines = [frame.line or "" for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
    return lines[-1].strip() if lines else ""


def _shown(line: str, cell: SourceCell) -> str:
    """A failing line as far as the learner may see it: hidden tests stay hidden."""
    if line and line in {text.strip() for text in cell.released.splitlines()}:
        return f"this does not hold: {line.removeprefix('assert ')}"
    return "a hidden check of this cell does not hold"
