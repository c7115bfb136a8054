import type { Clock } from "../../../ports.ts";
import type { ClusterPlan } from "../cluster-file.ts";
import { SlurmFault } from "../fault.ts";
import { accessOf } from "../reach.ts";
import { type Check, check } from "./check.ts";
import { checks } from "./checks.ts";
import { gather } from "./gather.ts";

export interface ClusterCheck {
  readonly name: string;
  readonly place: string;
  readonly checks: readonly Check[];
}

/** Goes through the checklist. It doesn't throw: where the cluster can't be seen, that is what is wrong with it. */
export async function checkCluster(plan: ClusterPlan, clock: Clock): Promise<ClusterCheck> {
  const { name, reach, pools, users } = plan;
  if (reach.by === "rest") {
    const sentence =
      "it is reached by slurmrestd alone, which brings no contract onto a node: say how its tools are reached (local, ssh or through)";
    return { name, place: reach.rest.at, checks: [check("reach", ["fail", sentence])] };
  }
  const access = accessOf(reach);
  const { place } = access;
  try {
    return { name, place, checks: checks(await gather(access, clock, users), pools) };
  } catch (fault) {
    if (!(fault instanceof SlurmFault)) throw fault;
    const sentence = `${fault.happened}. ${fault.advice}`;
    return { name, place, checks: [check(fault.state, ["fail", sentence])] };
  }
}

export function hasFailed({ checks: all }: ClusterCheck): boolean {
  return all.some(({ outcome }) => outcome === "fail");
}
