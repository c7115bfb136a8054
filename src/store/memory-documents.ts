import type { Document, ListQuery, Viewer } from "../ports.ts";

/** Documents in memory: each kind by id, and in the order of its lists. */
export interface MemoryDocuments {
  put(document: Document): void;
  get(viewer: Viewer, kind: string, id: string): Document | null;
  list(viewer: Viewer, query: ListQuery): readonly Document[];
}

interface Kind {
  readonly byId: Map<string, Document>;
  /** By position, then id, oldest first; what stands here is looked up by id, since it changes. */
  readonly places: { readonly position: number; readonly id: string }[];
}

type Place = Kind["places"][number];

function before(a: Place, b: Place): boolean {
  return a.position === b.position ? a.id < b.id : a.position < b.position;
}

/** How many of the places come before this one. */
function rank(places: readonly Place[], place: Place): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(places[middle] as Place, place)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function visible(viewer: Viewer, { account }: Document): boolean {
  return viewer.sees === "all" || account === null || account === viewer.account;
}

function matches({ body }: Document, where: ListQuery["where"]): boolean {
  const fields = Object.entries(where);
  if (fields.length === 0) return true;
  if (body === null || typeof body !== "object" || Array.isArray(body)) return false;
  return fields.every(
    ([name, value]) => (body as Readonly<Record<string, unknown>>)[name] === value,
  );
}

function put({ byId, places }: Kind, document: Document): void {
  const old = byId.get(document.id);
  const { position, id } = old ?? document;
  byId.set(id, { ...document, position });
  if (old === undefined) places.splice(rank(places, { position, id }), 0, { position, id });
}

function list(
  { byId, places }: Kind,
  viewer: Viewer,
  { where, after, limit }: ListQuery,
): readonly Document[] {
  const found: Document[] = [];
  let index = after === null ? places.length : rank(places, after);
  while (index > 0 && found.length < limit) {
    index -= 1;
    const document = byId.get(places[index]?.id ?? "");
    if (document && visible(viewer, document) && matches(document, where)) found.push(document);
  }
  return found;
}

export function memoryDocuments(): MemoryDocuments {
  const kinds = new Map<string, Kind>();
  return {
    put: (document) => {
      const kind = kinds.get(document.kind) ?? { byId: new Map(), places: [] };
      kinds.set(document.kind, kind);
      put(kind, document);
    },
    get: (viewer, kind, id) => {
      const document = kinds.get(kind)?.byId.get(id);
      return document !== undefined && visible(viewer, document) ? document : null;
    },
    list: (viewer, query) => {
      const kind = kinds.get(query.kind);
      return kind === undefined ? [] : list(kind, viewer, query);
    },
  };
}
