import { UsageError } from "../options.ts";

/** A policy as the API and a policy file write it: docs/policy.md. */
export type Policy = Readonly<Record<string, unknown>>;

type Node = Record<string, unknown>;

/** A value of a policy that another one does not have. */
export interface Difference {
  readonly key: string;
  /** Null: it is not there. */
  readonly was: string | null;
  readonly willBe: string | null;
}

/**
 * The policy with `epsilon=0.01` or `rungs.24h.price_factor=0.7` in it: keys as in a policy file, rungs by their notices,
 * other lists by place from 0.
 * @throws UsageError
 */
export function withAssignments(policy: Policy, assignments: readonly string[]): Policy {
  const changed = structuredClone(policy);
  for (const assignment of assignments) assign(changed, assignment);
  return changed;
}

function assign(policy: Node, assignment: string): void {
  const [, path, text] = /^([\w.]+)=(.*)$/s.exec(assignment) ?? [];
  if (path === undefined || text === undefined) {
    throw new UsageError(`a change is KEY=VALUE, like epsilon=0.01, not "${assignment}"`);
  }
  const parts = path.split(".");
  const last = parts.pop() ?? "";
  let place: unknown = policy;
  for (const part of parts) place = insideOf(place, part, path);
  if (!isNode(place)) throw new UsageError(`${path}: there is nothing to set here`);
  place[last] = valueIn(text);
}

function insideOf(place: unknown, part: string, path: string): unknown {
  const entries = entriesOf(place);
  const found = entries.find(([name]) => name === part);
  if (found !== undefined) return found[1];
  const known = entries.map(([name]) => name).join(", ");
  throw new UsageError(`${path}: there is no ${part}; there is ${known}`);
}

/** `0.7`, `true` or `[{"wait":"15m"}]` are what JSON makes of them; `15m` is a text. */
function valueIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Value by value, in the order of the first; what only the second has comes last. */
export function differences(before: Policy, after: Policy): Difference[] {
  const [was, willBe] = [new Map(leaves(before, "")), new Map(leaves(after, ""))];
  return [...new Set([...was.keys(), ...willBe.keys()])]
    .map((key) => ({ key, was: was.get(key) ?? null, willBe: willBe.get(key) ?? null }))
    .filter((each) => each.was !== each.willBe);
}

function leaves(value: unknown, key: string): [string, string][] {
  const entries = entriesOf(value);
  if (entries.length === 0 && key === "") return [];
  if (entries.length === 0) return [[key, typeof value === "string" ? value : json(value)]];
  return entries.flatMap(([name, inner]) => leaves(inner, key === "" ? name : `${key}.${name}`));
}

function entriesOf(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.map((each: unknown, index) => [nameOf(each, index), each]);
  return isNode(value) ? Object.entries(value) : [];
}

function nameOf(item: unknown, index: number): string {
  return isNode(item) && typeof item["notice"] === "string" ? item["notice"] : String(index);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function json(value: unknown): string {
  return JSON.stringify(value);
}
