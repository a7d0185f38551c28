// Vectors and matrices are plain arrays of numbers, matrices by rows. Everything is float64, as in the reference.

/** A matrix by its rows, or a table of vectors. */
export type Rows = readonly (readonly number[])[];

/** The dot product of two vectors of the same length. */
export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The length of a vector. */
export function norm(a: readonly number[]): number {
  return Math.sqrt(dot(a, a));
}

/** The Euclidean distance of two vectors. */
export function distance(a: readonly number[], b: readonly number[]): number {
  return norm(a.map((value, i) => value - b[i]!));
}

/** The cosine of the angle between two vectors; 0 where one of them is zero, as the course's functions have it. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  const lengths = norm(a) * norm(b);
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}

/** The first vector plus a multiple of the second. */
export function plus(a: readonly number[], b: readonly number[], factor: number): number[] {
  return a.map((value, i) => value + factor * b[i]!);
}

/** Positive shares that sum to one, one for each score. */
export function softmax(scores: readonly number[]): number[] {
  const top = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - top));
  const total = raised.reduce((sum, value) => sum + value, 0);
  return raised.map((value) => value / total);
}

/** The logarithm of the sum of the exponentials. */
export function logSumExp(scores: readonly number[]): number {
  const top = Math.max(...scores);
  return top + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - top), 0));
}

/** A row vector times a matrix: the sum of the rows, each counted by its coordinate. */
export function times(x: readonly number[], rows: Rows): number[] {
  return rows[0]!.map((_, column) => dot(x, rows.map((row) => row[column]!)));
}
