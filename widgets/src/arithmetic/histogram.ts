// Histograms: how many values lie in each bar, and the outline that a drawing has of them.

/** How many values lie in each of the bars that share a range; what lies outside counts for the first or the last. */
export function counts(values: readonly number[], from: number, to: number, bars: number): number[] {
  const found = Array.from({ length: bars }, () => 0);
  for (const value of values) {
    const bar = Math.floor(((value - from) / (to - from)) * bars);
    found[Math.min(bars - 1, Math.max(0, bar))]! += 1;
  }
  return found;
}

/** The path of an SVG along the tops of the bars, from the lower left corner at (0, height) to the lower right one. */
export function outline(heights: readonly number[], highest: number, width: number, height: number): string {
  const steps = heights.map((value, bar) => {
    const end = ((bar + 1) * width) / heights.length;
    return `V${(height * (1 - value / highest)).toFixed(1)}H${end.toFixed(1)}`;
  });
  return `M0 ${height}${steps.join("")}V${height}`;
}
