import type { ExchangeCommand } from "../../src/exchange/commands.ts";
import type { ExchangeState } from "../../src/exchange/state.ts";
import type { Random } from "../../src/demo/random.ts";
import type { EpochMs } from "../../src/units.ts";
import { anyOf } from "../draw.ts";
import type { World } from "../world.ts";

/** What an actor sees when it makes up its mind: the durable state, like everyone. */
export interface Scene {
  readonly random: Random;
  readonly state: ExchangeState;
  readonly world: World;
  /** By the clock; the state may lie behind. */
  readonly now: EpochMs;
}

/** What an actor asks for. */
export interface Wish {
  readonly account: string;
  /** The command as it is when it is decided, on the state and with a fresh id. */
  readonly command: (state: ExchangeState, id: () => string) => ExchangeCommand;
}

/** Null: there is nothing that it could ask for now. */
export type Actor = (scene: Scene) => Wish | null;

const CUSTOMERS = ["ann", "bob", "cat", "dan", "eve"] as const;

/** Mostly one that exists. */
export function customer({ random }: Scene): string {
  const index = Math.floor(random() * 40);
  return CUSTOMERS[index % 8] ?? (index === 39 ? "nobody" : "ann");
}

/** A contract that lives, and who holds it. */
export function liveContract({ random, state }: Scene) {
  const { contracts, pools } = state.market;
  const found = anyOf(random, contracts);
  if (found === null) return null;
  const [id, place] = found;
  return pools.get(place.pool)?.holdings.get(place.notice, id) ?? null;
}

export function nextMinute(now: EpochMs): number {
  return Math.ceil(now / 60_000) * 60_000;
}
