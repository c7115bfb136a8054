import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { ConfigSources } from "./config.ts";
import { readConfig } from "./config.ts";
import { shownSettings, withoutPassword } from "./masked.ts";
import { faultsInProduction } from "./production.ts";
import type { Settings } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

function read(sources: Partial<ConfigSources>) {
  return readConfig({ flags: {}, environment: {}, file: null, ...sources });
}

test("a flag comes before the environment, that before the file, that before the default", () => {
  const file = fileOf("a.json", { port: 1, seed: 1, speed: 1 });
  const environment = { SPILLWAY_PORT: "2", SPILLWAY_SEED: "2", SPILLWAY_HOST: "" };
  const { settings, origins } = read({ flags: { port: "3" }, environment, file });
  expect(settings).toMatchObject({ port: 3, seed: 2, speed: 1, host: "127.0.0.1" });
  expect(origins).toMatchObject({
    port: "--port",
    seed: "SPILLWAY_SEED",
    speed: file,
    host: "default",
  });
});

test("a path in the file is read from the file's folder", () => {
  const file = fileOf("b.json", { data_dir: "here" });
  expect(read({ file }).settings.data_dir).toBe(join(folder, "here"));
  expect(read({ flags: { data_dir: "here" } }).settings.data_dir).toBe("here");
});

test("the database's URL may stand in a file of its own", () => {
  const secret = fileOf("url", "postgres://a:b@c/d\n");
  const { settings, origins } = read({ environment: { SPILLWAY_DATABASE_URL_FILE: secret } });
  expect(settings.database_url).toBe("postgres://a:b@c/d");
  expect(origins.database_url).toBe(secret);
});

test.each<[string, Partial<ConfigSources>, string]>([
  [
    "a flag",
    { flags: { port: "99999" } },
    "--port: expected a whole number from 0 to 65535, not 99999",
  ],
  [
    "a flag that is no number",
    { flags: { port: "x" } },
    '--port: expected a whole number from 0 to 65535, not "x"',
  ],
  [
    "a variable",
    { environment: { SPILLWAY_PRODUCTION: "yes" } },
    'SPILLWAY_PRODUCTION: expected true or false, not "yes"',
  ],
  [
    "a variable with a secret, which is not repeated",
    { environment: { SPILLWAY_DATABASE_URL: "mysql://a:hush@b" } },
    "SPILLWAY_DATABASE_URL: expected postgres://user@host:port/database",
  ],
  ["half of a pair", { flags: { tls_cert: "a" } }, "tls_cert and tls_key belong together"],
  ["a file that is not there", { file: "/nowhere.json" }, "/nowhere.json: it can't be read"],
])("what is wrong is named with its source: %s", (_, sources, sentence) => {
  expect(() => read(sources)).toThrow(sentence);
  expect(() => read(sources)).not.toThrow("hush");
});

test.each<[unknown, string]>([
  [{ prot: 1 }, "prot is no setting: take it out"],
  [{ port: "1" }, 'port: expected a whole number from 0 to 65535, not "1"'],
  [{ production: "true" }, "production: expected true or false"],
  [[], "it is no JSON object"],
  ["{", "it can't be read"],
])("the file is read strictly: %j", (content, sentence) => {
  expect(() => read({ file: fileOf("strict.json", content) })).toThrow(sentence);
});

test("everything that is wrong is said at once", () => {
  const environment = { SPILLWAY_PORT: "x", SPILLWAY_SPEED: "0" };
  expect(() => read({ environment })).toThrow(/SPILLWAY_PORT[^]*SPILLWAY_SPEED/);
});

test("a real cluster lives by the clock outside", () => {
  const cluster = { SPILLWAY_CLUSTER: "cluster.json" };
  expect(read({ environment: cluster }).settings.speed).toBe(1);
  expect(read({ environment: { ...cluster, SPILLWAY_SPEED: "1" } }).settings.speed).toBe(1);
  expect(() => read({ environment: { ...cluster, SPILLWAY_SPEED: "60" } })).toThrow(
    "a real cluster lives by the clock outside: set speed to 1",
  );
});

test.each([
  ["postgres://me:hush@db:5432/spillway", "postgres://me:•••@db:5432/spillway"],
  ["postgres://me:h%40u:s@db/spillway", "postgres://me:•••@db/spillway"],
  ["postgres://me:hu@sh@db/spillway", "postgres://me:•••@db/spillway"],
  ["postgres://me@db/x?password=hush&a=b", "postgres://me@db/x?password=•••&a=b"],
  ["postgres://me@db/x", "postgres://me@db/x"],
])("%s is shown as %s", (url, shown) => {
  expect(withoutPassword(url)).toBe(shown);
  const config = read({ environment: { SPILLWAY_DATABASE_URL: url } });
  expect(JSON.stringify(shownSettings(config))).not.toContain("hush");
});

describe("production", () => {
  const SOUND: Partial<Settings> = {
    database_url: "postgres://me@db/spillway",
    speed: 1,
    simulated: true,
  };
  const faults = (changed: Partial<Settings>): string[] =>
    faultsInProduction({ ...read({}).settings, ...SOUND, ...changed });

  test.each<Partial<Settings>>([
    {},
    { host: "::1" },
    { host: "0.0.0.0", behind_proxy: true },
    { host: "0.0.0.0", tls_cert: "a", tls_key: "b" },
  ])("takes %j", (changed) => {
    expect(faults(changed)).toEqual([]);
  });

  test.each<[Partial<Settings>, string]>([
    [{ database_url: null }, "loses what was acknowledged"],
    [{ speed: 60 }, "set speed to 1"],
    [{ simulated: false }, "whoever pays for their GPUs gets none. Set simulated"],
    [{ dry_run: true }, "contracts are sold and not delivered"],
    [{ host: "0.0.0.0" }, "API keys would cross the network in clear"],
    [{ host: "localhost.example.com" }, "API keys would cross the network in clear"],
  ])("refuses %j", (changed, sentence) => {
    expect(faults(changed)).toEqual([expect.stringContaining(sentence)]);
  });
});
