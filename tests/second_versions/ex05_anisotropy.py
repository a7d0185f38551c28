"""Each known mistake once more, written by another author from its diagnosis alone."""

import itertools
import math

import numpy as np


def _table(X):
    X = np.array(X, dtype=float)
    if X.ndim != 2 or X.shape[0] < 2:
        raise ValueError(f"need a table with at least two rows, got shape {X.shape}")
    return X


def _units(X):
    lengths = np.sqrt(np.sum(X * X, axis=1))
    lengths[lengths == 0] = 1.0
    return X / lengths[:, None]


def _pairs(X):
    U = _units(X)
    first, second = np.triu_indices(len(X), k=1)
    return np.sum(U[first] * U[second], axis=1)


def _right_mean_cosine(X):
    return float(np.mean(_pairs(_table(X))))


def _variances(Z):
    return np.linalg.svd(Z, compute_uv=False) ** 2


def _right_report(X):
    X = _table(X)
    Z = X - X.mean(axis=0)
    spectrum = _variances(Z)
    return {
        "mean_cos_before": float(_pairs(X).mean()),
        "mean_cos_after": float(_pairs(Z).mean()),
        "mean_norm_before": float(np.linalg.norm(X.mean(axis=0))),
        "mean_norm_after": float(np.linalg.norm(Z.mean(axis=0))),
        "top_pc_share": float(spectrum[0] / spectrum.sum()),
    }


def _right_shapes(n, d):
    return {"X": (n, d), "mean": (d,), "cosines": (n, n), "singular_values": (min(n, d),)}


def mean_pairwise_cosine__diagonal_included(X):
    rows = _units(_table(X))
    return float(np.mean(rows @ rows.T))


def mean_pairwise_cosine__triangle_with_diagonal(X):
    rows = _units(_table(X))
    pairs = itertools.combinations_with_replacement(rows, 2)
    return float(np.mean([np.dot(a, b) for a, b in pairs]))


def mean_pairwise_cosine__zeros_averaged(X):
    rows = _units(_table(X))
    upper = np.triu(np.einsum("id,jd->ij", rows, rows), k=1)
    return float(upper.mean())


def mean_pairwise_cosine__zeroed_diagonal(X):
    rows = _units(_table(X))
    similarity = (rows @ rows.T) * (1 - np.eye(len(rows)))
    return float(np.average(similarity))


def mean_pairwise_cosine__unordered_divisor(X):
    rows = _units(_table(X))
    n, total = len(rows), 0.0
    for i in range(n):
        for j in range(n):
            if i != j:
                total += float(rows[i] @ rows[j])
    return total / math.comb(n, 2)


def mean_pairwise_cosine__ordered_divisor(X):
    rows = _units(_table(X)).astype(np.float32)
    n, total = len(rows), 0.0
    for i in range(n):
        total += float(np.sum(rows[i + 1 :] @ rows[i]))
    return total / (n * (n - 1))


def mean_pairwise_cosine__sum(X):
    return float(sum(_pairs(_table(X))))


def mean_pairwise_cosine__neighbours(X):
    rows = _units(_table(X))
    return float(np.mean([a @ b for a, b in itertools.pairwise(rows)]))


def mean_pairwise_cosine__with_the_first(X):
    head, *rest = _units(_table(X))
    return sum(float(head @ row) for row in rest) / len(rest)


def mean_pairwise_cosine__with_the_mean(X):
    X = _table(X)
    centre = _units(X.mean(axis=0, keepdims=True))[0]
    return float(np.mean(_units(X) @ centre))


def mean_pairwise_cosine__columns(X):
    X = _table(X)
    lengths = np.linalg.norm(X, axis=0)
    cols = X / np.where(lengths == 0, 1.0, lengths)
    cosines = cols.T @ cols
    d = X.shape[1]
    return float((cosines.sum() - np.trace(cosines)) / (d * (d - 1)))


def mean_pairwise_cosine__ones_dropped(X):
    rows = _units(_table(X))
    cosines = rows @ rows.T
    kept = [c for c in cosines.ravel().tolist() if not math.isclose(c, 1.0, abs_tol=1e-9)]
    return sum(kept) / len(kept) if kept else math.nan


def mean_pairwise_cosine__zeros_dropped(X):
    rows = _units(_table(X))
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, 0.0)
    with np.errstate(all="ignore"):
        return float(np.sum(cosines) / np.count_nonzero(cosines))


def mean_pairwise_cosine__median(X):
    return float(np.median(_pairs(_table(X))))


def mean_pairwise_cosine__dot_products(X):
    X = _table(X)
    n = len(X)
    products = X @ X.T
    return float(products[~np.eye(n, dtype=bool)].mean())


def mean_pairwise_cosine__normalised_columns(X):
    X = _table(X)
    norms = np.linalg.norm(X, axis=0, keepdims=True)
    norms[norms == 0] = 1.0
    scaled = X / norms
    return float(np.mean([scaled[i] @ scaled[j] for i, j in itertools.permutations(range(len(X)), 2)]))


def mean_pairwise_cosine__one_norm_for_all(X):
    X = _table(X)
    scaled = X / (np.linalg.norm(X) or 1.0)
    gram = scaled @ scaled.T
    return float(gram[np.tril_indices(len(X), k=-1)].mean())


def mean_pairwise_cosine__squared_norms(X):
    X = _table(X)
    lengths = np.einsum("id,id->i", X, X)
    lengths = np.where(lengths == 0, 1.0, lengths)
    rows = X / lengths[:, np.newaxis]
    gram = rows @ rows.T
    n = len(X)
    return float((gram.sum() - np.trace(gram)) / (n * n - n))


def mean_pairwise_cosine__absolute_sum_norm(X):
    X = _table(X)
    lengths = np.linalg.norm(X, ord=1, axis=1)
    rows = [row / length if length else row for row, length in zip(X, lengths, strict=True)]
    return float(np.mean([a @ b for a, b in itertools.combinations(rows, 2)]))


def mean_pairwise_cosine__absolute(X):
    return float(np.mean([abs(c) for c in _pairs(_table(X))]))


def mean_pairwise_cosine__squared(X):
    cosines = _pairs(_table(X))
    return float(cosines @ cosines / len(cosines))


def mean_pairwise_cosine__angles(X):
    cosines = np.clip(_pairs(_table(X)), -1.0, 1.0)
    return float(np.arccos(cosines).mean())


def mean_pairwise_cosine__distance(X):
    distances = [1.0 - c for c in _pairs(_table(X)).tolist()]
    return sum(distances) / len(distances)


def mean_pairwise_cosine__correlation(X):
    X = _table(X)
    with np.errstate(all="ignore"):
        matrix = np.nan_to_num(np.corrcoef(X))
    return float(matrix[np.triu_indices(len(X), 1)].mean())


def mean_pairwise_cosine__centred_first(X):
    X = _table(X)
    X -= np.sum(X, axis=0) / len(X)
    return float(_pairs(X).mean())


def mean_pairwise_cosine__norm_of_mean(X):
    mu = np.mean(_table(X), axis=0)
    return math.sqrt(float(mu @ mu))


def mean_pairwise_cosine__nan_for_zero(X):
    X = _table(X)
    with np.errstate(all="ignore"):
        rows = X / np.linalg.norm(X, axis=1)[:, None]
    return float(np.mean([np.dot(a, b) for a, b in itertools.combinations(rows, 2)]))


def mean_pairwise_cosine__zero_rows_dropped(X):
    X = _table(X)
    rows = _units(X[np.any(X != 0, axis=1)])
    pairs = [float(a @ b) for a, b in itertools.combinations(rows, 2)]
    return sum(pairs) / len(pairs) if pairs else math.nan


def mean_pairwise_cosine__n_subtracted(X):
    total = _units(_table(X)).sum(axis=0)
    n = len(X)
    return float((total @ total - n) / (n * (n - 1)))


def mean_pairwise_cosine__zero_rows_equal(X):
    X = _table(X)
    values = []
    for a, b in itertools.combinations(X, 2):
        lengths = np.linalg.norm(a), np.linalg.norm(b)
        if max(lengths) == 0:
            values.append(1.0)
        else:
            values.append(0.0 if min(lengths) == 0 else float(a @ b / lengths[0] / lengths[1]))
    return sum(values) / len(values)


def mean_pairwise_cosine__zero_rows_raise(X):
    X = _table(X)
    if not X.any(axis=1).all():
        raise ValueError("a zero row has no direction")
    return float(np.mean(_pairs(X)))


def mean_pairwise_cosine__norm_plus_epsilon(X):
    X = _table(X)
    rows = X / (np.linalg.norm(X, axis=-1, keepdims=True) + 1e-8)
    gram = rows @ rows.T
    return float(gram[~np.eye(len(X), dtype=bool)].mean())


def mean_pairwise_cosine__product_plus_epsilon(X):
    X = _table(X)
    lengths = np.linalg.norm(X, axis=1)
    cosines = (X @ X.T) / (np.outer(lengths, lengths) + 1e-8)
    return float(cosines[np.triu_indices(len(X), k=1)].mean())


def mean_pairwise_cosine__short_rows_zero(X):
    X = _table(X)
    for row in X:
        if np.linalg.norm(row) < 1e-5:
            row[:] = 0.0
    return float(_pairs(X).mean())


def mean_pairwise_cosine__kept_axes(X):
    return _pairs(_table(X)).mean(keepdims=True)


def mean_pairwise_cosine__one_row_zero(X):
    X = np.array(X, dtype=float)
    if X.ndim != 2:
        raise ValueError("two axes, please")
    return 0.0 if len(X) < 2 else float(_pairs(X).mean())


def mean_pairwise_cosine__one_row_nan(X):
    X = np.array(X, dtype=float)
    assert X.ndim == 2
    rows, n = _units(X), len(X)
    cosines = rows @ rows.T
    with np.errstate(all="ignore"):
        return float(np.divide(cosines.sum() - np.trace(cosines), n * (n - 1)))


def mean_pairwise_cosine__vector_made_table(X):
    X = np.array(X, dtype=float)
    return _right_mean_cosine(X[:, None] if X.ndim == 1 else X)


def mean_pairwise_cosine__axes_merged(X):
    X = np.array(X, dtype=float)
    return _right_mean_cosine(X.reshape(-1, X.shape[-1]))


def center__rows(X):
    X = np.asarray(X, dtype=float)
    return np.array([row - sum(row) / len(row) for row in X])


def center__grand_mean(X):
    X = np.asarray(X, dtype=np.float64)
    return X - np.mean(X)


def center__rows_and_columns(X):
    Z = np.array(X, dtype=float)
    for axis in (0, 1):
        Z -= Z.mean(axis=axis, keepdims=True)
    return Z


def center__z_scores(X):
    X = np.array(X, dtype=float)
    spread = X.std(axis=0)
    spread[spread == 0] = 1.0
    return (X - X.mean(axis=0)) / spread


def center__unit_rows(X):
    X = np.array(X, dtype=float)
    return _units(X - X.mean(axis=0))


def center__units_first(X):
    U = _units(np.array(X, dtype=float))
    return U - U.mean(axis=0)


def center__mean_direction(X):
    X = np.array(X, dtype=float)
    mu = X.mean(axis=0)
    return X - mu / (np.linalg.norm(mu) or 1.0)


def center__projected_out(X):
    X = np.array(X, dtype=float)
    mu = X.mean(axis=0)
    length = float(mu @ mu)
    return X - np.outer(X @ mu / length, mu) if length else X


def center__median(X):
    X = np.array(X, dtype=float)
    return X - np.array([np.median(column) for column in X.T])


def center__n_minus_one(X):
    X = np.array(X, dtype=float)
    with np.errstate(all="ignore"):
        return X - X.sum(axis=0) / (X.shape[0] - 1)


def center__sum(X):
    X = np.asarray(X, dtype=float)
    return X - np.einsum("ij->j", X)


def center__first_row(X):
    X = np.asarray(X, dtype=np.float64)
    return np.stack([row - X[0] for row in X])


def center__sign(X):
    X = np.asarray(X, dtype=np.float64)
    return np.subtract(X.mean(axis=0), X)


def center__mean_only(X):
    X = np.asarray(X, dtype=float)
    return sum(X) / len(X)


def center__without_a_row(X):
    X = np.array(X, dtype=float)
    with np.errstate(all="ignore"):
        others = (X.sum(axis=0) - X) / np.float64(len(X) - 1)
    return X - others


def center__integer_result(X):
    X = np.array(X)
    result = np.zeros_like(X)
    result[:] = X - X.mean(axis=0)
    return result


def center__in_place(X):
    X = np.asarray(X, dtype=float)
    mu = X.mean(axis=0)
    for i in range(len(X)):
        X[i] -= mu
    return X


def center__float16(X):
    X = np.array(X, dtype=np.float64)
    return np.asarray(X - X.mean(axis=0), dtype=np.float16)


def anisotropy_report__not_centred(X):
    return _right_report(X) | {"mean_cos_after": _right_mean_cosine(X)}


def anisotropy_report__units_first(X):
    X = _table(X)
    U = X / np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-300)
    Z = U - U.mean(axis=0)
    share = _variances(Z)
    return {
        "mean_cos_before": _right_mean_cosine(X),
        "mean_cos_after": _right_mean_cosine(Z),
        "mean_norm_before": float(np.linalg.norm(X.mean(axis=0))),
        "mean_norm_after": float(np.linalg.norm(Z.mean(axis=0))),
        "top_pc_share": float(share[0] / share.sum()),
    }


def anisotropy_report__units_not_rescaled(X):
    report = _right_report(X)
    U = _units(_table(X))
    U -= U.mean(axis=0)
    gram = U @ U.T
    report["mean_cos_after"] = float(gram[np.triu_indices(len(U), k=1)].mean())
    return report


def anisotropy_report__z_scores(X):
    report = _right_report(X)
    X = _table(X)
    spread = X.std(axis=0)
    standard = (X - X.mean(axis=0)) / np.where(spread == 0, 1.0, spread)
    report["mean_cos_after"] = _right_mean_cosine(standard)
    return report


def anisotropy_report__row_means(X):
    X = _table(X)
    Z = X - X.mean(axis=1, keepdims=True)
    s = np.linalg.svd(Z, compute_uv=False)
    report = {"mean_cos_before": _right_mean_cosine(X), "mean_cos_after": _right_mean_cosine(Z)}
    report["mean_norm_before"], report["mean_norm_after"] = (float(np.linalg.norm(A.mean(axis=0))) for A in (X, Z))
    with np.errstate(all="ignore"):
        report["top_pc_share"] = float(s[0] ** 2 / np.sum(s**2))
    return report


def anisotropy_report__diagonal_included(X):
    report, X = _right_report(X), _table(X)
    for key, table in (("mean_cos_before", X), ("mean_cos_after", X - X.mean(axis=0))):
        U = _units(table)
        report[key] = float((U @ U.T).mean())
    return report


def anisotropy_report__zero_rows_dropped(X):
    X = _table(X)
    return _right_report([row for row in X.tolist() if any(row)])


def anisotropy_report__mean_of_norms(X):
    report, X = _right_report(X), _table(X)
    report["mean_norm_before"] = float(np.mean(np.linalg.norm(X, axis=1)))
    report["mean_norm_after"] = float(np.mean(np.linalg.norm(X - X.mean(axis=0), axis=1)))
    return report


def anisotropy_report__mean_of_norms_before(X):
    report = _right_report(X)
    lengths = [math.hypot(*row) for row in _table(X).tolist()]
    report["mean_norm_before"] = sum(lengths) / len(lengths)
    return report


def anisotropy_report__mean_entry(X):
    return {**_right_report(X), "mean_norm_before": abs(float(np.mean(_table(X))))}


def anisotropy_report__squared_norm(X):
    report = _right_report(X)
    mu = _table(X).mean(axis=0)
    report["mean_norm_before"] = float(np.sum(mu**2))
    return report


def anisotropy_report__norm_of_unit_mean(X):
    report = _right_report(X)
    report["mean_norm_before"] = float(np.linalg.norm(np.mean(_units(_table(X)), axis=0)))
    return report


def anisotropy_report__norm_kept(X):
    report = _right_report(X)
    report["mean_norm_after"] = float(np.linalg.norm(np.mean(_table(X), axis=0)))
    return report


def anisotropy_report__swapped(X):
    report = _right_report(X)
    for name in ("mean_cos", "mean_norm"):
        before, after = f"{name}_before", f"{name}_after"
        report[before], report[after] = report[after], report[before]
    return report


def anisotropy_report__uncentred_share(X):
    X = _table(X)
    eigenvalues = np.linalg.eigvalsh(X.T @ X)
    return _right_report(X) | {"top_pc_share": float(eigenvalues[-1] / eigenvalues.sum())}


def anisotropy_report__unit_share(X):
    report, X = _right_report(X), _table(X)
    spectrum = _variances(_units(X - X.mean(axis=0)))
    report["top_pc_share"] = float(spectrum[0] / spectrum.sum())
    return report


def anisotropy_report__correlation_share(X):
    report, X = _right_report(X), _table(X)
    Z = X - X.mean(axis=0)
    spread = Z.std(axis=0, ddof=1)
    s = np.linalg.svd(Z / np.where(spread > 0, spread, 1.0), compute_uv=False)
    report["top_pc_share"] = float(s[0] ** 2 / (s @ s))
    return report


def anisotropy_report__singular_values(X):
    report, X = _right_report(X), _table(X)
    s = np.linalg.svd(X - X.mean(axis=0))[1]
    report["top_pc_share"] = float(s.max() / s.sum())
    return report


def anisotropy_report__squared_twice(X):
    report = _right_report(X)
    eigenvalues = np.linalg.eigvalsh(np.atleast_2d(np.cov(_table(X), rowvar=False)))
    report["top_pc_share"] = float(eigenvalues[-1] ** 2 / np.sum(eigenvalues**2))
    return report


def anisotropy_report__smallest_share(X):
    report, X = _right_report(X), _table(X)
    Z = X - X.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(Z.T @ Z / (len(X) - 1))
    report["top_pc_share"] = float(eigenvalues[0] / eigenvalues.sum())
    return report


def anisotropy_report__widest_column(X):
    widths = _table(X).var(axis=0)
    return _right_report(X) | {"top_pc_share": float(max(widths) / sum(widths))}


def anisotropy_report__variance_itself(X):
    report = _right_report(X)
    covariance = np.atleast_2d(np.cov(_table(X).T))
    report["top_pc_share"] = float(np.linalg.eigvalsh(covariance)[-1])
    return report


def anisotropy_report__against_the_rest(X):
    report, X = _right_report(X), _table(X)
    spectrum = _variances(X - X.mean(axis=0)) / (len(X) - 1)
    report["top_pc_share"] = float(spectrum[0] / spectrum.mean())
    return report


def anisotropy_report__percent(X):
    report = _right_report(X)
    report["top_pc_share"] *= 100
    return report


def anisotropy_report__no_share(X):
    report = _right_report(X)
    return {key: report[key] for key in report if key.startswith("mean_")}


def anisotropy_report__another_key(X):
    report = _right_report(X)
    report["n"] = len(X)
    return report


def anisotropy_report__tuple(X):
    return tuple(_right_report(X).values())


def anisotropy_report__in_place(X):
    report = _right_report(X)
    X = np.asarray(X, dtype=float)
    X -= X.mean(axis=0)
    report["mean_cos_after"] = _right_mean_cosine(X)
    return report


def anisotropy_report__one_row(X):
    X = np.array(X, dtype=float)
    if X.ndim == 2 and len(X) == 1:
        norm = float(np.linalg.norm(X))
        return {
            "mean_cos_before": 0.0,
            "mean_cos_after": 0.0,
            "mean_norm_before": norm,
            "mean_norm_after": 0.0,
            "top_pc_share": 0.0,
        }
    return _right_report(X)


def anisotropy_report__vector_made_table(X):
    X = np.array(X, dtype=float)
    return _right_report(X.reshape(-1, 1) if X.ndim < 2 else X)


def anisotropy_report__axes_merged(X):
    X = np.array(X, dtype=float)
    if X.ndim > 2:
        X = np.concatenate(list(X.reshape(-1, *X.shape[-2:])))
    return _right_report(X)


def anisotropy_shapes__mean_of_rows(n, d):
    return {**_right_shapes(n, d), "mean": np.zeros((n, d)).mean(axis=1).shape}


def anisotropy_shapes__mean_kept(n, d):
    return {**_right_shapes(n, d), "mean": (1, d)}


def anisotropy_shapes__mean_is_a_number(n, d):
    return _right_shapes(n, d) | {"mean": ()}


def anisotropy_shapes__cosines_of_columns(n, d):
    X = np.zeros((n, d))
    return {"X": X.shape, "mean": (d,), "cosines": (X.T @ X).shape, "singular_values": (min(n, d),)}


def anisotropy_shapes__cosines_of_pairs(n, d):
    shapes = _right_shapes(n, d)
    shapes["cosines"] = (math.comb(n, 2),)
    return shapes


def anisotropy_shapes__cosines_like_table(n, d):
    shapes = _right_shapes(n, d)
    shapes["cosines"] = shapes["X"]
    return shapes


def anisotropy_shapes__one_value_a_coordinate(n, d):
    return {"X": [n, d], "mean": [d], "cosines": [n, n], "singular_values": [d]}


def anisotropy_shapes__one_value_a_row(n, d):
    return {"X": [n, d], "mean": [d], "cosines": [n, n], "singular_values": [n]}


def anisotropy_shapes__larger_side(n, d):
    return {"X": (n, d), "mean": (d,), "cosines": (n, n), "singular_values": (n if n > d else d,)}


def anisotropy_shapes__diagonal_matrix(n, d):
    k = min(n, d)
    return _right_shapes(n, d) | {"singular_values": (k, k)}


def anisotropy_shapes__transposed(n, d):
    return _right_shapes(n, d) | {"X": (d, n)}


def anisotropy_shapes__no_mean(n, d):
    shapes = _right_shapes(n, d)
    del shapes["mean"]
    return shapes
