import type { LabStatus, UpStatus } from "../labs/slurm/status.ts";

const SAYS = {
  absent: "There is no lab",
  starting: "A lab is being brought up",
  remains: "A lab has ended without being taken down",
} as const;

/** What `spillway lab slurm status` prints. */
export function labStatusPage(status: LabStatus): string {
  return status.state === "up" ? upPage(status) : `${SAYS[status.state]} in ${status.dir}.\n`;
}

function upPage(status: UpStatus): string {
  const { dir, missing, processes, restSocket, constrainsDevices } = status;
  const nodes = status.nodes.map(({ name, fabric, state }) => `  ${fabric}  ${name}  ${state}`);
  const running = processes.map(
    ({ pid, command }) => `  ${String(pid).padStart(7)}  ${short(command)}`,
  );
  return [
    `The lab in ${dir} is up.`,
    ...missing.map((name) => `Not running: ${name}.`),
    ...(constrainsDevices ? [] : [UNCONSTRAINED]),
    `\nNodes\n${nodes.join("\n")}`,
    `\nProcesses, as the machine numbers them\n${running.join("\n")}`,
    `\nREST on the socket ${restSocket}\n`,
  ].join("\n");
}

const UNCONSTRAINED =
  "This machine has no control groups of version 1: jobs are not kept from GPUs that they were not given.";

const LONGEST = 100;

function short(command: string): string {
  return command.length > LONGEST ? `${command.slice(0, LONGEST - 1)}…` : command;
}
