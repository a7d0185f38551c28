"""Files of learners, opened without trusting names, kinds or sizes; and files of ours, written whole."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

from autograder.errors import AutograderError, UnreadableSubmission
from autograder.sanitize import one_line

MAX_FILE = 16 * 1024 * 1024
MAX_TREE = 64 * 1024 * 1024
MAX_FILES = 500
MAX_DEPTH = 8
TIMESTAMP_FILE = "timestamp.txt"
_MAX_TIMESTAMP = 200
_SUFFIX = ".ipynb"
# Made by Jupyter, Python and nbgrader beside the learner's work, and no part of it
_NOT_THEIRS = frozenset((".ipynb_checkpoints", "__pycache__", ".DS_Store", TIMESTAMP_FILE))
# Possessive: the spaces between two marks belong to one of them, so there is one way to read a name
_COPY_MARK = re.compile(r"(?:[\s_-]*+(?:\(\d+\)|copy\s*+\d*+))++$")
# As write_atomically calls a file until it is whole
_UNFINISHED = re.compile(r"\.[0-9a-f]{16}\.tmp")
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


@dataclass(frozen=True, slots=True)
class SubmittedFiles:
    """What a submission folder holds; a wanted notebook that is in neither list is missing."""

    notebooks: tuple[tuple[str, bytes], ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()
    extras: tuple[tuple[str, bytes], ...] = ()
    notes: tuple[str, ...] = ()
    timestamp: str | None = None


def read_file(path: str | Path, cap: int = MAX_FILE, *, dir_fd: int | None = None) -> bytes:
    """The bytes of a regular file of at most ``cap`` bytes; never follows a link, never waits for a writer.

    In a folder of a learner's (``dir_fd``) a file with further names is refused: the others may be anywhere.
    Raises UnreadableSubmission with a sentence for everything else.
    """
    shown = one_line(os.path.basename(path), 100)
    try:
        # A look before opening: opening a device can have effects
        _require_regular(os.stat(path, dir_fd=dir_fd, follow_symlinks=False), shown, cap)
        descriptor = os.open(path, _FLAGS, dir_fd=dir_fd)
        with open(descriptor, "rb", buffering=0) as file:
            status = os.fstat(descriptor)
            _require_regular(status, shown, cap)
            if dir_fd is not None and status.st_nlink > 1:
                raise UnreadableSubmission(
                    f"{shown} has another name elsewhere (a hard link), so it may be somebody else's file: put a copy "
                    "in its place"
                )
            data = _read_at_most(file.fileno(), cap + 1)
    except (OSError, ValueError) as error:
        raise UnreadableSubmission(f"{shown} cannot be read: {_reason(error)}") from None
    if len(data) > cap:
        raise UnreadableSubmission(_too_large(shown, cap))
    return data


def read_tree(folder: Path, wanted: Sequence[str], *, base: Path | None = None) -> SubmittedFiles:
    """The notebooks of these names and the learner's other files, within the caps; nothing follows a link.

    With ``base`` only that part of the path may hold links (the course's own folders are the instructor's).
    Raises UnreadableSubmission if the folder itself can't be listed; anything wrong inside it is a note.
    """
    reader = _TreeReader(room=MAX_TREE)
    notebooks: list[tuple[str, bytes]] = []
    unreadable: list[tuple[str, str]] = []
    missing: list[str] = []
    with _opened_folder(folder, base) as descriptor:
        for name in wanted:
            # Asked for by name: a folder of a million other files must not hide it
            if not _exists(name + _SUFFIX, descriptor):
                missing.append(name)
                continue
            try:
                notebooks.append((name, read_file(name + _SUFFIX, dir_fd=descriptor)))
            except UnreadableSubmission as error:
                unreadable.append((name, str(error)))
        timestamp = _timestamp(descriptor)
        reader.room -= sum(len(data) for _, data in notebooks)
        reader.collect(descriptor, "", frozenset(name + _SUFFIX for name in wanted), MAX_DEPTH)
    return SubmittedFiles(
        notebooks=tuple(notebooks),
        unreadable=tuple(unreadable),
        extras=tuple(sorted(reader.extras)),
        notes=(*_about_notebooks(missing, sorted(reader.other_notebooks)), *reader.notes),
        timestamp=timestamp,
    )


def write_atomically(path: Path, data: bytes, *, durably: bool = True) -> None:
    """Replace the file at once or not at all, with folders made as needed; a link there is replaced.

    Without ``durably`` a power cut may undo it or leave it empty: for what is checked before it is believed.
    Raises AutograderError that names the file; the old file is then as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _unfinished(path.parent) as (temporary, file):
            file.write(data)
            file.flush()
            if durably:
                os.fsync(file.fileno())
            os.replace(temporary, path)
        if durably:
            _sync_folder(path.parent)
    except OSError as error:
        raise AutograderError(
            f"{path} could not be written: {_reason(error)}; what was there before is unchanged"
        ) from None


@contextmanager
def _unfinished(folder: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A new file for the block, which no other run takes for one that was left; gone where the block fails."""
    while True:
        path = folder / f".{secrets.token_hex(8)}.tmp"
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), "wb") as file:
                # A file system without locks is one that two runs can't share.
                with suppress(OSError):
                    fcntl.flock(file, fcntl.LOCK_EX)
                # Before it was ours it may have been taken away.
                if os.fstat(file.fileno()).st_nlink:
                    yield path, file
                    return
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def remove_unfinished(folder: Path) -> None:
    """Take away what a killed :func:`write_atomically` left in a folder of ours, and nothing that is being written."""
    with suppress(OSError), os.scandir(folder) as entries:
        for path in [Path(entry.path) for entry in entries if _UNFINISHED.fullmatch(entry.name)]:
            with suppress(FileNotFoundError, BlockingIOError), open(os.open(path, _FLAGS), "rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()


def put_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files of the instructor's, by their names below a folder that is ours alone."""
    for name, data in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@dataclass(slots=True)
class _TreeReader:
    """Collects the extra files of one submission under shared caps; ``room`` is what is left, in bytes."""

    room: int
    extras: list[tuple[str, bytes]] = field(default_factory=list)
    other_notebooks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    entries: int = 0

    def collect(self, descriptor: int, prefix: str, known: frozenset[str], depth: int) -> None:
        """Add the files below this folder but the known ones; each that cannot be taken is a note."""
        for name in self._listing(descriptor, prefix):
            relative = prefix + name
            if name.endswith(_SUFFIX):
                if name not in known:
                    self.other_notebooks.append(relative)
                continue
            try:
                self._take(descriptor, name, relative, depth)
            except UnreadableSubmission as error:
                self._leave_out(relative, str(error))
            except OSError as error:
                self._leave_out(relative, _reason(error))

    def _listing(self, descriptor: int, prefix: str) -> list[str]:
        left = MAX_FILES - self.entries
        with os.scandir(descriptor) as found:
            names = [entry.name for entry in islice(found, left + 1)]
        if len(names) > left:
            # Not a part of them: which part would depend on the file system
            self._leave_out(prefix or ".", f"a submission may have at most {MAX_FILES} files and folders")
            return []
        self.entries += len(names)
        return sorted(name for name in names if name not in _NOT_THEIRS)

    def _take(self, descriptor: int, name: str, relative: str, depth: int) -> None:
        if not _is_utf8(name):
            self._leave_out(relative, "its name is not UTF-8")
        elif not stat.S_ISDIR(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode):
            data = read_file(name, dir_fd=descriptor)
            if len(data) > self.room:
                self._leave_out(relative, f"a submission may have at most {MAX_TREE // 2**20} MiB")
                return
            self.room -= len(data)
            self.extras.append((relative, data))
        elif depth == 1:
            self._leave_out(relative, f"folders may be nested at most {MAX_DEPTH} deep")
        else:
            inner = os.open(name, _FLAGS | os.O_DIRECTORY, dir_fd=descriptor)
            try:
                self.collect(inner, relative + "/", frozenset(), depth - 1)
            finally:
                os.close(inner)

    def _leave_out(self, relative: str, why: str) -> None:
        self.notes.append(f"{one_line(relative, 100)!r} was left out: {why}")


@contextmanager
def _opened_folder(folder: Path, base: Path | None) -> Iterator[int]:
    steps: tuple[str | Path, ...] = (folder,) if base is None else (base, *folder.relative_to(base).parts)
    shown = one_line(str(folder), 200)
    with ExitStack() as stack:
        descriptor = -1
        for number, step in enumerate(steps):
            follows = base is not None and number == 0
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | (0 if follows else os.O_NOFOLLOW)
            try:
                descriptor = os.open(step, flags, dir_fd=descriptor if number else None)
            except NotADirectoryError:
                raise UnreadableSubmission(f"{shown} must be a folder, got a file or a link") from None
            except (OSError, ValueError) as error:
                raise UnreadableSubmission(f"{shown} cannot be opened: {_reason(error)}") from None
            stack.callback(os.close, descriptor)
        yield descriptor


def _timestamp(descriptor: int) -> str | None:
    try:
        return read_file(TIMESTAMP_FILE, _MAX_TIMESTAMP, dir_fd=descriptor).decode("utf-8", "replace").strip()
    except UnreadableSubmission:
        return None


def _exists(name: str, descriptor: int) -> bool:
    try:
        os.stat(name, dir_fd=descriptor, follow_symlinks=False)
    except OSError:
        return False
    return True


def _require_regular(status: os.stat_result, shown: str, cap: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableSubmission(f"{shown} must be a file, got {_kind_of_file(status.st_mode)}")
    if status.st_size > cap:
        raise UnreadableSubmission(_too_large(shown, cap, status.st_size))


def _kind_of_file(mode: int) -> str:
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFLNK: "a link",
        stat.S_IFIFO: "a named pipe",
        stat.S_IFSOCK: "a socket",
    }
    return kinds.get(stat.S_IFMT(mode), "a device")


def _too_large(shown: str, cap: int, size: int | None = None) -> str:
    came = f", got {size / 2**20:.1f} MiB" if size is not None else ""
    return f"{shown} must have at most {cap / 2**20:.0f} MiB{came}"


def _read_at_most(descriptor: int, limit: int) -> bytes:
    parts = []
    while limit > 0 and (part := os.read(descriptor, min(limit, 2**20))):
        parts.append(part)
        limit -= len(part)
    return b"".join(parts)


def _about_notebooks(missing: Sequence[str], others: Sequence[str]) -> list[str]:
    notes = []
    told: set[str] = set()
    for name in missing:
        twins = [other for other in others if _stem(other) == _stem(name + _SUFFIX)]
        if twins:
            told.update(twins)
            listed = ", ".join(repr(one_line(twin, 100)) for twin in twins[:3])
            notes.append(
                f"{name}{_SUFFIX} is missing; {listed} looks like it under another name: "
                f"rename it to {name}{_SUFFIX} to have it graded"
            )
    rest = [repr(one_line(other, 100)) for other in others if other not in told]
    if rest:
        more = f" and {len(rest) - 5} more" if len(rest) > 5 else ""
        notes.append(f"notebooks of other names were not graded: {', '.join(rest[:5])}{more}")
    return notes


def _stem(name: str) -> str:
    """A notebook's name without what browsers, Jupyter and file systems change in it."""
    stem = os.path.basename(name)[: -len(_SUFFIX)]
    return _COPY_MARK.sub("", unicodedata.normalize("NFKC", stem).casefold().strip())


def _is_utf8(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
