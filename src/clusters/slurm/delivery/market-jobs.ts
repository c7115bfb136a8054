/** The holders' jobs: which are to end, and which are to be told of a recall. */
import { isLive } from "../../../delivery/binding.ts";
import type { Allotment } from "../../../ports.ts";
import type { EpochMs } from "../../../units.ts";
import { isMarkets } from "../owner/whose.ts";
import type { SlurmJob } from "../seen.ts";
import { accountOf, contractOf } from "./names.ts";

/** What a pool's holders run or have waiting. @param nodes of the pool */
export function marketJobs(
  jobs: readonly SlurmJob[],
  pool: string,
  nodes: ReadonlySet<string>,
): SlurmJob[] {
  return jobs.filter(({ account, reservation, nodes: on }) => {
    if (!isMarkets(account)) return false;
    if (reservation !== null) return contractOf(pool, reservation) !== null;
    return on.some((node) => nodes.has(node));
  });
}

/**
 * Those that have a node which is not their contract's, and those that wait for a reservation which will not come. A job on
 * nodes of which only some are given back is among them: it can't go on without the others.
 */
export function condemned(
  jobs: readonly SlurmJob[],
  pool: string,
  allotments: readonly Allotment[],
  now: EpochMs,
): SlurmJob[] {
  const holders = holdersAt(allotments, now);
  const contracts = new Set(allotments.map(({ contract }) => contract));
  return jobs.filter(({ account, nodes, reservation }) => {
    const contract = contractOf(pool, reservation ?? "")?.split("+")[0];
    if (nodes.length === 0) return contract !== undefined && !contracts.has(contract);
    return nodes.some((node) => {
      const own = holders.get(node);
      // A holder's next contract on a node does not lengthen the one before.
      return own?.account !== account || (contract !== undefined && own.contract !== contract);
    });
  });
}

/** Whose each node is. */
function holdersAt(allotments: readonly Allotment[], now: EpochMs) {
  const bound = allotments.flatMap(({ contract, holder, nodes }) =>
    nodes
      .filter((node) => node.start <= now && isLive(node, now))
      .map(({ node }) => [node, { contract, account: accountOf(holder) }] as const),
  );
  return new Map(bound);
}

/** It ends already, and may take its time. */
export function isEnding({ state }: SlurmJob): boolean {
  return state === "COMPLETING";
}

export interface Notice {
  readonly job: SlurmJob;
  readonly contract: string;
  readonly recall: string;
  readonly due: EpochMs;
}

/** The first recall that meets each running job. */
export function noticesOf(jobs: readonly SlurmJob[], allotments: readonly Allotment[]): Notice[] {
  return allotments.flatMap(({ contract, holder, nodes, recalls }) => {
    const running = jobs.filter(
      ({ account, state }) => account === accountOf(holder) && state === "RUNNING",
    );
    return running.flatMap((job) => {
      const ends = new Set(
        nodes.filter(({ node }) => job.nodes.includes(node)).map(({ end }) => end),
      );
      const [first] = recalls.filter(({ due }) => ends.has(due)).toSorted((a, b) => a.due - b.due);
      return first === undefined ? [] : [{ job, contract, recall: first.recall, due: first.due }];
    });
  });
}
