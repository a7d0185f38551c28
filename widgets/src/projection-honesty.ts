import { css, html, nothing, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { mean, spectrum } from "./arithmetic/isotropy";
import {
  groupMeans,
  held,
  links,
  onOwnSide,
  orthonormal,
  plane,
  projected,
  telling,
  texts,
  trustByChance,
  trustworthiness,
  turns,
} from "./arithmetic/projection";
import { normals } from "./arithmetic/random";
import { type Rows } from "./arithmetic/vectors";
import { InteractiveFigure, remembered, whole, type Prediction } from "./figure";

const VIEWS = ["principal axes", "random axes", "axes that show the groups"];
/** What the rows can be coloured by, and for how many rows at a time it stays the same. */
const GROUPS: readonly (readonly [string, number])[] = [
  ["class", 1],
  ["template", 2],
  ["nothing, made up", 4],
];
const NEAREST = 5;
const PLANES = 99;
const NOISIEST = 2;
/** What a link's error is at least, in its colour. */
const ERRORS: readonly (readonly [number, string, string])[] = [
  [0, "error below 0.3", "var(--figure-3)"],
  [0.3, "0.3 to 0.6", "var(--figure-2)"],
  [0.6, "above 0.6", "var(--figure-5)"],
];
const MINUS = "var(--figure-4)";
const PLUS = "var(--figure-1)";
const REACH = 140;

/** What Python gives: how the rows are made. The first half of them chooses the plane. */
interface Recipe {
  readonly seed: number;
  readonly rows: number;
  readonly width: number;
  readonly pulls: readonly number[];
}

/** Chapter 7: planes through a cloud, chosen honestly, at random, or to show what one wants to see. */
class ProjectionHonesty extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    view: { state: true },
    group: { state: true },
    turn: { state: true },
    noise: { state: true },
    aside: { state: true },
    plane: { state: true },
  };

  static override styles = [
    InteractiveFigure.styles,
    css`
      .controls { align-items: center; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); }
      svg { max-width: 20rem; }
      text { paint-order: stroke; stroke: var(--md-default-bg-color); stroke-width: 3px; }
    `,
  ];

  declare view: number;
  declare group: number;
  declare turn: number;
  declare noise: number;
  declare aside: number;
  declare plane: number;
  protected readonly shared = ["view", "group", "turn", "noise", "aside", "plane"];
  protected readonly prediction: Prediction = {
    question: "40 rows of 50 columns get two colours that mean nothing. Is there a plane in which the colours lie apart?",
    answers: [
      { text: "No: there is nothing to be seen.", isRight: false, says: "With more columns than rows some direction tells any two groups apart. Colour by nothing, and take the axes that show the groups." },
      { text: "Yes, for nearly any colours.", isRight: true, says: "More columns than rows leave room for every wish. Rows that had no part in the choice unmask it: tick “rows kept aside”." },
      { text: "Only if one direction has most of the variance.", isRight: false, says: "Variance is what principal axes ask for. A direction that tells groups apart may have little of it." },
    ],
  };

  private get recipe(): Recipe {
    return this.data();
  }

  constructor() {
    super();
    [this.view, this.group, this.turn, this.noise, this.aside, this.plane] = [0, 0, 0, 1, 0, 1];
  }

  protected take(key: string, value: number): void {
    if (key === "view" || key === "group") this[key] = whole(value, 0, 2);
    else if (key === "turn") this.turn = whole(value, 0, 90);
    else if (key === "noise") this.noise = whole(value * 10, 0, 10 * NOISIEST) / 10;
    else if (key === "aside") this.aside = whole(value, 0, 1);
    else this.plane = whole(value, 1, PLANES);
  }

  protected controls(): TemplateResult {
    const numbered = (names: readonly string[]): (readonly [number, string])[] => names.map((name, number) => [number, name]);
    return html`${this.choice("axes", this.view, numbered(VIEWS), (value) => (this.view = value))}
      ${this.choice("colour by", this.group, numbered(GROUPS.map(([name]) => name)), (value) => (this.group = value))}
      ${this.slider("turn 2 to 3", this.turn, { min: 0, max: 90, step: 5 }, (value) => (this.turn = value), `${this.turn}°`)}
      ${this.slider("noise", this.noise, { min: 0, max: NOISIEST, step: 0.1 }, (value) => (this.noise = value), this.noise.toFixed(1))}
      ${this.tick("rows kept aside", this.aside, (value) => (this.aside = value))}
      ${this.view === 1
        ? html`<button type="button" @click=${() => (this.plane = (this.plane % PLANES) + 1)}>other random axes</button>`
        : nothing}`;
  }

  private readonly cloud = remembered((noise: number) => {
    const { seed, rows, width, pulls } = this.recipe;
    const all = texts(seed, rows, width, pulls, noise);
    const chosen = all.slice(0, rows / 2);
    return { all, chosen, middle: mean(chosen), spectrum: spectrum(chosen) };
  });

  private get half(): number {
    return this.recipe.rows / 2;
  }

  private get signs(): number[] {
    return this.cloud(this.noise).all.map((_, row) => turns(row, GROUPS[this.group]![1]));
  }

  /** Three axes, of which the second is turned towards the third. */
  private axes(): Rows {
    const { chosen, spectrum } = this.cloud(this.noise);
    if (this.view === 0) return spectrum.directions;
    if (this.view === 1) return orthonormal(normals(1000 + this.plane, 3, this.recipe.width));
    return orthonormal([telling(chosen, this.signs, spectrum), ...spectrum.directions.slice(0, 2)]);
  }

  /** The rows that are shown, in full and in the plot, and what there is to say of them. */
  private get seen() {
    const { all, middle } = this.cloud(this.noise);
    const plot = projected(all, middle, plane(this.axes(), this.turn));
    const signs = this.signs;
    const means = groupMeans(plot.slice(0, this.half), signs);
    const [from, to] = this.aside ? [this.half, all.length] : [0, this.half];
    const [rows, at] = [all.slice(from, to), plot.slice(from, to)];
    return {
      at,
      signs: signs.slice(from, to),
      links: links(rows, middle, at),
      held: held(rows, middle, at),
      trust: trustworthiness(rows, at, NEAREST),
      right: [0, this.half].map((start) => onOwnSide(plot.slice(start, start + this.half), signs.slice(start), means)),
      scale: REACH / Math.max(...plot.flat().map(Math.abs)),
    };
  }

  protected drawing(): TemplateResult {
    const { at, signs, links, scale } = this.seen;
    const drawn = at.map(([x, y]) => [x! * scale, -y! * scale] as const);
    const line = ({ to, error }: { readonly to: number; readonly error: number }, row: number): TemplateResult => {
      const level = ERRORS.filter(([least]) => error >= least).length - 1;
      const [[x1, y1], [x2, y2]] = [drawn[row]!, drawn[to]!];
      return svg`<line x1=${x1} y1=${y1} x2=${x2} y2=${y2} stroke=${ERRORS[level]![2]} stroke-width=${1.2 + level} />`;
    };
    const point = ([x, y]: readonly [number, number], row: number): TemplateResult =>
      signs[row] === 1
        ? svg`<circle cx=${x} cy=${y} r="4" fill=${PLUS} />`
        : svg`<path d="M${x} ${y - 5}l4.5 8h-9z" fill=${MINUS} />`;
    const axis = this.turn === 0 ? "axis 2" : this.turn === 90 ? "axis 3" : "between axes 2 and 3";
    return html`${this.legend([
        ["one group, discs", PLUS],
        ["the other, triangles", MINUS],
        ...ERRORS.map(([, name, colour]) => [name, colour] as const),
      ])}
      <svg viewBox="-160 -150 320 312" aria-hidden="true">
        <path d="M-150 0H150M0 -150V150" stroke="var(--figure-grid)" />
        ${links.map(line)} ${drawn.map(point)}
        <text x="150" y="16" text-anchor="end">axis 1</text>
        <text x="-6" y="-138" text-anchor="end">${axis}</text>
      </svg>`;
  }

  protected result(): string {
    const { links, held, trust, right } = this.seen;
    const bad = links.filter(({ error }) => error >= ERRORS[2]![0]).length;
    const chance = trustByChance(this.half, NEAREST).toFixed(2);
    return (
      `The plane holds ${(100 * held).toFixed(0)} % of what varies. Closer to the mean of their own group: ${right[0]!} of the ` +
      `${this.half} rows that it was chosen with, ${right[1]!} of ${this.half} kept aside. Trustworthiness ${trust.toFixed(2)} ` +
      `(chance: ${chance}). Of ${links.length} links, ${bad} misstate the cosine by more than 0.6.`
    );
  }
}

define("projection-honesty", ProjectionHonesty);
