"""Each known mistake once more, written by another author from its diagnosis alone."""

import math

import numpy as np


def _at_least_one(*sizes):
    if min(sizes) < 1:
        raise ValueError("sizes are at least 1")


def _is_power(n):
    return n & (n - 1) == 0


def _power_below(n):
    m = 1
    while 2 * m <= n:
        m *= 2
    return m


def _rule(n):
    return [2.0 ** (-8 * i / n) for i in range(1, n + 1)]


def _two_series(n, rule=_rule, added=None):
    _at_least_one(n)
    n = int(n)
    m = _power_below(n)
    if m == n:
        return np.array(rule(n))
    extra = list(rule(2 * m))[0::2][: n - m] if added is None else added(n, m)
    return np.array([*rule(m), *extra])


def _right_slopes(n):
    return _two_series(n)


def _grid(T):
    i, j = np.indices((T, T))
    return i, j


def _causal(T, past, mask=-np.inf):
    _, j = _grid(T)
    return np.where(j > j.T, mask, past)


def _both_ways(n, T):
    i, j = _grid(T)
    return -np.multiply.outer(_right_slopes(n), np.abs(i - j))


def _right_bias(n, T, causal=True, slopes=None, price=np.asarray):
    _at_least_one(n, T)
    i, j = _grid(T)
    slopes = _right_slopes(n) if slopes is None else np.asarray(slopes, dtype=float)
    bias = -np.einsum("h,ij->hij", slopes, price(np.abs(i - j)).astype(float))
    return _causal(T, bias) if causal else bias


def alibi_slopes__from_zero(n):
    return _two_series(n, lambda m: [2.0 ** (-8 * i / m) for i in range(m)])


def alibi_slopes__negative(n):
    return _two_series(n, lambda m: [-s for s in _rule(m)])


def alibi_slopes__reversed(n):
    return np.flip(_right_slopes(n))


def alibi_slopes__halving(n):
    return _two_series(n, lambda m: np.cumprod([0.5] * m))


def alibi_slopes__not_divided(n):
    return _two_series(n, lambda m: [1 / 256**i for i in range(1, m + 1)])


def alibi_slopes__precedence(n):
    return _two_series(n, lambda m: [2**-8 * i / m for i in range(1, m + 1)])


def alibi_slopes__whole_exponents(n):
    return _two_series(n, lambda m: [2.0 ** (-8 * i // m) for i in range(1, m + 1)])


def alibi_slopes__natural_base(n):
    return _two_series(n, lambda m: np.exp(-8 * np.arange(1, m + 1) / m))


def alibi_slopes__even_steps(n):
    return _two_series(n, lambda m: np.linspace(2 ** (-8 / m), 2**-8, m))


def alibi_slopes__all_equal(n):
    slopes = _right_slopes(n)
    return np.array([slopes[0] for _ in slopes], dtype=np.float32)


def alibi_slopes__column(n):
    return _right_slopes(n).reshape(-1, 1, 1)


def alibi_slopes__float16(n):
    return np.array(_right_slopes(n).tolist(), dtype="float16")


def alibi_slopes__integers(n):
    _at_least_one(n)
    slopes = np.arange(n)
    for head, slope in enumerate(_right_slopes(n)):
        slopes[head] = slope
    return slopes


def alibi_slopes__naive(n):
    _at_least_one(n)
    ratio = 2 ** (-8 / n)
    return np.array([ratio**i for i in range(1, n + 1)])


def alibi_slopes__sorted(n):
    return sorted(_right_slopes(n).tolist(), reverse=True)


def alibi_slopes__added_first(n):
    slopes = _right_slopes(n)
    return np.roll(slopes, n - _power_below(n))


def alibi_slopes__next_power(n):
    _at_least_one(n)
    power = 1
    while power < n:
        power *= 2
    return np.array(_rule(power)[:n])


def alibi_slopes__nearest_power(n):
    _at_least_one(n)
    m = 2 ** round(math.log2(n))
    return np.array((_rule(m) + _rule(2 * m)[0::2])[:n])


def alibi_slopes__every_one(n):
    return _two_series(n, added=lambda n, m: _rule(2 * m)[: n - m])


def alibi_slopes__second_ones(n):
    return _two_series(n, added=lambda n, m: [2.0 ** (-8 * 2 * i / (2 * m)) for i in range(1, n - m + 1)])


def alibi_slopes__last_ones(n):
    return _two_series(n, added=lambda n, m: _rule(2 * m)[0::2][m - (n - m) :])


def alibi_slopes__reused_m(n):
    return _two_series(n, added=lambda n, m: _rule(m)[0::2][: n - m])


def alibi_slopes__uncut(n):
    return _two_series(n, added=lambda n, m: _rule(2 * m)[0::2])


def alibi_slopes__cut_to_power(n):
    return _two_series(n, added=lambda n, m: [])


def alibi_slopes__power_split_too(n):
    _at_least_one(n)
    m = 1
    while 2 * m < n:
        m *= 2
    return np.array(_rule(m) + _rule(2 * m)[::2][: n - m])


def alibi_slopes__others_refused(n):
    _at_least_one(n)
    if not _is_power(n):
        raise ValueError("the number of heads must be a power of two")
    return np.array(_rule(n), dtype=np.float32)


def alibi_slopes__empty(n):
    m = _power_below(n)
    if n <= 0 or n == m:
        return np.array([2.0 ** (-8 * i / n) for i in range(1, n + 1)])
    return _right_slopes(n)


def alibi_slopes__absolute(n):
    return _right_slopes(int(math.sqrt(n * n)))


def alibi_slopes__at_least_one(n):
    if n < 1:
        n = 1
    return _right_slopes(n)


def alibi_bias__future_zero(n, T, causal=True):
    bias = _right_bias(n, T, causal=False)
    if causal:
        bias = np.tril(bias)
    return bias


def alibi_bias__future_rewarded(n, T, causal=True):
    _at_least_one(n, T)
    if not causal:
        return _both_ways(n, T)
    return np.array([[[-m * (i - j) for j in range(T)] for i in range(T)] for m in _right_slopes(n)])


def alibi_bias__future_penalised(n, T, causal=True):
    bias = _right_bias(n, T, causal)
    return np.where(np.isinf(bias), np.swapaxes(bias, 1, 2), bias)


def alibi_bias__weak_mask(n, T, causal=True):
    bias = _right_bias(n, T, causal=False)
    return _causal(T, bias, mask=-1.0) if causal else bias


def alibi_bias__mask_ten_thousand(n, T, causal=True):
    bias = _right_bias(n, T, causal=False)
    if causal:
        bias = np.tril(bias) + np.triu(np.full((T, T), -1e4), k=1)
    return bias


def alibi_bias__mask_positive(n, T, causal=True):
    bias = _right_bias(n, T, causal)
    bias[np.isinf(bias)] = math.inf
    return bias


def alibi_bias__mask_nan(n, T, causal=True):
    bias = _right_bias(n, T, causal=False)
    if causal:
        with np.errstate(invalid="ignore"):
            bias = bias - np.inf * np.triu(np.ones((T, T)), 1)
    return bias


def alibi_bias__past_masked(n, T, causal=True):
    _at_least_one(n, T)
    if not causal:
        return _both_ways(n, T)
    i, j = np.arange(T)[:, None], np.arange(T)[None]
    return np.where(j < i, -np.inf, -_right_slopes(n)[:, None, None] * (i - j))


def alibi_bias__diagonal_masked(n, T, causal=True):
    bias = _right_bias(n, T, causal=False)
    if causal:
        bias[:, np.triu(np.ones((T, T), dtype=bool))] = -np.inf
    return bias


def alibi_bias__one_ahead(n, T, causal=True):
    _at_least_one(n, T)
    if not causal:
        return _both_ways(n, T)
    i, j = _grid(T)
    bias = _right_slopes(n)[:, None, None] * (j - i)
    bias[:, j > i + 1] = -np.inf
    return bias


def alibi_bias__rewards_distance(n, T, causal=True):
    bias = np.abs(_right_bias(n, T, causal=False))
    return _causal(T, bias) if causal else bias


def alibi_bias__transposed(n, T, causal=True):
    return np.einsum("hij->hji", _right_bias(n, T, causal))


def alibi_bias__key_position(n, T, causal=True):
    if not causal:
        return _right_bias(n, T, causal=False)
    _at_least_one(n, T)
    row = np.outer(_right_slopes(n), np.arange(T))
    return _causal(T, row[:, None, :])


def alibi_bias__from_the_last_query(n, T, causal=True):
    if not causal:
        return _right_bias(n, T, causal=False)
    _at_least_one(n, T)
    bias = np.full((n, T, T), -np.inf)
    for h, m in enumerate(_right_slopes(n)):
        for i in range(T):
            bias[h, i, : i + 1] = [-m * (T - 1 - j) for j in range(i + 1)]
    return bias


def alibi_bias__distance_from_one(n, T, causal=True):
    return _right_bias(n, T, causal) - _right_slopes(n)[:, None, None]


def alibi_bias__squared(n, T, causal=True):
    return _right_bias(n, T, causal, price=np.square)


def alibi_bias__logarithm(n, T, causal=True):
    return _right_bias(n, T, causal, price=np.log1p)


def alibi_bias__relative_to_length(n, T, causal=True):
    return _right_bias(n, T, causal) / T


def alibi_bias__factors(n, T, causal=True):
    return np.exp(_right_bias(n, T, causal))


def alibi_bias__one_slope(n, T, causal=True):
    first = _right_bias(n, T, causal)[0]
    return np.stack([first for _ in range(n)])


def alibi_bias__no_slopes(n, T, causal=True):
    _at_least_one(n, T)
    return _right_bias(n, T, causal, slopes=[1.0 for _ in range(n)])


def alibi_bias__reversed_heads(n, T, causal=True):
    _at_least_one(n, T)
    return _right_bias(n, T, causal, slopes=list(reversed(_right_slopes(n))))


def alibi_bias__naive_slopes(n, T, causal=True):
    _at_least_one(n, T)
    return _right_bias(n, T, causal, slopes=np.exp2(-8 * (np.arange(n) + 1) / n))


def alibi_bias__sorted_slopes(n, T, causal=True):
    _at_least_one(n, T)
    return _right_bias(n, T, causal, slopes=sorted(_right_slopes(n), reverse=True))


def alibi_bias__inverse_slopes(n, T, causal=True):
    _at_least_one(n, T)
    return _right_bias(n, T, causal, slopes=1 / _right_slopes(n))


def alibi_bias__heads_last(n, T, causal=True):
    return np.stack(list(_right_bias(n, T, causal)), axis=-1)


def alibi_bias__batch_axis(n, T, causal=True):
    return np.array([_right_bias(n, T, causal)], dtype=np.float32)


def alibi_bias__last_query_only(n, T, causal=True):
    bias = _right_bias(n, T, causal)
    return bias[:, [T - 1]]


def alibi_bias__float16(n, T, causal=True):
    return _right_bias(n, T, causal).astype(np.half)


def alibi_bias__integers(n, T, causal=True):
    bias = _right_bias(n, T, causal)
    result = np.zeros_like(bias, dtype=np.int64)
    result[:] = np.maximum(bias, -(10**9))
    return result


def alibi_bias__always_causal(n, T, causal=True):
    bias = _right_bias(n, T, causal).astype(np.float32)
    for i in range(T):
        bias[:, i, i + 1 :] = -1e9
    return bias


def alibi_bias__causal_inverted(n, T, causal=True):
    bias = _right_bias(n, T, causal=False)
    if causal:
        return bias
    return _causal(T, bias)


def alibi_bias__both_ways_signed(n, T, causal=True):
    _at_least_one(n, T)
    places = np.arange(T)
    bias = np.array([-m * np.subtract.outer(places, places) for m in _right_slopes(n)])
    return _causal(T, bias) if causal else bias


def alibi_bias__both_ways_free(n, T, causal=True):
    bias = _right_bias(n, T, True)
    if not causal:
        bias[bias == -np.inf] = 0.0
    return bias


def alibi_bias__both_ways_nothing(n, T, causal=True):
    return _right_bias(n, T) if causal else np.zeros_like(_right_bias(n, T))


def alibi_bias__no_tokens(n, T, causal=True):
    _at_least_one(n)
    places = np.arange(T)
    distances = np.abs(places[:, None] - places)
    bias = -_right_slopes(n)[:, None, None] * distances
    return np.where((places > places[:, None]) & bool(causal), -np.inf, bias)


def alibi_bias__no_heads(n, T, causal=True):
    _at_least_one(T)
    if n < 1:
        heads = [_right_bias(1, T, causal)[0] for _ in range(n)]
        return np.array(heads).reshape(-1, T, T)
    return _right_bias(n, T, causal)


def alibi_bias__absolute_sizes(n, T, causal=True):
    return _right_bias(abs(int(n)), abs(int(T)), causal)


def alibi_bias__single_token_refused(n, T, causal=True):
    if T <= 1:
        raise ValueError("a distance needs two tokens")
    return _right_bias(n, T, causal)


def _right_shapes(B, H, T):
    return {"slopes": (H,), "bias": (H, T, T), "scores": (B, H, T, T)}


def alibi_shapes__one_slope(B, H, T):
    return _right_shapes(B, H, T) | {"slopes": (1,)}


def alibi_shapes__slope_for_token(B, H, T):
    return {**_right_shapes(B, H, T), "slopes": (T,)}


def alibi_shapes__slopes_broadcast(B, H, T):
    return {"slopes": (H, 1, 1), "bias": (H, T, T), "scores": (B, H, T, T)}


def alibi_shapes__bare_number(B, H, T):
    shapes = _right_shapes(B, H, T)
    (shapes["slopes"],) = shapes["slopes"]
    return shapes


def alibi_shapes__bias_without_heads(B, H, T):
    return {"slopes": [H], "bias": [T, T], "scores": [B, H, T, T]}


def alibi_shapes__bias_in_batch(B, H, T):
    scores = (B, H, T, T)
    return {"slopes": (H,), "bias": scores, "scores": scores}


def alibi_shapes__bias_heads_last(B, H, T):
    return _right_shapes(B, H, T) | {"bias": np.array([T, T, H])}


def alibi_shapes__bias_of_one_query(B, H, T):
    return {**_right_shapes(B, H, T), "bias": (H, T)}


def alibi_shapes__scores_without_heads(B, H, T):
    return {"slopes": (H,), "bias": (H, T, T), "scores": (B, T, T)}


def alibi_shapes__scores_heads_last(B, H, T):
    shapes = _right_shapes(B, H, T)
    shapes["scores"] = (B, T, T, H)
    return shapes


def alibi_shapes__scores_merged(B, H, T):
    return _right_shapes(B, H, T) | {"scores": (B * H, T, T)}


def alibi_shapes__no_scores(B, H, T):
    shapes = _right_shapes(B, H, T)
    del shapes["scores"]
    return shapes
