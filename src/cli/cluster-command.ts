import { Command } from "commander";
import { readClusterFile } from "../clusters/slurm/cluster-file.ts";
import { allProblems, statusOf } from "../clusters/slurm/status.ts";
import { realClock } from "../server/clock.ts";
import { clusterStatusPage } from "./cluster-status-page.ts";
import { EXIT } from "./exit-codes.ts";
import { UsageError } from "./options.ts";
import { PassedOn } from "./passed-on.ts";
import { configOf, withSettings } from "./settings-options.ts";

const EXAMPLES = `
Examples:
  spillway cluster status --cluster cluster.json
  spillway cluster status --json
`;

export function clusterCommand(): Command {
  const status = new Command("status")
    .description(
      "Read the real clusters once, and show what there is, what the owner uses, and what is wrong; exit code 1 if anything is.",
    )
    .option("--json", "for programs")
    .addHelpText("after", EXAMPLES)
    .action(async ({ json }: { readonly json?: true }) => showStatus(status, json === true));
  return new Command("cluster")
    .description("The real clusters that are sold from.")
    .addCommand(withSettings(status, ["cluster"]));
}

async function showStatus(command: Command, asJson: boolean): Promise<void> {
  const { cluster: file } = configOf(command).settings;
  if (file === null) {
    throw new UsageError(
      "no cluster is named: say --cluster FILE (examples/cluster.json shows one)",
    );
  }
  const plans = readClusterFile(file);
  const clusters = await Promise.all(plans.map((plan) => statusOf(plan, realClock)));
  process.stdout.write(
    asJson
      ? `${JSON.stringify({ clusters }, null, 2)}\n`
      : clusters.map(clusterStatusPage).join("\n"),
  );
  if (clusters.some((each) => allProblems(each).length > 0)) throw new PassedOn(EXIT.fault);
}
