import { readFileSync } from "node:fs";
import type { RequestOptions } from "node:http";
import { request } from "node:http";
import { request as requestByTls } from "node:https";
import { MOST_MS } from "../access/access.ts";
import { SlurmFault } from "../fault.ts";

/** Where slurmrestd listens, and as whom it is asked. */
export interface RestPlace {
  /** The path of its socket, or `http://host:port`, `https://host:port`. */
  readonly at: string;
  readonly user: string;
  /** It is read for each request, so that whoever renews the token need not say so. */
  readonly tokenFile: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** More than this no cluster has to say. */
const MOST_OUTPUT = 512 * 1024 * 1024;

/** @returns the answer's JSON, or `absent` where slurmrestd has no such path @throws SlurmFault */
export async function askRest(place: RestPlace, path: string, mostMs = MOST_MS): Promise<unknown> {
  const { status, text } = await send(place, path, mostMs);
  if (status === 404) return "absent";
  const said = isJson(text) ? firstError(JSON.parse(text)) : text.trim();
  if (status === 401 || status === 403 || /authenticat|access.permission denied/i.test(said)) {
    throw new SlurmFault("denied", `slurmrestd does not accept the token of ${place.user}`);
  }
  if (/unable to contact|connect failure|timed out|communications? failure/i.test(said)) {
    throw new SlurmFault("unreachable", `slurmrestd does not reach slurmctld: ${said}`);
  }
  if (status !== 200 && /unspecified error/i.test(said)) throw withoutReason(place, said);
  if (status !== 200 || !isJson(text)) {
    throw new SlurmFault("answer_unreadable", `slurmrestd answers ${status} to ${path}: ${said}`);
  }
  return JSON.parse(text);
}

/** So does slurmrestd answer whoever has no good token, in several versions. */
function withoutReason({ user }: RestPlace, said: string): SlurmFault {
  const happened = `slurmrestd fails without a reason (${said}), as it does where the token of ${user} is wrong or has expired`;
  return new SlurmFault("denied", happened);
}

function isJson(text: string): boolean {
  return text.trimStart().startsWith("{");
}

/** Up to 22.05 an answer of 200 may hold an error beside an empty list. */
function firstError(answer: { readonly errors?: readonly Record<string, unknown>[] }): string {
  const { error, description } = answer.errors?.[0] ?? {};
  return [error, description].filter((each) => typeof each === "string").join(": ");
}

function send(place: RestPlace, path: string, mostMs: number): Promise<Answer> {
  const headers = { "X-SLURM-USER-NAME": place.user, "X-SLURM-USER-TOKEN": tokenOf(place) };
  const signal = AbortSignal.timeout(mostMs);
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      const why = signal.aborted ? `no answer within ${mostMs / 1_000} s` : cause.message;
      reject(new SlurmFault("unreachable", `slurmrestd at ${place.at}: ${why}`, { cause }));
    };
    const { ask, options } = wayTo(place.at);
    const sent = ask({ ...options, path, headers, signal }, (answer) => {
      const parts: string[] = [];
      let length = 0;
      answer.setEncoding("utf8").on("error", fail);
      answer.on("data", (part: string) => {
        length += part.length;
        if (length > MOST_OUTPUT) sent.destroy(new Error("an answer without end"));
        else parts.push(part);
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text: parts.join("") }));
    });
    sent.on("error", fail).end();
  });
}

function wayTo(at: string): { ask: typeof request; options: RequestOptions } {
  if (at.startsWith("/")) return { ask: request, options: { socketPath: at } };
  const { protocol, hostname, port } = new URL(at);
  const ask = protocol === "https:" ? requestByTls : request;
  return { ask, options: { hostname, ...(port !== "" && { port }) } };
}

/** As `scontrol token` prints it, or the token alone. */
function tokenOf({ tokenFile }: RestPlace): string {
  try {
    return readFileSync(tokenFile, "utf8")
      .trim()
      .replace(/^SLURM_JWT=/, "");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "";
    throw new SlurmFault("denied", `the token's file cannot be read: ${why}`, { cause });
  }
}
