"""The token put into the list: rows, starts and probabilities against numpy, and their use by keys and by mouse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, agree, visit
from numpy.typing import NDArray
from pages import violations
from playwright.sync_api import Locator

PAGE = "08-scale-and-diagnostics.html"
STARTS = ("zero", "noise", "mean", "draw")
NEW = "<sep>"
Table = NDArray[np.float64]


def root(covariance: Table) -> Table:
    """The symmetric square root, by the singular values."""
    U, s, Vt = np.linalg.svd(covariance)
    result: Table = U * np.sqrt(s) @ Vt
    return result


def start_row(W: Table, start: str, draw: Table, small: float) -> Table:
    rows = {"zero": 0 * draw, "noise": small * draw, "mean": W.mean(axis=0)}
    rows["draw"] = rows["mean"] + root(np.cov(W.T)) @ draw
    return rows[start]


def probabilities(H: Table, W: Table) -> Table:
    scores = np.exp(H @ W.T)
    result: Table = scores / scores.sum(axis=1, keepdims=True)
    return result


def at_level(H: Table, W: Table, level: float) -> Table:
    shifted = W.copy()
    shifted[:, 0] += (level - (H @ W.T).mean()) / H[:, 0].mean()
    return shifted


def test_starts_agree_with_numpy(compute: Compute) -> None:
    rng = np.random.default_rng(85)
    for n, d in ((16, 5), (3, 4), (50, 1), (9, 8)):
        W, draw = rng.normal(size=(n, d)) * rng.lognormal(size=d) + 2, rng.normal(size=d)
        W = W if d > 1 else np.c_[W, W[:, 0] ** 2]
        draw = draw if d > 1 else rng.normal(size=2)
        calls = [("migration", "newRow", (W.tolist(), start, draw.tolist(), 0.02)) for start in STARTS]
        for start, found in zip(STARTS, compute(calls), strict=True):
            # Of a covariance without full rank the root is as exact as its zeros: to the root of a rounding error.
            np.testing.assert_allclose(found, start_row(W, start, draw, 0.02), rtol=1e-9, atol=1e-9 if n > d else 1e-6)


def test_probabilities_and_divergences_agree_with_numpy(compute: Compute) -> None:
    rng = np.random.default_rng(86)
    for n, d, level in ((16, 5, -12.0), (4, 3, 0.0), (2, 2, -500.0)):
        H, W = np.c_[np.ones(6), rng.normal(size=(6, d - 1))], rng.normal(size=(n, d))
        (old,) = compute([("migration", "leaning", (H.tolist(), W.tolist(), level))])
        agree(old, at_level(H, W, level))
        agree(1 + (H @ np.array(old).T).mean(), 1 + level)
        # Shifting all logits of a context changes no probability.
        logs = compute([("migration", "logProbabilities", (h.tolist(), old)) for h in H])
        np.testing.assert_allclose(np.exp(logs), probabilities(H, W), rtol=1e-9)
        # One row more: the old ones shrink by one factor, and the divergence is -log(1 - p).
        grown = [*old, (np.array(old).mean(axis=0) + rng.normal(size=d)).tolist()]
        after = np.array(compute([("migration", "logProbabilities", (h.tolist(), grown)) for h in H]))
        found = compute(
            [("migration", "divergence", (log, new)) for log, new in zip(logs, after[:, :-1].tolist(), strict=True)]
        )
        np.testing.assert_allclose(found, -np.log1p(-np.exp(after[:, -1])), rtol=1e-9, atol=1e-12)


def test_mean_row_keeps_its_bound_and_logits_far_from_zero_stay_finite(compute: Compute) -> None:
    rng = np.random.default_rng(87)
    for n in (1, 2, 16, 100):
        H, W = 3 * rng.normal(size=(8, 4)), rng.normal(size=(n, 4)) * 3
        grown = np.vstack([W, W.mean(axis=0)]).tolist()
        logs = compute([("migration", "logProbabilities", (h.tolist(), grown)) for h in H])
        assert max(log[-1] for log in logs) <= -np.log(n + 1) + 1e-12
    agree(compute([("migration", "logSum", ([1000, 1000],))])[0], 1000 + np.log(2))
    agree(compute([("migration", "logSum", ([-1000, -1000, -1000],))])[0], -1000 + np.log(3))
    assert compute([("migration", "inserted", (["a", "b"], at, "x")) for at in (0, 1, 2)]) == [
        ["x", "a", "b"],
        ["a", "x", "b"],
        ["a", "b", "x"],
    ]


def shown(value: float) -> str:
    if value >= 0.001:
        return f"{value:.3f}"
    digits, _, power = f"{value:.1e}".partition("e")
    return f"{digits}e{int(power)}"


def said(given: dict[str, Any], at: int, moved: bool, start: str, level: float) -> str:
    """The result, by arrays of ids."""
    tokens, n = given["tokens"], len(given["tokens"])
    H, draw = np.array(given["contexts"]), np.array(given["draw"])
    W = at_level(H, np.array(given["rows"]), level)
    table = np.vstack([W, start_row(W, start, draw, given["small"])])
    ids = np.arange(n) + (np.arange(n) >= at)  # the new id of each old token
    row = np.arange(n + 1)  # which row each id reads
    if moved:
        row[ids], row[at] = np.arange(n), n
    names = np.insert(np.array(tokens, dtype=object), at, NEW)
    read = [[*tokens, NEW][row[ids[tokens.index(word)]]] for word in given["sentence"]]
    before, after = probabilities(H, W), probabilities(H, table[row])[:, ids]
    nats = (before * np.log(before / after)).sum(axis=1).mean()
    takes = probabilities(H, table)[:, -1].max()
    return (
        f"{(row[ids] != np.arange(n)).sum()} of {n} old tokens read the row of another; "
        f"“{' '.join(given['sentence'])}” is read as “{' '.join(read)}”. "
        f"The new row answers to {names[list(row).index(n)]} and takes up to {shown(takes)} of the probability. "
        f"Old predictions have moved by {shown(nats)} nats on average."
    )


def world(figure: Locator) -> dict[str, Any]:
    given: dict[str, Any] = json.loads(figure.locator("script").inner_text())
    return given


def test_migration_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("table-migration")
        result = figure.locator(".result")
        given = world(figure)
        assert result.inner_text() == said(given, 2, False, "zero", -12)
        assert "is read as “bank river pays bank loan”" in result.inner_text()
        figure.get_by_role("radio", name="Nothing").focus()
        page.keyboard.press("Space")
        assert figure.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowDown")
        assert figure.locator(".verdict").inner_text().startswith("Right.")
        at = figure.get_by_role("slider", name="gets id")
        at.focus()
        # As the question has it: at the end nothing has to move, and yet the zero row takes nearly everything.
        page.keyboard.press("End")
        assert result.inner_text() == said(given, 16, False, "zero", -12)
        assert result.inner_text().startswith("0 of 16 ")
        page.keyboard.press("Home")
        assert result.inner_text() == said(given, 0, False, "zero", -12)
        assert result.inner_text().startswith("16 of 16 ")
        page.keyboard.press("ArrowRight")
        figure.get_by_role("checkbox", name="rows move").focus()
        page.keyboard.press("Space")
        assert result.inner_text() == said(given, 1, True, "zero", -12)
        assert f"The new row answers to {NEW}" in result.inner_text()
        figure.get_by_role("combobox", name="new row").focus()
        for start in STARTS[1:]:
            page.keyboard.press("ArrowDown")
            assert result.inner_text() == said(given, 1, True, start, -12)
        level = figure.get_by_role("slider", name="mean old logit")
        level.focus()
        # The starts that know the old rows move along with them.
        takes = result.inner_text().partition("takes up to ")[2]
        page.keyboard.press("ArrowLeft")
        assert result.inner_text() == said(given, 1, True, "draw", -13)
        assert result.inner_text().endswith(takes)
        # The address says what is seen, and can be shared.
        address_is(page, "#table-migration:at=1,moved=1,start=3,level=-13")
        other = browser.new_page()
        other.goto(page.url)
        shared = other.locator("table-migration")
        shared.locator("output", has_text="-13").wait_for()
        assert shared.locator(".result").inner_text() == result.inner_text()
        assert shared.get_by_role("checkbox", name="rows move").is_checked()
        # What is no number or too large changes nothing, or goes to the end of its control.
        other.goto((site / PAGE).as_uri() + "#table-migration:at=99,moved=<b>,start=-2,level=-1e9,x=1")
        shared.locator("output", has_text="-30").wait_for()
        assert shared.locator(".result").inner_text() == said(given, 16, True, "zero", -30)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_migration_by_mouse(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 900})
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("table-migration")
        result = figure.locator(".result")
        given = world(figure)
        figure.get_by_role("combobox", name="new row").select_option("mean row")
        assert result.inner_text() == said(given, 2, False, "mean", -12)
        figure.get_by_text("rows move with their tokens").click()
        assert result.inner_text() == said(given, 2, True, "mean", -12)
        assert "“the bank holds the money” is read as “the bank holds the money”" in result.inner_text()
        level = figure.get_by_role("slider", name="mean old logit")
        box = level.bounding_box()
        assert box is not None
        level.click(position={"x": box["width"] - 2, "y": box["height"] / 2})
        figure.get_by_role("combobox", name="new row").select_option("zeros")
        assert result.inner_text() == said(given, 2, True, "zero", 0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_migration_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("table-migration")
        figure.get_by_role("radio", name="Each old").check()
        figure.get_by_role("checkbox", name="rows move").check()
        assert violations(page, "table-migration") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
