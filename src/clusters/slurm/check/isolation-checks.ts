import { type Check, check, firstOf } from "./check.ts";
import type { CheckFacts } from "./facts.ts";
import { numberOf, valueOf, wordsOf } from "./settings.ts";

/** What keeps holders from each other, from the owner, and from what was there before them. */
export function isolationChecks(facts: CheckFacts): Check[] {
  return [
    processes(facts),
    devices(facts),
    privateData(facts),
    privateTmp(facts),
    cleanUp(facts),
    health(facts),
    logIn(facts),
    check("network", [
      "look",
      "Slurm parts no networks: see that holders' nodes don't reach the owner's storage, management and other tenants (VLANs, InfiniBand partition keys, exports)",
    ]),
  ];
}

function processes({ settings }: CheckFacts): Check {
  const type = valueOf(settings, "ProctrackType") ?? "not set";
  const lost = `ProctrackType is ${type}, from which a process can get away: it would outlive its contract. Set ProctrackType=proctrack/cgroup`;
  return check("processes", firstOf([[type !== "proctrack/cgroup", "fail", lost]], type));
}

function devices({ settings }: CheckFacts): Check {
  const hasPlugin = wordsOf(settings, "TaskPlugin").includes("task/cgroup");
  const constrains = valueOf(settings, "ConstrainDevices")?.toLowerCase() === "yes";
  const open =
    "a job sees all GPUs of its node, those of other jobs too. Set TaskPlugin=task/cgroup, and ConstrainDevices=yes in cgroup.conf";
  const ok = "a job sees its own GPUs alone (task/cgroup, ConstrainDevices)";
  return check("devices", firstOf([[!(hasPlugin && constrains), "warn", open]], ok));
}

const PRIVATE = ["accounts", "jobs", "reservations", "usage", "users"];

function privateData({ settings }: CheckFacts): Check {
  const set = wordsOf(settings, "PrivateData");
  const open = set.includes("all") ? [] : PRIVATE.filter((each) => !set.includes(each));
  const shown = `holders see each other's and the owner's ${open.join(", ")}. Set PrivateData=${PRIVATE.join(",")}`;
  return check(
    "private_data",
    firstOf([[open.length > 0, "warn", shown]], "holders see their own"),
  );
}

function privateTmp({ settings }: CheckFacts): Check {
  const type = valueOf(settings, "JobContainerType") ?? "not set";
  const shared = `JobContainerType is ${type}: what a job leaves in /tmp and /dev/shm is there for the next. Set JobContainerType=job_container/tmpfs (job_container.conf), or clean up in Epilog`;
  const faults = [[type !== "job_container/tmpfs", "warn", shared]] as const;
  return check("private_tmp", firstOf(faults, "each job has a /tmp of its own"));
}

function cleanUp({ settings }: CheckFacts): Check {
  const epilog = valueOf(settings, "Epilog");
  const none =
    "no Epilog is set: files, shared memory, containers and GPU settings of a holder's stay for the owner. Set one that clears them, and drains the node where it can't";
  return check("clean_up", firstOf([[epilog === null, "warn", none]], `Epilog ${epilog}`));
}

function health({ settings }: CheckFacts): Check {
  const program = valueOf(settings, "HealthCheckProgram");
  const every = numberOf(settings, "HealthCheckInterval") ?? 0;
  const none =
    "nobody looks after the nodes' GPUs: a broken one is sold on. Set HealthCheckProgram and HealthCheckInterval to one that drains such a node";
  const faults = [[program === null || every === 0, "warn", none]] as const;
  return check("health", firstOf(faults, `${program} every ${every} s`));
}

function logIn({ settings }: CheckFacts): Check {
  const contains = wordsOf(settings, "PrologFlags").includes("contain");
  const missing = contains ? "" : " (it needs PrologFlags=Contain, which is not set)";
  return check("log_in", [
    "look",
    `whether the nodes let only those in by ssh who have a job there can't be seen from here: see that sshd's PAM stack has pam_slurm_adopt${missing}`,
  ]);
}
