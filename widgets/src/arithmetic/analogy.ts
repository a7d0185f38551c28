// Analogy questions over a table of rows: which row is nearest to b - a + c, and the plane in which the question is drawn.
import { unit } from "./neighbours";
import { projected } from "./projection";
import { cosine, distance, dot, norm, plus, times, type Rows } from "./vectors";

/** A row of the table, and its cosine with what was asked. */
export interface Found {
  readonly row: number;
  readonly cosine: number;
}

/** Rows that were stored as signed bytes in base64, one after the other, each with the scale of its own. */
export function decode(base64: string, scales: readonly number[]): number[][] {
  const bytes = Int8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
  const width = bytes.length / scales.length;
  return scales.map((scale, row) => Array.from(bytes.subarray(row * width, (row + 1) * width), (level) => level * scale));
}

/** The head of the arrow from a to b, laid against c. */
export function head(E: Rows, a: number, b: number, c: number): number[] {
  return E[c]!.map((value, column) => E[b]![column]! - E[a]![column]! + value);
}

/** The rows by their cosine with a query, the nearest first, of equal ones the lower row; some may be forbidden. */
export function ranking(E: Rows, query: readonly number[], forbidden: readonly number[] = []): Found[] {
  return E.map((row, number) => ({ row: number, cosine: cosine(row, query) }))
    .filter((found) => !forbidden.includes(found.row))
    .sort((one, other) => other.cosine - one.cosine || one.row - other.row);
}

/** A question and a row as they are seen in the plane of the question. */
export interface Parallelogram {
  /** a, b, b - a + c and c, the corners in their order around, with a at the origin and b to the right of it. */
  readonly corners: readonly (readonly number[])[];
  /** The row's shadow. */
  readonly shadow: readonly number[];
  /** How far the row is from b - a + c: in the plane, out of the plane, and in all. */
  readonly inside: number;
  readonly outside: number;
  readonly away: number;
}

/**
 * The corners of a question in the plane of b - a and c - a, which holds all four, and the shadow that a row casts on it.
 *
 * Nothing where there is no such plane: where two of the three are the same, or all three lie on one line.
 */
export function parallelogram([a, b, c]: Rows, row: readonly number[]): Parallelogram | undefined {
  const [arrow, side] = [plus(b!, a!, -1), plus(c!, a!, -1)];
  const right = unit(arrow);
  const up = plus(side, right, -dot(side, right));
  // Of a side along the arrow rounding leaves something over, whose direction means nothing.
  if (norm(arrow) === 0 || norm(up) <= 1e-6 * norm(side)) return undefined;
  const axes = [right, unit(up)];
  const target = plus(arrow, c!, 1);
  const seen = projected([a!, b!, target, c!, row], a!, axes);
  const [corners, shadow] = [seen.slice(0, 4), seen[4]!];
  const [apart, within] = [plus(row, target, -1), plus(shadow, corners[2]!, -1)];
  return { corners, shadow, inside: norm(within), outside: distance(apart, times(within, axes)), away: norm(apart) };
}
