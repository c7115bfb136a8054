import { dataPath } from "../test/data.ts";
import { hourReadings } from "../src/fleet/usage.ts";
import { READ_STRICTLY } from "../src/readers/options.ts";
import { openText } from "../src/readers/source.ts";
import { readUsageCsv } from "../src/readers/usage-csv.ts";
import type { HourReading } from "../src/surplus/forecast.ts";

export const USAGE_FILES = [
  "alibaba-a100-hourly",
  "alibaba-series-1-hourly",
  "alibaba-series-2-hourly",
  "venus-2020-apr-jun-10min",
] as const;

/** The hours of a usage file, as the product reads them. */
export async function readHours(name: string): Promise<HourReading[]> {
  const source = await openText(dataPath(`usage/${name}.csv`));
  const { trace } = await readUsageCsv(source, READ_STRICTLY);
  return hourReadings(trace);
}
