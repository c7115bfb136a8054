/** What a day of selling came to, counted in the same way on a lab and in the backtest. */
import type { Scorecard } from "../src/backtest/scorecard.ts";
import { formatNotice } from "../src/policy/duration.ts";
import type { DurationMs, Gpus } from "../src/units.ts";
import { HOUR_MS, MINUTE_MS } from "../src/units.ts";
import { fixed, NOTHING, percent, table } from "./markdown.ts";

/** How much later one of the owner's jobs began than it would have without a market. */
export interface JobWait {
  readonly gpus: Gpus;
  readonly wait: DurationMs;
}

export interface NoticeOfDay {
  readonly notice: string;
  readonly gpuHours: number;
  readonly lots: number;
  readonly recalledGpuHours: number;
}

export interface DayFigures {
  readonly byNotice: readonly NoticeOfDay[];
  readonly breachedGpuHours: number;
  /** GPUs that were recalled, and that were taken by a breach. */
  readonly recalled: number;
  readonly breached: number;
  readonly waits: readonly JobWait[];
}

/** Hears how many GPUs are taken back. */
export interface TakenBack {
  recalled: number;
  breached: number;
}

export function countTakenBack(score: Scorecard): TakenBack {
  const taken: TakenBack = { recalled: 0, breached: 0 };
  score.onRecalled = (_, gpus) => (taken.recalled += gpus);
  score.onBreached = (_, gpus) => (taken.breached += gpus);
  return taken;
}

/** @param score closed at the day's end */
export function figuresOf(
  score: Scorecard,
  taken: TakenBack,
  waits: readonly JobWait[],
): DayFigures {
  const byNotice = score.notices.map((each) => ({
    notice: formatNotice(each.notice),
    gpuHours: each.deliveredGpuMs / HOUR_MS,
    lots: each.lots,
    recalledGpuHours: each.recalledGpuMs / HOUR_MS,
  }));
  const broken = score.notices.reduce((sum, { breachedGpuMs }) => sum + breachedGpuMs, 0);
  return { byNotice, breachedGpuHours: broken / HOUR_MS, ...taken, waits };
}

export interface Surplus {
  readonly gpuHours: number;
  /** How long a job of the owner's may wait. */
  readonly allowed: DurationMs;
}

/** @param sides by their names */
export function dayTable(
  sides: readonly (readonly [name: string, figures: DayFigures])[],
  { gpuHours: surplus, allowed }: Surplus,
): string {
  const row = (what: string, write: (figures: DayFigures) => string): string[] => [
    what,
    ...sides.map(([, figures]) => write(figures)),
  ];
  const notices = sides[0]?.[1].byNotice.map(({ notice }) => notice) ?? [];
  return table(
    ["", ...sides.map(([name]) => name)],
    [
      row("surplus, GPU-h", () => fixed(surplus, 0)),
      row("sold and held, GPU-h", (each) => fixed(sold(each), 0)),
      row("share of surplus", (each) => percent(sold(each) / surplus)),
      ...notices.map((notice) =>
        row(`sold at ${notice}, GPU-h`, (each) => fixed(at(each, notice)?.gpuHours ?? 0, 0)),
      ),
      row("lots sold", (each) =>
        fixed(
          sum(each.byNotice, ({ lots }) => lots),
          0,
        ),
      ),
      row("GPUs recalled", ({ recalled }) => fixed(recalled, 0)),
      row("GPUs taken by breach", ({ breached }) => fixed(breached, 0)),
      row("breached, GPU-h", ({ breachedGpuHours }) => fixed(breachedGpuHours, 1)),
      row("owner's jobs", ({ waits }) => fixed(waits.length, 0)),
      row("their wait, median", ({ waits }) => minutes(middle(waits.map(({ wait }) => wait)))),
      row("their wait, longest", ({ waits }) => minutes(longest(waits))),
      row(`longer than ${minutes(allowed)}, 0`, ({ waits }) =>
        fixed(waits.filter(({ wait }) => wait > allowed).length, 0),
      ),
    ],
  );
}

function minutes(wait: number | null): string {
  return wait === null ? NOTHING : `${fixed(wait / MINUTE_MS, 1)} min`;
}

function at({ byNotice }: DayFigures, notice: string): NoticeOfDay | undefined {
  return byNotice.find((each) => each.notice === notice);
}

function sold({ byNotice }: DayFigures): number {
  return sum(byNotice, ({ gpuHours }) => gpuHours);
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

function middle(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? null;
}

function longest(waits: readonly JobWait[]): number | null {
  return waits.length === 0 ? null : Math.max(...waits.map(({ wait }) => wait));
}
