import type { JobLog } from "../src/fleet/job.ts";
import { type Gpus, gpus, HOUR_MS } from "../src/units.ts";

/**
 * The capacity to replay a log on whose cluster is not known: as owners build, for the peak. It is the 99th percentile
 * over hours of the GPUs that the log would use if every job started when it was submitted, in whole lots, and at least
 * the largest job. So jobs wait at the rare peak, as they did, and what the owner leaves idle is not made up by
 * counting GPUs that the log never needs.
 */
export function capacityFor(log: JobLog, lot: Gpus): Gpus {
  const load = unqueuedLoad(log).toSorted();
  const peak = load[Math.floor(load.length * 0.99)] ?? 0;
  const largest = log.jobs.reduce((most, job) => Math.max(most, job.gpus), 1);
  return gpus(Math.ceil(Math.max(peak, largest) / lot) * lot);
}

/** Mean GPUs by hour, from the first to the last submission, if no job waited. */
function unqueuedLoad({ jobs }: JobLog): Float64Array {
  const [first, last] = [jobs[0]?.submit ?? 0, jobs.at(-1)?.submit ?? 0];
  const load = new Float64Array(Math.ceil((last - first) / HOUR_MS) + 1);
  for (const job of jobs) {
    const [from, to] = [job.submit - first, job.submit - first + job.duration];
    const end = Math.min(load.length * HOUR_MS, to);
    for (let hour = Math.floor(from / HOUR_MS); hour * HOUR_MS < end; hour += 1) {
      const [start, stop] = [hour * HOUR_MS, (hour + 1) * HOUR_MS];
      const part = (Math.min(to, stop) - Math.max(from, start)) / HOUR_MS;
      load[hour] = (load[hour] ?? 0) + job.gpus * part;
    }
  }
  return load;
}
