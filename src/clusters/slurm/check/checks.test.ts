import { expect, test } from "vitest";
import { readOneLine } from "../read/one-line.ts";
import { nodeOf, POOL, seenOf } from "../owner/seen.test-data.ts";
import type { SlurmPool } from "../owner/pool.ts";
import type { Check, Outcome } from "./check.ts";
import { checks } from "./checks.ts";
import type { CheckFacts, UserFacts } from "./facts.ts";
import { settingsOfText } from "./settings.ts";

/** As `scontrol show config` prints it of a cluster that is as it should be. */
const CONFIGURATION = `Configuration data as of 1795538678
AccountingStorageEnforce = associations,limits,qos
AccountingStorageTRES   = cpu,mem,energy,node,billing,gres/gpu,gres/gpu:h100
AccountingStorageType   = accounting_storage/slurmdbd
AuthType                = auth/munge
CompleteWait            = 0 sec
Epilog                  = /etc/slurm/epilog.sh
EpilogMsgTime           = 2000 usec
HealthCheckInterval     = 300 sec
HealthCheckProgram      = /usr/sbin/nhc
JobContainerType        = job_container/tmpfs
JobSubmitPlugins        = (null)
KillWait                = 30 sec
PrivateData             = accounts,jobs,reservations,usage,users
ProctrackType           = proctrack/cgroup
PrologFlags             = Alloc,Contain
ResvOverRun             = 0 min
SlurmdTimeout           = 300 sec
TaskPlugin              = task/affinity,task/cgroup

Cgroup Support Configuration:
ConstrainDevices        = yes
`;
const MARKET =
  "PartitionName=market AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL RootOnly=NO MaxTime=UNLIMITED PriorityTier=1 ReqResv=YES PreemptMode=OFF State=UP";
const OWNER = "PartitionName=owner PriorityTier=10 State=UP";

const USER: UserFacts = {
  holder: "ada",
  user: "spw-ada",
  isThere: true,
  refused: [],
  foreignAccounts: [],
};

interface Change {
  readonly settings?: readonly (readonly [string, string])[];
  /** Settings of the market's partition that come first, and so count. */
  readonly market?: string;
  readonly facts?: Partial<CheckFacts>;
  readonly pool?: Partial<SlurmPool>;
}

function checksOf({ settings = [], market = "", facts, pool }: Change): Check[] {
  const changed = new Map([...settingsOfText(CONFIGURATION), ...settings]);
  const whole: CheckFacts = {
    seen: seenOf(),
    own: { user: "spillway", level: "operator" },
    settings: changed,
    partitions: new Map([
      ["market", readOneLine(`${market} ${MARKET}`)],
      ["owner", readOneLine(OWNER)],
    ]),
    users: [USER],
    ...facts,
  };
  return checks(whole, [{ ...POOL, ...pool }]);
}

test("a cluster that is as it should be passes, but for what can't be seen", () => {
  const all = checksOf({});
  expect(all.filter(({ outcome }) => outcome !== "ok").map(({ name }) => name)).toEqual([
    "log_in",
    "network",
  ]);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

function set(name: string, value: string): Change {
  return { settings: [[name, value]] };
}

const far = seenOf({ clockOffsetMs: 31_000 });
const wide = seenOf({ nodes: Array.from({ length: 600 }, (_, index) => nodeOf(`n${index}`)) });
const half = seenOf({ nodes: [nodeOf("n1"), nodeOf("n9", { partitions: ["owner"] })] });

/** What is wrong, the check that says so, how bad it is, and a word of what to do. */
test.each<readonly [string, Change, string, Outcome, string]>([
  ["clocks differ", { facts: { seen: far } }, "clock", "fail", "31.0 s"],
  [
    "clocks differ a little",
    { facts: { seen: seenOf({ clockOffsetMs: -2_500 }) } },
    "clock",
    "warn",
    "NTP",
  ],
  [
    "the user has no level",
    { facts: { own: { user: "spillway", level: "none" } } },
    "level",
    "fail",
    "adminlevel=Operator",
  ],
  [
    "there is no accounting",
    set("AccountingStorageType", "accounting_storage/none"),
    "accounting",
    "fail",
    "slurmdbd",
  ],
  [
    "GPUs are not counted",
    set("AccountingStorageTRES", "cpu,mem,node,gres/gpu:h100"),
    "accounting",
    "fail",
    "gres/gpu",
  ],
  [
    "accounts are not enforced",
    set("AccountingStorageEnforce", "none"),
    "accounting",
    "fail",
    "associations",
  ],
  ["nobody proves who he is", set("AuthType", "auth/none"), "authentication", "fail", "auth/munge"],
  ["Slurm takes its time to kill", set("KillWait", "300 sec"), "kill_wait", "warn", "KillWait=30"],
  ["Slurm waits after jobs", set("CompleteWait", "32 sec"), "completion", "warn", "CompleteWait=0"],
  [
    "nodes report their end one by one",
    { facts: { seen: wide } },
    "completion",
    "warn",
    "EpilogMsgTime=1",
  ],
  ["jobs outlive reservations", set("ResvOverRun", "5 min"), "overrun", "warn", "ResvOverRun=0"],
  [
    "jobs outlive reservations for ever",
    set("ResvOverRun", "UNLIMITED"),
    "overrun",
    "warn",
    "ResvOverRun=0",
  ],
  ["silent nodes stay up", set("SlurmdTimeout", "0 sec"), "silent_nodes", "warn", "is 0"],
  [
    "silent nodes stay up for long",
    set("SlurmdTimeout", "3600 sec"),
    "silent_nodes",
    "warn",
    "3600 s",
  ],
  [
    "processes get away",
    set("ProctrackType", "proctrack/pgid"),
    "processes",
    "fail",
    "proctrack/cgroup",
  ],
  ["devices are open", set("ConstrainDevices", "no"), "devices", "warn", "ConstrainDevices=yes"],
  [
    "devices are open without the plugin",
    set("TaskPlugin", "task/affinity"),
    "devices",
    "warn",
    "task/cgroup",
  ],
  [
    "jobs are shown",
    set("PrivateData", "usage,users"),
    "private_data",
    "warn",
    "accounts, jobs, reservations.",
  ],
  ["/tmp is shared", set("JobContainerType", "job_container/none"), "private_tmp", "warn", "tmpfs"],
  ["nobody cleans up", set("Epilog", "(null)"), "clean_up", "warn", "Epilog"],
  [
    "nobody looks after GPUs",
    set("HealthCheckProgram", "(null)"),
    "health",
    "warn",
    "HealthCheckProgram",
  ],
  [
    "nobody looks ever",
    set("HealthCheckInterval", "0 sec"),
    "health",
    "warn",
    "HealthCheckInterval",
  ],
  ["log-in isn't prepared", set("PrologFlags", "Alloc"), "log_in", "look", "PrologFlags=Contain"],
  [
    "the market's partition is not there",
    { pool: { marketPartition: "mkt" } },
    "market_partition",
    "fail",
    "PartitionName=mkt",
  ],
  ["it is down", { market: "State=DOWN" }, "market_partition", "fail", "State=UP"],
  ["it is root's", { market: "RootOnly=YES" }, "market_partition", "fail", "RootOnly=NO"],
  [
    "Slurm preempts in it",
    { market: "PreemptMode=REQUEUE" },
    "preemption",
    "fail",
    "PreemptMode=OFF",
  ],
  [
    "it takes jobs without reservation",
    { market: "ReqResv=NO" },
    "reservations_only",
    "fail",
    "ReqResv=YES",
  ],
  [
    "it does, and a plugin may not",
    { market: "ReqResv=NO", settings: [["JobSubmitPlugins", "lua"]] },
    "reservations_only",
    "warn",
    "lua",
  ],
  ["it comes first", { market: "PriorityTier=11" }, "priority", "warn", "owner"],
  ["it is as high", { market: "PriorityTier=10" }, "priority", "ok", "none of the owner's"],
  [
    "the owner's is not there",
    { pool: { partitions: ["owner", "debug"] } },
    "priority",
    "fail",
    "debug",
  ],
  [
    "only some accounts are let in",
    { market: "AllowAccounts=ada" },
    "limits",
    "warn",
    "AllowAccounts",
  ],
  ["jobs in it are short", { market: "MaxTime=1-00:00:00" }, "limits", "warn", "MaxTime=INFINITE"],
  ["some nodes are not in it", { facts: { seen: half } }, "nodes", "warn", "1 of the 2 nodes"],
  ["there are no such GPUs", { pool: { gpuType: "a100" } }, "nodes", "fail", "type a100"],
  [
    "no node lies in a fabric",
    { facts: { seen: seenOf({ leaves: [] }) } },
    "fabrics",
    "fail",
    "topology.conf",
  ],
  ["no holder has a user", { facts: { users: [] } }, "users", "warn", '"users"'],
  [
    "a user is not there",
    { facts: { users: [{ ...USER, isThere: false }] } },
    "user",
    "fail",
    "spw-ada",
  ],
  [
    "a user can't be become",
    {
      facts: {
        users: [{ ...USER, refused: [{ tool: "sbatch", said: "a password is required" }] }],
      },
    },
    "user",
    "fail",
    "a password is required",
  ],
  [
    "a user has other accounts",
    { facts: { users: [{ ...USER, foreignAccounts: ["training"] }] } },
    "user",
    "warn",
    "training",
  ],
])("%s", (_, change, name, outcome, words) => {
  const found = checksOf(change).find((each) => each.name === name);
  expect(found).toMatchObject({ outcome });
  expect(found?.sentence).toContain(words);
});

test("one thing that is wrong is told once", () => {
  const all = checksOf(set("KillWait", "300 sec"));
  expect(all.filter(({ outcome }) => outcome === "warn").map(({ name }) => name)).toEqual([
    "kill_wait",
  ]);
});

test("settings are found also where later versions number them", () => {
  const numbered: Change = {
    settings: [
      ["Epilog", "(null)"],
      ["Epilog[0]", "/etc/slurm/a.sh"],
    ],
  };
  const found = checksOf(numbered).find(({ name }) => name === "clean_up");
  expect(found).toMatchObject({ outcome: "ok", sentence: "Epilog /etc/slurm/a.sh" });
});
