import { expect, test } from "vitest";
import { testWorld } from "../http/api.test-data.ts";
import { poolOf } from "../market/state.ts";
import { demoSite } from "./demo.ts";
import { policiesPassedOver } from "./founded-otherwise.ts";
import { durationMs, epochMs, gpus, HOUR_MS } from "../units.ts";

test("whoever starts with another policy than pools go by is told which, and what to do", async () => {
  const { context } = await testWorld();
  const { state } = context.journal.durable;
  const { policy } = poolOf(state.market, "a100");
  expect(policiesPassedOver(state, () => structuredClone(policy))).toBeNull();
  const told = policiesPassedOver(state, () => ({ ...policy, reserve: gpus(policy.reserve + 8) }));
  expect(told).toMatch(/a100 go by: .* PUT \/v1\/pools\/\{pool\}\/policy$/);
});

test("the simulated site has the lots that its pools go by", async () => {
  const { context } = await testWorld();
  const { policy } = poolOf(context.journal.durable.state.market, "a100");
  const odd = { ...policy, lot: gpus(24) };
  const { pools } = demoSite(() => odd, epochMs(0), durationMs(HOUR_MS), 1);
  const sizes = pools.flatMap(({ config }) => config.fabrics.map((fabric) => fabric.gpus));
  expect(sizes.filter((size) => size % 24 > 0)).toEqual([]);
  expect(sizes.some((size) => size > 0)).toBe(true);
});
