import { css, html, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { apart, meanApart } from "./arithmetic/layers";
import { measured, ranking } from "./arithmetic/neighbours";
import { type Rows } from "./arithmetic/vectors";
import { InteractiveFigure, whole, type Prediction } from "./figure";

const COLOURS = ["var(--figure-1)", "var(--figure-2)"];
const ACROSS = "var(--figure-3)";
const WITHIN = "var(--figure-4)";
const SCALE = 60;
const NEAREST = 3;
/** Below this a distance is a rounding error. */
const STILL = 1e-9;
const [WIDTH, HEIGHT] = [240, 130];

/** What Python gives: the table, and sentences of one word with the states of their words, layer by layer. */
interface Told {
  readonly words: readonly string[];
  readonly places: Rows;
  readonly word: string;
  readonly sentences: readonly { readonly text: string; readonly sense: number; readonly states: readonly Rows[] }[];
}

/** Chapter 7: one word in two sentences, from its one row in the table through the layers. */
class StaticToContextual extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    layer: { state: true },
    a: { state: true },
    b: { state: true },
  };

  static override styles = [
    InteractiveFigure.styles,
    css`
      .controls { grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
      .panels { align-items: center; display: grid; gap: 0.4rem 1rem; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); }
      .panels text { paint-order: stroke; stroke: var(--md-default-bg-color); stroke-width: 3px; }
      .panels svg { max-width: 19rem; }
      .panels p { margin: 0; text-align: center; }
      table { border-collapse: collapse; margin: 0.5em auto; }
      th, td { border-block-end: 0.05rem solid var(--figure-grid); padding: 0.1rem 0.4rem; text-align: start; }
      td { font-variant-numeric: tabular-nums; }
      caption { font-weight: bold; }
    `,
  ];

  declare layer: number;
  declare a: number;
  declare b: number;
  protected readonly shared = ["layer", "a", "b"];
  protected readonly prediction: Prediction = {
    question: "“bank” stands in two sentences. How far apart are its two vectors at layer 0, before the first block?",
    answers: [
      { text: "Far, since the model is contextual.", isRight: false, says: "The blocks are. Layer 0 is a row of the table, read by the id alone: no neighbour has been asked yet." },
      { text: "As far as their places in the sentences ask for.", isRight: false, says: "In this model nothing knows places. Where they are added to the row, the vectors differ by place, and still not by meaning." },
      { text: "At distance 0.", isRight: true, says: "One id, one row. Whatever tells the two apart comes from the layers: slide on." },
    ],
  };

  private get told(): Told {
    return this.data();
  }

  constructor() {
    super();
    [this.layer, this.a, this.b] = [0, 0, 4];
  }

  private get last(): number {
    return this.told.sentences[0]!.states.length - 1;
  }

  protected take(key: string, value: number): void {
    if (key === "layer") this.layer = whole(value, 0, this.last);
    else if (key === "a" || key === "b") this[key] = whole(value, 0, this.told.sentences.length - 1);
  }

  /** The path of the word in a sentence. */
  private path(sentence: number): number[][] {
    const { sentences, word } = this.told;
    const { text, states } = sentences[sentence]!;
    const place = text.split(" ").indexOf(word);
    return states.map((rows) => [...rows[place]!]);
  }

  private get paths(): number[][][] {
    return this.told.sentences.map((_, sentence) => this.path(sentence));
  }

  private get pair(): readonly [number, number] {
    return [this.a, this.b];
  }

  protected controls(): TemplateResult {
    const sentences = this.told.sentences.map(({ text }, number) => [number, text] as const);
    return html`${this.slider("layer", this.layer, { min: 0, max: this.last }, (value) => (this.layer = value))}
      ${this.choice("first", this.a, sentences, (value) => (this.a = value))}
      ${this.choice("second", this.b, sentences, (value) => (this.b = value))}`;
  }

  private map(): TemplateResult {
    const { words, places, sentences, word } = this.told;
    const paths = this.paths;
    const walked = (sentence: number, number: number): TemplateResult => {
      const states = sentences[sentence]!.states[this.layer]!;
      const path = paths[sentence]!.slice(0, this.layer + 1).map(drawn);
      const [x, y] = path[this.layer]!;
      const colour = COLOURS[number]!;
      return svg`${states.map(drawn).map(([toX, toY]) => svg`<path d="M${x} ${y}L${toX} ${toY}" stroke=${colour} stroke-width="0.7" />
          <rect x=${toX - 3} y=${toY - 3} width="6" height="6" fill=${colour} opacity="0.7" />`)}
        <path d="M${path.join("L")}" fill="none" stroke=${colour} stroke-width="2.5" />
        <circle cx=${x} cy=${y} r=${7 - 2 * number} fill=${colour} stroke="var(--md-default-bg-color)" />`;
    };
    return html`<div>
      <p>the map at layer ${this.layer}</p>
      <svg viewBox="-150 -118 300 236" aria-hidden="true">
        ${places.map((at, row) => {
          const [x, y] = drawn(at);
          return svg`<path d="M${x - 3} ${y - 3}l6 6m0 -6l-6 6" stroke="currentColor" opacity="0.6" />
            <text x=${x} y=${y + (words[row] === word ? 15 : -6)} text-anchor="middle">${words[row]}</text>`;
        })}
        ${paths.map((path) => {
          const [x, y] = drawn(path[this.layer]!);
          return svg`<circle cx=${x} cy=${y} r="4" fill="none" stroke="currentColor" stroke-width="1.5" />`;
        })}
        ${this.pair.map(walked)}
      </svg>
    </div>`;
  }

  private curves(): TemplateResult {
    const paths = this.paths;
    const senses = this.told.sentences.map(({ sense }) => sense);
    const curves = [
      [apart(paths[this.a]!, paths[this.b]!), "currentColor"],
      [meanApart(paths, senses, false), ACROSS],
      [meanApart(paths, senses, true), WITHIN],
    ] as const;
    const highest = Math.max(...curves.flatMap(([values]) => values));
    const x = (layer: number): number => (WIDTH * layer) / this.last;
    const y = (value: number): number => HEIGHT * (1 - value / highest);
    return html`<div>
      <p>distance by layer</p>
      <svg viewBox="-30 -12 ${WIDTH + 45} ${HEIGHT + 34}" aria-hidden="true">
        <path d="M0 0V${HEIGHT}H${WIDTH}" fill="none" stroke="var(--figure-grid)" />
        <line x1=${x(this.layer)} x2=${x(this.layer)} y2=${HEIGHT} stroke="currentColor" stroke-dasharray="3 3" />
        ${curves.map(([values, colour]) => svg`<polyline points=${values.map((value, layer) => `${x(layer)},${y(value)}`).join(" ")} fill="none" stroke=${colour} stroke-width="2" />`)}
        <circle cx=${x(this.layer)} cy=${y(curves[0][0][this.layer]!)} r="4" fill="currentColor" />
        ${paths[0]!.map((_, layer) => svg`<text x=${x(layer)} y=${HEIGHT + 16} text-anchor="middle">${layer}</text>`)}
        <text x="-6" y="6" text-anchor="end">${highest.toFixed(1)}</text>
        <text x="-6" y=${HEIGHT + 4} text-anchor="end">0</text>
      </svg>
    </div>`;
  }

  /** The rows of the table that are nearest to the word in a sentence, with their distances. */
  private nearest(sentence: number): { readonly word: string; readonly distance: number }[] {
    const { words, places } = this.told;
    const at = this.path(sentence)[this.layer]!;
    const distances = measured(at, places, "distance");
    return ranking(at, places, "distance")
      .slice(0, NEAREST)
      .map((row) => ({ word: words[row]!, distance: distances[row]! }));
  }

  private table(): TemplateResult {
    const lists = this.pair.map((sentence) => this.nearest(sentence));
    return html`<table>
      <caption>Nearest rows of the table</caption>
      <tr>${["first", "second"].map((name) => html`<th scope="col">${name}</th>`)}</tr>
      ${lists[0]!.map((_, rank) => html`<tr>${lists.map((list) => html`<td>${list[rank]!.word} ${list[rank]!.distance.toFixed(2)}</td>`)}</tr>`)}
    </table>`;
  }

  protected drawing(): TemplateResult {
    const { sentences, word } = this.told;
    return html`${this.legend([
        [`first: ${sentences[this.a]!.text}`, COLOURS[0]!],
        [`second: ${sentences[this.b]!.text}`, COLOURS[1]!],
        ["first to second", "currentColor"],
        ["pairs across senses, mean", ACROSS],
        ["pairs of one sense, mean", WITHIN],
      ])}
      <div class="panels">${this.map()} ${this.curves()}</div>
      <p>Circles: “${word}” in all ${sentences.length} sentences. Squares: the words of the two that are chosen.</p>
      ${this.table()}`;
  }

  protected result(): string {
    const { sentences, word } = this.told;
    const [one, other] = this.pair.map((sentence) => sentences[sentence]!.text);
    const [path, second] = this.pair.map((sentence) => this.path(sentence));
    const away = apart(path!, second!);
    const lists = this.pair.map((sentence) => this.nearest(sentence).map((found) => found.word).join(", "));
    const said = `Layer ${this.layer}: the two vectors of “${word}” are ${away[this.layer]!.toFixed(2)} apart.`;
    if (one === other) return `${said} It is one sentence: choose two.`;
    if (this.layer === 0) return `${said} Both sentences read the same row of the table, with the same neighbours: ${lists[0]!}.`;
    if (Math.max(...away) < STILL) return `${said} Both sentences have the same words, and nothing in this model knows their order: no layer can part them.`;
    return `${said} Its nearest rows of the table are ${lists[0]!} in “${one}”, and ${lists[1]!} in “${other}”.`;
  }
}

/** Where the drawing has a place of the map. */
function drawn(at: readonly number[]): [number, number] {
  return [at[0]! * SCALE, -at[1]! * SCALE];
}

define("static-to-contextual", StaticToContextual);
