// What ails a cloud of rows, and the repairs: a common mean, and directions that hold most of the variance.
import { cosine, dot, plus, type Rows } from "./vectors";

/** The mean of the rows. */
export function mean(X: Rows): number[] {
  return X[0]!.map((_, column) => X.reduce((sum, row) => sum + row[column]!, 0) / X.length);
}

/** Every row plus a multiple of one and the same direction. */
export function shifted(X: Rows, direction: readonly number[], strength: number): number[][] {
  return X.map((row) => plus(row, direction, strength));
}

/** The rows without their mean. */
export function centred(X: Rows): number[][] {
  return shifted(X, mean(X), -1);
}

/** The cosines of all pairs of different rows, each pair once. */
export function cosines(X: Rows): number[] {
  return X.flatMap((row, i) => X.slice(i + 1).map((other) => cosine(row, other)));
}

/** The mean cosine of all pairs of different rows. */
export function meanCosine(X: Rows): number {
  const found = cosines(X);
  return found.reduce((sum, value) => sum + value, 0) / found.length;
}

/** The covariance of the columns, with the divisor n - 1. */
export function covariance(X: Rows): number[][] {
  const Y = centred(X);
  const columns = Y[0]!.map((_, column) => Y.map((row) => row[column]!));
  return columns.map((a) => columns.map((b) => dot(a, b) / (X.length - 1)));
}

/** Variances, the largest first, and for each its direction, a row of length 1 whose sign is arbitrary. */
export interface Spectrum {
  readonly variances: readonly number[];
  readonly directions: Rows;
}

/**
 * The eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations.
 *
 * Each rotation turns two axes until their own entry beside the diagonal is zero. It may fill others that were zero, but
 * the sum of the squares beside the diagonal falls with each one, and after a few sweeps through all pairs nothing is left.
 */
export function eigen(symmetric: Rows): Spectrum {
  const size = symmetric.length;
  const A = symmetric.map((row) => [...row]);
  const V = A.map((_, i) => A.map((_, j) => (i === j ? 1 : 0)));
  const total = Math.hypot(...A.flat());
  const beside = (): number => Math.hypot(...A.flatMap((row, i) => row.filter((_, j) => i !== j)));
  for (let sweep = 0; sweep < 50 && beside() > 1e-15 * total; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(A, V, p, q);
    }
  }
  const order = A.map((_, i) => i).sort((i, j) => A[j]![j]! - A[i]![i]!);
  return { variances: order.map((i) => A[i]![i]!), directions: order.map((i) => V[i]!) };
}

/**
 * Turn axes p and q of A until A[p][q] is zero, and the rows of V with them.
 *
 * In place, as a cloud of fifty columns needs ten thousand of these while a slider moves.
 */
function rotate(A: number[][], V: number[][], p: number, q: number): void {
  const entry = A[p]![q]!;
  if (entry === 0) return;
  // Of the two angles that do it, the smaller, whose tangent t solves t^2 + 2 ratio t = 1.
  const size = A.length;
  const ratio = (A[q]![q]! - A[p]![p]!) / (2 * entry);
  const t = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (const row of A) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  }
  for (const M of [A, V]) {
    const [a, b] = [M[p]!, M[q]!];
    for (let i = 0; i < size; i++) {
      const [x, y] = [a[i]!, b[i]!];
      a[i] = c * x - s * y;
      b[i] = s * x + c * y;
    }
  }
}

/** The variances of a cloud and their directions. */
export function spectrum(X: Rows): Spectrum {
  return eigen(covariance(X));
}

/** How many directions hold the variance: d where all hold alike, 1 where one holds everything. */
export function participation(variances: readonly number[]): number {
  return variances.reduce((sum, value) => sum + value, 0) ** 2 / dot(variances, variances);
}

/** The centred rows without their components along the strongest directions. */
export function withoutTop(X: Rows, count: number): number[][] {
  const top = spectrum(X).directions.slice(0, count);
  return centred(X).map((row) =>
    top.reduce<number[]>((left, u) => plus(left, u, -dot(row, u)), row),
  );
}

/** The centred rows on their principal directions, each divided by its standard deviation; no variance may be zero. */
export function whitened(X: Rows): number[][] {
  const { variances, directions } = spectrum(X);
  return centred(X).map((row) => directions.map((u, i) => dot(row, u) / Math.sqrt(variances[i]!)));
}

/** All other rows and their cosines with one row, the nearest first; of equal ones the lower row. */
export function neighbours(X: Rows, row: number): { readonly row: number; readonly cosine: number }[] {
  return X.map((other, number) => ({ row: number, cosine: cosine(other, X[row]!) }))
    .filter((found) => found.row !== row)
    .sort((a, b) => b.cosine - a.cosine || a.row - b.row);
}
