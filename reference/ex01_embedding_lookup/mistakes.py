"""Wrong versions that learners really write; the first line of each docstring is what the learner reads.

``lookup__clipped`` stands in for the exercise's function ``lookup``; ``clipped`` is the name of the mistake.
Where a slip amounts to the right function on other arguments, it is written so: that shows what it does.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reference.ex01_embedding_lookup.solution import lookup, lookup_grad, lookup_shapes

Shapes = dict[str, tuple[Any, ...]]


# --- the wrong rows ---


def lookup__columns(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The ids select columns of the table: a token is a row.

    Hint: E has one row for each of the V tokens. Which of the two axes of E has V entries?
    """
    lookup(ids, E)
    columns: NDArray[Any] = np.asarray(E)[:, np.asarray(ids)]
    return columns


def lookup__transposed_table(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The table is read as if it were (d, V), one column a token: it is (V, d), one row a token.

    Hint: print the length of the vector you get for one id. It should be d.
    """
    lookup(ids, E)
    return lookup(ids, np.asarray(E).T)


def lookup__ids_from_one(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The first row is taken for id 1: ids start at 0.

    Hint: which row does your function read for id 0? Try it on a table whose rows are easy to tell apart.
    """
    lookup(ids, E)
    table = np.asarray(E)
    return lookup((np.asarray(ids) - 1) % len(table), table)


def lookup__next_row(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Every id reads the row after its own, as if the first row were kept for padding: id 0 is row 0.

    Hint: look up id 0 in the example of the text. Which row should come, and which one came?
    """
    lookup(ids, E)
    return lookup(np.asarray(ids) + 1, E)


def lookup__zero_is_padding(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Id 0 is treated as padding and gives zeros: here it is a token like any other.

    Hint: compare what comes out for id 0 with the first row of the table.
    """
    rows = np.array(lookup(ids, E))
    rows[np.asarray(ids) == 0] = 0.0
    return rows


def lookup__sorted_ids(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The ids are sorted before they are looked up: the order of the tokens is the sentence.

    Hint: try the two orders [5, 3] and [3, 5]. Do they give different answers?
    """
    return lookup(np.sort(np.asarray(ids), axis=-1), E)


def lookup__unique_ids(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """A repeated id is looked up only once: every place gets a vector of its own.

    Hint: how many vectors do the three ids [3, 5, 3] ask for?
    """
    return lookup(np.unique(np.asarray(ids)), E)


def lookup__first_sequence(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Only the first sequence of the batch is looked up: the result has all the axes of ids.

    Hint: compare the shape of your result with the shape of ids, axis by axis.
    """
    every = lookup(ids, E)
    return every[0] if np.ndim(ids) > 1 and len(every) else every


# --- the wrong values ---


def lookup__id_as_amount(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The id multiplies its row, as if it were an amount: an id only says which row to read.

    Hint: look up id 4. Is the answer a row of the table, entry by entry?
    """
    scaled: NDArray[Any] = lookup(ids, E) * np.asarray(ids)[..., None]
    return scaled


def lookup__one_row_for_all(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """All ids share the first row, times the id: every token has a row of its own, in no order.

    Hint: an id is a name, not a number to compute with. Where does your code use it in a product?
    """
    lookup(ids, E)
    scaled: NDArray[Any] = np.asarray(ids)[..., None] * np.asarray(E)[0]
    return scaled


def lookup__one_hot(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The result holds one-hot vectors of length V: the rows of the table are asked, of length d.

    Hint: a one-hot vector says which row. What must it still meet to become that row?
    """
    lookup(ids, E)
    hot: NDArray[Any] = np.eye(len(np.asarray(E)))[np.asarray(ids)]
    return hot


def lookup__mean_over_tokens(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The vectors of a sequence are averaged into one: each token keeps its own vector.

    Hint: the result has one axis more than ids. Which axis of yours disappeared?
    """
    rows = lookup(ids, E)
    mean: NDArray[Any] = rows.sum(axis=-2) / max(1, rows.shape[-2])
    return mean


def lookup__scaled_by_root_d(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The rows are multiplied by the square root of d, as in the first Transformer: here they come as they are.

    Hint: divide one of your vectors by the row of the table, entry by entry. What do you get?
    """
    rows = lookup(ids, E)
    scaled: NDArray[Any] = rows * np.sqrt(rows.shape[-1])
    return scaled


def lookup__unit_rows(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The rows are scaled to length 1: a lookup changes no number.

    Hint: compute the length of one of your vectors, and that of the row in the table.
    """
    rows = lookup(ids, E)
    unit: NDArray[Any] = rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)
    return unit


def lookup__integer_result(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The result takes its dtype from the ids, so the rows are cut to integers: they are floats.

    Hint: print the dtype of your result. Where was the array made that you fill?
    """
    return lookup(ids, E).astype(int)


def lookup__float16(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The result is float16, which keeps only three digits: use float32 or float64.

    Hint: which dtype does the table have, and where does yours change?
    """
    return lookup(ids, E).astype(np.float16)


# --- the wrong axes ---


def lookup__time_first(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The first two axes are swapped, (T, B, d): the axes of ids stay in their order, (B, T, d).

    Hint: with B = 2 and T = 3, print the shapes of ids and of your result.
    """
    rows = lookup(ids, E)
    return np.swapaxes(rows, 0, 1) if np.ndim(ids) > 1 else rows


def lookup__coordinates_first(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The coordinates come before the time axis, (B, d, T): the new axis of length d is the last.

    Hint: which axis of your result has length d?
    """
    return np.swapaxes(lookup(ids, E), -1, -2)


def lookup__flattened(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Batch and time are merged into one axis, (B * T, d): the result keeps every axis of ids.

    Hint: if you flatten the ids to look them up, what is left to do with the result?
    """
    rows = lookup(ids, E)
    return rows.reshape(np.size(ids), rows.shape[-1])


def lookup__two_axes_only(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Only ids with two axes are taken, as from B, T = ids.shape: ids may have any shape.

    Hint: try one sequence, such as [3, 5, 3]. Does your code ever need to know how many axes there are?
    """
    if np.ndim(ids) != 2:
        raise ValueError("not enough values to unpack")
    return lookup(ids, E)


def lookup__empty_loses_axis(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """With no ids the result has lost its last axis: for ids of shape (2, 0) it is (2, 0, d).

    Hint: what is the shape of np.array([[], []]), and where would numpy know d from?
    """
    rows = lookup(ids, E)
    return rows if np.size(ids) else np.zeros(np.shape(ids))


# --- the wrong manners ---


def lookup__empty_raises(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Empty ids raise, as the maximum of nothing does: they are allowed and give an empty result.

    Hint: try np.max on an empty array. Which question about the ids has an answer even when there are none?
    """
    if np.size(ids) == 0:
        raise ValueError("zero-size array to reduction operation maximum which has no identity")
    return lookup(ids, E)


def lookup__lists_raise(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Nested lists raise: ids and E may be lists as well as arrays.

    Hint: a list has no .shape and no .max(). What makes an array of either?
    """
    if isinstance(ids, list) or isinstance(E, list):
        raise TypeError("a list has no attribute 'shape'")
    return lookup(ids, E)


def lookup__rows_of_E(ids: ArrayLike, E: ArrayLike) -> Any:
    """The result is made of the very rows of the table (views): whoever changes it changes E.

    Hint: add 1 to the result in place and print E. What does E[3] give you, a copy or a view?
    """
    rows = lookup(ids, E)
    table = np.asarray(E)

    def gather(some: Any) -> Any:
        return [gather(part) for part in some] if isinstance(some, list) else table[some]

    return gather(np.asarray(ids).tolist()) if rows.size else rows


def lookup__sorts_the_argument(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The argument ids is sorted in place after it was read: the caller's array must stay as it was.

    Hint: print the ids before and after the call. ids.sort() and np.sort(ids) are not the same.
    """
    rows = lookup(ids, E)
    if isinstance(ids, np.ndarray) and ids.ndim:
        ids.sort()
    return rows


# --- bad ids ---


def lookup__negative_from_the_end(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """A negative id reads the table from its end, as numpy does: it must raise.

    Hint: what does E[np.array([-1])] give? Nobody will tell you but a check of your own.
    """
    places, table = np.asarray(ids), np.asarray(E)
    return lookup(np.where((places < 0) & (places >= -len(table)), places + len(table), places), table)


def lookup__clipped(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Ids out of range are moved to the nearest row: they must raise.

    Hint: a wrong id is a bug upstream. Who would find it, if your function quietly repairs it?
    """
    return lookup(np.clip(ids, 0, len(np.asarray(E)) - 1), E)


def lookup__modulo(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Ids out of range wrap around, modulo V: they must raise.

    Hint: which row does id V + 2 get from you? It belongs to no token of this vocabulary.
    """
    return lookup(np.asarray(ids) % len(np.asarray(E)), E)


def lookup__zeros_out_of_range(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Ids out of range give a row of zeros: they must raise.

    Hint: the reader of the result can't tell your zeros from a trained row. What should happen instead?
    """
    places, table = np.asarray(ids), np.asarray(E)
    fine = (places >= 0) & (places < len(table))
    return np.where(fine[..., None], lookup(np.where(fine, places, np.zeros_like(places)), table), 0.0)


def lookup__bad_ids_dropped(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Ids out of range are left out, so the result is shorter: they must raise.

    Hint: what happens to the positions of the other tokens when one is left out?
    """
    places = np.asarray(ids)
    fine = (places >= 0) & (places < len(np.asarray(E)))
    return lookup(places if fine.all() else places[fine], E)


def lookup__too_large_only(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Negative ids read the first row; only too large ones raise: both must raise.

    Hint: a range has two ends. Try -1 and V.
    """
    return lookup(np.maximum(ids, 0), E)


def lookup__fractions_cut(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Fractional ids are cut to integers: an array of fractional ids must raise.

    Hint: what does np.asarray([1.5], dtype=int) do? There is no token 1.5.
    """
    return lookup(np.asarray(ids).astype(int), E)


def lookup__last_id_raises(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The last id, V - 1, raises as if it were out of range: it is the last row.

    Hint: for a table of three rows write down all the ids that are fine.
    """
    if np.any(np.asarray(ids) >= len(np.asarray(E)) - 1):
        raise IndexError("out of range")
    return lookup(ids, E)


def lookup__id_zero_raises(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Id 0 raises as if it were out of range: it is the first row.

    Hint: for a table of three rows write down all the ids that are fine.
    """
    if np.any(np.asarray(ids) == 0):
        raise IndexError("out of range")
    return lookup(ids, E)


# --- the gradient: the wrong sum ---


def lookup_grad__one_contribution(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Only the last place of a repeated id counts, as in grad[ids] += G: the contributions add up.

    Hint: try ids [1, 1] with G all ones. Row 1 should be all twos; numpy has a function that adds at every place.
    """
    grad = lookup_grad(ids, G, V)
    grad[np.asarray(ids)] = np.asarray(G, dtype=float)
    return grad


def lookup_grad__first_contribution(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Only the first place of a repeated id counts: the contributions add up.

    Hint: try ids [1, 1] with G all ones. Row 1 should be all twos.
    """
    grad = lookup_grad(ids, G, V)
    found, first = np.unique(np.asarray(ids), return_index=True)
    grad[found] = np.asarray(G, dtype=float).reshape(-1, grad.shape[1])[first]
    return grad


def lookup_grad__last_times_count(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The last contribution is multiplied by the number of places: each place brings its own gradient.

    Hint: try ids [1, 1] with two different gradients, (1, 0) and (0, 1).
    """
    counts = np.bincount(np.ravel(ids), minlength=V)
    grad: NDArray[Any] = lookup_grad__one_contribution(ids, G, V) * counts[:, None]
    return grad


def lookup_grad__mean_over_places(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The contributions of a repeated id are averaged: they are summed.

    Hint: the loss depends on the row through each of its places. Move the row a little: what does each place add?
    """
    grad = lookup_grad(ids, G, V)
    counts = np.bincount(np.ravel(ids), minlength=V)
    return grad / np.maximum(counts, 1)[:, None]


def lookup_grad__mean_over_batch(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The sum is divided by the number of all ids: G is the gradient already, so nothing is divided.

    Hint: if the loss is a mean, its 1/N is inside G. How often is it in your result?
    """
    return lookup_grad(ids, G, V) / max(1, np.size(ids))


def lookup_grad__counts(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Each row holds how often its id occurs: the gradients in G are added, not the places counted.

    Hint: double G. Does your result double?
    """
    return lookup_grad(ids, np.ones_like(G, dtype=float), V)


def lookup_grad__descent_step(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The sign is turned, as in a step of descent: the gradient itself is asked.

    Hint: with ids [0] and G all ones, is row 0 of your result positive?
    """
    return -lookup_grad(ids, G, V)


def lookup_grad__no_padding_gradient(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Row 0 gets no gradient, as if id 0 were padding: here it is a token like any other.

    Hint: compare row 0 of your result with the sum of G over the places of id 0.
    """
    grad = lookup_grad(ids, G, V)
    grad[0] = 0.0
    return grad


def lookup_grad__ids_from_one(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The gradients land one row too early, as if ids started at 1: they start at 0.

    Hint: with the single id 0, which row of your result is not zero?
    """
    return np.roll(lookup_grad(ids, G, V), -1, axis=0)


def lookup_grad__time_major(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The ids are flattened column by column and G row by row: the places no longer match.

    Hint: flatten both for B = 2, T = 3 by hand. Which place comes second in each?
    """
    gradients = np.asarray(G, dtype=float)
    return lookup_grad(np.ravel(np.asarray(ids).T), gradients.reshape(np.size(ids), gradients.shape[-1]), V)


# --- the gradient: the wrong shape ---


def lookup_grad__rows_that_occur(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Only the rows of ids that occur are returned: the result has all V rows, with zeros for the others.

    Hint: the gradient must be subtracted from E. Which shape must it have for that?
    """
    rows: NDArray[Any] = lookup_grad(ids, G, V)[np.unique(np.asarray(ids))]
    return rows


def lookup_grad__up_to_largest_id(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The number of rows is the largest id plus 1: the parameter V says how many there are.

    Hint: does your code use V? A batch need not contain the last token.
    """
    grad = lookup_grad(ids, G, V)
    return grad[: int(np.max(ids)) + 1] if np.size(ids) else grad


def lookup_grad__empty_for_no_ids(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Without ids the result is empty: it has all V rows, and they are zero.

    Hint: how much does the loss move when E moves, if no row of E was read?
    """
    return lookup_grad(ids, G, V) if np.size(ids) else np.zeros((0, np.shape(G)[-1]))


def lookup_grad__transposed(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The result is (d, V): it has the shape of the table, (V, d).

    Hint: the gradient must be subtracted from E. Which shape must it have for that?
    """
    return lookup_grad(ids, G, V).T


def lookup_grad__one_number_a_row(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The coordinates are summed too, one number a row: each coordinate of E has its own gradient.

    Hint: the result must have as many columns as G has coordinates.
    """
    total: NDArray[Any] = lookup_grad(ids, G, V).sum(axis=-1)
    return total


def lookup_grad__one_table_a_sequence(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Each sequence gets a table of its own, (B, V, d): all of them read the same table, so they add up.

    Hint: how many tables are there? Over which axes must the contributions be summed?
    """
    grad = lookup_grad(ids, G, V)
    if np.ndim(ids) < 2 or not np.size(ids):
        return grad
    return np.array([lookup_grad(i, g, V) for i, g in zip(np.asarray(ids), np.asarray(G), strict=True)])


def lookup_grad__two_axes_only(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Only ids with two axes are taken, as from B, T = ids.shape: ids may have any shape.

    Hint: try one sequence, such as [1, 1, 0]. One reshape makes all cases alike.
    """
    if np.ndim(ids) != 2:
        raise ValueError("not enough values to unpack")
    return lookup_grad(ids, G, V)


# --- the gradient: the wrong manners ---


def lookup_grad__integer_result(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The result is made of integers, so the gradients are cut: they are floats.

    Hint: print the dtype of your result. Where was the array made that you fill?
    """
    return lookup_grad(ids, G, V).astype(int)


def lookup_grad__float16(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The result is float16, which keeps only three digits: use float32 or float64.

    Hint: a sum of many small numbers needs more digits than its terms. Which dtype has your array of zeros?
    """
    return lookup_grad(ids, G, V).astype(np.float16)


def lookup_grad__sorts_the_argument(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The argument ids is sorted in place on the way: the caller's array must stay as it was.

    Hint: print the ids before and after the call. ids.sort() and np.sort(ids) are not the same.
    """
    grad = lookup_grad(ids, G, V)
    if isinstance(ids, np.ndarray) and ids.ndim:
        ids.sort()
    return grad


def lookup_grad__sums_into_G(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """The sums are formed inside the argument G, which changes it: add into an array of your own.

    Hint: print G before and after the call with ids [1, 1].
    """
    grad = lookup_grad(ids, G, V)
    if isinstance(G, np.ndarray):
        G[...] = grad[np.asarray(ids)]
    return grad


def lookup_grad__lists_raise(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Nested lists raise: ids and G may be lists as well as arrays.

    Hint: a list has no .shape and no .reshape(). What makes an array of either?
    """
    if isinstance(ids, list) or isinstance(G, list):
        raise TypeError("a list has no attribute 'shape'")
    return lookup_grad(ids, G, V)


def lookup_grad__empty_raises(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Empty ids raise, as the maximum of nothing does: they are allowed and give zeros.

    Hint: try np.max on an empty array. Which question about the ids has an answer even when there are none?
    """
    if np.size(ids) == 0:
        raise ValueError("zero-size array to reduction operation maximum which has no identity")
    return lookup_grad(ids, G, V)


def lookup_grad__negative_from_the_end(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """A negative id adds to the rows from the end, as numpy does: it must raise.

    Hint: where does np.add.at put the gradient of id -1?
    """
    places = np.asarray(ids)
    return lookup_grad(np.where((places < 0) & (places >= -V), places + V, places), G, V)


def lookup_grad__clipped(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Ids out of range add to the nearest row: they must raise.

    Hint: whose gradient does the last row of your result hold, if the ids contain V?
    """
    return lookup_grad(np.clip(ids, 0, V - 1), G, V)


def lookup_grad__bad_ids_dropped(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Ids that match no row are left out in silence, as in a comparison with arange(V): they must raise.

    Hint: add up all entries of your result and all of G. Without a bad id the two are equal.
    """
    places = np.asarray(ids)
    fine = np.isin(places, np.arange(V))
    if fine.all():
        return lookup_grad(ids, G, V)
    return lookup_grad(places[fine].astype(int), np.asarray(G, dtype=float)[fine], V)


def lookup_grad__fractions_cut(ids: ArrayLike, G: ArrayLike, V: int) -> NDArray[Any]:
    """Fractional ids are cut to integers: an array of fractional ids must raise.

    Hint: what does np.asarray([1.5], dtype=int) do? There is no token 1.5.
    """
    return lookup_grad(np.asarray(ids).astype(int), G, V)


# --- the shapes ---


def lookup_shapes__columns_are_tokens(B: int, T: int, V: int, d: int) -> Shapes:
    """The table is turned, (d, V): each token is a row, so it is (V, d).

    Hint: E[3] should be the vector of token 3. Which axis does an index in front select from?
    """
    return {**lookup_shapes(B, T, V, d), "E": (d, V), "grad_E": (d, V)}


def lookup_shapes__gradient_like_X(B: int, T: int, V: int, d: int) -> Shapes:
    """The gradient has the shape of X: a gradient has the shape of what it is taken for, here the table.

    Hint: grad_E will be subtracted from E. Which shape must it have for that?
    """
    return {**lookup_shapes(B, T, V, d), "grad_E": (B, T, d)}


def lookup_shapes__gradient_of_rows_read(B: int, T: int, V: int, d: int) -> Shapes:
    """The gradient has a row for each id of the batch: it has one for each token of the vocabulary.

    Hint: two places of the batch may read the same row. How many rows has the table?
    """
    return {**lookup_shapes(B, T, V, d), "grad_E": (B * T, d)}


def lookup_shapes__merged_batch(B: int, T: int, V: int, d: int) -> Shapes:
    """Batch and time are merged: they stay two axes, (B, T, d).

    Hint: the lookup adds one axis to those of ids. Which axes does ids have?
    """
    return {**lookup_shapes(B, T, V, d), "X": (B * T, d)}


def lookup_shapes__flat_ids(B: int, T: int, V: int, d: int) -> Shapes:
    """The ids are one long list: they have a batch axis and a time axis.

    Hint: how would you ask for token 2 of sequence 1?
    """
    return {**lookup_shapes(B, T, V, d), "ids": (B * T,)}


def lookup_shapes__one_hot_ids(B: int, T: int, V: int, d: int) -> Shapes:
    """The ids are one-hot vectors: an id is a single integer.

    Hint: how many numbers does it take to name one token?
    """
    return {**lookup_shapes(B, T, V, d), "ids": (B, T, V)}


def lookup_shapes__ids_with_one(B: int, T: int, V: int, d: int) -> Shapes:
    """The ids have a last axis of length 1: an id is a single integer, so there are two axes.

    Hint: what is the shape of np.array([[3, 5, 3], [0, 4, 2]])?
    """
    return {**lookup_shapes(B, T, V, d), "ids": (B, T, 1)}


def lookup_shapes__scores_for_X(B: int, T: int, V: int, d: int) -> Shapes:
    """X has V numbers a token, as scores for the next token have: it has the d of a row.

    Hint: how long is one row of the table?
    """
    return {**lookup_shapes(B, T, V, d), "X": (B, T, V)}


def lookup_shapes__time_first(B: int, T: int, V: int, d: int) -> Shapes:
    """The time axis comes first: the order is batch, time, coordinate.

    Hint: read the order of the axes in the text above the table once more.
    """
    return {**lookup_shapes(B, T, V, d), "ids": (T, B), "X": (T, B, d)}


def lookup_shapes__pooled_X(B: int, T: int, V: int, d: int) -> Shapes:
    """X has one vector a sequence: it has one a token.

    Hint: how many vectors does a sequence of three ids ask for?
    """
    return {**lookup_shapes(B, T, V, d), "X": (B, d)}


def lookup_shapes__no_gradient(B: int, T: int, V: int, d: int) -> Shapes:
    """The key "grad_E" is missing.

    Hint: count the rows of the table in the text, and your keys.
    """
    return {key: shape for key, shape in lookup_shapes(B, T, V, d).items() if key != "grad_E"}


# Which wrong idea of the course a mistake comes from, where one is behind it.
MISCONCEPTIONS: dict[str, tuple[str, ...]] = {
    "ids-are-magnitudes": ("lookup__id_as_amount", "lookup__one_row_for_all"),
    "a-text-is-its-set-of-ids": ("lookup__sorted_ids", "lookup__unique_ids"),
    "id-zero-is-padding": (
        "lookup__zero_is_padding",
        "lookup__next_row",
        "lookup__id_zero_raises",
        "lookup_grad__no_padding_gradient",
    ),
    "ids-start-at-one": ("lookup__ids_from_one", "lookup_grad__ids_from_one"),
    "wrong-ids-fail-loudly": (
        "lookup__negative_from_the_end",
        "lookup__too_large_only",
        "lookup_grad__negative_from_the_end",
        "lookup_grad__bad_ids_dropped",
    ),
    "a-wrong-id-is-best-mended": (
        "lookup__clipped",
        "lookup__modulo",
        "lookup__zeros_out_of_range",
        "lookup__bad_ids_dropped",
        "lookup__fractions_cut",
        "lookup_grad__clipped",
        "lookup_grad__fractions_cut",
    ),
    "vectors-are-columns": (
        "lookup__columns",
        "lookup__transposed_table",
        "lookup_grad__transposed",
        "lookup_shapes__columns_are_tokens",
    ),
    "axes-stand-in-any-order": ("lookup__time_first", "lookup__coordinates_first", "lookup_shapes__time_first"),
    "leading-axes-can-be-merged": ("lookup__flattened", "lookup_shapes__merged_batch", "lookup_shapes__flat_ids"),
    "ids-have-two-axes": ("lookup__two_axes_only", "lookup_grad__two_axes_only"),
    "empty-input-does-not-happen": (
        "lookup__empty_loses_axis",
        "lookup__empty_raises",
        "lookup_grad__empty_for_no_ids",
        "lookup_grad__empty_raises",
    ),
    "one-vector-a-text": ("lookup__mean_over_tokens", "lookup_shapes__pooled_X"),
    "a-token-is-its-one-hot-vector": ("lookup__one_hot", "lookup_shapes__one_hot_ids"),
    "states-and-logits-have-one-width": ("lookup_shapes__scores_for_X",),
    "lengths-carry-nothing": ("lookup__unit_rows",),
    "root-d-belongs-everywhere": ("lookup__scaled_by_root_d",),
    "half-precision-is-plenty": ("lookup__float16", "lookup_grad__float16"),
    "the-input-sets-the-type": ("lookup__integer_result", "lookup_grad__integer_result"),
    "arguments-arrive-as-copies": (
        "lookup__rows_of_E",
        "lookup__sorts_the_argument",
        "lookup_grad__sorts_the_argument",
        "lookup_grad__sums_into_G",
    ),
    "everything-arrives-as-an-array": ("lookup__lists_raise", "lookup_grad__lists_raise"),
    "an-axis-of-one-is-no-axis": ("lookup_shapes__ids_with_one",),
    "the-vocabulary-is-what-occurs": ("lookup_grad__rows_that_occur", "lookup_grad__up_to_largest_id"),
    "gradients-look-like-the-batch": (
        "lookup_grad__one_table_a_sequence",
        "lookup_shapes__gradient_like_X",
        "lookup_shapes__gradient_of_rows_read",
    ),
    "repeated-ids-count-once": ("lookup_grad__one_contribution", "lookup_grad__first_contribution"),
    "repeated-ids-are-averaged": ("lookup_grad__mean_over_places",),
    "every-gradient-is-divided-by-its-tokens": ("lookup_grad__mean_over_batch",),
    "a-gradient-points-downhill": ("lookup_grad__descent_step",),
    "reshape-is-transpose": ("lookup_grad__time_major",),
    "one-row-one-gradient": ("lookup_grad__last_times_count",),
}
