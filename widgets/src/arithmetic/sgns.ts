// Word and context rows trained pair by pair: by negative sampling, or by the full softmax in place of which it stands.
import { dot, logSumExp, plus, softmax, times, type Rows } from "./vectors";

/** A word and one of its contexts, by their places in the list of words. */
export type Pair = readonly [word: number, context: number];

export interface Tables {
  readonly W: Rows;
  readonly C: Rows;
}

/** What is trained on, and how: with `k` made-up pairs for each that was seen, or with none, by the full softmax. */
export interface Setting {
  readonly seen: readonly Pair[];
  readonly k: number;
  readonly isFull: boolean;
  readonly rate: number;
}

/** Rows after some steps, and the mean loss over all pairs that were seen: at the beginning and after each step. */
export interface Training {
  readonly tables: Tables;
  readonly losses: readonly number[];
}

/** One pair that was seen, and the contexts with which it is told from pairs that were made up. */
export interface Draw {
  readonly word: number;
  readonly context: number;
  readonly negatives: readonly number[];
}

/** More than the pairs that any step draws. */
const STRIDE = 32;

/** Each word of each sentence with every other word that is at most `window` places away. */
export function pairs(sentences: Rows, window: number): Pair[] {
  return sentences.flatMap((sentence) =>
    sentence.flatMap((word, place) =>
      sentence
        .filter((_, other) => other !== place && Math.abs(other - place) <= window)
        .map((context): Pair => [word, context]),
    ),
  );
}

/** For each whole number one from 0 to below 1, as if by chance, but always the same (the last mixer of MurmurHash3). */
export function chance(number: number): number {
  let bits = Math.imul(number + 1, 0x9e3779b9);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

/** What a step draws: a pair, and the contexts of k other pairs, so that a frequent context is a negative as frequently. */
export function drawn({ seen, k, isFull }: Setting, step: number): Draw {
  const pair = (number: number): Pair => seen[Math.floor(chance(STRIDE * step + number) * seen.length)]!;
  const [word, context] = pair(0);
  return { word, context, negatives: Array.from({ length: isFull ? 0 : k }, (_, i) => pair(i + 1)[1]) };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** By how much each context's score is pressed up, or down where below 0: minus the slope of the pair's loss. */
export function pressures(scores: readonly number[], { context, negatives }: Draw, isFull: boolean): number[] {
  if (isFull) return softmax(scores).map((p, c) => (c === context ? 1 : 0) - p);
  return scores.map((score, c) => {
    const times = negatives.filter((negative) => negative === c).length;
    return (c === context ? sigmoid(-score) : 0) - times * sigmoid(score);
  });
}

/** The scores of all contexts for a word. */
export function scores({ W, C }: Tables, word: number): number[] {
  return C.map((c) => dot(W[word]!, c));
}

/** The rows after the pressures have moved them; all moves are computed from the old rows. */
export function moved({ W, C }: Tables, word: number, pressed: readonly number[], rate: number): Tables {
  const from = W[word]!;
  return {
    W: W.map((w, number) => (number === word ? plus(w, times(pressed, C), rate) : w)),
    C: C.map((c, number) => plus(c, from, rate * pressed[number]!)),
  };
}

/** The logarithm of 1 + e^x. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** The mean loss of a pair that was seen, over all of them; for the negatives their expectation, not a draw. */
export function meanLoss(tables: Tables, { seen, k, isFull }: Setting): number {
  const size = tables.C.length;
  const counts = tables.W.map(() => Array.from({ length: size }, () => 0));
  for (const [word, context] of seen) counts[word]![context]! += 1;
  const asContext = counts[0]!.map((_, c) => counts.reduce((sum, row) => sum + row[c]!, 0));
  let sum = 0;
  counts.forEach((row, word) => {
    const x = scores(tables, word);
    const asWord = row.reduce((total, count) => total + count, 0);
    const total = logSumExp(x);
    row.forEach((count, c) => {
      const noise = (k * asWord * asContext[c]!) / seen.length;
      sum += isFull ? count * (total - x[c]!) : count * softplus(-x[c]!) + noise * softplus(x[c]!);
    });
  });
  return sum / seen.length;
}

/** Where training begins. */
export function begun(tables: Tables, setting: Setting): Training {
  return { tables, losses: [meanLoss(tables, setting)] };
}

/** The training gone on until so many steps have been taken in all. */
export function goneOn(training: Training, setting: Setting, steps: number): Training {
  let { tables } = training;
  const losses = [...training.losses];
  while (losses.length <= steps) {
    const draw = drawn(setting, losses.length - 1);
    tables = moved(tables, draw.word, pressures(scores(tables, draw.word), draw, setting.isFull), setting.rate);
    losses.push(meanLoss(tables, setting));
  }
  return { tables, losses };
}
