/** What must hold whatever is killed, by what Slurm and the API show: none of it by Spillway's own rules. */
import type { Lab } from "../../../src/labs/slurm/lab.ts";
import { inside } from "../tenants.ts";
import type { Installation } from "./installation.ts";
import type { ContractShape } from "./trade.ts";

interface RunningJob {
  readonly id: string;
  readonly account: string;
  readonly nodes: readonly string[];
}

interface OfferingShape {
  readonly delivery_faults: readonly { readonly contract: string | null; readonly code: string }[];
}

interface NoticeShape {
  readonly contract: string;
  readonly due: string;
}

/** Around an instant at which a node changes hands, either is right. */
const CHANGING_MS = 5_000;

async function runningJobs(lab: Lab): Promise<RunningJob[]> {
  const text = await inside(lab, ["squeue", "-h", "-t", "R", "-o", "%A|%a|%N"]);
  const lines = text.split("\n").filter((line) => line !== "");
  return Promise.all(
    lines.map(async (line) => {
      const [id = "", account = "", list = ""] = line.split("|");
      return { id, account, nodes: await expand(lab, list) };
    }),
  );
}

async function expand(lab: Lab, list: string): Promise<readonly string[]> {
  if (!list.includes("[")) return list === "" ? [] : [list];
  return (await inside(lab, ["scontrol", "show", "hostnames", list])).split("\n");
}

/** Nodes on which two run that have nothing to do with each other. */
export async function sharedNodes(lab: Lab): Promise<string[]> {
  const holders = new Map<string, Set<string>>();
  for (const { account, nodes } of await runningJobs(lab)) {
    for (const node of nodes) holders.set(node, (holders.get(node) ?? new Set()).add(account));
  }
  return [...holders]
    .filter(([, accounts]) => accounts.size > 1)
    .map(([node, accounts]) => `${node} has jobs of ${[...accounts].join(" and ")}`);
}

/** What is not as the contracts say, a sentence each. */
export async function amiss(
  { lab, ask }: { readonly lab: Lab; readonly ask: Installation["ask"] },
  contracts: readonly ContractShape[],
): Promise<string[]> {
  const { data: notices } = await ask<{ data: readonly NoticeShape[] }>("GET", "/v1/notices", {
    query: { status: "noticed", limit: 200 },
  });
  // The owner's jobs are there already, and no other node is free: what is lacking is told, and not billed.
  const { delivery_faults } = await ask<OfferingShape>("GET", "/v1/pools/lab/offering");
  const lacking = new Set(
    delivery_faults.filter(({ code }) => code === "nodes_lacking").map(({ contract }) => contract),
  );
  const now = Date.now();
  const leaving = new Set(notices.map(({ contract }) => contract));
  const wanted = new Map<string, readonly string[]>(
    contracts.flatMap((contract) => {
      const dues = notices
        .filter((notice) => notice.contract === contract.id)
        .map(({ due }) => Date.parse(due));
      const nodes = nodesNow(contract, dues, now);
      return nodes.length === 0 ? [] : [[`spw-lab_${contract.id}`, nodes] as const];
    }),
  );
  const found: string[] = [];
  const there = await reservations(lab);
  for (const [name, nodes] of wanted) {
    const held = there.get(name)?.join(",") ?? "nothing";
    const contract = name.replace("spw-lab_", "");
    if (lacking.has(contract)) continue;
    // A holder who runs nothing after a recall of all nodes has handed over.
    if (held === "nothing" && leaving.has(contract)) continue;
    if (held !== nodes.join(",")) found.push(`${name} holds ${held}, not ${nodes.join(",")}`);
  }
  const changing = new Set<string>(
    contracts.filter((each) => isChanging(each, now)).map(({ id }) => `spw-lab_${id}`),
  );
  for (const name of there.keys()) {
    if (!wanted.has(name) && !changing.has(name)) found.push(`${name} is nobody's`);
  }
  return [...found, ...(await strays(lab, contracts, now))];
}

/** Those that its reservation should have: none while one of them changes hands. */
function nodesNow(contract: ContractShape, dues: readonly number[], now: number): string[] {
  if (isChanging(contract, now)) return [];
  const begin = Math.max(now, Date.parse(contract.start));
  const live = (contract.nodes ?? []).filter(
    ({ from, until }) => Date.parse(from) <= begin && Date.parse(until) > now,
  );
  const kept = live.filter(({ until }) => !dues.includes(Date.parse(until)));
  const last = Math.max(...live.map(({ until }) => Date.parse(until)));
  const held = kept.length > 0 ? kept : live.filter(({ until }) => Date.parse(until) === last);
  return held.map(({ node }) => node).toSorted();
}

function isChanging({ nodes = [] }: ContractShape, now: number): boolean {
  const times = nodes.flatMap(({ from, until }) => [from, until]).map((time) => Date.parse(time));
  return times.some((time) => Math.abs(time - now) < CHANGING_MS);
}

async function reservations(lab: Lab): Promise<ReadonlyMap<string, readonly string[]>> {
  const text = await inside(lab, ["scontrol", "-o", "show", "reservations"]);
  const found = [...text.matchAll(/^ReservationName=(spw-lab_\S+) .* Nodes=(\S+) /gm)];
  const all = await Promise.all(
    found.map(async ([, name = "", list = ""]) => {
      return [name, (await expand(lab, list)).toSorted()] as const;
    }),
  );
  return new Map(all);
}

/** Jobs on nodes that are not their holders'. */
async function strays(
  lab: Lab,
  contracts: readonly ContractShape[],
  now: number,
): Promise<string[]> {
  const jobs = (await runningJobs(lab)).filter(({ account }) => account.startsWith("spw-"));
  return jobs.flatMap(({ id, account, nodes }) => {
    const own = contracts.filter((each) => `spw-${each.account}` === account);
    const may = own
      .flatMap((each) => each.nodes ?? [])
      .filter(({ until }) => Date.parse(until) > now - CHANGING_MS);
    return nodes
      .filter((node) => !may.some((bound) => bound.node === node))
      .map((node) => `job ${id} of ${account} runs on ${node}, which is not its`);
  });
}

/** More was metered than its nodes can have given. */
export function overbilled(contracts: readonly ContractShape[]): string[] {
  return contracts.flatMap((contract) => {
    const had = (contract.nodes ?? []).reduce(
      (sum, { gpus, from, until }) => sum + gpus * (Date.parse(until) - Date.parse(from)),
      0,
    );
    if (contract.delivered_gpu_milliseconds <= had) return [];
    return [`${contract.id} is billed ${contract.delivered_gpu_milliseconds} GPU-ms of ${had}`];
  });
}

export interface OwnersWait {
  readonly job: string;
  /** Null: it never ran. */
  readonly seconds: number | null;
}

/** Of the jobs that Slurm still knows. */
export async function ownersWaits(lab: Lab, jobs: readonly string[]): Promise<OwnersWait[]> {
  if (jobs.length === 0) return [];
  const format = ["-o", "JobID,Submit,Start", "-j", jobs.join(","), "-S", "now-1days"];
  const text = await inside(lab, ["env", "SLURM_TIME_FORMAT=%s", "sacct", "-nPX", ...format]);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [job = "", submit, start] = line.split("|");
      const isStarted = /^\d+$/.test(start ?? "");
      return { job, seconds: isStarted ? Number(start) - Number(submit) : null };
    });
}
