import { beforeAll, expect, test } from "vitest";
import { randomFrom } from "../../src/demo/random.ts";
import { leakOf, send } from "./fuzz/campaign.ts";
import type { Caller, Cast } from "./fuzz/cast.ts";
import { assemble, CANARY, VICTIM } from "./fuzz/cast.ts";
import type { Operation } from "./fuzz/operations.ts";
import { readOperations } from "./fuzz/operations.ts";
import type { Sent } from "./fuzz/requests.ts";
import { LAWFUL, placeOf } from "./fuzz/requests.ts";
import { valueFor } from "./fuzz/values.ts";
import { enrich } from "./fuzz/victim.ts";

/** Parameters that name what is everyone's. */
const PUBLIC = ["pool", "sku"];
/** Where everyone sees what there is, and may take it or ask for it. */
const OFFERS = ["shelf_offers", "auctions"];
/** Fields that name what is somebody's, and under which part of the address that stands. */
const REFERENCES: Readonly<Record<string, string>> = {
  account: "accounts",
  contract: "contracts",
  member: "members",
  subject: "contracts",
  shelf: "shelves",
};

let cast: Cast;
let operations: readonly Operation[];
let ids: ReadonlyMap<string, string>;
let offered: readonly string[];

beforeAll(async () => {
  cast = await assemble();
  operations = await readOperations(cast.api);
  ({ ids, offered } = await enrich(cast));
});

const strangers = (): readonly Caller[] =>
  cast.callers.filter((each) => !each.mayReadAll && !each.actsForAll);
const reader = (name: string): Caller => {
  const found = cast.callers.find((each) => each.name === name);
  if (found === undefined) throw new Error(`nobody is ${name}`);
  return found;
};

function namesOne(operation: Operation): boolean {
  const { parameters } = operation;
  if (nestedIn(operation) !== null) return true;
  const isOffer = OFFERS.includes(placeOf(operation));
  return !isOffer && parameters.some((each) => each.in === "path" && !PUBLIC.includes(each.name));
}

/** Where a thing is named by that in which it is: in an auction that is everyone's, or in the victim's own contract. */
function nestedIn({ path }: Operation): string | null {
  if (path.startsWith("/v1/auctions/{id}/orders/{order}")) return "auctions/orders";
  return path.startsWith("/v1/contracts/{id}/jobs/{job}") ? "contracts/jobs" : null;
}

function victimsOwn(operation: Operation): string {
  return victims(nestedIn(operation) ?? placeOf(operation));
}

function victims(place: string): string {
  const id = ids.get(place);
  if (id === undefined) throw new Error(`give the victim something under /v1/${place}`);
  return id;
}

/** A request whose shape is lawful: it is refused for what it names, or not at all. */
function requestOf(operation: Operation, id: string, fields: Record<string, string> = {}): Sent {
  const { method, parameters, body } = operation;
  const known = {
    random: randomFrom(`foreign ${operation.id}`),
    now: () => cast.world.context.clock.now(),
    accounts: ["mallory"],
    ids: new Map([["contracts", [victims("contracts")]]]),
    mess: 0,
  };
  const query = new URLSearchParams(
    parameters
      .filter((each) => each.in === "query" && (each.required || each.name in fields))
      .map(({ name, schema }) => [name, fields[name] ?? String(valueFor(known, name, schema))]),
  );
  const isNested = nestedIn(operation) !== null;
  const within = isNested
    ? operation.path.replace("{id}", victims(placeOf(operation)))
    : operation.path;
  const path = within.replaceAll(/\{\w+\}/g, id);
  const lawful = LAWFUL[operation.id] ?? (body === null ? null : valueFor(known, "", body));
  const made = lawful as object | null;
  const inBody = Object.entries(fields).filter(([name]) => body?.properties?.[name] !== undefined);
  return {
    operation,
    method,
    path: `${path}?${query.toString()}`,
    headers: made === null ? {} : { "Content-Type": "application/json" },
    body: made === null ? null : JSON.stringify({ ...made, ...Object.fromEntries(inBody) }),
  };
}

async function ask(caller: Caller, sent: Sent) {
  const wire = await send(cast, caller, sent);
  const asked = `${sent.path} ${sent.body ?? ""} ${offered.join(" ")}`;
  const isJson = wire.headers.get("Content-Type")?.startsWith("application/json") === true;
  const code = isJson ? /"code":"(\w+)"/.exec(wire.text)?.[1] : undefined;
  return { status: wire.status, code, leak: leakOf(wire, asked), text: wire.text };
}

test("the victim's things are there for the owner to read", async () => {
  const reads = operations.filter((each) => each.method === "GET" && namesOne(each));
  expect(reads.length).toBeGreaterThan(8);
  for (const operation of reads) {
    const { status } = await ask(
      reader("owner_operator"),
      requestOf(operation, victimsOwn(operation)),
    );
    // 409: it is there, and cannot be cancelled any more.
    expect([operation.id, [200, 409].includes(status)]).toEqual([operation.id, true]);
  }
});

test("no operation shows or changes what is another's, nor tells it from what is not there", async () => {
  const wrong: string[] = [];
  for (const operation of operations.filter(namesOne)) {
    const id = victimsOwn(operation);
    const nothing = id.includes(CANARY) ? id.replace(CANARY, "nobody") : `${id.slice(0, -1)}9`;
    for (const caller of strangers()) {
      const theirs = await ask(caller, requestOf(operation, id));
      const none = await ask(caller, requestOf(operation, nothing));
      const isRefused = (caller.isLive ? [403, 404] : [401]).includes(theirs.status);
      const isAlike = none.status === theirs.status && none.code === theirs.code;
      if (isRefused && isAlike && theirs.leak === null) continue;
      wrong.push(`${operation.id} as ${caller.name}: ${theirs.text}; of nothing: ${none.code}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("nothing is got by naming what is another's in a request", async () => {
  const wrong: string[] = [];
  let asked = 0;
  for (const operation of operations) {
    for (const field of referencesOf(operation)) {
      const sent = requestNaming(operation, field);
      for (const caller of strangers()) {
        const { status, leak, text } = await ask(caller, sent);
        const isNothing = status >= 400 || text.includes('"data":[]');
        asked += 1;
        if (isNothing && leak === null) continue;
        wrong.push(`${operation.id} of ${field} as ${caller.name}: ${text}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(100);
});

function referencesOf({ parameters, body }: Operation): readonly string[] {
  const queries = parameters.filter((each) => each.in === "query").map(({ name }) => name);
  return [...queries, ...Object.keys(body?.properties ?? {})].filter((name) => name in REFERENCES);
}

function requestNaming(operation: Operation, field: string): Sent {
  const value = victims(REFERENCES[field] ?? "");
  // Only who sells names a contract.
  const isSale = field === "contract" && operation.body?.properties?.["side"] !== undefined;
  const fields = { [field]: value, ...(isSale ? { side: "sell" } : {}) };
  return requestOf(operation, ids.get(placeOf(operation)) ?? "a100", fields);
}

test("lists and streams of everyone's say nothing of the victim", async () => {
  for (const operation of operations.filter((each) => each.method === "GET" && !namesOne(each))) {
    const everyones = operation.path.includes("{sku}") ? "A100-80G" : "a100";
    const sent = requestOf(operation, ids.get(placeOf(operation)) ?? everyones);
    for (const caller of strangers()) {
      const { leak, text } = await ask(caller, sent);
      const said = [operation.id, caller.name, text];
      expect([...said, leak]).toEqual([...said, null]);
    }
  }
  const { text } = await ask(reader("auditor"), {
    operation: null,
    method: "GET",
    path: "/v1/accounts",
    headers: {},
    body: null,
  });
  expect(text).toContain(VICTIM);
});
