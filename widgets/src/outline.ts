import type { Flag, Records } from "./keep/records";

/** A section or an exercise, as the page's outline lists it. */
export interface Stop {
  readonly id: string;
  readonly name: string;
  readonly link: string;
  readonly minutes: number;
  readonly requires: readonly string[];
  readonly isExercise: boolean;
}

/** A way through the course. */
export interface Way {
  readonly title: string;
  readonly stops: readonly string[];
}

const words = (text: string | undefined): string[] => (text ?? "").split(" ").filter(Boolean);

/** The outline that stands in the page for readers without scripts. */
export function readOutline(root: ParentNode): { stops: Map<string, Stop>; ways: Way[] } {
  const stops = [...root.querySelectorAll<HTMLElement>(".outline [data-stop]")].map((item) => ({
    id: item.dataset.stop!,
    name: item.querySelector("a")!.textContent!,
    link: item.querySelector("a")!.getAttribute("href")!,
    minutes: Number(item.dataset.minutes),
    requires: words(item.dataset.requires),
    isExercise: item.dataset.kind === "exercise",
  }));
  const ways = [...root.querySelectorAll<HTMLElement>(".paths [data-path]")].map((item) => ({
    title: item.textContent!.split(":", 1)[0]!,
    stops: words(item.dataset.stops),
  }));
  return { stops: new Map(stops.map((stop) => [stop.id, stop])), ways };
}

/** Whether a section was read, or an exercise is done. */
export function isDone(stop: Stop, records: Records): boolean {
  const kept = records.get(`${stop.isExercise ? "done" : "read"}:${stop.id}`) as Flag | undefined;
  return kept?.on ?? false;
}

/** What is not done and builds only on what is, in the order of the book. */
export function nextStops(stops: Iterable<Stop>, done: ReadonlySet<string>): Stop[] {
  return [...stops].filter((stop) => !done.has(stop.id) && stop.requires.every((other) => done.has(other)));
}

/** Minutes as hours and minutes. */
export function inHours(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), Math.round(minutes % 60)];
  return hours === 0 ? `${rest} min` : `${hours} h ${rest} min`;
}
