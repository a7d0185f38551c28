import { css, html, nothing, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { counts, outline } from "./arithmetic/histogram";
import {
  centred,
  cosines,
  meanCosine,
  neighbours,
  participation,
  shifted,
  spectrum,
  whitened,
  withoutTop,
} from "./arithmetic/isotropy";
import { type Rows } from "./arithmetic/vectors";
import { InteractiveFigure, whole, type Prediction } from "./figure";

const REPAIRS: readonly (readonly [string, (X: Rows) => Rows])[] = [
  ["as they are", (X) => X],
  ["centred", centred],
  ["top direction removed", (X) => withoutTop(X, 1)],
  ["top two removed", (X) => withoutTop(X, 2)],
  ["whitened", whitened],
];
const STRONGEST = 12;
const NEAREST = 5;
const BARS = 40;
const [WIDTH, HEIGHT] = [320, 110];

/** What Python gives: rows of which the first belong to named groups, all of one size, and the direction to add. */
interface Cloud {
  readonly rows: Rows;
  readonly groups: readonly string[];
  readonly size: number;
  readonly direction: readonly number[];
}

/** Chapter 4: a common direction lifts all cosines; what each repair does to them, and to the neighbours. */
class CosineCone extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    strength: { state: true },
    repair: { state: true },
    row: { state: true },
  };

  static override styles = [
    InteractiveFigure.styles,
    css`
      label > span { min-width: 0; }
      svg { max-width: 26rem; }
      table { border-collapse: collapse; margin: 0.5em auto; }
      caption { font-weight: bold; padding: 0.2rem; }
      th, td { border-block-end: 0.05rem solid var(--figure-grid); padding: 0.1rem 0.4rem; text-align: start; }
      td { font-variant-numeric: tabular-nums; white-space: nowrap; }
      .own { font-weight: bold; }
    `,
  ];

  declare strength: number;
  declare repair: number;
  declare row: number;
  protected readonly shared = ["strength", "repair", "row"];
  protected readonly prediction: Prediction = {
    question: "one long vector is added to all rows. What do the mean cosine and the participation ratio say?",
    answers: [
      { text: "The mean cosine rises and the participation ratio falls towards 1.", isRight: false, says: "The covariance is that of the centred rows, and centring takes away whatever all rows share: the ratio does not move." },
      { text: "The mean cosine rises, the participation ratio stays.", isRight: true, says: "Only the first meter sees a common mean. A direction that holds most of the variance is another ailment, and this cloud has two of them." },
      { text: "Both stay, since all rows moved alike.", isRight: false, says: "Their distances stay, their angles do not: seen from the origin, rows that are far away lie close together." },
    ],
  };

  private get cloud(): Cloud {
    return this.data();
  }

  constructor() {
    super();
    [this.strength, this.repair, this.row] = [6, 0, 0];
  }

  protected take(key: string, value: number): void {
    if (key === "strength") this.strength = whole(2 * value, 0, 2 * STRONGEST) / 2;
    else if (key === "repair") this.repair = whole(value, 0, REPAIRS.length - 1);
    else this.row = whole(value, 0, this.cloud.groups.length * this.cloud.size - 1);
  }

  private name(row: number): string {
    const { groups, size } = this.cloud;
    const group = groups[Math.floor(row / size)];
    return group === undefined ? `row ${row + 1}` : `${group} ${(row % size) + 1}`;
  }

  private inOneGroup(a: number, b: number): boolean {
    const { groups, size } = this.cloud;
    return Math.floor(a / size) === Math.floor(b / size) && a < groups.length * size;
  }

  private get asTheyAre(): Rows {
    return shifted(this.cloud.rows, this.cloud.direction, this.strength);
  }

  private get repaired(): Rows {
    return REPAIRS[this.repair]![1](this.asTheyAre);
  }

  protected controls(): TemplateResult {
    const { groups, size } = this.cloud;
    const rows = Array.from({ length: groups.length * size }, (_, row) => [row, this.name(row)] as const);
    return html`${this.slider("added to all", this.strength, { min: 0, max: STRONGEST, step: 0.5 }, (value) => (this.strength = value))}
      ${this.choice("rows", this.repair, REPAIRS.map(([name], number) => [number, name]), (value) => (this.repair = value))}
      ${this.choice("neighbours of", this.row, rows, (value) => (this.row = value))}`;
  }

  private histogram(before: Rows, after: Rows): TemplateResult {
    const [raw, repaired] = [before, after].map((X) => counts(cosines(X), -1, 1, BARS));
    const highest = Math.max(...raw!, ...repaired!);
    const x = (value: number): number => ((value + 1) / 2) * WIDTH;
    const mean = x(meanCosine(after));
    return html`<svg viewBox="-12 -8 ${WIDTH + 24} ${HEIGHT + 44}" aria-hidden="true">
      <path d=${outline(repaired!, highest, WIDTH, HEIGHT)} fill="var(--figure-1)" opacity="0.75" />
      <path d=${outline(raw!, highest, WIDTH, HEIGHT)} fill="none" stroke="var(--figure-2)" stroke-width="1.5" />
      <line x1=${mean} x2=${mean} y1="-6" y2=${HEIGHT} stroke="currentColor" stroke-dasharray="3 3" />
      <line x2=${WIDTH} y1=${HEIGHT} y2=${HEIGHT} stroke="currentColor" />
      ${[-1, -0.5, 0, 0.5, 1].map((at) => svg`<text x=${x(at)} y=${HEIGHT + 15} text-anchor="middle">${at}</text>`)}
      <text x=${WIDTH / 2} y=${HEIGHT + 31} text-anchor="middle">cosine of a pair</text>
    </svg>`;
  }

  private table(before: Rows, after: Rows): TemplateResult {
    const columns = this.repair === 0 ? [before] : [before, after];
    const lists = columns.map((X) => neighbours(X, this.row).slice(0, NEAREST));
    const cell = (found: { readonly row: number; readonly cosine: number }): TemplateResult =>
      html`<td class=${this.inOneGroup(found.row, this.row) ? "own" : ""}>${this.name(found.row)} ${found.cosine.toFixed(3)}</td>`;
    return html`<table>
      <caption>Nearest to ${this.name(this.row)}, its own group bold</caption>
      <tr>
        <th scope="col">${REPAIRS[0]![0]}</th>
        ${this.repair === 0 ? nothing : html`<th scope="col">${REPAIRS[this.repair]![0]}</th>`}
      </tr>
      ${lists[0]!.map((_, rank) => html`<tr>${lists.map((list) => cell(list[rank]!))}</tr>`)}
    </table>`;
  }

  protected drawing(): TemplateResult {
    const [before, after] = [this.asTheyAre, this.repaired];
    return html`${this.legend([
        [REPAIRS[0]![0], "var(--figure-2)"],
        [REPAIRS[this.repair]![0], "var(--figure-1)"],
      ])}
      ${this.histogram(before, after)} ${this.table(before, after)}`;
  }

  /** The share of the nearest rows, over all rows of the named groups, that are of the row's own group. */
  private kept(X: Rows): string {
    const { groups, size } = this.cloud;
    const rows = Array.from({ length: groups.length * size }, (_, row) => row);
    const own = rows.flatMap((row) => neighbours(X, row).slice(0, NEAREST).filter((found) => this.inOneGroup(found.row, row)));
    return ((100 * own.length) / (rows.length * NEAREST)).toFixed(0);
  }

  protected result(): string {
    const [before, after] = [this.asTheyAre, this.repaired];
    const ratio = participation(spectrum(after).variances).toFixed(2);
    const was = this.repair === 0 ? "" : `; as they are, ${this.kept(before)} %`;
    return (
      `Mean cosine ${meanCosine(after).toFixed(3)}, participation ratio ${ratio} of ${this.cloud.direction.length}. ` +
      `Of the ${NEAREST} nearest to each named row, ${this.kept(after)} % are of its own group${was}.`
    );
  }
}

define("cosine-cone", CosineCone);
