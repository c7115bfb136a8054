import type { Account, ApiKey, Member } from "../accounts/account.ts";
import type { Recorded } from "../exchange/recorded.ts";
import { NO_MONEY } from "../units.ts";
import { formatMoney } from "../wire/money.ts";
import { shareNumber } from "../wire/share.ts";
import { formatTime } from "../wire/time.ts";
import type { AccountResource, KeyResource, MemberResource } from "./resources.ts";
import type { Shelf } from "./shelf.ts";

export function hearAccount(shelf: Shelf, { sequence, event }: Recorded): void {
  switch (event.type) {
    case "account_created":
    case "account_changed": {
      const { account } = event;
      return shelf.put("account", account.id, account.id, sequence, accountResource(account));
    }
    case "member_added":
    case "member_changed": {
      const { member } = event;
      return shelf.put("member", member.id, member.account, sequence, memberResource(member));
    }
    case "member_removed":
      shelf.change("member", event.member, (body) => ({ ...body, status: "removed" }));
      return shelf.finish("member", event.member);
    case "key_created":
      return shelf.put(
        "api_key",
        event.key.id,
        event.key.account,
        sequence,
        keyResource(event.key),
      );
    case "key_revoked": {
      const revoked = formatTime(event.at);
      shelf.change("api_key", event.key, (body) => ({ ...body, revoked }));
      return shelf.finish("api_key", event.key);
    }
    default:
  }
}

function accountResource(account: Account): AccountResource {
  const { id, name, email, status, payment, accepted } = account;
  const limit = formatMoney(payment.kind === "postpaid" ? payment.limit : NO_MONEY);
  return {
    id,
    name,
    email,
    status,
    payment: { kind: payment.kind, limit },
    tax_rate: shareNumber(account.taxRate),
    max_gpus: account.maxGpus,
    skus: account.skus,
    accepted_terms:
      accepted === null ? null : { version: accepted.version, at: formatTime(accepted.at) },
    created: formatTime(account.created),
  };
}

function memberResource({ id, account, name, email, role }: Member): MemberResource {
  return { id, account, name, email, role, status: "active" };
}

function keyResource(key: ApiKey): KeyResource {
  const { id, account, member, name, hint, scopes, created, expires, revoked } = key;
  return {
    id,
    account,
    member,
    name,
    hint,
    scopes,
    created: formatTime(created),
    expires: expires === null ? null : formatTime(expires),
    revoked: revoked === null ? null : formatTime(revoked),
  };
}
