import type { Document, Store, Viewer } from "../../src/ports.ts";
import { advanceReplica, emptyReplica } from "../../src/journal/replica.ts";
import { Views } from "../../src/views/views.ts";
import { demand } from "../violation.ts";
import type { Truth } from "./truth.ts";

const EVERYTHING: Viewer = { account: "owner", sees: "all" };

interface Checked {
  readonly store: Store;
  readonly truth: Truth;
}

/** Documents are those that the journal gives, and nobody sees another's. */
export async function checkDocuments({ store, truth }: Checked): Promise<void> {
  const rebuilt = rebuild(truth);
  let count = 0;
  for (const kind of new Set([...rebuilt.values()].map((document) => document.kind))) {
    const stored = await all(store, EVERYTHING, kind);
    count += stored.length;
    for (const document of stored) {
      const expected = rebuilt.get(`${kind} ${document.id}`);
      demand(expected !== undefined, `${kind} ${document.id} comes from the journal`);
      demand(same(document, expected), `${kind} ${document.id} is as the journal gives it`);
    }
    for (const { id } of truth.replica.state.accounts.accounts.values()) {
      await checkEyes(store, kind, id, stored);
    }
  }
  demand(count === rebuilt.size, "every document is stored");
}

function rebuild({ recorded }: Truth): Map<string, Document> {
  const [replica, views] = [emptyReplica(), new Views()];
  for (const each of recorded) {
    advanceReplica(replica, each);
    views.hear(each, replica.state);
  }
  return new Map(views.takeChanged().map((each) => [`${each.kind} ${each.id}`, each]));
}

/** PostgreSQL keeps the fields of a body in an order of its own. */
function same(a: Document, b: Document): boolean {
  return a.account === b.account && a.position === b.position && text(a.body) === text(b.body);
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

async function checkEyes(
  store: Store,
  kind: string,
  account: string,
  stored: readonly Document[],
): Promise<void> {
  const viewer: Viewer = { account, sees: "own" };
  const seen = await all(store, viewer, kind);
  const theirs = stored.filter((each) => each.account === null || each.account === account);
  demand(
    seen.map(({ id }) => id).join() === theirs.map(({ id }) => id).join(),
    `${account} sees each ${kind} of its own, and no other`,
  );
  const foreign = stored.find((each) => each.account !== null && each.account !== account);
  if (foreign === undefined) return;
  const found = await store.document(viewer, kind, foreign.id);
  demand(found === null, `${account} cannot look up another's ${kind}`);
}

async function all(store: Store, viewer: Viewer, kind: string): Promise<readonly Document[]> {
  return store.documents(viewer, { kind, where: {}, after: null, limit: 100_000 });
}
