import type { Desk } from "../journal/turn.ts";
import type { ExchangeState } from "../exchange/state.ts";
import type { MeterReading, MeterRequest } from "../ports.ts";
import { integral } from "../schedule/schedule.ts";
import type { EpochMs } from "../units.ts";
import { earliest, floorTo, gpuMs, HOUR_MS } from "../units.ts";

/** Meters that are due: each whole hour (UTC), and whatever has ended. */
export function metersDue(state: ExchangeState, pool: string, now: EpochMs): MeterRequest[] {
  const hour = floorTo(now, HOUR_MS);
  const requests: MeterRequest[] = [];
  for (const { contract, pool: where, end, meteredUntil: from, held } of state.deals.values()) {
    if (where !== pool) continue;
    const to = end <= now ? end : earliest(end, hour);
    if (to <= from) continue;
    requests.push({ contract, from, to, heldGpuMs: integral(held, { start: from, end: to }) });
  }
  return requests;
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
