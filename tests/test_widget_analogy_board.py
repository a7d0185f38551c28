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
from playwright.sync_api import Locator

from coursedata.vectors import glove
from reference.ex04_analogy_direction import solution as ex04

PAGE = "04-geometry-of-meaning.html"
HEAD = "b \N{MINUS SIGN} a + c"


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


def test_the_four_corners_lie_in_the_plane_and_the_word_casts_its_shadow(site: Path, compute: Compute) -> None:
    board, _ = given(site)
    E = rows(board)
    rng = np.random.default_rng(5)
    cases = [E[rng.choice(len(E), 4, replace=False)] for _ in range(20)]
    cases += [rng.normal(size=(4, width)) * size for width in (2, 3, 50) for size in (1e-3, 1.0, 1e3)]
    found = compute([("analogy", "parallelogram", (case[:3].tolist(), case[3].tolist())) for case in cases])
    for (a, b, c, word), seen in zip(cases, found, strict=True):
        target = b - a + c
        # An orthonormal basis by another way than Gram and Schmidt's, turned as the drawing is.
        Q, R = np.linalg.qr(np.stack([b - a, c - a], axis=1))
        axes = (Q * np.sign(np.diag(R))).T
        agree(seen["corners"], (np.stack([a, b, target, c]) - a) @ axes.T)
        agree(seen["shadow"], axes @ (word - a))
        # Nothing of the corners is outside of the plane: all their distances are those of the full space.
        corners, full = np.array(seen["corners"]), np.stack([a, b, target, c])
        agree(
            np.linalg.norm(corners[:, None] - corners[None], axis=-1),
            np.linalg.norm(full[:, None] - full[None], axis=-1),
        )
        way = word - target
        agree(
            [seen["inside"], seen["outside"], seen["away"], np.hypot(seen["inside"], seen["outside"])],
            [np.linalg.norm(axes @ way), np.linalg.norm(way - axes.T @ (axes @ way)), *[np.linalg.norm(way)] * 2],
        )


def test_without_a_plane_there_is_no_parallelogram(compute: Compute) -> None:
    rng = np.random.default_rng(6)
    a, b, word = rng.normal(size=(3, 50))
    lines = [(a, a, b), (a, b, a), (a, b, b), (a, a, a), (a, b, a + 0.3 * (b - a)), (a, b, a - 7 * (b - a))]
    lines += [(a, b, b + 1e-15 * word), (0 * a, b, 2 * b)]
    # As JSON has no word for nothing, a call that finds nothing answers null.
    found = compute([("analogy", "parallelogram", ([*map(list, line)], word.tolist())) for line in lines])
    assert found == [None] * len(lines)


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


def in_words(board: dict[str, Any], a: str, b: str, c: str) -> str:
    """What the result has to say of the nearest word that is allowed."""
    E, words = rows(board), board["words"]
    at = [words.index(word) for word in (a, b, c)]
    answer = ex04.analogy(E, *at)
    Q = np.linalg.qr(np.stack([E[at[1]] - E[at[0]], E[at[2]] - E[at[0]]], axis=1))[0]
    way = E[answer] - (E[at[1]] - E[at[0]] + E[at[2]])
    inside, away = np.linalg.norm(Q.T @ way), np.linalg.norm(way)
    outside = np.linalg.norm(way - Q @ (Q.T @ way))
    return (
        f"“{words[answer]}” seems {inside:.2f} away from {HEAD} and is {away:.2f}: {outside:.2f} of it, at a right "
        "angle, point out of the plane."
    )


def edges(item: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom."""
    box = item.bounding_box()
    assert box
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def test_parallelogram_by_keyboard_alone(site: Path) -> None:
    board, _ = given(site)
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        visit(page, (site / PAGE).as_uri())
        element = page.locator("analogy-board")
        result, drawing = element.locator(".result"), element.locator(".panels svg")
        labels = drawing.locator("text")
        assert in_words(board, "man", "king", "woman") in result.inner_text()
        assert labels.all_text_contents()[:5] == ["queen", HEAD, "man (a)", "king (b)", "woman (c)"]
        for name, word in (("a", "france"), ("b", "paris"), ("c", "japan")):
            element.get_by_role("combobox", name=name, exact=True).focus()
            page.keyboard.type(word)
        assert labels.all_text_contents()[:5] == ["tokyo", HEAD, "france (a)", "paris (b)", "japan (c)"]
        assert in_words(board, "france", "paris", "japan") in result.inner_text()
        # The drawing is a parallelogram, and its labels can be seen.
        a, b, target, c = np.array(
            [point.split(",") for point in (drawing.locator("polygon").get_attribute("points") or "").split()],
            dtype=float,
        )
        np.testing.assert_allclose(b - a + c, target, atol=1e-9)
        left, top, right, bottom = edges(drawing)
        assert labels.count() == 7
        for box in map(edges, labels.all()):
            assert left <= box[0] < box[2] <= right
            assert top <= box[1] < box[3] <= bottom
        # Thrice the same word, then twice: a sentence instead of a drawing.
        for name in "abc":
            element.get_by_role("combobox", name=name, exact=True).focus()
            page.keyboard.press("Home")
        assert "a and b are the same word" in result.inner_text()
        element.get_by_role("combobox", name="a", exact=True).focus()
        page.keyboard.press("ArrowDown")
        assert "straight on beyond" in result.inner_text()
        assert drawing.count() == 0
        element.get_by_role("button", name="another question").focus()
        page.keyboard.press("Enter")
        assert drawing.count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_equal_words_get_a_sentence_and_no_drawing(site: Path) -> None:
    cases = {
        "france france japan": f"a and b are the same word, so {HEAD} is “japan” itself",
        "france japan france": f"a and c are the same word, so {HEAD} is “japan” itself",
        "france japan japan": f"b and c are the same word, so {HEAD} is straight on beyond “japan”",
        "japan japan japan": f"a and b are the same word, so {HEAD} is “japan” itself",
    }
    with chromium() as browser:
        page = browser.new_page()
        visit(page, (site / PAGE).as_uri())
        board = page.locator("analogy-board")
        for question, wanted in cases.items():
            for name, word in zip("abc", question.split(), strict=True):
                board.get_by_role("combobox", name=name, exact=True).select_option(word)
            assert wanted in board.locator(".result").inner_text()
            assert "there is no parallelogram to draw." in board.locator(".result").inner_text()
            assert board.locator(".panels svg").count() == 0
            assert "NaN" not in board.inner_text()


def test_parallelogram_of_every_question_by_mouse(site: Path) -> None:
    board, _ = given(site)
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        visit(page, (site / PAGE).as_uri())
        element = page.locator("analogy-board")
        element.locator(".result").wait_for()
        for question in board["questions"]:
            wanted = in_words(board, *(board["words"][row] for row in question))
            assert wanted in element.locator(".result").inner_text()
            element.get_by_role("button", name="another question").click()


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
