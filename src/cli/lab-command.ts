import { resolve } from "node:path";
import { Command } from "commander";
import { takeDown } from "../labs/slurm/lab.ts";
import { GPUS_PER_NODE } from "../labs/slurm/plan.ts";
import { statusOf } from "../labs/slurm/status.ts";
import { LAB_USERS } from "../labs/slurm/users.ts";
import { EXIT } from "./exit-codes.ts";
import { labExecCommand } from "./lab-exec-command.ts";
import { labSubcommand, type Place } from "./lab-place.ts";
import { labStatusPage } from "./lab-status-page.ts";
import { labUpCommand } from "./lab-up-command.ts";
import { PassedOn } from "./passed-on.ts";

const EXAMPLES = `
A real Slurm on this one machine, to see what a cluster does: slurmctld, a slurmd for each node, slurmdbd on MariaDB,
slurmrestd and munge, from Debian 12's packages. Nodes declare ${GPUS_PER_NODE} GPUs each and lie in two fabrics; there is a
partition for the owner and one for the market, and users that exist inside alone: ${LAB_USERS.map(({ name }) => name).join(", ")}.
Each lab has namespaces of its own: any number stand side by side. Run it as root.

Examples:
  spillway lab slurm up --nodes 8
  spillway lab slurm down
  spillway lab slurm status
  spillway lab slurm exec sinfo
`;

export function labCommand(): Command {
  const slurm = new Command("slurm")
    .description("A real Slurm with declared GPUs.")
    .enablePositionalOptions()
    .addHelpText("after", EXAMPLES);
  for (const make of COMMANDS) slurm.addCommand(make());
  return new Command("lab")
    .description("A real scheduler on this machine, to try things out on.")
    .enablePositionalOptions()
    .addHelpText("after", EXAMPLES)
    .addCommand(slurm);
}

const COMMANDS = [labUpCommand, downCommand, statusCommand, labExecCommand];

function downCommand(): Command {
  const examples = "  spillway lab slurm down --dir /tmp/big\n";
  return labSubcommand("down", "Take away all of a lab, jobs and data included.", examples).action(
    async ({ dir }: Place) => {
      const place = resolve(dir);
      const isDone = await takeDown(place);
      process.stdout.write(
        isDone ? `Nothing is left of the lab in ${place}.\n` : `There is no lab in ${place}.\n`,
      );
    },
  );
}

function statusCommand(): Command {
  const examples = `  spillway lab slurm status
  spillway lab slurm status --json
`;
  const description = "Show a lab's nodes and processes; exit code 5 if it is not up.";
  return labSubcommand("status", description, examples)
    .option("--json", "for programs")
    .action(showStatus);
}

async function showStatus({ dir, json }: Place & { readonly json?: true }): Promise<void> {
  const status = await statusOf(resolve(dir));
  process.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : labStatusPage(status));
  if (status.state !== "up") throw new PassedOn(EXIT.unavailable);
  if (status.missing.length > 0) throw new PassedOn(EXIT.fault);
}
