// Rotary positions in the interleaved layout: coordinates 2i and 2i + 1 make pair i.
import { dot } from "./vectors";

/** Radians a token by which each pair turns: base^(-2i/width) for pair i; the width is even. */
export function frequencies(width: number, base: number): number[] {
  return Array.from({ length: width / 2 }, (_, i) => base ** ((-2 * i) / width));
}

/** The vector, each pair turned by the position times its frequency. */
export function rope(x: readonly number[], position: number, base: number): number[] {
  return frequencies(x.length, base).flatMap((frequency, i) => {
    const [c, s] = [Math.cos(position * frequency), Math.sin(position * frequency)];
    const [a, b] = [x[2 * i]!, x[2 * i + 1]!];
    return [a * c - b * s, a * s + b * c];
  });
}

/** The score of a query at one position for a key at another. */
export function score(
  q: readonly number[],
  k: readonly number[],
  queryAt: number,
  keyAt: number,
  base: number,
): number {
  return dot(rope(q, queryAt, base), rope(k, keyAt, base));
}
