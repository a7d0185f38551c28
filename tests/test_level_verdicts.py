"""The golden submissions get the same verdicts at the levels below ``fork``, but for what is named here."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from harm import everything, orphans
from situations import Situation
from test_hostile import ALL, HARMFUL, LIMITS, NEIGHBOUR, run_autograder

QUICKSTART = {item.name: item for item in ALL if item.course == "quickstart"}
# Some of every kind; each costs a Python and its imports, and once more after all that ends it.
SAMPLE = [
    *("right", "wrong", "wrong-raising", "untouched", "independent"),
    *("harm-daemon", "harm-kill-all", "harm-write", "harm-network", "harm-ptrace", "harm-unmount", "harm-memory-numpy"),
    *("harm-exit-cell", "harm-reply-garbage", "harm-segfault"),
    *("odd-invalid-json", "odd-own-module", "odd-surrogate-text", "odd-pipe"),
    *("trick-frames", "trick-gradebook", "trick-session-patched", "trick-wire-patched", "trick-history"),
    "trick-asserts-stripped",
]
# Harm that ends where it begins, at a cell of the learner's own that takes more for granted than there is; and what
# can be told apart only by how it fails. None of it gains a point by this.
NO_TMP, NO_PROC, NO_SYS = "/tmp/harm-was-here", "'/proc", "'/sys/class/net'"
AT_LANDLOCK = {
    "fresh-socket-buffers": "more memory than there is",
    "harm-descriptors": "Permission denied",
    "harm-fill": "more memory than there is",
    "harm-network": NO_SYS,
    "harm-ptrace": NO_PROC,
    "harm-stop-all": "Operation not permitted",
    "harm-unmount": NO_PROC,
    "harm-write": NO_TMP,
    "trick-replies-written": "Permission denied",
}

pytestmark = pytest.mark.xdist_group("situations")


def graded(course: Path, level: str, chosen: list[Situation], *, neighbours: bool) -> dict[str, Any]:
    """The verdicts by student id; with ``neighbours`` each that does harm is followed by a right submission."""
    for item in chosen:
        item.submit(course)
        if neighbours and item.kind in HARMFUL:
            replace(QUICKSTART["right"], student_id=item.student_id + NEIGHBOUR).submit(course)
    (course.parent / "scratch").mkdir()
    before = everything(course.parent)
    with orphans() as left:
        done = run_autograder(course, "grade", "ps1", "--json", "--level", level, *LIMITS)
    after = everything(course.parent)
    ours = tuple(f"{course.name}/{name}" for name in ("autograded", "feedback", "gradebook.db", ".autograder"))
    changed = {path for path in before | after if before.get(path) != after.get(path)}
    assert {path for path in changed if not path.startswith(ours)} == set()
    assert left == []
    return {verdict["student_id"]: verdict for verdict in json.loads(done.stdout)["submissions"]}


def compare(verdicts: Mapping[str, Any], level: str, chosen: list[Situation], different: Mapping[str, str]) -> None:
    """Each has the verdict that it must get, or less for the reason given."""
    wrong = {}
    for item in chosen:
        verdict = verdicts[item.student_id]
        assert verdict["level"] == level
        if item.name in different:
            said = [f"{cell['message']} {cell['cause']}" for part in verdict["notebooks"] for cell in part["cells"]]
            assert any(different[item.name] in text for text in said), (item.name, said)
            assert verdict["points"] <= item.expect.get("points", 3.0)
            continue
        try:
            item.check(verdict)
        except AssertionError as problem:
            wrong[item.name] = str(problem)[:500]
    assert wrong == {}


def test_every_situation_at_the_level_landlock(quickstart_course: Path, tmp_path: Path) -> None:
    course = Path(shutil.copytree(quickstart_course, tmp_path / "quickstart"))
    chosen = list(QUICKSTART.values())
    verdicts = graded(course, "landlock", chosen, neighbours=True)
    compare(verdicts, "landlock", chosen, AT_LANDLOCK)
    right = [verdict for student_id, verdict in verdicts.items() if student_id.endswith(NEIGHBOUR)]
    assert len(right) == sum(item.kind in HARMFUL for item in chosen)
    assert [verdict["student_id"] for verdict in right if verdict["points"] != 3.0] == []


def test_some_situations_at_the_level_bwrap(quickstart_course: Path, tmp_path: Path) -> None:
    course = Path(shutil.copytree(quickstart_course, tmp_path / "quickstart"))
    chosen = [QUICKSTART[name] for name in SAMPLE]
    compare(graded(course, "bwrap", chosen, neighbours=False), "bwrap", chosen, {})
