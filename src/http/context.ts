import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Role, Scope } from "../accounts/roles.ts";
import type { Journal } from "../journal/journal.ts";
import type { Clock, Ids, Store, Viewer } from "../ports.ts";
import type { PaymentProvider } from "../payments/provider.ts";
import type { Service } from "../service/service.ts";
import type { AddressRules } from "../webhooks/address.ts";

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
