import { css, html, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { measured, ranking, stretched, unit, type Metric } from "./arithmetic/neighbours";
import { digits, hundredths, InteractiveFigure, whole, type Prediction } from "./figure";

const POINTS = ["a", "b", "c", "d", "e", "f"] as const;
type Name = "q" | (typeof POINTS)[number];
type Coordinate = `${Name}${"x" | "y"}`;
const COORDINATES = (["q", ...POINTS] as const).flatMap((name): Coordinate[] => [`${name}x`, `${name}y`]);

const METRICS: readonly (readonly [Metric, string])[] = [
  ["dot", "dot product"],
  ["cosine", "cosine"],
  ["distance", "distance"],
];
// How far from the middle a point may go before it is stretched, and what the stretch may be: all of it stays in sight.
const REACH = 2;
const STRETCH = { min: 0.7, max: 1.5, step: 0.05 };
const SCALE = 50;

// Each coordinate is a property, since the address carries numbers.
interface MetricArena extends Record<Coordinate, number> {}

/** Chapter 3: a query and six points, ranked by dot product, cosine and distance while they are moved. */
class MetricArena extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    unit: { state: true },
    stretch: { state: true },
    ...Object.fromEntries(COORDINATES.map((key) => [key, { state: true }])),
  };

  static override styles = [
    InteractiveFigure.styles,
    css`
      .controls { align-items: center; }
      input[type="checkbox"] { accent-color: var(--figure-1); }
      .arena { align-items: center; display: grid; gap: 0.4rem 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
      caption { caption-side: bottom; text-align: start; }
      th, td { padding: 0.1rem 0.15rem; text-align: end; }
      td { white-space: nowrap; }
      thead th { border-block-end: 0.05rem solid var(--figure-grid); vertical-align: bottom; }
      tbody th { font-weight: normal; }
      .alike td { font-weight: bold; }
    `,
  ];

  /** 1 if all lengths are made 1, otherwise 0. */
  declare unit: number;
  declare stretch: number;
  protected readonly shared = ["unit", "stretch", ...COORDINATES];
  protected readonly prediction: Prediction = {
    question: "the query and the six points are all scaled to length 1. What becomes of the three rankings?",
    answers: [
      { text: "All three agree.", isRight: true, says: "The product of two vectors of length 1 is their cosine, and their squared distance is 2 minus twice that. Tick “length 1” to see it." },
      { text: "Dot product and cosine agree, distance keeps its own.", isRight: false, says: "They do agree, but the squared distance is now 2 minus twice the cosine, so it orders the points the same way. Tick “length 1”." },
      { text: "They differ as before.", isRight: false, says: "What told them apart was length, each using it in its own way, and now all lengths are the same. Tick “length 1”." },
    ],
  };

  private startAgain(): void {
    const { query, points } = this.data<{ query: [number, number]; points: [number, number][] }>();
    [this.unit, this.stretch] = [0, 1];
    [this.qx, this.qy] = query;
    POINTS.forEach((name, index) => ([this[`${name}x`], this[`${name}y`]] = points[index]!));
  }

  override connectedCallback(): void {
    if (!this.hasUpdated) this.startAgain();
    super.connectedCallback();
  }

  protected take(key: string, value: number): void {
    if (key === "unit") this.unit = whole(value, 0, 1);
    else if (key === "stretch") this.stretch = Math.min(STRETCH.max, Math.max(STRETCH.min, hundredths(value)));
    else this[key as Coordinate] = held(value);
  }

  private original(name: Name): [number, number] {
    return [this[`${name}x`], this[`${name}y`]];
  }

  /** Where all stand: stretched first, then scaled to length 1 if that is wanted. */
  private standing(stretch: number): { readonly query: number[]; readonly rows: number[][] } {
    const { query, rows } = stretched(this.original("q"), POINTS.map((name) => this.original(name)), stretch);
    return this.unit === 1 ? { query: unit(query), rows: rows.map(unit) } : { query, rows };
  }

  private move(name: Name, [x, y]: [number, number]): void {
    const factor = name === "q" ? 1 / this.stretch : this.stretch;
    let to = [x / factor, y] as const;
    if (this.unit === 1) {
      // On the circle only the direction can be chosen; the length is kept for when it counts again.
      if (x === 0 && y === 0) return;
      const [oldX, oldY] = this.original(name);
      const length = Math.hypot(oldX * factor, oldY) || 1;
      const grown = length / Math.hypot(x, y);
      const shrunk = Math.max(1, (Math.abs(to[0]) * grown) / REACH, (Math.abs(y) * grown) / REACH);
      to = [(to[0] * grown) / shrunk, (y * grown) / shrunk];
    }
    [this[`${name}x`], this[`${name}y`]] = [held(to[0]), held(to[1])];
  }

  protected controls(): TemplateResult {
    const inverse = (1 / this.stretch).toFixed(2);
    return html`${this.slider("stretch", this.stretch, STRETCH, (value) => (this.stretch = value),
        `points × ${this.stretch.toFixed(2)}, query × ${inverse}`)}
      ${this.tick("length 1", this.unit, (value) => (this.unit = value))}
      <button type="button" @click=${() => this.startAgain()}>start again</button>`;
  }

  private plane(): TemplateResult {
    const { query, rows } = this.standing(this.stretch);
    // On the circle they stand close together, so it is drawn larger.
    const scale = this.unit === 1 ? 2 * SCALE : SCALE;
    const movable = (name: Name, shown: string, place: number[], factor: number): TemplateResult =>
      this.handle(
        shown,
        [place[0]!, place[1]!],
        { scale, reach: REACH * Math.max(1, factor), step: 0.1 },
        name === "q" ? "var(--figure-2)" : "var(--figure-1)",
        (to) => this.move(name, to),
      );
    return html`<svg viewBox="-158 -114 345 228" role="group" aria-label="Plane with the query and six points">
      <path d="M-158 0H187M0 -114V114" stroke="var(--figure-grid)" />
      ${this.unit === 1 ? svg`<circle r=${scale} fill="none" stroke="var(--figure-5)" stroke-dasharray="4 3" />` : ""}
      <line x2=${query[0]! * scale} y2=${-query[1]! * scale} stroke="var(--figure-2)" stroke-width="2" />
      ${POINTS.map((name, index) => movable(name, name.toUpperCase(), rows[index]!, this.stretch))}
      ${movable("q", "query", query, 1 / this.stretch)}
    </svg>`;
  }

  private rankings(): number[][] {
    const { query, rows } = this.standing(this.stretch);
    return METRICS.map(([metric]) => ranking(query, rows, metric));
  }

  private table(): TemplateResult {
    const { query, rows } = this.standing(this.stretch);
    const values = METRICS.map(([metric]) => measured(query, rows, metric));
    const ranked = this.rankings();
    return html`<table>
      <caption>Nearest first. In bold: the three agree.</caption>
      <thead><tr><th scope="col">place</th>${METRICS.map(([, name]) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>
        ${POINTS.map((_, place) => html`<tr class=${isAlike(ranked, place) ? "alike" : ""}>
          <th scope="row">${place + 1}</th>
          ${ranked.map((order, column) => html`<td>${named(order[place]!)} ${digits(values[column]![order[place]!]!)}</td>`)}
        </tr>`)}
      </tbody>
    </table>`;
  }

  protected drawing(): TemplateResult {
    return html`${this.legend([
        ["query", "var(--figure-2)"],
        ["points", "var(--figure-1)"],
      ])}
      <p>Drag the points, or go to one with the tab key and move it with the arrow keys.</p>
      <div class="arena">${this.plane()} ${this.table()}</div>`;
  }

  protected result(): string {
    const ranked = this.rankings();
    const [first, second, third] = ranked.map((order) => named(order[0]!));
    const alike = POINTS.filter((_, place) => isAlike(ranked, place)).length;
    const agree = alike === POINTS.length ? "All three rankings agree" : `The rankings agree in ${alike} of 6 places`;
    const nearest = `${agree}. Nearest by dot product: ${first}, by cosine: ${second}, by distance: ${third}.`;
    return [nearest, this.changed(), this.withoutDirection()].filter(Boolean).join(" ");
  }

  /** What the stretch has done to the numbers. */
  private changed(): string {
    if (this.stretch === 1) return "";
    const [now, before] = [this.standing(this.stretch), this.standing(1)];
    const [dots, cosines] = METRICS.map(([metric]) => {
      const old = measured(before.query, before.rows, metric);
      return Math.max(...measured(now.query, now.rows, metric).map((value, index) => Math.abs(value - old[index]!)));
    });
    const products = dots! < 1e-9 ? "no dot product, but" : `dot products by up to ${digits(dots!)},`;
    return `The stretch has changed ${products} cosines by up to ${digits(cosines!)}.`;
  }

  private withoutDirection(): string {
    const isZero = ["q" as const, ...POINTS].some((name) => this.original(name).every((value) => value === 0));
    return this.unit === 1 && isZero ? "At the origin there is no direction, and nothing to scale: zero stays zero." : "";
  }
}

function held(value: number): number {
  return hundredths(Math.min(REACH, Math.max(-REACH, value)));
}

function named(index: number): string {
  return POINTS[index]!.toUpperCase();
}

function isAlike(ranked: readonly number[][], place: number): boolean {
  return ranked.every((order) => order[place] === ranked[0]![place]);
}

define("metric-arena", MetricArena);
