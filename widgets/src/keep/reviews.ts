// When a card comes back, by FSRS. No DOM, no storage; the time is given.
import { createEmptyCard, fsrs, Rating, State, type Card as Scheduled, type Grade } from "ts-fsrs";

import type { Card, Records } from "./records";

/** The chance of recall at which a card comes back. Nothing is left to chance, so that a test can count days. */
const scheduler = fsrs({ request_retention: 0.9, enable_fuzz: false });

const DAY_MS = 86_400_000;

/** The four answers that a reader can give, from forgotten to easy. */
export const GRADES: readonly (readonly [Grade, string])[] = [
  [Rating.Again, "Forgotten"],
  [Rating.Hard, "Hard"],
  [Rating.Good, "Good"],
  [Rating.Easy, "Easy"],
];

/** A card that has never been shown. */
export function newCard(now: number): Card {
  return kept(createEmptyCard(new Date(now)), now);
}

/** The card after it was shown and graded. */
export function graded(card: Card, grade: Grade, now: number): Card {
  return kept(scheduler.next(scheduled(card), new Date(now), grade).card, now);
}

/** Whether what the card is about is still open: until it was recalled often enough to be counted in days. */
export function isOpen(card: Card): boolean {
  return card.state !== State.Review;
}

function scheduled(card: Card): Scheduled {
  return {
    due: new Date(card.due),
    stability: card.stability,
    difficulty: card.difficulty,
    elapsed_days: 0,
    scheduled_days: card.days,
    learning_steps: card.step,
    reps: card.reps,
    lapses: card.lapses,
    state: card.state,
    ...(card.reviewed > 0 ? { last_review: new Date(card.reviewed) } : {}),
  };
}

function kept(card: Scheduled, now: number): Card {
  return {
    due: card.due.getTime(),
    stability: card.stability,
    difficulty: card.difficulty,
    days: card.scheduled_days,
    step: card.learning_steps,
    reps: card.reps,
    lapses: card.lapses,
    state: card.state,
    reviewed: card.last_review?.getTime() ?? 0,
    changed: now,
  };
}

/** The cards among the records, by their ids. */
export function cards(records: Records): Map<string, Card> {
  return new Map([...records].filter(([key]) => key.startsWith("card:")).map(([key, card]) => [key.slice(5), card as Card]));
}

/** How many cards come due on each of the next days; what is overdue counts today. */
export function forecast(all: Iterable<Card>, now: number, days: number): number[] {
  const counts = Array.from({ length: days }, () => 0);
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  for (const card of all) {
    const day = Math.max(0, Math.floor((card.due - midnight) / DAY_MS));
    if (day < days) counts[day]! += 1;
  }
  return counts;
}
