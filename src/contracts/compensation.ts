import type { EpochMs, Gpus, MicroUsd } from "../units.ts";
import {
  addMoney,
  charge,
  earliest,
  elapsed,
  gpusOver,
  later,
  latest,
  NO_MONEY,
  ONE_PPM,
  ppm,
  shareOf,
} from "../units.ts";
import type { Contract } from "./contract.ts";

/**
 * Owed for a lawful recall of `gpus` handed over at `due` which would have been held until `until`: the agreed share of
 * the undelivered price, and the missing part of the minimum run in full.
 */
export function recallCompensation(
  contract: Contract,
  gpus: Gpus,
  due: EpochMs,
  until: EpochMs,
): MicroUsd {
  const share = contract.promise.recallCompensation;
  const { window, promise } = contract;
  const ripe = later(window.start, promise.minimumRun);
  const rest = priceBetween(contract, gpus, due, until);
  const missing = priceBetween(contract, gpus, due, earliest(ripe, until));
  const topUp = ppm(Math.max(0, ONE_PPM - share));
  return addMoney(shareOf(rest, share, "ceil"), shareOf(missing, topUp, "ceil"));
}

/** Owed for a breach that takes `gpus` at `taken` which would have been held until `until`. */
export function breachCredit(
  contract: Contract,
  gpus: Gpus,
  taken: EpochMs,
  until: EpochMs,
): MicroUsd {
  const undelivered = priceBetween(contract, gpus, taken, until);
  return shareOf(undelivered, contract.promise.breachCompensation, "ceil");
}

/** The price of `gpus` of the contract over that part of `[from, until)` in which it runs. Rounded up, for the holder. */
function priceBetween(contract: Contract, gpus: Gpus, from: EpochMs, until: EpochMs): MicroUsd {
  const start = latest(from, contract.window.start);
  const end = earliest(until, contract.window.end);
  if (start >= end) return NO_MONEY;
  return charge(contract.price, gpusOver(gpus, elapsed(start, end)), "ceil");
}
