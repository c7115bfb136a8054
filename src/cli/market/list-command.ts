import type { Command } from "commander";
import type { Login, Query } from "../../client/client.ts";
import { ask, listUpTo, path } from "../../client/client.ts";
import { UsageError } from "../options.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import type { Column } from "./output.ts";
import { moment } from "./moment.ts";
import { describe, print, table } from "./output.ts";

/** A list of the API's: where it is, by what it can be narrowed, and what people see of it. */
export interface Listed<Item> {
  readonly name: string;
  readonly description: string;
  readonly path: string;
  /**
   * Options that are passed on as the query's field of the same name: `["status <STATUS>", "open, filled…"]`. Those of a
   * `<TIME>` may be typed as everywhere else.
   */
  readonly filters: readonly (readonly [flag: string, description: string])[];
  readonly columns: readonly Column<Item>[];
  /** Said where there is nothing. */
  readonly nothing: string;
  /** What one of them looks like; left out: there is no way to ask for a single one. */
  readonly one?: (item: Item) => string;
  /** As of `clientCommand`. */
  readonly examples: string;
}

interface Options extends Asking {
  readonly limit: string;
  readonly [filter: string]: unknown;
}

const MOST = 10_000;

/** `orders`: all of them, newest first; `orders ID`: one with all that is known of it. */
export function listCommand<Item extends object>(listed: Listed<Item>): Command {
  const { name, description, filters, one, examples } = listed;
  const command = clientCommand(name, description, examples);
  if (one !== undefined)
    command.aliases(["show", "get"]).argument("[ID]", "only this one, in full");
  for (const [flag, explained] of filters) command.option(`--${flag}`, explained);
  command.option("--limit <N>", "how many at most", "50");
  return command.action(async (...given: readonly unknown[]) => {
    const [first, second] = given;
    if (typeof first === "string") await showOne(listed, first, second as Options);
    else await showAll(listed, (one === undefined ? first : second) as Options);
  });
}

async function showOne<Item extends object>(
  { path: list, one = describe }: Listed<Item>,
  id: string,
  options: Options,
): Promise<void> {
  const item = await ask<Item>(loginFrom(options), "GET", list + path`/${id}`);
  print(item, options.json, () => one(item));
}

async function showAll<Item>(
  { path: list, filters, columns, nothing }: Listed<Item>,
  options: Options,
): Promise<void> {
  const most = mostOf(options.limit);
  const login = loginFrom(options);
  const page = await listUpTo<Item>(login, list, await queryOf(login, filters, options), most);
  print(page, options.json, () => {
    if (page.data.length === 0) return nothing;
    const more = page.next_cursor === null ? "" : `\nThere are more: --limit ${most * 4}`;
    return table(columns, page.data) + more;
  });
}

async function queryOf(
  login: Login,
  filters: Listed<never>["filters"],
  options: Options,
): Promise<Query> {
  const fields = filters.map(async ([flag]) => {
    const [field = "", kind] = flag.split(" ");
    const typed = options[camel(field)] as string | undefined;
    const value = kind === "<TIME>" ? await moment(login, `--${field}`, typed) : typed;
    return [field.replaceAll("-", "_"), value] as const;
  });
  return Object.fromEntries(await Promise.all(fields));
}

/** How many of a list are wanted. @throws UsageError */
export function mostOf(text: string): number {
  const most = Number(text);
  if (/^\d{1,5}$/.test(text) && most >= 1 && most <= MOST) return most;
  throw new UsageError(`--limit is a whole number from 1 to ${MOST}, not "${text}"`);
}

function camel(field: string): string {
  return field.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
