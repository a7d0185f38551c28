"""Each known mistake once more, written by another author from its diagnosis alone."""

import math
from itertools import combinations, permutations

import numpy as np


def _open(E, *ids):
    table = np.array(E, dtype=float)
    if min(ids) < 0 or max(ids) >= table.shape[0]:
        raise ValueError("no such id")
    if len(set(range(len(table))) - {int(i) for i in ids}) == 0:
        raise ValueError("nobody is left to answer")
    return table


def _unit(rows):
    lengths = np.sqrt((rows**2).sum(axis=-1, keepdims=True))
    return rows / np.where(lengths > 0, lengths, 1.0)


def _cos(u, v):
    lengths = math.sqrt(sum(x * x for x in u)) * math.sqrt(sum(x * x for x in v))
    return float(np.dot(u, v)) / lengths if lengths else 0.0


def _best(scores, banned):
    scores = np.array(scores, dtype=float)
    for i in banned:
        scores[i] = -np.inf
    return int(scores.argmax())


def _right_scores(E, a, b, c, normalize):
    table = _open(E, a, b, c)
    units = _unit(table)
    source = units if normalize else table
    return units @ (source[b] - source[a] + source[c])


def analogy__reversed(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    rows = _unit(E) if normalize else E
    query = rows[c] + (rows[a] - rows[b])
    return _best([_cos(row, query) for row in E], (a, b, c))


def analogy__c_subtracted(E, a, b, c, normalize=False):
    E = _open(E, a, b, c).astype(np.float32)
    if normalize:
        E = _unit(E)
    return _best(_unit(E) @ np.array([1, 1, -1], dtype=np.float32).dot(E[[a, b, c]]), [a, b, c])


def analogy__no_minus(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    if normalize:
        E = _unit(E)
    query = E[[a, b, c]].sum(axis=0)
    return _best(np.einsum("vd,d->v", _unit(E), query), {a, b, c})


def analogy__only_the_step(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    if normalize:
        E = _unit(E)
    step = E[b] - E[a]
    ranking = sorted((-_cos(E[v], step), v) for v in range(len(E)) if v not in (a, b, c))
    return ranking[0][1]


def analogy__nearest_to_c(E, a, b, c, normalize=False):
    units = _unit(_open(E, a, b, c))
    return _best((units * units[c]).sum(axis=1), [a, b, c])


def analogy__nearest_to_b(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    return max((v for v in range(len(E)) if v not in (a, b, c)), key=lambda v: _cos(E[v], E[b]))


def analogy__always_normalized(E, a, b, c, normalize=False):
    E = _unit(_open(E, a, b, c))
    query = E[b] - E[a] + E[c]
    scores = {v: float(E[v] @ query) for v in range(len(E)) if v not in {a, b, c}}
    return max(scores, key=scores.get)


def analogy__never_normalized(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    query = _unit(E[c] + (E[b] - E[a]))
    return _best([np.inner(row, query) for row in _unit(E)], [a, b, c])


def analogy__flag_inverted(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    source = E if normalize else _unit(E)
    query = source[b] - source[a] + source[c]
    return _best([_cos(row, query) for row in E], [a, b, c])


def analogy__step_normalized(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    step = E[b] - E[a]
    if normalize and step.any():
        step = step / np.linalg.norm(step)
    return _best(_unit(E) @ (E[c] + step), (a, b, c))


def analogy__columns_normalized(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    if normalize:
        lengths = np.linalg.norm(E, axis=0)
        E = E / np.where(lengths == 0, 1, lengths)
    return _best(_unit(E) @ (E[b] - E[a] + E[c]), (a, b, c))


def analogy__euclidean(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    if normalize:
        E = _unit(E)
    query = E[b] - E[a] + E[c]
    return min((math.dist(E[v], query), v) for v in range(len(E)) if v not in (a, b, c))[1]


def analogy__dot_product(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    if normalize:
        E = _unit(E)
    scores = np.einsum("vd,d->v", E, E[b] - E[a] + E[c])
    scores[np.array([a, b, c])] = -np.inf
    return np.argmax(scores)


def analogy__absolute(E, a, b, c, normalize=False):
    closeness = _right_scores(E, a, b, c, normalize) ** 2
    return _best(closeness, [a, b, c])


def analogy__worst(E, a, b, c, normalize=False):
    scores = _right_scores(E, a, b, c, normalize)
    scores[[a, b, c]] = np.inf
    return int(np.argmin(scores))


def analogy__products(E, a, b, c, normalize=False):
    units = _unit(_open(E, a, b, c))
    to_a, to_b, to_c = (1 + units[[a, b, c]] @ units.T) / 2
    return _best(to_b * to_c / (to_a + 0.001), [a, b, c])


def analogy__centred(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    E = E - E.sum(axis=0) / len(E)
    return _best(_right_scores(E, a, b, c, normalize), (a, b, c))


def analogy__nobody_excluded(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    rows = _unit(E) if normalize else E
    query = rows[b] - rows[a] + rows[c]
    cosines = [_cos(row, query) for row in E]
    return cosines.index(max(cosines))


def analogy__only_c_excluded(E, a, b, c, normalize=False):
    return _best(_right_scores(E, a, b, c, normalize), [c])


def analogy__b_not_excluded(E, a, b, c, normalize=False):
    scores = _right_scores(E, a, b, c, normalize)
    allowed = [v for v in range(len(scores)) if v != a and v != c]
    return allowed[int(np.argmax(scores[allowed]))]


def analogy__a_not_excluded(E, a, b, c, normalize=False):
    winner = None
    scores = _right_scores(E, a, b, c, normalize)
    for v, score in enumerate(scores):
        if v not in (b, c) and (winner is None or score > scores[winner]):
            winner = v
    return winner


def analogy__excluded_at_zero(E, a, b, c, normalize=False):
    scores = _right_scores(E, a, b, c, normalize)
    mask = np.ones(len(scores))
    mask[[a, b, c]] = 0
    return int(np.argmax(scores * mask))


def analogy__excluded_at_minus_one(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    rows = _unit(E) if normalize else E
    query = rows[b] - rows[a] + rows[c]
    cosines = [-1.0 if v in (a, b, c) else _cos(E[v], query) for v in range(len(E))]
    return cosines.index(max(cosines))


def analogy__not_renumbered(E, a, b, c, normalize=False):
    scores = _right_scores(E, a, b, c, normalize)
    remaining = [s for v, s in enumerate(scores) if v not in (a, b, c)]
    return remaining.index(max(remaining))


def analogy__three_best_skipped(E, a, b, c, normalize=False):
    scores = _right_scores(E, a, b, c, normalize)
    ranking = sorted(range(len(scores)), key=lambda v: (-scores[v], v))
    return ranking[3]


def analogy__rounded(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    rows = _unit(E) if normalize else E
    query = rows[b] - rows[a] + rows[c]
    return _best([round(_cos(row, query), 2) for row in E], [a, b, c])


def analogy__ties_to_higher(E, a, b, c, normalize=False):
    scores = _right_scores(E, a, b, c, normalize)
    best, best_score = None, -np.inf
    for v in range(len(scores)):
        if v not in (a, b, c) and scores[v] >= best_score:
            best, best_score = v, scores[v]
    return best


def analogy__nan_for_zeros(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    rows = _unit(E) if normalize else E
    query = rows[b] - rows[a] + rows[c]
    with np.errstate(invalid="ignore"):
        scores = (E @ query) / np.linalg.norm(E, axis=1)
    return _best(scores, [a, b, c])


def analogy__zero_rows_excluded(E, a, b, c, normalize=False):
    scores = _right_scores(E, a, b, c, normalize)
    empty = [v for v, row in enumerate(np.asarray(E, dtype=float)) if not row.any()]
    return _best(scores, [a, b, c, *empty])


def analogy__zero_query_raises(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    rows = _unit(E) if normalize else E
    query = rows[b] - rows[a] + rows[c]
    if np.allclose(query, 0, atol=1e-12):
        raise ValueError("the query has no direction")
    return _best(_unit(E) @ query, [a, b, c])


def analogy__row_returned(E, a, b, c, normalize=False):
    winner = _best(_right_scores(E, a, b, c, normalize), [a, b, c])
    return np.array(E[winner], dtype=float)


def analogy__query_returned(E, a, b, c, normalize=False):
    E = _open(E, a, b, c)
    if normalize:
        E = _unit(E)
    return np.array([-1.0, 1.0, 1.0]) @ E[[a, b, c]]


def analogy__in_an_array(E, a, b, c, normalize=False):
    scores = _right_scores(E, a, b, c, normalize)
    scores[[a, b, c]] = -np.inf
    return np.flatnonzero(scores == scores.max())[:1]


def analogy__float_id(E, a, b, c, normalize=False):
    scores = _right_scores(E, a, b, c, normalize)
    table = np.column_stack([np.arange(len(scores)), scores])
    table = table[~np.isin(table[:, 0], [a, b, c])]
    return table[table[:, 1].argmax(), 0]


def analogy__negative_ids(E, a, b, c, normalize=False):
    E = np.array(E, dtype=float)
    if len(E) <= 3:
        raise ValueError("nobody is left to answer")
    rows = _unit(E) if normalize else E
    return _best(_unit(E) @ (rows[b] - rows[a] + rows[c]), [a, b, c])


def analogy__clipped_ids(E, a, b, c, normalize=False):
    last = len(E) - 1
    a, b, c = (i if i < last else last for i in (a, b, c))
    return _best(_right_scores(E, a, b, c, normalize), [a, b, c])


def analogy__nobody_left(E, a, b, c, normalize=False):
    E = np.array(E, dtype=float)
    for i in (a, b, c):
        if not 0 <= i < len(E):
            raise IndexError(i)
    rows = _unit(E) if normalize else E
    return _best(_unit(E) @ (rows[b] - rows[a] + rows[c]), [a, b, c])


def analogy__in_place(E, a, b, c, normalize=False):
    _open(E, a, b, c)
    E = np.asarray(E, dtype=float)
    if normalize:
        for v in range(len(E)):
            E[v] /= np.linalg.norm(E[v]) or 1.0
    return _best(_unit(E) @ (E[b] - E[a] + E[c]), [a, b, c])


def analogy__rows_struck_out(E, a, b, c, normalize=False):
    scores_of = _unit(_open(E, a, b, c))
    E = np.asarray(E, dtype=float)
    rows = scores_of if normalize else E
    query = rows[b] - rows[a] + rows[c]
    E[[a, b, c]] = np.nan
    return int(np.nanargmax(np.where(np.isnan(E).any(axis=1), np.nan, scores_of @ query)))


def _offsets(E, pairs):
    E, pairs = np.array(E, dtype=float), [(int(p[0]), int(p[1])) for p in pairs]
    if len(pairs) < 2:
        raise ValueError("two pairs at least")
    if any(i < 0 or i >= len(E) for pair in pairs for i in pair):
        raise ValueError("no such id")
    return np.array([E[b] - E[a] for a, b in pairs])


def _ends(E, pairs):
    _offsets(E, pairs)
    return np.array(E, dtype=float)[np.array(pairs).T]


def _different(vectors):
    return [_cos(u, v) for u, v in combinations(vectors, 2)]


def offset_consistency__diagonal_included(E, pairs):
    units = _unit(_offsets(E, pairs))
    return float(np.einsum("id,jd->", units, units)) / len(units) ** 2


def offset_consistency__halved(E, pairs):
    offsets = _offsets(E, pairs)
    n, total = len(offsets), 0.0
    for i in range(n):
        for j in range(i):
            total += _cos(offsets[i], offsets[j])
    return total / (n * (n - 1))


def offset_consistency__zeros_averaged(E, pairs):
    units = _unit(_offsets(E, pairs))
    return float(np.mean((units @ units.T) * (1 - np.eye(len(units)))))


def offset_consistency__summed(E, pairs):
    return sum(_cos(u, v) for u, v in permutations(_offsets(E, pairs), 2))


def offset_consistency__dot_products(E, pairs):
    offsets = _offsets(E, pairs)
    gram = np.tensordot(offsets, offsets, axes=(1, 1))
    n = len(offsets)
    return (gram.sum() - np.trace(gram)) / (n * n - n)


def offset_consistency__within_pairs(E, pairs):
    starts, stops = _ends(E, pairs)
    return float(np.mean(np.sum(_unit(starts) * _unit(stops), axis=1)))


def offset_consistency__sums(E, pairs):
    starts, stops = _ends(E, pairs)
    return float(np.mean(_different(starts + stops)))


def offset_consistency__targets_only(E, pairs):
    _, stops = _ends(E, pairs)
    cosines = _unit(stops) @ _unit(stops).T
    return cosines[~np.eye(len(stops), dtype=bool)].mean()


def offset_consistency__rows_normalized(E, pairs):
    units = _unit(np.array(E, dtype=float))
    return float(np.mean(_different(_offsets(units, pairs))))


def offset_consistency__offsets_centred(E, pairs):
    offsets = _offsets(E, pairs)
    units = _unit(offsets - offsets.mean(axis=0))
    return float(np.mean((units @ units.T)[np.triu_indices(len(units), k=1)]))


def offset_consistency__against_first(E, pairs):
    first, *others = _offsets(E, pairs)
    return sum(_cos(first, other) for other in others) / len(others)


def offset_consistency__successive(E, pairs):
    units = _unit(_offsets(E, pairs))
    return float((units[1:] * units[:-1]).sum(axis=1).mean())


def offset_consistency__against_mean(E, pairs):
    offsets = _offsets(E, pairs)
    centre = sum(offsets) / len(offsets)
    return float(np.mean([_cos(offset, centre) for offset in offsets]))


def offset_consistency__length_of_mean(E, pairs):
    directions = _unit(_offsets(E, pairs))
    return math.hypot(*directions.mean(axis=0))


def offset_consistency__absolute(E, pairs):
    cosines = _different(_offsets(E, pairs))
    return math.fsum(map(abs, cosines)) / len(cosines)


def offset_consistency__distances(E, pairs):
    distances = [math.dist(u, v) for u, v in combinations(_offsets(E, pairs), 2)]
    return sum(distances) / len(distances)


def offset_consistency__one_minus(E, pairs):
    return float(np.mean([1.0 - cosine for cosine in _different(_offsets(E, pairs))]))


def offset_consistency__median(E, pairs):
    units = _unit(_offsets(E, pairs).astype(np.float32))
    rows, columns = np.tril_indices(len(units), k=-1)
    return np.median((units @ units.T)[rows, columns])


def offset_consistency__matrix(E, pairs):
    offsets = _offsets(E, pairs)
    return np.array([[_cos(u, v) for v in offsets] for u in offsets])


def offset_consistency__read_down(E, pairs):
    ids = [int(i) for pair in pairs for i in pair]
    half = len(ids) // 2
    return float(np.mean(_different(_offsets(E, list(zip(ids[:half], ids[half:], strict=True))))))


def offset_consistency__repeats_dropped(E, pairs):
    seen = list(dict.fromkeys((int(a), int(b)) for a, b in pairs))
    return float(np.mean(_different(_offsets(E, seen))))


def offset_consistency__one_pair_is_one(E, pairs):
    if len(pairs) == 1:
        _offsets(E, [pairs[0], pairs[0]])
        return 1.0
    return float(np.mean(_different(_offsets(E, pairs))))


def offset_consistency__no_pairs_is_zero(E, pairs):
    if len(pairs) == 0:
        return 0.0
    cosines = _different(_offsets(E, pairs))
    return sum(cosines) / len(cosines)


def offset_consistency__negative_ids(E, pairs):
    E, pairs = np.array(E, dtype=float), np.array(pairs)
    if len(pairs) < 2 or pairs.max() >= len(E):
        raise ValueError("too few pairs, or an id that is too large")
    return float(np.mean(_different(E[pairs[:, 1]] - E[pairs[:, 0]])))


def offset_consistency__clipped_ids(E, pairs):
    last = len(E) - 1
    inside = [(min(a, last), min(b, last)) for a, b in pairs]
    return float(np.mean(_different(_offsets(E, inside))))


def offset_consistency__in_place(E, pairs):
    _offsets(E, pairs)
    E, offsets = np.asarray(E, dtype=float), []
    for a, b in pairs:
        E[b] -= E[a]
        offsets.append(E[b].copy())
    return float(np.mean(_different(offsets)))


def _shapes(V, d, n_pairs, **wrong):
    return {"E": (V, d), "query": (d,), "cosines": (V,), "offsets": (n_pairs, d)} | wrong


def analogy_shapes__columns_as_tokens(V, d, n_pairs):
    return _shapes(V, d, n_pairs, E=(d, V))


def analogy_shapes__query_for_every_row(V, d, n_pairs):
    return _shapes(V, d, n_pairs, query=(V, d))


def analogy_shapes__query_as_table(V, d, n_pairs):
    return _shapes(V, d, n_pairs, query=[1, d])


def analogy_shapes__query_of_three_rows(V, d, n_pairs):
    return {"E": [V, d], "query": [3, d], "cosines": [V], "offsets": [n_pairs, d]}


def analogy_shapes__cosines_without_inputs(V, d, n_pairs):
    return _shapes(V, d, n_pairs, cosines=(V - 3,))


def analogy_shapes__cosines_of_all_rows(V, d, n_pairs):
    return _shapes(V, d, n_pairs, cosines=(V, V))


def analogy_shapes__cosines_by_coordinate(V, d, n_pairs):
    table = (V, d)
    return _shapes(V, d, n_pairs, cosines=table)


def analogy_shapes__one_cosine(V, d, n_pairs):
    return _shapes(V, d, n_pairs, cosines=())


def analogy_shapes__offsets_as_pairs(V, d, n_pairs):
    return {"E": (V, d), "query": (d,), "cosines": (V,), "offsets": (n_pairs, 2, d)}


def analogy_shapes__offsets_transposed(V, d, n_pairs):
    return _shapes(V, d, n_pairs, offsets=(n_pairs, d)[::-1])


def analogy_shapes__offsets_compared(V, d, n_pairs):
    return _shapes(V, d, n_pairs, offsets=np.array([n_pairs, n_pairs]))


def analogy_shapes__offsets_of_the_vocabulary(V, d, n_pairs):
    return _shapes(V, d, n_pairs, offsets=(V, d))


def analogy_shapes__no_query(V, d, n_pairs):
    shapes = _shapes(V, d, n_pairs)
    del shapes["query"]
    return shapes
