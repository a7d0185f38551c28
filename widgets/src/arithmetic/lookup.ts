// Reading rows of a table by their ids, as a copy and as a matrix product, and what renumbering and editing do to both.
import { times, type Rows } from "./vectors";

/** A copy of the row of each id. */
export function lookup(ids: readonly number[], table: Rows): number[][] {
  return ids.map((id) => {
    const row = table[id];
    if (row === undefined) throw new RangeError(`ids must be from 0 to ${table.length - 1}, got ${id}`);
    return [...row];
  });
}

/** For each id a row of zeros with a single one, in the place of the id. */
export function oneHot(ids: readonly number[], size: number): number[][] {
  return ids.map((id) => Array.from({ length: size }, (_, place) => (place === id ? 1 : 0)));
}

/** The product of two matrices. */
export function product(a: Rows, b: Rows): number[][] {
  return a.map((row) => times(row, b));
}

/** The new id of each id, where the same renumbering is done several times over. */
export function renumbered(ids: readonly number[], numbering: readonly number[], count: number): number[] {
  let now = [...ids];
  for (let done = 0; done < count; done++) now = now.map((id) => numbering[id]!);
  return now;
}

/** The items, each moved to the new id of its place. */
export function moved<T>(items: readonly T[], numbering: readonly number[], count: number): T[] {
  const to = renumbered(items.map((_, place) => place), numbering, count);
  const result = [...items];
  items.forEach((item, place) => (result[to[place]!] = item));
  return result;
}

/** The table with other entries, given row after row; where one is missing, the table keeps its own. */
export function edited(table: Rows, entries: readonly (number | null | undefined)[]): number[][] {
  return table.map((row, place) => row.map((value, column) => entries[place * row.length + column] ?? value));
}

/** The number that a text says, if it can be an entry: not larger than a bound, and with one decimal at most. */
export function entry(text: string, bound: number): number | undefined {
  const tenths = Number(text) * 10;
  const isShort = Math.abs(tenths - Math.round(tenths)) < 1e-9 && Math.abs(tenths) < 10 * bound + 1e-9;
  return text.trim() !== "" && isShort ? Math.round(tenths) / 10 : undefined;
}
