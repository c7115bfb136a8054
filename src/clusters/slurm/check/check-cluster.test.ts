import { expect, test } from "vitest";
import { realClock } from "../../../server/clock.ts";
import type { ClusterPlan, Reach } from "../cluster-file.ts";
import { checkCluster, hasFailed } from "./check-cluster.ts";

function planOf(reach: Reach): ClusterPlan {
  return { name: "hall-1", reach, pools: [], users: new Map() };
}

test("of a cluster that can't be seen it is told why, and nothing else", async () => {
  const tools = { slurmConf: null, become: ["sudo"] };
  const plan = planOf({ by: "through", prefix: ["/no/such/program"], ...tools });
  const seen = await checkCluster(plan, realClock);
  expect(seen.checks.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["tool_missing", "fail"],
  ]);
  expect(seen.checks[0]?.sentence).toContain("/no/such/program");
  expect(hasFailed(seen)).toBe(true);
});

test("by slurmrestd alone nothing can be delivered", async () => {
  const rest = { at: "/run/slurmrestd/socket", user: "spillway", tokenFile: "token" };
  const seen = await checkCluster(planOf({ by: "rest", rest }), realClock);
  expect(seen).toMatchObject({ place: rest.at, checks: [{ name: "reach", outcome: "fail" }] });
});
