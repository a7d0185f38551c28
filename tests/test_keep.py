"""What the pages keep and judge: numbers as readers type them, and when a card comes back; called in Node."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from interactive import Compute, calling

from coursebuild.questions import is_near

DAY = 86_400_000
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
REVIEW = 2


@pytest.fixture(scope="module")
def keep(tmp_path_factory: pytest.TempPathFactory) -> Compute:
    return calling(tmp_path_factory.mktemp("keep"), "keep")


def test_numbers_are_read_as_they_are_typed(keep: Compute) -> None:
    typed = {
        "12": 12, " 0.25 ": 0.25, "1/4": 0.25, "-3": -3, "\u22123": -3, "2.5e-3": 0.0025, "1,234": 1234,
        "1 234 567": 1234567, ".5": 0.5, "1/0": None, "": None, "abc": None, "1/2/3": None, "0x10": None,
        "Infinity": None, "1e": None, "12px": None,
    }  # fmt: skip
    found = keep([("numbers", "typedNumber", (text,)) for text in typed])
    # What is nothing does not survive JSON but as null.
    assert found == list(typed.values())


def test_page_and_build_agree_on_what_counts_as_right(keep: Compute) -> None:
    cases = [
        (value, key, tolerance)
        for key in (0.0, 1.0, -2.5, 1e-6, 3e9)
        for tolerance in (0.0, 0.01, 0.05)
        for value in (key, key * 1.009, key * 1.011, key * 0.9501, -key, key + 1e-13, key + 1e-3)
    ]
    assert keep([("numbers", "isNear", case) for case in cases]) == [is_near(*case) for case in cases]


def test_a_card_comes_back_later_each_time_and_sooner_when_forgotten(keep: Compute) -> None:
    now = int(datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp() * 1000)
    [card] = keep([("reviews", "newCard", (now,))])
    assert card["due"] == now
    seen = [card]
    while len(seen) < 8:
        [card] = keep([("reviews", "graded", (card, GOOD, card["due"]))])
        seen.append(card)
    waits = [after["due"] - before["due"] for before, after in pairwise(seen)]
    assert all(earlier < later for earlier, later in pairwise(waits))
    assert seen[-1]["state"] == REVIEW
    # FSRS calls stability the days after which nine of ten are recalled: what is asked for here.
    assert abs(seen[-1]["days"] - seen[-1]["stability"]) <= 1
    assert waits[-1] == seen[-1]["days"] * DAY
    forgotten, hard, easy = keep([("reviews", "graded", (card, grade, card["due"])) for grade in (AGAIN, HARD, EASY)])
    assert forgotten["due"] < hard["due"] < easy["due"]
    assert forgotten["lapses"] == 1
    is_open = keep([("reviews", "isOpen", (item,)) for item in (seen[0], seen[-1], forgotten)])
    assert is_open == [True, False, True]


def test_the_forecast_counts_by_day_and_what_is_overdue_today(keep: Compute) -> None:
    now = int(datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp() * 1000)
    cards = [{"due": now + days * DAY} for days in (-3, 0, 1, 1, 6, 7)]
    assert keep([("reviews", "forecast", (cards, now, 7))]) == [[2, 2, 0, 0, 0, 0, 1]]
