import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { RecallPreview } from "../../client/shapes.ts";
import type { RecallResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { confirm, show } from "./confirm.ts";
import { listCommand } from "./list-command.ts";
import { moment } from "./moment.ts";
import { named } from "./nearest.ts";
import { describe, number, print, table, text, time } from "./output.ts";
import { gpuCount } from "./wanted.ts";

const GIVE = `  spillway recall a100-80g --gpus 64 --by +4h       shows whom it takes from and what it costs, and asks
  spillway recall a100-80g --gpus all --yes
`;

export function recallCommand(): Command {
  return group("recall", "Take GPUs back under their contracts' promises; the cost comes first.", [
    giveRecall(),
    previewRecall(),
    withdrawRecall(),
    listRecalls(),
  ]).usage("<POOL> --gpus <N|all> [options] | preview | withdraw | list");
}

interface Options extends Asking {
  readonly gpus: string;
  readonly by?: string;
  readonly fabric?: string;
  readonly yes?: true;
}

function wishCommand(name: string, description: string, examples: string): Command {
  return clientCommand(name, description, examples)
    .argument("<POOL>")
    .requiredOption("--gpus <N>", "how many, or all that may be recalled")
    .option("--by <TIME>", "by when; left out: in an hour")
    .option("--fabric <FABRIC>", "only from there");
}

async function previewed(pool: string, options: Options) {
  const login = loginFrom(options);
  const gpus = options.gpus === "all" ? "all" : gpuCount(options.gpus);
  const by = await moment(login, "--by", options.by);
  const wish = { pool, gpus, by, fabric: options.fabric };
  const preview = await named(login, "id", pool, () =>
    ask<RecallPreview>(login, "POST", "/v1/recalls/preview", { body: wish }),
  );
  return { login, wish, preview };
}

function previewRecall(): Command {
  const examples = "  spillway recall preview a100-80g --gpus 64        nothing is done\n";
  return wishCommand("preview", "What a recall would take back, and its cost.", examples).action(
    async (pool: string, options: Options) => {
      const { preview } = await previewed(pool, options);
      print(preview, options.json, () => previewText(preview));
    },
  );
}

/** The least that can be said for "at most nothing", since amounts are more than nothing. */
const NEXT_TO_NOTHING = "0.000001";

function giveRecall(): Command {
  return wishCommand("give", "Take GPUs back: the cheapest lawful set of contracts.", GIVE)
    .option("--yes", "without asking")
    .action(async (pool: string, options: Options) => {
      const { login, wish, preview } = await previewed(pool, options);
      show(previewText(preview), options.json);
      if (preview.takings.length > 0) await confirm("Recall these?", options.yes);
      const most = Number(preview.cost) > 0 ? preview.cost : NEXT_TO_NOTHING;
      const body = { ...wish, most_cost: most };
      const given = await ask<{ data: RecallResource[] }>(login, "POST", "/v1/recalls", { body });
      print(given, options.json, () => given.data.map(recallText).join("\n"));
    });
}

function recallText({ id, gpus, due, cost }: RecallResource): string {
  return `Recall ${id}: ${gpus} GPUs are due ${due} for $${cost} of compensation.`;
}

function previewText({ gpus, cost, takings }: RecallPreview): string {
  if (takings.length === 0) return "Nothing can be taken back by then.";
  const columns = [
    text<RecallPreview["takings"][number]>("contract", ({ contract }) => contract),
    text<RecallPreview["takings"][number]>("holder", ({ holder }) => holder),
    text<RecallPreview["takings"][number]>("notice", ({ notice }) => notice),
    text<RecallPreview["takings"][number]>("fabric", ({ fabric }) => fabric),
    number<RecallPreview["takings"][number]>("GPUs", (taking) => taking.gpus),
    time<RecallPreview["takings"][number]>("due (UTC)", ({ due }) => due),
  ];
  return `${table(columns, takings)}\n${gpus} GPUs in all; it costs $${cost} of compensation.`;
}

function withdrawRecall(): Command {
  const description = "Let the holders keep what was to be taken back.";
  return clientCommand("withdraw", description, "  spillway recall withdraw rec_5a1c\n")
    .argument("<RECALL>")
    .action(async (id: string, options: Asking) => {
      const address = path`/v1/recalls/${id}/withdraw`;
      const recall = await ask<RecallResource>(loginFrom(options), "POST", address);
      print(recall, options.json, () => `Recall ${recall.id} is ${recall.status}.`);
    });
}

function listRecalls(): Command {
  return listCommand<RecallResource>({
    name: "list",
    description: "Recalls, newest first: the owner's view.",
    path: "/v1/recalls",
    filters: [
      ["pool <POOL>", "of this pool"],
      ["status <STATUS>", "noticed, withdrawn or handed_over"],
    ],
    columns: [
      text("recall", ({ id }) => id),
      text("pool", ({ pool }) => pool),
      number("GPUs", ({ gpus }) => gpus),
      time("noticed (UTC)", ({ noticed }) => noticed),
      time("due (UTC)", ({ due }) => due),
      number("cost $", ({ cost }) => cost),
      text("why", ({ reason }) => reason),
      text("status", ({ status }) => status),
    ],
    nothing: "There were no recalls.",
    examples: "  spillway recall list --status noticed\n  spillway recall show rec_5a1c\n",
    one: describe,
  });
}
