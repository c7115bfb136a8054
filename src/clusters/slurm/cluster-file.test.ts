import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { InputError } from "../../readers/input-error.ts";
import { type ClusterPlan, readClusterFile } from "./cluster-file.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-clusters-"));
const file = join(folder, "cluster.json");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const POOL = {
  id: "h100",
  sku: "H100",
  site: "hall",
  price: "2.10",
  partition: "train",
  market_partition: "market",
  gres: "gpu:h100",
  fabrics: "topology",
};
const CLUSTER = { name: "one", kind: "slurm", reach: { local: true }, pools: [POOL] };

function read(...clusters: readonly unknown[]): readonly ClusterPlan[] {
  writeFileSync(file, JSON.stringify({ clusters }));
  return readClusterFile(file);
}

test("the example is one", () => {
  const example = fileURLToPath(new URL("../../../examples/cluster.json", import.meta.url));
  const [first, second] = readClusterFile(example);
  expect(first).toMatchObject({
    reach: { by: "ssh", host: "spillway@login1", slurmConf: null },
    pools: [
      {
        id: "h100",
        price: 2_100_000n,
        gpuType: "h100",
        partitions: ["train"],
        lot: 8,
        history: null,
      },
    ],
  });
  expect(second).toMatchObject({
    reach: { by: "rest", rest: { tokenFile: join(example, "..", "slurm.token") } },
    pools: [
      {
        gpuType: null,
        partitions: ["train", "debug"],
        lot: null,
        history: join(example, "..", "usage.csv"),
      },
    ],
  });
});

test.each([
  [
    { local: true, slurm_conf: "/a" },
    { by: "local", slurmConf: "/a", become: ["sudo", "-n", "-u"] },
  ],
  [
    { through: ["enter", "it"], become: ["runuser", "-u"] },
    { by: "through", prefix: ["enter", "it"], slurmConf: null, become: ["runuser", "-u"] },
  ],
])("the way %j", (reach, way) => {
  expect(read({ ...CLUSTER, reach })[0]?.reach).toEqual(way);
});

test.each<[object, string, string]>([
  [{ reach: { ssh: "-oProxyCommand=x" } }, "clusters.0.reach", 'one of {"local": true}'],
  [{ reach: { local: false } }, "clusters.0.reach", "one of"],
  [{ reach: { local: true, ssh: "a" } }, "clusters.0.reach", "one of"],
  [{ kind: "kubernetes" }, "clusters.0.kind", '"slurm"'],
  [{ name: "One" }, "clusters.0.name", "small letters"],
  [{ pools: [] }, "clusters.0.pools", ""],
  [{ users: { acme: "root" } }, "clusters.0.users.acme", "a Unix user other than root"],
  [{ users: { acme: "one", apex: "one" } }, "clusters.0.users", "a user of their own"],
  [{ colour: "red" }, "clusters.0", "no keys but those of the guide, found colour"],
  [{ pools: [{ ...POOL, price: 2 }] }, "clusters.0.pools.0.price", "string"],
  [{ pools: [{ ...POOL, price: "0" }] }, "clusters.0.pools.0.price", "a price above 0"],
  [{ pools: [{ ...POOL, gres: "tpu" }] }, "clusters.0.pools.0.gres", '"gpu:h100"'],
  [{ pools: [{ ...POOL, lot: 0 }] }, "clusters.0.pools.0.lot", ""],
  [{ pools: [{ ...POOL, fabrics: "switch" }] }, "clusters.0.pools.0.fabrics", '"topology"'],
  [{ pools: [POOL, POOL] }, "clusters", "pools with ids of their own"],
  [{ pools: [{ ...POOL, partition: "a b" }] }, "clusters.0.pools.0.partition", "a partition"],
  [
    { reach: { rest: { at: "/s", user: "u", token_file: "t" } } },
    "clusters.0.pools",
    "fabrics by features",
  ],
])("with %j it is refused at %s", (change, key, expected) => {
  expect(() => read({ ...CLUSTER, ...change })).toThrow(InputError);
  expect(() => read({ ...CLUSTER, ...change })).toThrow(`cluster.json: ${key}: expected`);
  expect(() => read({ ...CLUSTER, ...change })).toThrow(expected);
});

test("a file that is not there, is no JSON or names nothing is refused", () => {
  expect(() => readClusterFile(join(folder, "none.json"))).toThrow("expected a readable JSON file");
  writeFileSync(file, "{");
  expect(() => readClusterFile(file)).toThrow("expected a readable JSON file");
  expect(() => read()).toThrow("at least one cluster");
  expect(() => read(CLUSTER, { ...CLUSTER, pools: [{ ...POOL, id: "b" }] })).toThrow(
    "names of their own",
  );
});
