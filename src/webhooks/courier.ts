/**
 * Brings each endpoint from where it is in the journal to where the journal is. It may be killed at any instruction and
 * run again: what was sent and not noted is sent once more, under the same id.
 *
 * States of an endpoint: active → given_up (too often in vain) → active (by a replay). Of one that is active: idle →
 * waiting (due, and its account or the courier is busy) → in turn → idle.
 */
import { setImmediate as othersTurn } from "node:timers/promises";
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
    signal: AbortSignal,
  ) => Promise<Posted>;
  /** The clock outside. */
  readonly clock: Clock;
  /** Told of endpoints that are given up. */
  readonly warn: (sentence: string, details: Readonly<Record<string, unknown>>) => void;
}

const ALL: Viewer = { account: OWNER, sees: "all" };
const PAGE = 256;
/** One that takes its time, or has much to hear, gives way to the others. */
const LONGEST_TURN = durationMs(15_000);
const MOST_DELIVERIES = 1_024;
/** However many slow endpoints one account has, they hold up no other's. */
const MOST_OF_AN_ACCOUNT = 4;
const MOST_AT_ONCE = 256;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;
const PAUSE_FACTOR = 4;
const MOST_ATTEMPTS = 12;

export class Courier {
  readonly #ports: CourierPorts;
  readonly #stopping = new AbortController();
  /** By endpoint. */
  readonly #inTurn = new Map<string, Promise<void>>();
  readonly #busyOf = new Map<string, number>();
  /** In which round an endpoint's last turn ended. */
  #endedIn = new Map<string, number>();
  #round = 0;
  #waiting: WebhookEndpoint[] = [];

  constructor(ports: CourierPorts) {
    this.#ports = ports;
  }

  /** Begins the turn of every endpoint that is due, as soon as there is room for it, and waits for none of them. */
  async begin(): Promise<void> {
    this.#round += 1;
    const now = this.#ports.clock.now();
    const all = await this.#ports.webhooks.list(ALL);
    const due = all.filter((each) => this.#isIdle(each) && each.retryAt <= now);
    this.#endedIn = new Map(all.map(({ id }) => [id, this.#endedIn.get(id) ?? 0]));
    const lastTurn = ({ id }: WebhookEndpoint): number => this.#endedIn.get(id) ?? 0;
    this.#waiting = due.toSorted((a, b) => lastTurn(a) - lastTurn(b));
    this.#fill();
  }

  /** Once nothing waits or is under way. */
  async settled(): Promise<void> {
    while (this.#inTurn.size > 0) await Promise.all(this.#inTurn.values());
  }

  /** Breaks off what is under way: it is told again by whoever goes on. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.settled();
  }

  /** One whose turn ended while the list was read may stand in it as it was before. */
  #isIdle({ id, status }: WebhookEndpoint): boolean {
    const isFresh = (this.#endedIn.get(id) ?? 0) < this.#round;
    return status === "active" && isFresh && !this.#inTurn.has(id);
  }

  #fill(): void {
    const left: WebhookEndpoint[] = [];
    for (const endpoint of this.#waiting) {
      if (this.#hasRoom(endpoint)) this.#beginTurn(endpoint);
      else left.push(endpoint);
    }
    this.#waiting = left;
  }

  #hasRoom({ account }: WebhookEndpoint): boolean {
    if (this.#stopping.signal.aborted || this.#inTurn.size >= MOST_AT_ONCE) return false;
    return (this.#busyOf.get(account) ?? 0) < MOST_OF_AN_ACCOUNT;
  }

  #beginTurn(endpoint: WebhookEndpoint): void {
    const { id, account } = endpoint;
    this.#busyOf.set(account, (this.#busyOf.get(account) ?? 0) + 1);
    const turn = this.#serve(endpoint)
      .catch((fault: unknown) => this.#ports.warn("a webhook has missed its turn", { id, fault }))
      .finally(() => {
        this.#inTurn.delete(id);
        this.#endedIn.set(id, this.#round);
        const left = (this.#busyOf.get(account) ?? 1) - 1;
        if (left === 0) this.#busyOf.delete(account);
        else this.#busyOf.set(account, left);
        this.#fill();
      });
    this.#inTurn.set(id, turn);
  }

  async #serve(endpoint: WebhookEndpoint): Promise<void> {
    const turn: Turn = { until: later(this.#ports.clock.now(), LONGEST_TURN), delivered: 0 };
    let progress: WebhookProgress = endpoint;
    while (!this.#isOver(turn)) {
      const { cursor } = progress;
      const chapter = await this.#ports.after(cursor, PAGE);
      if (chapter === null) return;
      progress = await this.#tell(endpoint, progress, chapter, turn);
      await this.#ports.webhooks.move(endpoint.id, cursor, progress);
      if (progress.failures > 0) return;
      // What lies in memory and concerns nobody is read without ever waiting.
      await othersTurn();
    }
  }

  #isOver({ until, delivered }: Turn): boolean {
    const isLate = this.#ports.clock.now() >= until;
    return isLate || delivered >= MOST_DELIVERIES || this.#stopping.signal.aborted;
  }

  /** @returns how far it has come: to the chapter's end, or to before the event that was not taken or is too late */
  async #tell(
    endpoint: WebhookEndpoint,
    before: WebhookProgress,
    { notifications, last }: Chapter,
    turn: Turn,
  ): Promise<WebhookProgress> {
    let { failures, retryAt } = before;
    let begun: number | null = null;
    for (const told of notifications.filter((each) => wants(endpoint, each))) {
      const sequence = sequenceOf(told);
      // What belongs to one event is told in one go: half of it would be told again.
      const isTooLate = begun !== null && begun !== sequence && this.#isOver(turn);
      if (isTooLate) return { ...FINE, cursor: sequence - 1 };
      begun = sequence;
      const isTaken = await this.#deliver(endpoint, told, failures + 1);
      if (isTaken === null) return { status: "active", failures, retryAt, cursor: sequence - 1 };
      if (!isTaken) return this.#failed(endpoint, told, failures + 1);
      turn.delivered += 1;
      ({ failures, retryAt } = FINE);
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

  /** @returns whether it was taken; null: nobody can know, for it was broken off */
  async #deliver(
    endpoint: WebhookEndpoint,
    told: Notification,
    attempt: number,
  ): Promise<boolean | null> {
    const { webhooks, post, clock } = this.#ports;
    const { signal } = this.#stopping;
    const secrets = await webhooks.secrets(endpoint.id);
    // It was removed meanwhile: there is nobody to tell.
    if (secrets === null) return true;
    const at = clock.now();
    const body = JSON.stringify(told);
    const headers = signed(secrets, `evt_${told.id}`, body, at);
    const { status, error } = await post(endpoint.url, body, headers, signal);
    if (error !== null && signal.aborted) return null;
    const tookMs = clock.now() - at;
    const event = { event: told.id, type: told.type, at, attempt };
    await webhooks.log(endpoint.id, { ...event, status, error, tookMs });
    return error === null;
  }
}

/** One endpoint's: how long it may take, and how much it has been told. */
interface Turn {
  readonly until: EpochMs;
  delivered: number;
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
