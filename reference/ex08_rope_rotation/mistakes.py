"""Wrong versions that learners really write; the first line of each docstring is what the learner reads.

``rope__clockwise`` stands in for the exercise's function ``rope``; ``clockwise`` is the name of the mistake.
Where a slip amounts to the right function on other arguments, it is written so: that shows what it does.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reference.ex08_rope_rotation.solution import half_split_permutation, rope, rope_shapes

Shapes = dict[str, tuple[Any, ...]]


def _angles(x: ArrayLike, positions: ArrayLike, base: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """The vectors, and the right angles for them; raises on what ``rope`` raises on."""
    rope(x, positions, base)
    vectors = np.asarray(x, dtype=float)
    d = vectors.shape[-1]
    return vectors, np.asarray(positions)[:, None] * base ** (-np.arange(0, d, 2) / d)


def _interleave(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    pairs = np.stack([first, second], axis=-1)
    return pairs.reshape(*pairs.shape[:-2], -1)


# --- the wrong pairs or the wrong turn ---


def rope__half_split(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Coordinate i is paired with i + d/2 (the half-split layout); here the pairs are (2i, 2i + 1).

    Hint: turn (1, 2, 3, 4) with d = 4 at position 1, and see which of the other three numbers the first
    result depends on.
    """
    x, angles = _angles(x, positions, base)
    first, second = np.split(x, 2, axis=-1)
    cos, sin = np.cos(angles), np.sin(angles)
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)


def rope__mixed_layouts(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The pairs are (2i, 2i + 1), but the angles are tiled as for half-split pairs: repeat each.

    Hint: turn all ones with d = 4 at a large position. Did both members of a pair get the same angle?
    """
    x, angles = _angles(x, positions, base)
    cos, sin = np.tile(np.cos(angles), 2), np.tile(np.sin(angles), 2)
    turned: NDArray[Any] = x * cos + _interleave(-x[..., 1::2], x[..., 0::2]) * sin
    return turned


def rope__halves_out(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The turned pairs are joined as two halves; each belongs back at its coordinates 2i and 2i + 1.

    Hint: turn (1, 2, 3, 4) at position 0. In which order do the numbers come back?
    """
    rotated = rope(x, positions, base)
    return np.concatenate([rotated[..., 0::2], rotated[..., 1::2]], axis=-1)


def rope__clockwise(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The turn is clockwise: the minus sign belongs to the first coordinate, a cos - b sin.

    Hint: turn (1, 0) by a quarter turn on paper, against the clock. Which sign has the second coordinate
    then?
    """
    return rope(x, -np.asarray(positions), base)


def rope__reflected(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Both lines have the same sign between their terms, which is no rotation: one has a minus.

    Hint: turn (3, 4) and look at the length before and after.
    """
    x, angles = _angles(x, positions, base)
    first, second, cos, sin = x[..., 0::2], x[..., 1::2], np.cos(angles), np.sin(angles)
    return _interleave(first * cos + second * sin, first * sin + second * cos)


def rope__swapped_sin_cos(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Sine and cosine are swapped: position 0 must leave the vector as it is, and cos 0 = 1.

    Hint: put the angle 0 into both lines of your formula, and simplify.
    """
    x, angles = _angles(x, positions, base)
    first, second, cos, sin = x[..., 0::2], x[..., 1::2], np.cos(angles), np.sin(angles)
    return _interleave(first * sin - second * cos, first * cos + second * sin)


def rope__reused_first(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The second coordinate is computed from the first one *after* its turn: keep the old value.

    Hint: when your second line runs, which value does the name of the first coordinate hold?
    """
    x, angles = _angles(x, positions, base)
    first, second, cos, sin = x[..., 0::2], x[..., 1::2], np.cos(angles), np.sin(angles)
    first = first * cos - second * sin
    return _interleave(first, first * sin + second * cos)


def rope__added(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Sines and cosines are added to the vector, as sinusoidal encodings are: RoPE turns and adds nothing.

    Hint: turn a vector of zeros. What should come out, at any position?
    """
    x, angles = _angles(x, positions, base)
    total: NDArray[Any] = x + _interleave(np.sin(angles), np.cos(angles))
    return total


def rope__rescaled(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The vectors are scaled to length 1: a rotation keeps every length.

    Hint: turn (3, 4) at position 0. What should its length be?
    """
    rotated = rope(x, positions, base)
    unit: NDArray[Any] = rotated / np.maximum(np.linalg.norm(rotated, axis=-1, keepdims=True), 1e-12)
    return unit


# --- the wrong angles ---


def rope__one_angle(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Every pair turns by the same angle: pair i has its own frequency base^(-2i/d).

    Hint: with d = 4, print the two angles at position 1. What should their ratio be, for base 10000?
    """
    return rope(x, positions, base**0.0)


def rope__exponent_i_over_d(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The exponent is i/d: for pair i it is 2i/d.

    Hint: with d = 4 and base 10000, pair 1 turns by 0.01 radians a token. What do you get?
    """
    return rope(x, positions, base**0.5)


def rope__pairs_from_one(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Pairs are counted from 1: the first pair is i = 0 and turns by a full radian a token.

    Hint: by how much does the very first pair turn from one position to the next?
    """
    d = np.asarray(x).shape[-1]
    return rope(x, np.asarray(positions) * base ** (-2.0 / d), base)


def rope__growing_frequencies(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The exponent lacks its minus sign: later pairs turn more slowly, base^(-2i/d).

    Hint: print the frequencies for d = 8. Which pair should turn fastest?
    """
    return rope(x, positions, 1.0 / base)


def rope__degrees(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The angles are read as degrees: they are radians, as np.cos and np.sin take them.

    Hint: (1, 0) at position 1 hardly moves in your version. How far should it turn?
    """
    return rope(x, np.deg2rad(positions), base)


def rope__cycles(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The angles carry a factor 2 pi: the frequency counts radians a token, not turns.

    Hint: (1, 0) at position 1 comes back to where it was in your version. How far should it turn?
    """
    return rope(x, 2.0 * np.pi * np.asarray(positions), base)


def rope__base_ignored(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The base is always 10000: the parameter `base` must be used.

    Hint: call your function with base=100 and with base=10000, at d = 4. Do the results differ?
    """
    del base
    return rope(x, positions)


# --- the wrong positions ---


def rope__positions_from_one(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Every position is one too far: position 0 leaves the vector as it is.

    Hint: turn any vector at position 0, and compare it with what came in.
    """
    return rope(x, np.asarray(positions) + 1, base)


def rope__arange(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The vectors are numbered 0, 1, 2, ...: the argument `positions` says where they are.

    Hint: call your function twice, with positions [7, 2] and with [2, 7]. Do the results differ?
    """
    rope(x, positions, base)
    return rope(x, np.arange(np.asarray(x).shape[-2]), base)


def rope__table_wraps(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Positions index a table of angles, so a negative one reads the table from its end.

    Hint: turn (1, 0) at positions 1 and -1. How should the two results be related, and how are yours?
    """
    table = np.arange(200)
    return rope(x, table[np.asarray(positions)], base)


def rope__absolute_positions(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Negative positions are made positive: they turn the other way.

    Hint: turn (1, 0) at position -1 and at position 1. Where should each of them stand?
    """
    return rope(x, np.abs(positions), base)


def rope__sorted_positions(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Positions are sorted before use: vector t stands at positions[t], in any order.

    Hint: try two equal vectors at positions [7, 2]. Which of the two should have turned further?
    """
    return rope(x, np.sort(positions), base)


def rope__over_heads(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The angles run along the head axis: position t belongs to x[..., t, :].

    Hint: give x the shape (2, 3, 4), with all vectors equal. Along which axis do your results differ?
    """
    vectors = np.asarray(x, dtype=float)
    if vectors.ndim < 3:
        return rope(vectors, positions, base)
    return np.swapaxes(rope(np.swapaxes(vectors, -3, -2), positions, base), -3, -2)


def rope__time_first(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Time is taken from the first axis: with a batch or heads in front it is the second from the end.

    Hint: give x the shape (2, 3, 4). How many positions does it need, 2 or 3?
    """
    return np.moveaxis(rope(np.moveaxis(np.asarray(x, dtype=float), 0, -2), positions, base), -2, 0)


# --- right values, wrong manners ---


def rope__integer_result(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The result takes its dtype from x, so integer vectors are cut to integers: make it float.

    Hint: turn [[2, 0]] at position 1 and print the dtype of the result.
    """
    vectors = np.asarray(x)
    return rope(vectors, positions, base).astype(vectors.dtype)


def rope__in_place(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The argument x is overwritten by the result: write into an array of your own.

    Hint: print x before and after the call. Where did your function get the array that it writes to?
    """
    rotated = rope(x, positions, base)
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        return rotated
    x[...] = rotated
    return x


def rope__float16(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """The result is float16, which keeps only three digits: use float32 or float64.

    Hint: print the dtype of your result. Which line chose it?
    """
    return rope(x, positions, base).astype(np.float16)


def rope__odd_left_over(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """With an odd d the last coordinate is left as it is: an odd d must raise.

    Hint: call your function with d = 3. Which partner does the last coordinate have?
    """
    rotated = np.array(x, dtype=float)
    d = rotated.shape[-1] // 2 * 2
    rotated[..., :d] = rope(rotated[..., :d], positions, base)
    return rotated


def rope__odd_padded(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """With an odd d a zero is added to complete the last pair: an odd d must raise.

    Hint: call your function with d = 3. Is the result still a rotation of what came in?
    """
    vectors = np.asarray(x, dtype=float)
    d = vectors.shape[-1]
    padded = np.concatenate([vectors, np.zeros((*vectors.shape[:-1], d % 2))], axis=-1)
    return rope(padded, positions, base)[..., :d]


def rope__cut_positions(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """Too many or too few positions are cut or repeated to fit: they must raise.

    Hint: call your function with four vectors and three positions. Where does the last vector stand?
    """
    return rope(x, np.resize(positions, np.asarray(x).shape[-2]), base)


def rope__stretched_x(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """One vector with several positions gives several vectors: it must raise, as x has T = 1.

    Hint: call your function with one vector and three positions. How many vectors come out, and how many
    should?
    """
    vectors = np.asarray(x, dtype=float)
    if vectors.shape[-2] == 1:
        vectors = np.repeat(vectors, len(np.asarray(positions)), axis=-2)
    return rope(vectors, positions, base)


def rope__no_single_position(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> NDArray[Any]:
    """A single position for several vectors raises: it serves all of them.

    Hint: call your function with two vectors and positions [3]. What does the list of fixed points say of
    the shape (1,)?
    """
    if len(np.asarray(positions)) != np.asarray(x).shape[-2]:
        raise ValueError("one position a vector, please")
    return rope(x, positions, base)


# --- the permutation ---


def half_split_permutation__inverse(d: int) -> NDArray[Any]:
    """This is the way back, from half-split to interleaved: perm lists the old coordinate of each new one.

    Hint: for d = 8, which coordinate of x should land in place 1, so that `half` finds the first members in
    places 0 to 3?
    """
    return np.argsort(half_split_permutation(d))


def half_split_permutation__identity(d: int) -> NDArray[Any]:
    """Nothing is reordered: the even coordinates come first, then the odd ones.

    Hint: for d = 8, `half` turns places 0 and 4 together. Which two coordinates of x form its first pair?
    """
    return np.arange(d)


def half_split_permutation__odds_first(d: int) -> NDArray[Any]:
    """The odd coordinates come first: that swaps the members of every pair and turns it the other way.

    Hint: in a pair, which member does `half` expect in the front half? Compare with the example for d = 8.
    """
    return np.concatenate([np.arange(1, d, 2), np.arange(0, d, 2)])


def half_split_permutation__mirrored(d: int) -> NDArray[Any]:
    """The odd coordinates run backwards: 2i must land at i and 2i + 1 at i + d/2.

    Hint: for d = 8, which coordinate belongs with coordinate 0, and in which place does `half` look for it?
    """
    return np.concatenate([np.arange(0, d, 2), np.arange(1, d, 2)[::-1]])


def half_split_permutation__neighbours(d: int) -> NDArray[Any]:
    """Only neighbours are swapped: the pairs must be split into two halves.

    Hint: for d = 8, `half` turns places 0 and 4 together. Which coordinates stand there in your order?
    """
    return np.arange(d) ^ 1


def half_split_permutation__halves_swapped(d: int) -> NDArray[Any]:
    """The two halves are swapped: that is np.roll, and pairs stay where they were.

    Hint: for d = 8, write your coordinates under the places 0 to 7. In which places are the two members of
    the first pair?
    """
    return np.roll(np.arange(d), d // 2)


def half_split_permutation__only_eight(d: int) -> NDArray[Any]:
    """The example for d = 8 is returned for every d.

    Hint: how many entries has your result for d = 2?
    """
    del d
    return half_split_permutation(8)


def half_split_permutation__floats(d: int) -> NDArray[Any]:
    """The entries are floats, which can't index an array: make them integers.

    Hint: use your result as an index, x[..., perm]. What does numpy say?
    """
    return half_split_permutation(d).astype(float)


def half_split_permutation__matrix(d: int) -> NDArray[Any]:
    """This is the permutation matrix: the d indices themselves are asked.

    Hint: print the shape of your result for d = 8. How many numbers should it hold?
    """
    return np.eye(d, dtype=int)[half_split_permutation(d)]


def half_split_permutation__pair_list(d: int) -> NDArray[Any]:
    """This lists the pairs, two columns wide: one row of d indices is asked.

    Hint: print the shape of your result for d = 8. How many axes should it have?
    """
    return half_split_permutation(d).reshape(2, -1).T


# --- the shapes ---


def rope_shapes__angles_for_coordinates(B: int, H: int, T: int, d_head: int) -> Shapes:
    """There is one angle a pair of coordinates, so d_head // 2 of them, not d_head.

    Hint: how many coordinates does one turn move together?
    """
    return {**rope_shapes(B, H, T, d_head), "angles": (T, d_head)}


def rope_shapes__angles_without_time(B: int, H: int, T: int, d_head: int) -> Shapes:
    """The frequencies are one a pair, but the angles are one a position and pair.

    Hint: does a pair turn by the same angle at position 0 and at position 5?
    """
    return {**rope_shapes(B, H, T, d_head), "angles": (d_head // 2,)}


def rope_shapes__float_half(B: int, H: int, T: int, d_head: int) -> Shapes:
    """A shape holds integers: d_head / 2 is a float, d_head // 2 is not.

    Hint: print 8 / 2 and 8 // 2. Which of them can be the length of an axis?
    """
    return {**rope_shapes(B, H, T, d_head), "angles": (T, d_head / 2)}


def rope_shapes__scores_without_heads(B: int, H: int, T: int, d_head: int) -> Shapes:
    """Each head has its own scores: the head axis is missing.

    Hint: two heads look at the same tokens. Do they give the same scores?
    """
    return {**rope_shapes(B, H, T, d_head), "scores": (B, T, T)}


def rope_shapes__scores_like_queries(B: int, H: int, T: int, d_head: int) -> Shapes:
    """A score is one number for a query and a key: d_head is summed away.

    Hint: what comes out of a dot product of two vectors, and how many such products are there for T queries
    and T keys?
    """
    return {**rope_shapes(B, H, T, d_head), "scores": (B, H, T, d_head)}


def rope_shapes__time_before_heads(B: int, H: int, T: int, d_head: int) -> Shapes:
    """The head axis comes before the time axis: (batch, head, time, coordinate).

    Hint: read the order of the four axes in the text above the table again.
    """
    return {**rope_shapes(B, H, T, d_head), "x": (B, T, H, d_head), "rotated": (B, T, H, d_head)}


def rope_shapes__merged_heads(B: int, H: int, T: int, d_head: int) -> Shapes:
    """The rotation works on the heads one by one, before they are merged to H * d_head coordinates.

    Hint: how many axes has x in the text above the table, and which of them is missing in yours?
    """
    return {**rope_shapes(B, H, T, d_head), "x": (B, T, H * d_head), "rotated": (B, T, H * d_head)}


def rope_shapes__halved_result(B: int, H: int, T: int, d_head: int) -> Shapes:
    """The rotation changes no shape: two coordinates go in for each pair, and two come out.

    Hint: turn one pair by hand. How many numbers do you write down?
    """
    return {**rope_shapes(B, H, T, d_head), "rotated": (B, H, T, d_head // 2)}


def rope_shapes__positions_in_batch(B: int, H: int, T: int, d_head: int) -> Shapes:
    """All sequences and heads share the positions: one a token.

    Hint: does the third token of one sequence stand somewhere else than the third of another?
    """
    return {**rope_shapes(B, H, T, d_head), "positions": (B, T)}


def rope_shapes__no_angles(B: int, H: int, T: int, d_head: int) -> Shapes:
    """The key "angles" is missing.

    Hint: compare your keys with the table of keys, one by one.
    """
    return {key: shape for key, shape in rope_shapes(B, H, T, d_head).items() if key != "angles"}


# Which wrong idea of the course a mistake comes from, where one is behind it.
MISCONCEPTIONS: dict[str, tuple[str, ...]] = {
    "axes-stand-in-any-order": ("rope__time_first", "rope__over_heads", "rope_shapes__time_before_heads"),
    "a-dot-product-keeps-its-coordinates": ("rope_shapes__scores_like_queries",),
    "lengths-carry-nothing": ("rope__rescaled",),
    "half-precision-is-plenty": ("rope__float16",),
    "the-input-sets-the-type": ("rope__integer_result",),
    "a-whole-float-is-an-integer": ("half_split_permutation__floats", "rope_shapes__float_half"),
    "arguments-arrive-as-copies": ("rope__in_place",),
    "what-does-not-fit-is-best-mended": ("rope__cut_positions",),
    "it-runs-so-it-fits": ("rope__stretched_x",),
    "positions-start-at-one": ("rope__pairs_from_one", "rope__positions_from_one"),
    "later-pairs-turn-faster": ("rope__growing_frequencies",),
    "one-angle-for-all-pairs": ("rope__one_angle",),
    "every-coordinate-has-its-frequency": ("rope__exponent_i_over_d", "rope_shapes__angles_for_coordinates"),
    "the-base-is-ten-thousand": ("rope__base_ignored",),
    "angles-are-degrees-or-turns": ("rope__degrees", "rope__cycles"),
    "a-layout-is-only-an-order": (
        "rope__half_split",
        "rope__mixed_layouts",
        "rope__halves_out",
        "half_split_permutation__identity",
        "half_split_permutation__neighbours",
        "half_split_permutation__halves_swapped",
        "half_split_permutation__mirrored",
    ),
    "sine-or-cosine-first": ("rope__swapped_sin_cos",),
    "either-way-is-a-rotation": ("rope__clockwise", "rope__reflected", "half_split_permutation__odds_first"),
    "rope-is-added": ("rope__added",),
    "positions-are-numbers-of-rows": ("rope__arange", "rope__sorted_positions"),
    "positions-are-never-negative": ("rope__table_wraps", "rope__absolute_positions"),
    "half-a-pair-can-turn": ("rope__odd_left_over", "rope__odd_padded"),
    "positions-belong-to-one-text": ("rope_shapes__positions_in_batch",),
    "heads-share-one-bias": ("rope_shapes__scores_without_heads",),
}
