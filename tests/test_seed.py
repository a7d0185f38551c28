"""Seeds: the same for the same submission, another for any change, made of a secret that only its owner can read."""

from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.seed import SECRET_FILE, course_secret, passing_secret, seeder, submission_key


def seed(secret: bytes, assignment: str, student_id: str, digest: str) -> bytes:
    return seeder(submission_key(secret, assignment, student_id))(digest)


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    secret = course_secret(tmp_path)
    assert len(secret) == 32
    assert course_secret(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / SECRET_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / SECRET_FILE).parent.stat().st_mode) == 0o700


def test_two_courses_have_two_secrets(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert course_secret(tmp_path / "a") != course_secret(tmp_path / "b")


def test_a_damaged_secret_is_never_replaced_in_silence(tmp_path: Path) -> None:
    course_secret(tmp_path)
    (tmp_path / SECRET_FILE).write_bytes(b"short")
    with pytest.raises(UsageError, match=r"secret is damaged \(5 bytes"):
        course_secret(tmp_path)


def test_the_seed_is_the_documented_hmac() -> None:
    key = hmac.new(b"k" * 32, b"\0\0\0\0\0\0\0\x03ps1\0\0\0\0\0\0\0\x03ada", hashlib.sha256).digest()
    expected = hmac.new(key, b"\0\0\0\0\0\0\0\x02ff", hashlib.sha256).digest()
    assert seed(b"k" * 32, "ps1", "ada", "ff") == expected


def test_assignment_student_and_solution_all_change_the_seed() -> None:
    secret = b"k" * 32
    made = {
        seed(secret, "ps1", "ada", "ff"),
        seed(secret, "ps1", "ada", "fe"),
        seed(secret, "ps1", "bob", "ff"),
        seed(secret, "ps2", "ada", "ff"),
        seed(secret, "ps1a", "da", "ff"),
        seed(b"l" * 32, "ps1", "ada", "ff"),
    }
    assert len(made) == 6


def test_an_id_that_is_no_text_has_a_seed_too() -> None:
    assert len(seed(b"k" * 32, "ps1", "\udcff", "ff")) == 32


def test_what_writes_nothing_uses_the_secret_only_where_there_is_one(tmp_path: Path) -> None:
    assert len(passing_secret(tmp_path)) == 32
    assert list(tmp_path.iterdir()) == []
    secret = course_secret(tmp_path)
    assert passing_secret(tmp_path) == secret
