import type { Random } from "../../src/demo/random.ts";
import { weighted } from "../draw.ts";
import * as accounts from "./accounts.ts";
import * as auctions from "./auctions.ts";
import * as claimants from "./claimants.ts";
import * as owner from "./owner.ts";
import * as renters from "./renters.ts";
import type { Actor } from "./scene.ts";
import * as traders from "./traders.ts";

/** How often each comes. */
export type Cast = readonly (readonly [weight: number, Actor])[];

const CAST: Cast = [
  [90, traders.buy],
  [30, traders.list],
  [24, traders.buyListed],
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
  [10, auctions.openAuction],
  [80, auctions.bidInAuction],
  [3, auctions.leaveAuction],
  [1, auctions.callOff],
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

/** In what share of the worlds somebody comes as often as usual, or all the time. */
const FASHIONS = [
  [7, 1],
  [3, 5],
] as const;

/**
 * The cast of one world. Where all come in all worlds nobody comes often enough for what several of a kind do to each
 * other; so each world has its own fashions (Groce et al., Swarm Testing, ISSTA 2012).
 */
export function drawCast(random: Random): Cast {
  return CAST.map(([weight, actor]) => [weight * weighted(random, FASHIONS), actor] as const);
}
