import type { Document, Json } from "../ports.ts";
import type { ResourceKind, Resources } from "./resources.ts";

interface Kept<Kind extends ResourceKind> {
  readonly account: string | null;
  readonly position: number;
  readonly body: Resources[Kind];
}

/** A document that may still change, with its kind and id. */
export type KeptDocument = readonly [name: string, kept: Kept<ResourceKind>];

/** The documents that may still change, and those that have since they were last taken. */
export class Shelf {
  readonly #kept: Map<string, Kept<ResourceKind>>;
  #changed = new Map<string, Document>();

  constructor(kept: readonly KeptDocument[] = []) {
    this.#kept = new Map(kept);
  }

  /** Those that may still change: each is replaced, and never changed in place. */
  records(): readonly KeptDocument[] {
    return [...this.#kept];
  }

  get<Kind extends ResourceKind>(kind: Kind, id: string): Resources[Kind] | undefined {
    return this.#kept.get(`${kind} ${id}`)?.body as Resources[Kind] | undefined;
  }

  /** @param account whose it is; null: anyone's */
  put<Kind extends ResourceKind>(
    kind: Kind,
    id: string,
    account: string | null,
    sequence: number,
    body: Resources[Kind],
  ): void {
    const before = this.#kept.get(`${kind} ${id}`);
    const kept = { account, position: before?.position ?? sequence, body };
    this.#kept.set(`${kind} ${id}`, kept);
    this.#changed.set(`${kind} ${id}`, documentOf(kind, id, kept));
  }

  /** Changes what is kept; what is not kept is over, and no longer changes. */
  change<Kind extends ResourceKind>(
    kind: Kind,
    id: string,
    change: (body: Resources[Kind]) => Resources[Kind],
  ): void {
    const before = this.#kept.get(`${kind} ${id}`);
    if (before === undefined) return;
    const kept = { ...before, body: change(before.body as Resources[Kind]) };
    this.#kept.set(`${kind} ${id}`, kept);
    this.#changed.set(`${kind} ${id}`, documentOf(kind, id, kept));
  }

  /** It will not change any more. */
  finish(kind: ResourceKind, id: string): void {
    this.#kept.delete(`${kind} ${id}`);
  }

  takeChanged(): readonly Document[] {
    const changed = [...this.#changed.values()];
    this.#changed = new Map();
    return changed;
  }
}

function documentOf(kind: string, id: string, kept: Kept<ResourceKind>): Document {
  // A resource is plain JSON by its type, which an interface without an index signature cannot say.
  return { kind, id, ...kept, body: kept.body as unknown as Json };
}
