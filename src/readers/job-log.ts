import type { Job, JobLog } from "../fleet/job.ts";
import { InputError } from "./input-error.ts";
import type { TextSource } from "./source.ts";

/**
 * Puts jobs in order of submission, equal times in the order of the source, and leaves out those without GPUs.
 * @param advice what to add to the error where none is left
 * @throws InputError where none is left
 */
export function jobLog(
  source: TextSource,
  jobs: readonly Job[],
  advice = "",
): { log: JobLog; notes: readonly string[] } {
  const withGpus = jobs.filter((job) => job.gpus > 0).sort((a, b) => a.submit - b.submit);
  const without = jobs.length - withGpus.length;
  if (withGpus.length === 0) {
    const found = without > 0 ? `${without} without any` : "none";
    throw new InputError({ file: source.file, expected: `jobs with GPUs${advice}`, found });
  }
  const notes =
    without > 0 ? [`left out ${without} job${without > 1 ? "s" : ""} without GPUs`] : [];
  return { log: { name: source.name, jobs: withGpus }, notes };
}
