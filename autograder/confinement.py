"""What a submission may read at level ``landlock``, where it sees the machine's own folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from autograder.bubblewrap import is_readable
from autograder.errors import SandboxError
from autograder.runtime import Bind, Runtime


def rules(base: Runtime, binds: Sequence[Bind], root: str) -> dict[str, list[str]]:
    """The folders and files that may be read; and those of which names may be read, where not all in them may.

    ``root`` is the folder with a link for each of ``binds``.
    """
    readable: set[str] = set()
    listable: set[str] = set()
    for bind in base.binds:
        masks = {
            os.path.realpath(bind.source + mask.removeprefix(bind.target))
            for mask in base.masks
            if mask.startswith(bind.target + "/")
        }
        readable.update(_without(bind.source, masks))
        if masks:
            listable.add(bind.source)
    readable.update(os.path.realpath(bind.source) for bind in binds)
    readable.update(root + "/" + bind.target.split("/")[1] for bind in binds)
    return {"readable": _outermost(readable), "listable": _outermost(listable)}


def _without(path: str, masks: set[str]) -> Iterable[str]:
    """What lies in a folder beside the masks; a rule on the folder itself would cover them."""
    if path in masks:
        return
    if not any(mask.startswith(path + "/") for mask in masks):
        yield path
        return
    with os.scandir(path) as entries:
        for entry in entries:
            # A link leads to where there is a rule, or to what shall not be read.
            if not entry.is_symlink():
                yield from _without(entry.path, masks)


def _outermost(paths: Iterable[str]) -> list[str]:
    found: list[str] = []
    for path in sorted(set(paths)):
        if not found or not path.startswith(found[-1] + "/"):
            found.append(path)
    return found


def closed(paths: Iterable[str]) -> Mapping[str, list[str]]:
    """The folders that only their owner may enter, and what of ``paths`` lies in each. SandboxError for what is
    closed to others itself."""
    found: dict[str, list[str]] = {}
    for path in _outermost(paths):
        if not is_readable(Path(path)):
            raise SandboxError(f"learners' code runs as a user that may not read {path}: run chmod -R go+rX {path}")
        for folder in reversed(Path(path).parents):
            if not folder.stat().st_mode & stat.S_IXOTH:
                found.setdefault(str(folder), []).append(path)
                break
    return found
