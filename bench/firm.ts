/**
 * How much can be promised firmly, and how much of it is broken? Our firm market along a curve of ε, beside a fixed
 * margin under the trailing 28-day minimum of idle GPUs whose width is chosen in hindsight, which favours it.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { benchmarkPolicy, usageCases } from "./cases.ts";
import { firmChart } from "./firm-chart.ts";
import { type FirmPoint, type FirmRace, race } from "./firm-race.ts";
import { fixed, NOTHING, percent, table } from "./markdown.ts";

const HELP = `Usage: node bench/firm.ts [options]

Sells firm contracts alone, on each usage file, at several ε, beside a fixed margin; prints Markdown.

  --only TEXT      the files whose name contains TEXT
  --epsilons LIST  chances, separated by commas (default 0.001,0.0025,0.005,0.01,0.02,0.05,0.1,0.2)
  --chart FILE     also draw the curves as SVG (docs/images/firm.svg is drawn so)
  --help           this text
`;
const EPSILONS = "0.001,0.0025,0.005,0.01,0.02,0.05,0.1,0.2";
/** Widths that are printed, as shares of the capacity. */
const WIDTHS = [0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1];

function pointsTable(races: readonly FirmRace[]): string {
  const head = ["cluster", "ε", "ours sold", "ours broken", "of an oracle's sales"];
  return table(
    [...head, "fixed margin sold", "broken", "its width, of capacity", "ours ÷ fixed"],
    races.flatMap((each) => each.ours.map((point) => pointRow(each, point))),
  );
}

function pointRow({ name, capacityLots }: FirmRace, point: FirmPoint): string[] {
  const { rival } = point;
  const sellsNothing = point.soldShare === 0;
  return [
    name,
    String(point.epsilon),
    sellsNothing ? "nothing" : percent(point.soldShare),
    percent(point.brokenShare, 2),
    percent(point.shareOfOracle),
    rival === null ? "nothing" : percent(rival.soldShare),
    percent(rival?.brokenShare ?? null, 2),
    rival === null ? NOTHING : percent(rival.width / capacityLots),
    rival === null || rival.soldShare === 0 ? NOTHING : fixed(point.soldShare / rival.soldShare, 2),
  ];
}

/** The fixed margin's whole curve, at some of its widths: sold, and broken behind it. */
function marginsTable(races: readonly FirmRace[]): string {
  return table(
    ["width, of capacity", ...races.map(({ name }) => name)],
    WIDTHS.map((width) => [percent(width)].concat(races.map((each) => marginCell(each, width)))),
  );
}

function marginCell({ capacityLots, margins }: FirmRace, width: number): string {
  const sales = margins[Math.round(width * capacityLots)];
  if (sales === undefined || sales.brokenShare === null) return "nothing";
  return `${percent(sales.soldShare)} / ${percent(sales.brokenShare, 2)}`;
}

/** How we stand against the margin that hindsight chooses for the same broken share. */
function verdict(races: readonly FirmRace[]): string {
  const points = races.flatMap(({ ours }) => ours);
  const more = points.filter(({ soldShare, rival }) => soldShare > (rival?.soldShare ?? 0));
  const less = points.filter(({ soldShare, rival }) => soldShare < (rival?.soldShare ?? 0));
  return `Of ${points.length} points, ours sells more at ${more.length} and less at ${less.length}.`;
}

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    epsilons: { type: "string", default: EPSILONS },
    chart: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else {
  const policy = await benchmarkPolicy();
  const epsilons = values.epsilons.split(",").map(Number);
  const races: FirmRace[] = [];
  for (const each of usageCases()) {
    if (each.name.includes(values.only)) races.push(await race(each, policy, epsilons));
  }
  console.log(`${pointsTable(races)}\n\n${verdict(races)}\n`);
  console.log("The fixed margin at other widths, idle sold / broken:\n");
  console.log(marginsTable(races));
  if (values.chart !== undefined) writeFileSync(values.chart, firmChart(races));
}
