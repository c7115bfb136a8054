import { z } from "zod";
import type { DurationMs, Gpus, Notice, Ppm } from "../units.ts";
import { ONE_PPM, gpus, ppm } from "../units.ts";
import { checkPolicy } from "../policy/check.ts";
import { parseDuration, parseNotice } from "../policy/duration.ts";
import type { Policy } from "../policy/policy.ts";
import { InputError } from "./input-error.ts";
import type { TextSource } from "./source.ts";
import { wholeText } from "./source.ts";

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

const policyFile = z.strictObject({
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

/**
 * Reads the owner's policy and checks that it doesn't contradict itself.
 * @throws InputError that names the path in the file, and for a contradiction the fault's name
 */
export async function readPolicy(source: TextSource): Promise<Policy> {
  const { file } = source;
  const json = parseJson(await wholeText(source), file);
  const parsed = policyFile.safeParse(json);
  if (!parsed.success) throw shapeFault(parsed.error, json, file);
  const policy = policyOf(parsed.data);
  const [first, ...others] = checkPolicy(policy);
  if (!first) return policy;
  const more = others.map((fault) => `; ${fault.path}: ${fault.name}: ${fault.sentence}`).join("");
  const found = `${first.name}: ${first.sentence}${more}`;
  throw new InputError({ file, key: first.path, expected: "no contradiction", found });
}

function policyOf(file: z.output<typeof policyFile>): Policy {
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

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    const line = /line (\d+)/.exec(reason)?.[1];
    const place = line === undefined ? {} : { line: Number(line) };
    throw new InputError({ file, ...place, expected: "JSON", found: reason }, { cause: error });
  }
}

function shapeFault(error: z.ZodError, json: unknown, file: string): InputError {
  const issue = error.issues[0];
  const path = issue?.path ?? [];
  const more =
    error.issues.length > 1
      ? ` (and ${error.issues.length - 1} more fault${error.issues.length > 2 ? "s" : ""})`
      : "";
  const found =
    issue?.code === "unrecognized_keys" ? issue.keys.join(", ") : shown(valueAt(json, path));
  return new InputError({
    file,
    key: pathOf(path),
    expected: expectedBy(issue),
    found: `${found}${more}`,
  });
}

function expectedBy(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === "unrecognized_keys") return "no keys but those of a policy";
  if (issue?.code === "invalid_value") return `one of ${issue.values.map(String).join(", ")}`;
  const message = issue?.message ?? "a policy";
  return message.replace(/^Invalid input: expected /, "").replace(/, received .*$/, "");
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value: unknown, key) => Reflect.get(Object(value), key) as unknown, json);
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);
}

function pathOf(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
  return text.join("").replace(/^\./, "") || "the policy";
}
