"""The reference: from each docstring to the end of its function, the text of the source notebook's cells."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def anisotropy_shapes(n: int, d: int) -> dict[str, tuple[int, ...]]:
    """State the shape of every object between a table of vectors and its report.

    Parameters
    ----------
    n, d : int
        Vectors in the table, one a row, and coordinates of each.

    Returns
    -------
    dict of str to tuple of int
        "X": the table;
        "mean": the mean of its rows;
        "cosines": the cosine of every row with every row;
        "singular_values": as np.linalg.svd(X, compute_uv=False) lists them.

    Examples
    --------
    >>> anisotropy_shapes(2, 3)["X"]
    (2, 3)
    """
    return {
        "X": (n, d),
        "mean": (d,),
        "cosines": (n, n),
        "singular_values": (min(n, d),),
    }


def mean_pairwise_cosine(X: ArrayLike) -> float:
    """Average the cosine over all pairs of different rows.

    Parameters
    ----------
    X : array_like of shape (n, d)
        One vector a row, n at least 2; rows may be zero. Never changed.

    Returns
    -------
    float
        The mean of cos(x_i, x_j) over the n(n - 1) ordered pairs with i != j, from -1/(n - 1) to 1.

    Raises
    ------
    ValueError
        If X is not two-dimensional, or has fewer than two rows.

    Notes
    -----
    A row of norm exactly 0 has cosine 0 with every row, and its pairs count like any others.

    References
    ----------
    K. Ethayarajh, "How Contextual are Contextualized Word Representations? Comparing the Geometry of BERT,
    ELMo, and GPT-2 Embeddings", EMNLP-IJCNLP 2019, section 3.

    Examples
    --------
    Rows 0 and 1 have cosine 0.6, rows 0 and 2 have 0.8, rows 1 and 2 have 0.96:

    >>> round(mean_pairwise_cosine([[1.0, 0.0], [0.6, 0.8], [0.8, 0.6]]), 4)
    0.7867
    """
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X must be two-dimensional with at least two rows, got shape {X.shape}")
    n = len(X)
    norms = np.linalg.norm(X, axis=1, keepdims=True)  # (n, 1)
    units = X / np.where(norms > 0, norms, 1.0)  # a zero row stays zero
    cosines = units @ units.T  # (n, n)
    return float((np.sum(cosines) - np.trace(cosines)) / (n * (n - 1)))


def center(X: ArrayLike) -> NDArray[np.float64]:
    """Subtract the mean of the rows from every row.

    Parameters
    ----------
    X : array_like of shape (n, d)
        One vector a row, n at least 1; floats or integers. Never changed.

    Returns
    -------
    float ndarray of shape (n, d)

    Examples
    --------
    The mean of the two rows is (2, 3):

    >>> center([[1, 5], [3, 1]]).tolist()
    [[-1.0, 2.0], [1.0, -2.0]]
    """
    centred = np.array(X, dtype=float)  # a copy
    centred -= np.mean(centred, axis=0)
    return centred


def anisotropy_report(X: ArrayLike) -> dict[str, float]:
    """Measure a shared mean and a dominant variance direction, before and after centring.

    Parameters
    ----------
    X : array_like of shape (n, d)
        One vector a row, n at least 2; the rows must not all be equal. Never changed.

    Returns
    -------
    dict of str to float
        "mean_cos_before", "mean_cos_after": the mean pairwise cosine of X, and of X centred;
        "mean_norm_before", "mean_norm_after": the norm of the mean row of X, and of X centred;
        "top_pc_share": the part of the centred variance along the first principal component, from 0 to 1.

    Raises
    ------
    ValueError
        If X is not two-dimensional, or has fewer than two rows.

    Notes
    -----
    The variance along each principal component is a squared singular value of the centred table over n - 1.

    References
    ----------
    J. Mu, P. Viswanath, "All-but-the-Top: Simple and Effective Postprocessing for Word Representations",
    ICLR 2018, arXiv 1702.01417.

    Examples
    --------
    The mean is (3, 3); around it two rows lie at distance 1 along x, and two at distance 2 along y:

    >>> report = anisotropy_report([[4, 3], [2, 3], [3, 5], [3, 1]])
    >>> [round(report[key], 4) for key in ("mean_norm_before", "mean_cos_after", "top_pc_share")]
    [4.2426, -0.3333, 0.8]
    """
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X must be two-dimensional with at least two rows, got shape {X.shape}")
    mean = np.mean(X, axis=0)  # (d,)
    centred = X - mean
    variances = np.linalg.svd(centred, compute_uv=False) ** 2  # (min(n, d),), each n - 1 times too large
    return {
        "mean_cos_before": mean_pairwise_cosine(X),
        "mean_cos_after": mean_pairwise_cosine(centred),
        "mean_norm_before": float(np.linalg.norm(mean)),
        "mean_norm_after": float(np.linalg.norm(np.mean(centred, axis=0))),
        "top_pc_share": float(variances[0] / np.sum(variances)),
    }
