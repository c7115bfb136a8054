import type { Role, Scope } from "../../../src/accounts/roles.ts";
import { scopesOf } from "../../../src/accounts/roles.ts";
import type { World } from "../../../src/http/api.test-data.ts";
import { testWorld } from "../../../src/http/api.test-data.ts";
import { createApi } from "../../../src/http/api.ts";
import { delivery, ListedJobs } from "../../../src/http/routes/jobs.test-data.ts";
import { hashKey, hintOf, newApiKey } from "../../../src/http/api-key.ts";
import type { Api } from "../../../src/http/context.ts";
import { toCents } from "../../../src/payments/cents.ts";
import type { PaymentProvider } from "../../../src/payments/provider.ts";
import { durationMs, epochMs, HOUR_MS } from "../../../src/units.ts";

/** In all that belongs to the victim, and in nothing else. */
export const CANARY = "canary";
export const VICTIM = `${CANARY}-0`;
export const ATTACKER = "mallory";

/** Somebody who sends requests. */
export interface Caller {
  readonly name: string;
  /** Null: sends none. */
  readonly key: string | null;
  /** May read what is the victim's. */
  readonly mayReadAll: boolean;
  /** May act for the victim, and so sees what it makes there. */
  readonly actsForAll: boolean;
  /** May do nothing at all. */
  readonly isLive: boolean;
}

export interface Cast {
  readonly world: World;
  readonly api: Api;
  readonly victim: Caller;
  /** Everyone but the victim. */
  readonly callers: readonly Caller[];
  /** Told to the API's log, and to be taken from here. */
  readonly faults: unknown[];
  /** Ids of what is made meanwhile are the victim's. */
  asVictim<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Opens a checkout for whole cents, as a provider does, and asks nobody. */
const PAYMENTS: PaymentProvider = {
  name: "fuzz",
  createCheckout: ({ amount, idempotencyKey: id }) =>
    Promise.resolve(
      toCents(amount) === null
        ? { refusal: "amount_not_in_cents" }
        : { id, url: `https://pay.example/${id}` },
    ),
};

const BUYERS: readonly Role[] = ["buyer_admin", "buyer_trader", "read_only"];

/** A market with a victim, somebody who wants to see what is the victim's, and the owner's people. */
export async function assemble(): Promise<Cast> {
  const world = await testWorld({}, { delivery, jobs: new ListedJobs() });
  const faults: unknown[] = [];
  let isVictim = false;
  let count = 0;
  const next = (prefix: string): string => `${prefix}_${isVictim ? CANARY : "n"}${++count}`;
  const logFault = (fault: unknown): void => void faults.push(fault);
  const api = createApi({ ...world.context, payments: PAYMENTS, ids: { next }, logFault });
  const victimKey = await world.buyer(VICTIM, "500000.00");
  await world.buyer(ATTACKER, "500000.00");
  const live = (name: string, key: string): Caller => caller(name, key, true);
  const callers = [
    live("owner_operator", await keyOf(world, "owner", "owner_operator")),
    live("auditor", await keyOf(world, "owner", "auditor")),
    ...(await Promise.all(
      BUYERS.map(async (role) => live(role, await keyOf(world, ATTACKER, role))),
    )),
    live(
      "narrow",
      await keyOf(world, ATTACKER, "buyer_admin", { scopes: ["market:read", "account:read"] }),
    ),
    live(
      "narrow operator",
      await keyOf(world, "owner", "owner_operator", { scopes: ["market:read", "trade"] }),
    ),
    live(
      "blind operator",
      await keyOf(world, "owner", "owner_operator", { scopes: ["owner:write"] }),
    ),
    caller("revoked", await keyOf(world, ATTACKER, "buyer_admin", { revoked: epochMs(1) }), false),
    caller(
      "expired",
      await keyOf(world, "owner", "owner_operator", { expires: epochMs(1) }),
      false,
    ),
    caller("unknown", newApiKey(), false),
    caller("nobody", null, false),
  ];
  await world.pass(durationMs(2 * HOUR_MS));
  return {
    world,
    api,
    victim: live("victim", victimKey),
    callers,
    faults,
    asVictim: async (work) => {
      isVictim = true;
      try {
        return await work();
      } finally {
        isVictim = false;
      }
    },
  };
}

const READS_ALL = ["owner_operator", "auditor"];
const ACTS_FOR_ALL = ["owner_operator", "blind operator"];

function caller(name: string, key: string | null, isLive: boolean): Caller {
  const actsForAll = ACTS_FOR_ALL.includes(name);
  return { name, key, mayReadAll: READS_ALL.includes(name), actsForAll, isLive };
}

interface Narrowed {
  readonly scopes?: readonly Scope[];
  readonly revoked?: ReturnType<typeof epochMs>;
  readonly expires?: ReturnType<typeof epochMs>;
}

async function keyOf(
  { context }: World,
  account: string,
  role: Role,
  { scopes = scopesOf(role), revoked, expires }: Narrowed = {},
): Promise<string> {
  const key = newApiKey();
  const [member, id] = [context.ids.next("mem"), context.ids.next("key")];
  const contact = { name: role, email: `${member}@example.com` };
  await context.journal.submit((desk) => {
    const made = { id, account, member, name: role, hash: hashKey(key), hint: hintOf(key) };
    const times = { created: desk.state.market.now, expires: expires ?? null, revoked: null };
    return (
      desk.do({ type: "add_member", member: { id: member, account, ...contact, role } }) ??
      desk.do({ type: "create_key", key: { ...made, ...times, scopes } }) ??
      (revoked === undefined
        ? null
        : desk.do({ type: "revoke_key", key: id, now: desk.state.market.now }))
    );
  });
  return key;
}
