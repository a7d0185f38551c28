import { css, html, LitElement, nothing, type TemplateResult } from "lit";

import { define } from "./define";
import { Refused } from "./keep/checking";
import type { Card, Flag, Kinds, Records, Result } from "./keep/records";
import { resultFrom, type Graded } from "./keep/result";
import { isOpen, newCard } from "./keep/reviews";
import { putWith, readAll, trouble, watch } from "./keep/store";
import { controls } from "./look";
import { readOutline, type Stop } from "./outline";
import { spoken } from "./spoken";

interface Told {
  readonly claim: string;
  readonly link: string;
}

/** Takes in what the grader found, and leads from each mistake to the paragraph that is about it. */
class MyResults extends LitElement {
  static override properties = { records: { state: true }, said: { state: true }, found: { state: true }, isOver: { state: true } };

  static override styles = [
    controls,
    css`
      :host { display: block; }
      .drop { border: 0.1rem dashed currentColor; border-radius: 0.2rem; margin-block: 0.8em; padding: 1rem; text-align: center; }
      .drop input { max-width: 100%; }
      .drop.over { background: var(--md-code-bg-color); }
      .drop:focus-within { outline: 0.1rem solid var(--figure-1); }
      table { border-collapse: collapse; }
      th, td { border-block-end: 0.05rem solid var(--figure-grid); padding: 0.15rem 0.6rem; text-align: start; }
      li { margin-block: 0.4em; }
    `,
  ];

  declare records: Records;
  declare said: string;
  declare found: readonly Graded[];
  declare isOver: boolean;
  private stops = new Map<string, Stop>();
  private told = new Map<string, Told>();
  private unwatch: (() => void) | undefined;

  constructor() {
    super();
    [this.records, this.said, this.found, this.isOver] = [new Map(), "", [], false];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.unwatch = watch(() => void this.load());
    this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unwatch?.();
  }

  private begin(): void {
    this.stops = readOutline(this).stops;
    for (const item of this.querySelectorAll<HTMLElement>("[data-misconception]")) {
      const link = item.querySelector("a")!;
      this.told.set(item.dataset.misconception!, { claim: spoken(link), link: link.getAttribute("href")! });
    }
    void this.load();
  }

  private async load(): Promise<void> {
    this.records = await readAll();
    this.said ||= trouble() ?? "";
  }

  private async take(files: Iterable<File>): Promise<void> {
    const taken: Graded[] = [];
    const refused: string[] = [];
    for (const file of files) {
      try {
        taken.push(resultFrom(await file.text()));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refused.push(`${file.name.slice(0, 60)}: ${error.message}`);
      }
    }
    for (const result of taken) await this.keep(result);
    this.found = [...taken, ...this.found.filter((old) => !taken.some((result) => result.assignment === old.assignment))];
    this.said = [taken.length > 0 ? `Taken in: ${taken.map((result) => this.name(result.assignment)).join(", ")}.` : "", ...refused]
      .filter(Boolean)
      .join(" ");
  }

  private async keep(result: Graded): Promise<void> {
    const now = Date.now();
    const misconceptions = [...new Set(result.mistakes.flatMap((mistake) => mistake.misconception ?? []))].filter((name) => this.told.has(name));
    const assignment = result.assignment.toLowerCase();
    await putWith(
      new Map<string, Result | Flag>([
        [`result:${assignment}`, { score: result.score, max: result.max, misconceptions, changed: now }],
        [`done:${assignment}`, { on: result.score >= result.max, changed: now }],
      ]),
      new Map(misconceptions.map((name) => [`card:m-${name}`, newCard(now)])),
    );
  }

  private name(assignment: string): string {
    return this.stops.get(assignment)?.name ?? assignment;
  }

  private all<K extends keyof Kinds>(kind: K): [string, Kinds[K]][] {
    return [...this.records]
      .filter(([key]) => key.startsWith(`${kind}:`))
      .map(([key, record]) => [key.slice(kind.length + 1), record as Kinds[K]]);
  }

  /** What was diagnosed or answered so and has not been recalled since. */
  private open(): string[] {
    return this.all("card")
      .filter(([id, card]: [string, Card]) => id.startsWith("m-") && this.told.has(id.slice(2)) && isOpen(card))
      .map(([id]) => id.slice(2));
  }

  private marks(): TemplateResult | typeof nothing {
    const results: [string, Result][] = this.all("result");
    if (results.length === 0) return nothing;
    return html`<h2>Exercises</h2>
      <table>
        <tr><th scope="col">exercise</th><th scope="col">points</th></tr>
        ${results.map(([id, result]) => html`<tr><td>${this.name(id)}</td><td>${result.score} of ${result.max}</td></tr>`)}
      </table>`;
  }

  private mistakes(): TemplateResult | typeof nothing {
    const all = this.found.flatMap((result) => result.mistakes);
    if (all.length === 0) return nothing;
    return html`<h2>What the grader saw</h2>
      <ul>
        ${all.map((mistake) => {
          const told = mistake.misconception === undefined ? undefined : this.told.get(mistake.misconception);
          return html`<li>${mistake.says}${told === undefined ? nothing : html` Behind it: <a href=${told.link}>${told.claim}</a>`}</li>`;
        })}
      </ul>`;
  }

  protected override render(): TemplateResult {
    const open = this.open();
    return html`<div class="drop ${this.isOver ? "over" : ""}"
        @dragover=${(event: DragEvent) => {
          event.preventDefault();
          this.isOver = true;
        }}
        @dragleave=${() => (this.isOver = false)}
        @drop=${(event: DragEvent) => {
          event.preventDefault();
          this.isOver = false;
          void this.take(event.dataTransfer?.files ?? []);
        }}>
        <label>Drop result.json here, or choose it
          <input type="file" multiple accept=".json,application/json"
            @change=${(event: Event) => {
              const field = event.target as HTMLInputElement;
              void this.take([...(field.files ?? [])]).then(() => (field.value = ""));
            }} />
        </label>
        <p>It stays in this browser: nothing is sent.</p>
      </div>
      <p role="status">${this.said}</p>
      ${this.marks()} ${this.mistakes()}
      <h2>Open misconceptions</h2>
      ${
        open.length === 0
          ? html`<p>None is known. They come from results, and from questions that were answered otherwise than they hold.</p>`
          : html`<ul class="open">${open.map((name) => html`<li><a href=${this.told.get(name)!.link}>${this.told.get(name)!.claim}</a></li>`)}</ul>
              <p><slot name="practice"></slot></p>`
      }`;
  }
}

define("my-results", MyResults);
