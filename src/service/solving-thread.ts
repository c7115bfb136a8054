/** A thread that solves one auction and ends. */
import { parentPort, workerData } from "node:worker_threads";
import { clearAuction } from "../auction/clear.ts";
import type { AuctionProblem } from "../exchange/auction-entrants.ts";

const { sale, offers, orders } = workerData as AuctionProblem;
// Threads have no origins: the rule is about windows.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage(clearAuction(sale.grid, offers, orders));
