/** A text in one line, as it is read aloud. */
export function spoken(part: Element): string {
  return part.textContent!.replace(/\s+/g, " ").trim();
}
