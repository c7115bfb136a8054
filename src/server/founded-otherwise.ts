import { isDeepStrictEqual } from "node:util";
import type { ExchangeState } from "../exchange/state.ts";
import type { Policy } from "../policy/policy.ts";

/**
 * The pools that go by another policy than the settings say, in a sentence; null: there are none.
 * @param wanted what a pool would go by if it were opened now
 */
export function policiesPassedOver(
  { market }: ExchangeState,
  wanted: (pool: string) => Policy,
): string | null {
  const others = [...market.pools].filter(
    ([id, { policy }]) => !isDeepStrictEqual(policy, wanted(id)),
  );
  if (others.length === 0) return null;
  const pools = others.map(([pool]) => pool).join(", ");
  return `the policy in the settings is for pools that are opened anew, and differs from what ${pools} go by: change that with PUT /v1/pools/{pool}/policy`;
}
