"""Wrong versions that learners really write; the first line of each docstring is what the learner reads.

``center__rows`` stands in for the exercise's function ``center``; ``rows`` is the name of the mistake.
Where a slip amounts to the right function on other arguments, it is written so: that shows what it does.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reference.ex05_anisotropy.solution import anisotropy_report, anisotropy_shapes, center, mean_pairwise_cosine

Shapes = dict[str, tuple[Any, ...]]


def _table(X: ArrayLike) -> NDArray[np.float64]:
    """The table; raises on what ``mean_pairwise_cosine`` raises on."""
    mean_pairwise_cosine(X)
    return np.asarray(X, dtype=float)


def _units(X: ArrayLike) -> NDArray[np.float64]:
    """The rows at length 1; zero rows stay zero."""
    table = _table(X)
    norms = np.linalg.norm(table, axis=1, keepdims=True)
    units: NDArray[np.float64] = table / np.where(norms > 0, norms, 1.0)
    return units


def _cosines(X: ArrayLike) -> NDArray[np.float64]:
    units = _units(X)
    cosines: NDArray[np.float64] = units @ units.T
    return cosines


def _off_diagonal(matrix: NDArray[np.float64]) -> float:
    return float(np.mean(matrix[~np.eye(len(matrix), dtype=bool)]))


def _share(X: NDArray[np.float64]) -> float:
    """The part of the largest squared singular value in their sum, with nothing centred."""
    squares = np.linalg.svd(X, compute_uv=False) ** 2
    return float(squares[0] / np.sum(squares))


# --- the mean pairwise cosine: the wrong pairs ---


def mean_pairwise_cosine__diagonal_included(X: ArrayLike) -> float:
    """The pairs of a row with itself are averaged in: only pairs with i != j count.

    Hint: print the answer for two rows at right angles. Which cosines lift it above 0?
    """
    return float(np.mean(_cosines(X)))


def mean_pairwise_cosine__triangle_with_diagonal(X: ArrayLike) -> float:
    """The triangle is taken with its diagonal, so each row is paired with itself once: i != j.

    Hint: how many pairs do three rows have? How many numbers did you average?
    """
    cosines = _cosines(X)
    return float(np.mean(cosines[np.triu_indices(len(cosines))]))


def mean_pairwise_cosine__zeros_averaged(X: ArrayLike) -> float:
    """The zeros that np.triu leaves below the diagonal are averaged in: divide by the number of pairs.

    Hint: print the matrix just before you take its mean. How many of its entries are pairs?
    """
    return float(np.mean(np.triu(_cosines(X), k=1)))


def mean_pairwise_cosine__zeroed_diagonal(X: ArrayLike) -> float:
    """The diagonal is set to 0 and then counted: divide by n(n - 1), not by n^2.

    Hint: try three equal rows. Every cosine is 1, so what must the mean be?
    """
    cosines = _cosines(X)
    np.fill_diagonal(cosines, 0.0)
    return float(np.mean(cosines))


def mean_pairwise_cosine__unordered_divisor(X: ArrayLike) -> float:
    """Both orders of each pair are summed, but the sum is divided by the unordered pairs: it is twice too large.

    Hint: try two equal rows. Can a mean of cosines exceed 1?
    """
    return 2.0 * mean_pairwise_cosine(X)


def mean_pairwise_cosine__ordered_divisor(X: ArrayLike) -> float:
    """Each pair is summed once, but the sum is divided by n(n - 1): it is half too small.

    Hint: try two equal rows. How many terms has the sum, and by what is it divided?
    """
    return 0.5 * mean_pairwise_cosine(X)


def mean_pairwise_cosine__sum(X: ArrayLike) -> float:
    """The cosines are added up over the pairs and never averaged.

    Hint: does your answer grow when every row is put in twice? A mean would hardly.
    """
    cosines = _cosines(X)
    return float(np.sum(np.triu(cosines, k=1)))


def mean_pairwise_cosine__neighbours(X: ArrayLike) -> float:
    """Only rows next to each other are compared: every row meets every other row.

    Hint: swap two rows of the table. Does the answer change, and should it?
    """
    units = _units(X)
    return float(np.mean(np.sum(units[:-1] * units[1:], axis=1)))


def mean_pairwise_cosine__with_the_first(X: ArrayLike) -> float:
    """Every row is compared with the first row only: all pairs count.

    Hint: swap two rows of the table. Does the answer change, and should it?
    """
    return float(np.mean(_cosines(X)[0, 1:]))


def mean_pairwise_cosine__with_the_mean(X: ArrayLike) -> float:
    """The rows are compared with their mean: compare them with one another.

    Hint: for two rows at right angles, draw the mean. Which angle did you measure?
    """
    units, middle = _units(X), _units(np.vstack([np.mean(_table(X), axis=0)] * 2))[0]
    return float(np.mean(units @ middle))


def mean_pairwise_cosine__columns(X: ArrayLike) -> float:
    """The columns are compared with one another: a vector is a row.

    Hint: how large is your matrix of cosines? It must be n by n.
    """
    table = _table(X).T
    return mean_pairwise_cosine(table) if len(table) > 1 else 0.0


def mean_pairwise_cosine__ones_dropped(X: ArrayLike) -> float:
    """Every cosine of 1 is left out, also that of two parallel rows: leave out i = j, by index.

    Hint: put the same row in twice. Are those two a pair?
    """
    cosines = _cosines(X)
    kept = cosines[~np.isclose(cosines, 1.0)]
    return float(np.mean(kept)) if kept.size else 1.0


def mean_pairwise_cosine__zeros_dropped(X: ArrayLike) -> float:
    """Cosines of exactly 0 are left out of the mean: rows at right angles are a pair like any other.

    Hint: try (1, 0), (0, 1) and (1, 1). How many of the three pairs did you average?
    """
    above = np.triu(_cosines(X), k=1)
    kept = above[above != 0]
    return float(np.mean(kept)) if kept.size else 0.0


def mean_pairwise_cosine__median(X: ArrayLike) -> float:
    """This is the median of the cosines: the mean is asked.

    Hint: work out the example of three rows by hand. Is your answer one of the three cosines?
    """
    cosines = _cosines(X)
    return float(np.median(cosines[np.triu_indices(len(cosines), k=1)]))


# --- the mean pairwise cosine: the wrong cosine ---


def mean_pairwise_cosine__dot_products(X: ArrayLike) -> float:
    """Dot products are averaged: a cosine needs both rows at length 1.

    Hint: multiply one row by 10. No angle has changed, so may the answer?
    """
    table = _table(X)
    return _off_diagonal(table @ table.T)


def mean_pairwise_cosine__normalised_columns(X: ArrayLike) -> float:
    """The columns are scaled to length 1, not the rows: which axis does the norm run along?

    Hint: print the norm of each row after your scaling.
    """
    table = _table(X)
    norms = np.linalg.norm(table, axis=0)
    table = table / np.where(norms > 0, norms, 1.0)
    return _off_diagonal(table @ table.T)


def mean_pairwise_cosine__one_norm_for_all(X: ArrayLike) -> float:
    """The whole table is divided by one norm: each row needs its own.

    Hint: what is the shape of np.linalg.norm(X)? And with axis and keepdims?
    """
    table = _table(X)
    table = table / max(float(np.linalg.norm(table)), 1e-300)
    return _off_diagonal(table @ table.T)


def mean_pairwise_cosine__squared_norms(X: ArrayLike) -> float:
    """The rows are divided by their squared norms: a square root is missing.

    Hint: print the norm of (3, 4) after your scaling. Is it 1?
    """
    table = _table(X)
    squares = np.sum(table**2, axis=1, keepdims=True)
    table = table / np.where(squares > 0, squares, 1.0)
    return _off_diagonal(table @ table.T)


def mean_pairwise_cosine__absolute_sum_norm(X: ArrayLike) -> float:
    """The rows are divided by the sum of their absolute entries: the Euclidean norm is asked.

    Hint: print the Euclidean norm of (3, 4) after your scaling. Is it 1?
    """
    table = _table(X)
    sums = np.sum(np.abs(table), axis=1, keepdims=True)
    table = table / np.where(sums > 0, sums, 1.0)
    return _off_diagonal(table @ table.T)


def mean_pairwise_cosine__absolute(X: ArrayLike) -> float:
    """Absolute cosines are averaged: opposite rows count with -1.

    Hint: try (1, 0) and (-1, 0).
    """
    return _off_diagonal(np.abs(_cosines(X)))


def mean_pairwise_cosine__squared(X: ArrayLike) -> float:
    """Squared cosines are averaged: the cosines themselves are asked, with their sign.

    Hint: try (1, 0) and (-1, 0).
    """
    return _off_diagonal(_cosines(X) ** 2)


def mean_pairwise_cosine__angles(X: ArrayLike) -> float:
    """These are angles: the mean of the cosines is asked, without arccos.

    Hint: what should two equal rows give?
    """
    return _off_diagonal(np.arccos(np.clip(_cosines(X), -1.0, 1.0)))


def mean_pairwise_cosine__distance(X: ArrayLike) -> float:
    """This is the mean cosine distance, 1 - cos: the similarity is asked.

    Hint: what should two equal rows give?
    """
    return 1.0 - mean_pairwise_cosine(X)


def mean_pairwise_cosine__correlation(X: ArrayLike) -> float:
    """np.corrcoef subtracts each row's own mean first: that is a correlation, not a cosine.

    Hint: try (1, 0) and (0, 1). What angle is between them, and what do you get?
    """
    table = _table(X)
    return mean_pairwise_cosine(table - np.mean(table, axis=1, keepdims=True))


def mean_pairwise_cosine__centred_first(X: ArrayLike) -> float:
    """The table is centred before the cosines: this function measures it as it is.

    Hint: try two rows that point nearly the same way. What is left of them once their mean is gone?
    """
    return mean_pairwise_cosine(center(_table(X)))


def mean_pairwise_cosine__norm_of_mean(X: ArrayLike) -> float:
    """This is the norm of the mean row, not a mean of cosines.

    Hint: multiply the table by 10. No angle has changed, so may the answer?
    """
    return float(np.linalg.norm(np.mean(_table(X), axis=0)))


# --- the mean pairwise cosine: zero rows, short rows, manners ---


def mean_pairwise_cosine__nan_for_zero(X: ArrayLike) -> float:
    """A zero row gives nan: its cosines are 0.

    Hint: what is 0 / 0? Deal with a norm of 0 before you divide.
    """
    table = _table(X)
    with np.errstate(invalid="ignore"):
        units = table / np.linalg.norm(table, axis=1, keepdims=True)
    return _off_diagonal(units @ units.T)


def mean_pairwise_cosine__zero_rows_dropped(X: ArrayLike) -> float:
    """Zero rows are left out, which changes the number of pairs: they stay, with cosine 0.

    Hint: by what do you divide when one of four rows is zero? It should be 12.
    """
    units = _units(X)
    kept = units[np.any(units != 0, axis=1)]
    return _off_diagonal(kept @ kept.T) if len(kept) > 1 else 0.0


def mean_pairwise_cosine__n_subtracted(X: ArrayLike) -> float:
    """n is subtracted for the diagonal, but a zero row has no 1 there: subtract what is there.

    Hint: add a zero row to the example, and print the diagonal of the cosines.
    """
    total, n = np.sum(_units(X), axis=0), len(np.asarray(X))
    return float((total @ total - n) / (n * (n - 1)))


def mean_pairwise_cosine__zero_rows_equal(X: ArrayLike) -> float:
    """Two zero rows are given cosine 1, as if they were parallel: a zero row has cosine 0 with every row.

    Hint: look at pairs of zero rows one by one. What does the text fix for them?
    """
    cosines = _cosines(X)
    zero = np.diag(cosines) == 0
    cosines[np.ix_(zero, zero)] = 1.0
    return _off_diagonal(cosines)


def mean_pairwise_cosine__zero_rows_raise(X: ArrayLike) -> float:
    """A zero row raises an error: it counts as cosine 0.

    Hint: which inputs must raise, by the text? A zero row is not among them.
    """
    if not np.all(np.any(_table(X) != 0, axis=1)):
        raise ValueError("a row is zero")
    return mean_pairwise_cosine(X)


def mean_pairwise_cosine__norm_plus_epsilon(X: ArrayLike) -> float:
    """1e-8 is added to every norm, which shortens the cosines of short rows: only a norm of exactly 0 is special.

    Hint: try rows of length 2e-6 that point the same way. Is their cosine 1?
    """
    table = _table(X)
    units = table / (np.linalg.norm(table, axis=1, keepdims=True) + 1e-8)
    return _off_diagonal(units @ units.T)


def mean_pairwise_cosine__product_plus_epsilon(X: ArrayLike) -> float:
    """1e-8 is added to every product of norms, which wipes out short rows: only a norm of exactly 0 is special.

    Hint: try rows of length 2e-6 that point the same way. How large is the product of their norms?
    """
    table = _table(X)
    norms = np.linalg.norm(table, axis=1)
    return _off_diagonal(table @ table.T / (np.outer(norms, norms) + 1e-8))


def mean_pairwise_cosine__short_rows_zero(X: ArrayLike) -> float:
    """Short rows are taken for zero: only a norm of exactly 0 is special.

    Hint: from which length on do you treat a row as zero? Is 5e-6 below it?
    """
    table = _table(X).copy()
    table[np.linalg.norm(table, axis=1) < 1e-5] = 0.0
    return mean_pairwise_cosine(table)


def mean_pairwise_cosine__kept_axes(X: ArrayLike) -> NDArray[Any]:
    """The result is an array with axes: one number is asked.

    Hint: what does keepdims=True do to the last mean you take?
    """
    return np.array([[mean_pairwise_cosine(X)]])


def mean_pairwise_cosine__one_row_zero(X: ArrayLike) -> float:
    """A table with fewer than two rows gives 0.0: there is no pair, so it must raise.

    Hint: look at the number of rows before anything is computed.
    """
    table = np.asarray(X, dtype=float)
    return 0.0 if table.ndim == 2 and len(table) < 2 else mean_pairwise_cosine(table)


def mean_pairwise_cosine__one_row_nan(X: ArrayLike) -> float:
    """A table with fewer than two rows gives nan, from 0 / 0: there is no pair, so it must raise.

    Hint: numpy only warns when it divides 0 by 0. Who has to raise?
    """
    table = np.asarray(X, dtype=float)
    return float("nan") if table.ndim == 2 and len(table) < 2 else mean_pairwise_cosine(table)


def mean_pairwise_cosine__vector_made_table(X: ArrayLike) -> float:
    """A single vector is made into a table, one number a row: what is not 2-D must raise.

    Hint: look at the number of axes before anything is computed.
    """
    table = np.asarray(X, dtype=float)
    return mean_pairwise_cosine(table[:, None] if table.ndim == 1 else table)


def mean_pairwise_cosine__axes_merged(X: ArrayLike) -> float:
    """A table with a batch axis is flattened to rows in silence: what is not 2-D must raise.

    Hint: look at the number of axes before anything is computed.
    """
    table = np.asarray(X, dtype=float)
    return mean_pairwise_cosine(table.reshape(-1, table.shape[-1]) if table.ndim > 2 else table)


# --- centring ---


def center__rows(X: ArrayLike) -> Any:
    """Each row loses the mean of its own entries: subtract the mean of the rows, axis 0.

    Hint: the mean you subtract must have d entries. How many has yours?
    """
    table = np.asarray(X, dtype=float)
    return table - np.mean(table, axis=1, keepdims=True)


def center__grand_mean(X: ArrayLike) -> Any:
    """One number, the mean of all entries, is subtracted: each column has its own mean.

    Hint: print the mean of each column of your result.
    """
    table = np.asarray(X, dtype=float)
    return table - np.mean(table)


def center__rows_and_columns(X: ArrayLike) -> Any:
    """Rows and columns are both centred: only the mean of the rows is subtracted.

    Hint: try (1, 5) and (3, 1) by hand. How many subtractions does each entry see?
    """
    table = center(X)
    return table - np.mean(table, axis=1, keepdims=True)


def center__z_scores(X: ArrayLike) -> Any:
    """The columns are divided by their standard deviation too: centring subtracts and no more.

    Hint: is the distance between two rows the same before and after? It should be.
    """
    table = center(X)
    deviations = np.std(table, axis=0)
    return table / np.where(deviations > 0, deviations, 1.0)


def center__unit_rows(X: ArrayLike) -> Any:
    """The centred rows are scaled to length 1: centring keeps their lengths.

    Hint: is the distance between two rows the same before and after? It should be.
    """
    table = center(X)
    norms = np.linalg.norm(table, axis=1, keepdims=True)
    return table / np.where(norms > 0, norms, 1.0)


def center__units_first(X: ArrayLike) -> Any:
    """The rows are scaled to length 1 before the mean is taken: centre the table as it is.

    Hint: is the distance between two rows the same before and after? It should be.
    """
    table = np.asarray(X, dtype=float)
    norms = np.linalg.norm(table, axis=1, keepdims=True)
    return center(table / np.where(norms > 0, norms, 1.0))


def center__mean_direction(X: ArrayLike) -> Any:
    """The mean is scaled to length 1 before it is subtracted: subtract all of it.

    Hint: print the mean of each column of your result.
    """
    table = np.asarray(X, dtype=float)
    middle = np.mean(table, axis=0)
    return table - middle / max(float(np.linalg.norm(middle)), 1e-300)


def center__projected_out(X: ArrayLike) -> Any:
    """Each row loses its part along the mean direction: every row loses the same vector, the mean.

    Hint: what is the difference of two rows before and after? Subtracting one vector from both keeps it.
    """
    table = np.asarray(X, dtype=float)
    middle = np.mean(table, axis=0)
    square = float(middle @ middle)
    return table - np.outer(table @ middle, middle) / (square if square > 0 else 1.0)


def center__median(X: ArrayLike) -> Any:
    """The median of each column is subtracted: the mean is asked.

    Hint: print the mean of each column of your result.
    """
    table = np.asarray(X, dtype=float)
    return table - np.median(table, axis=0)


def center__n_minus_one(X: ArrayLike) -> Any:
    """The column sums are divided by n - 1: that is for variances, a mean divides by n.

    Hint: print the mean of each column of your result.
    """
    table = np.asarray(X, dtype=float)
    return table - np.sum(table, axis=0) / max(len(table) - 1, 1)


def center__sum(X: ArrayLike) -> Any:
    """The sum of the rows is subtracted: it must be their mean.

    Hint: print the mean of each column of your result.
    """
    table = np.asarray(X, dtype=float)
    return table - np.sum(table, axis=0)


def center__first_row(X: ArrayLike) -> Any:
    """The first row is subtracted: that moves it, and not the mean, to the origin.

    Hint: print the mean of each column of your result.
    """
    table = np.asarray(X, dtype=float)
    return table - table[0]


def center__sign(X: ArrayLike) -> Any:
    """The signs are turned round, mean - X: X - mean is asked.

    Hint: where should the row that lies furthest to the right end up?
    """
    return -center(X)


def center__mean_only(X: ArrayLike) -> Any:
    """This is the mean itself: the table without it is asked.

    Hint: the result has the shape of X.
    """
    return np.mean(np.asarray(X, dtype=float), axis=0)


def center__without_a_row(X: ArrayLike) -> Any:
    """Each row loses the mean of the others: the mean is taken over all rows.

    Hint: how many different vectors do you subtract? One is asked.
    """
    table = np.asarray(X, dtype=float)
    others = np.sum(table, axis=0) - table
    return table - others / max(len(table) - 1, 1)


def center__integer_result(X: ArrayLike) -> Any:
    """The result takes its dtype from X, so that of integers is cut to integers: make it float.

    Hint: centre the integers 0 and 1. Is one half in your result?
    """
    table = np.asarray(X)
    return center(table).astype(table.dtype)


def center__in_place(X: ArrayLike) -> Any:
    """The argument X is overwritten: write into an array of your own.

    Hint: what does X -= ... do to the caller's table?
    """
    centred = center(X)
    if not isinstance(X, np.ndarray) or X.dtype.kind != "f":
        return centred
    X[...] = centred
    return X


def center__float16(X: ArrayLike) -> Any:
    """The result is float16, which keeps only three digits: use float32 or float64.

    Hint: which dtype did you ask for?
    """
    return center(X).astype(np.float16)


# --- the report ---


def anisotropy_report__not_centred(X: ArrayLike) -> dict[str, Any]:
    """The cosine "after" is that of the table as it was: centre first, then compare directions.

    Hint: which table goes into the second mean cosine?
    """
    report = anisotropy_report(X)
    return {**report, "mean_cos_after": report["mean_cos_before"]}


def anisotropy_report__units_first(X: ArrayLike) -> dict[str, Any]:
    """The rows are scaled to length 1 and then centred: centre first, then compare directions.

    Hint: the two orders give different tables. Which one does the text fix?
    """
    return {**anisotropy_report(X), "mean_cos_after": mean_pairwise_cosine(center(_units(X)))}


def anisotropy_report__units_not_rescaled(X: ArrayLike) -> dict[str, Any]:
    """The unit rows are centred and their dot products averaged: after centring they are no longer of length 1.

    Hint: print the norms of the rows whose dot products you average.
    """
    units = center(_units(X))
    return {**anisotropy_report(X), "mean_cos_after": _off_diagonal(units @ units.T)}


def anisotropy_report__z_scores(X: ArrayLike) -> dict[str, Any]:
    """The columns are divided by their deviations for the cosine "after": centring subtracts and no more.

    Hint: is the distance between two rows the same before and after centring? It should be.
    """
    return {**anisotropy_report(X), "mean_cos_after": mean_pairwise_cosine(center__z_scores(X))}


def anisotropy_report__row_means(X: ArrayLike) -> dict[str, Any]:
    """Each row is centred by its own mean: the mean of the rows is subtracted, axis 0.

    Hint: the mean you subtract must have d entries. How many has yours?
    """
    report, table = anisotropy_report(X), center__rows(X)
    return {
        **report,
        "mean_cos_after": mean_pairwise_cosine(table),
        "mean_norm_after": float(np.linalg.norm(np.mean(table, axis=0))),
        "top_pc_share": _share(table),
    }


def anisotropy_report__diagonal_included(X: ArrayLike) -> dict[str, Any]:
    """The pairs of a row with itself are averaged into both cosines: only pairs with i != j count.

    Hint: what mean cosine do you report for two rows at right angles?
    """
    return {
        **anisotropy_report(X),
        "mean_cos_before": float(np.mean(_cosines(X))),
        "mean_cos_after": float(np.mean(_cosines(center(X)))),
    }


def anisotropy_report__zero_rows_dropped(X: ArrayLike) -> dict[str, Any]:
    """Zero rows are removed from the table first: they count, and they move the mean.

    Hint: how many rows has the table whose mean you subtract?
    """
    table = _table(X)
    return anisotropy_report(table[np.any(table != 0, axis=1)])


def anisotropy_report__mean_of_norms(X: ArrayLike) -> dict[str, Any]:
    """The mean norms are means of the rows' norms: the norm of the mean row is asked.

    Hint: which comes first, the mean or the norm? For (1, 0) and (-1, 0) the one is 0, the other 1.
    """
    table = _table(X)
    return {
        **anisotropy_report(X),
        "mean_norm_before": float(np.mean(np.linalg.norm(table, axis=1))),
        "mean_norm_after": float(np.mean(np.linalg.norm(center(table), axis=1))),
    }


def anisotropy_report__mean_of_norms_before(X: ArrayLike) -> dict[str, Any]:
    """The mean norm before is the mean of the rows' norms: the norm of the mean row is asked.

    Hint: which comes first, the mean or the norm? For (1, 0) and (-1, 0) the one is 0, the other 1.
    """
    return {**anisotropy_report(X), "mean_norm_before": float(np.mean(np.linalg.norm(_table(X), axis=1)))}


def anisotropy_report__mean_entry(X: ArrayLike) -> dict[str, Any]:
    """The mean norm before is the size of the mean entry: the mean of the rows is a vector, and has a norm.

    Hint: what is the shape of the mean you take? It must be (d,).
    """
    return {**anisotropy_report(X), "mean_norm_before": float(abs(np.mean(_table(X))))}


def anisotropy_report__squared_norm(X: ArrayLike) -> dict[str, Any]:
    """The mean norm before is squared: take the square root.

    Hint: what is the norm of (3, 4)?
    """
    report = anisotropy_report(X)
    return {**report, "mean_norm_before": report["mean_norm_before"] ** 2}


def anisotropy_report__norm_of_unit_mean(X: ArrayLike) -> dict[str, Any]:
    """The mean norm before is that of the rows at length 1: take the mean of the table as it is.

    Hint: multiply the table by 10. The norm of its mean must grow tenfold.
    """
    return {**anisotropy_report(X), "mean_norm_before": float(np.linalg.norm(np.mean(_units(X), axis=0)))}


def anisotropy_report__norm_kept(X: ArrayLike) -> dict[str, Any]:
    """The mean norm "after" is that of the table as it was: measure the centred one.

    Hint: what is the mean of a table whose mean was subtracted?
    """
    report = anisotropy_report(X)
    return {**report, "mean_norm_after": report["mean_norm_before"]}


def anisotropy_report__swapped(X: ArrayLike) -> dict[str, Any]:
    """ "before" and "after" are swapped.

    Hint: which of the two mean norms must be 0?
    """
    report = anisotropy_report(X)
    return {
        **report,
        "mean_cos_before": report["mean_cos_after"],
        "mean_cos_after": report["mean_cos_before"],
        "mean_norm_before": report["mean_norm_after"],
        "mean_norm_after": report["mean_norm_before"],
    }


def anisotropy_report__uncentred_share(X: ArrayLike) -> dict[str, Any]:
    """The share is that of the table as it was, where the mean counts as a direction: centre it first.

    Hint: add 100 to every entry. The spread of the cloud stays the same, so may the share change?
    """
    return {**anisotropy_report(X), "top_pc_share": _share(_table(X))}


def anisotropy_report__unit_share(X: ArrayLike) -> dict[str, Any]:
    """The share is that of the rows at length 1: the variance is that of the centred table, with its lengths.

    Hint: which table goes into the singular values?
    """
    return {**anisotropy_report(X), "top_pc_share": _share(center(_units(X)))}


def anisotropy_report__correlation_share(X: ArrayLike) -> dict[str, Any]:
    """The share is that of the standardised columns: a stretched coordinate must keep its weight.

    Hint: multiply one column by 30. Should the share stay as it is?
    """
    return {**anisotropy_report(X), "top_pc_share": _share(center__z_scores(X))}


def anisotropy_report__singular_values(X: ArrayLike) -> dict[str, Any]:
    """The singular values are not squared: a variance is a square.

    Hint: in the example the rows lie at distances 1 and 2. Is the share 4/5 or 2/3?
    """
    values = np.linalg.svd(center(_table(X)), compute_uv=False)
    return {**anisotropy_report(X), "top_pc_share": float(values[0] / np.sum(values))}


def anisotropy_report__squared_twice(X: ArrayLike) -> dict[str, Any]:
    """The eigenvalues of the covariance are squared once more: they are variances already.

    Hint: in the example the variances are as 8 to 2. What share has the first?
    """
    powers = np.linalg.svd(center(_table(X)), compute_uv=False) ** 4
    return {**anisotropy_report(X), "top_pc_share": float(powers[0] / np.sum(powers))}


def anisotropy_report__smallest_share(X: ArrayLike) -> dict[str, Any]:
    """The share is that of the last principal component: np.linalg.eigvalsh lists the smallest first.

    Hint: print the eigenvalues. Which one is the largest?
    """
    table = center(_table(X))
    eigenvalues = np.linalg.eigvalsh(table.T @ table)
    return {**anisotropy_report(X), "top_pc_share": float(eigenvalues[0] / np.sum(eigenvalues))}


def anisotropy_report__widest_column(X: ArrayLike) -> dict[str, Any]:
    """The share is that of the widest column: a principal component need not lie along a coordinate.

    Hint: try points along the diagonal, (0, 0), (1, 1), (2, 2). One direction holds all their variance.
    """
    variances = np.var(_table(X), axis=0)
    return {**anisotropy_report(X), "top_pc_share": float(np.max(variances) / np.sum(variances))}


def anisotropy_report__variance_itself(X: ArrayLike) -> dict[str, Any]:
    """This is the variance along the first component: divide it by the sum over all of them.

    Hint: multiply the table by 10. May a share change?
    """
    values = np.linalg.svd(center(_table(X)), compute_uv=False)
    return {**anisotropy_report(X), "top_pc_share": float(values[0] ** 2 / (len(np.asarray(X)) - 1))}


def anisotropy_report__against_the_rest(X: ArrayLike) -> dict[str, Any]:
    """The first variance is divided by the mean of all: a share divides by their sum, and is at most 1.

    Hint: print the answer for a cloud that is a line. A share of everything is 1.
    """
    report = anisotropy_report(X)
    return {**report, "top_pc_share": report["top_pc_share"] * min(_table(X).shape)}


def anisotropy_report__percent(X: ArrayLike) -> dict[str, Any]:
    """The share is in percent: it runs from 0 to 1.

    Hint: what is the largest share there can be, by the text?
    """
    report = anisotropy_report(X)
    return {**report, "top_pc_share": 100.0 * report["top_pc_share"]}


def anisotropy_report__no_share(X: ArrayLike) -> dict[str, Any]:
    """The key "top_pc_share" is missing.

    Hint: compare sorted(report) with the five keys of the text.
    """
    return {key: value for key, value in anisotropy_report(X).items() if key != "top_pc_share"}


def anisotropy_report__another_key(X: ArrayLike) -> dict[str, Any]:
    """There is a key more than the five: exactly five are asked.

    Hint: compare sorted(report) with the five keys of the text.
    """
    return {**anisotropy_report(X), "n": len(np.asarray(X))}


def anisotropy_report__tuple(X: ArrayLike) -> tuple[float, ...]:
    """The five numbers come without their names: a dict is asked.

    Hint: which number is which? Only the keys say it.
    """
    return tuple(anisotropy_report(X).values())


def anisotropy_report__in_place(X: ArrayLike) -> dict[str, Any]:
    """The argument X is overwritten by the centred table: write into an array of your own.

    Hint: what does X -= ... do to the caller's table?
    """
    report = anisotropy_report(X)
    if isinstance(X, np.ndarray) and X.dtype.kind == "f":
        X -= np.mean(X, axis=0)
    return report


def anisotropy_report__one_row(X: ArrayLike) -> dict[str, Any]:
    """One row gives a report: there is no pair in it, so it must raise.

    Hint: look at the number of rows before anything is computed.
    """
    table = np.asarray(X, dtype=float)
    if table.ndim != 2 or len(table) != 1:
        return anisotropy_report(table)
    zeros = dict.fromkeys(("mean_cos_before", "mean_cos_after", "mean_norm_after", "top_pc_share"), 0.0)
    return {**zeros, "mean_norm_before": float(np.linalg.norm(table))}


def anisotropy_report__vector_made_table(X: ArrayLike) -> dict[str, Any]:
    """A single vector is made into a table, one number a row: what is not 2-D must raise.

    Hint: look at the number of axes before anything is computed.
    """
    table = np.asarray(X, dtype=float)
    return anisotropy_report(table[:, None] if table.ndim == 1 else table)


def anisotropy_report__axes_merged(X: ArrayLike) -> dict[str, Any]:
    """A table with a batch axis is flattened to rows in silence: what is not 2-D must raise.

    Hint: look at the number of axes before anything is computed.
    """
    table = np.asarray(X, dtype=float)
    return anisotropy_report(table.reshape(-1, table.shape[-1]) if table.ndim > 2 else table)


# --- the shapes ---


def anisotropy_shapes__mean_of_rows(n: int, d: int) -> Shapes:
    """The mean runs over the rows, so it has one entry a coordinate, not one a row.

    Hint: you can subtract the mean from every single row. How many entries has a row?
    """
    return {**anisotropy_shapes(n, d), "mean": (n,)}


def anisotropy_shapes__mean_kept(n: int, d: int) -> Shapes:
    """The mean is one vector with one axis: (1, d) is a table of one row.

    Hint: what is the shape of one row of X?
    """
    return {**anisotropy_shapes(n, d), "mean": (1, d)}


def anisotropy_shapes__mean_is_a_number(n: int, d: int) -> Shapes:
    """The mean of the rows is a vector, not a number without axes.

    Hint: add two rows and divide by 2. What do you hold?
    """
    return {**anisotropy_shapes(n, d), "mean": ()}


def anisotropy_shapes__cosines_of_columns(n: int, d: int) -> Shapes:
    """Rows are compared with rows: the cosines are n by n, not d by d.

    Hint: how many rows can row 0 be compared with?
    """
    return {**anisotropy_shapes(n, d), "cosines": (d, d)}


def anisotropy_shapes__cosines_of_pairs(n: int, d: int) -> Shapes:
    """This counts the pairs: the matrix holds every row against every row, itself included.

    Hint: the diagonal is left out of the mean, not out of the matrix.
    """
    return {**anisotropy_shapes(n, d), "cosines": (n * (n - 1) // 2,)}


def anisotropy_shapes__cosines_like_table(n: int, d: int) -> Shapes:
    """A cosine is one number for two rows: d is summed away.

    Hint: which axes does X @ X.T have?
    """
    return {**anisotropy_shapes(n, d), "cosines": (n, d)}


def anisotropy_shapes__one_value_a_coordinate(n: int, d: int) -> Shapes:
    """A table of n rows has no more than n singular values, also when d is larger.

    Hint: print np.linalg.svd(np.ones((2, 5)), compute_uv=False).
    """
    return {**anisotropy_shapes(n, d), "singular_values": (d,)}


def anisotropy_shapes__one_value_a_row(n: int, d: int) -> Shapes:
    """A table of d columns has no more than d singular values, also when n is larger.

    Hint: print np.linalg.svd(np.ones((5, 2)), compute_uv=False).
    """
    return {**anisotropy_shapes(n, d), "singular_values": (n,)}


def anisotropy_shapes__larger_side(n: int, d: int) -> Shapes:
    """The singular values number as many as the smaller side of the table, not the larger.

    Hint: how many independent directions can two rows have?
    """
    return {**anisotropy_shapes(n, d), "singular_values": (max(n, d),)}


def anisotropy_shapes__diagonal_matrix(n: int, d: int) -> Shapes:
    """The singular values are asked as a list of numbers, not as the matrix that holds them on its diagonal.

    Hint: how many axes has the second result of np.linalg.svd?
    """
    return {**anisotropy_shapes(n, d), "singular_values": (n, d)}


def anisotropy_shapes__transposed(n: int, d: int) -> Shapes:
    """One vector is a row: the table is (n, d), not (d, n).

    Hint: how many rows has a table of 5 vectors?
    """
    return {**anisotropy_shapes(n, d), "X": (d, n)}


def anisotropy_shapes__no_mean(n: int, d: int) -> Shapes:
    """The key "mean" is missing.

    Hint: compare your keys with the table of the text.
    """
    return {key: shape for key, shape in anisotropy_shapes(n, d).items() if key != "mean"}


# Which wrong idea of the course a mistake comes from, where one is behind it.
MISCONCEPTIONS: dict[str, tuple[str, ...]] = {
    "vectors-are-columns": (
        "mean_pairwise_cosine__columns",
        "mean_pairwise_cosine__normalised_columns",
        "center__rows",
        "anisotropy_report__row_means",
        "anisotropy_shapes__mean_of_rows",
        "anisotropy_shapes__cosines_of_columns",
        "anisotropy_shapes__transposed",
    ),
    "leading-axes-can-be-merged": ("mean_pairwise_cosine__axes_merged", "anisotropy_report__axes_merged"),
    "a-dot-product-keeps-its-coordinates": ("anisotropy_shapes__cosines_like_table",),
    "lengths-carry-nothing": (
        "center__unit_rows",
        "anisotropy_report__norm_of_unit_mean",
        "anisotropy_report__unit_share",
    ),
    "half-precision-is-plenty": ("center__float16",),
    "the-input-sets-the-type": ("center__integer_result",),
    "arguments-arrive-as-copies": ("center__in_place", "anisotropy_report__in_place"),
    "an-axis-of-one-is-no-axis": ("mean_pairwise_cosine__kept_axes", "anisotropy_shapes__mean_kept"),
    "an-epsilon-changes-nothing": (
        "mean_pairwise_cosine__norm_plus_epsilon",
        "mean_pairwise_cosine__product_plus_epsilon",
        "mean_pairwise_cosine__short_rows_zero",
    ),
    "it-runs-so-it-fits": ("mean_pairwise_cosine__vector_made_table", "anisotropy_report__vector_made_table"),
    "dot-products-are-cosines": ("mean_pairwise_cosine__dot_products",),
    "any-normalisation-will-do": (
        "mean_pairwise_cosine__one_norm_for_all",
        "mean_pairwise_cosine__squared_norms",
        "mean_pairwise_cosine__absolute_sum_norm",
    ),
    "opposite-is-similar": ("mean_pairwise_cosine__absolute", "mean_pairwise_cosine__squared"),
    "cosine-angle-and-distance-are-one": ("mean_pairwise_cosine__angles", "mean_pairwise_cosine__distance"),
    "correlation-is-cosine": ("mean_pairwise_cosine__correlation",),
    "vectors-are-centred-first": ("mean_pairwise_cosine__centred_first",),
    "zero-rows-can-be-ignored": (
        "mean_pairwise_cosine__nan_for_zero",
        "mean_pairwise_cosine__zero_rows_dropped",
        "mean_pairwise_cosine__zero_rows_raise",
        "anisotropy_report__zero_rows_dropped",
    ),
    "every-row-has-cosine-one-with-itself": (
        "mean_pairwise_cosine__n_subtracted",
        "mean_pairwise_cosine__zero_rows_equal",
    ),
    "cosine-one-means-the-row-itself": ("mean_pairwise_cosine__ones_dropped",),
    "agreement-with-the-mean": ("mean_pairwise_cosine__with_the_mean",),
    "self-pairs-are-pairs": (
        "mean_pairwise_cosine__diagonal_included",
        "mean_pairwise_cosine__triangle_with_diagonal",
        "anisotropy_report__diagonal_included",
    ),
    "how-pairs-are-counted-cancels": (
        "mean_pairwise_cosine__zeros_averaged",
        "mean_pairwise_cosine__zeroed_diagonal",
        "mean_pairwise_cosine__unordered_divisor",
        "mean_pairwise_cosine__ordered_divisor",
    ),
    "a-few-pairs-stand-for-all": ("mean_pairwise_cosine__neighbours", "mean_pairwise_cosine__with_the_first"),
    "one-alone-agrees-with-itself": (
        "mean_pairwise_cosine__one_row_zero",
        "mean_pairwise_cosine__one_row_nan",
        "anisotropy_report__one_row",
    ),
    "the-median-is-as-good-as-the-mean": ("mean_pairwise_cosine__median", "center__median"),
    "anisotropy-is-the-mean-norm": ("mean_pairwise_cosine__norm_of_mean",),
    "mean-and-norm-commute": ("anisotropy_report__mean_of_norms", "anisotropy_report__mean_of_norms_before"),
    "the-mean-of-a-table-is-a-number": (
        "center__grand_mean",
        "anisotropy_report__mean_entry",
        "anisotropy_shapes__mean_is_a_number",
    ),
    "centring-is-standardising": (
        "center__z_scores",
        "anisotropy_report__z_scores",
        "anisotropy_report__correlation_share",
    ),
    "centring-removes-a-direction": ("center__mean_direction", "center__projected_out"),
    "centring-and-scaling-commute": (
        "center__units_first",
        "anisotropy_report__units_first",
        "anisotropy_report__units_not_rescaled",
    ),
    "singular-values-are-variances": ("anisotropy_report__singular_values", "anisotropy_report__squared_twice"),
    "d-singular-values-in-d-dimensions": (
        "anisotropy_shapes__one_value_a_coordinate",
        "anisotropy_shapes__one_value_a_row",
        "anisotropy_shapes__larger_side",
    ),
}
