import { css, html, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { cacheBytes, divisors, parameters, total, type Shape } from "./arithmetic/budget";
import { InteractiveFigure, whole, type Prediction } from "./figure";

const RANGES = {
  V: { min: 128, max: 262_144, step: 128 },
  d: { min: 128, max: 8192, step: 128 },
  layers: { min: 1, max: 96, step: 1 },
  heads: { min: 1, max: 64, step: 1 },
};
const FORMATS: readonly (readonly [number, string])[] = [
  [4, "fp32, 4 bytes"],
  [2, "bf16, 2 bytes"],
  [1, "int8, 1 byte"],
];
/** The fewest and the most tokens of a text, as powers of two. */
const [FEWEST, MOST] = [8, 17];
const PARTS: readonly (readonly [string, string])[] = [
  ["tables", "var(--figure-1)"],
  ["attention", "var(--figure-2)"],
  ["MLP and norms", "var(--figure-3)"],
  ["KV cache", "var(--figure-4)"],
];
const GIB = 2 ** 30;

/** Chapter 8: what decides the share of the tables, and what the size of the cache. */
class ParameterBudget extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    model: { state: true },
    V: { state: true },
    d: { state: true },
    layers: { state: true },
    heads: { state: true },
    kv: { state: true },
    tied: { state: true },
    bytes: { state: true },
    tokens: { state: true },
  };

  static override styles = [
    InteractiveFigure.styles,
    css`
      label > span { min-width: 0; }
      text:first-of-type { font-weight: bold; }
    `,
  ];

  declare model: number;
  declare V: number;
  declare d: number;
  declare layers: number;
  declare heads: number;
  declare kv: number;
  declare tied: number;
  declare bytes: number;
  declare tokens: number;
  protected readonly shared = ["model", "V", "d", "layers", "heads", "kv", "tied", "bytes", "tokens"];
  protected readonly prediction: Prediction = {
    question: "the width d of a decoder is doubled, its layers and heads stay as they are. What becomes of its KV cache?",
    answers: [
      { text: "It doubles, as every vector is twice as long.", isRight: false, says: "The vectors that are kept are those of the key heads, and their number and width have not changed. Move d: the parameters follow, the cache does not." },
      { text: "It stays as it is.", isRight: true, says: "Layers, key heads, their width and the tokens decide. Wider models mostly have more layers or heads too, so the slip is seldom noticed." },
      { text: "It grows fourfold, as the MLP does.", isRight: false, says: "The MLP does grow with the square of d, but nothing of it is kept from token to token." },
    ],
  };

  constructor() {
    super();
    [this.bytes, this.tokens] = [2, 2 ** MOST];
  }

  override connectedCallback(): void {
    if (this.model === undefined) this.choose(1);
    super.connectedCallback();
  }

  private get models(): readonly (readonly [string, Shape])[] {
    return this.data();
  }

  /** Begin with a model as it was published. */
  private choose(model: number): void {
    const { V, d, layers, heads, kv, tied } = this.models[model]![1];
    Object.assign(this, { model, V, d, layers, heads, kv, tied });
  }

  /** So many query heads, and of the numbers of key heads that can serve them the largest that is not above the present one. */
  private share(heads: number): void {
    this.heads = heads;
    this.kv = divisors(heads).filter((kv) => kv <= this.kv).at(-1)!;
  }

  protected take(key: string, value: number): void {
    if (key === "model") this.choose(whole(value, 0, this.models.length - 1));
    else if (key === "V" || key === "d" || key === "layers" || key === "heads") {
      const { min, max, step } = RANGES[key];
      const held = step * whole(value / step, min / step, max / step);
      if (key === "heads") this.share(held);
      else this[key] = held;
    } else if (key === "kv") {
      if (divisors(this.heads).includes(value)) this.kv = value;
    } else if (key === "tied") this.tied = whole(value, 0, 1);
    else if (key === "tokens") this.tokens = 2 ** whole(Math.log2(Math.max(1, value)), FEWEST, MOST);
    else if (FORMATS.some(([known]) => known === value)) this.bytes = value;
  }

  /** As it is set. The width of a head is the model's, and so is the ratio of the MLP's width to d. */
  private get shape(): Shape {
    const published = this.models[this.model]![1];
    const { V, d, layers, heads, kv, tied } = this;
    return { ...published, V, d, layers, heads, kv, tied, mlp: Math.round((published.mlp / published.d) * d) };
  }

  private cache(shape: Shape): number {
    return cacheBytes(shape.layers, shape.kv, shape.width, this.tokens, this.bytes);
  }

  protected controls(): TemplateResult {
    const tokens = { min: FEWEST, max: MOST };
    return html`${this.choice("begin with", this.model, this.models.map(([name], number) => [number, name]), (value) => this.choose(value))}
      ${this.slider("V", this.V, RANGES.V, (value) => (this.V = value), grouped(this.V))}
      ${this.slider("width d", this.d, RANGES.d, (value) => (this.d = value), grouped(this.d))}
      ${this.slider("layers", this.layers, RANGES.layers, (value) => (this.layers = value))}
      ${this.slider("query heads", this.heads, RANGES.heads, (value) => this.share(value))}
      ${this.choice("key heads", this.kv, divisors(this.heads).map((kv) => [kv, String(kv)]), (value) => (this.kv = value))}
      ${this.slider("tokens", Math.log2(this.tokens), tokens, (value) => (this.tokens = 2 ** value), grouped(this.tokens))}
      ${this.choice("numbers", this.bytes, FORMATS, (value) => (this.bytes = value))}
      ${this.tick("tied tables", this.tied, (value) => (this.tied = value))}
      <button type="button" @click=${() => this.choose(this.model)}>as published</button>`;
  }

  /** A bar a shape: what `of` finds in it, in the order of PARTS, and how their sum is written behind it. */
  private bars(title: string, of: (shape: Shape) => readonly number[], written: (sum: number) => string): TemplateResult {
    const bars = [["as set", this.shape] as const, ...this.models].map(([name, shape]) => [name, of(shape)] as const);
    const longest = Math.max(...bars.map(([, parts]) => sum(parts)));
    return html`<div>
      <p>${title}</p>
      <svg viewBox="0 0 320 ${bars.length * 24}" aria-hidden="true">
        ${bars.map(([name, parts], row) => {
          const x = (count: number): number => 88 + (170 * count) / longest;
          return svg`<text y=${row * 24 + 16}>${name}</text>
            ${parts.map((part, number) => svg`<rect x=${x(sum(parts.slice(0, number)))} y=${row * 24 + 3} width=${(170 * part) / longest} height="18" fill=${PARTS[number]![1]} />`)}
            <text x=${x(sum(parts)) + 5} y=${row * 24 + 16}>${written(sum(parts))}</text>`;
        })}
      </svg>
    </div>`;
  }

  protected drawing(): TemplateResult {
    const counts = (shape: Shape): number[] => {
      const { tables, attention, mlp, norms } = parameters(shape);
      return [tables, attention, mlp + norms];
    };
    const bytes = (shape: Shape): number[] => [...counts(shape).map((count) => count * this.bytes), this.cache(shape)];
    return html`${this.legend(PARTS)}
      <div class="panels">
        ${this.bars("parameters, billions", counts, (sum) => (sum / 1e9).toFixed(2))}
        ${this.bars("memory, GiB", bytes, gibibytes)}
      </div>`;
  }

  protected result(): string {
    const { V, d, tied } = this.shape;
    const parts = parameters(this.shape);
    const all = total(parts);
    const otherwise = `${tied ? "untied" : "tied"} there would be ${percent((V * d) / all)} ${tied ? "more" : "fewer"}`;
    const cache = this.cache(this.shape);
    return (
      `Of ${grouped(all)} parameters ${percent(parts.tables / all)} are in the vocabulary; ${otherwise}. ` +
      `They take ${gibibytes(all * this.bytes)} GiB, and the cache of ${grouped(this.tokens)} tokens ` +
      `${gibibytes(cache)} GiB: ${grouped(cache / this.tokens)} bytes a token.`
    );
  }
}

function sum(parts: readonly number[]): number {
  return parts.reduce((all, part) => all + part, 0);
}

function grouped(value: number): string {
  return value.toLocaleString("en");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function gibibytes(bytes: number): string {
  return (bytes / GIB).toFixed(2);
}

define("parameter-budget", ParameterBudget);
