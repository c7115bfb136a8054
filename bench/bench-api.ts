/** The API over a journal, as the service has it, for figures over real sockets. */
import { newApiKey } from "../src/http/api-key.ts";
import { createApi } from "../src/http/api.ts";
import type { Journal } from "../src/journal/journal.ts";
import type { Store } from "../src/ports.ts";
import { randomIds } from "../src/server/ids.ts";
import { Service } from "../src/service/service.ts";
import type { EpochMs } from "../src/units.ts";
import { durationMs, HOUR_MS } from "../src/units.ts";

/** Without clusters, on a clock that stands, and with a limit of requests that nobody reaches. */
export function apiOn(journal: Journal, store: Store, now: EpochMs): ReturnType<typeof createApi> {
  const clock = { now: () => now };
  const ports = { clock, ids: randomIds, clusters: [], warn: () => {} };
  return createApi({
    journal,
    store,
    service: new Service(journal, ports, durationMs(HOUR_MS)),
    clock,
    ids: randomIds,
    newKey: newApiKey,
    version: "bench",
    requestsPerMinute: 1e9,
    logFault: (fault) => console.error(fault),
  });
}
