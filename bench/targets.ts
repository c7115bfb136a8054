import { fixed, NOTHING, percent, table } from "./markdown.ts";

/** A line of what the backtest must reach. */
export interface Target {
  readonly name: string;
  /** The bound in words. */
  readonly wanted: string;
  readonly meets: (value: number) => boolean;
  readonly write: (value: number) => string;
}

/** What a figure was measured on: a cluster, the clusters that it is counted with, and perhaps a notice or a lead. */
export interface Place {
  readonly name: string;
  readonly group: string;
  readonly part?: string;
}

/** A target held against one figure. */
export interface Verdict {
  readonly target: Target;
  readonly of: Place;
  readonly value: number;
  readonly met: boolean;
}

type Write = (value: number) => string;

function atLeast(name: string, bound: number, write: Write): Target {
  return { name, wanted: `≥ ${write(bound)}`, meets: (value) => value >= bound, write };
}

function atMost(name: string, bound: number, write: Write): Target {
  return { name, wanted: `≤ ${write(bound)}`, meets: (value) => value <= bound, write };
}

function between(name: string, low: number, high: number, write: Write): Target {
  const wanted = `${write(low)} to ${write(high)}`;
  return { name, wanted, meets: (value) => low <= value && value <= high, write };
}

const share: Write = (value) => percent(value, 1);
const fine: Write = (value) => percent(value, 2);
const ratio: Write = (value) => fixed(value, 3);
const points: Write = (value) => `${(value * 100).toFixed(2)} points`;

export const SOLD = atLeast("idle sold", 0.9, share);
export const BREACHED = atMost("breach share", 0.005, fine);
export const VIOLATIONS = atMost("policy violations", 0, String);
/** Net revenue ÷ the better of firm-only and spot-only. */
export const REVENUE = atLeast("revenue ratio", 0.98, ratio);
export const REVENUE_OF_LONG = atLeast("revenue ratio", 1.15, ratio);
export const LONG_NOTICE = atLeast("idle sold at 4 h notice or longer", 0.05, share);
export const RECALL = atMost("real − stated chance of recall", 0.02, points);
export const PINBALL = atMost("pinball_ratio", 0.97, ratio);
export const PINBALL_MEAN = atMost("mean pinball_ratio", 0.92, ratio);
export const LEAD = atMost("pinball ÷ best baseline at each lead", 1.06, ratio);
export const COVERAGE = between("coverage of the 90 % interval at each lead", 0.86, 0.94, share);
export const COVERAGE_MEAN = between(
  "mean coverage of the 90 % interval at each lead",
  0.87,
  0.93,
  share,
);
/** Growth of time ÷ growth of what it is to grow with; a tenth is left to the noise of measuring. */
export const LINEAR = atMost("growth of time ÷ growth of its cause", 1.1, ratio);
export const SECONDS = atMost("elapsed", 20, (value) => `${value.toFixed(1)} s`);

/** @returns no verdict where there is no figure */
export function judge(target: Target, of: Place, value: number | null): Verdict[] {
  return value === null ? [] : [{ target, of, value, met: target.meets(value) }];
}

/** The figure and whether it is as wanted. */
export function cell(target: Target, value: number | null): string {
  if (value === null) return NOTHING;
  return `${target.write(value)} ${target.meets(value) ? "✓" : "✗"}`;
}

/** How many verdicts of each target are as wanted, group by group. */
export function tally(verdicts: readonly Verdict[]): string {
  const groups = [...new Set(verdicts.map(({ of }) => of.group))];
  const byTarget = Map.groupBy(verdicts, ({ target }) => `${target.name}, ${target.wanted}`);
  const rows = [...byTarget].map(([name, same]) => {
    const met = groups.map((group) => metOf(same.filter(({ of }) => of.group === group)));
    return [name].concat(met);
  });
  return table(["target", ...groups], rows);
}

function metOf(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return NOTHING;
  return `${verdicts.filter(({ met }) => met).length} of ${verdicts.length}`;
}

/** What was missed, target by target and cluster by cluster, and how many targets were met. */
export function conclusion(verdicts: readonly Verdict[]): string {
  const missed = verdicts.filter((verdict) => !verdict.met);
  const together = Map.groupBy(missed, ({ target, of }) => `${of.name}: ${target.name}`);
  const lines = [...together].map(([what, same]) => {
    const figures = same.map(({ target, of, value }) =>
      of.part === undefined ? target.write(value) : `${target.write(value)} at ${of.part}`,
    );
    return `- ${what} ${figures.join(", ")}; wanted ${same[0]?.target.wanted ?? ""}`;
  });
  const met = `${verdicts.length - missed.length} of ${verdicts.length} targets met`;
  return missed.length === 0 ? `${met}.` : `Missed:\n\n${lines.join("\n")}\n\n${met}.`;
}
