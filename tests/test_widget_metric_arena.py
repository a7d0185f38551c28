"""The arena of three metrics ranks as numpy and the reference do, and is used by keys and by mouse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, agree, visit
from numpy.typing import NDArray
from pages import violations
from playwright.sync_api import Locator, Page

from reference.ex03_cosine_neighbors import solution as ex03

PAGE = "03-similarity-geometry.html"
METRICS = ("dot", "cosine", "distance")


def by_numpy(query: NDArray[Any], rows: NDArray[Any]) -> list[NDArray[Any]]:
    """What each metric says of the rows."""
    cosines = ex03.cosine_matrix(query[None], rows)[0]
    return [rows @ query, cosines, np.linalg.norm(rows - query, axis=1)]


def test_metrics_and_rankings_agree_with_numpy(compute: Compute) -> None:
    rng = np.random.default_rng(3)
    cases = [(rng.normal(size=width), rng.normal(size=(6, width))) for width in (1, 2, 2, 7, 50)]
    cases.append((np.zeros(2), rng.normal(size=(6, 2))))
    for query, rows in cases:
        given = (query.tolist(), rows.tolist())
        values = compute([("neighbours", "measured", (*given, metric)) for metric in METRICS])
        orders = compute([("neighbours", "ranking", (*given, metric)) for metric in METRICS])
        for metric, value, order, wanted in zip(METRICS, values, orders, by_numpy(query, rows), strict=True):
            agree(value, wanted)
            costs = wanted if metric == "distance" else -wanted
            assert order == np.argsort(costs, kind="stable").tolist()


def test_rankings_agree_with_the_reference_where_rows_tie(compute: Compute) -> None:
    X = np.array([[1.0, 0], [0, 1], [2, 0], [0, 0], [0, 1], [-1, 0], [4, 0]])
    neighbours = ex03.nearest(X, len(X) - 1)
    others = [[j for j in range(len(X)) if j != i] for i in range(len(X))]
    found = compute(
        [("neighbours", "ranking", (X[i].tolist(), X[rest].tolist(), "cosine")) for i, rest in enumerate(others)]
    )
    for order, rest, wanted in zip(found, others, neighbours, strict=True):
        assert [rest[place] for place in order] == wanted.tolist()


def test_rankings_agree_at_length_1_even_along_one_direction(compute: Compute) -> None:
    directions = np.array([[0.3, 0.1], [-0.7, 0.2], [0.11, 0.13]])
    rows = np.concatenate([directions, directions * 3, directions * 0.7])
    units = compute([("neighbours", "unit", (row.tolist(),)) for row in rows])
    agree(units, rows / np.linalg.norm(rows, axis=1, keepdims=True))
    assert compute([("neighbours", "unit", ([0, 0],))]) == [[0, 0]]
    query = compute([("neighbours", "unit", ([0.9, 0.4],))])[0]
    orders = compute([("neighbours", "ranking", (query, units, metric)) for metric in METRICS])
    assert orders[0] == orders[1] == orders[2] == [0, 3, 6, 2, 5, 8, 1, 4, 7]


def test_stretch_keeps_dot_products_and_changes_cosines(compute: Compute) -> None:
    rng = np.random.default_rng(4)
    query, rows = rng.normal(size=2), rng.normal(size=(6, 2))
    moved = compute([("neighbours", "stretched", (query.tolist(), rows.tolist(), 1.3))])[0]
    agree(moved["query"], query / [1.3, 1])
    agree(moved["rows"], rows * [1.3, 1])
    before, after = (by_numpy(query, rows), by_numpy(np.array(moved["query"]), np.array(moved["rows"])))
    agree(after[0], before[0])
    assert np.abs(after[1] - before[1]).max() > 0.01


def opened(page: Page, site: Path, state: str = "") -> Locator:
    visit(page, (site / PAGE).as_uri() + state)
    arena = page.locator("metric-arena")
    arena.locator(".result").wait_for()
    return arena


def rankings(arena: Locator) -> list[str]:
    """The letters of each column of the table, nearest first."""
    rows = [row.locator("td").all_inner_texts() for row in arena.locator("tbody tr").all()]
    return ["".join(cell[0] for cell in column) for column in zip(*rows, strict=True)]


def place_of(point: Locator) -> tuple[float, float]:
    """Where a point says it is, as in "x 1.20, y 0.60"."""
    x, y = (part.split()[1] for part in (point.get_attribute("aria-valuetext") or "").split(", "))
    return float(x), float(y)


def test_metric_arena_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        arena = opened(page, site)
        result = arena.locator(".result")
        at_first = rankings(arena)
        assert [order[0] for order in at_first] == ["D", "A", "C"]

        arena.get_by_role("radio", name="They differ").focus()
        page.keyboard.press("Space")
        assert arena.locator(".verdict").inner_text().startswith("Not so.")
        arena.get_by_role("checkbox", name="length 1").focus()
        page.keyboard.press("Space")
        assert len(set(rankings(arena))) == 1
        assert "All three rankings agree." in result.inner_text()
        page.keyboard.press("Space")
        assert rankings(arena) == at_first

        arena.get_by_role("slider", name="stretch").focus()
        page.keyboard.press("End")
        stretched = rankings(arena)
        assert stretched[0] == at_first[0]
        assert stretched[1][0] == "C"
        assert "changed no dot product, but cosines by up to 0.0" in result.inner_text()

        arena.get_by_role("slider", name="query", exact=True).focus()
        for _ in range(3):
            page.keyboard.press("ArrowUp")
        address_is(page, re.compile("#metric-arena:unit=0,stretch=1.5,qx=1.2,qy=0.9,ax=0.5,ay=0.3,.*"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360

        said, seen = result.inner_text(), rankings(arena)
        other = browser.new_page()
        restored = opened(other, site, page.url[page.url.index("#") :])
        assert (restored.locator(".result").inner_text(), rankings(restored)) == (said, seen)
        arena.get_by_role("button", name="start again").focus()
        page.keyboard.press("Enter")
        assert rankings(arena) == at_first
        # What is no number of ours changes nothing, and what is out of range stays in sight.
        odd = opened(browser.new_page(), site, "#metric-arena:unit=7,stretch=1e9,qx=-90,zx=1,ay=<b>")
        assert odd.get_by_role("slider", name="query", exact=True).get_attribute("aria-valuetext") == "x -0.91, y 0.41"


def test_metric_arena_by_mouse(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 900})
        arena = opened(page, site)
        point = arena.get_by_role("slider", name="F", exact=True)
        point.scroll_into_view_if_needed()
        plane = arena.get_by_role("group", name="Plane").bounding_box()
        box = arena.get_by_role("slider", name="query", exact=True).locator("circle").last.bounding_box()
        start = point.locator("circle").last.bounding_box()
        assert plane
        assert box
        assert start
        page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
        page.mouse.down()
        page.mouse.move(plane["x"] + plane["width"] / 2, plane["y"] + plane["height"] / 2)
        page.mouse.move(box["x"] + box["width"] / 2 + 1, box["y"] + box["height"] / 2)
        page.mouse.up()
        page.mouse.move(plane["x"], plane["y"])
        assert rankings(arena)[2][0] == "F"
        assert "by distance: F." in arena.locator(".result").inner_text()

        # At length 1 a point is moved along the circle, and has its own length again afterwards.
        arena.get_by_role("checkbox", name="length 1").check()
        point = arena.get_by_role("slider", name="E", exact=True)
        start = point.locator("circle").last.bounding_box()
        assert start
        page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
        page.mouse.down()
        page.mouse.move(plane["x"] + 5, plane["y"] + plane["height"] / 2)
        page.mouse.up()
        x, y = place_of(point)
        assert x < -0.99
        assert np.hypot(x, y) == pytest.approx(1, abs=0.02)
        arena.get_by_role("checkbox", name="length 1").uncheck()
        assert np.hypot(*place_of(point)) == pytest.approx(np.hypot(-0.4, 1.2), abs=0.02)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_metric_arena_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        arena = opened(page, site)
        arena.get_by_role("radio", name="Dot product and cosine").check()
        arena.get_by_role("checkbox", name="length 1").check()
        arena.get_by_role("slider", name="B", exact=True).focus()
        page.keyboard.press("ArrowUp")
        assert violations(page, "metric-arena") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
