// Analogy questions over a table of rows: which row is nearest to b - a + c.
import { cosine, type Rows } from "./vectors";

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
