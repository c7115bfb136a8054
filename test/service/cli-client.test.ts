import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

/** The real program against a real server, as a buyer and an owner type it; the tests stand in the order of their story. */
const program = fileURLToPath(new URL("../../spillway", import.meta.url));
const UP_WITHIN_MS = 60_000;

// A dozen programs are started in a test, each of which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

let folder = "";
let url = "";
let served: ChildProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spillway-client-"));
  const args = ["serve", "--port", "0", "--data-dir", "data", "--speed", "120"];
  served = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  url = await new Promise<string>((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => reject(new Error(`not up: ${said}`)), UP_WITHIN_MS);
    served.once("exit", (code) => reject(new Error(`ended with ${code}: ${said}`)));
    served.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
      const [, found] = /Spillway is on (\S+)\n/.exec(said) ?? [];
      if (found === undefined || !said.includes("Ctrl-C stops")) return;
      clearTimeout(late);
      resolve(found);
    });
  });
}, UP_WITHIN_MS + 5_000);

afterAll(async () => {
  const ended = new Promise((done) => served.once("exit", done));
  if (served.kill()) await ended;
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function spillway(args: readonly string[], env: Record<string, string> = {}): Run {
  const clean = { PATH: process.env["PATH"], XDG_CONFIG_HOME: join(folder, "config"), ...env };
  const run = spawnSync(program, args, {
    cwd: folder,
    encoding: "utf8",
    env: clean,
    timeout: 60_000,
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

/** What the command answers to machines; it must have been done. */
// Tests look at whatever they expect to be there.
// oxlint-disable-next-line typescript/no-explicit-any
function answer(...args: readonly string[]): any {
  const { code, out, err } = spillway([...args, "--json"]);
  expect(err).toBe("");
  expect(code).toBe(0);
  return JSON.parse(out) as unknown;
}

test("nothing is asked before a login, and a wrong key is not kept", () => {
  expect(spillway(["orders"])).toMatchObject({ code: 4, out: "" });
  expect(spillway(["orders"]).err).toContain("spillway login --key-file");
  const wrong = spillway(["login", "--url", url], { SPILLWAY_KEY: "spw_wrong" });
  expect(wrong.code).toBe(4);
  expect(wrong.err).toContain("(key_not_valid)");
  expect(existsSync(join(folder, "config"))).toBe(false);
});

test("the owner logs in with the key that the server wrote, and lets a customer in", () => {
  const login = ["login", "--url", url, "--key-file", "data/owner.key"];
  expect(spillway(login).out).toContain(`You are owner_operator of owner on ${url}.`);
  expect(statSync(join(folder, "config/spillway/credentials.json")).mode & 0o777).toBe(0o600);
  expect(answer("whoami")).toMatchObject({ account: "owner", role: "owner_operator" });
  const terms = ["--email", "ops@acme.example", "--tax", "0.19", "--save-key", "acme.key"];
  expect(answer("accounts", "create", "acme", ...terms)).toMatchObject({
    id: "acme",
    tax_rate: 0.19,
  });
  expect(statSync(join(folder, "acme.key")).mode & 0o777).toBe(0o600);
  const again = spillway(["accounts", "create", "acme", ...terms]);
  expect(again).toMatchObject({ code: 2, err: expect.stringContaining("is there already") });
  expect(answer("deposit", "acme", "1000", "--reference", "b-1").amount).toBe("1000.00");
  const twice = spillway(["deposit", "acme", "1000", "--reference", "b-1"]);
  expect(twice).toMatchObject({ code: 3, err: expect.stringContaining("(reference_repeated)") });
  spillway(["login", "--as", "acme", "--url", url, "--key-file", "acme.key"]);
  expect(answer("balance", "--as", "acme")).toMatchObject({ account: "acme", credit: "1000.00" });
});

test("the environment's key wins over what is kept, a key file over both, and a name over the environment", () => {
  const env = { SPILLWAY_KEY: readFileSync(join(folder, "acme.key"), "utf8").trim() };
  const who = (args: readonly string[]) => spillway(["whoami", ...args], env).out;
  expect(who([])).toContain("acme");
  expect(who(["--key-file", "data/owner.key"])).toContain("owner_operator");
  expect(who(["--as", "default"])).toContain("owner_operator");
  expect(spillway(["whoami", "--as", "nobody"])).toMatchObject({ code: 4 });
});

test("a buyer is quoted a price, buys, and holds a contract; the hold is the quote's total", () => {
  const wanted = ["64", "V100", "--for", "12h", "--notice", "15m"];
  const quote = answer("quote", ...wanted, "--as", "acme");
  expect(quote.offer).toMatchObject({ gpus: 64, total: "274.176", notice: "15m" });
  const shown = spillway(["quote", ...wanted, "--as", "acme"]).out;
  expect(shown).toMatch(/cost +\$230\.40 and \$43\.776 tax: \$274\.176 at most/);
  const asked = spillway(["buy", ...wanted, "--as", "acme"]);
  expect(asked).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
  const order = answer("buy", ...wanted, "--limit", "0.30", "--as", "acme");
  expect(order).toMatchObject({ status: "filled", filled_gpus: 64, account: "acme" });
  const [contract] = answer("contracts", "--as", "acme").data;
  expect(contract).toMatchObject({ gpus: 64, sku: "V100", price: "0.30", status: "active" });
  expect(answer("contracts", contract.id, "--as", "acme").id).toBe(contract.id);
  expect(answer("balance", "--as", "acme").held).toBe("274.176");
});

test("each ending has its exit code, and machines get the API's own words for a refusal", () => {
  const low = spillway(["buy", "8", "V100", "--for", "1h", "--limit", "0.01", "--json"]);
  expect(low.code).toBe(3);
  expect(JSON.parse(low.out)).toMatchObject({ error: { code: "no_supply_at_this_price" } });
  const sku = spillway(["quote", "8", "v-100", "--for", "1h"]);
  expect(sku).toMatchObject({ code: 3, err: expect.stringContaining("Did you mean V100?") });
  const shape = spillway(["quote", "8", "V100", "--for", "1 hour"]);
  expect(shape).toMatchObject({ code: 2, err: expect.stringContaining("duration: expected") });
  const foreign = spillway(["deposit", "acme", "5", "--as", "acme"]);
  expect(foreign).toMatchObject({ code: 4, err: expect.stringContaining("(scope_missing)") });
  const typo = spillway(["contarcts"]);
  expect(typo).toMatchObject({ code: 2, err: expect.stringContaining("Did you mean contracts?") });
  const gone = spillway(["pools", "--url", "http://127.0.0.1:9"]);
  expect(gone).toMatchObject({ code: 5, err: expect.stringContaining("does not answer") });
  expect(spillway([])).toMatchObject({ code: 0, err: "", out: expect.stringContaining("Buy and") });
});

test("a standing order is amended in place and cancelled", () => {
  const stand = ["buy", "8", "V100", "--for", "2h", "--limit", "0.05", "--wait", "+1d"];
  const order = answer(...stand, "--as", "acme");
  expect(order.status).toBe("open");
  const amended = answer("orders", "amend", order.id, "--limit", "0.06", "--as", "acme");
  expect(amended).toMatchObject({
    replaces: order.id,
    limit_price: "0.06",
    duration: order.duration,
    expires: order.expires,
  });
  expect(answer("orders", "cancel", amended.id, "--as", "acme").status).toBe("cancelled");
  const open = spillway(["orders", "--status", "open", "--as", "acme"]);
  expect(open.out).toContain("There are no orders");
});

test("a part of a contract is listed for resale and taken back", () => {
  const [contract] = answer("contracts", "--as", "acme").data;
  const listing = answer(
    "sell",
    contract.id,
    ...["--price", "9", "--gpus", "8", "--start", "+30m", "--as", "acme"],
  );
  expect(listing).toMatchObject({ side: "sell", gpus: 8, limit_price: "9.00", status: "open" });
  expect(answer("listings", "--sku", "V100").data).toMatchObject([{ id: listing.id, gpus: 8 }]);
  expect(answer("sell", "cancel", listing.id, "--as", "acme").status).toBe("cancelled");
});

test("the owner sees what a recall costs before it is given, and the holder is told and paid", () => {
  const wish = ["v100", "--gpus", "32", "--by", "+30m"];
  const preview = answer("recall", "preview", ...wish);
  expect(preview).toMatchObject({ gpus: 32, takings: [{ holder: "acme", notice: "15m" }] });
  const unsure = spillway(["recall", ...wish]);
  expect(unsure).toMatchObject({ code: 2, out: expect.stringContaining("32 GPUs in all") });
  expect(answer("recall", "list").data).toEqual([]);
  const given = spillway(["recall", ...wish, "--yes", "--json"]);
  const [recall] = JSON.parse(given.out).data;
  expect(recall).toMatchObject({ pool: "v100", gpus: 32, status: "noticed" });
  const watch = ["watch", "--after", "0", "--until", "recall.handed_over", "--timeout", "1m"];
  const watched = spillway([...watch, "--about", recall.id, "--as", "acme", "--json"]);
  const told = watched.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string });
  expect(told.map(({ type }) => type)).toEqual(["recall.noticed", "recall.handed_over"]);
  const [notice] = answer("notices", "--as", "acme").data;
  expect(notice).toMatchObject({ recall: recall.id, status: "handed_over", gpus: 32 });
  const entries = answer("ledger", "--subject", notice.contract, "--as", "acme").data;
  expect(entries).toContainEqual(
    expect.objectContaining({ kind: "compensation", amount: notice.compensation }),
  );
});

test("what was not seen in time ends the watch with a sentence and without a trace", () => {
  const watch = spillway(["watch", "--until", "terms.required", "--timeout", "2s"]);
  expect(watch.code).toBe(1);
  expect(watch.err).toBe("spillway: terms.required was not seen in 2s\n");
});

test("keys are made narrow, rotated and revoked", () => {
  const made = answer("keys", "create", "ci", "--scopes", "market:read", "--as", "acme");
  expect(made).toMatchObject({ scopes: ["market:read"], name: "ci" });
  const env = { SPILLWAY_KEY: made.secret as string, SPILLWAY_URL: url };
  expect(spillway(["pools"], env).code).toBe(0);
  expect(spillway(["orders"], env).code).toBe(4);
  const rotated = spillway(["keys", "rotate", made.id, "--save", "new.key", "--as", "acme"]);
  expect(rotated.out).not.toContain("spw_");
  expect(spillway(["pools", "--key-file", "new.key", "--url", url]).code).toBe(0);
  expect(answer("keys", "revoke", made.id, "--as", "acme").revoked).not.toBeNull();
  expect(spillway(["pools"], env).code).toBe(4);
});

test("after a logout nothing is kept", () => {
  expect(answer("logout", "--as", "acme")).toEqual({ forgotten: "acme" });
  expect(answer("logout")).toEqual({ forgotten: "default" });
  expect(spillway(["whoami"]).code).toBe(4);
});
