import { define } from "./define";
import { readAll, trouble, watch } from "./keep/store";
import { isDone, nextStops, readOutline, type Stop } from "./outline";
import { made } from "./question";

/** The map that the page draws, with what is done and what could be next; a box tells what it builds on. */
class ConceptMap extends HTMLElement {
  private stops = new Map<string, Stop>();
  private done: ReadonlySet<string> = new Set();
  private readonly says = made("p", { className: "says" });
  private unwatch: (() => void) | undefined;

  connectedCallback(): void {
    this.unwatch = watch(() => void this.mark());
    this.begin();
  }

  disconnectedCallback(): void {
    this.unwatch?.();
  }

  private begin(): void {
    this.stops = readOutline(this).stops;
    this.says.setAttribute("role", "status");
    this.prepend(this.says);
    for (const box of this.boxes) {
      for (const event of ["focus", "pointerenter"]) box.addEventListener(event, () => this.look(box.dataset.stop!));
      for (const event of ["blur", "pointerleave"]) box.addEventListener(event, () => this.look(undefined));
    }
    void this.mark();
  }

  private get boxes(): SVGElement[] {
    return [...this.querySelectorAll<SVGElement>("svg a[data-stop]")];
  }

  private async mark(): Promise<void> {
    const records = await readAll();
    this.done = new Set([...this.stops.values()].filter((stop) => isDone(stop, records)).map((stop) => stop.id));
    const next = new Set(nextStops(this.stops.values(), this.done).map((stop) => stop.id));
    for (const box of this.boxes) {
      const id = box.dataset.stop!;
      box.classList.toggle("done", this.done.has(id));
      box.classList.toggle("next", next.has(id));
      const state = this.done.has(id) ? ", done" : next.has(id) ? ", could be next" : "";
      box.setAttribute("aria-label", `${this.stops.get(id)!.name}${state}`);
    }
    this.look(undefined);
  }

  /** Show what one stop builds on and what it unlocks, or how far the whole is. */
  private look(id: string | undefined): void {
    const unlocks = [...this.stops.values()].filter((stop) => id !== undefined && stop.requires.includes(id));
    const near = new Set(id === undefined ? [] : [id, ...this.stops.get(id)!.requires, ...unlocks.map((stop) => stop.id)]);
    this.classList.toggle("looking", id !== undefined);
    for (const box of this.boxes) box.classList.toggle("near", near.has(box.dataset.stop!));
    for (const way of this.querySelectorAll<SVGElement>("svg path")) {
      way.classList.toggle("near", id !== undefined && (way.dataset.from === id || way.dataset.to === id));
    }
    this.says.textContent = id === undefined ? this.overview() : this.about(this.stops.get(id)!, unlocks);
  }

  private about(stop: Stop, unlocks: readonly Stop[]): string {
    const names = (ids: readonly string[]): string => ids.map((other) => this.stops.get(other)!.name).join("; ");
    const needs = stop.requires.length > 0 ? `builds on ${names(stop.requires)}` : "builds on nothing here";
    const then = unlocks.length > 0 ? `unlocks ${names(unlocks.map((other) => other.id))}` : "unlocks nothing more";
    return `${stop.name}${this.done.has(stop.id) ? " (done)" : ""}, about ${stop.minutes} min: ${needs}; ${then}.`;
  }

  private overview(): string {
    const next = nextStops(this.stops.values(), this.done).slice(0, 3).map((stop) => stop.name).join("; ");
    const said = trouble();
    return `${said ? `${said} ` : ""}${this.done.size} of ${this.stops.size} done.${next === "" ? "" : ` Next could be: ${next}.`}`;
  }
}

define("concept-map", ConceptMap);
