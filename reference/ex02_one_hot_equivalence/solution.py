"""The reference: from each docstring to the end of its function, the text of the source notebook's cells."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def one_hot_shapes(B: int, T: int, V: int, d: int) -> dict[str, tuple[int, ...]]:
    """State the shape of every object of a lookup that is done as a matrix product.

    Parameters
    ----------
    B, T, V, d : int
        Sequences in the batch, tokens in a sequence, tokens in the vocabulary, and coordinates of one vector.

    Returns
    -------
    dict of str to tuple of int
        "ids": the token ids of the batch, axes in the order batch, time;
        "one_hot": for each place of the batch, its one-hot vector along the last axis;
        "E": the embedding table, one row a token of the vocabulary;
        "X": the product of the one-hot vectors and the table.

    Examples
    --------
    >>> sorted(one_hot_shapes(2, 3, 6, 4))
    ['E', 'X', 'ids', 'one_hot']
    """
    return {
        "ids": (B, T),
        "one_hot": (B, T, V),
        "E": (V, d),
        "X": (B, T, d),
    }


def one_hot(ids: ArrayLike, V: int) -> NDArray[np.float64]:
    """Write each id as a vector of length V with a single 1.

    Parameters
    ----------
    ids : array_like of int, of any shape
        Token ids from 0 to V - 1; may be empty, and may repeat. Never changed.
    V : int
        Tokens in the vocabulary.

    Returns
    -------
    ndarray of shape ids.shape + (V,)
        1 where the position on the last axis is the id, 0 elsewhere.

    Raises
    ------
    IndexError
        If an id is below 0, or V and above.

    Examples
    --------
    >>> one_hot([2, 0], 4).tolist()
    [[0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0]]
    """
    ids = np.asarray(ids)
    if np.any((ids < 0) | (ids >= V)):
        raise IndexError(f"ids must be from 0 to {V - 1}, got {ids.min()} to {ids.max()}")
    hot: NDArray[np.bool_] = ids[..., None] == np.arange(V)  # ids.shape + (V,)
    return hot.astype(float)


def onehot_lookup(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Look up the rows of the table by multiplying one-hot vectors with it.

    Parameters
    ----------
    ids : array_like of int, of any shape
        Token ids from 0 to V - 1; may be empty, and may repeat. Never changed.
    E : array_like of float, of shape (V, d)
        The embedding table, one row a token. Never changed.

    Returns
    -------
    float ndarray of shape ids.shape + (d,)

    Raises
    ------
    IndexError
        If an id is below 0, or V and above.

    Notes
    -----
    X = H E with H the one-hot vectors of the ids as rows. For a loss L the transpose of the same H carries the
    gradient back: dL/dE = H^T dL/dX, which adds up the gradients of all places of an id. With finite entries the
    product equals the lookup; a row with an infinity or a NaN spoils every place, as 0 times NaN is NaN.

    References
    ----------
    Y. Bengio, R. Ducharme, P. Vincent, C. Jauvin, "A Neural Probabilistic Language Model", Journal of Machine
    Learning Research 3, 2003, pages 1137 to 1155.

    Examples
    --------
    >>> onehot_lookup([1, 3], [[1.0, 2.0], [0.0, -1.0], [5.0, 0.0], [2.0, -2.0]]).tolist()
    [[0.0, -1.0], [2.0, -2.0]]
    """
    ids, E = np.asarray(ids), np.asarray(E)
    if np.any((ids < 0) | (ids >= len(E))):
        raise IndexError(f"ids must be from 0 to {len(E) - 1}, got {ids.min()} to {ids.max()}")
    hot = ids[..., None] == np.arange(len(E))  # ids.shape + (V,)
    product: NDArray[Any] = hot.astype(E.dtype) @ E  # ids.shape + (d,)
    return product


def onehot_cost(n: int, V: int, d: int) -> dict[str, int]:
    """Count what the product costs, against copying rows.

    Parameters
    ----------
    n, V, d : int
        Tokens that are looked up, tokens in the vocabulary, and coordinates of one vector; all positive. They may
        be numpy integers of 32 bits.

    Returns
    -------
    dict of str to int
        "onehot_macs": multiply-adds of the product of (n, V) one-hot vectors and a (V, d) table, zeros included;
        "gather_copies": numbers that a plain lookup copies;
        "onehot_floats": numbers in the one-hot vectors.

    Notes
    -----
    n V d multiply-adds against n d copies: a factor of V for the same result. One multiply-add is two floating
    point operations.

    Examples
    --------
    >>> onehot_cost(2, 10, 3) == {"onehot_macs": 60, "gather_copies": 6, "onehot_floats": 20}
    True
    """
    n, V, d = int(n), int(V), int(d)  # Python integers have no largest value
    return {"onehot_macs": n * V * d, "gather_copies": n * d, "onehot_floats": n * V}
