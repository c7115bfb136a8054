import { expect, test } from "vitest";
import { traceEnd } from "../fleet/usage.ts";
import { DAY_MS } from "../units.ts";
import type { DemoCluster } from "./cluster.ts";
import { FAMILIES } from "./families.ts";
import { idleStatistics } from "./statistics.ts";

const DAYS = 30;

function faultsOfTrace({ trace }: DemoCluster): string[] {
  const { demand, total, outage } = trace;
  const steps = (DAYS * DAY_MS) / trace.step;
  const checks: [boolean, string][] = [
    [demand.length === steps, "demand has another length"],
    [total.length === steps, "total has another length"],
    [outage.length === steps, "outage has another length"],
    [demand.every((gpus) => gpus >= 0), "demand falls below zero"],
    [total.every((gpus) => gpus > 0), "capacity is missing"],
    [outage.every((down, step) => down === 0 || demand[step] === 0), "jobs run in an outage"],
  ];
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault);
}

function faultsOfCalendar({ trace, calendar }: DemoCluster): string[] {
  return calendar.flatMap((run, index) => {
    const checks: [boolean, string][] = [
      [run.declared < traceEnd(trace), "a run is declared after the end"],
      [run.declared < run.start, "a run is declared after its start"],
      [run.start + run.duration > trace.start, "a run is over before the trace"],
      [run.duration > 0 && run.gpus > 0, "a run is empty"],
      [run.declared >= (calendar[index - 1] ?? run).declared, "runs are out of order"],
    ];
    return checks.filter(([holds]) => !holds).map(([, fault]) => fault);
  });
}

test("there are a dozen families and more, each with a name of its own", () => {
  expect(FAMILIES.length).toBeGreaterThanOrEqual(12);
  expect(new Set(FAMILIES.map(({ name }) => name)).size).toBe(FAMILIES.length);
});

test.each(FAMILIES)("$name is well-formed for any seed", ({ generate }) => {
  for (const seed of [1, 2, 3]) {
    const cluster = generate({ seed, days: DAYS });
    expect([...faultsOfTrace(cluster), ...faultsOfCalendar(cluster)]).toEqual([]);
  }
});

test.each(FAMILIES)("$name comes again from its seed and not from another", ({ generate }) => {
  const once = generate({ seed: 7, days: DAYS });
  expect(generate({ seed: 7, days: DAYS })).toEqual(once);
  expect(generate({ seed: 8, days: DAYS }).trace.demand).not.toEqual(once.trace.demand);
});

function of(name: string): DemoCluster {
  const family = FAMILIES.find((each) => each.name === name);
  if (!family) throw new Error(`no family is called ${name}`);
  return family.generate({ seed: 1, days: 120 });
}

function overshoot({ trace }: DemoCluster): number {
  const over = trace.demand.filter((gpus, step) => gpus > (trace.total[step] ?? 0));
  return over.length / trace.demand.length;
}

function idleIn(name: string, from: number, to: number): number {
  const { trace } = of(name);
  const cut = (values: Int32Array): Int32Array =>
    values.slice(from * values.length, to * values.length);
  const part = { ...trace, demand: cut(trace.demand), total: cut(trace.total) };
  return idleStatistics(part).mean;
}

test("the families are the extremes that their names say", () => {
  expect(overshoot(of("queueing"))).toBeGreaterThan(0.25);
  expect(idleStatistics(of("nearly full").trace).mean).toBeLessThan(0.1);
  expect(idleStatistics(of("nearly empty").trace).mean).toBeGreaterThan(0.9);
  expect(idleIn("drifting up", 0, 0.2) - idleIn("drifting up", 0.8, 1)).toBeGreaterThan(0.3);
  expect(idleIn("drifting down", 0.8, 1) - idleIn("drifting down", 0, 0.2)).toBeGreaterThan(0.3);
  expect(new Set(of("growing and shrinking").trace.total)).toEqual(new Set([1024, 1536, 896]));
  expect(of("outage").trace.outage.filter((down) => down === 1)).toHaveLength(30);
  const quiet = idleStatistics(of("quiet steps").trace);
  const diurnal = idleStatistics(of("diurnal").trace);
  expect(quiet.error1h).toBeLessThan(0.01);
  expect(diurnal.wholeDayMinimum).toBeLessThan(0.6 * diurnal.mean);
});
