import { css, html, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { begun, drawn, goneOn, moved, pairs, pressures, scores, type Draw, type Setting, type Tables, type Training } from "./arithmetic/sgns";
import { cosine, plus, type Rows } from "./arithmetic/vectors";
import { digits, onPlane, whole, type Prediction } from "./figure";
import { PlayedFigure } from "./player";

const GROUPS: readonly (readonly [string, string])[] = [
  ["said of the river", "var(--figure-1)"],
  ["of money", "var(--figure-2)"],
  ["of both", "var(--figure-3)"],
];
const RATE = 0.2;
/** The units of the planes: the first while no coordinate is above 1.6, the second up to 3.6. */
const [NEAR, FAR] = [66, 32];
/** The moves are short, above all those of contexts: they are drawn so many times as long. */
const STRETCHED = { W: 2, C: 8 };
const [WIDTH, HEIGHT] = [320, 70];
/** Of a long curve this many points are drawn. */
const POINTS = 160;
/** Pairs of words whose cosines are told. */
const WATCHED = [
  ["river", "water"],
  ["river", "money"],
] as const;

/** What Python gives: sentences as places in the list of words, a group for each word, and the rows to begin with. */
interface Given extends Tables {
  readonly words: readonly string[];
  readonly groups: readonly number[];
  readonly sentences: Rows;
}

/** Chapter 5: word2vec one pair at a time, which rows a step moves and where to. */
class SgnsStepper extends PlayedFigure {
  static override properties = {
    ...PlayedFigure.properties,
    window: { state: true },
    k: { state: true },
    full: { state: true },
  };

  static override styles = [
    PlayedFigure.styles,
    css`
      .far { opacity: 0.4; }
      .curve { max-width: 22rem; }
      table { border-collapse: collapse; font-size: 0.9em; margin: 0.5em auto; }
      caption { font-weight: bold; padding: 0.2rem; }
      th, td { border-block-end: 0.05rem solid var(--figure-grid); font-variant-numeric: tabular-nums; padding: 0 0.4rem; text-align: start; white-space: nowrap; }
      .pair { white-space: normal; }
    `,
  ];

  declare window: number;
  declare k: number;
  declare full: number;
  protected readonly shared = ["window", "k", "full", "step"];
  protected readonly last = 2000;
  protected readonly prediction: Prediction = {
    question: "each table has 13 rows, and there are 5 negatives. How many rows can one step move?",
    answers: [
      { text: "All 26: a smaller loss concerns every word.", isRight: false, says: "Only scores in the loss have a slope, and only six of them are in it. With the full softmax all rows of C move, and still one of W." },
      { text: "Seven at most.", isRight: true, says: "The word’s row in W; in C the row of the context that was seen and those of five negatives, fewer where one is drawn twice." },
      { text: "Two: the word’s and the context’s.", isRight: false, says: "Those two are pulled together. The rows of the negatives are pushed, and without them all products would grow for ever." },
    ],
  };
  private held: { readonly key: string; readonly setting: Setting; training: Training } | undefined;

  constructor() {
    super();
    [this.window, this.k, this.full] = [2, 5, 0];
  }

  protected take(key: string, value: number): void {
    if (key === "window") this.window = whole(value, 1, 2);
    else if (key === "k") this.k = whole(value, 1, 8);
    else if (key === "full") this.full = whole(value, 0, 1);
    else this.step = whole(value, 0, this.last);
  }

  /** The setting, and what training has come to after the steps; what was computed already is kept. */
  private now(): { readonly setting: Setting; readonly training: Training } {
    const key = `${this.window},${this.k},${this.full}`;
    if (this.held?.key !== key || this.held.training.losses.length > this.step + 1) {
      const given = this.data<Given>();
      const setting = { seen: pairs(given.sentences, this.window), k: this.k, isFull: this.full === 1, rate: RATE };
      this.held = { key, setting, training: begun(given, setting) };
    }
    this.held.training = goneOn(this.held.training, this.held.setting, this.step);
    return this.held;
  }

  /** The step to come. */
  private next(): { readonly draw: Draw; readonly pressed: number[]; readonly rows: readonly number[]; readonly after: Tables } {
    const { setting, training } = this.now();
    const draw = drawn(setting, this.step);
    const pressed = pressures(scores(training.tables, draw.word), draw, setting.isFull);
    const inLoss = setting.isFull ? pressed.keys() : new Set([draw.context, ...draw.negatives]);
    return { draw, pressed, rows: [...inLoss], after: moved(training.tables, draw.word, pressed, RATE) };
  }

  protected controls(): TemplateResult {
    const windows = [1, 2].map((width) => [width, `${width} to each side`] as const);
    return html`${this.player()}
      ${this.choice("loss", this.full, [[0, "negative sampling"], [1, "full softmax"]], (value) => (this.full = value))}
      ${this.slider("negatives", this.k, { min: 1, max: 8 }, (value) => (this.k = value), this.full ? "none" : `k = ${this.k}`)}
      ${this.choice("window", this.window, windows, (value) => (this.window = value))}`;
  }

  private get scale(): number {
    const { W, C } = this.now().training.tables;
    return [...W, ...C].flat().every((value) => Math.abs(value) < 1.6) ? NEAR : FAR;
  }

  private plane(title: string, from: Rows, to: Rows, touched: readonly number[], named: number, stretched: number, pressed?: readonly number[], word?: TemplateResult): TemplateResult {
    const { words, groups } = this.data<Given>();
    const scale = this.scale;
    const spot = (row: readonly number[], number: number): TemplateResult => {
      const [x, y] = onPlane(row, scale);
      const isTouched = touched.includes(number);
      const colour = GROUPS[groups[number]!]![1];
      const [endX, endY] = onPlane(plus(row, plus(to[number]!, row, -1), stretched), scale);
      const dashes = (pressed?.[number] ?? 0) < 0 ? "2 2" : "none";
      return svg`<g class=${isTouched ? "" : "far"}>
        <title>${words[number]}</title>
        ${isTouched ? svg`<line x1=${x} y1=${y} x2=${endX} y2=${endY} stroke=${colour} stroke-width="2.5" stroke-dasharray=${dashes} />` : ""}
        <circle cx=${x} cy=${y} r=${isTouched ? 4.5 : 3.5} fill=${colour} />
      </g>`;
    };
    const [left, top] = onPlane(from[named]!, scale);
    return html`<div>
      <p>${title}</p>
      <svg viewBox="-115 -115 230 230" aria-hidden="true">
        <path d="M-115 0H115M0 -115V115" stroke="var(--figure-grid)" />
        <circle r=${scale} fill="none" stroke="var(--figure-grid)" stroke-dasharray="3 3" />
        ${word}
        <text x=${left} y=${top - 9} text-anchor="middle">${words[named]}</text>
        ${from.map(spot)}
      </svg>
    </div>`;
  }

  private curve(): TemplateResult {
    const { losses } = this.now().training;
    const [low, high] = [Math.min(...losses), Math.max(...losses)];
    const steps = Math.max(1, losses.length - 1);
    const parts = Math.min(steps, POINTS);
    const picked = Array.from({ length: parts + 1 }, (_, i) => Math.round((i * (losses.length - 1)) / parts));
    const point = (step: number): string =>
      `${((step / steps) * WIDTH).toFixed(1)} ${(((high - losses[step]!) / (high - low || 1)) * HEIGHT).toFixed(1)}`;
    return html`<svg class="curve" viewBox="-38 -8 ${WIDTH + 46} ${HEIGHT + 28}" aria-hidden="true">
      <path d="M0 0V${HEIGHT}H${WIDTH}" fill="none" stroke="var(--figure-grid)" />
      <polyline points=${picked.map(point).join(" ")} fill="none" stroke="currentColor" stroke-width="1.5" />
      <text x="-4" y="4" text-anchor="end">${high.toFixed(2)}</text>
      ${high > low ? svg`<text x="-4" y=${HEIGHT + 4} text-anchor="end">${low.toFixed(2)}</text>` : ""}
      <text x=${WIDTH / 2} y=${HEIGHT + 16} text-anchor="middle">mean loss, steps 0 to ${this.step}</text>
    </svg>`;
  }

  private table(): TemplateResult {
    const { words } = this.data<Given>();
    const { draw, pressed, rows } = this.next();
    const word = words[draw.word]!;
    const x = scores(this.now().training.tables, draw.word);
    const role = (row: number): string => {
      const times = draw.negatives.filter((negative) => negative === row).length;
      const drawnAs = times > 1 ? `made up ${times} times` : times ? "made up" : "";
      return [row === draw.context ? "seen" : "", drawnAs || (row === draw.context ? "" : "not seen")].filter(Boolean).join(", ");
    };
    return html`<table>
      <caption>Next step: ${word} with</caption>
      <thead><tr><th scope="col">context</th><th scope="col">pair</th><th scope="col">w · c</th><th scope="col">pressed</th></tr></thead>
      <tbody>
        ${rows.map((row) => html`<tr>
          <th scope="row">${words[row]}</th><td class="pair">${role(row)}</td><td>${digits(x[row]!)}</td>
          <td>${pressed[row]! < 0 ? "down" : "up"} ${Math.abs(pressed[row]!).toFixed(2)}</td>
        </tr>`)}
      </tbody>
    </table>`;
  }

  protected drawing(): TemplateResult {
    const { W, C } = this.now().training.tables;
    const { draw, pressed, rows, after } = this.next();
    const [x, y] = onPlane(W[draw.word]!, this.scale);
    const line = svg`<line x2=${x} y2=${y} stroke="currentColor" stroke-dasharray="1 3" />`;
    return html`${this.legend(GROUPS)}
      <div class="panels">
        ${this.plane("words, W", W, after.W, [draw.word], draw.word, STRETCHED.W)}
        ${this.plane("contexts, C, and the word", C, after.C, rows, draw.context, STRETCHED.C, pressed, line)}
      </div>
      <p>Lines at the dots: the next move, in W ${STRETCHED.W} times and in C ${STRETCHED.C} times as long, dashed where a row is pushed. The circle has radius 1.</p>
      ${this.table()} ${this.curve()}`;
  }

  protected result(): string {
    const { words } = this.data<Given>();
    const { setting, training } = this.now();
    const { losses, tables } = training;
    const size = words.length;
    const row = (word: string): readonly number[] => tables.W[words.indexOf(word)]!;
    const alike = WATCHED.map(([a, b]) => `${a} and ${b} ${digits(cosine(row(a), row(b)))}`).join(", ");
    return (
      `After ${this.step} steps the mean loss over all ${setting.seen.length} pairs is ${losses.at(-1)!.toFixed(3)}; it began at ` +
      `${losses[0]!.toFixed(3)}. The next step moves 1 of ${size} rows of W and ${this.next().rows.length} of ${size} of C. Cosines in W: ${alike}.`
    );
  }
}

define("sgns-stepper", SgnsStepper);
