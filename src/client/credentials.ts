import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Login } from "./client.ts";

export const DEFAULT_URL = "http://localhost:8420";

/** Where `spillway login` keeps what it was told, for its user's eyes alone. */
export function credentialsFile(): string {
  const config = process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config");
  return join(config, "spillway", "credentials.json");
}

/** The environment's (`SPILLWAY_URL`, `SPILLWAY_KEY`) before the kept ones; null: there is no key. */
export function readLogin(): Login | null {
  const kept = readKept();
  const key = process.env["SPILLWAY_KEY"] ?? kept?.key;
  if (key === undefined) return null;
  return { url: process.env["SPILLWAY_URL"] ?? kept?.url ?? DEFAULT_URL, key };
}

function readKept(): Partial<Login> | null {
  try {
    return JSON.parse(readFileSync(credentialsFile(), "utf8")) as Partial<Login>;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new Error(`${credentialsFile()} cannot be read: log in again`, { cause: fault });
  }
}

export function keepLogin(login: Login): void {
  const file = credentialsFile();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}

export function forgetLogin(): void {
  rmSync(credentialsFile(), { force: true });
}
