import { css, html, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { divergence, inserted, leaning, logProbabilities, newRow, type Start } from "./arithmetic/migration";
import { type Rows } from "./arithmetic/vectors";
import { InteractiveFigure, whole, type Prediction } from "./figure";

const STARTS: readonly (readonly [Start, string])[] = [
  ["zero", "zeros"],
  ["noise", "small noise"],
  ["mean", "mean row"],
  ["draw", "mean and covariance"],
];
const NEW = "<sep>";
const [OWN, OTHER, FRESH] = ["var(--figure-3)", "var(--figure-2)", "var(--figure-4)"];
/** The smallest probability that the drawing has room for, as a power of ten. */
const LEAST = -8;
const [WIDTH, LINE] = [240, 16];

/** What Python gives; the first coordinate of every context is 1, so that shifting it in all rows changes no old probability. */
interface Given {
  readonly tokens: readonly string[];
  readonly sentence: readonly string[];
  readonly contexts: Rows;
  readonly rows: Rows;
  readonly draw: readonly number[];
  readonly small: number;
  readonly lowest: number;
}

/** Chapter 8: a token is put into the list of tokens; do the rows go along, and what does the new one take? */
class TableMigration extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    at: { state: true },
    moved: { state: true },
    start: { state: true },
    level: { state: true },
  };

  static override styles = [
    InteractiveFigure.styles,
    css`
      label > span { min-width: 0; }
      .chosen { font-weight: bold; }
    `,
  ];

  declare at: number;
  declare moved: number;
  declare start: number;
  declare level: number;
  protected readonly shared = ["at", "moved", "start", "level"];
  protected readonly prediction: Prediction = {
    question: "a token is added at the end of the list, its row is zero, and all old rows stay. What do texts without it notice?",
    answers: [
      { text: "Nothing, since no number that they read has changed.", isRight: false, says: "That holds at the entrance. At the exit the new row is a candidate in every softmax, and a logit of 0 wins against old ones far below." },
      { text: "The new token can take nearly all of the probability.", isRight: true, says: "It does where the old logits lie far below zero. Move the mean old logit and compare the starts." },
      { text: "Each old token loses 1/17 of its probability.", isRight: false, says: "That is about what the mean row may take at most. A zero row does not know where the others lie." },
    ],
  };

  constructor() {
    super();
    [this.at, this.moved, this.start, this.level] = [2, 0, 0, -12];
  }

  private get world(): Given {
    return this.data();
  }

  protected take(key: string, value: number): void {
    const { tokens, lowest } = this.world;
    if (key === "at") this.at = whole(value, 0, tokens.length);
    else if (key === "moved") this.moved = whole(value, 0, 1);
    else if (key === "start") this.start = whole(value, 0, STARTS.length - 1);
    else this.level = whole(value, lowest, 0);
  }

  protected controls(): TemplateResult {
    const { tokens, lowest } = this.world;
    const starts = STARTS.map(([, name], number) => [number, name] as const);
    return html`${this.slider(`${NEW} gets id`, this.at, { min: 0, max: tokens.length }, (value) => (this.at = value))}
      ${this.tick("rows move with their tokens", this.moved, (value) => (this.moved = value))}
      ${this.choice("new row", this.start, starts, (value) => (this.start = value))}
      ${this.slider("mean old logit", this.level, { min: lowest, max: 0 }, (value) => (this.level = value))}`;
  }

  /** The new list of tokens, and for each of its ids whose row is read there. */
  private get lists(): readonly [string[], string[]] {
    const { tokens } = this.world;
    return [inserted(tokens, this.at, NEW), this.moved ? inserted(tokens, this.at, NEW) : [...tokens, NEW]];
  }

  /** The old output table, its logits at the level that was set. */
  private get old(): Rows {
    const { contexts, rows } = this.world;
    return leaning(contexts, rows, this.level);
  }

  private fresh(start: number): number[] {
    return newRow(this.old, STARTS[start]![0], this.world.draw, this.world.small);
  }

  /** For each context the logarithm of the new row's probability. */
  private takes(start: number): number[] {
    const table = [...this.old, this.fresh(start)];
    return this.world.contexts.map((h) => logProbabilities(h, table).at(-1)!);
  }

  private alignment(): TemplateResult {
    const [names, owners] = this.lists;
    return html`<div>
      <p>token, id, whose row it reads</p>
      <svg viewBox="-35 0 260 ${names.length * LINE}" aria-hidden="true">
        ${names.map((name, id) => {
          const owner = owners[id]!;
          const colour = owner === NEW ? FRESH : owner === name ? OWN : OTHER;
          const y = id * LINE + 12;
          return svg`<line x1="60" x2="122" y1=${y - 4} y2=${y - 4} stroke=${colour} stroke-width="3" />
            <text x="52" y=${y} text-anchor="end">${name}</text><text x="91" y=${y} text-anchor="middle">${id}</text>
            <text x="130" y=${y}>${owner === NEW ? "new row" : owner}</text>`;
        })}
      </svg>
    </div>`;
  }

  private strips(): TemplateResult {
    const x = (log: number): number => WIDTH * (1 - Math.max(log / Math.LN10, LEAST) / LEAST);
    const bound = x(-Math.log(this.world.tokens.length + 1));
    return html`<div>
      <p>probability of the new row</p>
      <svg viewBox="-12 0 ${WIDTH + 24} 188" aria-hidden="true">
        <line x1=${bound} x2=${bound} y1="4" y2="164" stroke="currentColor" stroke-dasharray="3 3" />
        ${STARTS.map(([, name], start) => {
          const y = start * 40 + 32;
          return svg`<line x2=${WIDTH} y1=${y} y2=${y} stroke="var(--figure-grid)" />
            <text class=${start === this.start ? "chosen" : ""} y=${y - 10}>${name}</text>
            ${this.takes(start).map((log) => svg`<circle cx=${x(log)} cy=${y} r="4" fill=${start === this.start ? FRESH : "none"} stroke=${FRESH} />`)}`;
        })}
        ${[LEAST, LEAST / 2, 0].map((power) => svg`<text x=${x(power * Math.LN10)} y="184" text-anchor="middle">${power ? `1e${power}` : 1}</text>`)}
      </svg>
    </div>`;
  }

  protected drawing(): TemplateResult {
    return html`${this.legend([
        ["its own row", OWN],
        ["another token’s row", OTHER],
        ["the new row", FRESH],
      ])}
      <div class="panels">${this.alignment()} ${this.strips()}</div>`;
  }

  protected result(): string {
    const { tokens, sentence, contexts } = this.world;
    const [names, owners] = this.lists;
    const table = owners.map((owner) => (owner === NEW ? this.fresh(this.start) : this.old[tokens.indexOf(owner)]!));
    const read = sentence.map((word) => owners[names.indexOf(word)]!);
    const wrong = names.filter((name, id) => name !== NEW && owners[id] !== name).length;
    const answers = names[owners.indexOf(NEW)]!;
    const most = Math.max(...this.takes(this.start).map(Math.exp));
    const moved = contexts.map((h) => {
      const after = logProbabilities(h, table);
      return divergence(logProbabilities(h, this.old), tokens.map((token) => after[names.indexOf(token)]!));
    });
    const nats = moved.reduce((sum, value) => sum + value, 0) / moved.length;
    return (
      `${wrong} of ${tokens.length} old tokens read the row of another; “${sentence.join(" ")}” is read as “${read.join(" ")}”. ` +
      `The new row answers to ${answers} and takes up to ${shown(most)} of the probability. ` +
      `Old predictions have moved by ${shown(nats)} nats on average.`
    );
  }
}

/** To three places, or as a power of ten where these say nothing. */
function shown(value: number): string {
  return value >= 0.001 ? value.toFixed(3) : value.toExponential(1);
}

define("table-migration", TableMigration);
