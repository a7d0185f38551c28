import { css, html, LitElement, nothing, type TemplateResult } from "lit";

import { define } from "./define";
import { Refused } from "./keep/checking";
import { asFile, fromFile, merged, type Flag, type Note, type Records } from "./keep/records";
import { change, forgetAll, putAll, readAll, trouble, watch } from "./keep/store";
import { controls } from "./look";
import { inHours, isDone, nextStops, readOutline, type Stop, type Way } from "./outline";
import { save } from "./save";

/** What the reader has done and written, and how to take it elsewhere. */
class MyCourse extends LitElement {
  static override properties = { records: { state: true }, said: { state: true }, asksToForget: { state: true } };

  static override styles = [
    controls,
    css`
      :host { display: block; }
      table { border-collapse: collapse; width: 100%; }
      th, td { border-block-end: 0.05rem solid var(--figure-grid); padding: 0.15rem 0.5rem; text-align: start; }
      pre { border-inline-start: 0.15rem solid var(--figure-grid); margin: 0.3em 0 1em; overflow-wrap: anywhere; padding-inline-start: 0.6rem; white-space: pre-wrap; }
      .row { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-block: 0.5em; }
      label.file { border: 0.05rem solid currentColor; cursor: pointer; padding: 0.1rem 0.5rem; }
      label.file:focus-within { outline: 0.1rem solid var(--figure-1); }
      label.file input { height: 1px; opacity: 0; position: absolute; width: 1px; }
    `,
  ];

  declare records: Records;
  declare said: string;
  declare asksToForget: boolean;
  private stops = new Map<string, Stop>();
  private ways: Way[] = [];
  private unwatch: (() => void) | undefined;

  constructor() {
    super();
    [this.records, this.said, this.asksToForget] = [new Map(), "", false];
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
    ({ stops: this.stops, ways: this.ways } = readOutline(this));
    void this.load();
  }

  private async load(): Promise<void> {
    this.records = await readAll();
    this.said ||= trouble() ?? "";
  }

  private progress(): TemplateResult {
    const done = new Set([...this.stops.values()].filter((stop) => isDone(stop, this.records)).map((stop) => stop.id));
    const minutes = (ids: readonly string[]): number => ids.reduce((sum, id) => sum + this.stops.get(id)!.minutes, 0);
    const next = nextStops(this.stops.values(), done).slice(0, 3);
    return html`<table>
        <caption>Three ways through, with our guess at the time</caption>
        <tr><th scope="col">way</th><th scope="col">done</th><th scope="col">planned</th><th scope="col">left</th></tr>
        ${this.ways.map((way) => {
          const left = way.stops.filter((id) => !done.has(id));
          return html`<tr>
            <td>${way.title}</td>
            <td>${way.stops.length - left.length} of ${way.stops.length}</td>
            <td>${inHours(minutes(way.stops))}</td>
            <td>${inHours(minutes(left))}</td>
          </tr>`;
        })}
      </table>
      ${next.length === 0 ? nothing : html`<p>Next could be: ${next.map((stop, number) => html`${number > 0 ? "; " : ""}<a href=${stop.link}>${stop.name}</a>`)}.</p>`}
      <details>
        <summary>Exercises that are done</summary>
        ${[...this.stops.values()].filter((stop) => stop.isExercise).map(
          (stop) => html`<p><label>
            <input type="checkbox" .checked=${done.has(stop.id)}
              @change=${(event: Event) => {
                const on = (event.target as HTMLInputElement).checked;
                void change(`done:${stop.id}`, () => ({ on, changed: Date.now() }));
              }} /> ${stop.name}
          </label></p>`,
        )}
      </details>`;
  }

  /** The sections with a record of a kind, in the order of the book, then pages that have no section. */
  private of<T>(kind: string): [string, string, string, T][] {
    const order = [...this.stops.keys()];
    return [...this.records]
      .filter(([key]) => key.startsWith(`${kind}:`))
      .map(([key, record]) => [key.slice(kind.length + 1), record as T] as const)
      .sort(([a], [b]) => (order.indexOf(a) + 1 || 999) - (order.indexOf(b) + 1 || 999))
      .map(([id, record]) => [id, this.stops.get(id)?.name ?? `Chapter ${id}`, this.stops.get(id)?.link ?? "", record]);
  }

  private notes(): TemplateResult {
    const notes = this.of<Note>("note").filter(([, , , note]) => note.text !== "");
    const marks = this.of<Flag>("bookmark").filter(([, , , mark]) => mark.on);
    const name = (title: string, link: string): TemplateResult => (link === "" ? html`${title}` : html`<a href=${link}>${title}</a>`);
    return html`<h2>Bookmarks</h2>
      ${marks.length === 0 ? html`<p>None yet: there is a button below each section.</p>` : html`<ul>${marks.map(([, title, link]) => html`<li>${name(title, link)}</li>`)}</ul>`}
      <h2>Notes</h2>
      ${notes.length === 0 ? html`<p>None yet: there is a place below each section.</p>` : html`<p class="count">${notes.length} ${notes.length === 1 ? "note" : "notes"}.</p>`}
      ${notes.map(([, title, link, note]) => html`<h3>${name(title, link)}</h3><pre>${note.text}</pre>`)}`;
  }

  private asMarkdown(): string {
    return this.of<Note>("note")
      .filter(([, , , note]) => note.text !== "")
      .map(([, title, , note]) => `## ${title}\n\n${note.text}\n`)
      .join("\n");
  }

  private async take(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    try {
      const incoming = fromFile(await file.text());
      await putAll(merged(await readAll(), incoming));
      this.said = `Taken in: ${incoming.size} ${incoming.size === 1 ? "record" : "records"}. Of what was here too, the younger stays.`;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.said = `${error.message} Nothing was changed.`;
    }
  }

  private elsewhere(): TemplateResult {
    return html`<h2>Take it with you</h2>
      <p>Everything here is in this browser alone. A file moves it to another one, or keeps it safe.</p>
      <div class="row">
        <button @click=${() => save("my-course.json", asFile(this.records), "application/json")}>All as one file</button>
        <button @click=${() => save("my-notes.md", this.asMarkdown(), "text/markdown")}>Notes as Markdown</button>
        <label class="file">Take in a file
          <input type="file" accept=".json,application/json"
            @change=${(event: Event) => {
              const field = event.target as HTMLInputElement;
              void this.take(field.files?.[0]).then(() => (field.value = ""));
            }} />
        </label>
        ${
          this.asksToForget
            ? html`<button @click=${() => void forgetAll().then(() => this.forgot())}>Yes, forget everything</button>
                <button @click=${() => (this.asksToForget = false)}>No, keep it</button>`
            : html`<button @click=${() => (this.asksToForget = true)}>Forget everything …</button>`
        }
      </div>
      <p role="status">${this.asksToForget ? "Notes, progress and cards will be gone, with no way back but a file." : this.said}</p>`;
  }

  private forgot(): void {
    [this.asksToForget, this.said] = [false, "Everything is forgotten."];
  }

  protected override render(): TemplateResult {
    return html`${this.progress()} ${this.notes()} ${this.elsewhere()}`;
  }
}

define("my-course", MyCourse);
