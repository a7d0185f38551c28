// A table with something wrong with it, and what a dashboard reads of it.
import { meanCosine, mean, neighbours, participation, shifted, spectrum } from "./isotropy";
import { unit } from "./neighbours";
import { norm, type Rows } from "./vectors";

/** In the order in which a dashboard lists them. */
export interface Readings {
  readonly shortest: number;
  readonly median: number;
  readonly longest: number;
  readonly meanCosine: number;
  readonly participation: number;
  /** On how many lists of nearest rows the row is that is on most. */
  readonly listed: number;
}

/** What may have happened to a table on its way from its raw rows to rows of length 1. */
export type Fault = "none" | "dead" | "lengths" | "outlier" | "axis" | "common" | "flat" | "hub";

/** Which row a fault hits and how much longer an outlier is; the direction of a drift, and how far one goes in it. */
export interface Plan {
  readonly row: number;
  readonly longer: number;
  readonly direction: readonly number[];
  readonly together: number;
  readonly apart: number;
}

/** The table with a fault. */
export function planted(raw: Rows, fault: Fault, { row, longer, direction, together, apart }: Plan): number[][] {
  const rows = raw.map(unit);
  const replaced = (by: (row: readonly number[]) => number[]): number[][] => rows.map((x, i) => (i === row ? by(x) : x));
  switch (fault) {
    case "dead":
      return replaced((x) => x.map(() => 0));
    case "outlier":
      return replaced((x) => x.map((value) => longer * value));
    case "hub":
      return replaced(() => unit(mean(rows)));
    case "lengths":
      return raw.map((x) => [...x]);
    case "axis": {
      const columns = raw[0]!.map((_, column) => norm(raw.map((x) => x[column]!)));
      return raw.map((x) => x.map((value, column) => value / columns[column]!));
    }
    case "common":
      return shifted(rows, direction, together).map(unit);
    case "flat":
      // Every other row the other way: the mean stays about where it was.
      return rows.map((x, i) => unit(shifted([x], direction, i % 2 ? -apart : apart)[0]!));
    default:
      return rows;
  }
}

/** On how many of the lists of the `k` nearest rows each row is; no row is on its own. */
export function listCounts(X: Rows, k: number): number[] {
  const counts = X.map(() => 0);
  X.forEach((_, row) => neighbours(X, row).slice(0, k).forEach((found) => (counts[found.row]! += 1)));
  return counts;
}

/** What the dashboard reads, with lists of `k`. */
export function readings(X: Rows, k: number): Readings {
  const norms = X.map(norm).sort((a, b) => a - b);
  const [low, high] = [norms[Math.floor((norms.length - 1) / 2)]!, norms[Math.floor(norms.length / 2)]!];
  return {
    shortest: norms[0]!,
    median: (low + high) / 2,
    longest: norms.at(-1)!,
    meanCosine: meanCosine(X),
    participation: participation(spectrum(X).variances),
    listed: Math.max(...listCounts(X, k)),
  };
}

/** Whether a reading is news: it differs by more than a tenth of what it was, or by more than 0.05 where it was small. */
export function hasMoved(now: number, before: number): boolean {
  return Math.abs(now - before) > Math.max(Math.abs(before) / 10, 0.05);
}
