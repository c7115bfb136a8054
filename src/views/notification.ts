import type { ExchangeEvent } from "../exchange/commands.ts";
import type { Recorded } from "../exchange/recorded.ts";
import type { Json, Viewer } from "../ports.ts";
import { formatTime } from "../wire/time.ts";
import { ACCOUNTS } from "./tell-accounts.ts";
import type { EventType } from "./event-types.ts";
import { AUCTIONS } from "./tell-auctions.ts";
import { RECALLS } from "./tell-recalls.ts";
import { RENTALS } from "./tell-rentals.ts";
import { TRADES } from "./tell-trades.ts";
import type { Known, Subject, Teller, Tellers } from "./tellers.ts";

/** What has happened, as whoever it concerns is told: streams, lists and webhooks say the same. */
export interface Notification {
  /** `<sequence>.<place among the notifications of that event>`: the same for everyone, for ever. */
  readonly id: string;
  readonly type: EventType;
  readonly time: string;
  /** Whom it concerns; null: everyone. The owner's staff see all. */
  readonly account: string | null;
  readonly data: Json;
}

const TELLERS: Tellers = { ...TRADES, ...RECALLS, ...ACCOUNTS, ...RENTALS, ...AUCTIONS };

/** Whether anybody is told of events of this type. */
export function isTold(type: string): boolean {
  return type in TELLERS;
}

function tellerOf({ type }: ExchangeEvent): Teller<ExchangeEvent> | undefined {
  return TELLERS[type] as Teller<ExchangeEvent> | undefined;
}

/** What must be known to tell of the event. */
export function subjectsOf(event: ExchangeEvent): readonly Subject[] {
  return tellerOf(event)?.about?.(event) ?? [];
}

export function notificationsOf(recorded: Recorded, known: Known): readonly Notification[] {
  const { sequence, at, event } = recorded;
  const told = tellerOf(event)?.tell(event, known) ?? [];
  const time = formatTime(at);
  return told.map(({ account, type, data }, place) => {
    return { id: `${sequence}.${place}`, type, time, account, data };
  });
}

export function mayHear({ account, sees }: Viewer, told: Notification): boolean {
  return sees === "all" || told.account === null || told.account === account;
}
