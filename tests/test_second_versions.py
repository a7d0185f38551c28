"""Does the diagnosis name the mistakes of other people? Each known mistake once more, by an author who saw only its
diagnosis: most must be named, and none as another mistake."""

import importlib.util
import inspect
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import exercises
import pytest

from autograder.diagnosis import Casebook, Observation, observe_all
from autograder.testing import Call
from autograder.versions import load_versions

FOLDER = Path(__file__).parent / "second_versions"
SLUGS = exercises.slugs()
NAMED_AT_LEAST = 0.8


def second_versions(slug: str) -> dict[str, Callable[..., Any]]:
    """The functions of the file, by the names of the mistakes that they repeat."""
    spec = importlib.util.spec_from_file_location(f"second_versions_{slug}", FOLDER / f"{slug}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {
        name: function
        for name, function in vars(module).items()
        if inspect.isfunction(function) and not name.startswith("_")
    }


@cache
def named(slug: str) -> dict[str, set[str]]:
    """What the diagnosis says of each second version that loses points."""
    rehearsal = exercises.rehearsal(slug)
    right = rehearsal.functions()
    casebook = Casebook(right, load_versions(slug, "mistakes"), rehearsal.calls())
    users = rehearsal.users()
    found: dict[str, set[str]] = {}
    for name, function in second_versions(slug).items():
        stands_in_for = name.partition("__")[0]
        outcomes = rehearsal.run({stands_in_for: function}, only=users[stands_in_for])
        failed = [key for key, error in outcomes.items() if error is not None]

        def ask(
            asked: str, calls: Sequence[Call], own: str = stands_in_for, learner: Callable[..., Any] = function
        ) -> list[Observation]:
            return list(observe_all(learner if asked == own else right[asked], calls))

        found[name] = {version.name for version in casebook.diagnose(ask, failed).values()}
    return found


@pytest.mark.parametrize("slug", SLUGS)
def test_every_mistake_was_written_twice(slug: str) -> None:
    assert second_versions(slug).keys() == {version.name for version in load_versions(slug, "mistakes")}


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_is_taken_for_another_mistake(slug: str) -> None:
    assert {name: said for name, said in named(slug).items() if said - {name}} == {}


@pytest.mark.parametrize("slug", SLUGS)
def test_most_are_named(slug: str) -> None:
    unnamed = [name for name, said in named(slug).items() if not said]
    assert len(unnamed) <= (1 - NAMED_AT_LEAST) * len(named(slug)), unnamed
