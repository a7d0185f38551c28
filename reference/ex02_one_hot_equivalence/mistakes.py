"""Wrong versions that learners really write; the first line of each docstring is what the learner reads.

``one_hot__counts`` stands in for the exercise's function ``one_hot``; ``counts`` is the name of the mistake.
Where a slip amounts to the right function on other arguments, it is written so: that shows what it does.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reference.ex02_one_hot_equivalence.solution import one_hot, one_hot_shapes, onehot_cost, onehot_lookup

Shapes = dict[str, tuple[Any, ...]]


def _wrapped(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The ids with those from -V to -1 counted from the end."""
    places = np.asarray(ids)
    return np.where((places < 0) & (places >= -V), places + V, places)


# --- one-hot vectors: the wrong width ---


def one_hot__width_of_largest_id(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The vectors end at the largest id of the batch, V = max + 1: V is given.

    Hint: does your code use V? A batch need not contain the last token.
    """
    hot = one_hot(ids, V)
    return hot[..., : int(np.max(ids)) + 1] if np.size(ids) else hot


def one_hot__one_too_wide(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The vectors have V + 1 entries: ids run from 0 to V - 1, which makes V of them.

    Hint: write down all ids of a vocabulary of three tokens, and count them.
    """
    one_hot(ids, V)
    return one_hot(ids, V + 1)


# --- one-hot vectors: the wrong entries ---


def one_hot__multi_hot(ids: ArrayLike, V: int) -> NDArray[Any]:
    """There is one vector a sequence, with a 1 for each id in it: each place has a vector of its own.

    Hint: from your vector, could you tell [3, 5] from [5, 3]?
    """
    hot = one_hot(ids, V)
    present: NDArray[Any] = np.minimum(hot.sum(axis=-2), 1.0)
    return present


def one_hot__counts(ids: ArrayLike, V: int) -> NDArray[Any]:
    """There is one vector a sequence, with the counts of the ids: each place has a vector of its own.

    Hint: from your vector, could you tell [3, 5, 3] from [3, 3, 5]?
    """
    total: NDArray[Any] = one_hot(ids, V).sum(axis=-2)
    return total


def one_hot__id_as_value(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The id itself stands at its place: the entry is 1 for every id.

    Hint: look at the vector of id 0. Where is its 1?
    """
    weighted: NDArray[Any] = one_hot(ids, V) * np.asarray(ids)[..., None]
    return weighted


def one_hot__ids_from_one(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The 1 stands one place too early, as if ids started at 1: they start at 0.

    Hint: print the vector of id 0. Its 1 is the first entry.
    """
    return np.roll(one_hot(ids, V), -1, axis=-1)


def one_hot__one_place_too_far(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The 1 stands one place too far, as if place 0 were kept for padding: id 0 has place 0.

    Hint: print the vector of id 0. Its 1 is the first entry.
    """
    return np.roll(one_hot(ids, V), 1, axis=-1)


def one_hot__zero_is_padding(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Id 0 is treated as padding and gives zeros: here it is a token like any other.

    Hint: each vector has exactly one 1. Add up the entries of each of yours.
    """
    hot = one_hot(ids, V)
    hot[..., 0] = 0.0
    return hot


def one_hot__complement(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Zeros and ones are swapped: the 1 stands at the id, and everything else is 0.

    Hint: add up the entries of one vector. How much should that be?
    """
    return 1.0 - one_hot(ids, V)


def one_hot__thermometer(ids: ArrayLike, V: int) -> NDArray[Any]:
    """All places up to the id are 1, which puts the ids in an order: only the place of the id is 1.

    Hint: add up the entries of one vector. Did you compare with == or with <= ?
    """
    hot = one_hot(ids, V)
    return np.cumsum(hot[..., ::-1], axis=-1)[..., ::-1]


def one_hot__plus_minus_one(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The other entries are -1: they are 0.

    Hint: multiply one vector with the table by hand. What do the other rows contribute?
    """
    return 2.0 * one_hot(ids, V) - 1.0


def one_hot__smoothed(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The vectors are smoothed, as training targets sometimes are: the entries are exactly 0 and 1.

    Hint: print the smallest and the largest entry of your result.
    """
    return 0.9 * one_hot(ids, V) + 0.1 / V


def one_hot__sorted_ids(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The ids are sorted first: the order of the tokens is the sentence.

    Hint: try the two orders [5, 3] and [3, 5]. Do they give different answers?
    """
    return one_hot(np.sort(np.asarray(ids), axis=-1), V)


def one_hot__eye(ids: ArrayLike, V: int) -> NDArray[Any]:
    """This is the list of all one-hot vectors, (V, V): one for each id is asked, in the order of the ids.

    Hint: row i of your matrix is the vector of id i. How do you read rows by their numbers?
    """
    one_hot(ids, V)
    return np.eye(V)


def one_hot__first_of_repeats(ids: ArrayLike, V: int) -> NDArray[Any]:
    """A repeated id has its 1 only at its first place: every place has one.

    Hint: try ids [1, 1], and add up the entries of both vectors.
    """
    hot = one_hot(ids, V)
    flat = hot.reshape(np.size(ids), V)
    return (flat * (np.cumsum(flat, axis=0) <= 1)).reshape(hot.shape)


# --- one-hot vectors: the wrong axes ---


def one_hot__first_axis(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The one-hot axis comes first, (V, B, T): it is the last.

    Hint: print the shape of your result. Which axis has length V?
    """
    return np.moveaxis(one_hot(ids, V), -1, 0)


def one_hot__before_time(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The one-hot axis comes before the time axis, (B, V, T): it is the last.

    Hint: print the shape of your result. Which axis has length V?
    """
    return np.swapaxes(one_hot(ids, V), -1, -2)


def one_hot__flattened(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Batch and time are merged into one axis, (B * T, V): the result keeps every axis of ids.

    Hint: if you flatten the ids first, what is left to do at the end?
    """
    return one_hot(ids, V).reshape(np.size(ids), V)


def one_hot__two_axes_only(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Only ids with two axes are taken, as from B, T = ids.shape: ids may have any shape.

    Hint: try one sequence, such as [3, 5, 3]. Does your code need to know how many axes there are?
    """
    if np.ndim(ids) != 2:
        raise ValueError("not enough values to unpack")
    return one_hot(ids, V)


# --- one-hot vectors: the wrong manners ---


def one_hot__empty_raises(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Empty ids raise, as the maximum of nothing does: they are allowed and give an empty result.

    Hint: try np.max on an empty array. Which question about the ids has an answer even when there are none?
    """
    if np.size(ids) == 0:
        raise ValueError("zero-size array to reduction operation maximum which has no identity")
    return one_hot(ids, V)


def one_hot__empty_loses_axis(ids: ArrayLike, V: int) -> NDArray[Any]:
    """With no ids the result has lost its last axis: for ids of shape (2, 0) it is (2, 0, V).

    Hint: what is the shape of np.array([[], []]), and where would numpy know V from?
    """
    return one_hot(ids, V) if np.size(ids) else np.zeros(np.shape(ids))


def one_hot__lists_raise(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Nested lists raise: ids may be lists as well as an array.

    Hint: a list has no .shape and no .max(). What makes an array of either?
    """
    if isinstance(ids, list):
        raise TypeError("a list has no attribute 'shape'")
    return one_hot(ids, V)


def one_hot__sorts_the_argument(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The argument ids is sorted in place on the way: the caller's array must stay as it was.

    Hint: print the ids before and after the call. ids.sort() and np.sort(ids) are not the same.
    """
    hot = one_hot(ids, V)
    if isinstance(ids, np.ndarray) and ids.ndim:
        ids.sort()
    return hot


def one_hot__float16(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The result is float16, which is not accepted: use any integers, booleans, float32 or float64.

    Hint: which dtype did you name when you made the array?
    """
    return one_hot(ids, V).astype(np.float16)


def one_hot__negative_from_the_end(ids: ArrayLike, V: int) -> NDArray[Any]:
    """A negative id counts from the end, as np.eye(V)[ids] does: it must raise.

    Hint: which token does your vector of id -1 name? Nobody will tell you but a check of your own.
    """
    return one_hot(_wrapped(ids, V), V)


def one_hot__clipped(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Ids out of range are moved to the nearest id: they must raise.

    Hint: a wrong id is a bug upstream. Who would find it, if your function quietly repairs it?
    """
    return one_hot(np.clip(ids, 0, V - 1), V)


def one_hot__modulo(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Ids out of range wrap around, modulo V: they must raise.

    Hint: which token does your vector of id V + 2 name?
    """
    return one_hot(np.asarray(ids) % V, V)


def one_hot__zeros_out_of_range(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Ids out of range give a vector of zeros, as a bare comparison with arange(V) does: they must raise.

    Hint: add up the entries of the vector of id V. What should have happened before that?
    """
    places = np.asarray(ids)
    hot: NDArray[Any] = places[..., None] == np.arange(V)
    return hot.astype(float)


def one_hot__only_too_large_raise(ids: ArrayLike, V: int) -> NDArray[Any]:
    """Negative ids give zeros; only too large ones raise: both must raise.

    Hint: a range has two ends. Try -1 and V.
    """
    hot = one_hot(np.maximum(ids, 0), V)
    hot[np.asarray(ids) < 0] = 0.0
    return hot


def one_hot__last_id_raises(ids: ArrayLike, V: int) -> NDArray[Any]:
    """The last id, V - 1, raises as if it were out of range: it is a token like any other.

    Hint: write down all ids of a vocabulary of three tokens.
    """
    if np.any(np.asarray(ids) >= V - 1):
        raise IndexError("out of range")
    return one_hot(ids, V)


# --- the product ---


def onehot_lookup__times_transpose(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The one-hot vectors meet the transposed table: E has a row for each token, so it is one_hot @ E.

    Hint: write the two shapes side by side. Which axes have length V, and do they meet?
    """
    onehot_lookup(ids, E)
    table = np.asarray(E)
    product: NDArray[Any] = one_hot(ids, len(table)) @ table.T
    return product


def onehot_lookup__bag_of_tokens(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The vectors of a sequence are added up, as from its counts: each place keeps its own.

    Hint: the result has one axis more than ids. Which axis of yours disappeared?
    """
    total: NDArray[Any] = onehot_lookup(ids, E).sum(axis=-2)
    return total


def onehot_lookup__mean_of_tokens(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The vectors of a sequence are averaged: each place keeps its own.

    Hint: the result has one axis more than ids. Which axis of yours disappeared?
    """
    rows = onehot_lookup(ids, E)
    mean: NDArray[Any] = rows.sum(axis=-2) / max(1, rows.shape[-2])
    return mean


def onehot_lookup__id_as_value(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Each row comes out multiplied by its id: the entry of a one-hot vector is 1.

    Hint: look up id 2 and compare with row 2 of the table, entry by entry.
    """
    weighted: NDArray[Any] = onehot_lookup(ids, E) * np.asarray(ids)[..., None]
    return weighted


def onehot_lookup__ids_from_one(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Every id reads the row before its own, as if ids started at 1: they start at 0.

    Hint: which row comes for id 0? Try a table whose rows are easy to tell apart.
    """
    onehot_lookup(ids, E)
    return onehot_lookup(ids, np.roll(np.asarray(E), 1, axis=0))


def onehot_lookup__zero_is_padding(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Id 0 is treated as padding and gives zeros: here it is a token like any other.

    Hint: compare what comes out for id 0 with the first row of the table.
    """
    onehot_lookup(ids, E)
    table = np.array(E)
    table[0] = 0.0
    return onehot_lookup(ids, table)


def onehot_lookup__entrywise(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The one-hot vectors multiply the table entry by entry and nothing is summed: a product of matrices is asked.

    Hint: the axis of length V must be summed away. Print the shape of your result.
    """
    onehot_lookup(ids, E)
    table = np.asarray(E)
    every: NDArray[Any] = one_hot(ids, len(table))[..., None] * table
    return every


def onehot_lookup__summed_over_coordinates(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The coordinates are summed away, and V numbers a place are left: V is the axis to sum over.

    Hint: which axis do the one-hot vectors and the table have in common?
    """
    every: NDArray[Any] = onehot_lookup__entrywise(ids, E).sum(axis=-1)
    return every


def onehot_lookup__time_first(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The first two axes are swapped, (T, B, d): the axes of ids stay in their order, (B, T, d).

    Hint: with B = 2 and T = 3, print the shapes of ids and of your result.
    """
    rows = onehot_lookup(ids, E)
    return np.swapaxes(rows, 0, 1) if np.ndim(ids) > 1 else rows


def onehot_lookup__coordinates_first(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The coordinates come before the time axis, (B, d, T), as from E.T @ one_hot.T: they are the last axis.

    Hint: which axis of your result has length d?
    """
    return np.swapaxes(onehot_lookup(ids, E), -1, -2)


def onehot_lookup__flattened(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Batch and time are merged into one axis, (B * T, d): the result keeps every axis of ids.

    Hint: if you flatten the ids for the product, what is left to do at the end?
    """
    rows = onehot_lookup(ids, E)
    return rows.reshape(np.size(ids), rows.shape[-1])


def onehot_lookup__two_axes_only(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Only ids with two axes are taken, as from B, T = ids.shape: ids may have any shape.

    Hint: try one sequence, such as [3, 5, 3]. The product works on the last axes, however many there are.
    """
    if np.ndim(ids) != 2:
        raise ValueError("not enough values to unpack")
    return onehot_lookup(ids, E)


def onehot_lookup__unique_ids(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """A repeated id is looked up only once: every place gets a vector of its own.

    Hint: how many vectors do the three ids [3, 5, 3] ask for?
    """
    return onehot_lookup(np.unique(np.asarray(ids)), E)


def onehot_lookup__repeats_are_zero(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """A repeated id gives its row at the first place only, and zeros after: every place gets it.

    Hint: try ids [1, 1]. Are the two vectors equal?
    """
    table = np.asarray(E)
    onehot_lookup(ids, table)
    product: NDArray[Any] = one_hot__first_of_repeats(ids, len(table)) @ table
    return product


def onehot_lookup__width_of_largest_id(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The one-hot vectors end at the largest id and don't fit the table: their length is V.

    Hint: how many rows has the table? That, and not the batch, says how long a one-hot vector is.
    """
    table = np.asarray(E)
    if np.size(ids) and np.max(ids) + 1 < len(table):
        raise ValueError("matmul: input operand 1 has a mismatch in its core dimension 0")
    return onehot_lookup(ids, table)


def onehot_lookup__integer_result(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The table is cut to the integers of the one-hot vectors: its numbers are floats.

    Hint: print the dtypes of the one-hot vectors, of the table, and of the result.
    """
    return onehot_lookup(ids, E).astype(int)


def onehot_lookup__float16(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The result is float16, which keeps only three digits: use float32 or float64.

    Hint: which dtype does the table have, and where does yours change?
    """
    return onehot_lookup(ids, E).astype(np.float16)


def onehot_lookup__unit_rows(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The rows are scaled to length 1: the product with a one-hot vector changes no number.

    Hint: compute the length of one of your vectors, and that of the row in the table.
    """
    rows = onehot_lookup(ids, E)
    unit: NDArray[Any] = rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)
    return unit


def onehot_lookup__empty_raises(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Empty ids raise, as the maximum of nothing does: they are allowed and give an empty result.

    Hint: try np.max on an empty array. Which question about the ids has an answer even when there are none?
    """
    if np.size(ids) == 0:
        raise ValueError("zero-size array to reduction operation maximum which has no identity")
    return onehot_lookup(ids, E)


def onehot_lookup__lists_raise(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Nested lists raise: ids and E may be lists as well as arrays.

    Hint: a list has no .shape and no .T. What makes an array of either?
    """
    if isinstance(ids, list) or isinstance(E, list):
        raise TypeError("a list has no attribute 'shape'")
    return onehot_lookup(ids, E)


def onehot_lookup__sorts_the_argument(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """The argument ids is sorted in place on the way: the caller's array must stay as it was.

    Hint: print the ids before and after the call. ids.sort() and np.sort(ids) are not the same.
    """
    rows = onehot_lookup(ids, E)
    if isinstance(ids, np.ndarray) and ids.ndim:
        ids.sort()
    return rows


def onehot_lookup__negative_from_the_end(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """A negative id reads the table from its end, as np.eye(V)[ids] does: it must raise.

    Hint: which row does id -1 give you? Nobody will tell you but a check of your own.
    """
    table = np.asarray(E)
    return onehot_lookup(_wrapped(ids, len(table)), table)


def onehot_lookup__clipped(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Ids out of range are moved to the nearest row: they must raise.

    Hint: a wrong id is a bug upstream. Who would find it, if your function quietly repairs it?
    """
    return onehot_lookup(np.clip(ids, 0, len(np.asarray(E)) - 1), E)


def onehot_lookup__zeros_out_of_range(ids: ArrayLike, E: ArrayLike) -> NDArray[Any]:
    """Ids out of range give zeros, as a bare comparison with arange(V) does: they must raise.

    Hint: the reader of the result can't tell your zeros from a trained row. What should happen instead?
    """
    table = np.asarray(E)
    product: NDArray[Any] = one_hot__zeros_out_of_range(ids, len(table)) @ table
    return product


# --- the cost ---


def onehot_cost__of_one_token(n: int, V: int, d: int) -> dict[str, Any]:
    """This is the cost of one token: all n are looked up.

    Hint: double n. Which of your numbers double?
    """
    assert n > 0
    return onehot_cost(1, V, d)


def onehot_cost__flops(n: int, V: int, d: int) -> dict[str, Any]:
    """A multiplication and an addition are counted apart (FLOPs): one multiply-add counts once.

    Hint: what is counted is MACs. How many operations is one of them?
    """
    return {**onehot_cost(n, V, d), "onehot_macs": 2 * onehot_cost(n, V, d)["onehot_macs"]}


def onehot_cost__additions_only_between(n: int, V: int, d: int) -> dict[str, Any]:
    """The first addition of each sum is left out, V - 1 of them a coordinate: a multiply-add counts for each of V.

    Hint: every one of the V products is added to a running sum that starts at 0.
    """
    return {**onehot_cost(n, V, d), "onehot_macs": int(n) * (int(V) - 1) * int(d)}


def onehot_cost__zeros_skipped(n: int, V: int, d: int) -> dict[str, Any]:
    """Only the products with the ones are counted: a dense product multiplies the zeros too.

    Hint: does a matrix product know which entries are zero before it reads them?
    """
    return {**onehot_cost(n, V, d), "onehot_macs": int(n) * int(d)}


def onehot_cost__macs_without_d(n: int, V: int, d: int) -> dict[str, Any]:
    """The multiply-adds are those of one column: the table has d of them.

    Hint: how many numbers has the result, and how many multiply-adds does each of them take?
    """
    return {**onehot_cost(n, V, d), "onehot_macs": int(n) * int(V)}


def onehot_cost__macs_without_n(n: int, V: int, d: int) -> dict[str, Any]:
    """The multiply-adds are those of one token: the product has n rows.

    Hint: how many numbers has the result, and how many multiply-adds does each of them take?
    """
    return {**onehot_cost(n, V, d), "onehot_macs": int(V) * int(d)}


def onehot_cost__gather_counts_rows(n: int, V: int, d: int) -> dict[str, Any]:
    """The lookup copies n rows, but what is counted is numbers: a row has d.

    Hint: how many numbers has the result of the lookup?
    """
    return {**onehot_cost(n, V, d), "gather_copies": int(n)}


def onehot_cost__gather_copies_table(n: int, V: int, d: int) -> dict[str, Any]:
    """The whole table is counted as copied: a lookup copies only the rows that it reads.

    Hint: how many numbers has the result of the lookup?
    """
    return {**onehot_cost(n, V, d), "gather_copies": int(V) * int(d)}


def onehot_cost__bytes(n: int, V: int, d: int) -> dict[str, Any]:
    """The one-hot vectors are counted in bytes of float32: what is counted is numbers.

    Hint: divide your answer by n and by V. What is left?
    """
    return {**onehot_cost(n, V, d), "onehot_floats": 4 * onehot_cost(n, V, d)["onehot_floats"]}


def onehot_cost__ones_only(n: int, V: int, d: int) -> dict[str, Any]:
    """Only the ones are counted in the one-hot vectors: the zeros are stored as well.

    Hint: how many entries has the array that one_hot gives for n ids?
    """
    return {**onehot_cost(n, V, d), "onehot_floats": int(n)}


def onehot_cost__with_the_table(n: int, V: int, d: int) -> dict[str, Any]:
    """The table is counted with the one-hot vectors: both routes need it, so it is left out.

    Hint: how many entries has the array that one_hot gives for n ids?
    """
    return {**onehot_cost(n, V, d), "onehot_floats": int(n) * int(V) + int(V) * int(d)}


def onehot_cost__int32(n: int, V: int, d: int) -> dict[str, Any]:
    """The products are formed in 32 bits and overflow without a word: make Python integers first.

    Hint: print the type of n. The largest np.int32 is 2147483647.
    """
    sizes = np.array([[n, V, d], [n, d, 1], [n, V, 1]])
    products = np.prod(sizes.astype(np.int32), axis=1, dtype=np.int32)
    return dict(zip(onehot_cost(n, V, d), products, strict=True))


def onehot_cost__floats(n: int, V: int, d: int) -> dict[str, Any]:
    """The counts are formed as floats, which can't hold every whole number: multiply integers, and return them.

    Hint: print float(2**53 + 1) - 2**53.
    """
    return {key: float(count) for key, count in onehot_cost(n, V, d).items()}


def onehot_cost__only_python_integers(n: int, V: int, d: int) -> dict[str, Any]:
    """Sizes that are numpy integers raise: they are allowed.

    Hint: is np.int32(8) an int for isinstance? There is a simple way to make it one.
    """
    if not all(isinstance(size, int) for size in (n, V, d)):
        raise TypeError("sizes must be integers")
    return onehot_cost(n, V, d)


def onehot_cost__no_floats(n: int, V: int, d: int) -> dict[str, Any]:
    """The key "onehot_floats" is missing.

    Hint: count the rows of the table in the text, and your keys.
    """
    return {key: count for key, count in onehot_cost(n, V, d).items() if key != "onehot_floats"}


def onehot_cost__tuple(n: int, V: int, d: int) -> Any:
    """The three counts come without their names: a dict is asked.

    Hint: how should the caller know which of the three is which?
    """
    return tuple(onehot_cost(n, V, d).values())


# --- the shapes ---


def one_hot_shapes__axis_first(B: int, T: int, V: int, d: int) -> Shapes:
    """The one-hot axis comes first: it is the last, where it meets the rows of the table.

    Hint: in one_hot @ E the last axis of the one meets the first of the other.
    """
    return {**one_hot_shapes(B, T, V, d), "one_hot": (V, B, T)}


def one_hot_shapes__before_time(B: int, T: int, V: int, d: int) -> Shapes:
    """The one-hot axis comes before the time axis: it is the last, where it meets the rows of the table.

    Hint: in one_hot @ E the last axis of the one meets the first of the other.
    """
    return {**one_hot_shapes(B, T, V, d), "one_hot": (B, V, T)}


def one_hot_shapes__multi_hot(B: int, T: int, V: int, d: int) -> Shapes:
    """There is one vector a sequence: each of the T places has one of its own.

    Hint: how many one-hot vectors does a sequence of three ids ask for?
    """
    return {**one_hot_shapes(B, T, V, d), "one_hot": (B, V)}


def one_hot_shapes__merged_batch(B: int, T: int, V: int, d: int) -> Shapes:
    """Batch and time are merged in the one-hot vectors: they stay two axes, (B, T, V).

    Hint: one-hot vectors add one axis to those of ids. Which axes does ids have?
    """
    return {**one_hot_shapes(B, T, V, d), "one_hot": (B * T, V)}


def one_hot_shapes__square(B: int, T: int, V: int, d: int) -> Shapes:
    """The one-hot vectors are those of the vocabulary, (V, V): there is one for each place of the batch.

    Hint: np.eye(V) holds the vector of every token once. Which of them does the batch ask for?
    """
    return {**one_hot_shapes(B, T, V, d), "one_hot": (V, V)}


def one_hot_shapes__length_d(B: int, T: int, V: int, d: int) -> Shapes:
    """The one-hot vectors have length d: they have one entry for each token, V.

    Hint: how many different ids must a one-hot vector be able to name?
    """
    return {**one_hot_shapes(B, T, V, d), "one_hot": (B, T, d)}


def one_hot_shapes__columns_are_tokens(B: int, T: int, V: int, d: int) -> Shapes:
    """The table is turned, (d, V): each token is a row, so it is (V, d).

    Hint: in one_hot @ E the last axis of the one meets the first of the other.
    """
    return {**one_hot_shapes(B, T, V, d), "E": (d, V)}


def one_hot_shapes__scores_for_X(B: int, T: int, V: int, d: int) -> Shapes:
    """X has V numbers a place: the axis of length V is summed away, and d are left.

    Hint: how long is one row of the table?
    """
    return {**one_hot_shapes(B, T, V, d), "X": (B, T, V)}


def one_hot_shapes__pooled_X(B: int, T: int, V: int, d: int) -> Shapes:
    """X has one vector a sequence: it has one a place.

    Hint: how many rows does a sequence of three ids ask for?
    """
    return {**one_hot_shapes(B, T, V, d), "X": (B, d)}


def one_hot_shapes__flat_ids(B: int, T: int, V: int, d: int) -> Shapes:
    """The ids are one long list: they have a batch axis and a time axis.

    Hint: how would you ask for token 2 of sequence 1?
    """
    return {**one_hot_shapes(B, T, V, d), "ids": (B * T,)}


def one_hot_shapes__no_table(B: int, T: int, V: int, d: int) -> Shapes:
    """The key "E" is missing.

    Hint: count the rows of the table in the text, and your keys.
    """
    return {key: shape for key, shape in one_hot_shapes(B, T, V, d).items() if key != "E"}


# Which wrong idea of the course a mistake comes from, where one is behind it.
MISCONCEPTIONS: dict[str, tuple[str, ...]] = {
    "ids-are-magnitudes": ("one_hot__id_as_value", "one_hot__thermometer", "onehot_lookup__id_as_value"),
    "a-text-is-its-set-of-ids": (
        "one_hot__sorted_ids",
        "one_hot__first_of_repeats",
        "onehot_lookup__unique_ids",
        "onehot_lookup__repeats_are_zero",
    ),
    "id-zero-is-padding": ("one_hot__zero_is_padding", "one_hot__one_place_too_far", "onehot_lookup__zero_is_padding"),
    "ids-start-at-one": ("one_hot__one_too_wide", "one_hot__ids_from_one", "onehot_lookup__ids_from_one"),
    "wrong-ids-fail-loudly": (
        "one_hot__negative_from_the_end",
        "one_hot__zeros_out_of_range",
        "one_hot__only_too_large_raise",
        "onehot_lookup__negative_from_the_end",
        "onehot_lookup__zeros_out_of_range",
    ),
    "a-wrong-id-is-best-mended": ("one_hot__clipped", "one_hot__modulo", "onehot_lookup__clipped"),
    "vectors-are-columns": ("onehot_lookup__times_transpose", "one_hot_shapes__columns_are_tokens"),
    "axes-stand-in-any-order": (
        "one_hot__first_axis",
        "one_hot__before_time",
        "onehot_lookup__time_first",
        "onehot_lookup__coordinates_first",
        "one_hot_shapes__axis_first",
        "one_hot_shapes__before_time",
    ),
    "leading-axes-can-be-merged": (
        "one_hot__flattened",
        "onehot_lookup__flattened",
        "one_hot_shapes__merged_batch",
        "one_hot_shapes__flat_ids",
    ),
    "ids-have-two-axes": ("one_hot__two_axes_only", "onehot_lookup__two_axes_only"),
    "empty-input-does-not-happen": (
        "one_hot__empty_raises",
        "one_hot__empty_loses_axis",
        "onehot_lookup__empty_raises",
    ),
    "one-vector-a-text": (
        "one_hot__multi_hot",
        "one_hot__counts",
        "onehot_lookup__bag_of_tokens",
        "onehot_lookup__mean_of_tokens",
        "one_hot_shapes__multi_hot",
        "one_hot_shapes__pooled_X",
    ),
    "states-and-logits-have-one-width": ("one_hot_shapes__scores_for_X", "one_hot_shapes__length_d"),
    "a-dot-product-keeps-its-coordinates": ("onehot_lookup__entrywise",),
    "lengths-carry-nothing": ("onehot_lookup__unit_rows",),
    "half-precision-is-plenty": ("one_hot__float16", "onehot_lookup__float16"),
    "the-input-sets-the-type": ("onehot_lookup__integer_result",),
    "counts-fit-any-type": ("onehot_cost__int32", "onehot_cost__floats"),
    "arguments-arrive-as-copies": ("one_hot__sorts_the_argument", "onehot_lookup__sorts_the_argument"),
    "everything-arrives-as-an-array": (
        "one_hot__lists_raise",
        "onehot_lookup__lists_raise",
        "onehot_cost__only_python_integers",
    ),
    "the-vocabulary-is-what-occurs": ("one_hot__width_of_largest_id", "onehot_lookup__width_of_largest_id"),
    "zeros-cost-nothing": ("onehot_cost__zeros_skipped", "onehot_cost__ones_only"),
    "a-row-is-one-number": ("onehot_cost__macs_without_d", "onehot_cost__gather_counts_rows"),
    "a-number-has-one-size": ("onehot_cost__bytes",),
}
