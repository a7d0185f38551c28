"""The pages as they are built for a folder, in a real browser: for everybody, on a phone, from nowhere else."""

from __future__ import annotations

import gzip
import html
import re
import string
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from browser import chromium
from fontTools.ttLib import TTFont
from interactive import begin
from pages import WCAG, violations

from coursebuild.book import chapter_files
from coursebuild.chapter import read_chapter
from coursebuild.errors import CourseError
from coursebuild.feed import as_atom
from coursebuild.fonts import FORMULAS
from coursebuild.mathematics import BadFormula, Formula, located, set_formulas, with_formulas, written_formulas
from coursebuild.prerequisites import levels

ROOT = Path(__file__).resolve().parent.parent
# What a scheme has a part in; the rest is the same page.
COLOURS = ["color-contrast", "link-in-text-block"]


def pages(site: Path) -> list[Path]:
    # 404 is a server's answer; in a folder nothing leads there.
    return sorted(path for path in site.glob("*.html") if path.name != "404.html")


def test_pages_are_light_and_have_no_formula_left_to_set(site: Path) -> None:
    assert len(pages(site)) >= 15
    for page in pages(site):
        text = page.read_text()
        assert len(gzip.compress(text.encode(), 9)) < 100_000, page.name
        assert 'class="arithmatex"' not in text
        assert not re.search(r"\$[^$<]*\\[a-z]+[^$<]*\$", re.sub(r"<(script|pre|code)\b.*?</\1>", "", text, flags=re.S))


@pytest.mark.parametrize(("scheme", "rules"), [("light", WCAG), ("dark", COLOURS)])
def test_pages_are_accessible_fit_a_phone_and_load_nothing_from_elsewhere(
    site: Path, scheme: str, rules: list[str]
) -> None:
    wrong = {}
    with chromium() as browser:
        context = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740})
        requests: list[str] = []
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        for path in pages(site):
            begin(page, path.as_uri())
            found = violations(page, rules=rules)
            width = page.evaluate("document.documentElement.scrollWidth")
            if found or width > 360:
                wrong[path.name] = (width, found)
        context.close()
    assert wrong == {}
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []


def test_pages_can_be_read_without_scripts_and_searched_with_them(site: Path) -> None:
    with chromium() as browser:
        plain = browser.new_context(java_script_enabled=False)
        page = plain.new_page()
        page.goto((site / "06-positional-information.html").as_uri())
        assert page.locator("#s6-4").is_visible()
        assert page.locator("math").first.is_visible()
        assert page.locator("figure.computed svg").first.is_visible()
        plain.close()
        page = browser.new_page()
        page.goto((site / "index.html").as_uri())
        page.get_by_role("textbox", name="Search").click()
        page.keyboard.type("Procrustes")
        page.locator(".md-search-result__link").first.wait_for()
        assert "05-training-embeddings.html" in (
            page.locator(".md-search-result__link").first.get_attribute("href") or ""
        )


def test_a_tap_tells_what_a_term_and_the_letters_of_a_formula_mean(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).new_page()
        begin(page, (site / "04-geometry-of-meaning.html").as_uri())
        told = page.locator(".told")
        for part in (page.locator("abbr[title]").first, page.locator(".math-inline[title]").first):
            part.tap()
            told.get_by_text(part.get_attribute("title") or "", exact=True).wait_for()
            assert violations(page, ".told") == {}
            box = told.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360
        page.keyboard.press("Escape")
        told.wait_for(state="hidden")


def test_scheme_is_the_systems_until_the_reader_chooses(site: Path) -> None:
    address = (site / "index.html").as_uri()
    with chromium() as browser:
        context = browser.new_context(color_scheme="dark")
        page = context.new_page()
        page.goto(address)
        body = page.locator("body")
        assert body.get_attribute("data-md-color-scheme") == "slate"
        page.emulate_media(color_scheme="light")
        page.locator('body[data-md-color-scheme="default"]').wait_for()
        button = page.get_by_role("button", name="Dark pages")
        button.focus()
        page.keyboard.press("Enter")
        assert body.get_attribute("data-md-color-scheme") == "slate"
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
        page.reload()
        assert body.get_attribute("data-md-color-scheme") == "slate"
        page.get_by_role("button", name="Light pages").click()
        assert body.get_attribute("data-md-color-scheme") == "default"


def test_a_class_at_the_root_does_not_have_the_page_styled_anew(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page()
        begin(page, (site / "04-geometry-of-meaning.html").as_uri())
        session = browser.new_browser_cdp_session()
        events: list[dict[str, Any]] = []
        ended: list[object] = []
        session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
        session.on("Tracing.tracingComplete", lambda part: ended.append(part))
        traced = {"includedCategories": ["devtools.timeline"]}
        session.send("Tracing.start", {"traceConfig": traced, "transferMode": "ReportEvents"})
        page.evaluate("document.documentElement.classList.add('any'), document.body.offsetHeight")
        session.send("Tracing.end")
        while not ended:
            page.evaluate("0")
        styled = [event["args"].get("elementCount", 0) for event in events if event["name"] == "UpdateLayoutTree"]
        assert sum(styled) < 500


@pytest.mark.parametrize("width", [360, 1440])
def test_code_off_the_screen_is_as_high_as_when_it_is_laid_out(site: Path, width: int) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": 740})
        begin(page, (site / "04-geometry-of-meaning.html").as_uri())
        heights = "[...document.querySelectorAll('.highlight')].map((code) => code.getBoundingClientRect().height)"
        before = page.evaluate(heights)
        page.add_style_tag(content=".md-typeset .highlight[style] { content-visibility: visible }")
        after = page.evaluate(heights)
        assert len(after) > 50
        assert [pair for pair in zip(before, after, strict=True) if abs(pair[0] - pair[1]) > 1] == []


def test_a_formula_that_can_not_be_set_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "01-broken.md"
    path.write_text("# 1 Broken\n\nText.\n\nHere $\\frac{ {{ x:.2f }} }{$ ends.\n")
    chapter = read_chapter(path)
    assert [line for line, _ in written_formulas(chapter)] == [5]
    with pytest.raises(BadFormula) as raised:
        set_formulas(ROOT, [Formula("x^2", False), Formula("\\frac{ 3.14 }{", False)])
    assert str(located((chapter,), raised.value)).startswith(f"{path}:5: the formula")


def as_set(tex: str, around: str = "{}", symbols: dict[str, str] | None = None) -> str:
    made = set_formulas(ROOT, [Formula(tex, False)])
    return with_formulas(around.format(rf'<span class="arithmatex">\({tex}\)</span>'), made, symbols or {})


def test_formulas_are_set_once_and_say_what_their_letters_mean() -> None:
    page = as_set("E_i", symbols={"E": "E: the table", "V": "V: the tokens"})
    assert page.startswith('<span class="math-inline" title="E: the table"><math data-tex="E_i">')
    assert "<mi>E</mi>" in page
    assert with_formulas(page, {}, {}) == page


def test_a_line_breaks_within_long_formulas_only_and_never_before_what_follows_them() -> None:
    (short,) = re.findall(r"<math.*</math>", as_set("x = y", "<p>({}), then"))
    assert short.count("<math") == 1
    assert re.search(
        r'<span class="math-held">\(<math.*</math>\),</span></span> then', as_set("x = y", "<p>({}), then")
    )
    page = as_set("(a + b)^2 = a^2 + 2ab + b^2", "<p>as {}.</p>")
    assert re.findall(r'data-tex="([^"]*)"', page) == ["(a + b)^2 = a^2 + 2ab + b^2", "", "", ""]
    assert re.search(r'<span class="math-held"><math data-tex="">[^.]*</math>\.</span></span></p>$', page)
    assert re.sub(r"<[^>]*>", "", page) == "as (a+b)2=a2+2ab+b2."


def test_font_has_every_sign_of_the_formulas_and_tall_roots_are_marked(site: Path) -> None:
    with TTFont(site / FORMULAS) as font:
        known = {chr(code) for code in font.getBestCmap()}
        assert "MATH" in font
    texts = [text for path in pages(site) for text in re.findall(r"<math.*?</math>", path.read_text(), re.DOTALL)]
    assert len(texts) > 1000
    letters = {letter for text in texts for letter in re.findall(r"<mi>(\w)</mi>", text)}
    slanted = {
        unicodedata.normalize("NFKC", sign) for sign in known if "MATHEMATICAL ITALIC" in unicodedata.name(sign, "")
    }
    # The slanted h was a character before the others were, under another name.
    plain = {*string.ascii_letters, *map(chr, range(0x3B1, 0x3CA))} - {"h"}
    assert len(letters & plain) > 40
    assert letters & plain <= slanted
    assert {letter for text in texts for letter in html.unescape(re.sub(r"<[^>]*>", "", text))} - {"\n"} <= known
    with chromium() as browser:
        page = browser.new_page()
        for chapter in pages(site):
            page.goto(chapter.as_uri())
            assert page.evaluate("document.fonts.load('1em Formulas').then((found) => found.length)") == 1
            # The style sheet takes away the room that Chromium leaves for larger signs, but where they are needed.
            roots = page.evaluate("""[...document.querySelectorAll("msqrt")].map((root) =>
                [root.className, root.getBoundingClientRect().height / parseFloat(getComputedStyle(root).fontSize)])""")
            assert [root for root in roots if (root[0] == "tall") != (root[1] > 1.5)] == [], chapter


def test_map_puts_each_chapter_below_what_it_needs(tmp_path: Path) -> None:
    chapters = [read_chapter(path) for path in chapter_files(ROOT)]
    place = {chapter.slug: row for row, found in enumerate(levels(chapters)) for chapter in found}
    for chapter in chapters:
        assert all(place[other] < place[chapter.slug] for other in chapter.meta["requires"])
    for name, needs in (("01-a", "02-b"), ("02-b", "01-a")):
        (tmp_path / f"{name}.md").write_text(f"---\nrequires: [{needs}]\n---\n# {name[1]} Title\n")
    with pytest.raises(CourseError, match="requires itself in a circle"):
        levels([read_chapter(path) for path in sorted(tmp_path.glob("*.md"))])


def test_maps_lead_to_pages_and_signposts_to_paragraphs(site: Path) -> None:
    wanted = {
        page: re.findall(r'<a href="([^"]+)"[^>]*><rect', (site / page).read_text())
        for page in ("index.html", "map.html")
    }
    assert len(wanted["index.html"]) == 12
    assert len(wanted["map.html"]) == 50
    signposts = sorted((site / "m").glob("*/index.html"))
    assert len(signposts) >= 40
    wanted |= {str(path.relative_to(site)): re.findall(r'<a href="([^"]+)"', path.read_text()) for path in signposts}
    for page, links in wanted.items():
        for link in links:
            name, _, place = link.partition("#")
            target = (site / page).parent / name
            assert target.is_file(), (page, link)
            assert not place or f'id="{place}"' in target.read_text(), (page, link)


def test_feed_has_an_entry_for_each_version() -> None:
    feed = as_atom("# Changelog\n\n## [Unreleased]\n\n- a < b\n\n## [0.1.0] - 2026-11-01\n\n- first\n")
    assert feed.count("<entry>") == 2
    assert "<updated>2026-11-01T00:00:00Z</updated>" in feed
    assert "a &lt; b" in feed
