"""The seed of a submission: known to nobody who does not hold the course's secret, and the same every time."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from autograder.errors import AutograderError, UsageError

SECRET_FILE = Path(".autograder", "secret")
_SECRET_BYTES = 32


def course_secret(root: Path) -> bytes:
    """The course's secret, made on first use; readable by its owner only."""
    path = root / SECRET_FILE
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            _make_secret(path)
    except OSError as error:
        raise AutograderError(f"{path} can't be written: {error.strerror}; the course needs its secret there") from None
    secret = path.read_bytes()
    if len(secret) != _SECRET_BYTES:
        raise UsageError(
            f"{path} is damaged ({len(secret)} bytes instead of {_SECRET_BYTES}); restore it from a backup, or "
            "delete it to have a new one made (hidden inputs then change at the next regrade)"
        )
    return secret


def _make_secret(path: Path) -> None:
    """Put it there as a whole or not at all, and never in the place of another run's."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)
        finally:
            temporary.unlink()


def passing_secret(root: Path) -> bytes:
    """The course's secret if it has one, else one for this moment: for what must write nothing."""
    return course_secret(root) if (root / SECRET_FILE).exists() else secrets.token_bytes(_SECRET_BYTES)


def submission_key(secret: bytes, assignment: str, student_id: str) -> bytes:
    """What the seeds of one submission are made of: it tells nothing of any other's, so it may leave this machine."""
    return hmac.new(secret, _joined(assignment, student_id), hashlib.sha256).digest()


def seeder(key: bytes) -> Callable[[str], bytes]:
    """A function from the digest of the solution cells to the seed: any change of code changes the inputs."""
    return lambda digest: hmac.new(key, _joined(digest), hashlib.sha256).digest()


def _joined(*parts: str) -> bytes:
    encoded = (part.encode("utf-8", "surrogatepass") for part in parts)
    return b"".join(len(data).to_bytes(8, "big") + data for data in encoded)
