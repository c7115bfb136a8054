/**
 * What the service asks of the outside: types only. Each port has one contract suite that runs against every adapter,
 * the real ones included.
 */
import type { BoundNode } from "./delivery/binding.ts";
import type { SeenNode } from "./delivery/seen-node.ts";
import type { HourUsage } from "./fleet/usage.ts";
import type { LedgerTransaction } from "./ledger/transfer.ts";
import type { Schedule } from "./schedule/schedule.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsd, Window } from "./units.ts";

export interface Clock {
  now(): EpochMs;
}

export interface Ids {
  /** A fresh id, unguessable, that starts with the prefix: `ord_…`. */
  next(prefix: string): string;
}

/** Anything that JSON can carry. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** The right to write, from taking it until it expires or someone else has taken it: epochs only grow. */
export interface Lease {
  readonly writer: string;
  readonly epoch: number;
}

/** An event as the journal keeps it. Sequence numbers start at 1 and have no gaps. */
export interface JournalEntry {
  readonly sequence: number;
  readonly at: EpochMs;
  readonly type: string;
  /** Of the shape of this type of event; upcasters read what an older version has written. */
  readonly version: number;
  readonly payload: Json;
}

/** What a command with an idempotency key came to. Kept for ever. */
export interface Answer {
  readonly account: string;
  readonly key: string;
  /** SHA-256 of the request, in hexadecimal digits. */
  readonly digest: string;
  /** Null: it was carried out. */
  readonly refusal: string | null;
  /** The events that it brought: `first` to `last`, inclusive; empty where `last < first`. */
  readonly first: number;
  readonly last: number;
}

/** A read model of one thing, written with the events that changed it: what lists and look-ups over the API show. */
export interface Document {
  readonly kind: string;
  readonly id: string;
  /** Whose it is; null: anyone's who is logged in. */
  readonly account: string | null;
  /** Sequence number of the event that made it: the order of lists, newest first. It never changes. */
  readonly position: number;
  readonly body: Json;
}

/**
 * How far below nothing a customer's credit may fall: 0 where nothing was ever said, negative for who pays later. The
 * store refuses, as a fault, a batch that would leave a balance below its floor.
 */
export interface Floor {
  /** A customer's credit account in the ledger. */
  readonly account: string;
  readonly floor: MicroUsd;
}

/** A request that was to change something, in the audit log: a chain, of which each link covers the one before. */
export interface AuditEntry {
  /** From 1, without gaps. */
  readonly number: number;
  /** JSON on one line, exactly as it was hashed. */
  readonly record: string;
  readonly hash: string;
}

/** The last entry of the audit log; number 0 and no hash: there is none. */
export type AuditHead = Omit<AuditEntry, "record">;

export interface AuditQuery {
  /** Only of requests of this account; null: of all. */
  readonly account: string | null;
  /** The number of the last one seen; null: from the newest. */
  readonly before: number | null;
  readonly limit: number;
}

/** A batch of decided commands: all of it becomes durable, or nothing. */
export interface Batch {
  /** Chosen by the writer for this attempt: after a commit whose outcome is unknown, {@link Store.hasBatch} tells. */
  readonly id: string;
  /** The last sequence number before it. */
  readonly after: number;
  readonly entries: readonly JournalEntry[];
  readonly answers: readonly Answer[];
  /** At most one for each kind and id: what it is after the batch. */
  readonly documents: readonly Document[];
  readonly transactions: readonly LedgerTransaction[];
  /** At most one for each account; they hold from this batch on. */
  readonly floors?: readonly Floor[];
  /** Of the requests that it carries out or refuses, in their order. */
  readonly audit?: readonly AuditEntry[];
  /** Of the state after it, with the version of the schema that it is of. */
  readonly stateHash: string;
}

/**
 * The writer's state after an event, so that who opens the journal need not replay what came before. It follows from
 * the journal: it may be lost, or left aside, at any time.
 */
export interface StateSnapshot {
  /** The last event in it; at least 1. */
  readonly sequence: number;
  /** As a batch that ended there has written it, with the version of the schema that it is of. */
  readonly stateHash: string;
  /** Of the program that took it, and the only one that reads it. */
  readonly program: string;
  readonly bytes: Uint8Array;
}

/** Under whose eyes something is read. The store itself enforces it, whatever the caller filters. */
export interface Viewer {
  readonly account: string;
  /** The owner's staff and auditors see every account's. */
  readonly sees: "own" | "all";
}

export interface ListQuery {
  readonly kind: string;
  /** Fields of the body that must have these values. */
  readonly where: Readonly<Record<string, string>>;
  /** The position and id of the last one seen; null: from the newest. */
  readonly after: { readonly position: number; readonly id: string } | null;
  /** At least 1. */
  readonly limit: number;
}

/** A transfer as it stands in the ledger. */
export interface LedgerEntry {
  readonly transaction: number;
  /** Place in the transaction, from 0. */
  readonly leg: number;
  readonly at: EpochMs;
  readonly kind: string;
  readonly debit: string;
  readonly credit: string;
  readonly amount: MicroUsd;
  readonly subject: string;
}

export interface LedgerQuery {
  /** Only what touches this ledger account; null: whatever the viewer may see. */
  readonly account: string | null;
  readonly subject: string | null;
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
  /** The last one seen; null: from the newest. */
  readonly after: { readonly transaction: number; readonly leg: number } | null;
  readonly limit: number;
}

/** Balances of one ledger account: what was ever debited and credited. */
export interface Balance {
  readonly account: string;
  readonly debits: MicroUsd;
  readonly credits: MicroUsd;
}

/** Where an account wants to be told what happens. Times are of the clock outside. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly account: string;
  readonly url: string;
  /** Null: all types of events. */
  readonly types: readonly string[] | null;
  readonly created: EpochMs;
  /** The last event of the journal that it has been told of, or need not be. */
  readonly cursor: number;
  /** `given_up`: so often in vain that nothing more is sent, until someone has it replayed. */
  readonly status: "active" | "given_up";
  /** Attempts in vain since the last one that succeeded. */
  readonly failures: number;
  /** Nothing is sent before. */
  readonly retryAt: EpochMs;
}

/** What signs the deliveries to an endpoint. After a rotation the secret before is still good for a while. */
export interface WebhookSecrets {
  readonly secret: string;
  readonly previous: { readonly secret: string; readonly until: EpochMs } | null;
}

/** How far an endpoint has come. */
export type WebhookProgress = Pick<WebhookEndpoint, "cursor" | "status" | "failures" | "retryAt">;

/** An attempt to tell an endpoint of an event. */
export interface WebhookDelivery {
  readonly event: string;
  readonly type: string;
  readonly at: EpochMs;
  readonly attempt: number;
  /** HTTP status of the answer; null: there was none. */
  readonly status: number | null;
  /** Null: it was taken. */
  readonly error: string | null;
  readonly tookMs: number;
}

/** Endpoints and their secrets: outside the journal, which forgets nothing. */
export interface WebhookStore {
  /** @returns whether it is new: one of the same id stays as it is */
  add(endpoint: WebhookEndpoint, secrets: WebhookSecrets): Promise<boolean>;
  /** Of the same account; null where there is none of this id. */
  get(viewer: Viewer, id: string): Promise<WebhookEndpoint | null>;
  /** In order of ids. */
  list(viewer: Viewer): Promise<readonly WebhookEndpoint[]>;
  remove(id: string): Promise<void>;
  /** For whoever sends; null where it is gone. */
  secrets(id: string): Promise<WebhookSecrets | null>;
  setSecrets(id: string, secrets: WebhookSecrets): Promise<void>;
  /** Moves it on, unless it has been moved from `from` meanwhile; null: wherever it is. */
  move(id: string, from: number | null, to: WebhookProgress): Promise<void>;
  /** Keeps the newest 1,000 of each endpoint. Of an endpoint that is gone, nothing. */
  log(id: string, delivery: WebhookDelivery): Promise<void>;
  /** Newest first. */
  deliveries(viewer: Viewer, id: string, limit: number): Promise<readonly WebhookDelivery[]>;
}

/**
 * Where the installation lives. Reads see only what is durable.
 *
 * Faults (lost connections, a full disk) are thrown; where a commit throws, it may or may not have happened.
 */
export interface Store {
  /** Takes the right to write, if nobody has it or it has expired by the store's clock. */
  takeLease(writer: string, ttl: DurationMs): Promise<Lease | "held_by_another">;
  /** Extends it: `fenced` where it has expired or someone else has taken it. */
  renewLease(lease: Lease, ttl: DurationMs): Promise<"renewed" | "fenced">;
  dropLease(lease: Lease): Promise<void>;

  /** `fenced`: the lease is no longer the writer's, or someone has written after `batch.after`; nothing was written. */
  commit(lease: Lease, batch: Batch): Promise<"committed" | "fenced">;
  hasBatch(id: string): Promise<boolean>;

  /** The last batch's last sequence number and state hash; null: nothing was written yet. */
  head(): Promise<{ readonly sequence: number; readonly stateHash: string } | null>;
  /** At most `limit` entries after `sequence`, in order. */
  entriesAfter(sequence: number, limit: number): Promise<readonly JournalEntry[]>;
  /** The answers to those of the keys that have one. */
  answers(
    keys: readonly { readonly account: string; readonly key: string }[],
  ): Promise<readonly Answer[]>;

  document(viewer: Viewer, kind: string, id: string): Promise<Document | null>;
  /** Newest first. */
  documents(viewer: Viewer, query: ListQuery): Promise<readonly Document[]>;
  /** Newest first; an account sees the transfers that touch its own ledger accounts. */
  ledgerEntries(viewer: Viewer, query: LedgerQuery): Promise<readonly LedgerEntry[]>;
  /** In order of the account's name. */
  balances(viewer: Viewer): Promise<readonly Balance[]>;
  auditHead(): Promise<AuditHead>;
  /** Newest first; nothing for who does not see everything. */
  audit(viewer: Viewer, query: AuditQuery): Promise<readonly AuditEntry[]>;

  /**
   * Keeps it and the newest one before it, and drops the others. `fenced`: the lease is no longer the writer's, or no
   * batch ended with this event and this hash; nothing was written.
   */
  writeSnapshot(lease: Lease, snapshot: StateSnapshot): Promise<"written" | "fenced">;
  /** The newest snapshot, or the newest that ends before an event; null: there is none. */
  newestSnapshot(before?: number): Promise<StateSnapshot | null>;

  /** How far a reconciler has come in the journal; 0 at first. Not part of the journal. */
  cursor(name: string): Promise<number>;
  saveCursor(name: string, sequence: number): Promise<void>;

  readonly webhooks: WebhookStore;

  close(): Promise<void>;
}

/** A contract of which something may have been delivered since its meter was read last. */
export interface MeterRequest {
  readonly contract: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** GPU-milliseconds that the holder had in it, if nothing failed. */
  readonly heldGpuMs: number;
  /** That the contract had by then: none where nodes are not chosen by name. */
  readonly nodes: readonly BoundNode[];
}

/** What a cluster delivered of one contract, in order of time and without gaps. */
export interface MeterReading {
  readonly contract: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** GPU-milliseconds delivered in it. */
  readonly gpuMs: number;
}

/** What a cluster shows now. */
export interface ClusterReading {
  /** GPUs that the owner wants; above the capacity where demand queues. */
  readonly demand: Gpus;
  /** As they are now: none where the cluster is down. */
  readonly fabrics: readonly {
    readonly id: string;
    readonly gpus: Gpus;
    /** The owner's own, over time and as far as is known; absent where the cluster doesn't show where its work is. */
    readonly used?: Schedule;
  }[];
  /** The owner's runs that the cluster knows of: queued, reserved or running. */
  readonly declared: readonly {
    readonly id: string;
    readonly name: string;
    readonly start: EpochMs;
    readonly duration: DurationMs;
    readonly gpus: Gpus;
  }[];
}

/** What should be on the cluster for one contract, from now on. */
export interface Allotment {
  readonly contract: string;
  readonly holder: string;
  /** When the contract begins, and when its last node is given back. */
  readonly start: EpochMs;
  readonly end: EpochMs;
  /** Those that are not given back yet. */
  readonly nodes: readonly BoundNode[];
  /** Noticed, and neither withdrawn nor handed over: nodes that end when one is due are recalled. */
  readonly recalls: readonly {
    readonly recall: string;
    readonly noticed: EpochMs;
    readonly due: EpochMs;
    readonly gpus: Gpus;
  }[];
}

/** Something that stands between what should be and what is. */
export interface DeliveryFault {
  /** Null: it is the whole cluster's. */
  readonly contract: string | null;
  /** A name for programs: `nodes_lacking`, `node_not_draining`… */
  readonly code: string;
  /** What is wrong, and what to do about it. */
  readonly sentence: string;
}

/** A holder's job that somebody has ended who is neither the holder nor Spillway. */
export interface Interruption extends Window {
  readonly contract: string;
  /** The cluster's own number of it. */
  readonly job: string;
  /** By whom, as far as the cluster tells. */
  readonly by: string;
  readonly gpus: Gpus;
}

export interface DeliveryReport {
  /** What was done to the cluster, a sentence each: none where all was as it should be. */
  readonly deeds: readonly string[];
  readonly faults: readonly DeliveryFault[];
  /** Each is told of once. */
  readonly interruptions: readonly Interruption[];
}

/** How contracts come to lie on a cluster's nodes. */
export interface Delivery {
  /** @throws where the cluster cannot be seen */
  look(now: EpochMs): Promise<readonly SeenNode[]>;
  /**
   * Makes the cluster what it should be, as far as it can at once: whatever is the market's and in no allotment goes.
   * A node that is given back within the next second is waited for, so that it is given back in time. It may be killed at
   * any instruction, and be called again at any time.
   * @param allotted is asked again at each moment that matters, for a recall may be withdrawn until it is due
   * @throws where the cluster cannot be reached
   */
  settle(allotted: (now: EpochMs) => readonly Allotment[]): Promise<DeliveryReport>;
}

/** What of a holder's is started on a contract's nodes. */
export type JobWork =
  /** Begins with `#!` and its interpreter. */
  | { readonly type: "script"; readonly script: string }
  | { readonly type: "container"; readonly image: string; readonly command: readonly string[] };

/** What work can be sent when a recall meets it. */
export type JobSignal = "TERM" | "INT" | "USR1" | "USR2";

export interface JobRequest {
  /** Letters, digits, dots, hyphens and underscores. */
  readonly name: string;
  readonly work: JobWork;
  /** Null: all that the contract has. */
  readonly nodes: number | null;
  /** Null: all that a node has. */
  readonly gpusPerNode: number | null;
  /** How often the work is started; null: once a node. */
  readonly tasks: number | null;
  /** Null: as the cluster does by itself; a node that is wanted whole comes with all it has. */
  readonly cpusPerTask: number | null;
  readonly memoryGibPerNode: number | null;
  /** Null: until the nodes are given back. */
  readonly timeLimit: DurationMs | null;
  /** Null: the work finds its notice in a file alone. */
  readonly noticeSignal: JobSignal | null;
}

/** `lost`: the cluster has forgotten it, and it does not run. `ending`: it is over, and its nodes are not free yet. */
export type JobStatus =
  | "waiting"
  | "running"
  | "ending"
  | "completed"
  | "failed"
  | "cancelled"
  | "timed_out"
  | "node_failed"
  | "out_of_memory"
  | "lost";

export interface Job {
  /** The cluster's own number. */
  readonly id: string;
  readonly name: string;
  readonly status: JobStatus;
  /** Why it waits, in the cluster's own word; null: it doesn't. */
  readonly waitsFor: string | null;
  readonly submitted: EpochMs;
  readonly started: EpochMs | null;
  readonly ended: EpochMs | null;
  /** Null: it has not ended by itself, or not yet. */
  readonly exitCode: number | null;
  /** That ended it; null: none did. */
  readonly signal: number | null;
  readonly gpus: Gpus;
  /** None while it waits. */
  readonly nodes: readonly string[];
}

/** A piece of what a job has written. */
export interface JobLog {
  /** The first byte of it in the whole. */
  readonly from: number;
  /** Where the next piece begins. */
  readonly next: number;
  /** Bytes of the whole, so far. */
  readonly size: number;
  readonly text: string;
}

/**
 * The first of these that is true.
 * - `user_missing`: the holder has no user on the cluster;
 * - `not_delivered_yet`: the contract has no nodes yet, or what lets the holder onto them is not there yet;
 * - `contract_over`: its nodes are given back, or so soon that nothing new is started;
 * - `job_too_large`: it wants more nodes, or more GPUs of a node, than the contract has now;
 * - `job_too_long`: its time limit ends after so many nodes are given back;
 * - `container_not_available`: the cluster starts no container images;
 * - `job_refused`: the cluster does not take it.
 */
export type JobRefusal =
  | "user_missing"
  | "not_delivered_yet"
  | "contract_over"
  | "job_too_large"
  | "job_too_long"
  | "container_not_available"
  | "job_refused";

export interface JobRefused {
  readonly refusal: JobRefusal;
  /** What the cluster says of it; null: nothing. */
  readonly said: string | null;
}

/** Whose jobs are asked for. */
export interface JobsOf {
  readonly contract: string;
  readonly holder: string;
  /** When the contract begins. */
  readonly start: EpochMs;
}

/**
 * Jobs of contracts' holders, who see and end their own alone. What is not of the contract is not there: null.
 * All throw where the cluster cannot be reached, or does not let Spillway act for the holder.
 */
export interface Jobs {
  /** @param key names the submission, so that it can be found; null: it is not looked for */
  submit(allotment: Allotment, request: JobRequest, key: string | null): Promise<Job | JobRefused>;
  /** What was submitted under this key. */
  find(of: JobsOf, key: string): Promise<Job | null>;
  /** Newest first, whether they have ended or not. */
  list(of: JobsOf): Promise<readonly Job[]>;
  get(of: JobsOf, job: string): Promise<Job | null>;
  /** At most 64 KiB. @param from null: the last of it */
  log(of: JobsOf, job: string, from: number | null): Promise<JobLog | JobRefused | null>;
  /** Of a job that has ended, nothing changes. */
  cancel(of: JobsOf, job: string): Promise<Job | JobRefused | null>;
}

/** One pool's cluster. */
export interface Cluster {
  readonly pool: string;
  /** Hours of the owner's demand that ended by `until`, oldest first, without gaps. */
  history(until: EpochMs): Promise<readonly HourUsage[]>;
  /** @throws where the cluster cannot be seen: nothing is sold on what cannot be seen */
  read(now: EpochMs): Promise<ClusterReading>;
  /**
   * What is read is booked for good. So a request whose time may still become known better has no reading: it is asked
   * again.
   * @throws where nothing can be read now
   */
  meter(requests: readonly MeterRequest[]): Promise<readonly MeterReading[]>;
  /** Without it, whatever is sold counts as delivered. */
  readonly delivery?: Delivery;
  /** Without it, holders run nothing by way of Spillway. */
  readonly jobs?: Jobs;
}
