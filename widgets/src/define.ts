const waiting: (readonly [string, CustomElementConstructor])[] = [];

/**
 * Define an element when the browser has nothing else to do, one after the other: a chapter can be read and scrolled
 * before its figures move. By then the page is parsed, so that an element finds all that stands in it.
 */
export function define(name: string, element: CustomElementConstructor): void {
  waiting.push([name, element]);
  if (waiting.length === 1) soon();
}

function soon(): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(next, { timeout: 1000 });
  else setTimeout(next);
}

function next(): void {
  customElements.define(...waiting[0]!);
  waiting.shift();
  if (waiting.length > 0) soon();
}
