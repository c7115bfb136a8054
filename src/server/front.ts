/**
 * The address that a process is asked at, from its first moment to its last.
 *
 * States: waiting (`/healthz` says that it lives, all else is 503) → open (the API answers) → drained (nothing new is
 * taken, and what is being answered is answered).
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";

export interface FrontOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Certificate chain and key, as PEM: it then speaks HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string } | null;
}

export interface Front {
  readonly url: string;
  /** From now on requests go there. */
  open(listener: RequestListener): void;
  /** Waits, but not for ever. */
  drain(): Promise<void>;
}

const LONGEST_ANSWER_MS = 5_000;

/** @throws where the address is taken */
export async function openFront(options: FrontOptions): Promise<Front> {
  const { tls = null } = options;
  let listener: RequestListener = answerWaiting;
  const pass: RequestListener = (request, response) => listener(request, response);
  const server = tls === null ? createServer(pass) : createTlsServer(tls, pass);
  const url = await listening(server, options);
  return {
    url,
    open: (to) => {
      listener = to;
    },
    drain: () => drained(server),
  };
}

/** It may be that another process writes, or that this one is still reading what was written. */
function answerWaiting({ url }: IncomingMessage, response: ServerResponse): void {
  const path = url?.split("?", 1)[0];
  const isAlive = path === "/healthz";
  response.writeHead(isAlive ? 200 : 503, {
    "Content-Type": "application/json",
    ...(isAlive ? {} : { "Retry-After": "1" }),
  });
  response.end(JSON.stringify(isAlive ? ALIVE : path === "/readyz" ? NOT_READY : NOT_OPEN));
}

const ALIVE = { status: "alive" };
const NOT_READY = { status: "not_ready", journal: "waiting" };
const NOT_OPEN = {
  error: {
    type: "unavailable",
    code: "standing_by",
    message:
      "This process does not serve yet: send the request again, with the same Idempotency-Key.",
    details: {},
  },
};

function listening(server: Server, { host, port, tls = null }: FrontOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      const name = host === "127.0.0.1" ? "localhost" : host.includes(":") ? `[${host}]` : host;
      resolve(`${tls === null ? "http" : "https"}://${name}:${bound}`);
    });
  });
}

function drained(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), LONGEST_ANSWER_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
