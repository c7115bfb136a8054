/**
 * How good are the forecasts of demand, and do their intervals hold?
 *
 * For each usage file: our pinball loss by lead beside the best of the four baselines, coverage of the central
 * 90 %, and how often the highest demand of a window came out at or below its quantiles.
 * `--augurs` also runs an off-the-shelf forecaster on a sample of the same origins.
 */
import { cpus } from "node:os";
import { createForecaster, type HourReading } from "../src/surplus/forecast.ts";
import { createScorer, type ForecastScore } from "../src/surplus/score.ts";
import { compareWithAugurs } from "./forecast-augurs.ts";
import { readHours, USAGE_FILES } from "./forecast-trace.ts";
import { WindowCalibration } from "./forecast-windows.ts";

const FIRST_SCORED_ORIGIN = 35 * 24;

interface Run {
  readonly score: ForecastScore;
  readonly windows: WindowCalibration;
  readonly seconds: number;
}

function run(hours: readonly HourReading[]): Run {
  const forecaster = createForecaster();
  const scorer = createScorer();
  const windows = new WindowCalibration(hours);
  let forecastMs = 0;
  hours.forEach((reading, index) => {
    const began = performance.now();
    forecaster.observe(reading);
    const forecast = forecaster.forecast();
    forecastMs += performance.now() - began;
    scorer.observe(reading);
    if (forecast === "history_too_short") return;
    scorer.enter(forecast);
    if (index + 1 >= FIRST_SCORED_ORIGIN) windows.enter(forecast, index + 1);
  });
  return { score: scorer.score(), windows, seconds: forecastMs / 1000 };
}

function ratioOf(lead: ForecastScore["by_lead"][number]): number {
  return (lead.pinball ?? Number.NaN) / (lead.best_baseline_pinball ?? Number.NaN);
}

function percent(value: number | null): string {
  return value === null ? "-" : (value * 100).toFixed(1);
}

function printRun(file: string, hours: number, { score, windows, seconds }: Run): void {
  const ratio = score.pinball_ratio?.toFixed(3) ?? "-";
  console.log(`\n${file}: ${hours} h forecast in ${seconds.toFixed(1)} s, pinball_ratio ${ratio}`);
  console.log("lead      ours  baseline                       ratio  in 90 %");
  for (const lead of score.by_lead) {
    const cells = [
      String(lead.lead_hours).padStart(4),
      (lead.pinball?.toFixed(5) ?? "-").padStart(9),
      (lead.best_baseline_pinball?.toFixed(5) ?? "-").padStart(9),
      (lead.best_baseline ?? "-").padEnd(20),
      ratioOf(lead).toFixed(3),
      percent(lead.coverage_90).padStart(8),
    ];
    console.log(cells.join(" "));
  }
  for (const line of windows.lines()) console.log(line);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function printAverages(scores: readonly ForecastScore[]): void {
  console.log(
    `\nall files: pinball_ratio ${mean(scores.map((score) => score.pinball_ratio ?? 0)).toFixed(3)}`,
  );
  scores[0]!.by_lead.forEach(({ lead_hours }, index) => {
    const leads = scores.map((score) => score.by_lead[index]!);
    const ratio = mean(leads.map(ratioOf)).toFixed(3);
    const coverage = percent(mean(leads.map((lead) => lead.coverage_90 ?? 0)));
    console.log(`${String(lead_hours).padStart(4)} ratio ${ratio} in 90 % ${coverage}`);
  });
}

console.log(`node ${process.version} on ${cpus()[0]?.model ?? "an unknown processor"}`);
const scores: ForecastScore[] = [];
for (const file of USAGE_FILES) {
  const hours = await readHours(file);
  const ran = run(hours);
  printRun(file, hours.length, ran);
  scores.push(ran.score);
  if (process.argv.includes("--augurs")) compareWithAugurs(hours);
}
printAverages(scores);
