"""Submissions of an exercise whose solution cells hold a known version of its functions, as self-contained text."""

import itertools
import json
from collections.abc import Mapping
from pathlib import Path

import exercises

from autograder.versions import submitted_text

# Bodies that know nothing of any exercise; `values` are the arguments in their order.
TRIVIAL = {
    "identity": "return values[0]",
    "last-argument": "return values[-1]",
    "zeros": "return np.zeros(np.shape(values[0]))",
    "constant": "return 1.0",
    "empty": "return {}",
    "always-none": "return None",
    "always-raising": 'raise ValueError("no")',
}


def cell(slug: str, kind: str, name: str) -> str:
    """The text of a solution cell with one version: ``cell(slug, "mistakes", "rope__clockwise")``."""
    return submitted_text(slug, kind, name)


def trivial(slug: str, function: str, body: str) -> str:
    """A function of the right name that takes anything."""
    assert function in exercises.functions(slug, "solution")
    return f"def {function}(*args, **kwargs):\n    values = [*args, *kwargs.values()]\n    {body}\n"


def right_cells(slug: str) -> dict[str, str]:
    """The reference's text for every solution cell, by grade_id."""
    return {
        exercises.role(item)["grade_id"]: exercises.without_marks(item["source"])
        for item in exercises.cells(slug)
        if item["cell_type"] == "code" and exercises.role(item).get("solution")
    }


def cell_of(slug: str, function: str) -> str:
    """The grade_id of the solution cell that defines a function."""
    (found,) = [key for key, text in right_cells(slug).items() if f"def {function}(" in text]
    return found


def hand_in(
    course: Path, student_id: str, assignment: str, notebook: str, cells: Mapping[str, str], *, with_figure: bool = True
) -> Path:
    """Submit the released notebook with these texts in its cells; the others stay as they were released.

    Without its figure, which takes longer to draw than all checks, it gets the same points.
    """
    content = json.loads((course / "release" / assignment / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    left = dict(cells)
    for item in content["cells"]:
        grade_id = item["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in left:
            item["source"] = left.pop(grade_id)
    assert not left, f"no such cells: {left}"
    if not with_figure:
        kept = [item for item in content["cells"] if "plt.show()" not in "".join(item["source"])]
        assert len(kept) == len(content["cells"]) - 1
        content["cells"] = kept
    path = course / "submitted" / student_id / assignment / f"{notebook}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def with_versions(slug: str, kind: str, *names: str) -> dict[str, str]:
    """The reference's cells, with these versions in place of its functions."""
    replaced = {cell_of(slug, exercises.split_id(name)[0]): cell(slug, kind, name) for name in names}
    return {**right_cells(slug), **replaced}


def together(slug: str, kind: str) -> list[dict[str, str]]:
    """All mistakes or alternatives, in submissions that hold one of each function: version by function."""
    every = exercises.functions(slug, kind)
    named = [
        [name for name in every if exercises.split_id(name)[0] == function]
        for function in exercises.functions(slug, "solution")
    ]
    return [
        {exercises.split_id(name)[0]: name for name in names if name is not None}
        for names in itertools.zip_longest(*named)
    ]
