"""The IPython shell that learner cells run in: nbclient's outputs, bounded where they are produced."""

from __future__ import annotations

import ast
import base64
import io
import re
import traceback
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

TEXT_LIMIT = 100_000
IMAGE_LIMIT = 4 * 2**20
OUTPUT_LIMIT = 200
_KEPT = ("text/plain", "image/png", "image/jpeg")
_CUT = "\n... the output was cut here"
# IPython may take these off, and empty lines before all others; and they may be Python: an annotation, or the examples
# of a docstring.
_CLEANED = re.compile(r"\A\s|^\s*(In \[|\.\.\.|>>>)", re.MULTILINE)
_WAITS = re.compile("await|async")


class BoundedText(io.TextIOBase):
    """A text stream that keeps its first ``TEXT_LIMIT`` characters and swallows the rest."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._left = TEXT_LIMIT
        self._cut = False

    def writable(self) -> bool:
        """It is: a terminal would be asked."""
        return True

    def write(self, text: str) -> int:
        """Keep what there is room for."""
        if self._left > 0:
            part = str(text[: self._left])
            self._parts.append(part)
            self._left -= max(len(part), 1)
        self._cut = self._cut or self._left <= 0
        return len(text)

    def take(self) -> str:
        """What was written since the last call."""
        text = "".join(self._parts) + (_CUT if self._cut else "")
        self._parts, self._left, self._cut = [], TEXT_LIMIT, False
        return text


class Outputs:
    """The outputs of the cell that is running, as nbformat dictionaries."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self.stdout = BoundedText()
        self.stderr = BoundedText()

    def add(self, output: dict[str, Any]) -> None:
        """Append one output, after what was printed before it."""
        self.flush()
        if len(self.items) < OUTPUT_LIMIT:
            self.items.append(output)

    def flush(self) -> None:
        """Turn printed text into stream outputs."""
        for name, stream in (("stdout", self.stdout), ("stderr", self.stderr)):
            text = stream.take()
            if text and len(self.items) < OUTPUT_LIMIT:
                self.items.append({"output_type": "stream", "name": name, "text": text})

    def take(self) -> list[dict[str, Any]]:
        """The outputs since the last call."""
        self.flush()
        items, self.items = self.items, []
        return items


def _kept(data: Any) -> dict[str, str]:
    """The parts of a MIME bundle that a notebook of ours keeps, within their caps."""
    bundle: dict[str, str] = {}
    for mime in _KEPT:
        value = data.get(mime)
        if type(value) is bytes and len(value) <= IMAGE_LIMIT:
            bundle[mime] = base64.b64encode(value).decode("ascii")
        elif type(value) is str:
            bundle[mime] = value[: TEXT_LIMIT if mime == "text/plain" else 2 * IMAGE_LIMIT]
    return bundle


class _Publisher(DisplayPublisher):
    def publish(self, data: Any, metadata: Any = None, source: Any = None, **_: Any) -> None:
        self.shell.outputs.add({"output_type": "display_data", "data": _kept(data), "metadata": {}})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.take()


class _Hook(DisplayHook):
    shell: LearnerShell

    def start_displayhook(self) -> None:
        self._bundle: dict[str, str] = {}

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self._bundle = _kept(format_dict)

    def finish_displayhook(self) -> None:
        self.shell.outputs.add(
            {
                "output_type": "execute_result",
                "data": self._bundle,
                "metadata": {},
                "execution_count": self.shell.execution_count,
            }
        )


class LearnerShell(InteractiveShell):
    """An ``InteractiveShell`` without a terminal, history file or network; outputs go to ``outputs``."""

    def __init__(self, **kwargs: Any) -> None:
        self.outputs = Outputs()
        initialise: Any = super().__init__
        initialise(displayhook_class=_Hook, display_pub_class=_Publisher, **kwargs)
        manager = self.input_transformer_manager
        self._own_cleanups, self._own_lines = len(manager.cleanup_transforms), len(manager.line_transforms)
        self._own_tokens = len(manager.token_transformers)

    def init_history(self) -> None:
        """Keep the history in memory: a history file would be shared by all forks."""
        from IPython.core.history import HistoryManager

        self.history_manager = HistoryManager(shell=self, parent=self, enabled=False)

    def transform_cell(self, raw_cell: Any) -> Any:
        """As IPython's, which takes most of the time of a small cell to find out that there is no magic in it.

        A magic, a shell command or a question mark is no Python. Whoever adds a transformer of his own gets all.
        """
        manager = self.input_transformer_manager
        if (
            type(raw_cell) is str
            and len(manager.cleanup_transforms) == self._own_cleanups
            and len(manager.line_transforms) == self._own_lines
            and len(manager.token_transformers) == self._own_tokens
            and (not _CLEANED.search(raw_cell) or _is_clean(manager, raw_cell))
        ):
            try:
                ast.parse(raw_cell)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
            else:
                return raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
        transform: Any = super().transform_cell
        return transform(raw_cell)

    def should_run_async(self, raw_cell: Any, *, transformed_cell: Any = None, **rest: Any) -> bool:
        """As IPython's, which compiles the cell to find out; what waits for something says so in a word."""
        if type(transformed_cell) is str and not _WAITS.search(transformed_cell):
            return False
        ask: Any = super().should_run_async
        return bool(ask(raw_cell, transformed_cell=transformed_cell, **rest))

    def show_figures(self, wanted: bool) -> None:
        """Whether figures become pictures, which takes longer than all else that a cell does."""
        formatter: Any = self.display_formatter
        formatter.formatters["image/png"].enabled = wanted

    def enable_gui(self, gui: Any = None) -> None:
        """There is no event loop to join."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        self.outputs.add(
            {
                "output_type": "error",
                "ename": str(getattr(etype, "__name__", etype))[:200],
                "evalue": _text_of(evalue),
                "traceback": [line[:2000] for line in "\n".join(stb)[:TEXT_LIMIT].split("\n")][-60:],
            }
        )


def _is_clean(manager: Any, cell: str) -> bool:
    """Whether IPython finds nothing to take off; for prompts it asks where a string begins, which takes little time."""
    lines = before = cell.splitlines(keepends=True)
    for transform in manager.cleanup_transforms:
        lines = transform(lines)
    return bool(lines == before)


def _text_of(error: Any) -> str:
    try:
        return str(error)[:2000]
    except BaseException as problem:
        return f"<an error whose text can't be made: {type(problem).__name__}>"


def plain_error(error: BaseException) -> dict[str, Any]:
    """An error output for what went wrong around a cell, where IPython's own report did not come."""
    try:
        lines = traceback.format_exception_only(type(error), error)
    except BaseException:
        lines = [type(error).__name__]
    return {
        "output_type": "error",
        "ename": type(error).__name__[:200],
        "evalue": _text_of(error),
        "traceback": [line[:2000] for line in lines][-20:],
    }
