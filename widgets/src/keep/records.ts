// What the pages keep in the reader's browser, and the file in which it can be taken elsewhere. No DOM, no storage.
import { type FileKind, isObject, isText, isTime, isWhole, opened, Refused } from "./checking";

/** The most characters of a note that is typed; two versions that were joined may be longer. */
export const LONGEST_NOTE = 8000;
const LONGEST_KEPT = 10 * LONGEST_NOTE;
const PROGRESS: FileKind = {
  largest: 32e6,
  format: "embedding-space-math/progress",
  version: 1,
  says: {
    tooLarge: "That file is larger than anything these pages write.",
    another: "That is not a file of progress: these pages write one under “Take it with you”.",
    newer: "That file was written by a newer version of these pages. Open it there, or update these.",
  },
};

/** What is common to all: when it was last changed, in milliseconds. */
interface Changed {
  readonly changed: number;
}

/** A private note to a section. `revision` rises with each change: what was written meanwhile is not written over. */
export interface Note extends Changed {
  readonly text: string;
  readonly revision: number;
}

/** A bookmark, a section that was read, an exercise that is done. */
export interface Flag extends Changed {
  readonly on: boolean;
}

/** What was last answered to a question: the options' numbers as the page shows them, or what was typed. */
export interface Answer extends Changed {
  readonly right: boolean;
  readonly given: string;
}

/** A card with its state as FSRS has it; times in milliseconds, `step` counts the steps of (re)learning. */
export interface Card extends Changed {
  readonly due: number;
  readonly stability: number;
  readonly difficulty: number;
  readonly days: number;
  readonly step: number;
  readonly reps: number;
  readonly lapses: number;
  readonly state: number;
  readonly reviewed: number;
}

/** What the grader said of one exercise. */
export interface Result extends Changed {
  readonly score: number;
  readonly max: number;
  readonly misconceptions: readonly string[];
}

/** All records by kind. */
export interface Kinds {
  readonly note: Note;
  readonly bookmark: Flag;
  readonly read: Flag;
  readonly done: Flag;
  readonly answer: Answer;
  readonly card: Card;
  readonly result: Result;
}

export type Kind = keyof Kinds;
export type Key<K extends Kind = Kind> = `${K}:${string}`;
export type Records = ReadonlyMap<string, Kinds[Kind]>;

const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const isFlag = (value: Record<string, unknown>): boolean => typeof value.on === "boolean";

/** For each kind, its fields and what holds of them. */
const CHECKS: { readonly [K in Kind]: readonly [readonly string[], (value: Record<string, unknown>) => boolean] } = {
  note: [["text", "revision"], (value) => isText(value.text, LONGEST_KEPT) && isWhole(value.revision)],
  bookmark: [["on"], isFlag],
  read: [["on"], isFlag],
  done: [["on"], isFlag],
  answer: [["right", "given"], (value) => typeof value.right === "boolean" && isText(value.given, 200)],
  card: [
    ["due", "stability", "difficulty", "days", "step", "reps", "lapses", "state", "reviewed"],
    (value) =>
      isTime(value.due) &&
      isTime(value.reviewed) &&
      [value.stability, value.difficulty, value.days].every(isNumber) &&
      [value.step, value.reps, value.lapses].every(isWhole) &&
      [0, 1, 2, 3].includes(value.state as number),
  ],
  result: [
    ["score", "max", "misconceptions"],
    (value) =>
      isNumber(value.score) &&
      isNumber(value.max) &&
      Array.isArray(value.misconceptions) &&
      value.misconceptions.length <= 1000 &&
      value.misconceptions.every((name) => isText(name, 100)),
  ],
};

const KEY = /^(note|bookmark|read|done|answer|card|result):[a-z0-9_.-]{1,100}$/;

/** The record as it is kept, without whatever else came with it; nothing where it is none. */
function checked(key: string, value: unknown): Kinds[Kind] | undefined {
  if (!KEY.test(key) || !isObject(value) || !isTime(value.changed)) return undefined;
  const [fields, holds] = CHECKS[key.slice(0, key.indexOf(":")) as Kind];
  if (!holds(value)) return undefined;
  return Object.fromEntries(["changed", ...fields].map((field) => [field, value[field]])) as unknown as Kinds[Kind];
}

/** The file with everything in it. */
export function asFile(records: Records): string {
  const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ format: PROGRESS.format, version: PROGRESS.version, records: Object.fromEntries(sorted) });
}

/** The records of such a file. Throws Refused, with a sentence for the reader, where it is not one in full. */
export function fromFile(text: string): Records {
  const read = opened(text, PROGRESS);
  if (!isObject(read.records)) throw new Refused("That file is damaged: it has no records.");
  const found = new Map<string, Kinds[Kind]>();
  for (const [key, value] of Object.entries(read.records)) {
    const record = checked(key, value);
    if (record === undefined) throw new Refused(`That file is damaged at “${key.slice(0, 60)}”.`);
    found.set(key, record);
  }
  return found;
}

/** What is there and what comes, together: of two the younger, of two notes that differ both texts. */
export function merged(mine: Records, theirs: Records): Map<string, Kinds[Kind]> {
  const both = new Map(mine);
  for (const [key, incoming] of theirs) {
    const there = both.get(key);
    both.set(key, there === undefined ? incoming : younger(key, there, incoming));
  }
  return both;
}

function younger(key: string, a: Kinds[Kind], b: Kinds[Kind]): Kinds[Kind] {
  const [older, newer] = a.changed <= b.changed ? [a, b] : [b, a];
  return key.startsWith("note:") ? joined(older as Note, newer as Note) : newer;
}

/** Two versions of a note: the newer, and the older behind it where it says something else. */
export function joined(older: Note, newer: Note): Note {
  const text = newer.text.includes(older.text) ? newer.text : `${newer.text}\n\n${older.text}`;
  const revision = Math.max(older.revision, newer.revision) + 1;
  return { text: text.length <= LONGEST_KEPT ? text : newer.text, revision, changed: newer.changed };
}
