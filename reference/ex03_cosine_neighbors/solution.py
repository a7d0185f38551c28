"""The reference: from each docstring to the end of its function, the text of the source notebook's cells."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def cosine_shapes(n: int, m: int, d: int, k: int) -> dict[str, tuple[int, ...]]:
    """State the shape of every object between two tables of vectors and the neighbour lists.

    Parameters
    ----------
    n, m, d, k : int
        Rows of the first table, rows of the second, coordinates of every row, and neighbours in a list.

    Returns
    -------
    dict of str to tuple of int
        "A": the first table, one vector a row;
        "B": the second table;
        "cosines": one number for each row of A and each row of B, in this order;
        "neighbors": for each row of A, the indices of its k nearest among the other rows of A.

    Examples
    --------
    >>> sorted(cosine_shapes(5, 3, 4, 2))
    ['A', 'B', 'cosines', 'neighbors']
    """
    return {"A": (n, d), "B": (m, d), "cosines": (n, m), "neighbors": (n, k)}


def cosine_matrix(A: ArrayLike, B: ArrayLike) -> NDArray[np.float64]:
    """Give the cosine of each row of A with each row of B.

    Parameters
    ----------
    A : array_like of float, of shape (n, d)
        One vector a row, of any length; a row of zeros is allowed. Never changed.
    B : array_like of float, of shape (m, d)
        Likewise.

    Returns
    -------
    float ndarray of shape (n, m)
        Entry [i, j] belongs to A[i] and B[j], between -1 and 1; 0.0 where either row is zero.

    Raises
    ------
    ValueError
        If A or B is not 2-D.
    ValueError
        If the rows of A and B have different lengths.

    Notes
    -----
    cos(u, v) = u . v / (|u| |v|). For a zero vector it is undefined, and this course agrees on 0.0. Rows are
    divided by their own norm, so short and long rows are treated alike.

    Examples
    --------
    (3, 4) and (4, 3) have norm 5 each, and 3 * 4 + 4 * 3 = 24, so the cosine is 24 / 25:

    >>> cosine_matrix([[3.0, 4.0]], [[4.0, 3.0], [0.0, 0.0]]).round(4).tolist()
    [[0.96, 0.0]]
    """
    A, B = np.asarray(A, dtype=float), np.asarray(B, dtype=float)
    if A.ndim != 2 or B.ndim != 2:
        raise ValueError(f"A and B must be 2-D, got shapes {A.shape} and {B.shape}")
    if A.shape[1] != B.shape[1]:
        raise ValueError(f"rows of A and B must have equal length, got {A.shape[1]} and {B.shape[1]}")
    norms_A = np.linalg.norm(A, axis=1, keepdims=True)  # (n, 1)
    norms_B = np.linalg.norm(B, axis=1, keepdims=True)  # (m, 1)
    unit_A = A / np.where(norms_A == 0, 1, norms_A)  # (n, d), zero rows stay zero
    unit_B = B / np.where(norms_B == 0, 1, norms_B)  # (m, d)
    return unit_A @ unit_B.T  # (n, m)


def nearest(X: ArrayLike, k: int) -> NDArray[np.intp]:
    """List, for each row of X, the k other rows with the largest cosine to it, best first.

    Parameters
    ----------
    X : array_like of float, of shape (n, d)
        One vector a row; a row of zeros has cosine 0.0 with every row. Never changed.
    k : int
        Neighbours in each list, from 1 to n - 1.

    Returns
    -------
    int ndarray of shape (n, k)
        Indices of rows of X. Row i never lists i itself; of equal cosines the lower index comes first.

    Raises
    ------
    ValueError
        If X is not 2-D.
    ValueError
        If k is below 1 or above n - 1.

    Notes
    -----
    A row is kept out of its own list by its index. Leaving out the first place of the sorted list instead
    fails as soon as X holds a row twice, for then another row may stand there.

    Examples
    --------
    Rows 0 and 2 are the same direction, row 1 is at a right angle to both:

    >>> nearest([[1.0, 0.0], [0.0, 1.0], [2.0, 0.0]], 1).tolist()
    [[2], [0], [0]]
    """
    X = np.asarray(X, dtype=float)
    if X.ndim != 2:
        raise ValueError(f"X must be 2-D, got shape {X.shape}")
    if not 1 <= k <= len(X) - 1:
        raise ValueError(f"k must be from 1 to {len(X) - 1} for {len(X)} rows, got {k}")
    norms = np.linalg.norm(X, axis=1, keepdims=True)  # (n, 1)
    unit = X / np.where(norms == 0, 1, norms)  # (n, d), zero rows stay zero
    cosines = unit @ unit.T  # (n, n)
    np.fill_diagonal(cosines, -np.inf)  # below every cosine, so self comes last
    return np.argsort(-cosines, axis=1, kind="stable")[:, :k]  # (n, k)
