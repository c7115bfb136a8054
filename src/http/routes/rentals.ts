import { z } from "@hono/zod-openapi";
import { notice as noticeMs } from "../../units.ts";
import { actingFor } from "../authenticate.ts";
import type { Api, ApiContext } from "../context.ts";
import { answerFrom, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { rentalResource } from "../rental-schemas.ts";
import { gpuCount, id, notice, positiveMoney, price, slug } from "../schemas.ts";

const TAG = "Rentals";
const idParam = z.object({ id });

/** GPUs by the minute, until stopped. */
export function rentalRoutes(api: Api, context: ApiContext): void {
  startRental(api, context);
  listRentals(api, context);
  getRental(api, context);
  stopRental(api, context);
}

const rentalRequest = z
  .strictObject({
    account: slug.optional().openapi({ description: "For whom: only the owner names others" }),
    sku: z.string().min(1).max(64).openapi({ example: "A100-80G" }),
    gpus: gpuCount,
    max_price: price.openapi({ description: "It ends where the price rises above this" }),
    notice_at_least: notice.optional().openapi({
      description: "The notice with which it ends, at least; left out: any",
    }),
    fabric: z.enum(["one", "any"]).default("any"),
    budget: positiveMoney.optional().openapi({
      description: "It ends where it would cost more than this, without tax; left out: no limit",
    }),
  })
  .openapi("RentalRequest");

function startRental(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/rentals",
    id: "startRental",
    tag: TAG,
    summary: "Rent now, by the minute, until stopped",
    description:
      "A rental is committed through its notice, and each minute moves that on at the price of that minute. Where it cannot go on, it ends after its notice: it is never recalled.",
    scope: "trade",
    body: rentalRequest,
    answer: rentalResource,
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const account = actingFor(caller, body.account);
    const rental = {
      id: context.ids.next("rnt"),
      account,
      sku: body.sku,
      gpus: body.gpus,
      fabric: body.fabric,
      noticeAtLeast: body.notice_at_least ?? noticeMs(0),
      maxPrice: body.max_price,
      budget: body.budget ?? null,
    };
    const done = await submit((desk) => {
      return desk.do({ type: "start_rental", rental, now: desk.state.market.now });
    });
    return answerFrom(context, caller, done, "rental");
  });
}

function listRentals(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/rentals",
    id: "listRentals",
    tag: TAG,
    summary: "Rentals, newest first",
    scope: "account:read",
    query: pageQuery.extend({
      status: z.enum(["running", "ending", "ended"]).optional(),
      account: slug.optional(),
    }),
    answer: pageOf(rentalResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "rental", where, { limit, cursor }),
  );
}

function getRental(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/rentals/{id}",
    id: "getRental",
    tag: TAG,
    summary: "One rental",
    scope: "account:read",
    params: idParam,
    answer: rentalResource,
  } as const;
  serve(api, context, described, ({ caller, params }) =>
    findResource(context.store, caller.viewer, "rental", params.id),
  );
}

function stopRental(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/rentals/{id}/stop",
    id: "stopRental",
    tag: TAG,
    summary: "Stop a rental: it runs through its notice, and is paid until then",
    scope: "trade",
    params: idParam,
    answer: rentalResource,
  } as const;
  serve(api, context, described, async ({ caller, params, submit }) => {
    const found = await findResource(context.store, caller.viewer, "rental", params.id);
    const account = actingFor(caller, found.account);
    await submit((desk) => {
      const { now } = desk.state.market;
      return desk.do({ type: "stop_rental", rental: params.id, account, now });
    });
    return findResource(context.store, caller.viewer, "rental", params.id);
  });
}
