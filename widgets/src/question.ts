// Makes a form of a question that the page already shows: options to choose, a number to type, an order to find.
import { isNear, typedNumber } from "./keep/numbers";
import { spoken } from "./spoken";

/** What was answered: the options' numbers as the page shows them, from 1, or what was typed. */
export interface Answered {
  readonly id: string;
  readonly given: string;
  readonly right: boolean;
  /** The misconceptions behind what was wrong. */
  readonly misconceptions: readonly string[];
}

const LETTERS = "abcdefghi";
/** One question of a page, with its form; `answered` is called with each answer. */
export class Question {
  readonly id: string;
  private readonly kind: string;
  private readonly options: HTMLLIElement[];
  private readonly whys: HTMLLIElement[];
  private readonly details: HTMLDetailsElement;
  private readonly says: HTMLElement;
  private readonly again: HTMLButtonElement;
  private readonly submit: HTMLButtonElement;
  private readonly typed: HTMLInputElement | undefined;

  constructor(
    readonly element: HTMLElement,
    private readonly answered: (answer: Answered) => void,
  ) {
    this.id = element.id.slice(2);
    this.kind = element.dataset.kind!;
    this.options = [...element.querySelectorAll<HTMLLIElement>(".options > li")];
    this.details = element.querySelector<HTMLDetailsElement>(".whys")!;
    this.whys = [...this.details.querySelectorAll<HTMLLIElement>(":scope > ol > li")];
    const form = made("form");
    element.insertBefore(form, this.details);
    const list = element.querySelector(".options");
    if (list !== null) form.append(list);
    this.typed = this.kind === "number" ? this.addField(form) : undefined;
    if (this.kind === "choice" || this.kind === "choices") this.options.forEach((option, index) => this.addBox(option, index));
    if (this.kind === "order") this.options.forEach((option) => this.addArrows(option));
    this.submit = made("button", { type: "submit", className: "md-button", textContent: "Answer" });
    this.again = made("button", { type: "button", className: "md-button", textContent: "Try again", hidden: true });
    this.says = made("p", { className: "says" });
    this.says.setAttribute("role", "status");
    form.append(this.submit, this.again, this.says);
    form.setAttribute("aria-label", spoken(element.querySelector(".asks")!).slice(0, 120));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.judge();
    });
    this.again.addEventListener("click", () => {
      this.reset();
      form.querySelector<HTMLElement>("input, .options button")?.focus();
    });
    this.details.hidden = true;
  }

  /** Show an earlier answer again, without telling anybody. */
  restore(given: string): void {
    if (this.kind === "number") this.typed!.value = given;
    else if (this.kind === "order") this.inOrder(given.split(",").map(Number));
    else this.boxes.forEach((box, index) => (box.checked = given.split(",").includes(String(index + 1))));
    const answer = this.read();
    if (typeof answer !== "string") this.show(answer);
  }

  /** As if it had never been answered. */
  reset(): void {
    this.boxes.forEach((box) => (box.checked = false));
    if (this.typed) this.typed.value = "";
    if (this.kind === "order") this.inOrder(this.options.map((_, index) => index + 1));
    this.says.replaceChildren();
    this.says.className = "says";
    [this.details.hidden, this.details.open, this.again.hidden, this.submit.hidden] = [true, false, true, false];
    this.whys.forEach((why) => why.classList.remove("chosen"));
    this.lock(false);
  }

  private get boxes(): HTMLInputElement[] {
    return this.options.flatMap((option) => [...option.querySelectorAll<HTMLInputElement>("input")]);
  }

  private addBox(option: HTMLLIElement, index: number): void {
    const box = made("input", {
      type: this.kind === "choice" ? "radio" : "checkbox",
      name: `answer-${this.id}`,
      value: String(index + 1),
      ariaLabel: spoken(option),
    });
    const label = made("label");
    label.append(box, ...wrapped(option));
    option.append(label);
  }

  private addField(form: HTMLFormElement): HTMLInputElement {
    const field = made("input", { type: "text", inputMode: "decimal", autocomplete: "off" });
    const label = made("label", { className: "typed" });
    label.append("Your number ", field, ` ${this.element.dataset.unit ?? ""}`);
    form.append(label);
    return field;
  }

  private addArrows(option: HTMLLIElement): void {
    const name = spoken(option);
    const text = made("span");
    text.append(...wrapped(option));
    for (const [sign, direction, step] of [["↑", "up", -1], ["↓", "down", 1]] as const) {
      const button = made("button", { type: "button", textContent: sign });
      button.setAttribute("aria-label", `Move ${direction}: ${name}`);
      button.addEventListener("click", () => this.move(option, step, button));
      option.append(button);
    }
    option.append(text);
  }

  private move(option: HTMLLIElement, step: number, button: HTMLButtonElement): void {
    const list = option.parentElement!;
    const other = step < 0 ? option.previousElementSibling : option.nextElementSibling;
    if (other === null) return;
    list.insertBefore(option, step < 0 ? other : other.nextElementSibling);
    button.focus();
    const place = [...list.children].indexOf(option) + 1;
    this.says.textContent = `Now in place ${place} of ${this.options.length}.`;
  }

  private inOrder(numbers: readonly number[]): void {
    const list = this.options[0]!.parentElement!;
    for (const number of numbers) {
      const option = this.options[number - 1];
      if (option !== undefined) list.append(option);
    }
  }

  /** What is answered now; a sentence where it is nothing yet. */
  private read(): Answered | string {
    const { id } = this;
    if (this.kind === "number") {
      const value = typedNumber(this.typed!.value);
      if (value === undefined) return "That is not a number: write it as 0.25, 1/4 or 2.5e-3.";
      const tolerance = Number(this.element.dataset.tolerance);
      const near = this.whys.find((why) => isNear(value, Number(why.dataset.value), tolerance));
      const behind = near?.dataset.misconception;
      const right = near?.dataset.right === "yes";
      return { id, given: this.typed!.value.slice(0, 100), right, misconceptions: behind ? [behind] : [] };
    }
    if (this.kind === "order") {
      const order = [...this.options[0]!.parentElement!.children].map((option) => this.options.indexOf(option as HTMLLIElement));
      const right = order.every((index, place) => Number(this.options[index]!.dataset.place) === place + 1);
      const behind = right ? [] : [this.element.dataset.misconception!];
      return { id, given: order.map((index) => index + 1).join(","), right, misconceptions: behind };
    }
    const chosen = this.boxes.flatMap((box, index) => (box.checked ? [index] : []));
    if (this.kind === "choice" && chosen.length === 0) return "Choose one first.";
    const wrong = this.whys.filter((why, index) => (why.dataset.right === "yes") !== chosen.includes(index));
    const behind = chosen.flatMap((index) => this.whys[index]!.dataset.misconception ?? []);
    return { id, given: chosen.map((index) => index + 1).join(","), right: wrong.length === 0, misconceptions: behind };
  }

  private judge(): void {
    const answer = this.read();
    if (typeof answer === "string") {
      this.says.textContent = answer;
      return;
    }
    this.show(answer);
    this.answered(answer);
    this.again.focus();
  }

  private show(answer: Answered): void {
    this.says.classList.toggle("right", answer.right);
    this.says.classList.toggle("wrong", !answer.right);
    this.says.replaceChildren(made("strong", { textContent: answer.right ? "Right. " : "Not so. " }), ...this.reasons(answer));
    [this.details.hidden, this.details.open, this.again.hidden, this.submit.hidden] = [false, !answer.right, false, true];
    this.lock(true);
  }

  /** What there is to say to what was given, in copies: the whole stays below. */
  private reasons(answer: Answered): Node[] {
    const numbers = answer.given.split(",").map(Number);
    if (this.kind === "number") {
      const value = typedNumber(answer.given)!;
      const tolerance = Number(this.element.dataset.tolerance);
      const near = this.whys.find((why) => isNear(value, Number(why.dataset.value), tolerance));
      const text = near ?? this.details.querySelector(".otherwise");
      return text === null ? [] : copies(text);
    }
    if (this.kind === "order") {
      if (answer.right) return [];
      const at = numbers.findIndex((number, place) => Number(this.options[number - 1]!.dataset.place) !== place + 1);
      return [document.createTextNode(`The first ${at} ${at === 1 ? "is" : "are"} in place; what stands in place ${at + 1} belongs elsewhere.`)];
    }
    this.whys.forEach((why, index) => why.classList.toggle("chosen", numbers.includes(index + 1)));
    if (this.kind === "choice") return copies(this.whys[numbers[0]! - 1]!);
    const missed = this.whys.filter((why, index) => why.dataset.right === "yes" && !numbers.includes(index + 1)).length;
    const wrong = this.whys.flatMap((why, index) => (why.dataset.right !== "yes" && numbers.includes(index + 1) ? [LETTERS[index]!] : []));
    const parts = [];
    if (wrong.length > 0) parts.push(`${wrong.join(", ")} ${wrong.length === 1 ? "does" : "do"} not hold`);
    if (missed > 0) parts.push(`${missed} that hold${missed === 1 ? "s is" : " are"} missing`);
    return [document.createTextNode(parts.length > 0 ? `${parts.join("; ")}.` : "")];
  }

  private lock(locked: boolean): void {
    for (const control of this.element.querySelectorAll<HTMLInputElement | HTMLButtonElement>(".options input, .options button, .typed input")) {
      control.disabled = locked;
    }
  }
}

/** A new element with these properties. */
export function made<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), properties);
}

/** The children of an element, taken out of it. */
function wrapped(element: Element): Node[] {
  const children = [...element.childNodes];
  element.replaceChildren();
  return children;
}

/** The text of an explanation, in copies, without the word that it begins with on the list. */
function copies(why: Element): Node[] {
  const first = why.querySelector("p") ?? why;
  const nodes = [...first.childNodes].map((node) => node.cloneNode(true));
  while (nodes[0]?.textContent!.trim() === "") nodes.shift();
  if (nodes[0] instanceof HTMLElement && nodes[0].localName === "strong") nodes.shift();
  return nodes;
}
