import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Login } from "./client.ts";

export const DEFAULT_URL = "http://localhost:8420";
/** The login that is used where none is named. */
export const DEFAULT_NAME = "default";

type Kept = Readonly<Record<string, Login>>;

/** What was kept cannot be read; the message says what to do. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** Where `spillway login` keeps what it was told, for its user's eyes alone. */
export function credentialsFile(): string {
  const config = process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config");
  return join(config, "spillway", "credentials.json");
}

/** @throws Unreadable */
export function keptLogins(): Kept {
  const file = credentialsFile();
  try {
    const { logins = {} } = JSON.parse(readFileSync(file, "utf8")) as { logins?: Kept };
    return logins;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new Unreadable(`${file} cannot be read: delete it and log in again`, { cause: fault });
  }
}

export function keepLogin(name: string, login: Login): void {
  write({ ...keptLogins(), [name]: login });
}

/** @returns whether there was one */
export function forgetLogin(name: string): boolean {
  const { [name]: gone, ...rest } = keptLogins();
  if (gone === undefined) return false;
  if (Object.keys(rest).length === 0) rmSync(credentialsFile(), { force: true });
  else write(rest);
  return true;
}

/** Whole or not at all, and never readable by others, not even for a moment. */
function write(logins: Kept): void {
  const file = credentialsFile();
  const whole = `${file}.${process.pid}.part`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(whole, `${JSON.stringify({ logins }, null, 2)}\n`, { mode: 0o600 });
  chmodSync(whole, 0o600);
  renameSync(whole, file);
}
