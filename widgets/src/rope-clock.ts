import { css, html, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { frequencies, rope, score } from "./arithmetic/rope";
import { norm } from "./arithmetic/vectors";
import { InteractiveFigure, whole, type Prediction } from "./figure";

const LAST = 64;
const BASES: readonly (readonly [number, string])[] = [
  [100, "100"],
  [10_000, "10,000"],
  [500_000, "500,000"],
];
const RADIUS = 52;

/** Chapter 6: a query and a key, each pair of coordinates a clock hand that its position turns. */
class RopeClock extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    m: { state: true },
    n: { state: true },
    base: { state: true },
  };

  static override styles = [
    InteractiveFigure.styles,
    css`
      .clocks { display: grid; gap: 0.4rem; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); }
    `,
  ];

  declare m: number;
  declare n: number;
  declare base: number;
  protected readonly shared = ["m", "n", "base"];
  protected readonly prediction: Prediction = {
    question: "query and key both move ten tokens to the right. What becomes of their score?",
    answers: [
      { text: "It shrinks, since both are farther from the beginning.", isRight: false, says: "The beginning plays no part: press “both one to the right” and watch the score." },
      { text: "It stays as it is.", isRight: true, says: "Every hand of both turns by the same angle, so the angle between them stays, and the score depends on nothing else." },
      { text: "It depends on the base.", isRight: false, says: "The base says how fast the hands turn; whatever it is, two hands of a pair turn alike." },
    ],
  };

  private get vectors(): { readonly q: number[]; readonly k: number[] } {
    return this.data();
  }

  constructor() {
    super();
    [this.m, this.n, this.base] = [7, 4, 10_000];
  }

  protected take(key: string, value: number): void {
    if (key === "base") {
      if (BASES.some(([known]) => known === value)) this.base = value;
    } else if (key === "m") this.m = whole(value, 0, LAST);
    else this.n = whole(value, 0, LAST);
  }

  protected controls(): TemplateResult {
    const range = { min: 0, max: LAST };
    const canMove = Math.max(this.m, this.n) < LAST;
    return html`${this.slider("query at", this.m, range, (value) => (this.m = value))}
      ${this.slider("key at", this.n, range, (value) => (this.n = value))}
      ${this.choice("base", this.base, BASES, (value) => (this.base = value))}
      <button type="button" ?disabled=${!canMove} @click=${() => ([this.m, this.n] = [this.m + 1, this.n + 1])}>
        both one to the right
      </button>`;
  }

  private clock(index: number, frequency: number, q: readonly number[], k: readonly number[]): TemplateResult {
    const longest = Math.max(norm(this.vectors.q), norm(this.vectors.k));
    const hand = (x: readonly number[], colour: string): TemplateResult => {
      const [a, b] = [x[2 * index]! / longest, x[2 * index + 1]! / longest];
      return svg`<line x1="0" y1="0" x2=${a * RADIUS * 1.6} y2=${-b * RADIUS * 1.6} stroke=${colour} stroke-width="3" />`;
    };
    return html`<svg viewBox="-75 -78 150 156" aria-hidden="true">
      <circle r=${RADIUS} fill="none" stroke="var(--figure-grid)" />
      ${hand(q, "var(--figure-1)")} ${hand(k, "var(--figure-2)")}
      <text y="-62" text-anchor="middle">pair ${index}</text>
      <text y="72" text-anchor="middle">${frequency.toPrecision(2)} a token</text>
    </svg>`;
  }

  protected drawing(): TemplateResult {
    const { q, k } = this.vectors;
    const [turnedQ, turnedK] = [rope(q, this.m, this.base), rope(k, this.n, this.base)];
    const clocks = frequencies(q.length, this.base);
    return html`${this.legend([
        ["query", "var(--figure-1)"],
        ["key", "var(--figure-2)"],
      ])}
      <div class="clocks">${clocks.map((frequency, index) => this.clock(index, frequency, turnedQ, turnedK))}</div>`;
  }

  protected result(): string {
    const { q, k } = this.vectors;
    const found = score(q, k, this.m, this.n, this.base).toFixed(4);
    const lengths = [rope(q, this.m, this.base), rope(k, this.n, this.base)].map((x) => norm(x).toFixed(3));
    return `Distance ${this.m - this.n}: score ${found}. The query is ${lengths[0]} long, the key ${lengths[1]}, wherever they stand.`;
  }
}

define("rope-clock", RopeClock);
