"""The files of a new exercise: small, whole, and proven by `autograder validate` before a word is changed."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.errors import UsageError
from autograder.files import write_atomically
from autograder.versions import REFERENCE

_SLUG = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

_SOLUTION = '''
"""The reference: from each docstring to the end of its function, the text of the source notebook's cells."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def center(x: ArrayLike) -> NDArray[np.float64]:
    """Subtract the mean of the last axis.

    Parameters
    ----------
    x : array_like of shape (..., d)
        Vectors. Never changed.

    Returns
    -------
    float ndarray of shape (..., d)

    Examples
    --------
    >>> center([[1, 2, 6]]).tolist()
    [[-2.0, -1.0, 3.0]]
    """
    x = np.asarray(x, dtype=float)
    return x - x.mean(axis=-1, keepdims=True)
'''

_MISTAKES = '''
"""Wrong versions that learners really write; the first line of each docstring is what the learner reads."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def center__over_the_table(x: ArrayLike) -> NDArray[Any]:
    """One mean is taken of the whole table: each vector has a mean of its own.

    Hint: print the mean of every row of your result.
    """
    x = np.asarray(x, dtype=float)
    result: NDArray[Any] = x - x.mean()
    return result


def center__first_axis(x: ArrayLike) -> NDArray[Any]:
    """The mean is taken over the first axis: it belongs to the last one.

    Hint: which axis holds the coordinates of one vector?
    """
    x = np.asarray(x, dtype=float)
    result: NDArray[Any] = x - x.mean(axis=0)
    return result


def center__in_place(x: Any) -> Any:
    """The argument itself is changed: write the result into an array of your own.

    Hint: print x before and after the call.
    """
    if isinstance(x, np.ndarray):
        x -= x.mean(axis=-1, keepdims=True)
        return x
    x = np.asarray(x, dtype=float)
    return x - x.mean(axis=-1, keepdims=True)
'''

_ALTERNATIVES = '''
"""Right but unusual versions, which must get full marks; named like the mistakes."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def center__projection(x: ArrayLike) -> NDArray[Any]:
    """Multiplies by the projection I - 1 1^T / d."""
    vectors = np.asarray(x, dtype=float)
    d = vectors.shape[-1]
    result: NDArray[Any] = vectors @ (np.eye(d) - 1.0 / d)
    return result


def center__einsum(x: ArrayLike) -> NDArray[Any]:
    """Sums with einsum, in float32."""
    vectors = np.asarray(x, dtype=np.float32)
    sums = np.einsum("...d->...", vectors)
    result: NDArray[Any] = vectors - (sums / np.float32(vectors.shape[-1]))[..., None]
    return result
'''

_STORY = """
# TITLE

Why a working engineer needs this: a situation, in a few sentences.

| part | what you do | points |
| --- | --- | --- |
| (a) | centre vectors | 4 |
| (b) | explain what follows, in 60 to 120 words | 6 |
"""

_TASK = """
## (a) Centre each vector

> **Fixed**
> - The mean is taken over the **last axis**: every vector loses its own mean.
> - `x` may be an array or nested lists, of any shape `(..., d)`; the result is float and has the shape of `x`.
> - **Arguments are never changed.**

<details><summary>Hint</summary>

What does `keepdims=True` change about the shape of a mean?
</details>
"""

_VALUES = '''
"""Every vector loses its own mean"""
got = np.asarray(center(np.array([[1.0, 2.0, 6.0]])))
assert got.shape == (1, 3), f"the result has the shape of x, (1, 3), got {got.shape}"
assert np.allclose(got, [[-2.0, -1.0, 3.0]]), f"the mean of (1, 2, 6) is 3: expected (-2, -1, 3), got {got.tolist()}"
### BEGIN HIDDEN TESTS
from autograder import testing
from autograder.testing import call
from reference.SLUG import solution as reference

for seed in testing.seeds("SLUG values"):
    rng = np.random.default_rng(seed)
    tables = [rng.normal(size=shape) for shape in ((3, 5), (4, 4), (2, 3, 7))]
    testing.agrees(center, reference.center, *map(call, tables), hint="print the mean of every row of your result")
### END HIDDEN TESTS
'''

_FORMS = '''
"""Nested lists give the same, and no argument is changed"""
x = np.array([[1.0, 2.0, 6.0]])
center(x)
assert x.tolist() == [[1.0, 2.0, 6.0]], "center must leave x as it was"
assert np.allclose(center([[1, 2, 6]]), [[-2.0, -1.0, 3.0]]), "nested lists give the same as arrays"
### BEGIN HIDDEN TESTS
from autograder import testing
from autograder.testing import call
from reference.SLUG import solution as reference

x = np.random.default_rng(testing.seeds("SLUG forms", 1)[0]).normal(size=(3, 5))
# A side check counts only where the values are right.
testing.gate(center, reference.center, call(x))
testing.agrees(center, reference.center, call(x.tolist()))
testing.keeps_arguments(center, reference.center, call(x), hint="print x before and after the call")
### END HIDDEN TESTS
'''

_QUESTION = """
## (b) What follows

Explain, **in 60 to 120 words**, what the centring throws away, and when that matters.
Each of the three criteria gives up to 2 points.
"""

_EXPLAIN = """
### BEGIN SOLUTION
A model answer.

### BEGIN MARK SCHEME
Three criteria, 2 points each (0: missing or wrong, 1: right in part, 2: right and complete).

1. **First criterion.**
2. **Second criterion.**
3. **Third criterion.**
### END MARK SCHEME
### END SOLUTION
"""


def new_exercise(course: Course, slug: str) -> tuple[Path, ...]:
    """Write the files of a new exercise; returns them. Raises UsageError for a bad name, or a file in the way."""
    if not _SLUG.fullmatch(slug):
        raise UsageError(
            "An exercise's name must be lower-case words and digits with '_' between them, such as 'my_exercise', "
            f"got {slug!r}: it names a folder, a notebook and a Python package"
        )
    package = course.root / REFERENCE
    folder = course.path("source", ".", slug)
    for taken in (package / slug, folder):
        if taken.exists():
            raise UsageError(f"{taken} exists already: choose another name, or move it away")
    title = " ".join(slug.split("_")[1:] or [slug]).capitalize()
    files = {
        package / slug / "__init__.py": f'"""{title}: solution, mistakes, alternatives."""\n',
        package / slug / "solution.py": _SOLUTION.lstrip("\n"),
        package / slug / "mistakes.py": _MISTAKES.lstrip("\n"),
        package / slug / "alternatives.py": _ALTERNATIVES.lstrip("\n"),
        folder / f"{slug}.ipynb": _notebook(slug, title),
    }
    if not (package / "__init__.py").exists():
        files[package / "__init__.py"] = '"""Reference solutions, one folder an exercise."""\n'
    for path, text in files.items():
        write_atomically(path, text.encode())
    return tuple(files)


def _notebook(slug: str, title: str) -> str:
    cells = [
        _cell("story", "markdown", _STORY.replace("TITLE", title), locked=True),
        _cell("setup", "code", "import numpy as np", locked=True),
        _cell("task", "markdown", _TASK, locked=True),
        _cell("center", "code", _solution_cell(), solution=True),
        _cell("values", "code", _VALUES.replace("SLUG", slug), locked=True, points=3),
        _cell("forms", "code", _FORMS.replace("SLUG", slug), locked=True, points=1),
        _cell("question", "markdown", _QUESTION, locked=True),
        _cell("explain", "markdown", _EXPLAIN, solution=True, points=6),
    ]
    metadata = {
        "autograder": {"points": 10},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _solution_cell() -> str:
    """The reference function without types, its body between the markers of a solution."""
    start = _SOLUTION.index("def center")
    head, docstring, body = _SOLUTION[start:].split('"""')
    marked = f"    ### BEGIN SOLUTION\n{body.strip(chr(10))}\n    ### END SOLUTION"
    assert head.startswith("def center(x: ArrayLike)")
    return f'def center(x):\n    """{docstring}"""\n{textwrap.indent(textwrap.dedent(marked), "    ")}'


def _cell(
    name: str, cell_type: str, text: str, *, locked: bool = False, solution: bool = False, points: int | None = None
) -> dict[str, Any]:
    role: dict[str, Any] = {
        "grade": points is not None,
        "grade_id": name,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        role["points"] = points
    cell: dict[str, Any] = {
        "cell_type": cell_type,
        "id": name,
        "metadata": {"nbgrader": role},
        "source": text.strip("\n").splitlines(keepends=True),
    }
    return cell | ({"execution_count": None, "outputs": []} if cell_type == "code" else {})
