import type { FirmRace } from "./firm-race.ts";

/** A drawing of all races, two in a row: the share of idle that is sold firm against the share that is broken. */
export function firmChart(races: readonly FirmRace[]): string {
  const rows = Math.ceil(races.length / 2);
  const [width, height] = [2 * PANEL.width, TOP + rows * PANEL.height];
  const panels = races.map((race, index) => {
    const [x, y] = [(index % 2) * PANEL.width, TOP + Math.floor(index / 2) * PANEL.height];
    return `<g transform="translate(${x} ${y})">${panel(race)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>Idle GPU-hours sold firm against the share of what was promised that was broken</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    legend(),
    ...panels,
    "</svg>\n",
  ].join("\n");
}

const TOP = 36;
const PANEL = { width: 430, height: 280 } as const;
/** The plot within its panel. */
const PLOT = { left: 58, right: 410, top: 34, bottom: 226 } as const;
const OURS = "#0b62a8";
const THEIRS = "#8a8a8a";
const INK = "#333333";
/** The least width of an axis, so that a race without any breach has one too. */
const LEAST_BROKEN = 0.02;

function legend(): string {
  return [
    `<circle cx="66" cy="18" r="4" fill="${OURS}"/><text x="76" y="22" fill="${INK}">Spillway, along ε</text>`,
    `<line x1="210" y1="18" x2="236" y2="18" stroke="${THEIRS}" stroke-width="2"/>`,
    `<text x="242" y="22" fill="${INK}">fixed margin under the 28-day minimum, every width</text>`,
  ].join("");
}

interface Point {
  readonly sold: number;
  readonly broken: number;
}

interface Scale {
  readonly x: (broken: number) => number;
  readonly y: (sold: number) => number;
  readonly broken: number;
  readonly sold: number;
}

function panel({ name, ours, margins }: FirmRace): string {
  const mine = ours.map((point) => ({ sold: point.soldShare, broken: point.brokenShare ?? 0 }));
  const others = margins.map((point) => ({
    sold: point.soldShare,
    broken: point.brokenShare ?? 0,
  }));
  const scale = scaleOf(mine, others);
  const seen = others.filter(({ broken }) => broken <= scale.broken);
  return [
    `<text x="${PLOT.left}" y="22" font-weight="600" fill="${INK}">${name}</text>`,
    axes(scale),
    curve(seen, scale, THEIRS),
    curve(mine, scale, OURS),
    ...mine.map((point, index) => dot(point, scale, ours[index]?.epsilon ?? 0)),
  ].join("");
}

function scaleOf(mine: readonly Point[], others: readonly Point[]): Scale {
  const broken = Math.max(LEAST_BROKEN, ...mine.map((point) => point.broken)) * 1.1;
  const seen = [...mine, ...others.filter((point) => point.broken <= broken)];
  const sold = Math.max(0.05, ...seen.map((point) => point.sold)) * 1.1;
  return {
    broken,
    sold,
    x: (value) => PLOT.left + (value / broken) * (PLOT.right - PLOT.left),
    y: (value) => PLOT.bottom - (value / sold) * (PLOT.bottom - PLOT.top),
  };
}

function axes(scale: Scale): string {
  const { left, right, top, bottom } = PLOT;
  const middle = (left + right) / 2;
  return [
    `<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="${INK}"/>`,
    ...ticks(scale.broken).map(
      (value) =>
        `<text x="${round(scale.x(value))}" y="${bottom + 16}" text-anchor="middle" fill="${INK}">${label(value)}</text>`,
    ),
    ...ticks(scale.sold).map(
      (value) =>
        `<text x="${left - 6}" y="${round(scale.y(value) + 4)}" text-anchor="end" fill="${INK}">${label(value)}</text>`,
    ),
    `<text x="${middle}" y="${bottom + 34}" text-anchor="middle" fill="${INK}">broken, share of what was promised</text>`,
    `<text transform="translate(14 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle" fill="${INK}">sold, share of idle</text>`,
  ].join("");
}

/** Round values from 0 on, three to seven of them. */
function ticks(most: number): number[] {
  const steps = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
  const step = steps.find((each) => most / each <= 6) ?? 1;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

function label(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

function curve(points: readonly Point[], { x, y }: Scale, color: string): string {
  const places = points.map(({ broken, sold }) => `${round(x(broken))},${round(y(sold))}`);
  return `<polyline points="${places.join(" ")}" fill="none" stroke="${color}" stroke-width="2"/>`;
}

function dot({ broken, sold }: Point, { x, y }: Scale, epsilon: number): string {
  const [cx, cy] = [round(x(broken)), round(y(sold))];
  return `<circle cx="${cx}" cy="${cy}" r="4" fill="${OURS}"><title>ε ${epsilon}</title></circle>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
