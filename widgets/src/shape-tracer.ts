import { css, html, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { count, held, inner, product, shape, type Axes, type Axis, type Held, type Sizes } from "./arithmetic/shapes";
import { InteractiveFigure, whole, type Prediction } from "./figure";

const AXES: readonly Axis[] = ["B", "T", "V", "d"];
const powers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));
/** What each slider goes through. */
const CHOICES: Readonly<Record<Axis, readonly number[]>> = {
  B: powers(0, 7),
  T: powers(0, 13),
  V: [16, 64, 256, 1024, 4096, 32_000, 50_257, 128_256, 256_000],
  d: powers(1, 13),
};
const ROLES: Readonly<Record<Held["name"], readonly [written: string, colour: string]>> = {
  ids: ["ids", "var(--figure-4)"],
  "input table": ["E", "var(--figure-3)"],
  "hidden states": ["H", "var(--figure-1)"],
  "output table": ["W_out", "var(--figure-6)"],
  logits: ["logits", "var(--figure-2)"],
};

/** A product as it is written, and the axes of its two sides. */
interface Written {
  readonly sides: readonly [string, string];
  readonly axes: readonly [Axes, Axes];
}

const PRODUCTS: readonly Written[] = [
  { sides: ["H", "W_out.T"], axes: [["B", "T", "d"], ["d", "V"]] },
  { sides: ["H", "W_out"], axes: [["B", "T", "d"], ["V", "d"]] },
  { sides: ["W_out", "H.T"], axes: [["V", "d"], ["d", "T", "B"]] },
  { sides: ["onehot", "E"], axes: [["B", "T", "V"], ["V", "d"]] },
  { sides: ["E", "onehot"], axes: [["V", "d"], ["B", "T", "V"]] },
  { sides: ["E.T", "onehot"], axes: [["d", "V"], ["B", "T", "V"]] },
];
const [WIDTH, HEIGHT] = [320, 14];

/** Chapter 2: the arrays between ids and logits, their bytes, and products that fit or only seem to. */
class ShapeTracer extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    B: { state: true },
    T: { state: true },
    V: { state: true },
    d: { state: true },
    tied: { state: true },
    write: { state: true },
  };

  static override styles = [
    InteractiveFigure.styles,
    css`
      label > span { min-width: 0; }
      .boxes { display: grid; gap: 0.4rem; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); text-align: center; }
      .boxes svg { max-width: 9rem; }
      code { font-family: var(--md-code-font-family, monospace); }
      .fits { color: var(--figure-3); }
      .clashes { color: var(--figure-5); text-decoration: underline; }
    `,
  ];

  declare B: number;
  declare T: number;
  declare V: number;
  declare d: number;
  declare tied: number;
  /** Which product is written. */
  declare write: number;
  protected readonly shared = [...AXES, "tied", "write"];
  protected readonly prediction: Prediction = {
    question: "B = 4, T = d = 64, V = 256, and somebody writes W_out @ H.T. What does numpy do?",
    answers: [
      { text: "It refuses: (256, 64) and (64, 64, 4) do not fit.", isRight: false, says: "They do: d = 64 columns meet T = 64 rows. Set the sizes so, and choose that product." },
      { text: "It gives the logits, their axes in another order.", isRight: false, says: "For logits the sum would have to run over d. Here d stays, and the places are summed." },
      { text: "It gives an array of shape (64, 256, 4) that means nothing.", isRight: true, says: "It sums over the wrong axis, since two sizes happen to be equal. With T other than d it would have been refused: test with sizes that all differ." },
    ],
  };

  constructor() {
    super();
    [this.tied, this.write] = [1, 0];
  }

  override connectedCallback(): void {
    if (!this.hasUpdated) Object.assign(this, this.data<Sizes>());
    super.connectedCallback();
  }

  protected take(key: string, value: number): void {
    if (key === "tied") this.tied = whole(value, 0, 1);
    else if (key === "write") this.write = whole(value, 0, PRODUCTS.length - 1);
    else this[key as Axis] = CHOICES[key as Axis].reduce((best, size) => (Math.abs(size - value) < Math.abs(best - value) ? size : best));
  }

  protected controls(): TemplateResult {
    const size = (axis: Axis): TemplateResult => {
      const choices = CHOICES[axis];
      const set = (index: number): number => (this[axis] = choices[index]!);
      return this.slider(axis, choices.indexOf(this[axis]), { min: 0, max: choices.length - 1 }, set, grouped(this[axis]));
    };
    const products = PRODUCTS.map(({ sides }, number) => [number, sides.join(" @ ")] as const);
    return html`${AXES.map(size)}
      ${this.tick("tied: W_out is E", this.tied, (value) => (this.tied = value))}
      ${this.choice("write", this.write, products, (value) => (this.write = value))}`;
  }

  private bytes({ axes, each }: Held): number {
    return count(axes, this) * each;
  }

  /** An array as a box, its sides by their logarithms; all but the last axis make its height. */
  private box(array: Held): TemplateResult {
    const [name, colour] = ROLES[array.name];
    const side = (axes: Axes): number => 5 + 5 * Math.log2(count(axes, this));
    // Ids have nothing but places, so their box is as narrow as one number.
    const split = array.name === "ids" ? 2 : array.axes.length - 1;
    const [height, width] = [side(array.axes.slice(0, split)), side(array.axes.slice(split))];
    const title = array.name === "input table" && this.tied === 1 ? "E, also W_out" : name;
    return html`<div>
      <svg viewBox="-58 -58 116 116" aria-hidden="true">
        <rect x=${-width / 2} y=${-height / 2} width=${width} height=${height} fill=${colour} fill-opacity="0.35" stroke=${colour} />
      </svg>
      <b>${title}</b><br />(${shape(array.axes, this).join(", ")})<br />${inBytes(this.bytes(array))}
    </div>`;
  }

  /** All bytes as one bar, in proportion. */
  private bar(): TemplateResult {
    const arrays = held(this.tied === 1);
    const all = arrays.reduce((sum, array) => sum + this.bytes(array), 0);
    let x = 0;
    const part = (array: Held): TemplateResult => {
      const width = (this.bytes(array) / all) * WIDTH;
      x += width;
      return svg`<rect x=${x - width} width=${width} height=${HEIGHT} fill=${ROLES[array.name][1]} />`;
    };
    return html`${this.legend(arrays.map(({ name }) => [name, ROLES[name][1]]))}
      <svg viewBox="0 -2 ${WIDTH} ${HEIGHT + 4}" aria-hidden="true">${arrays.map(part)}</svg>`;
  }

  private written(): TemplateResult {
    const { sides, axes } = PRODUCTS[this.write]!;
    const [a, b] = axes;
    const lit = product(a, b, this) && inner(a, b)[0] === inner(a, b)[1] ? "fits" : "clashes";
    const side = (which: 0 | 1): TemplateResult => {
      const axis = axes[which].length - 1 - which;
      const sizes = shape(axes[which], this).map((size, place) => (place === axis ? html`<b class=${lit}>${size}</b>` : size));
      return html`${sides[which]} (${sizes.map((size, place) => html`${place ? ", " : ""}${size}`)})`;
    };
    return html`<p><code>${side(0)} @ ${side(1)}</code></p>`;
  }

  protected drawing(): TemplateResult {
    return html`<div class="boxes">${held(this.tied === 1).map((array) => this.box(array))}</div>
      ${this.bar()} ${this.written()}`;
  }

  /** What numpy makes of the product that is written. */
  private verdict(): string {
    const { sides, axes } = PRODUCTS[this.write]!;
    const [last, lastButOne] = inner(...axes);
    const made = product(...axes, this);
    const text = sides.join(" @ ");
    if (!made) return `${text} is refused: ${last} = ${this[last]} columns meet ${lastButOne} = ${this[lastButOne]} rows.`;
    const gives = `(${shape(made, this).join(", ")})`;
    return last === lastButOne
      ? `${text} gives ${gives}, axes (${made.join(", ")}).`
      : `${text} gives ${gives} without an error, and wrongly: only because ${last} = ${lastButOne} = ${this[last]}.`;
  }

  protected result(): string {
    const arrays = held(this.tied === 1);
    const named = (name: Held["name"]): number => arrays.filter((array) => array.name === name).reduce((sum, array) => sum + this.bytes(array), 0);
    const tables = named("input table") + named("output table");
    const times = (part: number): string => `${(named("logits") / part).toPrecision(3)} times`;
    return (
      `Logits take ${inBytes(named("logits"))}, ${times(named("hidden states"))} the hidden states and ${times(tables)} the ` +
      `${this.tied === 1 ? "one table" : "two tables"} of ${grouped(count(["V", "d"], this) * (2 - this.tied))} parameters. ${this.verdict()}`
    );
  }
}

function grouped(value: number): string {
  return value.toLocaleString("en");
}

/** Bytes in the unit in which they are a small number. */
function inBytes(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** power).toPrecision(4)).toLocaleString("en")} ${["B", "KiB", "MiB", "GiB", "TiB"][power]}`;
}

define("shape-tracer", ShapeTracer);
