import { css, html, nothing, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { hasMoved, listCounts, planted, readings, type Fault, type Plan, type Readings } from "./arithmetic/diagnosis";
import { mean, spectrum } from "./arithmetic/isotropy";
import { cosine, norm, type Rows } from "./arithmetic/vectors";
import { InteractiveFigure, whole, type Prediction } from "./figure";

/** A fault, what readers call it, how it shows, and which check of the chapter finds it, in which section. */
const FAULTS: readonly (readonly [Fault, string, string, string, string])[] = [
  ["lengths", "rows never scaled", "the norms spread while every cosine stays what it was", "dashboard", "s8-3"],
  ["hub", "one row is the mean of all", "one row is on more lists than any was, and nothing else moves", "max_listed", "s8-3"],
  ["dead", "one dead row", "the shortest norm is 0, far below every quantile", "facts", "s8-5"],
  ["flat", "half drifted each way", "one direction takes much of the variance, and no row is longer", "participation", "s8-3"],
  ["axis", "columns scaled, not rows", "the median norm is far from 1 although scaling was done", "dashboard", "s8-3"],
  ["common", "all drifted one way", "all rows point more alike, and the spectrum hardly knows", "mean_cosine", "s8-3"],
  ["outlier", "one row is far too long", "one norm stands alone, and its row makes a direction of its own", "participation", "s8-3"],
];
/** The fault of each table that readers get to see. */
const TABLES = [5, 2, 6, 0, 3, 1, 4];
const READINGS: readonly (readonly [keyof Readings, string])[] = [
  ["shortest", "shortest norm"],
  ["median", "median norm"],
  ["longest", "longest norm"],
  ["meanCosine", "mean cosine"],
  ["participation", "participation ratio"],
  ["listed", "most lists"],
];
const [WIDTH, HEIGHT] = [190, 84];

/** What Python gives: raw rows, how faults are planted among them, and the length of the lists. */
interface Given extends Plan {
  readonly rows: Rows;
  readonly k: number;
}

/** Chapter 8: a table with a planted fault, and the dashboard that has to find it. */
class TableDiagnosis extends InteractiveFigure {
  static override properties = { ...InteractiveFigure.properties, table: { state: true }, named: { state: true } };

  static override styles = [
    InteractiveFigure.styles,
    css`
      label > span { min-width: 0; }
      button { align-self: center; }
      polyline { fill: none; stroke-width: 2; }
      a { color: var(--md-typeset-a-color); }
    `,
  ];

  declare table: number;
  /** The fault that the reader names, counted from 1; 0 is none yet. */
  declare named: number;
  protected readonly shared = ["table", "named"];
  protected readonly prediction: Prediction = {
    question: "seven tables, a fault in each. Which single reading would notice all seven?",
    answers: [
      { text: "The mean cosine.", isRight: false, says: "It does not know how long a row is, and among forty rows it hardly hears of one." },
      { text: "The quantiles of the norms.", isRight: false, says: "Rows can turn without becoming longer, and one row in forty lies outside of all the usual quantiles." },
      { text: "None.", isRight: true, says: "Each of the readings sleeps through some of the seven. Which ones is what you find out below." },
    ],
  };

  constructor() {
    super();
    [this.table, this.named] = [0, 0];
  }

  protected take(key: string, value: number): void {
    if (key === "table") this.table = whole(value, 0, TABLES.length - 1);
    else this.named = whole(value, 0, FAULTS.length);
  }

  private rows(fault: Fault): Rows {
    const given = this.data<Given>();
    return planted(given.rows, fault, given);
  }

  private get planted(): (typeof FAULTS)[number] {
    return FAULTS[TABLES[this.table]!]!;
  }

  private get isNamed(): boolean {
    return this.named > 0 && FAULTS[this.named - 1] === this.planted;
  }

  protected controls(): TemplateResult {
    const tables = TABLES.map((_, number) => [number, String(number + 1)] as const);
    const names = FAULTS.map(([, name], number) => [number + 1, name] as const);
    return html`${this.choice("table", this.table, tables, (value) => ([this.table, this.named] = [value, 0]))}
      ${this.choice("fault", this.named, [[0, "not named yet"], ...names], (value) => (this.named = value))}
      <button type="button" @click=${() => ([this.table, this.named] = [(this.table + 1) % TABLES.length, 0])}>next table</button>`;
  }

  /** Values in their order, those of the sound table in the other colour. */
  private curves(title: string, of: (X: Rows) => readonly number[], lowest: number): TemplateResult {
    const curves = [this.rows("none"), this.rows(this.planted[0])].map((X) => [...of(X)].sort((a, b) => b - a));
    const top = Math.max(...curves.flat());
    const y = (value: number): number => HEIGHT * (1 - (value - lowest) / (top - lowest));
    return html`<div>
      <p>${title}</p>
      <svg viewBox="-34 -8 ${WIDTH + 44} ${HEIGHT + 16}" aria-hidden="true">
        <path d="M0 0V${HEIGHT}H${WIDTH}" fill="none" stroke="currentColor" />
        <text x="-5" y="5" text-anchor="end">${short(top)}</text>
        <text x="-5" y=${HEIGHT + 4} text-anchor="end">${short(lowest)}</text>
        ${curves.map(
          (values, number) => svg`<polyline stroke=${number ? "var(--figure-1)" : "var(--figure-2)"} stroke-dasharray=${number ? "none" : "5 3"}
            points=${values.map((value, place) => `${((WIDTH * place) / (values.length - 1)).toFixed(1)},${y(value).toFixed(1)}`).join(" ")} />`,
        )}
      </svg>
    </div>`;
  }

  private found(): TemplateResult {
    const [, , , check, section] = this.planted;
    return html`<p>The check that finds it: <a href="#${section}"><code>${check}</code>, section ${section.slice(1).replace("-", ".")}</a></p>`;
  }

  protected drawing(): TemplateResult {
    const { k } = this.data<Given>();
    return html`${this.legend([
        ["sound", "var(--figure-2)"],
        ["this table", "var(--figure-1)"],
      ])}
      <div class="panels">
        ${this.curves("norm", (X) => X.map(norm), 0)}
        ${this.curves("cosine with the mean", (X) => X.map((row) => cosine(row, mean(X))), -1)}
        ${this.curves("share of the variance", (X) => shares(spectrum(X).variances), 0)}
        ${this.curves(`on lists of ${k}`, (X) => listCounts(X, k), 0)}
      </div>
      ${this.isNamed ? this.found() : nothing}`;
  }

  protected result(): string {
    const { k } = this.data<Given>();
    const [before, now] = [readings(this.rows("none"), k), readings(this.rows(this.planted[0]), k)];
    const read = READINGS.map(([key, name]) => `${name} ${short(now[key])} (sound ${short(before[key])})`).join(", ");
    const asleep = READINGS.filter(([key]) => !hasMoved(now[key], before[key])).map(([, name]) => name);
    const [, , shows, check] = FAULTS[this.named - 1] ?? this.planted;
    const verdict = this.isNamed
      ? `Right: ${shows}. ${check} finds it. Hardly moved: ${asleep.join(", ")}.`
      : this.named
        ? `Not this one. It would look like this: ${shows}.`
        : "What is wrong with it?";
    return `Table ${this.table + 1}: ${read}. ${verdict}`;
  }
}

function shares(variances: readonly number[]): number[] {
  const all = variances.reduce((sum, value) => sum + value, 0);
  return variances.map((value) => value / all);
}

/** Whole numbers as such, the others to two places. */
function short(value: number): string {
  const nearest = Math.round(value);
  return Math.abs(value - nearest) < 1e-9 ? String(nearest) : value.toFixed(2);
}

define("table-diagnosis", TableDiagnosis);
