"""The reference: from each docstring to the end of its function, the text of the source notebook's cells."""

import numpy as np
from numpy.typing import NDArray


def sinusoidal_shapes(n: int, d: int) -> dict[str, tuple[int, ...]]:
    """State the shape of every object around a table of sinusoidal encodings.

    Parameters
    ----------
    n, d : int
        Positions in the table, and coordinates of an encoding; d is even wherever a shift matrix is asked.

    Returns
    -------
    dict of str to tuple of int
        "positions": the numbers 0, 1, 2, ... of the places;
        "frequencies": one frequency for each pair of columns;
        "encoding": the table, one row a position;
        "shift": the matrix that takes the encoding of any p to that of p + k.

    Examples
    --------
    >>> sorted(sinusoidal_shapes(5, 8))
    ['encoding', 'frequencies', 'positions', 'shift']
    """
    return {
        "positions": (n,),
        "frequencies": ((d + 1) // 2,),
        "encoding": (n, d),
        "shift": (d, d),
    }


def sinusoidal(n: int, d: int, base: float = 10000.0) -> NDArray[np.float64]:
    """Encode the positions 0, 1, ..., n - 1 by sines and cosines of d/2 frequencies.

    Parameters
    ----------
    n : int
        Number of positions; 0 gives an empty table.
    d : int
        Coordinates of an encoding, at least 1; an odd d ends with a sine.
    base : float
        Base of the frequencies; pair i turns by base^(-2i/d) radians a position.

    Returns
    -------
    float ndarray of shape (n, d)

    Raises
    ------
    ValueError
        If n is negative.
    ValueError
        If d is less than 1.

    Notes
    -----
    With phi = p base^(-2i/d), row p holds sin phi in column 2i and cos phi in column 2i + 1: sines and
    cosines alternate, and both of a pair have the same frequency.

    References
    ----------
    A. Vaswani, N. Shazeer, N. Parmar, J. Uszkoreit, L. Jones, A. N. Gomez, L. Kaiser, I. Polosukhin,
    "Attention Is All You Need", Advances in Neural Information Processing Systems 30, 2017, section 3.5.

    Examples
    --------
    With this base the second pair turns by 30 degrees a position:

    >>> sinusoidal(2, 4, base=(6 / np.pi) ** 2)[1, 2:].round(4).tolist()
    [0.5, 0.866]
    """
    if n < 0:
        raise ValueError(f"n must be at least 0, got {n}")
    if d < 1:
        raise ValueError(f"d must be at least 1, got {d}")
    frequencies = base ** (-np.arange(0, d, 2) / d)  # (ceil(d/2),)
    angles = np.arange(n)[:, None] * frequencies  # (n, ceil(d/2))
    encoding = np.empty((n, d))
    encoding[:, 0::2] = np.sin(angles)
    encoding[:, 1::2] = np.cos(angles[:, : d // 2])  # the last sine of an odd d has no cosine
    return encoding


def shift_matrix(k: int, d: int, base: float = 10000.0) -> NDArray[np.float64]:
    """Give the matrix that takes the encoding of any position p to the encoding of p + k.

    Parameters
    ----------
    k : int
        How many positions to move on; negative moves back.
    d : int
        Coordinates of an encoding; even and positive.
    base : float
        Base of the frequencies, as in sinusoidal.

    Returns
    -------
    float ndarray of shape (d, d)
        The M with PE(p + k) = M PE(p) for column vectors PE(p), the same M for every p.

    Raises
    ------
    ValueError
        If d is odd.

    Notes
    -----
    With phi = k base^(-2i/d), the rows and columns 2i and 2i + 1 hold the block
    ((cos phi, sin phi), (-sin phi, cos phi)), which is the addition theorem of sine and cosine; all other
    entries are 0. M is orthogonal.

    References
    ----------
    A. Vaswani, N. Shazeer, N. Parmar, J. Uszkoreit, L. Jones, A. N. Gomez, L. Kaiser, I. Polosukhin,
    "Attention Is All You Need", Advances in Neural Information Processing Systems 30, 2017, section 3.5.

    Examples
    --------
    With this base the second pair turns by 30 degrees a position, so by a right angle in three:

    >>> shift_matrix(3, 4, base=(6 / np.pi) ** 2)[2:, 2:].round(4).tolist()
    [[0.0, 1.0], [-1.0, 0.0]]
    """
    if d % 2:
        raise ValueError(f"d must be even, got {d}")
    angles = k * base ** (-np.arange(0, d, 2) / d)  # (d/2,)
    sines, cosines = np.arange(0, d, 2), np.arange(1, d, 2)  # columns of the table
    M = np.zeros((d, d))
    M[sines, sines] = M[cosines, cosines] = np.cos(angles)
    M[sines, cosines] = np.sin(angles)
    M[cosines, sines] = -np.sin(angles)
    return M
