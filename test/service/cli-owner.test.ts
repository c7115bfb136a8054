import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveMarket } from "./cli-served.ts";
import type { Served } from "./cli-served.ts";

/** What the owner decides, and what holders may do beside buying, as it is typed against a real server. */
let served: Served;
let contract = "";

const answer: Served["answer"] = (...args) => served.answer(...args);
const typed = async (...args: readonly string[]) => await served.spillway(args);

/** The site is metered once in an hour: six seconds. */
const SPEED = 600;

beforeAll(async () => {
  served = await serveMarket(SPEED);
  await typed("login", "--url", served.url, "--key-file", "data/owner.key");
  const email = ["--email", "ops@acme.example", "--tax", "0.19"];
  await answer("accounts", "create", "acme", ...email, "--save-key", "acme.key");
  await answer("deposit", "acme", "5000", "--reference", "bank-1");
  await typed("login", "--as", "acme", "--url", served.url, "--key-file", "acme.key");
  const wanted = ["64", "V100", "--for", "12h", "--notice", "15m", "--limit", "0.30"];
  [contract] = (await answer("buy", ...wanted, "--as", "acme")).contracts;
});

afterAll(() => served.stop());

test("a policy is shown under the keys by which it is set, and changed after a yes", async () => {
  const shown = (await typed("policy", "show", "h100")).out;
  expect(shown).toMatch(/^lot_gpus +8\n/);
  expect(shown).toMatch(/^rungs\.24h\.price_factor +0\.8$/m);
  const set = ["policy", "set", "h100", "epsilon=0.01", "rungs.24h.price_factor=0.75"];
  const unsure = await typed(...set);
  expect(unsure).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
  expect(unsure.out).toMatch(/^rungs\.24h\.price_factor +0\.8 +0\.75$/m);
  expect((await answer("policy", "show", "h100")).epsilon).toBe(0.006);
  expect((await typed(...set, "--yes")).out).toContain("The policy of h100 is changed.");
  const policy = await answer("policy", "show", "h100");
  expect(policy).toMatchObject({ epsilon: 0.01, rungs: { 1: { price_factor: 0.75 } } });
  expect((await typed(...set, "--yes")).out).toBe("Nothing changes.\n");
});

test("a policy file that contradicts itself changes nothing", async () => {
  const policy = await answer("policy", "show", "h100");
  writeFileSync("policy.json", JSON.stringify({ ...policy, epsilon: 7, reserve_gpus: 16 }));
  const refused = await typed("policy", "set", "h100", "--file", "policy.json", "--yes");
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("epsilon_out_of_range") });
  expect(await answer("policy", "show", "h100")).toEqual(policy);
  writeFileSync("policy.json", JSON.stringify({ ...policy, reserve_gpus: 16 }));
  await typed("policy", "set", "h100", "--file", "policy.json", "--yes");
  expect((await answer("policy", "show", "h100")).reserve_gpus).toBe(16);
});

test("prices are set, and pools that are misspelt are named", async () => {
  expect((await answer("pools", "price", "h100")).price).toBe("3.50");
  expect((await answer("pools", "price", "h100", "3.60")).price).toBe("3.60");
  const gone = await typed("pools", "show", "h-100");
  expect(gone).toMatchObject({ code: 2, err: expect.stringContaining("Did you mean h100?") });
  expect(await answer("stop-selling", "h100")).toMatchObject({ selling: false });
  expect(await answer("sell-again", "h100")).toMatchObject({ selling: true });
});

test("runs are declared and withdrawn, and GPUs kept back and freed", async () => {
  const declared = ["--pool", "h100", "--gpus", "64", "--start", "+3d", "--for", "2d"];
  const run = await answer("runs", "declare", "gpt-next", ...declared);
  expect((await typed("runs")).out).toContain("gpt-next");
  expect((await answer("runs", "withdraw", run.id)).status).toBe("withdrawn");
  const kept = ["--kind", "maintenance", "--start", "+1d", "--end", "+2d", "--gpus", "64"];
  const block = await answer("blocks", "add", "h100", ...kept);
  expect((await answer("block", "list", "--status", "set")).data).toMatchObject([{ id: block.id }]);
  expect((await answer("blocks", "lift", block.id)).status).toBe("lifted");
});

test("what a customer may buy is limited, set free, closed and opened again", async () => {
  const limited = await answer("accounts", "change", "acme", "--max-gpus", "64", "--skus", "V100");
  expect(limited).toMatchObject({ max_gpus: 64, skus: ["V100"], tax_rate: 0.19 });
  const buy = ["buy", "8", "H100", "--for", "1h", "--limit", "9", "--as", "acme"];
  expect(await typed(...buy)).toMatchObject({ code: 3 });
  const free = await answer("accounts", "change", "acme", "--max-gpus", "any", "--skus", "any");
  expect(free).toMatchObject({ max_gpus: null, skus: null });
  expect((await answer("accounts", "close", "acme")).status).toBe("closed");
  expect((await answer("accounts", "reopen", "acme")).status).toBe("active");
});

test("who has not accepted the terms that are asked for buys nothing", async () => {
  expect((await typed("terms")).out).toBe("Buyers need not accept any terms.\n");
  await answer("terms", "require", "2026-12");
  const buy = ["buy", "8", "V100", "--for", "12h", "--limit", "9", "--as", "acme"];
  expect(await typed(...buy)).toMatchObject({ code: 3, err: expect.stringContaining("terms") });
  expect(await typed("terms", "accept", "2026-11", "--as", "acme")).toMatchObject({ code: 3 });
  const accepted = await answer("terms", "accept", "2026-12", "--as", "acme");
  expect(accepted.accepted_terms).toMatchObject({ version: "2026-12" });
  expect(await typed(...buy)).toMatchObject({ code: 0 });
  expect(await answer("terms", "require", "--none")).toEqual({ version: null });
});

test("a holder says where checkpoints live, and tries what a recall does", async () => {
  const mine = ["--as", "acme"];
  const kept = await answer("contracts", "checkpoint", contract, "s3://bucket/run-7", ...mine);
  expect(kept.checkpoint).toBe("s3://bucket/run-7");
  expect((await answer("contracts", "checkpoint", contract, "--none", ...mine)).checkpoint).toBe(
    null,
  );
  expect(await typed("contracts", "checkpoint", contract, ...mine)).toMatchObject({ code: 2 });
  const drill = await answer("contracts", "drill", contract, ...mine);
  expect(drill).toMatchObject({ contract, drill: true, gpus: 64 });
  expect((await typed("notices", ...mine)).out).toContain("drill");
});

test("a claim is filed by the holder, and declined or accepted by the owner", async () => {
  const { start } = await answer("contracts", "show", contract, "--as", "acme");
  const what = ["--gpus", "8", "--from", start, "--note", "node 7 was down"];
  const file = ["claims", "file", contract, ...what, "--as", "acme"];
  const first = await answer(...file);
  expect(first).toMatchObject({ contract, gpus: 8, status: "open" });
  const foreign = await typed("claims", "accept", first.id, "--credit", "1", "--as", "acme");
  expect(foreign).toMatchObject({ code: 4 });
  const declined = await answer("claims", "decline", first.id, "--reason", "it was up");
  expect(declined).toMatchObject({ status: "declined", reason: "it was up" });
  const second = await answer(...file);
  const accepted = await answer("claims", "accept", second.id, "--credit", "2.50");
  expect(accepted).toMatchObject({ status: "accepted", credit: "2.50" });
  expect((await typed("claims", "list", "--as", "acme")).out).toContain("it was up");
  const { data } = await answer("ledger", "--from", "-1h", "--as", "acme");
  expect(data).toContainEqual(expect.objectContaining({ amount: "2.50" }));
});

test("a contract is extended at no more than the limit, and given up for the refund that was shown", async () => {
  const { end } = await answer("contracts", "show", contract, "--as", "acme");
  const until = new Date(Date.parse(end) + 3_600_000).toISOString();
  const extend = ["contracts", "extend", contract, "--until", until, "--as", "acme", "--limit"];
  expect(await typed(...extend, "0.01")).toMatchObject({ code: 3 });
  const order = await answer(...extend, "0.40");
  expect(order).toMatchObject({ status: "filled", filled_gpus: 64 });
  const [follower] = order.contracts;
  const cancel = ["contracts", "cancel", follower, "--as", "acme"];
  const unsure = await typed(...cancel);
  expect(unsure).toMatchObject({ code: 2, err: expect.stringContaining("nothing was done") });
  const [, refund] = /^refund +(\d+\.\d+)$/m.exec(unsure.out) ?? [];
  const before = Number((await answer("balance", "--as", "acme")).credit);
  expect((await typed(...cancel, "--yes")).out).toContain(`Contract ${follower} is cancelled.`);
  const after = Number((await answer("balance", "--as", "acme")).credit);
  expect(after - before).toBeCloseTo(Number(refund), 2);
});

test("an invoice is issued, downloaded, and a part of it taken back", async () => {
  await expect
    .poll(async () => (await answer("usage", "--as", "acme")).data.length, { timeout: 20_000 })
    .toBeGreaterThan(0);
  const { data } = await answer("invoices", "issue", "acme");
  const [invoice] = data;
  await answer("invoices", "download", invoice.id, "--output", "a.pdf", "--as", "acme");
  expect(readFileSync("a.pdf").subarray(0, 5).toString()).toBe("%PDF-");
  const issue = ["credit-notes", "issue", invoice.id, "--reason", "node 7 was down"];
  const shape = await typed(...issue, "--line", "first");
  expect(shape).toMatchObject({ code: 2, err: expect.stringContaining("like 0=12.80") });
  const note = await answer(...issue, "--line", "0=0.10");
  expect(note.credit_note).toMatchObject({
    invoice: invoice.id,
    lines: [{ line: 0, amount: "0.10" }],
  });
  const notes = (await typed("credit-notes", "--as", "acme")).out;
  expect(notes).toMatch(new RegExp(`${invoice.id}.*node 7 was down`));
});

test("a deposit that was taken back is booked once", async () => {
  await answer("deposit", "acme", "100", "--reference", "bank-2");
  const reverse = ["reversal", "acme", "100", "--of", "bank-2", "--reference", "bank-3"];
  expect(await answer(...reverse)).toMatchObject({ account: "acme", amount: expect.any(String) });
  expect(await typed(...reverse)).toMatchObject({ code: 3 });
  const card = await typed("checkout", "100", "--as", "acme");
  expect(card).toMatchObject({ code: 3, out: "" });
});

test("the calendar's address works without a login, and reads only", async () => {
  expect((await typed("calendar", "--as", "acme")).out).toMatch(/^BEGIN:VCALENDAR\r\n/);
  await answer("calendar", "--output", "mine.ics", "--as", "acme");
  expect(readFileSync("mine.ics", "utf8")).toContain(contract);
  const { url, key } = await answer("calendar", "subscribe", "--as", "acme");
  const feed = await fetch(url);
  expect(feed.status).toBe(200);
  expect(await feed.text()).toContain(contract);
  const token = new URL(url).searchParams.get("token") ?? "";
  const buy = ["buy", "8", "V100", "--for", "1h", "--limit", "9"];
  expect(
    await served.spillway(buy, { SPILLWAY_KEY: token, SPILLWAY_URL: served.url }),
  ).toMatchObject({ code: 4 });
  await answer("keys", "revoke", key, "--as", "acme");
  expect((await fetch(url)).status).toBe(401);
});

test("a webhook is added with its secret kept, rotated, replayed and removed", async () => {
  const mine = ["--as", "acme"];
  const plain = await typed("webhooks", "add", "http://10.0.0.1/", "--save", "no.secret", ...mine);
  expect(plain).toMatchObject({ code: 2, err: expect.stringContaining("(url_not_allowed)") });
  expect(existsSync("no.secret")).toBe(false);
  const add = ["webhooks", "add", "https://acme.example/hooks", "--types", "recall.noticed"];
  const added = await typed(...add, "--save", "hook.secret", ...mine);
  const [, id = ""] =
    /^Webhook (whk_\w+): its secret is in hook\.secret\.\n$/.exec(added.out) ?? [];
  expect(readFileSync("hook.secret", "utf8")).toMatch(/^whsec_\S+\n$/);
  expect(await answer("webhooks", "show", id, ...mine)).toMatchObject({
    types: ["recall.noticed"],
  });
  expect((await typed("webhooks", ...mine)).out).toContain("https://acme.example/hooks");
  expect((await answer("webhooks", "rotate", id, ...mine)).secret).toMatch(/^whsec_/);
  const replayed = await answer("webhooks", "replay", id, "--from", "7.0", ...mine);
  expect(replayed).toMatchObject({ status: "active", told_until: 6 });
  expect((await answer("webhooks", "deliveries", id, ...mine)).data).toEqual(expect.any(Array));
  expect((await answer("webhooks", "remove", id, ...mine)).id).toBe(id);
  expect((await typed("webhooks", ...mine)).out).toBe("There are no webhooks.\n");
});

test("members come and go with their keys", async () => {
  const who = ["--account", "acme", "--name", "Kim", "--email", "kim@acme.example"];
  const member = await answer("members", "add", ...who, "--role", "read_only");
  const key = await answer("keys", "create", "kim", "--member", member.id);
  const env = { SPILLWAY_KEY: key.secret as string, SPILLWAY_URL: served.url };
  expect(await served.spillway(["contracts"], env)).toMatchObject({ code: 0 });
  const changed = await answer("members", "change", member.id, "--name", "Kim L.");
  expect(changed).toMatchObject({ name: "Kim L.", role: "read_only" });
  expect((await answer("members", "remove", member.id)).status).toBe("removed");
  expect(await served.spillway(["contracts"], env)).toMatchObject({ code: 4 });
});

test("what has happened and who asked for it are listed", async () => {
  const events = await typed("events", "--types", "contract.sold", "--as", "acme");
  expect(events.out).toContain(contract);
  const more = await typed("events", "--limit", "1");
  expect(more.out).toMatch(/There are more: --after \d+/);
  const audit = await typed("audit", "--account", "acme", "--limit", "500");
  expect(audit.out).toMatch(/createWebhook +\/v1\/webhooks +127\.0\.0\.1 +asked/);
  expect(await typed("audit", "list", "--as", "acme")).toMatchObject({ code: 4 });
});
