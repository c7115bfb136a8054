import { z } from "@hono/zod-openapi";
import { parseDuration, parseNotice } from "../policy/duration.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsd, MicroUsdPerGpuHour, Notice } from "../units.ts";
import { DAY_MS, gpus, isFirm } from "../units.ts";
import { parseMoney, parsePrice } from "../wire/money.ts";
import { parseTime } from "../wire/time.ts";

/** Text that `parse` understands; what it answers null to is refused as not `expected`. */
function textOf<Value>(
  parse: (text: string) => Value | null,
  expected: string,
  documented: { readonly description: string; readonly example: string; readonly format?: string },
): z.ZodType<Value, string> {
  return z
    .string()
    .max(64)
    .openapi({ type: "string", ...documented })
    .transform((text, context) => {
      const value = parse(text);
      if (value !== null) return value;
      context.addIssue(`expected ${expected}`);
      return z.NEVER;
    });
}

/** Between them every sum of a time and a few durations is a time that ISO 8601 writes with a year of four digits. */
const FIRST_TIME = Date.UTC(1970, 0, 1);
const END_OF_TIMES = Date.UTC(2200, 0, 1);
const LONGEST_MS = 36_500 * DAY_MS;

export const time: z.ZodType<EpochMs, string> = textOf(
  (text) => {
    const parsed = parseTime(text);
    return parsed !== null && parsed >= FIRST_TIME && parsed < END_OF_TIMES ? parsed : null;
  },
  "a time like 2026-01-31T12:00Z, from 1970 to 2199",
  {
    description: "ISO 8601 with its offset from UTC, from 1970 to 2199",
    example: "2026-12-01T08:00:00Z",
    format: "date-time",
  },
);

export const duration: z.ZodType<DurationMs, string> = textOf(
  (text) => {
    const parsed = parseDuration(text);
    return parsed !== null && parsed <= LONGEST_MS ? parsed : null;
  },
  "a duration like 90s, 15m, 4h or 3d, at most 36500d",
  { description: "A whole number of s, m, h or d, at most 36500d", example: "4h" },
);

export const notice: z.ZodType<Notice, string> = textOf(
  (text) => {
    const parsed = parseNotice(text);
    return parsed !== null && (isFirm(parsed) || parsed <= LONGEST_MS) ? parsed : null;
  },
  `"firm" or a duration like 15m or 4h`,
  { description: "Notice of recall: firm, or a duration", example: "15m" },
);

export const price: z.ZodType<MicroUsdPerGpuHour, string> = textOf(
  parsePrice,
  "dollars more than nothing, with up to 6 decimals, like 1.25",
  { description: "US dollars for a GPU for an hour", example: "1.25" },
);

export const positiveMoney: z.ZodType<MicroUsd, string> = textOf(
  (text) => {
    const amount = parseMoney(text);
    return amount !== null && amount > 0n ? amount : null;
  },
  "dollars more than nothing, with up to 6 decimals, like 250.00",
  { description: "US dollars", example: "250.00" },
);

const MOST_GPUS = 10_000_000;

export const gpuCount: z.ZodType<Gpus, number> = z
  .int()
  .min(1)
  .max(MOST_GPUS)
  .openapi({ description: "GPUs", example: 16 })
  .transform(gpus);

/** A name that the caller chooses, as it stands in addresses and in the ledger. */
export const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$/, "expected 2 to 40 of a-z, 0-9 and -")
  .openapi({ description: "2 to 40 of a-z, 0-9 and -", example: "acme" });

export const id = z
  .string()
  .regex(/^[\w.-]{1,128}$/)
  .openapi({ description: "An id as the API gave it", example: "ord_7f3k" });

/** Of these, text is shown otherwise than it is, or not at all: they have no place in a name on an invoice. */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

export const shortText = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !UNSHOWABLE.test(text), "expected text without control characters");
export const share = z.number().min(0).max(1).openapi({ description: "A share: 0.2 is 20 %" });

export const errorBody = z
  .object({
    error: z.object({
      type: z.enum([
        "invalid_request",
        "authentication",
        "permission",
        "not_found",
        "refused",
        "content_too_large",
        "unsupported_media_type",
        "rate_limit",
        "unavailable",
        "fault",
      ]),
      code: z.string(),
      message: z.string(),
      details: z.record(z.string(), z.unknown()),
    }),
  })
  .openapi("Error");
