import type {
  Viewer,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookSecrets,
  WebhookStore,
} from "../ports.ts";

interface Kept {
  readonly endpoint: WebhookEndpoint;
  readonly secrets: WebhookSecrets;
  /** Oldest first. */
  readonly log: readonly WebhookDelivery[];
}

/** Deliveries that are kept of each endpoint. */
export const LONGEST_LOG = 1000;

export function memoryWebhooks(): WebhookStore {
  const all = new Map<string, Kept>();
  const change = (id: string, change: (kept: Kept) => Partial<Kept>): void => {
    const kept = all.get(id);
    if (kept !== undefined) all.set(id, { ...kept, ...change(kept) });
  };
  const seen = (viewer: Viewer, id: string): Kept | null => {
    const kept = all.get(id);
    const isSeen = viewer.sees === "all" || kept?.endpoint.account === viewer.account;
    return kept !== undefined && isSeen ? kept : null;
  };
  return {
    add: async (endpoint, secrets) => {
      if (all.has(endpoint.id)) return false;
      all.set(endpoint.id, { endpoint, secrets, log: [] });
      return true;
    },
    get: async (viewer, id) => seen(viewer, id)?.endpoint ?? null,
    list: async (viewer) => {
      const ids = [...all.keys()].toSorted((a, b) => (a < b ? -1 : 1));
      return ids.flatMap((id) => seen(viewer, id)?.endpoint ?? []);
    },
    remove: async (id) => void all.delete(id),
    secrets: async (id) => all.get(id)?.secrets ?? null,
    setSecrets: async (id, secrets) => change(id, () => ({ secrets })),
    move: async (id, from, to) =>
      change(id, ({ endpoint }) => {
        const isThere = from === null || endpoint.cursor === from;
        return isThere ? { endpoint: { ...endpoint, ...to } } : {};
      }),
    log: async (id, delivery) =>
      change(id, ({ log }) => ({ log: [...log, delivery].slice(-LONGEST_LOG) })),
    deliveries: async (viewer, id, limit) =>
      (seen(viewer, id)?.log ?? []).toReversed().slice(0, limit),
  };
}
