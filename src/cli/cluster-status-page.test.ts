import { expect, test } from "vitest";
import { gpus } from "../units.ts";
import type { ClusterStatus } from "../clusters/slurm/status.ts";
import { clusterStatusPage } from "./cluster-status-page.ts";

const STATUS: ClusterStatus = {
  name: "hall-1",
  place: "login1",
  version: "22.05.8",
  user: "spillway",
  level: "operator",
  clockOffsetMs: -1_500,
  readMs: 212,
  pools: [
    {
      id: "h100",
      fabrics: [
        { id: "leaf-1", gpus: gpus(16), gpusUp: gpus(8), nodes: 2, nodesUp: 1, nodesFree: 1 },
      ],
      ownerDemand: gpus(3),
      declaredRuns: 1,
      idle: gpus(5),
      problems: [{ state: "no_fabric", sentence: "2 nodes lie in no fabric." }],
    },
  ],
  problems: [],
};

test("it shows what there is, what the owner uses, what is left and what is wrong", () => {
  const page = clusterStatusPage(STATUS);
  expect(page).toContain("22.05.8, read in 212 ms");
  expect(page).toContain("spillway (level operator)");
  expect(page).toContain("1.5 s behind");
  expect(page).toMatch(/leaf-1 +1 of 2 nodes up, 8 of 16 GPUs; 1 free as a whole/);
  expect(page).toContain("uses or waits for 3 GPUs");
  expect(page).toMatch(/left over now +5 GPUs/);
  expect(page).toContain("! no_fabric: 2 nodes lie in no fabric.");
});

test("of a cluster that cannot be seen it shows why, and nothing that isn't known", () => {
  const unseen: ClusterStatus = {
    ...STATUS,
    version: null,
    pools: [],
    problems: [{ state: "unreachable", sentence: "It is gone. Look for it." }],
  };
  expect(clusterStatusPage(unseen)).toBe(
    "Cluster hall-1, by login1\n  ! unreachable: It is gone. Look for it.\n",
  );
});
