// Code that scrolls must be reachable by keyboard. Material scrolls it, but gives it no place in the tab order. Whether
// it scrolls is told from its longest line: to ask the browser would make it lay out the whole chapter at once.
const reach = () => {
  const boxes = document.querySelectorAll(".md-typeset pre > code");
  if (boxes.length === 0) return;
  const letter = 0.61 * parseFloat(getComputedStyle(boxes[0]).fontSize);
  // A box in a box in a box is that much narrower than the text.
  const width = document.querySelector(".md-content__inner").clientWidth - 130;
  for (const box of boxes) {
    const longest = Math.max(...box.textContent.split("\n").map((line) => line.length));
    if (longest * letter > width) box.tabIndex = 0;
  }
};
// When there is time: the whole text of all boxes is read.
document$.subscribe(() => ("requestIdleCallback" in globalThis ? requestIdleCallback(reach) : setTimeout(reach)));

// Paper shows what is folded.
let unfolded = [];
matchMedia("print").addEventListener("change", ({ matches }) => {
  if (matches) unfolded = [...document.querySelectorAll(".md-content details:not([open])")];
  for (const box of unfolded) box.open = matches;
});

// Material's search is a dialog without a name.
document$.subscribe(() => document.querySelector('[data-md-component="search"]')?.setAttribute("aria-label", "Search"));

// The drawer of a narrow page is opened by a label, which no keyboard reaches, and nothing in a closed one is reached.
document$.subscribe(() => {
  const drawer = document.querySelector("#__drawer");
  const label = document.querySelector('.md-header [for="__drawer"]');
  const opener = Object.assign(document.createElement("button"), { type: "button", className: `${label.className} opener` });
  opener.setAttribute("aria-label", "Navigation");
  opener.append(...label.childNodes);
  label.replaceWith(opener);
  const say = () => opener.setAttribute("aria-expanded", String(drawer.checked));
  say();
  drawer.addEventListener("change", say);
  opener.addEventListener("click", () => drawer.click());
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drawer.checked) return;
    drawer.click();
    opener.focus();
  });
});

// What a term or a letter means is told by a title, which only a mouse can rest on: a tap or click shows it as well.
const told = Object.assign(document.createElement("div"), { className: "told", popover: "auto" });
told.setAttribute("role", "status");
addEventListener("click", (event) => {
  const part = event.target.closest?.(".md-typeset :is(abbr, .math-inline, .math-display)[title]");
  if (!part || !("showPopover" in told)) return;
  document.body.append(told);
  told.showPopover();
  told.textContent = part.title;
  const { left, bottom } = part.getBoundingClientRect();
  const most = document.documentElement.clientWidth - told.offsetWidth - 8;
  Object.assign(told.style, { left: `${Math.max(8, Math.min(left, most))}px`, top: `${bottom + 4}px` });
});

// An address may lead to what is folded. And sections are laid out as the reader comes near them, of which the first
// move what an address leads to: go there again for some pictures.
const arrive = () => {
  const place = document.querySelector(".md-content :target");
  if (!place) return;
  for (let box = place.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  let left = 5;
  const again = () => {
    place.scrollIntoView();
    if (--left > 0) requestAnimationFrame(again);
  };
  again();
};
if (document.readyState === "complete") arrive();
else addEventListener("load", arrive);
addEventListener("hashchange", arrive);
