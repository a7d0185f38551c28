"""What `autograder grade` gives for each known version of the exercise's functions: right, wrong and trivial."""

import functools
import shutil
from pathlib import Path
from typing import Any

import exercises
import pytest
from commands import EX08, cells, grade
from handed_in import TRIVIAL, cell_of, hand_in, right_cells, together, trivial, with_versions
from test_ex08 import is_wrong_on_the_default_case

FUNCTIONS = tuple(exercises.functions(EX08, "solution"))


@functools.cache
def versions() -> dict[str, dict[str, str]]:
    """Solution cells by student id: every mistake, every alternative, every trivial function."""
    found = {"reference": right_cells(EX08), "untouched": {}}
    for kind in ("mistakes", "alternatives"):
        for number, names in enumerate(together(EX08, kind)):
            found[f"{kind} {number}"] = with_versions(EX08, kind, *names.values())
    for name, body in TRIVIAL.items():
        found[f"trivial {name}"] = {cell_of(EX08, function): trivial(EX08, function, body) for function in FUNCTIONS}
    return found


@pytest.fixture(scope="session")
def verdicts(ex08_released: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The verdict on every version, by student id, from one run."""
    course = Path(shutil.copytree(ex08_released, tmp_path_factory.mktemp("versions") / "course"))
    for student_id, solution in versions().items():
        hand_in(course, student_id, EX08, EX08, solution)
    return grade(course, EX08)


def points_of(verdict: dict[str, Any], function: str) -> tuple[float, float]:
    """What the checks of one function gave, and what they could have given."""
    judged = [cells(verdict)[check.grade_id] for check in exercises.checks_of(EX08, function)]
    return sum(item["points"] for item in judged), sum(item["max_points"] for item in judged)


def test_every_version_was_graded_without_a_repair(verdicts: dict[str, dict[str, Any]]) -> None:
    assert verdicts.keys() == versions().keys()
    for verdict in verdicts.values():
        (notebook,) = verdict["notebooks"]
        assert (notebook["status"], notebook["repairs"]) == ("graded", [])
        assert {item["outcome"] for item in notebook["cells"]} <= {"passed", "failed", "raised", "not_attempted"}
        assert all(item["protected"] for item in notebook["cells"])


def test_the_reference_and_every_alternative_get_full_marks(verdicts: dict[str, dict[str, Any]]) -> None:
    names = ["reference", *(f"alternatives {number}" for number, _ in enumerate(together(EX08, "alternatives")))]
    assert {name: verdicts[name]["points"] for name in names} == dict.fromkeys(names, 14)


def test_every_mistake_loses_points_of_its_own_function_only(verdicts: dict[str, dict[str, Any]]) -> None:
    for number, names in enumerate(together(EX08, "mistakes")):
        for function in FUNCTIONS:
            points, possible = points_of(verdicts[f"mistakes {number}"], function)
            if function not in names:
                assert points == possible, (names, function)
            elif is_wrong_on_the_default_case(function, exercises.functions(EX08, "mistakes")[names[function]]):
                assert points <= possible / 3, (names[function], points)
            else:
                assert points < possible, names[function]


def test_trivial_functions_get_nothing(verdicts: dict[str, dict[str, Any]]) -> None:
    assert {name: verdicts[f"trivial {name}"]["points"] for name in TRIVIAL} == dict.fromkeys(TRIVIAL, 0)


def test_an_untouched_notebook_is_not_attempted(verdicts: dict[str, dict[str, Any]]) -> None:
    assert verdicts["untouched"]["points"] == 0
    assert {item["outcome"] for item in cells(verdicts["untouched"]).values()} == {"not_attempted"}
