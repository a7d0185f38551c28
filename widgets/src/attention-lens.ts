import { html, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { entropy, output, weights } from "./arithmetic/attention";
import { norm } from "./arithmetic/vectors";
import { hundredths, InteractiveFigure, onPlane, whole, type Prediction } from "./figure";

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

/** Chapter 7: a query among four keys, their weights, and the mean of the values that they make. */
class AttentionLens extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    x: { state: true },
    y: { state: true },
    divisor: { state: true },
    temperature: { state: true },
    mask: { state: true },
  };

  declare x: number;
  declare y: number;
  declare divisor: number;
  declare temperature: number;
  declare mask: number;
  protected readonly shared = ["x", "y", "divisor", "temperature", "mask"];
  protected readonly prediction: Prediction = {
    question: "the query is put exactly on key k₁. What comes out?",
    answers: [
      { text: "The value z₁, since its key fits exactly.", isRight: false, says: "Every visible key keeps a share, and the longer k₄ has nearly as large a one: only as the temperature falls does one value come out alone." },
      { text: "The place of k₁ itself.", isRight: false, says: "Keys decide the weights and then are gone. What is averaged are the values." },
      { text: "A point between the values, drawn most towards z₁.", isRight: true, says: "The weights are positive and sum to one, so the output cannot leave the hull of the values." },
    ],
  };

  private get memory(): { readonly keys: readonly Point[]; readonly values: readonly Point[] } {
    return this.data();
  }

  constructor() {
    super();
    [this.x, this.y, this.divisor, this.temperature, this.mask] = [1.2, 0.2, 2, 1, 0];
  }

  protected take(key: string, value: number): void {
    if (key === "x" || key === "y") this[key] = hundredths(Math.min(PLANE.reach, Math.max(-PLANE.reach, value)));
    else if (key === "temperature") this.temperature = whole(value * 10, 1, 40) / 10;
    else if (key === "mask") this.mask = whole(value, 0, 1);
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

  protected controls(): TemplateResult {
    const range = { min: 0.1, max: 4, step: 0.1 };
    return html`${this.choice("scale", this.divisor, DIVISORS, (value) => (this.divisor = value))}
      ${this.slider("temperature", this.temperature, range, (value) => (this.temperature = value), this.temperature.toFixed(1))}
      ${this.tick(`mask: hide ${name("k", this.memory.keys.length - 1)}`, this.mask, (value) => (this.mask = value))}`;
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
        ${keys.map((key, place) => this.spot(name("k", place), key, COLOURS[place]!, place >= this.visible))}
        ${this.handle("q", [this.x, this.y], PLANE, QUERY, ([left, up]) => ([this.x, this.y] = [hundredths(left), hundredths(up)]))}
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
      <text x=${32 + 150 * share} y=${place * 32 + 19}>${place < this.visible ? share.toFixed(3) : "masked"}</text>`;
    return html`<div>
      <p>weights</p>
      <svg viewBox="-5 0 230 132" aria-hidden="true">${this.shares.map(bar)}</svg>
    </div>`;
  }

  protected drawing(): TemplateResult {
    return html`<div class="panels">${this.ofKeys()} ${this.ofWeights()} ${this.ofValues()}</div>`;
  }

  protected result(): string {
    const { keys, values } = this.memory;
    const shares = this.shares;
    const seen = Array.from({ length: this.visible }, (_, place) => place);
    const away = (place: number): number => norm([this.x - keys[place]![0]!, this.y - keys[place]![1]!]);
    const most = seen.reduce((best, place) => (shares[place]! > shares[best]! ? place : best));
    const nearest = seen.reduce((best, place) => (away(place) < away(best) ? place : best));
    const sum = seen.map((place) => `${shares[place]!.toFixed(3)} ${name("z", place)}`).join(" + ");
    const at = output(shares, values).map((value) => value.toFixed(2));
    return `The output is a weighted mean of the values, ${sum} = (${at.join(", ")}). ${name("k", most)} gets most${
      nearest === most ? ", the nearest key" : `, though ${name("k", nearest)} is nearer`
    }. The entropy is ${entropy(shares).toFixed(3)} nats of at most ${Math.log(this.visible).toFixed(3)}, at β = ${this.beta.toFixed(2)}.`;
  }
}

function name(letter: string, place: number): string {
  return letter + "₁₂₃₄"[place]!;
}

define("attention-lens", AttentionLens);
