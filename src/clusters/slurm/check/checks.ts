import type { SlurmPool } from "../owner/pool.ts";
import type { Check } from "./check.ts";
import { clusterChecks, recallChecks } from "./cluster-checks.ts";
import type { CheckFacts } from "./facts.ts";
import { isolationChecks } from "./isolation-checks.ts";
import { poolChecks } from "./pool-checks.ts";
import { userChecks } from "./user-checks.ts";

/** The checklist of a cluster, in the order in which it is put right. */
export function checks(facts: CheckFacts, pools: readonly SlurmPool[]): Check[] {
  return [
    ...clusterChecks(facts),
    ...pools.flatMap((pool) => poolChecks(facts, pool)),
    ...userChecks(facts),
    ...recallChecks(facts),
    ...isolationChecks(facts),
  ];
}
