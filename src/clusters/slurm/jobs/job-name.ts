import { createHash, randomBytes } from "node:crypto";

/**
 * A job's name in Slurm: the holder's own, and behind it which contract it is of and by which request it came. Names are
 * what Slurm keeps of a job whatever becomes of it: comments change, and reservations are deleted.
 */
export interface JobName {
  readonly own: string;
  readonly contract: string;
  readonly request: string;
}

const NAME = /^(.*)\.spw-([0-9a-f]{12})-([0-9a-f]{20})$/;

/** @param key null: the request has none, and is never looked for */
export function slurmNameOf(own: string, contract: string, key: string | null): string {
  return `${own}.spw-${contractDigest(contract)}-${requestDigest(key)}`;
}

/** Null: the job was not submitted by way of Spillway. */
export function jobNameOf(slurmName: string): JobName | null {
  const [, own, contract, request] = NAME.exec(slurmName) ?? [];
  if (own === undefined || contract === undefined || request === undefined) return null;
  return { own, contract, request };
}

export function contractDigest(contract: string): string {
  return digest(`contract ${contract}`, 12);
}

export function requestDigest(key: string | null): string {
  return digest(key === null ? randomBytes(16).toString("hex") : `request ${key}`, 20);
}

function digest(text: string, digits: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}
