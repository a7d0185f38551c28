// Code that scrolls must be reachable by keyboard. Material scrolls it, but gives it no place in the tab order.
document$.subscribe(() => {
  for (const box of document.querySelectorAll(".md-typeset pre > code")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
});
