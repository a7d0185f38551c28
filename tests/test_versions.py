"""The versions that an author knows: found by their names, and handed in as a learner's own code."""

import ast
import sys
from pathlib import Path
from typing import Any

import exercises
import numpy as np
import pytest

from autograder.versions import load_versions, misconception_problems, submitted_text

SLUG = "ex08_rope_rotation"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ``reference`` of our own, importable while the test runs."""
    for name in [name for name in sys.modules if name.split(".")[0] == "reference"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = tmp_path / "reference" / "ex"
    folder.mkdir(parents=True)
    (tmp_path / "reference" / "__init__.py").touch()
    return folder


def test_a_mistake_has_a_diagnosis_and_a_hint(package: Path) -> None:
    (package / "mistakes.py").write_text(
        'import numpy as np\n\ndef _helper(): ...\n\ndef f__one(x):\n    """Is\n    wrong.\n\n    More.\n\n'
        '    Hint: look at\n    the axis.\n\n    Not this.\n    """\n\ndef g__two(x): ...\n'
    )
    one, two = load_versions("ex", "mistakes")
    assert (one.name, one.function, one.text, one.hint) == ("f__one", "f", "Is wrong.", "look at the axis.")
    assert (two.name, two.function, two.text, two.hint) == ("g__two", "g", "", "")


def test_where_there_is_no_file_there_are_no_versions() -> None:
    assert load_versions("no_such_exercise", "mistakes") == ()
    assert load_versions("an assignment of another course", "alternatives") == ()


def test_a_mistake_knows_the_misconception_that_it_comes_from(package: Path) -> None:
    (package / "mistakes.py").write_text(
        "def f__one(x): ...\n\ndef f__two(x): ...\n\ndef f__three(x): ...\n\n"
        "MISCONCEPTIONS: dict[str, tuple[str, ...]] = {'an-idea': ('f__one', 'f__no'), 'No id': ('f__two',), 3: 4}\n"
    )
    assert [item.misconception for item in load_versions("ex", "mistakes")] == ["an-idea", "", ""]
    assert "an-idea" not in submitted_text("ex", "mistakes", "f__one")


def test_two_thirds_of_the_known_mistakes_lead_to_a_misconception() -> None:
    known = [version for slug in exercises.slugs() for version in load_versions(slug, "mistakes")]
    assert sum(bool(version.misconception) for version in known) >= len(known) * 2 / 3
    for slug in exercises.slugs():
        assert list(misconception_problems(slug)) == []


@pytest.mark.parametrize("name", ["helper", "f__", "f_one"])
def test_a_public_function_whose_name_is_no_versions_is_refused(package: Path, name: str) -> None:
    (package / "alternatives.py").write_text(f"def {name}(x): ...\n")
    with pytest.raises(ValueError, match=f"reference.ex.alternatives: the function '{name}' must be called"):
        load_versions("ex", "alternatives")


def test_a_handed_in_version_is_self_contained_and_gives_nothing_away(package: Path) -> None:
    (package / "solution.py").write_text(
        'LIMIT = 3\n\ndef f(x: int) -> int:\n    """Doubles."""\n    return g(x) + x\n\n'
        "def g(x):\n    return x\n\ndef unused(x):\n    return LIMIT\n"
    )
    (package / "mistakes.py").write_text(
        "import math\nimport os.path\nfrom typing import Any\n\nfrom reference.ex.solution import f\n\n"
        "STEP: int = 1\n\n"
        'def f__off(x: int) -> Any:\n    """The diagnosis."""\n    y: Any = f(x)\n'
        "    return _more(y) + math.floor(STEP)\n\n"
        "def _more(x):\n    return x\n\ndef g__other(x):\n    return 0\n"
    )
    text = submitted_text("ex", "mistakes", "f__off")
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    assert namespace["f"](5) == 11
    assert namespace["right_f"](5) == 10
    for word in ("diagnosis", "Doubles", "Any", "os", "unused", "LIMIT", "other", "reference", ": int"):
        assert word not in text


@pytest.mark.parametrize("kind", ["mistakes", "alternatives"])
def test_every_version_can_be_handed_in(kind: str) -> None:
    for slug in exercises.slugs():
        for version in load_versions(slug, kind):
            text = submitted_text(slug, kind, version.name)
            names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
            assert names.count(version.function) == 1
            assert version.name not in text
            assert not version.text or version.text not in text


def test_what_is_handed_in_answers_as_the_version_does() -> None:
    x, positions = np.random.default_rng(4).normal(size=(5, 8)), np.arange(5)
    for version in load_versions(SLUG, "mistakes"):
        if version.function == "rope":
            namespace: dict[str, Any] = {}
            exec(submitted_text(SLUG, "mistakes", version.name), namespace)
            assert np.array_equal(namespace["rope"](x.copy(), positions), version.run(x.copy(), positions)), (
                version.name
            )
