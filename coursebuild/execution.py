"""Each chapter's cells, run once in a real Jupyter kernel; kept until code, library or versions change."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import nbformat.v4
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from coursebuild import figure, values
from coursebuild.chapter import Cell, Chapter, Text

_SETUP = Path(__file__).with_name("setup_cell.py")
_PACKAGES = ("numpy", "matplotlib", "matplotlib-inline", "ipython", "ipykernel", "nbclient", "nbformat")
_ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
_SECONDS = 120
Output = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Executed:
    """A chapter with what came out: for each part its outputs (of a cell) or values (of its ``{{ }}``)."""

    chapter: Chapter
    outputs: tuple[tuple[Output, ...], ...]
    values: tuple[tuple[str, ...], ...]


def execute_all(chapters: Sequence[Chapter], root: Path, *, processes: int | None = None) -> list[Executed]:
    """Execute chapters, several at a time; what is kept in ``root/build/chapters`` is not run again.

    Raises CourseError where a cell fails.
    """
    with ThreadPoolExecutor(processes or len(os.sched_getaffinity(0))) as pool:
        return list(pool.map(lambda chapter: execute(chapter, root), chapters))


def execute(chapter: Chapter, root: Path) -> Executed:
    """Execute one chapter, or take what an earlier run kept of the same code."""
    kept = root / "build" / "chapters" / f"{chapter.slug}-{_key(chapter, root)}.json"
    if kept.exists():
        found = json.loads(kept.read_text())
    else:
        found = _run(chapter)
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in kept.parent.glob(f"{chapter.slug}-*.json"):
            old.unlink()
        unfinished = kept.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_text(json.dumps(found))
        unfinished.replace(kept)
    return Executed(chapter, *(tuple(map(tuple, found[name])) for name in ("outputs", "values")))


def asked(part: Text | Cell) -> tuple[str, ...]:
    """The expressions whose values a part needs, in order; those of a cell are in its options."""
    if isinstance(part, Text):
        return values.expressions(part.source)
    return tuple(
        expression for name in ("alt", "caption") for expression in values.expressions(part.options.get(name, ""))
    )


def _setup() -> str:
    """The set-up cell, with the colours that the page knows."""
    colours = {name: getattr(figure, name) for name in ("INK", "GROUND", "GRID", "SERIES")}
    return "\n".join(f"{name} = {value!r}" for name, value in colours.items()) + "\n" + _SETUP.read_text()


def _key(chapter: Chapter, root: Path) -> str:
    """Changes with whatever could change an output: code, what it imports of ours, and the versions."""
    digest = hashlib.sha256()
    for part in chapter.parts:
        digest.update(repr((type(part).__name__, asked(part))).encode())
        if isinstance(part, Cell):
            digest.update(part.source.encode())
    library = sorted((root / "coursedata").rglob("*"))
    for path in (*library, Path(__file__), Path(values.__file__)):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.read_bytes())
    digest.update(_setup().encode())
    digest.update(repr([platform.python_version(), *map(version, _PACKAGES)]).encode())
    return digest.hexdigest()[:16]


def _run(chapter: Chapter) -> dict[str, list[list[Any]]]:
    """For each part its outputs and its values, as they are kept."""
    steps = [_Step(_setup(), None, of_cell=False)]
    for number, part in enumerate(chapter.parts):
        if isinstance(part, Cell):
            steps.append(_Step(part.source, number, of_cell=True))
        if wanted := asked(part):
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
            found["outputs"][step.part] = [_checked(chapter, line, output) for output in _joined(cell.outputs)]
        else:
            found["values"][step.part] = json.loads("".join(output["text"] for output in cell.outputs))
    return found


class _Step(NamedTuple):
    """What the kernel is given: a cell of the chapter, or what computes a part's values; no part's is the set-up."""

    source: str
    part: int | None
    of_cell: bool


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


def _joined(outputs: Sequence[Output]) -> list[dict[str, Any]]:
    """The outputs, with printed text that came in several messages as one."""
    joined: list[dict[str, Any]] = []
    for output in outputs:
        if (
            joined
            and output["output_type"] == "stream" == joined[-1]["output_type"]
            and joined[-1]["name"] == output["name"]
        ):
            joined[-1]["text"] += output["text"]
        else:
            joined.append(json.loads(json.dumps(output)))
    return joined


def _checked(chapter: Chapter, line: int, output: dict[str, Any]) -> dict[str, Any]:
    """An output that a page can show: no warning, and nothing that differs from run to run."""
    if output["output_type"] == "stream" and output["name"] == "stderr":
        raise chapter.error(line, f"the cell writes to stderr: {output['text'].strip()[:300]}")
    text = output.get("text") or output.get("data", {}).get("text/plain", "")
    if not is_figure(output) and (address := _ADDRESS.search(text)):
        raise chapter.error(
            line, f"the output has an address that differs from run to run ({address[0]}); end the line with ';'"
        )
    if is_figure(output):
        # What a browser can't show says nothing but how many inches it has.
        output["data"] = {"image/svg+xml": output["data"]["image/svg+xml"]}
    output.pop("execution_count", None)
    return output


def is_figure(output: Output) -> bool:
    """Whether an output is a drawing."""
    return "image/svg+xml" in output.get("data", {})
