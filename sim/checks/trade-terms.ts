import type { Contract } from "../../src/contracts/contract.ts";
import type { ExchangeCommand, ExchangeEvent } from "../../src/exchange/commands.ts";
import type { ExchangeState } from "../../src/exchange/state.ts";
import type { Order } from "../../src/market/order.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { demand } from "../violation.ts";

const RENTED: ReadonlySet<string> = new Set<ExchangeCommand["type"]>([
  "start_rental",
  "renew_rentals",
  "clear_spot",
]);

/** What an order asks for besides its price: all or none; and what a contract keeps through every resale. */
export class TradeTerms {
  readonly #policies = new Map<string, Policy>();
  readonly #orders = new Map<string, Order>();
  /** When a contract's minimum run ends. */
  readonly #ripe = new Map<string, number>();
  /** GPUs that the command under way has brought to an all-or-none order. */
  #filled = new Map<string, number>();
  #command: ExchangeCommand | null = null;

  hear(event: ExchangeEvent, command: ExchangeCommand, state: ExchangeState): void {
    if (command !== this.#command) this.#begin(command);
    switch (event.type) {
      case "order_placed":
        this.#orders.set(event.order.id, event.order);
        return;
      case "pool_opened":
        this.#policies.set(event.pool.id, event.policy);
        return;
      case "policy_changed":
        this.#policies.set(event.pool, event.policy);
        return;
      case "contract_sold": {
        const { id, pool, window, promise } = event.contract;
        const rung = this.#policies.get(pool)?.rungs.find((each) => each.notice === promise.notice);
        const run = RENTED.has(command.type) ? 0 : rung?.minimumRun;
        demand(promise.minimumRun === run, "an order gets its rung's minimum run, a rental none");
        this.#ripe.set(id, window.start + promise.minimumRun);
        if (command.type === "clear_auction") checkReserve(event.contract, state);
        return this.#fill(event.order, event.contract.soldGpus);
      }
      case "contract_resold": {
        const { id, window, promise } = event.contract;
        const ripe = this.#ripe.get(event.from) ?? 0;
        const left = Math.max(0, ripe - window.start);
        demand(promise.minimumRun === left, "the minimum run does not start anew with a resale");
        this.#ripe.set(id, ripe);
        return this.#fill(event.order, event.contract.soldGpus);
      }
      default:
    }
  }

  #begin(command: ExchangeCommand): void {
    for (const [order, gpus] of this.#filled) {
      demand(gpus === this.#orders.get(order)?.gpus, "all or none is all or none");
    }
    this.#filled = new Map();
    this.#command = command;
  }

  #fill(order: string, gpus: number): void {
    if (this.#orders.get(order)?.fill !== "all-or-none") return;
    this.#filled.set(order, (this.#filled.get(order) ?? 0) + gpus);
  }
}

/** What an auction sells costs no less than whoever orders would pay for it. */
function checkReserve({ pool, price, promise }: Contract, { market }: ExchangeState): void {
  const ask = market.pools.get(pool)?.asks.get(promise.notice);
  demand(ask !== undefined && price >= ask.price, "an auction sells nothing below the reserve");
}
