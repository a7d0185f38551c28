"""Wrong versions that learners really write; the first line of each docstring is what the learner reads.

``output_grads__sign`` stands in for the exercise's function ``output_grads``; ``sign`` is the name of the mistake.
Where a slip amounts to the right function on other arguments, it is written so: that shows what it does.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reference.ex06_softmax_gradient.solution import gradient_shapes, output_grads

Shapes = dict[str, tuple[Any, ...]]
Result = tuple[Any, Any, Any]


def _arrays(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """All three as arrays; raises on what ``output_grads`` raises on."""
    output_grads(H, W, y)
    return np.array(H, dtype=float), np.array(W, dtype=float), np.array(y)


def _log_softmax(logits: NDArray[Any], axis: int | None = 1) -> NDArray[Any]:
    shifted = logits - np.max(logits, axis=axis, keepdims=True)
    result: NDArray[Any] = shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))
    return result


def _log_p(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> NDArray[Any]:
    states, rows, _ = _arrays(H, W, y)
    return _log_softmax(states @ rows.T)


def _one_hot(W: ArrayLike, y: ArrayLike) -> NDArray[Any]:
    hot: NDArray[Any] = np.eye(len(np.asarray(W)))[np.asarray(y)]
    return hot


def _from_delta(H: ArrayLike, W: ArrayLike, y: ArrayLike, delta: NDArray[Any]) -> Result:
    """The right loss, and the gradients that follow from a gradient of the logits, divided by N here."""
    states, rows, ids = _arrays(H, W, y)
    delta = delta / len(ids)
    return output_grads(H, W, y)[0], delta.T @ states, delta @ rows


def _from_log_p(H: ArrayLike, W: ArrayLike, y: ArrayLike, log_p: NDArray[Any]) -> Result:
    """Everything from logarithms of other probabilities."""
    loss = -np.mean(log_p[np.arange(len(log_p)), np.asarray(y)])
    return float(loss), *_from_delta(H, W, y, np.exp(log_p) - _one_hot(W, y))[1:]


# --- the wrong probabilities ---


def output_grads__softmax_over_all(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """One softmax runs over the whole matrix: each position has its own, over the vocabulary.

    Hint: print the sum of the probabilities of each position.
    """
    states, rows, _ = _arrays(H, W, y)
    return _from_log_p(H, W, y, _log_softmax(states @ rows.T, None))


def output_grads__softmax_over_batch(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The softmax runs over the positions: it runs over the tokens, the last axis of the logits.

    Hint: print the sum of the probabilities of each position.
    """
    states, rows, _ = _arrays(H, W, y)
    return _from_log_p(H, W, y, _log_softmax(states @ rows.T, 0))


def output_grads__sigmoid(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """Each logit goes through a sigmoid of its own: softmax makes the tokens share a probability of 1.

    Hint: print the sum of the probabilities of each position.
    """
    states, rows, _ = _arrays(H, W, y)
    return _from_log_p(H, W, y, -np.logaddexp(0.0, -(states @ rows.T)))


def output_grads__scaled_logits(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The logits are divided by the square root of d, as attention scores are: here they are not.

    Hint: work out the logits of the example by hand. Are yours the same?
    """
    states, rows, _ = _arrays(H, W, y)
    return _from_log_p(H, W, y, _log_softmax(states @ rows.T / np.sqrt(rows.shape[1])))


def output_grads__unit_rows(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The logits are cosines: they are dot products of the vectors at their own lengths.

    Hint: work out the logits of the example by hand. Are yours the same?
    """
    states, rows, _ = _arrays(H, W, y)
    sizes = np.outer(np.linalg.norm(states, axis=1), np.linalg.norm(rows, axis=1))
    return _from_log_p(H, W, y, _log_softmax(states @ rows.T / np.where(sizes > 0, sizes, 1.0)))


def output_grads__no_maximum(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """exp overflows for large logits, and inf / inf is nan: shift the logits before exp.

    Hint: print np.exp(1000.0). Which number can you subtract from all logits and leave the softmax as it is?
    """
    states, rows, _ = _arrays(H, W, y)
    logits = states @ rows.T
    with np.errstate(all="ignore"):
        return _from_log_p(H, W, y, np.log(np.exp(logits) / np.sum(np.exp(logits), axis=1, keepdims=True)))


def output_grads__one_maximum(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The largest logit of the whole batch is subtracted, so other positions can lose all their exp: one maximum each.

    Hint: what is np.exp(-90000.0)? Which position can do without that?
    """
    states, rows, _ = _arrays(H, W, y)
    logits = states @ rows.T
    logits = logits - np.max(logits)
    with np.errstate(all="ignore"):
        return _from_log_p(H, W, y, logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True)))


def output_grads__log_of_zero(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The logarithm is taken of a probability that has become 0, so the loss is inf: stay with logarithms.

    Hint: write ln p as a difference of two logarithms. Which of them do you have without any exp?
    """
    loss, dW, dH = output_grads(H, W, y)
    with np.errstate(all="ignore"):
        p = np.exp(_log_p(H, W, y))[np.arange(len(np.asarray(y))), np.asarray(y)]
        return (loss if np.all(p > 0) else np.inf), dW, dH


def output_grads__log_of_epsilon(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """A small number is added to p before the logarithm, which hides how wrong a confident answer is.

    Hint: how large can your loss get at all? With logits 0 and 90000 it should be 90000.
    """
    _, dW, dH = output_grads(H, W, y)
    p = np.exp(_log_p(H, W, y))[np.arange(len(np.asarray(y))), np.asarray(y)]
    return float(-np.mean(np.log(p + 1e-12))), dW, dH


def output_grads__clipped_logits(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The logits are clipped so that exp does not overflow: that changes the answer, a shift does not.

    Hint: with logits 0 and 90000, what do you get, and what is asked?
    """
    states, rows, _ = _arrays(H, W, y)
    return _from_log_p(H, W, y, _log_softmax(np.clip(states @ rows.T, -500.0, 500.0)))


# --- the wrong loss ---


def output_grads__summed_loss(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The loss is the sum over the positions: it is their mean.

    Hint: put every position in twice. Should the loss change?
    """
    loss, dW, dH = output_grads(H, W, y)
    return loss * len(np.asarray(y)), dW, dH


def output_grads__one_loss_each(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """There is a loss for each position: the mean of them, one number, is asked.

    Hint: what is the shape of your loss?
    """
    _, dW, dH = output_grads(H, W, y)
    ids = np.asarray(y)
    return -_log_p(H, W, y)[np.arange(len(ids)), ids], dW, dH


def output_grads__mean_over_vocabulary(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The mean runs over all N times V entries, most of them 0: divide by N.

    Hint: how many entries has the array whose mean you take? How many positions are there?
    """
    loss, dW, dH = output_grads(H, W, y)
    return loss / len(np.asarray(W)), dW, dH


def output_grads__log_of_mean(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The probabilities are averaged before the logarithm: the logarithms are averaged.

    Hint: for probabilities 1/2 and 1/8, the loss is ln 4. What is yours?
    """
    _, dW, dH = output_grads(H, W, y)
    ids = np.asarray(y)
    log_p = _log_p(H, W, y)[np.arange(len(ids)), ids]
    return float(np.log(len(ids)) - np.logaddexp.reduce(log_p)), dW, dH


def output_grads__negative_loss(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The loss lacks its minus sign: it is -ln p, which is never below 0.

    Hint: which sign has the logarithm of a probability?
    """
    loss, dW, dH = output_grads(H, W, y)
    return -loss, dW, dH


def output_grads__base_two(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The logarithm has base 2: the natural one is asked.

    Hint: five equal logits give ln 5 = 1.6094. What do you get?
    """
    loss, dW, dH = output_grads(H, W, y)
    return loss / np.log(2.0), dW, dH


def output_grads__one_minus_p(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The loss is 1 - p: it is -ln p.

    Hint: five equal logits give ln 5 = 1.6094. What do you get?
    """
    _, dW, dH = output_grads(H, W, y)
    ids = np.asarray(y)
    return float(np.mean(1.0 - np.exp(_log_p(H, W, y))[np.arange(len(ids)), ids])), dW, dH


def output_grads__perplexity(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """This is the perplexity, e to the loss: the loss itself is asked.

    Hint: five equal logits give ln 5 = 1.6094. What do you get?
    """
    loss, dW, dH = output_grads(H, W, y)
    return float(np.exp(min(loss, 700.0))), dW, dH


def output_grads__entropy(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The loss is the entropy of p, which does not know the targets: it is -ln p of the target alone.

    Hint: exchange the targets. Does your loss change?
    """
    _, dW, dH = output_grads(H, W, y)
    log_p = _log_p(H, W, y)
    return float(-np.mean(np.sum(np.exp(log_p) * log_p, axis=1))), dW, dH


def output_grads__log_sum_only(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The target's logit is missing from the loss: -ln p = ln(sum of exp) - logit of the target.

    Hint: exchange the targets. Does your loss change?
    """
    states, rows, _ = _arrays(H, W, y)
    _, dW, dH = output_grads(H, W, y)
    return float(np.mean(np.logaddexp.reduce(states @ rows.T, axis=1))), dW, dH


def output_grads__squared_error(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """Loss and gradients are those of the squared error of p: the cross-entropy is asked.

    Hint: five equal logits give a loss of ln 5 = 1.6094. What do you get?
    """
    p, hot = np.exp(_log_p(H, W, y)), _one_hot(W, y)
    dp = 2.0 * (p - hot)
    delta = p * (dp - np.sum(dp * p, axis=1, keepdims=True))
    return float(np.mean(np.sum((p - hot) ** 2, axis=1))), *_from_delta(H, W, y, delta)[1:]


# --- the wrong gradient of the logits ---


def output_grads__sign(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """Both gradients have the wrong sign: it is p - y, not y - p.

    Hint: a gradient points uphill. What does a step against yours do to the loss?
    """
    loss, dW, dH = output_grads(H, W, y)
    return loss, -dW, -dH


def output_grads__targets_only(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """Only the targets' rows get a gradient: every row is pushed by its own probability.

    Hint: sum the rows of your dW. The whole must come out at 0.
    """
    p, hot = np.exp(_log_p(H, W, y)), _one_hot(W, y)
    return _from_delta(H, W, y, (p - hot) * hot)


def output_grads__minus_one_hot(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The probabilities are missing from the gradients: it is p - y, not -y.

    Hint: sum the rows of your dW. The whole must come out at 0.
    """
    return _from_delta(H, W, y, -_one_hot(W, y))


def output_grads__probabilities_only(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The targets are missing from the gradients: it is p - y, not p.

    Hint: sum the rows of your dW. The whole must come out at 0.
    """
    return _from_delta(H, W, y, np.exp(_log_p(H, W, y)))


def output_grads__one_from_every_entry(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """P[:, y] -= 1 takes 1 from every position for each target: pair position n with target y[n].

    Hint: print the rows of p - y for two positions. Each must sum to 0.
    """
    delta = np.exp(_log_p(H, W, y))
    delta[:, np.asarray(y)] -= 1.0
    return _from_delta(H, W, y, delta)


def output_grads__times_p(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The gradient of the logits carries a factor p(1 - p) too many: in p - y the softmax is differentiated already.

    Hint: work out the gradient of ln(sum of exp(z)) by hand, and then that of the loss.
    """
    p = np.exp(_log_p(H, W, y))
    return _from_delta(H, W, y, (p - _one_hot(W, y)) * p * (1.0 - p))


def output_grads__absolute(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The gradient of the logits has lost its signs: the target's entry is negative, all others positive.

    Hint: sum the rows of your dW. The whole must come out at 0.
    """
    return _from_delta(H, W, y, np.abs(np.exp(_log_p(H, W, y)) - _one_hot(W, y)))


# --- the wrong factor ---


def output_grads__summed(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """Loss and gradients are sums over the positions: the loss is a mean, so all three carry 1/N.

    Hint: put every position in twice. Which of the three results should stay as they are?
    """
    loss, dW, dH = output_grads(H, W, y)
    N = len(np.asarray(y))
    return loss * N, dW * N, dH * N


def output_grads__summed_gradients(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The loss is a mean but its gradients are those of a sum: both carry 1/N.

    Hint: compare with (loss(W + e) - loss(W - e)) / 2e for one entry of W.
    """
    loss, dW, dH = output_grads(H, W, y)
    N = len(np.asarray(y))
    return loss, dW * N, dH * N


def output_grads__summed_dH(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """dH lacks the factor 1/N: each position has a share of 1/N in the mean.

    Hint: compare with (loss(H + e) - loss(H - e)) / 2e for one entry of H.
    """
    loss, dW, dH = output_grads(H, W, y)
    return loss, dW, dH * len(np.asarray(y))


def output_grads__summed_dW(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """dW lacks the factor 1/N: it is the gradient of a mean.

    Hint: compare with (loss(W + e) - loss(W - e)) / 2e for one entry of W.
    """
    loss, dW, dH = output_grads(H, W, y)
    return loss, dW * len(np.asarray(y)), dH


def output_grads__divided_twice(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The gradients are divided by N twice: once is enough.

    Hint: compare with (loss(W + e) - loss(W - e)) / 2e for one entry of W.
    """
    loss, dW, dH = output_grads(H, W, y)
    N = len(np.asarray(y))
    return loss, dW / N, dH / N


def output_grads__divided_by_vocabulary(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The gradients are divided by V: the mean runs over the N positions.

    Hint: compare with (loss(W + e) - loss(W - e)) / 2e for one entry of W.
    """
    loss, dW, dH = output_grads(H, W, y)
    factor = len(np.asarray(y)) / len(np.asarray(W))
    return loss, dW * factor, dH * factor


def output_grads__divided_by_all(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The gradients are divided by N times V: the mean runs over the N positions.

    Hint: compare with (loss(W + e) - loss(W - e)) / 2e for one entry of W.
    """
    loss, dW, dH = output_grads(H, W, y)
    return loss, dW / len(np.asarray(W)), dH / len(np.asarray(W))


# --- one wrong gradient ---


def output_grads__buffered(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """dW[y] -= H keeps one contribution of a repeated target: numpy does not add up repeated indices.

    Hint: let two positions have the same target. How many pulls does its row get?
    """
    states, _, ids = _arrays(H, W, y)
    loss, _, dH = output_grads(H, W, y)
    dW = np.exp(_log_p(H, W, y)).T @ states
    dW[ids] -= states
    return loss, dW / len(ids), dH


def output_grads__dW_of_mean_state(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The errors and the states are averaged before they are multiplied: average the products.

    Hint: work out two positions with opposite states by hand. Is dW 0?
    """
    states, _, _ = _arrays(H, W, y)
    loss, _, dH = output_grads(H, W, y)
    delta = np.exp(_log_p(H, W, y)) - _one_hot(W, y)
    return loss, np.outer(np.mean(delta, axis=0), np.mean(states, axis=0)), dH


def output_grads__dW_transposed(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """dW is transposed: it has the shape of W, one row a token.

    Hint: can you subtract your dW from W?
    """
    loss, dW, dH = output_grads(H, W, y)
    return loss, dW.T, dH


def output_grads__pull_only_dH(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """dH is -W[y]: the mean row under p is missing, dH holds sum_j p_j w_j - w_y.

    Hint: when the model is sure and right, p is 1 at the target. What should dH be then?
    """
    _, rows, ids = _arrays(H, W, y)
    loss, dW, _ = output_grads(H, W, y)
    return loss, dW, -rows[ids] / len(ids)


def output_grads__dH_of_batch(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """dH is summed over the positions: each position has its own row.

    Hint: can you subtract your dH from H without broadcasting?
    """
    loss, dW, dH = output_grads(H, W, y)
    return loss, dW, np.sum(dH, axis=0)


def output_grads__dH_sign(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """dH has the wrong sign, and dW has not: both start from p - y.

    Hint: what does a step of H against your dH do to the loss?
    """
    loss, dW, dH = output_grads(H, W, y)
    return loss, dW, -dH


def output_grads__dH_after_step(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """dH is computed with rows that were moved already: both gradients belong to the same W.

    Hint: which W stands in your formula for dH, the one you were given?
    """
    _, rows, _ = _arrays(H, W, y)
    loss, dW, _ = output_grads(H, W, y)
    delta = (np.exp(_log_p(H, W, y)) - _one_hot(W, y)) / len(np.asarray(y))
    return loss, dW, delta @ (rows - 0.1 * dW)


# --- right values, wrong manners ---


def output_grads__order(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The results come as loss, dH, dW: the order is loss, dW, dH.

    Hint: compare the shapes of your results with those of W and H.
    """
    loss, dW, dH = output_grads(H, W, y)
    return loss, dH, dW


def output_grads__no_loss(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> tuple[Any, Any]:
    """The loss is missing: three results are asked, loss, dW and dH.

    Hint: how many results does your return statement have?
    """
    _, dW, dH = output_grads(H, W, y)
    return dW, dH


def output_grads__logit_gradient(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The last result is the gradient of the logits: carry it on to H.

    Hint: one more product is missing. Which matrix stands between the logits and H?
    """
    loss, dW, _ = output_grads(H, W, y)
    return loss, dW, (np.exp(_log_p(H, W, y)) - _one_hot(W, y)) / len(np.asarray(y))


def output_grads__integer_result(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """dW takes its dtype from W, so that of integers is cut to integers: make it float.

    Hint: which dtype has np.zeros_like of an integer table?
    """
    loss, dW, dH = output_grads(H, W, y)
    return loss, dW.astype(np.asarray(W).dtype), dH


def output_grads__float16(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """The gradients are float16, which keeps only three digits: use float32 or float64.

    Hint: which dtype did you ask for?
    """
    loss, dW, dH = output_grads(H, W, y)
    with np.errstate(over="ignore"):
        return loss, dW.astype(np.float16), dH.astype(np.float16)


def output_grads__updates_W(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """W is changed by the call: compute the gradients, and leave the step to the caller.

    Hint: print W before and after the call.
    """
    loss, dW, dH = output_grads(H, W, y)
    if isinstance(W, np.ndarray) and W.dtype.kind == "f":
        W -= 0.1 * dW
    return loss, dW, dH


def output_grads__overwrites_H(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """H is overwritten by its gradient: write into an array of your own.

    Hint: print H before and after the call.
    """
    loss, dW, dH = output_grads(H, W, y)
    if isinstance(H, np.ndarray) and H.dtype.kind == "f":
        H[...] = dH
    return loss, dW, dH


def output_grads__negative_ids(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """A negative id reads the rows from the end, as numpy does: it must raise.

    Hint: what is W[-1]? Is there a token -1?
    """
    ids, V = np.asarray(y), len(np.asarray(W))
    return output_grads(H, W, np.where((ids < 0) & (ids >= -V), ids + V, ids))


def output_grads__clipped_ids(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """Ids out of range are moved to the nearest token: they must raise.

    Hint: which token is meant by id V? None, so nothing can be computed.
    """
    return output_grads(H, W, np.clip(y, 0, len(np.asarray(W)) - 1))


def output_grads__wrapped_ids(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """Ids out of range wrap around, id modulo V: they must raise.

    Hint: which token is meant by id V? None, so nothing can be computed.
    """
    return output_grads(H, W, np.asarray(y) % len(np.asarray(W)))


def output_grads__ignored_ids(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """A position whose id is out of range gets an empty one-hot row and no loss: it must raise.

    Hint: sum the one-hot row of each position. What is it for id V?
    """
    ids, V = np.asarray(y), len(np.asarray(W))
    good = (ids >= 0) & (ids < V)
    if np.all(good):
        return output_grads(H, W, y)
    states, rows = np.asarray(H, dtype=float), np.asarray(W, dtype=float)
    log_p = _log_softmax(states @ rows.T)
    hot = (ids[:, None] == np.arange(V)).astype(float)
    delta = (np.exp(log_p) - hot) / len(ids)
    return float(-np.sum(hot * log_p) / len(ids)), delta.T @ states, delta @ rows


def output_grads__cut_widths(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """When H and W differ in width, the wider one is cut: they must raise.

    Hint: what happens to the coordinates that have no partner?
    """
    states, rows = np.asarray(H, dtype=float), np.asarray(W, dtype=float)
    d = min(states.shape[1], rows.shape[1])
    return output_grads(states[:, :d], rows[:, :d], y)


def output_grads__stretched_width(H: ArrayLike, W: ArrayLike, y: ArrayLike) -> Result:
    """A width of 1 is stretched to fit the other, as broadcasting does: H and W of different width must raise.

    Hint: look at the shapes before you compute; a product and a sum let a width of 1 through.
    """
    states, rows = np.asarray(H, dtype=float), np.asarray(W, dtype=float)
    if 1 in (states.shape[1], rows.shape[1]):
        d = max(states.shape[1], rows.shape[1])
        states, rows = (np.broadcast_to(table, (len(table), d)) for table in (states, rows))
    return output_grads(states, rows, y)


# --- the shapes ---


def gradient_shapes__W_transposed(N: int, V: int, d: int) -> Shapes:
    """W has one row a token: it is (V, d), and its gradient too.

    Hint: which slice of W is the output vector of token 3, by the text?
    """
    return {**gradient_shapes(N, V, d), "W": (d, V), "dW": (d, V)}


def gradient_shapes__dW_transposed(N: int, V: int, d: int) -> Shapes:
    """A gradient has the shape of what it is the gradient of: dW is (V, d), like W.

    Hint: can you subtract a (d, V) array from W?
    """
    return {**gradient_shapes(N, V, d), "dW": (d, V)}


def gradient_shapes__logits_transposed(N: int, V: int, d: int) -> Shapes:
    """The logits have one row a position and one column a token: (N, V).

    Hint: the softmax runs over the last axis of the logits. What does it run over?
    """
    return {**gradient_shapes(N, V, d), "logits": (V, N)}


def gradient_shapes__logits_like_H(N: int, V: int, d: int) -> Shapes:
    """A logit is one number for a position and a token: d is summed away.

    Hint: which axes does H @ W.T have?
    """
    return {**gradient_shapes(N, V, d), "logits": (N, d)}


def gradient_shapes__logit_of_target(N: int, V: int, d: int) -> Shapes:
    """Each position has a logit for every token, not for its target only.

    Hint: what must be summed to get a probability?
    """
    return {**gradient_shapes(N, V, d), "logits": (N,)}


def gradient_shapes__dW_of_targets(N: int, V: int, d: int) -> Shapes:
    """dW has a row for every token of the vocabulary, not one for each position.

    Hint: which rows of W take part in the softmax?
    """
    return {**gradient_shapes(N, V, d), "dW": (N, d)}


def gradient_shapes__dW_each_position(N: int, V: int, d: int) -> Shapes:
    """The contributions of the positions are added up: dW has no axis for them.

    Hint: can you subtract an array with three axes from W?
    """
    return {**gradient_shapes(N, V, d), "dW": (N, V, d)}


def gradient_shapes__dH_summed(N: int, V: int, d: int) -> Shapes:
    """Each position has its own gradient: dH is (N, d), like H.

    Hint: can you subtract your dH from H without broadcasting?
    """
    return {**gradient_shapes(N, V, d), "dH": (d,)}


def gradient_shapes__dH_like_logits(N: int, V: int, d: int) -> Shapes:
    """That is the gradient of the logits: dH has the shape of H.

    Hint: can you subtract your dH from H?
    """
    return {**gradient_shapes(N, V, d), "dH": (N, V)}


def gradient_shapes__no_logits(N: int, V: int, d: int) -> Shapes:
    """The key "logits" is missing.

    Hint: compare your keys with the table of the text.
    """
    return {key: shape for key, shape in gradient_shapes(N, V, d).items() if key != "logits"}


# Which wrong idea of the course a mistake comes from, where one is behind it.
MISCONCEPTIONS: dict[str, tuple[str, ...]] = {
    "wrong-ids-fail-loudly": ("output_grads__negative_ids", "output_grads__ignored_ids"),
    "a-wrong-id-is-best-mended": ("output_grads__clipped_ids", "output_grads__wrapped_ids"),
    "vectors-are-columns": (
        "output_grads__dW_transposed",
        "gradient_shapes__W_transposed",
        "gradient_shapes__dW_transposed",
    ),
    "axes-stand-in-any-order": ("gradient_shapes__logits_transposed",),
    "states-and-logits-have-one-width": ("gradient_shapes__dH_like_logits",),
    "a-dot-product-keeps-its-coordinates": ("gradient_shapes__logits_like_H",),
    "lengths-carry-nothing": ("output_grads__unit_rows",),
    "root-d-belongs-everywhere": ("output_grads__scaled_logits",),
    "half-precision-is-plenty": ("output_grads__float16",),
    "the-input-sets-the-type": ("output_grads__integer_result",),
    "arguments-arrive-as-copies": ("output_grads__updates_W", "output_grads__overwrites_H"),
    "gradients-look-like-the-batch": ("gradient_shapes__dW_of_targets", "gradient_shapes__dW_each_position"),
    "repeated-ids-count-once": ("output_grads__buffered",),
    "every-gradient-is-divided-by-its-tokens": ("output_grads__divided_twice",),
    "the-loss-averages-over-the-vocabulary": (
        "output_grads__mean_over_vocabulary",
        "output_grads__divided_by_vocabulary",
        "output_grads__divided_by_all",
    ),
    "sum-and-mean-are-the-same-loss": (
        "output_grads__summed_loss",
        "output_grads__summed",
        "output_grads__summed_gradients",
        "output_grads__summed_dH",
        "output_grads__summed_dW",
    ),
    "a-gradient-points-downhill": ("output_grads__sign", "output_grads__dH_sign"),
    "only-the-target-row-learns": (
        "output_grads__targets_only",
        "output_grads__minus_one_hot",
        "output_grads__pull_only_dH",
        "gradient_shapes__logit_of_target",
    ),
    "one-softmax-for-the-batch": (
        "output_grads__softmax_over_all",
        "output_grads__softmax_over_batch",
        "output_grads__one_maximum",
    ),
    "formulas-can-be-computed-as-written": (
        "output_grads__no_maximum",
        "output_grads__log_of_zero",
        "output_grads__clipped_logits",
    ),
    "an-epsilon-changes-nothing": ("output_grads__log_of_epsilon",),
    "any-loss-that-falls-will-do": (
        "output_grads__one_minus_p",
        "output_grads__squared_error",
        "output_grads__entropy",
    ),
    "averages-can-be-taken-first": ("output_grads__log_of_mean", "output_grads__dW_of_mean_state"),
    "what-does-not-fit-is-best-mended": ("output_grads__cut_widths",),
    "it-runs-so-it-fits": ("output_grads__stretched_width",),
}
