import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { Cancellation } from "../../client/shapes.ts";
import type { ContractResource, NoticeResource, OrderResource } from "../../views/resources.ts";
import { UsageError } from "../options.ts";
import { orderText } from "./buy-command.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { confirm, show } from "./confirm.ts";
import { listCommand } from "./list-command.ts";
import { moment } from "./moment.ts";
import { describe, number, print, text, time } from "./output.ts";

export function contractsCommand(): Command {
  return group("contracts", "Contracts: what you hold, and what you may do with it.", [
    listContracts(),
    cancelContract(),
    extendContract(),
    keepCheckpoint(),
    drillRecall(),
  ]);
}

function listContracts(): Command {
  return listCommand<ContractResource>({
    name: "list",
    description: "Contracts, newest first.",
    path: "/v1/contracts",
    filters: [
      ["status <STATUS>", "active, ended, interrupted or cancelled"],
      ["pool <POOL>", "of this pool"],
      ["sku <SKU>", "of this SKU"],
      ["account <ID>", "whose"],
    ],
    columns: [
      text("contract", ({ id }) => id),
      text("SKU", ({ sku }) => sku),
      number("GPUs", ({ gpus }) => gpus),
      time("start (UTC)", ({ start }) => start),
      time("end (UTC)", ({ end }) => end),
      text("notice", ({ notice }) => notice),
      number("$/GPU-h", ({ price }) => price),
      number("GPU-h", ({ delivered_gpu_hours }) => delivered_gpu_hours),
      number("billed $", ({ billed }) => billed),
      text("status", ({ status, cuts }) => status + (cuts.length > 0 ? ", cut" : "")),
    ],
    nothing: "There are no contracts. To buy: spillway buy 64 A100-80G --for 4h",
    examples: "  spillway contracts list --status active\n  spillway contracts show ord_7f3k.0\n",
    one: describe,
  });
}

interface Cancelling extends Asking {
  readonly yes?: true;
}

function cancelContract(): Command {
  const description = "Give up what is left of a contract; the refund is shown first.";
  return clientCommand("cancel", description, "  spillway contracts cancel ord_7f3k.0\n")
    .argument("<CONTRACT>")
    .option("--yes", "without asking")
    .action(async (id: string, options: Cancelling) => {
      const login = loginFrom(options);
      const quoted = await ask<Cancellation>(login, "GET", path`/v1/contracts/${id}/cancellation`);
      show(describe(quoted), options.json);
      await confirm("Give it up?", options.yes);
      const contract = await ask<ContractResource>(login, "POST", path`/v1/contracts/${id}/cancel`);
      print(contract, options.json, () => `Contract ${contract.id} is ${contract.status}.`);
    });
}

interface Extending extends Asking {
  readonly until: string;
  readonly limit: string;
}

function extendContract(): Command {
  const examples = "  spillway contracts extend ord_7f3k.0 --until +2d --limit 1.30\n";
  return clientCommand("extend", "Keep the same GPUs beyond the contract's end.", examples)
    .argument("<CONTRACT>")
    .requiredOption("--until <TIME>", "until when")
    .requiredOption("--limit <PRICE>", "dollars for a GPU for an hour, at most")
    .action(async (id: string, options: Extending) => {
      const login = loginFrom(options);
      const until = await moment(login, "--until", options.until);
      const body = { until, limit_price: options.limit };
      const order = await ask<OrderResource>(login, "POST", path`/v1/contracts/${id}/extend`, {
        body,
      });
      print(order, options.json, () => orderText(order));
    });
}

interface Checkpointing extends Asking {
  readonly none?: true;
}

function keepCheckpoint(): Command {
  const examples = "  spillway contracts checkpoint ord_7f3k.0 s3://bucket/run-7\n";
  const description = "Say where the work's checkpoints live, across recalls.";
  return clientCommand("checkpoint", description, examples)
    .argument("<CONTRACT>")
    .argument("[URI]", "like s3://bucket/run-7")
    .option("--none", "nowhere any more")
    .action(async (id: string, uri: string | undefined, options: Checkpointing) => {
      if ((uri === undefined) !== (options.none === true)) {
        throw new UsageError("say where the checkpoints live, or --none");
      }
      const body = { uri: uri ?? null };
      const address = path`/v1/contracts/${id}/checkpoint`;
      const contract = await ask<ContractResource>(loginFrom(options), "POST", address, { body });
      print(contract, options.json, () => describe(contract));
    });
}

function drillRecall(): Command {
  const description = "Try what a recall does: notice and webhook, nothing is taken.";
  return clientCommand("drill", description, "  spillway contracts drill ord_7f3k.0\n")
    .argument("<CONTRACT>")
    .action(async (id: string, options: Asking) => {
      const login = loginFrom(options);
      const address = path`/v1/contracts/${id}/recall_drill`;
      const notice = await ask<NoticeResource>(login, "POST", address);
      print(notice, options.json, () => describe(notice));
    });
}
