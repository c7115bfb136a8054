import { expect, test } from "vitest";
import {
  CGROUP_CONF,
  databaseSql,
  gresConf,
  slurmConf,
  slurmdbdConf,
  topologyConf,
} from "./configuration.ts";
import { planOf } from "./plan.ts";

const plan = planOf("/tmp/lab", 5, "cgroup");
const [a1 = "", a2 = "", a3 = "", b1 = "", b2 = ""] = plan.fabrics.flatMap(({ nodes }) =>
  nodes.map(({ name }) => name),
);

test("each node is declared with a port of its own and its fabric as a feature", () => {
  const lines = slurmConf(plan).match(/^NodeName=gpu.*$/gm) ?? [];
  expect(lines).toHaveLength(5);
  expect(lines[0]).toBe(
    `NodeName=${a1} NodeHostname=spillway-lab NodeAddr=127.0.0.1 Port=17001 Feature=fabric-a`,
  );
  expect(lines[4]).toContain(`NodeName=${b2} `);
  expect(lines[4]).toContain("Port=17005 Feature=fabric-b");
});

test("what is sold is never preempted by Slurm, and is used in reservations alone", () => {
  const market = /^PartitionName=market .*$/m.exec(slurmConf(plan))?.[0];
  expect(market).toContain("PreemptMode=OFF");
  expect(market).toContain("ReqResv=YES");
});

test("munge and accounting go through the lab's own socket", () => {
  const socket = "/run/spillway-lab/munge/socket";
  expect(slurmConf(plan)).toContain(`\nAuthInfo=socket=${socket}\n`);
  expect(slurmConf(plan)).toContain(`\nAccountingStoragePass=${socket}\n`);
  expect(slurmdbdConf("secret")).toContain(`\nAuthInfo=socket=${socket}\n`);
});

test("processes are tracked by control groups where there are some, by parentage elsewhere", () => {
  expect(slurmConf(plan)).toContain("ProctrackType=proctrack/cgroup\nTaskPlugin=task/cgroup\n");
  expect(CGROUP_CONF).toContain("ConstrainDevices=yes");
  const without = slurmConf(planOf("/tmp/lab", 5, "process-tree"));
  expect(without).toContain("ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\n");
  expect(without).not.toContain("cgroup");
});

test("two switches have half of the nodes each, below one spine", () => {
  expect(topologyConf(plan)).toBe(
    `SwitchName=fabric-a Nodes=${a1},${a2},${a3}
SwitchName=fabric-b Nodes=${b1},${b2}
SwitchName=spine Switches=fabric-a,fabric-b
`,
  );
});

test("every node has eight GPUs", () => {
  expect(slurmConf(plan)).toMatch(/^NodeName=DEFAULT .*Gres=gpu:h100:8 /m);
  expect(gresConf(plan)).toBe(
    `NodeName=${[a1, a2, a3, b1, b2].join(",")} Name=gpu Type=h100 File=/run/gpus/[0-7]\n`,
  );
});

test("slurmdbd is let into the database by the password that the database was given", () => {
  expect(slurmdbdConf("secret")).toContain("\nStoragePass=secret\n");
  expect(databaseSql("secret").match(/IDENTIFIED BY 'secret'/g)).toHaveLength(2);
});
