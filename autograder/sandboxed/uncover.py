"""Lets other users read what lies in folders that only root may enter, in a mount namespace of our own.

For level ``landlock`` as root, where a submission runs as a user of its own and root's interpreter often lies below
``/root``: every such folder is covered by one that anybody may enter, and that holds only what must be read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from . import isolation


def uncover(closed: Mapping[str, Sequence[str]]) -> None:
    """``closed`` are folders, and what of each shall be seen at its old place. OSError where root may not do this."""
    if not closed:
        return
    try:
        isolation.unshare(isolation.CLONE_NEWNS)
        isolation.mount("none", "/", None, isolation.MS_REC | isolation.MS_PRIVATE)
    except OSError as problem:
        folders = " ".join(closed)
        raise OSError(
            f"learners' code runs as a user that may not enter {folders}: run chmod go+x {folders} ({problem})"
        ) from None
    before = os.umask(0o022)
    isolation.cover(dict.fromkeys(closed, "size=1m,mode=0755"), [path for shown in closed.values() for path in shown])
    os.umask(before)
