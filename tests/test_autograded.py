"""The autograded notebook, read by nbgrader itself."""

from __future__ import annotations

import base64
import json
import logging
import struct
import zlib
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import GetGrades, OverwriteCells
from nbgrader.utils import determine_grade, is_grade
from traitlets.config import Config

from autograder import autograded
from autograder.autograded import as_bytes, as_notebook
from autograder.notebook import Submission, read_submission
from autograder.source import SourceNotebook, parse_source
from autograder.verdict import CellVerdict, Outcome


def _cell(cell_type: str, source: str, **nbgrader: Any) -> dict[str, Any]:
    flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    metadata = {"nbgrader": {**flags, **nbgrader}} if nbgrader else {}
    code = {"execution_count": None, "outputs": []} if cell_type == "code" else {}
    return {"cell_type": cell_type, "metadata": metadata, "source": source, **code}


SOURCE_CELLS = [
    _cell("markdown", "<b>Bold</b> ![figure](attachment:figure.png)", grade_id="intro", locked=True),
    _cell("code", "LIMIT = 3", grade_id="setup", locked=True),
    _cell("code", "### BEGIN SOLUTION\ndef f(x): return x\n### END SOLUTION", grade_id="f", solution=True),
    _cell(
        "code",
        '"""Check f <b>"""\nassert f(1) == 1\n### BEGIN HIDDEN TESTS\nassert f(9) == 9\n### END HIDDEN TESTS',
        grade_id="test_f",
        grade=True,
        locked=True,
        points=2,
    ),
    _cell("markdown", "<i>Your words</i>", grade_id="why", grade=True, solution=True, points=3),
    _cell("code", "pass", grade_id="use", grade=True, solution=True, points=1),
    _cell(
        "markdown",
        "Verify it.\n### BEGIN MARK SCHEME\nTwo points.\n### END MARK SCHEME",
        grade_id="verify",
        task=True,
        locked=True,
        points=4,
    ),
]
KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}
SOURCE_DATA = json.dumps(
    {"nbformat": 4, "nbformat_minor": 4, "metadata": {"kernelspec": KERNELSPEC}, "cells": SOURCE_CELLS}
).encode()
HOSTILE = "<script>alert(1)</script>"


def _png() -> str:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    data = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return base64.b64encode(data).decode()


@pytest.fixture
def source() -> SourceNotebook:
    return parse_source("nb", SOURCE_DATA)


def _submitted(source: SourceNotebook, **answers: str) -> dict[str, Any]:
    cells = []
    for cell in source.cells:
        text = answers.get(cell.grade_id or "", cell.released)
        cells.append({**_cell(cell.cell_type, text), "metadata": {"nbgrader": dict(cell.metadata)}})
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}


def _read(notebook: dict[str, Any], source: SourceNotebook) -> Submission:
    return read_submission("nb", json.dumps(notebook).encode(), source)


PASSED = CellVerdict("test_f", "Check f <b>", Outcome.PASSED, 2, 2, cause="not for learners", output="not for learners")


def _parsed(notebook: dict[str, Any]) -> Any:
    parsed = nbformat.reads(as_bytes(notebook).decode(), as_version=4)
    nbformat.validate(parsed)
    return parsed


# nbgrader's own way to add a submission
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_nbgrader_finds_in_it_what_its_own_gradebook_holds(tmp_path: Path, source: SourceNotebook) -> None:
    folder = tmp_path / "source" / "ps1"
    folder.mkdir(parents=True)
    (folder / "nb.ipynb").write_bytes(SOURCE_DATA)
    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    result = NbGraderAPI(config=config).generate_assignment("ps1")
    assert result["success"], result["log"]
    released = json.loads((tmp_path / "release" / "ps1" / "nb.ipynb").read_bytes())
    assert _read(released, source).repairs == ()

    submitted = _submitted(source, f="def f(x):\n    return x", why="My words")
    submitted["cells"][0]["attachments"] = {"figure.png": {"image/png": _png()}}
    submission = _read(submitted, source)
    notebook = _parsed(as_notebook(submission, source, {}, {"test_f": PASSED}))
    MetadataValidator().validate_nb(notebook)
    db_url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Gradebook(db_url) as gradebook:
        gradebook.add_student("bob")
        gradebook.add_submission("ps1", "bob")
        gradebook.find_grade("test_f", "nb", "ps1", "bob").auto_score = 2
        gradebook.db.commit()
    resources = {"nbgrader": {"notebook": "nb", "assignment": "ps1", "student": "bob", "db_url": db_url}}
    before = json.dumps(notebook)
    overwrite = OverwriteCells()
    complaints: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: complaints.append(record.getMessage())  # type: ignore[method-assign]
    overwrite.log.addHandler(handler)
    OverwriteCells.preprocess(overwrite, notebook, resources)
    overwrite.log.removeHandler(handler)
    assert (complaints, json.dumps(notebook)) == ([], before)
    graded = {cell.metadata.nbgrader.grade_id: determine_grade(cell) for cell in notebook.cells if is_grade(cell)}
    # An untouched answer is worth nothing, an answer waits for a human, a test gives what its text asks for
    assert graded == {"test_f": (2, 2), "why": (None, 3), "use": (0, 1)}
    GetGrades().preprocess(notebook, resources)
    assert resources["nbgrader"]["score"] == 2
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    assert "PASSED  Check f &lt;b&gt; (2 of 2)" in page
    assert "not for learners" not in page


def test_tests_have_their_full_text_and_their_verdict(source: SourceNotebook) -> None:
    failed = CellVerdict(
        "test_f",
        "Check f",
        Outcome.NOT_ATTEMPTED,
        0,
        2,
        message="f still raises\x1b[31m NotImplementedError",
        diagnosis="Write it.",
        protected=False,
    )
    submission = _read(_submitted(source), source)
    for verdicts, text in (
        (
            {"test_f": failed},
            "NOT ATTEMPTED  Check f (0 of 2)\nThis cell ran in the learner's own process.\n"
            "f still raises NotImplementedError\nWrite it.\n",
        ),
        ({}, "NOT GRADED  test_f\n"),
    ):
        cell = as_notebook(submission, source, {}, verdicts)["cells"][3]
        assert cell["source"] == SOURCE_CELLS[3]["source"]
        assert cell["outputs"] == [{"output_type": "stream", "name": "stdout", "text": text}]


def test_nothing_of_the_learner_acts_on_a_reader(source: SourceNotebook) -> None:
    submitted = _submitted(source, why=HOSTILE, f=f"x = '{HOSTILE}'", intro=HOSTILE)
    hostile = {"tags": [HOSTILE], "widgets": HOSTILE, "raw_mimetype": "text/html", "collapsed": True}
    submitted["metadata"] = {
        "kernelspec": {"name": HOSTILE, "display_name": HOSTILE},
        "language_info": {"name": HOSTILE, "pygments_lexer": HOSTILE},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
        "title": HOSTILE,
    }
    for cell in submitted["cells"]:
        cell["metadata"] |= hostile
        cell["metadata"]["nbgrader"] |= {"comment": HOSTILE}
        cell["id"] = HOSTILE
        cell["attachments"] = {"figure.png": {"image/svg+xml": HOSTILE}, HOSTILE: {"image/png": _png()}}
    submitted["cells"] += [
        {"cell_type": "raw", "source": HOSTILE, "metadata": hostile},
        {"cell_type": "markdown", "source": f"{HOSTILE} [x](javascript:alert(1))", "metadata": hostile},
        {"cell_type": "code", "source": HOSTILE, "metadata": hostile, "outputs": [HOSTILE]},
    ]
    submission = _read(submitted, source)
    outputs: dict[int, list[dict[str, Any]]] = {
        index: [
            {"output_type": "display_data", "data": {"text/html": HOSTILE, "text/plain": HOSTILE}},
            {"output_type": "error", "ename": HOSTILE, "evalue": HOSTILE, "traceback": [HOSTILE]},
        ]
        for index in range(len(submission.cells))
    }
    notebook = _parsed(as_notebook(submission, source, outputs, {}))
    assert notebook.metadata == {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    assert {key for cell in notebook.cells for key in cell.metadata} == {"nbgrader"}
    assert not any("comment" in cell.metadata.get("nbgrader", {}) for cell in notebook.cells)
    for template in ("classic", "lab"):
        page, _ = HTMLExporter(template_name=template).from_notebook_node(notebook)
        assert HOSTILE not in page
        assert 'href="javascript:' not in page
        assert "&lt; script" in page
    # The instructor's own HTML stays
    assert notebook.cells[0].source.startswith("<b>Bold</b>")


def test_pictures_are_kept_where_they_were_attached(source: SourceNotebook) -> None:
    submitted = _submitted(source, why="![mine](attachment:photo%201.png) ![gone](attachment:gone.png)")
    submitted["cells"][0]["attachments"] = {"figure.png": {"image/png": _png()}}
    submitted["cells"][4]["attachments"] = {"photo 1.png": {"image/png": _png()}}
    notebook = _parsed(as_notebook(_read(submitted, source), source, {}, {}))
    assert notebook.cells[0].attachments == {"figure.png": {"image/png": _png()}}
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    assert page.count(_png()) == 2
    # Without the picture the page must still be made: nbconvert refuses a reference to nothing
    del submitted["cells"][0]["attachments"], submitted["cells"][4]["attachments"]
    HTMLExporter().from_notebook_node(_parsed(as_notebook(_read(submitted, source), source, {}, {})))


def test_cell_ids_are_unique_and_valid(source: SourceNotebook) -> None:
    submitted = _submitted(source)
    ids = ["cell-1-0", "x", "x", "", "a b", "y" * 65, "cell-2-0"]
    for cell, cell_id in zip(submitted["cells"], ids, strict=True):
        cell["id"] = cell_id
    notebook = _parsed(as_notebook(_read(submitted, source), source, {}, {}))
    assert [cell.id for cell in notebook.cells] == [
        *("cell-1-0", "x", "cell-2-1", "cell-3-0", "cell-4-0", "cell-5-0", "cell-2-0"),
    ]


def test_outputs_have_a_total_and_verdicts_are_never_cut(
    source: SourceNotebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autograded, "MAX_OUTPUTS", 1000)
    submission = _read(_submitted(source), source)
    loud = [{"output_type": "stream", "name": "stdout", "text": "x" * 900}]
    cells = as_notebook(submission, source, {1: loud, 2: loud, 5: loud}, {"test_f": PASSED})["cells"]
    assert cells[1]["outputs"] == loud
    assert "left out" in cells[2]["outputs"][0]["text"]
    assert cells[3]["outputs"][0]["text"] == "PASSED  Check f <b> (2 of 2)\n"
    assert len(json.dumps(cells)) < 5000


def test_text_has_a_total(source: SourceNotebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autograded, "MAX_TEXT", 100)
    submission = _read(_submitted(source, f="x = 1 " * 10, why="words " * 10), source)
    cells = as_notebook(submission, source, {}, {})["cells"]
    assert cells[2]["source"] == "x = 1 " * 10
    assert "left out" in cells[4]["source"]
    assert cells[6]["source"] == SOURCE_CELLS[6]["source"]
