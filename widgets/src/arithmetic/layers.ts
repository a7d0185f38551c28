// Paths of one word through the layers, in several sentences: a row for each layer, the table's own first.
import { distance, type Rows } from "./vectors";

/** Layer by layer, how far two paths are apart. */
export function apart(one: Rows, other: Rows): number[] {
  return one.map((at, layer) => distance(at, other[layer]!));
}

/** Layer by layer, the mean over the pairs of paths of one group, or else over those of two groups. */
export function meanApart(paths: readonly Rows[], groups: readonly number[], ofOneGroup: boolean): number[] {
  const pairs = paths.flatMap((one, i) =>
    paths.flatMap((other, j) => (i < j && (groups[i] === groups[j]) === ofOneGroup ? [apart(one, other)] : [])),
  );
  return paths[0]!.map((_, layer) => pairs.reduce((sum, pair) => sum + pair[layer]!, 0) / pairs.length);
}
