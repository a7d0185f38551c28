"""The laboratory of width: random rows, their cosines, distances and lists, against numpy; and its use."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, agree, normals, visit
from numpy.typing import NDArray
from pages import violations
from playwright.sync_api import Locator, Page

from coursedata.vectors import glove, minilm

PAGE = "03-similarity-geometry.html"
Table = NDArray[np.float64]


def chance(threshold: float, width: int) -> float:
    """The tail of the density of a cosine, (1 - t^2)^((d - 3) / 2), by Gauss and Legendre."""
    if width == 2:
        return float(np.arccos(threshold) / np.pi)
    nodes, weights = np.polynomial.legendre.leggauss(500)

    def area(low: float) -> float:
        t = low + (nodes + 1) * (1 - low) / 2
        return float(weights @ (1 - t**2) ** ((width - 3) / 2) * (1 - low) / 2)

    return area(threshold) / area(-1)


def rows_of(d: int, thin: bool, sample: int) -> Table:
    if not thin or d <= 3:
        return normals(sample, 100, d)
    return normals(sample, 100, 3) @ normals(sample + 1000, 3, d)


def distances(X: Table) -> Table:
    apart: Table = np.sqrt(((X[:, None] - X) ** 2).sum(axis=2))
    return apart


def cosines(X: Table) -> Table:
    units = X / np.linalg.norm(X, axis=1, keepdims=True)
    return np.asarray((units @ units.T)[np.triu_indices(len(X), 1)])


def facts(X: Table) -> tuple[float, Table]:
    """How many times as far away as the closest the farthest is, in the median; and the sorted counts of lists."""
    apart = distances(X)
    np.fill_diagonal(apart, np.nan)
    ratio = float(np.median(np.nanmax(apart, axis=1) / np.nanmin(apart, axis=1)))
    np.fill_diagonal(apart, np.inf)
    near = np.argsort(apart, axis=1, kind="stable")[:, :10]
    return ratio, np.sort(np.bincount(near.ravel(), minlength=len(X)))[::-1]


def test_random_numbers_are_those_of_the_seed_and_normal(compute: Compute) -> None:
    for seed in (1, 2, 1009):
        found = np.array(compute([("random", "normals", (seed, 40, 500))])[0])
        agree(found, normals(seed, 40, 500))
        # Of 20,000 numbers: five standard errors.
        assert abs(found.mean()) < 5 / 20_000**0.5
        assert abs(found.var() - 1) < 5 * (2 / 20_000) ** 0.5
        assert abs((np.abs(found) < 1).mean() - 0.6827) < 5 * (0.6827 * 0.3173 / 20_000) ** 0.5
        assert abs(np.corrcoef(found[:, :-1].ravel(), found[:, 1:].ravel())[0, 1]) < 5 / 20_000**0.5


def test_points_have_as_many_free_coordinates_as_they_are_given(compute: Compute) -> None:
    for width, free in ((2, 3), (3, 3), (64, 64), (64, 3)):
        (found,) = compute([("concentration", "points", (5, 30, width, free))])
        agree(found, normals(5, 30, width) if free >= width else normals(5, 30, free) @ normals(1005, free, width))
        assert np.linalg.matrix_rank(np.array(found)) == min(width, free, 30)


@pytest.mark.parametrize("width", [2, 3, 5, 16, 64, 1024])
def test_chance_agrees_with_the_density_of_a_cosine(compute: Compute, width: int) -> None:
    thresholds = (-1, -0.5, -0.05, 0, 0.05, 0.3, 0.95, 1)
    found = compute([("concentration", "chance", (threshold, width)) for threshold in thresholds])
    np.testing.assert_allclose(found, [chance(threshold, width) for threshold in thresholds], rtol=1e-7, atol=1e-9)
    # A known one: on a ball's surface slices of one height have one area.
    agree(compute([("concentration", "chance", (0.4, 3))]), [0.3])


def test_distances_contrast_and_lists_agree_with_numpy(compute: Compute) -> None:
    rng = np.random.default_rng(31)
    tied = np.array([[0.0], [1], [2], [3], [7]])
    for X in (rng.normal(size=(100, 2)), rng.normal(size=(7, 300)), tied):
        table = distances(X)
        found, contrast = compute(
            [("neighbours", "distances", (X.tolist(),)), ("concentration", "contrast", (table.tolist(),))]
        )
        agree(found, table)
        np.fill_diagonal(table, np.nan)
        agree(contrast, np.median((np.nanmax(table, axis=1) - np.nanmin(table, axis=1)) / np.nanmin(table, axis=1)))
        np.fill_diagonal(table, np.inf)
        wanted = np.argsort(table, axis=1, kind="stable")[:, :3]
        (near,) = compute([("neighbours", "closest", (distances(X).tolist(), 3))])
        assert near == wanted.tolist()
        (listed,) = compute([("concentration", "listed", (near,))])
        assert listed == np.bincount(wanted.ravel(), minlength=len(X)).tolist()
    (spread,) = compute([("concentration", "spread", ([3, -4, 0, 1],))])
    agree(spread, 6.5**0.5)


def test_histograms_agree_with_numpy(compute: Compute) -> None:
    values = np.random.default_rng(32).normal(size=500).tolist()
    inside, outside = compute(
        [("histogram", "counts", (values, -5, 5, 40)), ("histogram", "counts", ([-9, 0, 0.1, 1, 9], 0, 1, 4))]
    )
    assert inside == np.histogram(values, 40, (-5, 5))[0].tolist()
    assert outside == [3, 0, 0, 2]
    (path,) = compute([("histogram", "outline", ([1, 4, 2], 4, 30, 8))])
    assert path == "M0 8V6.0H10.0V0.0H20.0V4.0H30.0V8"


def percent(share: float) -> str:
    return "less than 0.0001\u00a0%" if 0 < share < 1e-6 else f"{float(f'{100 * share:.2g}'):g}\u00a0%"


def said(d: int, above: float, thin: bool = False, sample: int = 1) -> str:
    """What the result has to state of the random rows."""
    X = rows_of(d, thin, sample)
    found, (ratio, listed) = cosines(X), facts(X)
    free = ", but only 3 coordinates are free" if thin and d > 3 else ""
    return (
        f"Cosines of random rows spread by {np.sqrt((found**2).mean()):.3f}; 1/√d is {d**-0.5:.3f}{free}. "
        f"Above {above:.2f} lie {percent((found > above).mean())} of their pairs "
        f"(expected: {percent(chance(above, d))}), …. "
        "Seen from a typical row, the farthest is "
        f"{ratio:.{2 if ratio < 10 else 0}f} times as far away as the closest. "
        f"The most listed row stands on {listed[0]} of 100 lists, {(listed == 0).sum()} on none."
    )


def of_random_rows(result: Locator) -> str:
    """The result without what it says of real tables."""
    return re.sub(r"\), .* of MiniLM\. ", "), …. ", result.inner_text())


def opened(page: Page, site: Path, state: str = "") -> Locator:
    visit(page, (site / PAGE).as_uri() + state)
    return page.locator("concentration-lab")


def test_concentration_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        lab = opened(page, site)
        result = lab.locator(".result")
        assert of_random_rows(result) == said(64, 0.5)
        lab.get_by_role("radio", name="Hardly").focus()
        page.keyboard.press("Space")
        assert lab.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowUp")
        assert lab.locator(".verdict").inner_text().startswith("Right.")
        lab.get_by_role("slider", name="threshold").focus()
        for _ in range(6):
            page.keyboard.press("ArrowLeft")
        lab.get_by_role("slider", name="width d").focus()
        page.keyboard.press("Home")
        assert of_random_rows(result) == said(2, 0.2)
        page.keyboard.press("End")
        assert of_random_rows(result) == said(1024, 0.2)
        for _ in range(6):
            page.keyboard.press("ArrowLeft")
        assert of_random_rows(result) == said(16, 0.2)
        lab.get_by_role("checkbox", name="only 3 free").focus()
        page.keyboard.press("Space")
        assert of_random_rows(result) == said(16, 0.2, thin=True)
        lab.get_by_role("button", name="draw other rows").focus()
        page.keyboard.press("Enter")
        assert of_random_rows(result) == said(16, 0.2, thin=True, sample=2)
        # The address says what is seen, and can be shared.
        address_is(page, "#concentration-lab:d=16,above=0.2,thin=1,sample=2")
        sentence = result.inner_text()
        other = browser.new_page()
        again = opened(other, site, page.url[page.url.index("#") :])
        again.locator(".result", has_text="Above 0.20").wait_for()
        assert again.locator(".result").inner_text() == sentence
        # What is no number of ours changes nothing, or goes to the end of its control.
        wild = opened(browser.new_page(), site, "#concentration-lab:d=-5,above=9,thin=-1,sample=1e9,x=<b>")
        wild.locator(".result", has_text="Above 1.00").wait_for()
        assert of_random_rows(wild.locator(".result")) == said(2, 1, sample=9)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_concentration_by_mouse_beside_real_tables(site: Path) -> None:
    units = {
        name: table.E.astype(float) / np.linalg.norm(table.E.astype(float), axis=1, keepdims=True)
        for name, table in (("GloVe", glove()), ("MiniLM", minilm()))
    }
    above = {}
    for name, U in units.items():
        C = U @ U.T
        above[name] = percent(((C > 0.3).sum() - len(C)) / len(C) / (len(C) - 1))
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 900})
        lab = opened(page, site, "#concentration-lab:d=64,above=0.3,thin=0,sample=9")
        lab.locator(".result", has_text="Above 0.30").wait_for()
        real = f"{above['GloVe']} of those of GloVe and {above['MiniLM']} of those of MiniLM."
        assert real in lab.locator(".result").inner_text()
        lab.get_by_role("button", name="draw other rows").click()
        assert of_random_rows(lab.locator(".result")) == said(64, 0.3, sample=1)
        slider = lab.get_by_role("slider", name="width d")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
        assert of_random_rows(lab.locator(".result")) == said(1024, 0.3)
        assert slider.get_attribute("aria-valuetext") == "1024"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_concentration_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        lab = opened(page, site)
        lab.get_by_role("radio", name="Hardly").check()
        lab.get_by_role("checkbox", name="only 3 free").check()
        assert violations(page, "concentration-lab") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
