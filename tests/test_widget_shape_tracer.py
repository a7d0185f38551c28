"""The figure of shapes from ids to logits: its arithmetic, and its use by keyboard and by mouse."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, visit
from numpy.typing import NDArray
from pages import violations
from playwright.sync_api import Locator

from reference.ex10_embedding_parameters import solution as ex10

PAGE = "02-formal-definitions.html"
# What can be written, and the axes of both sides: with numpy's arrays below.
WRITTEN = {
    "H @ W_out.T": ("BTd", "dV"),
    "H @ W_out": ("BTd", "Vd"),
    "W_out @ H.T": ("Vd", "dTB"),
    "onehot @ E": ("BTV", "Vd"),
    "E @ onehot": ("Vd", "BTV"),
    "E.T @ onehot": ("dV", "BTV"),
}


def numpys(written: str, B: int, T: int, V: int, d: int) -> tuple[int, ...] | None:
    """The shape that numpy gives to what is written, or none where it refuses."""
    arrays = {"H": np.ones((B, T, d)), "W_out": np.ones((V, d)), "onehot": np.ones((B, T, V)), "E": np.ones((V, d))}

    def side(name: str) -> NDArray[np.float64]:
        array = arrays[name.removesuffix(".T")]
        return array.T if name.endswith(".T") else array

    left, right = map(side, written.split(" @ "))
    try:
        return (left @ right).shape
    except ValueError:
        return None


def test_products_agree_with_numpy(compute: Compute) -> None:
    cases = [
        (written, dict(zip("BTVd", sizes, strict=True)))
        for written in WRITTEN
        for sizes in itertools.product((1, 2, 3), repeat=4)
    ]
    found = compute([("shapes", "product", (*map(list, WRITTEN[written]), sizes)) for written, sizes in cases])
    for (written, sizes), axes in zip(cases, found, strict=True):
        assert (axes and tuple(sizes[axis] for axis in axes)) == numpys(written, **sizes), (written, sizes)


def test_shapes_and_bytes_agree_with_the_reference(compute: Compute) -> None:
    names = {"input table": "E", "output table": "E", "hidden states": "H", "logits": "logits"}
    for tied, (B, T, V, d) in itertools.product((True, False), ((2, 3, 5, 4), (8, 2048, 128256, 4096))):
        sizes = {"B": B, "T": T, "V": V, "d": d}
        (held,) = compute([("shapes", "held", (tied,))])
        counts = compute([("shapes", "count", (array["axes"], sizes)) for array in held])
        shapes = compute([("shapes", "shape", (array["axes"], sizes)) for array in held])
        wanted = ex10.embedding_shapes(B, T, V, d) | {"ids": (B, T)}
        for array, count, shape in zip(held, counts, shapes, strict=True):
            assert tuple(shape) == wanted[names.get(array["name"], array["name"])]
            assert count == np.prod(shape, dtype=object)
        tables = [
            array | {"count": count} for array, count in zip(held, counts, strict=True) if "table" in array["name"]
        ]
        params = ex10.embedding_params(V, d, tied)
        assert sum(table["count"] for table in tables) == params["total"]
        assert sum(table["count"] * table["each"] for table in tables) == params["bytes"]


def in_words(amount: float) -> str:
    units = ["B", "KiB", "MiB", "GiB", "TiB"]
    while amount >= 1024 and len(units) > 1:
        amount, units = amount / 1024, units[1:]
    digits = max(0, 4 - len(str(int(amount))))
    text = f"{amount:,.{digits}f}".removesuffix(".000")
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {units[0]}"


def holds(result: Locator, tied: bool, written: str, **sizes: int) -> None:
    B, T, V, d = (sizes[axis] for axis in "BTVd")
    params = ex10.embedding_params(V, d, tied)
    text = result.inner_text()
    assert text.startswith(f"Logits take {in_words(4 * B * T * V)}, ")
    ratios = [float(word.replace(",", "")) for word, after in itertools.pairwise(text.split()) if after == "times"]
    np.testing.assert_allclose(ratios, [4 * V / (2 * d), 4 * B * T * V / params["bytes"]], rtol=5e-3)
    tables = "one table" if tied else "two tables"
    assert f"the {tables} of {params['total']:,} parameters. {written} " in text
    made = numpys(written, **sizes) if B * T * V < 10**6 else None
    if made:
        assert f"gives ({', '.join(map(str, made))})" in text


def test_shape_tracer_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("shape-tracer")
        result = figure.locator(".result")
        holds(result, True, "H @ W_out.T", B=8, T=2048, V=128256, d=4096)
        assert "gives (8, 2048, 128256), axes (B, T, V)." in result.inner_text()
        figure.get_by_role("radio", name="It refuses").focus()
        page.keyboard.press("Space")
        assert figure.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowUp")
        assert figure.locator(".verdict").inner_text().startswith("Right.")
        figure.get_by_role("checkbox", name="tied").focus()
        page.keyboard.press("Space")
        holds(result, False, "H @ W_out.T", B=8, T=2048, V=128256, d=4096)
        written = figure.get_by_role("combobox", name="write")
        written.focus()
        page.keyboard.press("ArrowDown")
        assert "H @ W_out is refused: d = 4096 columns meet V = 128256 rows." in result.inner_text()
        assert figure.locator(".clashes").all_inner_texts() == ["4096", "128256"]
        # The sizes of the question: 4, 64, 256, 64, and the product that it asks about.
        page.keyboard.press("ArrowDown")
        for axis, size in (("B", 4), ("T", 64), ("V", 256), ("d", 64)):
            slider = figure.get_by_role("slider", name=axis, exact=True)
            slider.focus()
            page.keyboard.press("Home")
            while slider.get_attribute("aria-valuetext") != str(size):
                page.keyboard.press("ArrowRight")
        assert "W_out @ H.T gives (64, 256, 4) without an error, and wrongly" in result.inner_text()
        for name in WRITTEN:
            written.select_option(name)
            holds(result, False, name, B=4, T=64, V=256, d=64)
        written.select_option("W_out @ H.T")
        # The address says what is seen, and can be shared.
        address_is(page, "#shape-tracer:B=4,T=64,V=256,d=64,tied=0,write=2")
        other = browser.new_page()
        other.goto(page.url)
        shared = other.locator("shape-tracer .result")
        other.locator("shape-tracer .result", has_text="(64, 256, 4)").wait_for()
        assert shared.inner_text() == result.inner_text()
        # What is no number changes nothing, and what is not offered goes to what is next to it.
        wild = "#shape-tracer:B=-1,T=1e9,V=50000,d=<b>,tied=5,write=1"
        other.goto((site / PAGE).as_uri() + wild)
        other.locator("shape-tracer .result", has_text="is refused").wait_for()
        holds(shared, True, "H @ W_out", B=1, T=8192, V=50257, d=64)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_shape_tracer_by_mouse(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 900})
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("shape-tracer")
        figure.get_by_text("It gives an array").click()
        assert figure.locator(".verdict").inner_text().startswith("Right.")
        figure.get_by_text("tied").click()
        figure.get_by_role("combobox", name="write").select_option("E @ onehot")
        slider = figure.get_by_role("slider", name="B", exact=True)
        box = slider.bounding_box()
        assert box is not None
        slider.click(position={"x": box["width"] - 2, "y": box["height"] / 2})
        address_is(page, "#shape-tracer:B=128,T=2048,V=128256,d=4096,tied=0,write=4")
        assert "E @ onehot is refused: d = 4096 columns meet T = 2048 rows." in figure.locator(".result").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shape_tracer_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        visit(page, (site / PAGE).as_uri())
        figure = page.locator("shape-tracer")
        figure.get_by_role("radio", name="It refuses").check()
        figure.get_by_role("checkbox", name="tied").uncheck()
        figure.get_by_role("combobox", name="write").select_option("H @ W_out")
        assert violations(page, "shape-tracer") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
