// One query against keys and their values: the weights, what they make of the values, and how spread they are.
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
