import { z } from "@hono/zod-openapi";
import type { Document, ListQuery, Store, Viewer } from "../ports.ts";
import type { ResourceKind, Resources } from "../views/resources.ts";
import { invalid } from "./api-error.ts";

const MOST = 200;
const USUAL = 50;

/** What every list takes. */
export const pageQuery = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST)
    .default(USUAL)
    .openapi({ type: "integer", description: "How many at most" }),
  cursor: z.string().max(400).optional().openapi({ description: "next_cursor of the page before" }),
});

export type PageQuery = z.output<typeof pageQuery>;

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item),
    next_cursor: z.string().nullable().openapi({ description: "null: there is no more" }),
  });
}

export interface Page<Item> {
  readonly data: Item[];
  readonly next_cursor: string | null;
}

/** Newest first. */
export async function listResources<Kind extends ResourceKind>(
  store: Store,
  viewer: Viewer,
  kind: Kind,
  where: Readonly<Record<string, string | undefined>>,
  { limit, cursor }: PageQuery,
): Promise<Page<Resources[Kind]>> {
  const given = Object.entries(where).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const query: ListQuery = {
    kind,
    where: Object.fromEntries(given),
    after: cursor === undefined ? null : placeIn(cursor),
    limit: limit + 1,
  };
  const found = await store.documents(viewer, query);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(({ body }) => body as unknown as Resources[Kind]),
    next_cursor: found.length > limit && last !== undefined ? cursorOf(last) : null,
  };
}

function cursorOf({ position, id }: Document): string {
  return Buffer.from(`${position} ${id}`).toString("base64url");
}

function placeIn(cursor: string): { position: number; id: string } {
  const text = Buffer.from(cursor, "base64url").toString();
  const [, position, id] = /^(\d{1,15}) ([\x21-\x7e]{1,200})$/.exec(text) ?? [];
  if (position === undefined || id === undefined) {
    throw invalid("cursor_not_valid", "A cursor is the next_cursor of the page before.", "cursor");
  }
  return { position: Number(position), id };
}
