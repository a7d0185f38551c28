// One head of attention over a few words, with each of the ways in which it can be told their places.
import { rope } from "./rope";
import { distance, dot, softmax, times, type Rows } from "./vectors";

/** The words' rows and the head's weights; `learned` has a row for each place, as wide as a word's. */
export interface Head {
  readonly rows: Rows;
  readonly learned: Rows;
  readonly W_Q: Rows;
  readonly W_K: Rows;
  readonly W_V: Rows;
}

/** How a head is told the places of its words, if at all. */
export type Scheme = "none" | "sinusoidal" | "learned" | "rope" | "alibi";

const BASE = 10_000;

/** The encodings of the places 0, 1, ..., n - 1: sines and cosines alternate, both of a pair of one frequency. */
export function sinusoidal(n: number, width: number, base: number = BASE): number[][] {
  return Array.from({ length: n }, (_, place) =>
    Array.from({ length: width }, (_, column) => {
      const angle = place * base ** ((column % 2 - column) / width);
      return column % 2 ? Math.cos(angle) : Math.sin(angle);
    }),
  );
}

/** What is added to the score of each query (row) for each key: minus the slope times their distance. */
export function distanceBias(n: number, slope: number): number[][] {
  return Array.from({ length: n }, (_, query) => Array.from({ length: n }, (_, key) => -slope * Math.abs(query - key)));
}

/**
 * What each word gets from a sentence, in the order of the words, wherever they stand.
 *
 * `order` names the word at each place; `slope` serves ALiBi alone.
 */
export function outputs(
  head: Head,
  order: readonly number[],
  scheme: Scheme,
  slope: number,
  isCausal: boolean,
): number[][] {
  const width = head.rows[0]!.length;
  const added = scheme === "sinusoidal" ? sinusoidal(order.length, width) : scheme === "learned" ? head.learned : undefined;
  const x = order.map((word, place) => head.rows[word]!.map((value, column) => value + (added?.[place]![column] ?? 0)));
  const turned = (weights: Rows): number[][] =>
    x.map((row, place) => (scheme === "rope" ? rope(times(row, weights), place, BASE) : times(row, weights)));
  const [queries, keys, values] = [turned(head.W_Q), turned(head.W_K), x.map((row) => times(row, head.W_V))];
  const bias = distanceBias(order.length, scheme === "alibi" ? slope : 0);
  const made = queries.map((q, query) => {
    const scores = keys.map((k, key) => dot(q, k) / Math.sqrt(q.length) + bias[query]![key]!);
    return times(softmax(scores.map((score, key) => (isCausal && key > query ? -Infinity : score))), values);
  });
  return head.rows.map((_, word) => made[order.indexOf(word)]!);
}

/** How far each word's output moves when the words, first in their own order, are put into another. */
export function moves(head: Head, order: readonly number[], scheme: Scheme, slope: number, isCausal: boolean): number[] {
  const before = outputs(head, head.rows.map((_, word) => word), scheme, slope, isCausal);
  const after = outputs(head, order, scheme, slope, isCausal);
  return before.map((row, word) => distance(row, after[word]!));
}
