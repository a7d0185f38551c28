"""The reference: from each docstring to the end of its function, the text of the source notebook's cells."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

BYTES = {"fp32": 4, "fp16": 2, "bf16": 2, "int8": 1}


def embedding_shapes(B: int, T: int, V: int, d: int) -> dict[str, tuple[int, ...]]:
    """State the shape of every object between the ids and the gradient of a tied table.

    Parameters
    ----------
    B, T, V, d : int
        Sequences in the batch, tokens in a sequence, tokens in the vocabulary, and coordinates of a vector.

    Returns
    -------
    dict of str to tuple of int
        "E": the table, one row a token of the vocabulary;
        "X": the rows read for a batch of ids, axes in the order batch, time, coordinate;
        "H": the hidden states after the last block;
        "logits": for each position, one number for each token of the vocabulary;
        "grad_E": the gradient of the loss with respect to the table.

    Examples
    --------
    >>> sorted(embedding_shapes(2, 3, 5, 4))
    ['E', 'H', 'X', 'grad_E', 'logits']
    """
    return {
        "E": (V, d),
        "X": (B, T, d),
        "H": (B, T, d),
        "logits": (B, T, V),
        "grad_E": (V, d),
    }


def embedding_params(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> dict[str, int]:
    """Count the parameters of a model's tables, and the bytes that they take.

    Parameters
    ----------
    V, d : int
        Rows of the vocabulary table and coordinates of a row; positive, numpy integers too.
    tied : bool
        True where the output matrix is the input table itself.
    n_pos : int
        Rows of the table of learned positions, each of d coordinates; 0 where there is none.
    dtype : str
        Type of each number, a key of BYTES: "fp32", "fp16", "bf16" or "int8".

    Returns
    -------
    dict of str to int
        "input": parameters of the input table; "position": those of the position table; "output": those of
        the output matrix beyond the input table, so 0 when tied; "total": the sum of the three; "bytes": the
        bytes of the total.

    Raises
    ------
    ValueError
        If V or d is not positive.
    ValueError
        If n_pos is negative.
    ValueError
        If dtype is not a key of BYTES.

    Notes
    -----
    Python's integers have no upper limit; numpy's do, and 256,000 rows of 12,288 coordinates are more than
    32 bits hold. So the sizes become Python integers first.

    References
    ----------
    O. Press, L. Wolf, "Using the Output Embedding to Improve Language Models", EACL 2017, arXiv 1608.05859.

    Examples
    --------
    Ten rows of 4 coordinates and 3 positions, untied: 40 + 12 + 40 = 92 numbers of 2 bytes:

    >>> embedding_params(10, 4, tied=False, n_pos=3)
    {'input': 40, 'position': 12, 'output': 40, 'total': 92, 'bytes': 184}
    """
    V, d, n_pos = int(V), int(d), int(n_pos)  # numpy's 32-bit integers would overflow
    if V < 1 or d < 1:
        raise ValueError(f"V and d must be positive, got V = {V} and d = {d}")
    if n_pos < 0:
        raise ValueError(f"n_pos must not be negative, got {n_pos}")
    if dtype not in BYTES:
        raise ValueError(f"dtype must be one of {', '.join(BYTES)}, got {dtype!r}")
    counts = {"input": V * d, "position": n_pos * d, "output": 0 if tied else V * d}
    total = sum(counts.values())
    return {**counts, "total": total, "bytes": total * BYTES[dtype]}


def kv_cache_bytes(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """Count the bytes of the keys and values that a model keeps while it generates.

    Parameters
    ----------
    L, n_kv, head_dim : int
        Layers, key-value heads of a layer, and coordinates of a head; positive, numpy integers too.
    T, B : int
        Tokens kept of each sequence, and sequences kept; positive, numpy integers too.
    dtype : str
        Type of each number, a key of BYTES: "fp32", "fp16", "bf16" or "int8".

    Returns
    -------
    int
        Bytes, not KiB, MB or GiB.

    Raises
    ------
    ValueError
        If a size is not positive.
    ValueError
        If dtype is not a key of BYTES.

    Notes
    -----
    Each layer keeps one key and one value, of head_dim numbers each, for each token and each key-value head.
    Query heads that share a key-value head keep nothing of their own, and the width of the model does not
    appear.

    References
    ----------
    J. Ainslie, J. Lee-Thorp, M. de Jong, Y. Zemlyanskiy, F. Lebron, S. Sanghai, "GQA: Training Generalized
    Multi-Query Transformer Models from Multi-Head Checkpoints", EMNLP 2023, arXiv 2305.13245.

    Examples
    --------
    Two layers of 3 heads of 4 numbers, 5 tokens: 120 numbers for the keys, 120 for the values, 2 bytes each:

    >>> kv_cache_bytes(2, 3, 4, 5)
    480
    """
    L, n_kv, head_dim, T, B = (int(size) for size in (L, n_kv, head_dim, T, B))
    if min(L, n_kv, head_dim, T, B) < 1:
        raise ValueError(f"sizes must be positive, got {(L, n_kv, head_dim, T, B)}")
    if dtype not in BYTES:
        raise ValueError(f"dtype must be one of {', '.join(BYTES)}, got {dtype!r}")
    return 2 * L * n_kv * head_dim * T * B * BYTES[dtype]


def tied_grad(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> NDArray[np.float64]:
    """Add up what the two uses of a tied table contribute to its gradient.

    Parameters
    ----------
    ids : array_like of int, of shape (B, T)
        Token ids, each in [0, V). Never changed.
    G : array_like of shape (B, T, d)
        Gradient of the loss with respect to X = E[ids], the rows read. Never changed.
    H : array_like of shape (B, T, d)
        Hidden states that the output matrix turns into logits = H @ E.T. Never changed.
    D : array_like of shape (B, T, V)
        Gradient of the loss with respect to the logits, any factor of a mean included. Never changed.

    Returns
    -------
    float ndarray of shape (V, d)

    Notes
    -----
    With S of shape (BT, V) the one-hot rows of the ids, and G, H and D flattened to BT rows, the gradient is
    S^T G + D^T H: a scatter-add into the rows that were read, and a product that reaches every row.

    References
    ----------
    O. Press, L. Wolf, "Using the Output Embedding to Improve Language Models", EACL 2017, arXiv 1608.05859.

    Examples
    --------
    Token 1 is read twice; the second state, (5, 6), has a gradient at the logit of token 0 alone:

    >>> ids, G, H = [[1, 1]], [[[1.0, 2.0], [3.0, 4.0]]], [[[0.0, 0.0], [5.0, 6.0]]]
    >>> tied_grad(ids, G, H, D=[[[0.0, 0.0], [1.0, 0.0]]]).tolist()
    [[5.0, 6.0], [4.0, 6.0]]
    """
    G, H, D = (np.asarray(array, dtype=float) for array in (G, H, D))
    d, V = G.shape[-1], D.shape[-1]
    grad = np.zeros((V, d))
    np.add.at(grad, np.asarray(ids), G)  # input path: each reading adds, a repeated id too
    grad += D.reshape(-1, V).T @ H.reshape(-1, d)  # output path: (V, BT) @ (BT, d) -> (V, d)
    return grad
