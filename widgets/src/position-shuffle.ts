import { html, nothing, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { moves, outputs, type Head, type Scheme } from "./arithmetic/positions";
import { InteractiveFigure, onPlane, whole, type Prediction } from "./figure";

const WORDS = ["dog", "bites", "man"];
const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];
const SCHEMES: readonly (readonly [Scheme, string])[] = [
  ["none", "none"],
  ["sinusoidal", "sinusoidal, added"],
  ["learned", "learned rows, added"],
  ["rope", "RoPE on q and k"],
  ["alibi", "ALiBi"],
];
const COLOURS = ["var(--figure-1)", "var(--figure-2)", "var(--figure-3)"];
/** Where each word is written beside its dot: every one on another side, so that near dots can be read. */
const LABELS = [
  { dx: -12, dy: 4, anchor: "end" },
  { dx: 12, dy: 4, anchor: "start" },
  { dx: 0, dy: 22, anchor: "middle" },
];
const SCALE = 34;
/** The move whose bar is the longest that there is room for. */
const LONGEST = 4.2;
/** Below this a move is a rounding error. */
const STILL = 1e-9;

/** Chapter 6: three words in another order, and how far the output of each moves. */
class PositionShuffle extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    order: { state: true },
    scheme: { state: true },
    slope: { state: true },
    causal: { state: true },
  };

  declare order: number;
  declare scheme: number;
  declare slope: number;
  declare causal: number;
  protected readonly shared = ["order", "scheme", "slope", "causal"];
  protected readonly prediction: Prediction = {
    question: "ALiBi charges for distance to both sides, there is no mask, and “dog bites man” becomes “man bites dog”. Whose output moves?",
    answers: [
      { text: "Those of “dog” and “man”, which have traded places.", isRight: false, says: "They have, but each sees the other two at the distances at which it saw them before." },
      { text: "All three: with a position scheme the order is known.", isRight: false, says: "This scheme knows distances, and without a mask not sides. Take another order, or tick the mask, and outputs move." },
      { text: "Nobody’s.", isRight: true, says: "Turning a sentence round leaves every distance as it was. Another order or the mask would move them." },
    ],
  };

  constructor() {
    super();
    [this.order, this.scheme, this.slope, this.causal] = [ORDERS.length - 1, 0, 0.5, 0];
  }

  protected take(key: string, value: number): void {
    if (key === "order") this.order = whole(value, 0, ORDERS.length - 1);
    else if (key === "scheme") this.scheme = whole(value, 0, SCHEMES.length - 1);
    else if (key === "slope") this.slope = whole(value * 8, 1, 16) / 8;
    else this.causal = whole(value, 0, 1);
  }

  /** What the arithmetic asks for, once an order is chosen. */
  private setting(order: number): [Head, readonly number[], Scheme, number, boolean] {
    return [this.data(), ORDERS[order]!, SCHEMES[this.scheme]![0], this.slope, this.causal === 1];
  }

  protected controls(): TemplateResult {
    const orders = ORDERS.map((_, number) => [number, sentence(number)] as const);
    const schemes = SCHEMES.map(([, name], number) => [number, name] as const);
    const range = { min: 0.125, max: 2, step: 0.125 };
    return html`${this.choice("order", this.order, orders, (value) => (this.order = value))}
      ${this.choice("positions", this.scheme, schemes, (value) => (this.scheme = value))}
      ${this.tick("causal mask", this.causal, (value) => (this.causal = value))}
      ${SCHEMES[this.scheme]![0] === "alibi" ? this.slider("slope", this.slope, range, (value) => (this.slope = value)) : nothing}`;
  }

  private cards(): TemplateResult {
    const middle = (place: number): number => 37 + 78 * place;
    const row = (order: number, y: number): TemplateResult[] =>
      ORDERS[order]!.map(
        (word, place) => svg`<rect x=${middle(place) - 33} y=${y} width="66" height="26" rx="3" fill="none" stroke=${COLOURS[word]!} stroke-width="2" />
          <text x=${middle(place)} y=${y + 18} text-anchor="middle">${WORDS[word]}</text>`,
      );
    return html`<div>
      <p>before, and now</p>
      <svg viewBox="0 0 230 132" aria-hidden="true">
        ${ORDERS[this.order]!.map(
          (word, place) => svg`<line x1=${middle(word)} y1="30" x2=${middle(place)} y2="102" stroke=${COLOURS[word]!} stroke-width="2" />`,
        )}
        ${row(0, 4)} ${row(this.order, 102)}
      </svg>
    </div>`;
  }

  private plane(): TemplateResult {
    const [before, after] = [outputs(...this.setting(0)), outputs(...this.setting(this.order))];
    return html`<div>
      <p>outputs, from ring to dot</p>
      <svg viewBox="-115 -115 230 230" aria-hidden="true">
        <path d="M -105 0 H 105 M 0 -105 V 105" fill="none" stroke="var(--figure-grid)" />
        ${WORDS.map((word, number) => {
          const [fromX, fromY] = onPlane(before[number]!, SCALE);
          const [x, y] = onPlane(after[number]!, SCALE);
          const colour = COLOURS[number]!;
          const { dx, dy, anchor } = LABELS[number]!;
          return svg`<circle cx=${fromX} cy=${fromY} r="8" fill="none" stroke=${colour} stroke-width="2" />
            <line x1=${fromX} y1=${fromY} x2=${x} y2=${y} stroke=${colour} stroke-width="2" />
            <circle cx=${x} cy=${y} r="4" fill=${colour} />
            <text x=${x + dx} y=${y + dy} text-anchor=${anchor}>${word}</text>`;
        })}
      </svg>
    </div>`;
  }

  private bars(): TemplateResult {
    const bar = (move: number, word: number): TemplateResult => {
      const width = (Math.min(move, LONGEST) / LONGEST) * 125;
      return svg`<text x="0" y=${word * 40 + 27}>${WORDS[word]}</text>
        <rect x="44" y=${word * 40 + 12} width=${Math.max(width, 1)} height="22" fill=${COLOURS[word]!} />
        <text x=${52 + width} y=${word * 40 + 27}>${shown(move)}</text>`;
    };
    return html`<div>
      <p>distance moved</p>
      <svg viewBox="0 0 230 132" aria-hidden="true">${moves(...this.setting(this.order)).map(bar)}</svg>
    </div>`;
  }

  protected drawing(): TemplateResult {
    return html`<div class="panels">${this.cards()} ${this.plane()} ${this.bars()}</div>`;
  }

  protected result(): string {
    if (this.order === 0) return `“${sentence(0)}” as it was: choose another order to see what moves.`;
    const moved = moves(...this.setting(this.order));
    const distances = WORDS.map((word, number) => `${word} ${shown(moved[number]!)}`).join(", ");
    const same = WORDS.filter((_, number) => moved[number]! < STILL);
    return `From “${sentence(0)}” to “${sentence(this.order)}” the outputs move by: ${distances}. ${this.meaning(same)}`;
  }

  private meaning(same: readonly string[]): string {
    if (same.length < WORDS.length) return `${same.length ? `Only ${same.join(" and ")} stays` : "None stays"} as before: this head can tell the two sentences apart.`;
    return SCHEMES[this.scheme]![0] === "none" && this.causal === 0
      ? "Without positions and mask each word’s output is the same wherever it stands."
      : "Each word’s output is what it was: this head cannot tell the two sentences apart.";
  }
}

function sentence(order: number): string {
  return ORDERS[order]!.map((word) => WORDS[word]).join(" ");
}

function shown(move: number): string {
  return move < STILL ? "0" : move.toFixed(3);
}

define("position-shuffle", PositionShuffle);
