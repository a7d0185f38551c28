import { css, html, type TemplateResult } from "lit";

import { define } from "./define";
import { edited, entry, lookup, moved, oneHot, product, renumbered } from "./arithmetic/lookup";
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

const WIDTH = 3;
/** An entry is at most so large, and has one decimal: it stays readable on a phone. */
const LARGEST = 9.9;

/** The number that the reader gave a word in a column, as the address names it: "e", the word's place and the column. */
type Entry = `e${number}${number}`;
const ENTRIES = NUMBERING.flatMap((_, word) => Array.from({ length: WIDTH }, (_, column): Entry => `e${word}${column}`));

// Each entry is a property, since the address carries numbers; it is undefined while the table keeps its own.
interface LookupLab extends Record<Entry, number | undefined> {}

/** Chapter 1: three ids read rows of a table, by index and by a product; ids, rows and numbers can be changed. */
class LookupLab extends InteractiveFigure {
  static override properties = {
    ...InteractiveFigure.properties,
    first: { state: true },
    second: { state: true },
    third: { state: true },
    ids: { state: true },
    rows: { state: true },
    refused: { state: true },
    ...Object.fromEntries(ENTRIES.map((key) => [key, { state: true }])),
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
      thead th { border-block-end: 0.05rem solid var(--figure-grid); vertical-align: bottom; white-space: normal; }
      tbody th { border-inline-start: 0.25rem solid transparent; font-weight: normal; }
      .results :is(th, td) { border-inline-start: 0; padding-inline: 0.15rem 0.1rem; }
      .read > * { font-weight: bold; }
      .read > th { border-inline-start-color: var(--figure-1); }
      .one { font-weight: bold; }
      td input { background: var(--md-code-bg-color); border: 0.05rem solid currentColor; border-radius: 0.1rem; box-sizing: border-box; min-height: 1.5rem; text-align: end; width: 2.8rem; }
      .yours { box-shadow: inset 0 -0.15rem var(--figure-2); font-weight: bold; }
      .refused { border-inline-start: 0.2rem solid var(--figure-4); padding: 0 0 0 0.7rem; }
      [role="alert"] { margin: 0.3rem 0; }
    `,
  ];

  /** The words that are read, by their places in the list of words. */
  declare first: number;
  declare second: number;
  declare third: number;
  /** How often the ids have been renumbered, and how often the rows. */
  declare ids: number;
  declare rows: number;
  /** What is wrong with the number that was typed last, or nothing. */
  protected declare refused: string;
  protected readonly shared = [...READ, "ids", "rows", ...ENTRIES];
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
    this.forget();
  }

  /** The table as it was given. */
  protected override forget(): void {
    this.refused = "";
    for (const key of ENTRIES) this[key] = undefined;
  }

  override connectedCallback(): void {
    if (!this.hasUpdated) this.startAgain();
    super.connectedCallback();
  }

  protected take(key: string, value: number): void {
    if (!isEntry(key)) this[key as (typeof READ)[number] | "ids" | "rows"] = whole(value, 0, CYCLE - 1);
    else this.enter(key, whole(value * 10, -10 * LARGEST, 10 * LARGEST) / 10);
  }

  private enter(key: Entry, value: number): void {
    const [word, column] = placeOf(key);
    // The number that was there before is no change.
    this[key] = value === this.data<Given>().E[word]![column] ? undefined : value;
  }

  private edit(event: Event, key: Entry): void {
    const input = event.target as HTMLInputElement;
    const value = entry(input.value, LARGEST);
    if (value !== undefined) this.enter(key, value);
    const [word, column] = placeOf(key);
    const now = this.E[word]![column]!.toFixed(1);
    if (value === undefined) {
      // A browser tells nothing of what is no number at all.
      const typed = input.value ? `“${input.value}”` : "That";
      this.refused = `${typed} can't be used, and ${now} stays: an entry is a number from -${LARGEST} to ${LARGEST} with at most one decimal.`;
    }
    // The field shows what is computed with, whatever was typed.
    input.value = now;
  }

  /** The rows of the words, with the reader's own numbers. */
  private get E(): number[][] {
    return edited(this.data<Given>().E, ENTRIES.map((key) => this[key]));
  }

  private renumber(withRows: boolean): void {
    this.ids = (this.ids + 1) % CYCLE;
    if (withRows) this.rows = (this.rows + 1) % CYCLE;
  }

  /** The ids that are read, the table as it lies, and for each of its rows the word that it was made for. */
  private now(): { readonly ids: number[]; readonly table: number[][]; readonly madeFor: number[] } {
    return {
      ids: renumbered([this.first, this.second, this.third], NUMBERING, this.ids),
      table: moved(this.E, NUMBERING, this.rows),
      madeFor: moved([...NUMBERING.keys()], NUMBERING, this.rows),
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
      <button type="button" @click=${() => this.forget()}>reset the numbers</button>
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
    const { words } = this.data<Given>();
    const field = (text: string, key: Entry): TemplateResult => html`<input type="number"
      min=${-LARGEST} max=${LARGEST} step="0.1" aria-label="${words[placeOf(key)[0]]!}, column ${placeOf(key)[1]}" .value=${text}
      @input=${() => (this.refused = "")} @change=${(event: Event) => this.edit(event, key)} />`;
    const numbers = (row: readonly number[], id: number, shown: typeof field | ((text: string) => string) = String): TemplateResult[] =>
      row.map((value, column) => {
        const key: Entry = `e${madeFor[id]!}${column}`;
        return html`<td class=${this[key] === undefined ? "" : "yours"}>${shown(value.toFixed(1), key)}</td>`;
      });
    const marked = (row: readonly number[]): TemplateResult[] =>
      row.map((value) => html`<td class=${value === 1 ? "one" : ""}>${value}</td>`);
    const places = (rows: readonly number[][], cells: (row: readonly number[], id: number) => TemplateResult[]): TemplateResult[] =>
      rows.map((row, place) => html`<tr><th scope="row">${ids[place]}</th>${cells(row, ids[place]!)}</tr>`);
    const isRead = (id: number): string => (ids.includes(id) ? "read" : "");
    return html`<div class="tables">
      <div>
        ${this.box("Table E", ["id", "made for", ...columns],
          table.map((row, id) => html`<tr class=${isRead(id)}>
            <th scope="row">${id}</th><td>${words[madeFor[id]!]}</td>${numbers(row, id, field)}
          </tr>`))}
        <p class=${this.refused && "refused"} role="alert">${this.refused}</p>
      </div>
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
    const read = [this.first, this.second, this.third].map((word, place) => [words[word]!, words[madeFor[ids[place]!]!]!] as const);
    const wrong = read
      .filter(([word, row]) => word !== row)
      .map(([word, row]) => `“${word}” reads the row of “${row}”`);
    const said = wrong.length === 0 ? "Every word reads its own row" : [...new Set(wrong)].join(", ");
    return `${said}. Lookup and product agree in ${equal} of ${copied.length} numbers; the product took ` +
      `${ids.length * table.length * table[0]!.length} multiplications, the lookup none.${this.changed(ids, madeFor)}`;
  }

  /** How many numbers are the reader's own, and how many of them are read. */
  private changed(ids: readonly number[], madeFor: readonly number[]): string {
    const own = ENTRIES.filter((key) => this[key] !== undefined);
    const read = own.filter((key) => ids.some((id) => madeFor[id] === placeOf(key)[0]));
    return own.length === 0 ? "" : ` Of the table's ${ENTRIES.length} numbers you have changed ${own.length}, and both ways read ${read.length} of these.`;
  }
}

function isEntry(key: string): key is Entry {
  return ENTRIES.includes(key as Entry);
}

/** The word's place in the list of words, and the column. */
function placeOf(key: Entry): [number, number] {
  return [Number(key[1]), Number(key[2])];
}

define("lookup-lab", LookupLab);
