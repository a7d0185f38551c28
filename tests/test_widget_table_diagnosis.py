"""The tables with planted faults: faults and readings against numpy, and the diagnosis by keys and by mouse."""

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

from reference.ex03_cosine_neighbors import solution as ex03
from reference.ex05_anisotropy import solution as ex05

PAGE = "08-scale-and-diagnostics.html"
READINGS = ("shortest norm", "median norm", "longest norm", "mean cosine", "participation ratio", "most lists")
KEYS = ("shortest", "median", "longest", "meanCosine", "participation", "listed")
# In the order of the list from which readers choose, with the check that is to be named.
FAULTS = {
    "lengths": ("rows never scaled", "dashboard"),
    "hub": ("one row is the mean of all", "max_listed"),
    "dead": ("one dead row", "facts"),
    "flat": ("half drifted each way", "participation"),
    "axis": ("columns scaled, not rows", "dashboard"),
    "common": ("all drifted one way", "mean_cosine"),
    "outlier": ("one row is far too long", "participation"),
}
Table = NDArray[np.float64]


def unit(X: Table) -> Table:
    length = np.linalg.norm(X, axis=-1, keepdims=True)
    units: Table = X / np.where(length == 0, 1, length)
    return units


def planted(raw: Table, plan: dict[str, Any]) -> dict[str, Table]:
    X, u = unit(raw), np.array(plan["direction"])
    sides = np.array([1.0, -1.0] * len(X))[: len(X), None]
    faults = {name: X.copy() for name in ("none", "dead", "outlier", "hub")}
    faults["dead"][plan["row"]] = 0
    faults["outlier"][plan["row"]] *= plan["longer"]
    faults["hub"][plan["row"]] = unit(X.mean(axis=0))
    moved = {"common": unit(X + plan["together"] * u), "flat": unit(X + plan["apart"] * sides * u)}
    return faults | moved | {"lengths": raw, "axis": raw / np.sqrt((raw**2).sum(axis=0))}


def listed(X: Table, k: int) -> NDArray[np.int64]:
    """By row, on how many lists of the k nearest it is; of equal rows the lower is nearer."""
    C = ex03.cosine_matrix(X, X)
    np.fill_diagonal(C, -2)
    counts: NDArray[np.int64] = np.bincount(
        np.argsort(-C.round(12), axis=1, kind="stable")[:, :k].ravel(), minlength=len(X)
    )
    return counts


def readings(X: Table, k: int) -> list[float]:
    norms, variances = np.linalg.norm(X, axis=1), np.linalg.eigvalsh(np.cov(X.T))
    ratio = variances.sum() ** 2 / (variances**2).sum()
    counts = listed(X, k)
    return [norms.min(), float(np.median(norms)), norms.max(), ex05.mean_pairwise_cosine(X), ratio, float(counts.max())]


def test_faults_are_planted_as_numpy_plants_them(compute: Compute) -> None:
    rng = np.random.default_rng(83)
    for n, d in ((7, 3), (12, 5), (2, 2)):
        raw = rng.normal(size=(n, d)) * rng.lognormal(size=(n, 1)) + 0.5
        plan = {"row": 1, "longer": 9, "direction": unit(rng.normal(size=d)).tolist(), "together": 0.7, "apart": 1.3}
        for fault, wanted in planted(raw, plan).items():
            agree(compute([("diagnosis", "planted", (raw.tolist(), fault, plan))])[0], wanted)


def test_readings_agree_with_the_reference_and_numpy(compute: Compute) -> None:
    rng = np.random.default_rng(84)
    tables = [rng.normal(size=(n, 4)) + lean for n in (8, 9, 41) for lean in (0, 2)]
    tables[0][2], tables[1][3] = 0, 5 * tables[1][4]
    for X in tables:
        found, counts = compute(
            [("diagnosis", "readings", (X.tolist(), 3)), ("diagnosis", "listCounts", (X.tolist(), 3))]
        )
        agree([found[key] for key in KEYS], readings(X, 3))
        assert counts == listed(X, 3).tolist()
        assert sum(counts) == 3 * len(X)


def test_what_counts_as_news(compute: Compute) -> None:
    cases = [(1, 1), (1.09, 1), (1.11, 1), (0.89, 1), (0.14, 0.1), (0.16, 0.1), (-0.06, 0), (14, 13), (15, 13)]
    found = [compute([("diagnosis", "hasMoved", case)])[0] for case in cases]
    assert found == [False, False, True, True, False, True, True, False, True]


def world(figure: Locator) -> tuple[dict[str, Table], int]:
    given = json.loads(figure.locator("script").inner_text())
    return planted(np.array(given["rows"]), given), given["k"]


def short(value: float) -> str:
    return str(round(value)) if abs(value - round(value)) < 1e-9 else f"{value:.2f}"


def said(tables: dict[str, Table], fault: str, k: int) -> str:
    both = zip(READINGS, readings(tables[fault], k), readings(tables["none"], k), strict=True)
    return ", ".join(f"{name} {short(now)} (sound {short(was)})" for name, now, was in both) + "."


def asleep(tables: dict[str, Table], fault: str, k: int) -> list[str]:
    both = zip(READINGS, readings(tables[fault], k), readings(tables["none"], k), strict=True)
    return [name for name, now, was in both if abs(now - was) <= max(abs(was) / 10, 0.05)]


def test_every_table_is_named_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("table-diagnosis")
        result, names = figure.locator(".result"), list(FAULTS)
        tables, k = world(figure)
        figure.get_by_role("radio", name="The mean cosine").focus()
        page.keyboard.press("Space")
        assert figure.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowUp")
        assert figure.locator(".verdict").inner_text().startswith("Right.")
        seen, sleepers = set(), set(READINGS)
        for number in range(1, 8):
            assert result.inner_text().startswith(f"Table {number}: ")
            assert result.inner_text().endswith(" What is wrong with it?")
            assert not figure.get_by_role("link").is_visible()
            fault = next(name for name in FAULTS if said(tables, name, k) in result.inner_text())
            seen.add(fault)
            # Those who go down the list get it wrong until they get it right.
            figure.get_by_role("combobox", name="fault").focus()
            for _ in range(names.index(fault)):
                page.keyboard.press("ArrowDown")
                assert "Not this one. It would look like this:" in result.inner_text()
                assert not figure.get_by_role("link").is_visible()
            page.keyboard.press("ArrowDown")
            check = FAULTS[fault][1]
            quiet = asleep(tables, fault, k)
            assert f"{check} finds it. Hardly moved: {', '.join(quiet)}." in result.inner_text()
            link = figure.get_by_role("link", name=check)
            target = (link.get_attribute("href") or "")[1:]
            assert page.locator(f"[id='{target}']").count() == 1
            for reading in set(READINGS) - set(quiet):
                sleepers.discard(reading)
            assert quiet
            if number == 3:
                address_is(page, f"#table-diagnosis:table=2,named={names.index(fault) + 1}")
                shared = browser.new_page()
                shared.goto(page.url)
                shared.locator("table-diagnosis .result", has_text="Table 3").wait_for()
                assert shared.locator("table-diagnosis .result").inner_text() == result.inner_text()
                shared.close()
            figure.get_by_role("button", name="next table").focus()
            page.keyboard.press("Enter")
        # Each fault came once, each reading noticed one of them, and after the last comes the first.
        assert seen == set(FAULTS)
        assert not sleepers
        assert result.inner_text().startswith("Table 1: ")
        other = browser.new_page()
        other.goto((site / PAGE).as_uri() + "#table-diagnosis:table=1e9,named=-4,named=<b>,x=1")
        other.locator("table-diagnosis .result", has_text="Table 7").wait_for()
        assert other.locator("table-diagnosis .result").inner_text().endswith("What is wrong with it?")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_no_reading_notices_every_fault(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page()
        visit(page, (site / PAGE).as_uri())
        tables, k = world(page.locator("table-diagnosis"))
    for reading in READINGS:
        assert any(reading in asleep(tables, fault, k) for fault in FAULTS)


def test_a_table_is_named_by_mouse(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 900})
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("table-diagnosis")
        tables, k = world(figure)
        figure.get_by_role("radio", name="None").click()
        assert figure.locator(".verdict").inner_text().startswith("Right.")
        figure.get_by_role("combobox", name="table").select_option("5")
        figure.get_by_role("combobox", name="fault").select_option("half drifted each way")
        assert said(tables, "flat", k) in figure.locator(".result").inner_text()
        address_is(page, "#table-diagnosis:table=4,named=4")
        figure.get_by_role("link", name="participation").click()
        page.wait_for_function("location.hash === '#s8-3'")
        figure.get_by_role("button", name="next table").click()
        assert figure.locator(".result").inner_text().startswith("Table 6: ")
        # Named anew for each table.
        assert figure.get_by_role("combobox", name="fault").input_value() == "0"
        address_is(page, "#table-diagnosis:table=5,named=0")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_diagnosis_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("table-diagnosis")
        figure.get_by_role("radio", name="The mean cosine").check()
        figure.get_by_role("combobox", name="fault").select_option("all drifted one way")
        assert figure.get_by_role("link").is_visible()
        assert violations(page, "table-diagnosis") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
