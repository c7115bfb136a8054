import { Command } from "commander";
import { checkCluster, hasFailed } from "../clusters/slurm/check/check-cluster.ts";
import { type ClusterPlan, readClusterFile } from "../clusters/slurm/cluster-file.ts";
import { allProblems, statusOf } from "../clusters/slurm/status.ts";
import { realClock } from "../server/clock.ts";
import { clusterCheckPage } from "./cluster-check-page.ts";
import { clusterStatusPage } from "./cluster-status-page.ts";
import { EXIT } from "./exit-codes.ts";
import { UsageError } from "./options.ts";
import { PassedOn } from "./passed-on.ts";
import { configOf, withSettings } from "./settings-options.ts";

const STATUS_EXAMPLES = `
Examples:
  spillway cluster status --cluster cluster.json
  spillway cluster status --json
`;
const CHECK_EXAMPLES = `
Examples:
  spillway cluster check --cluster cluster.json
  spillway cluster check --json
`;

export function clusterCommand(): Command {
  const status = new Command("status")
    .description(
      "Read the real clusters once, and show what there is, what the owner uses, and what is wrong; exit code 1 if anything is.",
    )
    .option("--json", "for programs")
    .addHelpText("after", STATUS_EXAMPLES)
    .action(async ({ json }: { readonly json?: true }) => showStatus(status, json === true));
  const check = new Command("check")
    .description(
      "Go through what a real cluster needs so that contracts can be delivered on it, and what keeps their holders apart; exit code 1 if anything fails. It changes nothing.",
    )
    .option("--json", "for programs")
    .addHelpText("after", CHECK_EXAMPLES)
    .action(async ({ json }: { readonly json?: true }) => showChecks(check, json === true));
  return new Command("cluster")
    .description("The real clusters that are sold from.")
    .addCommand(withSettings(status, ["cluster"]))
    .addCommand(withSettings(check, ["cluster"]));
}

async function showStatus(command: Command, asJson: boolean): Promise<void> {
  const clusters = await Promise.all(plansOf(command).map((plan) => statusOf(plan, realClock)));
  show(clusters, clusterStatusPage, asJson);
  if (clusters.some((each) => allProblems(each).length > 0)) throw new PassedOn(EXIT.fault);
}

async function showChecks(command: Command, asJson: boolean): Promise<void> {
  const clusters = await Promise.all(plansOf(command).map((plan) => checkCluster(plan, realClock)));
  show(clusters, clusterCheckPage, asJson);
  if (clusters.some(hasFailed)) throw new PassedOn(EXIT.fault);
}

/** @throws UsageError where no file is named, InputError where it is wrong */
function plansOf(command: Command): readonly ClusterPlan[] {
  const { cluster: file } = configOf(command).settings;
  if (file !== null) return readClusterFile(file);
  throw new UsageError("no cluster is named: say --cluster FILE (examples/cluster.json shows one)");
}

function show<T>(clusters: readonly T[], page: (cluster: T) => string, asJson: boolean): void {
  process.stdout.write(
    asJson ? `${JSON.stringify({ clusters }, null, 2)}\n` : clusters.map(page).join("\n"),
  );
}
