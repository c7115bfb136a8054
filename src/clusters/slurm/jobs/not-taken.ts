import type { JobRefused } from "../../../ports.ts";
import type { Ended } from "../access/access.ts";
import { faultOfTool } from "../access/ask.ts";

/** What says that the reservation or the holder's account is still to come. */
const TO_COME = /reservation is invalid|invalid account/i;

/** Why sbatch took no job. @throws SlurmFault where it is no matter of the job's */
export function notTaken(place: string, ended: Ended): JobRefused {
  const said = saidBy(ended);
  if (TO_COME.test(said)) return { refusal: "not_delivered_yet", said };
  const fault = faultOfTool(place, "sbatch", ended);
  if (fault.state !== "answer_unreadable") throw fault;
  return { refusal: "job_refused", said };
}

/** Slurm's own words, without what stands before them. */
function saidBy({ stderr }: Ended): string {
  const lines = stderr.split("\n").filter((line) => line.startsWith("sbatch: "));
  const words = lines.map((line) =>
    line.replace(/^sbatch: (error: |fatal: )?(Batch job submission failed: )?/, ""),
  );
  return words.join("; ").slice(0, 300);
}
