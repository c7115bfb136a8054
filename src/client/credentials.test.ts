import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { credentialsFile, forgetLogin, keepLogin, keptLogins } from "./credentials.ts";

const before = process.env["XDG_CONFIG_HOME"];
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spillway-config-"));
  process.env["XDG_CONFIG_HOME"] = folder;
});

afterEach(() => {
  if (before === undefined) delete process.env["XDG_CONFIG_HOME"];
  else process.env["XDG_CONFIG_HOME"] = before;
  rmSync(folder, { recursive: true });
});

const owner = { url: "http://localhost:8420", key: "spw_owner" };
const acme = { url: "https://gpus.example.com", key: "spw_acme" };

test("logins are kept beside each other, for their user alone, and forgotten one by one", () => {
  expect(keptLogins()).toEqual({});
  keepLogin("default", owner);
  keepLogin("acme", acme);
  expect(keptLogins()).toEqual({ default: owner, acme });
  expect(statSync(credentialsFile()).mode & 0o777).toBe(0o600);
  expect(forgetLogin("default")).toBe(true);
  expect(forgetLogin("default")).toBe(false);
  expect(keptLogins()).toEqual({ acme });
});

test("a file that others could read is not so any more once a login is kept", () => {
  keepLogin("default", owner);
  rmSync(credentialsFile());
  writeFileSync(credentialsFile(), `{"logins":{}}`, { mode: 0o644 });
  keepLogin("acme", acme);
  expect(statSync(credentialsFile()).mode & 0o777).toBe(0o600);
});

test("a file that is damaged is said to be, and not overwritten", () => {
  keepLogin("default", owner);
  writeFileSync(credentialsFile(), "{");
  expect(() => keepLogin("acme", acme)).toThrow("delete it and log in again");
});
