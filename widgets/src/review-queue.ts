import { css, html, LitElement, nothing, type TemplateResult } from "lit";

import { define } from "./define";
import { type Card, type Records } from "./keep/records";
import { cards, forecast, graded, GRADES, isOpen, newCard } from "./keep/reviews";
import { change, readAll, trouble, watch } from "./keep/store";
import { controls } from "./look";
import { Question } from "./question";
import { save } from "./save";
import { spoken } from "./spoken";

const NEW_A_DAY = 10;
const DAYS = 7;
const WEAKEST = 5;

/** The cards of the whole course, in the page; those that are due are shown one after the other. */
class ReviewQueue extends LitElement {
  static override properties = { current: { state: true }, isOpenNow: { state: true }, left: { state: true }, said: { state: true } };

  static override styles = [
    controls,
    css`
      :host { display: block; }
      .card { border: 0.05rem solid var(--figure-grid); border-radius: 0.1rem; margin: 0.8em 0; padding: 0.4rem 0.8rem; }
      .row { display: flex; flex-wrap: wrap; gap: 0.5rem; }
      .row button { flex: 1; min-height: 2.2rem; min-width: 5rem; }
      table { border-collapse: collapse; }
      th, td { border-block-end: 0.05rem solid var(--figure-grid); padding: 0.15rem 0.6rem; text-align: start; }
      .bar { background: var(--figure-1); display: inline-block; height: 0.7em; }
      .all { display: none; }
      @media print { .live { display: none; } .all { display: block; } }
    `,
  ];

  declare current: string | undefined;
  declare isOpenNow: boolean;
  declare left: readonly string[];
  declare said: string;
  private records: Records = new Map();
  private readonly shown = new Map<string, HTMLElement>();
  private readonly asked = new Map<string, Question>();
  private unwatch: (() => void) | undefined;

  constructor() {
    super();
    [this.isOpenNow, this.left, this.said] = [false, [], "…"];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.unwatch = watch(() => void this.load());
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unwatch?.();
  }

  private async begin(): Promise<void> {
    for (const card of this.querySelectorAll<HTMLElement>(".card")) this.shown.set(card.dataset.card!, card);
    await this.load();
    this.next(this.due());
  }

  private async load(): Promise<void> {
    this.records = await readAll();
    this.said = trouble() ?? "";
    this.requestUpdate();
  }

  /** Overdue first; then terms of sections that were read, a few each day. */
  private due(): string[] {
    const now = Date.now();
    const known = cards(this.records);
    const due = [...known].filter(([id, card]) => card.due <= now && this.shown.has(id)).sort(([, a], [, b]) => a.due - b.due);
    const today = new Date(now).setHours(0, 0, 0, 0);
    const begun = [...known].filter(([id, card]) => id.startsWith("t-") && card.reps === 1 && card.reviewed >= today).length;
    const fresh = [...this.shown].filter(([id, card]) => id.startsWith("t-") && !known.has(id) && this.wasRead(card.dataset.section!));
    return [...due, ...fresh.slice(0, Math.max(0, NEW_A_DAY - begun))].map(([id]) => id);
  }

  private wasRead(section: string): boolean {
    const kept = this.records.get(`read:${section}`);
    return kept !== undefined && "on" in kept && kept.on;
  }

  private next(left: readonly string[]): void {
    const before = this.current;
    if (before !== undefined) this.shown.get(before)?.removeAttribute("slot");
    this.left = left;
    this.current = left[0];
    this.isOpenNow = false;
    if (this.current === undefined) return;
    const card = this.shown.get(this.current)!;
    card.slot = "now";
    const back = card.querySelector<HTMLDetailsElement>(":scope > details");
    if (back !== null) [back.open, back.hidden] = [false, true];
    const question = card.querySelector<HTMLElement>(".question");
    if (question !== null) this.ask(question);
  }

  /** A question on a card is answered like one of a check; its answer opens the card. */
  private ask(element: HTMLElement): void {
    const asked = this.asked.get(element.id) ?? new Question(element, () => (this.isOpenNow = true));
    this.asked.set(element.id, asked);
    asked.reset();
  }

  private open(): void {
    const back = this.shown.get(this.current!)!.querySelector<HTMLDetailsElement>(":scope > details, .whys")!;
    [back.hidden, back.open] = [false, true];
    this.isOpenNow = true;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(".grades button")?.focus());
  }

  private async grade(grade: (typeof GRADES)[number][0]): Promise<void> {
    const id = this.current!;
    const now = Date.now();
    const [again] = GRADES[0]!;
    const rest = this.left.slice(1);
    await change(`card:${id}`, (old) => graded(old ?? newCard(now), grade, now));
    // What was forgotten comes back before the page is left.
    this.next(grade === again ? [...rest, id] : rest);
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".card button")?.focus();
  }

  private card(): TemplateResult {
    if (this.current === undefined) {
      return html`<p role="status">Nothing is due now. Terms come from sections that you mark as read, questions and
        misconceptions from what you answer otherwise than they hold.</p>`;
    }
    return html`<p role="status">${this.left.length} to go.</p>
      <div class="card">
        <slot name="now"></slot>
        ${
          this.isOpenNow
            ? html`<div class="row grades" role="group" aria-label="How well did you know it?">
                ${GRADES.map(([grade, name]) => html`<button @click=${() => void this.grade(grade)}>${name}</button>`)}
              </div>`
            : html`<div class="row"><button @click=${() => this.open()}>Show the answer</button></div>`
        }
      </div>`;
  }

  private outlook(): TemplateResult {
    const counts = forecast(cards(this.records).values(), Date.now(), DAYS);
    const most = Math.max(1, ...counts);
    const names = ["today", "tomorrow"];
    return html`<table>
      <caption>The next ${DAYS} days</caption>
      <tr><th scope="col">day</th><th scope="col">cards</th></tr>
      ${counts.map(
        (count, day) => html`<tr>
          <td>${names[day] ?? `in ${day} days`}</td>
          <td><span class="bar" style="width: ${(8 * count) / most}em"></span> ${count}</td>
        </tr>`,
      )}
    </table>`;
  }

  private weak(): TemplateResult | typeof nothing {
    const found = [...cards(this.records)]
      .filter(([id, card]) => this.shown.has(id) && (card.lapses > 0 || (id.startsWith("m-") && isOpen(card))))
      .sort(([, a], [, b]) => b.lapses - a.lapses || b.difficulty - a.difficulty)
      .slice(0, WEAKEST);
    if (found.length === 0) return nothing;
    const name = ([id]: readonly [string, Card]): string => spoken(this.shown.get(id)!.querySelector(".front, .asks")!);
    return html`<h3>What is weak</h3>
      <ul>${found.map((item) => html`<li>${name(item)} <a href=${this.shown.get(item[0])!.querySelector("a.taught")?.getAttribute("href") ?? "#"}>where it is taught</a></li>`)}</ul>`;
  }

  /** Front, back and section of each card that was begun, as Anki imports them. */
  private export(): void {
    const known = cards(this.records);
    const rows = [...this.shown].filter(([id]) => known.has(id)).map(([, card]) => {
      const back = card.querySelector(":scope > details, .whys")!;
      const front = card.querySelector(".front, .asks")!;
      return [plain(front), plain(back), card.dataset.section ?? ""].join("\t");
    });
    save("cards-for-anki.txt", ["#separator:tab", "#html:true", "#tags column:3", ...rows, ""].join("\n"), "text/plain");
  }

  protected override render(): TemplateResult {
    return html`<div class="live">
        ${this.said === "" ? nothing : html`<p role="status">${this.said}</p>`} ${this.card()} ${this.outlook()} ${this.weak()}
        <p><button @click=${() => this.export()}>Cards as a file for Anki</button></p>
      </div>
      <div class="all"><slot></slot></div>`;
  }
}

/** The text of a card for a field of Anki's: formulas as TeX, nothing of it HTML but the line breaks. */
function plain(part: Element): string {
  const copy = part.cloneNode(true) as Element;
  copy.querySelector("summary")?.remove();
  // A formula may be in pieces, of which the first has the TeX of all.
  for (const formula of copy.querySelectorAll("math")) {
    formula.replaceWith(formula.dataset.tex ? `\\(${formula.dataset.tex}\\)` : "");
  }
  const text = (copy.textContent ?? "").trim().replace(/[ \t]+/g, " ").replace(/\s*\n\s*/g, "\n");
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/\n/g, "<br>");
}

define("review-queue", ReviewQueue);
