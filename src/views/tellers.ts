import { OWNER } from "../accounts/account.ts";
import type { ExchangeEvent } from "../exchange/commands.ts";
import type { Json } from "../ports.ts";
import type { EventType } from "./event-types.ts";
import type { Notification } from "./notification.ts";
import type { RecallResource } from "./resources.ts";

/** A thing of which more must be known before an event can be told. */
export interface Subject {
  readonly kind: "contract" | "order" | "rental" | "bid" | "shelf" | "auction_order" | "recall";
  readonly id: string;
}

/** What is known of the subjects of an event. */
export interface Known {
  /** Whose a thing is; null where nobody knows. */
  readonly account: (kind: Subject["kind"], id: string) => string | null;
  readonly recall: (id: string) => RecallResource | null;
}

export type Told = Omit<Notification, "id" | "time">;

/** How an event is told: of what it must know the account, and who is told what. */
export interface Teller<Event> {
  readonly about?: (event: Event) => readonly Subject[];
  readonly tell: (event: Event, of: Known) => readonly Told[];
}

export type Tellers = {
  readonly [Type in ExchangeEvent["type"]]?: Teller<Extract<ExchangeEvent, { type: Type }>>;
};

export function contract(id: string): Subject {
  return { kind: "contract", id };
}

/** One account is told one thing; nobody, where the account is not known. */
export function toldTo(account: string | null, type: EventType, data: Json): readonly Told[] {
  return account === null ? [] : [{ account, type, data }];
}

export function toOwner<Event>(type: EventType, data: (event: Event) => Json): Teller<Event> {
  return { tell: (event) => [{ account: OWNER, type, data: data(event) }] };
}

/** Told to whoever has the thing that the event names. */
export function ofThing<
  Kind extends "contract" | "rental" | "bid" | "shelf",
  Event extends Readonly<Record<Kind, string>>,
>(kind: Kind, type: EventType, data: (event: Event) => Json): Teller<Event> {
  return {
    about: (event) => [{ kind, id: event[kind] }],
    tell: (event, of) => toldTo(of.account(kind, event[kind]), type, data(event)),
  };
}
