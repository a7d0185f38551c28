// Code that scrolls must be reachable by keyboard. Material scrolls it, but gives it no place in the tab order. Whether
// it scrolls is told from its longest line: to ask the browser would make it lay out the whole chapter at once.
document$.subscribe(() => {
  const boxes = document.querySelectorAll(".md-typeset pre > code");
  if (boxes.length === 0) return;
  const letter = 0.61 * parseFloat(getComputedStyle(boxes[0]).fontSize);
  // A box in a box in a box is that much narrower than the text.
  const width = document.querySelector(".md-content__inner").clientWidth - 130;
  for (const box of boxes) {
    const longest = Math.max(...box.textContent.split("\n").map((line) => line.length));
    if (longest * letter > width) box.tabIndex = 0;
  }
});

// Material's search is a dialog without a name.
document$.subscribe(() => document.querySelector('[data-md-component="search"]')?.setAttribute("aria-label", "Search"));
