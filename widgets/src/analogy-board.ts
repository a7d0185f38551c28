import { css, html, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { decode, head, parallelogram, ranking, type Found, type Parallelogram } from "./arithmetic/analogy";
import { digits, InteractiveFigure, onPlane, whole, type Prediction } from "./figure";

const SHOWN = 6;
/** The room that the parallelogram may take, and the room around it, which the words and the two lengths below need. */
const [WIDTH, HEIGHT, BESIDE, ABOVE, BELOW] = [170, 140, 74, 36, 76];
const [ANSWER, INPUT, TARGET] = ["var(--figure-1)", "var(--figure-2)", "var(--figure-3)"];

/** What Python gives: words, their rows as bytes with a scale each, and questions as numbers of words. */
interface Board {
  readonly words: readonly string[];
  readonly scales: readonly number[];
  readonly rows: string;
  readonly questions: readonly (readonly [number, number, number])[];
}

/**
 * Chapter 4: what is nearest to b - a + c on real rows, with the three inputs allowed and with them forbidden, and the
 * parallelogram of the question.
 */
class AnalogyBoard extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    a: { state: true },
    b: { state: true },
    c: { state: true },
  };

  static override styles = [
    InteractiveFigure.styles,
    css`
      label > span { min-width: 0; }
      .question { font-weight: bold; margin: 0.5em 0; text-align: center; }
      .lists { display: grid; gap: 0.3rem 1rem; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); }
      .lists p { font-weight: bold; margin: 0.3em 0; }
      ol { list-style: none; margin: 0; padding: 0; }
      li { display: flex; flex-wrap: wrap; justify-content: space-between; margin: 0; padding: 0.1rem 0; }
      .cosine { font-variant-numeric: tabular-nums; }
      .bar { background: var(--figure-1); block-size: 0.25rem; }
      .room { flex: none; inline-size: 100%; }
      .input .bar { background: var(--figure-2); }
      .panels svg { max-width: 22rem; }
    `,
  ];

  declare a: number;
  declare b: number;
  declare c: number;
  private rows: number[][] | undefined;
  protected readonly shared = ["a", "b", "c"];
  protected readonly prediction: Prediction = {
    question: "king − man + woman, and every word may be the answer. Which row is nearest?",
    answers: [
      { text: "queen", isRight: false, says: "It comes second. It wins where the three words of the question are forbidden." },
      { text: "king", isRight: true, says: "The arrow from man to woman is short beside king itself, so the sum has hardly left home. The rule forbids the winner." },
      { text: "woman", isRight: false, says: "It would be if man and king lay closer together: boy : girl = brother : ? ends where it began, at brother." },
    ],
  };

  private get board(): Board {
    return this.data();
  }

  private get E(): readonly (readonly number[])[] {
    this.rows ??= decode(this.board.rows, this.board.scales);
    return this.rows;
  }

  constructor() {
    super();
    [this.a, this.b, this.c] = [0, 1, 2];
  }

  protected take(key: string, value: number): void {
    this[key as "a" | "b" | "c"] = whole(value, 0, this.board.words.length - 1);
  }

  /** The question after the one that is asked, or the first. */
  private next(): void {
    const { questions } = this.board;
    const at = questions.findIndex(([a, b, c]) => a === this.a && b === this.b && c === this.c);
    [this.a, this.b, this.c] = questions[(at + 1) % questions.length]!;
  }

  protected controls(): TemplateResult {
    const words = this.board.words.map((word, row) => [row, word] as const).sort(([, a], [, b]) => (a < b ? -1 : 1));
    return html`${this.choice("a", this.a, words, (value) => (this.a = value))}
      ${this.choice("b", this.b, words, (value) => (this.b = value))}
      ${this.choice("c", this.c, words, (value) => (this.c = value))}
      <button type="button" @click=${() => this.next()}>another question</button>`;
  }

  private get inputs(): readonly number[] {
    return [this.a, this.b, this.c];
  }

  private get allowed(): readonly Found[] {
    return ranking(this.E, head(this.E, this.a, this.b, this.c));
  }

  private get forbidden(): readonly Found[] {
    return ranking(this.E, head(this.E, this.a, this.b, this.c), this.inputs);
  }

  private get nearest(): readonly Found[] {
    return ranking(this.E, this.E[this.c]!, this.inputs);
  }

  private get plane(): Parallelogram | undefined {
    return parallelogram(this.inputs.map((row) => this.E[row]!), this.E[this.forbidden[0]!.row]!);
  }

  /** The four corners, the shadow of the answer, and to the same scale how far the two seem apart and how far they are. */
  private drawn({ corners, shadow, inside, away }: Parallelogram): TemplateResult {
    const { words } = this.board;
    const [[left, low], [right, high]] = [Math.min, Math.max].map((most) =>
      [0, 1].map((axis) => most(...[...corners, shadow].map((point) => point[axis]!))),
    ) as [[number, number], [number, number]];
    const scale = Math.min(WIDTH / Math.max(right - left, away), HEIGHT / (high - low));
    const [middle, bottom, top] = [((left + right) / 2) * scale, -low * scale, -high * scale];
    const dots = corners.map((point) => onPlane(point, scale));
    const dot = onPlane(shadow, scale);
    // The words of the left side end there and the others begin there: however narrow it is, all can be read.
    const spot = ([x, y]: readonly number[], label: string, colour: string, isBelow: boolean, isLeft: boolean): TemplateResult =>
      svg`<circle cx=${x!} cy=${y!} r="5" fill=${colour} />
        <text x=${x! + (isLeft ? 12 : -12)} y=${y! + (isBelow ? 18 : -10)} text-anchor=${isLeft ? "end" : "start"}>${label}</text>`;
    const bar = (label: string, length: number, y: number): TemplateResult => svg`<text x=${middle} y=${y - 6} text-anchor="middle">${label} ${digits(length)}</text>
      <path d="M ${middle - (length * scale) / 2} ${y} h ${length * scale}" stroke=${ANSWER} stroke-width="3" />`;
    return html`<svg aria-hidden="true" viewBox="${middle - WIDTH / 2 - BESIDE} ${top - ABOVE} ${WIDTH + 2 * BESIDE} ${bottom - top + ABOVE + BELOW}">
      <polygon points=${dots.join(" ")} fill="none" stroke="currentColor" />
      <path d="M ${dot} L ${dots[2]}" stroke=${ANSWER} stroke-width="3" />
      ${spot(dot, words[this.forbidden[0]!.row]!, ANSWER, true, false)}
      ${spot(dots[2]!, "b − a + c", TARGET, false, false)}
      ${[0, 1, 3].map((place, input) =>
        spot(dots[place]!, `${words[this.inputs[input]!]} (${"abc"[input]})`, INPUT, input < 2, input !== 1),
      )}
      ${bar("apart as drawn", inside, bottom + 42)} ${bar("apart in all dimensions", away, bottom + 68)}
    </svg>`;
  }

  private list(title: string, found: readonly Found[]): TemplateResult {
    const { words } = this.board;
    return html`<div>
      <p>${title}</p>
      <ol>
        ${found.slice(0, SHOWN).map(({ row, cosine }) => {
          const input = this.inputs.indexOf(row);
          return html`<li class=${input < 0 ? "" : "input"}>
            <span>${words[row]}${input < 0 ? "" : ` (${"abc"[input]})`}</span> <span class="cosine">${cosine.toFixed(3)}</span>
            <div class="room"><div class="bar" style="inline-size: ${(100 * Math.max(0, cosine)).toFixed(1)}%"></div></div>
          </li>`;
        })}
      </ol>
    </div>`;
  }

  protected drawing(): TemplateResult {
    const [a, b, c] = this.inputs.map((row) => this.board.words[row]);
    return html`<p class="question">${a} : ${b} = ${c} : ?<br />${b} − ${a} + ${c}</p>
      ${this.legend([
        ["another word", ANSWER],
        ["one of the three", INPUT],
        ["b − a + c", TARGET],
      ])}
      <div class="lists">
        ${this.list("all words allowed", this.allowed)}
        ${this.list("the three forbidden", this.forbidden)}
        ${this.list(`nearest to ${c} itself`, this.nearest)}
      </div>
      <div class="panels">${this.plane && this.drawn(this.plane)}</div>`;
  }

  /** What the drawing shows of the answer and what it can't, or why there is none. */
  private shown(): string {
    const { words } = this.board;
    const [a, b, c] = this.inputs.map((row) => `“${words[row]}”`);
    const seen = this.plane;
    if (seen) {
      const { inside, outside, away } = seen;
      return `The four corners lie in the plane that is drawn. “${words[this.forbidden[0]!.row]}” seems ${digits(inside)} away from b − a + c and is ${digits(away)}: ${digits(outside)} of it, at a right angle, point out of the plane.`;
    }
    const same = (pair: string, where: string): string => `${pair} are the same word, so b − a + c is ${where}`;
    const why =
      a === b
        ? same("a and b", `${c} itself`)
        : a === c
          ? same("a and c", `${b} itself`)
          : b === c
            ? same("b and c", `straight on beyond ${b}`)
            : "The three words lie on one line";
    return `${why}: there is no parallelogram to draw.`;
  }

  protected result(): string {
    const { words } = this.board;
    const [winner, answer, nearest] = [this.allowed[0]!, this.forbidden[0]!, this.nearest[0]!];
    const named = (found: Found): string => `“${words[found.row]}” (${found.cosine.toFixed(3)})`;
    const free = this.inputs.includes(winner.row)
      ? `With all words allowed the question gets one of its own back, ${named(winner)}; with the three forbidden it is ${named(answer)}.`
      : `${named(winner)} wins with all words allowed, so the rule forbids nothing here.`;
    const baseline =
      nearest.row === answer.row
        ? "Without any arithmetic the answer is the same."
        : `Without any arithmetic, nearest to “${words[this.c]}”, it would be ${named(nearest)}.`;
    return `${free} ${baseline} ${this.shown()}`;
  }
}

define("analogy-board", AnalogyBoard);
