/** Spillway over HTTP, for `reservations.ts`: the API on a port of its own, and customers in another process. */
import { type ChildProcess, fork } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Journal } from "../src/journal/journal.ts";
import type { Store } from "../src/ports.ts";
import { apiOn } from "./bench-api.ts";
import { NOW } from "./core-throughput-market.ts";
import type { HttpReport, HttpTask } from "./reservations-http.ts";

export interface Served {
  readonly ask: (task: Omit<HttpTask, "port">) => Promise<HttpReport>;
  readonly close: () => Promise<void>;
}

export async function serve(journal: Journal, store: Store): Promise<Served> {
  const server = createServer(getRequestListener(apiOn(journal, store, NOW).fetch));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  const child = fork(new URL("reservations-http.ts", import.meta.url));
  return {
    ask: (task) => report(child, { ...task, port }),
    close: async () => {
      child.disconnect();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function report(child: ChildProcess, task: HttpTask): Promise<HttpReport> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null): void =>
      reject(new Error(`the client ended with ${code}`));
    child.once("exit", failed);
    child.once("message", (said) => {
      child.off("exit", failed);
      resolve(said as HttpReport);
    });
    child.send(task);
  });
}
