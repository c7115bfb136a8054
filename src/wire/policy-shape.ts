import { z } from "zod";
import type { Policy } from "../policy/policy.ts";
import { formatDuration, formatNotice, parseDuration, parseNotice } from "../policy/duration.ts";
import type { DurationMs, Gpus, Notice, Ppm } from "../units.ts";
import { gpus, ONE_PPM, ppm } from "../units.ts";
import { shareNumber } from "./share.ts";

/** Text that `parse` understands; whatever it answers null to is refused as not `expected`. */
function textOf<T>(parse: (text: string) => T | null, expected: string): z.ZodType<T, string> {
  return z.string({ error: expected }).transform((text, context) => {
    const value = parse(text);
    if (value !== null) return value;
    context.addIssue(expected);
    return z.NEVER;
  });
}

const duration: z.ZodType<DurationMs, string> = textOf(
  parseDuration,
  "a duration (90s, 2m, 4h, 3d)",
);
const noticeTime: z.ZodType<Notice, string> = textOf(
  parseNotice,
  `"firm" or a duration (24h, 15m)`,
);
const gpuCount: z.ZodType<Gpus, number> = z.int().transform(gpus);
const share: z.ZodType<Ppm, number> = z
  .number()
  .min(-1e6)
  .max(1e6)
  .transform((value) => ppm(Math.round(value * ONE_PPM)));

/** A policy as it is written in a file and over the API. */
export const policyShape = z.strictObject({
  lot_gpus: gpuCount,
  rungs: z.array(
    z.strictObject({
      notice: noticeTime,
      duration,
      price_factor: share,
      minimum_run: duration,
      max_recall_chance: z.number(),
    }),
  ),
  allowed_wait: z.array(
    z.strictObject({ up_to_gpus: gpuCount.nullable().optional(), wait: duration }),
  ),
  epsilon: z.number(),
  reserve_gpus: gpuCount,
  on_shortfall: z.enum(["break", "wait"]),
  compensation: z.strictObject({ recall: share, breach: share }),
});

export function policyFrom(file: z.output<typeof policyShape>): Policy {
  return {
    lot: file.lot_gpus,
    rungs: file.rungs.map((rung) => ({
      notice: rung.notice,
      duration: rung.duration,
      priceFactor: rung.price_factor,
      minimumRun: rung.minimum_run,
      maxRecallChance: rung.max_recall_chance,
    })),
    allowedWaits: file.allowed_wait.map(({ up_to_gpus, wait }) => ({
      upTo: up_to_gpus ?? null,
      wait,
    })),
    epsilon: file.epsilon,
    reserve: file.reserve_gpus,
    onShortfall: file.on_shortfall,
    compensation: file.compensation,
  };
}

export type PolicyShape = z.input<typeof policyShape>;

/** The same policy as it would be written. */
export function policyShapeOf(policy: Policy): PolicyShape {
  const { lot, rungs, allowedWaits, epsilon, reserve, onShortfall, compensation } = policy;
  return {
    lot_gpus: lot,
    rungs: rungs.map((rung) => ({
      notice: formatNotice(rung.notice),
      duration: formatDuration(rung.duration),
      price_factor: shareNumber(rung.priceFactor),
      minimum_run: formatDuration(rung.minimumRun),
      max_recall_chance: rung.maxRecallChance,
    })),
    allowed_wait: allowedWaits.map(({ upTo, wait }) =>
      upTo === null
        ? { wait: formatDuration(wait) }
        : { up_to_gpus: upTo, wait: formatDuration(wait) },
    ),
    epsilon,
    reserve_gpus: reserve,
    on_shortfall: onShortfall,
    compensation: {
      recall: shareNumber(compensation.recall),
      breach: shareNumber(compensation.breach),
    },
  };
}
