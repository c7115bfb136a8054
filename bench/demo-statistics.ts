/** Prints how near the demo's clusters come to the statistics that they are calibrated to. */
import { cpus } from "node:os";
import { type DemoCluster, generateCluster } from "../src/demo/cluster.ts";
import { FAMILIES } from "../src/demo/families.ts";
import type { Profile } from "../src/demo/profile.ts";
import { DEMO_PROFILES } from "../src/demo/profiles.ts";
import { type IdleStatistics, idleStatistics, PUBLISHED } from "../src/demo/statistics.ts";
import { HOUR_MS } from "../src/units.ts";

const DAYS = 120;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const COLUMNS = {
  mean: "mean",
  wholeDayMinimum: "day min",
  wholeWeekMinimum: "week min",
  error1h: "error 1 h",
  error24h: "error 24 h",
  error168h: "error 168 h",
} as const satisfies Record<keyof IdleStatistics, string>;
const KEYS = Object.keys(COLUMNS) as (keyof IdleStatistics)[];

function generate(profile: Profile, seed: number): DemoCluster {
  return generateCluster(profile, { seed, days: DAYS, step: HOUR_MS });
}

function print(name: string, cells: readonly string[]): void {
  console.log(name.padEnd(36) + cells.map((cell) => cell.padStart(12)).join(""));
}

function percentages(statistics: IdleStatistics): string[] {
  return KEYS.map((key) => (100 * statistics[key]).toFixed(1));
}

function ratios(generated: IdleStatistics, published: IdleStatistics): string[] {
  return KEYS.map((key) => (generated[key] / published[key]).toFixed(2));
}

function meanOver(all: readonly IdleStatistics[]): IdleStatistics {
  const mean = (key: keyof IdleStatistics): number =>
    all.reduce((sum, each) => sum + each[key], 0) / all.length;
  return Object.fromEntries(KEYS.map((key) => [key, mean(key)])) as unknown as IdleStatistics;
}

function printProfile(profile: Profile): void {
  const all = SEEDS.map((seed) => idleStatistics(generate(profile, seed).trace));
  const [first, mean] = [all[0] ?? meanOver(all), meanOver(all)];
  const published = PUBLISHED[profile.name];
  print(`${profile.name} seed 1`, percentages(first));
  print(`${profile.name} mean of ${SEEDS.length} seeds`, percentages(mean));
  if (!published) return print(`${profile.name} published`, ["nothing"]);
  print(`${profile.name} published`, percentages(published));
  print(`${profile.name} seed 1 ÷ published`, ratios(first, published));
  print(`${profile.name} mean ÷ published`, ratios(mean, published));
}

function secondsOf(work: () => void): number {
  const from = performance.now();
  work();
  return (performance.now() - from) / 1000;
}

console.log(`Idle share and naive forecast error, % of capacity; ${DAYS} days, hourly`);
print("", Object.values(COLUMNS));
for (const profile of DEMO_PROFILES) printProfile(profile);
for (const { name, generate } of FAMILIES) {
  print(name, percentages(idleStatistics(generate({ seed: 1, days: DAYS }).trace)));
}
const seconds = secondsOf(() => DEMO_PROFILES.forEach((profile) => generate(profile, 1)));
console.log(`All ${DEMO_PROFILES.length} SKUs generated in ${seconds.toFixed(2)} s`);
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`);
