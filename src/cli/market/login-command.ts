import type { Command } from "commander";
import { ask } from "../../client/client.ts";
import { credentialsFile, DEFAULT_NAME, forgetLogin, keepLogin } from "../../client/credentials.ts";
import type { Me } from "../../client/shapes.ts";
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
  ).action(logIn);
}

/** The key is tried before it is kept. */
async function logIn(options: Asking): Promise<void> {
  const key = options.keyFile === undefined ? await givenKey() : keyIn(options.keyFile);
  const login = { url: urlFrom(options), key };
  const me = await ask<Me>(login, "GET", "/v1/me");
  const name = options.as ?? DEFAULT_NAME;
  keepLogin(name, login);
  print(me, options.json, () => {
    const kept = `Kept in ${credentialsFile()}${name === DEFAULT_NAME ? "" : ` as "${name}"`}.`;
    return `You are ${me.role} of ${me.account} on ${login.url}. ${kept}`;
  });
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
  return clientCommand("logout", "Forget a login that is kept; the key itself lives on.").action(
    ({ as: name = DEFAULT_NAME, json }: Asking) => {
      const wasKept = forgetLogin(name);
      print({ forgotten: wasKept ? name : null }, json, () =>
        wasKept ? `Forgotten. To stop the key itself: spillway keys revoke` : "Nothing was kept.",
      );
    },
  );
}

export function whoamiCommand(): Command {
  return clientCommand("whoami", "As whom the API is asked, and what time it is there.").action(
    async (options: Asking) => {
      const login = loginFrom(options);
      const me = await ask<Me>(login, "GET", "/v1/me");
      print(me, options.json, () => describe({ url: login.url, ...me }));
    },
  );
}
