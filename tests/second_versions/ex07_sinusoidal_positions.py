"""Each known mistake once more, written by another author from its diagnosis alone."""

import math

import numpy as np


def _sizes(n, d):
    if n < 0 or d < 1:
        raise ValueError("n must not be negative and d must be positive")
    return int(n), int(d)


def _even(d):
    if d % 2:
        raise ValueError("d must be even")
    return int(d)


def _weave(angles, d):
    both = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
    return both.reshape(len(angles), 2 * angles.shape[1])[:, :d]


def _from_frequencies(n, d, frequencies):
    return _weave(np.multiply.outer(np.arange(n), np.asarray(frequencies, dtype=float)), d)


def _right_frequencies(d, base):
    return np.array([base ** (-2 * i / d) for i in range((d + 1) // 2)])


def _right_table(n, d, base):
    return _from_frequencies(n, d, _right_frequencies(d, base))


def _blocks(angles, block):
    size = 2 * len(angles)
    M = np.zeros((size, size))
    for i, angle in enumerate(angles):
        M[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = block(math.cos(angle), math.sin(angle))
    return M


def _turn(c, s):
    return [[c, s], [-s, c]]


def sinusoidal__exponent_i_over_d(n, d, base=10000.0):
    n, d = _sizes(n, d)
    table = np.zeros((n, d))
    for p in range(n):
        for column in range(d):
            angle = p / base ** (column // 2 / d)
            table[p, column] = math.cos(angle) if column % 2 else math.sin(angle)
    return table


def sinusoidal__column_exponent(n, d, base=10000.0):
    n, d = _sizes(n, d)
    columns = np.arange(d)
    angles = np.arange(n)[:, None] * base ** (-columns / d)
    return np.where(columns % 2 == 0, np.sin(angles), np.cos(angles))


def sinusoidal__doubled_columns(n, d, base=10000.0):
    n, d = _sizes(n, d)
    table = np.empty((n, d))
    for p in range(n):
        for i in range(0, d, 2):
            table[p, i] = math.sin(p / base ** (2 * i / d))
            if i + 1 < d:
                table[p, i + 1] = math.cos(p / base ** (2 * (i + 1) / d))
    return table


def sinusoidal__last_is_base(n, d, base=10000.0):
    n, d = _sizes(n, d)
    pairs = -(-d // 2)
    step = math.log(base) / max(pairs - 1, 1)
    return _from_frequencies(n, d, np.exp(-step * np.arange(pairs)))


def sinusoidal__pairs_from_one(n, d, base=10000.0):
    n, d = _sizes(n, d)
    i = np.arange(1, (d + 1) // 2 + 1)
    return _from_frequencies(n, d, np.power(base, -2.0 * i / d))


def sinusoidal__growing_frequencies(n, d, base=10000.0):
    n, d = _sizes(n, d)
    angles = np.einsum("p,i->pi", np.arange(n), base ** (np.arange(0, d, 2) / d))
    table = np.zeros((n, d))
    table[:, ::2], table[:, 1::2] = np.sin(angles), np.cos(angles)[:, : d // 2]
    return table


def sinusoidal__one_frequency(n, d, base=10000.0):
    n, d = _sizes(n, d)
    i = np.arange((d + 1) // 2)
    return _from_frequencies(n, d, 1 / base ** (2 * i // d))


def sinusoidal__base_ignored(n, d, base=10000.0):
    n, d = _sizes(n, d)
    return _from_frequencies(n, d, np.exp(np.arange(0, d, 2) * (-math.log(10000.0) / d))).astype(np.float32)


def sinusoidal__no_logarithm(n, d, base=10000.0):
    n, d = _sizes(n, d)
    return _from_frequencies(n, d, [math.exp(-even / d) for even in range(0, d, 2)])


def sinusoidal__decimal_logarithm(n, d, base=10000.0):
    n, d = _sizes(n, d)
    return _from_frequencies(n, d, np.exp(-np.arange(0, d, 2) / d * np.log10(base)))


def sinusoidal__even_width(n, d, base=10000.0):
    n, d = _sizes(n, d)
    width = d + 1 if d % 2 else d
    return _right_table(n, width, base)[:, :d]


def sinusoidal__narrow_width(n, d, base=10000.0):
    n, d = _sizes(n, d)
    pairs = max(d // 2, 1)
    return _from_frequencies(n, d, base ** (-np.arange((d + 1) // 2) / pairs))


def sinusoidal__degrees(n, d, base=10000.0):
    n, d = _sizes(n, d)
    return _weave(np.deg2rad(np.outer(np.arange(n), _right_frequencies(d, base))), d)


def sinusoidal__cycles(n, d, base=10000.0):
    n, d = _sizes(n, d)
    return _from_frequencies(n, d, 2 * np.pi * _right_frequencies(d, base))


def sinusoidal__positions_from_one(n, d, base=10000.0):
    n, d = _sizes(n, d)
    return _weave(np.arange(1, n + 1)[:, None] * _right_frequencies(d, base), d)


def sinusoidal__relative_positions(n, d, base=10000.0):
    n, d = _sizes(n, d)
    positions = np.array([p / n for p in range(n)]).reshape(n, 1)
    return _weave(positions * _right_frequencies(d, base), d)


def sinusoidal__halves(n, d, base=10000.0):
    n, d = _sizes(n, d)
    angles = np.outer(np.arange(n), _right_frequencies(d, base))
    return np.hstack([np.sin(angles), np.cos(angles[:, : d // 2])])


def sinusoidal__cosine_first(n, d, base=10000.0):
    n, d = _sizes(n, d)
    angles = np.repeat(np.outer(np.arange(n), _right_frequencies(d, base)), 2, axis=1)[:, :d]
    return np.where(np.arange(d) % 2, np.sin(angles), np.cos(angles))


def sinusoidal__only_sines(n, d, base=10000.0):
    n, d = _sizes(n, d)
    pair = np.arange(d) // 2
    return np.sin(np.arange(n)[:, None] / base ** (2 * pair / d))


def sinusoidal__by_row(n, d, base=10000.0):
    n, d = _sizes(n, d)
    table = np.arange(n)[:, None] * np.repeat(_right_frequencies(d, base), 2)[:d]
    table[0::2], table[1::2] = np.sin(table[0::2]), np.cos(table[1::2])
    return table


def sinusoidal__transposed(n, d, base=10000.0):
    n, d = _sizes(n, d)
    table = np.zeros((d, n))
    for i, frequency in enumerate(_right_frequencies(d, base)):
        table[2 * i] = np.sin(frequency * np.arange(n))
        if 2 * i + 1 < d:
            table[2 * i + 1] = np.cos(frequency * np.arange(n))
    return table


def sinusoidal__only_the_last(n, d, base=10000.0):
    n, d = _sizes(n, d)
    angles = [n * base ** (-2 * (column // 2) / d) for column in range(d)]
    return np.array([(math.sin, math.cos)[column % 2](angle) for column, angle in enumerate(angles)])


def sinusoidal__one_row_more(n, d, base=10000.0):
    n, d = _sizes(n, d)
    return np.vstack([_weave(p * _right_frequencies(d, base)[None], d) for p in range(n + 1)])


def sinusoidal__batch_axis(n, d, base=10000.0):
    n, d = _sizes(n, d)
    return np.expand_dims(_right_table(n, d, base), 0).astype(np.float32)


def sinusoidal__unit_length(n, d, base=10000.0):
    n, d = _sizes(n, d)
    table = _right_table(n, d, base)
    return table / np.maximum(np.sqrt(np.einsum("pc,pc->p", table, table)), 1e-12)[:, None]


def sinusoidal__ends_with_cosine(n, d, base=10000.0):
    n, d = _sizes(n, d)
    table = _right_table(n, d, base)
    if d % 2:
        table[:, -1] = np.cos(np.arange(n) * base ** ((1 - d) / d))
    return table


def sinusoidal__odd_zero(n, d, base=10000.0):
    n, d = _sizes(n, d)
    table = np.zeros((n, d))
    for i in range(d // 2):
        angle = np.arange(n) / base ** (2 * i / d)
        table[:, 2 * i], table[:, 2 * i + 1] = np.sin(angle), np.cos(angle)
    return table


def sinusoidal__odd_dropped(n, d, base=10000.0):
    n, d = _sizes(n, d)
    frequencies = [base ** (-2 * i / d) for i in range(d // 2)]
    return _from_frequencies(n, d, frequencies)


def sinusoidal__odd_padded(n, d, base=10000.0):
    n, d = _sizes(n, d)
    angles = np.arange(n)[:, None] * base ** (-np.arange(0, d, 2) / d)
    return np.dstack([np.sin(angles), np.cos(angles)]).reshape(n, -1 if n else d + d % 2)


def sinusoidal__odd_refused(n, d, base=10000.0):
    n, d = _sizes(n, d)
    angles = np.arange(n)[:, None] * base ** (-np.arange(0, d, 2) / d)
    return np.stack((np.sin(angles), np.cos(angles)), axis=2).reshape(n, d)


def sinusoidal__negative_is_empty(n, d, base=10000.0):
    if d <= 0:
        raise ValueError("d must be positive")
    return _right_table(n, int(d), base)


def sinusoidal__absolute_sizes(n, d, base=10000.0):
    n, d = _sizes(abs(n), abs(d))
    return _right_table(n, d, base)


def sinusoidal__no_columns(n, d, base=10000.0):
    if min(n, d) < 0:
        raise ValueError("sizes must not be negative")
    table = np.zeros((n, d))
    for column in range(d):
        table[:, column] = (np.cos if column % 2 else np.sin)(np.arange(n) * base ** (-(column - column % 2) / d))
    return table


def sinusoidal__none_refused(n, d, base=10000.0):
    if n <= 0:
        raise ValueError("there must be positions")
    return _right_table(*_sizes(n, d), base)


def sinusoidal__flat_when_empty(n, d, base=10000.0):
    n, d = _sizes(n, d)
    rows = []
    for p in range(n):
        angles = [p * frequency for frequency in _right_frequencies(d, base)]
        rows.append([wave(angle) for angle in angles for wave in (math.sin, math.cos)][:d])
    return np.array(rows)


def sinusoidal__integers(n, d, base=10000.0):
    n, d = _sizes(n, d)
    table = np.zeros((n, d), dtype=int)
    angles = np.outer(np.arange(n), _right_frequencies(d, base))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles[:, : d // 2])
    return table


def sinusoidal__float16(n, d, base=10000.0):
    n, d = _sizes(n, d)
    table = np.empty((n, d), dtype=np.float16)
    table[...] = _right_table(n, d, base)
    return table


def shift_matrix__transposed(k, d, base=10000.0):
    angles = k * _right_frequencies(_even(d), base)
    return _blocks(angles, lambda c, s: [[c, -s], [s, c]])


def shift_matrix__reflected(k, d, base=10000.0):
    angles = k * _right_frequencies(_even(d), base)
    return _blocks(angles, lambda c, s: [[c, s], [s, c]])


def shift_matrix__swapped_sin_cos(k, d, base=10000.0):
    M = np.zeros((_even(d), int(d)))
    for i in range(d // 2):
        c, s = math.sin(k * base ** (-2 * i / d)), math.cos(k * base ** (-2 * i / d))
        M[2 * i, 2 * i], M[2 * i, 2 * i + 1] = c, s
        M[2 * i + 1, 2 * i], M[2 * i + 1, 2 * i + 1] = -s, c
    return M


def shift_matrix__cosine_first(k, d, base=10000.0):
    M = _blocks(k * _right_frequencies(_even(d), base), _turn)
    return M[:, np.arange(d) ^ 1]


def shift_matrix__only_cosines(k, d, base=10000.0):
    return np.diag(np.repeat(np.cos(k * _right_frequencies(_even(d), base)), 2))


def shift_matrix__rolled(k, d, base=10000.0):
    M = np.zeros((_even(d), int(d)))
    for j in range(d):
        M[(j + k) % d, j] = 1.0
    return M


def shift_matrix__halves(k, d, base=10000.0):
    angles = k * _right_frequencies(_even(d), base)
    C, S = np.diag(np.cos(angles)), np.diag(np.sin(angles))
    return np.block([[C, S], [-S, C]])


def shift_matrix__one_frequency(k, d, base=10000.0):
    block = np.array(_turn(np.cos(k), np.sin(k)), dtype=np.float32)
    return np.kron(np.eye(_even(d) // 2, dtype=np.float32), block)


def shift_matrix__exponent_i_over_d(k, d, base=10000.0):
    return _blocks([k / base ** (i / d) for i in range(_even(d) // 2)], _turn)


def shift_matrix__pairs_from_one(k, d, base=10000.0):
    return _blocks([k * base ** (-2 * i / d) for i in range(1, _even(d) // 2 + 1)], _turn)


def shift_matrix__growing_frequencies(k, d, base=10000.0):
    return _blocks(k * np.power(base, np.arange(0, _even(d), 2) / d), _turn)


def shift_matrix__base_ignored(k, d, base=10000.0):
    M = np.eye(_even(d))
    angles = k * 1e4 ** (-np.arange(0, d, 2) / d)
    even = np.arange(0, d, 2)
    M[even, even] = M[even + 1, even + 1] = np.cos(angles)
    M[even, even + 1], M[even + 1, even] = np.sin(angles), -np.sin(angles)
    return M


def shift_matrix__degrees(k, d, base=10000.0):
    return _blocks([math.radians(k * f) for f in _right_frequencies(_even(d), base)], _turn)


def shift_matrix__one_step(k, d, base=10000.0):
    return _blocks(_right_frequencies(_even(d), base), _turn)


def shift_matrix__one_too_far(k, d, base=10000.0):
    frequencies = _right_frequencies(_even(d), base)
    return _blocks(frequencies, _turn) @ _blocks(k * frequencies, _turn)


def shift_matrix__absolute_k(k, d, base=10000.0):
    step = _blocks(_right_frequencies(_even(d), base), _turn)
    M = np.eye(d)
    for _ in range(abs(k)):
        M = step @ M
    return M


def shift_matrix__negative_refused(k, d, base=10000.0):
    if k < 0:
        raise ValueError("k must not be negative")
    return np.linalg.matrix_power(_blocks(_right_frequencies(_even(d), base), _turn), int(k))


def shift_matrix__first_block_only(k, d, base=10000.0):
    angles = np.zeros(_even(d) // 2)
    angles[:1] = k
    return _blocks(angles, _turn)


def shift_matrix__stacked_blocks(k, d, base=10000.0):
    angles = k * _right_frequencies(_even(d), base)
    return np.array([_turn(np.cos(angle), np.sin(angle)) for angle in angles])


def shift_matrix__fitted(k, d, base=10000.0):
    frequencies = _right_frequencies(_even(d), base)
    before = _weave(np.arange(3)[:, None] * frequencies, d)
    after = _weave((np.arange(3) + k)[:, None] * frequencies, d)
    return np.linalg.lstsq(before, after, rcond=None)[0].T


def shift_matrix__integers(k, d, base=10000.0):
    M = np.eye(_even(d), dtype=int)
    for i, frequency in enumerate(_right_frequencies(d, base)):
        M[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = np.array(_turn(np.cos(k * frequency), np.sin(k * frequency)))
    return M


def shift_matrix__odd_kept(k, d, base=10000.0):
    M = np.eye(int(d))
    pairs = d // 2 * 2
    M[:pairs, :pairs] = _blocks([k * base ** (-2 * i / d) for i in range(d // 2)], _turn)
    return M


def shift_matrix__odd_cut(k, d, base=10000.0):
    width = d + d % 2
    return _blocks(k * _right_frequencies(int(width), base), _turn)[:d, :d]


def _objects(n, d, **changes):
    return {"positions": (n,), "frequencies": (d // 2,), "encoding": (n, d), "shift": (d, d), **changes}


def sinusoidal_shapes__frequency_for_columns(n, d):
    return _objects(n, d, frequencies=(d,))


def sinusoidal_shapes__frequencies_are_angles(n, d):
    return _objects(n, d, frequencies=(np.arange(n)[:, None] * np.arange(0, d, 2)).shape)


def sinusoidal_shapes__float_half(n, d):
    return {"encoding": (n, d), "positions": (n,), "shift": (d, d), "frequencies": (d / 2,)}


def sinusoidal_shapes__positions_as_column(n, d):
    return _objects(n, d, positions=np.arange(n)[:, None].shape)


def sinusoidal_shapes__bare_number(n, d):
    return _objects(n, d, positions=n, frequencies=d // 2)


def sinusoidal_shapes__encoding_transposed(n, d):
    return {key: shape[::-1] for key, shape in _objects(n, d).items()}


def sinusoidal_shapes__one_encoding(n, d):
    return _objects(n, d, encoding=[d])


def sinusoidal_shapes__shift_of_positions(n, d):
    return _objects(n, d, shift=[n, n])


def sinusoidal_shapes__shift_for_each_position(n, d):
    return _objects(n, d, shift=(n, d, d))


def sinusoidal_shapes__shift_as_blocks(n, d):
    return _objects(n, d, shift=(d // 2, 2, 2))


def sinusoidal_shapes__no_shift(n, d):
    shapes = _objects(n, d)
    del shapes["shift"]
    return shapes
