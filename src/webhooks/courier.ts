/**
 * Brings each endpoint from where it is in the journal to where the journal is. It may be killed at any instruction and
 * run again: what was sent and not noted is sent once more, under the same id.
 *
 * States of an endpoint: active → given_up (too often in vain) → active (by a replay).
 */
import { OWNER } from "../accounts/account.ts";
import type { Chapter } from "../journal/narrator.ts";
import type { Clock, Viewer, WebhookEndpoint, WebhookProgress, WebhookStore } from "../ports.ts";
import type { EpochMs } from "../units.ts";
import { durationMs, epochMs, later } from "../units.ts";
import type { Notification } from "../views/notification.ts";
import { mayHear } from "../views/notification.ts";
import type { Posted } from "./post.ts";
import { signed } from "./sign.ts";

export interface CourierPorts {
  readonly webhooks: WebhookStore;
  /** What happened after an event of the journal; null: nothing yet. */
  readonly after: (sequence: number, limit: number) => Promise<Chapter | null>;
  readonly post: (
    address: string,
    body: string,
    headers: Readonly<Record<string, string>>,
  ) => Promise<Posted>;
  /** The clock outside. */
  readonly clock: Clock;
  /** Told of endpoints that are given up. */
  readonly warn: (sentence: string, details: Readonly<Record<string, unknown>>) => void;
}

const ALL: Viewer = { account: OWNER, sees: "all" };
const PAGE = 256;
/** At most so many events of one endpoint in one round, so that all have their turn. */
const MOST_PAGES = 4;
/** One that takes its time gives way to the others. */
const LONGEST_TURN = durationMs(15_000);
const MOST_AT_ONCE = 16;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;
const PAUSE_FACTOR = 4;
const MOST_ATTEMPTS = 12;

export class Courier {
  readonly #ports: CourierPorts;

  constructor(ports: CourierPorts) {
    this.#ports = ports;
  }

  /** One round: every endpoint that is due gets what it has not been told. */
  async step(): Promise<void> {
    const now = this.#ports.clock.now();
    const all = await this.#ports.webhooks.list(ALL);
    const due = all.filter(({ status, retryAt }) => status === "active" && retryAt <= now);
    const workers = Array.from({ length: MOST_AT_ONCE }, async () => {
      for (let next = due.shift(); next !== undefined; next = due.shift()) await this.#serve(next);
    });
    await Promise.all(workers);
  }

  async #serve(endpoint: WebhookEndpoint): Promise<void> {
    const until = later(this.#ports.clock.now(), LONGEST_TURN);
    let progress: WebhookProgress = endpoint;
    for (let page = 0; page < MOST_PAGES && this.#ports.clock.now() < until; page++) {
      const { cursor, failures } = progress;
      const chapter = await this.#ports.after(cursor, PAGE);
      if (chapter === null) return;
      progress = await this.#tell(endpoint, chapter, failures, until);
      await this.#ports.webhooks.move(endpoint.id, cursor, progress);
      if (progress.failures > 0) return;
    }
  }

  /** @returns how far it has come: to the chapter's end, or to before the event that was not taken or is too late */
  async #tell(
    endpoint: WebhookEndpoint,
    { notifications, last }: Chapter,
    failuresBefore: number,
    until: EpochMs,
  ): Promise<WebhookProgress> {
    let failures = failuresBefore;
    let begun: number | null = null;
    for (const told of notifications.filter((each) => wants(endpoint, each))) {
      const sequence = sequenceOf(told);
      // What belongs to one event is told in one go: half of it would be told again.
      const isTooLate = begun !== null && begun !== sequence && this.#ports.clock.now() >= until;
      if (isTooLate) return { ...FINE, cursor: sequence - 1 };
      begun = sequence;
      const isTaken = await this.#deliver(endpoint, told, failures + 1);
      if (!isTaken) return this.#failed(endpoint, told, failures + 1);
      failures = 0;
    }
    return { ...FINE, cursor: last };
  }

  #failed(endpoint: WebhookEndpoint, told: Notification, failures: number): WebhookProgress {
    const cursor = sequenceOf(told) - 1;
    const retryAt = later(this.#ports.clock.now(), durationMs(pauseAfter(failures)));
    if (failures < MOST_ATTEMPTS) return { cursor, status: "active", failures, retryAt };
    const { id, account } = endpoint;
    this.#ports.warn("a webhook is given up", { endpoint: id, account, failures });
    return { cursor, status: "given_up", failures, retryAt };
  }

  async #deliver(endpoint: WebhookEndpoint, told: Notification, attempt: number): Promise<boolean> {
    const { webhooks, post, clock } = this.#ports;
    const secrets = await webhooks.secrets(endpoint.id);
    // It was removed meanwhile: there is nobody to tell.
    if (secrets === null) return true;
    const at = clock.now();
    const body = JSON.stringify(told);
    const headers = signed(secrets, `evt_${told.id}`, body, at);
    const { status, error } = await post(endpoint.url, body, headers);
    const tookMs = clock.now() - at;
    const event = { event: told.id, type: told.type, at, attempt };
    await webhooks.log(endpoint.id, { ...event, status, error, tookMs });
    return error === null;
  }
}

const FINE = { status: "active", failures: 0, retryAt: epochMs(0) } as const;

function sequenceOf({ id }: Notification): number {
  return Number(id.split(".")[0]);
}

function wants({ account, types }: WebhookEndpoint, told: Notification): boolean {
  const sees = account === OWNER ? "all" : "own";
  return mayHear({ account, sees }, told) && (types?.includes(told.type) ?? true);
}

/** 5 s, 20 s, 80 s, … up to 6 hours: about a day in all. */
function pauseAfter(failures: number): number {
  let pause = FIRST_PAUSE_MS;
  for (let i = 1; i < failures && pause < LONGEST_PAUSE_MS; i++) pause *= PAUSE_FACTOR;
  return Math.min(pause, LONGEST_PAUSE_MS);
}
