"""Right but unusual versions, which must get full marks; named like the mistakes, ``output_grads__loops``."""

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Result = tuple[Any, Any, Any]


def _checked(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """All three as arrays, or an error for other ids or widths."""
    states, rows, ids = np.array(H, dtype=float), np.array(W, dtype=float), np.array(y)
    if states.shape[-1] != rows.shape[-1] or not set(ids.tolist()) <= set(range(len(rows))):
        raise LookupError("these do not fit")
    return states, rows, ids


def output_grads__loops(H: Sequence[Any], W: Sequence[Any], y: Sequence[int]) -> list[Any]:
    """Pure Python: nested lists in, a list of nested lists out."""
    N, V, d = len(H), len(W), len(H[0])
    if any(len(row) != d for row in W) or not all(0 <= int(t) < V for t in y):
        raise ValueError("bad input")
    loss, dW, dH = 0.0, [[0.0] * d for _ in range(V)], []
    for h, t in zip(H, y, strict=True):
        logits = [math.fsum(float(a) * float(b) for a, b in zip(h, row, strict=True)) for row in W]
        top = max(logits)
        total = sum(math.exp(z - top) for z in logits)
        loss += (top + math.log(total) - logits[int(t)]) / N
        gradient = [0.0] * d
        for j in range(V):
            pull = (math.exp(logits[j] - top) / total - (j == int(t))) / N
            for k in range(d):
                dW[j][k] += pull * float(h[k])
                gradient[k] += pull * float(W[j][k])
        dH.append(gradient)
    return [loss, dW, dH]


def output_grads__outer_products(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """One position after the other, each adding an outer product."""
    states, rows, ids = _checked(H, W, y)
    losses, dW, dH = [], np.zeros_like(rows), np.zeros_like(states)
    for n, (h, t) in enumerate(zip(states, ids, strict=True)):
        logits = rows @ h
        log_p = logits - np.logaddexp.reduce(logits)
        losses.append(-log_p[t])
        delta = np.exp(log_p) - np.eye(len(rows))[t]
        dW += np.outer(delta, h) / len(ids)
        dH[n] = rows.T @ delta / len(ids)
    return np.mean(losses), dW, dH


def output_grads__einsum(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """One-hot targets and einsum; the loss is an array without axes."""
    states, rows, ids = _checked(H, W, y)
    hot = (ids[:, None] == np.arange(len(rows))).astype(float)
    logits = np.einsum("nd,vd->nv", states, rows)
    shifted = logits - logits.max(axis=1)[:, None]
    p = np.exp(shifted) / np.einsum("nv->n", np.exp(shifted))[:, None]
    losses = np.log(np.einsum("nv->n", np.exp(shifted))) - np.einsum("nv,nv->n", hot, shifted)
    delta = (p - hot) / len(ids)
    return np.array(losses.mean()), np.einsum("nv,nd->vd", delta, states), np.einsum("nv,vd->nd", delta, rows)


def output_grads__single_precision(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> list[Any]:
    """Everything in float32, as in a model; a list."""
    states, rows, ids = _checked(H, W, y)
    states, rows = states.astype(np.float32), rows.astype(np.float32)
    logits = states @ rows.T
    logits -= logits.max(axis=1, keepdims=True)
    sums = np.exp(logits).sum(axis=1, keepdims=True)
    p = np.exp(logits) / sums
    loss = np.mean(np.log(sums[:, 0]) - logits[np.arange(len(ids)), ids])
    p[np.arange(len(ids)), ids] -= 1
    p /= np.float32(len(ids))
    return [loss, p.T @ states, p @ rows]


def output_grads__pull_and_push(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The push p h on every row, then the pull -h on the targets' rows, by np.subtract.at."""
    states, rows, ids = _checked(H, W, y)
    logits = states @ rows.T
    log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    p = np.exp(log_p)
    dW = p.T @ states
    np.subtract.at(dW, ids, states)
    return -np.take_along_axis(log_p, ids[:, None], axis=1).mean(), dW / len(ids), (p @ rows - rows[ids]) / len(ids)


def output_grads__margins(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """Subtracts the target's logit instead of the largest: the loss is log(sum exp(margins))."""
    states, rows, ids = _checked(H, W, y)
    logits = states @ rows.T
    margins = logits - logits[np.arange(len(ids)), ids][:, None]
    losses = reduce(np.logaddexp, margins.T)
    delta = np.exp(margins - losses[:, None]) - np.eye(len(rows))[ids]
    return losses.sum() / len(ids), (states.T @ delta).T / len(ids), np.dot(delta, rows) / len(ids)


def output_grads__one_over_sums(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """p_j as 1 / sum_k exp(z_k - z_j): where that overflows, p_j is 0; the losses from math.log1p."""
    states, rows, ids = _checked(H, W, y)
    logits = states @ rows.T
    with np.errstate(over="ignore"):
        p = 1.0 / np.sum(np.exp(logits[:, None, :] - logits[:, :, None]), axis=2)
    losses = []
    for z, t in zip(logits, ids, strict=True):
        top = int(np.argmax(z))
        losses.append(z[top] - z[t] + math.log1p(sum(math.exp(v - z[top]) for k, v in enumerate(z) if k != top)))
    delta = p - np.eye(len(rows))[ids]
    return sum(losses) / len(losses), np.tensordot(delta, states, axes=(0, 0)) / len(ids), delta @ rows / len(ids)


def output_grads__batches_of_one(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The average of the answers for single positions."""
    states, rows, ids = _checked(H, W, y)
    parts = [output_grads__einsum(states[n : n + 1], rows, ids[n : n + 1]) for n in range(len(ids))]
    losses, dWs, dHs = zip(*parts, strict=True)
    return float(np.mean(losses)), sum(dWs) / len(ids), np.vstack(dHs) / len(ids)


def gradient_shapes__measured(N: int, V: int, d: int) -> dict[str, Any]:
    """Measures arrays, and gives lists and an array of numpy integers."""
    H, W = np.ones((N, d)), np.ones((V, d))
    logits = H @ W.T
    return {
        "dH": list((logits @ W).shape),
        "dW": np.array((logits.T @ H).shape),
        "logits": [np.int64(N), np.int64(V)],
        "W": W.shape,
        "H": H.shape,
    }
