"""The reference: from each docstring to the end of its function, the text of the source notebook's cells."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def gradient_shapes(N: int, V: int, d: int) -> dict[str, tuple[int, ...]]:
    """State the shape of every object between the hidden states and the gradients.

    Parameters
    ----------
    N, V, d : int
        Positions in the batch, tokens in the vocabulary, and coordinates of a hidden state.

    Returns
    -------
    dict of str to tuple of int
        "H": the hidden states, one a row;
        "W": the output rows, one a token;
        "logits": one number for every position and every token;
        "dW": the gradient of the loss with respect to W;
        "dH": the gradient of the loss with respect to H.

    Examples
    --------
    >>> gradient_shapes(2, 3, 5)["W"]
    (3, 5)
    """
    return {
        "H": (N, d),
        "W": (V, d),
        "logits": (N, V),
        "dW": (V, d),
        "dH": (N, d),
    }


def output_grads(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Give the mean softmax cross-entropy of a batch, and its gradients.

    Parameters
    ----------
    H : array_like of shape (N, d)
        Hidden states, one a row, N at least 1; floats or integers. Never changed.
    W : array_like of shape (V, d)
        Output rows, one a token; floats or integers. Never changed.
    y : array_like of int, of shape (N,)
        Target id of each position, from 0 to V - 1; ids may repeat.

    Returns
    -------
    loss : float
        The mean over the positions of -ln p(target).
    dW : float ndarray of shape (V, d)
        The gradient of that mean with respect to W.
    dH : float ndarray of shape (N, d)
        The gradient of that mean with respect to H.

    Raises
    ------
    ValueError
        If H and W differ in width.
    ValueError
        If an id is below 0, or V or more.

    Notes
    -----
    For one position, d loss / d logit_j = p_j - [j = y]. Softmax stays the same when the largest logit is
    subtracted from all, which keeps exp from overflowing.

    References
    ----------
    J. Gao, D. He, X. Tan, T. Qin, L. Wang, T.-Y. Liu, "Representation Degeneration Problem in Training Natural
    Language Generation Models", ICLR 2019, arXiv 1907.12009.

    Examples
    --------
    With h = (2, -1), the logits 0, ln 2, 0 give the probabilities 1/4, 1/2, 1/4:

    >>> loss, dW, dH = output_grads([[2, -1]], [[0, 0], [np.log(2) / 2, 0], [0, 0]], [0])
    >>> dW.round(4).tolist()
    [[-1.5, 0.75], [1.0, -0.5], [0.5, -0.25]]
    """
    H, W, y = np.asarray(H, dtype=float), np.asarray(W, dtype=float), np.asarray(y)
    N, V = len(H), len(W)
    if H.shape[1] != W.shape[1]:
        raise ValueError(f"H and W must have the same width, got {H.shape[1]} and {W.shape[1]}")
    if np.any(y < 0) or np.any(y >= V):
        raise ValueError(f"y must lie in [0, {V}), got ids from {np.min(y)} to {np.max(y)}")
    logits = H @ W.T  # (N, V)
    logits -= np.max(logits, axis=1, keepdims=True)  # the largest is 0 now
    log_p = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    loss = -np.mean(log_p[np.arange(N), y])
    delta = np.exp(log_p)  # (N, V), the p of p - onehot
    delta[np.arange(N), y] -= 1.0
    delta /= N  # the mean divides every gradient by N
    return float(loss), delta.T @ H, delta @ W  # (), (V, d), (N, d)
