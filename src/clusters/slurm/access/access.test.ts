import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { ask, faultOfTool } from "./ask.ts";
import { localAccess } from "./local.ts";
import { shellWords } from "./shell-words.ts";
import { throughAccess } from "./through.ts";
import { toolCommand } from "./tool-environment.ts";
import { Turns } from "./turns.ts";

const here = localAccess({ slurmConf: "/etc/slurm.conf" });

test("a tool is run with its arguments, its input and the environment that readers need", async () => {
  const script = 'printf "%s|%s|%s|%s|" "$1" "$TZ" "$SLURM_TIME_FORMAT" "$SLURM_CONF"; cat';
  const ended = await here.run("sh", ["-c", script, "sh", "a;b '$c'"], { input: "said" });
  expect(ended).toEqual({ code: 0, stdout: "a;b '$c'|UTC|%s|/etc/slurm.conf|said", stderr: "" });
});

test("filters of the user's own do not reach the tool", () => {
  const call = { tool: "env", args: [], mostMs: 1_000, slurmConf: null };
  const [file = "", ...args] = toolCommand(call);
  const env = { ...process.env, SQUEUE_PARTITION: "mine", SLURM_CLUSTERS: "other", KEPT: "1" };
  const { stdout } = spawnSync(file, args, { env, encoding: "utf8" });
  expect(stdout).not.toMatch(/SQUEUE_PARTITION|SLURM_CLUSTERS/);
  expect(stdout).toContain("KEPT=1");
});

test("past its time a tool is killed with its children, and the state is named", async () => {
  const marker = `4${process.pid}.75`;
  const began = performance.now();
  const run = here.run("sh", ["-c", `sleep ${marker} & sleep ${marker}`], { mostMs: 300 });
  await expect(run).rejects.toMatchObject({ name: "SlurmFault", state: "unreachable" });
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(spawnSync("pgrep", ["-f", `sleep ${marker}`], { encoding: "utf8" }).stdout).toBe("");
});

test("a tool that is not there is named", async () => {
  await expect(here.run("squeue-of-nobody", [])).rejects.toMatchObject({ state: "tool_missing" });
  const nowhere = throughAccess(["/nowhere/enter"]);
  await expect(nowhere.run("true", [])).rejects.toMatchObject({ state: "tool_missing" });
});

test("a way through another program passes words on as they are", async () => {
  const through = throughAccess(["env", "WAY=1"]);
  const { stdout } = await through.run("sh", ["-c", 'echo "$WAY $1"', "sh", "a  b"]);
  expect(stdout).toBe("1 a  b\n");
});

test("a tool runs as another user by what is put before it", async () => {
  const here = localAccess({ become: ["printf", "%s "] });
  const { stdout } = await here.run("squeue", ["--me"], { as: "tenant" });
  expect(stdout).toBe("tenant -- squeue --me ");
});

test("a shell reads words back as they were", () => {
  const words = ["plain", "", "two words", "it's", "$HOME `id`", "a\nb", "*", "-x", "~", "\\", "é"];
  const line = `printf '%s\\0' ${shellWords(words)}`;
  const { stdout } = spawnSync("sh", ["-c", line], { encoding: "utf8" });
  expect(stdout.split("\0").slice(0, -1)).toEqual(words);
});

test("no more than so many go on at a time, and a failed one gives its turn back", async () => {
  const turns = new Turns(2);
  let [going, most] = [0, 0];
  const work = async (index: number): Promise<number> => {
    most = Math.max(most, ++going);
    await new Promise((resolve) => setTimeout(resolve, 5));
    going--;
    if (index === 1) throw new Error("in vain");
    return index;
  };
  const all = [0, 1, 2, 3, 4].map((index) => turns.take(() => work(index)));
  const outcomes = await Promise.allSettled(all);
  expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
  expect(most).toBe(2);
});

test.each([
  ["slurm_load_jobs error: Unable to contact slurm controller (connect failure)", "unreachable"],
  ["slurm_load_partitions: Socket timed out on send/recv operation", "unreachable"],
  ["slurm_load_jobs error: Access/permission denied", "denied"],
  ["Protocol authentication error", "denied"],
  ['error: Munge encode failed: Failed to access "/run/munge/socket"', "denied"],
  ["Incompatible versions of client and server code", "version_too_old"],
  ["something new", "answer_unreadable"],
])("a tool that says %j names the state %s", (stderr, state) => {
  const fault = faultOfTool("login1", "squeue", { code: 1, stdout: "", stderr });
  expect(fault.state).toBe(state);
  expect(fault.message).toContain("squeue on login1 says");
  expect(fault.message.length).toBeGreaterThan(fault.happened.length + state.length + 10);
});

test("what fails is a fault, and what succeeds is its words", async () => {
  expect(await ask(here, "echo", ["said"])).toBe("said\n");
  await expect(ask(here, "false", [])).rejects.toThrow("false on this machine ended with code 1");
});
