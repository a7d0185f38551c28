"""The analogy board: its arithmetic against the reference, what its words claim, and its use by keyboard alone."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import chromium
from interactive import Compute, address_is, agree, visit
from numpy.typing import NDArray
from pages import violations

from coursedata.vectors import glove
from reference.ex04_analogy_direction import solution as ex04

PAGE = "04-geometry-of-meaning.html"


def given(site: Path) -> tuple[dict[str, Any], str]:
    """What the page gives the element, read and raw."""
    found = re.search(r"<analogy-board>\s*<script[^>]*>(.*?)</script>", (site / PAGE).read_text(), re.DOTALL)
    assert found
    board: dict[str, Any] = json.loads(found[1])
    return board, found[1]


def rows(board: dict[str, Any]) -> NDArray[np.float64]:
    levels = np.frombuffer(base64.b64decode(board["rows"]), dtype=np.int8).reshape(len(board["words"]), -1)
    dequantised: NDArray[np.float64] = levels * np.array(board["scales"])[:, None]
    return dequantised


def unit(X: NDArray[np.float64]) -> NDArray[np.float64]:
    norms = np.linalg.norm(X, axis=-1, keepdims=True)
    units: NDArray[np.float64] = X / np.where(norms == 0, 1, norms)
    return units


def test_board_is_small_and_close_to_the_table(site: Path, compute: Compute) -> None:
    board, raw = given(site)
    assert len(raw) < 12_000
    assert 60 <= len(set(board["words"])) == len(board["words"]) <= 100
    E = rows(board)
    (found,) = compute([("analogy", "decode", (board["rows"], board["scales"]))])
    agree(found, E)
    # Half a step of rounding, and the rounding of the scale itself.
    exact = np.array([glove().row(word) for word in board["words"]], dtype=float)
    assert (np.abs(E - exact).max(axis=1) <= 0.51 * np.array(board["scales"])).all()


def test_rankings_agree_with_the_reference(site: Path, compute: Compute) -> None:
    board, _ = given(site)
    E = rows(board)
    rng = np.random.default_rng(4)
    questions = [*board["questions"], *(rng.choice(len(E), 3, replace=False).tolist() for _ in range(40))]
    heads = compute([("analogy", "head", (E.tolist(), *question)) for question in questions])
    for (a, b, c), found in zip(questions, heads, strict=True):
        agree(found, E[b] - E[a] + E[c])
    free = compute([("analogy", "ranking", (E.tolist(), query)) for query in heads])
    held = compute(
        [("analogy", "ranking", (E.tolist(), query, at)) for query, at in zip(heads, questions, strict=True)]
    )
    for (a, b, c), every, kept in zip(questions, free, held, strict=True):
        cosines = unit(E) @ unit(E[b] - E[a] + E[c])
        agree([item["cosine"] for item in every], np.sort(cosines)[::-1])
        agree([item["cosine"] for item in every], cosines[[item["row"] for item in every]])
        assert kept[0]["row"] == ex04.analogy(E, a, b, c)
        assert [item["row"] for item in kept] == [item["row"] for item in every if item["row"] not in (a, b, c)]


def test_ties_go_to_the_lower_row(compute: Compute) -> None:
    E = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [2.0, 0.0], [4.0, 0.0], [0.0, -1.0]]
    one, none = compute(
        [("analogy", "ranking", (E, [3.0, 0.0], [2])), ("analogy", "ranking", (E, [0.0, 0.0]))],
    )
    assert [item["row"] for item in one] == [1, 3, 4, 0, 5]
    assert [item["row"] for item in none] == [0, 1, 2, 3, 4, 5]
    assert ex04.analogy(E, 2, 0, 5) == 1


def test_what_the_prediction_says_is_so(site: Path) -> None:
    board, _ = given(site)
    E, words = rows(board), board["words"]

    def nearest(a: str, b: str, c: str) -> list[str]:
        at = [words.index(word) for word in (a, b, c)]
        order = np.argsort(-(unit(E) @ (E[at[1]] - E[at[0]] + E[at[2]])))
        return [words[row] for row in order[:2]]

    assert nearest("man", "king", "woman") == ["king", "queen"]
    assert nearest("boy", "girl", "brother")[0] == "brother"
    man, woman, king = (E[words.index(word)] for word in ("man", "woman", "king"))
    assert np.linalg.norm(woman - man) < 0.7 * np.linalg.norm(king)


def test_board_by_keyboard_alone(site: Path) -> None:
    words = given(site)[0]["words"]
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        visit(page, (site / PAGE).as_uri())
        board = page.locator("analogy-board")
        result = board.locator(".result")
        board.get_by_role("radio", name="queen").focus()
        page.keyboard.press("Space")
        assert board.locator(".verdict").inner_text().startswith("Not so.")
        page.keyboard.press("ArrowDown")
        assert board.locator(".verdict").inner_text().startswith("Right.")
        assert "one of its own back, “king”" in result.inner_text()
        board.get_by_role("button", name="another question").focus()
        page.keyboard.press("Enter")
        assert board.locator(".question").inner_text().startswith("france : paris = italy : ?")
        board.get_by_role("combobox", name="c", exact=True).focus()
        page.keyboard.type("japan")
        assert board.locator(".question").inner_text().startswith("france : paris = japan : ?")
        assert "“tokyo”" in result.inner_text()
        # The address says what is seen, and can be shared.
        state = ",".join(
            f"{key}={words.index(word)}" for key, word in zip("abc", ("france", "paris", "japan"), strict=True)
        )
        address_is(page, f"#analogy-board:{state}")
        said, listed = result.inner_text(), board.locator(".lists").inner_text()
        other = browser.new_page()
        other.goto(page.url)
        other.locator("analogy-board .question", has_text="japan").wait_for()
        assert other.locator("analogy-board .result").inner_text() == said
        assert other.locator("analogy-board .lists").inner_text() == listed
        other.goto((site / PAGE).as_uri() + "#analogy-board:a=-3,b=1e9,c=x,d=<b>")
        other.locator("analogy-board .question", has_text=f"{words[0]} : {words[-1]}").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_board_in_use_is_accessible(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        visit(page, (site / PAGE).as_uri())
        board = page.locator("analogy-board")
        board.get_by_role("radio", name="woman").check()
        board.get_by_role("combobox", name="b", exact=True).select_option("monarch")
        assert violations(page, "analogy-board") == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
