// What a decoder weighs: its tables, its blocks, and the keys and values that it keeps while it reads.

/** A decoder with a gated MLP and RMSNorm; `width` is that of a head, and key heads may be fewer than query heads. */
export interface Shape {
  readonly V: number;
  readonly d: number;
  readonly layers: number;
  readonly heads: number;
  readonly kv: number;
  readonly width: number;
  readonly mlp: number;
  /** 1 where the output table is the input table, else 0. */
  readonly tied: number;
  /** 1 where queries, keys and values have biases, else 0. */
  readonly biases: number;
}

/** Parameters of the vocabulary's tables, and of all blocks by their parts; `norms` has the one at the end too. */
export interface Parts {
  readonly tables: number;
  readonly attention: number;
  readonly mlp: number;
  readonly norms: number;
}

/** How many parameters lie where. */
export function parameters({ V, d, layers, heads, kv, width, mlp, tied, biases }: Shape): Parts {
  return {
    tables: (2 - tied) * V * d,
    attention: layers * (2 * d * width * (heads + kv) + biases * width * (heads + 2 * kv)),
    mlp: layers * 3 * d * mlp,
    norms: (2 * layers + 1) * d,
  };
}

/** All parameters. */
export function total({ tables, attention, mlp, norms }: Parts): number {
  return tables + attention + mlp + norms;
}

/** The keys and values of one text: each layer keeps one of both for each token and each key head. */
export function cacheBytes(layers: number, kv: number, width: number, tokens: number, bytes: number): number {
  return 2 * layers * kv * width * tokens * bytes;
}

/** The numbers of key heads that can serve so many query heads evenly. */
export function divisors(heads: number): number[] {
  return Array.from({ length: heads }, (_, before) => before + 1).filter((kv) => heads % kv === 0);
}
