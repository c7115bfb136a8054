import { describe, expect, test } from "vitest";
import { FIRM, HOUR_MS, MINUTE_MS, durationMs, gpus, notice, ppm } from "../units.ts";
import type { PolicyFaultName } from "./check.ts";
import { checkPolicy } from "./check.ts";
import type { Policy, Rung } from "./policy.ts";

const firm: Rung = {
  notice: FIRM,
  duration: durationMs(24 * HOUR_MS),
  priceFactor: ppm(1_000_000),
  minimumRun: durationMs(HOUR_MS),
  maxRecallChance: 0,
};
const spot: Rung = {
  notice: notice(2 * MINUTE_MS),
  duration: durationMs(24 * HOUR_MS),
  priceFactor: ppm(400_000),
  minimumRun: durationMs(0),
  maxRecallChance: 1,
};
const sound: Policy = {
  lot: gpus(8),
  rungs: [firm, spot],
  allowedWaits: [
    { upTo: gpus(64), wait: durationMs(2 * MINUTE_MS) },
    { upTo: null, wait: durationMs(15 * MINUTE_MS) },
  ],
  epsilon: 0.02,
  reserve: gpus(0),
  onShortfall: "break",
  compensation: { recall: ppm(100_000), breach: ppm(1_000_000) },
};

function rungs(...changes: Partial<Rung>[]): Partial<Policy> {
  const [ofFirm = {}, ofSpot = {}] = changes;
  return {
    rungs: [
      { ...firm, ...ofFirm },
      { ...spot, ...ofSpot },
    ],
  };
}

const wait = durationMs(2 * MINUTE_MS);

const FAULTS: readonly [PolicyFaultName, string, Partial<Policy>][] = [
  ["no_rungs", "rungs", { rungs: [] }],
  [
    "rungs_out_of_order",
    "rungs[1].notice",
    { rungs: [spot, { ...spot, notice: notice(HOUR_MS) }] },
  ],
  ["rungs_out_of_order", "rungs[1].notice", { rungs: [spot, spot] }],
  ["price_factor_out_of_range", "rungs[1].price_factor", rungs({}, { priceFactor: ppm(0) })],
  ["price_factor_out_of_range", "rungs[0].price_factor", rungs({ priceFactor: ppm(1_000_001) })],
  ["price_factor_rises", "rungs[1].price_factor", rungs({ priceFactor: ppm(300_000) })],
  ["duration_not_whole_minutes", "rungs[1].notice", rungs({}, { notice: notice(90_000) })],
  ["duration_not_whole_minutes", "rungs[0].duration", rungs({ duration: durationMs(HOUR_MS + 1) })],
  ["duration_not_whole_minutes", "rungs[1].minimum_run", rungs({}, { minimumRun: durationMs(1) })],
  ["duration_within_notice", "rungs[1].duration", rungs({}, { duration: wait })],
  [
    "duration_within_notice",
    "rungs[0].duration",
    rungs({ duration: durationMs(0), minimumRun: durationMs(0) }),
  ],
  [
    "minimum_run_beyond_duration",
    "rungs[0].minimum_run",
    rungs({ minimumRun: durationMs(25 * HOUR_MS) }),
  ],
  ["recall_chance_out_of_range", "rungs[1].max_recall_chance", rungs({}, { maxRecallChance: 1.1 })],
  ["firm_recall_chance_not_zero", "rungs[0].max_recall_chance", rungs({ maxRecallChance: 0.1 })],
  ["no_allowed_wait", "allowed_wait", { allowedWaits: [] }],
  [
    "allowed_waits_out_of_order",
    "allowed_wait[1].up_to_gpus",
    {
      allowedWaits: [
        { upTo: gpus(8), wait },
        { upTo: gpus(8), wait },
        { upTo: null, wait },
      ],
    },
  ],
  [
    "allowed_waits_out_of_order",
    "allowed_wait[0].up_to_gpus",
    {
      allowedWaits: [
        { upTo: gpus(0), wait },
        { upTo: null, wait },
      ],
    },
  ],
  ["allowed_waits_open_ended", "allowed_wait[0]", { allowedWaits: [{ upTo: gpus(64), wait }] }],
  [
    "allowed_waits_open_ended",
    "allowed_wait[1]",
    {
      allowedWaits: [
        { upTo: null, wait },
        { upTo: null, wait },
      ],
    },
  ],
  ["lot_below_one", "lot_gpus", { lot: gpus(0) }],
  ["reserve_negative", "reserve_gpus", { reserve: gpus(-8) }],
  ["epsilon_out_of_range", "epsilon", { epsilon: 0 }],
  ["epsilon_out_of_range", "epsilon", { epsilon: 0.51 }],
  ["epsilon_out_of_range", "epsilon", { epsilon: Number.NaN }],
  [
    "compensation_negative",
    "compensation.recall",
    { compensation: { recall: ppm(-1), breach: ppm(0) } },
  ],
  [
    "notice_beyond_allowed_waits",
    "allowed_wait",
    { allowedWaits: [{ upTo: null, wait: durationMs(MINUTE_MS) }] },
  ],
];

describe("a policy", () => {
  test("without contradictions has no fault", () => {
    expect(checkPolicy(sound)).toEqual([]);
  });

  test("that sells firm alone has none: it recalls nothing", () => {
    expect(checkPolicy({ ...sound, rungs: [firm] })).toEqual([]);
  });

  test.each(FAULTS)("has the fault %s at %s", (name, path, change) => {
    const faults = checkPolicy({ ...sound, ...change });
    expect(faults.map((fault) => [fault.name, fault.path])).toEqual([[name, path]]);
    expect(faults[0]?.sentence).toMatch(/^[a-z].{15,}[^.]$/);
  });

  test("with several faults names them all, in the documented order", () => {
    const order = FAULTS.map(([name]) => name);
    const every = checkPolicy({
      ...sound,
      ...rungs({ maxRecallChance: 2, priceFactor: ppm(0) }, { duration: durationMs(0) }),
      allowedWaits: [],
      lot: gpus(-1),
      epsilon: 1,
    }).map((fault) => fault.name);
    expect(every).toEqual([
      "price_factor_out_of_range",
      "price_factor_rises",
      "duration_within_notice",
      "recall_chance_out_of_range",
      "firm_recall_chance_not_zero",
      "no_allowed_wait",
      "lot_below_one",
      "epsilon_out_of_range",
    ]);
    expect(every.map((name) => order.indexOf(name))).toEqual(
      every.map((name) => order.indexOf(name)).toSorted((a, b) => a - b),
    );
  });
});
