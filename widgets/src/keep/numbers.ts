// Numbers that readers type, and when they count as right. No DOM.

const NUMBER = /^[-+−]?(\d+\.?\d*|\.\d+)(e[-+−]?\d+)?$/i;

/** A number as readers type it: 0.25, 1/4, 2.5e-3, with thin spaces or commas between thousands; or nothing. */
export function typedNumber(text: string): number | undefined {
  const parts = text.replace(/[\s_\u202f\u00a0]|,(?=\d{3}(\D|$))/g, "").replace(/[−]/g, "-").split("/");
  if (parts.length > 2 || !parts.every((part) => NUMBER.test(part))) return undefined;
  const [above, below = 1] = parts.map(Number) as [number, number?];
  return below === 0 ? undefined : above / below;
}

/** Whether a number counts as the key; the build uses the same rule. */
export function isNear(value: number, key: number, tolerance: number): boolean {
  return Math.abs(value - key) <= Math.max(tolerance * Math.max(Math.abs(value), Math.abs(key)), 1e-12);
}
