"""The reference: from each docstring to the end of its function, the text of the source notebook's cells."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def rope_shapes(B: int, H: int, T: int, d_head: int) -> dict[str, tuple[int, ...]]:
    """State the shape of every object between the queries and the attention scores.

    Parameters
    ----------
    B, H, T, d_head : int
        Sequences in the batch, attention heads, tokens in a sequence, and coordinates of one head; d_head is
        even.

    Returns
    -------
    dict of str to tuple of int
        "x": the queries of all heads, axes in the order batch, head, time, coordinate;
        "positions": one position a token, shared by all sequences and heads;
        "angles": one angle for each position and each pair of coordinates;
        "rotated": the queries after the rotation;
        "scores": for each head of each sequence, one number for each query and key.

    Examples
    --------
    >>> sorted(rope_shapes(2, 3, 5, 8))
    ['angles', 'positions', 'rotated', 'scores', 'x']
    """
    return {
        "x": (B, H, T, d_head),
        "positions": (T,),
        "angles": (T, d_head // 2),
        "rotated": (B, H, T, d_head),
        "scores": (B, H, T, T),
    }


def rope(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[np.float64]:
    """Turn each pair of coordinates by its position times the frequency of the pair.

    Parameters
    ----------
    x : array_like of shape (..., T, d)
        Queries or keys of one head, any number of leading axes; d is even. Never changed.
    positions : array_like of int, of shape (T,) or (1,)
        Position of each vector in tokens, of either sign and in any order; one position serves all.
    base : float
        Base of the frequencies; pair i turns by base^(-2i/d) radians a token.

    Returns
    -------
    float ndarray of shape (..., T, d)

    Raises
    ------
    ValueError
        If d is odd.
    ValueError
        If there are neither T positions nor 1.

    Notes
    -----
    With phi = p base^(-2i/d), the pair (a, b) at coordinates (2i, 2i + 1) becomes
    (a cos phi - b sin phi, a sin phi + b cos phi): a counter-clockwise turn.

    References
    ----------
    J. Su, Y. Lu, S. Pan, A. Murtadha, B. Wen, Y. Liu, "RoFormer: Enhanced Transformer with Rotary Position
    Embedding", arXiv 2104.09864, 2021, section 3.2.2, equations 14 to 16.

    Examples
    --------
    With this base the second pair turns by 30 degrees a token, so (2, 0) is at 60 degrees after two:

    >>> rope([[0.0, 0.0, 2.0, 0.0]], [2], base=(6 / np.pi) ** 2)[0, 2:].round(4).tolist()
    [1.0, 1.7321]
    """
    x, positions = np.asarray(x, dtype=float), np.asarray(positions)
    T, d = x.shape[-2:]
    if d % 2:
        raise ValueError(f"x must have an even last axis, got d = {d}")
    if positions.shape not in ((T,), (1,)):
        raise ValueError(f"positions must have shape ({T},) or (1,), got {positions.shape}")
    frequencies = base ** (-np.arange(0, d, 2) / d)  # (d/2,)
    angles = positions[:, None] * frequencies  # (T, d/2), or (1, d/2) for one position
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = x[..., 0::2], x[..., 1::2]  # (..., T, d/2) each
    rotated = np.empty(x.shape)
    rotated[..., 0::2] = first * cos - second * sin
    rotated[..., 1::2] = first * sin + second * cos
    return rotated


def half_split_permutation(d: int) -> NDArray[np.intp]:
    """Give the order of coordinates that turns the interleaved layout into the half-split one.

    Parameters
    ----------
    d : int
        Coordinates of one head; even and positive.

    Returns
    -------
    int ndarray of shape (d,)
        The perm with half(x[..., perm]) == rope(x)[..., perm] for every x, where half pairs coordinate i
        with coordinate i + d/2 and turns that pair by the angle of pair i.

    Examples
    --------
    >>> half_split_permutation(8).tolist()
    [0, 2, 4, 6, 1, 3, 5, 7]
    """
    return np.concatenate([np.arange(0, d, 2), np.arange(1, d, 2)])
