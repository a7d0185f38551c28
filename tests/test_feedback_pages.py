"""Feedback pages of real submissions: in a real browser, by the rules of accessibility, and after marking by hand."""

import base64
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import chromium
from commands import EX08, autograder, cells, grade
from handed_in import hand_in, right_cells, with_versions
from playwright.sync_api import Browser

LIMITS = ("--cell-cpu=1", "--cell-wall=8", "--total-cpu=20", "--total-wall=90")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HOSTILE = """
from IPython.display import HTML, SVG, Javascript, Markdown, display
display(HTML("<script>document.title = 'mine'</script><img src=x onerror=\\"document.title = 'mine'\\">"))
display(Javascript("document.title = 'mine'"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload=\\"document.title = 'mine'\\"></svg>"))
display(Markdown("[x](javascript:document.title='mine')"))
print("<script>document.title = 'mine'</script></pre></main>")

def rope(x, positions, base=10000.0):
    raise ValueError("<script>document.title = 'mine'</script>")
"""
SITE = "http://127.0.0.1:9/site"
ANSWER = """# Mine <script>document.title = 'mine'</script>

<style>* { display: none }</style><form action="http://127.0.0.1:9/"><input name="x"></form>
[here](javascript:document.title='mine') ![pixel](http://127.0.0.1:9/pixel.png) <iframe src="http://127.0.0.1:9/">

Because $R_m^\\top R_n$ depends on **n - m** alone.
"""


@pytest.fixture(scope="module")
def course(ex08_released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded course; don't write into it."""
    root = Path(shutil.copytree(ex08_released, tmp_path_factory.mktemp("pages") / "course"))
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.Autograder.site = {SITE!r}\n")
    wrong = with_versions(EX08, "mistakes", "rope__half_split", "rope_shapes__merged_heads")
    hand_in(root, "wrong", EX08, EX08, wrong | {"explain": ANSWER})
    hand_in(root, "hostile", EX08, EX08, right_cells(EX08) | {"rope": HOSTILE, "explain": ANSWER})
    endless = {"rope": "def rope(x, positions, base=10000.0):\n    while True:\n        pass\n"}
    hand_in(root, "endless", EX08, EX08, right_cells(EX08) | endless)
    hand_in(root, "right", EX08, EX08, right_cells(EX08) | {"explain": "It is so."})
    hand_in(root, "untouched", EX08, EX08, {})
    broken = root / "submitted" / "broken" / EX08 / f"{EX08}.ipynb"
    broken.parent.mkdir(parents=True)
    broken.write_text("{")
    grade(root, EX08, *LIMITS, code=1)
    return root


STUDENTS = ("wrong", "hostile", "endless", "right", "untouched", "broken")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def page_file(course: Path, student_id: str) -> Path:
    return course / "feedback" / student_id / EX08 / f"{EX08}.html"


def show(browser: Browser, path: Path, *, width: int = 1000, scheme: str = "light", **options: Any) -> Any:
    """The open page; it must not say anything, ask for anything, or go anywhere."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **options)
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on("request", lambda request: heard.append(request.url) if request.url[:5] not in ("file:", "data:") else None)
    page.goto(path.as_uri())
    assert heard == []
    return page


@pytest.mark.parametrize("student_id", STUDENTS)
def test_nothing_on_a_page_runs_or_is_fetched(course: Path, browser: Browser, student_id: str) -> None:
    page = show(browser, page_file(course, student_id))
    assert page.title() == f"RoPE: turn the queries and keys: feedback for {student_id}"
    assert page.locator("script, iframe, form, object, embed, svg, input, link").count() == 0
    assert page.locator("h1").is_visible()
    page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1000, "light"), (360, "dark")])
@pytest.mark.parametrize("student_id", STUDENTS)
def test_pages_keep_the_rules_of_accessibility(
    course: Path, browser: Browser, student_id: str, width: int, scheme: str
) -> None:
    # Only so that axe itself may run: the page's own policy would stop it.
    page = show(browser, page_file(course, student_id), width=width, scheme=scheme, bypass_csp=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found] == []
    page.context.close()


def test_a_page_is_walked_by_keyboard(course: Path, browser: Browser) -> None:
    page = show(browser, page_file(course, "wrong"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Go to the checks"
    page.keyboard.press("Enter")
    page.wait_for_url("**#checks")
    result = base64.b64encode((page_file(course, "wrong").parent / "result.json").read_bytes()).decode()
    outward = [f"{SITE}/m/a-layout-is-only-an-order/index.html", f"data:application/json;base64,{result}"]
    for link in page.locator("main a").all():
        if not (link.get_attribute("href") or "").startswith("#"):
            assert link.get_attribute("href") == outward.pop(0)
            continue
        assert page.locator(f"[id='{(link.get_attribute('href') or '')[1:]}']").count() == 1
    assert outward == []
    page.context.close()


def test_a_page_prints(course: Path, browser: Browser) -> None:
    page = show(browser, page_file(course, "wrong"), scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf().startswith(b"%PDF")
    page.context.close()


@pytest.mark.parametrize("student_id", STUDENTS)
def test_a_page_is_small_and_has_no_hidden_test(course: Path, student_id: str) -> None:
    text = page_file(course, student_id).read_text()
    figures = sum(len(part.partition('"')[0]) for part in text.split('src="data:')[1:])
    assert len(text) - figures < 300_000
    for secret in ("testing.agrees", "testing.seeds", "reference.rope", "Three criteria", "BEGIN HIDDEN", "seed 27"):
        assert secret not in text


def test_what_a_learner_who_failed_reads(course: Path) -> None:
    text = page_file(course, "wrong").read_text()
    assert "Coordinate i is paired with i + d/2" in text
    assert "8 of 9 checks did not pass; 2 known mistakes explain all of them." in text
    assert "rope(x=array of shape (5, 8), positions=" in text
    assert text.count('src="data:image/png;base64,') == 1
    right = page_file(course, "right").read_text()
    assert "Every check passes." in right


def test_marks_given_by_hand_come_onto_the_page_and_survive_a_regrade(course: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(course, tmp_path / "course"))
    with closing(sqlite3.connect(root / "gradebook.db")) as database, database:
        of_cell = (
            "cell_id in (select id from base_cell where name = 'explain') and notebook_id in (select n.id from"
            " submitted_notebook n join submitted_assignment s on s.id = n.assignment_id where s.student_id = 'wrong')"
        )
        database.execute(f"update grade set manual_score = 4.5, needs_manual_grade = 0 where {of_cell}")
        database.execute(f"update comment set manual_comment = 'Say *why* <b>so</b>.' where {of_cell}")
    said = autograder(root, "feedback", EX08, "--student", "wrong", "--json").stdout
    assert json.loads(said) == [str(page_file(root, "wrong"))]
    first = page_file(root, "wrong").read_text()
    assert "<strong>7.5</strong> of 20 points" in first
    assert "Say <em>why</em> &lt;b&gt;so&lt;/b&gt;." in first
    grade(root, EX08, *LIMITS, "--student", "wrong", code=None)
    assert page_file(root, "wrong").read_text() == first


def test_feedback_before_grading_says_what_to_do(ex08_released: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(ex08_released, tmp_path / "course"))
    assert "autograder grade" in autograder(root, "feedback", EX08, code=2).stderr
    assert "autograder grade" in autograder(root, "feedback", code=2).stderr
    assert "autograder grade" in autograder(root, "report", code=2).stderr


def test_a_damaged_verdict_is_named(course: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(course, tmp_path / "course"))
    verdict = root / "autograded" / "wrong" / EX08 / "verdict.json"
    for damage in ("{", "[]", '{"schema_version": 1}', '{"schema_version": 99}'):
        verdict.write_text(damage)
        said = autograder(root, "feedback", EX08, code=2).stderr.replace("\n", "")
        assert str(verdict) in said
        assert f"autograder grade {EX08}" in said


def test_report_and_export_tell_the_same_story(course: Path) -> None:
    (row,) = json.loads(autograder(course, "report", "--json", code=1).stdout)
    assert (row["submissions"], row["needs_human"]) == (6, ["broken"])
    assert {name for name, _, _ in row["mistakes"]} == {"rope__half_split", "rope_shapes__merged_heads"}
    assert row["open_answers"] == 3
    exported = {item["student_id"]: item for item in json.loads(autograder(course, "export", "--json").stdout)}
    assert {name: item["score"] for name, item in exported.items()} == {
        "broken": 0, "endless": 5, "hostile": 5, "right": 14, "untouched": 0, "wrong": 3,
    }  # fmt: skip
    assert exported["right"]["max_score"] == 20
    assert exported["right"]["needs_manual_grade"] == 1
    table = autograder(course, "report", code=1).stdout
    assert "Coordinate i is paired with i + d/2" in " ".join(table.replace("│", " ").split())
    lines = autograder(course, "export").stdout.splitlines()
    assert lines[0].startswith("assignment,student_id,")
    assert len(lines) == 7


def test_a_verdict_on_the_screen_has_the_diagnosis(course: Path) -> None:
    notebook = course / "submitted" / "wrong" / EX08 / f"{EX08}.ipynb"
    shown = autograder(course, "check", str(notebook)).stdout
    assert "Coordinate i is paired with i + d/2" in " ".join(shown.split())
    verdict = json.loads(autograder(course, "check", "--json", str(notebook)).stdout)
    assert cells(verdict)["rope_values"]["mistake"] == "rope__half_split"
