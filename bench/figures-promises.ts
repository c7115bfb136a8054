import type { NoticeReport, ReliabilityRow } from "../src/backtest/report.ts";
import type { Ran } from "./cases.ts";
import { count, NOTHING, percent, table } from "./markdown.ts";
import { cell, judge, RECALL, type Verdict } from "./targets.ts";

const FEWEST_LOTS = 200;
const FEWEST_DAYS = 60;

/** How far a notice's contracts were recalled from what they had stated; null where none has ended. */
function distance({ recall_rate: real, stated_recall_rate: stated }: NoticeReport): number | null {
  return real === null || stated === null ? null : Math.abs(real - stated);
}

/** Below so many lots or days chance alone can be further off than the target. */
function isJudged({ lots, start_days: days }: NoticeReport): boolean {
  return lots >= FEWEST_LOTS && days >= FEWEST_DAYS;
}

function recallable({ report }: Ran): NoticeReport[] {
  return report.sold.by_notice.filter(({ notice, lots }) => notice !== "firm" && lots > 0);
}

/** By cluster and notice; where lots or days are too few for the target, the interval stands in its place. */
export function recallTable(runs: readonly Ran[]): string {
  const head = ["cluster", "notice", "lots", "start days", "stated", "recalled"];
  return table(
    [...head, `off by, ${RECALL.wanted}`, "95 % interval"],
    runs.flatMap((ran) => recallable(ran).map((notice) => recallRow(ran.name, notice))),
  );
}

function recallRow(name: string, notice: NoticeReport): string[] {
  const off = distance(notice);
  return [
    name,
    notice.notice,
    count(notice.lots),
    String(notice.start_days),
    percent(notice.stated_recall_rate),
    percent(notice.recall_rate),
    isJudged(notice) ? cell(RECALL, off) : off === null ? NOTHING : RECALL.write(off),
    isJudged(notice) ? "" : interval(notice),
  ];
}

function interval({ recall_rate_interval: bounds }: NoticeReport): string {
  return bounds === null ? NOTHING : `${percent(bounds[0])} to ${percent(bounds[1])}`;
}

export function recallVerdicts(ran: Ran): Verdict[] {
  return recallable(ran)
    .filter(isJudged)
    .flatMap((notice) => {
      const of = { name: ran.name, group: ran.group, part: notice.notice };
      return judge(RECALL, of, distance(notice));
    });
}

/** Stated against real by decile of the stated chance, over all the runs. */
export function reliabilityTable(runs: readonly Ran[]): string {
  return table(
    ["stated chance", "lots", "stated, mean", "recalled"],
    pooled(runs.map(({ report }) => report.reliability)).map((row) => [
      `${percent(row.stated_from, 0)} to ${percent(row.stated_to, 0)}`,
      count(row.lots),
      percent(row.stated),
      percent(row.recalled),
    ]),
  );
}

function pooled(all: readonly (readonly ReliabilityRow[])[]): ReliabilityRow[] {
  const [first = []] = all;
  return first.map(({ stated_from, stated_to }, decile) => {
    const rows = all.flatMap((each) => each[decile] ?? []);
    const lots = rows.reduce((sum, each) => sum + each.lots, 0);
    const mean = (of: "stated" | "recalled"): number | null =>
      lots === 0 ? null : rows.reduce((sum, each) => sum + each.lots * (each[of] ?? 0), 0) / lots;
    return { stated_from, stated_to, lots, stated: mean("stated"), recalled: mean("recalled") };
  });
}
