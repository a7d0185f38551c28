import { css, html, svg, type TemplateResult } from "lit";

import { define } from "./define";
import { chance, contrast, listed, points, spread } from "./arithmetic/concentration";
import { counts, outline } from "./arithmetic/histogram";
import { cosines } from "./arithmetic/isotropy";
import { closest, distances } from "./arithmetic/neighbours";
import { hundredths, InteractiveFigure, remembered, whole, type Prediction } from "./figure";

const COUNT = 100;
const NEAREST = 10;
const FREE = 3;
const SAMPLES = 9;
/** The width is a power of 2, up to this one. */
const MOST_DOUBLINGS = 10;
const BARS = 80;
/** How many times the mean a distance can be and still be drawn in its place. */
const FARTHEST = 3;
const COLOURS = ["var(--figure-1)", "var(--figure-2)"];
const OWN = "var(--figure-3)";
const THRESHOLD = "var(--figure-4)";

/** What Python gives: of real tables, the share of all pairs in each bar of their cosines, from the bar at `from` to 1. */
interface Tables {
  readonly from: number;
  readonly shares: Readonly<Record<string, readonly number[]>>;
}

/** Chapter 3: rows without any structure, and what their width does to cosines, distances and lists of neighbours. */
class ConcentrationLab extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    d: { state: true },
    above: { state: true },
    thin: { state: true },
    sample: { state: true },
  };

  static override styles = [
    InteractiveFigure.styles,
    css`
      .controls { align-items: center; }
      .panels { display: grid; gap: 0.4rem 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15.5rem), 1fr)); }
      .panels > :first-child { grid-column: 1 / -1; }
      .panels p { margin: 0; text-align: center; }
      .panels svg { max-width: 22rem; }
    `,
  ];

  declare d: number;
  declare above: number;
  declare thin: number;
  declare sample: number;
  protected readonly shared = ["d", "above", "thin", "sample"];
  protected readonly prediction: Prediction = {
    question: "two rows have a cosine of 0.2. Have they something in common?",
    answers: [
      { text: "Hardly, 0.2 is close to 0.", isRight: false, says: "At width 1024 unrelated rows stay within about a tenth of 0, and 0.2 is six times their spread. Set the threshold to 0.2 and slide the width." },
      { text: "Yes: rows with nothing in common have cosine 0.", isRight: false, says: "On average. At width 16 a single pair is off by 0.25 as a rule, in either direction. Set the threshold to 0.2 and slide the width." },
      { text: "That depends on the width.", isRight: true, says: "Chance alone spreads cosines by 1/√d: 0.2 is ordinary at width 16 and out of the question at 1024. And in a real table the columns are not independent." },
    ],
  };

  constructor() {
    super();
    [this.d, this.above, this.thin, this.sample] = [64, 0.5, 0, 1];
  }

  protected take(key: string, value: number): void {
    if (key === "d") this.d = 2 ** whole(Math.log2(Math.max(1, value)), 1, MOST_DOUBLINGS);
    else if (key === "above") this.above = hundredths(whole(value * 20, 0, 20) / 20);
    else if (key === "thin") this.thin = whole(value, 0, 1);
    else this.sample = whole(value, 1, SAMPLES);
  }

  protected controls(): TemplateResult {
    const doublings = { min: 1, max: MOST_DOUBLINGS };
    const thresholds = { min: 0, max: 1, step: 0.05 };
    return html`${this.slider("width d", Math.log2(this.d), doublings, (value) => (this.d = 2 ** value), String(this.d))}
      ${this.slider("threshold", this.above, thresholds, (value) => (this.above = hundredths(value)), this.above.toFixed(2))}
      ${this.tick(`only ${FREE} free coordinates`, this.thin, (value) => (this.thin = value))}
      <button type="button" @click=${() => (this.sample = (this.sample % SAMPLES) + 1)}>draw other rows</button>`;
  }

  private readonly measured = remembered((d: number, thin: number, sample: number) => {
    const rows = points(sample, COUNT, d, thin ? FREE : d);
    const apart = distances(rows);
    return {
      cosines: cosines(rows),
      distances: apart.flatMap((row, i) => row.slice(0, i)),
      contrast: contrast(apart),
      lists: listed(closest(apart, NEAREST)).sort((a, b) => b - a),
    };
  });

  /** The share of pairs that is to be expected in each bar. */
  private readonly expected = remembered((d: number) => {
    const over = Array.from({ length: BARS + 1 }, (_, bar) => chance((2 * bar) / BARS - 1, d));
    return over.slice(1).map((share, bar) => over[bar]! - share);
  });

  private get found(): ReturnType<typeof this.measured> {
    return this.measured(this.d, this.thin, this.sample);
  }

  /** The shares of a real table in all bars from -1 on. */
  private inBars(shares: readonly number[]): number[] {
    return [...Array.from({ length: BARS - shares.length }, () => 0), ...shares];
  }

  private chart(title: string, width: number, marks: readonly (readonly [number, string])[], inside: TemplateResult): TemplateResult {
    return html`<div>
      <p>${title}</p>
      <svg viewBox="-12 -6 ${width + 24} 96" aria-hidden="true">
        ${inside}
        <line x2=${width} y1="70" y2="70" stroke="currentColor" />
        ${marks.map(([at, text]) => svg`<text x=${at} y="86" text-anchor="middle">${text}</text>`)}
      </svg>
    </div>`;
  }

  protected drawing(): TemplateResult {
    const { cosines, distances, lists } = this.found;
    const tables = Object.entries(this.data<Tables>().shares);
    const own = counts(cosines, -1, 1, BARS).map((count) => count / cosines.length);
    const highest = Math.max(...own, ...tables.flatMap(([, shares]) => shares));
    const mean = distances.reduce((sum, value) => sum + value, 0) / distances.length;
    const lengths = counts(distances, 0, FARTHEST * mean, BARS / 2);
    const at = 160 * (1 + this.above);
    return html`${this.legend([
        [`${COUNT} random rows`, OWN],
        ...tables.map(([name], table) => [name, COLOURS[table]!] as const),
        ["threshold", THRESHOLD],
      ])}
      <div class="panels">
        ${this.chart("cosines of all pairs; dashed: expected of random rows", 320, [-1, -0.5, 0, 0.5, 1].map((x) => [160 * (1 + x), String(x)]),
          svg`<path d=${outline(own, highest, 320, 70)} fill=${OWN} opacity="0.6" />
            ${tables.map(([, shares], table) => svg`<path d=${outline(this.inBars(shares), highest, 320, 70)} fill="none" stroke=${COLOURS[table]!} stroke-width="1.5" />`)}
            <path d=${outline(this.expected(this.d).map((share) => Math.min(share, 1.1 * highest)), highest, 320, 70)} fill="none" stroke="currentColor" stroke-dasharray="3 2" />
            <line x1=${at} x2=${at} y1="-6" y2="70" stroke=${THRESHOLD} stroke-width="2" />`)}
        ${this.chart("distances of all pairs, their mean being 1", 260, [0, 1, 2, 3].map((x) => [(260 * x) / FARTHEST, String(x)]),
          svg`<path d=${outline(lengths, Math.max(...lengths), 260, 70)} fill=${OWN} opacity="0.6" />`)}
        ${this.chart(`lists of ${NEAREST} nearest that each row is on`, 260, [[8, `${lists[0]!}`], [252, `${lists.at(-1)!}`]],
          svg`<path d=${outline(lists, Math.max(lists[0]!, 2 * NEAREST), 260, 70)} fill=${OWN} opacity="0.6" />`)}
      </div>`;
  }

  protected result(): string {
    const { cosines, contrast, lists } = this.found;
    const { from, shares } = this.data<Tables>();
    const first = Math.round(((this.above - from) * BARS) / 2);
    const real = Object.entries(shares).map(
      ([name, bars]) => `${percent(bars.slice(first).reduce((sum, share) => sum + share, 0))} of those of ${name}`,
    );
    const share = cosines.filter((value) => value > this.above).length / cosines.length;
    const times = 1 + contrast;
    const never = lists.filter((count) => count === 0).length;
    return (
      `Cosines of random rows spread by ${spread(cosines).toFixed(3)}; 1/√d is ${(1 / Math.sqrt(this.d)).toFixed(3)}` +
      `${this.thin && this.d > FREE ? `, but only ${FREE} coordinates are free` : ""}. Above ${this.above.toFixed(2)} lie ` +
      `${percent(share)} of their pairs (expected: ${percent(chance(this.above, this.d))}), ${real.join(" and ")}. ` +
      `Seen from a typical row, the farthest is ${times.toFixed(times < 10 ? 2 : 0)} times as far away as the closest. ` +
      `The most listed row stands on ${lists[0]!} of ${COUNT} lists, ${never} on none.`
    );
  }
}

/** A share in per cent, with two digits. */
function percent(share: number): string {
  return share > 0 && share < 1e-6 ? "less than 0.0001\u00a0%" : `${Number((100 * share).toPrecision(2))}\u00a0%`;
}

define("concentration-lab", ConcentrationLab);
