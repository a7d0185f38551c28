"""Each known mistake once more, written by another author from its diagnosis alone."""

import math

import numpy as np


def _table(X):
    X = np.array(X, dtype=float)
    if X.ndim != 2:
        raise ValueError("a table has two axes")
    return X


def _tables(A, B):
    A, B = _table(A), _table(B)
    if A.shape[1] != B.shape[1]:
        raise ValueError("rows of unequal length")
    return A, B


def _norms(X):
    norms = np.sqrt(np.einsum("nd,nd->n", X, X))
    return np.where(norms == 0, 1.0, norms)


def _units(X):
    return X / _norms(X)[:, None]


def _right_cosines(A, B):
    A, B = _tables(A, B)
    return np.einsum("nd,md->nm", _units(A), _units(B))


def _checked(X, k):
    X, k = _table(X), int(k)
    if k < 1 or k >= len(X):
        raise ValueError("k runs from 1 to n - 1")
    return X, k


def _ranked(scores):
    scores = np.array(scores, dtype=float)
    scores[np.eye(len(scores), dtype=bool)] = -np.inf
    return np.argsort(-scores, axis=1, kind="stable")


def _right_lists(X, k):
    X, k = _checked(X, k)
    return _ranked(_right_cosines(X, X))[:, :k]


def cosine_matrix__dot_product(A, B):
    A, B = _tables(A, B)
    return np.array([[sum(a * b) for b in B] for a in A])


def cosine_matrix__one_norm(A, B):
    A, B = _tables(A, B)
    dots = np.tensordot(A, B, axes=(1, 1))
    for i, norm in enumerate(np.linalg.norm(A, axis=1)):
        if norm > 0:
            dots[i] /= norm
    return dots


def cosine_matrix__squared_norms(A, B):
    A, B = _tables(A, B)
    size_a, size_b = (A * A).sum(axis=1), (B * B).sum(axis=1)
    size_a[size_a == 0] = 1
    size_b[size_b == 0] = 1
    return A @ B.T / np.outer(size_a, size_b)


def cosine_matrix__sum_of_norms(A, B):
    A, B = _tables(A, B)
    result = np.zeros((len(A), len(B)))
    for i, a in enumerate(A):
        for j, b in enumerate(B):
            if a.any() and b.any():
                result[i, j] = a @ b / (math.hypot(*a) + math.hypot(*b))
    return result


def cosine_matrix__sum_norm(A, B):
    A, B = _tables(A, B)
    A, B = (X / np.where(X.any(axis=1), np.abs(X).sum(axis=1), 1)[:, None] for X in (A, B))
    return A @ B.T


def cosine_matrix__whole_norm(A, B):
    A, B = _tables(A, B)
    bottom = np.linalg.norm(A) * np.linalg.norm(B)
    return A @ B.T / (bottom if bottom != 0 else 1.0)


def cosine_matrix__columns_normalized(A, B):
    A, B = _tables(A, B)
    return np.einsum("dn,dm->nm", _units(A.T), _units(B.T))


def cosine_matrix__mean_of_products(A, B):
    A, B = _tables(A, B)
    return np.mean(_units(A)[:, None, :] * _units(B)[None, :, :], axis=2)


def cosine_matrix__absolute(A, B):
    cosines = _right_cosines(A, B)
    return np.sqrt(cosines * cosines)


def cosine_matrix__never_negative(A, B):
    cosines = _right_cosines(A, B)
    cosines[cosines < 0] = 0.0
    return cosines


def cosine_matrix__distance(A, B):
    A, B = _tables(A, B)
    return np.array([[1 - a @ b for b in _units(B)] for a in _units(A)])


def cosine_matrix__angle(A, B):
    cosines = _right_cosines(A, B)
    return np.array([[math.acos(max(-1.0, min(1.0, c))) for c in row] for row in cosines])


def cosine_matrix__euclidean(A, B):
    A, B = _tables(A, B)
    return np.array([[math.dist(a, b) for b in B] for a in A])


def cosine_matrix__correlation(A, B):
    A, B = _tables(A, B)
    A, B = (np.array([row - row.mean() for row in X]) for X in (A, B))
    return _right_cosines(A, B)


def cosine_matrix__centred(A, B):
    A, B = _tables(A, B)
    A -= np.average(A, axis=0)
    B -= np.average(B, axis=0)
    return _right_cosines(A, B)


def cosine_matrix__transposed(A, B):
    A, B = _tables(A, B)
    return np.array([[a @ b for a in _units(A)] for b in _units(B)])


def cosine_matrix__paired(A, B):
    A, B = _tables(A, B)
    return np.array([a @ b for a, b in zip(_units(A), _units(B), strict=False)])


def cosine_matrix__only_first_table(A, B):
    A, B = _tables(A, B)
    A = _units(A)
    return np.inner(A, A)


def cosine_matrix__nan_for_zeros(A, B):
    A, B = _tables(A, B)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (A @ B.T) / np.outer(np.linalg.norm(A, axis=1), np.linalg.norm(B, axis=1))


def cosine_matrix__ones_for_zeros(A, B):
    A, B = _tables(A, B)
    return np.array([[1.0 if (a == 0).all() and (b == 0).all() else a @ b for b in _units(B)] for a in _units(A)])


def cosine_matrix__zero_rows_dropped(A, B):
    A, B = _tables(A, B)
    return _right_cosines(A[A.any(axis=1)], B[B.any(axis=1)])


def cosine_matrix__zeros_raise(A, B):
    A, B = _tables(A, B)
    for row in [*A, *B]:
        if not np.any(row):
            raise ZeroDivisionError("a zero vector has no direction")
    return _right_cosines(A, B)


def cosine_matrix__epsilon_added(A, B):
    A, B = _tables(A, B)
    eps = 1e-8
    result = np.einsum("nd,md->nm", A, B)
    result /= (np.linalg.norm(A, axis=1) + eps)[:, None]
    return result / (np.linalg.norm(B, axis=1) + eps)


def cosine_matrix__product_floor(A, B):
    A, B = _tables(A, B)
    bottom = np.outer(np.linalg.norm(A, axis=1), np.linalg.norm(B, axis=1))
    return A @ B.T / np.clip(bottom, 1e-8, None)


def cosine_matrix__short_rows_zeroed(A, B):
    A, B = _tables(A, B)
    for X in (A, B):
        X[np.linalg.norm(X, axis=1) < 1e-5] = 0.0
    return _right_cosines(A, B)


def cosine_matrix__rounded(A, B):
    return np.array([[round(float(c), 2) for c in row] for row in _right_cosines(A, B)])


def cosine_matrix__float16(A, B):
    cosines = _right_cosines(A, B)
    result = np.empty(cosines.shape, dtype=np.float16)
    result[...] = cosines
    return result


def cosine_matrix__in_place(A, B):
    _tables(A, B)
    A, B = np.asarray(A, dtype=float), np.asarray(B, dtype=float)
    for X in (A, B):
        for row in X:
            norm = np.sqrt(row @ row)
            if norm != 0:
                row /= norm
    return A @ B.T


def cosine_matrix__vector_as_table(A, B):
    return _right_cosines(*(np.array(X, dtype=float, ndmin=2) for X in (A, B)))


def cosine_matrix__flattened(A, B):
    A, B = np.array(A, dtype=float), np.array(B, dtype=float)
    if A.ndim < 2 or B.ndim < 2:
        raise ValueError("a single vector is no table")
    return _right_cosines(A.reshape(-1, A.shape[-1]), B.reshape(-1, B.shape[-1]))


def cosine_matrix__stretched(A, B):
    A, B = _table(A), _table(B)
    products = A[:, np.newaxis] * B
    bottom = _norms(A)[:, np.newaxis] * _norms(B)
    return products.sum(axis=-1) / bottom


def cosine_matrix__cut_to_common_width(A, B):
    A, B = _table(A), _table(B)
    width = min(A.shape[1], B.shape[1])
    return _right_cosines(A[:, :width], B[:, :width])


def nearest__dot_product(X, k):
    X, k = _checked(X, k)
    return _ranked(np.inner(X, X))[:, :k]


def nearest__columns_normalized(X, k):
    X, k = _checked(X, k)
    scaled = np.stack([c / (np.linalg.norm(c) or 1.0) for c in X.T], axis=1)
    return _ranked(scaled @ scaled.T)[:, :k]


def nearest__euclidean(X, k):
    X, k = _checked(X, k)
    distances = np.sqrt(np.square(X[:, None] - X[None]).sum(axis=-1))
    return _ranked(-distances)[:, :k]


def nearest__absolute(X, k):
    X, k = _checked(X, k)
    return _ranked(_right_cosines(X, X) ** 2)[:, :k]


def nearest__farthest(X, k):
    X, k = _checked(X, k)
    cosines = _right_cosines(X, X)
    lists = []
    for i, row in enumerate(cosines):
        lists.append(sorted((j for j in range(len(X)) if j != i), key=lambda j, row=row: row[j])[:k])
    return np.array(lists)


def nearest__worst_first(X, k):
    return np.array([row[::-1] for row in _right_lists(X, k)])


def nearest__unordered(X, k):
    return np.array([sorted(set(row.tolist())) for row in _right_lists(X, k)])


def nearest__rounded(X, k):
    X, k = _checked(X, k)
    return _ranked(np.around(_right_cosines(X, X), 3))[:, :k]


def nearest__ties_to_higher(X, k):
    X, k = _checked(X, k)
    lists = []
    for i, row in enumerate(_right_cosines(X, X)):
        others = [(c, j) for j, c in enumerate(row) if j != i]
        lists.append([j for _, j in sorted(others, reverse=True)[:k]])
    return np.array(lists)


def nearest__unstable_sort(X, k):
    X, k = _checked(X, k)
    cosines = _right_cosines(X, X)
    np.fill_diagonal(cosines, -np.inf)
    return np.array([np.argsort(-row, kind="heapsort")[:k] for row in cosines])


def nearest__zero_rows_last(X, k):
    X, k = _checked(X, k)
    cosines = _right_cosines(X, X)
    cosines[:, ~X.any(axis=1)] = -2.0
    return _ranked(cosines)[:, :k]


def nearest__self_included(X, k):
    X, k = _checked(X, k)
    return np.array([np.argsort(-row, kind="mergesort")[:k] for row in _right_cosines(X, X)])


def nearest__first_place_dropped(X, k):
    X, k = _checked(X, k)
    order = (-_right_cosines(X, X)).argsort(axis=1, kind="stable")
    return np.array([row[1:][:k] for row in order])


def nearest__duplicates_dropped(X, k):
    X, k = _checked(X, k)
    cosines = _right_cosines(X, X)
    cosines[cosines > 1 - 1e-9] = -np.inf
    return _ranked(cosines)[:, :k]


def nearest__diagonal_zero(X, k):
    X, k = _checked(X, k)
    cosines = _right_cosines(X, X) * (1 - np.eye(len(X)))
    return np.argsort(-cosines, axis=1, kind="stable")[:, :k]


def nearest__diagonal_minus_one(X, k):
    X, k = _checked(X, k)
    cosines = np.where(np.eye(len(X)) == 1, -1.0, _right_cosines(X, X))
    return np.argsort(-cosines, axis=1, kind="stable")[:, :k]


def nearest__self_deleted(X, k):
    X, k = _checked(X, k)
    lists = []
    for i in range(len(X)):
        others = [row for j, row in enumerate(X) if j != i]
        lists.append(np.argsort(-_right_cosines(X[i : i + 1], others)[0], kind="stable")[:k])
    return np.array(lists)


def nearest__one_too_few(X, k):
    X, k = _checked(X, k)
    return _ranked(_right_cosines(X, X))[:, range(k - 1)]


def nearest__transposed(X, k):
    return np.stack(list(_right_lists(X, k)), axis=1)


def nearest__first_row_only(X, k):
    X, k = _checked(X, k)
    lists = []
    for order in _ranked(_right_cosines(X, X)):
        lists.append(order[:k])
        return np.array(lists)


def nearest__cosines_returned(X, k):
    X, k = _checked(X, k)
    cosines = _right_cosines(X, X)
    return np.array([[cosines[i, j] for j in row] for i, row in enumerate(_right_lists(X, k))])


def nearest__floats(X, k):
    X, k = _checked(X, k)
    result = np.zeros((len(X), k))
    result[:] = _right_lists(X, k)
    return result


def nearest__counted_from_one(X, k):
    X, k = _checked(X, k)
    names = np.arange(1, len(X) + 1)
    return names[_right_lists(X, k)]


def nearest__negative_indices(X, k):
    X, k = _checked(X, k)
    return np.arange(-len(X), 0)[_right_lists(X, k)]


def nearest__columns(X, k):
    X, k = _checked(X, k)
    return _ranked(_right_cosines(X.T, X.T))[:, :k]


def nearest__large_k_cut(X, k):
    X = _table(X)
    if k < 1:
        raise ValueError("k is at least 1")
    return np.array([[j for j in row if j != i][:k] for i, row in enumerate(_ranked(_right_cosines(X, X)))])


def nearest__k_up_to_n(X, k):
    X = _table(X)
    if k < 1 or k > len(X):
        raise ValueError("k runs from 1 to n")
    return _ranked(_right_cosines(X, X))[:, :k]


def nearest__k_zero(X, k):
    X = _table(X)
    if k < 0 or k >= len(X):
        raise ValueError("k is negative or too large")
    return np.array([row[:k] for row in _ranked(_right_cosines(X, X))])


def nearest__negative_k(X, k):
    X = _table(X)
    if k == 0 or k > len(X) - 1:
        raise ValueError("k is zero or too large")
    return _ranked(_right_cosines(X, X))[:, :k]


def nearest__column_of_numbers(X, k):
    X = np.array(X, dtype=float)
    if X.ndim == 1:
        X = X[:, np.newaxis]
    return _right_lists(X, k)


def nearest__flattened(X, k):
    X = np.array(X, dtype=float)
    if X.ndim < 2:
        raise ValueError("a single vector is no table")
    return _right_lists(np.reshape(X, (math.prod(X.shape[:-1]), X.shape[-1])), k)


def nearest__in_place(X, k):
    _checked(X, k)
    X = np.asarray(X, dtype=float)
    np.divide(X, _norms(X)[:, None], out=X)
    return _ranked(X @ X.T)[:, :k]


def _right_shapes(n, m, d, k):
    return {"A": (n, d), "B": (m, d), "cosines": (n, m), "neighbors": (n, k)}


def cosine_shapes__columns_as_vectors(n, m, d, k):
    return {"A": (d, n), "B": (d, m), "cosines": (n, m), "neighbors": (n, k)}


def cosine_shapes__second_table_transposed(n, m, d, k):
    A, B = np.zeros((n, d)), np.zeros((m, d)).T
    return {"A": A.shape, "B": B.shape, "cosines": (A @ B).shape, "neighbors": (n, k)}


def cosine_shapes__cosines_transposed(n, m, d, k):
    return _right_shapes(n, m, d, k) | {"cosines": [m, n]}


def cosine_shapes__cosines_of_one_table(n, m, d, k):
    return {**_right_shapes(n, m, d, k), "cosines": (n, n)}


def cosine_shapes__cosines_paired(n, m, d, k):
    shapes = _right_shapes(n, m, d, k)
    shapes["cosines"] = (n,)
    return shapes


def cosine_shapes__coordinates_kept(n, m, d, k):
    return {"A": [n, d], "B": [m, d], "cosines": [n, m, d], "neighbors": [n, k]}


def cosine_shapes__lists_as_columns(n, m, d, k):
    return {"A": np.array([n, d]), "B": np.array([m, d]), "cosines": np.array([n, m]), "neighbors": np.array([k, n])}


def cosine_shapes__lists_of_vectors(n, m, d, k):
    return _right_shapes(n, m, d, k) | {"neighbors": (n, k, d)}


def cosine_shapes__lists_for_the_second_table(n, m, d, k):
    cosines = np.zeros((n, m))
    return {"A": (n, d), "B": (m, d), "cosines": cosines.shape, "neighbors": (*cosines.shape[1:], k)}


def cosine_shapes__self_counted(n, m, d, k):
    return _right_shapes(n, m, d, k + 1)


def cosine_shapes__all_others(n, m, d, k):
    shapes = _right_shapes(n, m, d, k)
    return shapes | {"neighbors": (n, n - 1)}


def cosine_shapes__other_spelling(n, m, d, k):
    shapes = _right_shapes(n, m, d, k)
    shapes["neighbours"] = shapes.pop("neighbors")
    return shapes


def cosine_shapes__no_cosines(n, m, d, k):
    return {key: shape for key, shape in _right_shapes(n, m, d, k).items() if key != "cosines"}
