"""What `autograder grade` gives for each known version of every exercise's functions: right, wrong and trivial."""

import functools
import json
import shutil
from pathlib import Path
from typing import Any

import exercises
import pytest
from commands import autograder, cells, grade
from handed_in import TRIVIAL, cell_of, hand_in, right_cells, together, trivial, with_versions

from autograder.versions import load_versions

SLUGS = exercises.slugs()


@functools.cache
def versions(slug: str) -> dict[str, dict[str, str]]:
    """Solution cells by student id: every mistake, every alternative, every trivial function."""
    found = {"reference": right_cells(slug), "untouched": {}}
    for kind in ("mistakes", "alternatives"):
        for number, names in enumerate(together(slug, kind)):
            found[f"{kind} {number}"] = with_versions(slug, kind, *names.values())
    for name, body in TRIVIAL.items():
        found[f"trivial {name}"] = {
            cell_of(slug, function): trivial(slug, function, body) for function in exercises.functions(slug, "solution")
        }
    return found


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All exercises, released."""
    folder = tmp_path_factory.mktemp("versions") / "course"
    shutil.copytree(exercises.SOURCE, folder / "source")
    shutil.copy(exercises.SOURCE.parent / "nbgrader_config.py", folder)
    autograder(folder, "release")
    return folder


@pytest.fixture(scope="module", params=SLUGS)
def graded(request: pytest.FixtureRequest, course: Path) -> tuple[str, dict[str, dict[str, Any]]]:
    """An exercise, and the verdict on every version of it, by student id, from one run."""
    slug: str = request.param
    for student_id, solution in versions(slug).items():
        hand_in(course, student_id, slug, slug, solution, with_figure=student_id in ("reference", "untouched"))
    return slug, grade(course, slug)


Graded = tuple[str, dict[str, dict[str, Any]]]


def points_of(slug: str, verdict: dict[str, Any], function: str) -> tuple[float, float]:
    """What the checks of one function gave, and what they could have given."""
    judged = [cells(verdict)[check.grade_id] for check in exercises.checks_of(slug, function)]
    return sum(item["points"] for item in judged), sum(item["max_points"] for item in judged)


def test_every_version_was_graded_without_a_repair(graded: Graded) -> None:
    slug, verdicts = graded
    assert verdicts.keys() == versions(slug).keys()
    for verdict in verdicts.values():
        (notebook,) = verdict["notebooks"]
        assert (notebook["status"], notebook["repairs"]) == ("graded", [])
        assert {item["outcome"] for item in notebook["cells"]} <= {"passed", "failed", "raised", "not_attempted"}
        assert all(item["protected"] for item in notebook["cells"])


def test_the_reference_and_every_alternative_get_full_marks(graded: Graded) -> None:
    slug, verdicts = graded
    names = ["reference", *(f"alternatives {number}" for number, _ in enumerate(together(slug, "alternatives")))]
    assert {name: verdicts[name]["points"] for name in names} == dict.fromkeys(names, 14)


def test_every_mistake_loses_points_and_is_named(graded: Graded) -> None:
    """Where several functions are wrong at once, each is named by its own mistake and by no other."""
    slug, verdicts = graded
    known = {version.name: version for version in load_versions(slug, "mistakes")}
    for number, names in enumerate(together(slug, "mistakes")):
        verdict = verdicts[f"mistakes {number}"]
        lost = [item for item in cells(verdict).values() if item["points"] < item["max_points"]]
        for function, name in names.items():
            points, possible = points_of(slug, verdict, function)
            assert points < possible, name
            assert name in {item["mistake"] for item in lost}, (name, json.dumps(lost, indent=1))
        for item in lost:
            if item["mistake"]:
                assert item["mistake"] in names.values()
                version = known[item["mistake"]]
                assert (item["diagnosis"], item["hint"]) == (version.text, version.hint)


def test_a_mistake_costs_no_points_of_checks_that_never_call_its_function(graded: Graded) -> None:
    slug, verdicts = graded
    users = exercises.rehearsal(slug).users()
    for number, names in enumerate(together(slug, "mistakes")):
        concerned = {grade_id for function in names for grade_id in users[function]}
        for grade_id, item in cells(verdicts[f"mistakes {number}"]).items():
            assert grade_id in concerned or item["outcome"] == "passed"


def test_trivial_functions_get_nothing(graded: Graded) -> None:
    _, verdicts = graded
    assert {name: verdicts[f"trivial {name}"]["points"] for name in TRIVIAL} == dict.fromkeys(TRIVIAL, 0)


def test_an_untouched_notebook_is_not_attempted(graded: Graded) -> None:
    _, verdicts = graded
    assert verdicts["untouched"]["points"] == 0
    assert {item["outcome"] for item in cells(verdicts["untouched"]).values()} == {"not_attempted"}


def test_nothing_right_is_diagnosed(graded: Graded) -> None:
    _, verdicts = graded
    for verdict in verdicts.values():
        for item in cells(verdict).values():
            assert not (item["outcome"] in ("passed", "not_attempted") and item["mistake"])
