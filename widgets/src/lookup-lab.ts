import { css, html, type TemplateResult } from "lit";

import { define } from "./define";
import { lookup, moved, oneHot, product, renumbered } from "./arithmetic/lookup";
import { InteractiveFigure, whole, type Prediction } from "./figure";

interface Given {
  readonly words: string[];
  readonly E: number[][];
  /** Which words are read, by their places in the list. */
  readonly read: [number, number, number];
}

const READ = ["first", "second", "third"] as const;
// Five of these lead back to where one began.
const NUMBERING = [2, 4, 3, 1, 0];
const CYCLE = NUMBERING.length;

/** Chapter 1: three ids read rows of a table, by index and by a product; ids and rows can be renumbered. */
class LookupLab extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    first: { state: true },
    second: { state: true },
    third: { state: true },
    ids: { state: true },
    rows: { state: true },
  };

  static override styles = [
    InteractiveFigure.styles,
    css`
      .tables { display: grid; gap: 0.6rem 1.2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); }
      .results { gap: 0.4rem; grid-template-columns: 1fr 1fr; margin-block-start: 0.6rem; }
      .box { overflow-x: auto; }
      .box:focus-visible { outline: 0.1rem solid var(--figure-1); outline-offset: 0.1rem; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      caption { text-align: start; white-space: nowrap; }
      th, td { padding: 0.1rem 0.2rem; text-align: end; white-space: nowrap; }
      thead th { border-block-end: 0.05rem solid var(--figure-grid); }
      tbody th { border-inline-start: 0.25rem solid transparent; font-weight: normal; }
      .read > * { font-weight: bold; }
      .read > th { border-inline-start-color: var(--figure-1); }
      .one { font-weight: bold; }
    `,
  ];

  /** The words that are read, by their places in the list of words. */
  declare first: number;
  declare second: number;
  declare third: number;
  /** How often the ids have been renumbered, and how often the rows. */
  declare ids: number;
  declare rows: number;
  protected readonly shared = [...READ, "ids", "rows"];
  protected readonly prediction: Prediction = {
    question: "every token gets another id, and its row moves along to the new place. What becomes of the three vectors?",
    answers: [
      { text: "They change, for other ids go in.", isRight: false, says: "Other ids go in, and at their places the same rows wait. Press “renumber ids and rows together” and compare the numbers." },
      { text: "They are the same vectors in another order.", isRight: false, says: "The order is that of the sentence, which nobody has changed. Press “renumber ids and rows together”." },
      { text: "They stay as they are.", isRight: true, says: "An id only says where a row lies. If the row moves with it, the same numbers are read. Press “renumber ids only” to see what happens if it does not." },
    ],
  };

  private startAgain(): void {
    [this.first, this.second, this.third] = this.data<Given>().read;
    [this.ids, this.rows] = [0, 0];
  }

  override connectedCallback(): void {
    if (!this.hasUpdated) this.startAgain();
    super.connectedCallback();
  }

  protected take(key: string, value: number): void {
    this[key as (typeof READ)[number] | "ids" | "rows"] = whole(value, 0, CYCLE - 1);
  }

  private renumber(withRows: boolean): void {
    this.ids = (this.ids + 1) % CYCLE;
    if (withRows) this.rows = (this.rows + 1) % CYCLE;
  }

  /** The ids that are read, the table as it lies, and for each of its rows the word that it was made for. */
  private now(): { readonly ids: number[]; readonly table: number[][]; readonly madeFor: string[] } {
    const { words, E } = this.data<Given>();
    return {
      ids: renumbered([this.first, this.second, this.third], NUMBERING, this.ids),
      table: moved(E, NUMBERING, this.rows),
      madeFor: moved(words, NUMBERING, this.rows),
    };
  }

  protected controls(): TemplateResult {
    // The words in the order of their ids as they are now.
    const { words } = this.data<Given>();
    const inOrder = moved([...words.keys()], NUMBERING, this.ids);
    const options = inOrder.map((word, id) => [word, `${id} (${words[word]!})`] as const);
    return html`${READ.map((name) => this.choice(`${name} id`, this[name], options, (word) => (this[name] = word)))}
      <button type="button" @click=${() => this.renumber(true)}>renumber ids and rows together</button>
      <button type="button" @click=${() => this.renumber(false)}>renumber ids only</button>
      <button type="button" @click=${() => this.startAgain()}>start again</button>`;
  }

  private box(name: string, heads: readonly string[], rows: readonly TemplateResult[]): TemplateResult {
    return html`<div class="box" role="group" tabindex="0" aria-label=${name}>
      <table>
        <caption>${name}</caption>
        <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
        <tbody>${rows}</tbody>
      </table>
    </div>`;
  }

  protected drawing(): TemplateResult {
    const { ids, table, madeFor } = this.now();
    const hot = oneHot(ids, table.length);
    const columns = table[0]!.map((_, column) => String(column));
    const numbers = (row: readonly number[]): TemplateResult[] => row.map((value) => html`<td>${value.toFixed(1)}</td>`);
    const marked = (row: readonly number[]): TemplateResult[] =>
      row.map((value) => html`<td class=${value === 1 ? "one" : ""}>${value}</td>`);
    const places = (rows: readonly number[][], cells: (row: readonly number[]) => TemplateResult[]): TemplateResult[] =>
      rows.map((row, place) => html`<tr><th scope="row">${ids[place]}</th>${cells(row)}</tr>`);
    const isRead = (id: number): string => (ids.includes(id) ? "read" : "");
    return html`<div class="tables">
      ${this.box("Table E", ["id", "made for", ...columns],
        table.map((row, id) => html`<tr class=${isRead(id)}>
          <th scope="row">${id}</th><td>${madeFor[id]}</td>${numbers(row)}
        </tr>`))}
      ${this.box("One-hot rows H", ["id", ...table.map((_, id) => String(id))], places(hot, marked))}
    </div>
    <div class="tables results">
      ${this.box("Lookup E[ids]", ["id", ...columns], places(lookup(ids, table), numbers))}
      ${this.box("Product H E", ["id", ...columns], places(product(hot, table), numbers))}
    </div>`;
  }

  protected result(): string {
    const { ids, table, madeFor } = this.now();
    const { words } = this.data<Given>();
    const [copied, multiplied] = [lookup(ids, table).flat(), product(oneHot(ids, table.length), table).flat()];
    const equal = copied.filter((value, index) => value === multiplied[index]).length;
    const read = [this.first, this.second, this.third].map((word, place) => [words[word]!, madeFor[ids[place]!]!] as const);
    const wrong = read
      .filter(([word, row]) => word !== row)
      .map(([word, row]) => `“${word}” reads the row of “${row}”`);
    const said = wrong.length === 0 ? "Every word reads its own row" : [...new Set(wrong)].join(", ");
    return `${said}. Lookup and product agree in ${equal} of ${copied.length} numbers; the product took ` +
      `${ids.length * table.length * table[0]!.length} multiplications, the lookup none.`;
  }
}

define("lookup-lab", LookupLab);
