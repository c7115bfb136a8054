/** The customers of `durable-orders.ts`, in a process of their own: sends orders over connections that are kept alive. */
import { Agent, request } from "node:http";
import { assert } from "../src/units.ts";
import { PRICE } from "./cases.ts";
import { slotTime } from "./core-throughput-market.ts";
import { SLOT_MINUTES } from "./core-throughput-orders.ts";
import type { Drawn } from "./durable-orders-stream.ts";
import { drawnOrders, SKU } from "./durable-orders-stream.ts";
import { formatMoney } from "../src/wire/money.ts";
import { formatTime } from "../src/wire/time.ts";
import { microUsd } from "../src/units.ts";

export interface HttpTask {
  readonly port: number;
  /** One connection sends for each. */
  readonly keys: readonly string[];
  readonly rounds: number;
  readonly orders: number;
}

export interface HttpReport {
  /** Of each round. */
  readonly seconds: readonly number[];
  /** Answers that no order may get. */
  readonly wrong: readonly string[];
}

const task = JSON.parse(process.argv[2] ?? "") as HttpTask;
const agent = new Agent({ keepAlive: true, maxSockets: task.keys.length });
const draw = drawnOrders(2);
const wrong: string[] = [];

interface Answer {
  readonly status: number;
  readonly text: string;
}

function post(key: string, body: string, idempotencyKey: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${key}`,
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
      "Idempotency-Key": idempotencyKey,
    };
    const place = { host: "127.0.0.1", port: task.port, path: "/v1/orders", method: "POST" };
    const sent = request({ ...place, agent, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function bodyOf({ asked }: Drawn): string {
  return JSON.stringify({
    sku: SKU,
    gpus: asked.gpus,
    start: formatTime(slotTime(asked.from)),
    latest_start: formatTime(slotTime(asked.latest)),
    duration: `${asked.length * SLOT_MINUTES}m`,
    limit_price: formatMoney(microUsd(PRICE)),
    fabric: asked.fabric,
  });
}

/** All of it is bought at once, or nothing is there. */
function check({ status, text }: Answer, { asked }: Drawn): void {
  const isBought = status === 200 && text.includes(`"filled_gpus":${asked.gpus},`);
  if (!isBought && status !== 409) wrong.push(`${status} ${text}`);
}

async function run(round: number): Promise<number> {
  let left = task.orders;
  const began = performance.now();
  await Promise.all(
    task.keys.map(async (key) => {
      while (left > 0) {
        left -= 1;
        const order = draw();
        check(await post(key, bodyOf(order), `http-${round}-${order.index}`), order);
      }
    }),
  );
  return (performance.now() - began) / 1_000;
}

const seconds: number[] = [];
for (let round = 0; round < task.rounds; round++) seconds.push(await run(round));
agent.destroy();
assert(process.send !== undefined, "somebody waits for the report");
process.send?.({ seconds, wrong } satisfies HttpReport);
process.disconnect?.();
