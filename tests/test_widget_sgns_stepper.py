"""The figure that trains word2vec pair by pair: its arithmetic, and its use by keyboard, mouse and clock."""

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
from playwright.sync_api import Locator

PAGE = "05-training-embeddings.html"
RATE = 0.2
SENTENCES = [[0, 1, 2], [3, 1, 4], [4, 0], [2]]


def chance(number: int) -> float:
    """The same numbers as the figure's, with Python's integers."""
    bits = (number + 1) * 0x9E3779B9 % 2**32
    bits = (bits ^ bits >> 16) * 0x85EBCA6B % 2**32
    bits = (bits ^ bits >> 13) * 0xC2B2AE35 % 2**32
    return (bits ^ bits >> 16) / 2**32


def pairs(sentences: list[list[int]], window: int) -> list[tuple[int, int]]:
    return [
        (a, b) for line in sentences for i, a in enumerate(line) for j, b in enumerate(line) if 0 < abs(i - j) <= window
    ]


def drawn(seen: list[tuple[int, int]], step: int, k: int) -> tuple[int, int, list[int]]:
    (word, context), *others = (seen[int(chance(32 * step + i) * len(seen))] for i in range(k + 1))
    return word, context, [other for _, other in others]


def loss_of_draw(x: NDArray[np.float64], context: int, negatives: list[int], full: bool) -> float:
    """What one step takes the slope of."""
    if full:
        return float(np.log(np.exp(x).sum()) - x[context])
    return float(np.log1p(np.exp(-x[context])) + np.log1p(np.exp(x[negatives])).sum())


def mean_loss(W: Any, C: Any, seen: list[tuple[int, int]], k: int, full: bool) -> float:
    """Pair by pair, as the definition has it: each context of a pair is as likely a negative as any other pair's."""
    contexts = np.array([c for _, c in seen])
    lost = []
    for word, context in seen:
        x = C @ W[word]
        noise = k * np.log1p(np.exp(x[contexts])).mean()
        lost.append(loss_of_draw(x, context, [], full) + (0 if full else noise))
    return float(np.mean(lost))


def trained(given: dict[str, Any], window: int, k: int, full: bool, steps: int) -> tuple[Any, Any]:
    W, C = np.array(given["W"]), np.array(given["C"])
    seen = pairs(given["sentences"], window)
    for step in range(steps):
        word, context, negatives = drawn(seen, step, k)
        x, g = C @ W[word], np.zeros(len(C))
        if full:
            g -= np.exp(x) / np.exp(x).sum()
            g[context] += 1
        else:
            g[context] += 1 / (1 + np.exp(x[context]))
            np.add.at(g, negatives, -1 / (1 + np.exp(-x[negatives])))
        change = RATE * g @ C
        C += RATE * np.outer(g, W[word])
        W[word] += change
    return W, C


def test_draws_agree_with_python(compute: Compute) -> None:
    numbers = [0, 1, 31, 32, 12345, 64_000]
    assert compute([("sgns", "chance", (n,)) for n in numbers]) == [chance(n) for n in numbers]
    many = np.array([chance(n) for n in range(20_000)])
    np.testing.assert_allclose(np.histogram(many, 20, (0, 1))[0], 1000, atol=120)
    for window in (1, 2):
        seen = pairs(SENTENCES, window)
        assert compute([("sgns", "pairs", (SENTENCES, window))])[0] == [list(pair) for pair in seen]
        setting = {"seen": seen, "k": 4, "isFull": False, "rate": RATE}
        for step, found in enumerate(compute([("sgns", "drawn", (setting, step)) for step in range(30)])):
            assert (found["word"], found["context"], found["negatives"]) == drawn(seen, step, 4)
    assert compute([("sgns", "drawn", (setting | {"isFull": True}, 3))])[0]["negatives"] == []


def test_pressures_are_minus_the_slopes_of_the_loss(compute: Compute) -> None:
    rng = np.random.default_rng(3)
    for full in (False, True):
        # A negative may be drawn twice, and may be the context itself.
        for negatives in ([1, 2], [3, 3, 1], [0, 4, 0]):
            x, eps = rng.normal(size=5), 1e-6
            draw = {"word": 0, "context": 0, "negatives": negatives}
            (found,) = compute([("sgns", "pressures", (x.tolist(), draw, full))])
            nudges = eps * np.eye(5)
            slopes = [
                (loss_of_draw(x + n, 0, negatives, full) - loss_of_draw(x - n, 0, negatives, full)) / (2 * eps)
                for n in nudges
            ]
            np.testing.assert_allclose(found, -np.array(slopes), atol=1e-8)
            if not full:
                assert {i for i, g in enumerate(found) if g} == {0, *negatives}
    # Where exponentials overflow.
    far = {"word": 0, "context": 0, "negatives": [1]}
    assert compute([("sgns", "pressures", ([-1e4, 1e4, 0], far, False))])[0] == [1, -1, 0]


def test_training_agrees_with_numpy(compute: Compute) -> None:
    rng = np.random.default_rng(4)
    W, C = rng.normal(size=(2, 5, 3))
    given = {"W": W.tolist(), "C": C.tolist(), "sentences": SENTENCES}
    for window, k, full, steps in ((1, 1, False, 1), (2, 5, False, 200), (2, 8, True, 200), (2, 3, False, 0)):
        seen = pairs(SENTENCES, window)
        setting = {"seen": seen, "k": k, "isFull": full, "rate": RATE}
        (begun,) = compute([("sgns", "begun", (given, setting))])
        (ended,) = compute([("sgns", "goneOn", (begun, setting, steps))])
        wanted = trained(given, window, k, full, steps)
        agree([ended["tables"]["W"], ended["tables"]["C"]], wanted)
        assert len(ended["losses"]) == steps + 1
        agree(
            [ended["losses"][0], ended["losses"][-1]],
            [mean_loss(W, C, seen, k, full), mean_loss(*wanted, seen, k, full)],
        )
        # In two pieces it comes to the same.
        (half,) = compute([("sgns", "goneOn", (begun, setting, steps // 2))])
        assert compute([("sgns", "goneOn", (half, setting, steps))]) == [ended]


def said(given: dict[str, Any], window: int, k: int, full: bool, step: int) -> str:
    """The sentence that the result has to be."""
    seen = pairs(given["sentences"], window)
    W, C = trained(given, window, k, full, step)
    now, before = mean_loss(W, C, seen, k, full), mean_loss(*trained(given, window, k, full, 0), seen, k, full)
    _, context, negatives = drawn(seen, step, k)
    rows = 13 if full else len({context, *negatives})
    river, water, money = (W[given["words"].index(word)] for word in ("river", "water", "money"))

    def cosine(a: Any, b: Any) -> float:
        return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    return (
        f"After {step} steps the mean loss over all {len(seen)} pairs is {now:.3f}; it began at {before:.3f}. "
        f"The next step moves 1 of 13 rows of W and {rows} of 13 of C. "
        f"Cosines in W: river and water {cosine(river, water):.2f}, river and money {cosine(river, money):.2f}."
    )


def given_to(figure: Locator) -> dict[str, Any]:
    given: dict[str, Any] = json.loads(figure.locator('script[type="application/json"]').inner_text())
    return given


def test_sgns_stepper_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("sgns-stepper")
        given, result = given_to(figure), figure.locator(".result")
        assert result.inner_text() == said(given, 2, 5, False, 0)
        # A negative that was drawn twice needs the most room.
        assert "made up 2 times" in figure.locator("table").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        figure.get_by_role("radio", name="All 26").focus()
        page.keyboard.press("Space")
        assert figure.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowDown")
        assert figure.locator(".verdict").inner_text().startswith("Right.")
        figure.get_by_role("button", name="step", exact=True).focus()
        for _ in range(3):
            page.keyboard.press("Enter")
        assert result.inner_text() == said(given, 2, 5, False, 3)
        seen = pairs(given["sentences"], 2)
        word, context, negatives = drawn(seen, 3, 5)
        lines = figure.locator("tbody tr").all_inner_texts()
        assert given["words"][word] in figure.locator("caption").inner_text()
        assert len(lines) == len({context, *negatives})
        assert lines[0].startswith(f"{given['words'][context]}\tseen")
        figure.get_by_role("slider", name="negatives").focus()
        page.keyboard.press("Home")
        assert result.inner_text() == said(given, 2, 1, False, 3)
        figure.get_by_role("combobox", name="window").focus()
        page.keyboard.press("ArrowUp")
        assert result.inner_text() == said(given, 1, 1, False, 3)
        figure.get_by_role("combobox", name="loss").focus()
        page.keyboard.press("ArrowDown")
        assert result.inner_text() == said(given, 1, 1, True, 3)
        assert figure.locator("tbody tr").count() == 13
        # The address says what is seen, and can be shared.
        address_is(page, "#sgns-stepper:window=1,k=1,full=1,step=3")
        other = browser.new_page()
        other.goto(page.url)
        shared = other.locator("sgns-stepper")
        shared.locator(".result", has_text="After 3 steps").wait_for()
        assert shared.locator(".result").inner_text() == result.inner_text()
        # What is no number changes nothing, and what is too large goes to the end.
        other.goto((site / PAGE).as_uri() + "#sgns-stepper:window=9,k=-4,full=0,step=1e9,rate=<b>")
        shared.locator(".result", has_text="After 2000 steps").wait_for()
        assert shared.locator(".result").inner_text() == said(given, 2, 1, False, 2000)
        assert not shared.get_by_role("button", name="step", exact=True).is_enabled()
        shared.get_by_role("button", name="start again").focus()
        other.keyboard.press("Enter")
        assert shared.locator(".result").inner_text() == said(given, 2, 1, False, 0)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_sgns_stepper_plays_when_asked_and_until_it_is_stopped(site: Path, motion: str) -> None:
    with chromium() as browser:
        page = browser.new_context(reduced_motion=motion, viewport={"width": 900, "height": 900}).new_page()
        page.clock.install(time=0)
        visit(page, (site / PAGE).as_uri())
        page.locator("sgns-stepper .result").wait_for()
        page.clock.pause_at(60_000)
        figure = page.locator("sgns-stepper")
        result = figure.locator(".result")

        def steps() -> int:
            return int(re.findall(r"After (\d+) steps", result.inner_text())[0])

        page.clock.run_for(5000)
        assert steps() == 0
        figure.get_by_role("button", name="play").click()
        assert result.get_attribute("aria-busy") == "true"
        page.clock.run_for(900)
        # At 8 steps a second; who wants little motion sees nothing before a second has passed.
        assert steps() == (0 if motion == "reduce" else 7)
        page.clock.run_for(1100)
        assert steps() == 16
        figure.get_by_role("slider", name="speed").fill("8")
        page.clock.run_for(1000)
        assert steps() == 16 + 256
        figure.get_by_role("button", name="pause").click()
        assert result.get_attribute("aria-busy") == "false"
        page.clock.run_for(3000)
        assert steps() == 272
        address_is(page, "#sgns-stepper:window=2,k=5,full=0,step=272")
        figure.get_by_role("button", name="play").click()
        page.clock.run_for(7000)
        assert steps() == 2000
        assert not figure.get_by_role("button", name="play").is_enabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sgns_stepper_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("sgns-stepper")
        figure.get_by_role("radio", name="Two").check()
        figure.get_by_role("button", name="step", exact=True).click()
        figure.get_by_role("combobox", name="loss").select_option("full softmax")
        assert violations(page, "sgns-stepper") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
