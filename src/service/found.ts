import type { Account, ApiKey, Member } from "../accounts/account.ts";
import { OWNER } from "../accounts/account.ts";
import { SCOPES } from "../accounts/roles.ts";
import type { Journal } from "../journal/journal.ts";
import type { Requester } from "../journal/audit.ts";
import type { Turn } from "../journal/turn.ts";
import type { PoolConfig } from "../market/state.ts";
import type { Policy } from "../policy/policy.ts";
import type { MicroUsdPerGpuHour } from "../units.ts";
import { ppm } from "../units.ts";

/** What an installation begins with. */
export interface Founding {
  readonly owner: { readonly name: string; readonly email: string };
  /** The owner's first key: its hash, and by what it is recognised. */
  readonly key: { readonly hash: string; readonly hint: string };
  readonly pools: readonly {
    readonly config: PoolConfig;
    readonly policy: Policy;
    readonly price: MicroUsdPerGpuHour;
  }[];
}

/** Whether the installation has an owner yet. */
export function isFounded({ durable }: Journal): boolean {
  return durable.state.accounts.accounts.has(OWNER);
}

export const FIRST_KEY = "key_owner";

/** The first key is made by nobody who has one. */
const BY_ITSELF: Requester = {
  requestId: "",
  account: OWNER,
  member: "mem_owner",
  key: "",
  operation: "found",
  path: "",
  address: null,
};

/** Makes the owner's account, its first member and key, and opens the pools that are not open yet. */
export async function found(journal: Journal, founding: Founding): Promise<void> {
  if (!isFounded(journal)) await makeOwner(journal, founding);
  await openPools(journal, founding.pools);
}

async function makeOwner(journal: Journal, { owner, key }: Founding): Promise<void> {
  const turn: Turn = (desk) => {
    const created = desk.state.market.now;
    const account: Account = {
      id: OWNER,
      ...owner,
      status: "active",
      payment: { kind: "prepaid" },
      taxRate: ppm(0),
      maxGpus: null,
      skus: null,
      accepted: null,
      created,
    };
    const member: Member = { id: "mem_owner", account: OWNER, ...owner, role: "owner_operator" };
    const first: ApiKey = {
      id: FIRST_KEY,
      account: OWNER,
      member: member.id,
      name: "first key",
      ...key,
      scopes: SCOPES,
      created,
      expires: null,
      revoked: null,
    };
    return (
      desk.do({ type: "create_account", account }) ??
      desk.do({ type: "add_member", member }) ??
      desk.do({ type: "create_key", key: first })
    );
  };
  const receipt = await journal.submit(turn, null, BY_ITSELF);
  if (receipt.refusal !== null) throw new Error(`the owner cannot be made: ${receipt.refusal}`);
}

async function openPools(journal: Journal, pools: Founding["pools"]): Promise<void> {
  const { state } = journal.durable;
  for (const { config, policy, price } of pools) {
    if (state.market.pools.has(config.id)) continue;
    const receipt = await journal.submit(
      (desk) =>
        desk.do({ type: "open_pool", pool: config, policy }) ??
        desk.do({ type: "set_price", pool: config.id, price }),
    );
    if (receipt.refusal !== null) {
      throw new Error(`pool ${config.id} cannot be opened: ${receipt.refusal}`);
    }
  }
}
