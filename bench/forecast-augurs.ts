import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { AutoETS, initSync as initEts } from "@bsull/augurs/ets";
import { initSync as initMstl, MSTL } from "@bsull/augurs/mstl";
import { createForecaster, type HourReading } from "../src/surplus/forecast.ts";
import { QUANTILES } from "../src/surplus/quantiles.ts";
import { pinball } from "../src/surplus/score.ts";

const FIRST_ORIGIN = 35 * 24;
/** One origin in 53 hours: every hour of the day takes its turn. */
const ORIGIN_STRIDE = 53;
const HISTORY_HOURS = 28 * 24;
const LEADS: readonly number[] = [1, 4, 24, 72, 168];
const LONGEST = 168;

interface Opponent {
  readonly name: string;
  readonly model: () => MSTL | AutoETS;
}

const OPPONENTS: readonly Opponent[] = [
  { name: "MSTL (24, 168) + AutoETS", model: () => MSTL.ets([24, 168]) },
  { name: "AutoETS (24, ZZN)", model: () => new AutoETS(24, "ZZN") },
];

interface Losses {
  readonly name: string;
  readonly sums: Float64Array;
  ms: number;
}

/**
 * Runs the models of @bsull/augurs, fitted anew to the last 28 days at each sampled origin, beside ours and
 * in turn with it, and prints both pinball losses by lead over the same outcomes. Theirs are clipped to
 * [0, 1] as ours are; an hour of outage is given to them as the hour before it.
 */
export function compareWithAugurs(hours: readonly HourReading[]): void {
  const version = loadAugurs();
  const ours: Losses = { name: "ours", sums: new Float64Array(LEADS.length), ms: 0 };
  const theirs = OPPONENTS.map(({ name }) => ({
    name,
    sums: new Float64Array(LEADS.length),
    ms: 0,
  }));
  const outcomes = new Float64Array(LEADS.length);
  const forecaster = createForecaster();
  hours.forEach((reading, index) => {
    const origin = index + 1;
    const began = performance.now();
    forecaster.observe(reading);
    const forecast = forecaster.forecast();
    ours.ms += performance.now() - began;
    if (forecast === "history_too_short" || !isSampled(origin, hours.length)) return;
    LEADS.forEach((lead, j) => {
      const outcome = hours[index + lead]!.mean;
      if (outcome === null) return;
      outcomes[j]! += 1;
      ours.sums[j]! += pinball(forecast.mean(lead), 0, outcome);
    });
    OPPONENTS.forEach((opponent, k) => enter(opponent, theirs[k]!, hours, origin));
  });
  console.log(`@bsull/augurs ${version}, one origin in ${ORIGIN_STRIDE} h: pinball by lead`);
  console.log(`${" ".repeat(26)}${LEADS.map((lead) => `${lead} h`.padStart(9)).join("")}`);
  for (const losses of [ours, ...theirs]) console.log(lineOf(losses, outcomes));
}

function loadAugurs(): string {
  const folder = dirname(createRequire(import.meta.url).resolve("@bsull/augurs"));
  initMstl({ module: readFileSync(join(folder, "mstl_bg.wasm")) });
  initEts({ module: readFileSync(join(folder, "ets_bg.wasm")) });
  const description: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return (description as { version: string }).version;
}

function isSampled(origin: number, hours: number): boolean {
  if (origin < FIRST_ORIGIN || origin + LONGEST > hours) return false;
  return (origin - FIRST_ORIGIN) % ORIGIN_STRIDE === 0;
}

function enter(
  opponent: Opponent,
  losses: Losses,
  hours: readonly HourReading[],
  origin: number,
): void {
  const began = performance.now();
  const model = opponent.model();
  model.fit(filled(hours.slice(origin - HISTORY_HOURS, origin)));
  const quantiles = quantilesOf(model);
  losses.ms += performance.now() - began;
  LEADS.forEach((lead, j) => {
    const outcome = hours[origin + lead - 1]!.mean;
    if (outcome !== null) losses.sums[j]! += pinball(quantiles[lead - 1]!, 0, outcome);
  });
}

function filled(hours: readonly HourReading[]): number[] {
  let last = hours.find((hour) => hour.mean !== null)?.mean ?? 0;
  return hours.map((hour) => (last = hour.mean ?? last));
}

/** Quantiles by hour ahead, at QUANTILES; each pair from the interval whose ends they are. */
function quantilesOf(model: MSTL | AutoETS): Float64Array[] {
  const table = Array.from({ length: LONGEST }, () => new Float64Array(QUANTILES.length));
  QUANTILES.forEach((level, j) => {
    const forecast = model.predict(LONGEST, level === 0.5 ? null : Math.abs(1 - 2 * level));
    const values =
      level === 0.5
        ? forecast.point
        : level < 0.5
          ? forecast.intervals!.lower
          : forecast.intervals!.upper;
    values.forEach((value, ahead) => (table[ahead]![j] = Math.min(1, Math.max(0, value))));
  });
  return table;
}

function lineOf(losses: Losses, outcomes: Float64Array): string {
  const cells = Array.from(losses.sums, (sum, j) => (sum / outcomes[j]!).toFixed(5).padStart(9));
  return `${losses.name.padEnd(26)}${cells.join("")}  in ${(losses.ms / 1000).toFixed(1)} s`;
}
