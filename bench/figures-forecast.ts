import type { ForecastReport } from "../src/app/report.ts";
import type { Ran } from "./cases.ts";
import { table } from "./markdown.ts";
import type { Verdict } from "./targets.ts";
import { cell, COVERAGE, COVERAGE_MEAN, judge, LEAD, PINBALL, PINBALL_MEAN } from "./targets.ts";

/** Share of outcomes that the central interval states to hold. */
const STATED = 0.9;

type Lead = ForecastReport["by_lead"][number];

/** Our pinball loss at a lead ÷ the best baseline's; null where that has none. */
function ratioOf({ pinball, best_baseline_pinball: baseline }: Lead): number | null {
  return pinball === null || baseline === null || baseline === 0 ? null : pinball / baseline;
}

function worstRatio({ report }: Ran): number | null {
  return most(report.forecast.by_lead.map(ratioOf));
}

function coverages({ report }: Ran): number[] {
  return report.forecast.by_lead.flatMap(({ coverage_90: coverage }) => coverage ?? []);
}

function most(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function least(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.min(...values);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function forecastTable(runs: readonly Ran[]): string {
  const head = [
    "cluster",
    `pinball_ratio, ${PINBALL.wanted}`,
    `worst lead, ${LEAD.wanted}`,
    `least coverage, ${COVERAGE.wanted}`,
    "most coverage",
  ];
  const rows = runs.map((ran) => [
    ran.name,
    cell(PINBALL, ran.report.forecast.pinball_ratio),
    cell(LEAD, worstRatio(ran)),
    cell(COVERAGE, least(coverages(ran))),
    cell(COVERAGE, most(coverages(ran))),
  ]);
  return table(head, rows);
}

/** Over the measured clusters, lead by lead. */
export function leadTable(runs: readonly Ran[]): string {
  const measured = runs.filter(({ group }) => group === "usage");
  return table(
    ["lead, h", "pinball ÷ best baseline, mean", `coverage, mean, ${COVERAGE_MEAN.wanted}`],
    leadsOf(measured).map(({ hours, ratio, coverage }) => [
      String(hours),
      ratio === null ? cell(LEAD, null) : LEAD.write(ratio),
      cell(COVERAGE_MEAN, coverage),
    ]),
  );
}

interface MeanLead {
  readonly hours: number;
  readonly ratio: number | null;
  readonly coverage: number | null;
}

function leadsOf(runs: readonly Ran[]): MeanLead[] {
  const [first] = runs;
  return (first?.report.forecast.by_lead ?? []).map(({ lead_hours: hours }, index) => {
    const leads = runs.flatMap(({ report }) => report.forecast.by_lead[index] ?? []);
    const ratio = mean(leads.flatMap((lead) => ratioOf(lead) ?? []));
    return { hours, ratio, coverage: mean(leads.flatMap((lead) => lead.coverage_90 ?? [])) };
  });
}

export function forecastVerdicts(runs: readonly Ran[]): Verdict[] {
  return [...runs.flatMap(verdictsOf), ...meanVerdicts(runs)];
}

function verdictsOf(ran: Ran): Verdict[] {
  return [
    ...judge(PINBALL, ran, ran.report.forecast.pinball_ratio),
    ...judge(LEAD, ran, worstRatio(ran)),
    ...judge(COVERAGE, ran, worstCoverage(ran)),
  ];
}

/** The coverage of the lead at which it is furthest from what is stated. */
function worstCoverage(ran: Ran): number | null {
  const [worst] = coverages(ran).toSorted((a, b) => Math.abs(b - STATED) - Math.abs(a - STATED));
  return worst ?? null;
}

/** What must hold on average over the measured clusters. */
function meanVerdicts(runs: readonly Ran[]): Verdict[] {
  const measured = runs.filter(({ group }) => group === "usage");
  const name = "all usage files";
  const ratio = mean(measured.flatMap(({ report }) => report.forecast.pinball_ratio ?? []));
  const leads = leadsOf(measured).flatMap(({ hours, coverage }) =>
    judge(COVERAGE_MEAN, { name: `${name} at ${hours} h`, group: "usage" }, coverage),
  );
  return [...judge(PINBALL_MEAN, { name, group: "usage" }, ratio), ...leads];
}
