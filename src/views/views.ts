import type { ExchangeState } from "../exchange/state.ts";
import type { Recorded } from "../exchange/recorded.ts";
import type { Document } from "../ports.ts";
import { hearAccount } from "./account-views.ts";
import { hearAuction } from "./auction-views.ts";
import { hearClaim } from "./claim-views.ts";
import { hearContract } from "./contract-views.ts";
import { hearInvoice } from "./invoice-views.ts";
import { hearMoney } from "./money-views.ts";
import { hearOrder } from "./order-views.ts";
import { hearOwner } from "./owner-views.ts";
import { hearRental } from "./rental-views.ts";
import type { KeptDocument } from "./shelf.ts";
import { Shelf } from "./shelf.ts";

/** Follows the events with the documents that lists and look-ups show; `state` is as it is after each event. */
export class Views {
  readonly #shelf: Shelf;

  /** @param kept what another had kept, to go on from there */
  constructor(kept: readonly KeptDocument[] = []) {
    this.#shelf = new Shelf(kept);
  }

  /** The documents that may still change. */
  records(): readonly KeptDocument[] {
    return this.#shelf.records();
  }

  hear(recorded: Recorded, state: ExchangeState): void {
    hearOrder(this.#shelf, recorded);
    hearContract(this.#shelf, recorded, state);
    hearClaim(this.#shelf, recorded);
    hearMoney(this.#shelf, recorded);
    hearInvoice(this.#shelf, recorded, state);
    hearAccount(this.#shelf, recorded);
    hearOwner(this.#shelf, recorded);
    hearRental(this.#shelf, recorded);
    hearAuction(this.#shelf, recorded);
  }

  /** What has changed since it was last asked for: each document as it is now. */
  takeChanged(): readonly Document[] {
    return this.#shelf.takeChanged();
  }
}
