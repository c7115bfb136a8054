import { z } from "zod";
import type { SlurmController } from "../seen.ts";
import { number, text, timeOfSeconds } from "./json-fields.ts";
import { unreadable } from "./words.ts";

const slurm = z.object({ release: z.string(), cluster: text });

const diagnosis = z.object({
  meta: z.object({ Slurm: slurm.optional(), slurm: slurm.optional() }),
  statistics: z.object({ req_time: number }),
});

/**
 * @param answer of slurmrestd to `/slurm/…/diag`: the release is slurmrestd's own, the time slurmctld's. What slurmctld hides
 * isn't told: it may be anything.
 * @throws SlurmFault
 */
export function controllerOfJson(answer: unknown): SlurmController {
  const parsed = diagnosis.safeParse(answer);
  const about = parsed.data?.meta.slurm ?? parsed.data?.meta.Slurm;
  const at = timeOfSeconds(parsed.data?.statistics.req_time ?? null);
  if (about === undefined || at === null) {
    throw unreadable(
      "Slurm's answer to diag",
      "one with a release and a time",
      JSON.stringify(answer),
    );
  }
  const { release: version, cluster } = about;
  return { cluster, version, at, privateData: ["all"], slurmUser: null };
}
