import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Role, Scope } from "../accounts/roles.ts";
import type { Journal } from "../journal/journal.ts";
import type { Clock, Ids, Store, Viewer } from "../ports.ts";
import type { PaymentProvider } from "../payments/provider.ts";
import type { Service } from "../service/service.ts";
import type { AddressRules } from "../webhooks/address.ts";
import type { RequestTold } from "./watched.ts";

/** All that the API works with. */
export interface ApiContext {
  readonly journal: Journal;
  readonly store: Store;
  readonly service: Service;
  readonly clock: Clock;
  readonly ids: Ids;
  /** A fresh API key: 32 random bytes in its own alphabet. */
  readonly newKey: () => string;
  /** Where customers pay in by themselves; left out: they pay the owner, who books it. */
  readonly payments?: PaymentProvider;
  readonly version: string;
  /** Requests a minute that one key may send. */
  readonly requestsPerMinute: number;
  /** Which addresses webhooks may be sent to: public ones, unless tests say otherwise. */
  readonly webhookRules?: AddressRules;
  /** Aborted when the service stops: streams end. */
  readonly stopping?: AbortSignal;
  /** A proxy in front says in X-Forwarded-For who is asking. */
  readonly behindProxy?: boolean;
  /** Told of every request. */
  readonly told?: (request: RequestTold) => void;
  /** What Prometheus reads; left out: there is nothing to read. */
  readonly metrics?: () => Promise<{ readonly type: string; readonly text: string }>;
  /** Told of faults, which the caller sees only the request's id of. */
  readonly logFault: (fault: unknown, requestId: string) => void;
}

/** Who is asking. */
export interface Caller {
  readonly key: string;
  readonly account: string;
  readonly member: string;
  readonly role: Role;
  /** What the member's role and the key's scopes both allow. */
  readonly scopes: ReadonlySet<Scope>;
  /** The owner's staff see every account. */
  readonly viewer: Viewer;
}

/** What Hono carries along with a request. */
export interface ApiEnv {
  Variables: { caller: Caller; requestId: string };
}

export type Api = OpenAPIHono<ApiEnv>;
