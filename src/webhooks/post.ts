import { lookup as resolve } from "node:dns";
import type { RequestOptions } from "node:http";
import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import type { LookupFunction } from "node:net";
import type { AddressRules } from "./address.ts";
import { isPublic, whyNotSentTo } from "./address.ts";

export interface PostOptions extends AddressRules {
  readonly timeoutMs?: number;
  /** Breaks it off. */
  readonly signal?: AbortSignal;
  /** All addresses of a name; the system's own resolver unless tests say otherwise. */
  readonly resolve?: typeof resolve;
}

export interface Posted {
  /** HTTP status; null: there was no answer. */
  readonly status: number | null;
  /** Null: a 2xx answer. */
  readonly error: string | null;
}

const TIMEOUT_MS = 10_000;

/**
 * Posts JSON once. The connection goes to the address that was checked, so that a name cannot say one thing when it is
 * asked and another when it is called. Redirects are not followed, and the answer's body is not read.
 */
export function post(
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  options: PostOptions = {},
): Promise<Posted> {
  const wrong = whyNotSentTo(address, options);
  if (wrong !== null) return Promise.resolve({ status: null, error: wrong });
  const url = new URL(address);
  const tooLate = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([tooLate, options.signal]) : tooLate;
  const asked: RequestOptions = {
    method: "POST",
    headers: {
      ...headers,
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
      "User-Agent": "Spillway-Webhooks",
    },
    agent: false,
    lookup: checkedLookup(options),
    signal,
  };
  const send = url.protocol === "http:" ? requestPlain : requestSecure;
  return new Promise((settle) => {
    const sent = send(url, asked, (response) => {
      const { statusCode = 0 } = response;
      // Whatever it says, and however long: it is not wanted.
      response.destroy();
      const isTaken = statusCode >= 200 && statusCode < 300;
      settle({ status: statusCode, error: isTaken ? null : `It answered ${statusCode}.` });
    });
    sent.on("error", (fault) => {
      const error = tooLate.aborted ? "It did not answer in time." : sentenceOf(fault);
      settle({ status: null, error });
    });
    sent.end(body);
  });
}

const NOT_PUBLIC = "The address is not public.";

/** Gives the connection only addresses that are public: every one must be, or none is called. */
function checkedLookup({ resolve: ask = resolve, ...rules }: PostOptions): LookupFunction {
  return (hostname, wanted, done) => {
    ask(hostname, { ...wanted, all: true }, (fault, found) => {
      if (fault !== null) return done(fault, "");
      const isSafe = found.length > 0 && found.every(({ address }) => isPublic(address, rules));
      if (!isSafe) return done(new Error(NOT_PUBLIC), "");
      if (wanted.all === true) return done(null, found);
      const [first] = found;
      return done(null, first?.address ?? "", first?.family);
    });
  };
}

/** What the endpoint's owner may know of it: no more than where it failed. */
function sentenceOf(fault: Error & { readonly code?: string }): string {
  if (fault.message === NOT_PUBLIC) return NOT_PUBLIC;
  return fault.code === undefined
    ? "It could not be reached."
    : `It could not be reached: ${fault.code}.`;
}
