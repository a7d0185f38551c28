"""Runs a chapter's cells, one after the other, in a real Jupyter kernel that sees an empty folder."""

from __future__ import annotations

import json
import os
import re
import tempfile
from typing import Any, NamedTuple

import nbformat.v4
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from coursebuild import figure, values
from coursebuild.chapter import Cell, Chapter
from coursebuild.outputs import checked, joined

_SECONDS = 120


class _Step(NamedTuple):
    """What the kernel is given: a cell of the chapter, or what computes a part's values; no part's is the set-up."""

    source: str
    part: int | None
    of_cell: bool


def run(chapter: Chapter) -> dict[str, list[list[Any]]]:
    """For each part its outputs and its values, as they are kept. Raises CourseError where a cell fails."""
    steps = [_Step(figure.setup_code(), None, of_cell=False)]
    for number, part in enumerate(chapter.parts):
        if isinstance(part, Cell):
            steps.append(_Step(part.source, number, of_cell=True))
        if wanted := values.asked(part):
            steps.append(_Step(values.as_code(wanted), number, of_cell=False))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(step.source) for step in steps])
    with tempfile.TemporaryDirectory(prefix="chapter-") as empty, tempfile.TemporaryDirectory(prefix="k-") as sockets:
        client = NotebookClient(
            notebook,
            timeout=_SECONDS,
            # Sockets in the file system: nobody else on this machine can talk to the kernel.
            config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}}),
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": empty}},
        )
        # One thread each: the order in which sums are made, and so the last digit, is the same everywhere.
        environment = os.environ | {
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONHASHSEED": "0",
            "SOURCE_DATE_EPOCH": "0",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
        with client.setup_kernel(env=environment):
            for index, step in enumerate(steps):
                _execute_step(client, chapter, index, step)
    found: dict[str, list[list[Any]]] = {name: [[] for _ in chapter.parts] for name in ("outputs", "values")}
    for cell, step in zip(notebook.cells, steps, strict=True):
        if step.part is None:
            continue
        if step.of_cell:
            line = chapter.parts[step.part].line
            found["outputs"][step.part] = [checked(chapter, line, output) for output in joined(cell.outputs)]
        else:
            found["values"][step.part] = json.loads("".join(output["text"] for output in cell.outputs))
    return found


def _execute_step(client: NotebookClient, chapter: Chapter, index: int, step: _Step) -> None:
    part = None if step.part is None else chapter.parts[step.part]
    line = None if part is None else part.line
    try:
        client.execute_cell(client.nb.cells[index], index)
    except CellTimeoutError:
        raise chapter.error(line, f"the cell takes more than {_SECONDS} s; make it smaller") from None
    except DeadKernelError as error:
        raise chapter.error(line, f"the kernel died: {error}") from None
    except CellExecutionError as error:
        what = f"{error.ename}: {error.evalue}"
        if part is None:
            raise chapter.error(None, f"the set-up cell fails: {what}") from None
        if step.of_cell and isinstance(part, Cell):
            raise chapter.error(_failing_line(part, error.traceback), f"the cell fails: {what}") from None
        raise chapter.error(line, f"a value of the text after this line can't be computed: {what}") from None


def _failing_line(cell: Cell, trace: str) -> int:
    """The line of the file at which the cell failed, as far as the traceback tells."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", trace)
    marked = re.findall(r"^-+> (\d+) ", plain, re.MULTILINE)
    inside = [int(number) for number in marked if int(number) <= len(cell.source.splitlines())]
    return cell.line + (inside[0] if inside else 0)
