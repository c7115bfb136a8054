import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { Login } from "../../client/client.ts";
import { ask, path } from "../../client/client.ts";
import { UsageError } from "../options.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { confirm, show } from "./confirm.ts";
import { named } from "./nearest.ts";
import { card, print, table, text } from "./output.ts";
import type { Difference, Policy } from "./policy-change.ts";
import { differences, withAssignments } from "./policy-change.ts";

export function policyCommand(): Command {
  return group("policy", "What may be sold of a pool, and who yields (docs/policy.md).", [
    showPolicy(),
    setPolicy(),
  ]);
}

function policyOf(login: Login, pool: string): Promise<Policy> {
  return named(login, "id", pool, () => ask<Policy>(login, "GET", path`/v1/pools/${pool}/policy`));
}

function showPolicy(): Command {
  const examples = `  spillway policy show a100-80g
  spillway policy show a100-80g --json > policy.json      a file to change, and to run a backtest with
`;
  return clientCommand("show", "The policy of a pool, under the keys by which it is set.", examples)
    .argument("<POOL>")
    .action(async (pool: string, options: Asking) => {
      const policy = await policyOf(loginFrom(options), pool);
      print(policy, options.json, () => {
        return card(differences({}, policy).map(({ key, willBe }) => [key, willBe]));
      });
    });
}

interface Setting extends Asking {
  readonly file?: string;
  readonly yes?: true;
}

const SET = `  spillway policy set a100-80g epsilon=0.01 rungs.24h.price_factor=0.7
  spillway policy set a100-80g 'allowed_wait=[{"wait":"15m"}]'
  spillway policy set a100-80g --file policy.json --yes
`;

function setPolicy(): Command {
  const description = "Change the policy: what changes is shown first; what is sold stays sold.";
  return clientCommand("set", description, SET)
    .argument("<POOL>")
    .argument("[KEY=VALUE...]", "as `policy show` writes them; rungs by their notices")
    .option("--file <FILE>", "a whole policy file")
    .option("--yes", "without asking")
    .action(set);
}

async function set(pool: string, assignments: readonly string[], options: Setting): Promise<void> {
  const { file, yes, json } = options;
  if (file === undefined && assignments.length === 0) {
    throw new UsageError("say what changes: epsilon=0.01, or --file policy.json");
  }
  const login = loginFrom(options);
  const before = await policyOf(login, pool);
  const after = withAssignments(file === undefined ? before : policyIn(file), assignments);
  const changes = differences(before, after);
  if (changes.length === 0) return print(before, json, () => "Nothing changes.");
  show(table(COLUMNS, changes), json);
  await confirm(`Change the policy of ${pool}?`, yes);
  const address = path`/v1/pools/${pool}/policy`;
  const policy = await ask<Policy>(login, "PUT", address, { body: after });
  return print(policy, json, () => `The policy of ${pool} is changed.`);
}

const COLUMNS = [
  text<Difference>("key", ({ key }) => key),
  text<Difference>("is", ({ was }) => was),
  text<Difference>("will be", ({ willBe }) => willBe),
];

/** @throws UsageError */
function policyIn(file: string): Policy {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Policy;
  } catch (fault) {
    const reason = fault instanceof SyntaxError ? `is no JSON: ${fault.message}` : "cannot be read";
    throw new UsageError(`--file: ${file} ${reason}`, { cause: fault });
  }
}
