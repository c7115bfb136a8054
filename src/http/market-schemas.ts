import { z } from "@hono/zod-openapi";
import { money, noticeText, timeText } from "./resources.ts";

/** Shapes of what is read from memory: pools, ladders, the book, listings and quotes. */

export const poolResource = z
  .object({
    id: z.string().openapi({ example: "a100" }),
    sku: z.string().openapi({ example: "A100-80G" }),
    site: z.string(),
    lot_gpus: z.int().openapi({ description: "GPUs are sold in multiples of it" }),
    fabrics: z.array(z.object({ id: z.string(), gpus: z.int() })).openapi({
      description: "Interconnect domains, and the GPUs that each has now",
    }),
    firm_price: money.nullable().openapi({ description: "Of a firm GPU-hour; null: none is set" }),
    selling: z.boolean(),
    compensation: z.object({ recall: z.number(), breach: z.number() }).openapi({
      description: "Shares of the price of what was promised and not delivered",
    }),
    notices: z.array(
      z.object({
        notice: noticeText,
        price: money.nullable(),
        longest_duration: z.string(),
        minimum_run: z.string(),
        max_recall_chance: z.number(),
      }),
    ),
  })
  .openapi("Pool");

export const ladderResource = z
  .object({
    pool: z.string(),
    at: timeText,
    start: timeText.openapi({ description: "From when on: the next minute" }),
    rungs: z.array(
      z.object({
        notice: noticeText,
        price: money,
        longest_duration: z.string(),
        until: z.array(
          z.object({
            end: timeText,
            gpus: z.int().openapi({ description: "That can be bought from start to end" }),
            stated_recall_chance: z
              .number()
              .openapi({ description: "That the next lot's contract would state" }),
          }),
        ),
      }),
    ),
  })
  .openapi("Ladder");

const level = z.object({ price: money, notice: noticeText, gpus: z.int() });

export const bookResource = z
  .object({
    sku: z.string(),
    at: timeText,
    windows: z.array(
      z.object({
        start: timeText,
        end: timeText,
        offered_gpus: z.int().openapi({
          description: "That could be bought through the whole window at any price and notice",
        }),
        asks: z.array(level).openapi({
          description:
            "Cheapest first. The notices of one pool sell the same GPUs, so that levels do not add up.",
        }),
        bids: z.array(level).openapi({
          description:
            "Standing orders that could use the window, dearest first; notice is the shortest accepted",
        }),
      }),
    ),
    next_from: timeText.nullable().openapi({
      description: "Where to go on, if not all hours fitted into one answer",
    }),
  })
  .openapi("Book");

export const listingResource = z
  .object({
    id: z.string(),
    sku: z.string(),
    pool: z.string(),
    gpus: z.int(),
    start: timeText,
    end: timeText,
    price: money,
    notice: noticeText,
    stated_recall_chance: z.number(),
    compensation: z.object({ recall: z.number(), breach: z.number() }),
    expires: timeText.nullable(),
  })
  .openapi("Listing");

export const offerResource = z
  .object({
    gpus: z.int(),
    start: timeText,
    end: timeText,
    duration: z.string(),
    notice: noticeText,
    average_price: money,
    cost: money,
    tax: money,
    total: money.openapi({ description: "What is held of the credit: the most that it can cost" }),
    fee_included: money.openapi({
      description: "The market's part of the cost: the seller pays it, not the buyer",
    }),
    pieces: z.array(
      z.object({
        pool: z.string(),
        fabric: z.string(),
        gpus: z.int(),
        price: money,
        notice: noticeText,
        stated_recall_chance: z.number(),
        resale: z.boolean(),
      }),
    ),
    order: z
      .object({
        sku: z.string(),
        gpus: z.int(),
        start: timeText.optional(),
        latest_start: timeText.optional(),
        duration: z.string(),
        limit_price: money,
        notice_at_least: noticeText,
        fabric: z.enum(["one", "any"]),
        fill: z.enum(["all-or-none", "partial"]),
      })
      .openapi({ description: "Ready to send to POST /v1/orders" }),
  })
  .openapi("Offer");

export const quoteResource = z
  .object({
    at: timeText,
    offer: offerResource.nullable(),
    refusal: z.string().nullable().openapi({
      description: "Why an order would be refused now; null: it would fill as the offer says",
    }),
    hours: z.array(z.object({ start: timeText, end: timeText, cost: money })).openapi({
      description: "The offer's cost by hour of the clock; together exactly its cost",
    }),
    other_windows: z.array(offerResource).openapi({ description: "Nearest first, all better" }),
    other_notices: z.array(offerResource).openapi({ description: "Cheapest first" }),
  })
  .openapi("Quote");
