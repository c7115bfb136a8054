import type { IncomingHttpHeaders, RequestListener } from "node:http";
import { createServer } from "node:http";

/** What a customer's server was sent. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** What it answers with; a status, or whatever it likes. */
  answer: number | RequestListener;
  close(): Promise<void>;
}

/** A customer's server on this machine. */
export async function receiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      if (typeof it.answer === "function") return it.answer(request, response);
      return response.writeHead(it.answer).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const it: Receiver = {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    answer: 204,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return it;
}
