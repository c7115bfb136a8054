import type { Store, Viewer } from "../ports.ts";
import type { ResourceKind, Resources } from "../views/resources.ts";
import { Views } from "../views/views.ts";
import { notFound } from "./api-error.ts";
import type { ApiContext, Caller } from "./context.ts";
import type { Done } from "./submit.ts";

/** The resource as it is durable. @throws ApiError 404 where it is not there, or not the viewer's to see */
export async function findResource<Kind extends ResourceKind>(
  store: Store,
  viewer: Viewer,
  kind: Kind,
  id: string,
): Promise<Resources[Kind]> {
  const found = await store.document(viewer, kind, id);
  if (found === null) throw notFound(kind, id);
  return found.body as unknown as Resources[Kind];
}

/** As whom a caller is shown what it has just done: whoever acts for every account sees what it did, if nothing else. */
export function doer({ viewer, scopes }: Caller): Viewer {
  return scopes.has("owner:write") ? { ...viewer, sees: "all" } : viewer;
}

/**
 * What the request has made, as it was right then: rebuilt from its events, so that a repeated request gets the same
 * answer, whatever has happened since. Oldest first.
 */
export function answersFrom<Kind extends ResourceKind>(
  { journal }: ApiContext,
  caller: Caller,
  { events }: Done,
  kind: Kind,
): Resources[Kind][] {
  const viewer = doer(caller);
  const views = new Views();
  for (const recorded of events) views.hear(recorded, journal.durable.state);
  return views
    .takeChanged()
    .filter((made) => made.kind === kind)
    .filter((made) => viewer.sees === "all" || made.account === viewer.account)
    .map(({ body }) => body as unknown as Resources[Kind]);
}

/** As {@link answersFrom}, of a request that makes one thing of the kind. */
export function answerFrom<Kind extends ResourceKind>(
  context: ApiContext,
  caller: Caller,
  done: Done,
  kind: Kind,
): Resources[Kind] {
  const [made] = answersFrom(context, caller, done, kind);
  if (made === undefined) throw new Error(`bug: the request has made no ${kind}`);
  return made;
}
