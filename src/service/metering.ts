import type { Desk } from "../journal/turn.ts";
import type { ExchangeState } from "../exchange/state.ts";
import type { MeterReading, MeterRequest } from "../ports.ts";
import { integral } from "../schedule/schedule.ts";
import type { EpochMs, Window } from "../units.ts";
import { DAY_MS, earliest, floorTo, gpuMs, HOUR_MS, later } from "../units.ts";

/** Meters that are due: each whole hour (UTC), and whatever has ended. Each request lies in one day (UTC), as usage is shown. */
export function metersDue(state: ExchangeState, pool: string, now: EpochMs): MeterRequest[] {
  const hour = floorTo(now, HOUR_MS);
  const requests: MeterRequest[] = [];
  for (const { contract, pool: where, end, meteredUntil: from, held } of state.deals.values()) {
    if (where !== pool) continue;
    const to = end <= now ? end : earliest(end, hour);
    for (const window of byDay(from, to)) {
      const { start, end: until } = window;
      const nodes = state.bindings.get(contract)?.nodes ?? [];
      const heldGpuMs = integral(held, window);
      requests.push({ contract, from: start, to: until, heldGpuMs, nodes });
    }
  }
  return requests;
}

function byDay(from: EpochMs, to: EpochMs): Window[] {
  const days: Window[] = [];
  for (let start = from; start < to;) {
    const end = earliest(to, later(floorTo(start, DAY_MS), DAY_MS));
    days.push({ start, end });
    start = end;
  }
  return days;
}

/** A reading that is billed already, or contradicts what was sold, changes nothing. @returns the contradictions */
export function takeMeterReadings(desk: Desk, readings: readonly MeterReading[]): string[] {
  const refused: string[] = [];
  for (const { contract, from, to, gpuMs: delivered } of readings) {
    const reading = { contract, from, to, gpuMs: gpuMs(delivered) };
    const refusal = desk.do({ type: "record_usage", reading });
    if (refusal !== null && refusal !== "already_metered") refused.push(`${contract}: ${refusal}`);
  }
  return refused;
}
