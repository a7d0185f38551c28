// What cross-entropy does to output rows at one hidden state: it pulls some towards the state and pushes the others back.
import { dot, logSumExp, plus, softmax, type Rows } from "./vectors";

/** How often each token is the target at this hidden state: one of them as given, the others equally often. */
export function frequencies(size: number, token: number, share: number): number[] {
  return Array.from({ length: size }, (_, other) => (other === token ? share : (1 - share) / (size - 1)));
}

/** The scores of all tokens, divided by the temperature. */
export function logits(h: readonly number[], W: Rows, temperature: number): number[] {
  return W.map((w) => dot(w, h) / temperature);
}

/** The mean cross-entropy over the targets, as often as each occurs. */
export function loss(h: readonly number[], W: Rows, often: readonly number[], temperature: number): number {
  const z = logits(h, W, temperature);
  return logSumExp(z) - dot(often, z);
}

/** The slope of the loss by each logit: predicted minus true frequencies. */
export function excess(h: readonly number[], W: Rows, often: readonly number[], temperature: number): number[] {
  return plus(softmax(logits(h, W, temperature)), often, -1);
}

/** The rows after steps against the gradient, all at this hidden state. */
export function descended(
  h: readonly number[],
  W: Rows,
  often: readonly number[],
  temperature: number,
  rate: number,
  steps: number,
): Rows {
  let rows = W;
  for (let step = 0; step < steps; step++) {
    const D = excess(h, rows, often, temperature);
    rows = rows.map((w, token) => plus(w, h, (-rate * D[token]!) / temperature));
  }
  return rows;
}
