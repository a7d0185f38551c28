"""What the interactive figures compute agrees with the reference, and each can be used by mouse and by keyboard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, agree, visit
from pages import lay_out, violations

from reference.ex08_rope_rotation import solution as ex08


def test_rotary_positions_agree_with_the_reference(compute: Compute) -> None:
    rng = np.random.default_rng(8)
    cases = [
        (rng.normal(size=(2, width)), rng.integers(-100, 5000, size=2), base)
        for width in (2, 8, 64)
        for base in (100.0, 1e4, 5e5)
    ]
    turned = compute([("rope", "rope", (x[0].tolist(), int(at[0]), base)) for x, at, base in cases])
    scores = compute([("rope", "score", (*x.tolist(), *map(int, at), base)) for x, at, base in cases])
    for (x, at, base), found, score in zip(cases, turned, scores, strict=True):
        wanted = ex08.rope(x, at, base)
        agree(found, wanted[0])
        agree(score, wanted[0] @ wanted[1])


def test_vectors_agree_with_numpy(compute: Compute) -> None:
    rng = np.random.default_rng(9)
    a, b, zero = rng.normal(size=7), rng.normal(size=7), np.zeros(7)
    scores = np.array([800.0, 799.0, -5.0])
    found = compute(
        [
            ("vectors", "dot", (a.tolist(), b.tolist())),
            ("vectors", "norm", (a.tolist(),)),
            ("vectors", "cosine", (a.tolist(), b.tolist())),
            ("vectors", "cosine", (a.tolist(), zero.tolist())),
            ("vectors", "softmax", (scores.tolist(),)),
        ]
    )
    agree(found[:4], [a @ b, np.linalg.norm(a), a @ b / np.linalg.norm(a) / np.linalg.norm(b), 0])
    agree(found[4], np.exp(scores - 800) / np.exp(scores - 800).sum())


def test_rope_clock_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        visit(page, (site / "06-positional-information.html").as_uri())
        clock = page.locator("rope-clock")
        result = clock.locator(".result")
        assert "Distance 3:" in result.inner_text()
        score = result.inner_text().partition("score ")[2].split(". ")[0]
        clock.get_by_role("radio", name="It shrinks").focus()
        page.keyboard.press("Space")
        assert clock.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowDown")
        assert clock.locator(".verdict").inner_text().startswith("Right.")
        clock.get_by_role("button", name="both one to the right").focus()
        page.keyboard.press("Enter")
        assert f"Distance 3: score {score}." in result.inner_text()
        clock.get_by_role("slider", name="query at").focus()
        page.keyboard.press("ArrowRight")
        assert "Distance 4:" in result.inner_text()
        assert score not in result.inner_text()
        # The address says what is seen, and can be shared.
        address_is(page, "#rope-clock:m=9,n=5,base=10000")
        said = result.inner_text()
        other = browser.new_page()
        other.goto(page.url)
        other.locator("rope-clock .result", has_text="Distance 4").wait_for()
        assert other.locator("rope-clock .result").inner_text() == said
        other.goto((site / "06-positional-information.html").as_uri() + "#rope-clock:m=-5,n=1e9,base=3,x=<b>")
        other.locator("rope-clock .result", has_text="Distance -64").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_widgets_in_use_are_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        visit(page, (site / "06-positional-information.html").as_uri())
        page.locator("rope-clock").get_by_role("radio", name="It depends").check()
        assert violations(page, "rope-clock") == {}


def test_figure_of_python_stands_for_the_widget_without_scripts_and_on_paper(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto((site / "06-positional-information.html").as_uri())
        lay_out(page)
        assert page.locator("rope-clock svg").is_visible()
        page = browser.new_page()
        visit(page, (site / "06-positional-information.html").as_uri())
        page.locator("rope-clock .controls").wait_for()
        assert not page.locator("rope-clock figure").is_visible()
        page.emulate_media(media="print")
        assert page.locator("rope-clock figure").is_visible()
        assert not page.locator("rope-clock .controls").is_visible()
