"""The figure of one query among four keys: its arithmetic, and its use by keyboard and by mouse."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, agree, visit
from numpy.typing import NDArray
from pages import violations
from playwright.sync_api import Locator, Page

PAGE = "07-attention-bridge.html"
KEYS = np.array([[1.0, 0.6], [-0.5, 1.5], [-1.5, -0.4], [2.0, -1.2]])
VALUES = np.array([[1.8, 1.2], [-1.2, 1.9], [-1.9, -1.2], [1.2, -1.8]])


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum())


def test_attention_agrees_with_numpy(compute: Compute) -> None:
    rng = np.random.default_rng(7)
    for n, width, beta in ((4, 2, 2**-0.5), (4, 2, 10.0), (1, 3, 1.0), (9, 16, 0.25), (5, 4, 1000.0)):
        q, keys, values = rng.normal(size=width), rng.normal(size=(n, width)), rng.normal(size=(n, 3))
        for visible in {n, max(1, n - 2)}:
            wanted = np.zeros(n)
            wanted[:visible] = softmax(beta * keys[:visible] @ q)
            positive = wanted[wanted > 0]
            weights, output, entropy = compute(
                [
                    ("attention", "weights", (q.tolist(), keys.tolist(), beta, visible)),
                    ("attention", "output", (wanted.tolist(), values.tolist())),
                    ("attention", "entropy", (wanted.tolist(),)),
                ]
            )
            agree(weights, wanted)
            agree(output, wanted @ values)
            agree(1 + entropy, 1 - (positive * np.log(positive)).sum())


def test_times_agrees_with_numpy(compute: Compute) -> None:
    rng = np.random.default_rng(8)
    x, matrix = rng.normal(size=5), rng.normal(size=(5, 3))
    agree(compute([("vectors", "times", (x.tolist(), matrix.tolist()))])[0], x @ matrix)


def test_scores_of_all_tokens_agree_with_numpy(compute: Compute) -> None:
    rng = np.random.default_rng(9)
    queries, keys = rng.normal(size=(5, 3)), rng.normal(size=(4, 3))
    once, mirrored = compute(
        [
            ("attention", "scores", (queries.tolist(), keys.tolist())),
            ("attention", "scores", (keys.tolist(), keys.tolist())),
        ]
    )
    agree(once, queries @ keys.T)
    agree(mirrored, keys @ keys.T)
    # To the last bit: no rounding tells the two directions apart.
    assert (np.array(mirrored) == np.array(mirrored).T).all()


def test_a_row_is_turned_and_stretched_into_another(compute: Compute) -> None:
    rng = np.random.default_rng(10)
    pairs = [*rng.normal(size=(6, 2, 2)), np.array([KEYS[0], -2 * KEYS[0]]), np.array([KEYS[0], [0, 0]])]
    found = compute([("attention", "turnedInto", pair.tolist()) for pair in pairs])
    for (start, end), W in zip(pairs, map(np.array, found), strict=True):
        np.testing.assert_allclose(start @ W, end, atol=1e-9)
        np.testing.assert_allclose(W @ W.T, (end @ end) / (start @ start) * np.eye(2), atol=1e-9)
        assert np.linalg.det(W) >= 0


def test_the_pair_that_is_least_alike_is_found(compute: Compute) -> None:
    rng = np.random.default_rng(11)
    square = rng.normal(size=(5, 5))
    one, none = compute(
        [("attention", "lopsided", (square.tolist(),)), ("attention", "lopsided", ((square + square.T).tolist(),))]
    )
    skew = np.abs(square - square.T)
    assert one["row"] < one["column"]
    agree([one["by"], skew[one["row"], one["column"]]], [skew.max()] * 2)
    assert none == {"row": 0, "column": 1, "by": 0}


def said(q: tuple[float, float], beta: float, visible: int = 4) -> str:
    """The sum that the result has to state."""
    weights = softmax(beta * KEYS[:visible] @ np.array(q))
    output = weights @ VALUES[:visible]
    terms = " + ".join(f"{weight:.3f} z{'₁₂₃₄'[place]}" for place, weight in enumerate(weights))
    entropy = -(weights * np.log(weights)).sum()
    return f"{terms} = ({output[0]:.2f}, {output[1]:.2f}).|{entropy:.3f} nats of at most {np.log(visible):.3f}"


def holds(result: Locator, q: tuple[float, float], beta: float, visible: int = 4) -> None:
    for part in said(q, beta, visible).split("|"):
        assert part in result.inner_text()


def test_attention_lens_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        visit(page, (site / PAGE).as_uri())
        lens = page.locator("attention-lens")
        result = lens.locator(".result")
        assert "weighted mean of the values" in result.inner_text()
        holds(result, (1.2, 0.2), 2**-0.5)
        assert "k₄ gets most, though k₁ is nearer" in result.inner_text()
        lens.get_by_role("radio", name="The value z₁").focus()
        page.keyboard.press("Space")
        assert lens.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowUp")
        assert lens.locator(".verdict").inner_text().startswith("Right.")
        # Onto the first key, as the question has it.
        lens.get_by_role("slider", name="q", exact=True).focus()
        for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp"):
            page.keyboard.press(key)
        holds(result, (1.0, 0.6), 2**-0.5)
        assert "k₁ gets most, the nearest key" in result.inner_text()
        lens.get_by_role("combobox", name="scale").focus()
        page.keyboard.press("ArrowUp")
        holds(result, (1.0, 0.6), 1)
        lens.get_by_role("slider", name="temperature").focus()
        page.keyboard.press("Home")
        holds(result, (1.0, 0.6), 10)
        page.keyboard.press("ArrowRight")
        holds(result, (1.0, 0.6), 5)
        lens.get_by_role("checkbox", name="mask").focus()
        page.keyboard.press("Space")
        holds(result, (1.0, 0.6), 5, visible=3)
        # The address says what is seen, and can be shared.
        address_is(page, "#attention-lens:x=1,y=0.6,divisor=1,temperature=0.2,mask=1,tied=0")
        sentence = result.inner_text()
        other = browser.new_page()
        other.goto(page.url)
        other.locator("attention-lens .result", has_text="β = 5.00").wait_for()
        assert other.locator("attention-lens .result").inner_text() == sentence
        assert other.locator("attention-lens").get_by_role("checkbox", name="mask").is_checked()
        assert other.locator("attention-lens").get_by_role("combobox", name="scale").input_value() == "1"
        # What is no number or too large changes nothing, or goes to the end of its control.
        wild = "#attention-lens:x=-1e9,y=9,divisor=3,temperature=-1,mask=7,q=<b>"
        other.goto((site / PAGE).as_uri() + wild)
        other.locator("attention-lens .result", has_text="β = 10.00").wait_for()
        holds(other.locator("attention-lens .result"), (-2.4, 2.4), 10, visible=3)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_query_is_dragged_by_mouse_and_stays_in_its_plane(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 900})
        visit(page, (site / PAGE).as_uri())
        lens = page.locator("attention-lens")
        query = lens.get_by_role("slider", name="q", exact=True)
        query.scroll_into_view_if_needed()
        for dx, dy in ((-60, -40), (20, 70), (2000, 0)):
            box = query.locator("circle").nth(1).bounding_box()
            assert box is not None
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            page.mouse.down()
            page.mouse.move(box["x"] + box["width"] / 2 + dx, box["y"] + box["height"] / 2 + dy)
            page.mouse.up()
            x, y = map(float, re.findall(r"-?[\d.]+", query.get_attribute("aria-valuetext") or ""))
            holds(lens.locator(".result"), (x, y), 2**-0.5)
        assert x == 2.4
        lens.get_by_role("checkbox", name="mask").check()
        lens.get_by_role("combobox", name="scale").select_option("1")
        holds(lens.locator(".result"), (x, y), 1, visible=3)


def opened(page: Page, site: Path, state: str = "") -> tuple[Locator, Locator]:
    visit(page, (site / PAGE).as_uri() + state)
    lens = page.locator("attention-lens")
    lens.locator(".result").wait_for()
    return lens, lens.locator(".result")


def asking(q: tuple[float, float], beta: float, *, tied: bool, visible: int = 4) -> list[NDArray[np.float64]]:
    """The scores and the weights of all tokens, in numpy's complex plane."""
    keys = KEYS[:visible].copy()
    if tied:
        keys[0] = q
        queries = keys
    else:
        plane = keys @ np.array([1, 1j])
        turned = plane * (complex(*q) / plane[0])
        queries = np.stack([turned.real, turned.imag], axis=1)
    S = queries @ keys.T
    return [S, np.stack([softmax(beta * row) for row in S])]


def tables_hold(lens: Locator, wanted: list[NDArray[np.float64]]) -> None:
    """Each table shows these numbers, and marks one pair of tokens in both."""
    tables = lens.get_by_role("table").all()
    marked = []
    for table, matrix, places in zip(tables, wanted, (2, 3), strict=True):
        rows = [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]
        # Half of the last place, and a little for how a five is rounded.
        np.testing.assert_allclose(np.array(rows, dtype=float), matrix, atol=0.501 * 10.0**-places)
        cells = table.locator("tbody tr").evaluate_all(
            "rows => rows.flatMap((row, i) => [...row.querySelectorAll('td')].flatMap((cell, j) => "
            "cell.className === 'pair' ? [[i, j]] : []))"
        )
        marked.append(cells)
    assert marked[0] == marked[1]
    assert len(marked[0]) == 2
    assert marked[0][0] == marked[0][1][::-1]


def test_tied_matrices_make_scores_symmetric_and_not_weights_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        lens, result = opened(page, site)
        tables_hold(lens, asking((1.2, 0.2), 2**-0.5, tied=False))
        assert "With two matrices scores need not be symmetric: token " in result.inner_text()
        lens.get_by_role("checkbox", name="W_Q = W_K").focus()
        page.keyboard.press("Space")
        # It is said to those who hear the page, too.
        assert result.get_attribute("role") == "status"
        tables_hold(lens, asking((1.2, 0.2), 2**-0.5, tied=True))
        # The key has gone to the query, so the sum is no longer that of the four keys as they were.
        S, A = asking((1.2, 0.2), 2**-0.5, tied=True)
        assert f"= ({', '.join(f'{value:.2f}' for value in A[0] @ VALUES)})." in result.inner_text()
        words = re.search(
            r"symmetric: token (\d) and token (\d) score each other (-?[\d.]+)\. "
            r"Weights need not be: token \1 gives ([\d.]+) and gets ([\d.]+) back",
            result.inner_text(),
        )
        assert words
        i, j = int(words[1]) - 1, int(words[2]) - 1
        assert float(words[3]) == pytest.approx(S[i, j], abs=0.0051)
        assert [float(words[4]), float(words[5])] == pytest.approx([A[i, j], A[j, i]], abs=0.00051)
        assert abs(A[i, j] - A[j, i]) == np.abs(A - A.T).max()
        # One handle moves both.
        lens.get_by_role("slider", name="q = k₁").focus()
        for key in ("ArrowDown", "ArrowLeft", "ArrowLeft"):
            page.keyboard.press(key)
        tables_hold(lens, asking((1.0, 0.1), 2**-0.5, tied=True))
        lens.get_by_role("checkbox", name="mask").focus()
        page.keyboard.press("Space")
        tables_hold(lens, asking((1.0, 0.1), 2**-0.5, tied=True, visible=3))
        address_is(page, "#attention-lens:x=1,y=0.1,divisor=2,temperature=1,mask=1,tied=1")
        _, other = opened(browser.new_page(), site, page.url[page.url.index("#") :])
        assert other.inner_text() == result.inner_text()
        lens.get_by_role("checkbox", name="W_Q = W_K").focus()
        page.keyboard.press("Space")
        tables_hold(lens, asking((1.0, 0.1), 2**-0.5, tied=False, visible=3))
        holds(result, (1.0, 0.1), 2**-0.5, visible=3)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_tied_matrices_by_mouse(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        lens, result = opened(page, site)
        lens.get_by_role("checkbox", name="W_Q = W_K").check()
        query = lens.get_by_role("slider", name="q = k₁")
        query.scroll_into_view_if_needed()
        box = query.locator("circle").nth(1).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] - 50, box["y"] + 40)
        page.mouse.up()
        x, y = map(float, re.findall(r"-?[\d.]+", query.get_attribute("aria-valuetext") or ""))
        assert (x, y) != (1.2, 0.2)
        tables_hold(lens, asking((x, y), 2**-0.5, tied=True))
        assert "scores are symmetric" in result.inner_text()


def test_a_query_of_zero_and_one_on_its_key_are_no_trouble(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page()
        for tied in (False, True):
            for q in ((0.0, 0.0), (1.0, 0.6), (-2.0, -1.2)):
                state = f"#attention-lens:x={q[0]},y={q[1]},tied={7 * tied}"
                page.goto("about:blank")
                lens, result = opened(page, site, state)
                tables_hold(lens, asking(q, 2**-0.5, tied=tied))
                assert "NaN" not in result.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_attention_lens_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        visit(page, (site / PAGE).as_uri())
        lens = page.locator("attention-lens")
        lens.get_by_role("radio", name="The place of").check()
        lens.get_by_role("checkbox", name="mask").check()
        assert violations(page, "attention-lens") == {}
        lens.get_by_role("checkbox", name="W_Q = W_K").check()
        assert violations(page, "attention-lens") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
