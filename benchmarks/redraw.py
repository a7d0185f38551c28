"""How long an interactive figure takes to draw itself anew when a slider moves, in Chromium.

Each slider of each figure is set to many places, one after the other; what is timed is the handler, the drawing that
follows it, and the layout of the page, as one has to wait for all three.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import courses
from browser import chromium
from interactive import visit
from pages import built

STEPS = 40
MOVE = """
async ([name, steps]) => {
  await customElements.whenDefined(name);
  const figure = document.querySelector(name);
  await figure.updateComplete;
  const found = [];
  for (const slider of figure.renderRoot.querySelectorAll('input[type="range"]')) {
    const [low, high] = [Number(slider.min), Number(slider.max)];
    const places = Math.max(2, Math.min(steps, Math.round((high - low) / Number(slider.step)) + 1));
    for (let place = 0; place < places; place++) {
      slider.value = String(low + ((high - low) * place) / (places - 1));
      const began = performance.now();
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      await figure.updateComplete;
      figure.getBoundingClientRect();
      found.push(performance.now() - began);
    }
  }
  return found;
}
"""


def main() -> None:
    """Measure, print, and write the results."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="site-") as folder, chromium() as browser:
        site = built(Path(folder))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        for path in sorted(site.glob("[0-9][0-9]-*.html")):
            visit(page, path.as_uri())
            names = page.evaluate("[...document.querySelectorAll('.widget > *')].map(item => item.localName)")
            for name in names:
                if times := page.evaluate(MOVE, [name, STEPS]):
                    found[name] = times
    medians = {name: statistics.median(times) for name, times in found.items()}
    for name, median in sorted(medians.items(), key=lambda item: -item[1]):
        print(f"{name:22} {median:6.1f} ms median of {len(found[name])}, at most {max(found[name]):.1f}")
    everything = [time for times in found.values() for time in times]
    record = {"median": statistics.median(everything), "slowest": max(medians, key=lambda name: medians[name])}
    courses.keep("redraw", {"milliseconds": {**record, "medians": medians}})


if __name__ == "__main__":
    main()
