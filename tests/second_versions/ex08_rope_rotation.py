"""Each known mistake once more, written by another author from its diagnosis alone."""

import math

import numpy as np


def _read(x, positions):
    x, p = np.array(x, dtype=float), np.array(positions, dtype=float)
    if x.shape[-1] % 2:
        raise ValueError(f"d = {x.shape[-1]} is odd")
    if p.shape not in ((1,), (x.shape[-2],)):
        raise ValueError(f"{p.shape} positions for {x.shape[-2]} vectors")
    return x, p


def _angles(p, d, base):
    return np.outer(p, float(base) ** (-np.arange(0, d, 2) / d))


def _turn(x, angles):
    a, b = x[..., 0::2], x[..., 1::2]
    c, s = np.cos(angles), np.sin(angles)
    return np.stack([a * c - b * s, a * s + b * c], axis=-1).reshape(x.shape)


def _right_rope(x, positions, base=10000.0):
    x, p = _read(x, positions)
    return _turn(x, _angles(p, x.shape[-1], base))


def _right_shapes(B, H, T, d_head):
    return {
        "x": (B, H, T, d_head),
        "positions": (T,),
        "angles": (T, d_head // 2),
        "rotated": (B, H, T, d_head),
        "scores": (B, H, T, T),
    }


def rope__half_split(x, positions, base=10000.0):
    x, p = _read(x, positions)
    angles = _angles(p, x.shape[-1], base)
    first, second = np.split(x, 2, axis=-1)
    c, s = np.cos(angles), np.sin(angles)
    return np.concatenate([first * c - second * s, second * c + first * s], axis=-1)


def rope__mixed_layouts(x, positions, base=10000.0):
    x, p = _read(x, positions)
    angles = np.tile(_angles(p, x.shape[-1], base), 2)
    across = np.empty_like(x)
    across[..., ::2], across[..., 1::2] = -x[..., 1::2], x[..., ::2]
    return x * np.cos(angles) + across * np.sin(angles)


def rope__halves_out(x, positions, base=10000.0):
    x, p = _read(x, positions)
    z = (x[..., ::2] + 1j * x[..., 1::2]) * np.exp(1j * _angles(p, x.shape[-1], base))
    return np.concatenate((z.real, z.imag), axis=-1)


def rope__clockwise(x, positions, base=10000.0):
    x, p = _read(x, positions)
    z = x[..., ::2] + 1j * x[..., 1::2]
    z = z * np.exp(-1j * _angles(p, x.shape[-1], base))
    return np.stack((z.real, z.imag), axis=-1).reshape(x.shape)


def rope__reflected(x, positions, base=10000.0):
    x, p = _read(x, positions)
    angles = np.repeat(_angles(p, x.shape[-1], base), 2, axis=1)
    partner = x.reshape(*x.shape[:-1], -1, 2)[..., ::-1].reshape(x.shape)
    return x * np.cos(angles) + partner * np.sin(angles)


def rope__swapped_sin_cos(x, positions, base=10000.0):
    x, p = _read(x, positions)
    angles = _angles(p, x.shape[-1], base)
    sin, cos = np.cos(angles), np.sin(angles)
    result = np.zeros(x.shape)
    result[..., 0::2] = x[..., 0::2] * cos - x[..., 1::2] * sin
    result[..., 1::2] = x[..., 0::2] * sin + x[..., 1::2] * cos
    return result


def rope__reused_first(x, positions, base=10000.0):
    x, p = _read(x, positions)
    for i in range(x.shape[-1] // 2):
        phi = p * base ** (-2 * i / x.shape[-1])
        x[..., 2 * i] = x[..., 2 * i] * np.cos(phi) - x[..., 2 * i + 1] * np.sin(phi)
        x[..., 2 * i + 1] = x[..., 2 * i] * np.sin(phi) + x[..., 2 * i + 1] * np.cos(phi)
    return x


def rope__added(x, positions, base=10000.0):
    x, p = _read(x, positions)
    angles = _angles(p, x.shape[-1], base)
    x[..., 0::2] += np.sin(angles)
    x[..., 1::2] += np.cos(angles)
    return x


def rope__rescaled(x, positions, base=10000.0):
    turned = _right_rope(x, positions, base)
    norms = np.linalg.norm(turned, axis=-1, keepdims=True)
    return turned / np.where(norms == 0, 1.0, norms)


def rope__one_angle(x, positions, base=10000.0):
    x, p = _read(x, positions)
    return _turn(x, p[:, None] * float(base) ** 0)


def rope__exponent_i_over_d(x, positions, base=10000.0):
    x, p = _read(x, positions)
    d = x.shape[-1]
    frequencies = [base ** (-i / d) for i in range(d // 2)]
    return _turn(x, p[:, None] * np.array(frequencies))


def rope__pairs_from_one(x, positions, base=10000.0):
    x, p = _read(x, positions)
    d = x.shape[-1]
    exponents = np.linspace(2, d, d // 2) / d
    return _turn(x, np.einsum("t,i->ti", p, np.power(float(base), -exponents)))


def rope__growing_frequencies(x, positions, base=10000.0):
    x, p = _read(x, positions)
    d = x.shape[-1]
    return _turn(x, p[:, None] * np.exp(np.log(base) * np.arange(0, d, 2) / d))


def rope__degrees(x, positions, base=10000.0):
    x, p = _read(x, positions)
    return _turn(x, np.radians(_angles(p, x.shape[-1], base)))


def rope__cycles(x, positions, base=10000.0):
    x, p = _read(x, positions)
    return _turn(x, _angles(math.tau * p, x.shape[-1], base))


def rope__base_ignored(x, positions, base=10000.0):
    x, p = _read(x, positions)
    d = x.shape[-1]
    return _turn(x, p[:, None] / 10000 ** (np.arange(0, d, 2) / d)).astype(np.float32)


def rope__positions_from_one(x, positions, base=10000.0):
    return _right_rope(x, [p + 1 for p in positions], base)


def rope__arange(x, positions, base=10000.0):
    x, _ = _read(x, positions)
    return _turn(x, _angles(range(x.shape[-2]), x.shape[-1], base))


def rope__table_wraps(x, positions, base=10000.0):
    x, p = _read(x, positions)
    table = _angles(np.arange(512), x.shape[-1], base)
    return _turn(x, table[p.astype(int)])


def rope__absolute_positions(x, positions, base=10000.0):
    x, p = _read(x, positions)
    return _turn(x, np.abs(_angles(p, x.shape[-1], base)))


def rope__sorted_positions(x, positions, base=10000.0):
    return _right_rope(x, sorted(np.asarray(positions).tolist()), base)


def rope__over_heads(x, positions, base=10000.0):
    x, p = _read(x, positions)
    angles = _angles(p, x.shape[-1], base)
    if x.ndim > 2:
        angles = angles[:, None, :]
    return _turn(x, angles)


def rope__time_first(x, positions, base=10000.0):
    x, p = np.array(x, dtype=float), np.array(positions, dtype=float)
    if x.shape[-1] % 2 or len(p) not in (1, len(x)):
        raise ValueError("odd d or a wrong number of positions")
    x = np.moveaxis(x, 0, -2)
    return np.moveaxis(_turn(x, _angles(p, x.shape[-1], base)), -2, 0)


def rope__integer_result(x, positions, base=10000.0):
    out = np.empty_like(np.array(x))
    out[...] = _right_rope(x, positions, base)
    return out


def rope__in_place(x, positions, base=10000.0):
    _read(x, positions)
    x = np.asarray(x, dtype=float)
    angles = _angles(positions, x.shape[-1], base)
    a, b = x[..., 0::2].copy(), x[..., 1::2].copy()
    x[..., 0::2] = a * np.cos(angles) - b * np.sin(angles)
    x[..., 1::2] = a * np.sin(angles) + b * np.cos(angles)
    return x


def rope__float16(x, positions, base=10000.0):
    out = np.empty(np.shape(x), dtype=np.half)
    out[...] = _right_rope(x, positions, base)
    return out


def rope__odd_left_over(x, positions, base=10000.0):
    x = np.array(x, dtype=float)
    d = x.shape[-1]
    even = d - d % 2
    _, p = _read(x[..., :even], positions)
    angles = p[:, None] * base ** (-2.0 * np.arange(d // 2) / d)
    x[..., :even] = _turn(x[..., :even], angles)
    return x


def rope__odd_padded(x, positions, base=10000.0):
    x = np.array(x, dtype=float)
    d = x.shape[-1]
    if d % 2:
        x = np.concatenate([x, np.zeros_like(x[..., :1])], axis=-1)
    return _right_rope(x, positions, base)[..., :d]


def rope__cut_positions(x, positions, base=10000.0):
    return _right_rope(x, np.resize(positions, np.shape(x)[-2]), base)


def rope__stretched_x(x, positions, base=10000.0):
    x = np.array(x, dtype=float)
    if x.shape[-2] == 1:
        x = np.repeat(x, len(positions), axis=-2)
    return _right_rope(x, positions, base)


def rope__no_single_position(x, positions, base=10000.0):
    if len(positions) != np.shape(x)[-2]:
        raise ValueError("one position a vector")
    return _right_rope(x, positions, base)


def half_split_permutation__inverse(d):
    perm = np.empty(d, dtype=int)
    perm[0::2], perm[1::2] = np.arange(d // 2), np.arange(d // 2, d)
    return perm


def half_split_permutation__identity(d):
    return [*range(d)]


def half_split_permutation__odds_first(d):
    return [j for j in range(d) if j % 2] + [j for j in range(d) if j % 2 == 0]


def half_split_permutation__mirrored(d):
    return np.r_[np.arange(0, d, 2), np.arange(d - 1, 0, -2)]


def half_split_permutation__neighbours(d):
    return np.arange(d) ^ 1


def half_split_permutation__halves_swapped(d):
    return [(j + d // 2) % d for j in range(d)]


def half_split_permutation__only_eight(d):
    return np.array([0, 2, 4, 6, 1, 3, 5, 7])


def half_split_permutation__floats(d):
    return np.concatenate([np.linspace(first, d - 2 + first, d // 2) for first in (0, 1)])


def half_split_permutation__matrix(d):
    matrix = np.zeros((d, d), dtype=int)
    for j in range(d):
        matrix[j, 2 * (j % (d // 2)) + j // (d // 2)] = 1
    return matrix


def half_split_permutation__pair_list(d):
    return [(2 * i, 2 * i + 1) for i in range(d // 2)]


def rope_shapes__angles_for_coordinates(B, H, T, d_head):
    return _right_shapes(B, H, T, d_head) | {"angles": (T, d_head)}


def rope_shapes__angles_without_time(B, H, T, d_head):
    return _right_shapes(B, H, T, d_head) | {"angles": (d_head // 2,)}


def rope_shapes__float_half(B, H, T, d_head):
    return _right_shapes(B, H, T, d_head) | {"angles": (T, d_head / 2)}


def rope_shapes__scores_without_heads(B, H, T, d_head):
    queries = (B, H, T, d_head)
    return {"x": queries, "positions": (T,), "angles": (T, d_head // 2), "rotated": queries, "scores": (B, T, T)}


def rope_shapes__scores_like_queries(B, H, T, d_head):
    queries = [B, H, T, d_head]
    return {"x": queries, "positions": [T], "angles": [T, d_head // 2], "rotated": queries, "scores": queries}


def rope_shapes__time_before_heads(B, H, T, d_head):
    queries = (B, T, H, d_head)
    return {"x": queries, "positions": (T,), "angles": (T, d_head // 2), "rotated": queries, "scores": (B, H, T, T)}


def rope_shapes__merged_heads(B, H, T, d_head):
    queries = (B, T, H * d_head)
    return {"x": queries, "positions": (T,), "angles": (T, d_head // 2), "rotated": queries, "scores": (B, H, T, T)}


def rope_shapes__halved_result(B, H, T, d_head):
    shapes = _right_shapes(B, H, T, d_head)
    shapes["rotated"] = (B, H, T, shapes["angles"][-1])
    return shapes


def rope_shapes__positions_in_batch(B, H, T, d_head):
    shapes = _right_shapes(B, H, T, d_head)
    shapes["positions"] = (B, T)
    return shapes


def rope_shapes__no_angles(B, H, T, d_head):
    shapes = _right_shapes(B, H, T, d_head)
    shapes.pop("angles")
    return shapes
