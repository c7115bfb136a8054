import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { EpochMs } from "../units.ts";
import type { ContractResource, NoticeResource } from "../views/resources.ts";

type Entry = Parameters<ReturnType<typeof ical>["createEvent"]>[0];

/** An account's contracts and recall notices as an iCalendar feed. All times are UTC, so that no time zone is needed. */
export function calendarOf(
  contracts: readonly ContractResource[],
  notices: readonly NoticeResource[],
  now: EpochMs,
): string {
  const calendar = ical({
    name: "Spillway",
    prodId: { company: "Spillway", product: "Contracts and recalls", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
    ttl: 900,
  });
  for (const contract of contracts) calendar.createEvent(contractEntry(contract, now));
  for (const notice of notices) calendar.createEvent(noticeEntry(notice, now));
  return calendar.toString();
}

function contractEntry(contract: ContractResource, now: EpochMs): Entry {
  const { id, gpus, sku, notice, price, pool, start, end, given_up_from: givenUp } = contract;
  const isOff = givenUp !== null && givenUp <= start;
  return {
    id: `${id}@spillway`,
    stamp: new Date(now),
    start: new Date(start),
    end: new Date(givenUp === null || isOff ? end : givenUp),
    summary: `${gpus} × ${sku}`,
    description: [
      `Contract ${id} in pool ${pool}`,
      `${price} $ a GPU-hour, notice of recall ${notice}`,
      ...contract.cuts.map(
        (cut) => `${cut.kind}: ${cut.gpus} GPUs from ${cut.from} (${cut.status})`,
      ),
    ].join("\n"),
    status: isOff ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  };
}

/** From the notice to the hand-over. */
function noticeEntry(notice: NoticeResource, now: EpochMs): Entry {
  const { id, contract, gpus, noticed, due, drill, compensation, status } = notice;
  const what = `${gpus} GPUs of ${contract}`;
  return {
    id: `${id}@spillway`,
    stamp: new Date(now),
    start: new Date(noticed),
    end: new Date(due),
    summary: drill ? `Drill: recall of ${what}` : `Recall: ${what} are handed over at the end`,
    description: drill ? "Nothing is taken." : `Compensation: ${compensation} $`,
    status: status === "withdrawn" ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  };
}
