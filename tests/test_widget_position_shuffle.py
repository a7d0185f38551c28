"""The figure of three words in another order: its arithmetic, and its use by keyboard and by mouse."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, agree, visit
from numpy.typing import NDArray
from pages import violations

from reference.ex07_sinusoidal_positions import solution as ex07
from reference.ex08_rope_rotation import solution as ex08
from reference.ex09_alibi_bias import solution as ex09

PAGE = "06-positional-information.html"
SCHEMES = ("none", "sinusoidal", "learned", "rope", "alibi")
ORDERS = list(itertools.permutations(range(3)))
WORDS = ("dog", "bites", "man")
# Four heads have a slope of 1/4 first, and the bias of its head is what the figure's has to be.
HEADS, SLOPE = 4, 0.25


def head(rng: np.random.Generator, words: int = 3, width: int = 4) -> dict[str, Any]:
    shapes = {"rows": (words, width), "learned": (words, width)}
    shapes |= {"W_Q": (width, width), "W_K": (width, width), "W_V": (width, 2)}
    return {name: rng.normal(size=shape).tolist() for name, shape in shapes.items()}


def outputs(
    given: dict[str, Any], order: tuple[int, ...], scheme: str, causal: bool, slope: float = SLOPE
) -> NDArray[np.float64]:
    """By word, with positions as the reference has them."""
    rows, learned, W_Q, W_K, W_V = (np.array(given[name]) for name in ("rows", "learned", "W_Q", "W_K", "W_V"))
    n, width = rows.shape
    places = np.arange(n)
    added = {"sinusoidal": ex07.sinusoidal(n, width), "learned": learned}
    x = rows[list(order)] + added.get(scheme, 0)
    q, k = x @ W_Q, x @ W_K
    if scheme == "rope":
        q, k = ex08.rope(q, places), ex08.rope(k, places)
    scores = q @ k.T / np.sqrt(width)
    if scheme == "alibi":
        scores += ex09.alibi_bias(HEADS, n, causal=False)[0] * slope / SLOPE
    if causal:
        scores[np.isinf(ex09.alibi_bias(HEADS, n)[0])] = -np.inf
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    found = np.empty((n, 2))
    found[list(order)] = raised / raised.sum(axis=1, keepdims=True) @ (x @ W_V)
    return found


def test_positions_agree_with_the_reference(compute: Compute) -> None:
    sizes = [(1, 1), (3, 4), (5, 7), (40, 64)]
    tables = compute([("positions", "sinusoidal", (n, width, base)) for n, width in sizes for base in (100.0, 1e4)])
    wanted = [ex07.sinusoidal(n, width, base) for n, width in sizes for base in (100.0, 1e4)]
    for table, right in zip(tables, wanted, strict=True):
        agree(table, right)
    slopes = ex09.alibi_slopes(HEADS)
    biases = compute([("positions", "distanceBias", (6, slope)) for slope in slopes.tolist()])
    agree(biases, ex09.alibi_bias(HEADS, 6, causal=False))


def test_outputs_agree_with_the_reference_in_every_setting(compute: Compute) -> None:
    given = head(np.random.default_rng(6))
    settings = [(order, scheme, causal) for order in ORDERS for scheme in SCHEMES for causal in (False, True)]
    found = compute(
        [("positions", "outputs", (given, order, scheme, SLOPE, causal)) for order, scheme, causal in settings]
    )
    moves = compute(
        [("positions", "moves", (given, order, scheme, SLOPE, causal)) for order, scheme, causal in settings]
    )
    for (order, scheme, causal), rows, moved in zip(settings, found, moves, strict=True):
        right = outputs(given, order, scheme, causal)
        agree(rows, right)
        was = outputs(given, ORDERS[0], scheme, causal)
        np.testing.assert_allclose(moved, np.linalg.norm(right - was, axis=1), rtol=1e-9, atol=1e-9)


def test_what_cannot_tell_orders_apart(compute: Compute) -> None:
    given = head(np.random.default_rng(7))

    def moves(order: tuple[int, ...], scheme: str, causal: bool) -> NDArray[np.float64]:
        return np.array(compute([("positions", "moves", (given, order, scheme, 0.5, causal))])[0])

    for order in ORDERS:
        assert moves(order, "none", False).max() < 1e-12
    assert moves((2, 1, 0), "alibi", False).max() < 1e-12
    assert moves((1, 0, 2), "alibi", False).max() > 1e-3
    for scheme in SCHEMES:
        assert moves((2, 1, 0), scheme, True).min() > 1e-3
    # The first word sees nothing but itself under the mask, whatever follows.
    assert moves((0, 2, 1), "none", True)[0] < 1e-12


def test_position_shuffle_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("position-shuffle")
        given = json.loads(figure.locator('script[type="application/json"]').inner_text())
        result = figure.locator(".result")

        def holds(order: int, scheme: str, causal: bool, slope: float = 0.5) -> None:
            change = outputs(given, ORDERS[order], scheme, causal, slope) - outputs(
                given, ORDERS[0], scheme, causal, slope
            )
            distances = np.linalg.norm(change, axis=1)
            said = [
                f"{word} {move:.3f}" if move > 1e-9 else f"{word} 0"
                for word, move in zip(WORDS, distances, strict=True)
            ]
            assert f"to “{' '.join(WORDS[word] for word in ORDERS[order])}”" in result.inner_text()
            assert f"move by: {', '.join(said)}. " in result.inner_text()

        holds(5, "none", False)
        assert "the same wherever it stands" in result.inner_text()
        figure.get_by_role("radio", name="All three").focus()
        page.keyboard.press("Space")
        assert figure.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowDown")
        assert figure.locator(".verdict").inner_text().startswith("Right.")
        scheme = figure.get_by_role("combobox", name="positions")
        scheme.focus()
        assert not figure.get_by_role("slider", name="slope").is_visible()
        for name in SCHEMES[1:]:
            page.keyboard.press("ArrowDown")
            holds(5, name, False)
        assert "cannot tell the two sentences apart" in result.inner_text()
        figure.get_by_role("checkbox", name="causal mask").focus()
        page.keyboard.press("Space")
        holds(5, "alibi", True)
        figure.get_by_role("slider", name="slope").focus()
        page.keyboard.press("ArrowRight")
        holds(5, "alibi", True, 0.625)
        figure.get_by_role("combobox", name="order").focus()
        for order in (4, 3, 2, 1):
            page.keyboard.press("ArrowUp")
            holds(order, "alibi", True, 0.625)
        assert "Only dog stays as before" in result.inner_text()
        # The address says what is seen, and can be shared.
        address_is(page, "#position-shuffle:order=1,scheme=4,slope=0.625,causal=1")
        sentence = result.inner_text()
        other = browser.new_page()
        other.goto(page.url)
        other.locator("position-shuffle .result", has_text="Only dog").wait_for()
        shared = other.locator("position-shuffle")
        assert shared.locator(".result").inner_text() == sentence
        assert shared.get_by_role("combobox", name="order").input_value() == "1"
        assert shared.get_by_role("checkbox", name="causal mask").is_checked()
        # What is no number changes nothing, and what is too large goes to the end of its control.
        other.goto((site / PAGE).as_uri() + "#position-shuffle:order=-7,scheme=<b>,slope=1e9,causal=,z=1")
        shared.locator(".result", has_text="as it was").wait_for()
        assert shared.get_by_role("slider", name="slope").input_value() == "2"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_position_shuffle_by_mouse(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 900})
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("position-shuffle")
        figure.get_by_role("radio", name="Nobody").click()
        assert figure.locator(".verdict").inner_text().startswith("Right.")
        figure.get_by_text("causal mask").click()
        figure.get_by_role("combobox", name="order").select_option("dog man bites")
        assert "Only dog stays as before" in figure.locator(".result").inner_text()
        figure.get_by_role("combobox", name="positions").select_option("ALiBi")
        slope = figure.get_by_role("slider", name="slope")
        box = slope.bounding_box()
        assert box is not None
        slope.click(position={"x": box["width"] - 2, "y": box["height"] / 2})
        address_is(page, "#position-shuffle:order=1,scheme=4,slope=2,causal=1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_position_shuffle_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("position-shuffle")
        figure.get_by_role("radio", name="All three").check()
        figure.get_by_role("combobox", name="positions").select_option("ALiBi")
        figure.get_by_role("checkbox", name="causal mask").check()
        assert violations(page, "position-shuffle") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
