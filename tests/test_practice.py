"""Questions, cards, notes, progress and results in a real browser, on the built pages, without network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import chromium
from interactive import visit
from pages import lay_out, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Each page with what it says to a reader who has never been here.
PAGES = {
    "practice": "Nothing is due now.",
    "my-course": "Three ways through",
    "my-results": "None is known.",
    "map": "0 of 50 done.",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a reader who has been here never before; the network is off."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, accept_downloads=True)
    context.set_offline(offline=True)
    yield context.new_page()
    context.close()


def open_page(page: Page, site: Path, name: str) -> None:
    visit(page, (site / f"{name}.html").as_uri())


def question(page: Page, kind: str) -> Any:
    return page.locator(f'skill-check .question[data-kind="{kind}"]').first


def options_of(page: Page, kind: str, *, right: bool) -> list[int]:
    """The numbers of the right (wrong) options, as the page's own folded answers have them."""
    whys = question(page, kind).locator(".whys > ol > li")
    marks = whys.evaluate_all("items => items.map(item => item.dataset.right === 'yes')")
    return [number for number, mark in enumerate(marks) if mark is right]


def test_a_choice_is_answered_by_keyboard_and_stays_answered(page: Page, site: Path) -> None:
    open_page(page, site, "03-similarity-geometry")
    page.locator("skill-check .score").wait_for()
    asked = question(page, "choice")
    wrong, right = options_of(page, "choice", right=False)[0], options_of(page, "choice", right=True)[0]
    assert not asked.locator(".whys").is_visible()
    asked.get_by_role("radio").nth(wrong).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert asked.locator(".says").inner_text().startswith("Not so.")
    assert asked.locator(".whys").is_visible()
    page.locator("skill-check .score", has_text="0 of").wait_for()
    # What was believed is linked to the paragraph that is about it.
    assert asked.locator(".says a.behind").get_attribute("href")
    # Try again: the focus is on the button.
    page.keyboard.press("Enter")
    asked.get_by_role("radio").nth(right).check()
    asked.get_by_role("button", name="Answer").click()
    assert asked.locator(".says").inner_text().startswith("Right.")
    page.locator("skill-check .score", has_text="1 of").wait_for()
    page.reload()
    page.locator("skill-check .score", has_text="1 of").wait_for()
    assert asked.get_by_role("radio").nth(right).is_checked()
    assert violations(page, "skill-check") == {}
    page.get_by_role("button", name="Start again", exact=True).click()
    page.locator("skill-check .score", has_text="0 answered").wait_for()


def test_several_a_number_and_an_order(page: Page, site: Path) -> None:
    open_page(page, site, "03-similarity-geometry")
    several = question(page, "choices")
    for number in options_of(page, "choices", right=True):
        several.get_by_role("checkbox").nth(number).check()
    several.get_by_role("button", name="Answer").click()
    assert several.locator(".says").inner_text().startswith("Right.")

    number = question(page, "number")
    field = number.get_by_role("textbox")
    key = number.locator('.whys li[data-right="yes"]').get_attribute("data-value")
    field.fill("many")
    field.press("Enter")
    assert "not a number" in number.locator(".says").inner_text()
    field.fill("1e99")
    field.press("Enter")
    assert number.locator(".says").inner_text().startswith("Not so.")
    number.get_by_role("button", name="Try again").click()
    field.fill(str(key))
    field.press("Enter")
    assert number.locator(".says").inner_text().startswith("Right.")

    order = question(page, "order")
    order.get_by_role("button", name="Answer").click()
    assert order.locator(".says").inner_text().startswith("Not so.")
    order.get_by_role("button", name="Try again").click()
    places = order.locator(".options > li")
    count = places.count()
    for place in range(1, count + 1):
        # Up, by keyboard, until it stands where it belongs.
        up = order.locator(f'.options > li[data-place="{place}"]').get_by_role("button", name=re.compile("Move up"))
        up.focus()
        for _ in range(count):
            now = places.evaluate_all("items => items.map(item => Number(item.dataset.place))")
            if now.index(place) == place - 1:
                break
            page.keyboard.press("Enter")
    order.get_by_role("button", name="Answer").click()
    assert order.locator(".says").inner_text().startswith("Right.")


def test_without_scripts_answers_and_practice_unfold(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "03-similarity-geometry.html").as_uri())
    lay_out(page)
    asked = question(page, "choice")
    assert asked.locator(".whys li").first.is_hidden()
    asked.locator("summary").click()
    assert asked.locator(".whys li").first.is_visible()
    assert not page.locator("section-desk").first.is_visible()
    practice = page.locator("details.practice").first
    practice.locator("> summary").click()
    practice.locator("details.solution > summary").first.click()
    assert practice.locator("details.solution pre").first.is_visible()
    context.close()


def miss_one(page: Page, site: Path) -> None:
    open_page(page, site, "03-similarity-geometry")
    asked = question(page, "choice")
    asked.get_by_role("radio").nth(options_of(page, "choice", right=False)[0]).check()
    asked.get_by_role("button", name="Answer").click()
    page.locator("skill-check .score", has_text="1 answered").wait_for()


def test_what_is_missed_comes_back_at_once_and_after_days(page: Page, site: Path) -> None:
    page.clock.install(time="2026-11-02T09:00:00")
    miss_one(page, site)
    open_page(page, site, "practice")
    queue = page.locator("review-queue")
    queue.get_by_text("2 to go.").wait_for()
    shown = queue.locator('[slot="now"]').get_attribute("data-card")
    queue.get_by_role("button", name="Show the answer").click()
    queue.get_by_role("button", name="Forgotten").click()
    # Forgotten: still two to go, the other card first.
    queue.locator(f'[slot="now"]:not([data-card="{shown}"])').wait_for()
    queue.get_by_text("2 to go.").wait_for()
    for left in ("1 to go.", "Nothing is due now."):
        queue.get_by_role("button", name="Show the answer").click()
        queue.get_by_role("button", name="Easy").click()
        queue.get_by_text(left).wait_for()
    assert violations(page, "review-queue") == {}
    # Days later they are due again.
    page.clock.set_fixed_time("2026-11-30T09:00:00")
    page.reload()
    queue.get_by_text("2 to go.").wait_for()


def test_terms_come_from_sections_that_were_read(page: Page, site: Path) -> None:
    open_page(page, site, "03-similarity-geometry")
    desk = page.locator('section-desk[section="3.2"]')
    desk.get_by_role("button", name="Read").focus()
    page.keyboard.press("Enter")
    desk.get_by_role("button", name="Read", pressed=True).wait_for()
    open_page(page, site, "practice")
    page.locator("review-queue").get_by_text("to go.").wait_for()
    assert page.locator('[slot="now"]').get_attribute("data-section") == "3.2"
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Show the answer").click()
        page.get_by_role("button", name="Good").click()
        page.get_by_role("button", name="Anki").click()
    lines = Path(waiting.value.path()).read_text().splitlines()
    assert lines[:3] == ["#separator:tab", "#html:true", "#tags column:3"]
    assert [len(line.split("\t")) for line in lines[3:]] == [3]
    assert "<" not in lines[3].replace("<br>", "")


def test_notes_are_kept_as_typed_and_two_tabs_lose_nothing(page: Page, site: Path) -> None:
    open_page(page, site, "03-similarity-geometry")
    other = page.context.new_page()
    open_page(other, site, "03-similarity-geometry")
    fields = []
    for tab in (page, other):
        desk = tab.locator('section-desk[section="3.1"]')
        desk.locator("summary").click()
        fields.append(desk.get_by_role("textbox"))
    fields[0].press_sequentially("from the **one** tab")
    page.locator('section-desk[section="3.1"]').get_by_text("20 of 8,000 characters. Kept").wait_for()
    fields[1].press_sequentially("other ")
    other.locator('section-desk[section="3.1"]').get_by_text("characters. Kept").wait_for()
    # And once more here, where what the other tab wrote may not have been seen yet.
    fields[0].press_sequentially("more")
    page.locator('section-desk[section="3.1"]').get_by_text("characters. Kept").wait_for()
    other.close()
    open_page(page, site, "03-similarity-geometry")
    kept = page.locator('section-desk[section="3.1"]')
    kept.locator("summary").click()
    text = kept.get_by_role("textbox").input_value()
    assert "from the **one** tab" in text
    assert "other" in text
    assert "more" in text
    open_page(page, site, "my-course")
    page.locator("my-course pre", has_text="from the **one** tab").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Notes as Markdown").click()
    assert "## 3.1 Dot product\n\n" in Path(waiting.value.path()).read_text()


def take(page: Page, name: str, content: str) -> None:
    page.locator('input[type="file"]').set_input_files(
        {"name": name, "mimeType": "application/json", "buffer": content.encode()}
    )


def test_progress_moves_to_another_browser_and_can_be_forgotten(page: Page, browser: Browser, site: Path) -> None:
    open_page(page, site, "03-similarity-geometry")
    for name in ("Read", "Bookmark"):
        page.locator('section-desk[section="3.2"]').get_by_role("button", name=name).click()
    page.locator('section-desk[section="3.2"]').get_by_role("button", name="Bookmark", pressed=True).wait_for()
    open_page(page, site, "my-course")
    page.get_by_role("cell", name="1 of 5", exact=True).wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="All as one file").click()
    content = Path(waiting.value.path()).read_text()
    context = browser.new_context()
    other = context.new_page()
    open_page(other, site, "my-course")
    other.get_by_role("cell", name="0 of 5", exact=True).wait_for()
    take(other, "my-course.json", content)
    other.locator("my-course").get_by_text("Taken in: 2 records.").wait_for()
    other.get_by_role("cell", name="1 of 5", exact=True).wait_for()
    assert other.locator("my-course").get_by_role("link", name="3.2 Cosine similarity").count() >= 1
    assert violations(other, "my-course") == {}
    other.get_by_role("button", name="Forget everything").click()
    other.get_by_role("button", name="No, keep it").click()
    other.get_by_role("cell", name="1 of 5", exact=True).wait_for()
    other.get_by_role("button", name="Forget everything").click()
    other.get_by_role("button", name="Yes, forget everything").click()
    other.get_by_role("cell", name="0 of 5", exact=True).wait_for()
    context.close()


HOSTILE = {
    "cut short": '{"format": "embedding-space-math/progress", "version": 1, "records": {"note:3.1": {"te',
    "another format": '{"format": "something else", "version": 1, "records": {}}',
    "newer": '{"format": "embedding-space-math/progress", "version": 2, "records": {}}',
    "a key of ours in no form": '{"format": "embedding-space-math/progress", "version": 1, "records": '
    '{"note:<img src=x onerror=alert(1)>": {"text": "x", "revision": 1, "changed": 1}}}',
    "a prototype": '{"format": "embedding-space-math/progress", "version": 1, "records": '
    '{"__proto__": {"text": "x", "revision": 1, "changed": 1}}}',
    "a note that is too long": json.dumps(
        {
            "format": "embedding-space-math/progress",
            "version": 1,
            "records": {"note:3.1": {"text": "x" * 80_001, "revision": 1, "changed": 1}},
        }
    ),
    "a card without its state": '{"format": "embedding-space-math/progress", "version": 1, "records": '
    '{"card:m-x": {"due": 1, "changed": 1}}}',
    "nested without end": "[" * 200_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_damaged_or_hostile_file_changes_nothing(page: Page, site: Path, kind: str) -> None:
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("pageerror", lambda error: said.append(str(error)))
    open_page(page, site, "my-course")
    good = {"text": "mine", "revision": 1, "changed": 5}
    records = {"format": "embedding-space-math/progress", "version": 1, "records": {"note:3.1": good}}
    take(page, "good.json", json.dumps(records))
    page.locator("my-course pre", has_text="mine").wait_for()
    take(page, "bad.json", HOSTILE[kind])
    page.locator("my-course").get_by_text("Nothing was changed.").wait_for()
    assert page.locator("my-course pre").all_inner_texts() == ["mine"]
    assert said == []


def test_a_note_with_markup_is_text(page: Page, site: Path) -> None:
    open_page(page, site, "my-course")
    note = {"text": "<img src=x onerror=alert(1)><script>alert(2)</script>", "revision": 1, "changed": 5}
    records = {"format": "embedding-space-math/progress", "version": 1, "records": {"note:3.1": note}}
    take(page, "good.json", json.dumps(records))
    page.locator("my-course pre", has_text="onerror").wait_for()
    assert page.locator("my-course pre img, my-course pre script").count() == 0


def test_a_thousand_notes_and_five_thousand_cards(page: Page, site: Path) -> None:
    card = {
        "due": 1, "stability": 1.5, "difficulty": 5.5, "days": 3, "step": 0, "reps": 2, "lapses": 0, "state": 2,
        "reviewed": 1, "changed": 1,
    }  # fmt: skip
    records: dict[str, Any] = {f"card:x-{number}": card for number in range(5000)}
    records |= {
        f"note:{number}": {"text": f"note {number} " * 20, "revision": 1, "changed": 1} for number in range(1000)
    }
    open_page(page, site, "my-course")
    take(page, "much.json", json.dumps({"format": "embedding-space-math/progress", "version": 1, "records": records}))
    page.locator("my-course").get_by_text("Taken in: 6000 records.").wait_for()
    page.locator("my-course").get_by_text("1000 notes.").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="All as one file").click()
    assert json.loads(Path(waiting.value.path()).read_text())["records"] == records


def test_where_storage_is_blocked_the_page_says_so_and_works(browser: Browser, site: Path) -> None:
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(window, 'indexedDB', { get() { throw new Error('blocked') } })")
    page = context.new_page()
    open_page(page, site, "03-similarity-geometry")
    asked = question(page, "choice")
    asked.get_by_role("radio").nth(options_of(page, "choice", right=True)[0]).check()
    asked.get_by_role("button", name="Answer").click()
    assert asked.locator(".says").inner_text().startswith("Right.")
    page.locator("section-desk").first.get_by_text("lets these pages keep nothing").wait_for()
    context.close()


def test_the_map_shows_what_is_done_and_what_could_be_next(page: Page, site: Path) -> None:
    open_page(page, site, "01-intuition")
    page.locator('section-desk[section="1.1"]').get_by_role("button", name="Read").click()
    page.locator('section-desk[section="1.1"]').get_by_role("button", name="Read", pressed=True).wait_for()
    open_page(page, site, "map")
    drawn = page.locator("concept-map")
    drawn.locator('svg a.done[data-stop="1.1"]').wait_for()
    assert drawn.locator('svg a.next[data-stop="2.1"]').count() == 1
    drawn.locator('svg a[data-stop="3.2"]').focus()
    assert "builds on 3.1 Dot product; unlocks" in drawn.locator(".says").inner_text()
    assert violations(page, "concept-map") == {}
    page.keyboard.press("Enter")
    page.wait_for_url("**/03-similarity-geometry.html#s3-2")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit_a_phone(browser: Browser, site: Path, name: str, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740})
    page = context.new_page()
    open_page(page, site, name)
    page.get_by_text(PAGES[name]).wait_for()
    assert violations(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


RESULT = {
    "format": "autograder/result",
    "version": 1,
    "assignment": "ex03_cosine_neighbors",
    "score": 9.0,
    "max_score": 14.0,
    "mistakes": [
        {"says": "The <b>length</b> is left in.", "misconception": "dots-grow-with-width"},
        {"says": "A slip.", "misconception": None},
        {"says": "Of another course.", "misconception": "unheard-of"},
    ],
}


def test_a_result_leads_to_the_paragraph_and_into_practice(page: Page, site: Path) -> None:
    open_page(page, site, "my-results")
    page.get_by_text(PAGES["my-results"]).wait_for()
    take(page, "result.json", json.dumps(RESULT))
    page.get_by_text("Taken in: Exercise 3: Cosine neighbours.").wait_for()
    mine = page.locator("my-results")
    assert mine.get_by_role("cell", name="9 of 14").is_visible()
    # Markup in a message is text.
    assert mine.get_by_text("The <b>length</b> is left in.").is_visible()
    assert violations(page, "my-results") == {}
    page.reload()
    link = mine.locator("ul.open a")
    link.first.wait_for()
    assert link.all_inner_texts() == ["Dot products grow with the width."]
    link.click()
    page.wait_for_url("**/03-similarity-geometry.html#m-dots-grow-with-width")
    open_page(page, site, "practice")
    page.locator('[slot="now"][data-card="m-dots-grow-with-width"]').wait_for()


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(RESULT)[:100],
        json.dumps({**RESULT, "version": 2}),
        json.dumps({**RESULT, "format": "another"}),
        json.dumps({**RESULT, "score": "9"}),
        json.dumps({**RESULT, "assignment": "<img src=x onerror=alert(1)>"}),
        json.dumps({**RESULT, "mistakes": [{"says": "x", "misconception": "<script>"}]}),
        json.dumps({**RESULT, "mistakes": [{"says": "x"}] * 1001}),
        json.dumps([RESULT]),
    ],
)
def test_a_result_that_is_none_changes_nothing(page: Page, site: Path, content: str) -> None:
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("pageerror", lambda error: said.append(str(error)))
    open_page(page, site, "my-results")
    page.get_by_text(PAGES["my-results"]).wait_for()
    take(page, "bad.json", content)
    page.locator("my-results").get_by_role("status").get_by_text(re.compile("^bad.json: That")).wait_for()
    assert page.locator("my-results table").count() == 0
    assert said == []
