import type { Settled } from "../exchange/commands.ts";
import type { Reading } from "../billing/meter.ts";
import type { Recorded } from "../exchange/recorded.ts";
import { heldOf } from "../ledger/chart.ts";
import type { MicroUsd } from "../units.ts";
import { addMoney, assert, durationMs, earlier, gpuMs, NO_MONEY } from "../units.ts";
import { formatGpuHours, formatMoney, parseMoney } from "../wire/money.ts";
import { formatTime, parseTime } from "../wire/time.ts";
import type { PaymentResource, UsageResource } from "./resources.ts";
import type { Shelf } from "./shelf.ts";

const MILLISECOND = durationMs(1);

/** Usage by day, what contracts have delivered and cost so far, and the money that came and went. */
export function hearMoney(shelf: Shelf, { sequence, at, event }: Recorded): void {
  switch (event.type) {
    case "usage_metered":
      return metered(shelf, sequence, event.reading);
    case "settled":
      return settled(shelf, event);
    case "booked": {
      const { reference, account, kind, amount, means } = event.booking;
      return paid(shelf, sequence, {
        id: reference,
        account,
        kind,
        means,
        amount: formatMoney(amount),
        at: formatTime(at),
      });
    }
    case "credit_given": {
      const { account, amount, kind } = event;
      const id = `credit_${sequence}`;
      const body = { id, account, kind, means: null, amount: formatMoney(amount) };
      return paid(shelf, sequence, { ...body, at: formatTime(at) });
    }
    default:
  }
}

function paid(shelf: Shelf, sequence: number, payment: PaymentResource): void {
  shelf.put("payment", payment.id, payment.account, sequence, payment);
  shelf.finish("payment", payment.id);
}

/** A reading lies in one day, for no meter is asked across midnight; its price follows with the settlement. */
function metered(shelf: Shelf, sequence: number, reading: Reading): void {
  const contract = shelf.get("contract", reading.contract);
  if (contract === undefined) return;
  const { id, account } = contract;
  const to = formatTime(reading.to);
  // Readings come in order: once one lies in another day, the day before is over.
  const [last, day] = [dayUntil(contract.metered_until), dayUntil(to)];
  if (last !== day) shelf.finish("usage", `${id}.${last}`);
  const before = shelf.get("usage", `${id}.${day}`) ?? noUsage(account, id, day);
  shelf.put("usage", before.id, account, sequence, {
    ...before,
    ...delivered(before.gpu_milliseconds + reading.gpuMs),
  });
  const total = delivered(contract.delivered_gpu_milliseconds + reading.gpuMs);
  shelf.change("contract", id, (body) => ({
    ...body,
    delivered_gpu_milliseconds: total.gpu_milliseconds,
    delivered_gpu_hours: total.gpu_hours,
    metered_until: to,
  }));
}

function delivered(milliseconds: number) {
  const amount = gpuMs(milliseconds);
  return { gpu_milliseconds: amount, gpu_hours: formatGpuHours(amount) };
}

/** The day (UTC) that the last millisecond before a time lies in: what ends at midnight is of the day that is over. */
function dayUntil(time: string): string {
  const end = parseTime(time);
  assert(end !== null, "what is shown as a time is one");
  return formatTime(earlier(end, MILLISECOND)).slice(0, "2026-01-31".length);
}

function noUsage(account: string, contract: string, day: string): UsageResource {
  const none = formatMoney(NO_MONEY);
  const nothing = { gpu_milliseconds: 0, gpu_hours: "0", amount: none, tax: none };
  return { id: `${contract}.${day}`, account, contract, day, ...nothing };
}

/** What the holders have paid stands in the transfers. A contract of which the last reading is in changes no more. */
function settled(shelf: Shelf, { transaction, closed }: Settled): void {
  for (const { kind, debit, amount, subject } of transaction?.transfers ?? []) {
    const contract = shelf.get("contract", subject);
    if (contract === undefined || debit !== heldOf(contract.account)) continue;
    const usage = `${contract.id}.${dayUntil(contract.metered_until)}`;
    if (kind === "usage") {
      shelf.change("contract", subject, (body) => ({ ...body, billed: more(body.billed, amount) }));
      shelf.change("usage", usage, (body) => ({ ...body, amount: more(body.amount, amount) }));
    } else if (kind === "tax") {
      shelf.change("usage", usage, (body) => ({ ...body, tax: more(body.tax, amount) }));
    }
  }
  for (const id of closed) finish(shelf, id);
}

function more(before: string, amount: MicroUsd): string {
  return formatMoney(addMoney(parseMoney(before) ?? NO_MONEY, amount));
}

function finish(shelf: Shelf, id: string): void {
  const contract = shelf.get("contract", id);
  if (contract === undefined) return;
  shelf.finish("usage", `${id}.${dayUntil(contract.metered_until)}`);
  if (contract.status !== "active") shelf.finish("contract", id);
}
