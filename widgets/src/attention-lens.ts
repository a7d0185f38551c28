import { css, html, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { entropy, lopsided, output, scores, turnedInto, weights } from "./arithmetic/attention";
import { norm, times } from "./arithmetic/vectors";
import { digits, hundredths, InteractiveFigure, onPlane, whole, type Prediction } from "./figure";

type Point = readonly number[];

const PLANE = { scale: 42, reach: 2.4, step: 0.1 };
/** What divides the scores, squared: 1 is no division, 2 the usual one for keys of two coordinates. */
const DIVISORS: readonly (readonly [number, string])[] = [
  [1, "1"],
  [2, "1/√d, d = 2"],
];
const COLOURS = ["var(--figure-1)", "var(--figure-2)", "var(--figure-3)", "var(--figure-4)"];
const QUERY = "var(--figure-5)";
const OUTPUT = "var(--figure-6)";

/**
 * Chapter 7: a query among four keys, their weights, and the mean of the values that they make.
 *
 * Each key is that of a token, and the query is the first token's. In the tables the other three ask too: with a matrix of
 * their own, the one that makes the first key the query, or with that of the keys, and then the first key goes with the query.
 */
class AttentionLens extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    x: { state: true },
    y: { state: true },
    divisor: { state: true },
    temperature: { state: true },
    mask: { state: true },
    tied: { state: true },
  };

  static override styles = [
    InteractiveFigure.styles,
    css`
      .all { grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0 auto; }
      th, td { font-weight: normal; padding: 0.1rem 0.3rem; text-align: end; }
      thead th { border-block-end: 0.05rem solid var(--figure-grid); }
      .pair { box-shadow: inset 0 -0.15rem var(--figure-2); font-weight: bold; }
    `,
  ];

  declare x: number;
  declare y: number;
  declare divisor: number;
  declare temperature: number;
  declare mask: number;
  /** 1 if queries are made by the matrix that makes the keys, otherwise 0. */
  declare tied: number;
  protected readonly shared = ["x", "y", "divisor", "temperature", "mask", "tied"];
  protected readonly prediction: Prediction = {
    question: "the query is put exactly on key k₁. What comes out?",
    answers: [
      { text: "The value z₁, since its key fits exactly.", isRight: false, says: "Every visible key keeps a share, and the longer k₄ has nearly as large a one: only as the temperature falls does one value come out alone." },
      { text: "The place of k₁ itself.", isRight: false, says: "Keys decide the weights and then are gone. What is averaged are the values." },
      { text: "A point between the values, drawn most towards z₁.", isRight: true, says: "The weights are positive and sum to one, so the output cannot leave the hull of the values." },
    ],
  };

  private get memory(): { readonly keys: readonly Point[]; readonly values: readonly Point[] } {
    const given = this.data<{ readonly keys: readonly Point[]; readonly values: readonly Point[] }>();
    return this.tied ? { ...given, keys: [[this.x, this.y], ...given.keys.slice(1)] } : given;
  }

  constructor() {
    super();
    [this.x, this.y, this.divisor, this.temperature, this.mask, this.tied] = [1.2, 0.2, 2, 1, 0, 0];
  }

  protected take(key: string, value: number): void {
    if (key === "x" || key === "y") this[key] = hundredths(Math.min(PLANE.reach, Math.max(-PLANE.reach, value)));
    else if (key === "temperature") this.temperature = whole(value * 10, 1, 40) / 10;
    else if (key === "mask" || key === "tied") this[key] = whole(value, 0, 1);
    else if (DIVISORS.some(([known]) => known === value)) this.divisor = value;
  }

  private get visible(): number {
    return this.memory.keys.length - this.mask;
  }

  private get beta(): number {
    return 1 / Math.sqrt(this.divisor) / this.temperature;
  }

  private get shares(): number[] {
    return weights([this.x, this.y], this.memory.keys, this.beta, this.visible);
  }

  /** What the visible tokens score each other, and the weights that come of it: rows ask, columns are asked. */
  private get each(): { readonly S: number[][]; readonly A: number[][] } {
    const keys = this.memory.keys.slice(0, this.visible);
    const q = [this.x, this.y];
    const queries = this.tied ? keys : keys.map((key) => times(key, turnedInto(keys[0]!, q)));
    return { S: scores(queries, keys), A: queries.map((query) => weights(query, keys, this.beta)) };
  }

  protected controls(): TemplateResult {
    const range = { min: 0.1, max: 4, step: 0.1 };
    return html`${this.choice("scale", this.divisor, DIVISORS, (value) => (this.divisor = value))}
      ${this.slider("temperature", this.temperature, range, (value) => (this.temperature = value), this.temperature.toFixed(1))}
      ${this.tick(`mask: hide ${name("k", this.memory.keys.length - 1)}`, this.mask, (value) => (this.mask = value))}
      ${this.tick("W_Q = W_K", this.tied, (value) => (this.tied = value))}`;
  }

  private axes(): TemplateResult {
    const end = PLANE.reach * PLANE.scale;
    return svg`<path d="M ${-end} 0 H ${end} M 0 ${-end} V ${end}" fill="none" stroke="var(--figure-grid)" />`;
  }

  private spot(label: string, at: Point, colour: string, isHidden: boolean): TemplateResult {
    const [x, y] = onPlane(at, PLANE.scale);
    return svg`<circle cx=${x} cy=${y} r="5" stroke=${colour} stroke-width="2" fill=${isHidden ? "none" : colour} />
      <text x=${x} y=${y + (y < 0 ? -10 : 20)} text-anchor="middle">${isHidden ? `(${label})` : label}</text>`;
  }

  private ofKeys(): TemplateResult {
    const [x, y] = onPlane([this.x, this.y], PLANE.scale);
    const keys = this.memory.keys;
    return html`<div>
      <p>keys and query</p>
      <svg viewBox="-115 -115 230 230">
        ${this.axes()}
        <line x2=${x} y2=${y} stroke=${QUERY} stroke-width="2" />
        ${keys.map((key, place) =>
          // Under the handle, which has its name then, the first key shows as a rim.
          this.tied && place === 0
            ? svg`<circle cx=${x} cy=${y} r="10" fill=${COLOURS[0]!} />`
            : this.spot(name("k", place), key, COLOURS[place]!, place >= this.visible),
        )}
        ${this.handle(this.tied ? "q = k₁" : "q", [this.x, this.y], PLANE, QUERY, ([left, up]) => ([this.x, this.y] = [hundredths(left), hundredths(up)]))}
      </svg>
    </div>`;
  }

  private ofValues(): TemplateResult {
    const values = this.memory.values;
    const shares = this.shares;
    const [x, y] = onPlane(output(shares, values), PLANE.scale);
    // The values are given in their order around the hull, so the visible ones are its corners.
    const corners = values.slice(0, this.visible).map((value) => onPlane(value, PLANE.scale).join(","));
    return html`<div>
      <p>values and output</p>
      <svg viewBox="-115 -115 230 230" aria-hidden="true">
        ${this.axes()}
        <polygon points=${corners.join(" ")} fill="none" stroke="currentColor" stroke-dasharray="3 4" />
        ${values.slice(0, this.visible).map((value, place) => {
          const [toX, toY] = onPlane(value, PLANE.scale);
          return svg`<line x1=${x} y1=${y} x2=${toX} y2=${toY} stroke=${COLOURS[place]!} stroke-width=${8 * shares[place]!} />`;
        })}
        ${values.map((value, place) => this.spot(name("z", place), value, COLOURS[place]!, place >= this.visible))}
        <circle cx=${x} cy=${y} r="7" fill=${OUTPUT} stroke="var(--md-default-bg-color)" stroke-width="2" />
        <text x=${x} y=${y - 12} text-anchor="middle">output</text>
      </svg>
    </div>`;
  }

  private ofWeights(): TemplateResult {
    const bar = (share: number, place: number): TemplateResult => svg`<text x="0" y=${place * 32 + 19}>${name("w", place)}</text>
      <rect x="26" y=${place * 32 + 4} width=${150 * share} height="20" fill=${COLOURS[place]!} />
      <text x=${32 + 150 * share} y=${place * 32 + 19}>${place < this.visible ? thousandths(share) : "masked"}</text>`;
    return html`<div>
      <p>weights</p>
      <svg viewBox="-5 0 230 132" aria-hidden="true">${this.shares.map(bar)}</svg>
    </div>`;
  }

  /** What all tokens make of each other, with the pair marked that the result speaks of. */
  private table(title: string, matrix: readonly Point[], shown: (value: number) => string): TemplateResult {
    const { row, column } = this.pair;
    const isPair = (i: number, j: number): boolean => Math.min(i, j) === row && Math.max(i, j) === column;
    return html`<div>
      <table>
        <caption>${title}</caption>
        <thead><tr><td></td>${matrix.map((_, j) => html`<th scope="col">${name("k", j)}</th>`)}</tr></thead>
        <tbody>
          ${matrix.map((values, i) => html`<tr>
            <th scope="row">${name("q", i)}</th>
            ${values.map((value, j) => html`<td class=${isPair(i, j) ? "pair" : ""}>${shown(value)}</td>`)}
          </tr>`)}
        </tbody>
      </table>
    </div>`;
  }

  /** The two tokens that differ most in what they make of each other: where scores can't differ, in their weights. */
  private get pair(): ReturnType<typeof lopsided> {
    return lopsided(this.tied ? this.each.A : this.each.S);
  }

  protected drawing(): TemplateResult {
    const { S, A } = this.each;
    return html`<div class="panels">${this.ofKeys()} ${this.ofWeights()} ${this.ofValues()}</div>
      <div class="panels all">${this.table("all scores", S, digits)} ${this.table("all weights", A, thousandths)}</div>`;
  }

  /** What one matrix instead of two means for scores and for weights. */
  private mirrored(): string {
    const { S, A } = this.each;
    const { row, column } = this.pair;
    const [one, other] = [`token ${row + 1}`, `token ${column + 1}`];
    const [forth, back] = [S[row]![column]!, S[column]![row]!].map(digits);
    return this.tied
      ? `With W_Q = W_K scores are symmetric: ${one} and ${other} score each other ${forth}. Weights need not be: ${one} gives ${thousandths(A[row]![column]!)} and gets ${thousandths(A[column]![row]!)} back, since each row is divided by its own sum.`
      : `With two matrices scores need not be symmetric: ${one} and ${other} score each other ${forth} and ${back}.`;
  }

  protected result(): string {
    const { keys, values } = this.memory;
    const shares = this.shares;
    const seen = Array.from({ length: this.visible }, (_, place) => place);
    const away = (place: number): number => norm([this.x - keys[place]![0]!, this.y - keys[place]![1]!]);
    const most = seen.reduce((best, place) => (shares[place]! > shares[best]! ? place : best));
    const nearest = seen.reduce((best, place) => (away(place) < away(best) ? place : best));
    const sum = seen.map((place) => `${thousandths(shares[place]!)} ${name("z", place)}`).join(" + ");
    const at = output(shares, values).map((value) => value.toFixed(2));
    return `The output is a weighted mean of the values, ${sum} = (${at.join(", ")}). ${name("k", most)} gets most${
      nearest === most ? ", the nearest key" : `, though ${name("k", nearest)} is nearer`
    }. The entropy is ${thousandths(entropy(shares))} nats of at most ${thousandths(Math.log(this.visible))}, at β = ${this.beta.toFixed(2)}. ${this.mirrored()}`;
  }
}

function thousandths(value: number): string {
  return value.toFixed(3);
}

function name(letter: string, place: number): string {
  return letter + "₁₂₃₄"[place]!;
}

define("attention-lens", AttentionLens);
