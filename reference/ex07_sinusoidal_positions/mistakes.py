"""Wrong versions that learners really write; the first line of each docstring is what the learner reads.

``sinusoidal__halves`` stands in for the exercise's function ``sinusoidal``; ``halves`` is the name of the
mistake. Where a slip amounts to the right function on other arguments, it is written so: that shows what it does.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reference.ex07_sinusoidal_positions.solution import shift_matrix, sinusoidal, sinusoidal_shapes

Shapes = dict[str, tuple[Any, ...]]


def _table(n: int, d: int, frequencies: ArrayLike, start: float = 0.0) -> NDArray[Any]:
    """Sines and cosines of these frequencies, one a pair; raises on what ``sinusoidal`` raises on."""
    table = sinusoidal(n, d)
    angles = (start + np.arange(n))[:, None] * np.asarray(frequencies)
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles[:, : d // 2])
    return table


def _pairs(d: int) -> NDArray[Any]:
    """2i for every pair; none where d is too small."""
    return np.arange(0, d, 2)


def _blocks(d: int, cos: ArrayLike, upper: ArrayLike, lower: ArrayLike) -> NDArray[Any]:
    """A matrix of 2 by 2 blocks: cos on the diagonal, one number above it and one below."""
    matrix, first = shift_matrix(0, d), _pairs(d)
    matrix[first, first] = matrix[first + 1, first + 1] = cos
    matrix[first, first + 1], matrix[first + 1, first] = upper, lower
    return matrix


def _angles(k: int, d: int, base: float) -> NDArray[Any]:
    """The right angle of each pair."""
    return k * base ** (-_pairs(d) / max(d, 1))


# --- the wrong frequencies ---


def sinusoidal__exponent_i_over_d(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The exponent is i/d, half of what it should be: for pair i it is 2i/d.

    Hint: print the frequencies for d = 4. The second of two pairs should have base^(-1/2); which has yours?
    """
    return sinusoidal(n, d, base**0.5)


def sinusoidal__column_exponent(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Each column has a frequency of its own, from its own number: the two columns of a pair share one.

    Hint: square columns 2 and 3 of one row and add. What should come out if both have the same angle?
    """
    sinusoidal(n, d, base)
    column = np.arange(d)
    angles = np.arange(n)[:, None] * base ** (-column / d)
    return np.where(column % 2, np.cos(angles), np.sin(angles))


def sinusoidal__doubled_columns(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The number of the column is doubled in the exponent, but i counts pairs: columns 2i and 2i + 1 have 2i/d.

    Hint: with d = 8, which i have columns 4 and 5? Write it down before you put it in the formula.
    """
    sinusoidal(n, d, base)
    column = np.arange(d)
    angles = np.arange(n)[:, None] * base ** (-2 * column / d)
    return np.where(column % 2, np.cos(angles), np.sin(angles))


def sinusoidal__last_is_base(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The exponent is i/(d/2 - 1), so the last pair gets 1/base: another convention; here it is 2i/d.

    Hint: the exponents for d = 4 are 0 and 1/2. Does yours ever reach 1?
    """
    frequencies = base ** (-np.arange(len(_pairs(d))) / max(len(_pairs(d)) - 1, 1))
    return _table(n, d, frequencies)


def sinusoidal__pairs_from_one(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Pairs are counted from 1: the first pair is i = 0 and turns by a full radian a position.

    Hint: column 0 of row 1 is the sine of one radian, whatever d is. What stands there in yours?
    """
    return _table(n, d, base ** (-(_pairs(d) + 2) / max(d, 1)))


def sinusoidal__growing_frequencies(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The exponent lacks its minus sign: later pairs turn more slowly.

    Hint: look at the last pair in rows 0 and 1. It should hardly have moved.
    """
    return sinusoidal(n, d, 1.0 / base)


def sinusoidal__one_frequency(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Every pair turns by one radian a position, as with 2 * i // d, which is 0 for every pair: divide with /.

    Hint: print the exponents alone for d = 8. How many different ones are there?
    """
    return sinusoidal(n, d, base**0.0)


def sinusoidal__base_ignored(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The base is always 10000: the parameter `base` must be used.

    Hint: call it with two bases. Do the tables differ?
    """
    del base
    return sinusoidal(n, d)


def sinusoidal__no_logarithm(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The frequencies are exp(-2i/d): the logarithm of the base is missing from the exponent.

    Hint: base^x can be written with exp. What does x have to be multiplied by?
    """
    del base
    return sinusoidal(n, d, np.e)


def sinusoidal__decimal_logarithm(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The frequencies mix exp with log10: exp wants the natural logarithm, np.log.

    Hint: for d = 4 the second frequency should be 0.01 by default. Print yours.
    """
    return sinusoidal(n, d, np.exp(np.log10(base)))


def sinusoidal__even_width(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """An odd d is rounded up in the exponent: it is 2i/d with the d that was given.

    Hint: for d = 5 the exponents are fifths. Which ones does yours use?
    """
    return _table(n, d, base ** (-_pairs(d) / max(d + d % 2, 1)))


def sinusoidal__narrow_width(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """An odd d is rounded down in the exponent: it is 2i/d with the d that was given.

    Hint: for d = 5 the exponents are fifths. Which ones does yours use?
    """
    return _table(n, d, base ** (-_pairs(d) / max(d - d % 2, 1)))


# --- the wrong angles ---


def sinusoidal__degrees(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The angles are read as degrees: they are radians, as np.sin and np.cos take them.

    Hint: what is the sine of one radian, and what is the sine of one degree?
    """
    return _table(n, d, np.deg2rad(_angles(1, d, base)))


def sinusoidal__cycles(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The angles carry a factor 2 pi: the frequency counts radians a position, not turns.

    Hint: column 0 should be the sine of 0, 1, 2, ... radians. Why is yours almost 0 everywhere?
    """
    return _table(n, d, 2 * np.pi * _angles(1, d, base))


def sinusoidal__positions_from_one(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Positions are counted from 1: row 0 belongs to position 0.

    Hint: at position 0 every angle is 0. What are the sine and the cosine of 0?
    """
    return _table(n, d, _angles(1, d, base), start=1.0)


def sinusoidal__relative_positions(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Positions are divided by n, so they run from 0 to 1: p counts whole places.

    Hint: the encoding of position 3 must be the same in a table of 4 rows and in one of 40.
    """
    return _table(n, d, _angles(1, d, base) / max(n, 1))


# --- the wrong places ---


def sinusoidal__halves(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """All sines come first, then all cosines: here they alternate, sine in column 2i and cosine in 2i + 1.

    Hint: row 0 should read 0, 1, 0, 1, ... What does yours read?
    """
    table = sinusoidal(n, d, base)
    return np.concatenate([table[:, 0::2], table[:, 1::2]], axis=1)


def sinusoidal__cosine_first(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Cosines stand in the even columns: sine first, column 2i, then cosine, column 2i + 1.

    Hint: row 0 should read 0, 1, 0, 1, ... What does yours read?
    """
    angles = _table(n, d, _angles(1, d, base))
    phi = np.arange(n)[:, None] * _angles(1, d, base)
    angles[:, 0::2], angles[:, 1::2] = np.cos(phi), np.sin(phi[:, : d // 2])
    return angles


def sinusoidal__only_sines(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Every column is a sine: the odd columns are cosines.

    Hint: row 0 should read 0, 1, 0, 1, ... What does yours read?
    """
    table = sinusoidal(n, d, base)
    table[:, 1::2] = table[:, 0::2][:, : d // 2]
    return table


def sinusoidal__by_row(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Sine and cosine alternate from row to row: they alternate from column to column.

    Hint: row 1 should begin with sin 1, cos 1. In the slice that you assign to, which axis is which?
    """
    sinusoidal(n, d, base)
    angles: NDArray[Any] = np.arange(n)[:, None] * np.repeat(_angles(1, d, base), 2)[:d]
    angles[0::2], angles[1::2] = np.sin(angles[0::2]), np.cos(angles[1::2])
    return angles


def sinusoidal__transposed(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Positions run along the columns: one row is one position, so the shape is (n, d).

    Hint: print the shape for n = 3 and d = 4.
    """
    return sinusoidal(n, d, base).T


def sinusoidal__only_the_last(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """One encoding comes back, that of position n: all n of them are asked, from position 0.

    Hint: what does the caller want to index with a position?
    """
    last: NDArray[Any] = sinusoidal(n + 1 if n >= 0 else n, d, base)[-1]
    return last


def sinusoidal__one_row_more(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """There is a row for position n too: n rows end with position n - 1.

    Hint: how many numbers are there from 0 to n, both included?
    """
    return sinusoidal(n + 1 if n >= 0 else n, d, base)


def sinusoidal__batch_axis(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """A batch axis of size 1 stands in front, as in a model's buffer: the table has two axes.

    Hint: print the shape for n = 3 and d = 4.
    """
    return sinusoidal(n, d, base)[None]


def sinusoidal__unit_length(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Each row is scaled to length 1: an encoding has the squared norm d/2, and no scaling is asked.

    Hint: row 0 should read 0, 1, 0, 1, ... What does yours read?
    """
    table = sinusoidal(n, d, base)
    table /= np.linalg.norm(table, axis=1, keepdims=True).clip(1e-12)
    return table


# --- right values, wrong edges or forms ---


def sinusoidal__ends_with_cosine(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """With an odd d the last column is a cosine: pair i begins with its sine, and the last pair is cut after it.

    Hint: for d = 3 the columns are 0, 1 and 2. Is column 2 even or odd?
    """
    table = sinusoidal(n, d, base)
    if d % 2:
        table[:, -1] = np.cos(np.arange(n) * _angles(1, d, base)[-1])
    return table


def sinusoidal__odd_zero(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """With an odd d the last column stays 0: it is the sine of the last frequency.

    Hint: how many frequencies are there for d = 5? The loop or the slice stops one too early.
    """
    table = sinusoidal(n, d, base)
    table[:, d - d % 2 :] = 0.0
    return table


def sinusoidal__odd_dropped(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """With an odd d the last column is missing: there are d columns, and the last is a sine.

    Hint: print the shape for n = 2 and d = 5.
    """
    return sinusoidal(n, d, base)[:, : d - d % 2]


def sinusoidal__odd_padded(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """With an odd d there is one column too many: the last pair is cut after its sine.

    Hint: print the shape for n = 2 and d = 5.
    """
    table = sinusoidal(n, d, base)
    phi = np.arange(n) * _angles(1, d, base)[-1]
    return np.column_stack([table, np.cos(phi)]) if d % 2 else table


def sinusoidal__odd_refused(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """An odd d raises, as where the cosines do not fit into their columns: it is allowed and ends with a sine.

    Hint: count the sines and the cosines for d = 5. How many frequencies does each of them need?
    """
    if d % 2:
        raise ValueError(f"could not broadcast {(d + 1) // 2} cosines into {d // 2} columns")
    return sinusoidal(n, d, base)


def sinusoidal__negative_is_empty(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """A negative n gives an empty table, since np.arange(n) is empty: it must raise.

    Hint: what does np.arange(-3) give, and who would notice?
    """
    return sinusoidal(max(n, 0), d, base)


def sinusoidal__absolute_sizes(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Negative sizes are made positive: they must raise.

    Hint: a silent repair hides the caller's mistake. What should the caller see?
    """
    return sinusoidal(abs(n), abs(d), base)


def sinusoidal__no_columns(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """d = 0 gives a table without columns: a d below 1 must raise.

    Hint: numpy allows empty axes. Which two conditions does the text name?
    """
    return np.empty((n, 0)) if d == 0 <= n else sinusoidal(n, d, base)


def sinusoidal__none_refused(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """n = 0 raises: no positions give an empty table of shape (0, d).

    Hint: is 0 below 0? Look at the comparison.
    """
    if n < 1:
        raise ValueError(f"n must be positive, got {n}")
    return sinusoidal(n, d, base)


def sinusoidal__flat_when_empty(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """For n = 0 the result has lost its second axis, as np.array([]) has: its shape is (0, d).

    Hint: print the shape of your result for n = 0. How does np.empty keep both axes?
    """
    table = sinusoidal(n, d, base)
    return table if n else np.array([])


def sinusoidal__integers(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The table has an integer dtype, so every sine is cut to -1, 0 or 1: make it float.

    Hint: print the dtype of the array that you assign into.
    """
    return sinusoidal(n, d, base).astype(int)


def sinusoidal__float16(n: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The result is float16, which keeps only three digits: use float32 or float64.

    Hint: print the dtype of your result.
    """
    return sinusoidal(n, d, base).astype(np.float16)


# --- the shift ---


def shift_matrix__transposed(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The matrix is the transpose, which moves back by k: for column vectors the row of the sine has +sin.

    Hint: multiply your M for d = 2 and k = 1 by the column (0, 1), the encoding of position 0.
    """
    return shift_matrix(k, d, base).T


def shift_matrix__reflected(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Both sines have a plus: one of them is negative, since cos(a + b) = cos a cos b - sin a sin b.

    Hint: the columns of M must be at right angles. Are yours?
    """
    phi = _angles(k, d, base)
    return _blocks(d, np.cos(phi), np.sin(phi), np.sin(phi))


def shift_matrix__swapped_sin_cos(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Sine and cosine are swapped: k = 0 must give the identity, and cos 0 = 1.

    Hint: print your M for k = 0.
    """
    phi = _angles(k, d, base)
    return _blocks(d, np.sin(phi), np.cos(phi), -np.cos(phi))


def shift_matrix__cosine_first(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The diagonal of each block is sin, -sin and cos stands beside it, a turn too far: the sine comes first.

    Hint: print your M for k = 0. It should leave everything as it is.
    """
    phi = _angles(k, d, base)
    matrix, first = _blocks(d, np.sin(phi), np.cos(phi), np.cos(phi)), _pairs(d)
    matrix[first + 1, first + 1] = -np.sin(phi)
    return matrix


def shift_matrix__only_cosines(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Only the diagonal is filled: each new sine needs the old cosine too.

    Hint: write sin(a + b) out. Which two old numbers does it contain?
    """
    return _blocks(d, np.cos(_angles(k, d, base)), 0.0, 0.0)


def shift_matrix__rolled(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """This moves the coordinates by k places: M moves the position, and each pair turns where it is.

    Hint: the encodings of p and p + k do not hold the same numbers in another order. Print both.
    """
    shift_matrix(k, d, base)
    return np.roll(np.eye(d), k, axis=0)


def shift_matrix__halves(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The sines are expected in the first half and the cosines in the second: a pair is in columns 2i and 2i + 1.

    Hint: where are the nonzero entries of your M for d = 4? They should form two blocks on the diagonal.
    """
    matrix = shift_matrix(k, d, base)
    order = np.concatenate([_pairs(d), _pairs(d) + 1])
    halves: NDArray[Any] = matrix[order][:, order]
    return halves


def shift_matrix__one_frequency(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Every block turns by k radians: block i turns by k base^(-2i/d).

    Hint: print the diagonal of M for k = 1 and d = 4. Should the last entry be near 0.54 or near 1?
    """
    return shift_matrix(k, d, base**0.0)


def shift_matrix__exponent_i_over_d(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The exponent is i/d: block i has the frequency of pair i, with 2i/d.

    Hint: for d = 4 the second frequency should be 0.01 by default. Print yours.
    """
    return shift_matrix(k, d, base**0.5)


def shift_matrix__pairs_from_one(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Pairs are counted from 1: the first block turns by k radians.

    Hint: what is the frequency of the first pair? It depends on neither base nor d.
    """
    phi = _angles(k, d, base) * base ** (-2 / max(d, 1))
    return _blocks(d, np.cos(phi), np.sin(phi), -np.sin(phi))


def shift_matrix__growing_frequencies(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The exponent lacks its minus sign: later blocks turn less.

    Hint: print the last block of M for k = 1. It should be close to the identity.
    """
    return shift_matrix(k, d, 1.0 / base)


def shift_matrix__base_ignored(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The base is always 10000: the parameter `base` must be used.

    Hint: call it with two bases. Do the matrices differ?
    """
    del base
    return shift_matrix(k, d)


def shift_matrix__degrees(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """The angles are read as degrees: they are radians.

    Hint: for k = 1 the first entry of M is the cosine of one radian. Is it 0.54 or 0.9998?
    """
    phi = np.deg2rad(_angles(k, d, base))
    return _blocks(d, np.cos(phi), np.sin(phi), -np.sin(phi))


def shift_matrix__one_step(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """M moves by one position whatever k is: the angle of each block is k times the frequency.

    Hint: compare your M for k = 1 and k = 2.
    """
    del k
    return shift_matrix(1, d, base)


def shift_matrix__one_too_far(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """M moves by k + 1 positions: k = 0 must give the identity.

    Hint: print your M for k = 0.
    """
    return shift_matrix(k + 1, d, base)


def shift_matrix__absolute_k(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """A negative k moves forwards like a positive one: it moves back.

    Hint: multiply the matrices for k = 3 and k = -3. You should be back where you began.
    """
    return shift_matrix(abs(k), d, base)


def shift_matrix__negative_refused(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """A negative k raises: it is allowed, and moves back.

    Hint: is there an encoding of a position before p? Only p + k has to exist, and the formula does not even ask.
    """
    if k < 0:
        raise ValueError(f"k must be at least 0, got {k}")
    return shift_matrix(k, d, base)


def shift_matrix__first_block_only(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """Only the first pair is turned, the others stay: every pair has a block of its own.

    Hint: print M for d = 4. How many entries off the diagonal are not zero?
    """
    matrix = shift_matrix(k, d, base)
    matrix[2:, 2:] = np.eye(d)[2:, 2:]
    return matrix


def shift_matrix__stacked_blocks(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """This is the list of the 2 by 2 blocks: they belong on the diagonal of one matrix of shape (d, d).

    Hint: print the shape for d = 6. Could it multiply an encoding as it is?
    """
    matrix, i = shift_matrix(k, d, base), np.arange(d // 2)
    return matrix.reshape(d // 2, 2, d // 2, 2)[i, :, i, :]


def shift_matrix__fitted(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """M is fitted to a few rows of a table, so it fits those only: it must hold for every position.

    Hint: how many equations does it take to fix d times d numbers? And is there a way without fitting at all?
    """
    shift_matrix(k, d, base)
    start = max(-k, 0)
    table = sinusoidal(start + 4 + abs(k), d, base)
    before, after = table[start : start + 4], table[start + k : start + k + 4]
    return np.linalg.lstsq(before, after, rcond=None)[0].T


def shift_matrix__integers(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """M has an integer dtype, so sines and cosines are cut to -1, 0 or 1: make it float.

    Hint: print the dtype of the array that you assign into.
    """
    return shift_matrix(k, d, base).astype(int)


def shift_matrix__odd_kept(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """With an odd d the last coordinate stays as it is: a lone sine cannot be moved, so an odd d must raise.

    Hint: can sin(a + b) be computed from sin a alone?
    """
    if d % 2 == 0:
        return shift_matrix(k, d, base)
    angles = k * base ** (-np.arange(0, d - 1, 2) / d)
    matrix = np.eye(d)
    matrix[:-1, :-1] = _blocks(d - 1, np.cos(angles), np.sin(angles), -np.sin(angles))
    return matrix


def shift_matrix__odd_cut(k: int, d: int, base: float = 10000.0) -> NDArray[Any]:
    """With an odd d the matrix of the width d + 1 is cut to fit: a lone sine cannot be moved, so it must raise.

    Hint: multiply the matrix for d = 3 by an encoding. Does the last entry come out right?
    """
    return shift_matrix(k, d + d % 2, base)[:d, :d]


# --- the shapes ---


def sinusoidal_shapes__frequency_for_columns(n: int, d: int) -> Shapes:
    """There is one frequency a pair of columns, not one a column.

    Hint: sine and cosine of a pair share their angle. How many pairs do d columns make?
    """
    return {**sinusoidal_shapes(n, d), "frequencies": (d,)}


def sinusoidal_shapes__frequencies_are_angles(n: int, d: int) -> Shapes:
    """This is the shape of the angles: a frequency does not depend on the position.

    Hint: the angle is position times frequency. Which of these two axes belongs to which?
    """
    return {**sinusoidal_shapes(n, d), "frequencies": (n, d // 2)}


def sinusoidal_shapes__float_half(n: int, d: int) -> Shapes:
    """A shape holds integers: d / 2 is a float, d // 2 is not.

    Hint: print 8 / 2 and 8 // 2.
    """
    return {**sinusoidal_shapes(n, d), "frequencies": (d / 2,)}


def sinusoidal_shapes__positions_as_column(n: int, d: int) -> Shapes:
    """The positions are one number each, in one row of n: the second axis comes only with broadcasting.

    Hint: what is the shape of np.arange(5)?
    """
    return {**sinusoidal_shapes(n, d), "positions": (n, 1)}


def sinusoidal_shapes__bare_number(n: int, d: int) -> Shapes:
    """A shape of one axis is a tuple with one entry, (n,): without the comma it is a number.

    Hint: print type((5)) and type((5,)).
    """
    return {**sinusoidal_shapes(n, d), "positions": n}  # type: ignore[dict-item]


def sinusoidal_shapes__encoding_transposed(n: int, d: int) -> Shapes:
    """One row is one position, so the positions are the first axis.

    Hint: what should encoding[p] give?
    """
    return {**sinusoidal_shapes(n, d), "encoding": (d, n)}


def sinusoidal_shapes__one_encoding(n: int, d: int) -> Shapes:
    """This is the shape of one encoding: the table holds n of them.

    Hint: how many positions are there in all?
    """
    return {**sinusoidal_shapes(n, d), "encoding": (d,)}


def sinusoidal_shapes__shift_of_positions(n: int, d: int) -> Shapes:
    """The shift acts on the coordinates of an encoding, not on the rows of the table.

    Hint: it multiplies one encoding, a column of d numbers, and gives another.
    """
    return {**sinusoidal_shapes(n, d), "shift": (n, n)}


def sinusoidal_shapes__shift_for_each_position(n: int, d: int) -> Shapes:
    """The same matrix serves every position: it has no axis for them.

    Hint: the shift depends on k. Does it depend on p?
    """
    return {**sinusoidal_shapes(n, d), "shift": (n, d, d)}


def sinusoidal_shapes__shift_as_blocks(n: int, d: int) -> Shapes:
    """This is a stack of 2 by 2 blocks: the shift is one matrix that multiplies a whole encoding.

    Hint: which shape must a matrix have to turn d numbers into d numbers?
    """
    return {**sinusoidal_shapes(n, d), "shift": (d // 2, 2, 2)}


def sinusoidal_shapes__no_shift(n: int, d: int) -> Shapes:
    """The key "shift" is missing.

    Hint: count the rows of the table of keys.
    """
    return {key: shape for key, shape in sinusoidal_shapes(n, d).items() if key != "shift"}


# Which wrong idea of the course a mistake comes from, where one is behind it.
MISCONCEPTIONS: dict[str, tuple[str, ...]] = {
    "vectors-are-columns": ("sinusoidal__transposed", "sinusoidal__by_row", "sinusoidal_shapes__encoding_transposed"),
    "empty-input-does-not-happen": ("sinusoidal__none_refused", "sinusoidal__flat_when_empty"),
    "lengths-carry-nothing": ("sinusoidal__unit_length",),
    "half-precision-is-plenty": ("sinusoidal__float16",),
    "the-input-sets-the-type": ("sinusoidal__integers", "shift_matrix__integers"),
    "a-whole-float-is-an-integer": ("sinusoidal_shapes__float_half",),
    "an-axis-of-one-is-no-axis": ("sinusoidal_shapes__positions_as_column", "sinusoidal__batch_axis"),
    "absurd-sizes-show-themselves": ("sinusoidal__negative_is_empty", "sinusoidal__no_columns"),
    "what-does-not-fit-is-best-mended": ("sinusoidal__absolute_sizes",),
    "positions-start-at-one": (
        "sinusoidal__pairs_from_one",
        "sinusoidal__positions_from_one",
        "shift_matrix__pairs_from_one",
    ),
    "later-pairs-turn-faster": ("sinusoidal__growing_frequencies", "shift_matrix__growing_frequencies"),
    "one-angle-for-all-pairs": ("sinusoidal__one_frequency", "shift_matrix__one_frequency"),
    "every-coordinate-has-its-frequency": (
        "sinusoidal__exponent_i_over_d",
        "sinusoidal__column_exponent",
        "sinusoidal__doubled_columns",
        "shift_matrix__exponent_i_over_d",
        "sinusoidal_shapes__frequency_for_columns",
    ),
    "the-base-is-ten-thousand": ("sinusoidal__base_ignored", "shift_matrix__base_ignored"),
    "angles-are-degrees-or-turns": ("sinusoidal__degrees", "sinusoidal__cycles", "shift_matrix__degrees"),
    "a-layout-is-only-an-order": ("sinusoidal__halves", "shift_matrix__halves"),
    "sine-or-cosine-first": (
        "sinusoidal__cosine_first",
        "sinusoidal__ends_with_cosine",
        "shift_matrix__swapped_sin_cos",
        "shift_matrix__cosine_first",
    ),
    "either-way-is-a-rotation": ("shift_matrix__transposed", "shift_matrix__reflected"),
    "a-shift-moves-coordinates": ("shift_matrix__rolled", "sinusoidal_shapes__shift_of_positions"),
    "shift-matrix-depends-on-place": ("shift_matrix__fitted", "sinusoidal_shapes__shift_for_each_position"),
    "positions-are-shares-of-the-text": ("sinusoidal__relative_positions",),
    "positions-are-never-negative": ("shift_matrix__absolute_k", "shift_matrix__negative_refused"),
    "half-a-pair-can-turn": ("shift_matrix__odd_kept", "shift_matrix__odd_cut"),
    "widths-are-even": (
        "sinusoidal__even_width",
        "sinusoidal__narrow_width",
        "sinusoidal__odd_zero",
        "sinusoidal__odd_dropped",
        "sinusoidal__odd_padded",
        "sinusoidal__odd_refused",
    ),
}
