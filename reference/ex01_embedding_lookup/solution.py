"""The reference: from each docstring to the end of its function, the text of the source notebook's cells."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def lookup_shapes(B: int, T: int, V: int, d: int) -> dict[str, tuple[int, ...]]:
    """State the shape of every object of an embedding lookup and of its gradient.

    Parameters
    ----------
    B, T, V, d : int
        Sequences in the batch, tokens in a sequence, tokens in the vocabulary, and coordinates of one vector.

    Returns
    -------
    dict of str to tuple of int
        "ids": the token ids of the batch, axes in the order batch, time;
        "E": the embedding table, one row a token of the vocabulary;
        "X": the vectors that the lookup gives for the ids;
        "grad_E": the gradient of the loss with respect to the table.

    Examples
    --------
    >>> sorted(lookup_shapes(2, 3, 6, 4))
    ['E', 'X', 'grad_E', 'ids']
    """
    return {
        "ids": (B, T),
        "E": (V, d),
        "X": (B, T, d),
        "grad_E": (V, d),
    }


def lookup(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Read one row of the table for each token id.

    Parameters
    ----------
    ids : array_like of int, of any shape
        Token ids from 0 to V - 1; may be empty, and may repeat. Never changed.
    E : array_like of float, of shape (V, d)
        The embedding table, one row a token. Never changed.

    Returns
    -------
    float ndarray of shape ids.shape + (d,)
        A copy: it shares no memory with E.

    Raises
    ------
    TypeError
        If the ids are no integers.
    IndexError
        If an id is below 0, or V and above.

    Notes
    -----
    X[..., :] = E[ids[...], :]. Without the check of the range, numpy reads E[-1] as the last row.

    References
    ----------
    Y. Bengio, R. Ducharme, P. Vincent, C. Jauvin, "A Neural Probabilistic Language Model", Journal of Machine
    Learning Research 3, 2003, pages 1137 to 1155.

    Examples
    --------
    >>> lookup([2, 0, 2], [[0.0, 1.0], [2.0, 0.0], [-1.0, 3.0]]).tolist()
    [[-1.0, 3.0], [0.0, 1.0], [-1.0, 3.0]]
    """
    ids, E = np.asarray(ids), np.asarray(E)
    if ids.dtype.kind not in "iu":
        raise TypeError(f"ids must be integers, got {ids.dtype}")
    if np.any((ids < 0) | (ids >= len(E))):
        raise IndexError(f"ids must be from 0 to {len(E) - 1}, got {ids.min()} to {ids.max()}")
    rows: NDArray[Any] = E[ids]  # ids.shape + (d,); indexing with an array copies
    return rows


def lookup_grad(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[np.float64]:
    """Send the gradient of each looked-up vector back to the row that it came from.

    Parameters
    ----------
    ids : array_like of int, of any shape
        Token ids from 0 to V - 1; may be empty, and may repeat. Never changed.
    G : array_like of float, of shape ids.shape + (d,)
        Gradient of the loss with respect to X = lookup(ids, E). Never changed.
    V : int
        Rows of the table.

    Returns
    -------
    float ndarray of shape (V, d)
        Gradient of the loss with respect to E: row v is the sum of G over the places where ids is v, and zero
        for a token that does not occur.

    Raises
    ------
    TypeError
        If the ids are no integers.
    IndexError
        If an id is below 0, or V and above.

    Notes
    -----
    The lookup is linear in E, and this is its transpose: the sum of X * G equals the sum of E * grad_E for
    every E and every G. In numpy, grad[ids] += G keeps one contribution of a repeated id; np.add.at adds all.

    References
    ----------
    A. Griewank, A. Walther, "Evaluating Derivatives: Principles and Techniques of Algorithmic Differentiation",
    second edition, SIAM, 2008.

    Examples
    --------
    >>> lookup_grad([1, 1, 0], [[1.0, 2.0], [10.0, 20.0], [5.0, 6.0]], 3).tolist()
    [[5.0, 6.0], [11.0, 22.0], [0.0, 0.0]]
    """
    ids, G = np.asarray(ids), np.asarray(G, dtype=float)
    if ids.dtype.kind not in "iu":
        raise TypeError(f"ids must be integers, got {ids.dtype}")
    if np.any((ids < 0) | (ids >= V)):
        raise IndexError(f"ids must be from 0 to {V - 1}, got {ids.min()} to {ids.max()}")
    grad = np.zeros((V, G.shape[-1]))
    np.add.at(grad, ids, G)  # unlike grad[ids] += G, this adds every contribution of a repeated id
    return grad
