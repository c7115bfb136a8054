import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CGROUP_CONF,
  databaseSql,
  gresConf,
  HOSTS,
  slurmConf,
  slurmdbdConf,
  topologyConf,
} from "./configuration.ts";
import { LabError } from "./lab-error.ts";
import { FOLDERS, type SystemUser } from "./paths.ts";
import type { LabPlan } from "./plan.ts";
import { groupsOf, LAB_USERS, passwdOf } from "./users.ts";

/** Lays out what the lab's daemons find when they start: folders, keys and configuration. */
export function furnish(plan: LabPlan): void {
  const { dir } = plan;
  const passwd = readFileSync("/etc/passwd", "utf8");
  for (const [name, owner, mode] of FOLDERS) {
    mkdirSync(join(dir, name));
    chmodSync(join(dir, name), mode);
    own(join(dir, name), owner, passwd);
  }
  for (const { name, uid } of LAB_USERS) {
    mkdirSync(join(dir, "home", name), { mode: 0o700 });
    chownSync(join(dir, "home", name), uid, uid);
  }
  for (const [name, text, owner, mode] of filesOf(plan, passwd)) {
    writeFileSync(join(dir, name), text, { mode });
    own(join(dir, name), owner, passwd);
  }
}

type File = readonly [name: string, text: string | Buffer, owner: SystemUser | null, mode: number];

function filesOf(plan: LabPlan, passwd: string): File[] {
  const password = randomBytes(16).toString("hex");
  return [
    ["etc/passwd", passwdOf(passwd), null, 0o644],
    ["etc/group", groupsOf(readFileSync("/etc/group", "utf8")), null, 0o644],
    ["etc/hosts", HOSTS, null, 0o644],
    ["etc/slurm.conf", slurmConf(plan), null, 0o644],
    ["etc/topology.conf", topologyConf(plan), null, 0o644],
    ["etc/gres.conf", gresConf(plan), null, 0o644],
    ["etc/cgroup.conf", CGROUP_CONF, null, 0o644],
    ["etc/slurmdbd.conf", slurmdbdConf(password), "slurm", 0o600],
    ["keys/jwt.key", randomBytes(32), "slurm", 0o600],
    ["munge/key", randomBytes(128), "munge", 0o400],
    ["database/first.sql", databaseSql(password), "mysql", 0o600],
  ];
}

function own(path: string, owner: SystemUser | null, passwd: string): void {
  if (owner !== null) chownSync(path, ...idsOf(owner, passwd));
}

function idsOf(name: SystemUser, passwd: string): [uid: number, gid: number] {
  const [, , uid, gid] =
    passwd
      .split("\n")
      .map((line) => line.split(":"))
      .find((fields) => fields[0] === name) ?? [];
  if (uid === undefined) {
    throw new LabError("refused", `the user ${name}, which its package makes, is missing`);
  }
  return [Number(uid), Number(gid)];
}
