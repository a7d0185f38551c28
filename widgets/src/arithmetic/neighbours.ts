// Which of several points is nearest to a query, by three scores that are in use.
import { cosine, distance, dot, norm, type Rows } from "./vectors";

export type Metric = "dot" | "cosine" | "distance";

/** The vector at length 1; zero stays zero. */
export function unit(x: readonly number[]): number[] {
  const length = norm(x);
  return x.map((value) => (length === 0 ? 0 : value / length));
}

const MEASURES = { dot, cosine, distance } as const;

/** What the metric says of each row and the query. */
export function measured(query: readonly number[], rows: Rows, metric: Metric): number[] {
  return rows.map((row) => MEASURES[metric](query, row));
}

/** The indices of the rows, nearest first: the largest product or cosine, the smallest distance; of equals the lower index. */
export function ranking(query: readonly number[], rows: Rows, metric: Metric): number[] {
  const values = measured(query, rows, metric);
  // Distances are compared by their squares, which lie as far apart as cosines do. Rounding keeps the last bits of a
  // division from choosing between two rows of the same direction.
  const costs = values.map((value) => Math.round((metric === "distance" ? value * value : -value) * 1e12));
  return costs.map((_, index) => index).sort((i, j) => costs[i]! - costs[j]! || i - j);
}

/** The first coordinate of the rows stretched, that of the query shrunk by the same factor: no dot product changes. */
export function stretched(
  query: readonly number[],
  rows: Rows,
  factor: number,
): { readonly query: number[]; readonly rows: number[][] } {
  return {
    query: [query[0]! / factor, ...query.slice(1)],
    rows: rows.map((row) => [row[0]! * factor, ...row.slice(1)]),
  };
}

/** The distances of all rows to all rows. */
export function distances(X: Rows): number[][] {
  const found = X.map(() => X.map(() => 0));
  X.forEach((row, i) => {
    for (let j = 0; j < i; j++) found[i]![j] = found[j]![i] = distance(row, X[j]!);
  });
  return found;
}

/** Of a table of distances: for each row the `count` others that are closest, the closest first; of equals the lower index. */
export function closest(distances: Rows, count: number): number[][] {
  return distances.map((row, own) =>
    row
      .map((_, other) => other)
      .filter((other) => other !== own)
      .sort((i, j) => row[i]! - row[j]! || i - j)
      .slice(0, count),
  );
}
