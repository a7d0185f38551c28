import { define } from "./define";
import { newCard } from "./keep/reviews";
import { forget, putWith, readAll } from "./keep/store";
import type { Answer } from "./keep/records";
import { made, Question, type Answered } from "./question";

/** What is missed comes back as a card, and with it what was believed. */
async function keepAnswer(answer: Answered): Promise<void> {
  const now = Date.now();
  const missed = answer.right ? [] : [`q-${answer.id}`, ...answer.misconceptions.map((name) => `m-${name}`)];
  await putWith(
    new Map([[`answer:${answer.id}`, { right: answer.right, given: answer.given, changed: now }]]),
    new Map(missed.map((id) => [`card:${id}`, newCard(now)])),
  );
}

/** The questions at the end of a chapter: each can be answered, and what was answered stays. */
class SkillCheck extends HTMLElement {
  private readonly right = new Map<string, boolean>();
  private questions: Question[] = [];
  private score: HTMLElement | undefined;

  connectedCallback(): void {
    this.begin();
  }

  private begin(): void {
    if (this.score !== undefined || !this.isConnected) return;
    this.questions = [...this.querySelectorAll<HTMLElement>(".question")].map(
      (element) => new Question(element, (answer) => this.take(answer)),
    );
    this.score = made("p", { className: "score" });
    this.score.setAttribute("role", "status");
    const anew = made("button", { type: "button", className: "md-button", textContent: "Start again" });
    anew.addEventListener("click", () => {
      this.questions.forEach((question) => question.reset());
      void forget([...this.right.keys()].map((id) => `answer:${id}` as const));
      this.right.clear();
      this.tell();
    });
    this.append(this.score, anew);
    void this.recall();
  }

  private async recall(): Promise<void> {
    const records = await readAll();
    for (const question of this.questions) {
      const kept = records.get(`answer:${question.id}`) as Answer | undefined;
      if (kept === undefined || this.right.has(question.id)) continue;
      question.restore(kept.given);
      this.right.set(question.id, kept.right);
    }
    this.tell();
  }

  private take(answer: Answered): void {
    this.right.set(answer.id, answer.right);
    // The score says what is kept.
    void keepAnswer(answer).then(() => this.tell());
  }

  private tell(): void {
    const right = [...this.right.values()].filter(Boolean).length;
    this.score!.textContent = `${right} of ${this.questions.length} right, ${this.right.size} answered.`;
  }
}

define("skill-check", SkillCheck);
