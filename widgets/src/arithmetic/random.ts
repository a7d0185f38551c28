// Numbers drawn by chance, on every machine the same ones.

/** The numbers of a seed between 0 and 1, both excluded, by Marsaglia's xorshift; the seed is a whole number from 1 on. */
export function uniform(seed: number): () => number {
  // Small seeds differ in few bits. Their products with an odd number of 32 bits differ in many, and none is zero.
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A table of independent normal numbers with mean 0 and variance 1, by Box and Muller. */
export function normals(seed: number, rows: number, columns: number): number[][] {
  const next = uniform(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => normal()));
}
