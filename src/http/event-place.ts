import { invalid } from "./api-error.ts";

/**
 * A place among the notifications: behind the event `sequence` (`123`), or within it, behind its notification `place`
 * (`123.0`).
 */
export interface EventPlace {
  readonly sequence: number;
  /** Null: behind all of the event's notifications. */
  readonly place: number | null;
}

/**
 * @param field where it was given, for the error
 * @param newest the newest event that anybody can have seen
 */
export function parsePlace(text: string, field: string, newest: number): EventPlace {
  const [, sequence, place] = /^(\d{1,15})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (sequence === undefined) {
    throw invalid("event_id_not_valid", "Expected the id of an event, like 123.0.", field);
  }
  if (Number(sequence) > newest) {
    const sentence = `Nobody has told of event ${sequence} here, the newest is ${newest}: if an older backup was restored, begin again from what you hold.`;
    throw invalid("event_id_ahead", sentence, field);
  }
  return { sequence: Number(sequence), place: place === undefined ? null : Number(place) };
}

/** As {@link parsePlace} reads it. */
export function placeText({ sequence, place }: EventPlace): string {
  return place === null ? String(sequence) : `${sequence}.${place}`;
}

/** The event after which to read on: one that was seen in part is read again. */
export function readAfter({ sequence, place }: EventPlace): number {
  return place === null ? sequence : Math.max(0, sequence - 1);
}

export function isBehind(id: string, { sequence, place }: EventPlace): boolean {
  const [its = 0, within = 0] = id.split(".").map(Number);
  return its > sequence || (its === sequence && place !== null && within > place);
}
