"""What every exercise of this course must hold beyond what `autograder validate` proves.

An exercise is found by looking, so a new one is tested by being there.
"""

import ast
import doctest
import inspect
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import exercises
import pytest
from conftest import run_nbgrader

from autograder.rehearsal import Rehearsal
from autograder.source import Kind

SLUGS = exercises.slugs()


def test_there_are_exercises() -> None:
    assert "ex08_rope_rotation" in SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_the_notebook_is_an_nbgrader_source_notebook(slug: str) -> None:
    import nbformat

    path = exercises.SOURCE / slug / f"{slug}.ipynb"
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.autograder.points == 20
    for cell in notebook.cells:
        nbgrader = cell.metadata.get("nbgrader")
        if nbgrader is not None:
            assert nbgrader.schema_version == 3
            assert nbgrader.grade_id == cell.id
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.parametrize("slug", SLUGS)
def test_the_points_are_two_twelve_and_six(slug: str) -> None:
    auto = exercises.checks(slug)
    (shapes,) = [name for name in exercises.functions(slug, "solution") if name.endswith("_shapes")]
    part_a = sum(check.points for check in exercises.checks_of(slug, shapes))
    manual = [
        exercises.role(cell)["points"]
        for cell in exercises.cells(slug)
        if exercises.role(cell).get("grade") and exercises.role(cell)["solution"]
    ]
    assert (part_a, sum(check.points for check in auto) - part_a, manual) == (2, 12, [6])
    assert 6 <= len(auto) <= 10


@pytest.mark.parametrize("slug", SLUGS)
def test_every_check_has_a_title_a_visible_half_and_a_hidden_half(slug: str) -> None:
    for check in exercises.checks(slug):
        title = ast.get_docstring(ast.parse(check.source))
        assert title
        assert len(title.splitlines()) == 1
        visible, hidden = check.halves
        assert "assert " in visible or "raise AssertionError" in visible
        assert "autograder" not in visible
        assert "reference" not in visible
        assert "reference" in hidden
        assert not isinstance(ast.parse(check.source).body[-1], ast.Constant)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_visible_half_passes_on_its_own(slug: str) -> None:
    source = exercises.notebook(slug)
    cells = tuple(replace(cell, source=cell.released) if cell.kind is Kind.TEST else cell for cell in source.cells)
    outcomes = Rehearsal(replace(source, cells=cells)).run()
    assert outcomes == dict.fromkeys((check.grade_id for check in exercises.checks(slug)), None)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_solution_cells_are_the_reference(slug: str) -> None:
    """From docstring to end, byte for byte; the signature in names and defaults (a learner's has no types)."""
    solutions = {}
    for cell in exercises.cells(slug):
        if cell["cell_type"] == "code" and exercises.role(cell).get("solution"):
            text = exercises.without_marks(cell["source"])
            solutions[ast.parse(text).body[0].name] = exercises.signature_and_rest(text)  # type: ignore[attr-defined]
    assert solutions == {
        name: exercises.signature_and_rest(inspect.getsource(function))
        for name, function in exercises.functions(slug, "solution").items()
    }


@pytest.mark.parametrize("slug", SLUGS)
def test_the_solution_region_is_the_whole_body(slug: str) -> None:
    for cell in exercises.cells(slug):
        if cell["cell_type"] == "code" and exercises.role(cell).get("solution"):
            before, _, after = cell["source"].partition(exercises.SOLUTION[0])
            assert after.rstrip().endswith(exercises.SOLUTION[1])
            (stub,) = ast.parse(before + "pass").body
            assert isinstance(stub, ast.FunctionDef)
            assert len(stub.body) == 2  # the docstring, and our pass


@pytest.mark.parametrize("slug", SLUGS)
def test_the_written_part_has_a_mark_scheme_that_is_not_released(slug: str) -> None:
    (cell,) = [
        cell for cell in exercises.cells(slug) if exercises.role(cell).get("grade") and exercises.role(cell)["solution"]
    ]
    lines = cell["source"].splitlines()
    assert (lines[0], lines[-1]) == exercises.SOLUTION
    begin, end = lines.index("### BEGIN MARK SCHEME"), lines.index("### END MARK SCHEME")
    criteria = [line for line in lines[begin:end] if line[:2] in ("1.", "2.", "3.", "4.")]
    assert len(criteria) == 3
    answer = " ".join(lines[1:begin]).replace("**A full answer.**", "")
    assert 60 <= len(answer.split()) <= 120


@pytest.mark.parametrize("slug", SLUGS)
def test_the_reference_imports_only_numpy_and_the_standard_library(slug: str) -> None:
    for name in ("solution", "mistakes", "alternatives"):
        for node in ast.walk(ast.parse(inspect.getsource(exercises.module(slug, name)))):
            modules = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for imported in modules:
                top = imported.split(".")[0]
                assert top == "numpy" or top in sys.stdlib_module_names or imported.startswith("reference.")


@pytest.mark.parametrize("slug", SLUGS)
def test_the_examples_in_the_docstrings_hold(slug: str) -> None:
    solution = exercises.module(slug, "solution")
    results = doctest.testmod(solution)
    assert results.failed == 0
    assert results.attempted >= len(exercises.functions(slug, "solution"))


@pytest.mark.parametrize("slug", SLUGS)
def test_there_are_enough_versions_and_each_names_its_function(slug: str) -> None:
    mistakes = exercises.functions(slug, "mistakes")
    alternatives = exercises.functions(slug, "alternatives")
    assert len(mistakes) >= 10
    assert len(alternatives) >= 5
    solution = exercises.functions(slug, "solution")
    for name, version in (mistakes | alternatives).items():
        function, label = exercises.split_id(name)
        assert function in solution
        assert label
        assert (version.__doc__ or "").strip()
        ours, theirs = inspect.signature(solution[function]), inspect.signature(version)
        assert list(ours.parameters) == list(theirs.parameters)
    assert {exercises.split_id(name)[0] for name in mistakes} == set(solution)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with nothing but nbgrader's defaults, all its assignments released by plain nbgrader."""
    course = tmp_path_factory.mktemp("released")
    (course / "nbgrader_config.py").write_text("c = get_config()\n")
    for slug in SLUGS:
        (course / "source" / slug).mkdir(parents=True)
        shutil.copy(exercises.SOURCE / slug / f"{slug}.ipynb", course / "source" / slug)
        run_nbgrader(course, "generate_assignment", slug)
    return course / "release"


@pytest.mark.parametrize("slug", SLUGS)
def test_what_plain_nbgrader_releases_gives_nothing_away(released: Path, slug: str) -> None:
    notebook = json.loads((released / slug / f"{slug}.ipynb").read_text(encoding="utf-8"))
    text = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    assert set(text) == {cell["id"] for cell in exercises.cells(slug)}
    for check in exercises.checks(slug):
        assert text[check.grade_id].rstrip() == check.halves[0].rstrip()
    for cell in exercises.cells(slug):
        if exercises.role(cell).get("solution"):
            region = cell["source"].partition(exercises.SOLUTION[0])[2]
            kept = text[cell["id"]].splitlines()
            assert not [line for line in region.splitlines() if line.strip() and line in kept]
            stub = "raise NotImplementedError()" if cell["cell_type"] == "code" else "YOUR ANSWER HERE"
            assert kept[-1].strip() == stub
