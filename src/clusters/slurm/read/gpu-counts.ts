import { gpusOf } from "../../../readers/slurm-run.ts";
import type { Gpus } from "../../../units.ts";
import { addGpus, gpus, maxGpus, NO_GPUS } from "../../../units.ts";
import type { GpuCounts } from "../seen.ts";

export const NO_COUNTS: GpuCounts = { total: NO_GPUS, byType: {} };

interface Resource {
  /** `gpu`, or with its type `gpu:h100`. */
  readonly name: string;
  readonly count: number;
}

/** Reads trackable resources: `cpu=4,mem=500G,gres/gpu=4,gres/gpu:h100=4`. */
export function countsOfTres(text: string): GpuCounts {
  const resources = text.split(",").filter((each) => each.startsWith("gres/"));
  return countsOf(
    resources.map((each) => {
      const [name = "", count] = each.slice("gres/".length).split("=");
      return { name, count: Number(count) };
    }),
  );
}

/** Reads generic resources as nodes have them and jobs ask for them: `gpu:h100:8(S:0-1),tpu:2`, `gres/gpu:4`. */
export function countsOfGres(text: string): GpuCounts {
  const bare = text.replaceAll(/\([^()]*\)/g, "");
  return countsOf(bare.split(",").map(resourceOf));
}

/** Whatever stands before the name, and `=` as later versions have it. A resource without a number is one. */
function resourceOf(text: string): Resource {
  const words = text
    .replace(/^gres[:/]/, "")
    .replace("=", ":")
    .split(":");
  const last = words.at(-1) ?? "";
  const isCounted = words.length > 1 && /^\d+$/.test(last);
  const name = (isCounted ? words.slice(0, -1) : words).join(":");
  return { name, count: isCounted ? Number(last) : 1 };
}

function countsOf(resources: readonly Resource[]): GpuCounts {
  const byType: Record<string, Gpus> = {};
  for (const { name, count } of resources) {
    const type = /^gpu:(.+)$/.exec(name)?.[1];
    if (type === undefined || !(count > 0)) continue;
    byType[type] = addGpus(byType[type] ?? NO_GPUS, gpus(Math.ceil(count)));
  }
  return { total: gpusOf(resources), byType };
}

export function addCounts(a: GpuCounts, b: GpuCounts): GpuCounts {
  const types = new Set([...Object.keys(a.byType), ...Object.keys(b.byType)]);
  const sum = (type: string): Gpus => addGpus(a.byType[type] ?? NO_GPUS, b.byType[type] ?? NO_GPUS);
  return {
    total: addGpus(a.total, b.total),
    byType: Object.fromEntries([...types].map((type) => [type, sum(type)])),
  };
}

export function timesCounts({ total, byType }: GpuCounts, times: number): GpuCounts {
  const scaled = Object.entries(byType).map(([type, each]) => [type, gpus(each * times)] as const);
  return { total: gpus(total * times), byType: Object.fromEntries(scaled) };
}

/** Of one type, or of all where the type isn't said, or isn't told apart there. @param type null: any */
export function ofType({ total, byType }: GpuCounts, type: string | null): Gpus {
  if (type === null || Object.keys(byType).length === 0) return total;
  return maxGpus(NO_GPUS, byType[type] ?? NO_GPUS);
}
