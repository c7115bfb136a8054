/**
 * One colour a notice, the same in every chart and table. The ramp rises steadily in lightness from the
 * longest notice to the shortest, so that the order survives every kind of colour blindness and grey print.
 */
const LIGHT_RAMP = ["#23408f", "#2b72b4", "#2f9fa0", "#82c06d", "#f0c443"];
const DARK_RAMP = ["#5b7de0", "#4a9fdd", "#45bfb9", "#93d27c", "#f3d562"];

/** Custom properties `--notice-0` (the longest) and so on, for light and for dark. */
export function noticeColors(count: number): string {
  const properties = (ramp: readonly string[]): string =>
    Array.from({ length: count }, (_, i) => `--notice-${i}:${colorAt(ramp, i, count)}`).join(";");
  return (
    `:root{${properties(LIGHT_RAMP)}}` +
    `@media (prefers-color-scheme:dark){:root:not([data-print]){${properties(DARK_RAMP)}}}`
  );
}

function colorAt(ramp: readonly string[], index: number, count: number): string {
  const at = count === 1 ? 0 : (index / (count - 1)) * (ramp.length - 1);
  const below = channels(ramp[Math.floor(at)] ?? "");
  const above = channels(ramp[Math.ceil(at)] ?? "");
  const mixed = below.map((from, c) => Math.round(from + (at % 1) * ((above[c] ?? from) - from)));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}
