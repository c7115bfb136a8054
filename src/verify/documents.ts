import { isDeepStrictEqual } from "node:util";
import type { Document } from "../ports.ts";
import type { StoredDocument } from "../store/snapshot.ts";
import { storableJson } from "../store/storable-text.ts";
import type { Faults } from "./faults.ts";

export interface Compared {
  readonly count: number;
  /** Those that the store has otherwise, or not at all, as the journal gives them. */
  readonly stale: readonly Document[];
}

/** Read models as they stand, beside those that the journal gives. @param rebuilt by kind and id; it is emptied */
export async function compareDocuments(
  stored: AsyncIterable<StoredDocument>,
  rebuilt: Map<string, Document>,
  faults: Faults,
): Promise<Compared> {
  const stale: Document[] = [];
  let count = 0;
  for await (const document of stored) {
    count += 1;
    const name = `${document.kind} ${document.id}`;
    const expected = rebuilt.get(name);
    rebuilt.delete(name);
    if (expected === undefined) faults.add(`The document ${name} comes from no event.`);
    else if (!isSame(document, expected)) {
      stale.push(expected);
      faults.add(`The document ${name} is not what the journal gives.`);
    }
  }
  for (const [name, document] of rebuilt) {
    stale.push(document);
    faults.add(`The document ${name} is missing.`);
  }
  return { count, stale };
}

function isSame(stored: StoredDocument, expected: Document): boolean {
  return (
    stored.account === expected.account &&
    stored.position === expected.position &&
    isDeepStrictEqual(JSON.parse(stored.body), JSON.parse(storableJson(expected.body)))
  );
}
