import type { Login } from "../../client/client.ts";
import { ask } from "../../client/client.ts";
import type { Me } from "../../client/shapes.ts";
import { parseDuration } from "../../policy/duration.ts";
import { ceilTo, earlier, later, MINUTE_MS } from "../../units.ts";
import type { EpochMs } from "../../units.ts";
import { formatTime, parseTime } from "../../wire/time.ts";
import { UsageError } from "../options.ts";

/**
 * A time as people type it: `+2h` from now on the market's clock, or `-2h` before it, in the next whole minute; `now`; or
 * ISO 8601, UTC where it says nothing else.
 * @param now the market's time, asked for only if it is needed
 * @throws UsageError
 */
export async function momentFrom(
  option: string,
  text: string,
  now: () => Promise<EpochMs>,
): Promise<string> {
  const wait = parseDuration(text === "now" ? "0m" : text.replace(/^[+-]/, ""));
  if (wait !== null) {
    const away = text.startsWith("-") ? earlier : later;
    return formatTime(ceilTo(away(await now(), wait), MINUTE_MS));
  }
  const time = parseTime(completed(text));
  if (time !== null) return formatTime(time);
  throw new UsageError(
    `${option} is a time like +2h, 2026-12-01 or 2026-12-01T08:00Z, not "${text}"`,
  );
}

function completed(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${text}T00:00Z`;
  return /T\d\d:\d\d(:\d\d)?$/.test(text) ? `${text}Z` : text;
}

/** @returns undefined where nothing was typed */
export async function moment(
  login: Login,
  option: string,
  text: string | undefined,
): Promise<string | undefined> {
  return text === undefined ? undefined : momentFrom(option, text, () => marketTime(login));
}

export async function marketTime(login: Login): Promise<EpochMs> {
  const { now } = await ask<Me>(login, "GET", "/v1/me");
  const time = parseTime(now);
  if (time === null) throw new Error(`the server's time is no time: ${now}`);
  return time;
}
