import type { Command } from "commander";
import type { Login } from "../../client/client.ts";
import { ask, path } from "../../client/client.ts";
import { floorTo, MINUTE_MS } from "../../units.ts";
import type { BreachClaimResource } from "../../views/resources.ts";
import { formatTime } from "../../wire/time.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { listCommand } from "./list-command.ts";
import { marketTime, moment } from "./moment.ts";
import { describe, number, print, text, time } from "./output.ts";
import { gpuCount } from "./wanted.ts";

/** Breaches that Spillway knows of are credited without any claim. */
export function claimsCommand(): Command {
  return group("claims", "Claims that GPUs which were promised were not there.", [
    listClaims(),
    fileClaim(),
    acceptClaim(),
    declineClaim(),
  ]);
}

function listClaims(): Command {
  return listCommand<BreachClaimResource>({
    name: "list",
    description: "Claims and what the owner answered, newest first.",
    path: "/v1/breach_claims",
    filters: [
      ["status <STATUS>", "open, accepted or declined"],
      ["contract <ID>", "of this contract"],
      ["account <ID>", "whose"],
    ],
    columns: [
      text("claim", ({ id }) => id),
      text("account", ({ account }) => account),
      text("contract", ({ contract }) => contract),
      number("GPUs", ({ gpus }) => gpus),
      time("from (UTC)", ({ from }) => from),
      time("until (UTC)", ({ until }) => until),
      text("status", ({ status }) => status),
      number("credit $", ({ credit }) => credit),
      text("note", ({ note, reason }) => reason ?? note),
    ],
    nothing: "There are no claims.",
    examples: "  spillway claims list --status open\n",
  });
}

interface Filing extends Asking {
  readonly from: string;
  readonly until?: string;
  readonly gpus: string;
  readonly note: string;
}

const FILE = `  spillway claims file ord_7f3k.0 --gpus 8 --from -30m --note "two nodes do not answer"
  spillway claims file ord_7f3k.0 --gpus 8 --from 2026-12-01T08:00Z --until 2026-12-01T09:00Z --note "node down"
`;

function fileClaim(): Command {
  return clientCommand("file", "Claim a credit for GPUs of a contract that were not there.", FILE)
    .argument("<CONTRACT>")
    .requiredOption("--gpus <N>", "how many")
    .requiredOption("--from <TIME>", "from when on")
    .requiredOption("--note <TEXT>", "what was seen")
    .option("--until <TIME>", "until when; left out: now")
    .action(async (id: string, options: Filing) => {
      const login = loginFrom(options);
      const body = {
        gpus: gpuCount(options.gpus),
        from: await moment(login, "--from", options.from),
        until: (await moment(login, "--until", options.until)) ?? (await lastMinute(login)),
        note: options.note,
      };
      const address = path`/v1/contracts/${id}/breach_claim`;
      const claim = await ask<BreachClaimResource>(login, "POST", address, { body });
      print(claim, options.json, () => describe(claim));
    });
}

/** Only what is over can be claimed. */
async function lastMinute(login: Login): Promise<string> {
  return formatTime(floorTo(await marketTime(login), MINUTE_MS));
}

function acceptClaim(): Command {
  const examples = "  spillway claims accept clm_1c7b --credit 12.80\n";
  return clientCommand("accept", "Accept a claim; the credit is given at once.", examples)
    .argument("<CLAIM>")
    .requiredOption("--credit <DOLLARS>", "how much")
    .action((id: string, options: Asking & { readonly credit: string }) =>
      decide(path`/v1/breach_claims/${id}/accept`, { credit: options.credit }, options),
    );
}

function declineClaim(): Command {
  const examples = `  spillway claims decline clm_1c7b --reason "the node was up: see the meter"\n`;
  return clientCommand("decline", "Decline a claim, and say why.", examples)
    .argument("<CLAIM>")
    .requiredOption("--reason <TEXT>", "the holder reads it")
    .action((id: string, options: Asking & { readonly reason: string }) =>
      decide(path`/v1/breach_claims/${id}/decline`, { reason: options.reason }, options),
    );
}

async function decide(address: string, body: object, options: Asking): Promise<void> {
  const claim = await ask<BreachClaimResource>(loginFrom(options), "POST", address, { body });
  print(claim, options.json, () => describe(claim));
}
