import { css, html, LitElement, nothing, type TemplateResult } from "lit";

import { define } from "./define";
import { LONGEST_NOTE, type Flag, type Kinds, type Note } from "./keep/records";
import { change, read, trouble, watch, writeNote } from "./keep/store";
import { controls } from "./look";

/** Below each section: whether it was read, a bookmark, and a private note. */
class SectionDesk extends LitElement {
  static override properties = {
    section: {},
    isRead: { state: true },
    isMarked: { state: true },
    draft: { state: true },
    isWriting: { state: true },
    said: { state: true },
  };

  static override styles = [
    controls,
    css`
      :host { border-block-start: 0.05rem solid var(--figure-grid); display: block; font-size: 0.72rem; margin: 1.5em 0 0; padding-block-start: 0.5em; }
      .row { align-items: center; display: flex; flex-wrap: wrap; gap: 0.5rem; }
      textarea { box-sizing: border-box; display: block; margin-block: 0.4rem; min-height: 6rem; resize: vertical; width: 100%; }
      summary { cursor: pointer; min-height: 1.5rem; }
      p { margin: 0.3em 0; }
      @media print { :host { display: none; } }
    `,
  ];

  declare section: string;
  declare isRead: boolean;
  declare isMarked: boolean;
  /** What stands in the field: ahead of what is kept by what was typed last. */
  declare draft: string;
  declare isWriting: boolean;
  declare said: string;
  private unwatch: (() => void) | undefined;
  /** The note as this page read or wrote it last. */
  private note: Note | undefined;

  constructor() {
    super();
    [this.isRead, this.isMarked, this.draft, this.isWriting, this.said] = [false, false, "", false, ""];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.unwatch = watch(() => void this.load());
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unwatch?.();
  }

  private async load(): Promise<void> {
    const [isRead, isMarked, note] = await Promise.all([
      read<"read">(`read:${this.section}`),
      read<"bookmark">(`bookmark:${this.section}`),
      read<"note">(`note:${this.section}`),
    ]);
    this.isRead = isRead?.on ?? false;
    this.isMarked = isMarked?.on ?? false;
    // What is being typed here is not taken out of the reader's hands.
    if (!this.isWriting) [this.note, this.draft] = [note, note?.text ?? ""];
    this.said = trouble() ?? "";
  }

  private async flip(kind: "read" | "bookmark", on: boolean): Promise<void> {
    await change(`${kind}:${this.section}` as `${typeof kind}:${string}`, (): Kinds[typeof kind] & Flag => ({ on, changed: Date.now() }));
  }

  private type(text: string): void {
    this.draft = text;
    if (!this.isWriting) void this.keep();
  }

  /** One write after the other, always of what stands in the field then. */
  private async keep(): Promise<void> {
    this.isWriting = true;
    for (let wrote: string | undefined; this.draft !== wrote; ) {
      wrote = this.draft;
      this.note = await writeNote(this.section, wrote, this.note);
      // What another tab had written stands behind it now, whatever has been typed here since.
      const theirs = this.note.text.slice(wrote.length);
      this.draft += theirs;
      wrote += theirs;
    }
    this.isWriting = false;
    this.said = trouble() ?? "";
  }

  protected override render(): TemplateResult {
    const text = this.draft;
    const count = `${text.length.toLocaleString("en")} of ${LONGEST_NOTE.toLocaleString("en")} characters`;
    return html`<div class="row">
        <button aria-pressed=${this.isRead} @click=${() => void this.flip("read", !this.isRead)}>
          Read<span aria-hidden="true">${this.isRead ? " ✓" : ""}</span>
        </button>
        <button aria-pressed=${this.isMarked} @click=${() => void this.flip("bookmark", !this.isMarked)}>
          Bookmark<span aria-hidden="true">${this.isMarked ? " ✓" : ""}</span>
        </button>
      </div>
      <details>
        <summary>My note to ${this.section}${text === "" ? "" : ` (${count})`}</summary>
        <textarea aria-label="Note to section ${this.section}, in Markdown" maxlength=${LONGEST_NOTE} .value=${text}
          @input=${(event: Event) => this.type((event.target as HTMLTextAreaElement).value)}></textarea>
        <p>${count}. ${this.isWriting ? "Being kept …" : "Kept in this browser only, as you type."}</p>
      </details>
      ${this.said === "" ? nothing : html`<p role="status">${this.said}</p>`}`;
  }
}

define("section-desk", SectionDesk);
