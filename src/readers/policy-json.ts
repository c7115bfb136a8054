import type { z } from "zod";
import { checkPolicy } from "../policy/check.ts";
import type { Policy } from "../policy/policy.ts";
import { policyFrom, policyShape } from "../wire/policy-shape.ts";
import { InputError } from "./input-error.ts";
import type { TextSource } from "./source.ts";
import { wholeText } from "./source.ts";

/**
 * Reads the owner's policy and checks that it doesn't contradict itself.
 * @throws InputError that names the path in the file, and for a contradiction the fault's name
 */
export async function readPolicy(source: TextSource): Promise<Policy> {
  const { file } = source;
  const json = parseJson(await wholeText(source), file);
  const parsed = policyShape.safeParse(json);
  if (!parsed.success) throw shapeFault(parsed.error, json, file);
  const policy = policyFrom(parsed.data);
  const [first, ...others] = checkPolicy(policy);
  if (!first) return policy;
  const more = others.map((fault) => `; ${fault.path}: ${fault.name}: ${fault.sentence}`).join("");
  const found = `${first.name}: ${first.sentence}${more}`;
  throw new InputError({ file, key: first.path, expected: "no contradiction", found });
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
