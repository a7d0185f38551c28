const waiting: (readonly [string, CustomElementConstructor])[] = [];
const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) if (entry.isIntersecting) want((name) => name === entry.target.localName);
  },
  { rootMargin: "50% 0px" },
);
const signs = ["pointermove", "pointerdown", "keydown", "focusin", "scroll"] as const;
const later = new Map<string, CustomElementConstructor>();

/**
 * Define an element when it comes near the screen, or as soon as the reader does anything: a chapter's first view waits
 * for none of them. They come when the browser has nothing else to do, one after the other, and by then the page is
 * parsed, so that each finds all that stands in it.
 */
export function define(name: string, element: CustomElementConstructor): void {
  if (later.size === 0) begin();
  later.set(name, element);
}

function begin(): void {
  const all = (): void => {
    for (const sign of signs) removeEventListener(sign, all, true);
    want(() => true);
  };
  for (const sign of signs) addEventListener(sign, all, { capture: true, passive: true });
  // A shared view of a figure is what its reader came for.
  if (location.hash !== "") soon(all);
  // To be told where they are takes longer than all else in this file, and can wait like they do.
  soon(() => {
    for (const name of later.keys()) for (const found of document.getElementsByTagName(name)) near.observe(found);
  });
}

function want(isWanted: (name: string) => boolean): void {
  for (const [name, element] of later) {
    if (!isWanted(name)) continue;
    later.delete(name);
    waiting.push([name, element]);
    if (waiting.length === 1) soon(next);
  }
}

function soon(what: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(what, { timeout: 1000 });
  else setTimeout(what);
}

function next(): void {
  customElements.define(...waiting[0]!);
  waiting.shift();
  if (waiting.length > 0) soon(next);
}
