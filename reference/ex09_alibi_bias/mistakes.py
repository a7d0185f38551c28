"""Wrong versions that learners really write; the first line of each docstring is what the learner reads.

``alibi_bias__transposed`` stands in for the exercise's function ``alibi_bias``; ``transposed`` is the name of
the mistake. Where a slip amounts to the right function on other arguments, it is written so: that shows what it does.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reference.ex09_alibi_bias.solution import alibi_bias, alibi_shapes, alibi_slopes

Shapes = dict[str, tuple[Any, ...]]


def _power(n: int) -> int:
    """The largest power of two up to n; raises where ``alibi_slopes`` raises."""
    alibi_slopes(n)
    return int(2 ** (int(n).bit_length() - 1))


def _between(n: int, m: int, extra: ArrayLike) -> NDArray[Any]:
    """The slopes of m heads and then others, n in all."""
    return np.concatenate([alibi_slopes(m), np.asarray(extra, dtype=float)[: n - m]])


def _bias(
    n: int, T: int, causal: bool, rule: Callable[[NDArray[Any], NDArray[Any]], Any], ahead: Any = -np.inf
) -> NDArray[Any]:
    """slopes times rule(query, key), and ``ahead`` above the diagonal if causal; raises as ``alibi_bias`` does."""
    alibi_bias(n, T)
    i, j = np.mgrid[:T, :T].astype(float)
    bias: NDArray[Any] = alibi_slopes(n)[:, None, None] * rule(i, j)
    return np.asarray(np.where(j > i, ahead, bias) if causal else bias)


def _with_slopes(n: int, T: int, causal: bool, slopes: ArrayLike) -> NDArray[Any]:
    """The right bias for other slopes, one a head."""
    alibi_bias(n, T)
    unit = alibi_bias(1, T, causal) * 256.0
    bias: NDArray[Any] = np.asarray(slopes, dtype=float)[:, None, None] * unit
    return bias


def _distance(i: NDArray[Any], j: NDArray[Any]) -> NDArray[Any]:
    distance: NDArray[Any] = np.abs(i - j)
    return -distance


# --- slopes that are wrong for every number of heads ---


def alibi_slopes__from_zero(n: int) -> NDArray[Any]:
    """Heads are counted from 0 in the exponent, so the slopes start at 1: i runs from 1 to n.

    Hint: what is the smallest of the slopes of 8 heads? It should be 2^(-8).
    """
    return np.concatenate([alibi_slopes(_power(n)) * 2.0 ** (8 / _power(n)), alibi_slopes(n)[_power(n) :]])


def alibi_slopes__negative(n: int) -> NDArray[Any]:
    """The slopes are negative: they are positive here, and the bias carries the sign.

    Hint: if slope and bias both have a minus, what becomes of the product?
    """
    return -alibi_slopes(n)


def alibi_slopes__reversed(n: int) -> NDArray[Any]:
    """The heads are in the opposite order: the first of 8 heads has the steepest slope, 1/2.

    Hint: print the slopes of 8 heads. Do they fall or rise?
    """
    return alibi_slopes(n)[::-1]


def alibi_slopes__halving(n: int) -> NDArray[Any]:
    """Each slope is half the one before, which is right for 8 heads only: the exponent is 8i/n.

    Hint: for every power of two the last slope is 2^(-8). What is yours for 4 heads, or for 16?
    """
    alibi_slopes(n)
    return 0.5 ** np.arange(1.0, n + 1)


def alibi_slopes__not_divided(n: int) -> NDArray[Any]:
    """The exponent is 8i: it is divided by the number of heads.

    Hint: for every power of two the last slope is 2^(-8). What is yours for 4 heads?
    """
    alibi_slopes(n)
    return 2.0 ** (-8.0 * np.arange(1, n + 1))


def alibi_slopes__precedence(n: int) -> NDArray[Any]:
    """Python reads 2 ** -8 * i / n as (2 ** -8) * i / n: the exponent needs parentheses.

    Hint: print 2 ** -8 * 1 / 8 and 2 ** (-8 * 1 / 8).
    """
    alibi_slopes(n)
    return 2.0**-8 * np.arange(1, n + 1) / n


def alibi_slopes__whole_exponents(n: int) -> NDArray[Any]:
    """The exponent is rounded to a whole number, as by 8 * i // n: it is a fraction above 8 heads.

    Hint: print the slopes of 16 heads. Are any two of them equal?
    """
    m = _power(n)
    first, added = 8 * np.arange(1, m + 1) // m, 8 * np.arange(1, 2 * (n - m), 2) // (2 * m)
    return np.concatenate([0.5**first, 0.5**added])


def alibi_slopes__natural_base(n: int) -> NDArray[Any]:
    """The slopes are powers of e: they are powers of 2.

    Hint: the first slope of 8 heads is 1/2. Is yours 0.368?
    """
    powers: NDArray[Any] = np.exp(np.log2(alibi_slopes(n)))
    return powers


def alibi_slopes__even_steps(n: int) -> NDArray[Any]:
    """The slopes fall by equal steps from the first to the last: they fall by equal *factors*.

    Hint: the first three slopes of 8 heads are 1/2, 1/4 and 1/8.
    """
    slopes = alibi_slopes(n)
    return np.linspace(slopes[0], slopes[-1], n)


def alibi_slopes__all_equal(n: int) -> NDArray[Any]:
    """Every head has the same slope: head i has one of its own.

    Hint: if all heads looked equally far, why would there be several rules?
    """
    return np.full(n, alibi_slopes(n)[0])


def alibi_slopes__column(n: int) -> NDArray[Any]:
    """The slopes have three axes, ready to multiply: the result has the shape (n,).

    Hint: print the shape for n = 8. Add axes where you need them, in the bias.
    """
    return alibi_slopes(n)[:, None, None]


def alibi_slopes__float16(n: int) -> NDArray[Any]:
    """The result is float16, which keeps only three digits: use float32 or float64.

    Hint: print the dtype of your result.
    """
    return alibi_slopes(n).astype(np.float16)


def alibi_slopes__integers(n: int) -> NDArray[Any]:
    """The slopes are written into an array of integers, which cuts them all to 0: make it float.

    Hint: print the dtype of the array that you assign into.
    """
    return alibi_slopes(n).astype(int)


# --- slopes that are wrong where the number of heads is no power of two, or only where it is ---


def alibi_slopes__naive(n: int) -> NDArray[Any]:
    """The rule 2^(-8i/n) is used for every n: it holds for powers of two, and others take two series.

    Hint: work out the three slopes for n = 3 by hand, with m = 2.
    """
    alibi_slopes(n)
    return 2.0 ** (-8.0 * np.arange(1, n + 1) / n)


def alibi_slopes__sorted(n: int) -> NDArray[Any]:
    """The slopes are sorted: the added ones stand after the first m heads, whatever their size.

    Hint: for n = 3 the order is 1/16, 1/256, 1/4. Each head was trained with its own slope.
    """
    return -np.sort(-alibi_slopes(n))


def alibi_slopes__added_first(n: int) -> NDArray[Any]:
    """The added slopes stand in front: the m heads of the power of two come first.

    Hint: for n = 3 the order is 1/16, 1/256, 1/4.
    """
    return np.roll(alibi_slopes(n), n - _power(n))


def alibi_slopes__next_power(n: int) -> NDArray[Any]:
    """These are the first n slopes of the next power of two: only every second of those is added to the m below.

    Hint: for n = 3 there should be the two slopes of 2 heads, 1/16 and 1/256. Where are they in yours?
    """
    m = _power(n)
    return alibi_slopes(m if m == n else 2 * m)[:n]


def alibi_slopes__nearest_power(n: int) -> NDArray[Any]:
    """The power of two is the nearest one, not the one below: round the logarithm down.

    Hint: which power of two do you find for n = 6?
    """
    m = _power(n)
    return alibi_slopes(n) if np.log2(n) % 1 < 0.5 else alibi_slopes(2 * m)[:n]


def alibi_slopes__every_one(n: int) -> NDArray[Any]:
    """The added slopes are the first ones of 2m heads: take every second, the 1st, 3rd, 5th, ...

    Hint: the 2nd slope of 2m heads equals the 1st of m heads. Would you want it twice?
    """
    m = _power(n)
    return _between(n, m, alibi_slopes(2 * m))


def alibi_slopes__second_ones(n: int) -> NDArray[Any]:
    """The added slopes are the 2nd, 4th, ... of 2m heads, which the first m heads already have: take the 1st, 3rd, ...

    Hint: print the slopes of 2 heads and of 4 heads side by side. Which are new?
    """
    m = _power(n)
    return _between(n, m, alibi_slopes(2 * m)[1::2])


def alibi_slopes__last_ones(n: int) -> NDArray[Any]:
    """The added slopes are the last of the 1st, 3rd, 5th, ... of 2m heads: begin with the 1st.

    Hint: for n = 12 the first added slope is 2^(-1/2). What is yours?
    """
    m = _power(n)
    return _between(n, m, alibi_slopes(2 * m)[0::2][2 * m - n :])


def alibi_slopes__reused_m(n: int) -> NDArray[Any]:
    """The added slopes are taken from m heads: they come from 2m heads.

    Hint: for n = 3 the added slope is the 1st of 4 heads. What is that?
    """
    m = _power(n)
    return _between(n, m, np.resize(alibi_slopes(m)[0::2], m))


def alibi_slopes__uncut(n: int) -> NDArray[Any]:
    """All of the added series is kept, so there are too many slopes: n - m of them are added.

    Hint: print the length of your result for n = 3 and for n = 5.
    """
    m = _power(n)
    return alibi_slopes(m) if m == n else np.concatenate([alibi_slopes(m), alibi_slopes(2 * m)[0::2]])


def alibi_slopes__cut_to_power(n: int) -> NDArray[Any]:
    """There are slopes for the power of two below n only: n of them are asked.

    Hint: print the length of your result for n = 3.
    """
    return alibi_slopes(_power(n))


def alibi_slopes__power_split_too(n: int) -> NDArray[Any]:
    """A power of two is put together from two series as well: it takes the rule 2^(-8i/n) directly.

    Hint: for 8 heads, which m does your code find? Print it.
    """
    m = _power(n)
    return np.concatenate([alibi_slopes(m)[1::2], alibi_slopes(m)[0::2]]) if m == n > 1 else alibi_slopes(n)


def alibi_slopes__others_refused(n: int) -> NDArray[Any]:
    """A number of heads that is no power of two raises: it is allowed, and has a rule of its own.

    Hint: 12 heads are common. Read the second case of the rule again.
    """
    if _power(n) != n:
        raise ValueError(f"n must be a power of two, got {n}")
    return alibi_slopes(n)


# --- bad numbers of heads ---


def alibi_slopes__empty(n: int) -> NDArray[Any]:
    """No heads give no slopes, without an error: an n below 1 must raise.

    Hint: what does np.arange(1, 1) give, and who would notice?
    """
    return alibi_slopes(n) if n >= 1 else np.empty(0)


def alibi_slopes__absolute(n: int) -> NDArray[Any]:
    """A negative number of heads is made positive: it must raise.

    Hint: a silent repair hides the caller's mistake.
    """
    return alibi_slopes(abs(n))


def alibi_slopes__at_least_one(n: int) -> NDArray[Any]:
    """No heads are taken for one: an n below 1 must raise.

    Hint: a silent repair hides the caller's mistake.
    """
    return alibi_slopes(max(n, 1))


# --- the future ---


def alibi_bias__future_zero(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """Keys after the query have bias 0, which is the best there is: they must be masked.

    Hint: take the softmax of one row. Which keys get the most attention?
    """
    return _bias(n, T, causal, _distance, 0.0)


def alibi_bias__future_rewarded(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The formula for past keys runs on above the diagonal, where it is positive: these keys must be masked.

    Hint: what is the sign of i - j when the key comes after the query?
    """
    return _bias(n, T, False, lambda i, j: j - i) if causal else alibi_bias(n, T, False)


def alibi_bias__future_penalised(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """Keys after the query are penalised by their distance, and not masked: this is the answer to causal=False.

    Hint: print the first row. May the first token look at the others?
    """
    del causal
    return alibi_bias(n, T, False)


def alibi_bias__weak_mask(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The mask is -1, which a good score easily outweighs: use -inf, or at most -1e8.

    Hint: which weight does a masked key get if all scores are 0?
    """
    return _bias(n, T, causal, _distance, -1.0)


def alibi_bias__mask_ten_thousand(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The mask is -10000, which a large score can outweigh: use -inf, or at most -1e8.

    Hint: which bound does the text name?
    """
    return _bias(n, T, causal, _distance, -10000.0)


def alibi_bias__mask_positive(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The mask is +inf, which takes all the attention: it is -inf.

    Hint: which value must be added to a score so that its softmax weight is 0?
    """
    return _bias(n, T, causal, _distance, np.inf)


def alibi_bias__mask_nan(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The mask is made by multiplying with infinity, and 0 times infinity is nan: choose with np.where.

    Hint: print one head. Where are the numbers?
    """
    bias = alibi_bias(n, T, causal)
    return np.where(bias == -np.inf, bias, np.nan) if causal else bias


def alibi_bias__past_masked(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The mask covers the keys *before* the query: it belongs above the diagonal, where j > i.

    Hint: print one head. Which key may the first query see?
    """
    bias = -alibi_bias(n, T, False)
    i, j = np.mgrid[:T, :T]
    return np.where(j < i, -np.inf, bias) if causal else -bias


def alibi_bias__diagonal_masked(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The mask covers the diagonal too: every query sees itself, with bias 0.

    Hint: which keys are left for the first query?
    """
    bias = alibi_bias(n, T, causal)
    return np.where(np.eye(T) > 0, -np.inf, bias) if causal else bias


def alibi_bias__one_ahead(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The mask begins one key too late, so each query sees the next token: it begins at j = i + 1.

    Hint: how many keys may the first query see?
    """
    bias = alibi_bias(n, T, causal)
    i, j = np.mgrid[:T, :T]
    return np.where(j == i + 1, alibi_bias(n, T, False), bias) if causal else bias


# --- the wrong distance or sign ---


def alibi_bias__rewards_distance(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The sign is wrong, so the furthest key has the best bias: it is minus the slope times the distance.

    Hint: the slope is positive. Which sign does a penalty have?
    """
    return _bias(n, T, causal, lambda i, j: abs(i - j))


def alibi_bias__transposed(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """Queries and keys are swapped: row i is the query, column j the key.

    Hint: the last row should have no mask, and the first row only one entry without.
    """
    return np.swapaxes(alibi_bias(n, T, causal), 1, 2)


def alibi_bias__key_position(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The bias is m j, which the causal softmax can't tell from -m (i - j); but the values asked are the latter.

    Hint: the diagonal must be 0. What has to be subtracted from row i to make it so?
    """
    return _bias(n, T, causal, lambda i, j: j) if causal else alibi_bias(n, T, False)


def alibi_bias__from_the_last_query(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """Distances are measured from the last position, not from the query; only the softmax can't tell.

    Hint: the diagonal must be 0 in every row, not only in the last.
    """
    return _bias(n, T, causal, lambda i, j: j - (T - 1)) if causal else alibi_bias(n, T, False)


def alibi_bias__distance_from_one(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The distance of a token to itself counts as 1: it is 0, so the diagonal is 0.

    Hint: print the diagonal of one head.
    """
    return _bias(n, T, causal, lambda i, j: _distance(i, j) - 1.0)


def alibi_bias__squared(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The distance is squared: the penalty is linear in it.

    Hint: compare the steps between neighbours in the last row. Are they all the slope?
    """
    return _bias(n, T, causal, lambda i, j: -((i - j) ** 2))


def alibi_bias__logarithm(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The penalty grows with the logarithm of the distance: it is linear.

    Hint: compare the steps between neighbours in the last row. Are they all the slope?
    """
    return _bias(n, T, causal, lambda i, j: -np.log1p(abs(i - j)))


def alibi_bias__relative_to_length(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The distance is divided by T: it counts tokens, whatever the length.

    Hint: the bias of two tokens must stay the same when the sequence grows.
    """
    return _bias(n, T, causal, lambda i, j: -abs(i - j) / T)


def alibi_bias__factors(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """These are factors between 0 and 1: the bias is added to the scores before the softmax.

    Hint: the diagonal must be 0, so that it changes nothing when *added*.
    """
    return np.exp(alibi_bias(n, T, causal))


# --- the wrong slopes or axes ---


def alibi_bias__one_slope(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """Every head has the slope of the first: head h has the slope m_h.

    Hint: compare the second head with the first.
    """
    return _with_slopes(n, T, causal, np.full(n, alibi_slopes(n)[0]))


def alibi_bias__no_slopes(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The slopes are missing, so every step costs 1: a step costs head h its slope m_h.

    Hint: what is the slope of the first of 4 heads? It should stand just left of the diagonal, with a minus.
    """
    return _with_slopes(n, T, causal, alibi_slopes(n) ** 0)


def alibi_bias__reversed_heads(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The heads are in the opposite order: the first head has the first slope.

    Hint: of four heads, which has the slope 1/4?
    """
    return _with_slopes(n, T, causal, alibi_slopes(n)[::-1])


def alibi_bias__naive_slopes(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The bias uses 2^(-8i/n) for every n: where n is no power of two, take the slopes of alibi_slopes.

    Hint: print the entry just left of the diagonal for the three heads of n = 3.
    """
    return _with_slopes(n, T, causal, alibi_slopes__naive(n))


def alibi_bias__sorted_slopes(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The slopes are sorted before use: they stay in the order of the heads.

    Hint: print the entry just left of the diagonal for the three heads of n = 3.
    """
    return _with_slopes(n, T, causal, alibi_slopes__sorted(n))


def alibi_bias__inverse_slopes(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The distance is divided by the slope: it is multiplied.

    Hint: the first of 4 heads has the slope 1/4. What does one step cost it?
    """
    return _with_slopes(n, T, causal, 1.0 / alibi_slopes(n))


def alibi_bias__heads_last(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The head axis is the last: it is the first, (n, T, T).

    Hint: print the shape for n = 4 and T = 3.
    """
    return np.moveaxis(alibi_bias(n, T, causal), 0, -1)


def alibi_bias__batch_axis(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """A batch axis of size 1 stands in front: all sequences share the bias, so it has three axes.

    Hint: print the shape for n = 4 and T = 3.
    """
    return alibi_bias(n, T, causal)[None]


def alibi_bias__last_query_only(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """There is one row a head, that of the last query: every query has a row.

    Hint: print the shape for n = 4 and T = 3.
    """
    return alibi_bias(n, T, causal)[:, -1:]


def alibi_bias__float16(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The result is float16, which keeps only three digits: use float32 or float64.

    Hint: print the dtype of your result.
    """
    return alibi_bias(n, T, causal).astype(np.float16)


def alibi_bias__integers(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The bias has an integer dtype, which cuts the fractions off: make it float.

    Hint: print the dtype of the array that you assign into.
    """
    return np.maximum(alibi_bias(n, T, causal), -1e9).astype(int)


# --- the parameter causal, and bad sizes ---


def alibi_bias__always_causal(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The future is masked even for causal=False: the parameter must be used.

    Hint: call it both ways. Do the results differ?
    """
    del causal
    return alibi_bias(n, T)


def alibi_bias__causal_inverted(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """The two cases are swapped: the mask belongs to causal=True, which is the default.

    Hint: call it with n and T alone. Is anything masked?
    """
    return alibi_bias(n, T, not causal)


def alibi_bias__both_ways_signed(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """For causal=False the bias has the sign of i - j, so later keys are rewarded: distance has no sign.

    Hint: print one head. With causal=False it must equal its transpose.
    """
    return alibi_bias(n, T) if causal else _bias(n, T, False, lambda i, j: j - i)


def alibi_bias__both_ways_free(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """For causal=False later keys have bias 0: they are penalised by their distance too.

    Hint: print one head. With causal=False it must equal its transpose.
    """
    return alibi_bias(n, T) if causal else _bias(n, T, True, _distance, 0.0)


def alibi_bias__both_ways_nothing(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """For causal=False there is no bias at all: the distance is penalised on both sides.

    Hint: without a bias, what would tell such a model the order of its tokens?
    """
    return alibi_bias(n, T) if causal else 0.0 * alibi_bias(n, T, False)


def alibi_bias__no_tokens(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """A T below 1 gives an empty bias, since np.arange(T) is empty: it must raise.

    Hint: what does np.arange(-3) give, and who would notice?
    """
    return alibi_bias(n, T, causal) if T >= 1 else np.empty((len(alibi_slopes(n)), 0, 0))


def alibi_bias__no_heads(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """An n below 1 gives an empty bias: it must raise.

    Hint: do your slopes raise? Then does the bias use them?
    """
    return alibi_bias(max(n, 1), T, causal)[: max(n, 0)]


def alibi_bias__absolute_sizes(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """Negative sizes are made positive: they must raise.

    Hint: a silent repair hides the caller's mistake.
    """
    return alibi_bias(abs(n), abs(T), causal)


def alibi_bias__single_token_refused(n: int, T: int, causal: bool = True) -> NDArray[Any]:
    """A single token raises: T = 1 is allowed and gives one 0 a head.

    Hint: is 1 below 1? Look at the comparison.
    """
    if T < 2:
        raise ValueError(f"T must be at least 2, got {T}")
    return alibi_bias(n, T, causal)


# --- the shapes ---


def alibi_shapes__one_slope(B: int, H: int, T: int) -> Shapes:
    """There is one slope a head, not one in all.

    Hint: why would several heads look equally far?
    """
    return {**alibi_shapes(B, H, T), "slopes": (1,)}


def alibi_shapes__slope_for_token(B: int, H: int, T: int) -> Shapes:
    """The slopes belong to the heads, not to the tokens.

    Hint: what is the same for every distance, and differs from head to head?
    """
    return {**alibi_shapes(B, H, T), "slopes": (T,)}


def alibi_shapes__slopes_broadcast(B: int, H: int, T: int) -> Shapes:
    """The slopes are one number a head, in one axis: the others come only when they multiply the distances.

    Hint: what would slopes[2] be?
    """
    return {**alibi_shapes(B, H, T), "slopes": (H, 1, 1)}


def alibi_shapes__bare_number(B: int, H: int, T: int) -> Shapes:
    """A shape of one axis is a tuple with one entry, (H,): without the comma it is a number.

    Hint: print type((5)) and type((5,)).
    """
    return {**alibi_shapes(B, H, T), "slopes": H}  # type: ignore[dict-item]


def alibi_shapes__bias_without_heads(B: int, H: int, T: int) -> Shapes:
    """Each head has its own bias: the head axis is missing.

    Hint: two heads have two slopes. Can one matrix hold both?
    """
    return {**alibi_shapes(B, H, T), "bias": (T, T)}


def alibi_shapes__bias_in_batch(B: int, H: int, T: int) -> Shapes:
    """The bias does not depend on the sequence: it has no batch axis.

    Hint: what goes into the bias? Is there any token in it?
    """
    return {**alibi_shapes(B, H, T), "bias": (B, H, T, T)}


def alibi_shapes__bias_heads_last(B: int, H: int, T: int) -> Shapes:
    """The head axis of the bias comes first, as in the scores: head, query, key.

    Hint: to be added to the scores, it must agree with their last three axes.
    """
    return {**alibi_shapes(B, H, T), "bias": (T, T, H)}


def alibi_shapes__bias_of_one_query(B: int, H: int, T: int) -> Shapes:
    """This is the bias of one query: every query has a row of its own.

    Hint: a distance belongs to two tokens. How many axes is that?
    """
    return {**alibi_shapes(B, H, T), "bias": (H, T)}


def alibi_shapes__scores_without_heads(B: int, H: int, T: int) -> Shapes:
    """Each head has its own scores: the head axis is missing.

    Hint: the order is batch, head, query, key.
    """
    return {**alibi_shapes(B, H, T), "scores": (B, T, T)}


def alibi_shapes__scores_heads_last(B: int, H: int, T: int) -> Shapes:
    """The head axis of the scores comes right after the batch: batch, head, query, key.

    Hint: the bias must fit on the last three axes.
    """
    return {**alibi_shapes(B, H, T), "scores": (B, T, T, H)}


def alibi_shapes__scores_merged(B: int, H: int, T: int) -> Shapes:
    """Batch and heads are two axes here, not one of B times H.

    Hint: how many axes are named in the text?
    """
    return {**alibi_shapes(B, H, T), "scores": (B * H, T, T)}


def alibi_shapes__no_scores(B: int, H: int, T: int) -> Shapes:
    """The key "scores" is missing.

    Hint: count the rows of the table of keys.
    """
    return {key: shape for key, shape in alibi_shapes(B, H, T).items() if key != "scores"}


# Which wrong idea of the course a mistake comes from, where one is behind it.
MISCONCEPTIONS: dict[str, tuple[str, ...]] = {
    "axes-stand-in-any-order": (
        "alibi_bias__heads_last",
        "alibi_shapes__bias_heads_last",
        "alibi_shapes__scores_heads_last",
    ),
    "leading-axes-can-be-merged": ("alibi_shapes__scores_merged",),
    "only-the-last-place-counts": ("alibi_bias__last_query_only", "alibi_shapes__bias_of_one_query"),
    "half-precision-is-plenty": ("alibi_slopes__float16", "alibi_bias__float16"),
    "the-input-sets-the-type": ("alibi_slopes__integers", "alibi_bias__integers"),
    "an-axis-of-one-is-no-axis": ("alibi_slopes__column", "alibi_bias__batch_axis", "alibi_shapes__slopes_broadcast"),
    "formulas-can-be-computed-as-written": ("alibi_bias__mask_nan",),
    "absurd-sizes-show-themselves": ("alibi_slopes__empty", "alibi_bias__no_tokens", "alibi_bias__no_heads"),
    "what-does-not-fit-is-best-mended": (
        "alibi_slopes__absolute",
        "alibi_slopes__at_least_one",
        "alibi_bias__absolute_sizes",
    ),
    "positions-start-at-one": ("alibi_bias__distance_from_one",),
    "positions-are-shares-of-the-text": ("alibi_bias__relative_to_length",),
    "positions-belong-to-one-text": ("alibi_shapes__bias_in_batch",),
    "zero-bias-is-a-mask": ("alibi_bias__future_zero",),
    "alibi-needs-no-mask": ("alibi_bias__future_rewarded", "alibi_bias__future_penalised"),
    "any-low-number-masks": ("alibi_bias__weak_mask", "alibi_bias__mask_ten_thousand"),
    "attention-is-symmetric": ("alibi_bias__transposed", "alibi_bias__past_masked"),
    "same-softmax-same-bias": ("alibi_bias__key_position", "alibi_bias__from_the_last_query"),
    "any-growing-price-will-do": ("alibi_bias__squared", "alibi_bias__logarithm"),
    "heads-share-one-bias": (
        "alibi_slopes__all_equal",
        "alibi_bias__one_slope",
        "alibi_bias__no_slopes",
        "alibi_shapes__one_slope",
        "alibi_shapes__bias_without_heads",
        "alibi_shapes__scores_without_heads",
    ),
    "slopes-follow-one-rule": (
        "alibi_slopes__halving",
        "alibi_slopes__whole_exponents",
        "alibi_slopes__naive",
        "alibi_slopes__cut_to_power",
        "alibi_slopes__others_refused",
        "alibi_bias__naive_slopes",
    ),
    "slopes-fall-from-head-to-head": ("alibi_slopes__sorted", "alibi_slopes__next_power", "alibi_bias__sorted_slopes"),
    "only-the-past-has-a-distance": ("alibi_bias__both_ways_signed", "alibi_bias__both_ways_free"),
}
