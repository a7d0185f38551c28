// The file that the grader writes beside a learner's feedback; docs/results.md describes it. No DOM, no storage.
import { type FileKind, isObject, isText, opened, Refused } from "./checking";

const RESULT: FileKind = {
  largest: 1e6,
  format: "autograder/result",
  version: 1,
  says: {
    tooLarge: "That file is larger than any result.",
    another: "That is not a result: the grader writes one, result.json, beside each feedback page.",
    newer: "That result was written by a newer grader than these pages know.",
  },
};
const MOST_MISTAKES = 1000;

/** What these pages use of it. */
export interface Graded {
  readonly assignment: string;
  readonly score: number;
  readonly max: number;
  readonly mistakes: readonly { readonly says: string; readonly misconception: string | undefined }[];
}

/** Reads one. Throws Refused, with a sentence for the reader, where it is none in full. */
export function resultFrom(text: string): Graded {
  const { assignment, score, max_score: max, mistakes } = opened(text, RESULT);
  const areScores = [score, max].every((value) => typeof value === "number" && Number.isFinite(value) && value >= 0);
  if (!isText(assignment, 100) || !/^[a-z0-9_.-]+$/i.test(assignment) || !areScores || !Array.isArray(mistakes)) {
    throw new Refused("That result is damaged: its assignment, score or mistakes can't be read.");
  }
  if (mistakes.length > MOST_MISTAKES) throw new Refused("That result is damaged: it has more mistakes than there are.");
  return { assignment, score: score as number, max: max as number, mistakes: mistakes.map(mistake) };
}

function mistake(value: unknown): Graded["mistakes"][number] {
  if (!isObject(value) || !isText(value.says, 2000)) throw new Refused("That result is damaged: a mistake can't be read.");
  const name = value.misconception ?? undefined;
  if (name !== undefined && !(isText(name, 100) && /^[a-z0-9-]+$/.test(name))) {
    throw new Refused("That result is damaged: the name of a misconception can't be read.");
  }
  return { says: value.says, misconception: name };
}
