"""Wrong versions that learners really write; the first line of each docstring is what the learner reads.

``tied_grad__input_only`` stands in for the exercise's function ``tied_grad``; ``input_only`` is the name of the
mistake. Where a slip amounts to the right function on other arguments, it is written so: that shows what it
does.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reference.ex10_embedding_parameters.solution import (
    BYTES,
    embedding_params,
    embedding_shapes,
    kv_cache_bytes,
    tied_grad,
)

Shapes = dict[str, tuple[Any, ...]]
Counts = dict[str, Any]
Gradient = NDArray[Any]


def _retotalled(counts: Counts, dtype: str, **changed: int) -> Counts:
    """The counts with some of them changed, and the total and the bytes that follow from that."""
    counts = {**counts, **changed}
    total = counts["input"] + counts["position"] + counts["output"]
    return {**counts, "total": total, "bytes": total * BYTES[dtype]}


def _wrapped(value: int) -> int:
    """What 32 bits with a sign keep of an integer."""
    return (value + 2**31) % 2**32 - 2**31


def _is_narrow(size: object) -> bool:
    """Whether a size has 32 bits."""
    return isinstance(size, np.int32)


def _paths(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> tuple[Gradient, Gradient]:
    """The input path and the output path, each alone."""
    nothing = np.zeros_like(np.asarray(G, dtype=float)), np.zeros_like(np.asarray(D, dtype=float))
    return tied_grad(ids, G, H, nothing[1]), tied_grad(ids, nothing[0], H, D)


# --- the tables: which of them count ---


def embedding_params__tied_counted_twice(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """A tied output matrix is counted again: it is the input table itself, and adds nothing.

    Hint: how many arrays of V rows does a tied checkpoint hold on disk?
    """
    del tied
    return embedding_params(V, d, False, n_pos, dtype)


def embedding_params__untied_counted_once(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The output matrix never counts: untied, it is a table of its own.

    Hint: call your function with tied=True and with tied=False, and compare the two totals.
    """
    del tied
    return embedding_params(V, d, True, n_pos, dtype)


def embedding_params__flag_inverted(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The flag is read the wrong way round: tied means one table for both uses.

    Hint: read your condition aloud, from the word "tied" on. Which branch holds fewer numbers?
    """
    return embedding_params(V, d, not tied, n_pos, dtype)


def embedding_params__tied_split(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """When tied, the table is split between "input" and "output": all of it counts as input, and output is 0.

    Hint: the shared table is stored once. Under which key does the table of keys put it?
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    half = counts["input"] // 2
    return {**counts, "input": counts["input"] - half, "output": half} if tied else counts


def embedding_params__tied_as_output(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """When tied, the table is listed as "output" and "input" is 0: it belongs to the input, and output is 0.

    Hint: your total is right. Look at the two counts before it, with tied=True.
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    return {**counts, "input": 0, "output": counts["input"]} if tied else counts


def embedding_params__total_without_output(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The total leaves the output matrix out, though "output" counts it.

    Hint: add up your own three counts for an untied model, and compare with your total.
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    total = counts["input"] + counts["position"]
    return {**counts, "total": total, "bytes": total * BYTES[dtype]}


def embedding_params__output_bias(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The output matrix has a bias of V numbers added: here there are no biases.

    Hint: by how much does your output differ from your input, for an untied model?
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    return counts if tied else _retotalled(counts, dtype, output=counts["output"] + int(V))


def embedding_params__rows_padded(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """V is rounded up to a multiple of 64, as some training codes do: count the V rows that were given.

    Hint: divide your input count by d. Is it the V that you were called with?
    """
    embedding_params(V, d, tied, n_pos, dtype)
    return embedding_params(-(-int(V) // 64) * 64, d, tied, n_pos, dtype)


# --- the position table ---


def embedding_params__positions_left_out(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The position table is listed but missing in the total and in the bytes.

    Hint: how much does your total grow when n_pos goes from 0 to 1?
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    without = embedding_params(V, d, tied, 0, dtype)
    return {**without, "position": counts["position"]}


def embedding_params__positions_ignored(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The position table is never counted: the parameter `n_pos` must be used.

    Hint: print the position count for n_pos=0 and for n_pos=1024.
    """
    embedding_params(V, d, tied, n_pos, dtype)
    return embedding_params(V, d, tied, 0, dtype)


def embedding_params__positions_doubled(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The position table is counted twice in an untied model: only the vocabulary has a second table.

    Hint: positions are added at the input. Does the output matrix score positions?
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    return counts if tied else embedding_params(V, d, tied, 2 * int(n_pos), dtype)


def embedding_params__positions_without_width(
    V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16"
) -> Counts:
    """The position table has n_pos numbers: each position is a row of d.

    Hint: a position vector is added to a row of E. Which length must it have?
    """
    return _retotalled(embedding_params(V, d, tied, n_pos, dtype), dtype, position=int(n_pos))


def embedding_params__zero_positions_refused(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """n_pos = 0 raises: a model without a position table is a good model, and n_pos may be 0.

    Hint: which sizes must be positive, and what is the default of n_pos?
    """
    if n_pos == 0:
        raise ValueError("no positions")
    return embedding_params(V, d, tied, n_pos, dtype)


# --- the bytes ---


def embedding_params__bytes_are_numbers(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The bytes are the number of parameters: each takes as many bytes as its dtype says.

    Hint: how many bits has one bf16 number, and how many bits has a byte?
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    return {**counts, "bytes": counts["total"]}


def embedding_params__bits(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The number in the name of the dtype is taken for bytes: it counts bits.

    Hint: how many bytes does your function give for a single int8 parameter?
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    return {**counts, "bytes": 8 * counts["bytes"]}


def embedding_params__always_four_bytes(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """Every number takes 4 bytes, whatever the dtype: the parameter `dtype` must be used.

    Hint: call your function with "fp32" and with "int8", and compare the bytes.
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    return {**counts, "bytes": 4 * counts["total"]}


def embedding_params__always_two_bytes(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """Every number takes 2 bytes, whatever the dtype: the parameter `dtype` must be used.

    Hint: call your function with "fp32" and with "int8", and compare the bytes.
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    return {**counts, "bytes": 2 * counts["total"]}


def embedding_params__bf16_of_four_bytes(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """bf16 is counted with the bytes of fp32: it has the exponent of fp32 but half of its bits.

    Hint: print your bytes for each of the four names. Which two should agree?
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    return {**counts, "bytes": counts["total"] * (4 if dtype == "bf16" else BYTES[dtype])}


def embedding_params__int8_scales(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """For int8 a scale of 2 bytes a row is added: real stores have one, but here int8 is 1 byte a number.

    Hint: divide your bytes by your total, for each dtype. For which is it no whole number?
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    rows = counts["total"] // int(d)
    return {**counts, "bytes": counts["bytes"] + (2 * rows if dtype == "int8" else 0)}


def embedding_params__mebibytes(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The bytes are divided by 2^20, which makes MiB: bytes are asked, as an exact integer.

    Hint: what does your function give for V = 10 and d = 4?
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    return {**counts, "bytes": counts["bytes"] / 2**20}


def embedding_params__megabytes(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The bytes are divided by 10^6, which makes MB: bytes are asked, as an exact integer.

    Hint: what does your function give for V = 10 and d = 4?
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    return {**counts, "bytes": counts["bytes"] / 10**6}


def embedding_params__bytes_of_input(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The bytes are those of the input table: they belong to the total.

    Hint: divide your bytes by the bytes of one number, and look for the result among your counts.
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    return {**counts, "bytes": counts["input"] * BYTES[dtype]}


def embedding_params__bytes_without_positions(
    V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16"
) -> Counts:
    """The bytes leave the position table out: they belong to the total.

    Hint: divide your bytes by the bytes of one number. What is missing to the total?
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    return {**counts, "bytes": embedding_params(V, d, tied, 0, dtype)["bytes"]}


# --- the kind of the counts, and bad sizes ---


def embedding_params__int32_overflow(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """Products of 32-bit numpy integers overflow: make Python integers of the sizes first.

    Hint: what is the largest number that 32 bits with a sign hold, and what is 256,000 times 12,288?
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    if not _is_narrow(V):
        return counts
    return {key: _wrapped(count) for key, count in counts.items()}


def embedding_params__floats(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The counts are floats: a count is an exact integer.

    Hint: print the type of each value. Where does the first float come from?
    """
    return {key: float(count) for key, count in embedding_params(V, d, tied, n_pos, dtype).items()}


def embedding_params__no_bytes(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """The key "bytes" is missing.

    Hint: compare your keys with the table of keys, one by one.
    """
    counts = embedding_params(V, d, tied, n_pos, dtype)
    return {key: count for key, count in counts.items() if key != "bytes"}


def embedding_params__any_size(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """Sizes that are zero or negative are counted like others: they must raise.

    Hint: what does your function answer for V = -5?
    """
    one = embedding_params(1, 1, tied, 0, dtype)
    table, places = int(V) * int(d), int(n_pos) * int(d)
    return _retotalled(one, dtype, input=table, position=places, output=0 if tied else table)


def embedding_params__zero_accepted(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """A vocabulary or a width of 0 gives 0 parameters: only n_pos may be 0, V and d must raise.

    Hint: is 0 positive? Look at the comparison in your condition.
    """
    if min(int(V), int(d)) == 0:
        embedding_params(max(int(V), 1), max(int(d), 1), tied, n_pos, dtype)
        return dict.fromkeys(("input", "position", "output", "total", "bytes"), 0)
    return embedding_params(V, d, tied, n_pos, dtype)


def embedding_params__width_unchecked(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """Only V is looked at: a width that is zero or negative must raise too.

    Hint: which of the sizes does your condition name?
    """
    if int(d) < 1:
        counts = embedding_params(V, 1, tied, n_pos, dtype)
        return {key: count * int(d) for key, count in counts.items()}
    return embedding_params(V, d, tied, n_pos, dtype)


def embedding_params__negative_positions(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """A negative n_pos makes the total smaller: it must raise.

    Hint: n_pos may be 0. What else does your function let through?
    """
    if int(n_pos) < 0:
        counts = embedding_params(V, d, tied, 0, dtype)
        return _retotalled(counts, dtype, position=int(n_pos) * int(d))
    return embedding_params(V, d, tied, n_pos, dtype)


def embedding_params__clamped(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """Bad sizes are put right in silence, by max or abs: they must raise.

    Hint: a negative size is a mistake of whoever called. How do they learn of it?
    """
    return embedding_params(max(int(V), 1), max(int(d), 1), tied, max(int(n_pos), 0), dtype)


def embedding_params__unknown_dtype(V: int, d: int, tied: bool, n_pos: int = 0, dtype: str = "bf16") -> Counts:
    """An unknown dtype counts 2 bytes a number: it must raise.

    Hint: does your look-up have a default, or an else that catches every other name?
    """
    return embedding_params(V, d, tied, n_pos, dtype if dtype in BYTES else "bf16")


# --- the cache ---


def kv_cache_bytes__keys_only(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """Only one of keys and values is counted: the cache keeps both.

    Hint: what do the two letters in the name stand for?
    """
    return kv_cache_bytes(L, n_kv, head_dim, T, B, dtype) // 2


def kv_cache_bytes__queries_too(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """Queries are counted as well: the query of a past token is never needed again.

    Hint: when the next token attends to the past, which vectors of the past tokens does it use?
    """
    return kv_cache_bytes(L, n_kv, head_dim, T, B, dtype) // 2 * 3


def kv_cache_bytes__query_heads(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """The query heads are counted, four for each KV head: the heads of a group share one key and value.

    Hint: by which factor are you off, and what is it in a model with 32 query heads and 8 KV heads?
    """
    return 4 * kv_cache_bytes(L, n_kv, head_dim, T, B, dtype)


def kv_cache_bytes__batch_ignored(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """Only one sequence is counted: each of the B sequences has a cache of its own.

    Hint: compare your result for B=1 with that for B=16.
    """
    kv_cache_bytes(L, n_kv, head_dim, T, B, dtype)
    return kv_cache_bytes(L, n_kv, head_dim, T, 1, dtype)


def kv_cache_bytes__one_layer(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """Only one layer is counted: each of the L layers keeps its own keys and values.

    Hint: compare your result for L=1 with that for L=32.
    """
    kv_cache_bytes(L, n_kv, head_dim, T, B, dtype)
    return kv_cache_bytes(1, n_kv, head_dim, T, B, dtype)


def kv_cache_bytes__one_token(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """These are the bytes of one token: the cache keeps T of them.

    Hint: compare your result for T=1 with that for T=1000.
    """
    kv_cache_bytes(L, n_kv, head_dim, T, B, dtype)
    return kv_cache_bytes(L, n_kv, head_dim, 1, B, dtype)


def kv_cache_bytes__one_head(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """Only one head is counted: each of the n_kv heads keeps a key and a value.

    Hint: compare your result for n_kv=1 with that for n_kv=8.
    """
    kv_cache_bytes(L, n_kv, head_dim, T, B, dtype)
    return kv_cache_bytes(L, 1, head_dim, T, B, dtype)


def kv_cache_bytes__width_split(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """head_dim is divided by the heads, as if it were the width of the model: it is the size of one head.

    Hint: does your result change when n_kv doubles?
    """
    kv_cache_bytes(L, n_kv, head_dim, T, B, dtype)
    each = int(head_dim) // int(n_kv)
    return kv_cache_bytes(L, n_kv, 1, T, B, dtype) * each


def kv_cache_bytes__score_matrix(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """A matrix of scores, T by T, is counted too: scores are computed anew and never kept.

    Hint: double T. Does your result double?
    """
    scores = int(L) * int(n_kv) * int(T) ** 2 * int(B)
    return kv_cache_bytes(L, n_kv, head_dim, T, B, dtype) + scores * BYTES[dtype]


def kv_cache_bytes__numbers(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """These are the numbers in the cache: each takes as many bytes as its dtype says.

    Hint: does your result depend on the dtype?
    """
    return kv_cache_bytes(L, n_kv, head_dim, T, B, dtype) // BYTES[dtype]


def kv_cache_bytes__bits(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """The number in the name of the dtype is taken for bytes: it counts bits.

    Hint: how many bytes does one int8 number take?
    """
    return 8 * kv_cache_bytes(L, n_kv, head_dim, T, B, dtype)


def kv_cache_bytes__always_two_bytes(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """Every number takes 2 bytes, whatever the dtype: the parameter `dtype` must be used.

    Hint: call your function with "fp32" and with "int8", and compare.
    """
    kv_cache_bytes(L, n_kv, head_dim, T, B, dtype)
    return kv_cache_bytes(L, n_kv, head_dim, T, B, "bf16")


def kv_cache_bytes__gibibytes(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> float:
    """The bytes are divided by 2^30, which makes GiB: bytes are asked, as an exact integer.

    Hint: what does your function give for one layer, one head, one number and one token?
    """
    return kv_cache_bytes(L, n_kv, head_dim, T, B, dtype) / 2**30


def kv_cache_bytes__gigabytes(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> float:
    """The bytes are divided by 10^9, which makes GB: bytes are asked, as an exact integer.

    Hint: what does your function give for one layer, one head, one number and one token?
    """
    return kv_cache_bytes(L, n_kv, head_dim, T, B, dtype) / 10**9


def kv_cache_bytes__float(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> float:
    """The result is a float: a number of bytes is an exact integer.

    Hint: print the type of your result. Where does the first float come from?
    """
    return float(kv_cache_bytes(L, n_kv, head_dim, T, B, dtype))


def kv_cache_bytes__int32_overflow(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """A product of 32-bit numpy integers overflows: make Python integers of the sizes first.

    Hint: what is the largest number that 32 bits with a sign hold?
    """
    right = kv_cache_bytes(L, n_kv, head_dim, T, B, dtype)
    return _wrapped(right) if _is_narrow(T) else right


def kv_cache_bytes__any_size(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """Sizes that are zero or negative are multiplied like others: they must raise.

    Hint: what does your function answer for T = -5?
    """
    one = kv_cache_bytes(1, 1, 1, 1, 1, dtype)
    return one * int(L) * int(n_kv) * int(head_dim) * int(T) * int(B)


def kv_cache_bytes__zero_accepted(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """A size of 0 gives 0 bytes: it must raise, as a negative one does.

    Hint: is 0 positive? Look at the comparison in your condition.
    """
    if 0 in (L, n_kv, head_dim, T, B):
        L, n_kv, head_dim, T, B = (size or 1 for size in (L, n_kv, head_dim, T, B))
        return 0 * kv_cache_bytes(L, n_kv, head_dim, T, B, dtype)
    return kv_cache_bytes(L, n_kv, head_dim, T, B, dtype)


def kv_cache_bytes__product_checked(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """Only the product is tested for its sign: two negative sizes make a positive one.

    Hint: call your function with T = -4 and B = -2.
    """
    if int(L) * int(n_kv) * int(head_dim) * int(T) * int(B) < 1:
        raise ValueError("sizes must be positive")
    return kv_cache_bytes(abs(L), abs(n_kv), abs(head_dim), abs(T), abs(B), dtype)


def kv_cache_bytes__batch_unchecked(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """B is not looked at: a number of sequences that is zero or negative must raise too.

    Hint: which of the five sizes does your condition name?
    """
    return kv_cache_bytes(L, n_kv, head_dim, T, 1, dtype) * int(B)


def kv_cache_bytes__unknown_dtype(L: int, n_kv: int, head_dim: int, T: int, B: int = 1, dtype: str = "bf16") -> int:
    """An unknown dtype counts 2 bytes a number: it must raise.

    Hint: does your look-up have a default, or an else that catches every other name?
    """
    return kv_cache_bytes(L, n_kv, head_dim, T, B, dtype if dtype in BYTES else "bf16")


# --- the gradient: a path is missing or cut ---


def tied_grad__input_only(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """Only the input path is there: the table also makes the logits, and its gradient there is added.

    Hint: which of your arguments does the result not depend on?
    """
    return _paths(ids, G, H, D)[0]


def tied_grad__output_only(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """Only the output path is there: the rows that were read also get their share of G.

    Hint: which of your arguments does the result not depend on?
    """
    return _paths(ids, G, H, D)[1]


def tied_grad__two_results(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Any:
    """The two paths are returned apart: the table is one, and its gradient is their sum.

    Hint: the optimizer subtracts the gradient from E. Which shape must it have?
    """
    return _paths(ids, G, H, D)


def tied_grad__averaged_paths(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The two paths are averaged: where a quantity is used twice, its gradients add up.

    Hint: what is the derivative of E + E with respect to E?
    """
    return 0.5 * tied_grad(ids, G, H, D)


def tied_grad__difference(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The input path is subtracted from the output path: both have a plus.

    Hint: set D to zeros. Which sign has your result, compared with G?
    """
    first, second = _paths(ids, G, H, D)
    return second - first


def tied_grad__descent_step(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The signs are those of a step downhill: the gradient itself is asked.

    Hint: compare one entry with the example by hand, sign included.
    """
    return -tied_grad(ids, G, H, D)


def tied_grad__only_rows_read(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """Rows that were never read stay at zero: the output path reaches every row of the table.

    Hint: a token that is not in the batch has a logit all the same. What does that logit depend on?
    """
    grad = tied_grad(ids, G, H, D)
    read = np.isin(np.arange(len(grad)), ids)
    return np.where(read[:, None], grad, 0.0)


def tied_grad__only_rows_not_read(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The rows that were read lose their output path: it is overwritten by the sum of their G.

    Hint: does your second step add to what the first one wrote?
    """
    first, second = _paths(ids, G, H, D)
    read = np.isin(np.arange(len(first)), ids)
    return np.where(read[:, None], first, second)


# --- the gradient: the scatter ---


def tied_grad__buffered_scatter(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """grad[ids] += G keeps one contribution of a repeated id: each reading must add its own.

    Hint: let one id stand at two places, with G all ones and D all zeros. What should its row be?
    """
    grad = _paths(ids, G, H, D)[1]
    grad[np.asarray(ids)] += np.asarray(G, dtype=float)
    return grad


def tied_grad__buffered_by_sequence(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """An id that is repeated within one sequence adds only once: grad[ids[b]] += G[b] is buffered.

    Hint: let one id stand twice in one sequence, with G all ones and D all zeros. What should its row be?
    """
    grad = _paths(ids, G, H, D)[1]
    for tokens, inputs in zip(np.asarray(ids), np.asarray(G, dtype=float), strict=True):
        grad[tokens] += inputs
    return grad


def tied_grad__overwritten(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """grad[ids] = G overwrites: what the output path and earlier readings gave to these rows is lost.

    Hint: look for an assignment that should be an addition.
    """
    grad = _paths(ids, G, H, D)[1]
    for token, row in zip(np.ravel(ids), np.asarray(G).reshape(-1, grad.shape[1]), strict=True):
        grad[token] = row
    return grad


def tied_grad__mean_of_repeats(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The readings of a repeated id are averaged: they add up.

    Hint: let one id stand at two places, with G all ones and D all zeros. What should its row be?
    """
    first, second = _paths(ids, G, H, D)
    readings = np.bincount(np.ravel(ids), minlength=len(first))
    mean: Gradient = first / np.maximum(readings, 1)[:, None] + second
    return mean


def tied_grad__row_zero_is_padding(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """Id 0 is taken for padding, and its readings are dropped: here 0 is a token like any other.

    Hint: which row of your result differs from the expected one?
    """
    first, second = _paths(ids, G, H, D)
    first[0] = 0.0
    return first + second


def tied_grad__ids_from_one(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """Each reading lands one row too early: ids start at 0.

    Hint: with a single token of id 0 and D all zeros, which row should hold G?
    """
    first, second = _paths(ids, G, H, D)
    return np.roll(first, -1, axis=0) + second


def tied_grad__ids_by_columns(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The ids are flattened in another order than G: ids[b, t] belongs to G[b, t].

    Hint: flatten an array of ids of shape (2, 3) by hand. Is it the order of the rows of your flat G?
    """
    tokens = np.asarray(ids)
    return tied_grad(tokens.T.reshape(tokens.shape), G, H, D)


def tied_grad__hidden_scattered(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The input path scatters H: the gradient at the rows that were read is G.

    Hint: which of G and H is a gradient, and which is a state?
    """
    del G
    return tied_grad(ids, H, H, D)


# --- the gradient: the product, factors, and manners ---


def tied_grad__gradient_times_gradient(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The output path multiplies D with G: logits are made from the hidden states H.

    Hint: write the logits as a formula. What is the derivative of one logit by its row of E?
    """
    del H
    return tied_grad(ids, G, G, D)


def tied_grad__reshaped_not_transposed(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """D is reshaped to (V, B T), which mixes its entries: reshape does not transpose.

    Hint: print np.arange(6).reshape(2, 3) once reshaped to (3, 2) and once transposed.
    """
    scores = np.asarray(D, dtype=float)
    V = scores.shape[-1]
    return tied_grad(ids, G, H, scores.reshape(V, -1).T.reshape(scores.shape))


def tied_grad__transposed(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The result has the shape (d, V): the gradient has the shape of the table, one row a token.

    Hint: compare the shape of your result with E.
    """
    return tied_grad(ids, G, H, D).T


def tied_grad__each_sequence(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """There is one gradient a sequence, of shape (B, V, d): all sequences read the same table, so add them.

    Hint: compare the shape of your result with E.
    """
    parts = zip(np.asarray(ids), np.asarray(G), np.asarray(H), np.asarray(D), strict=True)
    return np.stack([tied_grad(*([array] for array in part)) for part in parts])


def tied_grad__last_sequence(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """Only the last sequence of the batch counts: the loop begins anew with each.

    Hint: where is the array of zeros made, before the loop or inside?
    """
    return tied_grad(*(np.asarray(array)[-1:] for array in (ids, G, H, D)))


def tied_grad__shifted(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """H and D are shifted by one token against each other: D[b, t] already belongs to H[b, t].

    Hint: D is the gradient of the logits at the same position. Where do next tokens come in, if at all?
    """
    states, scores = np.zeros(np.shape(H)), np.asarray(D, dtype=float)
    states[:, 1:] = np.asarray(H)[:, :-1]
    return tied_grad(ids, G, states, scores)


def tied_grad__token_mean(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The sum is divided by the number of tokens: G and D already hold the factor of the mean.

    Hint: try a batch of two equal tokens. By which factor are you off?
    """
    return tied_grad(ids, G, H, D) / np.size(ids)


def tied_grad__batch_mean(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The sum is divided by the number of sequences: G and D already hold the factor of the mean.

    Hint: try a batch of two equal sequences. By which factor are you off?
    """
    return tied_grad(ids, G, H, D) / len(np.asarray(ids))


def tied_grad__output_mean(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The output path alone is divided by the number of tokens: D already holds the factor of the mean.

    Hint: set G to zeros and try two tokens. By which factor are you off?
    """
    first, second = _paths(ids, G, H, D)
    return first + second / np.size(ids)


def tied_grad__scaled_rows(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The input path is multiplied by the square root of d, as in models that scale the rows: here X = E[ids].

    Hint: set D to zeros. By which factor is your result larger than G?
    """
    first, second = _paths(ids, G, H, D)
    scaled: Gradient = first.shape[1] ** 0.5 * first + second
    return scaled


def tied_grad__softmax_of_gradient(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """D is sent through a softmax, as if it held logits: it is the gradient already.

    Hint: what should the result be when both G and D are all zeros?
    """
    powers = np.exp(np.asarray(D, dtype=float))
    return tied_grad(ids, G, H, powers / powers.sum(axis=-1, keepdims=True))


def tied_grad__vocabulary_from_ids(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """There are only as many rows as the largest id says: V is the last axis of D.

    Hint: compare the number of your rows with the number of logits.
    """
    return tied_grad(ids, G, H, D)[: int(np.max(ids)) + 1]


def tied_grad__sorts_ids(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The argument ids is sorted in place: a reshaped array shares its memory, so sort a copy.

    Hint: print ids before and after your call.
    """
    grad = tied_grad(ids, G, H, D)
    if isinstance(ids, np.ndarray):
        ids.reshape(-1).sort()
    return grad


def tied_grad__float16(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The result is float16, which keeps only three digits: use float32 or float64.

    Hint: print the dtype of your result.
    """
    return tied_grad(ids, G, H, D).astype(np.float16)


def tied_grad__integer_result(ids: ArrayLike, G: ArrayLike, H: ArrayLike, D: ArrayLike) -> Gradient:
    """The gradient is gathered in an array of integers, so every fraction is cut off: make it float.

    Hint: print the dtype of the array that you add into.
    """
    return tied_grad(ids, G, H, D).astype(int)


# --- the shapes ---


def embedding_shapes__transposed_table(B: int, T: int, V: int, d: int) -> Shapes:
    """The table has one row a token, so V rows of d; its gradient too.

    Hint: E[ids] picks along the first axis. What should it pick?
    """
    return {**embedding_shapes(B, T, V, d), "E": (d, V), "grad_E": (d, V)}


def embedding_shapes__transposed_gradient(B: int, T: int, V: int, d: int) -> Shapes:
    """The gradient of the table has the shape of the table, with V rows of d.

    Hint: E minus a small multiple of its gradient must be possible.
    """
    return {**embedding_shapes(B, T, V, d), "grad_E": (d, V)}


def embedding_shapes__gradient_of_rows_read(B: int, T: int, V: int, d: int) -> Shapes:
    """This is the gradient of the rows that were read: that of the table has the shape of the table.

    Hint: E minus a small multiple of its gradient must be possible.
    """
    return {**embedding_shapes(B, T, V, d), "grad_E": (B, T, d)}


def embedding_shapes__two_tables(B: int, T: int, V: int, d: int) -> Shapes:
    """The gradient is stacked for two tables: a tied table is one, and its two gradients are added.

    Hint: how many tables does the optimizer have to change?
    """
    return {**embedding_shapes(B, T, V, d), "grad_E": (2, V, d)}


def embedding_shapes__logits_like_states(B: int, T: int, V: int, d: int) -> Shapes:
    """The logits are one number for each token of the vocabulary, at each position: d is summed away.

    Hint: how many candidates for the next token are there?
    """
    return {**embedding_shapes(B, T, V, d), "logits": (B, T, d)}


def embedding_shapes__one_prediction(B: int, T: int, V: int, d: int) -> Shapes:
    """Every position has its logits, not only the last one of a sequence: the time axis is missing.

    Hint: how many predictions does one sequence of T tokens train?
    """
    return {**embedding_shapes(B, T, V, d), "logits": (B, V)}


def embedding_shapes__vocabulary_first(B: int, T: int, V: int, d: int) -> Shapes:
    """The vocabulary axis of the logits is the last one, as H @ E.T makes it.

    Hint: write the shapes of H and of E.T side by side. Which axis comes last?
    """
    return {**embedding_shapes(B, T, V, d), "logits": (B, V, T)}


def embedding_shapes__one_hot_rows(B: int, T: int, V: int, d: int) -> Shapes:
    """X holds the rows that were read, of d numbers each: these are one-hot rows of V.

    Hint: what is the shape of one row of E?
    """
    return {**embedding_shapes(B, T, V, d), "X": (B, T, V)}


def embedding_shapes__flat_tokens(B: int, T: int, V: int, d: int) -> Shapes:
    """Batch and time are merged to one axis: they stay two.

    Hint: how many axes has the array of ids, and how many has E[ids]?
    """
    return {**embedding_shapes(B, T, V, d), "X": (B * T, d), "H": (B * T, d), "logits": (B * T, V)}


def embedding_shapes__time_first(B: int, T: int, V: int, d: int) -> Shapes:
    """The batch axis comes before the time axis: (batch, time, coordinate).

    Hint: call your function with B=2 and T=3, and read the first axis of X.
    """
    return {**embedding_shapes(B, T, V, d), "X": (T, B, d), "H": (T, B, d), "logits": (T, B, V)}


def embedding_shapes__pooled_states(B: int, T: int, V: int, d: int) -> Shapes:
    """Every token has a hidden state: the time axis is missing.

    Hint: the logits have one row for each token. What are these rows made from?
    """
    return {**embedding_shapes(B, T, V, d), "H": (B, d)}


def embedding_shapes__no_logits(B: int, T: int, V: int, d: int) -> Shapes:
    """The key "logits" is missing.

    Hint: compare your keys with the table of keys, one by one.
    """
    return {key: shape for key, shape in embedding_shapes(B, T, V, d).items() if key != "logits"}


# Which wrong idea of the course a mistake comes from, where one is behind it.
MISCONCEPTIONS: dict[str, tuple[str, ...]] = {
    "id-zero-is-padding": ("tied_grad__row_zero_is_padding",),
    "ids-start-at-one": ("tied_grad__ids_from_one",),
    "vectors-are-columns": (
        "tied_grad__transposed",
        "embedding_shapes__transposed_table",
        "embedding_shapes__transposed_gradient",
    ),
    "axes-stand-in-any-order": ("embedding_shapes__vocabulary_first", "embedding_shapes__time_first"),
    "leading-axes-can-be-merged": ("embedding_shapes__flat_tokens",),
    "empty-input-does-not-happen": ("embedding_params__zero_positions_refused",),
    "one-vector-a-text": ("embedding_shapes__pooled_states",),
    "only-the-last-place-counts": ("embedding_shapes__one_prediction",),
    "a-token-is-its-one-hot-vector": ("embedding_shapes__one_hot_rows",),
    "a-dot-product-keeps-its-coordinates": ("embedding_shapes__logits_like_states",),
    "root-d-belongs-everywhere": ("tied_grad__scaled_rows",),
    "half-precision-is-plenty": ("tied_grad__float16",),
    "the-input-sets-the-type": ("tied_grad__integer_result",),
    "counts-fit-any-type": (
        "embedding_params__int32_overflow",
        "embedding_params__floats",
        "kv_cache_bytes__float",
        "kv_cache_bytes__int32_overflow",
    ),
    "arguments-arrive-as-copies": ("tied_grad__sorts_ids",),
    "the-vocabulary-is-what-occurs": ("tied_grad__vocabulary_from_ids",),
    "gradients-look-like-the-batch": ("tied_grad__each_sequence", "embedding_shapes__gradient_of_rows_read"),
    "repeated-ids-count-once": (
        "tied_grad__buffered_scatter",
        "tied_grad__buffered_by_sequence",
        "tied_grad__overwritten",
    ),
    "repeated-ids-are-averaged": ("tied_grad__mean_of_repeats",),
    "every-gradient-is-divided-by-its-tokens": (
        "tied_grad__token_mean",
        "tied_grad__batch_mean",
        "tied_grad__output_mean",
    ),
    "a-gradient-points-downhill": ("tied_grad__descent_step",),
    "tied-gradient-is-one-path": ("tied_grad__input_only",),
    "absent-tokens-feel-nothing": ("tied_grad__only_rows_read",),
    "tied-tables-are-two": (
        "embedding_params__tied_counted_twice",
        "embedding_params__tied_split",
        "tied_grad__two_results",
        "tied_grad__averaged_paths",
        "embedding_shapes__two_tables",
    ),
    "input-and-output-always-share": (
        "embedding_params__untied_counted_once",
        "embedding_params__total_without_output",
    ),
    "same-shape-same-meaning": (
        "tied_grad__hidden_scattered",
        "tied_grad__gradient_times_gradient",
        "tied_grad__softmax_of_gradient",
    ),
    "reshape-is-transpose": ("tied_grad__ids_by_columns", "tied_grad__reshaped_not_transposed"),
    "a-row-is-one-number": ("embedding_params__positions_without_width",),
    "a-number-has-one-size": (
        "embedding_params__bytes_are_numbers",
        "embedding_params__bits",
        "embedding_params__always_four_bytes",
        "embedding_params__always_two_bytes",
        "embedding_params__bf16_of_four_bytes",
        "kv_cache_bytes__numbers",
        "kv_cache_bytes__bits",
        "kv_cache_bytes__always_two_bytes",
    ),
    "positions-have-no-parameters": (
        "embedding_params__positions_left_out",
        "embedding_params__positions_ignored",
        "embedding_params__bytes_without_positions",
    ),
    "absurd-sizes-show-themselves": (
        "embedding_params__any_size",
        "embedding_params__zero_accepted",
        "embedding_params__width_unchecked",
        "embedding_params__negative_positions",
        "kv_cache_bytes__any_size",
        "kv_cache_bytes__zero_accepted",
        "kv_cache_bytes__product_checked",
        "kv_cache_bytes__batch_unchecked",
    ),
    "what-does-not-fit-is-best-mended": (
        "embedding_params__clamped",
        "embedding_params__unknown_dtype",
        "kv_cache_bytes__unknown_dtype",
    ),
    "cache-follows-the-width": (
        "kv_cache_bytes__query_heads",
        "kv_cache_bytes__width_split",
        "kv_cache_bytes__keys_only",
    ),
    "the-cache-keeps-everything": ("kv_cache_bytes__queries_too", "kv_cache_bytes__score_matrix"),
    "one-cache-serves-all": ("kv_cache_bytes__batch_ignored", "kv_cache_bytes__one_layer", "kv_cache_bytes__one_head"),
}
