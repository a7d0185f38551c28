"""The cosine cone: its arithmetic against the reference and numpy, and its use by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, agree, visit
from numpy.typing import NDArray
from pages import violations

from reference.ex05_anisotropy import solution as ex05

PAGE = "04-geometry-of-meaning.html"
Table = NDArray[np.float64]


def clouds() -> list[Table]:
    """A round cloud, one that leans, one with a direction of its own, and one with a row of zeros."""
    rng = np.random.default_rng(40)
    zero = rng.normal(size=(7, 3))
    zero[2] = 0
    stretched = rng.normal(size=(60, 8)) * [9, 4, 1, 1, 1, 1, 0.1, 0.01]
    return [
        rng.normal(size=(12, 5)),
        rng.normal(size=(60, 8)) + 5,
        stretched @ np.linalg.qr(rng.normal(size=(8, 8)))[0],
        zero,
    ]


def unit(X: Table) -> Table:
    norms = np.linalg.norm(X, axis=1, keepdims=True)
    units: Table = X / np.where(norms == 0, 1, norms)
    return units


def test_meters_agree_with_the_reference(compute: Compute) -> None:
    tables = clouds()
    means = compute([("isotropy", "meanCosine", (X.tolist(),)) for X in tables])
    agree(means, [ex05.mean_pairwise_cosine(X) for X in tables])
    for X, found in zip(tables, compute([("isotropy", "centred", (X.tolist(),)) for X in tables]), strict=True):
        agree(found, ex05.center(X))
    for X, found in zip(tables, compute([("isotropy", "spectrum", (X.tolist(),)) for X in tables]), strict=True):
        wanted = np.linalg.eigvalsh(np.cov(X.T))[::-1]
        agree(found["variances"], wanted)
        agree(found["variances"][0] / sum(found["variances"]), ex05.anisotropy_report(X)["top_pc_share"])
        (ratio,) = compute([("isotropy", "participation", (found["variances"],))])
        agree(ratio, wanted.sum() ** 2 / (wanted**2).sum())


def test_directions_are_orthonormal_and_rebuild_the_matrix(compute: Compute) -> None:
    rng = np.random.default_rng(41)
    square = rng.normal(size=(6, 6))
    matrices = [square + square.T, np.diag([1.0, 3, 2]), np.eye(4), np.zeros((3, 3)), np.array([[2.0, 1], [1, 2]])]
    found = compute([("isotropy", "eigen", (matrix.tolist(),)) for matrix in matrices])
    for matrix, answer in zip(matrices, found, strict=True):
        values, V = np.array(answer["variances"]), np.array(answer["directions"])
        np.testing.assert_allclose(V @ V.T, np.eye(len(V)), atol=1e-12)
        np.testing.assert_allclose(V.T @ np.diag(values) @ V, matrix, atol=1e-9)
        assert (np.diff(values) <= 0).all()


def test_repairs_agree_with_numpy(compute: Compute) -> None:
    for X in clouds():
        centred = X - X.mean(axis=0)
        _, s, Vt = np.linalg.svd(centred, full_matrices=False)
        white = centred @ Vt.T / s * np.sqrt(len(X) - 1)
        one, two, whitened = compute(
            [
                ("isotropy", name, (X.tolist(), *rest))
                for name, *rest in (("withoutTop", 1), ("withoutTop", 2), ("whitened",))
            ]
        )
        agree(one, centred - centred @ Vt[:1].T @ Vt[:1])
        agree(two, centred - centred @ Vt[:2].T @ Vt[:2])
        # The sign of each direction is arbitrary; products of rows know nothing of it.
        found = np.array(whitened)
        agree(found @ found.T, white @ white.T)
        agree(unit(found) @ unit(found).T, unit(white) @ unit(white).T)
        agree(np.cov(found.T), np.eye(X.shape[1]))


def test_neighbours_come_nearest_first_and_ties_by_row(compute: Compute) -> None:
    X = np.random.default_rng(42).normal(size=(9, 4))
    X[7] = 2 * X[3]
    (found,) = compute([("isotropy", "neighbours", (X.tolist(), 4))])
    cosines = unit(X) @ unit(X)[4]
    order = [row for row in np.argsort(-cosines.round(12), kind="stable") if row != 4]
    assert [item["row"] for item in found] == order
    agree([item["cosine"] for item in found], cosines[order])


def test_cone_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        visit(page, (site / PAGE).as_uri())
        cone = page.locator("cosine-cone")
        result = cone.locator(".result")
        cone.get_by_role("radio", name="Both stay").focus()
        page.keyboard.press("Space")
        assert cone.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowUp")
        assert cone.locator(".verdict").inner_text().startswith("Right.")
        leaning = result.inner_text()
        ratio = leaning.partition("participation ratio ")[2].partition(" ")[0]
        cone.get_by_role("slider", name="added to all").focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        # The first meter rises with the strength, the second does not see it.
        assert result.inner_text() != leaning
        assert f"participation ratio {ratio} of 8" in result.inner_text()
        cone.get_by_role("combobox", name="rows").focus()
        page.keyboard.press("End")
        assert "participation ratio 8.00 of 8" in result.inner_text()
        cone.get_by_role("combobox", name="neighbours of").focus()
        page.keyboard.press("ArrowDown")
        assert cone.locator("caption").inner_text().startswith("Nearest to bird 2,")
        # The address says what is seen, and can be shared.
        address_is(page, "#cosine-cone:strength=11.5,repair=4,row=1")
        said, listed = result.inner_text(), cone.locator("table").inner_text()
        other = browser.new_page()
        other.goto(page.url)
        other.locator("cosine-cone .result", has_text="8.00 of 8").wait_for()
        assert other.locator("cosine-cone .result").inner_text() == said
        assert other.locator("cosine-cone table").inner_text() == listed
        other.goto((site / PAGE).as_uri() + "#cosine-cone:strength=1e9,repair=-2,row=99,x=<b>")
        other.locator("cosine-cone output", has_text="12").wait_for()
        assert other.locator("cosine-cone caption").inner_text().startswith("Nearest to tool 6,")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_cone_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        visit(page, (site / PAGE).as_uri())
        cone = page.locator("cosine-cone")
        cone.get_by_role("radio", name="Both stay").check()
        cone.get_by_role("combobox", name="rows").select_option("top two removed")
        assert violations(page, "cosine-cone") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
