"""Planes through a cloud: what is said of them agrees with numpy, and the figure is used by keys and by mouse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, agree, normals, visit
from numpy.typing import NDArray
from pages import violations
from playwright.sync_api import Locator, Page

PAGE = "07-attention-bridge.html"
PULLS = np.array([4, 3, 1.7])
Table = NDArray[np.float64]


def signs(count: int, length: int) -> NDArray[np.int_]:
    return np.asarray(1 - 2 * (np.arange(count) // length % 2))


def texts(seed: int, count: int, width: int, noise: float) -> Table:
    rows = noise * normals(seed, count, width)
    rows[:, :3] += PULLS * np.c_[signs(count, 2), normals(seed + 1, count, 1), signs(count, 1)]
    return rows


def trustworthiness(X: Table, Y: Table, k: int) -> float:
    """By its definition, from ranks that are counted and not sorted."""
    n, cost = len(X), 0
    full, flat = (np.linalg.norm(Z[:, None] - Z, axis=2) for Z in (X, Y))
    for i in range(n):
        others = [j for j in range(n) if j != i]
        for j in others:
            if sum(flat[i, m] < flat[i, j] for m in others) < k:
                cost += max(0, 1 + sum(int(full[i, m] < full[i, j]) for m in others) - k)
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * cost


def cosine(a: Table, b: Table) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def link_errors(X: Table, Y: Table) -> tuple[list[int], list[float]]:
    apart = np.linalg.norm(Y[:, None] - Y, axis=2)
    np.fill_diagonal(apart, np.inf)
    to = apart.argmin(axis=1).tolist()
    return to, [abs(cosine(X[i], X[j]) - cosine(Y[i], Y[j])) for i, j in enumerate(to)]


def telling(X: Table, sign: NDArray[np.int_]) -> Table:
    C = np.cov(X.T)
    difference = X[sign == 1].mean(axis=0) - X[sign == -1].mean(axis=0)
    found = np.linalg.solve(C + np.eye(len(C)) * np.trace(C) / len(C) / 10, difference)
    return np.asarray(found / np.linalg.norm(found))


def test_texts_are_noise_with_three_pulls(compute: Compute) -> None:
    for seed, count, width, noise in ((1, 80, 50, 1.0), (4, 9, 3, 0.0), (7, 16, 5, 0.3)):
        (found,) = compute([("projection", "texts", (seed, count, width, PULLS.tolist(), noise))])
        agree(found, texts(seed, count, width, noise))


def test_axes_and_plots_agree_with_numpy(compute: Compute) -> None:
    rng = np.random.default_rng(72)
    A, X = rng.normal(size=(3, 7)), rng.normal(size=(12, 7))
    middle = X[:5].mean(axis=0)
    Q = np.linalg.qr(A.T)[0].T
    Q *= np.sign((Q * A).sum(axis=1))[:, None]
    (axes,) = compute([("projection", "orthonormal", (A.tolist(),))])
    agree(axes, Q)
    for degrees in (0, 35, 90):
        turn = np.radians(degrees)
        P = np.array([Q[0], np.cos(turn) * Q[1] + np.sin(turn) * Q[2]])
        plot = (X - middle) @ P.T
        plane, projected, held = compute(
            [
                ("projection", "plane", (Q.tolist(), degrees)),
                ("projection", "projected", (X.tolist(), middle.tolist(), P.tolist())),
                ("projection", "held", (X.tolist(), middle.tolist(), plot.tolist())),
            ]
        )
        agree(plane, P)
        agree(projected, plot)
        agree(held, np.trace(plot @ plot.T) / ((X - middle) ** 2).sum())


def test_telling_direction_agrees_with_numpy_and_tells_any_groups_apart(compute: Compute) -> None:
    rng = np.random.default_rng(73)
    for n, d in ((40, 50), (40, 5)):
        X, sign = rng.normal(size=(n, d)), signs(n, 4)
        (spectrum,) = compute([("isotropy", "spectrum", (X.tolist(),))])
        (found,) = compute([("projection", "telling", (X.tolist(), sign.tolist(), spectrum))])
        agree(found, telling(X, sign))
        means = [X[sign == s].mean(axis=0) for s in (-1, 1)]
        groups, right = compute(
            [
                ("projection", "groupMeans", (X.tolist(), sign.tolist())),
                ("projection", "onOwnSide", (X.tolist(), sign.tolist(), [mean.tolist() for mean in means])),
            ]
        )
        agree(groups, means)
        far, near = (np.linalg.norm(X - mean, axis=1) for mean in means)
        assert right == int((np.where(sign == 1, near < far, far < near)).sum())
        along = X @ np.array(found)
        middle = sum(along[sign == s].mean() for s in (-1, 1)) / 2
        # More columns than rows separate groups that mean nothing.
        assert bool((np.sign(along - middle) == sign).all()) == (d > n)


def test_trustworthiness_and_links_agree_with_their_definition(compute: Compute) -> None:
    rng = np.random.default_rng(74)
    for n, k in ((40, 5), (9, 2), (6, 1)):
        X = rng.normal(size=(n, 8)) * [5, 3, 1, 1, 1, 1, 1, 1]
        Y = X[:, :2]
        trust, same, links, chance = compute(
            [
                ("projection", "trustworthiness", (X.tolist(), Y.tolist(), k)),
                ("projection", "trustworthiness", (X.tolist(), X.tolist(), k)),
                ("projection", "links", (X.tolist(), [0] * 8, Y.tolist())),
                ("projection", "trustByChance", (n, k)),
            ]
        )
        agree(trust, trustworthiness(X, Y, k))
        assert same == 1
        to, errors = link_errors(X, Y)
        assert [link["to"] for link in links] == to
        agree([link["error"] for link in links], errors)
        # Whoever is taken for a neighbour has any rank, all equally often.
        mean_cost = np.mean([max(0, rank - k) for rank in range(1, n)])
        agree(chance, 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * n * k * mean_cost)
    # The worst that can happen is 0: whoever is closest in the plot is farthest in the full space.
    X, Y = [[0], [1], [10], [11]], [[0.1], [-1], [1.2], [0]]
    assert compute([("projection", "trustworthiness", (X, Y, 1))]) == [0]


def said(view: int, group: int, turn: int, noise: float, aside: bool = False, plane: int = 1) -> str:
    """What the result has to state."""
    X, sign = texts(1, 80, 50, noise), signs(80, 2**group)
    chosen = X[:40]
    middle = chosen.mean(axis=0)
    main = np.linalg.svd(chosen - middle, full_matrices=False)[2][:3]
    if view == 1:
        axes = np.linalg.qr(normals(1000 + plane, 3, 50).T)[0].T
        axes *= np.sign((axes * normals(1000 + plane, 3, 50)).sum(axis=1))[:, None]
    elif view == 2:
        wanted = np.array([telling(chosen, sign[:40]), main[0], main[1]])
        axes = np.linalg.qr(wanted.T)[0].T
        axes *= np.sign((axes * wanted).sum(axis=1))[:, None]
    else:
        axes = main
    angle = np.radians(turn)
    plot = (X - middle) @ np.array([axes[0], np.cos(angle) * axes[1] + np.sin(angle) * axes[2]]).T
    minus, plus = (plot[:40][sign[:40] == s].mean(axis=0) for s in (-1, 1))
    closer = np.linalg.norm(plot - plus, axis=1) < np.linalg.norm(plot - minus, axis=1)
    own = closer == (sign == 1)
    part = slice(40, 80) if aside else slice(0, 40)
    shown, full = plot[part], X[part] - middle
    bad = sum(error >= 0.6 for error in link_errors(full, shown)[1])
    return (
        f"The plane holds {100 * (shown**2).sum() / (full**2).sum():.0f} % of what varies. Closer to the mean of their "
        f"own group: {own[:40].sum()} of the 40 rows that it was chosen with, {own[40:].sum()} of 40 kept aside. "
        f"Trustworthiness {trustworthiness(full, shown, 5):.2f} (chance: {1 - 34 * 35 / (39 * 64):.2f}). "
        f"Of 40 links, {bad} misstate the cosine by more than 0.6."
    )


def opened(page: Page, site: Path, state: str = "") -> Locator:
    visit(page, (site / PAGE).as_uri() + state)
    return page.locator("projection-honesty")


def test_projection_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        figure = opened(page, site)
        result = figure.locator(".result")
        # One line across the first axes tells nothing of the class; axis 3 does.
        assert result.inner_text() == said(0, 0, 0, 1)
        figure.get_by_role("radio", name="No: there").focus()
        page.keyboard.press("Space")
        assert figure.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowDown")
        assert figure.locator(".verdict").inner_text().startswith("Right.")
        figure.get_by_role("slider", name="turn 2 to 3").focus()
        page.keyboard.press("End")
        assert result.inner_text() == said(0, 0, 90, 1)
        figure.get_by_role("combobox", name="colour by").focus()
        page.keyboard.press("End")
        assert result.inner_text() == said(0, 2, 90, 1)
        figure.get_by_role("combobox", name="axes").focus()
        page.keyboard.press("End")
        assert result.inner_text() == said(2, 2, 90, 1)
        figure.get_by_role("checkbox", name="rows kept aside").focus()
        page.keyboard.press("Space")
        assert result.inner_text() == said(2, 2, 90, 1, aside=True)
        figure.get_by_role("slider", name="noise").focus()
        page.keyboard.press("ArrowLeft")
        assert result.inner_text() == said(2, 2, 90, 0.9, aside=True)
        # The address says what is seen, and can be shared.
        address_is(page, "#projection-honesty:view=2,group=2,turn=90,noise=0.9,aside=1,plane=1")
        again = opened(browser.new_page(), site, page.url[page.url.index("#") :])
        again.get_by_role("checkbox", name="rows kept aside", checked=True).wait_for()
        assert again.locator(".result").inner_text() == result.inner_text()
        wild = opened(browser.new_page(), site, "#projection-honesty:view=7,group=-1,turn=1e9,noise=-1,aside=9,plane=0")
        wild.get_by_role("checkbox", name="rows kept aside", checked=True).wait_for()
        assert wild.locator(".result").inner_text() == said(2, 0, 90, 0, aside=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_projection_by_mouse(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 900})
        figure = opened(page, site)
        result = figure.locator(".result")
        assert figure.get_by_role("button").count() == 0
        figure.get_by_role("combobox", name="axes").select_option("random axes")
        assert result.inner_text() == said(1, 0, 0, 1)
        figure.get_by_role("button", name="other random axes").click()
        assert result.inner_text() == said(1, 0, 0, 1, plane=2)
        slider = figure.get_by_role("slider", name="turn 2 to 3")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
        assert result.inner_text() == said(1, 0, 90, 1, plane=2)
        assert figure.locator(".live svg line").count() == 40
        figure.get_by_role("checkbox", name="rows kept aside").check()
        assert result.inner_text() == said(1, 0, 90, 1, aside=True, plane=2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_projection_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        figure = opened(page, site)
        figure.get_by_role("radio", name="No: there").check()
        figure.get_by_role("combobox", name="axes").select_option("random axes")
        assert violations(page, "projection-honesty") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
