import { execFileSync, spawn, spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { testWorld } from "../src/http/api.test-data.ts";
import { openFront } from "../src/server/front.ts";
import { openMetrics } from "../src/server/metrics.ts";
import { faultsInProduction } from "../src/server/production.ts";
import { readConfig } from "../src/server/config.ts";
import { SETTING_NAMES, settingOf } from "../src/server/settings.ts";
import { carriedOut } from "./carried-out.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = readFileSync(join(root, "docs/operations.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "spillway-operations-"));
afterAll(() => rmSync(folder, { recursive: true }));

function spillway(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { PATH = "" } = process.env;
  const env = { PATH, HOME: folder, ...environment };
  const ran = spawnSync(join(root, "spillway"), words, { encoding: "utf8", cwd: folder, env });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

describe("the operator's guide", () => {
  test("has every setting with its default, and no other", () => {
    const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (.*?) \| (.*?) \|$/gm)].map(
      ([, name, usual, sentence]) => [name, usual, sentence],
    );
    const expected = SETTING_NAMES.map((name) => {
      const { default: usual, sentence } = settingOf(name);
      const shown = name === "policy" ? "policies/benchmark.json" : usual;
      return [name, shown === null ? "" : `\`${String(shown)}\``, sentence];
    });
    expect(rows).toEqual(expected);
  });

  test("names only metrics that there are", async () => {
    const { context } = await testWorld();
    const metrics = openMetrics("test");
    metrics.follow(context);
    const { text } = await metrics.text();
    const kinds = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)];
    const known = kinds.flatMap(([, name = "", kind]) =>
      kind === "histogram" ? [name, `${name}_count`] : [name],
    );
    const named = new Set(page.match(/\bspillway_\w+/g));
    named.delete("spillway_api");
    expect(named.size).toBeGreaterThan(10);
    for (const name of named) expect(known).toContain(name);
  });

  test("wakes by series that stand at 0 before they first count", async () => {
    const { text } = await openMetrics("test").text();
    const alerts = [...page.matchAll(/increase\((\w+(?:\{[^}]*\})?)\[/g)].map(
      ([, series]) => series,
    );
    expect(alerts.length).toBeGreaterThan(2);
    for (const series of alerts) expect(text).toContain(`\n${series} 0\n`);
  });

  test("links to files that there are", () => {
    const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) expect(globSync(join(root, "docs", link))).toHaveLength(1);
  });
});

describe("config check", () => {
  test("prints where each setting comes from, without its secrets", () => {
    const url = "postgres://me:hush@db/spillway";
    const { code, out, err } = spillway(["config", "check", "--port", "9000"], {
      SPILLWAY_DATABASE_URL: url,
      SPILLWAY_PROT: "1",
    });
    expect(code).toBe(0);
    expect(out).toMatch(/^port +9000 +--port$/m);
    expect(out).toMatch(/^database_url +postgres:\/\/me:•••@db\/spillway +SPILLWAY_DATABASE_URL$/m);
    expect(out).toMatch(/^speed +60 +default$/m);
    expect(err).toBe("note: SPILLWAY_PROT is no setting, and is not read\n");
    expect(`${out}${err}`).not.toContain("hush");
  });

  test("and serve refuse what production may not depend on, with code 2", async () => {
    for (const command of [["config", "check"], ["serve"]]) {
      const { code, err } = await carriedOut([...command, "--production"]);
      expect(code).toBe(2);
      expect(err).toMatch(
        /not for production:\n.*SPILLWAY_DATABASE_URL.*\n.*simulated.*\n.*set speed to 1/,
      );
    }
  });

  test("takes the settings of the package, given a database", () => {
    const file = join(root, "packaging/spillway.json");
    const environment = { SPILLWAY_DATABASE_URL: "postgres://spillway@db/spillway" };
    const { settings } = readConfig({ flags: {}, environment, file });
    expect(settings.production).toBe(true);
    expect(faultsInProduction(settings)).toEqual([]);
  });
});

/** @returns how the image's health check ends */
function healthOf(port: number): Promise<number | null> {
  const env = { ...process.env, SPILLWAY_PORT: String(port) };
  const child = spawn(process.execPath, [join(root, "packaging/healthy.js")], { env });
  return new Promise((resolve) => child.on("exit", resolve));
}

const pem = (name: string): string => readFileSync(join(folder, name), "utf8");

describe("the image's health check", () => {
  test.each([false, true])("finds a process that lives, with TLS: %s", async (isSecure) => {
    const [key, cert] = ["key.pem", "cert.pem"];
    const wanted = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x -keyout ${key} -out ${cert}`;
    execFileSync("openssl", wanted.split(" "), { cwd: folder, stdio: "pipe" });
    const tls = isSecure ? { cert: pem(cert), key: pem(key) } : null;
    const front = await openFront({ host: "127.0.0.1", port: 0, tls });
    const port = Number(new URL(front.url).port);
    expect(await healthOf(port)).toBe(0);
    await front.drain();
    expect(await healthOf(port)).toBe(1);
    for (const file of [key, cert]) rmSync(join(folder, file));
  });
});

test.each([["backup", "x.gz"], ["verify"], ["audit", "verify"], ["export", "--hledger"]])(
  "%s makes no store where there is none",
  async (...words) => {
    const { code, err } = await carriedOut(words, {
      SPILLWAY_DATA_DIR: join(folder, "spillway-data"),
    });
    expect(code).toBe(2);
    expect(err).toContain("there is no store in");
    expect(globSync(join(folder, "*"))).toEqual([]);
  },
);

test("restore says what is wrong with a file in one sentence", () => {
  const { code, err } = spillway(["restore", join(root, "package.json")]);
  expect(code).toBe(1);
  expect(err).toMatch(/^spillway: The store could not restore .*package\.json: .*\n$/);
  rmSync(join(folder, "spillway-data"), { recursive: true });
});

test("the unit is one that systemd understands", () => {
  const unit = join(root, "packaging/spillway.service");
  const ran = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
  // Where there is no systemd, only its form is looked at.
  const said = ran.error === undefined ? `${ran.stdout}${ran.stderr}` : "";
  const known = said
    .split("\n")
    .filter((line) => !/opt\/spillway.* is not executable|^$/.test(line));
  expect(known).toEqual([]);
  const settings = readFileSync(unit, "utf8").match(/SPILLWAY_\w+/g) ?? [];
  const names = SETTING_NAMES.map((name) => `SPILLWAY_${name.toUpperCase()}`);
  for (const name of settings) expect([...names, "SPILLWAY_CONFIG"]).toContain(name);
});
