import { expect, test } from "vitest";
import type { UsageTrace } from "../../fleet/usage.ts";
import { durationMs, epochMs, gpus, HOUR_MS, later } from "../../units.ts";
import { simulatedCluster } from "./cluster.ts";

const DAY = 24;
const START = epochMs(0);
const ORIGIN = epochMs(1_000 * HOUR_MS);

const TRACE: UsageTrace = {
  name: "a day",
  start: START,
  step: HOUR_MS,
  demand: Int32Array.from({ length: DAY }, (_, hour) => hour),
  total: Int32Array.from({ length: DAY }, () => 40),
  outage: Uint8Array.from({ length: DAY }, (_, hour) => (hour === 5 ? 1 : 0)),
  skippedRows: 0,
};

const RUN = {
  declared: epochMs(2 * HOUR_MS),
  start: epochMs(4 * HOUR_MS),
  duration: durationMs(2 * HOUR_MS),
  gpus: gpus(8),
  group: "team",
};

const CLUSTER = simulatedCluster({
  pool: "p",
  trace: TRACE,
  calendar: [RUN],
  origin: ORIGIN,
  fabrics: ["a", "b", "c"],
  lot: gpus(8),
});

const hour = (count: number) => later(ORIGIN, durationMs(count * HOUR_MS));

async function sizes(time: number) {
  return (await CLUSTER.read(hour(time))).fabrics.map((fabric) => fabric.gpus);
}

test("a trace is read by its own clock, and begins anew when it ends", async () => {
  for (const turn of [0, 1, 3]) {
    expect((await CLUSTER.read(hour(turn * DAY + 7))).demand).toBe(7);
  }
});

test("GPUs lie in whole lots, what is left over in the first fabric; an outage has none", async () => {
  expect(await sizes(0)).toEqual([24, 8, 8]);
  expect(await sizes(5)).toEqual([0, 0, 0]);
});

test("a run is shown from its declaration to its end, under another id at each turn", async () => {
  const shown = async (time: number) => (await CLUSTER.read(hour(time))).declared;
  expect(await shown(1)).toEqual([]);
  const [first] = await shown(3);
  expect(first).toMatchObject({ name: "team", start: hour(4), gpus: 8 });
  expect(await shown(6)).toEqual([]);
  const [next] = await shown(DAY + 3);
  expect(next).toMatchObject({ start: hour(DAY + 4) });
  expect(next?.id).not.toBe(first?.id);
});

test("its history ends when it is asked for, and has no gaps", async () => {
  const history = await CLUSTER.history(hour(3));
  expect(history).toHaveLength(DAY);
  expect(history.at(-1)).toEqual({ start: hour(2), mean: 0.05, peak: 0.05, pressure: 0.05 });
  for (const [index, { start }] of history.entries()) expect(start).toBe(hour(3 - DAY + index));
  expect(history.find(({ start }) => start === hour(5 - DAY))?.mean).toBeNull();
});

test("it delivers all that is held", async () => {
  const window = { contract: "c", from: hour(0), to: hour(1) };
  const asked = { ...window, heldGpuMs: 5, nodes: [] };
  expect(await CLUSTER.meter([asked])).toEqual([{ ...window, gpuMs: 5 }]);
});
