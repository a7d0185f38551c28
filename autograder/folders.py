"""Listing the instructor's folders as nbgrader does, without ever treating a name as a pattern. A leaf."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path

from autograder.errors import UsageError


def list_folder(folder: Path) -> tuple[os.DirEntry[str], ...]:
    """Entries of a folder, sorted by name; nothing where there is no such folder or it can't be read."""
    try:
        with os.scandir(folder) as entries:
            return tuple(sorted(entries, key=lambda entry: entry.name))
    except OSError:
        return ()


def listed_ids(root: Path, structure: str, placeholder: str) -> tuple[str, ...]:
    """The values of ``placeholder`` for which a path of this structure exists (a link or file counts too)."""
    before, _, after = structure.partition(placeholder)
    parent, prefix = os.path.split(before)
    suffix, _, rest = after.partition(os.sep)
    found = []
    for entry in list_folder(root / parent):
        name = entry.name
        if len(name) <= len(prefix) + len(suffix) or not (name.startswith(prefix) and name.endswith(suffix)):
            continue
        if os.path.lexists(os.path.join(entry.path, rest)):
            found.append(name[len(prefix) : len(name) - len(suffix)])
    return tuple(found)


def is_ignored(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether nbgrader would leave the file out; as in a shell, `*` matches no leading dot."""
    return any(
        fnmatchcase(name, pattern) and not (name.startswith(".") and not pattern.startswith("."))
        for pattern in patterns
    )


def read_data_files(folder: Path, ignore: tuple[str, ...]) -> tuple[tuple[str, bytes], ...]:
    """The files that nbgrader copies with an assignment: all but notebooks and ignored ones."""
    patterns = (*ignore, "*.ipynb")
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_ignored(name, patterns))
        for name in sorted(names):
            path = Path(parent, name)
            if is_ignored(name, patterns):
                continue
            try:
                found.append((path.relative_to(folder).as_posix(), path.read_bytes()))
            except OSError as error:
                raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    return tuple(sorted(found))
