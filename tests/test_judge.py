"""What the judge tells the coordinator of a submission before it runs anything."""

from __future__ import annotations

from autograder.judge import _digest


def test_a_file_beside_the_notebook_changes_the_digest_that_the_seed_is_made_of() -> None:
    one = _digest("ab", (("h.txt", b"x = 1"),))
    assert one == _digest("ab", (("h.txt", b"x = 1"),))
    others = [
        _digest("ab", ()),
        _digest("ac", (("h.txt", b"x = 1"),)),
        _digest("ab", (("h.txt", b"x = 2"),)),
        _digest("ab", (("i.txt", b"x = 1"),)),
        _digest("ab", (("h.tx", b"tx = 1"),)),
        _digest("ab", (("h.txt", b"x = 1"), ("i.txt", b""))),
    ]
    assert len({one, *others}) == 7


def test_the_order_in_which_files_are_found_does_not_matter() -> None:
    files = (("a", b"1"), ("b", b"2"))
    assert _digest("ab", files) == _digest("ab", files[::-1])
