"""Honest work gets from us, cell by cell, what plain nbgrader gives it."""

import shutil
from pathlib import Path
from typing import Any

import exercises
import pytest
from commands import EX08, ROOT, autograder, automatic_scores, grade
from conftest import run_nbgrader
from handed_in import hand_in, right_cells, together, with_versions
from situations import HOSTILE, load

HONEST = ("right", "partly-right", "independent", "untouched")
# One wrong version of each function: with other values, and with errors and types of its own.
MISTAKEN = (
    ("rope__half_split", "half_split_permutation__inverse", "rope_shapes__float_half"),
    ("rope__no_single_position", "half_split_permutation__floats", "rope_shapes__merged_heads"),
)


def graded_both_ways(
    course: Path, folder: Path, assignment: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[dict[str, Any], ...]:
    """The scores of a course's submissions from plain nbgrader and from us, each in a copy of the course."""
    plain, ours = (Path(shutil.copytree(course, folder / name)) for name in ("plain", "ours"))
    monkeypatch.setenv("AUTOGRADER_PLAIN", "1")
    run_nbgrader(plain, "autograde", assignment)
    assert not list(plain.rglob("verdict.json"))
    grade(ours, assignment, code=None)
    return automatic_scores(plain), automatic_scores(ours)


def test_quickstart_scores_are_those_of_plain_nbgrader(
    quickstart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(quickstart / "submitted", ignore_errors=True)
    for name in HONEST:
        load(HOSTILE / "honest" / name).submit(quickstart)
        if name != "right":
            (quickstart / "submitted" / name / "ps1" / "problem2.ipynb").unlink()
    plain, ours = graded_both_ways(quickstart, tmp_path, "ps1", monkeypatch)
    assert ours == plain
    assert set(plain) == set(HONEST)
    totals = {name: sum(score or 0 for score in scores.values()) for name, scores in plain.items()}
    assert totals == {"right": 3.0, "partly-right": 2.0, "independent": 2.5, "untouched": 0.0}


def test_ex08_scores_are_those_of_plain_nbgrader(
    ex08_released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = Path(shutil.copytree(ex08_released, tmp_path / "course"))
    hand_in(course, "reference", EX08, EX08, right_cells(EX08))
    hand_in(course, "untouched", EX08, EX08, {})
    for number, names in enumerate(together(EX08, "alternatives")):
        hand_in(
            course,
            f"alternative-{number}",
            EX08,
            EX08,
            with_versions(EX08, "alternatives", *names.values()),
            with_figure=False,
        )
    for number, names in enumerate(MISTAKEN):
        hand_in(course, f"mistaken-{number}", EX08, EX08, with_versions(EX08, "mistakes", *names), with_figure=False)
    plain, ours = graded_both_ways(course, tmp_path, EX08, monkeypatch)
    assert ours == plain
    totals = {name: sum(score or 0 for score in scores.values()) for name, scores in plain.items()}
    assert totals.pop("untouched") == 0
    mistaken = [totals.pop(f"mistaken-{number}") for number in range(len(MISTAKEN))]
    assert all(0 <= total < 14 for total in mistaken)
    assert len(totals) > 6
    assert set(totals.values()) == {14}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All exercises but ex08, released; don't write into it."""
    course = tmp_path_factory.mktemp("all") / "course"
    shutil.copytree(ROOT / "source", course / "source", ignore=shutil.ignore_patterns(EX08))
    shutil.copy(ROOT / "nbgrader_config.py", course)
    autograder(course, "release")
    return course


@pytest.mark.parametrize("slug", [slug for slug in exercises.slugs() if slug != EX08])
def test_scores_of_every_exercise_are_those_of_plain_nbgrader(
    released: Path, slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One alternative and one mistake of every function, the last that there are."""
    course = Path(shutil.copytree(released, tmp_path / "course"))
    for student_id, kind in (("unusual", "alternatives"), ("mistaken", "mistakes")):
        last = {exercises.split_id(name)[0]: name for name in exercises.functions(slug, kind)}
        hand_in(course, student_id, slug, slug, with_versions(slug, kind, *last.values()))
    plain, ours = graded_both_ways(course, tmp_path, slug, monkeypatch)
    assert ours == plain
    totals = {name: sum(score or 0 for score in scores.values()) for name, scores in plain.items()}
    assert totals["unusual"] == 14
    assert 0 <= totals["mistaken"] < 14
