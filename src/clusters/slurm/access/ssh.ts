import { SlurmFault } from "../fault.ts";
import type { Ended, SlurmAccess } from "./access.ts";
import { shellWords } from "./shell-words.ts";
import { SUDO, toolAccess, type Tools } from "./tool-access.ts";

/** Nobody is there to be asked for a password, and a host that is gone shall not take the tool's own time. */
const OPTIONS = ["BatchMode=yes", "ConnectTimeout=5"];
/** As ssh ends when it has not run the command. */
const NO_CONNECTION = 255;

/** @param host as ssh's own configuration knows it; `user@host` too */
export function sshAccess(
  host: string,
  { slurmConf = null, become = SUDO }: Tools = {},
): SlurmAccess {
  const options = OPTIONS.flatMap((option) => ["-o", option]);
  return toolAccess({
    place: host,
    slurmConf,
    become,
    // ssh gives the other side's shell one line, whatever it is given.
    wrap: (command) => ["ssh", ...options, "--", host, shellWords(command)],
    faultOf: (ended) => faultOf(host, ended),
  });
}

function faultOf(host: string, { code, stderr }: Ended): SlurmFault | null {
  if (code !== NO_CONNECTION) return null;
  const said = stderr.trim().split("\n").at(-1) ?? "";
  const state = /permission denied|host key verification/i.test(said) ? "denied" : "unreachable";
  return new SlurmFault(state, `ssh does not get to ${host}: ${said}`);
}
