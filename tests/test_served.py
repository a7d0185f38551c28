"""The pages as a server has them: what is fetched and when, and a storage that is full."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from browser import chromium
from interactive import begin, visit
from pages import ROOT, lay_out, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SECTION = "03-similarity-geometry"
# All desks of a page show what they have.
DESKS = "[...document.querySelectorAll('section-desk')].every((desk) => desk.shadowRoot?.querySelector('summary'))"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the pages are served, on loopback."""
    folder = tmp_path_factory.mktemp("served")
    call = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(folder)]
    subprocess.run(call, cwd=ROOT, check=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def test_search_is_fetched_when_somebody_searches(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    begin(page, f"{address}/{SECTION}/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "search" in url]
    page.keyboard.press("/")
    page.keyboard.type("Procrustes")
    found = page.locator(".md-search-result__link").first
    found.wait_for()
    assert [url for url in asked if url.endswith("search_index.json")]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/05-training-embeddings/**")
    page.goto(f"{address}/?q=Procrustes")
    page.locator(".md-search-result__link").first.wait_for()
    assert {url.removeprefix(address)[0] for url in asked if not url.startswith(("data:", "blob:"))} == {"/"}
    page.close()


def test_first_view_of_a_chapter_is_light(browser: Browser, address: str) -> None:
    """Compressed, as static hosts send it; fonts are compressed by themselves."""
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda response: sizes.setdefault(response.url, len(gzip.compress(response.body(), 6))))
    with page.expect_response("**/stix-two-math.woff2"):
        begin(page, f"{address}/04-geometry-of-meaning/")
    page.wait_for_load_state("networkidle")
    assert len(sizes) > 7
    assert sizes[f"{address}/assets/javascripts/course.js"] < 60_000
    assert sum(sizes.values()) < 330_000
    page.context.close()


@pytest.mark.parametrize("name", ["", SECTION, "practice", "map"])
def test_pages_are_accessible_on_a_wide_screen(browser: Browser, address: str, name: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    visit(page, f"{address}/{name}/" if name else f"{address}/")
    assert page.get_by_role("navigation", name="Navigation").first.is_visible()
    assert violations(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    page.close()


def test_the_drawer_of_a_narrow_page_opens_by_keyboard_and_is_passed_over_while_closed(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    begin(page, f"{address}/{SECTION}/")
    opener = page.locator(".md-header").get_by_role("button", name="Navigation")
    # Material would watch each entry by that class.
    assert page.locator(".md-nav .entry").count() > 20
    assert page.locator(".md-nav .md-ellipsis").count() == 0
    entry = page.get_by_role("navigation", name="Navigation").first.get_by_role("link", name="4 Geometry of Meaning")
    inside = "document.activeElement.closest('.md-sidebar') !== null"
    for key in ("Enter", "Space"):
        assert opener.get_attribute("aria-expanded") == "false"
        opener.focus()
        page.keyboard.press("Tab")
        for _ in range(8):
            assert not page.evaluate(inside)
            page.keyboard.press("Tab")
        opener.focus()
        page.keyboard.press(key)
        entry.wait_for()
        assert opener.get_attribute("aria-expanded") == "true"
        assert violations(page, ".md-sidebar--primary") == {}
        page.keyboard.press("Escape")
        entry.wait_for(state="hidden")
        assert opener.evaluate("opener => opener === document.activeElement")
    opener.click()
    entry.click()
    page.wait_for_url("**/04-geometry-of-meaning/")
    page.close()


def test_a_full_storage_is_said_and_loses_nothing_that_was_there(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    visit(page, f"{address}/{SECTION}/")
    desk = page.locator('section-desk[section="3.1"]')
    desk.locator("summary").click()
    desk.get_by_role("textbox").press_sequentially("before")
    desk.get_by_text("6 of 8,000 characters. Kept").wait_for()
    # Chromium does not ask for the room that a text of this size takes, so a quota would not be noticed.
    page.evaluate(
        "void (IDBObjectStore.prototype.put = () => { throw new DOMException('no room', 'QuotaExceededError') })"
    )
    desk.get_by_role("textbox").press_sequentially(" and after")
    desk.get_by_text("The browser's storage is full").wait_for()
    assert desk.get_by_role("textbox").input_value() == "before and after"
    visit(page, f"{address}/{SECTION}/")
    desk.locator("summary").click()
    page.wait_for_function("""document.querySelector('section-desk[section="3.1"]').draft !== ''""")
    assert desk.get_by_role("textbox").input_value() == "before"
    context.close()


@pytest.mark.parametrize("width", [360, 1440])
def test_sections_wait_for_the_reader_and_keep_their_places(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{address}/{SECTION}/", wait_until="networkidle")
    sections = page.locator(".part")
    # All but the last, which is short, and each of them in several.
    assert page.locator(".part:not(.goes-on)").count() == page.locator(".md-content h2").count() - 1
    assert sections.count() > 5 * page.locator(".part:not(.goes-on)").count()
    heights = "all => all.map(part => part.clientHeight)"
    laid_out = "all => all.map(part => part.firstElementChild.checkVisibility({ contentVisibilityAuto: true }))"
    reckoned = sections.evaluate_all(heights)
    assert not sections.evaluate_all(laid_out)[-1]
    lay_out(page)
    # What is off in one box mostly cancels out in its section.
    ends = sections.evaluate_all("all => all.flatMap((part, place) => part.matches('.goes-on') ? [] : [place + 1])")
    found = sections.evaluate_all(heights)
    for first, end in pairwise(ends[:-1]):
        guess, height = sum(reckoned[first:end]), sum(found[first:end])
        assert 0.6 * height < guess < 1.5 * height
    page.close()


@pytest.mark.parametrize("width", [360, 1440])
def test_the_boxes_of_a_section_stand_as_one_would(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{address}/{SECTION}/", wait_until="networkidle")
    lay_out(page)
    tops = "all => all.map(block => block.getBoundingClientRect().top + scrollY)"
    # As a box that was waited for is: no space in it is shared with what is around.
    page.locator(".part").evaluate_all("all => all.forEach(part => { part.style.contain = 'layout' })")
    blocks = page.locator(".part > *")
    cut = blocks.evaluate_all(tops)
    page.locator(".goes-on + .part").evaluate_all(
        """all => {
          for (const part of all) {
            let first = part;
            while (first.previousElementSibling.matches(".goes-on")) first = first.previousElementSibling;
            first.append(...part.childNodes);
          }
          for (const part of all) part.remove();
          for (const part of document.querySelectorAll(".goes-on")) part.classList.remove("goes-on");
        }"""
    )
    assert page.locator(".part").count() == page.locator(".md-content h2").count() - 1
    assert blocks.evaluate_all(tops) == pytest.approx(cut, abs=0.5)
    page.close()


def test_scripts_wait_until_the_text_is_painted(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.add_init_script(
        """new MutationObserver((_, watch) => {
          if (!document.querySelector("script[src]")) return;
          watch.disconnect();
          globalThis.started = performance.now();
        }).observe(document, { childList: true, subtree: true })"""
    )
    begin(page, f"{address}/{SECTION}/")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert 0 < painted < page.evaluate("started")
    page.close()


def test_the_first_picture_has_the_beginning_of_the_text(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    begin(page, f"{address}/{SECTION}/")
    awaited = page.locator("head > link[rel=expect][blocking=render]").get_attribute("href")
    assert page.locator(".md-content h2").first.evaluate("heading => '#' + heading.id") == awaited
    page.close()


def test_signs_are_cut_out_and_no_documents_of_their_own(browser: Browser, address: str) -> None:
    page = browser.new_page()
    begin(page, f"{address}/{SECTION}/")
    styles = page.evaluate(
        """() => ["definition", "paper", "misconception", "production", "practice", "code"].flatMap((kind) =>
          [...document.querySelectorAll(`.md-content .${kind} > :is(.admonition-title, summary)`)].flatMap((title) =>
            ["::before", ...(title.matches("summary") ? ["::after"] : [])].map((part) => {
              const { maskImage, clipPath } = getComputedStyle(title, part);
              return [kind, part, maskImage, clipPath.split("(")[0]];
            })))"""
    )
    assert {kind for kind, *_ in styles} == {"definition", "paper", "misconception", "production", "practice", "code"}
    assert [style for style in styles if style[2:] != ["none", "polygon"]] == []
    page.close()


def test_scripts_begin_in_a_page_that_nobody_looks_at_yet(browser: Browser, address: str) -> None:
    page = browser.new_page()
    # As in a tab that was opened behind another: no picture is made of it, so nothing can wait for one.
    page.add_init_script("Object.defineProperty(document, 'hidden', { value: true }); requestAnimationFrame = () => 0")
    begin(page, f"{address}/{SECTION}/")
    assert page.evaluate("'document$' in globalThis")
    page.close()


@pytest.mark.parametrize("width", [360, 1440])
def test_an_address_leads_to_a_place_in_a_section_that_waits(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{address}/{SECTION}/")
    places = page.locator(".part [id^=m-]").evaluate_all("all => all.map(place => place.id)")
    assert len(places) > 2
    for place in places:
        page.goto("about:blank")
        page.goto(f"{address}/{SECTION}/#{place}")
        page.wait_for_function(
            "id => ((top) => top >= 0 && top < 200)(document.getElementById(id).getBoundingClientRect().top)",
            arg=place,
        )
    page.close()


def test_who_turns_to_a_section_stays_there_when_the_desk_above_it_comes(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    begin(page, f"{address}/{SECTION}/")
    entries = page.locator(".md-sidebar--secondary .md-nav__link")
    sections = page.locator("h2[id^=s]").evaluate_all("all => all.map(heading => heading.id)")
    assert len(sections) > 3
    # Whatever the reader does first has all elements defined; the desks come while the section is on the screen.
    for section in sections[1:]:
        page.goto("about:blank")
        begin(page, f"{address}/{SECTION}/")
        entries.and_(page.locator(f"[href='#{section}']")).click()
        page.wait_for_function(DESKS)
        top = page.locator(f"#{section}").evaluate("heading => heading.getBoundingClientRect().top")
        # Below the title bar, which is 48 high.
        assert 48 <= top < 80, section
        page.locator(f".md-sidebar--secondary .md-nav__link--active[href='#{section}']").wait_for()
    page.close()


def test_a_desk_takes_the_room_that_was_kept_for_it(browser: Browser, address: str) -> None:
    for width in (360, 1280, 1700, 2100):
        page = browser.new_page(viewport={"width": width, "height": 900})
        begin(page, f"{address}/{SECTION}/")
        desk = page.locator(".desk").first
        height = "desk => (desk.scrollIntoView(), desk.getBoundingClientRect().height)"
        # No scrolling before this: it would have the elements defined.
        kept = desk.evaluate("desk => desk.getBoundingClientRect().height")
        page.keyboard.press("Shift")
        page.wait_for_function(DESKS)
        assert kept > 50
        assert abs(desk.evaluate(height) - kept) < 1, width
        page.close()


def test_a_figure_in_a_section_that_waits_is_used_by_who_comes_to_it(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    begin(page, f"{address}/{SECTION}/")
    figure = page.locator("metric-arena")
    assert not figure.evaluate("figure => figure.checkVisibility({ contentVisibilityAuto: true })")
    figure.scroll_into_view_if_needed()
    figure.locator(".result:not(:empty)").wait_for()
    page.close()


def test_code_is_copied_by_its_button(browser: Browser, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    visit(page, f"{address}/{SECTION}/")
    box = page.locator(".highlight:not(.output) pre").nth(1)
    box.hover()
    box.get_by_role("button", name="Copy to clipboard").click()
    page.get_by_text("Copied to clipboard").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == box.locator("code").inner_text().rstrip()
    assert len(copied) > 20
    context.close()


def test_long_code_is_reached_by_keyboard(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    visit(page, f"{address}/{SECTION}/")
    page.locator("pre > code[tabindex]").first.wait_for(state="attached")
    unreached = """[...document.querySelectorAll(".md-typeset pre > code")].filter((code) =>
      code.checkVisibility() && code.scrollWidth > code.clientWidth && code.tabIndex < 0).length"""
    lay_out(page)
    assert page.evaluate(unreached) == 0
    page.close()


def test_an_address_opens_what_is_folded_and_paper_shows_all_of_it(browser: Browser, address: str) -> None:
    page = browser.new_page()
    visit(page, f"{address}/{SECTION}/")
    folded = "document.querySelectorAll('.md-content details:not([open])').length"
    before = page.evaluate(folded)
    inside = page.evaluate("document.querySelector('.md-content details:not([open]) [id]').id")
    page.evaluate("(id) => { location.hash = id }", inside)
    page.wait_for_function("(id) => document.getElementById(id).closest('details').open", arg=inside)
    now = page.evaluate(folded)
    assert 20 < now < before
    page.emulate_media(media="print")
    page.wait_for_function(f"{folded} === 0")
    page.emulate_media(media="screen")
    page.wait_for_function(f"{folded} === {now}")
    page.evaluate("() => { location.hash = '%E0%A4%A' }")
    page.evaluate("(id) => { document.getElementById(id).closest('details').open = false; location.hash = id }", inside)
    page.wait_for_function("(id) => document.getElementById(id).closest('details').open", arg=inside)
    page.close()


def test_words_of_a_search_are_marked_and_tables_keep_their_place(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    box = "document.querySelector('.md-typeset__scrollwrap')"
    places = []
    for query in ("", "?h=tokens"):
        visit(page, f"{address}/12-conceptual-bridge/{query}")
        if query:
            page.locator("mark[data-md-highlight]").first.wait_for(state="attached")
        lay_out(page)
        places.append(
            page.evaluate(
                f"""[{box}, {box}.querySelector("table")].flatMap((part) => {{
                  const {{ left, width, height }} = part.getBoundingClientRect();
                  return [left, width, height];
                }})"""
            )
        )
    assert places[0] == places[1]
    page.close()
