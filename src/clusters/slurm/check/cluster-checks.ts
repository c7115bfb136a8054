import { type Check, check, firstOf } from "./check.ts";
import type { CheckFacts } from "./facts.ts";
import { numberOf, valueOf, wordsOf } from "./settings.ts";

/** What must be so for contracts to be delivered at all. */
export function clusterChecks(facts: CheckFacts): Check[] {
  const { controller } = facts.seen;
  return [
    check("version", ["ok", `Slurm ${controller.version}`]),
    clock(facts),
    level(facts),
    accounting(facts),
    authentication(facts),
  ];
}

/** Beyond the first something is wrong with NTP; beyond the second, nothing is sold. */
const [TOLERATED_MS, MOST_MS] = [2_000, 30_000];

function clock({ seen: { clockOffsetMs } }: CheckFacts): Check {
  const off = Math.abs(clockOffsetMs);
  const apart = `slurmctld's clock is ${(off / 1_000).toFixed(1)} s off this machine's: set both by NTP`;
  const faults = [
    [off > MOST_MS, "fail", apart],
    [off > TOLERATED_MS, "warn", apart],
  ] as const;
  return check("clock", firstOf(faults, "slurmctld's clock goes as this machine's"));
}

function level({ own: { user, level: has } }: CheckFacts): Check {
  const lacks = `${user} has no level, and can't reserve nodes: sacctmgr modify user ${user} set adminlevel=Operator`;
  const more = has === "administrator" ? "; Operator would do" : "";
  return check("level", firstOf([[has === "none", "fail", lacks]], `${user} is ${has}${more}`));
}

/** Each of these enforces associations as well. */
const ENFORCING = ["associations", "limits", "qos", "safe", "all"];

function accounting({ settings }: CheckFacts): Check {
  const type = valueOf(settings, "AccountingStorageType");
  const enforced = wordsOf(settings, "AccountingStorageEnforce");
  const noStore = `AccountingStorageType is ${type ?? "not set"}: contracts are metered by slurmdbd (accounting_storage/slurmdbd)`;
  const open =
    "AccountingStorageEnforce lacks associations: whoever has a Unix user could run jobs in any account. Set AccountingStorageEnforce=associations,limits,qos";
  const blind =
    "AccountingStorageTRES lacks gres/gpu: which GPUs jobs had isn't remembered, and the owner's demand looks like none. Set AccountingStorageTRES=gres/gpu";
  const isBlind = !wordsOf(settings, "AccountingStorageTRES").includes("gres/gpu");
  const faults = [
    [type !== "accounting_storage/slurmdbd", "fail", noStore],
    [isBlind, "fail", blind],
    [!enforced.some((each) => ENFORCING.includes(each)), "fail", open],
  ] as const;
  return check("accounting", firstOf(faults, `slurmdbd; enforced: ${enforced.join(", ")}`));
}

function authentication({ settings }: CheckFacts): Check {
  const type = valueOf(settings, "AuthType") ?? "not set";
  const weak = `AuthType is ${type}, by which anyone can pretend to be anybody: use auth/munge or auth/slurm`;
  const isSound = ["auth/munge", "auth/slurm"].includes(type);
  return check("authentication", firstOf([[!isSound, "fail", weak]], type));
}

/** How soon the owner has the nodes again, also where Spillway is not there to see to it. */
export function recallChecks(facts: CheckFacts): Check[] {
  return [killWait(facts), completion(facts), overrun(facts), silence(facts)];
}

const MOST_KILL_WAIT = 30;

function killWait({ settings }: CheckFacts): Check {
  const seconds = numberOf(settings, "KillWait") ?? MOST_KILL_WAIT;
  const slow = `KillWait is ${seconds} s: where Spillway is not there at a hand-over, Slurm takes so long to end what ignores it. Set KillWait=30 or less`;
  const faults = [[seconds > MOST_KILL_WAIT, "warn", slow]] as const;
  return check("kill_wait", firstOf(faults, `${seconds} s, where Slurm itself ends a job`));
}

/** What Slurm waits after a wide job, for its own ease. */
const MOST_COMPLETION_MS = 1_000;

function completion({ settings, seen }: CheckFacts): Check {
  const wait = numberOf(settings, "CompleteWait") ?? 0;
  const messages = ((numberOf(settings, "EpilogMsgTime") ?? 0) * seen.nodes.length) / 1_000;
  const waits = `CompleteWait is ${wait} s: after each job, the owner's next one waits so long. Set CompleteWait=0`;
  const spread = `EpilogMsgTime spreads the end of a job of all nodes over ${(messages / 1_000).toFixed(1)} s. Set EpilogMsgTime=1`;
  const faults = [
    [wait > 0, "warn", waits],
    [messages > MOST_COMPLETION_MS, "warn", spread],
  ] as const;
  return check("completion", firstOf(faults, "nodes are free as soon as their jobs have ended"));
}

function overrun({ settings }: CheckFacts): Check {
  const text = valueOf(settings, "ResvOverRun") ?? "0";
  const late = `ResvOverRun is ${text}: where Spillway is not there at a hand-over, jobs may go on for so long. Set ResvOverRun=0`;
  const isLate = !/^0\b/.test(text);
  return check("overrun", firstOf([[isLate, "warn", late]], "jobs end with their reservation"));
}

const MOST_SILENCE = 600;

function silence({ settings }: CheckFacts): Check {
  const seconds = numberOf(settings, "SlurmdTimeout") ?? 0;
  const never =
    "SlurmdTimeout is 0: a node that no longer answers stays up for ever, is sold and is billed. Set SlurmdTimeout=300";
  const long = `SlurmdTimeout is ${seconds} s: a node that no longer answers is noticed only then, and meters are read only after it. Set SlurmdTimeout=300`;
  const faults = [
    [seconds === 0, "warn", never],
    [seconds > MOST_SILENCE, "warn", long],
  ] as const;
  return check("silent_nodes", firstOf(faults, `set down after ${seconds} s`));
}
