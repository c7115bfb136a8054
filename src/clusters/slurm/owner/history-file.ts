/** The owner's usage from before what the accounting knows, in a file. */
import type { HourUsage } from "../../../fleet/usage.ts";
import { hourReadings, traceEnd } from "../../../fleet/usage.ts";
import { InputError } from "../../../readers/input-error.ts";
import { READ_STRICTLY } from "../../../readers/options.ts";
import { openText } from "../../../readers/source.ts";
import { readUsageCsv } from "../../../readers/usage-csv.ts";
import type { EpochMs } from "../../../units.ts";

/**
 * As in the accounting, nothing used is an idle cluster. Of steps that are missing, as of those without capacity, nothing is
 * known.
 */
const AS_ACCOUNTED = { ...READ_STRICTLY, outages: "keep", gaps: "drop" } as const;

/**
 * @param file usage CSV: `time,gpus_in_use,gpus_total`, which lies before `now`
 * @returns its hours, oldest first, without gaps
 * @throws InputError
 */
export async function readHistoryFile(file: string, now: EpochMs): Promise<readonly HourUsage[]> {
  const { trace } = await readUsageCsv(await openText(file), AS_ACCOUNTED);
  const end = traceEnd(trace);
  if (end > now) {
    throw new InputError({
      file,
      column: "time",
      expected: "usage up to now at most",
      found: `a step that ends at ${new Date(end).toISOString()}`,
    });
  }
  return hourReadings(trace);
}
