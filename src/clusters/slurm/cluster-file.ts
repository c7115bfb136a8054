/** The operator's file that says which clusters there are and what is sold of them. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { InputError, quoted } from "../../readers/input-error.ts";
import type { Gpus, MicroUsdPerGpuHour } from "../../units.ts";
import { gpus, microUsdPerGpuHour } from "../../units.ts";
import { SUDO, type Tools } from "./access/tool-access.ts";
import type { SlurmPool } from "./owner/pool.ts";
import type { RestPlace } from "./rest/ask.ts";

export type ToolReach = Required<Tools> &
  (
    | { readonly by: "local" }
    | { readonly by: "ssh"; readonly host: string }
    | { readonly by: "through"; readonly prefix: readonly string[] }
  );

/** slurmrestd alone shows a cluster, and brings nothing onto it. */
export type Reach = ToolReach | { readonly by: "rest"; readonly rest: RestPlace };

/** A pool as the market knows it. */
export interface SoldPool extends SlurmPool {
  readonly sku: string;
  readonly site: string;
  /** Of a firm GPU-hour, until the owner sets another. */
  readonly price: MicroUsdPerGpuHour;
  /** Null: as the policy says. */
  readonly lot: Gpus | null;
  /** Usage CSV of the owner's from before what the accounting knows; null: none. */
  readonly history: string | null;
}

export interface ClusterPlan {
  readonly name: string;
  readonly reach: Reach;
  readonly pools: readonly SoldPool[];
  /** The Unix user of each holder who may run jobs here, by the holder's account. */
  readonly users: ReadonlyMap<string, string>;
}

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "a name of small letters, digits and hyphens");
const word = z.string().regex(/^[\w.:@-]{1,64}$/, "a name as Slurm has it");
const line = z.string().min(1, "a text");
const tools = {
  slurm_conf: line.nullish().transform((value) => value ?? null),
  become: z
    .array(line)
    .min(1)
    .nullish()
    .transform((value) => value ?? SUDO),
};
/** What ssh would take for an option of its own is no host. */
const host = z.string().regex(/^[^-\s][^\s]*$/, "a host as ssh knows it, or user@host");
const restAt = z
  .string()
  .regex(/^(\/|https?:\/\/[^/\s]+$)/, "the path of a socket, or http://host:port");

const reach = z.union(
  [
    z
      .strictObject({ local: z.literal(true), ...tools })
      .transform(({ slurm_conf, become }): Reach => ({
        by: "local",
        slurmConf: slurm_conf,
        become,
      })),
    z.strictObject({ ssh: host, ...tools }).transform((read): Reach => ({
      by: "ssh",
      host: read.ssh,
      slurmConf: read.slurm_conf,
      become: read.become,
    })),
    z.strictObject({ through: z.array(line).min(1), ...tools }).transform((read): Reach => ({
      by: "through",
      prefix: read.through,
      slurmConf: read.slurm_conf,
      become: read.become,
    })),
    z
      .strictObject({ rest: z.strictObject({ at: restAt, user: word, token_file: line }) })
      .transform(({ rest }): Reach => ({
        by: "rest",
        rest: { at: rest.at, user: rest.user, tokenFile: rest.token_file },
      })),
  ],
  `one of {"local": true}, {"ssh": "host"}, {"through": ["program", …]} and {"rest": {"at", "user", "token_file"}}`,
);

const fabrics = z.union(
  [
    z.literal("topology").transform(() => ({ by: "topology" }) as const),
    z
      .strictObject({ features: z.array(word).min(1) })
      .transform((read) => ({ by: "features", ...read }) as const),
    z.strictObject({ one: name }).transform((read) => ({ by: "pool", name: read.one }) as const),
  ],
  `"topology", {"features": ["a", "b"]} or {"one": "name"}`,
);

const price = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,6})?$/, 'dollars for a GPU-hour, such as "2.10"')
  .transform((text) => {
    const [whole = "", part = ""] = text.split(".");
    return microUsdPerGpuHour(BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, "0")));
  })
  .refine((value) => value > 0n, "a price above 0");

const pool = z
  .strictObject({
    id: name,
    sku: line,
    site: line,
    price,
    partition: z.union(
      [word.transform((one) => [one]), z.array(word).min(1)],
      "a partition, or several",
    ),
    market_partition: word,
    gres: z.string().regex(/^gpu(:[\w.-]+)?$/, '"gpu", or with its type "gpu:h100"'),
    fabrics,
    lot: z.int("a whole number of GPUs").min(1).max(10_000).nullish(),
    history: line.nullish(),
  })
  .transform((read): SoldPool => ({
    id: read.id,
    sku: read.sku,
    site: read.site,
    price: read.price,
    partitions: read.partition,
    marketPartition: read.market_partition,
    gpuType: /^gpu:(.+)$/.exec(read.gres)?.[1] ?? null,
    fabrics: read.fabrics,
    lot: read.lot === null || read.lot === undefined ? null : gpus(read.lot),
    history: read.history ?? null,
  }));

/** Root is nobody's user, and a user's name is never taken for an option. */
const unixUser = z.string().regex(/^(?!root$)[a-z_][\w-]{0,31}$/, "a Unix user other than root");

const users = z
  .record(z.string().min(1), unixUser)
  .refine((read) => isDistinct(Object.values(read)), "a user of their own for each holder")
  .nullish()
  .transform((read): ReadonlyMap<string, string> => new Map(Object.entries(read ?? {})));

const cluster = z
  .strictObject({
    name,
    kind: z.literal("slurm", '"slurm"'),
    reach,
    pools: z.array(pool).min(1),
    users,
  })
  .refine(
    ({ reach: { by }, pools }) =>
      by !== "rest" || pools.every((each) => each.fabrics.by !== "topology"),
    { message: "fabrics by features, for slurmrestd doesn't tell the topology", path: ["pools"] },
  );

const clusterFile = z
  .strictObject({ clusters: z.array(cluster).min(1, "at least one cluster") })
  .refine(({ clusters }) => isDistinct(clusters.map((each) => each.name)), {
    message: "clusters with names of their own",
    path: ["clusters"],
  })
  .refine(
    ({ clusters }) => isDistinct(clusters.flatMap(({ pools }) => pools.map(({ id }) => id))),
    {
      message: "pools with ids of their own, in all clusters",
      path: ["clusters"],
    },
  );

function isDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

/** Paths in it are read from the file's own folder. @throws InputError that says where and what is wrong */
export function readClusterFile(file: string): readonly ClusterPlan[] {
  const parsed = clusterFile.safeParse(jsonOf(file));
  if (parsed.success) return parsed.data.clusters.map((each) => fromFolder(each, dirname(file)));
  const [issue] = parsed.error.issues;
  const found = issue?.code === "unrecognized_keys" ? issue.keys.join(", ") : "something else";
  const expected =
    issue?.code === "unrecognized_keys"
      ? "no keys but those of the guide"
      : (issue?.message ?? "")
          .replace(/^Invalid input: expected /, "")
          .replace(/, received .*$/, "");
  throw new InputError({ file, key: (issue?.path ?? []).map(String).join("."), expected, found });
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    const found = quoted(cause instanceof Error ? cause.message : "");
    throw new InputError({ file, expected: "a readable JSON file", found }, { cause });
  }
}

function fromFolder(plan: ClusterPlan, folder: string): ClusterPlan {
  const pools = plan.pools.map((each) => ({
    ...each,
    history: each.history === null ? null : resolve(folder, each.history),
  }));
  return { ...plan, pools, reach: reachFrom(plan.reach, folder) };
}

function reachFrom(reach: Reach, folder: string): Reach {
  if (reach.by !== "rest") return reach;
  const rest = { ...reach.rest, tokenFile: resolve(folder, reach.rest.tokenFile) };
  return { by: "rest", rest };
}
