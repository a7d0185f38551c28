"""The budget of a decoder: counted array by array, held against the reference, and set by keys and by mouse."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, visit
from pages import violations

from reference.ex10_embedding_parameters import solution as ex10

PAGE = "08-scale-and-diagnostics.html"
FORMATS = {4: "fp32", 2: "bf16", 1: "int8"}
# What the published checkpoints hold, as they are counted where they lie.
PUBLISHED = {
    "LLaMA-2-7B": 6_738_415_616,
    "LLaMA-3-8B": 8_030_261_248,
    "Llama-3.2-1B": 1_235_814_400,
    "Gemma-2B": 2_506_172_416,
    "Qwen2-0.5B": 494_032_768,
}
Shape = dict[str, int]


def arrays(shape: Shape) -> dict[str, list[tuple[int, ...]]]:
    """Every array of the model by its shape."""
    d, queries, keys = shape["d"], shape["heads"] * shape["width"], shape["kv"] * shape["width"]
    projections: list[tuple[int, ...]] = [(d, queries), (d, keys), (d, keys), (queries, d)]
    projections += shape["biases"] * [(queries,), (keys,), (keys,)]
    blocks = shape["layers"]
    return {
        "tables": (2 - shape["tied"]) * [(shape["V"], d)],
        "attention": blocks * projections,
        "mlp": blocks * [(d, shape["mlp"]), (d, shape["mlp"]), (shape["mlp"], d)],
        "norms": blocks * [(d,), (d,)] + [(d,)],
    }


def counted(shape: Shape) -> dict[str, int]:
    return {name: sum(int(np.prod(size)) for size in sizes) for name, sizes in arrays(shape).items()}


def drawn(rng: np.random.Generator) -> Shape:
    kv = int(rng.integers(1, 9))
    names = ("V", "d", "layers", "width", "mlp")
    sizes = {
        name: int(rng.integers(1, most)) for name, most in zip(names, (300_000, 9000, 100, 257, 30_000), strict=True)
    }
    return sizes | {
        "kv": kv,
        "heads": kv * int(rng.integers(1, 9)),
        "tied": int(rng.integers(2)),
        "biases": int(rng.integers(2)),
    }


def test_parameters_are_those_of_all_arrays(compute: Compute) -> None:
    rng = np.random.default_rng(80)
    ones = dict.fromkeys(("V", "d", "layers", "heads", "kv", "width", "mlp", "tied", "biases"), 1)
    shapes = [drawn(rng) for _ in range(40)] + [ones, ones | {"tied": 0, "biases": 0}]
    for shape, parts in zip(shapes, compute([("budget", "parameters", (shape,)) for shape in shapes]), strict=True):
        assert parts == counted(shape)
        assert compute([("budget", "total", (parts,))]) == [sum(counted(shape).values())]
        assert parts["tables"] == ex10.embedding_params(shape["V"], shape["d"], shape["tied"] == 1)["total"]


def test_cache_agrees_with_the_reference(compute: Compute) -> None:
    rng = np.random.default_rng(81)
    cases = [[*map(int, rng.integers(1, (100, 65, 257, 200_000)))] for _ in range(20)] + [
        [1, 1, 1, 1],
        [96, 64, 256, 2**20],
    ]
    for number, name in FORMATS.items():
        found = compute([("budget", "cacheBytes", (*case, number)) for case in cases])
        assert found == [ex10.kv_cache_bytes(*case, dtype=name) for case in cases]


def test_key_heads_share_query_heads_evenly(compute: Compute) -> None:
    found = compute([("budget", "divisors", (heads,)) for heads in (1, 14, 31, 32)])
    assert found == [[1], [1, 2, 7, 14], [1, 31], [1, 2, 4, 8, 16, 32]]


def said(shape: Shape, number: int = 2, tokens: int = 2**17) -> str:
    """The result, computed the other way."""
    parts = counted(shape)
    total, table = sum(parts.values()), shape["V"] * shape["d"]
    otherwise = ("untied", "more") if shape["tied"] else ("tied", "fewer")
    cache = ex10.kv_cache_bytes(shape["layers"], shape["kv"], shape["width"], tokens, dtype=FORMATS[number])
    return (
        f"Of {total:,} parameters {100 * parts['tables'] / total:.1f} % are in the vocabulary; "
        f"{otherwise[0]} there would be {100 * table / total:.1f} % {otherwise[1]}. "
        f"They take {total * number / 2**30:.2f} GiB, and the cache of {tokens:,} tokens {cache / 2**30:.2f} GiB: "
        f"{cache // tokens:,} bytes a token."
    )


def given(page: Any) -> dict[str, Shape]:
    return dict(json.loads(page.locator("parameter-budget script").inner_text()))


def test_budget_by_keyboard_alone(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        visit(page, (site / PAGE).as_uri())
        budget = page.locator("parameter-budget")
        result = budget.locator(".result")
        models = given(page)
        assert {name: sum(counted(shape).values()) for name, shape in models.items()} == PUBLISHED
        shape = models["LLaMA-3-8B"]
        assert result.inner_text() == said(shape)
        assert "16.00 GiB: 131,072 bytes a token" in result.inner_text()
        budget.get_by_role("radio", name="It doubles").focus()
        page.keyboard.press("Space")
        assert budget.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowDown")
        assert budget.locator(".verdict").inner_text().startswith("Right.")
        # As the question has it: twice the width, and the cache is what it was.
        budget.get_by_role("slider", name="width d").focus()
        page.keyboard.press("End")
        assert result.inner_text() == said(shape | {"d": 2 * shape["d"], "mlp": 2 * shape["mlp"]})
        assert "16.00 GiB: 131,072 bytes a token" in result.inner_text()
        budget.get_by_role("button", name="as published").focus()
        page.keyboard.press("Enter")
        assert result.inner_text() == said(shape)
        budget.get_by_role("combobox", name="key heads").focus()
        page.keyboard.press("ArrowUp")
        assert result.inner_text() == said(shape | {"kv": 4})
        # 31 heads are served evenly by one key head or by 31, and there were four.
        budget.get_by_role("slider", name="query heads").focus()
        page.keyboard.press("ArrowLeft")
        assert result.inner_text() == said(shape | {"heads": 31, "kv": 1})
        budget.get_by_role("combobox", name="begin with").focus()
        page.keyboard.press("End")
        shape = models["Qwen2-0.5B"]
        assert result.inner_text() == said(shape)
        budget.get_by_role("slider", name=re.compile("^V")).focus()
        page.keyboard.press("ArrowLeft")
        budget.get_by_role("slider", name="layers").focus()
        page.keyboard.press("ArrowRight")
        budget.get_by_role("checkbox", name="tied tables").focus()
        page.keyboard.press("Space")
        shape = shape | {"V": shape["V"] - 128, "layers": shape["layers"] + 1, "tied": 0}
        assert result.inner_text() == said(shape)
        budget.get_by_role("combobox", name="numbers").focus()
        page.keyboard.press("ArrowDown")
        budget.get_by_role("slider", name="tokens").focus()
        page.keyboard.press("Home")
        assert result.inner_text() == said(shape, 1, 256)
        # The address says what is seen, and can be shared.
        state = f"model=4,V={shape['V']},d=896,layers=25,heads=14,kv=2,tied=0,bytes=1,tokens=256"
        address_is(page, f"#parameter-budget:{state}")
        other = browser.new_page()
        other.goto(page.url)
        shared = other.locator("parameter-budget")
        shared.locator(".result", has_text="256 tokens").wait_for()
        assert shared.locator(".result").inner_text() == result.inner_text()
        assert shared.get_by_role("combobox", name="key heads").input_value() == "2"
        assert not shared.get_by_role("checkbox", name="tied tables").is_checked()
        # What is no number or too large changes nothing, or goes to the end of its control.
        wild = "#parameter-budget:model=-3,V=1e12,d=0,layers=<b>,heads=1e9,kv=3,tied=7,bytes=3,tokens=-1"
        other.goto((site / PAGE).as_uri() + wild)
        shared.locator("output", has_text="262,144").wait_for()
        shape = models["LLaMA-2-7B"] | {"V": 2**18, "d": 128, "mlp": 344, "heads": 64, "tied": 1}
        assert shared.locator(".result").inner_text() == said(shape, 1, 256)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_budget_by_mouse(site: Path) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 900})
        visit(page, (site / PAGE).as_uri())
        budget = page.locator("parameter-budget")
        result = budget.locator(".result")
        shape = given(page)["Gemma-2B"]
        budget.get_by_role("radio", name="It stays").click()
        assert budget.locator(".verdict").inner_text().startswith("Right.")
        budget.get_by_role("combobox", name="begin with").select_option("Gemma-2B")
        assert result.inner_text() == said(shape)
        budget.get_by_text("tied tables").click()
        budget.get_by_role("combobox", name="key heads").select_option("8")
        assert result.inner_text() == said(shape | {"tied": 0, "kv": 8})
        layers = budget.get_by_role("slider", name="layers")
        box = layers.bounding_box()
        assert box is not None
        layers.click(position={"x": box["width"] - 2, "y": box["height"] / 2})
        assert result.inner_text() == said(shape | {"tied": 0, "kv": 8, "layers": 96})
        budget.get_by_role("button", name="as published").click()
        assert result.inner_text() == said(shape)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_budget_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        visit(page, (site / PAGE).as_uri())
        budget = page.locator("parameter-budget")
        budget.get_by_role("radio", name="It grows").check()
        budget.get_by_role("combobox", name="begin with").select_option("Qwen2-0.5B")
        assert violations(page, "parameter-budget") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
