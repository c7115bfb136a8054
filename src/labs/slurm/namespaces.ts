/**
 * A lab's namespaces of network, processes, mounts and host name. Their first process only waits; when it is killed, the
 * kernel ends all the others and nothing of the namespaces is left.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { HOST } from "./configuration.ts";
import { LabError } from "./lab-error.ts";
import { GPUS, INSIDE } from "./paths.ts";
import { GPUS_PER_NODE } from "./plan.ts";
import { isAlive, type ProcessId, processId } from "./processes.ts";

/**
 * It tells its number as the machine counts, and goes on when that has been written down; if whoever started it dies before,
 * it ends. It ignores its children's ends, so that orphans that end inside leave nothing behind. The address for
 * documentation is there because slurmdbd finds none to listen on where all there is is the loopback's own.
 * Terminals that nobody uses stand in for GPUs: devices from which a job can be kept.
 */
const FIRST = `
read -r pid rest < /proc/self/stat && echo "$pid" && read -r _ || exit 1
set -e
mount -t proc proc /proc
mount -t tmpfs -o mode=755 spillway-lab /run
mkdir ${INSIDE} ${GPUS}
mount --bind "$1" ${INSIDE}
for each in passwd group hosts; do mount --bind ${INSIDE}/etc/$each /etc/$each; done
for each in $(seq 0 ${GPUS_PER_NODE - 1}); do mknod -m 666 ${GPUS}/$each c 4 $((10 + each)); done
hostname ${HOST}
ip link set lo up
ip address add 192.0.2.1/32 dev lo
echo ready
exec env --ignore-signal=CHLD sleep infinity < /dev/null > /dev/null 2>&1`;

const NAMESPACES = ["--net", "--mount", "--pid", "--uts"];
const MOST_MS = 10_000;

/**
 * @param written takes note of the first process before anything is done in the namespaces
 * @throws LabError with what the kernel said
 */
export async function openNamespaces(
  dir: string,
  written: (first: ProcessId) => void,
): Promise<ProcessId> {
  const child = spawn(
    "unshare",
    [...NAMESPACES, "--fork", "--propagation", "private", "sh", "-c", FIRST, "sh", dir],
    { stdio: ["pipe", "pipe", "pipe"], detached: true, env: INNER_ENVIRONMENT },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = processId(Number(await nextLine(lines)));
  if (first === null) throw await refusal(child);
  written(first);
  child.stdin.end("\n");
  if ((await nextLine(lines)) !== "ready") throw await refusal(child);
  release(child);
  return first;
}

/** What programs inside know of the environment outside. */
export const INNER_ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
};

/** How a program is started inside. @param folder where it starts, as seen inside */
export function inNamespaces(first: ProcessId, folder = "/"): string[] {
  return ["nsenter", "--target", String(first.pid), ...NAMESPACES, `--wdns=${folder}`];
}

/** Ends all that is inside; when it returns, there is nothing left of it. */
export async function closeNamespaces(first: ProcessId): Promise<void> {
  if (isAlive(first)) process.kill(first.pid, "SIGKILL");
  const end = performance.now() + MOST_MS;
  while (isAlive(first)) {
    if (performance.now() > end) {
      throw new LabError("failed", `the lab's first process, ${first.pid}, does not end`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function nextLine(lines: AsyncIterator<string, undefined>): Promise<string> {
  const { value, done } = await lines.next();
  return done === true ? "" : value;
}

async function refusal(child: ChildProcess): Promise<LabError> {
  const said: string[] = [];
  for await (const part of child.stderr ?? []) said.push(String(part));
  return new LabError("failed", `namespaces could not be made: ${said.join("").trim()}`);
}

/** It outlives this process, which does not wait for it. */
function release(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}
