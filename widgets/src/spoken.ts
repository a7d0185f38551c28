/** A text with formulas as it is read aloud: a formula is in the page twice, and once more as TeX. */
export function spoken(part: Element): string {
  const copy = part.cloneNode(true) as Element;
  for (const twice of copy.querySelectorAll(".katex-html, annotation")) twice.remove();
  return copy.textContent!.replace(/\s+/g, " ").trim();
}
