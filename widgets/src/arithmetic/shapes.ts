// Shapes of arrays from ids to logits, what numpy makes of their products, and how many bytes they take.

/** An axis: sequences, places, tokens of the vocabulary, coordinates. */
export type Axis = "B" | "T" | "V" | "d";
export type Sizes = Readonly<Record<Axis, number>>;
export type Axes = readonly Axis[];

/** The lengths of the axes. */
export function shape(axes: Axes, sizes: Sizes): number[] {
  return axes.map((axis) => sizes[axis]);
}

/** The axes over which numpy's `a @ b` sums: the last of a, the last but one of b. */
export function inner(a: Axes, b: Axes): [Axis, Axis] {
  return [a.at(-1)!, b.at(-2)!];
}

/** The axes of numpy's `a @ b`, of which at least one is a matrix, or none where it refuses the product. */
export function product(a: Axes, b: Axes, sizes: Sizes): Axis[] | undefined {
  const [last, lastButOne] = inner(a, b);
  if (sizes[last] !== sizes[lastButOne]) return undefined;
  return [...a.slice(0, -2), ...b.slice(0, -2), a.at(-2)!, b.at(-1)!];
}

/** One of the arrays that a batch needs, and the bytes of each of its numbers. */
export interface Held {
  readonly name: "ids" | "hidden states" | "logits" | "input table" | "output table";
  readonly axes: Axes;
  readonly each: number;
}

/** What a batch holds: ids as int64, logits as float32, the rest in two bytes; tied, the tables are one. */
export function held(isTied: boolean): Held[] {
  const all: Held[] = [
    { name: "ids", axes: ["B", "T"], each: 8 },
    { name: "input table", axes: ["V", "d"], each: 2 },
    { name: "hidden states", axes: ["B", "T", "d"], each: 2 },
    { name: "output table", axes: ["V", "d"], each: 2 },
    { name: "logits", axes: ["B", "T", "V"], each: 4 },
  ];
  return all.filter(({ name }) => !isTied || name !== "output table");
}

/** How many numbers an array holds. */
export function count(axes: Axes, sizes: Sizes): number {
  return shape(axes, sizes).reduce((all, size) => all * size, 1);
}
