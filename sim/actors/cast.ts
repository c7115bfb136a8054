import type { Random } from "../../src/demo/random.ts";
import { weighted } from "../draw.ts";
import * as accounts from "./accounts.ts";
import * as claimants from "./claimants.ts";
import * as owner from "./owner.ts";
import * as renters from "./renters.ts";
import type { Actor } from "./scene.ts";
import * as traders from "./traders.ts";

/** How often each comes. */
const CAST: readonly (readonly [weight: number, Actor])[] = [
  [45, traders.buy],
  [24, traders.list],
  [16, traders.buyListed],
  [5, traders.amend],
  [3, traders.cancel],
  [3, traders.giveUp],
  [4, traders.prolong],
  [7, renters.rent],
  [2, renters.stop],
  [6, renters.bid],
  [1, renters.unbid],
  [3, renters.openShelf],
  [1, renters.closeShelf],
  [5, renters.slice],
  [1, claimants.keep],
  [1, claimants.drill],
  [2, claimants.claim],
  [1, claimants.judge],
  [9, owner.recall],
  [7, owner.withdraw],
  [2, owner.price],
  [1, owner.selling],
  [2, owner.declare],
  [1, owner.undeclare],
  [2, owner.block],
  [1, owner.unblock],
  [1, owner.fees],
  [1, owner.policy],
  [5, accounts.deposit],
  [3, accounts.payOut],
  [1, accounts.credit],
  [3, accounts.change],
  [1, accounts.open],
  [1, accounts.require],
  [6, accounts.accept],
  [2, accounts.join],
  [3, accounts.promote],
  [3, accounts.makeKey],
  [2, accounts.revoke],
];

export function drawActor(random: Random): Actor {
  return weighted(random, CAST);
}
