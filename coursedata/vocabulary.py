"""The small vocabulary that runs through the book: sixteen tokens, one of which means two things.

Chapter 1 meets it as ids, 3 and 4 place it on a map, 5 trains it, 6 puts it in order, 7 sees it through attention and 8
counts it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# The id of a token is its place here, and nothing else: any other order would do.
WORDS: tuple[str, ...] = (
    "<pad>",
    "<bos>",
    "the",
    "bank",
    "river",
    "water",
    "boat",
    "shore",
    "money",
    "loan",
    "coin",
    "clerk",
    "floods",
    "holds",
    "pays",
    "lends",
)

# Sixteen sentences; "bank" stands in eight of them, four beside the river and four beside the money.
SENTENCES: tuple[str, ...] = (
    "the river floods the bank",
    "the water floods the bank",
    "the bank holds the river",
    "the bank holds the water",
    "the bank lends the money",
    "the bank holds the money",
    "the bank pays the clerk",
    "the clerk pays the bank",
    "the river floods the shore",
    "the water floods the shore",
    "the shore holds the boat",
    "the water holds the boat",
    "the clerk lends the money",
    "the clerk holds the coin",
    "the money pays the loan",
    "the coin pays the loan",
)

# Places on a hand-made map, (x, y), one row a token: to the left what is wet, to the right what is owed; things below,
# what things do above. Made up to be looked at, not learned from anything.
MAP: NDArray[np.float64] = np.array(
    [
        [0.0, 0.0],  # <pad>: nothing
        [0.0, 2.2],  # <bos>
        [0.0, 0.4],  # the
        [0.2, -1.0],  # bank: between both
        [-2.0, -1.0],  # river
        [-1.8, -0.6],  # water
        [-1.2, -1.6],  # boat
        [-1.4, -1.2],  # shore
        [2.0, -0.8],  # money
        [1.6, -1.2],  # loan
        [1.8, -0.4],  # coin
        [1.2, -1.6],  # clerk
        [-1.6, 1.2],  # floods
        [-0.2, 1.6],  # holds
        [1.6, 1.0],  # pays
        [1.2, 1.4],  # lends
    ]
)
MAP.flags.writeable = False


def encode(sentence: str) -> list[int]:
    """Turn words, separated by spaces, into token ids in [0, 16).

    Raises KeyError for a word that the vocabulary does not have.
    """
    ids = {word: number for number, word in enumerate(WORDS)}
    for word in sentence.split():
        if word not in ids:
            raise KeyError(f"{word!r} is not in the vocabulary: {' '.join(WORDS)}")
    return [ids[word] for word in sentence.split()]


def decode(ids: list[int]) -> str:
    """Turn token ids into words, separated by spaces. Raises IndexError for an id outside [0, 16)."""
    for number in ids:
        if not 0 <= number < len(WORDS):
            raise IndexError(f"a token id must be in [0, {len(WORDS)}), got {number}")
    return " ".join(WORDS[number] for number in ids)
