import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveMarket } from "./cli-served.ts";
import type { Served } from "./cli-served.ts";

/** The command line against a real server, as a buyer and an owner type it; the tests stand in the order of their story. */
let served: Served;

beforeAll(async () => {
  served = await serveMarket(120);
});

afterAll(() => served.stop());

const spillway: Served["spillway"] = (args, env) => served.spillway(args, env);
const answer: Served["answer"] = (...args) => served.answer(...args);

test("nothing is asked before a login, and a wrong key is not kept", async () => {
  expect(await spillway(["orders"])).toMatchObject({ code: 4, out: "" });
  expect((await spillway(["orders"])).err).toContain("spillway login --key-file");
  const wrong = await spillway(["login", "--url", served.url], { SPILLWAY_KEY: "spw_wrong" });
  expect(wrong.code).toBe(4);
  expect(wrong.err).toContain("(key_not_valid)");
  expect(existsSync(join(served.folder, "config"))).toBe(false);
});

test("the owner logs in with the key that the server wrote, and lets a customer in", async () => {
  const login = ["login", "--url", served.url, "--key-file", "data/owner.key"];
  expect((await spillway(login)).out).toContain(
    `You are owner_operator of owner on ${served.url}.`,
  );
  expect(statSync(join(served.folder, "config/spillway/credentials.json")).mode & 0o777).toBe(
    0o600,
  );
  expect(await answer("whoami")).toMatchObject({ account: "owner", role: "owner_operator" });
  const terms = ["--email", "ops@acme.example", "--tax", "0.19", "--save-key", "acme.key"];
  expect(await answer("accounts", "create", "acme", ...terms)).toMatchObject({
    id: "acme",
    tax_rate: 0.19,
  });
  expect(statSync(join(served.folder, "acme.key")).mode & 0o777).toBe(0o600);
  const again = await spillway(["accounts", "create", "acme", ...terms]);
  expect(again).toMatchObject({ code: 2, err: expect.stringContaining("is there already") });
  expect((await answer("deposit", "acme", "1000", "--reference", "b-1")).amount).toBe("1000.00");
  const twice = await spillway(["deposit", "acme", "1000", "--reference", "b-1"]);
  expect(twice).toMatchObject({ code: 3, err: expect.stringContaining("(reference_repeated)") });
  await spillway(["login", "--as", "acme", "--url", served.url, "--key-file", "acme.key"]);
  expect(await answer("balance", "--as", "acme")).toMatchObject({
    account: "acme",
    credit: "1000.00",
  });
});

test("the environment's key wins over what is kept, a key file over both, and a name over the environment", async () => {
  const env = { SPILLWAY_KEY: readFileSync(join(served.folder, "acme.key"), "utf8").trim() };
  const who = (args: readonly string[]) => spillway(["whoami", ...args], env);
  expect((await who([])).out).toContain("acme");
  expect((await who(["--key-file", "data/owner.key"])).out).toContain("owner_operator");
  expect((await who(["--as", "default"])).out).toContain("owner_operator");
  expect(await spillway(["whoami", "--as", "nobody"])).toMatchObject({ code: 4 });
});

test("a buyer is quoted a price, buys, and holds a contract; the hold is the quote's total", async () => {
  const wanted = ["64", "V100", "--for", "12h", "--notice", "15m"];
  const quote = await answer("quote", ...wanted, "--as", "acme");
  expect(quote.offer).toMatchObject({ gpus: 64, total: "274.176", notice: "15m" });
  const shown = (await spillway(["quote", ...wanted, "--as", "acme"])).out;
  expect(shown).toMatch(/cost +\$230\.40 and \$43\.776 tax: \$274\.176 at most/);
  const asked = await spillway(["buy", ...wanted, "--as", "acme"]);
  expect(asked).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
  const order = await answer("buy", ...wanted, "--limit", "0.30", "--as", "acme");
  expect(order).toMatchObject({ status: "filled", filled_gpus: 64, account: "acme" });
  const [contract] = (await answer("contracts", "--as", "acme")).data;
  expect(contract).toMatchObject({ gpus: 64, sku: "V100", price: "0.30", status: "active" });
  expect((await answer("contracts", contract.id, "--as", "acme")).id).toBe(contract.id);
  expect((await answer("balance", "--as", "acme")).held).toBe("274.176");
});

test("each ending has its exit code, and machines get the API's own words for a refusal", async () => {
  const low = await spillway(["buy", "8", "V100", "--for", "1h", "--limit", "0.01", "--json"]);
  expect(low.code).toBe(3);
  expect(JSON.parse(low.out)).toMatchObject({ error: { code: "no_supply_at_this_price" } });
  const sku = await spillway(["quote", "8", "v-100", "--for", "1h"]);
  expect(sku).toMatchObject({ code: 3, err: expect.stringContaining("Did you mean V100?") });
  const shape = await spillway(["quote", "8", "V100", "--for", "1 hour"]);
  expect(shape).toMatchObject({ code: 2, err: expect.stringContaining("duration: expected") });
  const foreign = await spillway(["deposit", "acme", "5", "--as", "acme"]);
  expect(foreign).toMatchObject({ code: 4, err: expect.stringContaining("(scope_missing)") });
  const typo = await spillway(["contarcts"]);
  expect(typo).toMatchObject({ code: 2, err: expect.stringContaining("Did you mean contracts?") });
  const verb = await spillway(["orders", "cancl", "ord_1"]);
  expect(verb).toMatchObject({
    code: 2,
    err: expect.stringContaining("mean spillway orders cancel?"),
  });
  const thing = await spillway(["contracts", "extnd"]);
  expect(thing).toMatchObject({
    code: 3,
    err: expect.stringContaining("spillway contracts extend?"),
  });
  const gone = await spillway(["pools", "--url", "http://127.0.0.1:9"]);
  expect(gone).toMatchObject({ code: 5, err: expect.stringContaining("does not answer") });
  expect(await spillway([])).toMatchObject({
    code: 0,
    err: "",
    out: expect.stringContaining("Buy and"),
  });
});

test("the program as a process of its own ends and answers so, too", () => {
  const shown = served.program(["balance", "--as", "acme", "--json"]);
  expect(shown).toMatchObject({ code: 0, err: "" });
  expect(JSON.parse(shown.out)).toMatchObject({ account: "acme" });
  const refused = served.program(["contracts", "cancel", "ord_none", "--yes"]);
  expect(refused).toMatchObject({ code: 3, out: "" });
  expect(refused.err).toMatch(/^spillway: refused \(contract_unknown\): .+\n$/);
});

test("bash itself completes what the program has told it", () => {
  const told = served.program(["completion", "bash"]).out;
  const script = [
    `source /dev/stdin <<'END'\n${told}END`,
    "complete -p spillway",
    `COMP_WORDS=(spillway auctions o); COMP_CWORD=2; _spillway; echo "\${COMPREPLY[*]}"`,
  ];
  const bash = spawnSync("bash", ["--norc", "-euc", script.join("\n")], { encoding: "utf8" });
  expect(bash).toMatchObject({ status: 0, stderr: "" });
  expect(bash.stdout).toBe("complete -o default -F _spillway spillway\norder orders open\n");
});

test("a standing order is amended in place and cancelled", async () => {
  const stand = ["buy", "8", "V100", "--for", "2h", "--limit", "0.05", "--wait", "+1d"];
  const order = await answer(...stand, "--as", "acme");
  expect(order.status).toBe("open");
  const amended = await answer("orders", "amend", order.id, "--limit", "0.06", "--as", "acme");
  expect(amended).toMatchObject({
    replaces: order.id,
    limit_price: "0.06",
    duration: order.duration,
    expires: order.expires,
  });
  expect((await answer("orders", "cancel", amended.id, "--as", "acme")).status).toBe("cancelled");
  const open = await spillway(["orders", "--status", "open", "--as", "acme"]);
  expect(open.out).toContain("There are no orders");
});

test("a part of a contract is listed for resale and taken back", async () => {
  const [contract] = (await answer("contracts", "--as", "acme")).data;
  const part = ["--price", "9", "--gpus", "8", "--start", "+30m", "--as", "acme"];
  const listing = await answer("sell", contract.id, ...part);
  expect(listing).toMatchObject({ side: "sell", gpus: 8, limit_price: "9.00", status: "open" });
  expect((await answer("listings", "--sku", "V100")).data).toMatchObject([
    { id: listing.id, gpus: 8 },
  ]);
  expect((await answer("sell", "cancel", listing.id, "--as", "acme")).status).toBe("cancelled");
});

test("the owner sees what a recall costs before it is given, and the holder is told and paid", async () => {
  const wish = ["v100", "--gpus", "32", "--by", "+30m"];
  const preview = await answer("recall", "preview", ...wish);
  expect(preview).toMatchObject({ gpus: 32, takings: [{ holder: "acme", notice: "15m" }] });
  const unsure = await spillway(["recall", ...wish]);
  expect(unsure).toMatchObject({ code: 2, out: expect.stringContaining("32 GPUs in all") });
  expect((await answer("recall", "list")).data).toEqual([]);
  const given = await spillway(["recall", ...wish, "--yes", "--json"]);
  const [recall] = JSON.parse(given.out).data;
  expect(recall).toMatchObject({ pool: "v100", gpus: 32, status: "noticed" });
  const watch = ["watch", "--after", "0", "--until", "recall.handed_over", "--timeout", "1m"];
  const watched = await spillway([...watch, "--about", recall.id, "--as", "acme", "--json"]);
  const told = watched.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string });
  expect(told.map(({ type }) => type)).toEqual(["recall.noticed", "recall.handed_over"]);
  const [notice] = (await answer("notices", "--as", "acme")).data;
  expect(notice).toMatchObject({ recall: recall.id, status: "handed_over", gpus: 32 });
  const entries = (await answer("ledger", "--subject", notice.contract, "--as", "acme")).data;
  expect(entries).toContainEqual(
    expect.objectContaining({ kind: "compensation", amount: notice.compensation }),
  );
});

test("what was not seen in time ends the watch with a sentence and without a trace", async () => {
  const watch = await spillway(["watch", "--until", "terms.required", "--timeout", "2s"]);
  expect(watch.code).toBe(1);
  expect(watch.err).toBe("spillway: terms.required was not seen in 2s\n");
});

test("keys are made narrow, rotated and revoked", async () => {
  const made = await answer("keys", "create", "ci", "--scopes", "market:read", "--as", "acme");
  expect(made).toMatchObject({ scopes: ["market:read"], name: "ci" });
  const env = { SPILLWAY_KEY: made.secret as string, SPILLWAY_URL: served.url };
  expect((await spillway(["pools"], env)).code).toBe(0);
  expect((await spillway(["orders"], env)).code).toBe(4);
  const rotated = await spillway(["keys", "rotate", made.id, "--save", "new.key", "--as", "acme"]);
  expect(rotated.out).not.toContain("spw_");
  expect((await spillway(["pools", "--key-file", "new.key", "--url", served.url])).code).toBe(0);
  expect((await answer("keys", "revoke", made.id, "--as", "acme")).revoked).not.toBeNull();
  expect((await spillway(["pools"], env)).code).toBe(4);
});

test("after a logout nothing is kept", async () => {
  expect(await answer("logout", "--as", "acme")).toEqual({ forgotten: "acme" });
  expect(await answer("logout")).toEqual({ forgotten: "default" });
  expect((await spillway(["whoami"])).code).toBe(4);
});
