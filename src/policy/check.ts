import { MINUTE_MS, durationMs, isFirm, notice } from "../units.ts";
import { formatDuration, formatNotice } from "./duration.ts";
import type { AllowedWait, Policy, Rung } from "./policy.ts";

/** What may be wrong with a policy, in the order in which it is looked for. */
export type PolicyFaultName =
  | "no_rungs"
  | "rungs_out_of_order"
  | "price_factor_out_of_range"
  | "price_factor_rises"
  | "duration_not_whole_minutes"
  | "duration_within_notice"
  | "minimum_run_beyond_duration"
  | "recall_chance_out_of_range"
  | "firm_recall_chance_not_zero"
  | "no_allowed_wait"
  | "allowed_waits_out_of_order"
  | "allowed_waits_open_ended"
  | "lot_below_one"
  | "reserve_negative"
  | "epsilon_out_of_range"
  | "compensation_negative"
  | "notice_beyond_allowed_waits";

export interface PolicyFault {
  readonly name: PolicyFaultName;
  /** Where in the policy file, such as `rungs[2].duration`. */
  readonly path: string;
  /** What is wrong and what to change. */
  readonly sentence: string;
}

/** @returns every way in which the policy contradicts itself, in the order of {@link PolicyFaultName} */
export function checkPolicy(policy: Policy): PolicyFault[] {
  return [
    ...rungsFaults(policy.rungs),
    ...waitsFaults(policy.allowedWaits),
    ...figuresFaults(policy),
    ...reachFaults(policy),
  ];
}

function rungsFaults(rungs: readonly Rung[]): PolicyFault[] {
  if (rungs.length === 0) {
    const sentence = "add at least one rung: without one nothing can be sold";
    return [{ name: "no_rungs", path: "rungs", sentence }];
  }
  const checks = [orderFault, factorFault, factorOrderFault, minutesFault, lengthFault];
  const shares = [minimumRunFault, chanceFault, firmChanceFault];
  return [...checks, ...shares].flatMap((check) =>
    rungs.flatMap((rung, i) => check(rung, `rungs[${i}]`, rungs[i - 1]) ?? []),
  );
}

type RungCheck = (rung: Rung, path: string, before: Rung | undefined) => PolicyFault | null;

const orderFault: RungCheck = (rung, path, before) => {
  if (!before || before.notice > rung.notice) return null;
  const sentence = `put the longest notice first and each only once: ${formatNotice(rung.notice)} follows ${formatNotice(before.notice)}`;
  return { name: "rungs_out_of_order", path: `${path}.notice`, sentence };
};

const factorFault: RungCheck = (rung, path) => {
  if (rung.priceFactor > 0 && rung.priceFactor <= 1_000_000) return null;
  const sentence = `choose a share of the firm price above 0 and at most 1, not ${rung.priceFactor / 1e6}`;
  return { name: "price_factor_out_of_range", path: `${path}.price_factor`, sentence };
};

const factorOrderFault: RungCheck = (rung, path, before) => {
  if (!before || rung.priceFactor <= before.priceFactor) return null;
  const sentence = `a shorter notice is worth no more than a longer one: lower ${rung.priceFactor / 1e6} to ${before.priceFactor / 1e6} or less`;
  return { name: "price_factor_rises", path: `${path}.price_factor`, sentence };
};

const minutesFault: RungCheck = (rung, path) => {
  const offending = (
    [
      ["notice", isFirm(rung.notice) ? 0 : rung.notice],
      ["duration", rung.duration],
      ["minimum_run", rung.minimumRun],
    ] as const
  ).find(([, ms]) => ms % MINUTE_MS !== 0);
  if (!offending) return null;
  const [field, ms] = offending;
  const sentence = `schedules are in whole minutes: round ${formatDuration(durationMs(ms))}`;
  return { name: "duration_not_whole_minutes", path: `${path}.${field}`, sentence };
};

const lengthFault: RungCheck = (rung, path) => {
  const least = isFirm(rung.notice) ? 0 : rung.notice;
  if (rung.duration > least) return null;
  const sentence = isFirm(rung.notice)
    ? "a contract lasts longer than 0m"
    : `make the contract longer than its notice of ${formatNotice(rung.notice)}, or no recall could ever come in time`;
  return { name: "duration_within_notice", path: `${path}.duration`, sentence };
};

const minimumRunFault: RungCheck = (rung, path) => {
  if (rung.minimumRun >= 0 && rung.minimumRun <= rung.duration) return null;
  const sentence = `choose a minimum run from 0m to the contract's ${formatDuration(rung.duration)}`;
  return { name: "minimum_run_beyond_duration", path: `${path}.minimum_run`, sentence };
};

const chanceFault: RungCheck = (rung, path) => {
  if (rung.maxRecallChance >= 0 && rung.maxRecallChance <= 1) return null;
  const sentence = `choose a chance from 0 to 1, not ${rung.maxRecallChance}`;
  return { name: "recall_chance_out_of_range", path: `${path}.max_recall_chance`, sentence };
};

const firmChanceFault: RungCheck = (rung, path) => {
  if (!isFirm(rung.notice) || rung.maxRecallChance === 0) return null;
  const sentence = "a firm contract is never recalled: its chance is 0";
  return { name: "firm_recall_chance_not_zero", path: `${path}.max_recall_chance`, sentence };
};

function waitsFaults(waits: readonly AllowedWait[]): PolicyFault[] {
  const last = waits.at(-1);
  if (!last) {
    const sentence = `say how long a surprise run may wait, at least [{ "wait": "15m" }]`;
    return [{ name: "no_allowed_wait", path: "allowed_wait", sentence }];
  }
  const faults = [waitOrderFault, waitOpenFault].flatMap((check) =>
    waits.flatMap((wait, i) => check(wait, `allowed_wait[${i}]`, waits[i - 1]) ?? []),
  );
  if (last.upTo === null) return faults;
  const sentence = `end with a wait without up_to_gpus: runs of more than ${last.upTo} GPUs have none`;
  const path = `allowed_wait[${waits.length - 1}]`;
  return [...faults, { name: "allowed_waits_open_ended", path, sentence }];
}

type WaitCheck = (
  wait: AllowedWait,
  path: string,
  before: AllowedWait | undefined,
) => PolicyFault | null;

const waitOrderFault: WaitCheck = (wait, path, before) => {
  const least = before ? (before.upTo ?? Infinity) : 0;
  if (wait.upTo === null || wait.upTo > least || least === Infinity) return null;
  const sentence = before
    ? `list sizes in rising order: ${wait.upTo} follows ${least}`
    : `a run has at least one GPU, not ${wait.upTo}`;
  return { name: "allowed_waits_out_of_order", path: `${path}.up_to_gpus`, sentence };
};

const waitOpenFault: WaitCheck = (_wait, path, before) => {
  if (!before || before.upTo !== null) return null;
  const sentence = "only the last wait may lack up_to_gpus: what follows it applies to no run";
  return { name: "allowed_waits_open_ended", path, sentence };
};

function figuresFaults(policy: Policy): PolicyFault[] {
  const { lot, reserve, epsilon, compensation } = policy;
  const faults: PolicyFault[] = [];
  const add = (name: PolicyFaultName, path: string, sentence: string): void => {
    faults.push({ name, path, sentence });
  };
  if (lot < 1) add("lot_below_one", "lot_gpus", `sell at least one GPU at a time, not ${lot}`);
  if (reserve < 0) add("reserve_negative", "reserve_gpus", "a reserve is 0 GPUs or more");
  if (!(epsilon > 0 && epsilon <= 0.5)) {
    add(
      "epsilon_out_of_range",
      "epsilon",
      `choose a chance above 0 and at most 0.5, not ${epsilon}`,
    );
  }
  for (const kind of ["recall", "breach"] as const) {
    if (compensation[kind] >= 0) continue;
    add("compensation_negative", `compensation.${kind}`, "a compensation is 0 or more");
  }
  return faults;
}

/**
 * A surprise is met by recalls; where even the shortest notice outlasts every wait, none could be met in time. A
 * policy that sells firm alone is let through: it recalls nothing, and is what the others are measured against.
 */
function reachFaults(policy: Policy): PolicyFault[] {
  const shortest = notice(Math.min(...policy.rungs.map((rung) => rung.notice)));
  const longest = Math.max(0, ...policy.allowedWaits.map((wait) => wait.wait));
  if (policy.allowedWaits.length === 0) return [];
  if (isFirm(shortest) || shortest <= longest) return [];
  const sentence = `no surprise run could be met lawfully: add a rung with a notice of ${formatDuration(durationMs(longest))} or less, or allow a wait of ${formatNotice(shortest)}`;
  return [{ name: "notice_beyond_allowed_waits", path: "allowed_wait", sentence }];
}
