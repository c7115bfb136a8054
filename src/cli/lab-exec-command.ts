import { resolve } from "node:path";
import type { Command } from "commander";
import { execInside, labUser } from "../labs/slurm/inside.ts";
import { labAt } from "../labs/slurm/lab.ts";
import { LabError } from "../labs/slurm/lab-error.ts";
import { LAB_USERS, type LabUser } from "../labs/slurm/users.ts";
import { labSubcommand, type Place } from "./lab-place.ts";
import { UsageError } from "./options.ts";
import { PassedOn } from "./passed-on.ts";

interface Options extends Place {
  readonly user?: string;
}

const EXAMPLES = `  spillway lab slurm exec sinfo
  spillway lab slurm exec --user trainer sbatch job.sh
  spillway lab slurm exec bash
`;

const NAMES = LAB_USERS.map(({ name }) => name).join(", ");

export function labExecCommand(): Command {
  return labSubcommand("exec", "Run a program inside a lab, with its exit code.", EXAMPLES)
    .option("--user <NAME>", `one of the lab's own users, in its home: ${NAMES}; root if left out`)
    .argument("<PROGRAM...>", "with its arguments")
    .passThroughOptions()
    .action(exec);
}

async function exec(program: readonly string[], { dir, user }: Options): Promise<void> {
  const place = resolve(dir);
  const lab = labAt(place);
  if (lab === null) {
    const sentence = `no lab is up in ${place}. Run: spillway lab slurm up --dir ${place}`;
    throw new LabError("not-up", sentence);
  }
  const code = await execInside(lab.first, program, userOf(user), process.cwd());
  if (code !== 0) throw new PassedOn(code);
}

function userOf(name: string | undefined): LabUser | undefined {
  if (name === undefined || name === "root") return undefined;
  const user = labUser(name);
  if (user === undefined) throw new UsageError(`--user is one of ${NAMES}, not "${name}"`);
  return user;
}
