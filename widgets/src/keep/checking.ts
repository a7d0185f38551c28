// What comes from a file is held against what these pages write, before anything of it is used.

/** A file that is refused; the message is a sentence for the reader. */
export class Refused extends Error {}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value.length <= longest;
}

export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Milliseconds that a calendar can hold. */
export function isTime(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 8.64e15;
}

/** A kind of file: how large it may be, the format and version that it names, and what to say to any other. */
export interface FileKind {
  readonly largest: number;
  readonly format: string;
  readonly version: number;
  readonly says: { readonly tooLarge: string; readonly another: string; readonly newer: string };
}

/** What such a file holds. Throws Refused where it is too large, cut short, of another kind or of another version. */
export function opened(text: string, kind: FileKind): Record<string, unknown> {
  if (text.length > kind.largest) throw new Refused(kind.says.tooLarge);
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Refused("That file is damaged: it ends too early, or is not JSON.");
  }
  if (!isObject(read) || read.format !== kind.format) throw new Refused(kind.says.another);
  if (read.version !== kind.version) throw new Refused(kind.says.newer);
  return read;
}
