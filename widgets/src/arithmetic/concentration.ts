// Points that nothing distinguishes, and what the number of their coordinates does to their cosines and distances.
import { normals } from "./random";
import { times, type Rows } from "./vectors";

/**
 * Points of independent normal coordinates.
 *
 * Where fewer coordinates than `width` are free, a random linear map makes `width` columns of them.
 */
export function points(seed: number, count: number, width: number, free: number): number[][] {
  if (free >= width) return normals(seed, count, width);
  const map = normals(seed + 1000, free, width);
  return normals(seed, count, free).map((row) => times(row, map));
}

const STEPS = 2000;

/** The integral of sin^power from 0 to an angle, by Simpson's rule. */
function area(angle: number, power: number): number {
  let sum = 0;
  for (let step = 0; step <= STEPS; step++) {
    const weight = step === 0 || step === STEPS ? 1 : step % 2 ? 4 : 2;
    sum += weight * Math.sin((angle * step) / STEPS) ** power;
  }
  return (sum * angle) / (3 * STEPS);
}

/** The chance that the cosine of two independent directions, each even over all there are, is above a threshold. */
export function chance(threshold: number, width: number): number {
  // Seen from the one, the angle to the other has a density in proportion to sin^(width - 2).
  return area(Math.acos(threshold), width - 2) / area(Math.PI, width - 2);
}

/** The spread of numbers around zero. */
export function spread(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

/** Of a table of distances: by how much of the closest the farthest other is farther away, in the median over the rows. */
export function contrast(distances: Rows): number {
  const found = distances
    .map((row, own) => {
      const others = row.filter((_, other) => other !== own);
      const closest = Math.min(...others);
      return (Math.max(...others) - closest) / closest;
    })
    .sort((a, b) => a - b);
  const middle = found.length / 2;
  return (found[Math.ceil(middle) - 1]! + found[Math.floor(middle)]!) / 2;
}

/** On how many of the lists each row stands. */
export function listed(lists: Rows): number[] {
  const found = lists.map(() => 0);
  for (const row of lists.flat()) found[row]! += 1;
  return found;
}
