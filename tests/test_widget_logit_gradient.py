"""The figure of a hidden state among output rows: its arithmetic, and its use by keyboard, mouse and clock."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, agree, visit
from numpy.typing import NDArray
from pages import violations

from reference.ex06_softmax_gradient import solution as ex06

PAGE = "05-training-embeddings.html"
RATE = 0.1


def places(size: int, token: int, share: float) -> NDArray[np.int64]:
    """Targets at as many places as it takes for each token to have its share."""
    other = (1 - share) / (size - 1)
    unit = next(n for n in range(1, 10_000) if all(abs(n * f - round(n * f)) < 1e-9 for f in (share, other)))
    counts = [round(unit * (share if i == token else other)) for i in range(size)]
    return np.repeat(np.arange(size), counts)


def grads(h: Any, W: Any, token: int, share: float, temperature: float) -> tuple[float, Any]:
    """Loss and gradient of the rows by the reference, which takes one target a place."""
    y = places(len(W), token, share)
    H = np.tile(np.asarray(h) / temperature, (len(y), 1))
    loss, dW, _ = ex06.output_grads(H, W, y)
    return loss, dW


def descended(h: Any, W: Any, token: int, share: float, temperature: float, steps: int) -> NDArray[np.float64]:
    W = np.array(W, dtype=float)
    for _ in range(steps):
        W -= RATE * grads(h, W, token, share, temperature)[1]
    return W


def test_logits_agree_with_the_reference(compute: Compute) -> None:
    rng = np.random.default_rng(6)
    cases = [(5, 3, 1.0, 1.0, 0), (5, 0, 0.0, 0.5, 1), (4, 2, 0.25, 4.0, 10), (2, 1, 0.1, 1.3, 40), (9, 8, 0.2, 0.7, 3)]
    for size, token, share, temperature, steps in cases:
        h, W = rng.normal(size=3), rng.normal(size=(size, 3))
        often = np.bincount(places(size, token, share), minlength=size) / len(places(size, token, share))
        given = (h.tolist(), W.tolist(), often.tolist(), temperature)
        found, excess, loss, rows = compute(
            [
                ("logits", "frequencies", (size, token, share)),
                ("logits", "excess", given),
                ("logits", "loss", given),
                ("logits", "descended", (*given, RATE, steps)),
            ]
        )
        wanted_loss, dW = grads(h, W, token, share, temperature)
        agree(found, often)
        agree(np.outer(excess, h) / temperature, dW)
        agree(1 + loss, 1 + wanted_loss)
        agree(rows, descended(h, W, token, share, temperature, steps))


def test_excess_is_the_slope_and_sums_to_nothing(compute: Compute) -> None:
    h, often = [1.0], [0.2, 0.5, 0.3, 0.0]
    # With one coordinate and h = 1 the rows are the logits; 800 would overflow without care.
    for z in ([0.1, -2.0, 3.0, 0.4], [800.0, 799.0, 0.0, -5.0]):
        nudged = [[[x + s * 1e-5 * (i == j)] for j, x in enumerate(z)] for i in range(4) for s in (1, -1)]
        losses = compute([("logits", "loss", (h, W, often, 1)) for W in nudged])
        (excess,) = compute([("logits", "excess", (h, [[x] for x in z], often, 1))])
        slopes = (np.array(losses[::2]) - np.array(losses[1::2])) / 2e-5
        np.testing.assert_allclose(excess, slopes, atol=1e-7)
        assert abs(sum(excess)) < 1e-12


def said(given: dict[str, Any], x: float, y: float, token: int, share: float, temperature: float, steps: int) -> str:
    """The sentence that the result has to be."""
    h, start = np.array([x, y]), np.array(given["rows"])
    rows = descended(h, start, token, share, temperature, steps)
    loss, dW = grads(h, rows, token, share, temperature)
    raised = np.exp(rows @ h / temperature)
    p = raised / raised.sum()
    often = np.array([share if i == token else (1 - share) / 4 for i in range(5)])
    best = -sum(f * np.log(f) for f in often if f)
    excess = dW[token] @ h * temperature / (h @ h)
    does = "pulls its row along h" if excess < 0 else "pushes its row back from h"
    if abs(excess) < 0.0005:
        does = "hardly moves its row"
    moved = np.linalg.norm(rows[token] - start[token])
    return (
        f"p({given['tokens'][token]}) = {p[token]:.3f}, its frequency is {share:.2f}: the next step {does}. "
        f"In {steps} steps the row has moved by {moved:.2f}, and w · h from {start[token] @ h:.2f} to "
        f"{rows[token] @ h:.2f}. The loss is {loss:.3f}, at best {best + 0:.3f}."
    )


def test_logit_gradient_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("logit-gradient")
        given = json.loads(figure.locator('script[type="application/json"]').inner_text())
        result = figure.locator(".result")
        assert result.inner_text() == said(given, 1, 0.8, 3, 1, 1, 0)
        assert "pulls its row along h" in result.inner_text()
        figure.get_by_role("radio", name="It stays").focus()
        page.keyboard.press("Space")
        assert figure.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowDown")
        assert figure.locator(".verdict").inner_text().startswith("Right.")
        # The token that is never a target.
        figure.get_by_role("combobox", name="token").focus()
        page.keyboard.press("Home")
        figure.get_by_role("slider", name="frequency").focus()
        page.keyboard.press("Home")
        assert result.inner_text() == said(given, 1, 0.8, 0, 0, 1, 0)
        assert "pushes its row back from h" in result.inner_text()
        figure.get_by_role("button", name="step", exact=True).focus()
        for steps in range(1, 6):
            page.keyboard.press("Enter")
            assert result.inner_text() == said(given, 1, 0.8, 0, 0, 1, steps)
        figure.get_by_role("slider", name="h", exact=True).focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
        assert result.inner_text() == said(given, 0.9, 0.9, 0, 0, 1, 5)
        figure.get_by_role("slider", name="temperature").focus()
        page.keyboard.press("ArrowLeft")
        assert result.inner_text() == said(given, 0.9, 0.9, 0, 0, 0.9, 5)
        # The address says what is seen, and can be shared.
        address_is(page, "#logit-gradient:x=0.9,y=0.9,token=0,share=0,temperature=0.9,step=5")
        other = browser.new_page()
        other.goto(page.url)
        shared = other.locator("logit-gradient .result")
        other.locator("logit-gradient .result", has_text="In 5 steps").wait_for()
        assert shared.inner_text() == result.inner_text()
        # What is no number changes nothing, and what is too large goes to the end of its control.
        wild = "#logit-gradient:x=1e9,y=-2,token=9,share=52,temperature=0,step=1e9,rate=<b>"
        other.goto((site / PAGE).as_uri() + wild)
        other.locator("logit-gradient .result", has_text="In 400 steps").wait_for()
        assert shared.inner_text() == said(given, 2, -2, 4, 0.5, 0.5, 400)
        assert "hardly moves its row" in shared.inner_text()
        other.goto((site / PAGE).as_uri() + "#logit-gradient:x=0,y=0,step=3")
        other.locator("logit-gradient .result", has_text="moves no row").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_logit_gradient_by_mouse_and_played(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 900})
        page.clock.install(time=0)
        visit(page, (site / PAGE).as_uri())
        page.locator("logit-gradient .result").wait_for()
        page.clock.pause_at(60_000)
        figure = page.locator("logit-gradient")
        given = json.loads(figure.locator('script[type="application/json"]').inner_text())
        result = figure.locator(".result")
        state = figure.get_by_role("slider", name="h", exact=True)
        state.scroll_into_view_if_needed()
        for dx, dy in ((-60, 30), (2000, 0)):
            box = state.locator("circle").nth(1).bounding_box()
            assert box is not None
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            page.mouse.down()
            page.mouse.move(box["x"] + box["width"] / 2 + dx, box["y"] + box["height"] / 2 + dy)
            page.mouse.up()
            x, y = map(float, re.findall(r"-?[\d.]+", state.get_attribute("aria-valuetext") or ""))
            assert result.inner_text() == said(given, x, y, 3, 1, 1, 0)
        assert x == 2
        figure.get_by_role("button", name="play").click()
        page.clock.run_for(3000)
        figure.get_by_role("button", name="pause").click()
        page.clock.run_for(3000)
        assert result.inner_text() == said(given, x, y, 3, 1, 1, 24)
        figure.get_by_role("button", name="start again").click()
        assert result.inner_text() == said(given, x, y, 3, 1, 1, 0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_logit_gradient_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("logit-gradient")
        figure.get_by_role("radio", name="It is drawn").check()
        figure.get_by_role("button", name="step", exact=True).click()
        assert violations(page, "logit-gradient") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
