"""The reference: from each docstring to the end of its function, the text of the source notebook's cells."""

import numpy as np
from numpy.typing import NDArray


def alibi_shapes(B: int, H: int, T: int) -> dict[str, tuple[int, ...]]:
    """State the shape of every object between the slopes and the attention scores.

    Parameters
    ----------
    B, H, T : int
        Sequences in the batch, attention heads, and tokens in a sequence.

    Returns
    -------
    dict of str to tuple of int
        "slopes": one slope a head;
        "bias": for each head, one number for each query and key, shared by all sequences;
        "scores": for each head of each sequence, one number for each query and key.

    Examples
    --------
    >>> sorted(alibi_shapes(2, 3, 5))
    ['bias', 'scores', 'slopes']
    """
    return {
        "slopes": (H,),
        "bias": (H, T, T),
        "scores": (B, H, T, T),
    }


def alibi_slopes(n: int) -> NDArray[np.float64]:
    """Give each head its slope, by the published rule.

    Parameters
    ----------
    n : int
        Number of heads, at least 1.

    Returns
    -------
    float ndarray of shape (n,)
        Positive, in the order of the heads, which is not sorted where n is no power of two.

    Raises
    ------
    ValueError
        If n is less than 1.

    Notes
    -----
    If n is a power of two, head i = 1, ..., n has the slope 2^(-8i/n). Otherwise the first m heads have the
    slopes of m heads, m being the largest power of two below n, and the other n - m have the 1st, 3rd,
    5th, ... slopes of 2m heads; this second case is the rule of the authors' own code.

    References
    ----------
    O. Press, N. A. Smith, M. Lewis, "Train Short, Test Long: Attention with Linear Biases Enables Input
    Length Extrapolation", International Conference on Learning Representations, 2022, section 3.

    Examples
    --------
    >>> alibi_slopes(4).tolist() == [1 / 4, 1 / 16, 1 / 64, 1 / 256]
    True
    >>> alibi_slopes(3).tolist() == [1 / 16, 1 / 256, 1 / 4]
    True
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    m = 2 ** (int(n).bit_length() - 1)  # the largest power of two up to n
    slopes = 2.0 ** (-8 * np.arange(1, m + 1) / m)  # (m,)
    between = 2.0 ** (-8 * np.arange(1, 2 * (n - m), 2) / (2 * m))  # (n - m,), the 1st, 3rd, ... of 2m
    return np.concatenate([slopes, between])


def alibi_bias(n: int, T: int, causal: bool = True) -> NDArray[np.float64]:
    """Give the bias that each head adds to its scores: minus the slope times the distance.

    Parameters
    ----------
    n : int
        Number of heads, at least 1.
    T : int
        Tokens in a sequence, at least 1.
    causal : bool
        If true, keys after the query are masked; if false, they are penalised by their distance too.

    Returns
    -------
    float ndarray of shape (n, T, T)
        Axes in the order head, query, key.

    Raises
    ------
    ValueError
        If n is less than 1.
    ValueError
        If T is less than 1.

    Notes
    -----
    Entry (h, i, j) is -m_h (i - j) for a key j up to the query i. For a key after it, it is -inf if
    causal, else -m_h (j - i). In a causal softmax, m_h j would serve as well: the difference, m_h i,
    is the same for all keys of a query.

    References
    ----------
    O. Press, N. A. Smith, M. Lewis, "Train Short, Test Long: Attention with Linear Biases Enables Input
    Length Extrapolation", International Conference on Learning Representations, 2022, section 3.

    Examples
    --------
    The first of four heads has the slope 1/4:

    >>> alibi_bias(4, 3)[0].tolist()
    [[0.0, -inf, -inf], [-0.25, 0.0, -inf], [-0.5, -0.25, 0.0]]
    """
    if T < 1:
        raise ValueError(f"T must be at least 1, got {T}")
    query, key = np.arange(T)[:, None], np.arange(T)  # (T, 1) and (T,)
    slopes = np.asarray(alibi_slopes(n))  # (n,)
    bias = slopes[:, None, None] * -abs(query - key)  # (n, T, T)
    return np.where(key > query, -np.inf, bias) if causal else bias
