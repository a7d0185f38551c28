"""What `autograder validate` says against exercises that each have one thing wrong with them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import autograder

from autograder.course import find_course
from autograder.skeleton import new_exercise

Change = Callable[[Path, Path], None]


def in_file(name: str, old: str, new: str) -> Change:
    def change(reference: Path, _: Path) -> None:
        text = (reference / name).read_text()
        assert old in text
        (reference / name).write_text(text.replace(old, new))

    return change


def in_notebook(cell_id: str, old: str, new: str) -> Change:
    def change(_: Path, source: Path) -> None:
        notebook = json.loads(source.read_text())
        (cell,) = [cell for cell in notebook["cells"] if cell["id"] == cell_id]
        text = "".join(cell["source"])
        assert old in text
        cell["source"] = text.replace(old, new)
        source.write_text(json.dumps(notebook))

    return change


def points(number: int) -> Change:
    def change(_: Path, source: Path) -> None:
        notebook = json.loads(source.read_text())
        notebook["metadata"]["autograder"]["points"] = number
        source.write_text(json.dumps(notebook))

    return change


WHOLE_TABLE = "result: NDArray[Any] = x - x.mean()\n"
RIGHT = "result: NDArray[Any] = x - x.mean(axis=-1, keepdims=True)\n"
FIRST_AXIS = "result: NDArray[Any] = x - x.mean(axis=0)\n"
GATE = "testing.gate(center, reference.center, call(x))\n"


def says(misconceptions: str) -> Change:
    def change(reference: Path, _: Path) -> None:
        with (reference / "mistakes.py").open("a") as file:
            file.write(f"\n\nMISCONCEPTIONS = {misconceptions}\n")

    return change


# By the name of the exercise: what is changed, and the words that must be said, each with the file or check.
BAD: dict[str, tuple[tuple[Change, ...], tuple[str, ...]]] = {
    "right_mistake": (
        (in_file("mistakes.py", WHOLE_TABLE, RIGHT),),
        ("reference/right_mistake/mistakes.py: center__over_the_table loses no points: it passes 'values', 'forms'",),
    ),
    "wrong_alternative": (
        (in_file("alternatives.py", "1.0 / d", "1.1 / d"),),
        ("reference/wrong_alternative/alternatives.py: center__projection fails the check 'values' on seed ''",),
    ),
    "alternative_wrong_on_some_seeds": (
        (in_file("alternatives.py", "- 1.0 / d", "- (1.0 + (vectors.flat[0] > 2)) / d"),),
        ("alternatives.py: center__projection fails the check 'values' on seed '0000",),
    ),
    "idle_check": (
        (
            in_notebook("forms", "testing.keeps_arguments", "(lambda *a, **k: None)"),
            in_notebook("forms", GATE, ""),
            in_notebook("forms", "testing.agrees(center, reference.center, call(x.tolist()))\n", ""),
            in_notebook("forms", 'assert x.tolist() == [[1.0, 2.0, 6.0]], "center must leave x as it was"', "pass"),
            in_notebook("forms", "assert np.allclose(", "assert center is not None or np.allclose("),
        ),
        ("reference/idle_check/mistakes.py: no mistake fails the check 'forms'",),
    ),
    "no_hint": (
        (in_file("mistakes.py", "Hint: print x before", "Print x before"),),
        ("reference/no_hint/mistakes.py: center__in_place has no hint",),
    ),
    "no_diagnosis": (
        (in_file("mistakes.py", "One mean is taken of the whole table: each vector has a mean of its own.", "\n"),),
        ("reference/no_diagnosis/mistakes.py: center__over_the_table has no diagnosis",),
    ),
    "wrong_points": ((points(11),), ("wrong_points.ipynb: the points do not add up", "11")),
    "twins": (
        (in_file("mistakes.py", WHOLE_TABLE, FIRST_AXIS),),
        ("reference/twins/mistakes.py: center__first_axis is not named by the diagnosis",),
    ),
    "drifted": (
        (in_file("solution.py", "return x - x.mean", "return -x.mean"),),
        ("drifted.ipynb, cell 'center': center differs from reference/drifted/solution.py",),
    ),
    "unknown_function": (
        (in_file("mistakes.py", "def center__first_axis", "def center_first_axis"),),
        ("reference/unknown_function: its versions can't be tried", "must be called <function>__<id>"),
    ),
    "no_import": (
        (in_file("mistakes.py", "import numpy as np\n", "import numpy as np\nimport no_such_module\n"),),
        ("reference/no_import: its versions can't be tried", "no_such_module"),
    ),
    "leaking": (
        (in_notebook("task", "## (a)", "return x - x.mean(axis=-1, keepdims=True)\n\n## (a)"),),
        ("leaking.ipynb", "solution"),
    ),
    "misconceptions": (
        (
            says(
                "{'rows-are-columns': ('center__first_axis', 'center__last_axis', 'center'),"
                " 'Not an id': ('center__in_place',), 'a-table': ('center__over_the_table', 'center__first_axis')}"
            ),
        ),
        (
            "reference/misconceptions/mistakes.py: MISCONCEPTIONS names 'center__last_axis' under 'rows-are-columns', "
            "which is no mistake of this file",
            "names 'center' under 'rows-are-columns', which is no mistake",
            "MISCONCEPTIONS has the id 'Not an id': an id is words of a to z and 0 to 9 with hyphens between them",
            "names 'center__first_axis' twice, under 'rows-are-columns' and 'a-table'",
        ),
    ),
    "misconceptions_computed": (
        (says("dict(rows=('center__first_axis',))"),),
        ("MISCONCEPTIONS must be written out as one dict from ids to tuples of mistakes",),
    ),
    "misconceptions_without_a_comma": (
        (says("{'rows': ('center__first_axis')}"),),
        ("MISCONCEPTIONS must be written out as one dict from ids to tuples of mistakes",),
    ),
    "failing_reference": (
        (in_notebook("values", "[[-2.0, -1.0, 3.0]]), f", "[[-2.0, -1.0, 4.0]]), f"),),
        ("failing_reference.ipynb: the reference gets 0 of 3 for 'values'",),
    ),
    "free_points": (
        (
            in_notebook("values", "assert got.shape", "if False: assert got.shape"),
            in_notebook("values", "assert np.allclose", "if False: assert np.allclose"),
            in_notebook("values", "testing.agrees", "(lambda *a, **k: None)"),
            in_notebook("values", "got = np.asarray(center(np.array([[1.0, 2.0, 6.0]])))", "got = center"),
        ),
        ("free_points.ipynb: the untouched stub gets 3 points for 'values'",),
    ),
}


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What one run says of all of them, by exercise."""
    root = tmp_path_factory.mktemp("proven") / "course"
    (root / "source").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    course = find_course(explicit=root)
    good = (says("{'rows-are-columns': ('center__first_axis',), 'a-table': ('center__over_the_table',)}"),)
    for slug, (changes, _) in {**BAD, "good": ((), ()), "named": (good, ())}.items():
        new_exercise(course, slug)
        for change in changes:
            change(root / "reference" / slug, root / "source" / slug / f"{slug}.ipynb")
    said = json.loads(autograder(root, "validate", "--json", "--seeds", "12", code=1).stdout)
    return {item["assignment"]: item for item in said}


def test_misconceptions_that_are_well_named_are_no_problem(findings: dict[str, dict[str, Any]]) -> None:
    assert findings["named"]["problems"] == []


def test_a_new_exercise_is_proven_as_it_is(findings: dict[str, dict[str, Any]]) -> None:
    assert findings["good"]["problems"] == []
    assert findings["good"]["ok"]
    kinds = [item["kind"] for item in findings["good"]["versions"]]
    assert {"reference", "alternatives", "mistakes", "trivial"} == set(kinds)
    assert {item["name"]: item["named"] for item in findings["good"]["versions"] if item["kind"] == "mistakes"} == {
        name: [name] for name in ("center__over_the_table", "center__first_axis", "center__in_place")
    }


@pytest.mark.parametrize("slug", BAD)
def test_what_is_wrong_is_said_with_file_and_check(findings: dict[str, dict[str, Any]], slug: str) -> None:
    assert not findings[slug]["ok"]
    said = "\n".join(findings[slug]["problems"])
    for words in BAD[slug][1]:
        assert words in said, said


def test_every_exercise_of_the_course_is_proven() -> None:
    """The real one: mistakes lose points and are named, alternatives and reference have full marks, nothing leaks."""
    root = Path(__file__).parents[1]
    said = json.loads(autograder(root, "validate", "--json", "--course", str(root), code=None).stdout)
    assert {item["assignment"]: item["problems"] for item in said} == {item["assignment"]: [] for item in said}
    for item in said:
        named = [version for version in item["versions"] if version["kind"] == "mistakes"]
        assert len(named) >= 10
        assert (item["automatic_points"], item["manual_points"]) == (14, 6)
