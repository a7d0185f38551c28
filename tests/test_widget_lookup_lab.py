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


def test_an_edited_table_is_read_alike_both_ways(compute: Compute) -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        E, own, is_own = rng.normal(size=(5, 3)), rng.normal(size=(5, 3)), rng.random((5, 3)) < 0.4
        entries = [float(x) if y else None for x, y in zip(own.flat, is_own.flat, strict=True)]
        (table,) = compute([("lookup", "edited", (E.tolist(), entries))])
        wanted = np.where(is_own, own, E)
        agree(table, wanted)
        ids = rng.integers(0, 5, size=3)
        read, multiplied = compute(
            [
                ("lookup", "lookup", (ids.tolist(), table)),
                ("lookup", "product", (ex02.one_hot(ids, 5).tolist(), table)),
            ]
        )
        agree(read, ex01.lookup(ids, wanted))
        agree(multiplied, ex02.onehot_lookup(ids, wanted))


def test_an_entry_is_a_short_number_and_nothing_else(compute: Compute) -> None:
    right = {
        "0": 0,
        "-0": 0,
        "1.7": 1.7,
        "-9.9": -9.9,
        "9.9": 9.9,
        ".5": 0.5,
        "2.50": 2.5,
        " 3 ": 3,
        "1e0": 1,
        "0.3": 0.3,
    }
    wrong = ["", " ", "-", "ten", "1,5", "10", "-10", "9.95", "0.25", "1e9", "1e-9", "Infinity", "NaN", "1 2"]
    found = compute([("lookup", "entry", (text, 9.9)) for text in [*right, *wrong]])
    assert found == [*right.values(), *[None] * len(wrong)]


def opened(page: Page, site: Path, state: str = "") -> Locator:
    visit(page, (site / "01-intuition.html").as_uri() + state)
    lab = page.locator("lookup-lab")
    lab.locator(".result").wait_for()
    return lab


def numbers(lab: Locator, name: str) -> list[list[str]]:
    """What stands in the cells of a table."""
    rows = lab.get_by_role("group", name=name).locator("tbody tr").all()
    said = "cells => cells.map(cell => cell.querySelector('input')?.value ?? cell.innerText)"
    return [row.locator("td").evaluate_all(said) for row in rows]


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


def test_numbers_are_edited_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        lab = opened(page, site)
        result, refused = lab.locator(".result"), lab.get_by_role("alert")
        at_first = numbers(lab, "Lookup")
        assert "you have changed" not in result.inner_text()
        # River is the first of the three words.
        lab.get_by_role("spinbutton", name="river, column 1").focus()
        page.keyboard.press("Control+a")
        page.keyboard.type("-2.5")
        page.keyboard.press("Enter")
        changed = [["-1.5", "-2.5", "0.6"], *at_first[1:]]
        assert numbers(lab, "Lookup") == numbers(lab, "Product") == changed
        assert numbers(lab, "Table")[2] == ["river", "-1.5", "-2.5", "0.6"]
        assert result.inner_text().endswith("you have changed 1, and both ways read 1 of these.")
        assert "agree in 9 of 9 numbers" in result.inner_text()
        # On to the next field, which an arrow key takes up by a tenth.
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowUp")
        changed[0][2] = "0.7"
        assert numbers(lab, "Lookup") == numbers(lab, "Product") == changed
        # A word that nobody reads.
        lab.get_by_role("spinbutton", name="water, column 0").focus()
        page.keyboard.press("Control+a")
        page.keyboard.type("0")
        page.keyboard.press("Tab")
        assert numbers(lab, "Lookup") == numbers(lab, "Product") == changed
        assert result.inner_text().endswith("you have changed 3, and both ways read 2 of these.")
        address_is(page, "#lookup-lab:first=2,second=4,third=0,ids=0,rows=0,e21=-2.5,e22=0.7,e30=0")

        # What can't be used is said, and the field goes back to what is computed with.
        lab.get_by_role("spinbutton", name="river, column 0").focus()
        for typed, named in (
            ("12", "“12” can't be used"),
            ("0.25", "“0.25” can't be used"),
            ("-", "That can't be used"),
        ):
            page.keyboard.press("Control+a")
            page.keyboard.type(typed)
            page.keyboard.press("Enter")
            assert refused.inner_text().startswith(named)
            assert "and -1.5 stays: an entry is a number from" in refused.inner_text()
            assert numbers(lab, "Table")[2] == ["river", *changed[0]]
            assert numbers(lab, "Lookup") == numbers(lab, "Product") == changed
        page.keyboard.press("Control+a")
        page.keyboard.type("1")
        page.keyboard.press("Enter")
        assert refused.inner_text() == ""
        changed[0][0] = "1.0"
        assert numbers(lab, "Lookup") == numbers(lab, "Product") == changed

        # The numbers belong to their word, wherever its row lies.
        lab.get_by_role("button", name="together").focus()
        page.keyboard.press("Enter")
        assert numbers(lab, "Lookup") == numbers(lab, "Product") == changed
        assert ["river", *changed[0]] in numbers(lab, "Table")
        other = opened(
            browser.new_page(), site, "#lookup-lab:first=2,second=4,third=0,ids=1,rows=1,e20=1,e21=-2.5,e22=0.7"
        )
        assert numbers(other, "Lookup") == numbers(other, "Product") == changed

        lab.get_by_role("button", name="reset the numbers").focus()
        page.keyboard.press("Enter")
        assert numbers(lab, "Lookup") == numbers(lab, "Product") == at_first
        assert "you have changed" not in result.inner_text()
        assert chosen(lab)[0] == "3 (river)"
        address_is(page, "#lookup-lab:first=2,second=4,third=0,ids=1,rows=1")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_an_address_says_all_of_the_table(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page()
        lab = opened(page, site, "#lookup-lab:e20=99,e21=0.26,e22=-1e400,e40=x,e50=1,e2=1,e00=0.1")
        assert numbers(lab, "Table") == [
            ["the", "0.1", "-0.3", "0.2"],
            ["bank", "0.4", "0.9", "-1.2"],
            ["river", "9.9", "0.3", "0.6"],
            ["water", "-1.1", "1.3", "0.5"],
            ["money", "1.7", "0.7", "-0.9"],
        ]
        # What was there already is no change.
        assert lab.locator(".result").inner_text().endswith("you have changed 2, and both ways read 2 of these.")
        # An address without numbers is one of the table as it was given.
        page.evaluate("location.hash = '#lookup-lab:first=2'")
        lab.locator(".result:not(:text('you have changed'))").wait_for()
        assert numbers(lab, "Table")[2] == ["river", "-1.5", "0.8", "0.6"]


def test_numbers_are_edited_by_mouse_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        lab = opened(page, site)
        field = lab.get_by_role("spinbutton", name="money, column 0")
        field.hover()
        box = field.bounding_box()
        assert box
        # The upper of the two arrows that a browser puts at the end of such a field.
        page.mouse.click(box["x"] + box["width"] - 8, box["y"] + box["height"] / 4)
        assert numbers(lab, "Lookup")[1] == numbers(lab, "Product")[1] == ["1.8", "0.7", "-0.9"]
        lab.get_by_role("button", name="reset the numbers").click()
        assert numbers(lab, "Lookup")[1] == numbers(lab, "Product")[1] == ["1.7", "0.7", "-0.9"]


def test_numbers_are_edited_by_touch(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_context(has_touch=True, viewport={"width": 360, "height": 740}).new_page()
        lab = opened(page, site)
        field = lab.get_by_role("spinbutton", name="the, column 2")
        field.scroll_into_view_if_needed()
        field.tap()
        assert field.evaluate("field => field === field.getRootNode().activeElement")
        page.keyboard.press("Control+a")
        page.keyboard.type("5")
        # Touching something else ends it.
        lab.get_by_role("radio", name="They stay").tap()
        assert numbers(lab, "Lookup")[2] == numbers(lab, "Product")[2] == ["0.1", "-0.3", "5.0"]
        lab.get_by_role("button", name="start again").tap()
        assert numbers(lab, "Lookup")[2] == numbers(lab, "Product")[2] == ["0.1", "-0.3", "0.2"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lookup_lab_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        lab = opened(page, site)
        lab.get_by_role("radio", name="They stay").check()
        lab.get_by_role("button", name="renumber ids only").click()
        for typed in ("2", "12"):
            lab.get_by_role("spinbutton", name="river, column 0").fill(typed)
            page.keyboard.press("Enter")
        assert "“12”" in lab.get_by_role("alert").inner_text()
        assert violations(page, "lookup-lab") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
