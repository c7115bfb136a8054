import { z } from "@hono/zod-openapi";
import type { Resources } from "../views/resources.ts";
import { money, noticeText, timeText } from "./resources.ts";

/** Shapes of what is rented. */

export const rentalResource = z
  .object({
    id: z.string().openapi({ example: "rnt_4k2m" }),
    account: z.string(),
    sku: z.string(),
    pool: z.string(),
    notice: noticeText,
    gpus: z.int(),
    fabric: z.enum(["one", "any"]),
    max_price: money,
    budget: money.nullable(),
    committed: money.openapi({ description: "The price of all that it was ever committed to" }),
    started: timeText,
    until: timeText.openapi({ description: "Committed until then; each minute moves it on" }),
    contracts: z.array(z.string()).openapi({ description: "One for each price that it has had" }),
    status: z.enum(["running", "ending", "ended"]),
    why: z
      .enum([
        "stopped",
        "budget_reached",
        "outbid",
        "supply_gone",
        "credit_gone",
        "account_closed",
        "taken_back",
        "lapsed",
      ])
      .nullable()
      .openapi({ description: "Why it ends; null: it runs" }),
  })
  .openapi("Rental") satisfies z.ZodType<Resources["rental"]>;

export const bidResource = z
  .object({
    id: z.string().openapi({ example: "bid_9x1c" }),
    account: z.string(),
    pool: z.string(),
    gpus: z.int(),
    limit_price: money,
    placed: timeText,
    status: z.enum(["standing", "withdrawn"]),
    contract: z.string().nullable().openapi({ description: "Of the last interval that it won" }),
    until: timeText.nullable().openapi({ description: "When the last interval that it has ends" }),
    lost: z
      .enum([
        "below_reserve",
        "outbid",
        "too_large",
        "credit_gone",
        "account_closed",
        "gpu_limit_reached",
      ])
      .nullable()
      .openapi({ description: "Why it did not win the last interval; null: it did" }),
  })
  .openapi("SpotBid") satisfies z.ZodType<Resources["bid"]>;

export const spotPriceResource = z
  .object({
    id: z.string(),
    pool: z.string(),
    start: timeText,
    end: timeText,
    price: money,
    reserve: money.openapi({ description: "The ladder's price: nobody pays less" }),
    room_gpus: z.int(),
    winners: z.int(),
  })
  .openapi("SpotPrice") satisfies z.ZodType<Resources["spot_price"]>;

export const shelfResource = z
  .object({
    id: z.string().openapi({ example: "shf_2m7q" }),
    account: z.string(),
    contract: z.string(),
    price: money,
    shortest_duration: z.string(),
    longest_duration: z.string(),
    least_gpus: z.int(),
    cost_price: money.openapi({ description: "What its holder pays a GPU-hour" }),
    gpu_milliseconds: z.int(),
    gpu_hours: z.string().openapi({ description: "In the contract when it was put there" }),
    sold_gpu_milliseconds: z.int(),
    sold_gpu_hours: z.string(),
    income: money.openapi({ description: "Of the slices so far, without tax" }),
    fees: money,
    status: z.enum(["open", "closed", "over"]),
  })
  .openapi("Shelf") satisfies z.ZodType<Resources["shelf"]>;

export const shelfFiguresResource = z
  .object({
    shelf: z.string(),
    cost: money.openapi({ description: "Of the whole contract, sold or not" }),
    income: money,
    fees: money,
    margin: money.openapi({ description: "Income less fees less cost" }),
    utilisation: z.number().openapi({ description: "Sold GPU-hours of all GPU-hours" }),
    break_even_price: money.nullable().openapi({
      description:
        "At which selling all of the rest leaves no loss; 0.00: there is none already; null: nothing is left",
    }),
  })
  .openapi("ShelfFigures");

/** What everyone may see of a shelf: not whose it is, nor how it fares. */
export const offeredShelf = z
  .object({
    id: z.string(),
    sku: z.string(),
    pool: z.string(),
    price: money,
    notice: noticeText,
    shortest_duration: z.string(),
    longest_duration: z.string(),
    least_gpus: z.int(),
    gpus_now: z.int().openapi({ description: "Free right now for the shortest duration" }),
    start: timeText,
    end: timeText,
    stated_recall_chance: z.number(),
  })
  .openapi("OfferedShelf");
