"""Wrong versions that learners really write; the first line of each docstring is what the learner reads.

``nearest__euclidean`` stands in for the exercise's function ``nearest``; ``euclidean`` is the name of the mistake.
Where a slip amounts to the right function on other arguments, it is written so: that shows what it does.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reference.ex03_cosine_neighbors.solution import cosine_matrix, cosine_shapes, nearest

Shapes = dict[str, tuple[Any, ...]]


def _tables(A: ArrayLike, B: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both as arrays; raises on what ``cosine_matrix`` raises on."""
    cosine_matrix(A, B)
    return np.asarray(A, dtype=float), np.asarray(B, dtype=float)


def _norms(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """The norm of every row as a column, 1 for zero rows, so that one can divide by it."""
    norms: NDArray[np.float64] = np.linalg.norm(table, axis=1, keepdims=True)
    norms[norms == 0] = 1.0
    return norms


def _best(scores: NDArray[Any], X: ArrayLike, k: int) -> NDArray[Any]:
    """The k best other rows by these scores, as ``nearest`` would list them; raises where it raises."""
    nearest(X, k)
    scores = np.array(scores, dtype=float)
    np.fill_diagonal(scores, -np.inf)
    return np.argsort(-scores, axis=1, kind="stable")[:, :k]


def _cosines(X: ArrayLike) -> NDArray[np.float64]:
    return cosine_matrix(X, X)


# --- the wrong measure ---


def cosine_matrix__dot_product(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """These are dot products: a cosine divides them by both norms.

    Hint: double one row. Should its cosines change?
    """
    A, B = _tables(A, B)
    return A @ B.T


def cosine_matrix__one_norm(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Only the rows of A are divided by their norms: the rows of B need it too.

    Hint: compare (3, 4) with (4, 3) and with (8, 6). Which norms does the formula name?
    """
    A, B = _tables(A, B)
    result: NDArray[Any] = A / _norms(A) @ B.T
    return result


def cosine_matrix__squared_norms(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """The dot products are divided by squared norms: the norm is the square root of the sum of squares.

    Hint: what is the cosine of (3, 4) with itself, and what do you get?
    """
    A, B = _tables(A, B)
    result: NDArray[Any] = A @ B.T / (_norms(A) ** 2 * _norms(B).T ** 2)
    return result


def cosine_matrix__sum_of_norms(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """The dot product is divided by the sum of the two norms: it is divided by their product.

    Hint: take (10, 0) and (10, 0). Which division gives 1?
    """
    A, B = _tables(A, B)
    result: NDArray[Any] = A @ B.T / (_norms(A) + _norms(B).T)
    return result


def cosine_matrix__sum_norm(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Rows are divided by the sum of their absolute entries: cosine uses the Euclidean norm.

    Hint: what is the length of the arrow (3, 4)?
    """
    A, B = _tables(A, B)
    sums_A, sums_B = np.abs(A).sum(axis=1, keepdims=True), np.abs(B).sum(axis=1, keepdims=True)
    result: NDArray[Any] = A / np.where(sums_A == 0, 1, sums_A) @ (B / np.where(sums_B == 0, 1, sums_B)).T
    return result


def cosine_matrix__whole_norm(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Each table is divided by one norm for all its entries: every row has a norm of its own.

    Hint: print the shape of the norm. How many numbers do n rows need?
    """
    A, B = _tables(A, B)
    result: NDArray[Any] = A @ B.T / (np.linalg.norm(A) * np.linalg.norm(B) or 1.0)
    return result


def cosine_matrix__columns_normalized(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """The columns are scaled to norm 1: the vectors are the rows.

    Hint: after scaling, which sums of squares are 1, those over axis 0 or those over axis 1?
    """
    A, B = _tables(A, B)
    return A / _norms(A.T).T @ (B / _norms(B.T).T).T


def cosine_matrix__mean_of_products(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """The products of the coordinates are averaged: a dot product is their sum.

    Hint: what is the largest number you ever get, and how does it depend on d?
    """
    result: NDArray[Any] = cosine_matrix(A, B) / np.shape(A)[1]
    return result


def cosine_matrix__absolute(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """The sign is lost: opposite directions have cosine -1, not 1.

    Hint: try (1, 0) and (-1, 0).
    """
    return np.abs(cosine_matrix(A, B))


def cosine_matrix__never_negative(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Negative cosines are cut to 0: they run from -1 to 1.

    Hint: try two vectors that are more than a right angle apart.
    """
    return np.maximum(cosine_matrix(A, B), 0.0)


def cosine_matrix__distance(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """This is the cosine distance, 1 - cos: the cosine itself is wanted.

    Hint: what should a vector have with itself, 0 or 1?
    """
    distance: NDArray[Any] = 1.0 - cosine_matrix(A, B)
    return distance


def cosine_matrix__angle(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """This is the angle in radians: its cosine is wanted.

    Hint: the definition has no arccos in it. What is left once you take it out?
    """
    angle: NDArray[Any] = np.arccos(np.clip(cosine_matrix(A, B), -1, 1))
    return angle


def cosine_matrix__euclidean(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """These are distances between the rows: a cosine looks at directions alone.

    Hint: should (1, 0) and (100, 0) come out as alike or as far apart?
    """
    A, B = _tables(A, B)
    distance: NDArray[Any] = np.linalg.norm(A[:, None] - B, axis=-1)
    return distance


def cosine_matrix__correlation(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """The mean of each row is taken off first: that is a correlation, cosine leaves the rows where they are.

    Hint: what do you get for (1, 1) and (2, 3), and what does the formula give?
    """
    A, B = _tables(A, B)
    return cosine_matrix(A - A.mean(axis=1, keepdims=True), B - B.mean(axis=1, keepdims=True))


def cosine_matrix__centred(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """The mean row of each table is taken off first: the cosine belongs to the rows as they are.

    Hint: with a table of a single row, what is left of it?
    """
    A, B = _tables(A, B)
    return cosine_matrix(A - A.mean(axis=0), B - B.mean(axis=0))


# --- the wrong pairs ---


def cosine_matrix__transposed(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """The result is (m, n): entry [i, j] belongs to row i of A and row j of B.

    Hint: give A one row and B three. Which shape do you expect?
    """
    return cosine_matrix(B, A)


def cosine_matrix__paired(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Row i of A meets only row i of B: every row of A meets every row of B.

    Hint: how many numbers do 2 rows and 3 rows make?
    """
    A, B = _tables(A, B)
    result: NDArray[Any] = np.sum(A / _norms(A) * (B / _norms(B)), axis=1)
    return result


def cosine_matrix__only_first_table(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """The rows of A meet each other: the second table is never used.

    Hint: change B. Does anything happen?
    """
    return cosine_matrix(A, _tables(A, B)[0])


# --- zero and short rows ---


def cosine_matrix__nan_for_zeros(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """A row of zeros gives 0/0, which is nan: its cosines are 0.0 here.

    Hint: which norm do you divide by, and what could you divide by instead where it is 0?
    """
    cosines = cosine_matrix(A, B)
    cosines[~np.any(A, axis=1)] = np.nan
    cosines[:, ~np.any(B, axis=1)] = np.nan
    return cosines


def cosine_matrix__ones_for_zeros(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """A row of zeros gets cosine 1 with itself and its like: it is 0.0 with every row.

    Hint: a zero row points nowhere. Does it matter which row it is compared with?
    """
    both = np.logical_and.outer(~np.any(A, axis=1), ~np.any(B, axis=1))
    return np.where(both, 1.0, cosine_matrix(A, B))


def cosine_matrix__zero_rows_dropped(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Rows of zeros are left out of the result: they keep their place, with 0.0 for every cosine.

    Hint: what is the shape of your result when one row of A is zero?
    """
    return cosine_matrix(A, B)[np.any(A, axis=1)][:, np.any(B, axis=1)]


def cosine_matrix__zeros_raise(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """A row of zeros raises an error: it is allowed, and its cosines are 0.0.

    Hint: which of the Fixed lines speaks about zero rows?
    """
    if not (np.all(np.any(A, axis=1)) and np.all(np.any(B, axis=1))):
        raise ZeroDivisionError("a row is zero")
    return cosine_matrix(A, B)


def cosine_matrix__epsilon_added(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """A small number is added to every norm, which shrinks the cosines of short rows: treat only norm 0 apart.

    Hint: what is the cosine of (3e-6, 4e-6) with itself? Print five digits.
    """
    A, B = _tables(A, B)
    lengths_A, lengths_B = np.linalg.norm(A, axis=1), np.linalg.norm(B, axis=1)
    result: NDArray[Any] = A @ B.T / np.outer(lengths_A + 1e-8, lengths_B + 1e-8)
    return result


def cosine_matrix__product_floor(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """The product of the norms is kept above a small number, which two short rows fall below: treat only 0 apart.

    Hint: take two rows of norm 5e-6. What is the product of their norms?
    """
    A, B = _tables(A, B)
    result: NDArray[Any] = A @ B.T / np.maximum(_norms(A) * _norms(B).T, 1e-8)
    return result


def cosine_matrix__short_rows_zeroed(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Rows that are merely short count as zero: a row is zero when its norm is exactly 0.

    Hint: what does your test for zero say about (3e-6, 4e-6)?
    """
    cosines = cosine_matrix(A, B)
    cosines[np.linalg.norm(A, axis=1) < 1e-4] = 0.0
    cosines[:, np.linalg.norm(B, axis=1) < 1e-4] = 0.0
    return cosines


# --- right values, wrong manners ---


def cosine_matrix__rounded(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """The result is rounded to two digits: round when you print, not when you compute.

    Hint: which two different cosines become equal this way?
    """
    return np.round(cosine_matrix(A, B), 2)


def cosine_matrix__float16(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """The result is float16, which keeps only three digits: use float32 or float64.

    Hint: print the dtype of the result.
    """
    return cosine_matrix(A, B).astype(np.float16)


def cosine_matrix__in_place(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """The arguments are scaled in place: divide into new arrays.

    Hint: print A before and after the call. What does `A /= norms` do to the caller's table?
    """
    cosines = cosine_matrix(A, B)
    for table in (A, B):
        if isinstance(table, np.ndarray):
            table /= _norms(table)
    return cosines


def cosine_matrix__vector_as_table(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """A single vector is read as a table of one row: what is not 2-D must raise.

    Hint: what does your function do with [3.0, 4.0]? Look at ndim.
    """
    return cosine_matrix(np.atleast_2d(A), np.atleast_2d(B))


def cosine_matrix__flattened(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Leading axes are merged into one: what is not 2-D must raise.

    Hint: what does your function do with an array of shape (2, 3, 4)?
    """
    if np.ndim(A) > 2:
        A = np.reshape(A, (-1, np.shape(A)[-1]))
    if np.ndim(B) > 2:
        B = np.reshape(B, (-1, np.shape(B)[-1]))
    return cosine_matrix(A, B)


def cosine_matrix__stretched(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Rows with one coordinate are stretched to the length of the others: unequal lengths must raise.

    Hint: what does broadcasting do with the widths 1 and 4? Compare them yourself.
    """
    if np.ndim(A) == 2 and np.ndim(B) == 2:
        A, B = np.asarray(A), np.asarray(B)
        if A.shape[1] == 1:
            A = np.repeat(A, B.shape[1], axis=1)
        elif B.shape[1] == 1:
            B = np.repeat(B, A.shape[1], axis=1)
    return cosine_matrix(A, B)


def cosine_matrix__cut_to_common_width(A: ArrayLike, B: ArrayLike) -> NDArray[Any]:
    """Rows of unequal length are cut to the shorter one: they must raise.

    Hint: zip stops at the shorter of two rows, without a word. Which lengths came in?
    """
    if np.ndim(A) == 2 and np.ndim(B) == 2:
        width = min(np.shape(A)[1], np.shape(B)[1])
        A, B = np.asarray(A)[:, :width], np.asarray(B)[:, :width]
    return cosine_matrix(A, B)


# --- neighbours: the wrong measure or order ---


def nearest__dot_product(X: ArrayLike, k: int) -> NDArray[Any]:
    """The lists are sorted by dot product, so long rows are everyone's neighbours: sort by cosine.

    Hint: make one row a hundred times longer. Should any list change?
    """
    return _best(np.asarray(X) @ np.asarray(X).T, X, k)


def nearest__columns_normalized(X: ArrayLike, k: int) -> NDArray[Any]:
    """The columns were scaled to norm 1 before the products: the vectors are the rows.

    Hint: over which axis must the sum of squares run to give one norm a row?
    """
    nearest(X, k)
    scaled = np.asarray(X, dtype=float) / _norms(np.asarray(X, dtype=float).T).T
    return _best(scaled @ scaled.T, X, k)


def nearest__euclidean(X: ArrayLike, k: int) -> NDArray[Any]:
    """The lists are sorted by distance: the same direction at another length is nearest by cosine.

    Hint: for (1, 0), which is nearer, (5, 0) or (0, 1)?
    """
    X = np.asarray(X, dtype=float)
    if X.ndim != 2:
        raise ValueError("not a table")
    return _best(-np.linalg.norm(X[:, None] - X, axis=-1), X, k)


def nearest__absolute(X: ArrayLike, k: int) -> NDArray[Any]:
    """Opposite rows count as near: a cosine of -1 is the farthest there is.

    Hint: where should (-1, 0) stand in the list of (1, 0)?
    """
    nearest(X, k)
    return _best(np.abs(_cosines(X)), X, k)


def nearest__farthest(X: ArrayLike, k: int) -> NDArray[Any]:
    """The smallest cosines come first: these are the farthest rows.

    Hint: in which direction does argsort sort?
    """
    nearest(X, k)
    return _best(-_cosines(X), X, k)


def nearest__worst_first(X: ArrayLike, k: int) -> NDArray[Any]:
    """The right neighbours stand in reverse order: the best comes first.

    Hint: print the cosines of one list. Do they fall or rise?
    """
    return nearest(X, k)[:, ::-1]


def nearest__unordered(X: ArrayLike, k: int) -> NDArray[Any]:
    """The k best are found but listed by index: the best comes first.

    Hint: print the cosines of one list. Do they fall?
    """
    return np.sort(nearest(X, k), axis=1)


def nearest__rounded(X: ArrayLike, k: int) -> NDArray[Any]:
    """The cosines are rounded to three digits before they are sorted, which makes ties of near neighbours.

    Hint: are 0.9991 and 0.9994 equal? Which of the two comes first in your list?
    """
    nearest(X, k)
    return _best(np.round(_cosines(X), 3), X, k)


def nearest__ties_to_higher(X: ArrayLike, k: int) -> NDArray[Any]:
    """Of equal cosines the higher index comes first: a sorted list turned around turns its ties around too.

    Hint: what can you sort so that nothing has to be turned around?
    """
    nearest(X, k)
    cosines = _cosines(X)
    np.fill_diagonal(cosines, -np.inf)
    return np.argsort(cosines, axis=1, kind="stable")[:, ::-1][:, :k]


def nearest__unstable_sort(X: ArrayLike, k: int) -> NDArray[Any]:
    """Equal cosines stand in no order: argsort keeps the order of ties only if it is told to.

    Hint: which values can the parameter `kind` of argsort take?
    """
    nearest(X, k)
    cosines = _cosines(X)
    np.fill_diagonal(cosines, -np.inf)
    return np.argsort(-cosines, axis=1)[:, :k]


def nearest__zero_rows_last(X: ArrayLike, k: int) -> NDArray[Any]:
    """A row of zeros comes last in every list: its cosine is 0.0, above every negative one.

    Hint: nan sorts to the end. Is there a nan among your cosines?
    """
    nearest(X, k)
    cosines = _cosines(X)
    cosines[:, ~np.any(X, axis=1)] = -2.0
    return _best(cosines, X, k)


# --- neighbours: the row itself ---


def nearest__self_included(X: ArrayLike, k: int) -> NDArray[Any]:
    """Each row is listed as its own neighbour: a row never lists itself.

    Hint: what is the cosine of a row with itself? Which entries of the matrix are these?
    """
    nearest(X, k)
    return np.argsort(-_cosines(X), axis=1, kind="stable")[:, :k]


def nearest__first_place_dropped(X: ArrayLike, k: int) -> NDArray[Any]:
    """The first place is dropped as if it were always the row itself: a duplicate may stand there.

    Hint: give X the same row twice. Who stands first in the list of the second one?
    """
    nearest(X, k)
    return np.argsort(-_cosines(X), axis=1, kind="stable")[:, 1 : k + 1]


def nearest__duplicates_dropped(X: ArrayLike, k: int) -> NDArray[Any]:
    """Every row with cosine 1 is taken for the row itself: a duplicate is a neighbour, and the best one.

    Hint: what makes entry [i, i] special, its value or its place?
    """
    nearest(X, k)
    cosines = _cosines(X)
    return _best(np.where(cosines > 1 - 1e-9, -2.0, cosines), X, k)


def nearest__diagonal_zero(X: ArrayLike, k: int) -> NDArray[Any]:
    """The diagonal is set to 0, which is above every negative cosine: the row itself gets into its list.

    Hint: is there a number that is below every cosine there can be?
    """
    nearest(X, k)
    cosines = _cosines(X)
    np.fill_diagonal(cosines, 0.0)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :k]


def nearest__diagonal_minus_one(X: ArrayLike, k: int) -> NDArray[Any]:
    """The diagonal is set to -1, which an opposite row has too: the row itself can get into its list.

    Hint: is there a number that is below every cosine there can be?
    """
    nearest(X, k)
    cosines = _cosines(X)
    np.fill_diagonal(cosines, -1.0)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :k]


def nearest__self_deleted(X: ArrayLike, k: int) -> NDArray[Any]:
    """The row itself was cut out before sorting, and later rows are listed one too low.

    Hint: after a deletion, which row stands at place i?
    """
    neighbors = nearest(X, k)
    return neighbors - (neighbors > np.arange(len(neighbors))[:, None])


# --- neighbours: the wrong form ---


def nearest__one_too_few(X: ArrayLike, k: int) -> NDArray[Any]:
    """There are k - 1 neighbours in each list: k are wanted.

    Hint: how many entries does a slice 1:k have?
    """
    return nearest(X, k)[:, : k - 1]


def nearest__transposed(X: ArrayLike, k: int) -> NDArray[Any]:
    """The lists are the columns: row i of the result belongs to row i of X.

    Hint: along which axis do you sort, and along which do you cut?
    """
    return nearest(X, k).T


def nearest__first_row_only(X: ArrayLike, k: int) -> NDArray[Any]:
    """Only row 0 gets a list: every row of X gets one.

    Hint: which shape does the table of part (a) give?
    """
    first: NDArray[Any] = nearest(X, k)[0]
    return first


def nearest__cosines_returned(X: ArrayLike, k: int) -> NDArray[Any]:
    """These are the cosines of the neighbours: their indices are wanted.

    Hint: what is the difference between sort and argsort?
    """
    return np.take_along_axis(_cosines(X), nearest(X, k), axis=1)


def nearest__floats(X: ArrayLike, k: int) -> NDArray[Any]:
    """The indices are floats, which can't index an array: make them integers.

    Hint: print the dtype. Which array did you write the indices into?
    """
    return nearest(X, k).astype(float)


def nearest__counted_from_one(X: ArrayLike, k: int) -> NDArray[Any]:
    """The rows are counted from 1: indices start at 0.

    Hint: which row is X[1]?
    """
    neighbors: NDArray[Any] = nearest(X, k) + 1
    return neighbors


def nearest__negative_indices(X: ArrayLike, k: int) -> NDArray[Any]:
    """The indices are counted from the end: they are wanted from 0 to n - 1.

    Hint: print the lists. Is any entry below 0?
    """
    neighbors: NDArray[Any] = nearest(X, k) - len(np.asarray(X))
    return neighbors


def nearest__columns(X: ArrayLike, k: int) -> NDArray[Any]:
    """The columns of X are compared with each other: the vectors are the rows.

    Hint: how many lists does a table with 7 rows and 4 columns need?
    """
    return nearest(np.transpose(X), k)


# --- neighbours: bad input ---


def nearest__large_k_cut(X: ArrayLike, k: int) -> NDArray[Any]:
    """A k above n - 1 gives shorter lists: it must raise.

    Hint: a slice past the end is no error in numpy. Compare k yourself.
    """
    return nearest(X, min(k, max(len(np.asarray(X)) - 1, 1)))


def nearest__k_up_to_n(X: ArrayLike, k: int) -> NDArray[Any]:
    """k = n is let through, and each row ends up in its own list: only n - 1 others are there.

    Hint: how many neighbours can a row have among n rows?
    """
    n = len(np.asarray(X))
    if k != n or np.ndim(X) != 2:
        return nearest(X, k)
    return np.concatenate([nearest(X, n - 1), np.arange(n)[:, None]], axis=1) if n > 1 else np.zeros((1, 1), int)


def nearest__k_zero(X: ArrayLike, k: int) -> NDArray[Any]:
    """k = 0 gives empty lists: it must raise, as k is at least 1.

    Hint: which values of k does the Fixed line allow?
    """
    return nearest(X, 1)[:, :0] if k == 0 else nearest(X, k)


def nearest__negative_k(X: ArrayLike, k: int) -> NDArray[Any]:
    """A negative k cuts the lists from their end: it must raise.

    Hint: what does the slice [:, :-1] give?
    """
    n = len(np.asarray(X))
    return nearest(X, n - 1)[:, : k + 1] if k < 0 else nearest(X, k)


def nearest__column_of_numbers(X: ArrayLike, k: int) -> NDArray[Any]:
    """A single vector is read as a table: what is not 2-D must raise.

    Hint: what does your function do with [3.0, 4.0, 5.0]? Look at ndim.
    """
    return nearest(np.reshape(X, (-1, 1)) if np.ndim(X) == 1 else X, k)


def nearest__flattened(X: ArrayLike, k: int) -> NDArray[Any]:
    """Leading axes are merged into one: what is not 2-D must raise.

    Hint: what does your function do with an array of shape (2, 3, 4)?
    """
    return nearest(np.reshape(X, (-1, np.shape(X)[-1])) if np.ndim(X) > 2 else X, k)


def nearest__in_place(X: ArrayLike, k: int) -> NDArray[Any]:
    """The rows of the argument are scaled in place: divide into a new array.

    Hint: print X before and after the call. What does `X /= norms` do to the caller's table?
    """
    neighbors = nearest(X, k)
    if isinstance(X, np.ndarray):
        X /= _norms(X)
    return neighbors


# --- the shapes ---


def cosine_shapes__columns_as_vectors(n: int, m: int, d: int, k: int) -> Shapes:
    """The vectors stand in columns: in this course each row is a vector.

    Hint: in which axis do you count the vectors?
    """
    return {**cosine_shapes(n, m, d, k), "A": (d, n), "B": (d, m)}


def cosine_shapes__second_table_transposed(n: int, m: int, d: int, k: int) -> Shapes:
    """B is given as it enters the product: the table itself has one row a vector, like A.

    Hint: who transposes B, the caller or your function?
    """
    return {**cosine_shapes(n, m, d, k), "B": (d, m)}


def cosine_shapes__cosines_transposed(n: int, m: int, d: int, k: int) -> Shapes:
    """The cosines have one row for each row of A, and one column for each row of B.

    Hint: entry [i, j] belongs to A[i] and B[j]. How far does each index run?
    """
    return {**cosine_shapes(n, m, d, k), "cosines": (m, n)}


def cosine_shapes__cosines_of_one_table(n: int, m: int, d: int, k: int) -> Shapes:
    """The cosines are those between the two tables, not those of A with itself.

    Hint: where has m gone?
    """
    return {**cosine_shapes(n, m, d, k), "cosines": (n, n)}


def cosine_shapes__cosines_paired(n: int, m: int, d: int, k: int) -> Shapes:
    """Every row of A meets every row of B: one number for each pair.

    Hint: how many pairs do 2 rows and 3 rows make?
    """
    return {**cosine_shapes(n, m, d, k), "cosines": (n,)}


def cosine_shapes__coordinates_kept(n: int, m: int, d: int, k: int) -> Shapes:
    """A cosine is one number for two rows: the coordinates are summed away.

    Hint: is the cosine of two vectors a number or a vector?
    """
    return {**cosine_shapes(n, m, d, k), "cosines": (n, m, d)}


def cosine_shapes__lists_as_columns(n: int, m: int, d: int, k: int) -> Shapes:
    """Each row of A has its list in a row of the result: the lists are k long.

    Hint: which axis counts the lists?
    """
    return {**cosine_shapes(n, m, d, k), "neighbors": (k, n)}


def cosine_shapes__lists_of_vectors(n: int, m: int, d: int, k: int) -> Shapes:
    """The lists hold indices, one integer a neighbour, not the rows themselves.

    Hint: what do you look up in A with the lists?
    """
    return {**cosine_shapes(n, m, d, k), "neighbors": (n, k, d)}


def cosine_shapes__lists_for_the_second_table(n: int, m: int, d: int, k: int) -> Shapes:
    """The lists belong to the rows of A: there are n of them.

    Hint: read the last line of the table again. Which rows get a list?
    """
    return {**cosine_shapes(n, m, d, k), "neighbors": (m, k)}


def cosine_shapes__self_counted(n: int, m: int, d: int, k: int) -> Shapes:
    """Each list holds k neighbours, and the row itself is not one of them.

    Hint: how long is a list of the k nearest?
    """
    return {**cosine_shapes(n, m, d, k), "neighbors": (n, k + 1)}


def cosine_shapes__all_others(n: int, m: int, d: int, k: int) -> Shapes:
    """Each list is cut after k neighbours: it does not name all others.

    Hint: where has k gone?
    """
    return {**cosine_shapes(n, m, d, k), "neighbors": (n, n - 1)}


def cosine_shapes__other_spelling(n: int, m: int, d: int, k: int) -> Shapes:
    """The last key is "neighbors", without a u.

    Hint: compare your keys with the table, letter by letter.
    """
    shapes = cosine_shapes(n, m, d, k)
    return {"A": shapes["A"], "B": shapes["B"], "cosines": shapes["cosines"], "neighbours": shapes["neighbors"]}


def cosine_shapes__no_cosines(n: int, m: int, d: int, k: int) -> Shapes:
    """The key "cosines" is missing.

    Hint: count the lines of the table.
    """
    return {key: shape for key, shape in cosine_shapes(n, m, d, k).items() if key != "cosines"}


# Which wrong idea of the course a mistake comes from, where one is behind it.
MISCONCEPTIONS: dict[str, tuple[str, ...]] = {
    "ids-start-at-one": ("nearest__counted_from_one",),
    "vectors-are-columns": (
        "cosine_matrix__columns_normalized",
        "nearest__columns_normalized",
        "nearest__columns",
        "cosine_shapes__columns_as_vectors",
    ),
    "axes-stand-in-any-order": (
        "cosine_matrix__transposed",
        "nearest__transposed",
        "cosine_shapes__cosines_transposed",
        "cosine_shapes__lists_as_columns",
    ),
    "leading-axes-can-be-merged": ("cosine_matrix__flattened", "nearest__flattened"),
    "a-dot-product-keeps-its-coordinates": ("cosine_shapes__coordinates_kept",),
    "half-precision-is-plenty": ("cosine_matrix__float16",),
    "a-whole-float-is-an-integer": ("nearest__floats",),
    "arguments-arrive-as-copies": ("cosine_matrix__in_place", "nearest__in_place"),
    "an-epsilon-changes-nothing": (
        "cosine_matrix__epsilon_added",
        "cosine_matrix__product_floor",
        "cosine_matrix__short_rows_zeroed",
    ),
    "absurd-sizes-show-themselves": ("nearest__k_zero", "nearest__negative_k", "nearest__k_up_to_n"),
    "what-does-not-fit-is-best-mended": ("cosine_matrix__cut_to_common_width", "nearest__large_k_cut"),
    "it-runs-so-it-fits": ("cosine_matrix__vector_as_table", "cosine_matrix__stretched", "nearest__column_of_numbers"),
    "dot-products-are-cosines": ("cosine_matrix__dot_product",),
    "all-measures-rank-alike": ("cosine_matrix__euclidean", "nearest__dot_product", "nearest__euclidean"),
    "any-normalisation-will-do": (
        "cosine_matrix__one_norm",
        "cosine_matrix__squared_norms",
        "cosine_matrix__sum_of_norms",
        "cosine_matrix__sum_norm",
        "cosine_matrix__whole_norm",
    ),
    "dots-grow-with-width": ("cosine_matrix__mean_of_products",),
    "opposite-is-similar": ("cosine_matrix__absolute", "nearest__absolute"),
    "cosines-are-never-negative": (
        "cosine_matrix__never_negative",
        "nearest__diagonal_zero",
        "nearest__zero_rows_last",
    ),
    "no-cosine-is-minus-one": ("nearest__diagonal_minus_one",),
    "cosine-angle-and-distance-are-one": ("cosine_matrix__distance", "cosine_matrix__angle"),
    "small-means-near": ("nearest__farthest",),
    "correlation-is-cosine": ("cosine_matrix__correlation",),
    "vectors-are-centred-first": ("cosine_matrix__centred",),
    "zero-rows-can-be-ignored": (
        "cosine_matrix__nan_for_zeros",
        "cosine_matrix__zero_rows_dropped",
        "cosine_matrix__zeros_raise",
    ),
    "every-row-has-cosine-one-with-itself": ("cosine_matrix__ones_for_zeros",),
    "cosine-one-means-the-row-itself": ("nearest__duplicates_dropped",),
    "a-row-is-its-own-neighbour": ("nearest__self_included", "cosine_shapes__self_counted"),
    "a-few-digits-are-enough": ("cosine_matrix__rounded", "nearest__rounded"),
    "ties-do-not-happen": ("nearest__ties_to_higher", "nearest__unstable_sort"),
    "tables-meet-row-by-row": ("cosine_matrix__paired", "cosine_shapes__cosines_paired"),
    "the-table-knows-its-words": ("nearest__self_deleted",),
    "the-first-hit-is-oneself": ("nearest__first_place_dropped",),
}
