// Planes through a cloud of many dimensions, and how far what is seen in them can be trusted.
import { mean, shifted, type Spectrum } from "./isotropy";
import { closest, distances, unit } from "./neighbours";
import { normals } from "./random";
import { cosine, distance, dot, times, type Rows } from "./vectors";

/**
 * Rows of independent noise, with a pull along each of the first three coordinates.
 *
 * Along the first, rows are pulled forward and backward by turns of two; along the second by chance; along the third by
 * turns of one.
 */
export function texts(seed: number, count: number, width: number, pulls: readonly number[], noise: number): number[][] {
  const lengths = normals(seed + 1, count, 1);
  return normals(seed, count, width).map((row, number) => {
    const along = [turns(number, 2), lengths[number]![0]!, turns(number, 1)];
    return row.map((value, column) => noise * value + (column < 3 ? pulls[column]! * along[column]! : 0));
  });
}

/** 1 and -1 by turns that last so many numbers. */
export function turns(number: number, length: number): 1 | -1 {
  return Math.floor(number / length) % 2 ? -1 : 1;
}

/** The rows made orthogonal to those before them, and of length 1. */
export function orthonormal(rows: Rows): number[][] {
  return rows.reduce<number[][]>((made, row) => {
    const rest = made.reduce<number[]>((left, axis) => {
      const along = dot(left, axis);
      return left.map((value, column) => value - along * axis[column]!);
    }, [...row]);
    return [...made, unit(rest)];
  }, []);
}

/**
 * The direction that tells rows with the sign 1 from the others, by Fisher's rule.
 *
 * A tenth of the mean variance is added to the variance along each direction: with more directions than rows some have none.
 */
export function telling(X: Rows, signs: readonly number[], spectrum: Spectrum): number[] {
  const difference = groupMeans(X, signs).reduce((minus, plus) => plus.map((value, column) => value - minus[column]!));
  const { variances, directions } = spectrum;
  const ridge = variances.reduce((sum, value) => sum + value, 0) / variances.length / 10;
  return unit(times(directions.map((u, i) => dot(u, difference) / (variances[i]! + ridge)), directions));
}

/** The means of the rows with the sign -1 and of those with the sign 1. */
export function groupMeans(X: Rows, signs: readonly number[]): [number[], number[]] {
  return [mean(X.filter((_, row) => signs[row] === -1)), mean(X.filter((_, row) => signs[row] === 1))];
}

/** The plane of the first axis and one between the second and the third, as far from the second as an angle in degrees. */
export function plane(axes: Rows, degrees: number): number[][] {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [[...axes[0]!], axes[1]!.map((value, column) => c * value + s * axes[2]![column]!)];
}

/** Where the rows lie on the axes, seen from a middle. */
export function projected(X: Rows, middle: readonly number[], axes: Rows): number[][] {
  return shifted(X, middle, -1).map((row) => axes.map((axis) => dot(row, axis)));
}

/** The share of the squared lengths, seen from the middle, that is in the plot. */
export function held(X: Rows, middle: readonly number[], plot: Rows): number {
  const squares = (rows: Rows): number => rows.reduce((sum, row) => sum + dot(row, row), 0);
  return squares(plot) / squares(shifted(X, middle, -1));
}

/** For each row its closest other in the plot, and how far the plot's cosine of the two is from that in the full space. */
export function links(X: Rows, middle: readonly number[], plot: Rows): { readonly to: number; readonly error: number }[] {
  const full = shifted(X, middle, -1);
  return closest(distances(plot), 1).map(([to], row) => ({
    to: to!,
    error: Math.abs(cosine(full[row]!, full[to!]!) - cosine(plot[row]!, plot[to!]!)),
  }));
}

/**
 * 1 where the k closest in the plot are among the k closest in the full space, for every row.
 *
 * Each stranger costs the places by which it comes too late in the full space. Venna and Kaski scale the sum so that the
 * worst that can happen is 0, for k below half the number of rows.
 */
export function trustworthiness(X: Rows, plot: Rows, k: number): number {
  const n = X.length;
  const order = closest(distances(X), n - 1);
  const late = closest(distances(plot), k).map((near, row) =>
    near.reduce((sum, other) => sum + Math.max(0, order[row]!.indexOf(other) + 1 - k), 0),
  );
  return 1 - (2 * late.reduce((sum, value) => sum + value, 0)) / (n * k * (2 * n - 3 * k - 1));
}

/** The trustworthiness to be expected of a plot that has nothing to do with the rows. */
export function trustByChance(n: number, k: number): number {
  return 1 - ((n - 1 - k) * (n - k)) / ((n - 1) * (2 * n - 3 * k - 1));
}

/** How many points lie closer to the mean of their own group than to that of the other. */
export function onOwnSide(plot: Rows, signs: readonly number[], [minus, plus]: readonly [readonly number[], readonly number[]]): number {
  return plot.filter((at, row) => signs[row]! * (distance(at, minus) - distance(at, plus)) > 0).length;
}
