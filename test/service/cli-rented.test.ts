import { afterAll, beforeAll, expect, test } from "vitest";
import { serveMarket } from "./cli-served.ts";
import type { Served } from "./cli-served.ts";

/** What is rented, bid for, put on a shelf and auctioned, as it is typed against a real server. */
let served: Served;

const answer: Served["answer"] = (...args) => served.answer(...args);
const typed = async (...args: readonly string[]) => await served.spillway(args);

/** The market's minutes are half a second long. */
const SPEED = 120;

beforeAll(async () => {
  served = await serveMarket(SPEED);
  await typed("login", "--url", served.url, "--key-file", "data/owner.key");
  for (const customer of ["neo", "acme"]) {
    const key = `${customer}.key`;
    await answer("accounts", "create", customer, "--email", "ops@a.example", "--save-key", key);
    await answer("deposit", customer, "5000");
    await typed("login", "--as", customer, "--url", served.url, "--key-file", key);
  }
});

afterAll(() => served.stop());

/** Until it has happened to this, or 20 s have passed. */
async function until(type: string, about: string, as: string): Promise<void> {
  const narrow = ["--after", "0", "--about", about, "--until", type, "--timeout", "20s"];
  expect(await typed("watch", ...narrow, "--as", as)).toMatchObject({ code: 0 });
}

test("GPUs are rented by the minute until they are stopped, and the notice is paid", async () => {
  const rent = ["rent", "8", "V100", "--max-price", "1", "--budget", "50", "--as", "acme"];
  const rental = await answer(...rent);
  expect(rental).toMatchObject({ sku: "V100", gpus: 8, status: "running", budget: "50.00" });
  expect((await typed("rent", "list", "--as", "acme")).out).toContain(rental.id);
  const stopped = await typed("rent", "stop", rental.id, "--as", "acme");
  expect(stopped.out).toMatch(/^Rental rnt_\w+ is ending: 8 GPUs in v100, paid until /);
  await until("rental.ended", rental.id, "acme");
  const over = await answer("rent", "show", rental.id, "--as", "acme");
  expect(over).toMatchObject({ status: "ended", why: "stopped" });
  expect(Number(over.committed)).toBeGreaterThan(0);
  expect(Number(over.committed)).toBeLessThanOrEqual(50);
});

test("a rental ends by itself before it costs more than its budget", async () => {
  const rent = ["rent", "64", "A100-80G", "--max-price", "2", "--budget", "5", "--as", "acme"];
  const { id } = await answer(...rent);
  await until("rental.ended", id, "acme");
  const over = await answer("rent", "show", id, "--as", "acme");
  expect(over).toMatchObject({ status: "ended", why: "budget_reached" });
  expect(Number(over.committed)).toBeLessThanOrEqual(5);
});

test("a rental above its price is refused, and a misspelt SKU is set right", async () => {
  const dear = await typed("rent", "8", "H100", "--max-price", "0.01", "--as", "acme");
  expect(dear).toMatchObject({ code: 3, out: "" });
  const sku = await typed("rent", "8", "h-100", "--max-price", "9", "--as", "acme");
  expect(sku).toMatchObject({ code: 3, err: expect.stringContaining("Did you mean H100?") });
});

test("a spot bid wins at one price for all, no higher than its limit, until it is withdrawn", async () => {
  const bid = await answer("spot", "bid", "16", "v100", "--limit", "0.90", "--as", "acme");
  expect(bid).toMatchObject({ pool: "v100", gpus: 16, status: "standing", contract: null });
  await until("bid.won", bid.id, "acme");
  const won = await answer("spot", "show", bid.id, "--as", "acme");
  expect(won).toMatchObject({ lost: null, contract: expect.stringContaining(bid.id) });
  const { data: prices } = await answer("spot", "prices", "--pool", "v100", "--limit", "20");
  const cleared = prices.find((each: { winners: number }) => each.winners > 0);
  const contract = await answer("contracts", "show", won.contract, "--as", "acme");
  expect(contract).toMatchObject({ price: cleared.price, gpus: 16 });
  expect(Number(cleared.price)).toBeLessThanOrEqual(0.9);
  const gone = await answer("spot", "withdraw", bid.id, "--as", "acme");
  expect(gone).toMatchObject({ status: "withdrawn" });
  expect((await typed("spot", "--status", "standing", "--as", "acme")).out).toMatch(
    /^There are no/,
  );
});

test("a contract on a shelf is rented out in slices, and its figures are told to its holder", async () => {
  // How many there are for so long differs from one hour of the market to the next: 56 at the least, at a longer notice.
  const wanted = ["32", "A100-80G", "--for", "12h", "--notice", "2m", "--limit", "1.00"];
  const bought = await answer("buy", ...wanted, "--as", "neo");
  const [contract] = bought.contracts;
  const put = ["shelf", "open", contract, "--price", "1.60", "--least", "16", "--as", "neo"];
  const shelf = await answer(...put);
  expect(shelf).toMatchObject({ contract, price: "1.60", least_gpus: 16, status: "open" });
  const offers = await typed("shelf", "offers", "--sku", "A100-80G", "--as", "acme");
  expect(offers.out).toMatch(new RegExp(`${shelf.id} +A100-80G +1\\.60 +32 +16 +1h–24h`));
  expect(offers.out).not.toContain("neo");
  const low = ["shelf", "slice", shelf.id, "16", "--for", "2h", "--limit", "1.50", "--as", "acme"];
  expect(await typed(...low)).toMatchObject({ code: 3 });
  const fair = low.with(low.indexOf("1.50"), "1.60");
  const slice = await answer(...fair);
  expect(slice).toMatchObject({ account: "acme", gpus: 16, price: "1.60", resold_from: contract });
  const figures = await answer("shelf", "figures", shelf.id, "--as", "neo");
  expect(figures).toMatchObject({ shelf: shelf.id, income: "51.20" });
  const shown = (await typed("shelf", "figures", shelf.id, "--as", "neo")).out;
  expect(shown).toMatch(/margin +-\$\d+\.\d+\nutilisation +\d+\.\d %\nbreak-even +\$[01]\.\d+ for/);
  const early = await typed("contracts", "cancel", contract, "--yes", "--as", "neo");
  expect(early).toMatchObject({ code: 3, err: expect.stringContaining("(contract_on_shelf)") });
  const closed = await answer("shelf", "close", shelf.id, "--as", "neo");
  expect(closed.status).toBe("closed");
  expect((await typed("shelf", "offers", "--as", "acme")).out).toBe(
    "No shelf offers anything now.\n",
  );
});

test("an auction is opened, ordered from, locked and cleared; its orders are their buyers' own", async () => {
  const times = ["--start", "+3h", "--end", "+15h", "--locks", "+15m", "--clears", "+16m"];
  const auction = await answer("auctions", "open", "V100", "--notice", "15m", ...times);
  expect(auction).toMatchObject({ sku: "V100", status: "open", slot: "1h", outcome: null });
  const block = ["16", "--start", auction.start, "--for", "6h", "--as", "acme", "--limit"];
  const high = await answer("auctions", "order", auction.id, ...block, "0.90");
  const other = await answer("auctions", "order", auction.id, ...block, "0.80");
  const cancelled = await answer("auctions", "cancel", auction.id, other.id, "--as", "acme");
  expect(cancelled.status).toBe("cancelled");
  const mine = await typed("auctions", "orders", auction.id, "--as", "acme");
  expect(mine.out).toContain(high.id);
  expect((await typed("auctions", "orders", auction.id, "--as", "neo")).out).toMatch(
    /^There are no/,
  );
  await expect.poll(() => statusOf(auction.id), { timeout: 60_000, interval: 250 }).toBe("cleared");
  const filled = await answer("auctions", "orders", auction.id, high.id, "--as", "acme");
  expect(filled).toMatchObject({ status: "filled", filled_gpus: 16 });
  const shown = await typed("auctions", "show", auction.id);
  expect(shown.out).toMatch(/filled +1 orders, 96 GPU-hours/);
});

async function statusOf(auction: string): Promise<unknown> {
  return (await answer("auctions", "show", auction)).status;
}

test("an auction is called off only after a yes", async () => {
  const times = ["--start", "+2d", "--end", "+3d", "--locks", "+8h", "--clears", "+9h"];
  const { id } = await answer("auctions", "open", "H100", "--notice", "24h", ...times);
  expect(await typed("auctions", "call-off", id)).toMatchObject({ code: 2 });
  expect(await statusOf(id)).toBe("open");
  expect((await answer("auctions", "call-off", id, "--yes")).status).toBe("called_off");
});
