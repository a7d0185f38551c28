"""Wrong versions that learners really write; the first line of each docstring is what the learner reads.

``analogy__euclidean`` stands in for the exercise's function ``analogy``; ``euclidean`` is the name of the mistake.
Where a slip amounts to the right function on other arguments, it is written so: that shows what it does.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reference.ex04_analogy_direction.solution import analogy, analogy_shapes, offset_consistency

Shapes = dict[str, tuple[Any, ...]]
Array = NDArray[np.float64]


def _table(E: ArrayLike, a: int, b: int, c: int) -> Array:
    """The table as an array; raises on what ``analogy`` raises on."""
    analogy(E, a, b, c)
    return np.asarray(E, dtype=float)


def _unit(rows: Array) -> Array:
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Array = rows / np.where(norms == 0, 1, norms)
    return scaled


def _best(scores: Array, *excluded: int) -> int:
    scores = scores.copy()
    scores[list(excluded)] = -np.inf
    return int(np.argmax(scores))


def _query(E: Array, a: int, b: int, c: int, normalize: bool) -> Array:
    rows = _unit(E) if normalize else E
    query: Array = rows[b] - rows[a] + rows[c]
    return query


def _cosines(E: Array, query: Array) -> Array:
    return _unit(E) @ _unit(query)


def _offsets(E: ArrayLike, pairs: ArrayLike) -> Array:
    """The offsets; raises on what ``offset_consistency`` raises on."""
    offset_consistency(E, pairs)
    rows, ids = np.asarray(E, dtype=float), np.asarray(pairs)
    offsets: Array = rows[ids[:, 1]] - rows[ids[:, 0]]
    return offsets


def _off_diagonal_mean(matrix: Array) -> float:
    n = len(matrix)
    return float((matrix.sum() - np.trace(matrix)) / (n * (n - 1)))


# --- the wrong query ---


def analogy__reversed(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The query is a - b + c, the step backwards: from a to b is b - a.

    Hint: which vector must be added to a to reach b?
    """
    return analogy(E, b, a, c, normalize)


def analogy__c_subtracted(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The query is a + b - c: the step b - a is added to c.

    Hint: put c = a in your query. The answer should then be b itself.
    """
    return analogy(E, c, b, a, normalize)


def analogy__no_minus(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The three rows are added up: a is subtracted.

    Hint: with the sum, does it matter which of the three is a? Should it?
    """
    table = _table(E, a, b, c)
    rows = _unit(table) if normalize else table
    return _best(_cosines(table, rows[a] + rows[b] + rows[c]), a, b, c)


def analogy__only_the_step(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The query is b - a alone: the step starts at c.

    Hint: change c. Does the answer ever change?
    """
    table = _table(E, a, b, c)
    rows = _unit(table) if normalize else table
    return _best(_cosines(table, rows[b] - rows[a]), a, b, c)


def analogy__nearest_to_c(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The answer is the row nearest to c: the step from a to b is never used.

    Hint: change b. Does the answer ever change?
    """
    del normalize
    table = _table(E, a, b, c)
    return _best(_cosines(table, table[c]), a, b, c)


def analogy__nearest_to_b(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The answer is the row nearest to b: a and c are never used.

    Hint: change c. Does the answer ever change?
    """
    del normalize
    table = _table(E, a, b, c)
    return _best(_cosines(table, table[b]), a, b, c)


# --- scaling the rows ---


def analogy__always_normalized(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The rows are scaled to length 1 in any case: only if `normalize` is true.

    Hint: where does your code look at the parameter?
    """
    del normalize
    return analogy(E, a, b, c, True)


def analogy__never_normalized(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """`normalize` makes no difference: the rows have to be scaled before the query is made.

    Hint: scaling the finished query, or the candidates, leaves every cosine as it was. Which rows are left?
    """
    del normalize
    return analogy(E, a, b, c)


def analogy__flag_inverted(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The rows are scaled when `normalize` is false, and left alone when it is true.

    Hint: print what your code does in either case.
    """
    return analogy(E, a, b, c, not normalize)


def analogy__step_normalized(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """With `normalize` the step b - a is scaled: it is the rows that are scaled, before the step is taken.

    Hint: in which order do you scale and subtract?
    """
    table = _table(E, a, b, c)
    if not normalize:
        return analogy(E, a, b, c)
    return _best(_cosines(table, _unit(table[b] - table[a]) + _unit(table[c])), a, b, c)


def analogy__columns_normalized(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """With `normalize` the columns are scaled to norm 1: tokens are rows.

    Hint: after scaling, which sums of squares are 1, those over axis 0 or those over axis 1?
    """
    table = _table(E, a, b, c)
    if normalize:
        table = _unit(table.T).T
    return analogy(table, a, b, c)


# --- the wrong measure ---


def analogy__euclidean(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The answer is the row at the smallest distance: the direction decides, by cosine.

    Hint: for the query (3, 1), which is better, (6, 2) or (3, 2)?
    """
    table = _table(E, a, b, c)
    return _best(-np.linalg.norm(table - _query(table, a, b, c, normalize), axis=1), a, b, c)


def analogy__dot_product(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The answer is the row with the largest dot product, which long rows win: divide by each row's norm.

    Hint: make one row a hundred times longer. Should it win every analogy?
    """
    table = _table(E, a, b, c)
    return _best(table @ _query(table, a, b, c, normalize), a, b, c)


def analogy__absolute(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """Rows opposite to the query win too: a cosine of -1 is the worst there is.

    Hint: where did the sign of the cosine go?
    """
    table = _table(E, a, b, c)
    return _best(np.abs(_cosines(table, _query(table, a, b, c, normalize))), a, b, c)


def analogy__worst(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The answer is the row with the smallest cosine: the largest one is wanted.

    Hint: is it argmin or argmax that fits a similarity?
    """
    table = _table(E, a, b, c)
    return _best(-_cosines(table, _query(table, a, b, c, normalize)), a, b, c)


def analogy__products(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The answer maximises a quotient of cosines with b, c and a: here it is one cosine, with b - a + c.

    Hint: that rule exists, and is another one. How often does your code compute a cosine for one candidate?
    """
    del normalize
    table = _table(E, a, b, c)
    to_a, to_b, to_c = ((_cosines(table, table[i]) + 1) / 2 for i in (a, b, c))
    return _best(to_b * to_c / (to_a + 1e-3), a, b, c)


def analogy__centred(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The mean row is subtracted from the table first: the rows stay where they are.

    Hint: which step of the definition speaks of a mean?
    """
    table = _table(E, a, b, c)
    return analogy(table - table.mean(axis=0), a, b, c, normalize)


# --- who may answer ---


def analogy__nobody_excluded(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The answer may be one of the three given tokens: all three are excluded.

    Hint: how often is your answer b or c?
    """
    table = _table(E, a, b, c)
    return _best(_cosines(table, _query(table, a, b, c, normalize)))


def analogy__only_c_excluded(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """Only c is excluded: a and b may not answer either.

    Hint: how many of the given ids does your code strike out?
    """
    table = _table(E, a, b, c)
    return _best(_cosines(table, _query(table, a, b, c, normalize)), c)


def analogy__b_not_excluded(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """b may be the answer: all three given tokens are excluded.

    Hint: how many of the given ids does your code strike out?
    """
    table = _table(E, a, b, c)
    return _best(_cosines(table, _query(table, a, b, c, normalize)), a, c)


def analogy__a_not_excluded(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """a may be the answer: all three given tokens are excluded.

    Hint: can a row be closest to b - a + c although it is subtracted? Make b and c long.
    """
    table = _table(E, a, b, c)
    return _best(_cosines(table, _query(table, a, b, c, normalize)), b, c)


def analogy__excluded_at_zero(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The scores of a, b and c are set to 0, which beats every negative cosine: they must not win at all.

    Hint: is there a number that is below every cosine there can be?
    """
    table = _table(E, a, b, c)
    cosines = _cosines(table, _query(table, a, b, c, normalize))
    cosines[[a, b, c]] = 0.0
    return int(np.argmax(cosines))


def analogy__excluded_at_minus_one(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The scores of a, b and c are set to -1, which an opposite row has too: they must not win at all.

    Hint: is there a number that is below every cosine there can be?
    """
    table = _table(E, a, b, c)
    cosines = _cosines(table, _query(table, a, b, c, normalize))
    cosines[[a, b, c]] = -1.0
    return int(np.argmax(cosines))


def analogy__not_renumbered(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The three rows were deleted, and the answer counts only the rows that are left: ids are those of E.

    Hint: after a deletion, which token stands at place i?
    """
    answer = analogy(E, a, b, c, normalize)
    return answer - sum(i < answer for i in (a, b, c))


def analogy__three_best_skipped(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The three best rows are skipped as if they were always a, b and c: exclude them by their ids.

    Hint: print the ids of the rows you skip.
    """
    table = _table(E, a, b, c)
    cosines = _cosines(table, _query(table, a, b, c, normalize))
    return int(np.argsort(-cosines, kind="stable")[3])


def analogy__rounded(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The cosines are rounded to two digits before the best is chosen, which makes ties of close races.

    Hint: are 0.912 and 0.914 equal? Which of the two should answer?
    """
    table = _table(E, a, b, c)
    return _best(np.round(_cosines(table, _query(table, a, b, c, normalize)), 2), a, b, c)


def analogy__ties_to_higher(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """Of equally good rows the one with the highest id answers: the lowest is wanted.

    Hint: which of several equal entries does argmax find, and which does a sort in ascending order put last?
    """
    table = _table(E, a, b, c)
    cosines = _cosines(table, _query(table, a, b, c, normalize))[::-1]
    return len(table) - 1 - _best(cosines, *(len(table) - 1 - i for i in (a, b, c)))


# --- zeros ---


def analogy__nan_for_zeros(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """A row of zeros has cosine nan, and argmax answers with the first nan: its cosine is 0.

    Hint: print the cosines. What does argmax do with nan?
    """
    table = _table(E, a, b, c)
    cosines = _cosines(table, _query(table, a, b, c, normalize))
    cosines[~np.any(table, axis=1)] = np.nan
    return _best(cosines, a, b, c)


def analogy__zero_rows_excluded(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """A row of zeros can never answer: its cosine is 0, above every negative one.

    Hint: which ids does the text exclude, and how many are these?
    """
    table = _table(E, a, b, c)
    cosines = _cosines(table, _query(table, a, b, c, normalize))
    cosines[~np.any(table, axis=1)] = -9.0
    return _best(cosines, a, b, c)


def analogy__zero_query_raises(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """A query of zeros raises: it has cosine 0 with every row, so the lowest allowed id answers.

    Hint: what do the Fixed lines say about q = 0?
    """
    if not np.any(_query(_table(E, a, b, c), a, b, c, normalize)):
        raise ZeroDivisionError("the query is zero")
    return analogy(E, a, b, c, normalize)


# --- the wrong form, and bad input ---


def analogy__row_returned(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> Any:
    """This is the row of the answer: its id is wanted.

    Hint: which type does the docstring promise?
    """
    return np.asarray(E, dtype=float)[analogy(E, a, b, c, normalize)]


def analogy__query_returned(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> Any:
    """This is the query: the id of the row that answers it is wanted.

    Hint: what is left to do once you have b - a + c?
    """
    return _query(_table(E, a, b, c), a, b, c, normalize)


def analogy__in_an_array(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> Any:
    """The id stands in an array of one entry: a single integer is wanted.

    Hint: print the shape of your answer.
    """
    return np.array([analogy(E, a, b, c, normalize)])


def analogy__float_id(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> float:
    """The id is a float, which can't index a table: make it an integer.

    Hint: print the type of your answer.
    """
    return float(analogy(E, a, b, c, normalize))


def analogy__negative_ids(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """A negative id reads the table from its end: it must raise.

    Hint: what is E[-1]? numpy will not complain for you.
    """
    V = len(np.asarray(E))
    a, b, c = (i + V if -V <= i < 0 else i for i in (a, b, c))
    return analogy(E, a, b, c, normalize)


def analogy__clipped_ids(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """Ids at or above V are moved to the last row: they must raise.

    Hint: which tokens does a table with V rows have?
    """
    last = len(np.asarray(E)) - 1
    return analogy(E, min(a, last), min(b, last), min(c, last), normalize)


def analogy__nobody_left(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """With no row beside a, b and c the answer is 0, an excluded id: it must raise.

    Hint: what does argmax find when every score is -inf? Try a table with three rows.
    """
    if len(np.asarray(E)) == 3 and {a, b, c} == {0, 1, 2}:
        return 0
    return analogy(E, a, b, c, normalize)


def analogy__in_place(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The rows of the argument are scaled in place: divide into a new table.

    Hint: print E before and after a call with normalize=True.
    """
    answer = analogy(E, a, b, c, normalize)
    if normalize and isinstance(E, np.ndarray):
        E[:] = _unit(E)
    return answer


def analogy__rows_struck_out(E: ArrayLike, a: int, b: int, c: int, normalize: bool = False) -> int:
    """The rows a, b and c of the argument are overwritten to exclude them: strike out their scores instead.

    Hint: print E before and after a call.
    """
    answer = analogy(E, a, b, c, normalize)
    if isinstance(E, np.ndarray):
        E[[a, b, c]] = 0.0
    return answer


# --- consistency ---


def offset_consistency__diagonal_included(E: ArrayLike, pairs: ArrayLike) -> float:
    """Every offset is compared with itself too: only different pairs count, i and j that differ.

    Hint: what do you get for two offsets at a right angle, and what should it be?
    """
    directions = _unit(_offsets(E, pairs))
    return float(np.mean(directions @ directions.T))


def offset_consistency__halved(E: ArrayLike, pairs: ArrayLike) -> float:
    """Each pair of offsets is summed once but divided by n (n - 1), which counts it twice.

    Hint: two equal offsets must give 1. How many terms are in your sum, and what do you divide by?
    """
    return offset_consistency(E, pairs) / 2


def offset_consistency__zeros_averaged(E: ArrayLike, pairs: ArrayLike) -> float:
    """The diagonal is emptied, but the mean still runs over all n * n entries: there are n (n - 1) terms.

    Hint: two equal offsets must give 1. Over how many entries does your mean run?
    """
    n = len(np.asarray(pairs))
    return offset_consistency(E, pairs) * (n - 1) / n


def offset_consistency__summed(E: ArrayLike, pairs: ArrayLike) -> float:
    """The cosines are summed: their mean is wanted.

    Hint: can a mean of cosines be larger than 1?
    """
    n = len(np.asarray(pairs))
    return offset_consistency(E, pairs) * n * (n - 1)


def offset_consistency__dot_products(E: ArrayLike, pairs: ArrayLike) -> float:
    """The dot products of the offsets are averaged: divide each by both lengths.

    Hint: double every row of E. Should the result change?
    """
    offsets = _offsets(E, pairs)
    return _off_diagonal_mean(offsets @ offsets.T)


def offset_consistency__within_pairs(E: ArrayLike, pairs: ArrayLike) -> float:
    """These are the cosines of E[a] with E[b]: the offsets E[b] - E[a] are compared with each other.

    Hint: where do you subtract?
    """
    _offsets(E, pairs)
    unit, ids = _unit(np.asarray(E, dtype=float)), np.asarray(pairs)
    return float(np.mean(np.sum(unit[ids[:, 0]] * unit[ids[:, 1]], axis=1)))


def offset_consistency__sums(E: ArrayLike, pairs: ArrayLike) -> float:
    """The rows of a pair are added: an offset is a difference, E[b] - E[a].

    Hint: add the same vector to every row of E. Should the offsets change?
    """
    _offsets(E, pairs)
    rows, ids = np.asarray(E, dtype=float), np.asarray(pairs)
    directions = _unit(rows[ids[:, 1]] + rows[ids[:, 0]])
    return _off_diagonal_mean(directions @ directions.T)


def offset_consistency__targets_only(E: ArrayLike, pairs: ArrayLike) -> float:
    """The rows E[b] are compared with each other: the offsets E[b] - E[a] should be.

    Hint: change the first id of a pair. Does the result change?
    """
    _offsets(E, pairs)
    directions = _unit(np.asarray(E, dtype=float)[np.asarray(pairs)[:, 1]])
    return _off_diagonal_mean(directions @ directions.T)


def offset_consistency__rows_normalized(E: ArrayLike, pairs: ArrayLike) -> float:
    """The rows are scaled to length 1 before the offsets are taken: the rows stay as they are.

    Hint: which function of this exercise has a parameter for that?
    """
    _offsets(E, pairs)
    return offset_consistency(_unit(np.asarray(E, dtype=float)), pairs)


def offset_consistency__offsets_centred(E: ArrayLike, pairs: ArrayLike) -> float:
    """The mean offset is subtracted first, which takes away the very thing that is measured.

    Hint: what is left of equal offsets?
    """
    offsets = _offsets(E, pairs)
    directions = _unit(offsets - offsets.mean(axis=0))
    return _off_diagonal_mean(directions @ directions.T)


def offset_consistency__against_first(E: ArrayLike, pairs: ArrayLike) -> float:
    """Only the first offset is compared with the others: every one is compared with every other.

    Hint: change the order of the pairs. Should the result change?
    """
    directions = _unit(_offsets(E, pairs))
    return float(np.mean(directions[1:] @ directions[0]))


def offset_consistency__successive(E: ArrayLike, pairs: ArrayLike) -> float:
    """Each offset is compared only with the next one: every one is compared with every other.

    Hint: change the order of the pairs. Should the result change?
    """
    directions = _unit(_offsets(E, pairs))
    return float(np.mean(np.sum(directions[1:] * directions[:-1], axis=1)))


def offset_consistency__against_mean(E: ArrayLike, pairs: ArrayLike) -> float:
    """The offsets are compared with their mean, of which each is a part: compare them with each other.

    Hint: what do you get for two offsets at a right angle, and what should it be?
    """
    offsets = _offsets(E, pairs)
    return float(np.mean(_unit(offsets) @ _unit(offsets.mean(axis=0))))


def offset_consistency__length_of_mean(E: ArrayLike, pairs: ArrayLike) -> float:
    """This is the length of the mean direction: near the wanted mean cosine for many pairs, but another number.

    Hint: what do you get for two offsets at a right angle, and what should it be?
    """
    return float(np.linalg.norm(_unit(_offsets(E, pairs)).mean(axis=0)))


def offset_consistency__absolute(E: ArrayLike, pairs: ArrayLike) -> float:
    """Opposite offsets count as alike: their cosine is -1.

    Hint: what should the pairs (0, 1) and (1, 0) give together?
    """
    directions = _unit(_offsets(E, pairs))
    return _off_diagonal_mean(np.abs(directions @ directions.T))


def offset_consistency__distances(E: ArrayLike, pairs: ArrayLike) -> float:
    """The distances between the offsets are averaged: their cosines are wanted.

    Hint: what should equal offsets give, 0 or 1?
    """
    offsets = _offsets(E, pairs)
    return _off_diagonal_mean(np.linalg.norm(offsets[:, None] - offsets, axis=-1))


def offset_consistency__one_minus(E: ArrayLike, pairs: ArrayLike) -> float:
    """This is one minus the mean cosine, a distance: the mean cosine itself is wanted.

    Hint: what should equal offsets give, 0 or 1?
    """
    return 1.0 - offset_consistency(E, pairs)


def offset_consistency__median(E: ArrayLike, pairs: ArrayLike) -> float:
    """This is the median of the cosines: their mean is wanted.

    Hint: three offsets with cosines 0, 0 and -1: what is asked for?
    """
    directions = _unit(_offsets(E, pairs))
    return float(np.median((directions @ directions.T)[np.triu_indices(len(directions), 1)]))


def offset_consistency__matrix(E: ArrayLike, pairs: ArrayLike) -> Any:
    """This is the whole matrix of cosines: one number is wanted.

    Hint: over which entries do you still have to take the mean?
    """
    directions = _unit(_offsets(E, pairs))
    return directions @ directions.T


def offset_consistency__read_down(E: ArrayLike, pairs: ArrayLike) -> float:
    """All first halves of the list are taken as a and all second halves as b: each row of `pairs` is one pair.

    Hint: print the a's and the b's. Which shape has `pairs`?
    """
    _offsets(E, pairs)
    rows, ids = np.asarray(E, dtype=float), np.reshape(pairs, (2, -1))
    directions = _unit(rows[ids[1]] - rows[ids[0]])
    return _off_diagonal_mean(directions @ directions.T)


def offset_consistency__repeats_dropped(E: ArrayLike, pairs: ArrayLike) -> float:
    """A pair that is given twice counts once: every row of `pairs` counts.

    Hint: does a set keep the number of its entries?
    """
    offset_consistency(E, pairs)
    distinct = sorted({(int(a), int(b)) for a, b in np.asarray(pairs)})
    return offset_consistency(E, distinct) if len(distinct) > 1 else 1.0


def offset_consistency__one_pair_is_one(E: ArrayLike, pairs: ArrayLike) -> float:
    """A single pair gives 1: there is nothing to compare it with, so it must raise.

    Hint: how many cosines are there between different offsets?
    """
    ids = np.asarray(pairs)
    return offset_consistency(E, np.concatenate([ids, ids])) if len(ids) == 1 else offset_consistency(E, ids)


def offset_consistency__no_pairs_is_zero(E: ArrayLike, pairs: ArrayLike) -> float:
    """No pair at all gives 0: it must raise.

    Hint: what is the mean of no numbers?
    """
    return 0.0 if len(np.asarray(pairs)) == 0 else offset_consistency(E, pairs)


def offset_consistency__negative_ids(E: ArrayLike, pairs: ArrayLike) -> float:
    """A negative id reads the table from its end: it must raise.

    Hint: what is E[-1]? numpy will not complain for you.
    """
    V, ids = len(np.asarray(E)), np.asarray(pairs)
    return offset_consistency(E, np.where((ids < 0) & (ids >= -V), ids + V, ids))


def offset_consistency__clipped_ids(E: ArrayLike, pairs: ArrayLike) -> float:
    """Ids at or above V are moved to the last row: they must raise.

    Hint: which tokens does a table with V rows have?
    """
    return offset_consistency(E, np.minimum(pairs, len(np.asarray(E)) - 1))


def offset_consistency__in_place(E: ArrayLike, pairs: ArrayLike) -> float:
    """The offsets are written into the table itself: subtract into an array of your own.

    Hint: print E before and after a call. What does `E[b] -= E[a]` do?
    """
    result = offset_consistency(E, pairs)
    if isinstance(E, np.ndarray):
        for a, b in np.asarray(pairs):
            E[b] -= E[a]
    return result


# --- the shapes ---


def analogy_shapes__columns_as_tokens(V: int, d: int, n_pairs: int) -> Shapes:
    """The tokens stand in columns: in this course each row is a token.

    Hint: in which axis do you count the tokens?
    """
    return {**analogy_shapes(V, d, n_pairs), "E": (d, V)}


def analogy_shapes__query_for_every_row(V: int, d: int, n_pairs: int) -> Shapes:
    """There is one query, a single vector, not one for each row.

    Hint: how many numbers has b - a + c?
    """
    return {**analogy_shapes(V, d, n_pairs), "query": (V, d)}


def analogy_shapes__query_as_table(V: int, d: int, n_pairs: int) -> Shapes:
    """The query is one vector with one axis, not a table with one row.

    Hint: what is the shape of E[b] for a single id b?
    """
    return {**analogy_shapes(V, d, n_pairs), "query": (1, d)}


def analogy_shapes__query_of_three_rows(V: int, d: int, n_pairs: int) -> Shapes:
    """The three rows are combined into one query: they are not stacked.

    Hint: what is the shape of a sum of vectors?
    """
    return {**analogy_shapes(V, d, n_pairs), "query": (3, d)}


def analogy_shapes__cosines_without_inputs(V: int, d: int, n_pairs: int) -> Shapes:
    """Every row of the table has a cosine, the three given ones too: they are struck out later.

    Hint: read the third line of the table again. Each row of what?
    """
    return {**analogy_shapes(V, d, n_pairs), "cosines": (V - 3,)}


def analogy_shapes__cosines_of_all_rows(V: int, d: int, n_pairs: int) -> Shapes:
    """The cosines are those of the one query with each row, not of all rows with each other.

    Hint: how many cosines does one vector have with V rows?
    """
    return {**analogy_shapes(V, d, n_pairs), "cosines": (V, V)}


def analogy_shapes__cosines_by_coordinate(V: int, d: int, n_pairs: int) -> Shapes:
    """A cosine is one number for two vectors: the coordinates are summed away.

    Hint: is the cosine of two vectors a number or a vector?
    """
    return {**analogy_shapes(V, d, n_pairs), "cosines": (V, d)}


def analogy_shapes__one_cosine(V: int, d: int, n_pairs: int) -> Shapes:
    """There is a cosine for each row of the table, not only for the best one.

    Hint: among how many numbers do you look for the largest?
    """
    return {**analogy_shapes(V, d, n_pairs), "cosines": ()}


def analogy_shapes__offsets_as_pairs(V: int, d: int, n_pairs: int) -> Shapes:
    """An offset is the difference of two rows, so one vector a pair.

    Hint: what is left of two vectors once you subtract them?
    """
    return {**analogy_shapes(V, d, n_pairs), "offsets": (n_pairs, 2, d)}


def analogy_shapes__offsets_transposed(V: int, d: int, n_pairs: int) -> Shapes:
    """Each offset is a row, like the rows it is made of.

    Hint: in which axis do you count the pairs?
    """
    return {**analogy_shapes(V, d, n_pairs), "offsets": (d, n_pairs)}


def analogy_shapes__offsets_compared(V: int, d: int, n_pairs: int) -> Shapes:
    """These are the cosines between the offsets: the offsets themselves are vectors.

    Hint: how many coordinates has E[b] - E[a]?
    """
    return {**analogy_shapes(V, d, n_pairs), "offsets": (n_pairs, n_pairs)}


def analogy_shapes__offsets_of_the_vocabulary(V: int, d: int, n_pairs: int) -> Shapes:
    """There is one offset for each pair, not for each token.

    Hint: where has n_pairs gone?
    """
    return {**analogy_shapes(V, d, n_pairs), "offsets": (V, d)}


def analogy_shapes__no_query(V: int, d: int, n_pairs: int) -> Shapes:
    """The key "query" is missing.

    Hint: count the lines of the table.
    """
    return {key: shape for key, shape in analogy_shapes(V, d, n_pairs).items() if key != "query"}


# Which wrong idea of the course a mistake comes from, where one is behind it.
MISCONCEPTIONS: dict[str, tuple[str, ...]] = {
    "wrong-ids-fail-loudly": ("analogy__negative_ids", "offset_consistency__negative_ids"),
    "a-wrong-id-is-best-mended": ("analogy__clipped_ids", "offset_consistency__clipped_ids"),
    "vectors-are-columns": (
        "analogy__columns_normalized",
        "analogy_shapes__columns_as_tokens",
        "analogy_shapes__offsets_transposed",
    ),
    "a-dot-product-keeps-its-coordinates": ("analogy_shapes__cosines_by_coordinate",),
    "lengths-carry-nothing": ("analogy__always_normalized", "offset_consistency__rows_normalized"),
    "a-whole-float-is-an-integer": ("analogy__float_id",),
    "arguments-arrive-as-copies": ("analogy__in_place", "analogy__rows_struck_out", "offset_consistency__in_place"),
    "an-axis-of-one-is-no-axis": ("analogy__in_an_array", "analogy_shapes__query_as_table"),
    "reshape-is-transpose": ("offset_consistency__read_down",),
    "dot-products-are-cosines": ("offset_consistency__dot_products",),
    "all-measures-rank-alike": ("analogy__euclidean", "analogy__dot_product", "offset_consistency__distances"),
    "opposite-is-similar": ("analogy__absolute", "offset_consistency__absolute"),
    "cosines-are-never-negative": ("analogy__excluded_at_zero", "analogy__zero_rows_excluded"),
    "no-cosine-is-minus-one": ("analogy__excluded_at_minus_one",),
    "cosine-angle-and-distance-are-one": ("offset_consistency__one_minus",),
    "small-means-near": ("analogy__worst",),
    "vectors-are-centred-first": ("analogy__centred", "offset_consistency__offsets_centred"),
    "zero-rows-can-be-ignored": ("analogy__nan_for_zeros", "analogy__zero_query_raises"),
    "a-few-digits-are-enough": ("analogy__rounded",),
    "ties-do-not-happen": ("analogy__ties_to_higher",),
    "the-table-knows-its-words": ("analogy__not_renumbered",),
    "an-offset-has-no-direction": (
        "analogy__reversed",
        "analogy__c_subtracted",
        "analogy__no_minus",
        "offset_consistency__sums",
    ),
    "analogy-proves-linear-semantics": (
        "analogy__nobody_excluded",
        "analogy__only_c_excluded",
        "analogy__b_not_excluded",
        "analogy__a_not_excluded",
    ),
    "similar-words-make-parallel-offsets": ("offset_consistency__within_pairs", "offset_consistency__targets_only"),
    "agreement-with-the-mean": ("offset_consistency__against_mean",),
    "self-pairs-are-pairs": ("offset_consistency__diagonal_included", "offset_consistency__length_of_mean"),
    "how-pairs-are-counted-cancels": ("offset_consistency__halved", "offset_consistency__zeros_averaged"),
    "a-few-pairs-stand-for-all": ("offset_consistency__against_first", "offset_consistency__successive"),
    "one-alone-agrees-with-itself": ("offset_consistency__one_pair_is_one", "offset_consistency__no_pairs_is_zero"),
    "the-median-is-as-good-as-the-mean": ("offset_consistency__median",),
}
