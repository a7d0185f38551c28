"""The reference: from each docstring to the end of its function, the text of the source notebook's cells."""

import numpy as np
from numpy.typing import ArrayLike


def analogy_shapes(V: int, d: int, n_pairs: int) -> dict[str, tuple[int, ...]]:
    """State the shape of every object in the search for one answer, and in the test of the offsets.

    Parameters
    ----------
    V, d, n_pairs : int
        Tokens in the vocabulary, coordinates of a row, and pairs of ids that show the relation.

    Returns
    -------
    dict of str to tuple of int
        "E": the embedding table, one token a row;
        "query": the one vector b - a + c;
        "cosines": the cosine of the query with each row of the table;
        "offsets": one difference of two rows for each pair.

    Examples
    --------
    >>> sorted(analogy_shapes(9, 4, 3))
    ['E', 'cosines', 'offsets', 'query']
    """
    return {"E": (V, d), "query": (d,), "cosines": (V,), "offsets": (n_pairs, d)}


def analogy(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """Answer "a is to b as c is to ?" with the row whose direction is closest to b - a + c.

    Parameters
    ----------
    E : array_like of float, of shape (V, d)
        Embedding table, one token a row; a row of zeros is allowed. Never changed.
    a, b, c : int
        Ids of three different tokens, in [0, V).
    normalize : bool
        Whether the rows are scaled to length 1 before the query is made. A row of zeros stays as it is.

    Returns
    -------
    int
        The id, other than a, b and c, of the row with the largest cosine to the query; the lowest such id if
        there are several.

    Raises
    ------
    ValueError
        If one of the ids is below 0 or at least V.
    ValueError
        If no row is left beside a, b and c.

    Notes
    -----
    The query is q = E[b] - E[a] + E[c]; the answer maximises q . E[v] / (|q| |E[v]|). The length of q scales
    all candidates alike and need not be divided by, which also settles q = 0: every cosine is 0 then, as it
    is for a row of zeros.

    References
    ----------
    T. Mikolov, W. Yih, G. Zweig, "Linguistic Regularities in Continuous Space Word Representations",
    NAACL-HLT 2013.

    Examples
    --------
    From (1, 5) to (3, 5) is a step of (2, 0); from (1, 1) it leads to (3, 1), whose direction is nearest to
    that of (3, 1.5):

    >>> analogy([[1.0, 5.0], [3.0, 5.0], [1.0, 1.0], [3.0, 1.5], [0.0, 3.0]], 0, 1, 2)
    3
    """
    E = np.asarray(E, dtype=float)
    V = len(E)
    for token in (a, b, c):
        if not 0 <= token < V:
            raise ValueError(f"ids must lie in [0, {V}), got {token}")
    norms = np.linalg.norm(E, axis=1, keepdims=True)  # (V, 1)
    unit = E / np.where(norms == 0, 1, norms)  # (V, d), zero rows stay zero
    rows = unit if normalize else E  # (V, d)
    query = rows[b] - rows[a] + rows[c]  # (d,)
    scores = unit @ query  # (V,), the cosines times the length of the query
    scores[[a, b, c]] = -np.inf
    if np.all(np.isneginf(scores)):
        raise ValueError(f"no row is left beside {a}, {b} and {c}")
    return int(np.argmax(scores))


def offset_consistency(E: ArrayLike, pairs: ArrayLike) -> float:
    """Measure how constant an offset is: the mean cosine between the offsets of different pairs.

    Parameters
    ----------
    E : array_like of float, of shape (V, d)
        Embedding table, one token a row. Never changed.
    pairs : array_like of int, of shape (n, 2)
        Pairs (a, b) of ids in [0, V), at least two; no offset E[b] - E[a] is zero. Never changed.

    Returns
    -------
    float
        Mean of the cosines of offset i with offset j over all i and j that differ, from -1 to 1.

    Raises
    ------
    ValueError
        If one of the ids is below 0 or at least V.
    ValueError
        If there are fewer than two pairs.

    Notes
    -----
    An offset has cosine 1 with itself, whatever the others do, so i = j is left out. Each unordered pair is
    counted twice in the sum and twice in its n (n - 1) terms: the mean over i < j is the same.

    Examples
    --------
    The offsets are (1, 0), (0, 1) and (-1, 0), at angles of 90, 90 and 180 degrees: (0 + 0 - 1) / 3.

    >>> E = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]
    >>> round(offset_consistency(E, [(0, 1), (0, 2), (0, 3)]), 4)
    -0.3333
    """
    E, pairs = np.asarray(E, dtype=float), np.asarray(pairs)
    n = len(pairs)
    if n < 2:
        raise ValueError(f"there must be at least two pairs, got {n}")
    if pairs.min() < 0 or pairs.max() >= len(E):
        raise ValueError(f"ids must lie in [0, {len(E)}), got {pairs.min()} to {pairs.max()}")
    offsets = E[pairs[:, 1]] - E[pairs[:, 0]]  # (n, d)
    directions = offsets / np.linalg.norm(offsets, axis=1, keepdims=True)  # (n, d)
    cosines = directions @ directions.T  # (n, n), with ones on the diagonal
    return float((cosines.sum() - np.trace(cosines)) / (n * (n - 1)))
