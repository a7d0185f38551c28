"""The page that a learner reads: what it says, and that nothing on it can act."""

import base64
import hashlib
import html
import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from notebooks import notebook

from autograder.feedback import feedback_page, outline
from autograder.marks import Mark, Marks
from autograder.source import SourceNotebook
from autograder.verdict import CellVerdict, ManualCell, NotebookVerdict, Outcome, Status

SCRIPT = "<script>alert(1)</script>"
SOURCE = notebook(
    ("solution", "def f(x):\n    ### BEGIN SOLUTION\n    return secret(x)\n    ### END SOLUTION"),
    ("test", '"""f is right"""\nassert f(1) == 1\n### BEGIN HIDDEN TESTS\nassert f(271828) == 3\n### END HIDDEN TESTS'),
    ("test", '"""f is quick"""\nassert f(2) == 2'),
    ("manual", "### BEGIN SOLUTION\nmodel answer\n### END SOLUTION"),
    ("plain", "print('mine')"),
)
PNG = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
).decode()


class _Tags(HTMLParser):
    """Every element of a page with its attributes, and the text outside of styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._in_style = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.text += data


def cell(grade_id: str = "c1", outcome: Outcome = Outcome.FAILED, **more: Any) -> CellVerdict:
    given = {"title": "f is right", "points": 0.0, "max_points": 1.0} | more
    return CellVerdict(grade_id=grade_id, outcome=outcome, **given)


def judged(*cells: CellVerdict, **more: Any) -> NotebookVerdict:
    return NotebookVerdict("it", Status.GRADED, cells=cells, **more)


def code_cell(grade_id: str, source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    metadata = {"nbgrader": {"grade_id": grade_id}} if grade_id else {}
    return {
        "cell_type": "code",
        "id": grade_id or "x",
        "metadata": metadata,
        "source": source,
        "outputs": list(outputs),
    }


def page_of(
    verdict: NotebookVerdict,
    *cells: dict[str, Any],
    source: SourceNotebook = SOURCE,
    marks: Marks | None = None,
    **more: Any,
) -> str:
    names = {"student_id": "ada", "assignment": "ps1"} | more
    return feedback_page(outline(source), verdict, {"cells": list(cells)}, marks=marks or Marks(), **names)


def text_of(page: str) -> str:
    return " ".join(_Tags(page).text.split())


def nothing_acts(page: str) -> None:
    """Only inert elements, links within the page, pictures in the page, and the policy that allows no more."""
    tags = _Tags(page)
    allowed = {"html", "head", "meta", "title", "style", "body", "a", "main", "header", "p", "h1", "h2", "h3", "strong"}
    allowed |= {"table", "thead", "tbody", "tr", "th", "td", "section", "span", "pre", "code", "div", "ul", "ol", "li"}
    allowed |= {"footer", "img", "em", "blockquote", "hr", "br", "details", "summary"}
    assert {tag for tag, _ in tags.elements} <= allowed
    for tag, attributes in tags.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], attributes
        assert (attributes.get("href") or "#").startswith("#")
        assert (attributes.get("src") or "data:image/png;base64,").startswith(
            ("data:image/png;base64,", "data:image/jpeg;")
        )
        assert tag == "meta" or "http-equiv" not in attributes


def test_a_lost_point_is_explained() -> None:
    verdict = judged(
        cell(message="f(x=1)\nexpected 1, got 2", mistake="f__twice", diagnosis="It is doubled.", hint="Try f(0)."),
        cell("c2", mistake="f__twice", diagnosis="It is doubled.", hint="Try f(0).", title="f is quick"),
    )
    page = page_of(verdict, code_cell("c0", "def f(x):\n    return 2 * x"))
    text = text_of(page)
    assert "0 of 3 points" in text
    assert "f(x=1) expected 1, got 2" in text
    assert "2 of 2 checks did not pass; one known mistake explains all of them." in text
    assert text.count("It is doubled.") == 1
    assert "Hint: Try f(0)." in text
    assert "In c0. It fails f is right; f is quick." in text
    assert "return 2 * x" in text
    nothing_acts(page)


@pytest.mark.parametrize(
    ("site", "misconception", "link"),
    [
        ("https://example.org/x/", "an-idea", "https://example.org/x/m/an-idea/index.html"),
        ("../../&a", "an-idea", "../../&a/m/an-idea/index.html"),
        (".", "an-idea", "./m/an-idea/index.html"),
        ("", "an-idea", None),
        ("https://example.org", "", None),
        ("https://example.org", SCRIPT, None),
        ("https://example.org", "../../up", None),
    ],
)
def test_a_named_mistake_leads_to_its_misconception(site: str, misconception: str, link: str | None) -> None:
    verdict = judged(cell(mistake="f__twice", diagnosis="It is doubled.", misconception=misconception))
    page = page_of(verdict, site=site)
    outward = [
        attributes["href"]
        for tag, attributes in _Tags(page).elements
        if tag == "a" and not (attributes["href"] or "").startswith("#")
    ]
    assert outward == ([link] if link else [])
    assert ("Read about it" in text_of(page)) == bool(link)


def test_no_hidden_test_and_no_solution_is_shown() -> None:
    page = page_of(judged(cell()), code_cell("c0", "mine"), code_cell("c1", SOURCE.cells[1].source))
    assert "271828" not in page
    assert "secret" not in page
    assert "model answer" not in page


def test_an_id_that_can_not_be_seen_is_left_out() -> None:
    page = page_of(judged(manual=(ManualCell("a\x08\u202eb", 1.0, True),)), code_cell("c\x1b[31md", "x = 1"))
    assert "ab" in text_of(page)
    assert not {"\x08", "\u202e", "\x1b"} & set(page)


def test_code_that_a_human_marks_shows_no_sign_that_can_not_be_seen() -> None:
    page = page_of(judged(manual=(ManualCell("c3", 1.0, True),)), code_cell("c3", "mine = 1\x1b[31m\x08\u202e"))
    assert "mine = 1" in text_of(page)
    assert not {"\x08", "\u202e", "\x1b"} & set(page)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_words(outcome: Outcome) -> None:
    page = page_of(judged(cell(outcome=outcome, points=1.0 if outcome is Outcome.PASSED else 0.0)))
    words = {
        Outcome.PASSED: "Passed",
        Outcome.FAILED: "Not right yet",
        Outcome.RAISED: "stopped with an error",
        Outcome.TIMED_OUT: "Took too long",
        Outcome.OUT_OF_MEMORY: "too much memory",
        Outcome.CRASHED: "ended its own process",
        Outcome.NOT_ATTEMPTED: "Not attempted",
        Outcome.MISSING: "Missing",
        Outcome.GRADER_ERROR: "Our fault",
    }
    assert words[outcome] in text_of(page)
    nothing_acts(page)


def test_whatever_a_learner_writes_is_text() -> None:
    hostile = f'{SCRIPT}"\'&<img src=x onerror=alert(1)></style></pre></code><a href="javascript:alert(1)">'
    verdict = judged(
        cell(message=hostile, title=hostile, diagnosis=hostile, hint=hostile, mistake=hostile),
        manual=(ManualCell("c3", 1.0, answered=True),),
        repairs=(hostile,),
        untouched=(hostile,),
    )
    outputs = (
        {"output_type": "stream", "name": hostile, "text": hostile},
        {"output_type": "error", "ename": hostile, "evalue": hostile, "traceback": [hostile]},
        {
            "output_type": "display_data",
            "data": {"text/html": hostile, "text/plain": hostile, "image/svg+xml": hostile},
        },
        {"output_type": "execute_result", "data": {"text/plain": [hostile], "application/javascript": hostile}},
        {"output_type": "display_data", "data": {"image/png": hostile, "text/plain": "x"}},
    )
    written = {
        "cell_type": "markdown",
        "id": hostile,
        "metadata": {"nbgrader": {"grade_id": "c3"}},
        "source": f"{hostile}\n\n[x](javascript:alert(1)) ![x](http://127.0.0.1/x.png) <http://127.0.0.1/>\n\n"
        f"[r]: javascript:alert(1)\n\n[r]\n\n# {hostile}\n\n```{hostile}\n{hostile}\n```",
        "attachments": {hostile: {"image/png": hostile, "image/svg+xml": hostile}},
    }
    page = page_of(
        verdict,
        code_cell("c0", hostile, *outputs),
        code_cell("", hostile),
        written,
        marks=Marks({"c1": Mark(comment=hostile), "c3": Mark(comment=hostile)}),
        student_id=hostile,
        assignment=hostile,
        submitted=hostile,
        notes=(hostile,),
    )
    nothing_acts(page)
    assert "alert(1)" in text_of(page)


@pytest.mark.parametrize(
    "autograded",
    [None, {}, {"cells": 5}, {"cells": [None, 1, "x", {"cell_type": "code"}, {"cell_type": "code", "source": 7}]},
     {"cells": [{"cell_type": "code", "source": ["a", 1], "metadata": 3, "outputs": [1, {"output_type": 2}]}]},
     {"cells": [{"cell_type": "code", "source": "x", "metadata": {"nbgrader": 3}, "outputs": {"a": 1}}]}],
)  # fmt: skip
def test_a_damaged_autograded_notebook_costs_its_code_and_not_the_page(autograded: Any) -> None:
    page = feedback_page(outline(SOURCE), judged(cell()), autograded, student_id="a", assignment="b", marks=Marks())
    assert "f is right" in page


def test_the_policy_allows_this_style_and_nothing_else() -> None:
    page = page_of(judged(cell()))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert html.unescape(policy) == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_figures_and_prints_of_the_learners_code_are_shown() -> None:
    figure = {"output_type": "display_data", "data": {"image/png": PNG, "text/plain": "<Figure>"}}
    printed = {"output_type": "stream", "name": "stdout", "text": "a < b\n"}
    page = page_of(judged(cell()), code_cell("c0", "def f(x): return x", figure, printed))
    assert f'src="data:image/png;base64,{PNG}"' in page
    assert "a < b" in text_of(page)
    nothing_acts(page)


def test_a_written_answer_waits_for_a_human_and_then_has_a_score_and_a_comment() -> None:
    verdict = judged(cell(outcome=Outcome.PASSED, points=1.0), manual=(ManualCell("c3", 1.0, answered=True),))
    written = {
        "cell_type": "markdown", "id": "c3", "metadata": {"nbgrader": {"grade_id": "c3"}},
        "source": "**Because** it is\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    }  # fmt: skip
    before = page_of(verdict, written, marks=Marks({"c3": Mark(needs_human=True, is_recorded=True)}))
    assert "1 of 3 points, and 1 more to be marked by hand" in text_of(before)
    assert "<strong>Because</strong>" in before
    assert "<td>1</td>" in before
    marked = Mark(manual=0.5, is_recorded=True, comment="Good, *but* short.")
    after = page_of(verdict, written, marks=Marks({"c3": marked}))
    assert "1.5 of 3 points" in text_of(after)
    assert "to be marked by hand" not in text_of(after)
    assert "Good, <em>but</em> short." in after


def test_an_empty_answer_is_called_so() -> None:
    verdict = judged(manual=(ManualCell("c3", 1.0, answered=False),))
    page = page_of(verdict, marks=Marks({"c3": Mark(automatic=0.0, is_recorded=True, comment="No response.")}))
    assert "Not answered" in text_of(page)
    assert "No response." not in text_of(page)


def test_a_score_that_a_human_changed_says_so_and_counts() -> None:
    verdict = judged(cell())
    page = page_of(verdict, marks=Marks({"c1": Mark(automatic=0.0, manual=1.0, extra=0.5, is_recorded=True)}))
    assert "Your instructor has set this to 1 of 1 points." in text_of(page)
    assert "1.5 of 3 points" in text_of(page)


@pytest.mark.parametrize(
    ("late", "words"),
    [(timedelta(seconds=30), "1 minute late"), (timedelta(hours=2, minutes=5), "2 hours late"),
     (timedelta(days=1, hours=1), "1 day late"), (timedelta(), "handed in then")],
)  # fmt: skip
def test_how_late_it_came(late: timedelta, words: str) -> None:
    page = page_of(judged(cell()), marks=Marks(late=late, penalty=0.0), submitted="then")
    assert words in text_of(page)


def test_a_penalty_is_taken_off_and_explained() -> None:
    verdict = judged(cell(outcome=Outcome.PASSED, points=1.0))
    text = text_of(page_of(verdict, marks=Marks(penalty=0.25)))
    assert "0.75 of 3 points" in text
    assert "0.25 points were taken off" in text


@pytest.mark.parametrize("status", [Status.MISSING, Status.UNREADABLE])
def test_a_notebook_that_could_not_be_graded_has_a_page_too(status: Status) -> None:
    page = page_of(NotebookVerdict("it", status, reason=f"there is no it.ipynb {SCRIPT}"))
    assert "there is no it.ipynb" in text_of(page)
    nothing_acts(page)


def test_repairs_are_told() -> None:
    assert "a test cell was put back" in text_of(page_of(judged(cell(), repairs=("a test cell was put back",))))


def test_other_code_cells_are_shown_with_what_they_print() -> None:
    printed = {"output_type": "stream", "name": "stdout", "text": "of my own"}
    text = text_of(page_of(judged(cell()), code_cell("", "print('of my ' + word)", printed)))
    assert "print('of my ' + word)" in text
    assert "of my own" in text
