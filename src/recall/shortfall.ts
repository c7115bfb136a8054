/**
 * The owner's demand has arrived and does not fit beside what is sold: who makes way, and when.
 *
 * - Declared runs and lost capacity cannot wait: what they lack is taken at once, as a breach.
 * - A surprise run may wait as long as the policy allows a run of its size. What it lacks by then is recalled from
 *   contracts whose whole notice fits into that wait, the cheapest set of them.
 * - Where those are not enough, the policy says who yields: `break` takes the cheapest rest at the end of the allowed
 *   wait, a breach; `wait` recalls under the shortest notices there are, and the run waits longer than it should.
 */
import type { Holdings } from "../contracts/holdings.ts";
import type { Policy } from "../policy/policy.ts";
import { allowedWait } from "../policy/waits.ts";
import type { DurationMs, EpochMs, Gpus, Notice } from "../units.ts";
import { ceilTo, elapsed, isFirm, later, MINUTE_MS } from "../units.ts";
import { breakable, recallable } from "./candidates.ts";
import type { Taking } from "./take-back.ts";
import { freedAt, freedBy, lessTaken, takeBack } from "./take-back.ts";

export interface Arrival {
  readonly now: EpochMs;
  readonly capacity: Gpus;
  /** The owner's demand, at most `capacity`. */
  readonly demand: Gpus;
  /** That part of the demand which is a surprise run, just arrived. */
  readonly surprise: Gpus;
  /** GPUs that contracts still hold at a time under a surprise recall that is due later: earlier runs wait for them. */
  readonly awaited: (at: EpochMs) => Gpus;
}

export interface Response {
  readonly recalls: readonly Taking[];
  readonly breaches: readonly Taking[];
}

/** What is held a moment after `time`. */
export function heldAfter(holdings: Holdings, time: EpochMs): Gpus {
  const minute = ceilTo(time, MINUTE_MS);
  return holdings.heldInAll({ start: minute, end: later(minute, MINUTE_MS) });
}

/**
 * What must be handed over now, without any wait: room for the demand that is no surprise.
 * @returns takings that breach their contracts' notices, due at once; to be carried out before {@link meetSurprise}
 */
export function meetAtOnce(holdings: Holdings, policy: Policy, arrival: Arrival): Taking[] {
  const at = ceilTo(arrival.now, MINUTE_MS);
  // Where the owner waits, only GPUs that are no longer there are taken at once: nobody can hold those.
  const steady = policy.onShortfall === "wait" ? 0 : arrival.demand - arrival.surprise;
  const lacking = heldAfter(holdings, at) - arrival.awaited(at) - (arrival.capacity - steady);
  if (lacking <= 0) return [];
  return breakAt(holdings, policy, at, lacking, arrival.capacity - steady, []);
}

/** What makes way for a surprise run within its allowed wait. */
export function meetSurprise(holdings: Holdings, policy: Policy, arrival: Arrival): Response {
  const wait = allowedWait(policy.allowedWaits, arrival.surprise);
  const deadline = later(ceilTo(arrival.now, MINUTE_MS), wait);
  const awaited = arrival.awaited(deadline);
  const lacking = heldAfter(holdings, deadline) - awaited - (arrival.capacity - arrival.demand);
  if (lacking <= 0) return { recalls: [], breaches: [] };
  const recalls = recallUnder(holdings, policy, arrival.now, deadline, lacking);
  const rest = lacking - freedBy(recalls);
  if (rest <= 0) return { recalls, breaches: [] };
  if (policy.onShortfall === "wait") {
    return {
      recalls: [...recalls, ...recallLate(holdings, policy, arrival, recalls, wait)],
      breaches: [],
    };
  }
  const room = arrival.capacity - arrival.demand;
  return { recalls, breaches: breakAt(holdings, policy, deadline, rest, room, recalls) };
}

function recallUnder(
  holdings: Holdings,
  policy: Policy,
  now: EpochMs,
  deadline: EpochMs,
  lacking: number,
): Taking[] {
  const from = ceilTo(now, MINUTE_MS);
  const notices = policy.rungs.map((rung) => rung.notice);
  return takeBack(recallable(holdings, policy, notices, from, from, deadline), lacking, policy.lot);
}

/** Recalls under notices longer than the allowed wait, shortest first: what is still lacking when each is over. */
function recallLate(
  holdings: Holdings,
  policy: Policy,
  { now, capacity, demand, awaited }: Arrival,
  recalls: readonly Taking[],
  wait: DurationMs,
): Taking[] {
  const from = ceilTo(now, MINUTE_MS);
  const takings: Taking[] = [];
  for (const notice of noticesShortestFirst(policy)) {
    if (notice <= wait || isFirm(notice)) continue;
    const due = later(from, notice);
    const freed = freedAt([...recalls, ...takings], due);
    const lacking = heldAfter(holdings, due) - awaited(due) - (capacity - demand) - freed;
    const candidates = recallable(holdings, policy, [notice], from, from, due);
    takings.push(...takeBack(candidates, lacking, policy.lot));
  }
  return takings;
}

function noticesShortestFirst(policy: Policy): Notice[] {
  return policy.rungs.map((rung) => rung.notice).toReversed();
}

/**
 * The cheapest breaches besides what is being recalled already. GPUs that are on their way to an earlier run may be
 * taken sooner, but they come to it alone: what is lacking even when they have arrived is taken from other GPUs.
 * @param room what may be held beside the demand
 */
function breakAt(
  holdings: Holdings,
  policy: Policy,
  at: EpochMs,
  lacking: number,
  room: number,
  recalls: readonly Taking[],
): Taking[] {
  const settled = later(at, Math.max(...policy.allowedWaits.map(({ wait }) => wait)) as DurationMs);
  const lackingThen = heldAfter(holdings, settled) - freedAt(recalls, settled) - room;
  const candidates = lessTaken(breakable(holdings, policy, at), recalls);
  const lasting = candidates.filter(({ until }) => until > settled);
  const taken = takeBack(lasting, Math.min(lacking, lackingThen), policy.lot);
  const rest = lacking - freedBy(taken);
  return [...taken, ...takeBack(lessTaken(candidates, taken), rest, policy.lot)];
}

/** GPUs of a surprise run that got their capacity together, and how long they waited for it. */
export interface WaitedGpus {
  readonly gpus: Gpus;
  readonly wait: DurationMs;
}

/**
 * How long the GPUs of a surprise run wait from the minute of its arrival on, once recalls and breaches stand in the
 * holdings. What was there before the run has precedence, but for what it awaits itself; GPUs that are not free at
 * `until` wait a minute longer at least, and are counted so.
 */
export function waitsOf(holdings: Holdings, arrival: Arrival, until: EpochMs): WaitedGpus[] {
  const start = ceilTo(arrival.now, MINUTE_MS);
  const end = later(ceilTo(until, MINUTE_MS), MINUTE_MS);
  const steady = arrival.demand - arrival.surprise;
  const waits: WaitedGpus[] = [];
  let served = 0;
  for (const { at, gpus: held } of holdings.steps({ start, end })) {
    const room = arrival.capacity - held + arrival.awaited(at) - steady;
    const now = Math.min(arrival.surprise, Math.max(served, room));
    if (now > served) {
      waits.push({ gpus: (now - served) as Gpus, wait: elapsed(start, at) });
      served = now;
    }
  }
  const rest = arrival.surprise - served;
  if (rest > 0) waits.push({ gpus: rest as Gpus, wait: elapsed(start, end) });
  return waits;
}
