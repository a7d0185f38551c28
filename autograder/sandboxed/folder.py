"""A folder of one submission where no file system of its own bounds it: how much is in it, and how it is removed."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator

# More than a notebook makes; few enough to be looked at every 50 ms.
MOST_ENTRIES, DEEPEST = 4096, 64
BLOCK = 512


def used(path: str, most: int) -> int:
    """Bytes on disk in a folder; more than ``most`` where it holds too many files, or too deep, or closed to us.

    Its owner may change it all the while.
    """
    total, entries = 0, 0
    left = [(path, 0)]
    while left:
        place, depth = left.pop()
        try:
            with os.scandir(place) as found:
                for entry in found:
                    entries += 1
                    if entries > MOST_ENTRIES or depth > DEEPEST:
                        return most + 1
                    try:
                        total += entry.stat(follow_symlinks=False).st_blocks * BLOCK
                        if entry.is_dir(follow_symlinks=False):
                            left.append((entry.path, depth + 1))
                    except FileNotFoundError:
                        continue
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return most + 1
    return total


def held(proc: int, pid: int) -> dict[tuple[int, int], int]:
    """The files that a process holds open though they have no name any more: bytes on disk by what they are.

    ``proc`` is a descriptor of ``/proc``. Nothing where the process can't be looked into.
    """
    return {
        (status.st_dev, status.st_ino): status.st_blocks * BLOCK
        for status in _open_files(proc, pid)
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 0
    }


def sockets(proc: int, pid: int) -> set[int]:
    """The sockets that a process has, by their numbers; ``proc`` is a descriptor of ``/proc``."""
    return {status.st_ino for status in _open_files(proc, pid) if stat.S_ISSOCK(status.st_mode)}


def _open_files(proc: int, pid: int) -> Iterator[os.stat_result]:
    with contextlib.suppress(OSError):
        place = os.open(f"{pid}/fd", os.O_RDONLY | os.O_DIRECTORY, dir_fd=proc)
        try:
            for name in os.listdir(place):
                with contextlib.suppress(OSError):
                    yield os.stat(name, dir_fd=place)
        finally:
            os.close(place)


def remove(path: str) -> None:
    """Remove a folder that nobody uses any more, however deep it is and whatever its modes are."""
    # No name that its owner could have taken before.
    number, prefix = 0, os.urandom(8).hex()
    while True:
        os.chmod(path, 0o700)
        with os.scandir(path) as found:
            entries = list(found)
        if not entries:
            break
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
                continue
            os.chmod(entry.path, 0o700)
            # Folders in it move up, so that no path gets long.
            with os.scandir(entry.path) as inner:
                for item in list(inner):
                    if item.is_dir(follow_symlinks=False):
                        number += 1
                        os.chmod(item.path, 0o700)  # to move a folder changes what it holds
                        os.rename(item.path, f"{path}/{prefix}-{number}")
                    else:
                        os.unlink(item.path)
            os.rmdir(entry.path)
    with contextlib.suppress(OSError):
        os.rmdir(path)
