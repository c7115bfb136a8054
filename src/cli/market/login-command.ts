import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import { addressOf, ask, unreachable } from "../../client/client.ts";
import { credentialsFile, DEFAULT_NAME, forgetLogin, keepLogin } from "../../client/credentials.ts";
import type { Me } from "../../client/shapes.ts";
import { parseDuration } from "../../policy/duration.ts";
import { UsageError } from "../options.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, keyIn, loginFrom, NotLoggedIn, urlFrom } from "./client-command.ts";
import { describe, print } from "./output.ts";

const EXAMPLES = `  spillway login --key-file spillway-data/owner.key
  spillway login --as acme --key-file acme.key      then: spillway buy … --as acme
  pass spillway | spillway login --url https://gpus.example.com
`;

export function loginCommand(): Command {
  return clientCommand(
    "login",
    "Keep an API key, and where the API is, for the commands to come.",
    EXAMPLES,
  )
    .option("--wait <DURATION>", "for a server that is just starting: 30s")
    .action(logIn);
}

interface LoggingIn extends Asking {
  readonly wait?: string;
}

/** The key is tried before it is kept. */
async function logIn(options: LoggingIn): Promise<void> {
  const url = urlFrom(options);
  if (options.wait !== undefined) await untilUp(url, options.wait, options.keyFile);
  const key = options.keyFile === undefined ? await givenKey() : keyIn(options.keyFile);
  const login = { url, key };
  const me = await ask<Me>(login, "GET", "/v1/me");
  const name = options.as ?? DEFAULT_NAME;
  keepLogin(name, login);
  print(me, options.json, () => {
    const kept = `Kept in ${credentialsFile()}${name === DEFAULT_NAME ? "" : ` as "${name}"`}.`;
    return `You are ${me.role} of ${me.account} on ${login.url}. ${kept}`;
  });
}

const LOOK_AGAIN_MS = 250;

/** A server that is just starting writes the owner's key, too. @throws Unreachable, UsageError */
async function untilUp(url: string, wait: string, keyFile = "/"): Promise<void> {
  const ms = parseDuration(wait);
  if (ms === null) throw new UsageError(`--wait is like 30s, not "${wait}"`);
  const address = addressOf({ url, key: "" }, "/openapi.json");
  for (const end = performance.now() + ms; ; await pause(LOOK_AGAIN_MS)) {
    const answer = await fetch(address).catch((fault: unknown) => fault);
    if (answer instanceof Response && answer.ok && existsSync(keyFile)) return;
    if (performance.now() > end) throw unreachable(address, answer);
  }
}

/** From the environment, or from standard input. */
async function givenKey(): Promise<string> {
  const fromEnvironment = process.env["SPILLWAY_KEY"];
  if (fromEnvironment !== undefined) return fromEnvironment;
  if (process.stdin.isTTY) process.stderr.write("API key, then Enter: ");
  for await (const chunk of process.stdin.setEncoding("utf8")) {
    const [line = ""] = String(chunk).split("\n");
    if (line.trim() !== "") return line.trim();
  }
  throw new NotLoggedIn("there is no key: say --key-file, or set SPILLWAY_KEY");
}

export function logoutCommand(): Command {
  const description = "Forget a login that is kept; the key itself lives on.";
  return clientCommand("logout", description, "  spillway logout --as acme\n").action(
    ({ as: name = DEFAULT_NAME, json }: Asking) => {
      const wasKept = forgetLogin(name);
      print({ forgotten: wasKept ? name : null }, json, () =>
        wasKept ? `Forgotten. To stop the key itself: spillway keys revoke` : "Nothing was kept.",
      );
    },
  );
}

export function whoamiCommand(): Command {
  const description = "As whom the API is asked, and what time it is there.";
  return clientCommand("whoami", description, "  spillway whoami --as acme\n").action(
    async (options: Asking) => {
      const login = loginFrom(options);
      const me = await ask<Me>(login, "GET", "/v1/me");
      print(me, options.json, () => describe({ url: login.url, ...me }));
    },
  );
}
