import type { ForecastReport } from "../src/backtest/report.ts";
import type { Ran } from "./cases.ts";
import { USAGE_FILES } from "./forecast-trace.ts";
import { NOTHING, table } from "./markdown.ts";
import type { Target, Verdict } from "./targets.ts";
import { cell, COVERAGE, COVERAGE_MEAN, judge, LEAD, PINBALL, PINBALL_MEAN } from "./targets.ts";

type Lead = ForecastReport["by_lead"][number];

/** A figure of one lead. */
interface AtLead {
  readonly hours: number;
  readonly value: number;
}

function atLeads({ report }: Ran, figure: (lead: Lead) => number | null): AtLead[] {
  return report.forecast.by_lead.flatMap((lead) => {
    const value = figure(lead);
    return value === null ? [] : [{ hours: lead.lead_hours, value }];
  });
}

/** Our pinball loss ÷ the best baseline's; null where that has none. */
function ratioOf({ pinball, best_baseline_pinball: baseline }: Lead): number | null {
  return pinball === null || baseline === null || baseline === 0 ? null : pinball / baseline;
}

function coverageOf(lead: Lead): number | null {
  return lead.coverage_90;
}

export function forecastTable(runs: readonly Ran[]): string {
  const head = [
    "cluster",
    `pinball_ratio, ${PINBALL.wanted}`,
    `÷ best baseline, worst lead, ${LEAD.wanted}`,
    `least coverage, ${COVERAGE.wanted}`,
    "most coverage",
  ];
  const rows = runs.map((ran) => {
    const coverages = atLeads(ran, coverageOf).toSorted((a, b) => a.value - b.value);
    const ratios = atLeads(ran, ratioOf).toSorted((a, b) => a.value - b.value);
    return [
      ran.name,
      cell(PINBALL, ran.report.forecast.pinball_ratio),
      leadCell(LEAD, ratios.at(-1)),
      leadCell(COVERAGE, coverages[0]),
      leadCell(COVERAGE, coverages.at(-1)),
    ];
  });
  return table(head, rows);
}

function leadCell(target: Target, found: AtLead | undefined): string {
  return found === undefined ? NOTHING : `${found.hours} h: ${cell(target, found.value)}`;
}

/** Over the measured clusters, lead by lead. */
export function leadTable(runs: readonly Ran[]): string {
  return table(
    ["lead, h", "pinball ÷ best baseline, mean", `coverage, mean, ${COVERAGE_MEAN.wanted}`],
    meanLeads(runs.filter(({ group }) => group === "usage")).map(({ hours, ratio, coverage }) => [
      String(hours),
      ratio === null ? NOTHING : LEAD.write(ratio),
      cell(COVERAGE_MEAN, coverage),
    ]),
  );
}

interface MeanLead {
  readonly hours: number;
  readonly ratio: number | null;
  readonly coverage: number | null;
}

function meanLeads(runs: readonly Ran[]): MeanLead[] {
  const [first] = runs;
  return (first?.report.forecast.by_lead ?? []).map(({ lead_hours: hours }, index) => {
    const leads = runs.flatMap(({ report }) => report.forecast.by_lead[index] ?? []);
    const ratio = mean(leads.flatMap((lead) => ratioOf(lead) ?? []));
    return { hours, ratio, coverage: mean(leads.flatMap((lead) => coverageOf(lead) ?? [])) };
  });
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function forecastVerdicts(runs: readonly Ran[]): Verdict[] {
  return [...runs.flatMap(verdictsOf), ...meanVerdicts(runs)];
}

function verdictsOf(ran: Ran): Verdict[] {
  const each = (target: Target, figure: (lead: Lead) => number | null): Verdict[] =>
    atLeads(ran, figure).flatMap(({ hours, value }) =>
      judge(target, { ...ran, part: `${hours} h` }, value),
    );
  return [
    ...judge(PINBALL, ran, ran.report.forecast.pinball_ratio),
    ...each(LEAD, ratioOf),
    ...each(COVERAGE, coverageOf),
  ];
}

/** What must hold on average over all of the measured clusters. */
function meanVerdicts(runs: readonly Ran[]): Verdict[] {
  const measured = runs.filter(({ group }) => group === "usage");
  if (measured.length < USAGE_FILES.length) return [];
  const all = { name: "all usage files", group: "usage" };
  const ratio = mean(measured.flatMap(({ report }) => report.forecast.pinball_ratio ?? []));
  const leads = meanLeads(measured).flatMap(({ hours, coverage }) =>
    judge(COVERAGE_MEAN, { ...all, part: `${hours} h` }, coverage),
  );
  return [...judge(PINBALL_MEAN, all, ratio), ...leads];
}
