"""The tables of real vectors are what their documentation says, and what the chapters say about them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from coursedata import collect
from coursedata.analogies import CAPITALS, EXAMPLES, RELATIONS
from coursedata.vectors import Table, glove, minilm

FOLDER = Path(str(files("coursedata")))
PROVENANCE = (FOLDER / "PROVENANCE.md").read_text(encoding="utf-8")
TABLES = pytest.mark.parametrize("table", [glove, minilm])


def cosines(table: Table, vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of every row with the vector, shape (n,)."""
    return table.E @ vector / (np.linalg.norm(table.E, axis=1) * np.linalg.norm(vector))


def nearest(table: Table, vector: NDArray[np.float32], *excluded: str) -> str:
    found = cosines(table, vector)
    found[[table.id(word) for word in excluded]] = -np.inf
    return table.words[int(found.argmax())]


def analogy(table: Table, a: str, b: str, c: str) -> str:
    return nearest(table, table.row(b) - table.row(a) + table.row(c), a, b, c)


# --- what is there ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "shape"), [(glove, (6_000, 100)), (minilm, (2_000, 384))])
def test_shapes_and_numbers(table: Callable[[], Table], shape: tuple[int, int]) -> None:
    assert table().E.shape == shape
    assert table().E.dtype == np.float32
    assert np.isfinite(table().E).all()
    assert np.linalg.norm(table().E, axis=1).min() > 0.2


@TABLES
def test_every_word_leads_to_its_row(table: Callable[[], Table]) -> None:
    t = table()
    assert [t.id(word) for word in t.words] == list(range(len(t.words)))
    assert np.array_equal(t.row(t.words[17]), t.E[17])
    assert [word for word in t.words if not word or word != word.strip() or word.split() != [word]] == []


def test_glove_begins_with_the_most_frequent_words() -> None:
    assert glove().words[:7] == ("the", ",", ".", "of", "to", "and", "in")
    order = [glove().id(word) for word in ("the", "money", "river", "banana", "hotter")]
    assert order == sorted(order)


def test_glove_has_every_word_of_the_pairs_and_examples() -> None:
    assert {word for pairs in RELATIONS.values() for pair in pairs for word in pair} <= set(glove().words)
    assert set(EXAMPLES) <= set(glove().words)


def test_no_pair_is_given_twice() -> None:
    for name, pairs in RELATIONS.items():
        for side in zip(*pairs, strict=True):
            assert len(set(side)) == len(pairs), name


def test_minilm_is_in_the_order_of_its_token_ids() -> None:
    words = minilm().words
    known = [
        "[PAD]",
        "[unused0]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "[unused100]",
        "the",
        "of",
        "and",
        "##s",
        "##ing",
    ]
    places = [minilm().id(word) for word in known]
    assert places == sorted(places)
    assert places[:2] == [0, 1]
    assert sum(word.startswith("[unused") for word in words) == 50
    assert sum(word.startswith("##") for word in words) == 200
    whole = {word for word in words if not word.startswith(("[", "##"))}
    assert len(whole) == 1_745
    assert whole <= set(glove().words)


# --- a table cannot be spoilt, and says what is wrong ---------------------------------------------------------


@TABLES
def test_vectors_are_read_only(table: Callable[[], Table]) -> None:
    with pytest.raises(ValueError, match="read-only"):
        table().E[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        table().row("river")[:] = 0


def test_an_unknown_word_is_named() -> None:
    with pytest.raises(KeyError, match=r"'Paris' is not among the 6,000 words of this table; 'paris' is"):
        glove().row("Paris")
    with pytest.raises(KeyError, match=r"'qwertz' is not among the 2,000 words of this table\"$"):
        minilm().id("qwertz")


@pytest.mark.parametrize(("words", "shape"), [(("a", "b"), (3, 2)), (("a", "a"), (2, 2)), (("a", "b"), (2,))])
def test_words_and_rows_must_match(words: tuple[str, ...], shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one row for each of its words"):
        Table(words, np.zeros(shape, dtype=np.float32))


# --- what the chapters say about them -----------------------------------------------------------------------


def test_king_minus_man_plus_woman_is_queen_only_because_king_is_excluded() -> None:
    t = glove()
    target = t.row("king") - t.row("man") + t.row("woman")
    assert nearest(t, target) == "king"
    assert nearest(t, target, "king", "man", "woman") == "queen"


def test_an_analogy_that_works_and_one_that_does_not() -> None:
    assert analogy(glove(), "france", "paris", "italy") == "rome"
    assert analogy(glove(), "france", "paris", "australia") == "sydney"


def test_most_capitals_are_found_and_not_because_they_are_near_their_country() -> None:
    t = glove()
    questions = [(a, b, c, d) for a, b in CAPITALS for c, d in CAPITALS if a != c]
    by_offset = np.mean([analogy(t, a, b, c) == d for a, b, c, d in questions])
    by_nearness = np.mean([nearest(t, t.row(c), a, b, c) == d for a, b, c, d in questions])
    assert len(questions) == 2_070
    assert by_offset == pytest.approx(0.87, abs=0.01)
    assert by_nearness == pytest.approx(0.07, abs=0.01)


@pytest.mark.parametrize(
    ("table", "word", "neighbours"),
    [
        (glove, "river", ["rivers", "creek", "lake", "valley"]),
        (glove, "bank", ["banks", "banking", "credit", "investment"]),
        (minilm, "river", ["rivers", "lake", "valley", "water"]),
    ],
)
def test_neighbours(table: Callable[[], Table], word: str, neighbours: list[str]) -> None:
    t = table()
    nearest_first = np.argsort(-cosines(t, t.row(word)))[: len(neighbours) + 1]
    assert [t.words[row] for row in nearest_first] == [word, *neighbours]


def test_places_that_no_text_reaches_have_short_vectors() -> None:
    norms = np.linalg.norm(minilm().E, axis=1)
    unused = np.array([word.startswith("[unused") for word in minilm().words])
    whole = np.array([word.isalpha() for word in minilm().words])
    assert norms[unused].mean() < 0.5 < 1.2 < norms[whole].mean()


# --- where they are from ------------------------------------------------------------------------------------


def test_files_are_those_of_the_provenance() -> None:
    written = PROVENANCE.partition("## What was written")[2].partition("\n## ")[0]
    rows = re.findall(r"\| `([\w.]+)` \| ([\d,]+) \| `([0-9a-f]{64})` \|", written)
    assert {name for name, _, _ in rows} == {
        f"{table}.{kind}" for table in ("glove", "minilm") for kind in ("npy", "txt")
    }
    for name, size, digest in rows:
        content = (FOLDER / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (int(size.replace(",", "")), digest), name


def test_all_together_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 3_000_000


def test_licences_named_are_there() -> None:
    named = set(re.findall(r"`(LICENSE-[\w.-]+)`", PROVENANCE))
    assert named == {path.name for path in FOLDER.glob("LICENSE-*")}


# --- the script that made them ------------------------------------------------------------------------------


def test_a_tensor_is_read_out_of_a_safetensors_file(tmp_path: Path) -> None:
    wanted = np.arange(6, dtype="<f4").reshape(3, 2)
    header = json.dumps(
        {"other": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}
        | {"wanted": {"dtype": "F32", "shape": [3, 2], "data_offsets": [4, 28]}}
    ).encode()
    content = len(header).to_bytes(8, "little") + header + b"\xff" * 4 + wanted.tobytes()
    (tmp_path / "model.safetensors").write_bytes(content)
    assert np.array_equal(collect.read_tensor(tmp_path / "model.safetensors", "wanted"), wanted)


def test_rows_that_are_needed_are_kept_and_the_first_others_fill_up() -> None:
    assert collect.fill({9, 2}, range(20), 5) == [0, 1, 2, 3, 9]
    assert collect.unbroken([0, 1, 2, 3, 9]) == 4
    assert collect.unbroken([0, 1]) == 2


def test_choosing_again_from_what_was_chosen_changes_nothing() -> None:
    assert collect.choose_words(glove().words) == list(range(6_000))


def test_a_source_without_a_needed_word_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"no vectors for .*'queen'"):
        collect.choose_words([word for word in glove().words if word != "queen"])
