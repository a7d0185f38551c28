import { html, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { entropy } from "./arithmetic/attention";
import { descended, excess, frequencies, logits, loss } from "./arithmetic/logits";
import { distance, plus, softmax, type Rows } from "./arithmetic/vectors";
import { digits, hundredths, onPlane, whole, type Prediction } from "./figure";
import { PlayedFigure } from "./player";

const PLANE = { scale: 40, reach: 2, step: 0.1 };
const COLOURS = ["var(--figure-1)", "var(--figure-6)", "var(--figure-3)", "var(--figure-2)", "var(--figure-5)"];
const HIDDEN = "var(--figure-4)";
/** Small enough that no row overshoots, at the longest state and the lowest temperature. */
const RATE = 0.1;
/** The moves are short: they are drawn so many times as long. */
const STRETCHED = 16;
const BAR = 62;
/** Below this, probability and frequency are told as equal. */
const EVEN = 0.0005;

/** What Python gives: tokens, their output rows, the state and the token to begin with. */
interface Given {
  readonly tokens: readonly string[];
  readonly rows: Rows;
  readonly state: readonly [number, number];
  readonly token: number;
}

/** Chapter 5: a hidden state among output rows, and where the gradient of the logits moves them. */
class LogitGradient extends PlayedFigure {
  static override properties = {
    ...PlayedFigure.properties,
    x: { state: true },
    y: { state: true },
    token: { state: true },
    share: { state: true },
    temperature: { state: true },
  };

  declare x: number;
  declare y: number;
  declare token: number;
  /** At how many of a hundred places the token is the target. */
  declare share: number;
  declare temperature: number;
  protected readonly shared = ["x", "y", "token", "share", "temperature", "step"];
  protected readonly last = 400;
  protected readonly prediction: Prediction = {
    question: "a token is never the target: its frequency is 0. What becomes of its output row?",
    answers: [
      { text: "It stays where it started, for no place speaks of it.", isRight: false, says: "Every softmax speaks of it: it has a probability, and that is what it is pushed by. Set the frequency of <pad> to 0 and play." },
      { text: "It drifts away from the hidden states.", isRight: true, says: "The push is its own probability, so it grows weak but never ends. With states on all sides the pushes cancel; with a common mean they do not." },
      { text: "It is drawn to the middle of the others.", isRight: false, says: "A push goes along −h, wherever the other rows are. Set the frequency of <pad> to 0 and play." },
    ],
  };

  constructor() {
    super();
    [this.share, this.temperature] = [100, 1];
  }

  override connectedCallback(): void {
    if (!this.hasUpdated) {
      const { state, token } = this.data<Given>();
      [this.x, this.y] = state;
      this.token = token;
    }
    super.connectedCallback();
  }

  protected take(key: string, value: number): void {
    if (key === "x" || key === "y") this[key] = hundredths(Math.min(PLANE.reach, Math.max(-PLANE.reach, value)));
    else if (key === "token") this.token = whole(value, 0, this.data<Given>().tokens.length - 1);
    else if (key === "share") this.share = whole(value / 5, 0, 20) * 5;
    else if (key === "temperature") this.temperature = whole(value * 10, 5, 40) / 10;
    else this.step = whole(value, 0, this.last);
  }

  private get h(): number[] {
    return [this.x, this.y];
  }

  /** How often each token is the target, and the rows after the steps and after one more. */
  private now(): { readonly often: number[]; readonly rows: Rows; readonly next: Rows } {
    const { rows: start } = this.data<Given>();
    const often = frequencies(start.length, this.token, this.share / 100);
    const after = (from: Rows, steps: number): Rows => descended(this.h, from, often, this.temperature, RATE, steps);
    const rows = after(start, this.step);
    return { often, rows, next: after(rows, 1) };
  }

  protected controls(): TemplateResult {
    const tokens = this.data<Given>().tokens.map((name, number) => [number, name] as const);
    return html`${this.player()}
      ${this.choice("token", this.token, tokens, (value) => (this.token = value))}
      ${this.slider("frequency", this.share, { min: 0, max: 100, step: 5 }, (value) => (this.share = value), `${this.share} %`)}
      ${this.slider("temperature", this.temperature, { min: 0.5, max: 4, step: 0.1 }, (value) => (this.temperature = value), this.temperature.toFixed(1))}`;
  }

  private plane(): TemplateResult {
    const { tokens, rows: start } = this.data<Given>();
    const { rows, next } = this.now();
    const [hx, hy] = onPlane(this.h, PLANE.scale);
    const spot = (row: readonly number[], token: number): TemplateResult => {
      const [[x, y], [fromX, fromY]] = [onPlane(row, PLANE.scale), onPlane(start[token]!, PLANE.scale)];
      const [endX, endY] = onPlane(plus(row, plus(next[token]!, row, -1), STRETCHED), PLANE.scale);
      const colour = COLOURS[token]!;
      return svg`<circle cx=${fromX} cy=${fromY} r="5" fill="none" stroke=${colour} />
        <line x1=${fromX} y1=${fromY} x2=${x} y2=${y} stroke=${colour} stroke-dasharray="2 2" />
        <line x1=${x} y1=${y} x2=${endX} y2=${endY} stroke=${colour} stroke-width="3" />
        <circle cx=${x} cy=${y} r="4" fill=${colour} />`;
    };
    // Where the rows began they stand apart, and a name hides no dot that is drawn after it.
    const name = (row: readonly number[], token: number): TemplateResult => {
      const [x, y] = onPlane(row, PLANE.scale);
      return svg`<text x=${x} y=${y + (y < 0 ? -9 : 18)} text-anchor="middle">${tokens[token]}</text>`;
    };
    return html`<div>
      <p>output rows and h</p>
      <svg viewBox="-115 -115 230 230">
        <path d="M-115 0H115M0 -115V115" stroke="var(--figure-grid)" />
        <line x2=${hx} y2=${hy} stroke=${HIDDEN} stroke-width="2" />
        ${start.map(name)} ${rows.map(spot)}
        ${this.handle("h", [this.x, this.y], PLANE, HIDDEN, ([x, y]) => ([this.x, this.y] = [hundredths(x), hundredths(y)]))}
      </svg>
    </div>`;
  }

  private bars(): TemplateResult {
    const { tokens } = this.data<Given>();
    const { often, rows } = this.now();
    const bar = (value: number, token: number): TemplateResult => {
      const y = token * 30;
      const width = Math.abs(value) * BAR;
      return svg`<text x="-108" y=${y + 15}>${tokens[token]}</text>
        <rect x=${value < 0 ? -width : 0} y=${y + 2} width=${width} height="18" fill=${COLOURS[token]!} />
        <text x=${value < 0 ? 5 : width + 5} y=${y + 15}>${digits(value)}</text>`;
    };
    return html`<div>
      <p>p − y: below 0 pulled, above pushed</p>
      <svg viewBox="-115 0 230 ${tokens.length * 30}" aria-hidden="true">
        <path d="M0 0V${tokens.length * 30 - 8}" stroke="var(--figure-grid)" />
        ${excess(this.h, rows, often, this.temperature).map(bar)}
      </svg>
    </div>`;
  }

  protected drawing(): TemplateResult {
    return html`<div class="panels">${this.plane()} ${this.bars()}</div>
      <p>Rings: where the rows began. Thick lines: ${STRETCHED} times the next step. Move h, and all steps are taken at the new place.</p>`;
  }

  protected result(): string {
    const { tokens, rows: start } = this.data<Given>();
    const { often, rows } = this.now();
    const name = tokens[this.token]!;
    const row = rows[this.token]!;
    const p = softmax(logits(this.h, rows, this.temperature))[this.token]!;
    const gap = p - often[this.token]!;
    const moves = gap < 0 ? "pulls its row along h" : "pushes its row back from h";
    const does = this.x === 0 && this.y === 0 ? "moves no row, for h is 0" : Math.abs(gap) < EVEN ? "hardly moves its row" : moves;
    const before = logits(this.h, start, 1)[this.token]!;
    const score = logits(this.h, rows, 1)[this.token]!;
    return (
      `p(${name}) = ${p.toFixed(3)}, its frequency is ${digits(often[this.token]!)}: the next step ${does}. ` +
      `In ${this.step} steps the row has moved by ${digits(distance(row, start[this.token]!))}, and w · h from ${digits(before)} to ${digits(score)}. ` +
      `The loss is ${loss(this.h, rows, often, this.temperature).toFixed(3)}, at best ${entropy(often).toFixed(3)}.`
    );
  }
}

define("logit-gradient", LogitGradient);
