"""Each known mistake once more, written by another author from its diagnosis alone."""

import math

import numpy as np


def _widths(H, W):
    H, W = np.array(H, dtype=float), np.array(W, dtype=float)
    if H.shape[-1] != W.shape[-1]:
        raise ValueError("H and W differ in width")
    return H, W


def _open(H, W, y):
    H, W = _widths(H, W)
    y = np.array(y, dtype=int)
    if np.any(y < 0) or np.any(y >= W.shape[0]):
        raise ValueError("a target is no token")
    return H, W, y


def _log_p(Z, axis=1):
    shifted = Z - np.max(Z, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def _softmax(Z, axis=1):
    return np.exp(_log_p(Z, axis))


def _hot(y, V):
    return np.eye(V)[y]


def _losses(Z, y):
    return np.array([-row[target] for row, target in zip(_log_p(Z), y, strict=True)])


def _delta(Z, y):
    return _softmax(Z) - _hot(y, Z.shape[1])


def _right(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    delta = _delta(Z, y) / len(H)
    return float(np.mean(_losses(Z, y))), delta.T @ H, delta @ W


def _from_delta(H, W, y, change):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    delta = change(_softmax(Z), _hot(y, len(W))) / len(y)
    return _losses(Z, y).mean(), np.einsum("nv,nd->vd", delta, H), np.einsum("nv,vd->nd", delta, W)


def _with_loss(H, W, y, loss):
    _, dW, dH = _right(H, W, y)
    H, W, y = _open(H, W, y)
    return loss(_log_p(H @ W.T), y), dW, dH


def output_grads__softmax_over_all(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    log_p = _log_p(Z.reshape(1, -1)).reshape(Z.shape)
    delta = (np.exp(log_p) - _hot(y, len(W))) / len(y)
    return -log_p[np.arange(len(y)), y].mean(), delta.T @ H, delta @ W


def output_grads__softmax_over_batch(H, W, y):
    H, W, y = _open(H, W, y)
    log_p = _log_p(np.einsum("nd,vd->nv", H, W), axis=0)
    P = np.exp(log_p)
    for n, target in enumerate(y):
        P[n, target] -= 1
    return -np.mean([log_p[n, t] for n, t in enumerate(y)]), P.T @ H / len(y), P @ W / len(y)


def output_grads__sigmoid(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    P = np.exp(-np.logaddexp(0.0, -Z))
    delta = (P - _hot(y, len(W))) / len(y)
    return np.logaddexp(0.0, -Z)[np.arange(len(y)), y].mean(), delta.T @ H, delta @ W


def output_grads__scaled_logits(H, W, y):
    H, W, y = _open(H, W, y)
    Z = (H @ W.T) / math.sqrt(H.shape[1])
    delta = _delta(Z, y)
    return _losses(Z, y).mean(), np.dot(delta.T, H) / len(H), np.dot(delta, W) / len(H)


def output_grads__unit_rows(H, W, y):
    H, W, y = _open(H, W, y)
    lengths = np.outer(np.linalg.norm(H, axis=1), np.linalg.norm(W, axis=1))
    Z = (H @ W.T) / np.where(lengths == 0, 1, lengths)
    delta = _delta(Z, y) / len(y)
    return np.mean(_losses(Z, y)), delta.T @ H, delta @ W


def output_grads__no_maximum(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    with np.errstate(all="ignore"):
        powers = np.exp(Z)
        delta = (powers / powers.sum(axis=1, keepdims=True) - _hot(y, len(W))) / len(y)
        loss = np.mean(np.log(powers.sum(axis=1)) - Z[np.arange(len(y)), y])
        return loss, delta.T @ H, delta @ W


def output_grads__one_maximum(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    Z = Z - Z.max()
    with np.errstate(all="ignore"):
        totals = np.exp(Z).sum(axis=1)
        delta = np.exp(Z) / totals[:, None] - _hot(y, len(W))
        losses = [np.log(totals[n]) - Z[n, y[n]] for n in range(len(y))]
        return sum(losses) / len(y), delta.T @ H / len(y), delta @ W / len(y)


def output_grads__log_of_zero(H, W, y):
    H, W, y = _open(H, W, y)
    P = _softmax(H @ W.T)
    with np.errstate(divide="ignore"):
        loss = -np.log(np.take_along_axis(P, y[:, None], axis=1)).mean()
    np.put_along_axis(P, y[:, None], np.take_along_axis(P, y[:, None], axis=1) - 1, axis=1)
    return loss, P.T @ H / len(H), P @ W / len(H)


def output_grads__log_of_epsilon(H, W, y):
    return _with_loss(H, W, y, lambda log_p, y: -np.log(np.exp(log_p)[range(len(y)), y] + 1e-10).mean())


def output_grads__clipped_logits(H, W, y):
    H, W, y = _open(H, W, y)
    Z = np.clip(H @ W.T, -100, 100)
    powers = np.exp(Z)
    P = powers / powers.sum(axis=1, keepdims=True)
    delta = (P - _hot(y, len(W))) / len(y)
    return -np.log(P[np.arange(len(y)), y]).mean(), delta.T @ H, delta @ W


def output_grads__summed_loss(H, W, y):
    H, W, y = _open(H, W, y)
    Z, N = H @ W.T, len(y)
    loss, dW, dH = 0.0, np.zeros_like(W), np.zeros_like(H)
    for n in range(N):
        loss += _losses(Z[n : n + 1], y[n : n + 1])[0]
        delta = _delta(Z[n : n + 1], y[n : n + 1])[0]
        dW += np.outer(delta, H[n]) / N
        dH[n] = delta @ W / N
    return loss, dW, dH


def output_grads__one_loss_each(H, W, y):
    return _with_loss(H, W, y, lambda log_p, y: -log_p[np.arange(len(y)), y])


def output_grads__mean_over_vocabulary(H, W, y):
    return _with_loss(H, W, y, lambda log_p, y: -np.mean(_hot(y, log_p.shape[1]) * log_p))


def output_grads__log_of_mean(H, W, y):
    def loss(log_p, y):
        own = log_p[np.arange(len(y)), y]
        return math.log(len(y)) - np.logaddexp.reduce(own)

    return _with_loss(H, W, y, loss)


def output_grads__negative_loss(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    delta = _delta(Z, y) / len(y)
    return np.mean([_log_p(Z)[n, target] for n, target in enumerate(y)]), delta.T @ H, delta @ W


def output_grads__base_two(H, W, y):
    return _with_loss(H, W, y, lambda log_p, y: -np.mean(log_p[np.arange(len(y)), y] * math.log2(math.e)))


def output_grads__one_minus_p(H, W, y):
    return _with_loss(H, W, y, lambda log_p, y: np.mean(1 - np.exp(log_p)[np.arange(len(y)), y]))


def output_grads__perplexity(H, W, y):
    loss, dW, dH = _right(H, W, y)
    with np.errstate(over="ignore"):
        return np.exp(loss), dW, dH


def output_grads__entropy(H, W, y):
    return _with_loss(H, W, y, lambda log_p, y: -np.einsum("nv,nv->", np.exp(log_p), log_p) / len(y))


def output_grads__log_sum_only(H, W, y):
    _, dW, dH = _right(H, W, y)
    H, W, y = _open(H, W, y)
    return np.mean([np.logaddexp.reduce(W @ h) for h in H]), dW, dH


def output_grads__squared_error(H, W, y):
    H, W, y = _open(H, W, y)
    P = _softmax(H @ W.T)
    error = P - _hot(y, len(W))
    dZ = np.array([(np.diag(p) - np.outer(p, p)) @ (2 * e) for p, e in zip(P, error, strict=True)]) / len(y)
    return np.sum(error**2) / len(y), dZ.T @ H, dZ @ W


def output_grads__sign(H, W, y):
    return _from_delta(H, W, y, lambda P, Y: Y - P)


def output_grads__targets_only(H, W, y):
    loss, _, dH = _right(H, W, y)
    H, W, y = _open(H, W, y)
    P, dW = _softmax(H @ W.T), np.zeros_like(W)
    for n, target in enumerate(y):
        dW[target] += (P[n, target] - 1) * H[n] / len(y)
    return loss, dW, dH


def output_grads__minus_one_hot(H, W, y):
    loss, _, _ = _right(H, W, y)
    H, W, y = _open(H, W, y)
    dW = np.zeros(W.shape)
    np.subtract.at(dW, y, H / len(y))
    return loss, dW, -W[y] / len(y)


def output_grads__probabilities_only(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    P = _softmax(Z)
    dW = np.mean([np.outer(p, h) for p, h in zip(P, H, strict=True)], axis=0)
    return _losses(Z, y).mean(), dW, P @ W / len(H)


def output_grads__one_from_every_entry(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    P = _softmax(Z)
    P[:, y] -= 1
    return np.mean(_losses(Z, y)), P.T @ H / len(y), P @ W / len(y)


def output_grads__times_p(H, W, y):
    return _from_delta(H, W, y, lambda P, Y: (P - Y) * (P - P**2))


def output_grads__absolute(H, W, y):
    return _from_delta(H, W, y, lambda P, Y: np.abs(P - Y))


def output_grads__summed(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    delta = _delta(Z, y)
    return sum(_losses(Z, y)), sum(np.outer(e, h) for e, h in zip(delta, H, strict=True)), delta @ W


def output_grads__summed_gradients(H, W, y):
    loss, dW, dH = _right(H, W, y)
    return loss, dW * len(y), dH * len(y)


def output_grads__summed_dH(H, W, y):
    loss, dW, _ = _right(H, W, y)
    H, W, y = _open(H, W, y)
    P = _softmax(H @ W.T)
    return loss, dW, np.array([p @ W - W[target] for p, target in zip(P, y, strict=True)])


def output_grads__summed_dW(H, W, y):
    H, W, y = _open(H, W, y)
    H, W = H.astype(np.float32), W.astype(np.float32)
    Z = H @ W.T
    delta = _delta(Z, y)
    return _losses(Z, y).mean(), np.tensordot(delta, H, axes=(0, 0)), (delta @ W) / len(y)


def output_grads__divided_twice(H, W, y):
    H, W, y = _open(H, W, y)
    N, Z = len(y), H @ W.T
    delta = _delta(Z, y) / N
    return _losses(Z, y).sum() / N, delta.T @ H / N, delta @ W / N


def output_grads__divided_by_vocabulary(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    delta = _delta(Z, y) / Z.shape[-1]
    return _losses(Z, y).mean(), delta.T @ H, delta @ W


def output_grads__divided_by_all(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    delta = _delta(Z, y)
    delta /= delta.size
    return _losses(Z, y).mean(), np.einsum("nv,nd->vd", delta, H), delta @ W


def output_grads__buffered(H, W, y):
    loss, _, dH = _right(H, W, y)
    H, W, y = _open(H, W, y)
    dW = _softmax(H @ W.T).T @ H
    dW[y] -= H
    return loss, dW / len(y), dH


def output_grads__dW_of_mean_state(H, W, y):
    loss, _, dH = _right(H, W, y)
    H, W, y = _open(H, W, y)
    error = np.mean(_delta(H @ W.T, y), axis=0)
    return loss, error[:, np.newaxis] * H.mean(axis=0), dH


def output_grads__dW_transposed(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    delta = _delta(Z, y) / len(y)
    return _losses(Z, y).mean(), H.T @ delta, delta @ W


def output_grads__pull_only_dH(H, W, y):
    loss, dW, _ = _right(H, W, y)
    return loss, dW, np.array([-np.array(W[target], dtype=float) / len(y) for target in y])


def output_grads__dH_of_batch(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    delta = _delta(Z, y) / len(y)
    return _losses(Z, y).mean(), delta.T @ H, np.einsum("nv,vd->d", delta, W)


def output_grads__dH_sign(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    P = _softmax(Z)
    dW = (P - _hot(y, len(W))).T @ H / len(y)
    return _losses(Z, y).mean(), dW, (W[y] - P @ W) / len(y)


def output_grads__dH_after_step(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    delta = _delta(Z, y) / len(y)
    dW = delta.T @ H
    W -= dW
    return _losses(Z, y).mean(), dW, delta @ W


def output_grads__order(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    delta = _delta(Z, y) / len(y)
    grads = [delta @ W, delta.T @ H]
    return [_losses(Z, y).mean(), *grads]


def output_grads__no_loss(H, W, y):
    H, W, y = _open(H, W, y)
    delta = _delta(H @ W.T, y) / len(H)
    return delta.T @ H, delta @ W


def output_grads__logit_gradient(H, W, y):
    H, W, y = _open(H, W, y)
    Z = H @ W.T
    dZ = _delta(Z, y) / len(y)
    return np.mean(_losses(Z, y)), dZ.T @ H, dZ


def output_grads__integer_result(H, W, y):
    loss, exact, dH = _right(H, W, y)
    dW = np.zeros_like(np.asarray(W))
    for j, row in enumerate(exact):
        dW[j] = row
    return loss, dW, dH


def output_grads__float16(H, W, y):
    loss, dW, dH = _right(H, W, y)
    with np.errstate(over="ignore"):
        return loss, np.float16(dW), np.float16(dH)


def output_grads__updates_W(H, W, y):
    loss, dW, dH = _right(H, W, y)
    W = np.asarray(W)
    W[:] = W - 0.1 * dW
    return loss, dW, dH


def output_grads__overwrites_H(H, W, y):
    _, W, y = _open(H, W, y)
    H = np.asarray(H, dtype=float)
    Z = H @ W.T
    delta = _delta(Z, y) / len(y)
    dW = delta.T @ H
    for n in range(len(y)):
        H[n] = delta[n] @ W
    return np.mean(_losses(Z, y)), dW, H


def output_grads__negative_ids(H, W, y):
    H, W = _widths(H, W)
    Z, y = H @ W.T, np.array(y)
    if max(y) >= len(W):
        raise IndexError("a target is no token")
    delta = _delta(Z, y) / len(y)
    return _losses(Z, y).mean(), delta.T @ H, delta @ W


def output_grads__clipped_ids(H, W, y):
    return _right(H, W, [min(max(int(target), 0), len(W) - 1) for target in y])


def output_grads__wrapped_ids(H, W, y):
    return _right(H, W, np.mod(y, len(W)))


def output_grads__ignored_ids(H, W, y):
    H, W = _widths(H, W)
    log_p = _log_p(H @ W.T)
    Y = np.array([[1.0 if target == j else 0.0 for j in range(len(W))] for target in y])
    delta = (np.exp(log_p) - Y) / len(H)
    return -(Y * log_p).sum() / len(H), delta.T @ H, delta @ W


def output_grads__cut_widths(H, W, y):
    d = min(len(H[0]), len(W[0]))
    return _right([list(row)[:d] for row in H], [list(row)[:d] for row in W], y)


def output_grads__stretched_width(H, W, y):
    H, W = np.array(H, dtype=float), np.array(W, dtype=float)
    d = np.broadcast_shapes(H.shape[1:], W.shape[1:])[0]
    return _right(np.broadcast_to(H, (len(H), d)), np.broadcast_to(W, (len(W), d)), y)


def _shapes(N, V, d, **wrong):
    return {"H": (N, d), "W": (V, d), "logits": (N, V), "dW": (V, d), "dH": (N, d)} | wrong


def gradient_shapes__W_transposed(N, V, d):
    return _shapes(N, V, d, W=(d, V), dW=(d, V))


def gradient_shapes__dW_transposed(N, V, d):
    return _shapes(N, V, d, dW=[d, V])


def gradient_shapes__logits_transposed(N, V, d):
    return _shapes(N, V, d, logits=(V, N))


def gradient_shapes__logits_like_H(N, V, d):
    shapes = _shapes(N, V, d)
    shapes["logits"] = shapes["H"]
    return shapes


def gradient_shapes__logit_of_target(N, V, d):
    return _shapes(N, V, d, logits=(N,))


def gradient_shapes__dW_of_targets(N, V, d):
    return _shapes(N, V, d, dW=(N, d))


def gradient_shapes__dW_each_position(N, V, d):
    return _shapes(N, V, d, dW=np.array([N, V, d]))


def gradient_shapes__dH_summed(N, V, d):
    return {"H": (N, d), "W": (V, d), "logits": (N, V), "dW": (V, d), "dH": (d,)}


def gradient_shapes__dH_like_logits(N, V, d):
    return _shapes(N, V, d, dH=(N, V))


def gradient_shapes__no_logits(N, V, d):
    return {name: shape for name, shape in _shapes(N, V, d).items() if name != "logits"}
