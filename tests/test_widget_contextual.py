"""One word in two sentences, layer by layer: the states that the page gives, the arithmetic, and its use."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, agree, visit
from pages import violations
from playwright.sync_api import Locator, Page

from coursedata.vocabulary import MAP, SENTENCES, WORDS

PAGE = "07-attention-bridge.html"
BANKS = [text for text in SENTENCES if "bank" in text]


def states(text: str, layers: int = 6) -> list[list[list[float]]]:
    """Each word goes three tenths of the way to what it attends to, computed word by word."""
    now = [[float(number) for number in MAP[WORDS.index(word)]] for word in text.split()]
    found = [now]
    for _ in range(layers):
        after = []
        for x, y in now:
            raised = [math.exp(2 * (x * a + y * b)) for a, b in now]
            mean = [sum(w * word[axis] for w, word in zip(raised, now, strict=True)) / sum(raised) for axis in (0, 1)]
            after.append([0.7 * x + 0.3 * mean[0], 0.7 * y + 0.3 * mean[1]])
        now = after
        found.append(now)
    return found


def bank(text: str) -> np.ndarray[Any, Any]:
    """The path of the word "bank", to three digits, as the page has it."""
    return np.array([layer[text.split().index("bank")] for layer in states(text)]).round(3)


def test_means_of_distances_agree_with_numpy(compute: Compute) -> None:
    rng = np.random.default_rng(71)
    paths, groups = rng.normal(size=(6, 4, 3)), [0, 1, 1, 0, 1, 0]
    apart, within, across = compute(
        [
            ("layers", "apart", (paths[0].tolist(), paths[1].tolist())),
            ("layers", "meanApart", (paths.tolist(), groups, True)),
            ("layers", "meanApart", (paths.tolist(), groups, False)),
        ]
    )
    agree(apart, np.linalg.norm(paths[0] - paths[1], axis=1))
    table = np.linalg.norm(paths[:, None] - paths, axis=-1)
    same = np.equal.outer(groups, groups)
    own = np.eye(6, dtype=bool)
    agree(within, table[same & ~own].mean(axis=0))
    agree(across, table[~same].mean(axis=0))


def opened(page: Page, site: Path, state: str = "") -> Locator:
    visit(page, (site / PAGE).as_uri() + state)
    return page.locator("static-to-contextual")


def said(layer: int, first: str, second: str) -> str:
    one, other = (bank(text)[layer] for text in (first, second))
    rows = [[WORDS[2 + row] for row in np.linalg.norm(MAP[2:] - at, axis=1).argsort()[:3]] for at in (one, other)]
    return (
        f"Layer {layer}: the two vectors of “bank” are {np.linalg.norm(one - other):.2f} apart. Its nearest rows "
        f"of the table are {', '.join(rows[0])} in “{first}”, and {', '.join(rows[1])} in “{second}”."
    )


def test_states_of_the_page_are_those_of_the_model(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page()
        given = json.loads(opened(page, site).locator("script").text_content() or "")
    assert [told["text"] for told in given["sentences"]] == BANKS
    assert [told["sense"] for told in given["sentences"]] == [0, 0, 0, 0, 1, 1, 1, 1]
    for told in given["sentences"]:
        np.testing.assert_allclose(told["states"], states(told["text"]), atol=0.000501)
    assert given["words"] == list(WORDS[2:])
    np.testing.assert_array_equal(given["places"], MAP[2:])


def test_contextual_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        figure = opened(page, site)
        result = figure.locator(".result")
        assert result.inner_text().startswith("Layer 0: the two vectors of “bank” are 0.00 apart.")
        assert "the same neighbours: bank, clerk, the." in result.inner_text()
        figure.get_by_role("radio", name="Far, since").focus()
        page.keyboard.press("Space")
        assert figure.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowUp")
        assert figure.locator(".verdict").inner_text().startswith("Right.")
        figure.get_by_role("slider", name="layer").focus()
        for layer in (1, 2, 3):
            page.keyboard.press("ArrowRight")
            assert result.inner_text() == said(layer, BANKS[0], BANKS[4])
        page.keyboard.press("End")
        assert result.inner_text() == said(6, BANKS[0], BANKS[4])
        assert figure.locator("table").inner_text().split()[-2] == "coin"
        figure.get_by_role("combobox", name="first").focus()
        page.keyboard.press("ArrowDown")
        assert result.inner_text() == said(6, BANKS[1], BANKS[4])
        # The address says what is seen, and can be shared.
        address_is(page, "#static-to-contextual:layer=6,a=1,b=4")
        again = opened(browser.new_page(), site, page.url[page.url.index("#") :])
        again.locator(".result", has_text="Layer 6").wait_for()
        assert again.locator(".result").inner_text() == said(6, BANKS[1], BANKS[4])
        wild = opened(browser.new_page(), site, "#static-to-contextual:layer=1e9,a=-3,b=99,c=<b>")
        wild.locator(".result", has_text="Layer 6").wait_for()
        assert wild.locator(".result").inner_text() == said(6, BANKS[0], BANKS[7])
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_contextual_by_mouse_and_what_order_can_not_part(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 900})
        figure = opened(page, site)
        result = figure.locator(".result")
        slider = figure.get_by_role("slider", name="layer")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
        assert result.inner_text() == said(6, BANKS[0], BANKS[4])
        figure.get_by_role("combobox", name="first").select_option("the bank pays the clerk")
        figure.get_by_role("combobox", name="second").select_option("the clerk pays the bank")
        assert "0.00 apart" in result.inner_text()
        assert "no layer can part them" in result.inner_text()
        figure.get_by_role("combobox", name="second").select_option("the bank pays the clerk")
        assert "It is one sentence" in result.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contextual_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        figure = opened(page, site)
        figure.get_by_role("radio", name="Far, since").check()
        figure.get_by_role("slider", name="layer").focus()
        page.keyboard.press("End")
        assert violations(page, "static-to-contextual") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
