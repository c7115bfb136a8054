import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Command } from "commander";
import { expect, test, vi } from "vitest";
import { testWorld } from "../../src/http/api.test-data.ts";
import { carryOut, programOf } from "../../src/cli/program.ts";
import type { Checkout, PaymentProvider } from "../../src/payments/provider.ts";

/** Which command asks which operation of the API: a person can do from the command line whatever the API can do. */
const COMMANDS = {
  createAccount: "accounts create",
  listAccounts: "accounts list",
  getAccount: "accounts show",
  changeAccount: "accounts change",
  getBalance: "balance",
  acceptTerms: "terms accept",
  requireTerms: "terms require",
  getTerms: "terms show",
  addMember: "members add",
  listMembers: "members list",
  changeMember: "members change",
  removeMember: "members remove",
  getMe: "whoami",
  createKey: "keys create",
  listKeys: "keys list",
  rotateKey: "keys rotate",
  revokeKey: "keys revoke",
  listAuditEntries: "audit list",
  listPools: "pools list",
  getPolicy: "policy show",
  changePolicy: "policy set",
  getOffering: "pools price",
  changeOffering: "stop-selling",
  declareRun: "runs declare",
  listRuns: "runs list",
  withdrawRun: "runs withdraw",
  blockGpus: "blocks add",
  listBlocks: "blocks list",
  unblockGpus: "blocks lift",
  getLadder: "ladder",
  getBook: "book",
  listFills: "fills",
  listListings: "listings",
  getQuote: "quote",
  placeOrder: "buy",
  listOrders: "orders list",
  getOrder: "orders show",
  amendOrder: "orders amend",
  cancelOrder: "orders cancel",
  listContracts: "contracts list",
  getContract: "contracts show",
  quoteCancellation: "contracts cancel",
  cancelContract: "contracts cancel",
  extendContract: "contracts extend",
  keepCheckpoint: "contracts checkpoint",
  drillRecall: "contracts drill",
  submitJob: "jobs submit",
  listJobs: "jobs list",
  getJob: "jobs show",
  readJobLog: "jobs log",
  cancelJob: "jobs cancel",
  claimBreach: "claims file",
  listBreachClaims: "claims list",
  acceptBreachClaim: "claims accept",
  declineBreachClaim: "claims decline",
  previewRecall: "recall preview",
  giveRecall: "recall give",
  listRecalls: "recall list",
  getRecall: "recall show",
  withdrawRecall: "recall withdraw",
  listNotices: "notices",
  startRental: "rent start",
  listRentals: "rent list",
  getRental: "rent show",
  stopRental: "rent stop",
  placeSpotBid: "spot bid",
  listSpotBids: "spot list",
  getSpotBid: "spot show",
  withdrawSpotBid: "spot withdraw",
  listSpotPrices: "spot prices",
  openShelf: "shelf open",
  listShelves: "shelf list",
  getShelf: "shelf show",
  getShelfFigures: "shelf figures",
  closeShelf: "shelf close",
  listShelfOffers: "shelf offers",
  rentSlice: "shelf slice",
  openAuction: "auctions open",
  listAuctions: "auctions list",
  getAuction: "auctions show",
  callOffAuction: "auctions call-off",
  placeAuctionOrder: "auctions order",
  listAuctionOrders: "auctions orders",
  getAuctionOrder: "auctions orders",
  cancelAuctionOrder: "auctions cancel",
  recordDeposit: "deposit",
  recordPayout: "payout",
  recordReversal: "reversal",
  giveCredit: "credit",
  openCheckout: "checkout",
  listPayments: "payments",
  listUsage: "usage",
  listLedgerEntries: "ledger",
  issueInvoice: "invoices issue",
  listInvoices: "invoices list",
  getInvoice: "invoices show",
  getInvoicePage: "invoices download",
  getInvoicePdf: "invoices download",
  issueCreditNote: "credit-notes issue",
  listCreditNotes: "credit-notes list",
  getCreditNote: "credit-notes show",
  getCreditNotePage: "credit-notes download",
  getCreditNotePdf: "credit-notes download",
  getCalendar: "calendar show",
  followEvents: "watch",
  listEvents: "events",
  createWebhook: "webhooks add",
  listWebhooks: "webhooks list",
  getWebhook: "webhooks show",
  deleteWebhook: "webhooks remove",
  rotateWebhookSecret: "webhooks rotate",
  replayWebhook: "webhooks replay",
  listWebhookDeliveries: "webhooks deliveries",
};

interface Described {
  readonly paths: Record<string, Record<string, { readonly operationId: string }>>;
}

/** With a provider of payments the API has all its operations. */
const payments: PaymentProvider = {
  name: "nobody",
  createCheckout: () => Promise.reject(new Error("nobody pays here")),
};

test("every operation of the API has its command, and every command is there", async () => {
  const { api } = await testWorld({ payments });
  const answer = await api.request("/openapi.json");
  const { paths } = (await answer.json()) as Described;
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const ids = operations.map(({ operationId }) => operationId);
  expect(Object.keys(COMMANDS).toSorted()).toEqual(ids.toSorted());
  const program = await programOf();
  const missing = Object.values(COMMANDS).filter((words) => !isThere(program, words.split(" ")));
  expect(missing).toEqual([]);
});

test("a checkout is opened for oneself, and says where to pay", async () => {
  const opened: Checkout[] = [];
  const createCheckout: PaymentProvider["createCheckout"] = (checkout) => {
    opened.push(checkout);
    return Promise.resolve({ id: "chk_1", url: "https://pay.example/chk_1" });
  };
  const world = await testWorld({ payments: { name: "nobody", createCheckout } });
  const key = await world.buyer("acme", "1");
  const server = createServer(getRequestListener(world.api.fetch)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const paid = "https://acme.example/paid";
  vi.stubEnv("SPILLWAY_KEY", key).stubEnv("SPILLWAY_URL", url);
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    expect(await carryOut(["node", "spillway", "checkout", "250.00", "--success-url", paid])).toBe(
      0,
    );
    expect(out).toHaveBeenCalledExactlyOnceWith("https://pay.example/chk_1\n");
  } finally {
    out.mockRestore();
    vi.unstubAllEnvs();
    server.close();
  }
  expect(opened).toMatchObject([
    { account: "acme", amount: 250_000_000n, successUrl: paid, cancelUrl: paid },
  ]);
});

function isThere(command: Command, [word, ...rest]: readonly string[]): boolean {
  if (word === undefined) return command.commands.length === 0;
  const next = command.commands.find((each) => [each.name(), ...each.aliases()].includes(word));
  return next !== undefined && isThere(next, rest);
}
