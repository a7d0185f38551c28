"""What stops the build of the course."""

from __future__ import annotations

from pathlib import Path


class CourseError(Exception):
    """Something in the course's sources is wrong: which file, which line, what, and the way out."""

    def __init__(self, path: Path, line: int | None, message: str) -> None:
        place = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{place}: {message}")
        self.path, self.line, self.message = path, line, message


class ToolMissing(Exception):
    """A program that the build calls is not on this machine; the message says which command brings it."""
