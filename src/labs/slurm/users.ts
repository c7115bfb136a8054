import { HOMES } from "./paths.ts";

/** Users that are there in the lab alone: its processes see a passwd file of their own. */
export interface LabUser {
  readonly name: string;
  /** Its group's as well. */
  readonly uid: number;
}

/** Submits the owner's training; the tenants stand for holders of contracts, and have no account until they are given one. */
export const TRAINER: LabUser = { name: "trainer", uid: 61_000 };
export const TENANTS: readonly LabUser[] = [
  { name: "tenant1", uid: 61_001 },
  { name: "tenant2", uid: 61_002 },
  { name: "tenant3", uid: 61_003 },
  { name: "tenant4", uid: 61_004 },
];
export const LAB_USERS: readonly LabUser[] = [TRAINER, ...TENANTS];

/** Of the training, in Slurm's accounting. */
export const OWNER_ACCOUNT = "training";

export function homeOf({ name }: LabUser): string {
  return `${HOMES}/${name}`;
}

/** @param host the machine's /etc/passwd */
export function passwdOf(host: string): string {
  const lines = LAB_USERS.map(
    (user) => `${user.name}:x:${user.uid}:${user.uid}:Spillway lab:${homeOf(user)}:/bin/sh`,
  );
  return withLines(host, lines);
}

/** @param host the machine's /etc/group */
export function groupsOf(host: string): string {
  return withLines(
    host,
    LAB_USERS.map(({ name, uid }) => `${name}:x:${uid}:`),
  );
}

/** Where the machine has such a name, the lab's comes first. */
function withLines(host: string, lines: readonly string[]): string {
  return `${lines.join("\n")}\n${host}`;
}
