"""The laboratory of the lookup reads the rows that the reference reads, and is used by keys and by mouse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, agree, visit
from pages import violations
from playwright.sync_api import Locator, Page

from reference.ex01_embedding_lookup import solution as ex01
from reference.ex02_one_hot_equivalence import solution as ex02


def test_lookup_and_product_agree_with_the_reference(compute: Compute) -> None:
    rng = np.random.default_rng(1)
    for size, width, count in ((5, 3, 3), (1, 4, 2), (40, 7, 60)):
        ids, E = rng.integers(0, size, size=count), rng.normal(size=(size, width))
        hot = ex02.one_hot(ids, size)
        found = compute(
            [
                ("lookup", "lookup", (ids.tolist(), E.tolist())),
                ("lookup", "oneHot", (ids.tolist(), size)),
                ("lookup", "product", (hot.tolist(), E.tolist())),
                ("lookup", "product", (E.T.tolist(), E.tolist())),
            ]
        )
        agree(found[0], ex01.lookup(ids, E))
        agree(found[1], hot)
        agree(found[2], ex02.onehot_lookup(ids, E))
        agree(found[3], E.T @ E)


@pytest.mark.parametrize("wrong", [-1, 5])
def test_an_id_without_a_row_is_refused(compute: Compute, wrong: int) -> None:
    with pytest.raises(IndexError):
        ex01.lookup([wrong], np.zeros((5, 3)))
    with pytest.raises(AssertionError, match=f"RangeError: ids must be from 0 to 4, got {wrong}"):
        compute([("lookup", "lookup", ([wrong], [[0, 0, 0]] * 5))])


def test_renumbering_is_a_permutation_of_ids_and_rows(compute: Compute) -> None:
    rng = np.random.default_rng(2)
    ids, E, numbering = rng.integers(0, 6, size=4), rng.normal(size=(6, 3)), rng.permutation(6)
    for times in range(4):
        to = np.arange(6)
        for _ in range(times):
            to = numbering[to]
        wanted = np.empty_like(E)
        wanted[to] = E
        new_ids, rows = compute(
            [
                ("lookup", "renumbered", (ids.tolist(), numbering.tolist(), times)),
                ("lookup", "moved", (E.tolist(), numbering.tolist(), times)),
            ]
        )
        assert new_ids == to[ids].tolist()
        agree(rows, wanted)
        agree(ex01.lookup(new_ids, rows), ex01.lookup(ids, E))


def opened(page: Page, site: Path, state: str = "") -> Locator:
    visit(page, (site / "01-intuition.html").as_uri() + state)
    lab = page.locator("lookup-lab")
    lab.locator(".result").wait_for()
    return lab


def numbers(lab: Locator, name: str) -> list[list[str]]:
    """What stands in the cells of a table."""
    rows = lab.get_by_role("group", name=name).locator("tbody tr").all()
    return [row.locator("td").all_inner_texts() for row in rows]


def chosen(lab: Locator) -> list[str]:
    """What the three lists show."""
    return [str(box.evaluate("box => box.selectedOptions[0].text")) for box in lab.get_by_role("combobox").all()]


def test_lookup_lab_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        lab = opened(page, site)
        result = lab.locator(".result")
        at_first = numbers(lab, "Lookup")
        assert (
            at_first
            == numbers(lab, "Product")
            == [["-1.5", "0.8", "0.6"], ["1.7", "0.7", "-0.9"], ["0.1", "-0.3", "0.2"]]
        )
        assert numbers(lab, "One-hot")[0] == ["0", "0", "1", "0", "0"]

        lab.get_by_role("radio", name="They change").focus()
        page.keyboard.press("Space")
        assert lab.locator(".verdict").inner_text().startswith("Not so.")
        lab.get_by_role("button", name="together").focus()
        page.keyboard.press("Enter")
        assert numbers(lab, "Lookup") == numbers(lab, "Product") == at_first
        assert chosen(lab) == ["3 (river)", "0 (money)", "2 (the)"]
        assert "Every word reads its own row. Lookup and product agree in 9 of 9 numbers" in result.inner_text()

        lab.get_by_role("button", name="renumber ids only").focus()
        page.keyboard.press("Enter")
        assert chosen(lab) == ["1 (river)", "2 (money)", "3 (the)"]
        assert numbers(lab, "Lookup") == numbers(lab, "Product") != at_first
        assert "“money” reads the row of “the”" in result.inner_text()

        lab.get_by_role("combobox", name="first id").focus()
        page.keyboard.press("Home")
        assert chosen(lab)[0].startswith("0 ")
        assert numbers(lab, "One-hot")[0] == ["1", "0", "0", "0", "0"]
        assert numbers(lab, "Lookup")[0] == numbers(lab, "Table")[0][1:]
        address_is(page, "#lookup-lab:first=1,second=4,third=0,ids=2,rows=1")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360

        other = opened(browser.new_page(), site, page.url[page.url.index("#") :])
        assert other.locator(".result").inner_text() == result.inner_text()
        assert (numbers(other, "Lookup"), chosen(other)) == (numbers(lab, "Lookup"), chosen(lab))
        lab.get_by_role("button", name="start again").focus()
        page.keyboard.press("Enter")
        assert numbers(lab, "Lookup") == at_first
        assert chosen(lab) == ["2 (river)", "4 (money)", "0 (the)"]
        odd = opened(browser.new_page(), site, "#lookup-lab:first=-3,second=1e9,third=<b>,rows=,x=1")
        assert chosen(odd) == ["0 (the)", "4 (money)", "0 (the)"]


def test_lookup_lab_by_mouse(site: Path) -> None:
    with chromium() as browser:
        lab = opened(browser.new_page(viewport={"width": 900, "height": 900}), site)
        lab.get_by_role("combobox", name="second id").select_option("1 (bank)")
        assert numbers(lab, "Lookup")[1] == ["0.4", "0.9", "-1.2"]
        before = numbers(lab, "Lookup")
        lab.get_by_role("button", name="together").click()
        assert chosen(lab)[1] == "4 (bank)"
        assert numbers(lab, "Lookup") == before
        for _ in range(5):
            lab.get_by_role("button", name="renumber ids only").click()
        assert chosen(lab)[1] == "4 (bank)"
        assert numbers(lab, "Lookup") == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lookup_lab_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        lab = opened(page, site)
        lab.get_by_role("radio", name="They stay").check()
        lab.get_by_role("button", name="renumber ids only").click()
        assert violations(page, "lookup-lab") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
