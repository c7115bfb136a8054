import { HashedMap } from "../hashed-map.ts";
import type { StateHash } from "../state-hash.ts";
import type { Account, ApiKey, Member } from "./account.ts";

/** Who may come in, and as whom. Changed only by `applyAccount`. */
export interface AccountsState {
  readonly accounts: HashedMap<string, Account>;
  readonly members: HashedMap<string, Member>;
  readonly keys: HashedMap<string, ApiKey>;
  /** The same keys by their hash. */
  readonly keysByHash: Map<string, ApiKey>;
  /** The version of the owner's terms that buyers must have accepted; empty: none is asked for. */
  readonly terms: HashedMap<"required", string>;
}

export function noAccounts(hash: StateHash): AccountsState {
  return {
    accounts: new HashedMap(hash, accountFields),
    members: new HashedMap(hash, memberFields),
    keys: new HashedMap(hash, keyFields),
    keysByHash: new Map(),
    terms: new HashedMap(hash, (version) => ["terms", version]),
  };
}

type Fields = (string | number | bigint)[];

function accountFields(account: Account): Fields {
  const { id, name, email, status, payment, taxRate, maxGpus, skus, accepted, created } = account;
  const limit = payment.kind === "postpaid" ? payment.limit : "";
  const terms = accepted === null ? ["", ""] : [accepted.version, accepted.at];
  // Null allows every SKU, an empty list none.
  const allowed = skus === null ? "" : JSON.stringify(skus);
  const rules = [status, payment.kind, limit, taxRate, maxGpus ?? "", allowed];
  return ["account", id, name, email, ...rules, ...terms, created];
}

function memberFields({ id, account, name, email, role }: Member): Fields {
  return ["member", id, account, name, email, role];
}

function keyFields(key: ApiKey): Fields {
  const { id, account, member, name, hash, scopes, created, expires, revoked } = key;
  return ["key", id, account, member, name, hash, ...scopes, created, expires ?? "", revoked ?? ""];
}
