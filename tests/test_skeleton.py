"""An eleventh exercise: new files only, from the first command to the grades."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from commands import ROOT, autograder, cells, grade

from autograder.course import find_course
from autograder.errors import UsageError
from autograder.skeleton import new_exercise

SLUG = "ex11_layer_norm"

SOLUTION = '''
"""Layer normalisation."""

import numpy as np


def layer_norm(x, gain, bias, eps=1e-5):
    """Normalise each vector to mean 0 and variance 1, then scale and shift its coordinates."""
    x = np.asarray(x, dtype=float)
    mean = x.mean(axis=-1, keepdims=True)
    variance = x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + eps) * gain + bias
'''
MISTAKES = '''
"""Layer normalisation, wrong."""

import numpy as np

from reference.ex11_layer_norm.solution import layer_norm


def layer_norm__sample_variance(x, gain, bias, eps=1e-5):
    """The variance is divided by d - 1: here it is divided by d.

    Hint: what does ddof do?
    """
    x = np.asarray(x, dtype=float)
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, ddof=1, keepdims=True) + eps) * gain + bias


def layer_norm__over_the_batch(x, gain, bias, eps=1e-5):
    """The statistics are those of a coordinate over the batch: here each vector has its own.

    Hint: which axis holds the coordinates of one vector?
    """
    x = np.asarray(x, dtype=float)
    return (x - x.mean(0)) / np.sqrt(x.var(0) + eps) * gain + bias


def layer_norm__eps_outside(x, gain, bias, eps=1e-5):
    """The eps is added to the standard deviation: it belongs to the variance, under the root.

    Hint: try eps = 1 on a vector of variance 1.
    """
    x = np.asarray(x, dtype=float)
    return (x - x.mean(-1, keepdims=True)) / (x.std(-1, keepdims=True) + eps) * gain + bias


def layer_norm__no_bias(x, gain, bias, eps=1e-5):
    """The bias is left out.

    Hint: where does a vector of equal coordinates go?
    """
    return layer_norm(x, gain, np.zeros_like(bias), eps)
'''
ALTERNATIVES = '''
"""Layer normalisation, in other words."""

import numpy as np


def layer_norm__moments(x, gain, bias, eps=1e-5):
    """E[x^2] - E[x]^2."""
    x = np.asarray(x, dtype=float)
    mean = np.mean(x, axis=-1, keepdims=True)
    return (x - mean) * (np.mean(x * x, axis=-1, keepdims=True) - mean**2 + eps) ** -0.5 * gain + bias
'''
CHECK = '''
"""Each vector gets mean 0 and variance 1, then gain and bias"""
got = np.asarray(layer_norm([[1.0, 3.0]], [1.0, 1.0], [0.0, 0.0], eps=0.0))
assert np.allclose(got, [[-1.0, 1.0]]), f"(1, 3) has mean 2 and deviation 1: expected (-1, 1), got {got.tolist()}"
### BEGIN HIDDEN TESTS
from autograder import testing
from autograder.testing import call
from reference.ex11_layer_norm import solution as reference

for seed in testing.seeds("ex11 values"):
    rng = np.random.default_rng(seed)
    x, gain, bias = rng.normal(size=(3, 5)), rng.normal(size=5), rng.normal(size=5)
    testing.agrees(layer_norm, reference.layer_norm, call(x, gain, bias), call(x, gain, bias, 0.5))
### END HIDDEN TESTS
'''


def files_of(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }


def fill_in(course: Path) -> None:
    """Make layer normalisation of the skeleton."""
    folder, path = course / "reference" / SLUG, course / "source" / SLUG / f"{SLUG}.ipynb"
    for name, text in (("solution", SOLUTION), ("mistakes", MISTAKES), ("alternatives", ALTERNATIVES)):
        (folder / f"{name}.py").write_text(text.lstrip())
    notebook = json.loads(path.read_text())
    kept = []
    for cell in notebook["cells"]:
        if cell["id"] == "center":
            head, body = SOLUTION[SOLUTION.index("def ") :].split('coordinates."""\n')
            cell["source"] = f'{head}coordinates."""\n    ### BEGIN SOLUTION\n{body}    ### END SOLUTION\n'
        elif cell["id"] == "values":
            cell["source"] = CHECK.strip()
            cell["metadata"]["nbgrader"]["points"] = 4
        if cell["id"] != "forms":
            kept.append(cell)
    notebook["cells"] = kept
    path.write_text(json.dumps(notebook))


def test_an_eleventh_exercise_is_new_files_only(tmp_path: Path) -> None:
    course = tmp_path / "course"
    for folder in ("source", "reference"):
        shutil.copytree(ROOT / folder, course / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", course)
    before = files_of(course)
    autograder(course, "new", SLUG)
    fill_in(course)
    (proven,) = json.loads(autograder(course, "validate", SLUG, "--json").stdout)
    assert proven["problems"] == []
    autograder(course, "release", SLUG)
    released = json.loads((course / "release" / SLUG / f"{SLUG}.ipynb").read_text())
    for student_id, text in (
        ("right", SOLUTION),
        ("wrong", SOLUTION.replace("np.sqrt(variance + eps)", "(np.sqrt(variance) + eps)")),
        ("odd", ALTERNATIVES.replace("layer_norm__moments", "layer_norm")),
    ):
        for cell in released["cells"]:
            if cell["id"] == "center":
                cell["source"] = text
        path = course / "submitted" / student_id / SLUG / f"{SLUG}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(released))
    verdicts = grade(course, SLUG)
    assert {name: verdict["points"] for name, verdict in verdicts.items()} == {"right": 4, "wrong": 0, "odd": 4}
    assert cells(verdicts["wrong"])["values"]["mistake"] == "layer_norm__eps_outside"
    assert "it belongs to the variance" in (course / "feedback" / "wrong" / SLUG / f"{SLUG}.html").read_text()
    after = files_of(course)
    assert {name: after.get(name) for name in before} == before
    ours = [name for name in after.keys() - before.keys() if not name.startswith(("release", "submitted", "autograded",
            "feedback", "gradebook", ".autograder")) and "__pycache__" not in name]  # fmt: skip
    assert sorted(ours) == sorted(
        [f"source/{SLUG}/{SLUG}.ipynb"]
        + [f"reference/{SLUG}/{name}.py" for name in ("__init__", "solution", "mistakes", "alternatives")]
    )


def test_known_mistakes_that_can_not_be_loaded_cost_only_the_diagnosis(tmp_path: Path) -> None:
    course = tmp_path / "course"
    course.mkdir()
    (course / "nbgrader_config.py").write_text("c = get_config()\n")
    autograder(course, "new", "ex1")
    (course / "reference" / "ex1" / "mistakes.py").write_text("import no_such_module\n")
    autograder(course, "release", "ex1")
    released = json.loads((course / "release" / "ex1" / "ex1.ipynb").read_text())
    for cell in released["cells"]:
        if cell["id"] == "center":
            cell["source"] = "print('I was', 'here')\ndef center(x):\n    return x"
    path = course / "submitted" / "ann" / "ex1" / "ex1.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(released))
    verdict = grade(course, "ex1")["ann"]
    assert {item["outcome"] for item in cells(verdict).values()} == {"failed"}
    assert {item["mistake"] for item in cells(verdict).values()} == {""}
    assert "I was here" in (course / "autograded" / "ann" / "ex1" / "ex1.ipynb").read_text()
    said = json.loads(autograder(course, "validate", "--json", code=1).stdout)[0]["problems"]
    assert any("no_such_module" in problem for problem in said)


@pytest.mark.parametrize("slug", ["Ex", "11", "ex-11", "ex 11", "../ex", "ex11/x", "", "ex__11", "ex11_"])
def test_a_name_that_can_not_be_a_package_is_refused(tmp_path: Path, slug: str) -> None:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    with pytest.raises(UsageError, match="lower-case words"):
        new_exercise(find_course(explicit=tmp_path), slug)
    assert files_of(tmp_path).keys() == {"nbgrader_config.py"}


def test_nothing_that_exists_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    course = find_course(explicit=tmp_path)
    new_exercise(course, "ex1")
    before = files_of(tmp_path)
    with pytest.raises(UsageError, match="exists already"):
        new_exercise(course, "ex1")
    assert files_of(tmp_path) == before
