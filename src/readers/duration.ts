import type { DurationMs } from "../units.ts";
import { parseDuration } from "../policy/duration.ts";
import { InputError, quoted } from "./input-error.ts";

export { formatDuration, formatNotice, parseDuration } from "../policy/duration.ts";

/**
 * Reads the value of a command-line option such as `--declared-ahead 24h`.
 * @param option its name, for the error
 * @throws InputError
 */
export function readDuration(option: string, text: string): DurationMs {
  const duration = parseDuration(text);
  if (duration !== null) return duration;
  const expected = "a duration (90s, 2m, 4h, 3d)";
  throw new InputError({ file: option, expected, found: quoted(text) });
}
