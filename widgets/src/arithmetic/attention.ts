// Queries against keys and their values: the weights, what they make of the values, how spread they are, and whether they
// are the same in both directions.
import { dot, softmax, times, type Rows } from "./vectors";

/** The share of each key, at an inverse temperature; keys from place `visible` on are masked and get nothing. */
export function weights(
  q: readonly number[],
  keys: Rows,
  beta: number,
  visible: number = keys.length,
): number[] {
  return softmax(keys.map((key, place) => (place < visible ? beta * dot(q, key) : -Infinity)));
}

/** The mean of the values, each counted by its weight. */
export function output(weights: readonly number[], values: Rows): number[] {
  return times(weights, values);
}

/** In nats: 0 where one weight is all there is, ln n where n are alike. */
export function entropy(weights: readonly number[]): number {
  // 0 ln 0 is 0 by continuity; JavaScript would make it NaN.
  return weights.reduce((sum, weight) => (weight > 0 ? sum - weight * Math.log(weight) : sum), 0);
}

/** The product of each query, a row, with each key, a column. */
export function scores(queries: Rows, keys: Rows): number[][] {
  return queries.map((q) => keys.map((key) => dot(q, key)));
}

/**
 * The matrix that turns and stretches the plane so that a row becomes another, by a product from the right.
 *
 * Of all matrices that do, it is the one that keeps angles, and the only one of that kind. No matrix does it for the zero row.
 */
export function turnedInto(from: readonly number[], to: readonly number[]): number[][] {
  const [x, y] = from as [number, number];
  const [stretch, turn] = [dot(from, to) / dot(from, from), (x * to[1]! - y * to[0]!) / dot(from, from)];
  return [
    [stretch, turn],
    [-turn, stretch],
  ];
}

/** Where a square matrix is least like its mirror image, and by how much: 0 if it is symmetric, at its first pair then. */
export function lopsided(matrix: Rows): { readonly row: number; readonly column: number; readonly by: number } {
  let worst = { row: 0, column: 1, by: 0 };
  matrix.forEach((values, row) => {
    for (let column = row + 1; column < values.length; column++) {
      const by = Math.abs(values[column]! - matrix[column]![row]!);
      if (by > worst.by) worst = { row, column, by };
    }
  });
  return worst;
}
