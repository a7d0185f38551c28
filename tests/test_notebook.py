"""Reading, aligning and repairing what learners hand in."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder import alignment
from autograder.autograded import as_bytes, as_notebook
from autograder.document import MAX_CELLS, MAX_NOTEBOOK
from autograder.errors import UnreadableSubmission
from autograder.names import bound_names
from autograder.notebook import AlignedCell, Role, Submission, read_submission
from autograder.source import Kind, SourceNotebook, parse_source

Notebook = dict[str, Any]


def _cell(cell_type: str, source: str, **nbgrader: Any) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    if nbgrader:
        flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        metadata["nbgrader"] = {**flags, **nbgrader}
    code = {"execution_count": None, "outputs": []} if cell_type == "code" else {}
    return {"cell_type": cell_type, "metadata": metadata, "source": source, **code}


def _solution(name: str) -> str:
    return f"def {name}(n):\n    ### BEGIN SOLUTION\n    return n\n    ### END SOLUTION\n"


CELLS = [
    _cell("markdown", "# Title\nRead this."),
    _cell("code", "import math\nLIMIT = 3", grade_id="setup", locked=True),
    _cell("code", _solution("squares"), grade_id="squares", solution=True),
    _cell("code", "squares(3)"),
    _cell(
        "code",
        '"""Check squares"""\nassert squares(1) == 1\n'
        "### BEGIN HIDDEN TESTS\nassert squares(9) == 9\n### END HIDDEN TESTS",
        grade_id="test_squares",
        grade=True,
        locked=True,
        points=2,
    ),
    _cell("code", "assert squares(0) == 0", grade_id="test_zero", grade=True, locked=True, points=1),
    _cell("markdown", "## Part B\nExplain your choice."),
    _cell("markdown", "Your words.", grade_id="why", grade=True, solution=True, points=3),
    _cell("markdown", "## Part C\nExplain the cost."),
    _cell("markdown", "Your words.", grade_id="cost", grade=True, solution=True, points=3),
    _cell("code", _solution("cubes"), grade_id="cubes", solution=True),
    _cell("code", "assert cubes(1) == 1", grade_id="test_cubes", grade=True, locked=True, points=1),
    _cell("code", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION", grade_id="use", grade=True, solution=True, points=2),
    _cell("markdown", "Verify it below.", grade_id="verify", task=True, locked=True, points=4),
]
TESTS = ["test_squares", "test_zero", "test_cubes"]
ALWAYS = {"setup", "why", "cost", "use", "verify", *TESTS}


def _source(with_ids: bool = False) -> SourceNotebook:
    cells = [{**cell, **({"id": f"c{i}"} if with_ids else {})} for i, cell in enumerate(CELLS)]
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernelspec}, "cells": cells}
    return parse_source("nb", json.dumps(notebook).encode())


SOURCE = _source()
INDEX = {cell["metadata"]["nbgrader"]["grade_id"]: i for i, cell in enumerate(CELLS) if cell["metadata"]}


def _released(source: SourceNotebook = SOURCE) -> Notebook:
    cells = [
        {
            **_cell(cell.cell_type, cell.released),
            "metadata": {"nbgrader": dict(cell.metadata)} if cell.grade_id else {},
            **({"id": cell.cell_id} if cell.cell_id else {}),
        }
        for cell in source.cells
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def _read(notebook: object, source: SourceNotebook = SOURCE) -> Submission:
    return read_submission("nb", json.dumps(notebook).encode(), source)


def _answered() -> Notebook:
    notebook = _released()
    cells = notebook["cells"]
    cells[INDEX["squares"]]["source"] = "def squares(n):\n    return n"
    cells[INDEX["cubes"]]["source"] = "def cubes(n):\n    return n"
    cells[INDEX["why"]]["source"] = "Because it is so."
    cells[INDEX["cost"]]["source"] = "It costs much."
    return notebook


def _by_id(submission: Submission) -> dict[str, AlignedCell]:
    return {cell.grade_id: cell for cell in submission.cells if cell.grade_id}


def _check(submission: Submission) -> None:
    """What holds for every submission, whatever was handed in."""
    ids = [cell.grade_id for cell in submission.cells if cell.grade_id]
    order = [grade_id for grade_id in INDEX if grade_id in ids]
    assert ids == order
    assert set(ids) >= ALWAYS
    for cell in submission.cells:
        assert (cell.role is Role.TEST) == (cell.kind is Kind.TEST)
        assert cell.role is Role.INERT or cell.cell_type == "code"
        cell.source.encode()
        if cell.grade_id:
            origin = SOURCE.cells[INDEX[cell.grade_id]]
            assert (cell.kind, cell.cell_type, cell.metadata) == (origin.kind, origin.cell_type, origin.metadata)
        if cell.kind is Kind.TEST:
            assert cell.source == SOURCE.cells[INDEX[cell.grade_id or ""]].source
        if cell.kind in (Kind.LOCKED, Kind.TASK):
            assert cell.source == SOURCE.cells[INDEX[cell.grade_id or ""]].released
    notebook = as_notebook(submission, SOURCE, {}, {})
    nbformat.validate(nbformat.from_dict(json.loads(as_bytes(notebook))))


def test_a_released_notebook_needs_no_repair() -> None:
    for source in (SOURCE, _source(with_ids=True)):
        submission = _read(_released(source), source)
        assert submission.repairs == ()
        assert [cell.source_index for cell in submission.cells] == list(range(len(CELLS)))
        assert not any(cell.changed for cell in submission.cells)
        _check(submission)


def test_an_answered_notebook_needs_no_repair_and_says_what_was_answered() -> None:
    submission = _read(_answered())
    assert submission.repairs == ()
    assert [cell.grade_id for cell in submission.cells if cell.changed] == ["squares", "why", "cost", "cubes"]
    assert [cell.role for cell in submission.cells].count(Role.LEARNER) == 5


def test_space_at_line_ends_is_no_answer() -> None:
    notebook = _released()
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].replace("\n", "  \r\n") + "\n\n"
    submission = _read(notebook)
    assert not any(cell.changed for cell in submission.cells)
    assert submission.repairs == ()


def test_the_digest_follows_the_code_and_nothing_else() -> None:
    digest = _read(_answered()).solution_digest
    notebook = _answered()
    notebook["metadata"] = {"x": 1}
    notebook["cells"][INDEX["why"]]["source"] = "Other words."
    notebook["cells"][INDEX["test_zero"]]["source"] = "pass"
    notebook["cells"][INDEX["setup"]]["source"] = "LIMIT = 99"
    assert _read(notebook).solution_digest == digest
    notebook["cells"][INDEX["squares"]]["source"] += "\n"
    assert _read(notebook).solution_digest != digest
    assert len(digest) == 64


def test_a_deleted_cell_is_put_back_in_its_place() -> None:
    notebook = _answered()
    notebook["cells"] = [
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") not in ("test_zero", "setup", "why", "verify")
    ]
    submission = _read(notebook)
    assert [cell.source_index for cell in submission.cells] == list(range(len(CELLS)))
    assert len(submission.repairs) == 4
    assert "the test cell 'test_zero' was missing and was put back" in submission.repairs
    why = _by_id(submission)["why"]
    assert (why.source, why.changed, why.executed) == ("YOUR ANSWER HERE", False, False)
    assert _by_id(submission)["setup"].role is Role.LEARNER
    _check(submission)


def test_a_deleted_solution_is_not_put_back_as_a_stub() -> None:
    notebook = _answered()
    del notebook["cells"][INDEX["squares"]]
    submission = _read(notebook)
    assert submission.repairs == ("the solution cell 'squares' is missing",)
    assert "squares" not in _by_id(submission)


def test_a_deleted_manual_code_cell_is_put_back_without_running() -> None:
    notebook = _answered()
    del notebook["cells"][INDEX["use"]]
    use = _by_id(_read(notebook))["use"]
    assert (use.role, use.changed) == (Role.INERT, False)


def test_a_solution_in_a_new_cell_is_recognised_by_its_names() -> None:
    notebook = _answered()
    old = notebook["cells"].pop(INDEX["squares"])
    notebook["cells"] += [_cell("code", "y = 2"), _cell("code", old["source"])]
    submission = _read(notebook)
    assert submission.repairs == (
        "the solution cell 'squares' had lost its id and was recognised by the names that it defines",
        "cells stood before others that precede them in the source, and were moved: "
        "'test_squares', 'test_zero', 'why', 'cost', 'cubes' and 3 more",
    )
    cell = _by_id(submission)["squares"]
    assert (cell.source, cell.role, cell.changed) == (old["source"], Role.LEARNER, True)
    _check(submission)


def test_a_huge_cell_is_not_parsed_for_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[int] = []

    def counting(code: str) -> frozenset[str]:
        parsed.append(len(code))
        return bound_names(code)

    monkeypatch.setattr(alignment, "bound_names", counting)
    notebook = _answered()
    del notebook["cells"][2]
    notebook["cells"].append(_cell("code", "def squares(n):\n    return n\n" + "#" * 30_000))
    _read(notebook)
    assert parsed
    assert max(parsed) < 20_000


@pytest.mark.parametrize("with_ids", [True, False])
def test_lost_metadata_is_made_good(with_ids: bool) -> None:
    source = _source(with_ids)
    notebook = _answered()
    for cell, origin in zip(notebook["cells"], source.cells, strict=True):
        cell["metadata"] = {}
        if origin.cell_id:
            cell["id"] = origin.cell_id
    submission = _read(notebook, source)
    assert [cell.source_index for cell in submission.cells] == list(range(len(CELLS)))
    assert [cell.grade_id for cell in submission.cells if cell.changed] == ["squares", "why", "cost", "cubes"]
    assert len(submission.repairs) == len(INDEX)
    assert all("had lost its id and was recognised by" in repair for repair in submission.repairs)


def test_of_two_equal_stubs_without_metadata_the_answered_one_counts() -> None:
    notebook = _answered()
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    notebook["cells"][INDEX["cost"]]["source"] = "YOUR ANSWER HERE"
    cells = _by_id(_read(notebook))
    assert (cells["why"].source, cells["why"].changed) == ("Because it is so.", True)
    assert (cells["cost"].source, cells["cost"].changed) == ("YOUR ANSWER HERE", False)


def test_an_answer_in_a_new_cell_is_not_lost() -> None:
    notebook = _answered()
    notebook["cells"][INDEX["why"]] = _cell("markdown", "My reasons.")
    cells = _by_id(_read(notebook))
    assert (cells["why"].source, cells["why"].changed) == ("My reasons.", True)
    notebook["cells"].insert(INDEX["why"], _cell("code", "1 + 1"))
    assert _by_id(_read(notebook))["why"].source == "My reasons."


def test_a_copied_test_cell_does_not_run_and_an_edited_copy_is_own_code() -> None:
    notebook = _answered()
    test = notebook["cells"][INDEX["test_squares"]]
    edited = {**copy.deepcopy(test), "source": "helper = 1"}
    notebook["cells"][INDEX["test_squares"] : INDEX["test_squares"] + 1] = [edited, test, copy.deepcopy(test)]
    submission = _read(notebook)
    own = [cell for cell in submission.cells if cell.kind is None]
    assert [(cell.role, cell.source) for cell in own] == [
        (Role.LEARNER, "helper = 1"),
        (Role.INERT, test["source"]),
    ]
    assert submission.repairs == (
        "the test cell 'test_squares' was there 3 times; one keeps its id, the others count as own cells",
    )
    _check(submission)


def test_a_pasted_test_cell_without_id_does_not_run() -> None:
    notebook = _answered()
    notebook["cells"].append(_cell("code", "\n  assert squares(0) == 0 "))
    submission = _read(notebook)
    assert (submission.cells[-1].role, submission.cells[-1].kind) == (Role.INERT, None)
    assert submission.repairs == ()


def test_of_copies_of_an_answer_the_changed_one_keeps_the_id() -> None:
    notebook = _released()
    for grade_id in ("why", "squares"):
        stub = notebook["cells"][INDEX[grade_id]]
        notebook["cells"].insert(INDEX[grade_id] + 1, {**copy.deepcopy(stub), "source": f"{grade_id} = 1"})
    submission = _read(notebook)
    cells = _by_id(submission)
    assert cells["why"].source == "why = 1"
    assert cells["squares"].source == "squares = 1"
    # The untouched original still runs first, as it would in Jupyter
    squares = [cell.source for cell in submission.cells if "squares" in cell.source and cell.role is Role.LEARNER]
    assert "NotImplementedError" in squares[0]
    assert squares[1] == "squares = 1"


def test_a_changed_test_is_restored_and_what_stood_there_is_kept_unrun() -> None:
    notebook = _answered()
    notebook["cells"][INDEX["test_zero"]]["source"] = "print('mine')"
    notebook["cells"][INDEX["verify"]]["source"] = "My answer."
    submission = _read(notebook)
    assert len(submission.repairs) == 2
    assert "had been changed and was put back" in submission.repairs[0]
    kept = [cell for cell in submission.cells if cell.kind is None]
    assert [(cell.role, cell.source) for cell in kept] == [
        (Role.INERT, "print('mine')"),
        (Role.INERT, "My answer."),
    ]
    _check(submission)


def test_flags_and_points_come_from_the_source() -> None:
    notebook = _answered()
    notebook["cells"][INDEX["test_zero"]]["metadata"]["nbgrader"] |= {"points": 100, "solution": True}
    notebook["cells"][INDEX["why"]]["cell_type"] = "code"
    submission = _read(notebook)
    assert submission.repairs == (
        "the settings of the test cell 'test_zero' had been changed (points, solution): the source's count",
        "the manually graded cell 'why' was a code cell and was made a markdown cell again",
    )
    _check(submission)


def test_the_order_of_the_source_is_restored_with_what_follows_each_cell() -> None:
    notebook = _answered()
    cells = notebook["cells"]
    helper = _cell("code", "helper = 1")
    cells.insert(INDEX["squares"] + 1, helper)
    moved = cells[INDEX["squares"] : INDEX["squares"] + 2]
    del cells[INDEX["squares"] : INDEX["squares"] + 2]
    cells += moved
    submission = _read(notebook)
    texts = [cell.source for cell in submission.cells]
    assert texts.index("helper = 1") == texts.index("def squares(n):\n    return n") + 1
    assert len(submission.repairs) == 1
    assert "were moved" in submission.repairs[0]
    _check(submission)


def test_a_split_solution_keeps_both_halves_in_order() -> None:
    notebook = _answered()
    first = notebook["cells"][INDEX["squares"]]
    second = _cell("code", "def helper(n):\n    return n")
    notebook["cells"].insert(INDEX["squares"] + 1, second)
    del notebook["cells"][INDEX["test_squares"] + 1]
    submission = _read(notebook)
    order = [cell.grade_id or cell.source for cell in submission.cells]
    assert order[2:6] == ["squares", second["source"], "squares(3)", "test_squares"]
    assert submission.cells[2].source == first["source"]


def test_unknown_ids_are_own_cells() -> None:
    notebook = _answered()
    notebook["cells"].append(_cell("code", "z = 1", grade_id="bonus\n\x1b[31m", grade=True, points=99))
    submission = _read(notebook)
    last = submission.cells[-1]
    assert (last.kind, last.grade_id, last.metadata, last.role) == (None, None, {}, Role.LEARNER)
    assert submission.repairs == (f"cell {len(CELLS) + 1} has the grade_id 'bonus', which the source does not have",)


def test_many_repairs_of_a_sort_do_not_bury_the_others() -> None:
    notebook = _answered()
    notebook["cells"] = [_cell("code", "", grade_id="x") for _ in range(1000)] + notebook["cells"]
    del notebook["cells"][-1]["source"]
    repairs = _read(notebook).repairs
    assert len(repairs) < 30
    assert any("'verify' was empty and was put back" in repair for repair in repairs)


def test_nbformat_3_reads_as_nbformat_itself_upgrades_it() -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {"cell_type": "heading", "level": 2, "metadata": {}, "source": ["Part\n", "A"]},
                    {
                        "cell_type": "code",
                        "collapsed": False,
                        "input": ["def squares(n):\n", "    return n"],
                        "language": "python",
                        "metadata": {"nbgrader": dict(SOURCE.cells[INDEX["squares"]].metadata)},
                        "outputs": [],
                    },
                    {"cell_type": "raw", "metadata": {}, "source": "raw"},
                    {"cell_type": "markdown", "metadata": {}, "source": ["*text*", "without ends"]},
                    {"cell_type": "html", "metadata": {}, "source": "<b>"},
                ],
            }
        ],
    }
    submission = _read(old)
    # nbformat itself has no more to say than type, text and metadata of each cell
    new = nbformat.reads(json.dumps(old), as_version=4)
    expected = [(cell.cell_type, cell.source) for cell in new.cells]
    given = [(cell.cell_type, cell.source) for cell in submission.cells if cell.changed]
    assert sorted(given) == sorted(expected)
    assert _by_id(submission)["squares"].changed


def _text(notebook: object) -> str:
    return json.dumps(notebook)


READABLE: dict[str, bytes] = {
    "BOM": b"\xef\xbb\xbf" + _text(_released()).encode(),
    "UTF-16": _text(_released()).encode("utf-16"),
    "UTF-16 without BOM": _text(_released()).encode("utf-16-le"),
    "duplicate keys": _text(_released()).replace('"nbformat": 4', '"nbformat": 3, "nbformat": 4').encode(),
    "huge integer": _text(_released()).replace('"points": 2', '"points": ' + "9" * 10_000).encode(),
    "NaN": _text(_released()).replace('"points": 2', '"points": NaN').encode(),
    "huge float": _text(_released()).replace('"points": 2', '"points": 1e999').encode(),
    "no format": _text({"cells": _released()["cells"]}).encode(),
    "format as text": _text({**_released(), "nbformat": "4"}).encode(),
    "broken bytes": _text(_released()).encode().replace(b"Title", b"Ti\xff\xfetle"),
    "junk in the list": _text({"cells": [1, None, [], "x", {}, *_released()["cells"]]}).encode(),
    "junk in the text": _text({"cells": [{"source": [1, {}, "a\ud800"], "cell_type": ["x"]}]}).encode(),
    "torn pair": _text({"cells": [{"source": ["\ud83d", "\ude00"], "cell_type": "code"}]}).encode(),
    "NUL": _text({"cells": [{"source": "a\0b", "cell_type": "code", "id": "\0", "metadata": []}]}).encode(),
}


@pytest.mark.parametrize("data", READABLE.values(), ids=READABLE.keys())
def test_traps_that_are_read(data: bytes) -> None:
    _check(read_submission("nb", data, SOURCE))


def test_torn_characters_are_mended_and_halves_replaced() -> None:
    whole = read_submission("nb", READABLE["torn pair"], SOURCE)
    assert any(cell.source == "😀" for cell in whole.cells)
    half = read_submission("nb", READABLE["junk in the text"], SOURCE)
    assert any(cell.source == "a\ufffd" for cell in half.cells)
    assert any("lone surrogates" in repair for repair in half.repairs)


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "blank": (b" \n\0", "empty"),
    "no JSON": (b"hello", "its JSON breaks at line 1, column 1"),
    "cut off": (_text(_released()).encode()[:-40], "its JSON breaks"),
    "a page": (b"\n<!DOCTYPE html>", "a web page"),
    "a zip": (b"PK\x03\x04xx", "a zip archive"),
    "binary": (bytes(range(256)), "JSON breaks"),
    "nested": (b"[" * 100_000, "nested too deep"),
    "nested object": (b'{"cells":' * 100_000, "nested too deep"),
    "a list": (b"[]", "no notebook"),
    "a number": (b"9" * 10_000, "no notebook"),
    "newer": (_text({**_released(), "nbformat": 99}).encode(), "format 4 or older, got 99"),
    "no cells": (b'{"nbformat": 4, "cells": []}', "has no cells"),
    "only junk": (b'{"nbformat": 4, "cells": [1, null]}', "has no cells"),
    "cells as object": (b'{"nbformat": 4, "cells": {}}', "no list of cells"),
    "worksheets of junk": (b'{"nbformat": 3, "worksheets": [1, {"cells": 3}]}', "has no cells"),
    "too many": (_text({"cells": [{}] * (MAX_CELLS + 1)}).encode(), "at most 5000 cells, got 5001"),
    "too large": (b" " * (MAX_NOTEBOOK + 1), "at most 16 MiB"),
}


@pytest.mark.parametrize(("data", "message"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_traps_that_are_refused_with_a_sentence(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableSubmission, match=message):
        read_submission("nb", data, SOURCE)


@pytest.mark.parametrize(
    "make",
    [
        lambda n: _cell("code", f"def squares(n):\n    return {n}"),
        lambda n: _cell("code", "assert squares(0) == 0", grade_id="test_zero"),
        lambda _: _cell("markdown", "YOUR ANSWER HERE"),
        lambda n: _cell("code", "x" * 3000 + str(n), grade_id=f"unknown{n}"),
    ],
    ids=["solutions", "copies", "stubs", "unknown"],
)
def test_thousands_of_cells_take_no_long_time(make: Callable[[int], dict[str, Any]]) -> None:
    data = json.dumps({"cells": [make(number) for number in range(MAX_CELLS)]}).encode()
    started = time.process_time()
    submission = read_submission("nb", data, SOURCE)
    assert time.process_time() - started < 3
    assert len(submission.cells) >= MAX_CELLS


# -- whatever is done to a notebook ------------------------------------------------------------------------

_JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["squares", "test_zero", "why", "code", "markdown", "cells", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["nbgrader", "a"]), inner),
    max_leaves=4,
)
_PROPERTY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def _shuffled(draw: st.DrawFn) -> tuple[Notebook, list[str]]:
    """A notebook after what learners do to cells, and the texts that are theirs."""
    notebook = _answered()
    own = [notebook["cells"][INDEX[name]]["source"] for name in ("squares", "cubes", "why", "cost")]
    for number in range(draw(st.integers(1, 6))):
        cells = notebook["cells"]
        at = draw(st.integers(0, len(cells) - 1))
        cell = cells[at]
        action = draw(st.sampled_from(["insert", "copy", "move", "drop", "type", "strip", "claim", "write", "split"]))
        if action == "insert":
            own.append(f"own_{number} = 1")
            cells.insert(at, _cell(draw(st.sampled_from(["code", "markdown", "raw"])), own[-1]))
        elif action == "copy":
            cells.insert(draw(st.integers(0, len(cells))), copy.deepcopy(cell))
        elif action == "move":
            cells.insert(draw(st.integers(0, len(cells) - 1)), cells.pop(at))
        elif action == "drop" and cell["source"] not in own and len(cells) > 1:
            del cells[at]
        elif action == "type":
            cell["cell_type"] = draw(st.sampled_from(["code", "markdown", "raw"]))
        elif action == "strip":
            cell["metadata"] = draw(st.sampled_from([{}, {"nbgrader": {}}, None, {"id": "colab"}]))
        elif action == "claim":
            cell["metadata"] = copy.deepcopy(draw(st.sampled_from(_released()["cells"]))["metadata"])
        elif action == "write" and cell["source"] not in own:
            own.append(f"written_{number} = 1")
            cell["source"] = own[-1]
        elif action == "split":
            cells.insert(at + 1, _cell(cell["cell_type"], f"half_{number} = 1"))
            own.append(f"half_{number} = 1")
    return notebook, own


@_PROPERTY
@given(_shuffled())
def test_whatever_is_done_to_cells_the_tests_stand_and_no_own_text_is_lost(case: tuple[Notebook, list[str]]) -> None:
    notebook, own = case
    submission = _read(notebook)
    _check(submission)
    texts = [cell.source for cell in submission.cells]
    assert [text for text in own if text not in texts] == []
    assert submission == _read(notebook)


@_PROPERTY
@given(st.data())
def test_whatever_json_stands_anywhere_there_is_a_submission_or_a_sentence(data: st.DataObject) -> None:
    notebook = _answered()
    for _ in range(data.draw(st.integers(1, 4))):
        place: Any = notebook
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = data.draw(st.sampled_from(keys))
            if isinstance(place[key], (dict, list)) and place[key] and data.draw(st.integers(0, 3)):
                place = place[key]
                continue
            place[key] = data.draw(_JUNK)
            break
    try:
        submission = _read(notebook)
    except UnreadableSubmission:
        return
    _check(submission)


@_PROPERTY
@given(st.data())
def test_whatever_bytes_stand_anywhere_there_is_a_submission_or_a_sentence(data: st.DataObject) -> None:
    raw = bytearray(_text(_answered()).encode())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(raw)))
        length = data.draw(st.integers(0, 20))
        raw[at : at + length] = data.draw(
            st.binary(max_size=6) | st.sampled_from([b'"', b"{", b"]", b"\\ud800", b"\0", b"NaN", b"1e999", b"}, {"])
        )
    try:
        submission = read_submission("nb", bytes(raw), SOURCE)
    except UnreadableSubmission:
        return
    _check(submission)
