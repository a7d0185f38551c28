// One token more: where its row goes, what it starts with, and what it takes from the others.
import { mean, spectrum } from "./isotropy";
import { dot, type Rows } from "./vectors";

/** What a new row starts with: zeros, small noise, the mean of the old rows, or a draw from their normal distribution. */
export type Start = "zero" | "noise" | "mean" | "draw";

/** The items with one more before place `at`. */
export function inserted<T>(items: readonly T[], at: number, item: T): T[] {
  return [...items.slice(0, at), item, ...items.slice(at)];
}

/** The new row, for one draw from the standard normal distribution; noise is `small` times the draw. */
export function newRow(W: Rows, start: Start, draw: readonly number[], small: number): number[] {
  switch (start) {
    case "zero":
      return draw.map(() => 0);
    case "noise":
      return draw.map((value) => small * value);
    case "mean":
      return mean(W);
    case "draw": {
      const { variances, directions } = spectrum(W);
      // The symmetric root of the covariance: whatever sign a direction has, it occurs twice.
      const along = directions.map((u, i) => Math.sqrt(Math.max(0, variances[i]!)) * dot(u, draw));
      return mean(W).map((value, column) => directions.reduce((sum, u, i) => sum + along[i]! * u[column]!, value));
    }
  }
}

/** The logarithm of the sum of the exponentials. */
export function logSum(scores: readonly number[]): number {
  const top = Math.max(...scores);
  return top + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - top), 0));
}

/** The logarithms of the probabilities of all rows of W in a context. */
export function logProbabilities(h: readonly number[], W: Rows): number[] {
  const scores = W.map((row) => dot(h, row));
  const all = logSum(scores);
  return scores.map((score) => score - all);
}

/** KL(before || after) in nats, both given by their logarithms. */
export function divergence(before: readonly number[], after: readonly number[]): number {
  return before.reduce((sum, log, i) => sum + Math.exp(log) * (log - after[i]!), 0);
}

/** The rows with their first coordinate shifted so that the mean score over all contexts is `level`. */
export function leaning(H: Rows, W: Rows, level: number): number[][] {
  const h = mean(H);
  const shift = (level - dot(h, mean(W))) / h[0]!;
  return W.map((row) => [row[0]! + shift, ...row.slice(1)]);
}
