import type { Check } from "../clusters/slurm/check/check.ts";
import type { ClusterCheck } from "../clusters/slurm/check/check-cluster.ts";

/** What `spillway cluster check` prints of a cluster: a line for each check, and how many there were of each kind. */
export function clusterCheckPage({ name, place, checks }: ClusterCheck): string {
  return [`Cluster ${name}, by ${place}`, ...checks.map(lineOf), `  ${summaryOf(checks)}`, ""].join(
    "\n",
  );
}

function lineOf({ outcome, name, of, sentence }: Check): string {
  const what = of === null ? name : `${name} of ${of}`;
  return `  ${outcome.padEnd(5)} ${what.padEnd(28)} ${sentence}`;
}

function summaryOf(checks: readonly Check[]): string {
  const count = (outcome: Check["outcome"]): number =>
    checks.filter((each) => each.outcome === outcome).length;
  return `${count("ok")} ok, ${count("warn")} to improve, ${count("fail")} to put right, ${count("look")} to look at`;
}
